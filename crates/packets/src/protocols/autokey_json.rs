//! JSON under an autokey XOR: how a family of plugs, switches and bulbs is asked and answers at home.
//!
//! There is no public standard; client libraries document it. Each byte is the XOR of the plain byte
//! and the byte before it as sent, the first with 171. In a stream four bytes of length (big-endian)
//! stand before it. It hides nothing, so it counts as clear. Only what names the product is noted:
//! the answer also holds the household's name for the device and where it stands. Where a capture cut
//! the answer within the words for the kind of device, their beginning is noted with `…` behind it: it
//! still says more than nothing, and nobody takes it for the whole.

use evidence::fields;

use crate::protocol::{Cover, Malformed, Notes, Opening, Progress, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "autokey-json",
    cover: Cover::Clear,
    datagram_ports: &[],
    stream_ports: &[],
    recognises: |opening: &Opening<'_>| {
        let start = if opening.in_stream { LENGTH_BYTES } else { 0 };
        opening.port == PORT && opening.bytes.get(start..).is_some_and(|it| it.starts_with(&OPEN))
    },
    datagram: Some(|bytes, notes| {
        note(&plain(bytes), notes);
        Ok::<(), Malformed>(())
    }),
    stream: Some(read),
};

const PORT: u16 = 9999;
const LENGTH_BYTES: usize = 4;
const FIRST_KEY: u8 = 171;
/// `{"` as sent.
const OPEN: [u8; 2] = [b'{' ^ FIRST_KEY, b'"' ^ b'{' ^ FIRST_KEY];
/// The longest answer read; our choice, above what devices with six sockets send.
const LONGEST: usize = 8 * 1024;
/// What names the product, as the answer spells it.
const KEYS: [&str; 4] = ["model", "type", "mic_type", "sw_ver"];
/// What names the kind of device; half of it tells something, unlike half of a number.
const KINDS: [&str; 2] = ["type", "mic_type"];

fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Progress {
    let Some((length, body)) = bytes.split_first_chunk::<LENGTH_BYTES>() else {
        return Progress::More;
    };
    let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
    let begins = body.iter().zip(OPEN).all(|(byte, open)| *byte == open);
    if !begins || !(OPEN.len()..=LONGEST).contains(&length) {
        return Progress::Foreign;
    }
    let Some(message) = body.get(..length) else { return Progress::More };
    note(&plain(message), notes);
    Progress::Consumed(LENGTH_BYTES + length)
}

/// Takes the XOR off.
fn plain(bytes: &[u8]) -> String {
    let mut key = FIRST_KEY;
    let plain: Vec<u8> =
        bytes.iter().take(LONGEST).map(|byte| std::mem::replace(&mut key, *byte) ^ byte).collect();
    String::from_utf8_lossy(&plain).into_owned()
}

/// Anyone can ask, which says of who does only that it did; the answer says something of the device.
fn note(text: &str, notes: &mut Notes<'_>) {
    if !text.starts_with("{\"") {
        return;
    }
    if notes.to_server {
        return notes.sender(fields::LOCAL_ASKED, PROTOCOL.name);
    }
    notes.receiver(fields::LOCAL_ASKED, PROTOCOL.name);
    notes.sender(fields::LOCAL_PROTOCOL, PROTOCOL.name);
    for key in KEYS {
        match value_of(text, key) {
            Some((value, true)) => notes.sender(fields::LOCAL_TEXT, &format!("{key}={value}")),
            Some((value, false)) if KINDS.contains(&key) && !value.is_empty() => {
                notes.sender(fields::LOCAL_TEXT, &format!("{key}={value}…"));
            }
            _ => {}
        }
    }
}

/// The first text under `key`, at whatever depth, and whether its end was captured too.
fn value_of<'a>(text: &'a str, key: &str) -> Option<(&'a str, bool)> {
    let (_, rest) = text.split_once(&format!("\"{key}\":\""))?;
    Some(rest.split_once('"').map_or((rest, false), |(value, _)| (value, true)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    const ANSWER: &str = "{\"system\":{\"get_sysinfo\":{\"sw_ver\":\"1.2.6\",\
        \"type\":\"PLUG\",\"model\":\"AB100(EU)\",\"alias\":\"the bedroom\"}}}";
    const ASKED: &str = "local.asked autokey-json";
    const TOLD: [&str; 5] = [
        "receiver local.asked autokey-json",
        "sender local.protocol autokey-json",
        "sender local.text model=AB100(EU)",
        "sender local.text type=PLUG",
        "sender local.text sw_ver=1.2.6",
    ];

    #[test]
    fn tells_the_product_and_not_what_the_household_calls_it() {
        let framed =
            [&u32::try_from(ANSWER.len()).unwrap().to_be_bytes()[..], &hidden(ANSWER)].concat();
        let flow = Rehearsal::new(PROTOCOL, PORT).server(&framed);
        assert_eq!(flow.lines(), TOLD);
        let flow = Rehearsal::new(PROTOCOL, PORT).answered(&hidden(ANSWER));
        assert_eq!(flow.lines(), TOLD);
    }

    #[test]
    fn of_a_cut_answer_the_kind_s_beginning_is_told_and_no_half_number() {
        check("within the kind", "\"sw_ver\":\"1.2.6\",\"type\":\"IOT.PL", &["type=IOT.PL…", "sw_ver=1.2.6"]);
        check("before the kind", "\"sw_ver\":\"1.2.6\",\"type\":\"", &["sw_ver=1.2.6"]);
        check("within the model", "\"model\":\"AB1", &[]);
    }

    #[track_caller]
    fn check(name: &str, rest: &str, told: &[&str]) {
        let cut = format!("{{\"system\":{{\"get_sysinfo\":{{{rest}");
        let flow = Rehearsal::new(PROTOCOL, PORT).answered(&hidden(&cut));
        let texts: Vec<_> = flow
            .lines()
            .into_iter()
            .filter_map(|line| line.strip_prefix("sender local.text "))
            .collect();
        assert_eq!(texts, told, "{name}");
    }

    #[test]
    fn a_question_says_who_asks_and_nothing_of_the_device() {
        let flow = Rehearsal::new(PROTOCOL, PORT).asked(&hidden(ANSWER));
        assert_eq!(flow.lines(), [format!("sender {ASKED}")]);
    }

    #[test]
    fn nothing_breaks_it() {
        Rehearsal::survives_damage(PROTOCOL, PORT, &hidden(ANSWER));
    }

    fn hidden(text: &str) -> Vec<u8> {
        let mut key = FIRST_KEY;
        text.bytes()
            .map(|byte| {
                key ^= byte;
                key
            })
            .collect()
    }
}
