//! `ntp`: asks what time it is (RFC 5905, client and server mode).

use serde::Deserialize;
use tls_codec::{Serialize, TlsSerialize, TlsSize};

use crate::quantity::{MILLISECOND, SECOND};
use crate::stage::{BuildError, Stage, encoder};

/// Asks `to`, and gets an answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ntp {
    to: String,
}

/// An NTP packet: plain big-endian fields, which the TLS encoder writes as well.
#[derive(Clone, Default, TlsSerialize, TlsSize)]
struct Packet {
    /// Leap indicator, version, mode.
    kind: u8,
    stratum: u8,
    poll: u8,
    precision: u8,
    root_delay: u32,
    root_dispersion: u32,
    reference: u32,
    reference_time: u64,
    origin_time: u64,
    receive_time: u64,
    transmit_time: u64,
}

impl Ntp {
    pub(crate) fn perform(&self, stage: &mut Stage<'_>) -> Result<(), BuildError> {
        const CLIENT: u8 = 0b00_100_011;
        const SERVER: u8 = 0b00_100_100;

        let peer = stage.reach(&self.to)?;
        let asked = timestamp(stage.now());
        let request = Packet { kind: CLIENT, transmit_time: asked, ..Packet::default() };
        let there = timestamp(stage.now() + 10 * MILLISECOND);
        let answer = Packet {
            kind: SERVER,
            stratum: 2,
            precision: 0xe9,
            reference: 0xc000_027b,
            reference_time: timestamp(stage.now() - 60 * SECOND),
            origin_time: asked,
            receive_time: there,
            transmit_time: there,
            ..request
        };
        let written =
            |packet: &Packet| packet.tls_serialize_detached().map_err(encoder("NTP packet"));
        stage.ask(&peer, 123, &written(&request)?, &written(&answer)?)
    }
}

/// Seconds since 1900 and their fraction, 32 bits each.
const fn timestamp(nanoseconds: u64) -> u64 {
    /// From 1900 to 1970.
    const EPOCH: u64 = 2_208_988_800;

    let seconds = nanoseconds / SECOND + EPOCH;
    let fraction = ((nanoseconds % SECOND) << 32) / SECOND;
    seconds << 32 | fraction
}
