//! DHCPv4: what a client says about itself before it has an address, and what a server tells it.
//!
//! Wire formats: [RFC 2131], section 2 (message); [RFC 2132] (options); [RFC 4702] (option 81);
//! [RFC 3925] (options 124 and 125). The order of option 55 is kept: it is the client software's own.
//! The client is the host the message names in `chaddr`: it may have no address yet, be answered by
//! broadcast or sit behind a relay. What servers send in options 43 and 125 is for their clients;
//! it tells of the server only as far as it says who the server is.
//!
//! [RFC 2131]: https://www.rfc-editor.org/rfc/rfc2131
//! [RFC 2132]: https://www.rfc-editor.org/rfc/rfc2132
//! [RFC 3925]: https://www.rfc-editor.org/rfc/rfc3925
//! [RFC 4702]: https://www.rfc-editor.org/rfc/rfc4702

use std::{
    fmt::Write,
    net::{IpAddr, Ipv4Addr},
};

use evidence::{Field, Host, Mac, fields};

use super::{
    cursor::Cursor,
    dns_message::Name,
    personal,
    text::Text,
    vendor_options::{self, From},
};
use crate::protocol::{Cover, Malformed, Notes, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "dhcp",
    cover: Cover::Clear,
    datagram_ports: &[SERVER_PORT, CLIENT_PORT],
    stream_ports: &[],
    recognises: |_| false,
    datagram: Some(read),
    stream: None,
};

const SERVER_PORT: u16 = 67;
const CLIENT_PORT: u16 = 68;

/// Where `options` begins, behind `file`.
const FIXED_BYTES: usize = 236;
const MAGIC_COOKIE: [u8; 4] = [99, 130, 83, 99];

/// The IANA registry of BOOTP options.
mod codes {
    pub(super) const ROUTER: u8 = 3;
    pub(super) const NAME_SERVER: u8 = 6;
    pub(super) const HOST_NAME: u8 = 12;
    pub(super) const VENDOR_INFORMATION: u8 = 43;
    pub(super) const MESSAGE_TYPE: u8 = 53;
    pub(super) const SERVER: u8 = 54;
    pub(super) const PARAMETER_LIST: u8 = 55;
    pub(super) const MESSAGE_SIZE: u8 = 57;
    pub(super) const VENDOR_CLASS: u8 = 60;
    pub(super) const CLIENT_ID: u8 = 61;
    pub(super) const FQDN: u8 = 81;
    pub(super) const VENDOR_CLASSES: u8 = 124;
    pub(super) const VENDOR_PARTS: u8 = 125;
}

fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Result<(), Malformed> {
    let Some((fixed, options)) = bytes.split_at_checked(FIXED_BYTES) else {
        let missing = FIXED_BYTES - bytes.len();
        return Err(Malformed::Truncated { what: "DHCP header", offset: 0, missing });
    };
    let Some(options) = options.strip_prefix(&MAGIC_COOKIE) else { return Ok(()) };
    let options = Options::new(options);
    let client = client(fixed);
    match fixed.first() {
        Some(1) => read_request(options, client, notes),
        Some(2) => read_reply(fixed, options, client, notes),
        kind => {
            let value = kind.copied().unwrap_or_default().into();
            Err(Malformed::Forbidden { what: "DHCP op", value })
        }
    }
}

/// The host that `htype`, `hlen` and `chaddr` name, if the hardware is Ethernet's.
fn client(fixed: &[u8]) -> Option<Host> {
    const ETHERNET: [u8; 2] = [1, 6];
    let mac = fixed.get(28..34)?.try_into().ok()?;
    (fixed.get(1..3)? == ETHERNET).then(|| Host::new(Some(Mac(mac)), None)).flatten()
}

