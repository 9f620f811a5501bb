//! TLS and SSL 3.0: whom a client asked for, with what software, and what a server chose and showed.
//!
//! Wire format: [RFC 8446] and [RFC 5246]. Reading stops where encryption begins. A hello is read
//! as soon as it is whole, whichever records it is split over; of the certificates only the leaf.
//!
//! What the server says is noted for both ends: see [`certificate`].
//!
//! [RFC 8446]: https://www.rfc-editor.org/rfc/rfc8446
//! [RFC 5246]: https://www.rfc-editor.org/rfc/rfc5246

mod certificate;
mod client_hello;
mod ja4;
mod server_hello;

use std::{borrow::Cow, fmt, sync::LazyLock};

use evidence::fields;
use tls_parser::{CIPHERS, TlsCipherSuite};

pub(crate) use certificate::Certificate;
pub(super) use client_hello::ClientHello;
pub(super) use ja4::{Carrier, ja4};
use server_hello::ServerHello;

use super::{
    cursor::Cursor,
    text::{Text, readable},
};
use crate::protocol::{Cover, Notes, Opening, Progress, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: NAME,
    cover: Cover::Encrypted,
    datagram_ports: &[],
    stream_ports: &[443, 465, 636, 853, 989, 990, 993, 995, 5223, 5228, 5671, 8443, 8883],
    recognises: |opening: &Opening<'_>| opening.in_stream && begins(opening.bytes),
    datagram: None,
    stream: Some(read),
};

const NAME: &str = "tls";

/// Handshake messages longer than this are given up, as the flow table holds no more of a stream. Our
/// choice: hellos are some KiB, and a leaf certificate is seldom longer.
const LONGEST_MESSAGE: usize = 16 * 1024;

/// Set in [`Notes::memory`] once the server's hello is noted, while its certificate is awaited.
const HELLO_NOTED: u64 = 1;

/// A protocol version as on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version(pub(super) u16);

impl Version {
    pub(super) const SSL_2_0: Self = Self(0x0002);
    pub(super) const SSL_3_0: Self = Self(0x0300);
    pub(super) const TLS_1_0: Self = Self(0x0301);
    pub(super) const TLS_1_1: Self = Self(0x0302);
    pub(super) const TLS_1_2: Self = Self(0x0303);
    pub(super) const TLS_1_3: Self = Self(0x0304);

    /// Whether it is a published version, not a draft or an experiment.
    pub(super) const fn is_final(self) -> bool {
        self.0 <= Self::TLS_1_3.0
    }

    /// Whether it is TLS 1.3 or a draft of it, which encrypts all that follows the server's hello.
    const fn hides_certificates(self) -> bool {
        self.0 >= Self::TLS_1_3.0
    }

    /// Whether it is a draft of TLS 1.3 from before its hello was disguised as TLS 1.2.
    const fn is_early_draft(self) -> bool {
        matches!(self.0, 0x7f00..=0x7f15)
    }
}

/// `TLS 1.2`; the number where it has no name.
impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match *self {
            Self::SSL_2_0 => "SSL 2.0",
            Self::SSL_3_0 => "SSL 3.0",
            Self::TLS_1_0 => "TLS 1.0",
            Self::TLS_1_1 => "TLS 1.1",
            Self::TLS_1_2 => "TLS 1.2",
            Self::TLS_1_3 => "TLS 1.3",
            Self(number @ 0x7f00..=0x7fff) => {
                return write!(f, "TLS 1.3 draft {}", number & 0xff);
            }
            Self(number) => return write!(f, "{number:#06x}"),
        })
    }
}

/// One record's header and as much of its payload as is there.
struct Record<'a> {
    kind: u8,
    payload: &'a [u8],
    whole: bool,
}

impl<'a> Record<'a> {
    const CHANGE_CIPHER_SPEC: u8 = 20;
    const ALERT: u8 = 21;
    const HANDSHAKE: u8 = 22;
    const APPLICATION_DATA: u8 = 23;
    const HEADER_BYTES: usize = 5;
    /// RFC 5246, section 6.2.3: what ciphers may add to 2^14 bytes.
    const MOST_BYTES: u16 = (1 << 14) + 2048;

    /// Takes the next record off `bytes`. `None` if there is no whole header or it is no TLS.
    fn take(bytes: &mut Cursor<'a>) -> Option<Self> {
        let mut rest = *bytes;
        let (kind, version, length) = (rest.u8()?, rest.u16()?, rest.u16()?);
        if !Self::is_valid(kind, version, length) {
            return None;
        }
        let whole = rest.rest().len() >= length.into();
        let payload = rest.take(rest.rest().len().min(length.into()))?;
        *bytes = rest;
        Some(Self { kind, payload, whole })
    }

