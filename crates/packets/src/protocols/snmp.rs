//! SNMP: the version in use, what kind of community guards it, and how a host that answers describes
//! itself.
//!
//! Wire formats: [RFC 1157] (v1), [RFC 3416] (v2c), [RFC 3412] (v3), in the subset of BER they use.
//! A community is a password: only whether it is one of the two well-known ones is noted, and else
//! its length. Of the variables those by which printers, switches and recorders say what they are:
//! `sysDescr`, `sysObjectID` and `sysName` of [RFC 3418]; type and description of the first device of
//! [RFC 2790], by which computers look for printers; a printer's device identifier (PWG 5107.1,
//! `ppmPrinterIEEE1284DeviceId`). Of serial numbers in these texts only the length is noted.
//!
//! [RFC 1157]: https://www.rfc-editor.org/rfc/rfc1157
//! [RFC 2790]: https://www.rfc-editor.org/rfc/rfc2790
//! [RFC 3412]: https://www.rfc-editor.org/rfc/rfc3412
//! [RFC 3416]: https://www.rfc-editor.org/rfc/rfc3416
//! [RFC 3418]: https://www.rfc-editor.org/rfc/rfc3418

use std::{borrow::Cow, fmt::Write};

use evidence::{Field, Observation, fields};

use super::{
    personal,
    text::{Text, readable},
};
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

/// Variables' names as BER writes them: the last arcs in words.
mod names {
    pub(super) const DESCRIPTION: &[u8] = &[0x2b, 6, 1, 2, 1, 1, 1, 0];
    pub(super) const OBJECT: &[u8] = &[0x2b, 6, 1, 2, 1, 1, 2, 0];
    pub(super) const NAME: &[u8] = &[0x2b, 6, 1, 2, 1, 1, 5, 0];
    pub(super) const DEVICE_TYPE: &[u8] = &[0x2b, 6, 1, 2, 1, 25, 3, 2, 1, 2, 1];
    pub(super) const DEVICE: &[u8] = &[0x2b, 6, 1, 2, 1, 25, 3, 2, 1, 3, 1];
    pub(super) const DEVICE_ID: &[u8] =
        &[0x2b, 6, 1, 4, 1, 0x95, 0x0b, 1, 2, 1, 2, 1, 1, 3, 1];
    /// The same in the tree of one maker, where others' printers have it too.
    pub(super) const DEVICE_ID_BEFORE: &[u8] = &[0x2b, 6, 1, 4, 1, 11, 2, 3, 9, 1, 1, 7, 0];
    /// `hrDevicePrinter`, a value of [`DEVICE_TYPE`].
    pub(super) const PRINTER: &[u8] = &[0x2b, 6, 1, 2, 1, 25, 3, 1, 5];
    /// What enterprises' objects begin with.
    pub(super) const ENTERPRISES: &[u8] = &[0x2b, 6, 1, 4, 1];
}

/// What stands before serial numbers in descriptions.
const SERIALS: [&str; 3] = ["SN:", "S/N", "FN:"];

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
        match value {
            (tags::OCTET_STRING, text) if !text.is_empty() => note_text(name, text, notes),
            (tags::OBJECT, object) => note_object(name, object, notes),
            _ => {}
        }
    }
    Some(())
}

fn note_text(name: &[u8], text: &[u8], notes: &mut Notes<'_>) {
    let field = match name {
        names::DESCRIPTION => fields::SNMP_DESCRIPTION,
        names::DEVICE => fields::SNMP_DEVICE,
        names::NAME => return notes.sender(fields::SNMP_NAME, &readable(text)),
        names::DEVICE_ID | names::DEVICE_ID_BEFORE => return note_device_id(text, notes),
        _ => return,
    };
    let text = readable(text);
    let shown = without_serials(&text, &mut |serial| note_serial(serial, notes));
    notes.sender(field, &shown);
}

