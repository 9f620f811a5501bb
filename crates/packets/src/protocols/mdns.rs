//! mDNS and DNS-SD: the names and services that hosts announce on their own link, and what they ask for.
//!
//! Wire formats: [RFC 6762] (messages), [RFC 6763] (services: section 4 names, section 6 TXT). Only
//! responses announce: a query may repeat, as known answers, what others have said. A service type
//! reads `_kind._tcp` and an instance `Lamp 1._kind._tcp`; `.local` goes without saying.
//!
//! Routers repeat in one network what devices of another announce, and some devices answer for others
//! that sleep or that are in a Thread network behind them ([RFC 9665]). Such a message says nothing of its
//! sender, and is passed over where its addresses or names tell.
//!
//! [RFC 6762]: https://www.rfc-editor.org/rfc/rfc6762
//! [RFC 6763]: https://www.rfc-editor.org/rfc/rfc6763
//! [RFC 9665]: https://www.rfc-editor.org/rfc/rfc9665

use std::net::IpAddr;

use evidence::fields;
use memchr::memmem;

use super::{
    dns_message::{Message, Name, Record, kinds},
    text::Text,
};
use crate::protocol::{Cover, Malformed, Notes, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: NAME,
    cover: Cover::Clear,
    datagram_ports: &[PORT],
    stream_ports: &[],
    recognises: |_| false,
    datagram: Some(|bytes, notes| {
        if notes.sender.is_some_and(|sender| is_of_others(bytes, sender)) {
            return Ok(());
        }
        notes.again(NAME, bytes, read)
    }),
    stream: None,
};

const NAME: &str = "mdns";
const PORT: u16 = 5353;
/// The first two bytes of `fe80::/64` (RFC 4291, section 2.5.6).
const LINK_LOCAL: &[u8] = &[0xfe, 0x80];
/// Labels read of one name: enough for a reverse lookup of an IPv6 address (34).
const MOST_LABELS: usize = 36;
/// Strings read of one TXT record. Our choice: announcements have some twenty.
const MOST_STRINGS: usize = 64;

fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Result<(), Malformed> {
    let mut message = Message::new(bytes)?;
    let mut text = Text::new();
    if message.opcode() != 0 {
        // RFC 6762, section 18.3: to be ignored.
        return Ok(());
    }
    if message.is_response() {
        if is_of_thread(bytes) {
            return Ok(());
        }
        while let Some(record) = message.record()? {
            note_record(&record, &mut text, notes);
        }
    } else {
        while let Some(question) = message.question()? {
            LocalName::new(question.name).write(&mut text);
            notes.sender(fields::MDNS_QUERY, &text.get());
        }
    }
    Ok(())
}

/// Whether a response gives addresses of the sender's kind, but not the sender's own; or, from an address of
/// IPv4, those of IPv6 alone. Of IPv6 only those of the link are compared: a host announces the one that it
/// sends from, and others as it likes.
fn is_of_others(bytes: &[u8], sender: IpAddr) -> bool {
    // Nearly all have their own address somewhere, and looking for it is quicker than reading.
    let lacks = |own: &[u8]| memmem::find(bytes, own).is_none();
    match sender {
        IpAddr::V4(own) => {
            lacks(&own.octets()) && (gives(bytes, kinds::A, &[]) || gives_ipv6_alone(bytes))
        }
        IpAddr::V6(own) if own.is_unicast_link_local() => {
            lacks(&own.octets()) && gives(bytes, kinds::AAAA, LINK_LOCAL)
        }
        IpAddr::V6(_) => false,
    }
}

fn gives(bytes: &[u8], kind: u16, prefix: &[u8]) -> bool {
    responses(bytes).any(|record| record.kind == kind && record.data.starts_with(prefix))
}

/// Whether a response gives no address of IPv4, which a host puts beside its others (RFC 6762, section 6.2). Who
/// also says what its address of IPv6 is called has just got that: it speaks of itself, as no proxy does.
fn gives_ipv6_alone(bytes: &[u8]) -> bool {
    let mut given = false;
    for record in responses(bytes) {
        match record.kind {
            kinds::A => return false,
            kinds::PTR if LocalName::new(record.name).is_reversed_address() => return false,
            kind => given |= kind == kinds::AAAA,
        }
    }
    given
}

/// The records of a response, as far as they can be read.
fn responses(bytes: &[u8]) -> impl Iterator<Item = Record<'_>> {
    let mut message = Message::new(bytes).ok().filter(Message::is_response);
    std::iter::from_fn(move || message.as_mut()?.record().ok().flatten())
}

