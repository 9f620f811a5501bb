//! Which end of a packet is in the home, and so which hosts a packet is recorded for.
//!
//! If exactly one end can only be in the home, the packet is recorded for that end alone: the other
//! is somewhere on the Internet, and the station that sent it is the router. Otherwise it is recorded
//! for both. Decided from one packet, so that it does not matter what came before.

use std::net::IpAddr;

use evidence::Transport;

use crate::{
    Share,
    flow::{End, Key, Who},
    ip::{Address, Datagram, Reach},
    link::Stations,
    pair::{Pair, Side},
    service,
    station::Station,
};

/// The networks of the home beside the private ranges.
#[derive(Debug)]
pub(crate) struct Home {
    networks: Vec<(Address, u8)>,
}

impl Home {
    pub(crate) fn new(networks: &[(IpAddr, u8)]) -> Self {
        let network = |&(ip, length): &(IpAddr, u8)| {
            let before = if ip.is_ipv4() { 96 } else { 0 };
            (Address::from(ip), length.saturating_add(before))
        };
        Self { networks: networks.iter().map(network).collect() }
    }

    #[inline]
    fn holds(&self, address: Address, reach: Reach) -> bool {
        matches!(reach, Reach::Home | Reach::Nobody)
            || self.networks.iter().any(|(network, length)| address.shares(*network, *length))
    }

    /// Where a datagram goes from and to, and which of the two is recorded.
    #[inline]
    pub(crate) fn way(&self, stations: &Stations, datagram: &Datagram<'_>) -> Way {
        let Datagram { source, destination, .. } = *datagram;
        let (from, to) = (source.reach(), destination.reach());
        let to_all = to == Reach::Everybody;
        let to_group = to == Reach::Group
            || stations.destination.is_multicast()
            || (to_all && stations.destination.is_none());
        let (near, far) = (self.holds(source, from), self.holds(destination, to) || to_all);
        let named = !(from == Reach::Nobody && stations.source.is_none());
        let sends = named && (near || to_group || !far);
        let receives = !to_group && (far || !near);
        Way { near, far, to_group, sends, receives }
    }
}

/// Whether a datagram's sender and receiver are in the home, and which of them is recorded.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct Way {
    near: bool,
    far: bool,
    to_group: bool,
    sends: bool,
    receives: bool,
}

/// Between whom a datagram goes, and what follows from it alone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ends {
    pub(crate) key: Key,
    pub(crate) from: Side,
    way: Way,
}

impl Way {
    /// Whether its addresses alone tell that another worker records it.
    #[inline]
    pub(crate) fn is_others(self, datagram: &Datagram<'_>, share: Share) -> bool {
        let is_other = |is_recorded: bool, address: Address| {
            !is_recorded || (address.names_a_host() && !share.holds_address(address.ip()))
        };
        is_other(self.sends, datagram.source) && is_other(self.receives, datagram.destination)
    }
}

impl Ends {
    /// The flow that a datagram belongs to, and the side it comes from.
    #[inline]
    pub(crate) fn of(stations: &Stations, datagram: &Datagram<'_>, way: Way) -> Self {
        let Datagram { source, destination, .. } = *datagram;
        let Way { sends, receives, .. } = way;
        let [source_port, destination_port] = ports(datagram);
        let is_named = !stations.one_sided;
        let station = |told, station| if told { station } else { Station::NONE };
        // Who has no address yet is told by its station on every link.
        let sender_is_told = sends && (is_named || source.reach() == Reach::Nobody);
        let one = End::new(source, source_port, station(sender_is_told, stations.source));
        // Where nobody's station is told, what goes to many is kept apart from what goes to one.
        let receiver = station(receives == is_named, stations.destination);
        let other = End::new(destination, destination_port, receiver);
        let (from, ends) = if one <= other {
            (Side::Low, Pair { low: one, high: other })
        } else {
            (Side::High, Pair { low: other, high: one })
        };
        let key = Key { ends, transport: datagram.transport };
        Self { key, from, way }
    }

    /// Whether this worker records either end.
    #[inline]
    pub(crate) fn are_recorded(&self, stations: &Stations, share: Share) -> bool {
        if share == Share::WHOLE {
            return self.way.sends || self.way.receives;
        }
        let Self { key, from, way: Way { sends, receives, .. } } = *self;
        let mut is_plain = true;
        for (side, is_recorded) in [(from, sends), (from.other(), receives)] {
            let address = key.ends.of(side).address;
            if is_recorded && !address.names_a_host() {
                is_plain = false;
            } else if is_recorded && share.holds_address(address.ip()) {
                return true;
            }
        }
        let mine = || self.who(*stations, share).mine;
        !is_plain && (mine().low || mine().high)
    }

    /// What is to be known of the flow: only worked out where one begins.
    pub(crate) fn who(self, stations: Stations, share: Share) -> Who {
        let Self { key, from, way: Way { near, far, to_group, sends, receives } } = self;
        let recorded = match from {
            Side::Low => Pair { low: sends, high: receives },
            Side::High => Pair { low: receives, high: sends },
        };
        let server = match service::is_left(key.ends.low.port(), key.ends.high.port()) {
            Some(false) => Side::High,
            None if to_group => from.other(),
            None if recorded.low && !recorded.high => Side::High,
            Some(true) | None => Side::Low,
        };
        // One end is outside: the station on its side of the frame is the router's.
        let router = match (sends, receives) {
            (true, false) if !to_group && !far => stations.destination,
            (false, true) if !near => stations.source,
            _ => Station::NONE,
        };
        let mut who = Who {
            key,
            router,
            learned: Pair { low: Station::NONE, high: Station::NONE },
            server,
            mine: recorded,
            counts: true,
        };
        who.divide(share);
        who
    }
}

impl Who {
    /// Leaves to this worker what its share holds. The worker of the first end that is a host counts.
    fn divide(&mut self, share: Share) {
        let [low, high] = Side::BOTH.map(|side| self.host(side).map(|host| share.holds(&host)));
        self.counts = low.or(high).unwrap_or(false);
        self.mine = Pair { low: low == Some(true), high: high == Some(true) };
    }
}

/// The ports of source and destination; 0 where there are none.
#[inline]
fn ports(datagram: &Datagram<'_>) -> [u16; 2] {
    match (Transport(datagram.transport), datagram.payload) {
        (Transport::TCP | Transport::UDP, [a, b, c, d, ..]) => {
            [u16::from_be_bytes([*a, *b]), u16::from_be_bytes([*c, *d])]
        }
        _ => [0; 2],
    }
}