fn note_object(name: &[u8], object: &[u8], notes: &mut Notes<'_>) {
    match name {
        names::DEVICE_TYPE if object == names::PRINTER => {
            notes.sender(fields::SNMP_DEVICE_TYPE, "printer");
        }
        names::OBJECT => {
            let Some(arcs) = object.strip_prefix(names::ENTERPRISES).and_then(dotted) else {
                return;
            };
            let arcs = arcs.get();
            if let Some(enterprise) = arcs.split('.').next().filter(|it| !it.is_empty()) {
                notes.sender(fields::SNMP_ENTERPRISE, enterprise);
                notes.sender(fields::SNMP_OBJECT, &arcs);
            }
        }
        _ => {}
    }
}

/// `MFG:Acme;MDL:Printer 7;SN:…;`
fn note_device_id(text: &[u8], notes: &mut Notes<'_>) {
    for part in text.split(|byte| *byte == b';') {
        let Some(colon) = part.iter().position(|byte| *byte == b':') else { continue };
        let (key, value) = part.split_at(colon);
        let value = value.get(1..).unwrap_or_default().trim_ascii();
        let field: Field = match key.trim_ascii() {
            _ if value.is_empty() => continue,
            b"MFG" | b"MANUFACTURER" => fields::SNMP_MAKER,
            b"MDL" | b"MODEL" => fields::SNMP_MODEL,
            b"SN" | b"SERN" | b"SERIALNUMBER" => {
                note_serial(value, notes);
                continue;
            }
            _ => continue,
        };
        notes.sender(field, &readable(value));
    }
}

fn note_serial(serial: &[u8], notes: &mut Notes<'_>) {
    personal::look_at_parameter(b"serialnumber", serial, "snmp answer", &mut |line| {
        notes.sender_here(fields::CLEAR_PERSONAL, line);
    });
}

/// `text`, as far as evidence keeps it, with the word `[number]` for each serial number, which `found` is
/// told.
fn without_serials<'a>(text: &'a str, found: &mut dyn FnMut(&[u8])) -> Cow<'a, str> {
    let text = text.get(..text.floor_char_boundary(Observation::LONGEST_VALUE)).unwrap_or(text);
    let (mut rest, mut shown) = (text, String::new());
    while let Some((at, mark)) = first_serial(rest) {
        let (before, behind) = rest.split_at(at + mark.len());
        let value = behind.trim_start_matches([' ', ':', '#', '.']);
        let is_of_it = |letter: char| letter.is_alphanumeric() || letter == '-';
        let (serial, after) = value.split_at(value.find(|it| !is_of_it(it)).unwrap_or(value.len()));
        found(serial.as_bytes());
        shown.push_str(before);
        shown.push_str(if serial.is_empty() { "" } else { "[number]" });
        rest = after;
    }
    if shown.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(shown + rest) }
}

/// Where the first mark of a serial number is that is no end of another word.
fn first_serial(text: &str) -> Option<(usize, &'static str)> {
    let is_word = |at: usize| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        !before.is_some_and(char::is_alphanumeric)
    };
    let marks = SERIALS.iter().flat_map(|mark| text.match_indices(mark).map(move |it| (it.0, *mark)));
    marks.filter(|(at, _)| is_word(*at)).min()
}

