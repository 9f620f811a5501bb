//! Link layers: from a captured frame to the network packet in it and the stations it names.
//!
//! Tags and tunnels of the link (802.1Q, QinQ, PPPoE, LLC/SNAP) are looked through. What is no IP, ARP,
//! LLDP or CDP is skipped and counted by what it is.

use std::fmt;

use evidence::Mac;

use crate::{LinkType, station::Station};

/// A network packet in its frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Packet<'a> {
    /// Who sent the frame and to whom; zero where the link does not say.
    pub(crate) stations: Stations,
    pub(crate) network: Network,
    /// The packet and what the link put behind it.
    pub(crate) bytes: &'a [u8],
}

/// The two link-layer addresses of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stations {
    pub(crate) destination: Station,
    pub(crate) source: Station,
    /// Whether the link names senders only, so that each direction of a flow shows one station.
    pub(crate) one_sided: bool,
}

/// Which protocol a frame carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Network {
    Arp,
    Ipv4,
    Ipv6,
    Lldp,
    Cdp,
}

/// Why nothing was read from a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unread {
    /// It is of a kind this program does not read.
    Skipped(Kind),
    /// It ends too early, or says of itself what cannot be: a message of this protocol.
    Broken(&'static str),
}

/// Kinds of frames that are not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Link(LinkType),
    EtherType(u16),
    /// IEEE 802.2 without SNAP: spanning tree and the like.
    Llc,
    /// A protocol in PPP, by its number.
    Ppp(u16),
    /// An address family of a loopback link.
    Family(u32),
    /// Packets inside of packets, by the protocol that carries them: only the outer ones are read.
    Inside(Tunnel),
    /// An IP version other than 4 and 6.
    Version(u8),
    /// Frames that passed while nobody could look.
    Lost,
    /// Kinds beyond the number that are told apart.
    Other,
}

/// Protocols that carry packets of other networks through this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tunnel {
    /// RFC 2003 and RFC 4213.
    Ip,
    /// RFC 2784.
    Gre,
    /// RFC 7348.
    Vxlan,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Link(link) => link.fmt(f),
            Self::EtherType(number) => write!(f, "EtherType {number:#06x}"),
            Self::Llc => f.write_str("IEEE 802.2 without SNAP"),
            Self::Ppp(number) => write!(f, "PPP protocol {number:#06x}"),
            Self::Family(number) => write!(f, "address family {number}"),
            Self::Inside(Tunnel::Ip) => f.write_str("packets inside IP in IP"),
            Self::Inside(Tunnel::Gre) => f.write_str("packets inside GRE"),
            Self::Inside(Tunnel::Vxlan) => f.write_str("packets inside VXLAN"),
            Self::Version(number) => write!(f, "IP version {number}"),
            Self::Lost => f.write_str("lost while listening"),
            Self::Other => f.write_str("other"),
        }
    }
}

impl Stations {
    pub(crate) const NONE: Self = Self::of(Station::NONE, Station::NONE);

    const fn of(source: Station, destination: Station) -> Self {
        Self { source, destination, one_sided: false }
    }

    /// The stations at the start of an Ethernet frame, and what comes next there: what it carries.
    #[inline]
    const fn of_ethernet(head: &[u8; 14]) -> (Self, u16) {
        let [a, b, c, d, e, f, rest @ ..] = *head;
        let [g, h, ..] = rest;
        let [.., high, low] = rest;
        let destination = Station::at_start_of([a, b, c, d, e, f, g, h]);
        (Self::of(Station::at_start_of(rest), destination), u16::from_be_bytes([high, low]))
    }
}

const IPV4_ETHER_TYPE: u16 = 0x0800;
/// IEEE 802.2 with SNAP, before what it carries.
const SNAP_BYTES: usize = 8;

/// Finds the IPv4 packet in a frame of link type `link`, where that is Ethernet without tags: most frames of
/// a home are so, and are read without anything being passed on in memory.
#[inline]
pub(crate) fn open_plain(link: LinkType, bytes: &[u8]) -> Option<(Stations, &[u8])> {
    let (head, rest) = bytes.split_first_chunk()?;
    let (stations, ether_type) = Stations::of_ethernet(head);
    (link == LinkType::ETHERNET && ether_type == IPV4_ETHER_TYPE).then_some((stations, rest))
}

