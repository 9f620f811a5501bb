//! SSDP: UPnP devices announcing themselves, and hosts searching for them.
//!
//! Format: UPnP Device Architecture 2.0, section 1: HTTP heads in datagrams. An announcement goes to
//! the group's port; the answer to a search goes to the searcher's, and comes from any port. One maker's
//! lamps send the same heads on port 1982, without a USN, with headers for model and version.

use evidence::{Field, fields};

use super::{av_info, text::readable};
use crate::protocol::{Cover, Malformed, Notes, Opening, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: NAME,
    cover: Cover::Clear,
    datagram_ports: &[PORT],
    stream_ports: &[],
    recognises,
    datagram: Some(|bytes, notes| notes.again(NAME, bytes, read)),
    stream: None,
};

const NAME: &str = "ssdp";
const PORT: u16 = 1900;
const ANNOUNCEMENT: &[u8] = b"NOTIFY * HTTP/1.";
const SEARCH: &[u8] = b"M-SEARCH * HTTP/1.";
const ANSWER: &[u8] = b"HTTP/1.";
/// Header lines read of one message. Our choice: devices send some fifteen.
const MOST_LINES: usize = 64;
/// The headers of port 1982.
const MODEL: &str = "MODEL";
const VERSION: &str = "FW_VER";

/// The first line of a message says what it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Announcement,
    Search,
    Answer,
}

fn kind(bytes: &[u8]) -> Option<Kind> {
    [(ANNOUNCEMENT, Kind::Announcement), (SEARCH, Kind::Search), (ANSWER, Kind::Answer)]
        .into_iter()
        .find_map(|(start, kind)| bytes.starts_with(start).then_some(kind))
}

fn recognises(opening: &Opening<'_>) -> bool {
    !opening.in_stream
        && match kind(opening.bytes) {
            Some(Kind::Announcement | Kind::Search) => true,
            Some(Kind::Answer) => {
                headers(opening.bytes).any(|(name, _)| is(name, "USN") || is(name, VERSION))
            }
            None => false,
        }
}

fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Result<(), Malformed> {
    let Some(kind) = kind(bytes) else {
        let value = bytes.first().copied().unwrap_or_default().into();
        return Err(Malformed::Forbidden { what: "SSDP start line", value });
    };
    for (name, value) in headers(bytes) {
        if let Some(field) = field(kind, name)
            && !(field == fields::SSDP_TYPE && value.starts_with(b"uuid:"))
        {
            note(field, value, notes);
        }
        if av_info::HEADERS.iter().any(|known| is(name, known)) {
            av_info::note(&readable(value), notes);
        }
        let own = [(MODEL, fields::LOCAL_PRODUCT), (VERSION, fields::LOCAL_VERSION)];
        for (_, field) in own.into_iter().filter(|(own, _)| kind != Kind::Search && is(name, own)) {
            notes.sender(field, &format!("{} {}", PROTOCOL.name, readable(value)));
        }
    }
    Ok(())
}

fn field(kind: Kind, name: &[u8]) -> Option<Field> {
    match kind {
        Kind::Search if is(name, "ST") => Some(fields::SSDP_SEARCH),
        Kind::Search if is(name, "USER-AGENT") => Some(fields::SSDP_USER_AGENT),
        Kind::Search => None,
        Kind::Announcement if is(name, "NT") => Some(fields::SSDP_TYPE),
        Kind::Answer if is(name, "ST") => Some(fields::SSDP_TYPE),
        _ if is(name, "USN") => Some(fields::SSDP_USN),
        _ if is(name, "SERVER") => Some(fields::SSDP_SERVER),
        _ if is(name, "LOCATION") => Some(fields::SSDP_LOCATION),
        _ => None,
    }
}

/// Notes a header's value; an address without its query.
fn note(field: Field, value: &[u8], notes: &mut Notes<'_>) {
    let value = match value.iter().position(|byte| *byte == b'?') {
        Some(query) if field == fields::SSDP_LOCATION => value.get(..query).unwrap_or_default(),
        _ => value,
    };
    if !value.is_empty() {
        notes.sender(field, &readable(value));
    }
}

