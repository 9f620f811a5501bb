//! `ssdp-announce`, `ssdp-search`, `port-mapping`: `UPnP` discovery, descriptions, and the request
//! to the gateway to let the internet in ([UPnP Device Architecture 1.1], WANIPConnection:1).
//!
//! [UPnP Device Architecture 1.1]: https://openconnectivity.org/upnp-specs/UPnP-arch-DeviceArchitecture-v1.1.pdf

use std::net::{IpAddr, Ipv4Addr};

use serde::Deserialize;

use crate::activities::http::{converse, message};
use crate::home::{Host, Upnp, fingerprint};
use crate::link::{self, Endpoint};
use crate::quantity::MILLISECOND;
use crate::stage::{BuildError, Stage};

const PORT: u16 = 1900;
const GROUP: IpAddr = IpAddr::V4(Ipv4Addr::new(239, 255, 255, 250));
const GROUP_HOST: &str = "239.255.255.250:1900";
/// Recommended by the architecture, section 1.1.3.
const GROUP_HOPS: u8 = 2;

/// Tells everybody about the device's `upnp` table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Announce {}

/// Asks everybody who is there; devices with an `upnp` table answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Search {
    /// `ssdp:all`, or one device type.
    #[serde(default = "everything")]
    target: String,
    /// Whether to fetch the descriptions of those that answer.
    #[serde(default)]
    fetch: bool,
    agent: Option<String>,
}

/// Asks the gateway to forward a port from the internet to this device.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PortMapping {
    external: u16,
    internal: u16,
    #[serde(default = "over_tcp")]
    protocol: String,
    description: String,
    #[serde(default = "gateway_control_port")]
    port: u16,
}

fn everything() -> String {
    "ssdp:all".to_owned()
}

fn over_tcp() -> String {
    "TCP".to_owned()
}

/// The port many gateways serve `UPnP` control on.
const fn gateway_control_port() -> u16 {
    5000
}

impl Announce {
    #[expect(clippy::unused_self, reason = "every activity is performed alike")]
    pub(crate) fn perform(&self, stage: &mut Stage<'_>) -> Result<(), BuildError> {
        let upnp = stage.me.upnp.as_ref().ok_or(BuildError::Undescribed("upnp"))?;
        let identity = identity(stage.me);
        for kind in ["upnp:rootdevice", &upnp.kind] {
            let headers = [
                ("HOST", GROUP_HOST.to_owned()),
                ("CACHE-CONTROL", "max-age=1800".to_owned()),
                ("LOCATION", location(stage.me, upnp)),
                ("NT", kind.to_owned()),
                ("NTS", "ssdp:alive".to_owned()),
                ("SERVER", upnp.server.clone()),
                ("USN", format!("uuid:{identity}::{kind}")),
            ];
            let bytes = message("NOTIFY * HTTP/1.1", &headers, &[]);
            let port = stage.any_port();
            let from = stage.me_at(GROUP, port)?.with_hops(GROUP_HOPS);
            stage.udp(&from, &group(), &bytes)?;
            stage.pass(150 * MILLISECOND);
        }
        Ok(())
    }
}

impl Search {
    pub(crate) fn perform(&self, stage: &mut Stage<'_>) -> Result<(), BuildError> {
        let mut headers = vec![
            ("HOST", GROUP_HOST.to_owned()),
            ("MAN", "\"ssdp:discover\"".to_owned()),
            ("MX", "1".to_owned()),
            ("ST", self.target.clone()),
        ];
        headers.extend(self.agent.clone().map(|agent| ("USER-AGENT", agent)));
        let bytes = message("M-SEARCH * HTTP/1.1", &headers, &[]);
        let port = stage.any_port();
        let from = stage.me_at(GROUP, port)?;
        stage.udp(&from.with_hops(GROUP_HOPS), &group(), &bytes)?;
        let home = stage.home;
        for host in home.hosts.iter().filter(|host| host.mac != stage.me.mac) {
            let Some(upnp) = &host.upnp else { continue };
            if self.target != everything() && self.target != upnp.kind {
                continue;
            }
            let pause = stage.any_of(30 * MILLISECOND, 200 * MILLISECOND);
            stage.pass(pause);
            self.answer(stage, &from, host, upnp)?;
            if self.fetch {
                fetch_description(stage, host, upnp)?;
            }
        }
        Ok(())
    }

    fn answer(
        &self,
        stage: &mut Stage<'_>,
        asker: &Endpoint,
        host: &Host,
        upnp: &Upnp,
    ) -> Result<(), BuildError> {
        let kind = if self.target == everything() { "upnp:rootdevice" } else { &self.target };
        let headers = [
            ("CACHE-CONTROL", "max-age=1800".to_owned()),
            ("EXT", String::new()),
            ("LOCATION", location(host, upnp)),
            ("SERVER", upnp.server.clone()),
            ("ST", kind.to_owned()),
            ("USN", format!("uuid:{}::{kind}", identity(host))),
        ];
        let bytes = message("HTTP/1.1 200 OK", &headers, &[]);
        let from = Endpoint { mac: host.mac, ip: host.ip.into(), port: PORT, hops: host.hops };
        stage.udp(&from, asker, &bytes)
    }
}