/// Finds the network packet in a frame of link type `link`.
pub(crate) fn open(link: LinkType, bytes: &[u8]) -> Result<Packet<'_>, Unread> {
    match link {
        LinkType::ETHERNET => ethernet(bytes),
        LinkType::LINUX_SLL => cooked(bytes),
        LinkType::LINUX_SLL2 => cooked_second(bytes),
        LinkType::RAW | LinkType::IPV4 | LinkType::IPV6 | LinkType(12 | 14) => raw(bytes),
        LinkType::NULL | LinkType::LOOP => loopback(bytes),
        LinkType::PPP => {
            let bytes = bytes.strip_prefix(&[0xff, 0x03]).unwrap_or(bytes);
            point_to_point(Stations::NONE, bytes)
        }
        other => Err(Unread::Skipped(Kind::Link(other))),
    }
}

fn ethernet(bytes: &[u8]) -> Result<Packet<'_>, Unread> {
    let (head, rest) = bytes.split_first_chunk().ok_or(Unread::Broken("ethernet"))?;
    let (stations, ether_type) = Stations::of_ethernet(head);
    by_ether_type(stations, ether_type, rest)
}

/// Looks through tags: 802.1Q, 802.1ad and the number QinQ had before it was standard.
fn by_ether_type(stations: Stations, number: u16, bytes: &[u8]) -> Result<Packet<'_>, Unread> {
    const MOST_TAGS: usize = 8;
    let (mut number, mut bytes) = (number, bytes);
    for _ in 0..MOST_TAGS {
        let network = match number {
            IPV4_ETHER_TYPE => Network::Ipv4,
            0x86dd => Network::Ipv6,
            0x0806 => Network::Arp,
            0x88cc => Network::Lldp,
            0x8100 | 0x88a8 | 0x9100 => {
                let Some((&[_, _, high, low], rest)) = bytes.split_first_chunk() else {
                    return Err(Unread::Broken("802.1q"));
                };
                (number, bytes) = (u16::from_be_bytes([high, low]), rest);
                continue;
            }
            0x8864 => return session(stations, bytes),
            0..0x0600 => return logical_link(stations, usize::from(number), bytes),
            other => return Err(Unread::Skipped(Kind::EtherType(other))),
        };
        return Ok(Packet { stations, network, bytes });
    }
    Err(Unread::Broken("802.1q"))
}

/// IEEE 802.2; with SNAP ([RFC 1042]) an Ethernet type is in it, or a protocol of an organisation's. What
/// follows `length` fills the frame up.
///
/// [RFC 1042]: https://www.rfc-editor.org/rfc/rfc1042
fn logical_link(stations: Stations, length: usize, bytes: &[u8]) -> Result<Packet<'_>, Unread> {
    match bytes {
        [0xaa, 0xaa, 0x03, 0, 0, 0x0c, 0x20, 0x00, rest @ ..] => {
            // Linux cooked has a sign there, which is less than any length.
            let length = length.checked_sub(SNAP_BYTES).unwrap_or(rest.len());
            let bytes = rest.get(..length).unwrap_or(rest);
            Ok(Packet { stations, network: Network::Cdp, bytes })
        }
        [0xaa, 0xaa, 0x03, 0, 0, 0, high, low, rest @ ..] if *high >= 0x06 => {
            by_ether_type(stations, u16::from_be_bytes([*high, *low]), rest)
        }
        _ => Err(Unread::Skipped(Kind::Llc)),
    }
}

/// A PPPoE session's packet ([RFC 2516]): 6 bytes, then PPP.
///
/// [RFC 2516]: https://www.rfc-editor.org/rfc/rfc2516
fn session(stations: Stations, bytes: &[u8]) -> Result<Packet<'_>, Unread> {
    match bytes {
        [0x11, 0, _, _, _, _, rest @ ..] => point_to_point(stations, rest),
        _ => Err(Unread::Broken("pppoe")),
    }
}

