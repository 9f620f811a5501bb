//! JSON with a pack on port 7000: how one maker's air conditioners, sold under many names, are controlled
//! at home.
//!
//! There is no public standard; client libraries document it. The pack is encrypted, for a first answer
//! with a key that is public, so that a device answers is all that is noted.

use evidence::fields;

use crate::protocol::{Cover, Malformed, Notes, Opening, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "pack-json",
    cover: Cover::Clear,
    datagram_ports: &[],
    stream_ports: &[],
    recognises: |opening: &Opening<'_>| {
        !opening.in_stream
            && opening.port == PORT
            && (is_answer(opening.bytes) || is_scan(opening.bytes))
    },
    datagram: Some(read),
    stream: None,
};

const PORT: u16 = 7000;
/// Where the key of the pack is looked for; our choice, a few times what stands before it.
const HEAD_BYTES: usize = 256;

fn is_scan(bytes: &[u8]) -> bool {
    bytes.len() <= 32 && bytes.starts_with(b"{") && has(bytes, b"\"scan\"")
}

fn is_answer(bytes: &[u8]) -> bool {
    let head = bytes.get(..HEAD_BYTES).unwrap_or(bytes);
    bytes.starts_with(b"{")
        && [&b"\"t\""[..], b"\"cid\"", b"\"pack\""].iter().all(|key| has(head, key))
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of every datagram reader")]
fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Result<(), Malformed> {
    if !notes.to_server && is_answer(bytes) {
        notes.sender(fields::LOCAL_PROTOCOL, PROTOCOL.name);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    const ANSWER: &[u8] =
        b"{\"t\":\"pack\",\"i\":1,\"uid\":0,\"cid\":\"00005e005301\",\"tcid\":\"\",\"pack\":\"AAAA\"}";

    #[test]
    fn who_answers_is_a_device() {
        check("answer", ANSWER, false, &["sender local.protocol pack-json"]);
        check("command", ANSWER, true, &[]);
        check("scan", b"{\"t\":\"scan\"}", true, &[]);
        check("another JSON", b"{\"pack\":1}", false, &[]);
    }

    #[test]
    fn nothing_breaks_it() {
        Rehearsal::survives_damage(PROTOCOL, PORT, ANSWER);
    }

    #[track_caller]
    fn check(name: &str, bytes: &[u8], to_server: bool, lines: &[&str]) {
        let flow = Rehearsal::new(PROTOCOL, PORT);
        let flow = if to_server { flow.asked(bytes) } else { flow.answered(bytes) };
        assert_eq!(flow.lines(), lines, "{name}");
    }
}
