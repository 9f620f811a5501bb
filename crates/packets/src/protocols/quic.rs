//! QUIC: whom a client asks for, with what software, before everything is encrypted.
//!
//! Wire format: [RFC 9000], section 17.2; versions 1, 2 ([RFC 9369]) and the last drafts. A client's
//! Initial packets are opened (see [`initial`]) until its ClientHello is whole, which newer clients
//! cut into shuffled pieces and spread over datagrams. Only [`MOST_TRIES`] packets of a flow are tried.
//!
//! [RFC 9000]: https://www.rfc-editor.org/rfc/rfc9000
//! [RFC 9369]: https://www.rfc-editor.org/rfc/rfc9369

mod initial;

use std::fmt;

use evidence::fields;

use super::{
    cursor::Cursor,
    tls::{Carrier, ClientHello, ja4},
};
use crate::protocol::{Cover, Malformed, Notes, Opening, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "quic",
    cover: Cover::Encrypted,
    datagram_ports: &[],
    stream_ports: &[],
    recognises: |opening: &Opening<'_>| {
        !opening.in_stream && Header::read(opening.bytes).is_some_and(|it| it.version.is_known())
    },
    datagram: Some(read),
    stream: None,
};

/// Packets of a flow to try before giving up. A ClientHello takes one or two, or as many again when
/// repeated; our choice.
const MOST_TRIES: u64 = 8;
/// The low byte of [`Notes::memory`] counts tries; these bits say what is done.
const TRIES: u64 = 0xff;
const VERSION_NOTED: u64 = 1 << 8;
const DONE: u64 = 1 << 9;

/// The longest ClientHello read; well under [`Notes::STORE_BYTES`].
const LONGEST_HELLO: usize = 8 * 1024;

/// A version number as on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Version(u32);

impl Version {
    const NEGOTIATION: Self = Self(0);
    const V1: Self = Self(1);
    const V2: Self = Self(0x6b33_43cf);

    /// Versions in use: 1, 2, drafts of 1, the experiments it came from (`Q043`, `T051`), and those of
    /// mvfst, a library, whose Initial packets are not opened here.
    const fn is_known(self) -> bool {
        matches!(
            self,
            Self::V1 | Self::V2 | Self(0xff00_0001..=0xff00_0022 | 0xface_b000..=0xface_b00f)
        ) || self.is_text()
    }

    /// The experiments' numbers are a letter and three digits.
    const fn is_text(self) -> bool {
        let [letter, rest @ ..] = self.0.to_be_bytes();
        matches!(letter, b'Q' | b'T') && matches!(rest, [b'0', b'0'..=b'9', b'0'..=b'9'])
    }

    /// Version 2 numbers its packet types anew.
    const fn initial_type(self) -> u8 {
        if self.0 == Self::V2.0 { 1 } else { 0 }
    }
}

/// `1`, `draft-29`, `Q046`.
impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::V2 => f.write_str("2"),
            Self(draft @ 0xff00_0000..=0xff00_00ff) => write!(f, "draft-{}", draft & 0xff),
            text if text.is_text() => f.write_str(&String::from_utf8_lossy(&text.0.to_be_bytes())),
            Self(number @ 0..=0xff) => write!(f, "{number}"),
            Self(number) => write!(f, "{number:#010x}"),
        }
    }
}

/// The header of an Initial packet, or what all long headers share.
#[derive(Debug)]
struct Header<'a> {
    version: Version,
    destination: &'a [u8],
    /// Whether it is an Initial packet; otherwise the offsets mean nothing.
    is_initial: bool,
    /// Where the packet number starts.
    number_offset: usize,
    /// Where the packet ends and the next of the datagram may start.
    end: usize,
}

impl<'a> Header<'a> {
    const LONG: u8 = 0x80;
    const FIXED: u8 = 0x40;
    const MOST_ID_BYTES: usize = 20;

    /// Reads a long header. `None` for short ones and for what is not QUIC.
    fn read(packet: &'a [u8]) -> Option<Self> {
        let mut rest = Cursor::new(packet);
        let first = rest.u8()?;
        let version = Version(rest.u32()?);
        let end = packet.len();
        if let Some(version) = experiment(first, version, packet) {
            let is_initial = false;
            return Some(Self { version, destination: &[], is_initial, number_offset: 0, end });
        }
        let destination = rest.vector8()?;
        let source = rest.vector8()?;
        let is_long = first & Self::LONG != 0;
        let is_fixed = first & Self::FIXED != 0 || version == Version::NEGOTIATION;
        let ids_fit = destination.len().max(source.len()) <= Self::MOST_ID_BYTES;
        if !is_long || !is_fixed || !ids_fit {
            return None;
        }
        let mut header = Self { version, destination, is_initial: false, number_offset: 0, end };
        if first >> 4 & 0b11 == version.initial_type() && version.is_known() {
            header.read_initial(&mut rest, end);
        }
        Some(header)
    }

