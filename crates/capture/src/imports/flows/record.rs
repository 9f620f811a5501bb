//! One record: what is taken from its fields, and the flow it tells of.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use evidence::{Sighting, Timestamp, Transport};
use packets::{Counted, End, Told};

use super::{
    bytes::{Bytes, number},
    templates::{Field, Template, Version},
};

/// Numbers of the IANA registry of IPFIX information elements; below 128 they are those of version 9.
mod elements {
    pub(super) const OCTETS: u16 = 1;
    pub(super) const PACKETS: u16 = 2;
    pub(super) const PROTOCOL: u16 = 4;
    pub(super) const TCP_FLAGS: u16 = 6;
    pub(super) const SOURCE_PORT: u16 = 7;
    pub(super) const SOURCE_IPV4: u16 = 8;
    pub(super) const DESTINATION_PORT: u16 = 11;
    pub(super) const DESTINATION_IPV4: u16 = 12;
    pub(super) const LAST_UP: u16 = 21;
    pub(super) const FIRST_UP: u16 = 22;
    pub(super) const SOURCE_IPV6: u16 = 27;
    pub(super) const DESTINATION_IPV6: u16 = 28;
    pub(super) const SAMPLING: u16 = 34;
    pub(super) const SAMPLER: u16 = 50;
    pub(super) const OCTETS_TOTAL: u16 = 85;
    pub(super) const PACKETS_TOTAL: u16 = 86;
    pub(super) const FIRST_SECONDS: u16 = 150;
    pub(super) const LAST_SECONDS: u16 = 151;
    pub(super) const FIRST_MILLISECONDS: u16 = 152;
    pub(super) const LAST_MILLISECONDS: u16 = 153;
    pub(super) const FIRST_NTP: u16 = 154;
    pub(super) const LAST_NTP: u16 = 155;
    pub(super) const FIRST_NTP_FINE: u16 = 156;
    pub(super) const LAST_NTP_FINE: u16 = 157;
    pub(super) const FIRST_BEFORE: u16 = 158;
    pub(super) const LAST_BEFORE: u16 = 159;
    pub(super) const UP_SINCE: u16 = 160;
    pub(super) const INITIATOR_OCTETS: u16 = 231;
    pub(super) const RESPONDER_OCTETS: u16 = 232;
    pub(super) const INITIATOR_PACKETS: u16 = 298;
    pub(super) const RESPONDER_PACKETS: u16 = 299;
    pub(super) const SAMPLED_IN_TURN: u16 = 305;
    pub(super) const LEFT_OUT_IN_TURN: u16 = 306;
}

/// Under this number elements tell of the way back (RFC 5103).
const REVERSE: u32 = 29_305;

/// Seconds from 1900, where NTP counts from, to 1970.
const NTP_TO_UNIX: u64 = 2_208_988_800;

const SYN: u64 = 0x02;
const RST: u64 = 0x04;

/// What a record says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Flow {
    source: Option<IpAddr>,
    destination: Option<IpAddr>,
    ports: [u16; 2],
    protocol: u8,
    packets: [u64; 2],
    octets: [u64; 2],
    flags: [u64; 2],
    first: Option<Time>,
    last: Option<Time>,
    /// When the exporter was started.
    up_since: Option<Timestamp>,
    /// One packet in so many was looked at.
    sampling: Option<u32>,
    /// How many packets in turn were looked at, and how many after them were not (RFC 5477, section 8.2).
    in_turn: [Option<u64>; 2],
}

/// A time in one of the ways exporters tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Time {
    Moment(Timestamp),
    /// Milliseconds since the exporter was started.
    Up(u64),
    /// Microseconds before the message was sent.
    Before(u64),
}

/// A record of version 5, which has one shape.
pub(super) struct Fifth(pub(super) Flow);

impl Fifth {
    pub(super) const BYTES: usize = 48;

