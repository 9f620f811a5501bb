//! Datagrams that begin with 2131: how the devices of one platform are controlled at home and talk
//! with its servers.
//!
//! There is no public standard; client libraries document it. What is inside is encrypted; that a
//! device answers so says which platform's software it runs, and no more.
//!
//! ```text
//! | 2131 | length of all (2) | unknown (4) | device (4) | time (4) | checksum (16) | … |
//! ```

use evidence::fields;

use crate::protocol::{Cover, Malformed, Notes, Opening, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "hello-2131",
    cover: Cover::Encrypted,
    datagram_ports: &[],
    stream_ports: &[],
    recognises: |opening: &Opening<'_>| {
        !opening.in_stream && opening.port == PORT && is_packet(opening.bytes)
    },
    datagram: Some(read),
    stream: None,
};

const PORT: u16 = 54321;
const HEAD_BYTES: usize = 32;

/// Anyone can ask: only the device's own packets say something of it.
#[expect(clippy::unnecessary_wraps, reason = "the shape of every datagram reader")]
fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Result<(), Malformed> {
    if !notes.to_server && is_packet(bytes) {
        notes.sender(fields::LOCAL_PROTOCOL, PROTOCOL.name);
    }
    Ok(())
}

fn is_packet(bytes: &[u8]) -> bool {
    let Some(&[0x21, 0x31, high, low]) = bytes.first_chunk::<4>() else { return false };
    bytes.len() >= HEAD_BYTES && usize::from(u16::from_be_bytes([high, low])) == bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    #[test]
    fn only_what_answers_is_a_device() {
        check("answer", &packet(32), false, &["sender local.protocol hello-2131"]);
        check("question", &packet(32), true, &[]);
        check("wrong length", &packet(33), false, &[]);
        Rehearsal::survives_damage(PROTOCOL, PORT, &packet(32));
    }

    fn packet(length: u8) -> Vec<u8> {
        let mut packet = vec![0xff; HEAD_BYTES];
        packet[..4].copy_from_slice(&[0x21, 0x31, 0, length]);
        packet
    }

    #[track_caller]
    fn check(name: &str, bytes: &[u8], to_server: bool, lines: &[&str]) {
        let flow = Rehearsal::new(PROTOCOL, PORT);
        let flow = if to_server { flow.asked(bytes) } else { flow.answered(bytes) };
        assert_eq!(flow.lines(), lines, "{name}");
    }
}