    /// Reads what only Initial packets have: a token, and the length of the rest.
    fn read_initial(&mut self, rest: &mut Cursor<'_>, packet_bytes: usize) -> Option<()> {
        let token = usize::try_from(integer(rest)?).ok()?;
        rest.take(token)?;
        let length = usize::try_from(integer(rest)?).ok()?;
        self.number_offset = packet_bytes - rest.rest().len();
        rest.take(length)?;
        self.end = self.number_offset + length;
        self.is_initial = true;
        Some(())
    }
}

/// The version of the experiments before QUIC's standard: where it is now, or, up to `Q043`, after an
/// 8-byte connection id.
fn experiment(first: u8, version: Version, packet: &[u8]) -> Option<Version> {
    const HAS_VERSION_AND_ID: u8 = 0b1001;

    if first & Header::LONG != 0 {
        return version.is_text().then_some(version);
    }
    let version = Version(u32::from_be_bytes(*packet.get(9..)?.first_chunk()?));
    (first & HAS_VERSION_AND_ID == HAS_VERSION_AND_ID && version.is_text()).then_some(version)
}

/// A variable-length integer (RFC 9000, section 16).
fn integer(bytes: &mut Cursor<'_>) -> Option<u64> {
    let first = bytes.u8()?;
    let more = (1_usize << (first >> 6)) - 1;
    let start = u64::from(first & 0x3f);
    Some(bytes.take(more)?.iter().fold(start, |value, &byte| value << 8 | u64::from(byte)))
}

fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Result<(), Malformed> {
    if *notes.memory & DONE != 0 {
        return Ok(());
    }
    let mut datagram = bytes;
    while let Some(header) = Header::read(datagram) {
        if header.version.is_known() && *notes.memory & VERSION_NOTED == 0 {
            *notes.memory |= VERSION_NOTED;
            notes.sender_here(fields::QUIC_VERSION, &header.version.to_string());
        }
        let Some((packet, next)) = datagram.split_at_checked(header.end) else { break };
        if !header.is_initial {
            break;
        }
        if *notes.memory & TRIES >= MOST_TRIES {
            give_up(notes);
            break;
        }
        *notes.memory += 1;
        if let Some(frames) = initial::open(&header, header.destination, packet) {
            read_frames(&frames, header.destination, notes)?;
        } else if let Some(first) = Kept::of(notes.store).map(|kept| kept.destination.to_vec())
            && let Some(frames) = initial::open(&header, &first, packet)
        {
            read_frames(&frames, &first, notes)?;
        }
        datagram = next;
    }
    Ok(())
}

fn give_up(notes: &mut Notes<'_>) {
    *notes.memory |= DONE;
    *notes.store = Vec::new();
}

/// Collects the pieces of the ClientHello, and notes it once it is whole.
fn read_frames(
    frames: &[u8],
    destination: &[u8],
    notes: &mut Notes<'_>,
) -> Result<(), Malformed> {
    let Some(new) = crypto_frames(frames) else {
        give_up(notes);
        return Err(Malformed::Forbidden { what: "frame of a QUIC Initial", value: 0 });
    };
    let store = std::mem::take(notes.store);
    let mut pieces = Kept::of(&store).map(|kept| kept.pieces).unwrap_or_default();
    pieces.extend(new);
    pieces.sort_unstable_by_key(|piece| piece.offset);
    let message = joined(&pieces);
    match whole_hello(&message) {
        Hello::Whole(body) => {
            note(body, notes);
            give_up(notes);
        }
        Hello::Cut if pieces.iter().map(Piece::stored_bytes).sum::<usize>() <= LONGEST_HELLO => {
            *notes.store = Kept { destination, pieces }.to_bytes();
        }
        Hello::Cut | Hello::Other => give_up(notes),
    }
    Ok(())
}

/// A piece of the handshake stream.
struct Piece<'a> {
    offset: u16,
    bytes: &'a [u8],
}

