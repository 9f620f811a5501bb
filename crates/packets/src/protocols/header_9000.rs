//! Messages on port 9000 behind one header: how one maker's cameras and recorders serve their apps.
//!
//! There is no public standard; [client programs] document it. Numbers are little-endian. The contents
//! are XML, hidden by a key that is public or encrypted with the password, so that a device serves it
//! is all that is noted.
//!
//! ```text
//! | F0 DE BC 0A | message (4) | length (4) | channel, stream, … (4) | status (2) | class (2) | …
//! ```
//!
//! [client programs]: https://github.com/thirtythreeforty/neolink/blob/master/dissector/protocol.md

use evidence::fields;

use crate::protocol::{Cover, Notes, Opening, Progress, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "header-9000",
    cover: Cover::Unknown,
    datagram_ports: &[],
    stream_ports: &[],
    recognises: |opening: &Opening<'_>| opening.in_stream && is_message(opening.bytes),
    datagram: None,
    stream: Some(read),
};

const START: [u8; 4] = [0xf0, 0xde, 0xbc, 0x0a];
const HEAD_BYTES: usize = 20;
/// Classes of message, which tell how long the header is.
const CLASSES: [u16; 4] = [0x6514, 0x6614, 0x6414, 0x0000];

fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Progress {
    if bytes.len() < HEAD_BYTES {
        return if START.starts_with(bytes) || bytes.starts_with(&START) {
            Progress::More
        } else {
            Progress::Foreign
        };
    }
    if !is_message(bytes) {
        return Progress::Foreign;
    }
    if !notes.to_server {
        notes.sender(fields::LOCAL_PROTOCOL, PROTOCOL.name);
    }
    Progress::Finished
}

fn is_message(bytes: &[u8]) -> bool {
    let Some(&[a, b, c, d, .., low, high]) = bytes.first_chunk::<HEAD_BYTES>() else {
        return false;
    };
    [a, b, c, d] == START && CLASSES.contains(&u16::from_le_bytes([low, high]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    const PORT: u16 = 9000;

    #[test]
    fn who_answers_is_a_device() {
        check("answer", &message(0x6614), false, &["sender local.protocol header-9000"]);
        check("login", &message(0x6514), true, &[]);
        check("another class", &message(0x1234), false, &[]);
        check("cut short", &message(0x6614)[..12], false, &[]);
    }

    #[test]
    fn any_port_may_bring_it() {
        for (bytes, expected) in [(message(0x6414), true), (vec![0; 24], false)] {
            let opening = Opening { bytes: &bytes, in_stream: true, port: 4321 };
            assert_eq!((PROTOCOL.recognises)(&opening), expected);
        }
    }

    #[test]
    fn nothing_breaks_it() {
        Rehearsal::survives_damage(PROTOCOL, PORT, &message(0x6614));
    }

    fn message(class: u16) -> Vec<u8> {
        [&START[..], &[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xc8, 0], &class.to_le_bytes(), &[0; 4]]
            .concat()
    }

    #[track_caller]
    fn check(name: &str, bytes: &[u8], to_server: bool, lines: &[&str]) {
        let flow = Rehearsal::new(PROTOCOL, PORT);
        let flow = if to_server { flow.client(bytes) } else { flow.server(bytes) };
        assert_eq!(flow.lines(), lines, "{name}");
    }
}
