//! XML with its bits rotated: how a family of plugs and cameras registers with its maker's servers.
//!
//! There is no public standard; [an owner's notes] describe it. Each datagram is one XML element. Its first byte is `<` plus a number
//! from 0 to 7, and all bytes after it are rotated right by that many bits. It hides nothing, so it
//! counts as clear. Only what names the product is noted: the message also holds its serial number and
//! the household's name for it.
//!
//! [an owner's notes]: https://blog.guntram.de/?p=37

use evidence::fields;

use crate::protocol::{Cover, Malformed, Notes, Opening, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "rotated-xml",
    cover: Cover::Clear,
    datagram_ports: &[],
    stream_ports: &[],
    recognises: |opening: &Opening<'_>| {
        !opening.in_stream && opening.bytes.get(..START.len()).is_some_and(|it| plain(it) == START)
    },
    datagram: Some(|bytes, notes| {
        note(&plain(bytes), notes);
        Ok::<(), Malformed>(())
    }),
    stream: None,
};

const START: &str = "<param>";
/// The longest message read; our choice, several times what registrations have.
const LONGEST: usize = 2 * 1024;
/// What names the product, as the message spells it.
const KEYS: [&str; 3] = ["model", "type", "devfwver"];

fn note(text: &str, notes: &mut Notes<'_>) {
    if !text.starts_with(START) {
        return;
    }
    notes.sender(fields::LOCAL_PROTOCOL, PROTOCOL.name);
    for key in KEYS {
        if let Some(value) = value_of(text, key) {
            notes.sender(fields::LOCAL_TEXT, &format!("{key}={value}"));
        }
    }
}

/// Rotates the bits back. What does not begin like a message comes out as nothing.
fn plain(bytes: &[u8]) -> String {
    let Some((first, rest)) = bytes.split_first() else { return String::new() };
    let Some(turn) = first.checked_sub(b'<').filter(|turn| *turn < 8) else {
        return String::new();
    };
    let turned = rest.iter().take(LONGEST).map(|byte| byte.rotate_left(u32::from(turn)));
    let plain: Vec<u8> = std::iter::once(b'<').chain(turned).collect();
    String::from_utf8_lossy(&plain).into_owned()
}

/// The value of the element `<key value="…" />`.
fn value_of<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<{key} value=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    const PORT: u16 = 8765;
    const MESSAGE: &str = "<param>\n<code value=\"1010\" />\n<model value=\"AB-100\" />\n\
        <id value=\"00005E005301\" />\n<type value=\"SmartPlug\" />\n<alias value=\"the bedroom\" />";

    const TOLD: [&str; 3] = [
        "sender local.protocol rotated-xml",
        "sender local.text model=AB-100",
        "sender local.text type=SmartPlug",
    ];

    #[test]
    fn tells_the_product_and_not_what_the_household_calls_it() {
        for turn in 0..8 {
            let flow = Rehearsal::new(PROTOCOL, PORT).asked(&rotated(turn, MESSAGE));
            assert_eq!(flow.lines(), TOLD, "rotated by {turn}");
        }
    }

    #[test]
    fn nothing_breaks_it() {
        Rehearsal::survives_damage(PROTOCOL, PORT, &rotated(3, MESSAGE));
    }

    #[test]
    fn other_xml_is_not_claimed() {
        check(b"<?xml version=\"1.0\"?>", false);
        check(&rotated(5, "<param><code/>"), true);
        check(b"<", false);
        check(b"", false);
    }

    #[track_caller]
    fn check(bytes: &[u8], claimed: bool) {
        let opening = Opening { bytes, in_stream: false, port: PORT };
        assert_eq!((PROTOCOL.recognises)(&opening), claimed);
    }

    fn rotated(turn: u8, text: &str) -> Vec<u8> {
        let (first, rest) = text.as_bytes().split_first().unwrap();
        let rest = rest.iter().map(|byte| byte.rotate_right(u32::from(turn)));
        std::iter::once(first + turn).chain(rest).collect()
    }
}
