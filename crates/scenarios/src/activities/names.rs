//! `dns`, `llmnr`, `nbns`: asking for names, one host or all of them.

use std::net::{IpAddr, Ipv4Addr};

use serde::Deserialize;
use simple_dns::rdata::{A, AAAA, RData};
use simple_dns::{CLASS, Name, Packet, PacketFlag, Question, RCODE, ResourceRecord, TYPE};

use crate::home::Server;
use crate::link::{self, Endpoint};
use crate::quantity::MILLISECOND;
use crate::stage::{BuildError, Stage, encoder};

/// How long an answer may be kept, in seconds; five minutes is what many services say.
pub(crate) const TIME_TO_LIVE: u32 = 300;

/// Asks for names, by default the device's own resolver, and lets it answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Dns {
    names: Vec<String>,
    resolver: Option<IpAddr>,
}

/// Asks all hosts of the link for a name (RFC 4795); nobody answers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Llmnr {
    name: String,
}

/// Asks all hosts of the network for a `NetBIOS` name (RFC 1002); nobody answers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nbns {
    name: String,
}

impl Dns {
    pub(crate) fn perform(&self, stage: &mut Stage<'_>) -> Result<(), BuildError> {
        let resolver = self.resolver.unwrap_or(stage.me.resolver);
        self.names.iter().try_for_each(|name| {
            stage.pass(5 * MILLISECOND);
            resolve(stage, name, resolver)
        })
    }
}

impl Llmnr {
    pub(crate) fn perform(&self, stage: &mut Stage<'_>) -> Result<(), BuildError> {
        const GROUP: IpAddr = IpAddr::V4(Ipv4Addr::new(224, 0, 0, 252));

        let query = query(stage.short(), &self.name, TYPE::A)?;
        let port = stage.any_port();
        let from = stage.me_at(GROUP, port)?;
        let to = Endpoint { mac: link::multicast_mac(GROUP), ip: GROUP, port: 5355, hops: 1 };
        stage.udp(&from.with_hops(1), &to, &query)
    }
}

impl Nbns {
    pub(crate) fn perform(&self, stage: &mut Stage<'_>) -> Result<(), BuildError> {
        const NB: u16 = 32;

        let name = first_level_encoding(&self.name);
        let mut packet = Packet::new_query(stage.short());
        packet.set_flags(PacketFlag::RECURSION_DESIRED);
        let name = Name::new(&name).map_err(encoder("NetBIOS name"))?;
        let kind = TYPE::Unknown(NB).into();
        packet.questions.push(Question::new(name, kind, CLASS::IN.into(), false));
        let mut bytes = packet.build_bytes_vec().map_err(encoder("NetBIOS query"))?;
        // The B flag (RFC 1002 section 4.2.1.1), which DNS does not have.
        if let Some(flags) = bytes.get_mut(3) {
            *flags |= 0x10;
        }
        let to = link::everybody(137);
        let from = stage.me_at(to.ip, 137)?;
        stage.udp(&from, &to, &bytes)
    }
}

/// Asks `resolver` for the addresses of `name`, and lets it answer what is known of the name.
pub(crate) fn resolve(
    stage: &mut Stage<'_>,
    name: &str,
    resolver: IpAddr,
) -> Result<(), BuildError> {
    let server = stage.home.server(name);
    let peer = stage.reach(&resolver.to_string())?;
    let kinds: &[TYPE] = if stage.me.ipv6.is_some() { &[TYPE::A, TYPE::AAAA] } else { &[TYPE::A] };
    for &kind in kinds {
        let id = stage.short();
        let request = query(id, name, kind)?;
        let reply = reply(id, name, kind, server)?;
        stage.ask(&peer, 53, &request, &reply)?;
    }
    Ok(())
}

fn query(id: u16, name: &str, kind: TYPE) -> Result<Vec<u8>, BuildError> {
    let mut packet = Packet::new_query(id);
    packet.set_flags(PacketFlag::RECURSION_DESIRED);
    packet.questions.push(question(name, kind)?);
    packet.build_bytes_vec().map_err(encoder("DNS query"))
}

fn reply(id: u16, name: &str, kind: TYPE, server: Option<Server>) -> Result<Vec<u8>, BuildError> {
    let mut packet = Packet::new_reply(id);
    packet.set_flags(PacketFlag::RECURSION_DESIRED | PacketFlag::RECURSION_AVAILABLE);
    packet.questions.push(question(name, kind)?);
    match server {
        Some(server) => {
            let data = match kind {
                TYPE::AAAA => RData::AAAA(AAAA::from(server.ipv6)),
                _ => RData::A(A::from(server.ipv4)),
            };
            let owner = Name::new(name).map_err(encoder("DNS name"))?;
            packet.answers.push(ResourceRecord::new(owner, CLASS::IN, TIME_TO_LIVE, data));
        }
        None => *packet.rcode_mut() = RCODE::NameError,
    }
    packet.build_bytes_vec_compressed().map_err(encoder("DNS answer"))
}

fn question(name: &str, kind: TYPE) -> Result<Question<'_>, BuildError> {
    let name = Name::new(name).map_err(encoder("DNS name"))?;
    Ok(Question::new(name, kind.into(), CLASS::IN.into(), false))
}

/// Each half byte of the padded name as a letter from A on (RFC 1001 section 14.1).
fn first_level_encoding(name: &str) -> String {
    const WORKSTATION: u8 = 0;

    let padded = name.bytes().map(|byte| byte.to_ascii_uppercase()).chain(std::iter::repeat(b' '));
    padded
        .take(15)
        .chain([WORKSTATION])
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|half| char::from(b'A' + half))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn netbios_names_are_encoded_as_in_the_standard() {
        // The example of RFC 1001 section 14.1, but for its suffix.
        assert_eq!(first_level_encoding("Fred"), "EGFCEFEECACACACACACACACACACACAAA");
    }
}