impl PortMapping {
    pub(crate) fn perform(&self, stage: &mut Stage<'_>) -> Result<(), BuildError> {
        const SERVICE: &str = "urn:schemas-upnp-org:service:WANIPConnection:1";

        let home = stage.home;
        let gateway = stage.reach(&home.gateway.name)?;
        let body = format!(
            "<?xml version=\"1.0\"?>\r\n<s:Envelope \
             xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" \
             s:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\"><s:Body>\
             <u:AddPortMapping xmlns:u=\"{SERVICE}\"><NewRemoteHost></NewRemoteHost>\
             <NewExternalPort>{}</NewExternalPort><NewProtocol>{}</NewProtocol>\
             <NewInternalPort>{}</NewInternalPort><NewInternalClient>{}</NewInternalClient>\
             <NewEnabled>1</NewEnabled><NewPortMappingDescription>{}\
             </NewPortMappingDescription><NewLeaseDuration>0</NewLeaseDuration>\
             </u:AddPortMapping></s:Body></s:Envelope>\r\n",
            self.external, self.protocol, self.internal, stage.me.ip, self.description
        );
        let headers = [
            ("HOST", format!("{}:{}", home.gateway.ip, self.port)),
            ("Content-Type", "text/xml; charset=\"utf-8\"".to_owned()),
            ("SOAPAction", format!("\"{SERVICE}#AddPortMapping\"")),
        ];
        let request = message("POST /ctl/IPConn HTTP/1.1", &headers, body.as_bytes());
        let body = format!(
            "<?xml version=\"1.0\"?>\r\n<s:Envelope \
             xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
             <u:AddPortMappingResponse xmlns:u=\"{SERVICE}\"/></s:Body></s:Envelope>\r\n"
        );
        let headers = [("Content-Type", "text/xml; charset=\"utf-8\"".to_owned())];
        let answer = message("HTTP/1.1 200 OK", &headers, body.as_bytes());
        let round_trip = stage.round_trip(&gateway);
        let client = stage.my_port(&gateway)?;
        converse(stage, (client, gateway.port(self.port)), round_trip, &request, &answer)
    }
}

/// Fetches the XML that `host` describes itself with.
fn fetch_description(stage: &mut Stage<'_>, host: &Host, upnp: &Upnp) -> Result<(), BuildError> {
    let peer = stage.reach(&host.name)?;
    let start = format!("GET {} HTTP/1.1", upnp.path);
    let request = message(&start, &[("Host", format!("{}:{}", host.ip, upnp.port))], &[]);
    let headers = [("Content-Type", "text/xml".to_owned()), ("Server", upnp.server.clone())];
    let answer = message("HTTP/1.1 200 OK", &headers, description(host, upnp).as_bytes());
    let now = stage.now();
    let round_trip = stage.round_trip(&peer);
    let client = stage.my_port(&peer)?;
    converse(stage, (client, peer.port(upnp.port)), round_trip, &request, &answer)?;
    stage.turn_back(now);
    Ok(())
}

fn description(host: &Host, upnp: &Upnp) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<root xmlns=\"urn:schemas-upnp-org:device-1-0\">\n\
         <specVersion><major>1</major><minor>0</minor></specVersion>\n<device>\n\
         <deviceType>{}</deviceType>\n<friendlyName>{}</friendlyName>\n\
         <manufacturer>{}</manufacturer>\n<modelName>{}</modelName>\n\
         <modelNumber>{}</modelNumber>\n<serialNumber>{}</serialNumber>\n\
         <UDN>uuid:{}</UDN>\n</device>\n</root>\n",
        escape(&upnp.kind),
        escape(&upnp.friendly_name),
        escape(&upnp.manufacturer),
        escape(&upnp.model),
        escape(&upnp.model_number),
        escape(&upnp.serial),
        identity(host),
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn location(host: &Host, upnp: &Upnp) -> String {
    format!("http://{}:{}{}", host.ip, upnp.port, upnp.path)
}

/// A UUID that ends in the MAC address, as many devices make theirs.
fn identity(host: &Host) -> String {
    let [a, b, c, d, e, f] = host.mac;
    let random = fingerprint(&host.name);
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{a:02x}{b:02x}{c:02x}{d:02x}{e:02x}{f:02x}",
        random >> 32,
        random >> 16 & 0xffff,
        random >> 4 & 0xfff,
        random & 0xfff,
    )
}

const fn group() -> Endpoint {
    Endpoint { mac: link::multicast_mac(GROUP), ip: GROUP, port: PORT, hops: GROUP_HOPS }
}