fn point_to_point(stations: Stations, bytes: &[u8]) -> Result<Packet<'_>, Unread> {
    // A protocol number may be sent in one byte if it is odd (RFC 1661, section 6.5).
    let (number, rest) = match bytes {
        [low, rest @ ..] if low & 1 == 1 => (u16::from(*low), rest),
        [high, low, rest @ ..] => (u16::from_be_bytes([*high, *low]), rest),
        _ => return Err(Unread::Broken("ppp")),
    };
    let network = match number {
        0x0021 => Network::Ipv4,
        0x0057 => Network::Ipv6,
        other => return Err(Unread::Skipped(Kind::Ppp(other))),
    };
    Ok(Packet { stations, network, bytes: rest })
}

/// Linux cooked: type, hardware type, address length, 8 bytes of address, protocol.
fn cooked(bytes: &[u8]) -> Result<Packet<'_>, Unread> {
    match bytes {
        [_, kind, _, _, _, length, a, b, c, d, e, f, _, _, high, low, rest @ ..] => {
            let stations = sender(*kind, *length, [*a, *b, *c, *d, *e, *f]);
            by_ether_type(stations, u16::from_be_bytes([*high, *low]), rest)
        }
        _ => Err(Unread::Broken("linux cooked")),
    }
}

/// Linux cooked, version 2: protocol, 2 reserved, interface, hardware type, type, address.
fn cooked_second(bytes: &[u8]) -> Result<Packet<'_>, Unread> {
    match bytes {
        [high, low, _, _, _, _, _, _, _, _, kind, length, a, b, c, d, e, f, _, _, rest @ ..] => {
            let stations = sender(*kind, *length, [*a, *b, *c, *d, *e, *f]);
            by_ether_type(stations, u16::from_be_bytes([*high, *low]), rest)
        }
        _ => Err(Unread::Broken("linux cooked")),
    }
}

/// The sender's station; of the receivers, only whether they are many.
fn sender(kind: u8, length: u8, address: [u8; 6]) -> Stations {
    const TO_ALL: u8 = 1;
    const TO_SOME: u8 = 2;
    let source = if length == 6 { Mac(address).into() } else { Station::NONE };
    let to_many = matches!(kind, TO_ALL | TO_SOME);
    let destination = if to_many { Mac::BROADCAST.into() } else { Station::NONE };
    Stations { source, destination, one_sided: true }
}

fn raw(bytes: &[u8]) -> Result<Packet<'_>, Unread> {
    let network = match bytes.first().map(|first| first >> 4) {
        Some(4) => Network::Ipv4,
        Some(6) => Network::Ipv6,
        Some(other) => return Err(Unread::Skipped(Kind::Version(other))),
        None => return Err(Unread::Broken("ip")),
    };
    Ok(Packet { stations: Stations::NONE, network, bytes })
}

/// The family's number differs between systems and comes in either byte order.
fn loopback(bytes: &[u8]) -> Result<Packet<'_>, Unread> {
    let Some((family, rest)) = bytes.split_first_chunk() else {
        return Err(Unread::Broken("loopback"));
    };
    let family = u32::from_le_bytes(*family).min(u32::from_be_bytes(*family));
    let network = match family {
        2 => Network::Ipv4,
        10 | 24 | 28 | 30 => Network::Ipv6,
        other => return Err(Unread::Skipped(Kind::Family(other))),
    };
    Ok(Packet { stations: Stations::NONE, network, bytes: rest })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fills_a_frame_up_is_no_part_of_an_organisations_message() {
        let snap = *b"\xaa\xaa\x03\0\0\x0c\x20\0";
        let frame =
            |number: [u8; 2]| [&[0; 12], &number[..], &snap, b"\x02\xb4ab", &[0; 30]].concat();
        let bytes_of = |number| match open(LinkType::ETHERNET, &frame(number)) {
            Ok(Packet { network: Network::Cdp, bytes, .. }) => bytes.len(),
            other => panic!("{other:?}"),
        };
        assert_eq!(bytes_of([0, 12]), 4);
        assert_eq!(bytes_of([0, 4]), 34, "no length");
        assert_eq!(bytes_of([5, 0]), 34, "cut off");
    }
}