/// The header lines' names and values, trimmed, up to the empty line.
fn headers(bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    bytes
        .split(|byte| *byte == b'\n')
        .skip(1)
        .take(MOST_LINES)
        .map(<[u8]>::trim_ascii)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| {
            let colon = line.iter().position(|byte| *byte == b':')?;
            let (name, value) = line.split_at_checked(colon)?;
            Some((name.trim_ascii(), value.get(1..)?.trim_ascii()))
        })
}

fn is(name: &[u8], expected: &str) -> bool {
    name.eq_ignore_ascii_case(expected.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    const NOTIFY: &str = "NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nNT: upnp:rootdevice\r\n\
        NTS: ssdp:alive\r\nLocation:http://192.0.2.9:80/desc.xml?id=7\r\nSERVER: Linux/3 UPnP/1.0 Lamp/1\r\n\
        USN: uuid:0123::upnp:rootdevice\r\n\r\nNT: after the head";
    const M_SEARCH: &str = "M-SEARCH * HTTP/1.1\r\nMAN: \"ssdp:discover\"\r\nST: ssdp:all\r\n\
        USER-AGENT: Finder/2\r\n\r\n";
    const FOUND: &str =
        "HTTP/1.1 200 OK\r\nST: urn:schemas-upnp-org:device:Basic:1\r\nEXT:\r\nusn: uuid:0123\r\n";

    #[test]
    fn devices_announce_and_hosts_search() {
        check(
            "announcement",
            NOTIFY,
            &[
                "sender ssdp.type upnp:rootdevice",
                "sender ssdp.location http://192.0.2.9:80/desc.xml",
                "sender ssdp.server Linux/3 UPnP/1.0 Lamp/1",
                "sender ssdp.usn uuid:0123::upnp:rootdevice",
            ],
        );
        check(
            "search",
            M_SEARCH,
            &["sender ssdp.search ssdp:all", "sender ssdp.user_agent Finder/2"],
        );
        check(
            "answer",
            FOUND,
            &["sender ssdp.type urn:schemas-upnp-org:device:Basic:1", "sender ssdp.usn uuid:0123"],
        );
        let lamp = "HTTP/1.1 200 OK\r\nLocation: lamp://192.0.2.9:55443\r\nid: 0x01\r\n\
            model: color\r\nfw_ver: 18\r\nname: the bedroom\r\n\r\n";
        let told = [
            "sender ssdp.location lamp://192.0.2.9:55443",
            "sender local.product ssdp color",
            "sender local.version ssdp 18",
        ];
        check("lamp", lamp, &told);
        let television = "M-SEARCH * HTTP/1.1\r\nST: ssdp:all\r\nX-AV-Physical-Unit-Info: pa=\"den\";\r\n\
            X-AV-Client-Info: av=5.0; hn=\"den\"; cn=\"Acme; Corp\"; mn=\"AC-1\"; mv=\"2.0\";\r\n\r\n";
        let told =
            ["sender ssdp.search ssdp:all", "sender upnp.av_maker Acme; Corp", "sender upnp.av_model AC-1"];
        check("television", television, &told);
        check("a unique name is no type", "NOTIFY * HTTP/1.1\r\nNT: uuid:0123\r\n\r\n", &[]);
    }

    #[test]
    fn messages_are_recognised_on_any_port() {
        let recognised = |text: &str, in_stream| {
            recognises(&Opening { bytes: text.as_bytes(), in_stream, port: 50_000 })
        };
        assert!(
            recognised(NOTIFY, false) && recognised(M_SEARCH, false) && recognised(FOUND, false)
        );
        assert!(!recognised(NOTIFY, true));
        assert!(!recognised("HTTP/1.1 200 OK\r\nServer: x\r\n\r\n", false));
    }

    #[track_caller]
    fn check(what: &str, message: &str, expected: &[&str]) {
        let read = Rehearsal::new(PROTOCOL, PORT).answered(message.as_bytes());
        assert_eq!(read.lines(), expected, "{what}");
        assert_eq!(read.malformed(), 0, "{what}");
        Rehearsal::survives_damage(PROTOCOL, PORT, message.as_bytes());
    }
}
