//! Which of the network addresses that a MAC address speaks for are its own.
//!
//! An address is a station's own if it claimed it (ARP, neighbour discovery, a DHCP offer), if it can
//! only be its own (link-local), or if it speaks for few and no one else claims it. A station that
//! speaks for many is a router, and those addresses are those of others.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use evidence::{Field, Host, Mac, Party, fields};
use hashbrown::HashMap;

use super::{Home, Kept, is_local};

/// With more addresses of one family that it never claimed, a station forwards for others: our
/// choice, above what renewed leases give one device within a day.
const MOST_UNCLAIMED: usize = 3;

/// What makes an address a station's own.
const CLAIMS: [Field; 4] =
    [fields::ARP_SENDER, fields::ICMPV6_TARGET, fields::DHCP_OFFERED, fields::DHCPV6_OFFERED];

/// All that one MAC address speaks for.
#[derive(Debug, Default)]
pub(super) struct Station<'a> {
    hosts: Vec<(Option<IpAddr>, Kept<'a>)>,
    claimed: BTreeSet<IpAddr>,
}

/// A station's hosts, told apart.
#[derive(Debug, Default)]
pub(super) struct Sorted<'a> {
    /// Its own addresses, in order.
    pub(super) own: BTreeSet<IpAddr>,
    /// What was seen of itself.
    pub(super) records: Vec<Kept<'a>>,
    /// Addresses of others it speaks for.
    pub(super) others: Vec<(IpAddr, Kept<'a>)>,
    /// Whether it is a router by the number of addresses it speaks for.
    pub(super) forwards: bool,
}

/// The stations of a ledger, and who speaks for which address.
#[derive(Debug, Default)]
pub(super) struct Stations<'a> {
    by_mac: BTreeMap<Mac, Station<'a>>,
    claimants: HashMap<IpAddr, usize>,
    /// For each address, the fewest addresses that any of its speakers speaks for.
    narrowest: HashMap<IpAddr, usize>,
}

impl<'a> Stations<'a> {
    pub(super) fn of(hosts: &[(Host, Kept<'a>)]) -> Self {
        let mut stations: BTreeMap<Mac, Station<'a>> = BTreeMap::new();
        for (host, record) in hosts.iter().copied() {
            let Some(mac) = host.mac() else { continue };
            let station = stations.entry(mac).or_default();
            station.hosts.push((host.ip(), record));
            for field in CLAIMS {
                let claimed = record.observed(field).iter().filter_map(|it| it.value.parse().ok());
                station.claimed.extend(claimed.filter(|ip: &IpAddr| !ip.is_unspecified()));
            }
        }
        let mut all = Self { by_mac: stations, ..Self::default() };
        for station in all.by_mac.values() {
            for ip in &station.claimed {
                *all.claimants.entry(*ip).or_default() += 1;
            }
            for ip in station.hosts.iter().filter_map(|(ip, _)| *ip) {
                let width = station.unclaimed_like(ip);
                let narrowest = all.narrowest.entry(ip).or_insert(width);
                *narrowest = width.min(*narrowest);
            }
        }
        all
    }

    /// Every station in order of its MAC address, its hosts told apart.
    pub(super) fn sorted(&self, home: &Home) -> impl Iterator<Item = (Mac, Sorted<'a>)> {
        self.by_mac.iter().map(|(mac, station)| (*mac, self.sort(station, home)))
    }

    fn sort(&self, station: &Station<'a>, home: &Home) -> Sorted<'a> {
        let mut sorted = Sorted::default();
        for (ip, record) in station.hosts.iter().copied() {
            match ip {
                Some(ip) if !self.is_own(station, ip, record, home) => {
                    sorted.others.push((ip, record));
                }
                ip => {
                    sorted.own.extend(ip);
                    sorted.records.push(record);
                }
            }
        }
        let offered_only = station.hosts.iter().all(|(ip, _)| ip.is_none());
        if offered_only {
            sorted.own.extend(station.claimed.iter().copied());
        }
        sorted.forwards = sorted.others.len() > MOST_UNCLAIMED;
        sorted
    }

    fn is_own(&self, station: &Station<'a>, ip: IpAddr, record: Kept<'_>, home: &Home) -> bool {
        if is_link_local(ip) || station.claimed.contains(&ip) {
            return true;
        }
        if self.claimants.contains_key(&ip) {
            return false;
        }
        let width = station.unclaimed_like(ip);
        let narrowest = self.narrowest.get(&ip).copied().unwrap_or(width);
        if is_local(ip) || home.is_in_networks(ip) {
            return width <= MOST_UNCLAIMED && width == narrowest;
        }
        width == narrowest && station.is_alone_with(ip) && acts_as_client(record)
    }
}

impl Station<'_> {
    /// How many addresses of `ip`'s family it speaks for without ever having claimed them.
    fn unclaimed_like(&self, ip: IpAddr) -> usize {
        let ips = self.hosts.iter().filter_map(|(ip, _)| *ip);
        ips.filter(|it| it.is_ipv4() == ip.is_ipv4())
            .filter(|it| !is_link_local(*it) && !self.claimed.contains(it))
            .count()
    }

    /// Whether all it speaks for in `ip`'s family is `ip`, or for IPv6 its network's (RFC 4291: 64
    /// bits), since one device has many addresses there.
    fn is_alone_with(&self, ip: IpAddr) -> bool {
        let ips = self.hosts.iter().filter_map(|(ip, _)| *ip);
        ips.filter(|it| it.is_ipv4() == ip.is_ipv4() && !is_link_local(*it)).all(|it| {
            match (it, ip) {
                (IpAddr::V6(it), IpAddr::V6(ip)) => it.to_bits() >> 64 == ip.to_bits() >> 64,
                (it, ip) => it == ip,
            }
        })
    }
}

/// Whether a host with a public address asked others for a service, as a home's devices do and the
/// servers they talk with do not.
pub(super) fn acts_as_client(record: Kept<'_>) -> bool {
    record.conversations().iter().any(|conversation| {
        let (service, traffic) = (&conversation.service, &conversation.traffic);
        service.server == Party::Peer && service.port != 0 && traffic.frames_up > 0
    })
}

const fn is_link_local(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unicast_link_local(),
    }
}