fn read_request(
    options: Options<'_>,
    client: Option<Host>,
    notes: &mut Notes<'_>,
) -> Result<(), Malformed> {
    let mut note = |field: Field, value: &str| match client {
        Some(client) => notes.named(client, field, value),
        None => notes.sender(field, value),
    };
    for option in options {
        let DhcpOption { code, value } = option?;
        match code {
            codes::HOST_NAME => note_text(&mut note, fields::DHCP_HOST_NAME, value),
            codes::FQDN => {
                note_text(
                    &mut note,
                    fields::DHCP_HOST_NAME,
                    qualified_name(value).get().as_bytes(),
                );
            }
            codes::VENDOR_CLASS => note_text(&mut note, fields::DHCP_VENDOR_CLASS, value),
            codes::PARAMETER_LIST => note(fields::DHCP_PARAMETER_LIST, &numbers(value).get()),
            codes::CLIENT_ID => note(fields::DHCP_CLIENT_ID, &hexadecimal(value).get()),
            codes::MESSAGE_SIZE => {
                if let &[high, low] = value {
                    let size = u16::from_be_bytes([high, low]);
                    note(fields::DHCP_MESSAGE_SIZE, &decimal(size.into()).get());
                }
            }
            codes::VENDOR_CLASSES => each_enterprise(value, |enterprise, text| {
                note(fields::DHCP_ENTERPRISE, &decimal(enterprise).get());
                if personal::is_text(text) {
                    note_text(&mut note, fields::DHCP_VENDOR_CLASS, text);
                }
            }),
            codes::VENDOR_PARTS => each_enterprise(value, |enterprise, parts| {
                note(fields::DHCP_ENTERPRISE, &decimal(enterprise).get());
                note_parts(enterprise, parts, From::Client, &mut note);
            }),
            _ => {}
        }
    }
    Ok(())
}

fn read_reply(
    fixed: &[u8],
    options: Options<'_>,
    client: Option<Host>,
    notes: &mut Notes<'_>,
) -> Result<(), Malformed> {
    let find = |code| options.clone().flatten().find(|option| option.code == code);
    let kind = match find(codes::MESSAGE_TYPE).map(|option| option.value) {
        Some([2]) => "offer",
        Some([5]) => "ack",
        _ => return options.last().transpose().map(drop),
    };
    notes.sender(fields::DHCP_SERVES, kind);
    note_server(options.clone(), notes);
    let sender = notes.sender;
    let mut note = |field: Field, address: Ipv4Addr| {
        let text = Text::from(IpAddr::from(address));
        let value = text.get();
        match client {
            _ if address.is_unspecified() => {}
            Some(client) => notes.named(client, field, &value),
            None => notes.receiver(field, &value),
        }
    };
    note_addresses(&mut note, fields::DHCP_OFFERED, fixed.get(16..20).unwrap_or_default());
    if find(codes::SERVER).is_none()
        && let Some(IpAddr::V4(sender)) = sender
    {
        note(fields::DHCP_SERVER, sender);
    }
    for option in options {
        let DhcpOption { code, value } = option?;
        match code {
            codes::ROUTER => note_addresses(&mut note, fields::DHCP_ROUTER, value),
            codes::NAME_SERVER => note_addresses(&mut note, fields::DHCP_NAME_SERVER, value),
            codes::SERVER => note_addresses(&mut note, fields::DHCP_SERVER, value),
            _ => {}
        }
    }
    Ok(())
}

/// What an answering server says of itself.
fn note_server(options: Options<'_>, notes: &mut Notes<'_>) {
    /// Our choice: shorter words may be a code of parts by chance.
    const SHORTEST_WORD: usize = 8;
    let mut note = |field: Field, value: &str| notes.sender(field, value);
    for DhcpOption { code, value } in options.flatten() {
        let is_word = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_';
        match code {
            codes::VENDOR_INFORMATION
                if value.len() >= SHORTEST_WORD && value.iter().all(is_word) =>
            {
                note_text(&mut note, fields::DHCP_SERVER_WORD, value);
            }
            codes::VENDOR_PARTS => each_enterprise(value, |enterprise, parts| {
                note_parts(enterprise, parts, From::Server, &mut note);
            }),
            _ => {}
        }
    }
}

/// Options 124 and 125: enterprises' numbers (4), each with what follows behind its length (1).
fn each_enterprise(value: &[u8], mut each: impl FnMut(u32, &[u8])) {
    let mut rest = Cursor::new(value);
    while let (Some(enterprise), Some(told)) = (rest.u32(), rest.vector8()) {
        each(enterprise, told);
    }
}

/// Parts of option 125: code (1), length (1), value.
fn note_parts(enterprise: u32, parts: &[u8], from: From, note: &mut impl FnMut(Field, &str)) {
    let mut rest = Cursor::new(parts);
    while let (Some(code), Some(value)) = (rest.u8(), rest.vector8()) {
        vendor_options::note_part(enterprise, code.into(), value, from, note);
    }
}

