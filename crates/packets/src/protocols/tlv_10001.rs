//! Types, lengths and values on port 10001: how one maker's access points, cameras and consoles
//! announce themselves at home.
//!
//! There is no public standard; client libraries document it. Numbers are big-endian. A search is a
//! header without values. Model and version are noted; addresses and the name the household gave the
//! device are not.
//!
//! ```text
//! | version 1 or 2 (1) | command (1) | length of the rest (2) | type (1) | length (2) | value | type … |
//! ```

use evidence::fields;

use super::{cursor::Cursor, text::readable};
use crate::protocol::{Cover, Malformed, Notes, Opening, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "tlv-10001",
    cover: Cover::Clear,
    datagram_ports: &[],
    stream_ports: &[],
    recognises: |opening: &Opening<'_>| {
        !opening.in_stream && opening.port == PORT && values(opening.bytes).is_some()
    },
    datagram: Some(read),
    stream: None,
};

const PORT: u16 = 10001;
const FIRMWARE: u8 = 0x03;
const PLATFORM: u8 = 0x0c;
const MODEL: u8 = 0x14;
const PRODUCT: u8 = 0x15;
const VERSION: u8 = 0x16;
/// Values read of one announcement; our choice, several times what devices send.
const MOST_VALUES: usize = 64;

/// What follows the header, or `None` if it is another layout.
fn values(bytes: &[u8]) -> Option<&[u8]> {
    let (&[version, command, high, low], rest) = bytes.split_first_chunk::<4>()?;
    let known = matches!((version, command), (1, 0) | (2, 6 | 8 | 9));
    (known && usize::from(u16::from_be_bytes([high, low])) == rest.len()).then_some(rest)
}

fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Result<(), Malformed> {
    let Some(rest) = values(bytes).filter(|rest| !rest.is_empty()) else { return Ok(()) };
    notes.sender(fields::LOCAL_PROTOCOL, PROTOCOL.name);
    let mut cursor = Cursor::new(rest);
    for _ in 0..MOST_VALUES {
        let offset = bytes.len() - cursor.rest().len();
        let Some(kind) = cursor.u8() else { break };
        let Some(value) = cursor.vector16() else {
            return Err(Malformed::Truncated { what: "value", offset, missing: 1 });
        };
        let value = readable(value);
        match kind {
            MODEL | PRODUCT => {
                notes.sender(fields::LOCAL_PRODUCT, &format!("{} {value}", PROTOCOL.name));
            }
            FIRMWARE | VERSION => {
                notes.sender(fields::LOCAL_VERSION, &format!("{} {value}", PROTOCOL.name));
            }
            PLATFORM => notes.sender(fields::LOCAL_TEXT, &format!("platform={value}")),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    #[test]
    fn an_announcement_tells_model_and_version_and_not_the_household_s_name() {
        let told = [
            "sender local.protocol tlv-10001",
            "sender local.version tlv-10001 AB.v4.0.66",
            "sender local.text platform=ABG3",
            "sender local.product tlv-10001 AB G3",
        ];
        check("announcement", &announcement([1, 0]), &told);
        check("of the second version", &announcement([2, 6]), &told);
        check("of another version", &announcement([3, 0]), &[]);
        check("search", &[1, 0, 0, 0], &[]);
    }

    #[test]
    fn a_value_cut_short_is_malformed() {
        let flow = Rehearsal::new(PROTOCOL, PORT).answered(&[1, 0, 0, 3, MODEL, 0, 9]);
        assert_eq!(flow.malformed(), 1);
    }

    #[test]
    fn nothing_breaks_it() {
        Rehearsal::survives_damage(PROTOCOL, PORT, &announcement([1, 0]));
    }

    fn announcement(version_and_command: [u8; 2]) -> Vec<u8> {
        let mut rest = Vec::new();
        let values: [(u8, &[u8]); 5] = [
            (0x01, &[0, 0, 0x5e, 0, 0x53, 1]),
            (FIRMWARE, b"AB.v4.0.66"),
            (0x0b, b"the hallway"),
            (PLATFORM, b"ABG3"),
            (MODEL, b"AB G3"),
        ];
        for (kind, value) in values {
            rest.extend([kind, 0, u8::try_from(value.len()).unwrap()]);
            rest.extend(value);
        }
        let length = u16::try_from(rest.len()).unwrap().to_be_bytes();
        [&version_and_command[..], &length, &rest].concat()
    }

    #[track_caller]
    fn check(name: &str, bytes: &[u8], lines: &[&str]) {
        let flow = Rehearsal::new(PROTOCOL, PORT).answered(bytes);
        assert_eq!(flow.lines(), lines, "{name}");
    }
}