impl Piece<'_> {
    const fn stored_bytes(&self) -> usize {
        4 + self.bytes.len()
    }
}

/// The CRYPTO frames of an Initial packet. `None` if a frame is damaged or may not be there.
fn crypto_frames(frames: &[u8]) -> Option<Vec<Piece<'_>>> {
    const PADDING: u8 = 0;
    const PING: u8 = 1;
    const ACK: u8 = 2;
    const ACK_ECN: u8 = 3;
    const CRYPTO: u8 = 6;
    const CLOSE: u8 = 0x1c;

    let mut rest = Cursor::new(frames);
    let mut pieces = Vec::new();
    while let Some(kind) = rest.u8() {
        match kind {
            PADDING | PING => {}
            ACK | ACK_ECN => skip_ack(&mut rest, kind == ACK_ECN)?,
            CRYPTO => {
                let (offset, length) = (integer(&mut rest)?, integer(&mut rest)?);
                let bytes = rest.take(usize::try_from(length).ok()?)?;
                let offset = u16::try_from(offset).ok()?;
                pieces.push(Piece { offset, bytes });
            }
            CLOSE => break,
            _ => return None,
        }
    }
    Some(pieces)
}

/// Skips an ACK frame: largest, delay, count, first range, then pairs, then three counts with ECN.
fn skip_ack(rest: &mut Cursor<'_>, with_ecn: bool) -> Option<()> {
    integer(rest)?;
    integer(rest)?;
    let ranges = integer(rest)?;
    integer(rest)?;
    for _ in 0..ranges {
        integer(rest)?;
        integer(rest)?;
    }
    for _ in 0..if with_ecn { 3 } else { 0 } {
        integer(rest)?;
    }
    Some(())
}

/// What is there from the start without a gap; `pieces` are in order.
fn joined(pieces: &[Piece<'_>]) -> Vec<u8> {
    let mut message = Vec::new();
    for piece in pieces {
        let Some(overlap) = message.len().checked_sub(piece.offset.into()) else { break };
        message.extend_from_slice(piece.bytes.get(overlap..).unwrap_or_default());
    }
    message
}

enum Hello<'a> {
    Whole(&'a [u8]),
    Cut,
    Other,
}

fn whole_hello(message: &[u8]) -> Hello<'_> {
    const CLIENT_HELLO: u8 = 1;

    let mut rest = Cursor::new(message);
    match (rest.u8(), rest.u24()) {
        (None | Some(CLIENT_HELLO), None) => Hello::Cut,
        (Some(CLIENT_HELLO), Some(length)) => {
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            rest.take(length).map_or(
                if length > LONGEST_HELLO { Hello::Other } else { Hello::Cut },
                Hello::Whole,
            )
        }
        _ => Hello::Other,
    }
}

/// What is kept for the flow while the hello is not whole: the connection id it is sealed by, with its
/// length before it, and the pieces, each with offset and length in two bytes before it.
struct Kept<'a> {
    destination: &'a [u8],
    pieces: Vec<Piece<'a>>,
}

impl<'a> Kept<'a> {
    fn of(store: &'a [u8]) -> Option<Self> {
        let mut rest = Cursor::new(store);
        let destination = rest.vector8()?;
        let piece = || Some(Piece { offset: rest.u16()?, bytes: rest.vector16()? });
        Some(Self { destination, pieces: std::iter::from_fn(piece).collect() })
    }

    fn to_bytes(&self) -> Vec<u8> {
        let length = u8::try_from(self.destination.len()).unwrap_or_default();
        let mut bytes = [&[length], self.destination].concat();
        for piece in &self.pieces {
            let Ok(length) = u16::try_from(piece.bytes.len()) else { continue };
            bytes.extend_from_slice(&piece.offset.to_be_bytes());
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(piece.bytes);
        }
        bytes
    }
}

fn note(body: &[u8], notes: &mut Notes<'_>) {
    let Some(hello) = ClientHello::read(body) else {
        return notes.malformed(PROTOCOL.name);
    };
    if let Some(name) = hello.server_name {
        let name = String::from_utf8_lossy(name).to_ascii_lowercase();
        notes.sender_here(fields::QUIC_SNI, &name);
    }
    for protocol in &hello.protocols {
        notes.sender_here(fields::QUIC_ALPN, &String::from_utf8_lossy(protocol));
    }
    notes.sender_here(fields::QUIC_JA4, &ja4(&hello, Carrier::Quic));
}

#[cfg(test)]
mod tests;
