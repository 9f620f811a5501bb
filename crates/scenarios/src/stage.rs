//! Where a device acts: the clock, the dice, whom it can reach, and the frames made so far.
//!
//! An activity tells the stage what happens ("reach this host", "send that datagram", "a second
//! passes"). The stage adds what the network around it does anyway: address resolution before the
//! first contact, and a lookup before a name is used, both remembered as real hosts remember them.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use etherparse::{ArpOperation, Icmpv6Type, icmpv6::NeighborAdvertisementHeader};
use oorandom::Rand64;
use thiserror::Error;

use crate::Frame;
use crate::activities::names;
use crate::home::{Home, Host};
use crate::link::{self, Endpoint};
use crate::quantity::{MILLISECOND, Payload, SECOND};

/// Why an activity cannot be acted out.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The other party is neither a device of the home, nor an address, nor a domain name.
    #[error("`{0}` is no device of this home, no address and no domain name")]
    UnknownPeer(String),
    /// IPv6 is asked for where a party has none.
    #[error("{0} has no IPv6 address")]
    NoIpv6(String),
    /// One end speaks IPv4, the other IPv6.
    #[error("{from} and {to} are of different families")]
    MixedFamilies {
        /// The sender.
        from: IpAddr,
        /// The receiver.
        to: IpAddr,
    },
    /// The activity needs something that its device does not describe.
    #[error("the device needs a `[device.{0}]` table for this")]
    Undescribed(&'static str),
    /// No such cipher suite, TLS version or signature is known here.
    #[error("`{0}` is not known here")]
    UnknownTerm(String),
    /// An encoder refuses what it was given.
    #[error("the {what} cannot be written: {why}")]
    Encoder {
        /// What was to be written.
        what: &'static str,
        /// The encoder's words.
        why: String,
    },
}

/// Turns another crate's error into ours.
pub(crate) fn encoder<E: Display>(what: &'static str) -> impl Fn(E) -> BuildError {
    move |why| BuildError::Encoder { what, why: why.to_string() }
}

/// The first ephemeral port (RFC 6335 section 6).
const FIRST_PORT: u16 = 49_152;

/// What a host remembers from one activity to the next.
#[derive(Debug)]
pub(crate) struct Memory {
    random: Rand64,
    /// Until when a neighbour's address, or an answered name, is remembered.
    neighbours: BTreeMap<IpAddr, u64>,
    answers: BTreeMap<String, u64>,
    next_port: u16,
}

impl Memory {
    /// A host that remembers nothing yet; `seed` decides all its dice.
    pub(crate) fn new(seed: u128) -> Self {
        let mut random = Rand64::new(seed);
        let next_port = FIRST_PORT + u16::try_from(random.rand_range(0..8_000)).unwrap_or(0);
        Self { random, neighbours: BTreeMap::new(), answers: BTreeMap::new(), next_port }
    }

    /// The dice of this host.
    pub(crate) const fn random(&mut self) -> &mut Rand64 {
        &mut self.random
    }
}

/// Whom a host talks to, once found.
#[derive(Clone, Debug)]
pub(crate) struct Peer<'a> {
    /// Its name, if it was found by one.
    pub(crate) name: Option<String>,
    /// Its description, if it is a host of this home.
    pub(crate) host: Option<&'a Host>,
    mac: [u8; 6],
    ip: IpAddr,
    hops: u8,
}

impl Peer<'_> {
    /// A port of this peer.
    pub(crate) const fn port(&self, port: u16) -> Endpoint {
        Endpoint { mac: self.mac, ip: self.ip, port, hops: self.hops }
    }

    /// What to call it in a `Host:` header or a server name: its name, or else its address.
    pub(crate) fn authority(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.ip.to_string())
    }
}

/// One host acting, from one moment on.
#[derive(Debug)]
pub(crate) struct Stage<'a> {
    /// The home around it.
    pub(crate) home: &'a Home,
    /// Who acts.
    pub(crate) me: &'a Host,
    memory: &'a mut Memory,
    now: u64,
    frames: Vec<Frame>,
}

impl<'a> Stage<'a> {
    /// Sets the stage for `me` at `now`, in nanoseconds since the epoch.
    pub(crate) const fn new(
        home: &'a Home,
        me: &'a Host,
        memory: &'a mut Memory,
        now: u64,
    ) -> Self {
        Self { home, me, memory, now, frames: Vec::new() }
    }

    /// The frames made, in the order they were made.
    pub(crate) fn into_frames(self) -> Vec<Frame> {
        self.frames
    }

    /// The time on stage.
    pub(crate) const fn now(&self) -> u64 {
        self.now
    }

