//! Which protocol to try: by port, or by a first look at the bytes.

use crate::{
    protocol::{Opening, Protocol},
    protocols,
};

/// The protocols by port.
#[derive(Debug)]
pub(crate) struct Menu {
    datagram: Vec<(u16, u8)>,
    stream: Vec<(u16, u8)>,
}

impl Menu {
    pub(crate) fn new() -> Self {
        Self {
            datagram: by_port(|protocol| protocol.datagram_ports),
            stream: by_port(|protocol| protocol.stream_ports),
        }
    }

    pub(crate) fn by_port(&self, port: u16, in_stream: bool) -> Option<u8> {
        let ports = if in_stream { &self.stream } else { &self.datagram };
        let index = ports.binary_search_by_key(&port, |(port, _)| *port).ok()?;
        ports.get(index).map(|(_, protocol)| *protocol)
    }

    /// The first protocol that recognises the opening and can read it.
    pub(crate) fn recognise(opening: &Opening<'_>) -> Option<u8> {
        let reads = |protocol: &Protocol| {
            let able = if opening.in_stream {
                protocol.stream.is_some()
            } else {
                protocol.datagram.is_some()
            };
            able && (protocol.recognises)(opening)
        };
        protocols::ALL.iter().position(reads).and_then(|index| u8::try_from(index).ok())
    }

    pub(crate) fn protocol(index: u8) -> Option<&'static Protocol> {
        protocols::ALL.get(usize::from(index))
    }
}

/// Where two protocols name one port, the first in the list has it.
fn by_port(ports: impl Fn(&Protocol) -> &'static [u16]) -> Vec<(u16, u8)> {
    let mut all: Vec<(u16, u8)> = protocols::ALL
        .iter()
        .zip(0..)
        .flat_map(|(protocol, index)| ports(protocol).iter().map(move |port| (*port, index)))
        .collect();
    all.sort_unstable();
    all.dedup_by_key(|(port, _)| *port);
    all
}
