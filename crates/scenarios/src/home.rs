//! The home itself: its network, its hosts, and the servers outside that they know by name.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::Deserialize;

use crate::stage::BuildError;
use crate::when::Window;

/// A home, ready to be acted in.
#[derive(Clone, Debug)]
pub(crate) struct Home {
    /// The stretch of time told of.
    pub(crate) window: Window,
    /// The IPv4 network.
    pub(crate) network: Network,
    /// The first half of the home's IPv6 addresses.
    pub(crate) prefix: Option<Ipv6Addr>,
    /// Every host; those beyond the gateway, too.
    pub(crate) hosts: Vec<Host>,
    /// The one of them that is the way out.
    pub(crate) gateway: Host,
    /// The servers outside, by name.
    pub(crate) servers: BTreeMap<String, Server>,
}

/// An IPv4 network, `192.168.20.0/24`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Network {
    address: Ipv4Addr,
    length: u8,
}

/// A host of the home, or one beyond the gateway that comes to visit.
#[derive(Clone, Debug)]
pub(crate) struct Host {
    pub(crate) name: String,
    pub(crate) mac: [u8; 6],
    pub(crate) ip: Ipv4Addr,
    pub(crate) ipv6: Option<Ipv6Addr>,
    /// Whether it lives beyond the gateway.
    pub(crate) outside: bool,
    /// Whom it asks for names.
    pub(crate) resolver: IpAddr,
    /// The hop limit it starts with.
    pub(crate) hops: u8,
    pub(crate) dhcp: Option<Dhcp>,
    pub(crate) mdns: Option<Mdns>,
    pub(crate) upnp: Option<Upnp>,
}

/// What a device says of itself when it asks for an address.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Dhcp {
    /// Option 12.
    pub(crate) host_name: Option<String>,
    /// Option 60.
    pub(crate) vendor_class: Option<String>,
    /// Option 55, in the order sent.
    pub(crate) parameters: Vec<u8>,
}

/// What a device offers by multicast DNS.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Mdns {
    /// Its name below `.local`.
    pub(crate) host: String,
    /// Its services.
    #[serde(default)]
    pub(crate) services: Vec<Service>,
}

/// One service: DNS-SD (RFC 6763).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Service {
    /// Such as `_ipp._tcp`.
    pub(crate) kind: String,
    /// The instance's name.
    pub(crate) name: String,
    pub(crate) port: u16,
    /// The TXT record's `key=value` strings, in order.
    #[serde(default)]
    pub(crate) text: Vec<String>,
}

/// What a device says of itself in its `UPnP` description.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Upnp {
    /// The device type, such as `urn:schemas-upnp-org:device:MediaRenderer:1`.
    pub(crate) kind: String,
    pub(crate) friendly_name: String,
    pub(crate) manufacturer: String,
    pub(crate) model: String,
    #[serde(default)]
    pub(crate) model_number: String,
    pub(crate) serial: String,
    /// The `SERVER:` header.
    pub(crate) server: String,
    pub(crate) port: u16,
    pub(crate) path: String,
}

/// A server outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Server {
    pub(crate) ipv4: Ipv4Addr,
    pub(crate) ipv6: Ipv6Addr,
}

impl Home {
    /// The host called `name`.
    pub(crate) fn host(&self, name: &str) -> Option<&Host> {
        self.hosts.iter().find(|host| host.name == name)
    }

    /// The host whose address is `ip`.
    pub(crate) fn host_at(&self, ip: IpAddr) -> Option<&Host> {
        self.hosts.iter().find(|host| match ip {
            IpAddr::V4(ip) => host.ip == ip,
            IpAddr::V6(ip) => host.ipv6 == Some(ip),
        })
    }

    /// The server that `name` belongs to.
    pub(crate) fn server(&self, name: &str) -> Option<Server> {
        self.servers.get(name).copied()
    }
}

impl Host {
    /// Its address on the link, made from the MAC address (RFC 4291 appendix A).
    pub(crate) fn link_local(&self) -> Ipv6Addr {
        with_interface(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), self.mac)
    }

    /// Its global IPv6 address.
    pub(crate) fn ipv6(&self) -> Result<Ipv6Addr, BuildError> {
        self.ipv6.ok_or_else(|| BuildError::NoIpv6(self.name.clone()))
    }
}

