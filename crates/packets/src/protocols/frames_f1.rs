//! Datagrams that begin with F1: how cameras of many brands reach the app of their owner, at home or
//! through servers, on whatever ports the two agree on.
//!
//! There is no public standard; it is written down beside a [dissector] for Wireshark. Numbers are
//! big-endian. The end that is the device is told by what only it says: that it logs in to a server,
//! that it is ready, and that it fills messages of data to the brim, as a picture does and a command
//! does not. Of its number only the letters at the beginning are noted: they stand for who issued it.
//!
//! ```text
//! | F1 | message (1) | length of the rest (2) | letters (8) | number (4) | letters (8) |   message 10, 12, 42, …
//! | F1 | D0          | length of the rest (2) | D1 | channel (1) | index (2) | data |     data
//! ```
//!
//! [dissector]: https://github.com/magicus/pppp-dissector

use evidence::fields;

use super::text::readable;
use crate::protocol::{Cover, Malformed, Notes, Opening, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "frames-f1",
    cover: Cover::Unknown,
    datagram_ports: &[],
    stream_ports: &[],
    recognises: |opening: &Opening<'_>| !opening.in_stream && is_frame(opening.bytes),
    datagram: Some(read),
    stream: None,
};

const START: u8 = 0xf1;
const DATA: u8 = 0xd0;
const DATA_START: u8 = 0xd1;
/// Data is cut into pieces of so many bytes, behind the four that say which piece it is.
const WHOLE_PIECE: u16 = 4 + 1024;
/// Letters, number and letters.
const NUMBER_BYTES: usize = 20;
/// Letters before the number, filled up with zeros.
const LETTERS_BYTES: usize = 8;

/// The messages of a device: log in (three kinds), ready.
const OF_DEVICE: [u8; 5] = [0x10, 0x12, 0x14, 0x16, 0x42];
/// What else begins a conversation, from either end: greetings, requests, searches, signs of life.
const OTHERS: [u8; 18] = [
    0x00, 0x01, 0x11, 0x13, 0x15, 0x20, 0x21, 0x26, 0x30, 0x40, 0x41, 0x43, 0x67, 0x68, 0x69, 0xe0,
    0xe1, 0xf0,
];

/// What the flow remembers: the device is known.
const KNOWN: u64 = 1;

fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Result<(), Malformed> {
    if *notes.memory == KNOWN {
        return Ok(());
    }
    let Some(&[START, message, high, low]) = bytes.first_chunk::<4>() else { return Ok(()) };
    let length = u16::from_be_bytes([high, low]);
    let rest = bytes.get(4..).unwrap_or_default();
    let from_device = match message {
        DATA => length == WHOLE_PIECE && rest.first() == Some(&DATA_START),
        _ => OF_DEVICE.contains(&message) && usize::from(length) >= NUMBER_BYTES,
    };
    if from_device {
        *notes.memory = KNOWN;
        notes.sender(fields::LOCAL_PROTOCOL, PROTOCOL.name);
        if let Some(letters) = letters(rest).filter(|_| message != DATA) {
            notes.sender(fields::LOCAL_PRODUCT, &format!("{} {}", PROTOCOL.name, readable(letters)));
        }
    }
    Ok(())
}

/// Strict, since any port may bring anything: a known message as long as it says, or a piece of data
/// of which a capture may have cut the end.
fn is_frame(bytes: &[u8]) -> bool {
    let Some(&[START, message, high, low]) = bytes.first_chunk::<4>() else { return false };
    let length = usize::from(u16::from_be_bytes([high, low]));
    let rest = bytes.get(4..).unwrap_or_default();
    match message {
        DATA => rest.first() == Some(&DATA_START) && (rest.len()..=4 + 1024).contains(&length),
        _ if OF_DEVICE.contains(&message) => length == rest.len() && letters(rest).is_some(),
        _ => OTHERS.contains(&message) && length == rest.len(),
    }
}

/// The letters before the number: at least three, and nothing but zeros behind them.
fn letters(rest: &[u8]) -> Option<&[u8]> {
    let field = rest.get(..NUMBER_BYTES)?.get(..LETTERS_BYTES)?;
    let count = field.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    let (letters, filling) = field.split_at_checked(count)?;
    (count >= 3 && filling.iter().all(|byte| *byte == 0)).then_some(letters)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    /// A port that two ends agreed on.
    const PORT: u16 = 23_456;
    const DEVICE: &str = "sender local.protocol frames-f1";
    const LETTERS: &str = "sender local.product frames-f1 ABCDE";

    #[test]
    fn the_device_is_told_by_what_only_it_says() {
        check("logs in", &number(0x10), &[DEVICE, LETTERS]);
        check("is ready", &number(0x42), &[DEVICE, LETTERS]);
        check("fills a piece of data", &data(1024), &[DEVICE]);
        check("fills it, cut by the capture", &data(1024)[..100], &[DEVICE]);
        check("sends a command", &data(60), &[]);
        check("is asked for", &number(0x20), &[]);
        check("punches, as both ends do", &number(0x41), &[]);
        check("lives", &[START, 0xe0, 0, 0], &[]);
    }

    #[test]
    fn it_is_noted_once_a_flow() {
        let flow = Rehearsal::new(PROTOCOL, PORT);
        let flow = flow.asked(&number(0x42)).asked(&data(1024)).answered(&data(1024));
        assert_eq!(flow.lines(), [DEVICE, LETTERS]);
    }

    #[test]
    fn any_port_may_bring_it_and_little_else_looks_like_it() {
        recognised("ready", &number(0x42), true);
        recognised("data", &data(1024), true);
        recognised("sign of life", &[START, 0xe0, 0, 0], true);
        recognised("longer than it says", &[START, 0xe0, 0, 0, 0], false);
        recognised("unknown message", &[START, 0xc0, 0, 0], false);
        recognised("no letters", &[&[START, 0x42, 0, 20][..], &[7; 20]].concat(), false);
        recognised("data of another mark", &[START, DATA, 0, 5, 0, 0, 0, 0, 0], false);
        recognised("something else", &[0x16, 3, 1, 0], false);
    }

    #[test]
    fn nothing_breaks_it() {
        Rehearsal::survives_damage(PROTOCOL, PORT, &number(0x42));
        Rehearsal::survives_damage(PROTOCOL, PORT, &data(1024)[..64]);
    }

    /// A message with the device's number.
    fn number(message: u8) -> Vec<u8> {
        [&[START, message, 0, 20][..], b"ABCDE\0\0\0", &[0, 0, 0, 7], b"FGHIJ\0\0\0"].concat()
    }

    fn data(count: u16) -> Vec<u8> {
        let piece = vec![0x55; usize::from(count)];
        [&[START, DATA][..], &(count + 4).to_be_bytes(), &[DATA_START, 1, 0, 0], &piece].concat()
    }

    #[track_caller]
    fn recognised(name: &str, bytes: &[u8], expected: bool) {
        let opening = Opening { bytes, in_stream: false, port: PORT };
        assert_eq!((PROTOCOL.recognises)(&opening), expected, "{name}");
    }

    #[track_caller]
    fn check(name: &str, bytes: &[u8], lines: &[&str]) {
        let flow = Rehearsal::new(PROTOCOL, PORT).asked(bytes);
        assert_eq!(flow.lines(), lines, "{name}");
    }
}
