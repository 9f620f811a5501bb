//! `arp-sweep`, `syn-sweep`: one host looks for many.

use std::net::{IpAddr, Ipv4Addr};

use serde::Deserialize;

use crate::link::Endpoint;
use crate::quantity::{MILLISECOND, Span};
use crate::stage::{BuildError, Stage};
use crate::tcp;

/// Asks for every address of the home's network by ARP; those who are there answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ArpSweep {
    /// How many addresses, counted from the network's first.
    #[serde(default = "a_whole_network")]
    addresses: usize,
}

/// Calls many hosts outside on the same ports.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SynSweep {
    ports: Vec<u16>,
    hosts: u32,
    #[serde(default = "half_a_second")]
    pause: Span,
}

const fn a_whole_network() -> usize {
    254
}

const fn half_a_second() -> Span {
    Span(500 * MILLISECOND)
}

impl ArpSweep {
    pub(crate) fn perform(&self, stage: &mut Stage<'_>) -> Result<(), BuildError> {
        let home = stage.home;
        for ip in home.network.hosts().take(self.addresses).filter(|&ip| ip != stage.me.ip) {
            stage.ask_arp(ip, home.host_at(ip.into()))?;
            stage.pass(4 * MILLISECOND);
        }
        Ok(())
    }
}

impl SynSweep {
    pub(crate) fn perform(&self, stage: &mut Stage<'_>) -> Result<(), BuildError> {
        /// Of four hosts outside, one says that nobody listens; the others say nothing.
        const ONE_IN: u64 = 4;

        for _ in 0..self.hosts {
            let outside = stranger(stage);
            for &port in &self.ports {
                let any_port = stage.any_port();
                let client = stage.me_at(outside.ip, any_port)?;
                let refused = stage.any_of(0, ONE_IN) == 0;
                tcp::knock(stage, client, Endpoint { port, ..outside }, refused)?;
                stage.pass(self.pause.0);
            }
        }
        Ok(())
    }
}

/// Some host outside that is nobody's server, out of the ranges kept for documentation (RFC 5737).
fn stranger(stage: &mut Stage<'_>) -> Endpoint {
    const RANGES: [[u8; 3]; 3] = [[192, 0, 2], [198, 51, 100], [203, 0, 113]];
    /// Every range has a few hundred addresses that no name is given.
    const TRIES: usize = 50;

    let mut ip = Ipv4Addr::new(192, 0, 2, 254);
    for _ in 0..TRIES {
        let number = stage.any_of(0, 3 * 253);
        let range = usize::try_from(number / 253).ok().and_then(|range| RANGES.get(range));
        let [a, b, c] = range.copied().unwrap_or([192, 0, 2]);
        ip = Ipv4Addr::new(a, b, c, u8::try_from(number % 253 + 1).unwrap_or(1));
        if stage.home.servers.values().all(|server| server.ipv4 != ip) {
            break;
        }
    }
    Endpoint { mac: stage.home.gateway.mac, ip: IpAddr::V4(ip), port: 0, hops: 49 }
}
