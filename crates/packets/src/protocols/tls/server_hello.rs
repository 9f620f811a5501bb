//! What a server chose: version and cipher suite.
//!
//! Wire format: [RFC 8446], section 4.1.3. TLS 1.3 says its version in an extension.
//!
//! [RFC 8446]: https://www.rfc-editor.org/rfc/rfc8446

use super::Version;
use crate::protocols::cursor::Cursor;

/// The server's choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ServerHello {
    /// The version both will speak.
    pub(super) version: Version,
    /// The cipher suite both will use.
    pub(super) cipher: u16,
}

impl ServerHello {
    /// Reads the message's body, after its 4-byte header. `None` if it breaks its own lengths.
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        const RANDOM_BYTES: usize = 32;
        const VERSIONS: u16 = 43;

        let mut body = Cursor::new(body);
        let legacy = Version(body.u16()?);
        body.take(RANDOM_BYTES)?;
        if legacy.is_early_draft() {
            return Some(Self { version: legacy, cipher: body.u16()? });
        }
        let _session = body.vector8()?;
        let mut hello = Self { version: legacy, cipher: body.u16()? };
        let _compression = body.u8()?;
        if body.is_empty() {
            return Some(hello);
        }
        let mut extensions = Cursor::new(body.vector16()?);
        while !extensions.is_empty() {
            let (number, value) = (extensions.u16()?, extensions.vector16()?);
            if number == VERSIONS {
                hello.version = Version(Cursor::new(value).u16()?);
            }
        }
        Some(hello)
    }
}