/// Whether a response is of a device in a Thread network, which has no address of IPv4 and speaks to this link
/// through a border router alone: its host is named after its link-layer address of 64 bits, 16 digits, where
/// that of Wi-Fi or Ethernet has 12 (Matter Core Specification, section 4.3), or it offers what HomeKit
/// Accessory Protocol offers over Thread and nowhere else (`_hap._udp`).
fn is_of_thread(bytes: &[u8]) -> bool {
    let mut is_so = false;
    for record in responses(bytes) {
        let name = match record.kind {
            kinds::A => return false,
            kinds::PTR => record.target(0),
            _ => record.name,
        };
        let name = LocalName::new(name);
        is_so |= match (record.kind, name.labels()) {
            (kinds::AAAA, [host]) => host.len() == 16 && host.iter().all(u8::is_ascii_hexdigit),
            (_, [.., service, transport]) => {
                service.eq_ignore_ascii_case(b"_hap") && transport.eq_ignore_ascii_case(b"_udp")
            }
            _ => false,
        };
    }
    is_so
}

fn note_record(record: &Record<'_>, text: &mut Text, notes: &mut Notes<'_>) {
    let name = LocalName::new(record.name);
    match record.kind {
        kinds::A | kinds::AAAA => {
            name.write(text);
            notes.sender(fields::MDNS_NAME, &text.get());
        }
        kinds::PTR if name.is_reversed_address() => {
            LocalName::new(record.target(0)).write(text);
            notes.sender(fields::MDNS_NAME, &text.get());
        }
        kinds::PTR => note_service(&LocalName::new(record.target(0)), text, notes),
        kinds::SRV => note_service(&name, text, notes),
        kinds::TXT if name.write_type(text) => note_strings(record.data, text, notes),
        _ => {}
    }
}

/// Notes a service instance and its type; a type alone, as an enumeration of types answers.
fn note_service(name: &LocalName<'_>, text: &mut Text, notes: &mut Notes<'_>) {
    if !name.write_type(text) {
        return;
    }
    notes.sender(fields::MDNS_TYPE, &text.get());
    if name.has_instance() {
        name.write(text);
        notes.sender(fields::MDNS_SERVICE, &text.get());
    }
}

/// Notes the strings of a TXT record, each behind the type that `text` holds.
fn note_strings(mut data: &[u8], text: &mut Text, notes: &mut Notes<'_>) {
    text.push(b" ");
    let start = text.len();
    for _ in 0..MOST_STRINGS {
        let Some((&length, rest)) = data.split_first() else { return };
        let Some((string, rest)) = rest.split_at_checked(length.into()) else { return };
        data = rest;
        if !string.is_empty() {
            text.truncate(start);
            text.push(string);
            notes.sender(fields::MDNS_TXT, &text.get());
        }
    }
}