    pub(super) fn read(record: &[u8]) -> Option<Self> {
        let mut bytes = Bytes::new(record);
        let mut address = || Some(IpAddr::from(Ipv4Addr::from(bytes.u32()?)));
        let (source, destination, _next_hop) = (address()?, address()?, address()?);
        let _interfaces = bytes.u32()?;
        let (packets, octets) = (bytes.u32()?, bytes.u32()?);
        let (first, last) = (bytes.u32()?, bytes.u32()?);
        let ports = [bytes.u16()?, bytes.u16()?];
        let _padding = bytes.u8()?;
        let (flags, protocol) = (bytes.u8()?, bytes.u8()?);
        Some(Self(Flow {
            source: Some(source),
            destination: Some(destination),
            ports,
            protocol,
            packets: [packets.into(), 0],
            octets: [octets.into(), 0],
            flags: [flags.into(), 0],
            first: Some(Time::Up(first.into())),
            last: Some(Time::Up(last.into())),
            ..Flow::default()
        }))
    }
}

impl Flow {
    /// Reads a record as its template says; `None` if the bytes end before it does.
    pub(super) fn read(
        bytes: &mut Bytes<'_>,
        template: &Template,
        version: Version,
    ) -> Option<Self> {
        let mut flow = Self::default();
        for field in &template.fields {
            let length = match (field.length, version) {
                (Field::VARIABLE, Version::Ten) => match bytes.u8()? {
                    255 => usize::from(bytes.u16()?),
                    short => usize::from(short),
                },
                (length, _) => usize::from(length),
            };
            let value = bytes.take(length)?;
            match field.enterprise {
                0 => flow.take(field.kind, value),
                REVERSE => flow.take_back(field.kind, value),
                _ => {}
            }
        }
        Some(flow)
    }

    fn take(&mut self, kind: u16, value: &[u8]) {
        use elements as e;

        let number = number(value).unwrap_or(0);
        let sixteen = u16::try_from(number).unwrap_or(0);
        match kind {
            e::SOURCE_IPV4 | e::SOURCE_IPV6 => self.source = address(value).or(self.source),
            e::DESTINATION_IPV4 | e::DESTINATION_IPV6 => {
                self.destination = address(value).or(self.destination);
            }
            e::SOURCE_PORT => self.ports[0] = sixteen,
            e::DESTINATION_PORT => self.ports[1] = sixteen,
            e::PROTOCOL => self.protocol = u8::try_from(number).unwrap_or(0),
            e::OCTETS | e::OCTETS_TOTAL | e::INITIATOR_OCTETS => self.octets[0] = number,
            e::PACKETS | e::PACKETS_TOTAL | e::INITIATOR_PACKETS => self.packets[0] = number,
            e::RESPONDER_OCTETS => self.octets[1] = number,
            e::RESPONDER_PACKETS => self.packets[1] = number,
            e::TCP_FLAGS => self.flags[0] = number,
            e::SAMPLING | e::SAMPLER => self.sampling = u32::try_from(number).ok(),
            e::SAMPLED_IN_TURN => self.in_turn[0] = Some(number),
            e::LEFT_OUT_IN_TURN => self.in_turn[1] = Some(number),
            e::UP_SINCE => self.up_since = Some(milliseconds(number)),
            _ => self.take_time(kind, number),
        }
    }

    fn take_time(&mut self, kind: u16, number: u64) {
        use elements as e;

        let moment = |at| Some(Time::Moment(at));
        match kind {
            e::FIRST_UP => self.first = self.first.or(Some(Time::Up(number))),
            e::LAST_UP => self.last = self.last.or(Some(Time::Up(number))),
            e::FIRST_SECONDS => self.first = moment(Timestamp::from_parts(number, 0)),
            e::LAST_SECONDS => self.last = moment(Timestamp::from_parts(number, 0)),
            e::FIRST_MILLISECONDS => self.first = moment(milliseconds(number)),
            e::LAST_MILLISECONDS => self.last = moment(milliseconds(number)),
            e::FIRST_NTP | e::FIRST_NTP_FINE => self.first = moment(ntp(number)),
            e::LAST_NTP | e::LAST_NTP_FINE => self.last = moment(ntp(number)),
            e::FIRST_BEFORE => self.first = Some(Time::Before(number)),
            e::LAST_BEFORE => self.last = Some(Time::Before(number)),
            _ => {}
        }
    }

