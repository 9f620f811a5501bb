//! A ClientHello, read once for everything that is told of it.
//!
//! Wire format: [RFC 8446], section 4.1.2, with the server name of [RFC 6066] and the application
//! protocols of [RFC 7301]. QUIC carries the same message.
//!
//! [RFC 8446]: https://www.rfc-editor.org/rfc/rfc8446
//! [RFC 6066]: https://www.rfc-editor.org/rfc/rfc6066
//! [RFC 7301]: https://www.rfc-editor.org/rfc/rfc7301

use super::Version;
use crate::protocols::cursor::Cursor;

/// What a client offers, borrowed from its message. Reserved values that only keep servers tolerant
/// ([RFC 8701](https://www.rfc-editor.org/rfc/rfc8701)) are left out everywhere.
#[derive(Debug, Default)]
pub(in crate::protocols) struct ClientHello<'a> {
    /// The version in the message's own field, which newer clients leave at TLS 1.2.
    pub(super) legacy_version: Version,
    /// The versions of the extension that replaced that field.
    pub(super) versions: Vec<Version>,
    /// Cipher suites in the client's order.
    pub(super) ciphers: Vec<u16>,
    /// Extension numbers in the client's order.
    pub(super) extensions: Vec<u16>,
    /// The server name asked for.
    pub(in crate::protocols) server_name: Option<&'a [u8]>,
    /// Application protocols in the client's order; the first is kept even if reserved.
    pub(in crate::protocols) protocols: Vec<&'a [u8]>,
    /// Signature algorithms in the client's order.
    pub(super) signatures: Vec<u16>,
}

impl<'a> ClientHello<'a> {
    /// The extension numbers JA4 treats apart.
    pub(super) const SERVER_NAME: u16 = 0;
    pub(super) const PROTOCOLS: u16 = 16;
    const SIGNATURES: u16 = 13;
    const VERSIONS: u16 = 43;

    /// Reads the message's body, after its 4-byte header. `None` if it breaks its own lengths.
    pub(in crate::protocols) fn read(body: &'a [u8]) -> Option<Self> {
        const RANDOM_BYTES: usize = 32;

        let mut body = Cursor::new(body);
        let mut hello = Self { legacy_version: Version(body.u16()?), ..Self::default() };
        body.take(RANDOM_BYTES)?;
        let _session = body.vector8()?;
        hello.ciphers = numbers(body.vector16()?);
        let _compression = body.vector8()?;
        if body.is_empty() {
            return Some(hello);
        }
        let mut extensions = Cursor::new(body.vector16()?);
        while !extensions.is_empty() {
            let (number, value) = (extensions.u16()?, extensions.vector16()?);
            if !is_reserved(number) {
                hello.extensions.push(number);
                hello.read_extension(number, value)?;
            }
        }
        Some(hello)
    }

    /// The highest version offered that has a name, or else the highest.
    pub(super) fn highest_version(&self) -> Version {
        let named = self.versions.iter().filter(|version| version.is_final());
        *named.max().or(self.versions.iter().max()).unwrap_or(&self.legacy_version)
    }

    fn read_extension(&mut self, number: u16, value: &'a [u8]) -> Option<()> {
        match number {
            Self::SERVER_NAME => self.server_name = server_name(value),
            Self::PROTOCOLS => {
                let mut list = Cursor::new(Cursor::new(value).vector16()?);
                while !list.is_empty() {
                    self.protocols.push(list.vector8()?);
                }
            }
            Self::SIGNATURES => self.signatures = numbers(Cursor::new(value).vector16()?),
            Self::VERSIONS => {
                self.versions =
                    numbers(Cursor::new(value).vector8()?).into_iter().map(Version).collect();
            }
            _ => {}
        }
        Some(())
    }
}

/// The first host name of the list; an empty extension names none.
fn server_name(value: &[u8]) -> Option<&[u8]> {
    const HOST_NAME: u8 = 0;

    let mut list = Cursor::new(Cursor::new(value).vector16()?);
    while let (Some(kind), Some(name)) = (list.u8(), list.vector16()) {
        if kind == HOST_NAME && !name.is_empty() {
            return Some(name);
        }
    }
    None
}

/// A list of two-byte numbers without the reserved ones.
fn numbers(bytes: &[u8]) -> Vec<u16> {
    let pairs = bytes.as_chunks::<2>().0;
    pairs.iter().map(|pair| u16::from_be_bytes(*pair)).filter(|it| !is_reserved(*it)).collect()
}

/// Whether the number is one of the 16 reserved by RFC 8701: `0x0a0a`, `0x1a1a`, … `0xfafa`.
const fn is_reserved(number: u16) -> bool {
    number & 0x0f0f == 0x0a0a && number >> 8 == number & 0xff
}
