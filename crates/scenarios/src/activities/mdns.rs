//! `mdns-announce`, `mdns-ask`: multicast DNS and service discovery (RFC 6762, RFC 6763).

use std::net::{IpAddr, Ipv4Addr};

use serde::Deserialize;
use simple_dns::rdata::{A, AAAA, PTR, RData, SRV, TXT};
use simple_dns::{CLASS, Label, Name, Packet, PacketFlag, Question, ResourceRecord, TYPE};

use crate::home::{Host, Mdns};
use crate::link::{self, Endpoint};
use crate::quantity::{MILLISECOND, SECOND};
use crate::stage::{BuildError, Stage, encoder};

const PORT: u16 = 5353;
const GROUP: IpAddr = IpAddr::V4(Ipv4Addr::new(224, 0, 0, 251));

/// Tells everybody the services of the device's `mdns` table, twice.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Announce {}

/// Asks everybody for a kind of service; the devices that have it answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ask {
    service: String,
}

impl Announce {
    #[expect(clippy::unused_self, reason = "every activity is performed alike")]
    pub(crate) fn perform(&self, stage: &mut Stage<'_>) -> Result<(), BuildError> {
        let mdns = stage.me.mdns.as_ref().ok_or(BuildError::Undescribed("mdns"))?;
        let bytes = answer(stage.me, mdns, |_| true)?;
        for _ in 0..2 {
            tell(stage, stage.me, &bytes)?;
            stage.pass(SECOND);
        }
        Ok(())
    }
}

impl Ask {
    pub(crate) fn perform(&self, stage: &mut Stage<'_>) -> Result<(), BuildError> {
        let kind = format!("{}.local", self.service);
        let name = Name::new(&kind).map_err(encoder("mDNS name"))?;
        let mut packet = Packet::new_query(0);
        packet.questions.push(Question::new(name, TYPE::PTR.into(), CLASS::IN.into(), false));
        let bytes = packet.build_bytes_vec().map_err(encoder("mDNS query"))?;
        tell(stage, stage.me, &bytes)?;
        for host in &stage.home.hosts {
            let Some(mdns) = host.mdns.as_ref().filter(|_| host.mac != stage.me.mac) else {
                continue;
            };
            if mdns.services.iter().any(|service| service.kind == self.service) {
                let pause = stage.any_of(20 * MILLISECOND, 120 * MILLISECOND);
                stage.pass(pause);
                let bytes = answer(host, mdns, |kind| kind == self.service)?;
                tell(stage, host, &bytes)?;
            }
        }
        Ok(())
    }
}

/// Sends `bytes` from `host` to the group.
fn tell(stage: &mut Stage<'_>, host: &Host, bytes: &[u8]) -> Result<(), BuildError> {
    const HOPS: u8 = 255;

    let from = Endpoint { mac: host.mac, ip: host.ip.into(), port: PORT, hops: HOPS };
    let to = Endpoint { mac: link::multicast_mac(GROUP), ip: GROUP, port: PORT, hops: HOPS };
    stage.udp(&from, &to, bytes)
}

/// The records of those services whose kind is `wanted`.
fn answer(host: &Host, mdns: &Mdns, wanted: impl Fn(&str) -> bool) -> Result<Vec<u8>, BuildError> {
    /// RFC 6762 section 10: records with a host name live 120 s, others 75 minutes.
    const HOST_SECONDS: u32 = 120;
    const OTHER_SECONDS: u32 = 4500;

    let mut packet = Packet::new_reply(0);
    packet.set_flags(PacketFlag::AUTHORITATIVE_ANSWER);
    let target = [label(&mdns.host)?, label("local")?];
    let target = Name::new_with_labels(&target);
    let record = |name: &Name<'static>, seconds, data| {
        ResourceRecord::new(name.clone(), CLASS::IN, seconds, data)
    };
    for service in mdns.services.iter().filter(|service| wanted(&service.kind)) {
        let mut labels = vec![label(&service.name)?];
        for part in service.kind.split('.').chain(["local"]) {
            labels.push(label(part)?);
        }
        let instance = Name::new_with_labels(&labels).into_owned();
        let kind = Name::new_with_labels(labels.get(1..).unwrap_or_default()).into_owned();
        let mut text = TXT::new();
        for string in &service.text {
            text = text.with_string(string).map_err(encoder("TXT record"))?;
        }
        let pointer = RData::PTR(PTR(instance.clone()));
        let place =
            SRV { priority: 0, weight: 0, port: service.port, target: target.clone().into_owned() };
        packet.answers.push(record(&kind, OTHER_SECONDS, pointer));
        let place = record(&instance, HOST_SECONDS, RData::SRV(place));
        packet.additional_records.push(place.with_cache_flush(true));
        let text = record(&instance, OTHER_SECONDS, RData::TXT(text));
        packet.additional_records.push(text.with_cache_flush(true));
    }
    let target = target.into_owned();
    let address = record(&target, HOST_SECONDS, RData::A(A::from(host.ip)));
    packet.additional_records.push(address.with_cache_flush(true));
    if host.ipv6.is_some() {
        let address = RData::AAAA(AAAA::from(host.link_local()));
        let address = record(&target, HOST_SECONDS, address);
        packet.additional_records.push(address.with_cache_flush(true));
    }
    packet.build_bytes_vec_compressed().map_err(encoder("mDNS answer"))
}

fn label(text: &str) -> Result<Label<'static>, BuildError> {
    Label::new(text.as_bytes().to_vec()).map_err(encoder("mDNS label"))
}