fn note_addresses(note: &mut impl FnMut(Field, Ipv4Addr), field: Field, value: &[u8]) {
    let (addresses, _) = value.as_chunks::<4>();
    for &address in addresses {
        note(field, address.into());
    }
}

/// Notes text without the zeros that some clients end it with.
fn note_text(note: &mut impl FnMut(Field, &str), field: Field, value: &[u8]) {
    let end = value.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let text = String::from_utf8_lossy(value.get(..end).unwrap_or_default());
    if !text.is_empty() {
        note(field, &text);
    }
}

/// Option 81's name: labels as in DNS if the E flag says so, otherwise plain text.
fn qualified_name(value: &[u8]) -> Text {
    const IN_LABELS: u8 = 0b0100;
    let mut text = Text::new();
    let Some((&[flags, _, _], name)) = value.split_first_chunk() else { return text };
    if flags & IN_LABELS == 0 {
        text.push(name);
    } else {
        Name::alone(name).write_as_sent(&mut text);
    }
    text
}

/// `1,3,6,15`.
fn numbers(bytes: &[u8]) -> Text {
    let mut text = Text::new();
    for (position, &byte) in bytes.iter().enumerate() {
        if position > 0 {
            text.push(b",");
        }
        text.push_number(byte);
    }
    text
}

/// As people write numbers.
pub(super) fn decimal(number: u32) -> Text {
    let mut text = Text::new();
    // Writing to a text cannot fail.
    let _ = write!(text, "{number}");
    text
}

/// Two digits an octet.
pub(super) fn hexadecimal(bytes: &[u8]) -> Text {
    let mut text = Text::new();
    for byte in bytes {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The options field, borrowed from the packet: code, length, value, up to 255.
#[derive(Clone, Debug)]
struct Options<'a> {
    bytes: &'a [u8],
    offset: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct DhcpOption<'a> {
    code: u8,
    value: &'a [u8],
}

impl<'a> Options<'a> {
    const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, offset: 0 }
    }

    /// Ends the iteration: nothing behind the damage can be trusted.
    const fn cut_short(&mut self, missing: usize) -> Malformed {
        let offset = self.offset;
        self.offset = self.bytes.len();
        Malformed::Truncated { what: "DHCP option", offset, missing }
    }
}

