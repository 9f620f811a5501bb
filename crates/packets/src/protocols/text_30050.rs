//! Words with commas between on port 30050: how one maker's air conditioners answer a search at home.
//!
//! There is no public standard; client libraries document it. What kind of thing it is and the version of
//! its adapter are noted; the name that the household gave it is not.

use evidence::fields;

use super::text::readable;
use crate::protocol::{Cover, Malformed, Notes, Opening, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "text-30050",
    cover: Cover::Clear,
    datagram_ports: &[],
    stream_ports: &[],
    recognises: |opening: &Opening<'_>| {
        !opening.in_stream
            && opening.port == PORT
            && (opening.bytes.starts_with(ANSWER) || is_search(opening.bytes))
    },
    datagram: Some(|bytes, notes| {
        read(bytes, notes);
        Ok::<(), Malformed>(())
    }),
    stream: None,
};

const PORT: u16 = 30050;
const ANSWER: &[u8] = b"ret=";
const OK: &[u8] = b"ret=OK,";
/// The longest answer read; our choice, several times what devices send.
const LONGEST: usize = 2 * 1024;

/// The maker's name, then what is asked for.
fn is_search(bytes: &[u8]) -> bool {
    const LONGEST_WORD: usize = 64;
    let start = bytes.get(..LONGEST_WORD).unwrap_or(bytes);
    start.windows(5).any(|part| part == b"_UDP/")
}

fn read(bytes: &[u8], notes: &mut Notes<'_>) {
    if !bytes.starts_with(OK) {
        return;
    }
    let text = readable(bytes.get(..LONGEST).unwrap_or(bytes));
    let value = |key: &str| {
        let mut pairs = text.split(',').filter_map(|pair| pair.split_once('='));
        pairs.find(|(name, value)| *name == key && !value.is_empty()).map(|(_, value)| value)
    };
    notes.sender(fields::LOCAL_PROTOCOL, PROTOCOL.name);
    if let Some(kind) = value("type") {
        notes.sender(fields::LOCAL_PRODUCT, &format!("{} {kind}", PROTOCOL.name));
    }
    if let Some(version) = value("ver") {
        notes.sender(fields::LOCAL_VERSION, &format!("{} {version}", PROTOCOL.name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    #[test]
    fn an_answer_tells_its_kind_and_version_and_not_its_name() {
        let told = [
            "sender local.protocol text-30050",
            "sender local.product text-30050 aircon",
            "sender local.version text-30050 3_3_9",
        ];
        check("answer", b"ret=OK,type=aircon,reg=eu,ver=3_3_9,name=%62edroom,mac=00005E005301", &told);
        check("search", b"ACME_UDP/common/basic_info", &[]);
        check("refusal", b"ret=PARAM NG", &[]);
    }

    /// Systems give the port to programs of any kind too.
    #[test]
    fn the_port_alone_is_not_enough() {
        for (bytes, expected) in [
            (&b"ACME_UDP/common/basic_info"[..], true),
            (b"ret=OK,type=aircon", true),
            (b"ret=PARAM NG", true),
            (b"something else", false),
        ] {
            let opening = Opening { bytes, in_stream: false, port: PORT };
            assert_eq!((PROTOCOL.recognises)(&opening), expected, "{bytes:02x?}");
        }
    }

    #[test]
    fn nothing_breaks_it() {
        Rehearsal::survives_damage(PROTOCOL, PORT, b"ret=OK,type=aircon,ver=1");
    }

    #[track_caller]
    fn check(name: &str, bytes: &[u8], lines: &[&str]) {
        let flow = Rehearsal::new(PROTOCOL, PORT).answered(bytes);
        assert_eq!(flow.lines(), lines, "{name}");
    }
}