    /// Lets `nanoseconds` pass.
    pub(crate) const fn pass(&mut self, nanoseconds: u64) {
        self.now = self.now.saturating_add(nanoseconds);
    }

    /// Goes back to `moment`, because what follows does not wait for what was just shown.
    pub(crate) const fn turn_back(&mut self, moment: u64) {
        self.now = moment;
    }

    /// Puts a frame on the wire, now.
    pub(crate) fn send(&mut self, bytes: Vec<u8>) {
        self.frames.push(Frame { at: self.now, bytes });
    }

    /// Sends a UDP datagram.
    pub(crate) fn udp(
        &mut self,
        from: &Endpoint,
        to: &Endpoint,
        payload: &[u8],
    ) -> Result<(), BuildError> {
        let frame = link::udp(from, to, payload)?;
        self.send(frame);
        Ok(())
    }

    /// Asks `peer` over UDP, and lets it answer after a round trip.
    pub(crate) fn ask(
        &mut self,
        peer: &Peer<'_>,
        port: u16,
        request: &[u8],
        answer: &[u8],
    ) -> Result<(), BuildError> {
        let from = self.my_port(peer)?;
        let to = peer.port(port);
        self.udp(&from, &to, request)?;
        let round_trip = self.round_trip(peer);
        self.pass(round_trip);
        self.udp(&to, &from, answer)
    }

    /// Any 32 bits.
    pub(crate) fn number(&mut self) -> u32 {
        (self.memory.random.rand_u64() >> 32) as u32
    }

    /// Any 16 bits.
    pub(crate) fn short(&mut self) -> u16 {
        (self.memory.random.rand_u64() >> 48) as u16
    }

    /// A number from `low` to below `high`.
    pub(crate) fn any_of(&mut self, low: u64, high: u64) -> u64 {
        self.memory.random.rand_range(low..high)
    }

    /// `length` bytes that nobody can read, as ciphertext looks.
    pub(crate) fn opaque(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(length + 8);
        while bytes.len() < length {
            bytes.extend_from_slice(&self.memory.random.rand_u64().to_le_bytes());
        }
        bytes.truncate(length);
        bytes
    }

    /// The bytes `payload` stands for.
    pub(crate) fn carry(&mut self, payload: &Payload) -> Vec<u8> {
        [&payload.bytes[..], &self.opaque(payload.opaque)].concat()
    }

    /// A free port of this host.
    pub(crate) const fn any_port(&mut self) -> u16 {
        const LAST_PORT: u16 = 65_500;

        let port = self.memory.next_port;
        self.memory.next_port = if port >= LAST_PORT { FIRST_PORT } else { port + 1 };
        port
    }

    /// A free port of this host, on the address family that reaches `peer`.
    pub(crate) fn my_port(&mut self, peer: &Peer<'_>) -> Result<Endpoint, BuildError> {
        let port = self.any_port();
        self.me_at(peer.ip, port)
    }

    /// This host, at `port`, on the address family of `ip`.
    pub(crate) fn me_at(&self, ip: IpAddr, port: u16) -> Result<Endpoint, BuildError> {
        let mine = match ip {
            IpAddr::V4(_) => IpAddr::V4(self.me.ip),
            IpAddr::V6(group) if group.is_multicast() => IpAddr::V6(self.me.link_local()),
            IpAddr::V6(_) => IpAddr::V6(self.me.ipv6()?),
        };
        Ok(Endpoint { mac: self.me.mac, ip: mine, port, hops: self.me.hops })
    }