impl<'a> Iterator for Options<'a> {
    type Item = Result<DhcpOption<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        const PAD: u8 = 0;
        const END: u8 = 255;
        let rest = self.bytes.get(self.offset..)?;
        self.offset += rest.iter().take_while(|&&byte| byte == PAD).count();
        match self.bytes.get(self.offset..)? {
            [] | [END, ..] => None,
            [_] => Some(Err(self.cut_short(1))),
            [code, length, rest @ ..] => {
                let Some(value) = rest.get(..usize::from(*length)) else {
                    return Some(Err(self.cut_short(usize::from(*length) - rest.len())));
                };
                self.offset += 2 + value.len();
                Some(Ok(DhcpOption { code: *code, value }))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    #[test]
    fn a_client_describes_itself_by_its_hardware_address() {
        let options =
            b"\x35\x01\x01\x37\x04\x01\x03\x06\x0f\x3c\x05udhcp\x0c\x05lamp\0\x39\x02\x05\xdc\
            \x3d\x07\x01\0\0\x5e\0\x53\x01\xff";
        check(
            "discover",
            &message(1, 0, options),
            &[
                "00:00:5e:00:53:01 dhcp.parameter_list 1,3,6,15",
                "00:00:5e:00:53:01 dhcp.vendor_class udhcp",
                "00:00:5e:00:53:01 dhcp.host_name lamp",
                "00:00:5e:00:53:01 dhcp.message_size 1500",
                "00:00:5e:00:53:01 dhcp.client_id 0100005e005301",
            ],
        );
        let in_labels = message(1, 0, b"\x51\x11\x04\0\0\x04Lamp\x07example\0\xff");
        check("name in labels", &in_labels, &["00:00:5e:00:53:01 dhcp.host_name Lamp.example"]);
        let in_text = message(1, 0, b"\x51\x07\0\0\0lamp\xff");
        check("name as text", &in_text, &["00:00:5e:00:53:01 dhcp.host_name lamp"]);
    }

    #[test]
    fn a_server_tells_the_client_named_in_its_reply() {
        let options = b"\x35\x01\x05\x36\x04\xc0\0\x02\x01\x03\x04\xc0\0\x02\x01\x06\x08\xc0\0\x02\x01\xc6\x33\x64\x07\xff";
        check(
            "acknowledgement",
            &message(2, 9, options),
            &[
                "sender dhcp.serves ack",
                "00:00:5e:00:53:01 dhcp.offered 192.0.2.9",
                "00:00:5e:00:53:01 dhcp.server 192.0.2.1",
                "00:00:5e:00:53:01 dhcp.router 192.0.2.1",
                "00:00:5e:00:53:01 dhcp.name_server 192.0.2.1",
                "00:00:5e:00:53:01 dhcp.name_server 198.51.100.7",
            ],
        );
        check("refusal", &message(2, 0, b"\x35\x01\x06\xff"), &[]);
    }

    #[test]
    fn managed_devices_say_their_product_and_of_their_number_only_its_length() {
        // TR-069, annex F: prefix, number and class of the device; then a class by another enterprise.
        let options = b"\x35\x01\x01\x7d\x1d\0\0\x0d\xe9\x18\x01\x0600005E\x02\x07AB12345\x03\x05BOX-7\
            \x7c\x0b\0\0\x01\x37\x06PC 1.0\xff";
        check(
            "client",
            &message(1, 0, options),
            &[
                "00:00:5e:00:53:01 dhcp.enterprise 3561",
                "00:00:5e:00:53:01 dhcp.maker_prefix 00005E",
                "00:00:5e:00:53:01 clear.personal serial number, 7 bytes, in dhcp option as serialnumber",
                "00:00:5e:00:53:01 dhcp.product BOX-7",
                "00:00:5e:00:53:01 dhcp.enterprise 311",
                "00:00:5e:00:53:01 dhcp.vendor_class PC 1.0",
            ],
        );
        let options = b"\x35\x01\x02\x2b\x0fACME_METERED_OK\x7d\x16\0\0\x0d\xe9\x11\x04\x0600005E\x06\x07GATE-10\xff";
        check(
            "server",
            &message(2, 0, options),
            &[
                "sender dhcp.serves offer",
                "sender dhcp.server_word ACME_METERED_OK",
                "sender dhcp.maker_prefix 00005E",
                "sender dhcp.product GATE-10",
                "00:00:5e:00:53:01 dhcp.server 192.0.2.1",
            ],
        );
        let of_controller = b"\x35\x01\x02\x36\x04\xc0\0\x02\x01\x2b\x09192.0.2.7\x7d\x09\0\0\x02\xa2\x04\x05\x02ab\xff";
        check(
            "for others",
            &message(2, 0, of_controller),
            &["sender dhcp.serves offer", "00:00:5e:00:53:01 dhcp.server 192.0.2.1"],
        );
    }

    #[test]
    fn what_precedes_damage_is_kept() {
        let cut = message(1, 0, b"\x0c\x04lamp\x3c\x09ud");
        let read = Rehearsal::new(PROTOCOL, SERVER_PORT).asked(&cut);
        assert_eq!(read.lines(), ["00:00:5e:00:53:01 dhcp.host_name lamp"]);
        assert_eq!(read.malformed(), 1);
    }

    fn message(op: u8, offered: u8, options: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0; FIXED_BYTES];
        bytes[..4].copy_from_slice(&[op, 1, 6, 0]);
        if offered > 0 {
            bytes[16..20].copy_from_slice(&[192, 0, 2, offered]);
        }
        bytes[28..34].copy_from_slice(&[0, 0, 0x5e, 0, 0x53, 1]);
        [&*bytes, &MAGIC_COOKIE, options].concat()
    }

    #[track_caller]
    fn check(what: &str, message: &[u8], expected: &[&str]) {
        let read = Rehearsal::new(PROTOCOL, SERVER_PORT).answered(message);
        assert_eq!(read.lines(), expected, "{what}");
        assert_eq!(read.malformed(), 0, "{what}");
        Rehearsal::survives_damage(PROTOCOL, SERVER_PORT, message);
    }
}
