//! Frames between 55aa and aa55: how the devices of one platform announce themselves at home.
//!
//! There is no public standard; client libraries document it. What is inside is encrypted; that a
//! device broadcasts such a frame says which platform's software it runs, and no more.
//!
//! ```text
//! | 000055aa | sequence (4) | command (4) | length of the rest (4) | … | checksum (4) | 0000aa55 |
//! ```

use evidence::fields;

use crate::protocol::{Cover, Malformed, Notes, Opening, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "frames-55aa",
    cover: Cover::Unknown,
    datagram_ports: &[],
    stream_ports: &[],
    recognises: |opening: &Opening<'_>| {
        !opening.in_stream && PORTS.contains(&opening.port) && is_frame(opening.bytes)
    },
    datagram: Some(read),
    stream: None,
};

/// Where devices broadcast, in the clear and encrypted.
const PORTS: [u16; 2] = [6666, 6667];

#[expect(clippy::unnecessary_wraps, reason = "the shape of every datagram reader")]
fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Result<(), Malformed> {
    if notes.to_server && is_frame(bytes) {
        notes.sender(fields::LOCAL_PROTOCOL, PROTOCOL.name);
    }
    Ok(())
}

fn is_frame(bytes: &[u8]) -> bool {
    const HEAD_BYTES: usize = 16;
    let Some((&[0, 0, 0x55, 0xaa, _, _, _, _, _, _, _, _, a, b, c, d], rest)) =
        bytes.split_first_chunk::<HEAD_BYTES>()
    else {
        return false;
    };
    let length = usize::try_from(u32::from_be_bytes([a, b, c, d])).unwrap_or(usize::MAX);
    length == rest.len() && rest.ends_with(&[0, 0, 0xaa, 0x55])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    #[test]
    fn a_broadcast_frame_tells_the_platform_of_its_sender() {
        check("whole", &frame(12), true, &["sender local.protocol frames-55aa"]);
        check("an answer", &frame(12), false, &[]);
        check("wrong length", &frame(13), true, &[]);
        Rehearsal::survives_damage(PROTOCOL, 6667, &frame(12));
    }

    fn frame(length: u8) -> Vec<u8> {
        let head = [0, 0, 0x55, 0xaa, 0, 0, 0, 0, 0, 0, 0, 0x13, 0, 0, 0, length];
        [&head[..], &[1, 2, 3, 4, 5, 6, 7, 8], &[0, 0, 0xaa, 0x55]].concat()
    }

    #[track_caller]
    fn check(name: &str, bytes: &[u8], to_server: bool, lines: &[&str]) {
        let flow = Rehearsal::new(PROTOCOL, 6667);
        let flow = if to_server { flow.asked(bytes) } else { flow.answered(bytes) };
        assert_eq!(flow.lines(), lines, "{name}");
    }
}