type Labels<'a> = &'a [&'a [u8]];

/// A name's labels without the last `local`.
struct LocalName<'a> {
    labels: [&'a [u8]; MOST_LABELS],
    count: usize,
}

impl<'a> LocalName<'a> {
    fn new(name: Name<'a>) -> Self {
        let mut labels: [&[u8]; MOST_LABELS] = [&[]; _];
        let mut count = 0;
        for (place, label) in labels.iter_mut().zip(name.labels()) {
            *place = label;
            count += 1;
        }
        if let Some(last) = labels.get(..count).and_then(<[_]>::last)
            && last.eq_ignore_ascii_case(b"local")
        {
            count -= 1;
        }
        Self { labels, count }
    }

    fn labels(&self) -> &[&'a [u8]] {
        self.labels.get(..self.count).unwrap_or_default()
    }

    /// Whether it asks for the name of an address (RFC 6762, section 4).
    fn is_reversed_address(&self) -> bool {
        let is = |label: &[u8], zone: &str| label.eq_ignore_ascii_case(zone.as_bytes());
        matches!(self.labels(), [.., zone, arpa]
            if is(arpa, "arpa") && (is(zone, "in-addr") || is(zone, "ip6")))
    }

    /// The instance's labels and the type's two, if this names a service.
    fn parts(&self) -> Option<(Labels<'_>, Labels<'_>)> {
        let (instance, kind) = self.labels().split_at_checked(self.count.checked_sub(2)?)?;
        let [name, transport] = kind.first_chunk()?;
        let is_transport = |of: &[u8]| transport.eq_ignore_ascii_case(of);
        let is_service = name.first() == Some(&b'_')
            && (is_transport(b"_tcp") || is_transport(b"_udp"))
            && !(name.eq_ignore_ascii_case(b"_dns-sd") && instance.len() == 1);
        is_service.then_some((instance, kind))
    }

    /// Whether it names one instance, not a type or a subtype (RFC 6763, section 7.1).
    fn has_instance(&self) -> bool {
        let instance = self.parts().map(|(instance, _)| instance).unwrap_or_default();
        instance.last().is_some_and(|last| !last.eq_ignore_ascii_case(b"_sub"))
    }

    /// Puts the service type into `text`, if this names a service.
    fn write_type(&self, text: &mut Text) -> bool {
        text.truncate(0);
        let Some((_, kind)) = self.parts() else { return false };
        join(kind, text);
        text.fold(0);
        true
    }

    /// Puts the name into `text`: an instance or host name as sent, a service type in lower case.
    fn write(&self, text: &mut Text) {
        text.truncate(0);
        let (instance, kind) = self.parts().unwrap_or((self.labels(), &[]));
        join(instance, text);
        let start = text.len();
        if !instance.is_empty() && !kind.is_empty() {
            text.push(b".");
        }
        join(kind, text);
        text.fold(start);
    }
}

fn join(labels: Labels<'_>, text: &mut Text) {
    for (position, label) in labels.iter().enumerate() {
        if position > 0 {
            text.push(b".");
        }
        text.push(label);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    const QUERY: &[u8] = b"\0\0\0\0\0\x02\0\x01\0\0\0\0\x05_Lamp\x04_tcp\x05local\0\0\x0c\0\x01\
        \x08Kitchen2\xc0\x17\0\x01\0\x01\
        \xc0\x0c\0\x0c\0\x01\0\0\0\x78\0\x08\x05other\xc0\x0c";
    const ANNOUNCEMENT: &[u8] = b"\0\0\x84\0\0\0\0\x01\0\0\0\x03\
        \x05_lamp\x04_tcp\x05local\0\0\x0c\0\x01\0\0\0\x78\0\x09\x06Lamp 1\xc0\x0c\
        \xc0\x28\0\x10\x80\x01\0\0\0\x78\0\x10\x06md=LX1\0\x04bare\x02c=\
        \xc0\x28\0\x21\x80\x01\0\0\0\x78\0\x0e\0\0\0\0\0\x50\x05Lamp1\xc0\x17\
        \xc0\x5f\0\x01\x80\x01\0\0\0\x78\0\x04\xc0\0\x02\x0a";
    const TYPES: &[u8] = b"\0\0\x84\0\0\0\0\x02\0\0\0\0\
        \x09_services\x07_dns-sd\x04_udp\x05local\0\0\x0c\0\x01\0\0\0\x78\0\x0d\x05_lamp\x04_tcp\xc0\x23\
        \x02_x\x04_sub\xc0\x34\0\x0c\0\x01\0\0\0\x78\0\x09\x06Lamp.1\xc0\x34";
    const REVERSE: &[u8] = b"\0\0\x84\0\0\0\0\x01\0\0\0\0\
        \x019\x012\x010\x03192\x07in-addr\x04arpa\0\0\x0c\0\x01\0\0\0\x78\0\x0d\x05Lamp1\x05local\0";

    #[test]
    fn a_query_asks_and_announces_nothing() {
        check(
            "known answers are not its own",
            QUERY,
            &["mdns.query _lamp._tcp", "mdns.query Kitchen2"],
        );
    }

    #[test]
    fn a_response_announces_types_instances_texts_and_names() {
        check(
            "whole announcement",
            ANNOUNCEMENT,
            &[
                "mdns.type _lamp._tcp",
                "mdns.service Lamp 1._lamp._tcp",
                "mdns.txt _lamp._tcp md=LX1",
                "mdns.txt _lamp._tcp bare",
                "mdns.txt _lamp._tcp c=",
                "mdns.type _lamp._tcp",
                "mdns.service Lamp 1._lamp._tcp",
                "mdns.name Lamp1",
            ],
        );
        check(
            "types asked for, and a subtype",
            TYPES,
            &["mdns.type _lamp._tcp", "mdns.type _lamp._tcp", "mdns.service Lamp.1._lamp._tcp"],
        );
        check("an address's name", REVERSE, &["mdns.name Lamp1"]);
        check("another opcode", b"\0\0\x28\0\0\x01\0\0\0\0\0\0\x01a\0\0\x0c\0\x01", &[]);
    }

    #[test]
    fn what_is_repeated_for_another_says_nothing_of_its_sender() {
        let of_another = |kind: u8, address: &[u8]| {
            let length = u8::try_from(address.len()).unwrap();
            let head = b"\0\0\x84\0\0\0\0\x01\0\0\0\0\x04Lamp\x05local\0\0".as_slice();
            [head, &[kind, 0, 1, 0, 0, 0, 0x78, 0, length], address].concat()
        };
        let link = |last: u8| [&[0xfe, 0x80][..], &[0; 13], &[last]].concat();
        let ours = "192.0.2.10".parse().unwrap();
        assert!(is_of_others(&of_another(1, &[192, 0, 2, 9]), ours));
        assert!(!is_of_others(&of_another(1, &[192, 0, 2, 10]), ours));
        let alone = of_another(28, &[0x20; 16]);
        assert!(is_of_others(&alone, ours), "none of the sender's kind");
        let reverse = b"\x03ip6\x04arpa\0\0\x0c\0\x01\0\0\0\x78\0\x02\xc0\x0c";
        let mut named = [&alone, &reverse[..]].concat();
        named[7] = 2;
        assert!(!is_of_others(&named, ours), "what it calls itself by");
        let ours = "fe80::a".parse().unwrap();
        assert!(is_of_others(&of_another(28, &link(9)), ours));
        assert!(!is_of_others(&of_another(28, &link(10)), ours));
        assert!(!is_of_others(&of_another(28, &[0x20; 16]), ours), "not of the link");
        let repeated = of_another(1, &[192, 0, 2, 9]);
        check("for another", &repeated, &[]);
        check("its own", &of_another(1, &[192, 0, 2, 10]), &["mdns.name Lamp"]);
    }

    /// What border routers announce of sensors behind them, from an address that is not of the link.
    #[test]
    fn what_is_announced_of_a_thread_device_says_nothing_of_its_border_router() {
        let of = |host: &[u8], service: &[u8], also: &[u8]| {
            let head = [0, 0, 0x84, 0, 0, 0, 0, 2, 0, 0, 0, u8::from(!also.is_empty())];
            let text = [service, b"\x05local\0\0\x10\x80\x01\0\0\0\x78\0\x07\x06md=LX1"].concat();
            let record = b"\x05local\0\0\x1c\x80\x01\0\0\0\x78\0\x10\xfd\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01";
            [&head[..], b"\x04Lamp", &text, host, record, also].concat()
        };
        let (matter, thread) = (b"\x07_matter\x04_tcp".as_slice(), b"\x04_hap\x04_udp".as_slice());
                assert!(is_of_thread(&of(b"\x10EE00000000000001", matter, b"")), "a long host");
        assert!(is_of_thread(&of(b"\x04Lamp", thread, b"")), "an accessory");
        assert!(!is_of_thread(&of(b"\x0c020000000001", matter, b"")), "a host of Wi-Fi");
        let also = b"\x04Lamp\x05local\0\0\x01\x80\x01\0\0\0\x78\0\x04\xc0\0\x02\x0a";
        assert!(!is_of_thread(&of(b"\x04Lamp", thread, also)), "one with IPv4");
        check("of IPv6 alone, to IPv4", &of(b"\x0c020000000001", matter, b""), &[]);
        let said = ["mdns.txt _matter._tcp md=LX1", "mdns.name Lamp", "mdns.name Lamp"];
        check("with the sender's own", &of(b"\x04Lamp", matter, also), &said);
    }

    #[test]
    fn what_comes_again_says_the_same() {
        let play = |message: &[u8], times: usize| {
            let flow = Rehearsal::new(PROTOCOL, PORT);
            let flow = (0..times).fold(flow, |flow, _| flow.asked(message));
            let lines: Vec<String> = flow.lines().into_iter().map(str::to_owned).collect();
            (lines, flow.malformed())
        };
        let damaged = ANNOUNCEMENT.get(..70).unwrap();
        for message in [QUERY, ANNOUNCEMENT, TYPES, REVERSE, damaged] {
            let (once, malformed) = play(message, 1);
            let four_times: Vec<_> = (0..4).flat_map(|_| once.clone()).collect();
            assert_eq!(play(message, 4), (four_times, malformed * 4));
        }
    }

    #[test]
    fn damage_never_panics() {
        for sample in [QUERY, ANNOUNCEMENT, TYPES, REVERSE] {
            Rehearsal::survives_damage(PROTOCOL, PORT, sample);
        }
    }

    #[track_caller]
    fn check(what: &str, message: &[u8], expected: &[&str]) {
        let read = Rehearsal::new(PROTOCOL, PORT).asked(message);
        let lines: Vec<_> = read.lines().iter().map(|it| it.replace("sender ", "")).collect();
        assert_eq!(lines, expected, "{what}");
        assert_eq!(read.malformed(), 0, "{what}");
    }
}
