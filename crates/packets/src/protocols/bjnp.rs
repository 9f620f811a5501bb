//! BJNP on ports 8611 and 8612: how one maker's printers and scanners are found and used at home.
//!
//! There is no public standard; free drivers and Wireshark document it. Numbers are big-endian. Of an
//! answer that identifies the printer, model and firmware are noted, from the text that IEEE 1284 lays
//! down.
//!
//! ```text
//! | BJNP | 1, 2 or with 80 (1) | command (1) | 0 or error (2) | sequence (2) | session (2) | length (4) | …
//! ```

use evidence::fields;

use super::text::readable;
use crate::protocol::{Cover, Malformed, Notes, Opening, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "bjnp",
    cover: Cover::Clear,
    datagram_ports: &[],
    stream_ports: &[],
    recognises: |opening: &Opening<'_>| !opening.in_stream && opening.bytes.starts_with(START),
    datagram: Some(|bytes, notes| {
        read(bytes, notes);
        Ok::<(), Malformed>(())
    }),
    stream: None,
};

const START: &[u8] = b"BJNP";
const HEAD_BYTES: usize = 16;
/// Set in what a device sends.
const ANSWER: u8 = 0x80;
const IDENTITY: u8 = 0x30;

fn read(bytes: &[u8], notes: &mut Notes<'_>) {
    let Some((head, rest)) = bytes.split_first_chunk::<HEAD_BYTES>() else { return };
    let &[_, _, _, _, kind, command, ..] = head;
    if !head.starts_with(START) || !matches!(kind, 0x81 | 0x82) || kind & ANSWER == 0 {
        return;
    }
    notes.sender(fields::LOCAL_PROTOCOL, PROTOCOL.name);
    if command != IDENTITY {
        return;
    }
    let text = readable(rest);
    if let Some(model) = value(&text, "MDL").or_else(|| value(&text, "MODEL")) {
        notes.sender(fields::LOCAL_PRODUCT, &format!("{} {model}", PROTOCOL.name));
    }
    if let Some(version) = value(&text, "VER") {
        notes.sender(fields::LOCAL_VERSION, &format!("{} {version}", PROTOCOL.name));
    }
}

/// What stands under `key` in `MFG:…;MDL:…;VER:…;`.
fn value<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let mut parts = text.split(';').filter_map(|part| part.rsplit_once(':'));
    let (_, value) = parts.find(|(name, _)| {
        name.strip_suffix(key).is_some_and(|before| !before.ends_with(char::is_alphanumeric))
    })?;
    Some(value.trim()).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    const PORT: u16 = 8611;
    const FOUND: &str = "sender local.protocol bjnp";

    #[test]
    fn an_answer_names_model_and_firmware() {
        let identity = "\0\x20MFG:Acme;CMD:A,B;SOJ:C;MDL:AB100 series;CLS:PRINTER;VER:1.050;";
        let told =
            [FOUND, "sender local.product bjnp AB100 series", "sender local.version bjnp 1.050"];
        check("identity", &message(0x81, IDENTITY, identity), &told);
        check("found", &message(0x82, 1, "\0\x01\x08\0"), &[FOUND]);
        check("no model", &message(0x81, IDENTITY, "\0\x04MFG:"), &[FOUND]);
        check("search", &message(1, 1, ""), &[]);
        check("cut short", b"BJNP\x81\x30", &[]);
    }

    #[test]
    fn nothing_breaks_it() {
        Rehearsal::survives_damage(PROTOCOL, PORT, &message(0x81, IDENTITY, "\0\x09MDL:AB1;"));
    }

    fn message(kind: u8, command: u8, rest: &str) -> Vec<u8> {
        let length = u32::try_from(rest.len()).unwrap().to_be_bytes();
        [START, &[kind, command, 0, 0, 0, 1, 0, 0], &length, rest.as_bytes()].concat()
    }

    #[track_caller]
    fn check(name: &str, bytes: &[u8], lines: &[&str]) {
        let flow = Rehearsal::new(PROTOCOL, PORT).answered(bytes);
        assert_eq!(flow.lines(), lines, "{name}");
    }
}