/// An object's arcs as people write them (X.690, section 8.19); none if one is cut off or too large.
fn dotted(arcs: &[u8]) -> Option<Text> {
    let (mut text, mut arc, mut is_open) = (Text::new(), 0_u32, false);
    for byte in arcs {
        arc = arc.checked_mul(0x80)? | u32::from(byte & 0x7f);
        is_open = byte & 0x80 != 0;
        if !is_open {
            // Writing to a text cannot fail.
            let _ = write!(text, "{}{arc}", if text.len() > 0 { "." } else { "" });
            arc = 0;
        }
    }
    (!is_open).then_some(text)
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
    fn a_host_that_answers_names_itself_its_maker_and_its_model() {
        let object = b"\x2b\x06\x01\x04\x01\x93\x03\x02\x03\x09\x01\x01";
        let object = variable(names::OBJECT, tags::OBJECT, object);
        let name = variable(names::NAME, tags::OCTET_STRING, b"study1");
        check(
            "system",
            &response(&[object, name]),
            &[
                "sender here snmp.version v2c",
                "sender here snmp.community public",
                "sender snmp.enterprise 2435",
                "sender snmp.object 2435.2.3.9.1.1",
                "sender snmp.name study1",
            ],
        );
        let kind = variable(names::DEVICE_TYPE, tags::OBJECT, names::PRINTER);
        let device = variable(names::DEVICE, tags::OCTET_STRING, b"Acme 4000 Laser");
        let id = b"MFG:Acme; MDL:AC 7 ;SN:AB12345;X;Y:;";
        let id = variable(names::DEVICE_ID, tags::OCTET_STRING, id);
        check(
            "printer",
            &response(&[kind, device, id]),
            &[
                "sender here snmp.version v2c",
                "sender here snmp.community public",
                "sender snmp.device_type printer",
                "sender snmp.device Acme 4000 Laser",
                "sender snmp.maker Acme",
                "sender snmp.model AC 7",
                "sender here clear.personal serial number, 7 bytes, in snmp answer as serialnumber",
            ],
        );
    }

    #[test]
    fn printers_keep_their_identifier_in_either_place() {
        let id = b"MFG:Acme;MDL:Acme P1505n;CMD:ACL,PCL;CLS:PRINTER;DES:Acme P1505n;FWVER:20080505;";
        let id = variable(names::DEVICE_ID_BEFORE, tags::OCTET_STRING, id);
        check(
            "identifier",
            &response(&[id]),
            &[
                "sender here snmp.version v2c",
                "sender here snmp.community public",
                "sender snmp.maker Acme",
                "sender snmp.model Acme P1505n",
            ],
        );
    }

    #[test]
    fn serial_numbers_are_told_by_their_length_alone() {
        let mut lengths = Vec::new();
        let mut shown = |text| without_serials(text, &mut |it| lengths.push(it.len())).into_owned();
        let texts = [
            ("ACME PRINTER,SN:AB12345,FN:C77,PID:AC 7", "ACME PRINTER,SN:[number],FN:[number],PID:AC 7"),
            ("AC-310; NIC V4.01;S/N AB-1234567", "AC-310; NIC V4.01;S/N[number]"),
            ("ASN:12 PIN SN:", "ASN:12 PIN SN:"),
            ("Acme", "Acme"),
        ];
        for (text, expected) in texts {
            assert_eq!(shown(text), expected);
        }
        assert_eq!(lengths, [7, 3, 10, 0]);

        let flood = "SN:a ".repeat(13_000);
        assert!(without_serials(&flood, &mut |_| {}).starts_with("SN:[number] SN:[number] "));
    }

    #[test]
    fn objects_cut_off_or_too_large_are_none() {
        assert_eq!(dotted(&[11, 0x95, 0x0b]).unwrap().get(), "11.2699");
        assert!(dotted(&[11, 0x95]).is_none());
        assert!(dotted(&[0xff; 9]).is_none());
    }

    fn element(tag: u8, content: &[u8]) -> Vec<u8> {
        [&[tag, 0x81, u8::try_from(content.len()).unwrap()], content].concat()
    }

    fn variable(name: &[u8], tag: u8, value: &[u8]) -> Vec<u8> {
        let (name, value) = (element(tags::OBJECT, name), element(tag, value));
        element(tags::SEQUENCE, &[name, value].concat())
    }

    /// A response of v2c with these variables.
    fn response(variables: &[Vec<u8>]) -> Vec<u8> {
        let list = element(tags::SEQUENCE, &variables.concat());
        let body = [&b"\x02\x01\x05\x02\x01\0\x02\x01\0"[..], &list].concat();
        let start = b"\x02\x01\x01\x04\x06public";
        element(tags::SEQUENCE, &[&start[..], &element(tags::RESPONSE, &body)].concat())
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
