//! Which of the network addresses that a MAC address speaks for are its own.
//!
//! An address is a station's own if it claimed it (ARP, neighbour discovery, a DHCP offer), if it can
//! only be its own (link-local), or if it speaks for few and no one else claims it. A station that
//! speaks for many is a router, and those addresses are those of others; so are those of a station that
//! is seen to forward and claimed another. And so is an address that DHCP gave another station, if it is
//! in use beside a second one: a repeater of the radio network claims what its clients were given.

use std::{cell::OnceCell, collections::BTreeSet, net::IpAddr, ops::Range};

use evidence::{Field, Host, HostRecord, Mac, Party, Timestamp, fields};
use hashbrown::{HashMap, HashSet};

use super::{Home, is_local, kept::Kept};

/// With more addresses of one family that it never claimed, a station forwards for others: our
/// choice, above what renewed leases give one device within a day.
const MOST_UNCLAIMED: usize = 3;

/// What makes an address a station's own.
const CLAIMS: [Field; 4] =
    [fields::ARP_SENDER, fields::ICMPV6_TARGET, fields::DHCP_OFFERED, fields::DHCPV6_OFFERED];

/// What of that DHCP decided.
const GIVEN: [Field; 2] = [fields::DHCP_OFFERED, fields::DHCPV6_OFFERED];

/// All that one MAC address speaks for.
#[derive(Debug)]
struct Station {
    mac: Mac,
    /// Which of the hosts are its.
    hosts: Range<usize>,
    claimed: BTreeSet<IpAddr>,
    /// Those of them that DHCP gave it.
    given: BTreeSet<IpAddr>,
    /// Whether it brought packets of others.
    forwards: bool,
    v4: Family,
    v6: Family,
}

/// A station's addresses of one family but those that are its own wherever it is (link-local): looked
/// through once, since there may be very many.
#[derive(Debug, Default)]
struct Family {
    /// How many of them it never claimed.
    unclaimed: usize,
    /// Whether it claimed any.
    claims: bool,
    first: Option<IpAddr>,
    /// Whether there are others than the first, or for IPv6 than its network's (RFC 4291: 64 bits),
    /// since one device has many addresses there.
    are_many: bool,
}

impl Family {
    fn add(&mut self, ip: IpAddr, is_claimed: bool) {
        self.unclaimed += usize::from(!is_claimed);
        self.claims |= is_claimed;
        self.are_many |= match (*self.first.get_or_insert(ip), ip) {
            (IpAddr::V6(first), IpAddr::V6(ip)) => first.to_bits() >> 64 != ip.to_bits() >> 64,
            (first, ip) => first != ip,
        };
    }
}

impl Station {
    fn new(mac: Mac, place: usize) -> Self {
        let (v4, v6) = (Family::default(), Family::default());
        let (claimed, given) = (BTreeSet::new(), BTreeSet::new());
        Self { mac, hosts: place..place, claimed, given, forwards: false, v4, v6 }
    }

    const fn family(&self, ip: IpAddr) -> &Family {
        if ip.is_ipv4() { &self.v4 } else { &self.v6 }
    }
}

/// A network address that a station speaks for, if it is not only the station itself.
type Spoken<'a> = (Option<IpAddr>, Kept<'a>);

/// A station's hosts, told apart.
#[derive(Debug, Default)]
pub(super) struct Sorted<'a> {
    /// Its own addresses, in order.
    pub(super) own: Vec<IpAddr>,
    /// What was seen of itself.
    pub(super) records: Vec<Kept<'a>>,
    /// Addresses of others it speaks for.
    pub(super) others: Vec<(IpAddr, Kept<'a>)>,
    /// Addresses that it claims and that DHCP gave to others.
    pub(super) given_others: Vec<(IpAddr, Kept<'a>)>,
    /// Whether it is a router by the number of addresses it speaks for.
    pub(super) forwards: bool,
}

/// The stations of a ledger, and who speaks for which address.
#[derive(Debug, Default)]
pub(super) struct Stations<'a> {
    /// By station, and so in the order of its MAC addresses.
    hosts: Vec<Spoken<'a>>,
    all: Vec<Station>,
    claimants: HashMap<IpAddr, usize>,
    /// What DHCP gave to any of them.
    given: HashSet<IpAddr>,
    /// For each address, the fewest addresses that any of its speakers speaks for.
    narrowest: HashMap<IpAddr, usize>,
}

