//! Tags, lengths and values on port 65001: how one maker's television tuners are found at home.
//!
//! The maker publishes its library. Numbers are big-endian but for the checksum behind, which is not
//! checked. Of an answer to a search the kind of device is noted; its number and key are not.
//!
//! ```text
//! | 3 (2) | length of the values (2) | tag (1) | length (1 or 2) | value | tag … | checksum (4) |
//! ```

use evidence::fields;

use super::cursor::Cursor;
use crate::protocol::{Cover, Malformed, Notes, Opening, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "tlv-65001",
    cover: Cover::Clear,
    datagram_ports: &[],
    stream_ports: &[],
    recognises: |opening: &Opening<'_>| {
        !opening.in_stream && opening.port == PORT && values(opening.bytes).is_some()
    },
    datagram: Some(read),
    stream: None,
};

const PORT: u16 = 65001;
const SEARCH: u16 = 2;
const ANSWER: u16 = 3;
const KIND: u8 = 1;
const CHECKSUM_BYTES: usize = 4;

/// The message and its values; `None` if it is another layout.
fn values(bytes: &[u8]) -> Option<(u16, Cursor<'_>)> {
    let mut cursor = Cursor::new(bytes);
    let message = cursor.u16().filter(|message| matches!(*message, SEARCH | ANSWER))?;
    let values = cursor.vector16()?;
    (cursor.rest().len() == CHECKSUM_BYTES).then(|| (message, Cursor::new(values)))
}

fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Result<(), Malformed> {
    let Some((ANSWER, mut values)) = values(bytes) else { return Ok(()) };
    notes.sender(fields::LOCAL_PROTOCOL, PROTOCOL.name);
    while !values.is_empty() {
        let Some((tag, value)) = value(&mut values) else {
            return Err(Malformed::Truncated { what: "value", offset: 4, missing: 1 });
        };
        if let (KIND, &[a, b, c, d]) = (tag, value) {
            let kind = u32::from_be_bytes([a, b, c, d]);
            notes.sender(fields::LOCAL_PRODUCT, &format!("{} {kind}", PROTOCOL.name));
        }
    }
    Ok(())
}

/// A tag and its value; lengths above 127 take two bytes, the lower seven bits first.
fn value<'a>(values: &mut Cursor<'a>) -> Option<(u8, &'a [u8])> {
    let tag = values.u8()?;
    let mut length = usize::from(values.u8()?);
    if length & 0x80 != 0 {
        length = length & 0x7f | usize::from(values.u8()?) << 7;
    }
    Some((tag, values.take(length)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    #[test]
    fn an_answer_tells_the_kind_of_device_and_not_its_number() {
        let told = ["sender local.protocol tlv-65001", "sender local.product tlv-65001 1"];
        let values = [&[1, 4, 0, 0, 0, 1, 2, 4, 0x10, 1, 2, 3, 0x2b, 0x82, 1][..], &[7; 130]];
        check("answer", &message(ANSWER, &values.concat()), &told);
        check("search", &message(SEARCH, &[1, 4, 0xff, 0xff, 0xff, 0xff]), &[]);
        check("another message", &message(4, &[]), &[]);
        check("another length", &[message(ANSWER, &[]), vec![0]].concat(), &[]);
    }

    /// Systems give the port to programs of any kind too.
    #[test]
    fn the_port_alone_is_not_enough() {
        for (bytes, expected) in [
            (message(SEARCH, &[1, 4, 0xff, 0xff, 0xff, 0xff]), true),
            (message(ANSWER, &[1, 4, 0, 0, 0, 1]), true),
            (vec![7; 64], false),
        ] {
            let opening = Opening { bytes: &bytes, in_stream: false, port: PORT };
            assert_eq!((PROTOCOL.recognises)(&opening), expected, "{bytes:02x?}");
        }
    }

    #[test]
    fn a_value_cut_short_is_malformed() {
        let flow = Rehearsal::new(PROTOCOL, PORT).answered(&message(ANSWER, &[1, 9, 0]));
        assert_eq!(flow.malformed(), 1);
    }

    #[test]
    fn nothing_breaks_it() {
        Rehearsal::survives_damage(PROTOCOL, PORT, &message(ANSWER, &[1, 4, 0, 0, 0, 1]));
    }

    fn message(kind: u16, values: &[u8]) -> Vec<u8> {
        let length = u16::try_from(values.len()).unwrap().to_be_bytes();
        [&kind.to_be_bytes()[..], &length, values, &[9; 4]].concat()
    }

    #[track_caller]
    fn check(name: &str, bytes: &[u8], lines: &[&str]) {
        let flow = Rehearsal::new(PROTOCOL, PORT).answered(bytes);
        assert_eq!(flow.lines(), lines, "{name}");
    }
}
