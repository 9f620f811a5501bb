//! CoAP: what resources hosts ask for and serve in the clear.
//!
//! Wire formats: [RFC 7252], section 3 (message); [RFC 6690] (the list of resources that a host gives
//! for `/.well-known/core`, with their types). Devices by [OCF] name their kind among the types of
//! `/oic/d` and `/oic/res`, in CBOR or JSON, and answer from ports of their own. One maker's devices add an option of their own, 3332, to what they publish
//! ([CoIoT], revision 1): the kind of device, its number and a version, with `#` between. The kind is
//! noted.
//!
//! [RFC 7252]: https://www.rfc-editor.org/rfc/rfc7252
//! [RFC 6690]: https://www.rfc-editor.org/rfc/rfc6690
//! [OCF]: https://openconnectivity.org/specs/OCF_Core_Specification.pdf
//! [CoIoT]: https://www.npmjs.com/package/coiot-coap

use std::borrow::Cow;

use evidence::fields;
use memchr::memmem;

use super::{
    cursor::Cursor,
    personal,
    text::{Text, readable},
};
use crate::protocol::{Cover, Malformed, Notes, Opening, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "coap",
    cover: Cover::Clear,
    datagram_ports: &[PORT],
    stream_ports: &[],
    recognises: is_of_ocf,
    datagram: Some(read),
    stream: None,
};

const PORT: u16 = 5683;
const VERSION: u8 = 1;
const LONGEST_TOKEN: usize = 8;
/// Options' numbers and the number of the link format, from the IANA registry.
const URI_PATH: u32 = 11;
const CONTENT_FORMAT: u32 = 12;
const URI_QUERY: u32 = 15;
const LINK_FORMAT: &[u8] = &[40];
/// The number of OCF's CBOR.
const OCF_FORMAT: &[u8] = &[0x27, 0x10];
/// `2.05`, and what OCF's kinds of devices begin with.
const CONTENT: u8 = 0x45;
const KIND_OF_DEVICE: &[u8] = b"oic.d.";
/// The maker's own option: the kind and number of the device.
const GLOBAL_DEVICE: u32 = 3332;
/// Resources noted of one list. Our choice: small hosts have a dozen.
const MOST_LINKS: usize = 32;
/// Kinds noted of one answer, and the longest. Our choice: a device has one or two of some twenty letters.
const MOST_KINDS: usize = 8;
const LONGEST_KIND: usize = 48;

fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Result<(), Malformed> {
    let mut rest = Cursor::new(bytes);
    let Some([first, code, _, _]) = rest.array() else {
        let missing = 4_usize.saturating_sub(bytes.len());
        return Err(Malformed::Truncated { what: "CoAP header", offset: 0, missing });
    };
    if first >> 6 != VERSION {
        return Err(Malformed::Forbidden { what: "CoAP version", value: (first >> 6).into() });
    }
    let token_length = usize::from(first & 0xf);
    if token_length > LONGEST_TOKEN {
        return Err(Malformed::Forbidden { what: "CoAP token length", value: token_length as u64 });
    }
    let options = rest.take(token_length).and_then(|_token| Options::read(rest));
    let Some(options) = options else {
        return Err(Malformed::Truncated { what: "CoAP option", offset: 4, missing: 1 });
    };
    if let Some(kind) = options.device_kind() {
        notes.sender(fields::LOCAL_PRODUCT, &format!("coiot {kind}"));
    }
    let mut note = |line: &str| notes.sender_here(fields::CLEAR_PERSONAL, line);
    personal::look(options.query.bytes(), "coap query", &mut note);
    if !options.is_link_list {
        personal::look(options.payload, "coap payload", &mut note);
    }
    let (class, detail) = (code >> 5, code & 0x1f);
    match class {
        0 if detail > 0 => {
            personal::look(options.path.bytes(), "coap path", &mut |line| {
                notes.sender_here(fields::CLEAR_PERSONAL, line);
            });
            notes.sender(fields::COAP_PATH, &personal::without_emails(&options.path.get()));
        }
        2 | 4 | 5 => {
            notes.sender(fields::COAP_RESPONSE, &format!("{class}.{detail:02}"));
            if options.is_link_list {
                note_links(options.payload, notes);
            } else if class == 2 {
                note_kinds(options.payload, notes);
            }
        }
        _ => {}
    }
    Ok(())
}