    fn take_back(&mut self, kind: u16, value: &[u8]) {
        let number = number(value).unwrap_or(0);
        match kind {
            elements::OCTETS | elements::OCTETS_TOTAL => self.octets[1] = number,
            elements::PACKETS | elements::PACKETS_TOTAL => self.packets[1] = number,
            elements::TCP_FLAGS => self.flags[1] = number,
            _ => {}
        }
    }

    /// One packet in how many was looked at, where the exporter says so.
    pub(super) fn sampling(&self) -> Option<u32> {
        let one_in = match self.in_turn {
            [Some(taken), Some(left)] if taken > 0 => {
                Some(taken.saturating_add(left).div_ceil(taken))
            }
            // Some exporters tell the interval from one packet to the next instead.
            [Some(interval), None] => Some(interval),
            _ => None,
        };
        let one_in = one_in.and_then(|it| u32::try_from(it).ok()).or(self.sampling);
        one_in.filter(|it| *it > 0)
    }

    /// When it began and ended; where it does not say, when its message was sent. Nothing is told of before
    /// it happened: a later time is a mistake of the exporter's.
    pub(super) fn times(&self, sent: Timestamp, up: Option<u32>) -> (Timestamp, Timestamp) {
        let since = up.map(|up| Timestamp(sent.0.saturating_sub(u64::from(up) * MILLISECOND)));
        let since = self.up_since.or(since).unwrap_or(sent);
        let moment = |time: Option<Time>| match time {
            Some(Time::Moment(at)) => at,
            Some(Time::Up(after)) => {
                Timestamp(since.0.saturating_add(after.saturating_mul(MILLISECOND)))
            }
            Some(Time::Before(before)) => {
                Timestamp(sent.0.saturating_sub(before.saturating_mul(1_000)))
            }
            None => sent,
        };
        let first = moment(self.first).min(sent);
        (first, moment(self.last).min(sent).max(first))
    }

    /// The flow, if it names both ends.
    ///
    /// Which end asked for a connection follows from whose port is the service's: of two ends that both
    /// set SYN, the one that does not serve asked, and the one that serves accepted.
    pub(super) fn told(&self, first: Sighting, last: Timestamp) -> Option<Told> {
        let transport = Transport(self.protocol);
        let has_ports = matches!(transport, Transport::TCP | Transport::UDP);
        let [from, to] = if has_ports { self.ports } else { [0; 2] };
        let serves = packets::service_is_second(from, to);
        let counted = |side: usize| {
            let of = |pair: [u64; 2]| pair.get(side).copied().unwrap_or(0);
            let began = u32::from(transport == Transport::TCP && of(self.flags) & SYN != 0);
            let accepts = serves.is_some_and(|second| second == (side == 1));
            Counted {
                frames: of(self.packets),
                bytes: of(self.octets),
                opened: if accepts { 0 } else { began },
                accepted: if accepts { began } else { 0 },
            }
        };
        let reset = transport == Transport::TCP && (self.flags[0] | self.flags[1]) & RST != 0;
        Some(Told {
            ends: [
                End { ip: self.source?, port: from, station: None },
                End { ip: self.destination?, port: to, station: None },
            ],
            transport,
            counted: [counted(0), counted(1)],
            reset: reset.into(),
            encrypted: None,
            first,
            last,
        })
    }
}

const MILLISECOND: u64 = 1_000_000;

const fn milliseconds(number: u64) -> Timestamp {
    Timestamp(number.saturating_mul(MILLISECOND))
}

/// NTP's form: seconds since 1900, then the fraction of a second in 2^32 parts.
fn ntp(number: u64) -> Timestamp {
    let (seconds, fraction) = (number >> 32, number & 0xffff_ffff);
    Timestamp::from_parts(seconds.saturating_sub(NTP_TO_UNIX), (fraction * 1_000_000_000) >> 32)
}

/// An address of either version; `None` for those that name nobody.
fn address(value: &[u8]) -> Option<IpAddr> {
    let ip = match value.len() {
        4 => IpAddr::from(Ipv4Addr::from(<[u8; 4]>::try_from(value).ok()?)),
        16 => IpAddr::from(Ipv6Addr::from(<[u8; 16]>::try_from(value).ok()?)),
        _ => return None,
    };
    (!ip.is_unspecified()).then_some(ip)
}
