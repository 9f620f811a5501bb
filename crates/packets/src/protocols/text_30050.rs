//! Words with commas between on port 30050: how one maker's air conditioners answer a search at home.
//!
//! There is no public standard; client libraries document it. What kind of thing it is and the version of
//! its adapter are noted; the name that the household gave it is not.

use evidence::fields;

use super::text::readable;
use crate::protocol::{Cover, Malformed, Notes, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "text-30050",
    cover: Cover::Clear,
    datagram_ports: &[PORT],
    stream_ports: &[],
    recognises: |_| false,
    datagram: Some(|bytes, notes| {
        read(bytes, notes);
        Ok::<(), Malformed>(())
    }),
    stream: None,
};

const PORT: u16 = 30050;
const OK: &[u8] = b"ret=OK,";
/// The longest answer read; our choice, several times what devices send.
const LONGEST: usize = 2 * 1024;

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