/// Whether an answer on another port is one of OCF's.
fn is_of_ocf(opening: &Opening<'_>) -> bool {
    let [first, CONTENT, _, _, rest @ ..] = opening.bytes else { return false };
    let token_length = usize::from(first & 0xf);
    !opening.in_stream
        && first >> 6 == VERSION
        && token_length <= LONGEST_TOKEN
        && rest.get(token_length..).and_then(|rest| Options::read(Cursor::new(rest))).is_some_and(
            |options| options.is_of_ocf && memmem::find(options.payload, b"oic.").is_some(),
        )
}

/// Kinds of devices in OCF's CBOR and JSON: texts that say so, as long as what is before them says.
fn note_kinds(payload: &[u8], notes: &mut Notes<'_>) {
    for at in memmem::find_iter(payload, KIND_OF_DEVICE).take(MOST_KINDS) {
        let (before, text) = payload.split_at_checked(at).unwrap_or_default();
        let length = match before {
            [.., b'"'] => text.iter().position(|byte| *byte == b'"'),
            [.., 0x78, length] => Some(usize::from(*length)),
            [.., head @ 0x60..0x78] => Some(usize::from(head - 0x60)),
            _ => None,
        };
        if let Some(kind) = length.and_then(|length| text.get(..length)) {
            note_type(kind, notes);
        }
    }
}

fn note_type(text: &[u8], notes: &mut Notes<'_>) {
    let is_of_type = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-".contains(byte);
    if (1..=LONGEST_KIND).contains(&text.len()) && text.iter().all(is_of_type) {
        notes.sender(fields::COAP_TYPE, &readable(text));
    }
}

/// The types of a link: `;rt="a b"` or `;rt=a`.
fn types(link: &[u8]) -> impl Iterator<Item = &[u8]> {
    let value = memmem::find(link, b";rt=").and_then(|at| link.get(at + 4..)).unwrap_or_default();
    let inside = value.strip_prefix(b"\"").unwrap_or(value);
    let is_end = |byte: &u8| b"\";,".contains(byte);
    let end = inside.iter().position(is_end).unwrap_or(inside.len());
    inside.get(..end).unwrap_or_default().split(u8::is_ascii_whitespace)
}

/// `</light>;rt="…",</temperature>`: what is between angle brackets, and types.
fn note_links(payload: &[u8], notes: &mut Notes<'_>) {
    for link in payload.split(|byte| *byte == b'<').skip(1).take(MOST_LINKS) {
        if let Some(end) = link.iter().position(|byte| *byte == b'>') {
            let path = link.get(..end).unwrap_or_default();
            notes.sender(fields::COAP_PATH, &String::from_utf8_lossy(path));
            let types = link.get(end..).map(types).into_iter().flatten();
            types.take(MOST_KINDS).for_each(|text| note_type(text, notes));
        }
    }
}

/// What we want of the options, and the payload behind them.
struct Options<'a> {
    path: Text,
    query: Text,
    is_link_list: bool,
    is_of_ocf: bool,
    device: &'a [u8],
    payload: &'a [u8],
}

impl<'a> Options<'a> {
    fn read(mut rest: Cursor<'a>) -> Option<Self> {
        const PAYLOAD_MARK: u8 = 0xff;
        let (mut number, mut path, mut is_link_list) = (0_u32, Text::new(), false);
        let (mut query, mut device, mut is_of_ocf): (_, &[u8], _) = (Text::new(), &[], false);
        while let Some(first) = rest.u8().filter(|first| *first != PAYLOAD_MARK) {
            number += extended(first >> 4, &mut rest)?;
            let length = extended(first & 0xf, &mut rest)?;
            let value = rest.take(usize::try_from(length).ok()?)?;
            match number {
                URI_PATH => {
                    path.push(b"/");
                    path.push(value);
                }
                URI_QUERY => {
                    query.push(value);
                    query.push(b"&");
                }
                CONTENT_FORMAT => {
                    (is_link_list, is_of_ocf) = (value == LINK_FORMAT, value == OCF_FORMAT);
                }
                GLOBAL_DEVICE => device = value,
                _ => {}
            }
        }
        if path.len() == 0 {
            path.push(b"/");
        }
        Some(Self { path, query, is_link_list, is_of_ocf, device, payload: rest.rest() })
    }

    /// The kind of device that its own option names: what is before the first `#`.
    fn device_kind(&self) -> Option<Cow<'a, str>> {
        let end = self.device.iter().position(|byte| *byte == b'#')?;
        self.device.get(..end).filter(|kind| !kind.is_empty()).map(readable)
    }
}

