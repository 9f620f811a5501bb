//! Who talked with whom about what: traffic summed per host, peer and service.
//!
//! The key holds no client port and no start time, so the same conversation seen by two sensors, on
//! two days or by two workers adds up. Which port is the service's is decided from one packet
//! alone (see `packets`), never from who came first.

use std::{fmt, net::IpAddr};

use serde::{Deserialize, Serialize};

use crate::{Sighting, Timestamp};

/// An IP protocol number (IANA registry "Assigned Internet Protocol Numbers").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Transport(pub u8);

impl Transport {
    /// ICMP for IPv4.
    pub const ICMP: Self = Self(1);
    /// IGMP.
    pub const IGMP: Self = Self(2);
    /// TCP.
    pub const TCP: Self = Self(6);
    /// UDP.
    pub const UDP: Self = Self(17);
    /// ICMP for IPv6.
    pub const ICMPV6: Self = Self(58);

    /// The transport of that name, as rules write it.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "icmp" => Some(Self::ICMP),
            "igmp" => Some(Self::IGMP),
            "tcp" => Some(Self::TCP),
            "udp" => Some(Self::UDP),
            "icmpv6" => Some(Self::ICMPV6),
            other => other.strip_prefix("ip-")?.parse().ok().map(Self),
        }
    }
}

/// `tcp`, `udp`, …; `ip-47` where we have no name.
impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::ICMP => f.write_str("icmp"),
            Self::IGMP => f.write_str("igmp"),
            Self::TCP => f.write_str("tcp"),
            Self::UDP => f.write_str("udp"),
            Self::ICMPV6 => f.write_str("icmpv6"),
            Self(number) => write!(f, "ip-{number}"),
        }
    }
}

/// One of the two ends of a conversation, seen from the host the ledger files it under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Party {
    /// The host itself.
    Host,
    /// The other end.
    Peer,
}

/// What a conversation is about: the peer, and the service one of the two offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Service {
    /// The other end's address; may be a group or broadcast address.
    pub peer: IpAddr,
    /// The IP protocol.
    pub transport: Transport,
    /// The service's port; 0 where the transport has none.
    pub port: u16,
    /// Whose port it is.
    pub server: Party,
}

/// `tcp to 192.0.2.1:443` where the peer serves, `tcp on 23 from 192.0.2.1` where the host does.
impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Transport::TCP | Transport::UDP, Party::Peer, IpAddr::V4(peer), 1..) =
            (self.transport, self.server, self.peer, self.port)
        {
            // Most services, and some five times faster than formatting each part.
            let name = if self.transport == Transport::TCP { "tcp to " } else { "udp to " };
            let mut text = Text::default();
            text.push(name.as_bytes());
            for (octet, after) in peer.octets().into_iter().zip(*b"...:") {
                text.push_number(octet.into());
                text.push(&[after]);
            }
            text.push_number(self.port);
            return f.write_str(text.get());
        }
        match (self.port, self.server, self.peer) {
            (0, _, peer) => write!(f, "{} with {peer}", self.transport),
            (port, Party::Peer, IpAddr::V6(peer)) => {
                write!(f, "{} to [{peer}]:{port}", self.transport)
            }
            (port, Party::Peer, peer) => write!(f, "{} to {peer}:{port}", self.transport),
            (port, Party::Host, peer) => write!(f, "{} on {port} from {peer}", self.transport),
        }
    }
}

/// A short line put together on the stack.
#[derive(Default)]
struct Text {
    bytes: [u8; 32],
    length: usize,
}

impl Text {
    fn push(&mut self, more: &[u8]) {
        let room = self.bytes.get_mut(self.length..).unwrap_or_default();
        for (place, byte) in room.iter_mut().zip(more) {
            *place = *byte;
            self.length += 1;
        }
    }

    fn push_number(&mut self, number: u16) {
        let digits = [10_000, 1_000, 100, 10, 1].map(|unit| number / unit % 10);
        let leading = digits.iter().take(4).take_while(|digit| **digit == 0).count();
        for digit in digits.iter().skip(leading) {
            let [_, digit] = digit.to_be_bytes();
            self.push(&[b'0' + digit]);
        }
    }

    fn get(&self) -> &str {
        let text = self.bytes.get(..self.length).unwrap_or_default();
        std::str::from_utf8(text).unwrap_or_default()
    }
}

