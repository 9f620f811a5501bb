//! Plays bytes to a protocol as the flow table would: for the protocols' own tests.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use evidence::{Field, Timestamp};

use crate::{
    memo::{Known, Saying},
    protocol::{Cover, Notes, Progress, Protocol, Sink, Whose},
};

const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 10));
const SERVER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

/// One flow of one protocol, and what was noted of it.
pub(crate) struct Rehearsal {
    protocol: Protocol,
    port: u16,
    at: Timestamp,
    memory: u64,
    store: Vec<u8>,
    cover: Cover,
    known: Known,
    directions: [Direction; 2],
    heard: Heard,
}

/// Bytes of a stream not consumed yet, and whether more are wanted.
#[derive(Default)]
struct Direction {
    waiting: Vec<u8>,
    ended: Option<Progress>,
}

#[derive(Default)]
struct Heard {
    lines: Vec<String>,
    malformed: usize,
}

impl Sink for Heard {
    fn note(&mut self, whose: Whose, field: Field, value: &str, in_conversation: bool) {
        let whose = match whose {
            Whose::Sender => "sender".to_owned(),
            Whose::Receiver => "receiver".to_owned(),
            Whose::Named(host) => host.to_string(),
        };
        let here = if in_conversation { " here" } else { "" };
        self.lines.push(format!("{whose}{here} {field} {value}"));
    }

    fn again(&mut self, saying: &Arc<Saying>) {
        saying.repeat(self);
    }

    fn malformed(&mut self, _protocol: &'static str) {
        self.malformed += 1;
    }
}

impl Rehearsal {
    /// Plays every beginning of `sample`, and `sample` with each byte replaced.
    pub(crate) fn survives_damage(protocol: Protocol, port: u16, sample: &[u8]) {
        for length in 0..=sample.len() {
            Self::plays(protocol, port, &sample[..length]);
        }
        let mut damaged = sample.to_vec();
        for position in 0..sample.len() {
            for byte in [0, 1, 0x3f, 0x7f, 0xc0, 0xff, sample[position] ^ 1, sample[position]] {
                damaged[position] = byte;
                Self::plays(protocol, port, &damaged);
            }
        }
    }

    /// Plays `bytes` from both ends, as a datagram and as a stream where the protocol has them.
    fn plays(protocol: Protocol, port: u16, bytes: &[u8]) {
        let mut flow = Self::new(protocol, port);
        for to_server in [true, false] {
            if protocol.datagram.is_some() {
                flow.datagram(bytes, to_server);
            }
            if protocol.stream.is_some() {
                flow.stream(bytes, to_server);
            }
        }
    }

    /// A new flow to the service's `port`.
    pub(crate) fn new(protocol: Protocol, port: u16) -> Self {
        let cover = protocol.cover;
        Self {
            protocol,
            port,
            at: Timestamp(1_700_000_000_000_000_000),
            memory: 0,
            store: Vec::new(),
            cover,
            known: Known::default(),
            directions: Default::default(),
            heard: Heard::default(),
        }
    }

    /// The next bytes of the stream from the client.
    pub(crate) fn client(mut self, bytes: &[u8]) -> Self {
        self.stream(bytes, true);
        self
    }

    /// The next bytes of the stream from the server.
    pub(crate) fn server(mut self, bytes: &[u8]) -> Self {
        self.stream(bytes, false);
        self
    }

    /// A datagram from the client.
    pub(crate) fn asked(mut self, bytes: &[u8]) -> Self {
        self.datagram(bytes, true);
        self
    }

    /// A datagram from the server.
    pub(crate) fn answered(mut self, bytes: &[u8]) -> Self {
        self.datagram(bytes, false);
        self
    }

    /// What was noted so far, one line each: `sender here tls.sni camera.example`.
    pub(crate) fn lines(&self) -> Vec<&str> {
        self.heard.lines.iter().map(String::as_str).collect()
    }

    /// How many messages were counted as malformed.
    pub(crate) fn malformed(&self) -> usize {
        self.heard.malformed
    }

    /// The flow's cover as it is now.
    pub(crate) fn cover(&self) -> Cover {
        self.cover
    }

    /// How reading the stream from that end ended, if it did.
    pub(crate) fn ended(&self, to_server: bool) -> Option<Progress> {
        self.directions[usize::from(to_server)].ended
    }

    fn datagram(&mut self, bytes: &[u8], to_server: bool) {
        let read = self.protocol.datagram.expect("reads datagrams");
        if read(bytes, &mut self.notes(to_server)).is_err() {
            self.heard.malformed += 1;
        }
    }

    fn stream(&mut self, bytes: &[u8], to_server: bool) {
        let read = self.protocol.stream.expect("reads streams");
        let mut waiting = std::mem::take(&mut self.directions[usize::from(to_server)].waiting);
        waiting.extend_from_slice(bytes);
        while !waiting.is_empty() && self.ended(to_server).is_none() {
            match read(&waiting, &mut self.notes(to_server)) {
                Progress::Consumed(count) => {
                    assert!(count > 0, "a dissector that consumes nothing would loop");
                    waiting.drain(..count.min(waiting.len()));
                }
                Progress::More => break,
                end => self.directions[usize::from(to_server)].ended = Some(end),
            }
        }
        self.directions[usize::from(to_server)].waiting = waiting;
        assert!(self.store.len() <= Notes::STORE_BYTES, "the store outgrew its limit");
    }

    fn notes(&mut self, to_server: bool) -> Notes<'_> {
        Notes {
            at: self.at,
            to_server,
            port: self.port,
            sender: Some(if to_server { CLIENT } else { SERVER }),
            memory: &mut self.memory,
            store: &mut self.store,
            cover: &mut self.cover,
            known: &mut self.known,
            sink: &mut self.heard,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::{protocol::Opening, protocols::ALL};

    proptest! {
        #[test]
        fn no_protocol_panics_on_any_bytes(bytes in vec(any::<u8>(), 0..600), port in any::<u16>()) {
            for protocol in ALL {
                for in_stream in [true, false] {
                    (protocol.recognises)(&Opening { bytes: &bytes, in_stream, port });
                }
                Rehearsal::plays(*protocol, port, &bytes);
            }
        }
    }
}