/// A number of four bits that may continue in the next octets (section 3.1).
fn extended(nibble: u8, rest: &mut Cursor<'_>) -> Option<u32> {
    match nibble {
        13 => Some(u32::from(rest.u8()?) + 13),
        14 => Some(u32::from(rest.u16()?) + 269),
        15 => None,
        small => Some(small.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    const GET: &[u8] = b"\x42\x01\x12\x34ab\xbb.well-known\x04core\xff";
    const LINKS: &[u8] = b"\x62\x45\x12\x34ab\xc1\x28\xff</light>;rt=\"lamp\",</a/b>;ct=0";

    #[test]
    fn paths_are_asked_for_and_served() {
        check("request", GET, &["sender coap.path /.well-known/core"]);
        check("request of the root", b"\x40\x01\x12\x34", &["sender coap.path /"]);
        check(
            "list",
            LINKS,
            &[
                "sender coap.response 2.05",
                "sender coap.path /light",
                "sender coap.type lamp",
                "sender coap.path /a/b",
            ],
        );
        // RFC 6690, section 5, with two types.
        check(
            "types",
            b"\x60\x45\x12\x34\xc1\x28\xff</sensors/temp>;rt=\"temperature-c x.y\";if=\"sensor\",\
            </sensors/light>;if=\"sensor\";rt=light-lux",
            &[
                "sender coap.response 2.05",
                "sender coap.path /sensors/temp",
                "sender coap.type temperature-c",
                "sender coap.type x.y",
                "sender coap.path /sensors/light",
                "sender coap.type light-lux",
            ],
        );
        check("not found", b"\x60\x84\x12\x34", &["sender coap.response 4.04"]);
        check(
            "long option",
            b"\x40\x01\0\0\xbd\x01abcdefghijklmn",
            &["sender coap.path /abcdefghijklmn"],
        );
        check("empty", b"\x40\0\x12\x34", &[]);
        check(
            "path with an address",
            b"\x40\x01\0\0\xb1u\x0d\x01jo@example.com",
            &[
                "sender here clear.personal email, 14 bytes, in coap path",
                "sender coap.path /u/[email]",
            ],
        );
    }

    #[test]
    fn other_bytes_on_the_port_are_none() {
        for bytes in [[0xff; 40], [0x4f; 40]] {
            assert_eq!(Rehearsal::new(PROTOCOL, PORT).asked(&bytes).malformed(), 1);
        }
    }

    /// OCF's `/oic/d`: content format 10000, version 2048, then `{"rt": [two texts], "n": "x"}`.
    const OF_OCF: &[u8] = b"\x52\x45\0\x01ab\xc2\x27\x10\xe2\x06\xfc\x08\0\xff\
        \xa2brt\x82hoic.wk.dkoic.d.lightanax";

    #[test]
    fn devices_name_their_kind_by_ocf() {
        let told = ["sender coap.response 2.05", "sender coap.type oic.d.light"];
        check("CBOR", OF_OCF, &told);
        let json = b"\x50\x45\0\x01\xc1\x32\xff{\"rt\":[\"oic.wk.d\",\"oic.d.light\"],\"n\":\"oic.d.\"}";
        check("JSON", json, &[told[0], told[1], "sender coap.type oic.d."]);
        let long = b"\x50\x45\0\x01\xc1\x3c\xff\x78\x1coic.d.electricvehiclecharger\x62if";
        check("long", long, &[told[0], "sender coap.type oic.d.electricvehiclecharger"]);
        let cut = b"\x50\x45\0\x01\xc1\x3c\xff\x78\x20oic.d.electricvehiclecharger";
        check("cut off", cut, &told[..1]);

        let is_known = |bytes| is_of_ocf(&Opening { bytes, in_stream: false, port: 40_000 });
        assert!(is_known(OF_OCF));
        assert!(!is_known(&OF_OCF[..20]) && !is_known(long) && !is_known(GET) && !is_known(b""));
    }

    #[test]
    fn what_a_device_publishes_names_its_kind_and_not_its_number() {
        // Code 0.30, /cit/s, then option 3332.
        let published = b"\x50\x1e\0\x01\xb3cit\x01s\xed\x0b\xec\x01AB-25#00005E005301#2\xff{}";
        let told = ["sender local.product coiot AB-25", "sender coap.path /cit/s"];
        check("published", published, &told);
    }

    #[track_caller]
    fn check(what: &str, message: &[u8], expected: &[&str]) {
        let read = Rehearsal::new(PROTOCOL, PORT).asked(message);
        assert_eq!(read.lines(), expected, "{what}");
        assert_eq!(read.malformed(), 0, "{what}");
        Rehearsal::survives_damage(PROTOCOL, PORT, message);
    }
}
