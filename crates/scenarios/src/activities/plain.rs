//! `udp`, `tcp`, `stun`, `ping`: bytes as the scenario gives them, and two small questions.

use std::net::IpAddr;

use etherparse::{IcmpEchoHeader, Icmpv4Type};
use serde::Deserialize;

use crate::link::{self, Endpoint};
use crate::quantity::{Payload, SECOND, Span};
use crate::stage::{BuildError, Stage};
use crate::tcp::{Connection, Side};

/// Sends datagrams to a host, to `broadcast`, or to a multicast address.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Udp {
    to: String,
    port: u16,
    from_port: Option<u16>,
    send: Payload,
    reply: Option<Payload>,
    /// How many times the exchange is repeated on the same ports.
    #[serde(default = "once")]
    count: u32,
    #[serde(default = "a_second")]
    pause: Span,
}

/// Opens a connection and says what the scenario gives.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tcp {
    to: String,
    port: u16,
    /// What the server says first.
    greeting: Option<Payload>,
    send: Payload,
    reply: Option<Payload>,
    #[serde(default = "once")]
    count: u32,
    #[serde(default = "a_second")]
    pause: Span,
}

/// Asks a server outside how the home looks from there (RFC 8489).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stun {
    to: String,
    #[serde(default = "stun_port")]
    port: u16,
}

/// Asks a host whether it is there (RFC 792).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ping {
    to: String,
}

const fn once() -> u32 {
    1
}

const fn a_second() -> Span {
    Span(SECOND)
}

const fn stun_port() -> u16 {
    3478
}

impl Udp {
    pub(crate) fn perform(&self, stage: &mut Stage<'_>) -> Result<(), BuildError> {
        let (from, to, round_trip) = self.ends(stage)?;
        for _ in 0..self.count {
            let bytes = stage.carry(&self.send);
            stage.udp(&from, &to, &bytes)?;
            if let Some(reply) = &self.reply {
                stage.pass(round_trip);
                let bytes = stage.carry(reply);
                stage.udp(&to, &from, &bytes)?;
            }
            stage.pass(self.pause.0);
        }
        Ok(())
    }

    /// This device's end, the other one, and the nanoseconds between them there and back.
    fn ends(&self, stage: &mut Stage<'_>) -> Result<(Endpoint, Endpoint, u64), BuildError> {
        let any_port = stage.any_port();
        let mine = self.from_port.unwrap_or(any_port);
        let group = self.to.parse::<IpAddr>().ok().filter(IpAddr::is_multicast);
        let to = match group {
            Some(ip) => Endpoint { mac: link::multicast_mac(ip), ip, port: self.port, hops: 1 },
            None if self.to == "broadcast" => link::everybody(self.port),
            None => {
                let peer = stage.reach(&self.to)?;
                let round_trip = stage.round_trip(&peer);
                let to = peer.port(self.port);
                return Ok((stage.me_at(to.ip, mine)?, to, round_trip));
            }
        };
        Ok((stage.me_at(to.ip, mine)?, to, 0))
    }
}

impl Tcp {
    pub(crate) fn perform(&self, stage: &mut Stage<'_>) -> Result<(), BuildError> {
        let peer = stage.reach(&self.to)?;
        let client = stage.my_port(&peer)?;
        let round_trip = stage.round_trip(&peer);
        let mut connection = Connection::open(stage, client, peer.port(self.port), round_trip)?;
        if let Some(greeting) = &self.greeting {
            let bytes = stage.carry(greeting);
            connection.say(stage, Side::Server, &bytes)?;
        }
        for turn in 0..self.count {
            if turn > 0 {
                stage.pass(self.pause.0);
            }
            let bytes = stage.carry(&self.send);
            connection.say(stage, Side::Client, &bytes)?;
            if let Some(reply) = &self.reply {
                let bytes = stage.carry(reply);
                connection.say(stage, Side::Server, &bytes)?;
            }
        }
        connection.close(stage)
    }
}

impl Stun {
    pub(crate) fn perform(&self, stage: &mut Stage<'_>) -> Result<(), BuildError> {
        const BINDING_REQUEST: [u8; 2] = [0, 1];
        const BINDING_SUCCESS: [u8; 2] = [1, 1];
        const COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
        /// The home as seen from outside, 192.0.2.254 port 40000, folded with the cookie.
        const XOR_MAPPED_ADDRESS: [u8; 12] = [
            0,
            0x20,
            0,
            8,
            0,
            1,
            0x9c ^ 0x21,
            0x40 ^ 0x12,
            0xc0 ^ 0x21,
            0x12,
            0x02 ^ 0xa4,
            0xfe ^ 0x42,
        ];

        let peer = stage.reach(&self.to)?;
        let transaction = stage.opaque(12);
        let request = [&BINDING_REQUEST[..], &[0, 0], &COOKIE, &transaction].concat();
        let answer =
            [&BINDING_SUCCESS[..], &[0, 12], &COOKIE, &transaction, &XOR_MAPPED_ADDRESS].concat();
        stage.ask(&peer, self.port, &request, &answer)
    }
}

impl Ping {
    pub(crate) fn perform(&self, stage: &mut Stage<'_>) -> Result<(), BuildError> {
        const PAYLOAD: &[u8] = b"abcdefghijklmnopqrstuvwabcdefghi";

        let peer = stage.reach(&self.to)?;
        let from = stage.my_port(&peer)?;
        let to = peer.port(0);
        let header = IcmpEchoHeader { id: from.port, seq: 1 };
        stage.send(link::ping(&from, &to, Icmpv4Type::EchoRequest(header), PAYLOAD)?);
        let round_trip = stage.round_trip(&peer);
        stage.pass(round_trip);
        stage.send(link::ping(&to, &from, Icmpv4Type::EchoReply(header), PAYLOAD)?);
        Ok(())
    }
}
