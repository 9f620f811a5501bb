//! DHIP, as a family of cameras and recorders answers a search at home.
//!
//! There is no public standard; [a scanner's notes] describe it. Numbers are little-endian. A device
//! answers with the method `client.notifyDevInfo` in JSON. Its model, kind and version are noted; its
//! serial number, addresses and the name the household gave it are not.
//!
//! ```text
//! | 20000000 | "DHIP" | session (4) | number (4) | length (4) | 0 (4) | length (4) | 0 (4) | JSON |
//! ```
//!
//! [a scanner's notes]: https://github.com/Phenomite/AMP-Research

use evidence::fields;

use super::{json, text::readable};
use crate::protocol::{Cover, Malformed, Notes, Opening, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "dhip",
    cover: Cover::Clear,
    datagram_ports: &[],
    stream_ports: &[],
    recognises: |opening: &Opening<'_>| !opening.in_stream && opening.bytes.starts_with(MAGIC),
    datagram: Some(read),
    stream: None,
};

const MAGIC: &[u8] = b"\x20\0\0\0DHIP";
const HEADER_BYTES: usize = 32;
/// The longest answer read; our choice, several times what devices send.
const LONGEST: usize = 8 * 1024;
/// What else tells the kind of device, as the answer spells it.
const KEYS: [&str; 2] = ["DeviceClass", "Vendor"];

fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Result<(), Malformed> {
    if !bytes.starts_with(MAGIC) {
        return Ok(());
    }
    let Some((_, body)) = bytes.split_at_checked(HEADER_BYTES) else {
        let missing = HEADER_BYTES.saturating_sub(bytes.len());
        return Err(Malformed::Truncated { what: "DHIP header", offset: 0, missing });
    };
    let text = readable(body.get(..LONGEST).unwrap_or(body));
    if json::text_under(&text, "method") != Some("client.notifyDevInfo") {
        return Ok(());
    }
    notes.sender(fields::LOCAL_PROTOCOL, PROTOCOL.name);
    if let Some(model) = json::text_under(&text, "DeviceType") {
        notes.sender(fields::LOCAL_PRODUCT, &format!("{} {model}", PROTOCOL.name));
    }
    if let Some(version) = json::text_under(&text, "Version") {
        notes.sender(fields::LOCAL_VERSION, &format!("{} {version}", PROTOCOL.name));
    }
    for key in KEYS {
        if let Some(value) = json::text_under(&text, key) {
            notes.sender(fields::LOCAL_TEXT, &format!("{key}={value}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    const PORT: u16 = 37810;
    const ANSWER: &str = "{ \"mac\" : \"00:00:5e:00:53:01\", \"method\" : \"client.notifyDevInfo\", \
        \"params\" : { \"deviceInfo\" : { \"DeviceClass\" : \"IPC\", \"DeviceType\" : \"IPC-AB100\", \
        \"MachineName\" : \"the bedroom\", \"Vendor\" : \"Example\", \"Version\" : \"2.400.0.8\" } } }";

    #[test]
    fn an_answer_tells_model_and_kind_and_not_the_household() {
        let told = [
            "sender local.protocol dhip",
            "sender local.product dhip IPC-AB100",
            "sender local.version dhip 2.400.0.8",
            "sender local.text DeviceClass=IPC",
            "sender local.text Vendor=Example",
        ];
        check("answer", &message(ANSWER), &told);
        check("search", &message("{ \"method\" : \"DHDiscover.search\" }"), &[]);
        check("nothing inside", &message(""), &[]);
        check("something else", b"{\"method\":\"client.notifyDevInfo\"}", &[]);
    }

    #[test]
    fn a_header_cut_short_is_malformed() {
        let flow = Rehearsal::new(PROTOCOL, PORT).answered(&message("")[..20]);
        assert_eq!(flow.malformed(), 1);
    }

    #[test]
    fn nothing_breaks_it() {
        Rehearsal::survives_damage(PROTOCOL, PORT, &message(ANSWER));
    }

    fn message(text: &str) -> Vec<u8> {
        let length = u32::try_from(text.len()).unwrap().to_le_bytes();
        [MAGIC, &[0; 8], &length, &[0; 4], &length, &[0; 4], text.as_bytes()].concat()
    }

    #[track_caller]
    fn check(name: &str, bytes: &[u8], lines: &[&str]) {
        let flow = Rehearsal::new(PROTOCOL, PORT).answered(bytes);
        assert_eq!(flow.lines(), lines, "{name}");
    }
}