impl Network {
    /// Whether `ip` is one of its hosts.
    pub(crate) fn contains(self, ip: Ipv4Addr) -> bool {
        u32::from(ip) & self.mask_bits() == u32::from(self.address)
    }

    /// The subnet mask.
    pub(crate) fn mask(self) -> Ipv4Addr {
        Ipv4Addr::from(self.mask_bits())
    }

    /// Every address a host could have.
    pub(crate) fn hosts(self) -> impl Iterator<Item = Ipv4Addr> {
        let first = u32::from(self.address);
        let last = first | !self.mask_bits();
        (first + 1..last).map(Ipv4Addr::from)
    }

    fn mask_bits(self) -> u32 {
        u32::MAX.checked_shl(32 - u32::from(self.length)).unwrap_or(0)
    }
}

impl TryFrom<String> for Network {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no network such as 192.168.20.0/24");
        let (address, length) = text.split_once('/').ok_or_else(wrong)?;
        let address = address.parse().map_err(|_| wrong())?;
        let length = length.parse().map_err(|_| wrong())?;
        let network = Self { address, length };
        if (16..=30).contains(&length) && network.contains(address) {
            Ok(network)
        } else {
            Err(wrong())
        }
    }
}

/// The address of `mac` below `prefix`.
pub(crate) fn with_interface(prefix: Ipv6Addr, mac: [u8; 6]) -> Ipv6Addr {
    let [a, b, c, d, e, f] = mac;
    let interface = u64::from_be_bytes([a ^ 2, b, c, 0xff, 0xfe, d, e, f]);
    Ipv6Addr::from(u128::from(prefix) & !u128::from(u64::MAX) | u128::from(interface))
}

/// Gives each name an address out of the ranges kept for documentation (RFC 5737, RFC 3849).
///
/// A name's address follows from the name alone unless two names want the same one, so scenarios
/// that share servers mostly share addresses, too.
pub(crate) fn assign_addresses<'a>(
    names: impl Iterator<Item = &'a str>,
) -> BTreeMap<String, Server> {
    const RANGES: [[u8; 3]; 3] = [[192, 0, 2], [198, 51, 100], [203, 0, 113]];
    /// The highest last octet of 1 to 250; the rest is left to visitors.
    const PER_RANGE: u64 = 250;

    let mut servers = BTreeMap::new();
    let mut taken = std::collections::BTreeSet::new();
    let room = PER_RANGE * RANGES.len() as u64;
    for name in names.take(700) {
        if servers.contains_key(name) {
            continue;
        }
        let mut slot = fingerprint(name) % room;
        while !taken.insert(slot) {
            slot = (slot + 1) % room;
        }
        let range = usize::try_from(slot / PER_RANGE).ok().and_then(|range| RANGES.get(range));
        let [a, b, c] = range.copied().unwrap_or([192, 0, 2]);
        let last = u8::try_from(slot % PER_RANGE + 1).unwrap_or(u8::MAX);
        let ipv6 = Ipv6Addr::from((0x2001_0db8_00ff_u128 << 80) | u128::from(slot + 1));
        servers.insert(name.to_owned(), Server { ipv4: Ipv4Addr::new(a, b, c, last), ipv6 });
    }
    servers
}

/// A number made from a text: FNV-1a with 64 bits.
pub(crate) fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_knows_its_hosts() {
        let network = Network::try_from("192.168.20.0/30".to_owned()).unwrap();
        let hosts: Vec<_> = network.hosts().map(|host| host.to_string()).collect();
        assert_eq!(hosts, ["192.168.20.1", "192.168.20.2"]);
        assert!(!network.contains(Ipv4Addr::new(192, 168, 20, 4)));
        assert!(Network::try_from("192.168.20.1/24".to_owned()).is_err());
    }

    #[test]
    fn every_name_gets_an_address_of_its_own() {
        let names: Vec<String> = (0..300).map(|number| format!("n{number}.example")).collect();
        let servers = assign_addresses(names.iter().map(String::as_str));
        let different: std::collections::BTreeSet<_> =
            servers.values().map(|server| server.ipv4).collect();
        assert_eq!(different.len(), 300);
    }

    #[test]
    fn an_interface_address_is_made_from_the_mac() {
        let prefix = "2001:db8:20::".parse().unwrap();
        let ip = with_interface(prefix, [0x02, 0, 0x5e, 0x10, 0, 1]);
        assert_eq!(ip.to_string(), "2001:db8:20::5eff:fe10:1");
    }
}
