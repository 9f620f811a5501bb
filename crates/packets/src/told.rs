//! Traffic that others looked at: flows a router counted, answers a resolver kept.
//!
//! Whom it is recorded for, and whose port is the service's, is decided here exactly as for packets, so
//! that what was captured and what was counted elsewhere adds up under the same keys.

use std::net::IpAddr;

use evidence::{Host, Mac, Recorder, Service, Sighting, Timestamp, Traffic, Transport};

use crate::{
    home::{Ends, Home},
    ip::Datagram,
    link::Stations,
    pair::{Pair, Side},
    protocols, service,
};

/// One end of a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// Its address.
    pub ip: IpAddr,
    /// Its port; 0 where the transport has none.
    pub port: u16,
    /// Its station on the link where it was counted, where that was noted.
    pub station: Option<Mac>,
}

/// What was counted of one end: what it sent, and how it opened or broke off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Packets it sent.
    pub frames: u64,
    /// Their bytes, as far as whoever counted them did.
    pub bytes: u64,
    /// Connections it asked for.
    pub opened: u32,
    /// Connections it accepted.
    pub accepted: u32,
}

/// A flow as somebody else counted it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// Its two ends; the first sent the first packet, as far as that is known.
    pub ends: [End; 2],
    /// The IP protocol.
    pub transport: Transport,
    /// What each end did.
    pub counted: [Counted; 2],
    /// Connections broken off.
    pub reset: u32,
    /// Whether it was encrypted, where that was found out.
    pub encrypted: Option<bool>,
    /// When and where it begins.
    pub first: Sighting,
    /// When it ends.
    pub last: Timestamp,
}

/// Sees flows as the home's hosts see them.
#[derive(Debug)]
pub struct Views {
    home: Home,
}

impl Views {
    /// With the networks that belong to the home beside the private ranges, as address and prefix length.
    #[must_use]
    pub fn new(home_networks: &[(IpAddr, u8)]) -> Self {
        Self { home: Home::new(home_networks) }
    }

    /// For each of the two ends, the host that is recorded and the service as it sees it.
    #[must_use]
    pub fn of(&self, ends: [End; 2], transport: Transport) -> [Option<(Host, Service)>; 2] {
        let [from, to] = ends;
        let mut ports = [0; 4];
        for (place, byte) in
            ports.iter_mut().zip(from.port.to_be_bytes().into_iter().chain(to.port.to_be_bytes()))
        {
            *place = byte;
        }
        let station = |end: End| end.station.unwrap_or(Mac([0; 6])).into();
        let stations =
            Stations { source: station(from), destination: station(to), one_sided: false };
        let datagram = Datagram {
            source: from.ip.into(),
            destination: to.ip.into(),
            transport: transport.0,
            payload: &ports,
            length: ports.len(),
            hops: 0,
            fragment: None,
        };
        let seen = Ends::of(&stations, &datagram, self.home.way(&stations, &datagram));
        let who = seen.who(stations, crate::Share::WHOLE);
        let view = |side: Side| who.host(side).map(|host| (host, who.service(side)));
        [view(seen.from), view(seen.from.other())]
    }

    /// Adds a flow to the conversations of those of its ends that are recorded.
    pub fn record(&self, told: &Told, recorder: &mut Recorder) {
        let views = self.of(told.ends, told.transport);
        let [from, to] = told.counted;
        let pairs = [Pair { low: from, high: to }, Pair { low: to, high: from }];
        for (view, Pair { low: own, high: other }) in views.into_iter().zip(pairs) {
            let Some((host, service)) = view else { continue };
            let bytes = own.bytes.saturating_add(other.bytes);
            let under = |wanted| if told.encrypted == Some(wanted) { bytes } else { 0 };
            let traffic = Traffic {
                last: told.last.max(told.first.at),
                frames_up: own.frames,
                frames_down: other.frames,
                bytes_up: own.bytes,
                bytes_down: other.bytes,
                bytes_encrypted: under(true),
                bytes_clear: under(false),
                opened_by_host: own.opened,
                opened_by_peer: other.opened,
                accepted_by_host: own.accepted,
                accepted_by_peer: other.accepted,
                reset: told.reset,
                ..Traffic::new(told.first)
            };
            recorder.converse(host, service, &traffic);
        }
    }
}

/// Hands over every `name address` that a whole DNS answer gives; false if it is none.
pub fn answers(message: &[u8], note: impl FnMut(&str)) -> bool {
    protocols::answers::each(message, note).is_ok()
}

/// Whether, of two ports, the second is the service's; `None` where nothing tells.
#[must_use]
pub fn service_is_second(first: u16, second: u16) -> Option<bool> {
    service::is_left(second, first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flow_is_recorded_for_the_end_in_the_home() {
        let out = [end("192.168.1.5", 40_000), end("198.51.100.7", 443)];
        check(out, &["192.168.1.5 tcp to 198.51.100.7:443", "-"]);
        check([out[1], out[0]], &["-", "192.168.1.5 tcp to 198.51.100.7:443"]);
        let inside = [end("192.168.1.5", 40_000), end("192.168.1.9", 8009)];
        check(
            inside,
            &["192.168.1.5 tcp to 192.168.1.9:8009", "192.168.1.9 tcp on 8009 from 192.168.1.5"],
        );
        check(
            [end("192.168.1.5", 1900), end("239.255.255.250", 1900)],
            &["192.168.1.5 tcp to 239.255.255.250:1900", "-"],
        );
    }

    fn end(ip: &str, port: u16) -> End {
        End { ip: ip.parse().unwrap(), port, station: None }
    }

    #[track_caller]
    fn check(ends: [End; 2], expected: &[&str]) {
        let views = Views::new(&[])
            .of(ends, Transport::TCP)
            .map(|view| view.map_or("-".to_owned(), |(host, service)| format!("{host} {service}")));
        assert_eq!(views.as_slice(), expected);
    }
}
