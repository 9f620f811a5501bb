//! SNMP: the version in use, what kind of community guards it, and how a host describes itself.
//!
//! Wire formats: [RFC 1157] (v1), [RFC 3416] (v2c), [RFC 3412] (v3), in the subset of BER they use.
//! A community is a password: only whether it is one of the two well-known ones is noted, and else
//! its length. The description is `sysDescr.0` of [RFC 3418].
//!
//! [RFC 1157]: https://www.rfc-editor.org/rfc/rfc1157
//! [RFC 3412]: https://www.rfc-editor.org/rfc/rfc3412
//! [RFC 3416]: https://www.rfc-editor.org/rfc/rfc3416
//! [RFC 3418]: https://www.rfc-editor.org/rfc/rfc3418

use evidence::fields;

use crate::protocol::{Cover, Malformed, Notes, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "snmp",
    cover: Cover::Unknown,
    datagram_ports: &[AGENT_PORT, TRAP_PORT],
    stream_ports: &[],
    recognises: |_| false,
    datagram: Some(read),
    stream: None,
};

const AGENT_PORT: u16 = 161;
const TRAP_PORT: u16 = 162;
/// Variables read of one message. Our choice: requests in bulk ask for some fifty.
const MOST_VARIABLES: usize = 128;

/// BER tags.
mod tags {
    pub(super) const INTEGER: u8 = 0x02;
    pub(super) const OCTET_STRING: u8 = 0x04;
    pub(super) const OBJECT: u8 = 0x06;
    pub(super) const SEQUENCE: u8 = 0x30;
    /// `GetResponse` in v1, Response since.
    pub(super) const RESPONSE: u8 = 0xa2;
}

/// 1.3.6.1.2.1.1.1.0, as BER writes it.
const DESCRIPTION: &[u8] = &[0x2b, 6, 1, 2, 1, 1, 1, 0];

const DAMAGED: Malformed = Malformed::Truncated { what: "SNMP message", offset: 0, missing: 1 };

fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Result<(), Malformed> {
    let mut whole = Ber(bytes);
    let mut message = Ber(whole.expect(tags::SEQUENCE).ok_or(DAMAGED)?);
    let version = message.expect(tags::INTEGER).ok_or(DAMAGED)?;
    match version {
        [0] => notes.sender_here(fields::SNMP_VERSION, "v1"),
        [1] => notes.sender_here(fields::SNMP_VERSION, "v2c"),
        [3] => {
            notes.sender_here(fields::SNMP_VERSION, "v3");
            return Ok(());
        }
        other => {
            let value = other.first().copied().unwrap_or_default().into();
            return Err(Malformed::Forbidden { what: "SNMP version", value });
        }
    }
    *notes.cover = Cover::Clear;
    let community = message.expect(tags::OCTET_STRING).ok_or(DAMAGED)?;
    notes.sender_here(fields::SNMP_COMMUNITY, &class(community));
    let (kind, body) = message.next().ok_or(DAMAGED)?;
    if kind == tags::RESPONSE { read_response(Ber(body), notes).ok_or(DAMAGED) } else { Ok(()) }
}

/// What may be said of a community without telling it.
fn class(community: &[u8]) -> String {
    match community {
        b"public" => "public".to_owned(),
        b"private" => "private".to_owned(),
        other => format!("other ({} characters)", other.len()),
    }
}

/// Request id, error status, error index, then the variables: pairs of name and value.
fn read_response(mut body: Ber<'_>, notes: &mut Notes<'_>) -> Option<()> {
    for _ in 0..3 {
        body.expect(tags::INTEGER)?;
    }
    let mut variables = Ber(body.expect(tags::SEQUENCE)?);
    for _ in 0..MOST_VARIABLES {
        if variables.0.is_empty() {
            break;
        }
        let mut variable = Ber(variables.expect(tags::SEQUENCE)?);
        let (name, value) = (variable.expect(tags::OBJECT)?, variable.next()?);
        if let (DESCRIPTION, (tags::OCTET_STRING, text)) = (name, value)
            && !text.is_empty()
        {
            notes.sender(fields::SNMP_DESCRIPTION, &String::from_utf8_lossy(text));
        }
    }
    Some(())
}

/// BER elements with definite lengths, read one after the other.
struct Ber<'a>(&'a [u8]);

impl<'a> Ber<'a> {
    /// The next element's tag and content.
    fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (&tag, rest) = self.0.split_first()?;
        let (&first, rest) = rest.split_first()?;
        let (length, rest) = if first < 0x80 {
            (usize::from(first), rest)
        } else {
            let (octets, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            // Longer lengths are longer than any datagram.
            let in_range = !octets.is_empty() && octets.len() <= 4;
            let length = octets.iter().fold(0, |sum, octet| sum << 8 | usize::from(*octet));
            (in_range.then_some(length)?, rest)
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, content))
    }

    /// The next element's content, if it has that tag.
    fn expect(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.next().filter(|(found, _)| *found == tag).map(|(_, content)| content)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    const GET: &[u8] =
        b"\x30\x26\x02\x01\x01\x04\x06public\xa0\x19\x02\x01\x05\x02\x01\0\x02\x01\0\
        \x30\x0e\x30\x0c\x06\x08\x2b\x06\x01\x02\x01\x01\x01\0\x05\0";
    const RESPONSE: &[u8] =
        b"\x30\x81\x2d\x02\x01\0\x04\x06secret\xa2\x20\x02\x01\x05\x02\x01\0\x02\x01\0\
        \x30\x15\x30\x13\x06\x08\x2b\x06\x01\x02\x01\x01\x01\0\x04\x07Printer";

    #[test]
    fn communities_are_classed_and_descriptions_read() {
        check(
            "request",
            GET,
            &["sender here snmp.version v2c", "sender here snmp.community public"],
        );
        check(
            "response",
            RESPONSE,
            &[
                "sender here snmp.version v1",
                "sender here snmp.community other (6 characters)",
                "sender snmp.description Printer",
            ],
        );
        check("v3", b"\x30\x05\x02\x01\x03\x30\0", &["sender here snmp.version v3"]);
    }

    #[test]
    fn damage_is_counted() {
        let read = |bytes| Rehearsal::new(PROTOCOL, AGENT_PORT).asked(bytes).malformed();
        assert_eq!(read(b""), 1, "empty");
        assert_eq!(read(b"\x30\x03\x02\x01\x07"), 1, "unknown version");
        assert_eq!(read(b"\x30\x84\xff\xff\xff\xff\x02"), 1, "endless length");
        assert_eq!(read(b"\x30\x80\x02\x01\0"), 1, "indefinite length");
    }

    #[track_caller]
    fn check(what: &str, message: &[u8], expected: &[&str]) {
        let read = Rehearsal::new(PROTOCOL, AGENT_PORT).answered(message);
        assert_eq!(read.lines(), expected, "{what}");
        assert_eq!(read.malformed(), 0, "{what}");
        Rehearsal::survives_damage(PROTOCOL, AGENT_PORT, message);
    }
}
