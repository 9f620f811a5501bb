//! Frames on port 6053: how devices that run one open firmware are controlled at home.
//!
//! The firmware's authors publish it. A frame in the clear begins with a zero, then its length and its
//! message's number as varints, then fields as Protocol Buffers write them; an encrypted conversation
//! begins with a one. Of the answer about the device the firmware's version, the project it was built
//! for, and else the board are noted; names and addresses are not.

use evidence::fields;

use super::{cursor::Cursor, text::readable};
use crate::protocol::{Cover, Notes, Opening, Progress, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "frames-6053",
    cover: Cover::Unknown,
    datagram_ports: &[],
    stream_ports: &[],
    recognises: |opening: &Opening<'_>| {
        opening.in_stream && opening.port == PORT && matches!(opening.bytes, [CLEAR | NOISE, ..])
    },
    datagram: None,
    stream: Some(read),
};

const PORT: u16 = 6053;
const CLEAR: u8 = 0;
const NOISE: u8 = 1;
/// The longest frame read; our choice, above what tells of the device.
const LONGEST: usize = 4 * 1024;
/// The messages that the device answers with: hello, and what it is.
const HELLO: u64 = 2;
const DEVICE: u64 = 10;
/// The fields of the second.
const FIRMWARE: u64 = 4;
const BOARD: u64 = 6;
const PROJECT: u64 = 8;
const PROJECT_VERSION: u64 = 9;

fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Progress {
    let mut cursor = Cursor::new(bytes);
    match cursor.u8() {
        None => return Progress::More,
        Some(NOISE) => {
            *notes.cover = Cover::Encrypted;
            if !notes.to_server {
                notes.sender(fields::LOCAL_PROTOCOL, PROTOCOL.name);
            }
            return Progress::Finished;
        }
        Some(CLEAR) => *notes.cover = Cover::Clear,
        Some(_) => return Progress::Foreign,
    }
    let Some(length) = varint(&mut cursor) else { return waits(bytes) };
    let Some(number) = varint(&mut cursor) else { return waits(bytes) };
    let Some(length) = usize::try_from(length).ok().filter(|length| *length <= LONGEST) else {
        return Progress::Finished;
    };
    let Some(message) = cursor.take(length) else { return Progress::More };
    if !notes.to_server {
        note(number, message, notes);
    }
    Progress::Consumed(bytes.len() - cursor.rest().len())
}

/// A head that is not whole yet; no head is longer than this.
const fn waits(bytes: &[u8]) -> Progress {
    if bytes.len() > 1 + 2 * 10 { Progress::Foreign } else { Progress::More }
}

fn note(number: u64, message: &[u8], notes: &mut Notes<'_>) {
    let name = PROTOCOL.name;
    if number == HELLO {
        notes.sender(fields::LOCAL_PROTOCOL, name);
    }
    if number != DEVICE {
        return;
    }
    notes.sender(fields::LOCAL_PROTOCOL, name);
    let told = |field| text(message, field).filter(|text| !text.is_empty()).map(readable);
    if let Some(product) = told(PROJECT).or_else(|| told(BOARD)) {
        notes.sender(fields::LOCAL_PRODUCT, &format!("{name} {product}"));
    }
    if let Some(version) = told(PROJECT_VERSION).or_else(|| told(FIRMWARE)) {
        notes.sender(fields::LOCAL_VERSION, &format!("{name} {version}"));
    }
}

/// The bytes under `wanted`, where they are a text.
fn text(message: &[u8], wanted: u64) -> Option<&[u8]> {
    let mut cursor = Cursor::new(message);
    while !cursor.is_empty() {
        let key = varint(&mut cursor)?;
        match key & 7 {
            0 => {
                varint(&mut cursor)?;
            }
            1 => {
                cursor.take(8)?;
            }
            2 => {
                let length = usize::try_from(varint(&mut cursor)?).ok()?;
                let value = cursor.take(length)?;
                if key >> 3 == wanted {
                    return Some(value);
                }
            }
            5 => {
                cursor.take(4)?;
            }
            _ => return None,
        }
    }
    None
}

/// Seven bits a byte, the lowest first; the highest bit says that more follow.
fn varint(cursor: &mut Cursor<'_>) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = cursor.u8()?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    const FOUND: &str = "sender local.protocol frames-6053";

    #[test]
    fn the_device_tells_its_project_or_board_and_no_names() {
        let device = answer(&[(2, "hallway"), (4, "2024.6.0"), (6, "esp-board"), (8, "acme.plug")]);
        let project = "sender local.product frames-6053 acme.plug";
        let version = "sender local.version frames-6053 2024.6.0";
        check("project", &device, false, &[FOUND, project, version]);
        let device = answer(&[(6, "esp-board"), (8, "")]);
        check("board", &device, false, &[FOUND, "sender local.product frames-6053 esp-board"]);
        check("hello", &frame(2, &[8, 1]), false, &[FOUND]);
        check("state", &frame(25, &[8, 1]), false, &[]);
        check("a client's hello", &frame(1, &[8, 1]), true, &[]);
    }

    #[test]
    fn an_encrypted_conversation_tells_what_it_is_and_no_more() {
        let flow = Rehearsal::new(PROTOCOL, PORT).server(&[NOISE, 0, 3, 1, b'a', 0]);
        assert_eq!((flow.lines(), flow.cover()), (vec![FOUND], Cover::Encrypted));
        assert_eq!(flow.ended(false), Some(Progress::Finished));
    }

    #[test]
    fn nothing_breaks_it() {
        Rehearsal::survives_damage(PROTOCOL, PORT, &answer(&[(4, "1"), (6, "b")]));
        let flow = Rehearsal::new(PROTOCOL, PORT).server(&[&[0][..], &[0xff; 30]].concat());
        assert_eq!(flow.ended(false), Some(Progress::Foreign));
    }

    fn answer(texts: &[(u8, &str)]) -> Vec<u8> {
        let mut message = vec![8, 1];
        for (field, text) in texts {
            message.extend([field << 3 | 2, u8::try_from(text.len()).unwrap()]);
            message.extend(text.as_bytes());
        }
        frame(10, &message)
    }

    fn frame(number: u8, message: &[u8]) -> Vec<u8> {
        [&[CLEAR, u8::try_from(message.len()).unwrap(), number][..], message].concat()
    }

    #[track_caller]
    fn check(name: &str, bytes: &[u8], to_server: bool, lines: &[&str]) {
        let flow = Rehearsal::new(PROTOCOL, PORT);
        let flow = if to_server { flow.client(bytes) } else { flow.server(bytes) };
        assert_eq!(flow.lines(), lines, "{name}");
    }
}
