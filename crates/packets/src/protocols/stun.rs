//! STUN: hosts finding out their outside address, or a relay, to be reached directly (calls, cameras).
//!
//! Wire formats: [RFC 8489], sections 5 and 14.14; [RFC 8656] (allocations, channel data). What passes
//! through the flow afterwards is not STUN, so nothing is said about its cover, unless it is DTLS
//! ([RFC 7983] tells them apart): then the ends agree on keys, and the flow is encrypted.
//!
//! [RFC 7983]: https://www.rfc-editor.org/rfc/rfc7983
//! [RFC 8489]: https://www.rfc-editor.org/rfc/rfc8489
//! [RFC 8656]: https://www.rfc-editor.org/rfc/rfc8656

use evidence::fields;

use super::{cursor::Cursor, dtls};
use crate::protocol::{Cover, Malformed, Notes, Opening, Progress, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "stun",
    cover: Cover::Unknown,
    datagram_ports: &[PORT],
    stream_ports: &[PORT],
    recognises,
    datagram: Some(read),
    stream: Some(read_stream),
};

const PORT: u16 = 3478;
const HEADER_BYTES: usize = 20;
const MAGIC_COOKIE: [u8; 4] = 0x2112_a442_u32.to_be_bytes();
const BINDING_REQUEST: u16 = 0x0001;
const ALLOCATE_REQUEST: u16 = 0x0003;
const SOFTWARE: u16 = 0x8022;

fn recognises(opening: &Opening<'_>) -> bool {
    let Some(body) = opening.bytes.get(HEADER_BYTES..) else { return false };
    is_stun(opening.bytes) && declared(opening.bytes) == body.len()
}

/// Two zero bits, then the cookie in its place.
fn is_stun(bytes: &[u8]) -> bool {
    bytes.first().is_some_and(|first| first >> 6 == 0) && bytes.get(4..8) == Some(&MAGIC_COOKIE)
}

/// The length of the attributes that the header declares.
fn declared(bytes: &[u8]) -> usize {
    match bytes {
        [_, _, high, low, ..] => u16::from_be_bytes([*high, *low]).into(),
        _ => 0,
    }
}

fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Result<(), Malformed> {
    if !is_stun(bytes) {
        if *notes.cover == Cover::Unknown && dtls::begins(bytes).is_some() {
            *notes.cover = Cover::Encrypted;
        }
        return Ok(());
    }
    let mut rest = Cursor::new(bytes);
    let (Some(kind), Some(attributes)) = (rest.u16(), bytes.get(HEADER_BYTES..)) else {
        let missing = HEADER_BYTES.saturating_sub(bytes.len());
        return Err(Malformed::Truncated { what: "STUN header", offset: 0, missing });
    };
    match kind {
        BINDING_REQUEST => notes.sender(fields::STUN_USED, "binding"),
        ALLOCATE_REQUEST => notes.sender(fields::STUN_USED, "allocation"),
        _ => {}
    }
    // Attributes end on a boundary of four octets, so a length that does not is of the drafts before
    // RFC 5389, which did not pad and are still spoken.
    let is_padded = declared(bytes).is_multiple_of(4);
    let mut rest = Cursor::new(attributes);
    while !rest.is_empty() {
        let (Some(kind), Some(value)) = (rest.u16(), rest.vector16()) else {
            let offset = bytes.len() - rest.rest().len();
            return Err(Malformed::Truncated { what: "STUN attribute", offset, missing: 1 });
        };
        if is_padded {
            let _padding = rest.take((4 - value.len() % 4) % 4);
        }
        if kind == SOFTWARE {
            let text = String::from_utf8_lossy(value);
            notes.sender(fields::STUN_SOFTWARE, text.trim_end_matches('\0'));
        }
    }
    Ok(())
}

/// Over TCP, messages follow one another, until an allocated relay passes on data between them.
fn read_stream(bytes: &[u8], notes: &mut Notes<'_>) -> Progress {
    const SPOKEN: u64 = 1;
    if bytes.len() < HEADER_BYTES {
        return Progress::More;
    }
    if !is_stun(bytes) {
        return if *notes.memory == SPOKEN { Progress::Finished } else { Progress::Foreign };
    }
    *notes.memory = SPOKEN;
    let length = HEADER_BYTES + declared(bytes);
    let Some(message) = bytes.get(..length) else { return Progress::More };
    if read(message, notes).is_err() {
        notes.malformed(PROTOCOL.name);
    }
    Progress::Consumed(length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    const REQUEST: &[u8] = b"\0\x01\0\x0c\x21\x12\xa4\x42abcdefghijkl\x80\x22\0\x07Cam 1.0\0";
    const ANSWER: &[u8] = b"\x01\x01\0\x08\x21\x12\xa4\x42abcdefghijkl\x80\x22\0\x04Serv";

    #[test]
    fn hosts_ask_and_software_names_itself() {
        check("request", REQUEST, &["sender stun.used binding", "sender stun.software Cam 1.0"]);
        check("answer", ANSWER, &["sender stun.software Serv"]);
        let unpadded =
            b"\x01\x13\0\x0e\x21\x12\xa4\x42abcdefghijkl\0\x15\0\x01n\x80\x22\0\x05Relay";
        check("answer of a draft", unpadded, &["sender stun.software Relay"]);
        check("channel data", b"\x40\0\0\x04data", &[]);
    }

    #[test]
    fn a_flow_that_turns_to_dtls_is_encrypted() {
        let hello = b"\x16\xfe\xfd\0\0\0\0\0\0\0\x01\0\x02ab";
        let asked = Rehearsal::new(PROTOCOL, 50_000).asked(REQUEST);
        assert_eq!(asked.cover(), Cover::Unknown);
        assert_eq!(asked.asked(b"\x80\x60rtp").asked(hello).cover(), Cover::Encrypted);
    }

    #[test]
    fn messages_in_a_stream_follow_one_another() {
        let stream = [REQUEST, ANSWER, b"\x40\x01\0\x10relayed data ...", REQUEST].concat();
        let (first, second) = stream.split_at(30);
        let read = Rehearsal::new(PROTOCOL, PORT).client(first).client(second);
        assert_eq!(read.lines().len(), 3);
        assert_eq!(read.ended(true), Some(Progress::Finished));
        let foreign = Rehearsal::new(PROTOCOL, PORT).client(b"GET / HTTP/1.1\r\n\r\n..");
        assert_eq!(foreign.ended(true), Some(Progress::Foreign));
    }

    #[test]
    fn messages_are_recognised_by_cookie_and_length() {
        let opening = |bytes| Opening { bytes, in_stream: false, port: 50_000 };
        assert!(recognises(&opening(REQUEST)));
        assert!(!recognises(&opening(&REQUEST[..REQUEST.len() - 1])));
        assert!(!recognises(&opening(b"\0\x01\0\0\0\0\0\0abcdefghijkl")));
    }

    #[track_caller]
    fn check(what: &str, message: &[u8], expected: &[&str]) {
        let read = Rehearsal::new(PROTOCOL, PORT).asked(message);
        assert_eq!(read.lines(), expected, "{what}");
        assert_eq!(read.malformed(), 0, "{what}");
        Rehearsal::survives_damage(PROTOCOL, PORT, message);
    }
}
