//! DHCPv6: what a client says about itself, who serves, and which name servers it is given.
//!
//! Wire formats: [RFC 8415], section 8 (message) and 21 (options); [RFC 3646] (name servers); [RFC 4704]
//! (client FQDN). Of option 17 what it says of a client. Messages between relays and servers are left out: a home's clients and server share a
//! link.
//!
//! [RFC 3646]: https://www.rfc-editor.org/rfc/rfc3646
//! [RFC 8415]: https://www.rfc-editor.org/rfc/rfc8415
//! [RFC 4704]: https://www.rfc-editor.org/rfc/rfc4704

use std::net::Ipv6Addr;

use evidence::{Field, fields};

use super::{
    cursor::Cursor,
    dhcp::{decimal, hexadecimal},
    dns_message::Name,
    text::Text,
    vendor_options::{self, From},
};
use crate::protocol::{Cover, Malformed, Notes, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "dhcpv6",
    cover: Cover::Clear,
    datagram_ports: &[SERVER_PORT, CLIENT_PORT],
    stream_ports: &[],
    recognises: |_| false,
    datagram: Some(read),
    stream: None,
};

const SERVER_PORT: u16 = 547;
const CLIENT_PORT: u16 = 546;

/// The IANA registry of DHCPv6 message types.
mod kinds {
    pub(super) const ADVERTISE: u8 = 2;
    pub(super) const REPLY: u8 = 7;
    /// Solicit, request, confirm, renew, rebind, release, decline, information-request.
    pub(super) const FROM_CLIENT: [u8; 8] = [1, 3, 4, 5, 6, 8, 9, 11];
}

/// The IANA registry of DHCPv6 options.
mod codes {
    pub(super) const CLIENT_ID: u16 = 1;
    pub(super) const OPTION_REQUEST: u16 = 6;
    pub(super) const VENDOR_CLASS: u16 = 16;
    pub(super) const VENDOR_PARTS: u16 = 17;
    pub(super) const NAME_SERVERS: u16 = 23;
    pub(super) const FQDN: u16 = 39;
}

fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Result<(), Malformed> {
    const HEADER_BYTES: usize = 4;
    let Some((&[kind, ..], options)) = bytes.split_first_chunk::<HEADER_BYTES>() else {
        let missing = HEADER_BYTES - bytes.len();
        return Err(Malformed::Truncated { what: "DHCPv6 header", offset: 0, missing });
    };
    match kind {
        kinds::ADVERTISE => notes.sender(fields::DHCPV6_SERVES, "advertise"),
        kinds::REPLY => notes.sender(fields::DHCPV6_SERVES, "reply"),
        kind if kinds::FROM_CLIENT.contains(&kind) => {
            return each_option(options, |code, value| note_of_client(code, value, notes));
        }
        _ => return Ok(()),
    }
    each_option(options, |code, value| {
        if code == codes::NAME_SERVERS {
            note_name_servers(value, notes);
        }
    })
}

fn each_option(options: &[u8], mut each: impl FnMut(u16, &[u8])) -> Result<(), Malformed> {
    let mut rest = Cursor::new(options);
    while !rest.is_empty() {
        let offset = options.len() - rest.rest().len();
        let (Some(code), Some(value)) = (rest.u16(), rest.vector16()) else {
            return Err(Malformed::Truncated { what: "DHCPv6 option", offset, missing: 1 });
        };
        each(code, value);
    }
    Ok(())
}

fn note_of_client(code: u16, value: &[u8], notes: &mut Notes<'_>) {
    match code {
        codes::CLIENT_ID => notes.sender(fields::DHCPV6_DUID, &hexadecimal(value).get()),
        codes::OPTION_REQUEST => notes.sender(fields::DHCPV6_OPTION_REQUEST, &numbers(value)),
        codes::VENDOR_CLASS => note_vendor_class(value, notes),
        codes::VENDOR_PARTS => note_vendor_parts(value, notes),
        codes::FQDN => note_name(value, notes),
        _ => {}
    }
}

/// Addresses, one behind the other.
fn note_name_servers(value: &[u8], notes: &mut Notes<'_>) {
    let (addresses, _) = value.as_chunks::<16>();
    for address in addresses {
        let address = Ipv6Addr::from(*address).to_string();
        notes.receiver(fields::DHCPV6_NAME_SERVER, &address);
    }
}