impl<'a> Stations<'a> {
    /// The stations among the hosts of a ledger, which are in its order: those of one station follow one
    /// another.
    pub(super) fn of(hosts: &[(&Host, Kept<'a>)]) -> Self {
        let mut stations = Self { hosts: Vec::with_capacity(hosts.len()), ..Self::default() };
        for (host, record) in hosts.iter().copied() {
            let Some(mac) = host.mac() else { continue };
            let place = stations.hosts.len();
            stations.hosts.push((host.ip(), record));
            let station = match stations.all.last_mut() {
                Some(latest) if latest.mac == mac => latest,
                _ => stations.all.push_mut(Station::new(mac, place)),
            };
            station.hosts.end = place + 1;
            station.forwards |= record.fields.contains(fields::LINK_BRINGS);
            for field in CLAIMS {
                let claimed = record.observed(field).iter().filter_map(|it| it.value.parse().ok());
                station.claimed.extend(claimed.filter(|ip: &IpAddr| !ip.is_unspecified()));
            }
            for field in GIVEN {
                let given = record.observed(field).iter();
                station.given.extend(given.filter_map(|it| it.value.parse::<IpAddr>().ok()));
            }
        }
        let Self { hosts, all, claimants, given, narrowest } = &mut stations;
        for station in all {
            for ip in &station.claimed {
                *claimants.entry(*ip).or_default() += 1;
            }
            given.extend(&station.given);
            let hosts = hosts.get(station.hosts.clone()).unwrap_or_default();
            let ips = || hosts.iter().filter_map(|(ip, _)| *ip);
            for ip in ips().filter(|ip| !is_link_local(*ip)) {
                let family = if ip.is_ipv4() { &mut station.v4 } else { &mut station.v6 };
                family.add(ip, station.claimed.contains(&ip));
            }
            for ip in ips() {
                let width = station.family(ip).unclaimed;
                let narrowest = narrowest.entry(ip).or_insert(width);
                *narrowest = width.min(*narrowest);
            }
        }
        stations
    }

    /// What the ledger keeps of all their hosts.
    pub(super) fn records(&self) -> impl Iterator<Item = Kept<'a>> {
        self.hosts.iter().map(|(_, record)| *record)
    }

    /// Every station in order of its MAC address, its hosts told apart.
    pub(super) fn sorted(&self, home: &Home) -> impl Iterator<Item = (Mac, Sorted<'a>)> {
        self.all.iter().map(|station| (station.mac, self.sort(station, home)))
    }

    fn sort(&self, station: &Station, home: &Home) -> Sorted<'a> {
        let hosts = self.hosts_of(station);
        let mut sorted = Sorted::default();
        let times = OnceCell::new();
        // A device that was given another's address since then uses no other meanwhile.
        let uses_another = |ip: IpAddr, record: Kept<'a>| {
            let times = times.get_or_init(|| times_of(hosts));
            let own = Times::of(record.record);
            times.iter().any(|(other, used)| *other != ip && used.zip(own).is_some_and(Times::meet))
        };
        for (ip, record) in hosts.iter().copied() {
            match ip {
                Some(ip) if self.claims_anothers(station, ip) && uses_another(ip, record) => {
                    sorted.given_others.push((ip, record));
                }
                Some(ip) if !self.is_own(station, ip, record.record, home) => {
                    sorted.others.push((ip, record));
                }
                ip => {
                    sorted.own.extend(ip);
                    sorted.records.push(record);
                }
            }
        }
        let offered_only = hosts.iter().all(|(ip, _)| ip.is_none());
        if offered_only {
            sorted.own.extend(station.claimed.iter().copied());
        }
        sorted.forwards = sorted.others.len() > MOST_UNCLAIMED;
        sorted
    }

    fn hosts_of(&self, station: &Station) -> &[Spoken<'a>] {
        self.hosts.get(station.hosts.clone()).unwrap_or_default()
    }

    /// Whether a station claims what DHCP gave to another and not to it.
    fn claims_anothers(&self, station: &Station, ip: IpAddr) -> bool {
        station.claimed.contains(&ip) && !station.given.contains(&ip) && self.given.contains(&ip)
    }

    fn is_own(&self, station: &Station, ip: IpAddr, record: &HostRecord, home: &Home) -> bool {
        if is_link_local(ip) || station.claimed.contains(&ip) {
            return true;
        }
        if self.claimants.contains_key(&ip) {
            return false;
        }
        if station.forwards && station.family(ip).claims {
            return false;
        }
        let width = station.family(ip).unclaimed;
        let narrowest = self.narrowest.get(&ip).copied().unwrap_or(width);
        if is_local(ip) || home.is_in_networks(ip) {
            return width <= MOST_UNCLAIMED && width == narrowest;
        }
        width == narrowest && !station.family(ip).are_many && acts_as_client(record)
    }
}

