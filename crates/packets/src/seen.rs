//! What each flow was taken for.
//!
//! The ledger keeps what flows say, by host, and not the protocol of each: for that, who compares
//! this crate with other dissectors asks [`Dissector::keep_flows`](crate::Dissector::keep_flows).
//! Nothing is kept otherwise.

use std::net::IpAddr;

use evidence::Transport;

use crate::{flow::Flow, pair::Pair};

/// A flow that is over, and what it was taken for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Seen {
    /// What carries it.
    pub transport: Transport,
    /// Its two ends, the lower first; ports are 0 where the transport has none.
    pub ends: [(IpAddr, u16); 2],
    /// The name of the protocol that recognised it or has read some of it.
    pub protocol: Option<&'static str>,
    /// Whether either end sent any payload; without, there is nothing to recognise.
    pub spoke: bool,
}

impl Seen {
    pub(crate) fn new(flow: &Flow) -> Self {
        let Pair { low, high } = flow.who.key.ends;
        let end = |end: crate::flow::End| (end.address.ip(), end.port());
        let mut ends = [end(low), end(high)];
        ends.sort_unstable();
        Self {
            transport: Transport(flow.who.key.transport),
            ends,
            protocol: flow.reading.protocol(flow.who.key.transport == Transport::TCP.0),
            spoke: flow.reading.has_begun(),
        }
    }
}