/// The enterprise's number (4), then texts behind their lengths (2).
fn note_vendor_class(value: &[u8], notes: &mut Notes<'_>) {
    let mut rest = Cursor::new(value);
    let Some(enterprise) = rest.u32() else { return };
    notes.sender(fields::DHCPV6_ENTERPRISE, &decimal(enterprise).get());
    while let Some(text) = rest.vector16() {
        if !text.is_empty() {
            notes.sender(fields::DHCPV6_VENDOR_CLASS, &String::from_utf8_lossy(text));
        }
    }
}

/// The enterprise's number (4), then parts: code (2), length (2), value.
fn note_vendor_parts(value: &[u8], notes: &mut Notes<'_>) {
    let mut rest = Cursor::new(value);
    let Some(enterprise) = rest.u32() else { return };
    notes.sender(fields::DHCPV6_ENTERPRISE, &decimal(enterprise).get());
    let mut note = |field: Field, value: &str| notes.sender(field, value);
    while let (Some(code), Some(value)) = (rest.u16(), rest.vector16()) {
        vendor_options::note_part(enterprise, code, value, From::Client, &mut note);
    }
}

/// Flags (1), then a name in labels, possibly without its root.
fn note_name(value: &[u8], notes: &mut Notes<'_>) {
    let mut text = Text::new();
    if let Some((_flags, name)) = value.split_first() {
        Name::alone(name).write_as_sent(&mut text);
    }
    if text.len() > 0 {
        notes.sender(fields::DHCPV6_HOST_NAME, &text.get());
    }
}

/// `23,24,39`.
fn numbers(value: &[u8]) -> String {
    let (pairs, _) = value.as_chunks::<2>();
    let numbers: Vec<_> = pairs.iter().map(|pair| u16::from_be_bytes(*pair).to_string()).collect();
    numbers.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    const SOLICIT: &[u8] = b"\x01\xab\xcd\xef\0\x01\0\x0a\0\x03\0\x01\0\0\x5e\0\x53\x01\
        \0\x06\0\x04\0\x17\0\x18\0\x08\0\x02\0\0\0\x10\0\x0a\0\0\x01\x37\0\x04MSFT\0\x27\0\x06\0\x04Lamp";
    /// Parts 2, 4, 8, 9 and 10 of a capture in tcpdump's tests, with another prefix and number.
    const MODEM: &[u8] = b"\x03\xd9\x8c\x5d\0\x11\0\x34\0\0\x11\x8b\0\x02\0\x03ECM\
        \0\x04\0\x08AB123456\0\x08\0\x0600005E\0\x09\0\x07AC-7908\0\x0a\0\x04Acme";
    const ADVERTISE: &[u8] = b"\x02\xab\xcd\xef\0\x01\0\x0a\0\x03\0\x01\0\0\x5e\0\x53\x01";
    const REPLY: &[u8] = b"\x07\xab\xcd\xef\0\x17\0\x20\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x53\
        \xfd\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01";
    const CUT: &[u8] = b"\x01\xab\xcd\xef\0\x06\0\x02\0\x17\0\x01\0";

    #[test]
    fn a_client_describes_itself_and_a_server_serves() {
        check(
            "solicit",
            SOLICIT,
            0,
            &[
                "sender dhcpv6.duid 0003000100005e005301",
                "sender dhcpv6.option_request 23,24",
                "sender dhcpv6.enterprise 311",
                "sender dhcpv6.vendor_class MSFT",
                "sender dhcpv6.host_name Lamp",
            ],
        );
        check(
            "a cable modem's request",
            MODEM,
            0,
            &[
                "sender dhcpv6.enterprise 4491",
                "sender clear.personal serial number, 8 bytes, in dhcp option as serialnumber",
                "sender dhcp.product AC-7908",
                "sender dhcp.maker Acme",
            ],
        );
        check("advertise", ADVERTISE, 0, &["sender dhcpv6.serves advertise"]);
        check(
            "reply",
            REPLY,
            0,
            &[
                "sender dhcpv6.serves reply",
                "receiver dhcpv6.name_server 2001:db8::53",
                "receiver dhcpv6.name_server fd00::1",
            ],
        );
        check("what precedes damage", CUT, 1, &["sender dhcpv6.option_request 23"]);
    }

    #[track_caller]
    fn check(what: &str, message: &[u8], malformed: usize, expected: &[&str]) {
        let read = Rehearsal::new(PROTOCOL, SERVER_PORT).asked(message);
        assert_eq!(read.lines(), expected, "{what}");
        assert_eq!(read.malformed(), malformed, "{what}");
        Rehearsal::survives_damage(PROTOCOL, SERVER_PORT, message);
    }
}
