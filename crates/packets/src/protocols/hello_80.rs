//! Datagrams on port 80 with a number at a fixed place: how one maker's remote controls and plugs
//! answer a search at home.
//!
//! There is no public standard; client libraries document it. A program broadcasts its time and
//! address as message 6; a device answers as message 7, with the number of its product. The name the
//! household gave it, which follows, is not noted.

use evidence::fields;

use crate::protocol::{Cover, Malformed, Notes, Opening, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "hello-80",
    cover: Cover::Clear,
    datagram_ports: &[],
    stream_ports: &[],
    recognises: |opening: &Opening<'_>| {
        !opening.in_stream
            && opening.port == PORT
            && matches!(message(opening.bytes), Some(SEARCH | ANSWER))
    },
    datagram: Some(|bytes, notes| {
        read(bytes, notes);
        Ok::<(), Malformed>(())
    }),
    stream: None,
};

const PORT: u16 = 80;
const SEARCH: u8 = 6;
const ANSWER: u8 = 7;
const MESSAGE_AT: usize = 0x26;
const PRODUCT_AT: usize = 0x34;

/// The number of the message, or `None` if it is another layout.
fn message(bytes: &[u8]) -> Option<u8> {
    const SHORTEST: usize = 0x30;
    let whole = bytes.len() >= SHORTEST && bytes.starts_with(&[0; 8]);
    bytes.get(MESSAGE_AT).copied().filter(|_| whole)
}

fn read(bytes: &[u8], notes: &mut Notes<'_>) {
    if message(bytes) != Some(ANSWER) {
        return;
    }
    let Some(&[low, high]) = bytes.get(PRODUCT_AT..).and_then(<[u8]>::first_chunk) else { return };
    let product = u16::from_le_bytes([low, high]);
    notes.sender(fields::LOCAL_PROTOCOL, PROTOCOL.name);
    notes.sender(fields::LOCAL_PRODUCT, &format!("{} {product:04x}", PROTOCOL.name));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    #[test]
    fn an_answer_tells_the_number_of_the_product() {
        let told = ["sender local.protocol hello-80", "sender local.product hello-80 27ab"];
        check("answer", &datagram(ANSWER, 0x80), &told);
        check("search", &datagram(SEARCH, 0x30), &[]);
        check("cut short", &datagram(ANSWER, 0x30), &[]);
        check("something else", &[1; 0x80], &[]);
    }

    #[test]
    fn nothing_breaks_it() {
        Rehearsal::survives_damage(PROTOCOL, PORT, &datagram(ANSWER, 0x80));
    }

    fn datagram(kind: u8, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; 0x80];
        bytes[MESSAGE_AT] = kind;
        bytes[PRODUCT_AT..PRODUCT_AT + 2].copy_from_slice(&[0xab, 0x27]);
        bytes.truncate(length);
        bytes
    }

    #[track_caller]
    fn check(name: &str, bytes: &[u8], lines: &[&str]) {
        let flow = Rehearsal::new(PROTOCOL, PORT).answered(bytes);
        assert_eq!(flow.lines(), lines, "{name}");
    }
}