/// What went back and forth. All counts add up, so traffic merges in any order.
///
/// "Up" is from the host, "down" to it. Bytes are whole frames as they were on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traffic {
    /// The earliest frame.
    pub first: Sighting,
    /// When the latest frame was.
    pub last: Timestamp,
    /// Frames from the host.
    pub frames_up: u64,
    /// Frames to the host.
    pub frames_down: u64,
    /// Bytes from the host.
    pub bytes_up: u64,
    /// Bytes to the host.
    pub bytes_down: u64,
    /// Bytes, either way, in streams whose protocol encrypts.
    pub bytes_encrypted: u64,
    /// Bytes, either way, in streams whose protocol does not encrypt.
    pub bytes_clear: u64,
    /// TCP connections the host asked for (SYN).
    pub opened_by_host: u32,
    /// TCP connections the peer asked for.
    pub opened_by_peer: u32,
    /// TCP connections the host accepted (SYN with ACK).
    pub accepted_by_host: u32,
    /// TCP connections the peer accepted.
    pub accepted_by_peer: u32,
    /// Connections either end refused or broke off (RST).
    pub reset: u32,
    /// Bytes from the host in flows with the shape of a live stream: long, and mostly from it.
    pub streamed_up: u64,
    /// How long those flows lasted, in whole seconds of each.
    pub streamed_seconds: u32,
    /// What the first bytes of flows looked like of which no protocol tells whether they are encrypted.
    pub sampled: Sampled,
}

/// Bytes looked at, by what they looked like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sampled {
    /// Readable text.
    pub text: u32,
    /// Bytes without any pattern: encrypted or compressed.
    pub random: u32,
    /// Neither.
    pub other: u32,
}

impl Sampled {
    /// How many bytes were looked at.
    #[must_use]
    pub const fn bytes(&self) -> u32 {
        self.text.saturating_add(self.random).saturating_add(self.other)
    }

    /// Adds `other`'s counts; associative and commutative.
    pub const fn add(&mut self, other: &Self) {
        self.text = self.text.saturating_add(other.text);
        self.random = self.random.saturating_add(other.random);
        self.other = self.other.saturating_add(other.other);
    }
}

impl Traffic {
    /// No traffic yet, first and last seen at `sighting`.
    #[must_use]
    pub const fn new(sighting: Sighting) -> Self {
        Self {
            first: sighting,
            last: sighting.at,
            frames_up: 0,
            frames_down: 0,
            bytes_up: 0,
            bytes_down: 0,
            bytes_encrypted: 0,
            bytes_clear: 0,
            opened_by_host: 0,
            opened_by_peer: 0,
            accepted_by_host: 0,
            accepted_by_peer: 0,
            reset: 0,
            streamed_up: 0,
            streamed_seconds: 0,
            sampled: Sampled { text: 0, random: 0, other: 0 },
        }
    }

    /// Frames both ways.
    #[must_use]
    pub const fn frames(&self) -> u64 {
        self.frames_up.saturating_add(self.frames_down)
    }

    /// Bytes both ways.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes_up.saturating_add(self.bytes_down)
    }

    /// Adds `other`'s counts and widens the span; associative and commutative.
    pub fn add(&mut self, other: &Self) {
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        for (sum, more) in [
            (&mut self.frames_up, other.frames_up),
            (&mut self.frames_down, other.frames_down),
            (&mut self.bytes_up, other.bytes_up),
            (&mut self.bytes_down, other.bytes_down),
            (&mut self.bytes_encrypted, other.bytes_encrypted),
            (&mut self.bytes_clear, other.bytes_clear),
            (&mut self.streamed_up, other.streamed_up),
        ] {
            *sum = sum.saturating_add(more);
        }
        for (sum, more) in [
            (&mut self.opened_by_host, other.opened_by_host),
            (&mut self.opened_by_peer, other.opened_by_peer),
            (&mut self.accepted_by_host, other.accepted_by_host),
            (&mut self.accepted_by_peer, other.accepted_by_peer),
            (&mut self.reset, other.reset),
            (&mut self.streamed_seconds, other.streamed_seconds),
        ] {
            *sum = sum.saturating_add(more);
        }
        self.sampled.add(&other.sampled);
    }
}

/// One line of the ledger's traffic: what a host and a peer had to do with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    /// With whom, about what.
    pub service: Service,
    /// How much, when, how opened.
    pub traffic: Traffic,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_read_as_people_say_them() {
        let (peer, host) = (Party::Peer, Party::Host);
        check("192.0.2.1", Transport::TCP, 443, peer, "tcp to 192.0.2.1:443");
        check("255.255.255.255", Transport::UDP, 65_535, peer, "udp to 255.255.255.255:65535");
        check("0.10.100.9", Transport::UDP, 1, peer, "udp to 0.10.100.9:1");
        check("203.0.113.90", Transport::TCP, 10_080, peer, "tcp to 203.0.113.90:10080");
        check("192.0.2.1", Transport::TCP, 23, host, "tcp on 23 from 192.0.2.1");
        check("192.0.2.1", Transport(132), 7, peer, "ip-132 to 192.0.2.1:7");
        check("192.0.2.1", Transport::TCP, 0, peer, "tcp with 192.0.2.1");
        check("224.0.0.22", Transport::IGMP, 0, peer, "igmp with 224.0.0.22");
        check("2001:db8::7", Transport::TCP, 443, peer, "tcp to [2001:db8::7]:443");
    }

    #[track_caller]
    fn check(peer: &str, transport: Transport, port: u16, server: Party, text: &str) {
        let service = Service { peer: peer.parse().unwrap(), transport, port, server };
        assert_eq!(service.to_string(), text);
    }
}
