//! WS-Discovery: cameras, printers and computers announcing what they are, and who probes for them.
//!
//! Format: [WS-Discovery 1.1], sections 4 to 6; SOAP over UDP. The namespace prefix of a type is the
//! sender's choice, so types are noted without. Scopes are URIs: what they escape is noted as it is meant.
//!
//! [WS-Discovery 1.1]: https://docs.oasis-open.org/ws-dd/discovery/1.1/os/wsdd-discovery-1.1-spec-os.html

use std::borrow::Cow;

use evidence::fields;

use super::xml::for_each_text;
use crate::protocol::{Cover, Malformed, Notes, Opening, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "wsd",
    cover: Cover::Clear,
    datagram_ports: &[PORT],
    stream_ports: &[],
    recognises,
    datagram: Some(read),
    stream: None,
};

const PORT: u16 = 3702;
/// Types or scopes noted of one message. Our choice: devices list some ten.
const MOST_WORDS: usize = 64;

/// XML that names the namespace of either version: 2005/04 (in use) or 1.1.
fn recognises(opening: &Opening<'_>) -> bool {
    const NAMESPACES: [&[u8]; 2] =
        [b"schemas.xmlsoap.org/ws/2005/04/discovery", b"docs.oasis-open.org/ws-dd/ns/discovery/"];
    let names = |namespace: &[u8]| opening.bytes.windows(namespace.len()).any(|it| it == namespace);
    !opening.in_stream && opening.bytes.starts_with(b"<") && NAMESPACES.into_iter().any(names)
}

fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Result<(), Malformed> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    if !text.starts_with(b"<") {
        let value = bytes.first().copied().unwrap_or_default().into();
        return Err(Malformed::Forbidden { what: "WS-Discovery envelope", value });
    }
    for_each_text(text, |path, text| {
        let field = match path {
            "Envelope/Body/Hello/Types"
            | "Envelope/Body/ProbeMatches/ProbeMatch/Types"
            | "Envelope/Body/ResolveMatches/ResolveMatch/Types" => fields::WSD_TYPE,
            "Envelope/Body/Hello/Scopes"
            | "Envelope/Body/ProbeMatches/ProbeMatch/Scopes"
            | "Envelope/Body/ResolveMatches/ResolveMatch/Scopes" => fields::WSD_SCOPE,
            "Envelope/Body/Probe/Types" => fields::WSD_SEARCH,
            _ => return,
        };
        for word in text.split_ascii_whitespace().take(MOST_WORDS) {
            if field == fields::WSD_SCOPE {
                notes.sender(field, &unescaped(word));
            } else {
                notes.sender(field, unprefixed(word));
            }
        }
    });
    Ok(())
}

/// `a b` of `a%20b` (RFC 3986, section 2.1); escapes that are none, or give no text, stay as they are.
fn unescaped(scope: &str) -> Cow<'_, str> {
    if !scope.contains('%') {
        return scope.into();
    }
    let mut bytes = Vec::with_capacity(scope.len());
    let mut rest = scope.as_bytes();
    while let [first, behind @ ..] = rest {
        let escaped = behind.first_chunk::<2>().filter(|_| *first == b'%').and_then(|it| hexadecimal(*it));
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { behind.get(2..).unwrap_or_default() } else { behind };
    }
    String::from_utf8(bytes).map_or_else(|_| scope.into(), Cow::Owned)
}

/// The octet that two digits write.
fn hexadecimal(digits: [u8; 2]) -> Option<u8> {
    let [high, low] = digits.map(|digit| char::from(digit).to_digit(16));
    u8::try_from(high? << 4 | low?).ok()
}

fn unprefixed(name: &str) -> &str {
    name.split_once(':').map_or(name, |(_, local)| local)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    const HELLO: &str = "<?xml version=\"1.0\"?><s:Envelope \
        xmlns:d=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\"><s:Body><d:Hello>\
        <d:Types>dn:NetworkVideoTransmitter tds:Device</d:Types>\
        <d:Scopes>onvif://www.onvif.org/name/Cam onvif://www.onvif.org/hardware/C1</d:Scopes>\
        <d:XAddrs>http://192.0.2.9/</d:XAddrs></d:Hello></s:Body></s:Envelope>";
    const PROBE: &str = "<e:Envelope><e:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types>\
        </d:Probe></e:Body></e:Envelope>";
    const MATCH: &str = "<e:Envelope><e:Body><d:ProbeMatches><d:ProbeMatch><d:Types>wsdp:Device</d:Types>\
        </d:ProbeMatch></d:ProbeMatches></e:Body></e:Envelope>";

    #[test]
    fn devices_announce_and_hosts_probe() {
        check(
            "hello",
            HELLO,
            &[
                "sender wsd.type NetworkVideoTransmitter",
                "sender wsd.type Device",
                "sender wsd.scope onvif://www.onvif.org/name/Cam",
                "sender wsd.scope onvif://www.onvif.org/hardware/C1",
            ],
        );
        check("probe", PROBE, &["sender wsd.search NetworkVideoTransmitter"]);
        check("match", MATCH, &["sender wsd.type Device"]);
    }

    #[test]
    fn escapes_in_scopes_are_read() {
        for (scope, meant) in [
            ("onvif://x/name/Acme%20AC-12", "onvif://x/name/Acme AC-12"),
            ("a%c3%A9", "aé"),
            ("100%", "100%"),
            ("%4", "%4"),
            ("%zz%41", "%zzA"),
            ("%ff", "%ff"),
        ] {
            assert_eq!(unescaped(scope), meant);
        }
    }

    #[test]
    fn messages_are_recognised_by_their_namespace() {
        let opening = |bytes| Opening { bytes, in_stream: false, port: 50_000 };
        assert!(recognises(&opening(HELLO.as_bytes())));
        assert!(!recognises(&opening(b"<html></html>")));
    }

    #[track_caller]
    fn check(what: &str, message: &str, expected: &[&str]) {
        let read = Rehearsal::new(PROTOCOL, PORT).asked(message.as_bytes());
        assert_eq!(read.lines(), expected, "{what}");
        assert_eq!(read.malformed(), 0, "{what}");
        Rehearsal::survives_damage(PROTOCOL, PORT, message.as_bytes());
    }
}