    fn is_valid(kind: u8, version: u16, length: u16) -> bool {
        (Self::CHANGE_CIPHER_SPEC..=Self::APPLICATION_DATA).contains(&kind)
            && (Version::SSL_3_0.0..=Version::TLS_1_3.0).contains(&version)
            && (1..=Self::MOST_BYTES).contains(&length)
    }
}

/// Whether a stream's first bytes are a record, and a likely first one if it is a handshake.
fn begins(bytes: &[u8]) -> bool {
    let mut rest = Cursor::new(bytes);
    let Some(record) = Record::take(&mut rest) else {
        return is_ssl2_hello(bytes);
    };
    match (record.kind, record.payload.first()) {
        (Record::HANDSHAKE, Some(&kind)) => {
            [Message::CLIENT_HELLO, Message::SERVER_HELLO].contains(&kind)
        }
        (Record::ALERT, _) => record.payload.len() == 2,
        (Record::CHANGE_CIPHER_SPEC, payload) => payload == Some(&1),
        // Joined in the middle: what follows must be a record again.
        (Record::APPLICATION_DATA, _) => {
            rest.is_empty() || rest.rest().len() < Record::HEADER_BYTES || {
                Record::take(&mut rest).is_some()
            }
        }
        _ => false,
    }
}

/// The hello of SSL 2.0, which old clients sent to offer newer versions too (RFC 5246, appendix E.2).
fn is_ssl2_hello(bytes: &[u8]) -> bool {
    let [high, low, Message::CLIENT_HELLO, major, minor, ciphers @ ..] = bytes else {
        return false;
    };
    let length = usize::from(u16::from_be_bytes([high & 0x7f, *low]));
    let multiple_of_3 = !matches!(ciphers, [_, low, ..] if low % 3 != 0);
    *high == 0x80
        && length + 2 >= bytes.len()
        && multiple_of_3
        && [Version::SSL_2_0.0, Version::SSL_3_0.0, Version::TLS_1_0.0, Version::TLS_1_2.0]
            .contains(&u16::from_be_bytes([*major, *minor]))
}

/// Reads one direction up to where encryption begins. Other protocols pass their streams on here
/// once both ends have agreed to start TLS.
pub(super) fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Progress {
    let mut rest = Cursor::new(bytes);
    match Record::take(&mut rest) {
        Some(Record { kind: Record::HANDSHAKE, .. }) => read_handshake(bytes, notes),
        Some(Record { kind: Record::ALERT, whole: true, .. }) => {
            Progress::Consumed(bytes.len() - rest.rest().len())
        }
        Some(Record { kind: Record::ALERT, .. }) => Progress::More,
        Some(_) => Progress::Finished,
        None if bytes.len() < Record::HEADER_BYTES => Progress::More,
        None if is_ssl2_hello(bytes) => {
            if let [_, _, _, major, minor, ..] = *bytes {
                let version = Version(u16::from_be_bytes([major, minor]));
                notes.sender(fields::TLS_CLIENT_VERSION, &version.to_string());
            }
            Progress::Finished
        }
        None => Progress::Foreign,
    }
}

/// A handshake message, or the beginning of one.
struct Message<'a> {
    kind: u8,
    body: &'a [u8],
    /// What its header says.
    length: usize,
}

impl<'a> Message<'a> {
    const CLIENT_HELLO: u8 = 1;
    const SERVER_HELLO: u8 = 2;
    const CERTIFICATE: u8 = 11;
    const SERVER_HELLO_DONE: u8 = 14;

    fn take(handshake: &mut Cursor<'a>) -> Option<Self> {
        let (kind, length) = (handshake.u8()?, usize::try_from(handshake.u24()?).ok()?);
        let body = handshake.take(handshake.rest().len().min(length))?;
        Some(Self { kind, body, length })
    }

    const fn is_whole(&self) -> bool {
        self.body.len() == self.length
    }
}

fn read_handshake(bytes: &[u8], notes: &mut Notes<'_>) -> Progress {
    let (handshake, ended) = gather(bytes);
    let mut rest = Cursor::new(&handshake);
    while let Some(message) = Message::take(&mut rest) {
        let read = match message.kind {
            Message::CLIENT_HELLO if message.is_whole() => {
                note_client_hello(message.body, notes);
                return Progress::Finished;
            }
            Message::SERVER_HELLO if message.is_whole() => note_server_hello(message.body, notes),
            // Which end serves cannot be told from high ports, but from who sent a server's hello.
            Message::CERTIFICATE if *notes.memory & HELLO_NOTED != 0 => {
                note_certificate(&message, notes)
            }
            Message::SERVER_HELLO_DONE => return Progress::Finished,
            // An encrypted message looks like one of impossible length.
            _ if message.length > LONGEST_MESSAGE => return Progress::Finished,
            _ => None,
        };
        match read {
            Some(end) => return end,
            None if !message.is_whole() => break,
            None => {}
        }
    }
    if ended || handshake.len() > LONGEST_MESSAGE { Progress::Finished } else { Progress::More }
}

