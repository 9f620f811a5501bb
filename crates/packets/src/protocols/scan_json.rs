//! JSON that answers a scan: how one maker's lamps announce themselves at home.
//!
//! The maker publishes its manual. A program asks the group on port 4001; a lamp answers to port 4002.
//! The number of the product and its firmware's version are noted; its own number and address are not.

use evidence::fields;

use super::{json, text::readable};
use crate::protocol::{Cover, Malformed, Notes, Opening, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "scan-json",
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

const START: &[u8] = b"{\"msg\":{\"cmd\":\"scan\",\"data\":{";
/// The longest answer read; our choice, several times what devices send.
const LONGEST: usize = 2 * 1024;

/// Only an answer names a product.
fn read(bytes: &[u8], notes: &mut Notes<'_>) {
    if !bytes.starts_with(START) {
        return;
    }
    let text = readable(bytes.get(..LONGEST).unwrap_or(bytes));
    let Some(product) = json::text_under(&text, "sku") else { return };
    notes.sender(fields::LOCAL_PROTOCOL, PROTOCOL.name);
    notes.sender(fields::LOCAL_PRODUCT, &format!("{} {product}", PROTOCOL.name));
    if let Some(version) = json::text_under(&text, "wifiVersionSoft") {
        notes.sender(fields::LOCAL_VERSION, &format!("{} {version}", PROTOCOL.name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    const PORT: u16 = 4002;
    const ANSWER: &str = "{\"msg\":{\"cmd\":\"scan\",\"data\":{\"ip\":\"192.0.2.10\",\
        \"device\":\"00:00:5E:00:53:01:00:01\",\"sku\":\"H6000\",\"bleVersionHard\":\"3.01.01\",\
        \"wifiVersionSoft\":\"1.02.03\"}}}";

    #[test]
    fn an_answer_names_the_product() {
        let told = [
            "sender local.protocol scan-json",
            "sender local.product scan-json H6000",
            "sender local.version scan-json 1.02.03",
        ];
        check("answer", ANSWER, &told);
        let scan = "{\"msg\":{\"cmd\":\"scan\",\"data\":{\"account_topic\":\"reserve\"}}}";
        check("scan", scan, &[]);
        check("another command", "{\"msg\":{\"cmd\":\"turn\",\"data\":{\"sku\":\"H1\"}}}", &[]);
    }

    #[test]
    fn nothing_breaks_it() {
        Rehearsal::survives_damage(PROTOCOL, PORT, ANSWER.as_bytes());
    }

    #[track_caller]
    fn check(name: &str, text: &str, lines: &[&str]) {
        let flow = Rehearsal::new(PROTOCOL, PORT).asked(text.as_bytes());
        assert_eq!(flow.lines(), lines, "{name}");
    }
}
