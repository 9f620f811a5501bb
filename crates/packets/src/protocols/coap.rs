//! CoAP: what resources hosts ask for and serve in the clear.
//!
//! Wire formats: [RFC 7252], section 3 (message); [RFC 6690] (the list of resources that a host gives
//! for `/.well-known/core`). One maker's devices add an option of their own, 3332, to what they publish
//! ([CoIoT], revision 1): the kind of device, its number and a version, with `#` between. The kind is
//! noted.
//!
//! [RFC 7252]: https://www.rfc-editor.org/rfc/rfc7252
//! [RFC 6690]: https://www.rfc-editor.org/rfc/rfc6690
//! [CoIoT]: https://www.npmjs.com/package/coiot-coap

use std::borrow::Cow;

use evidence::fields;

use super::{
    cursor::Cursor,
    personal,
    text::{Text, readable},
};
use crate::protocol::{Cover, Malformed, Notes, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "coap",
    cover: Cover::Clear,
    datagram_ports: &[PORT],
    stream_ports: &[],
    recognises: |_| false,
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
/// The maker's own option: the kind and number of the device.
const GLOBAL_DEVICE: u32 = 3332;
/// Resources noted of one list. Our choice: small hosts have a dozen.
const MOST_LINKS: usize = 32;

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
            }
        }
        _ => {}
    }
    Ok(())
}

/// `</light>;rt="…",</temperature>`: what is between angle brackets.
fn note_links(payload: &[u8], notes: &mut Notes<'_>) {
    for link in payload.split(|byte| *byte == b'<').skip(1).take(MOST_LINKS) {
        if let Some(end) = link.iter().position(|byte| *byte == b'>') {
            let path = link.get(..end).unwrap_or_default();
            notes.sender(fields::COAP_PATH, &String::from_utf8_lossy(path));
        }
    }
}

/// What we want of the options, and the payload behind them.
struct Options<'a> {
    path: Text,
    query: Text,
    is_link_list: bool,
    device: &'a [u8],
    payload: &'a [u8],
}

impl<'a> Options<'a> {
    fn read(mut rest: Cursor<'a>) -> Option<Self> {
        const PAYLOAD_MARK: u8 = 0xff;
        let (mut number, mut path, mut is_link_list) = (0_u32, Text::new(), false);
        let (mut query, mut device): (_, &[u8]) = (Text::new(), &[]);
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
                CONTENT_FORMAT => is_link_list = value == LINK_FORMAT,
                GLOBAL_DEVICE => device = value,
                _ => {}
            }
        }
        if path.len() == 0 {
            path.push(b"/");
        }
        Some(Self { path, query, is_link_list, device, payload: rest.rest() })
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
            &["sender coap.response 2.05", "sender coap.path /light", "sender coap.path /a/b"],
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