/// The payload of the handshake records at the start of `bytes`, and whether something else follows.
fn gather(bytes: &[u8]) -> (Cow<'_, [u8]>, bool) {
    let mut rest = Cursor::new(bytes);
    let mut gathered = Cow::Borrowed(&[][..]);
    while !rest.is_empty() {
        match Record::take(&mut rest) {
            Some(record) if record.kind == Record::HANDSHAKE => {
                if gathered.is_empty() {
                    gathered = Cow::Borrowed(record.payload);
                } else {
                    gathered.to_mut().extend_from_slice(record.payload);
                }
                if !record.whole {
                    return (gathered, false);
                }
            }
            Some(_) => return (gathered, true),
            None => return (gathered, rest.rest().len() >= Record::HEADER_BYTES),
        }
    }
    (gathered, false)
}

fn note_client_hello(body: &[u8], notes: &mut Notes<'_>) {
    let Some(hello) = ClientHello::read(body) else {
        return notes.malformed(NAME);
    };
    if let Some(name) = hello.server_name {
        let mut text = Text::new();
        text.push(name);
        text.fold(0);
        notes.sender_here(fields::TLS_SNI, &text.get());
    }
    for protocol in &hello.protocols {
        notes.sender_here(fields::TLS_ALPN, &readable(protocol));
    }
    notes.sender_here(fields::TLS_JA4, &ja4(&hello, Carrier::Tcp));
    notes.sender_here(fields::TLS_CLIENT_VERSION, &hello.highest_version().to_string());
    for number in &hello.ciphers {
        if let Ok(found) = BROKEN.binary_search_by_key(number, |(number, _)| *number)
            && let Some((_, name)) = BROKEN.get(found)
        {
            notes.sender(fields::TLS_OFFERED, name);
        }
    }
}

/// The suites that are broken and their names, by number: looking through the names of all that every
/// client offers would cost more than reading its hello.
static BROKEN: LazyLock<Vec<(u16, &'static str)>> = LazyLock::new(|| {
    let broken = CIPHERS.values().filter(|cipher| is_broken(cipher));
    let mut broken: Vec<_> = broken.map(|cipher| (cipher.id.0, cipher.name)).collect();
    broken.sort_unstable();
    broken
});

/// Whether a suite protects nothing worth the name: no encryption, no authentication, keys short by
/// law of the 1990s, RC4 (RFC 7465) or single DES (RFC 8996 and RFC 5469).
fn is_broken(cipher: &TlsCipherSuite) -> bool {
    ["_NULL_", "_EXPORT_", "_RC4_", "_DES_", "_DES40_", "_anon_"]
        .iter()
        .any(|part| cipher.name.contains(part))
}

/// Returns how reading ends, if it does here.
fn note_server_hello(body: &[u8], notes: &mut Notes<'_>) -> Option<Progress> {
    if *notes.memory & HELLO_NOTED != 0 {
        return None;
    }
    let Some(hello) = ServerHello::read(body) else {
        notes.malformed(NAME);
        return Some(Progress::Finished);
    };
    *notes.memory |= HELLO_NOTED;
    let cipher = TlsCipherSuite::from_id(hello.cipher);
    let name = cipher.map_or_else(|| format!("{:#06x}", hello.cipher), |known| known.name.into());
    let version = hello.version.to_string();
    for (field, value) in [(fields::TLS_VERSION, &version), (fields::TLS_CIPHER, &name)] {
        notes.sender_here(field, value);
        notes.receiver_here(field, value);
    }
    if name.contains("_WITH_NULL_") {
        *notes.cover = Cover::Clear;
    }
    hello.version.hides_certificates().then_some(Progress::Finished)
}

/// Returns how reading ends, or `None` while the leaf is not whole.
fn note_certificate(message: &Message<'_>, notes: &mut Notes<'_>) -> Option<Progress> {
    let mut list = Cursor::new(message.body);
    let _list_bytes = list.u24()?;
    let length = usize::try_from(list.u24()?).ok()?;
    match list.take(length) {
        Some(leaf) => {
            if certificate::note(leaf, notes).is_err() {
                notes.malformed(NAME);
            }
            Some(Progress::Finished)
        }
        None if message.is_whole() || length > LONGEST_MESSAGE => {
            notes.malformed(NAME);
            Some(Progress::Finished)
        }
        None => None,
    }
}

#[cfg(test)]
mod tests;
