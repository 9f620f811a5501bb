//! TDP: how one maker's newer plugs, lamps, hubs and cameras answer a search at home.
//!
//! There is no public standard; client libraries document it. Numbers are big-endian. A program asks
//! with its public key, a device answers in JSON, part of which is encrypted for that key. What is in
//! the clear names the product; the numbers of device and owner there are not noted.
//!
//! ```text
//! | 2 | kind (1) | operation (2) | length of the JSON (2) | flags (1) | 0 (1) | serial (4) | checksum (4) | JSON |
//! ```

use evidence::fields;

use super::{json, text::readable};
use crate::protocol::{Cover, Malformed, Notes, Opening, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "tdp",
    cover: Cover::Clear,
    datagram_ports: &[],
    stream_ports: &[],
    recognises: |opening: &Opening<'_>| {
        !opening.in_stream && opening.port == PORT && body(opening.bytes).is_some()
    },
    datagram: Some(|bytes, notes| {
        read(bytes, notes);
        Ok::<(), Malformed>(())
    }),
    stream: None,
};

const PORT: u16 = 20002;
const HEADER_BYTES: usize = 16;
/// The longest answer read; our choice, several times what devices send.
const LONGEST: usize = 4 * 1024;

/// The JSON behind the header, or `None` if it is another layout.
fn body(bytes: &[u8]) -> Option<&[u8]> {
    let (header, body) = bytes.split_first_chunk::<HEADER_BYTES>()?;
    let &[version, _, _, _, high, low, ..] = header;
    let length = usize::from(u16::from_be_bytes([high, low]));
    (version == 2 && length == body.len() && body.starts_with(b"{")).then_some(body)
}

/// Anyone can ask: only the answer says something of the device.
fn read(bytes: &[u8], notes: &mut Notes<'_>) {
    let Some(body) = body(bytes).filter(|_| !notes.to_server) else { return };
    let text = readable(body.get(..LONGEST).unwrap_or(body));
    notes.sender(fields::LOCAL_PROTOCOL, PROTOCOL.name);
    if let Some(model) = json::text_under(&text, "device_model") {
        notes.sender(fields::LOCAL_PRODUCT, &format!("{} {model}", PROTOCOL.name));
    }
    if let Some(version) = json::text_under(&text, "firmware_version") {
        notes.sender(fields::LOCAL_VERSION, &format!("{} {version}", PROTOCOL.name));
    }
    if let Some(kind) = json::text_under(&text, "device_type") {
        notes.sender(fields::LOCAL_TEXT, &format!("device_type={kind}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    const ANSWER: &str = "{\"result\":{\"device_id\":\"0123\",\"owner\":\"4567\",\
        \"device_type\":\"SMART.ABPLUG\",\"device_model\":\"AB110(EU)\",\"ip\":\"192.0.2.10\",\
        \"encrypt_info\":{\"key\":\"\",\"data\":\"\"}},\"error_code\":0}";

    #[test]
    fn an_answer_names_the_product_and_not_its_owner() {
        let told = [
            "sender local.protocol tdp",
            "sender local.product tdp AB110(EU)",
            "sender local.text device_type=SMART.ABPLUG",
        ];
        check("answer", &message(ANSWER), false, &told);
        check("question", &message("{\"params\":{\"rsa_key\":\"\"}}"), true, &[]);
        check("wrong length", &[message(ANSWER), vec![0]].concat(), false, &[]);
        check("no JSON", &message("x"), false, &[]);
    }

    #[test]
    fn nothing_breaks_it() {
        Rehearsal::survives_damage(PROTOCOL, PORT, &message(ANSWER));
    }

    fn message(text: &str) -> Vec<u8> {
        let length = u16::try_from(text.len()).unwrap().to_be_bytes();
        [&[2, 0, 0, 1][..], &length, &[17, 0], &[7; 8], text.as_bytes()].concat()
    }

    #[track_caller]
    fn check(name: &str, bytes: &[u8], to_server: bool, lines: &[&str]) {
        let flow = Rehearsal::new(PROTOCOL, PORT);
        let flow = if to_server { flow.asked(bytes) } else { flow.answered(bytes) };
        assert_eq!(flow.lines(), lines, "{name}");
    }
}