/// When IPv4 addresses of one station were in use: of so many that the work stays bounded.
fn times_of(hosts: &[Spoken<'_>]) -> Vec<(IpAddr, Option<Times>)> {
    /// Our choice: more than a repeater has clients that matter here.
    const MOST: usize = 32;

    let used = hosts.iter().filter_map(|(ip, record)| Some(((*ip)?, record.record)));
    let used = used.filter(|(ip, _)| ip.is_ipv4() && !is_link_local(*ip)).take(MOST);
    used.map(|(ip, record)| (ip, Times::of(record))).collect()
}

/// When a host was first and last seen.
#[derive(Clone, Copy, Debug)]
struct Times {
    first: Timestamp,
    last: Timestamp,
}

impl Times {
    /// `None` where nothing is kept of it.
    fn of(record: &HostRecord) -> Option<Self> {
        let said = record.observations().iter().map(|it| (it.seen.first.at, it.seen.last));
        let did = record.conversations().iter().map(|it| (it.traffic.first.at, it.traffic.last));
        let all = said.chain(did).map(|(first, last)| Self { first, last });
        all.reduce(|one, other| Self {
            first: one.first.min(other.first),
            last: one.last.max(other.last),
        })
    }

    /// Whether two were seen side by side for at least half of the time of the one seen for shorter: an
    /// address that was given up is still spoken to for a moment.
    fn meet((one, other): (Self, Self)) -> bool {
        let together = one.last.min(other.last).since(one.first.max(other.first));
        let shorter = one.last.since(one.first).min(other.last.since(other.first));
        together > 0 && together >= shorter / 2
    }
}

/// Whether a host with a public address asked others for a service, as a home's devices do and the
/// servers they talk with do not.
pub(super) fn acts_as_client(record: &HostRecord) -> bool {
    record.conversations().iter().any(|conversation| {
        let (service, traffic) = (&conversation.service, &conversation.traffic);
        service.server == Party::Peer && service.port != 0 && traffic.frames_up > 0
    })
}

/// Whether a host said something, or somebody outside sent to it: what others in the home only tried, such as
/// a network's broadcast address, need be nobody's.
pub(super) fn may_be_there(record: &HostRecord) -> bool {
    !record.observations().is_empty()
        || record.conversations().iter().any(|conversation| {
            let traffic = &conversation.traffic;
            traffic.frames_up > 0 || traffic.bytes_up > 0 || !is_local(conversation.service.peer)
        })
}

const fn is_link_local(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unicast_link_local(),
    }
}
