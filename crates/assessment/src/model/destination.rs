//! Where a device's data goes.

use std::{net::IpAddr, sync::Arc};

use evidence::{Field, Sampled, Timestamp};
use knowledge::kinds::{Country, Purpose};

use super::{Confidence, EvidenceId, Party};

/// Somewhere outside the network that a device talks with. What is said of many alike is shared.
#[derive(Clone, Debug, PartialEq)]
pub struct Destination {
    /// The name it was reached by; the address where no name was seen. Untrusted.
    pub name: Box<str>,
    /// How the name is known; `None` where it is an address.
    pub named_by: Option<Field>,
    /// The registrable domain.
    pub domain: Option<Arc<str>>,
    /// Its addresses, in order.
    pub addresses: Box<[IpAddr]>,
    /// Services used, as `tcp/443`, in order.
    pub services: Arc<[Box<str>]>,
    /// The organisation behind the name, by the pack.
    pub organisation: Option<Arc<Party>>,
    /// The country the servers stand in, and how that is known.
    pub server_country: Option<ServerCountry>,
    /// The operator of the network the servers are in.
    pub operator: Option<Arc<str>>,
    /// What for.
    pub purpose: Purpose,
    /// The pack's destination entry: its suffix.
    pub entry: Option<Arc<str>>,
    /// Bytes from the device.
    pub bytes_up: u64,
    /// Bytes to the device.
    pub bytes_down: u64,
    /// Whether others can read along.
    pub encryption: Encryption,
    /// What the first bytes looked like of streams of which no protocol tells whether they are
    /// encrypted.
    pub sampled: Sampled,
    /// What went up there in streams with the shape of live sound or video.
    pub stream: Option<Stream>,
    /// How many TCP connections the device asked for.
    pub connections: u64,
    /// When first and last.
    pub first: Timestamp,
    /// See above.
    pub last: Timestamp,
    /// How sure the name and organisation are.
    pub confidence: Confidence,
    /// Why.
    pub evidence: Box<[EvidenceId]>,
}

impl Destination {
    /// Fewer connections have no rhythm; our choice.
    const FEWEST_CONNECTIONS: u64 = 4;

    /// Seconds from one connection to the next, on average; `None` where there were too few. It says
    /// nothing of how regular they were.
    #[must_use]
    pub fn interval(&self) -> Option<u64> {
        let gaps = self.connections.checked_sub(1)?;
        let enough = self.connections >= Self::FEWEST_CONNECTIONS;
        enough.then(|| self.last.since(self.first) / 1_000_000_000 / gaps)
    }
}

/// A steady stream from the device: long, and mostly from it. That is the shape of live sound or video,
/// and of a long upload as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream {
    /// Bytes from the device.
    pub bytes: u64,
    /// For how long, all streams together.
    pub seconds: u64,
}

impl Stream {
    /// Thousands of bits a second, on average.
    #[must_use]
    pub fn rate(&self) -> u64 {
        self.bytes.saturating_mul(8) / 1_000 / self.seconds.max(1)
    }
}

/// Where servers stand, with how that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerCountry {
    /// The country the address block is registered in: often, not always, where it is used.
    Registered(Country),
    /// Many places at once: anycast or a delivery network.
    Anywhere,
}

/// Whether others on the way can read along.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Encryption {
    /// All streams recognised are encrypted.
    Encrypted,
    /// None is.
    Clear,
    /// Some are.
    Mixed,
    /// None was recognised.
    #[default]
    Unknown,
}