    /// Finds `to`: a device by its name, or an address, or a domain name, which is looked up first
    /// unless that was done lately. Then finds the next hop's network card likewise.
    pub(crate) fn reach(&mut self, to: &str) -> Result<Peer<'a>, BuildError> {
        self.reach_over(to, false)
    }

    /// [`Stage::reach`] over IPv6.
    pub(crate) fn reach_over(&mut self, to: &str, ipv6: bool) -> Result<Peer<'a>, BuildError> {
        let (ip, name, host) = if let Some(host) = self.home.host(to) {
            (if ipv6 { host.ipv6()?.into() } else { host.ip.into() }, None, Some(host))
        } else if let Ok(ip) = to.parse::<IpAddr>() {
            (ip, None, self.home.host_at(ip))
        } else {
            let server = self.home.server(to);
            let server = server.ok_or_else(|| BuildError::UnknownPeer(to.to_owned()))?;
            self.look_up(to, ipv6)?;
            let ip = if ipv6 { server.ipv6.into() } else { server.ipv4.into() };
            (ip, Some(to.to_owned()), None)
        };
        let hops = if host.is_some_and(|host| !host.outside) {
            64
        } else {
            // Servers are some hops away; how many depends on which server.
            64 - 6 - distance(ip) % 12
        };
        let mac = self.next_hop(ip, host)?;
        Ok(Peer { name, host, mac, ip, hops })
    }

    /// Nanoseconds to `peer` and back, a little different each time.
    pub(crate) fn round_trip(&mut self, peer: &Peer<'_>) -> u64 {
        if peer.host.is_some_and(|host| !host.outside) && !self.me.outside {
            return self.any_of(MILLISECOND / 2, 3 * MILLISECOND);
        }
        let base = 9 + 4 * u64::from(distance(peer.ip) % 12);
        self.any_of(base * MILLISECOND, (base + 4) * MILLISECOND)
    }

    fn look_up(&mut self, name: &str, ipv6: bool) -> Result<(), BuildError> {
        let now = self.now;
        let known = self.memory.answers.get(name).is_some_and(|&until| until > now);
        if known && !ipv6 {
            return Ok(());
        }
        self.memory.answers.insert(name.to_owned(), now + u64::from(names::TIME_TO_LIVE) * SECOND);
        names::resolve(self, name, self.me.resolver)?;
        self.pass(2 * MILLISECOND);
        Ok(())
    }

    /// The network card to send to for `ip`: the host's own, or the gateway's.
    fn next_hop(&mut self, ip: IpAddr, host: Option<&Host>) -> Result<[u8; 6], BuildError> {
        /// How long a neighbour is remembered; stacks differ between a minute and an hour.
        const REMEMBERED: u64 = 1200 * SECOND;

        let gateway = &self.home.gateway;
        if self.me.outside {
            return Ok(host.map_or(gateway.mac, |host| host.mac));
        }
        let neighbour = host.filter(|host| !host.outside).unwrap_or(gateway);
        let asked = match ip {
            IpAddr::V4(_) => IpAddr::V4(neighbour.ip),
            IpAddr::V6(_) => IpAddr::V6(neighbour.link_local()),
        };
        let now = self.now;
        let known = self.memory.neighbours.get(&asked).is_some_and(|&until| until > now);
        if neighbour.mac != self.me.mac && !known {
            self.memory.neighbours.insert(asked, now + REMEMBERED);
            match asked {
                IpAddr::V4(ip) => self.ask_arp(ip, Some(neighbour))?,
                IpAddr::V6(ip) => self.ask_neighbour(ip, neighbour)?,
            }
        }
        Ok(neighbour.mac)
    }

    /// Asks who has `ip`; `owner` answers, if there is one.
    pub(crate) fn ask_arp(&mut self, ip: Ipv4Addr, owner: Option<&Host>) -> Result<(), BuildError> {
        let me = (self.me.mac, self.me.ip);
        self.send(link::arp(ArpOperation::REQUEST, me, ([0; 6], ip))?);
        if let Some(owner) = owner {
            self.pass(MILLISECOND / 2);
            self.send(link::arp(ArpOperation::REPLY, (owner.mac, ip), me)?);
            self.pass(MILLISECOND / 5);
        }
        Ok(())
    }

    fn ask_neighbour(&mut self, ip: Ipv6Addr, owner: &Host) -> Result<(), BuildError> {
        let group = solicited_node(ip);
        let mac = link::multicast_mac(group.into());
        let me = (self.me.mac, self.me.link_local());
        let question = [&ip.octets()[..], &[1, 1], &self.me.mac].concat();
        let kind = Icmpv6Type::NeighborSolicitation;
        self.send(link::neighbour(me, (mac, group), kind, &question)?);
        self.pass(MILLISECOND / 2);
        let answer = [&ip.octets()[..], &[2, 1], &owner.mac].concat();
        let kind = Icmpv6Type::NeighborAdvertisement(NeighborAdvertisementHeader {
            router: owner.mac == self.home.gateway.mac,
            solicited: true,
            r#override: true,
        });
        self.send(link::neighbour((owner.mac, ip), me, kind, &answer)?);
        self.pass(MILLISECOND / 5);
        Ok(())
    }
}

/// The group a neighbour solicitation for `ip` is sent to (RFC 4291 section 2.7.1).
pub(crate) fn solicited_node(ip: Ipv6Addr) -> Ipv6Addr {
    let [.., a, b, c] = ip.octets();
    let low = u16::from_be_bytes([b, c]);
    Ipv6Addr::new(0xff02, 0, 0, 0, 0, 1, 0xff00 | u16::from(a), low)
}

/// A made-up distance of a server: the same address is always as far away.
fn distance(ip: IpAddr) -> u8 {
    match ip {
        IpAddr::V4(ip) => ip.octets().iter().fold(0, |sum, octet| sum ^ octet),
        IpAddr::V6(ip) => ip.octets().iter().fold(0, |sum, octet| sum ^ octet),
    }
}
