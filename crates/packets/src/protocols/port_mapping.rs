//! Requests to open a port of the router to the outside: NAT-PMP, PCP, and UPnP's call.
//!
//! Wire formats: [RFC 6886], section 3.3 (NAT-PMP); [RFC 6887], sections 7 and 11 (PCP MAP); UPnP
//! `WANIPConnection`, `AddPortMapping`, a SOAP call whose body the HTTP dissector hands in. All are noted
//! as `tcp 8080 to 192.0.2.5:80`, with 0 for an outside port left to the router. A lifetime of 0
//! closes a port and is not noted.
//!
//! [RFC 6886]: https://www.rfc-editor.org/rfc/rfc6886
//! [RFC 6887]: https://www.rfc-editor.org/rfc/rfc6887

use std::{
    fmt::Display,
    net::{IpAddr, Ipv6Addr, SocketAddr},
};

use evidence::fields;

use super::{cursor::Cursor, xml::for_each_text};
use crate::protocol::{Cover, Malformed, Notes, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "port_mapping",
    cover: Cover::Clear,
    datagram_ports: &[PORT, CLIENT_PORT],
    stream_ports: &[],
    recognises: |_| false,
    datagram: Some(read),
    stream: None,
};

const PORT: u16 = 5351;
/// Where clients hear that the router's outside address has changed.
const CLIENT_PORT: u16 = 5350;
const NAT_PMP: u8 = 0;
const PCP: u8 = 2;
/// PCP's opcode for a mapping, in a request (the R bit is 0).
const MAP: u8 = 1;

fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Result<(), Malformed> {
    let mut rest = Cursor::new(bytes);
    let cut_short = Malformed::Truncated { what: "port mapping request", offset: 0, missing: 1 };
    let (Some(version), Some(opcode)) = (rest.u8(), rest.u8()) else { return Err(cut_short) };
    let mapping = match (version, opcode) {
        (NAT_PMP, 1) => nat_pmp(rest, "udp", notes.sender),
        (NAT_PMP, 2) => nat_pmp(rest, "tcp", notes.sender),
        (PCP, MAP) => pcp(rest),
        _ => return Ok(()),
    };
    let Some((lifetime, mapping)) = mapping else { return Err(cut_short) };
    if lifetime > 0 {
        notes.sender(fields::PORT_MAPPING_ASKED, &mapping);
    }
    Ok(())
}

/// After version and opcode: reserved (2), inner port (2), outer port (2), lifetime (4).
fn nat_pmp(mut rest: Cursor<'_>, transport: &str, client: Option<IpAddr>) -> Option<(u32, String)> {
    let (_reserved, inner, outer, lifetime) = (rest.u16()?, rest.u16()?, rest.u16()?, rest.u32()?);
    let inside = client.map_or(inner.to_string(), |client| socket(client, inner));
    Some((lifetime, mapping(transport, outer, inside)))
}

/// After version and opcode: reserved (2), lifetime (4), client's address (16); then nonce (12),
/// protocol (1), reserved (3), inner port (2), outer port (2).
fn pcp(mut rest: Cursor<'_>) -> Option<(u32, String)> {
    let (_reserved, lifetime, client) = (rest.u16()?, rest.u32()?, rest.array::<16>()?);
    let (_nonce, protocol) = (rest.take(12)?, rest.u8()?);
    let (_reserved, inner, outer) = (rest.u24()?, rest.u16()?, rest.u16()?);
    let inside = socket(Ipv6Addr::from(client).to_canonical(), inner);
    let transport = match protocol {
        0 => "any",
        6 => "tcp",
        17 => "udp",
        _ => "other",
    };
    Some((lifetime, mapping(transport, outer, inside)))
}

/// What a SOAP call to open a port asks for, if `xml` is one. Both versions of the service are read:
/// `AddPortMapping` and `AddAnyPortMapping`.
pub(crate) fn asked_by_call(xml: &[u8]) -> Option<String> {
    let [mut transport, mut outer, mut client, mut inner] = [const { String::new() }; 4];
    for_each_text(xml, |path, text| {
        let Some(argument) = path
            .strip_prefix("Envelope/Body/AddPortMapping/")
            .or_else(|| path.strip_prefix("Envelope/Body/AddAnyPortMapping/"))
        else {
            return;
        };
        match argument {
            "NewProtocol" => transport = text.to_ascii_lowercase(),
            "NewExternalPort" => text.clone_into(&mut outer),
            "NewInternalClient" => text.clone_into(&mut client),
            "NewInternalPort" => text.clone_into(&mut inner),
            _ => {}
        }
    });
    let outer: u16 = outer.parse().ok()?;
    let inside = match (client.parse(), inner.parse()) {
        (Ok(client), Ok(inner)) => socket(client, inner),
        _ => format!("{client}:{inner}"),
    };
    Some(mapping(&transport, outer, inside))
}

fn socket(address: IpAddr, port: u16) -> String {
    SocketAddr::new(address, port).to_string()
}

fn mapping(transport: &str, outer: u16, inside: impl Display) -> String {
    format!("{transport} {outer} to {inside}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    #[test]
    fn requests_name_the_port_and_where_it_leads() {
        let nat_pmp = b"\0\x02\0\0\0\x50\x1f\x90\0\0\x0e\x10";
        check("NAT-PMP", nat_pmp, &["sender port_mapping.asked tcp 8080 to 192.0.2.10:80"]);
        check("NAT-PMP, closing", b"\0\x02\0\0\0\x50\x1f\x90\0\0\0\0", &[]);
        check("NAT-PMP, outside address", b"\0\0", &[]);
        let pcp = b"\x02\x01\0\0\0\0\x0e\x10\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\x02\x05\
            abcdefghijkl\x11\0\0\0\x13\x88\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
        check("PCP", pcp, &["sender port_mapping.asked udp 0 to 192.0.2.5:5000"]);
        check("PCP, an answer", b"\x02\x81\0\0", &[]);
        check("NAT-PMP, announced", b"\0\x80\0\0\0\0\0\x05\xc0\0\x02\x01", &[]);
    }

    #[test]
    fn a_call_names_the_port_and_where_it_leads() {
        let call = |action: &str| {
            format!(
                "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><u:{action}>\
                 <NewExternalPort>8080</NewExternalPort><NewProtocol>TCP</NewProtocol>\
                 <NewInternalPort>80</NewInternalPort><NewInternalClient>192.0.2.5</NewInternalClient>\
                 </u:{action}></s:Body></s:Envelope>"
            )
        };
        let asked = |action| asked_by_call(call(action).as_bytes());
        assert_eq!(asked("AddPortMapping").as_deref(), Some("tcp 8080 to 192.0.2.5:80"));
        assert_eq!(asked("AddAnyPortMapping").as_deref(), Some("tcp 8080 to 192.0.2.5:80"));
        assert_eq!(asked("DeletePortMapping"), None);
    }

    #[track_caller]
    fn check(what: &str, message: &[u8], expected: &[&str]) {
        let read = Rehearsal::new(PROTOCOL, PORT).asked(message);
        assert_eq!(read.lines(), expected, "{what}");
        assert_eq!(read.malformed(), 0, "{what}");
        Rehearsal::survives_damage(PROTOCOL, PORT, message);
    }
}
