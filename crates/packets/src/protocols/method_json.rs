//! JSON with a method on port 38899: how one maker's lamps and plugs are controlled at home.
//!
//! There is no public standard; client libraries document it. Of a lamp's answers the name of its
//! module, which tells the kind of lamp or plug, and its firmware's version are noted; the numbers of
//! home and room are not.

use evidence::fields;

use super::{json, text::readable};
use crate::protocol::{Cover, Malformed, Notes, Opening, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "method-json",
    cover: Cover::Clear,
    datagram_ports: &[],
    stream_ports: &[],
    recognises: |opening: &Opening<'_>| {
        !opening.in_stream && opening.port == PORT && opening.bytes.starts_with(START)
    },
    datagram: Some(|bytes, notes| {
        read(bytes, notes);
        Ok::<(), Malformed>(())
    }),
    stream: None,
};

const PORT: u16 = 38899;
const START: &[u8] = b"{\"method\":\"";
/// The longest answer read; our choice, several times what devices send.
const LONGEST: usize = 2 * 1024;

/// Anyone can ask: only the answer says something of the device.
fn read(bytes: &[u8], notes: &mut Notes<'_>) {
    if notes.to_server || !bytes.starts_with(START) {
        return;
    }
    notes.sender(fields::LOCAL_PROTOCOL, PROTOCOL.name);
    let text = readable(bytes.get(..LONGEST).unwrap_or(bytes));
    let names = [("moduleName", fields::LOCAL_PRODUCT), ("fwVersion", fields::LOCAL_VERSION)];
    for (key, field) in names {
        if let Some(value) = json::text_under(&text, key) {
            notes.sender(field, &format!("{} {value}", PROTOCOL.name));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    const ANSWER: &str = "{\"method\":\"getSystemConfig\",\"env\":\"pro\",\"result\":\
        {\"mac\":\"00005e005301\",\"homeId\":653906,\"moduleName\":\"AB01_SHRGB_03\",\
        \"fwVersion\":\"1.25.0\"}}";

    #[test]
    fn an_answer_tells_module_and_firmware() {
        let told = [
            "sender local.protocol method-json",
            "sender local.product method-json AB01_SHRGB_03",
            "sender local.version method-json 1.25.0",
        ];
        check("answer", ANSWER, false, &told);
        check("another answer", "{\"method\":\"setPilot\"}", false, &told[..1]);
        check("a question", ANSWER, true, &[]);
        check("other JSON", "{\"result\":{\"moduleName\":\"x\"}}", false, &[]);
    }

    #[test]
    fn nothing_breaks_it() {
        Rehearsal::survives_damage(PROTOCOL, PORT, ANSWER.as_bytes());
    }

    #[track_caller]
    fn check(name: &str, text: &str, to_server: bool, lines: &[&str]) {
        let flow = Rehearsal::new(PROTOCOL, PORT);
        let bytes = text.as_bytes();
        let flow = if to_server { flow.asked(bytes) } else { flow.answered(bytes) };
        assert_eq!(flow.lines(), lines, "{name}");
    }
}
