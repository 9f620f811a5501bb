//! From frames to the ledger: the one pass over a capture.
//!
//! Each frame is opened from the link up, counted in its flow, and its payload read as far as a
//! protocol wants it. What a flow amounts to is added to the ledger when it is over.

use std::net::{IpAddr, Ipv4Addr};

use evidence::{Field, Host, Recorder, Sighting, SourceId, Transport, fields};

use crate::{
    Frame, Seen, Share,
    account::Account,
    arp::Arp,
    cdp,
    clock::Clock,
    flow::{Flow, Moment},
    flows::Flows,
    fragments::{Fragments, Load, Loss, Outcome},
    groups,
    home::{Ends, Home, Way},
    ip::{self, Datagram},
    link::{self, Kind, Network, Packet, Stations, Tunnel, Unread},
    lldp,
    memo::Known,
    menu::Menu,
    neighbours,
    pair::Side,
    pool::Pool,
    protocol::{Sink as _, Whose},
    protocols::Text,
    reading::Desk,
    scribe::Scribe,
    tcp::Segment,
};

/// What a dissector is told beside the frames.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Which hosts to record.
    pub share: Share,
    /// Networks that belong to the home, as address and prefix length, beside the private ranges.
    pub home_networks: Vec<(IpAddr, u8)>,
}

/// Reads frames and writes what they show to a [`Recorder`].
///
/// Between [`begin_source`](Self::begin_source) and [`end_source`](Self::end_source) all frames are
/// of one source. Only at a source's end, or by [`tell_all`](Self::tell_all), is everything written.
#[derive(Debug)]
pub struct Dissector {
    share: Share,
    home: Home,
    menu: Menu,
    known: Known,
    name: String,
    source: SourceId,
    account: Account,
    flows: Flows,
    fragments: Fragments,
    pool: Pool,
    clock: Clock,
}

/// A datagram with what brought it.
#[derive(Clone, Copy)]
struct Arrival<'a> {
    stations: Stations,
    way: Way,
    datagram: Datagram<'a>,
    load: Load,
    moment: Moment,
    /// Whether the capture lacks a part of it.
    cut: bool,
}

impl Dissector {
    /// Starts with no source.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self {
            share: settings.share,
            home: Home::new(&settings.home_networks),
            menu: Menu::new(),
            known: Known::default(),
            name: String::new(),
            source: SourceId::of(""),
            account: Account::default(),
            flows: Flows::default(),
            fragments: Fragments::default(),
            pool: Pool::default(),
            clock: Clock::default(),
        }
    }

    /// From here on, frames are of the source `name`. Ends the one before, if that was not done.
    pub fn begin_source(&mut self, recorder: &mut Recorder, name: &str) {
        if !self.name.is_empty() {
            self.end_source(recorder);
        }
        name.clone_into(&mut self.name);
        self.source = SourceId::of(name);
        recorder.source(name);
    }

    /// Counts frames that passed the source and that nobody could look at.
    pub fn count_lost(&mut self, frames: u64) {
        if self.share.counts() {
            self.account.lost(frames);
        }
    }

    /// From here on, keeps what each flow was taken for, until [`take_flows`](Self::take_flows).
    pub fn keep_flows(&mut self) {
        self.account.seen = Some(Vec::new());
    }

    /// The flows that ended since the last call, if they are kept.
    pub fn take_flows(&mut self) -> Vec<Seen> {
        self.account.seen.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Tells the ledger what was counted since it was last told, and goes on: nothing is cut through.
    /// New flows are told at once, old ones when there is a minute to tell, so that merged ledgers
    /// show what one pass would of live streams too.
    pub fn tell(&mut self, recorder: &mut Recorder) {
        let now = self.clock.now;
        self.tell_those(recorder, |flow| flow.is_worth_telling(now));
    }

    /// Tells the ledger everything, as [`tell`](Self::tell) does, however little: for a source that
    /// went quiet.
    pub fn tell_all(&mut self, recorder: &mut Recorder) {
        self.tell_those(recorder, |_| true);
    }

    fn tell_those(&mut self, recorder: &mut Recorder, wanted: impl Fn(&Flow) -> bool) {
        let Self { flows, account, pool, source, .. } = self;
        flows.each(|flow| {
            flow.tell_repeats(recorder, account, pool);
            if wanted(flow) {
                flow.tell(recorder, account, *source);
            }
        });
        self.account.settle(recorder, &self.name);
    }

    /// Writes everything that is still open, and the source's account.
    pub fn end_source(&mut self, recorder: &mut Recorder) {
        let mut lost = Vec::new();
        self.fragments.clear(|loss| lost.push(loss));
        self.lose(recorder, lost);
        let Self { flows, account, pool, source, .. } = self;
        flows.drain(|flow| conclude(flow, true, recorder, account, pool, *source));
        self.account.settle(recorder, &self.name);
        self.clock = Clock::default();
        self.name.clear();
    }

    /// Reads one frame.
    #[inline]
    pub fn observe(&mut self, recorder: &mut Recorder, frame: &Frame<'_>) {
        if self.share.counts() {
            self.account.frame(frame.at, frame.wire_length);
        }
        if self.clock.tick(frame.at) {
            self.sweep(recorder);
        }
        match link::open_plain(frame.link, frame.bytes) {
            Some((stations, bytes)) => match ip::version_4(bytes) {
                Some(datagram) => self.datagram(recorder, frame, stations, datagram),
                None => self.broken("ipv4", frame.is_cut()),
            },
            None => self.look_through(recorder, frame),
        }
    }

    /// Reads a frame of any kind.
    #[inline(never)]
    fn look_through(&mut self, recorder: &mut Recorder, frame: &Frame<'_>) {
        let Packet { stations, network, bytes } = match link::open(frame.link, frame.bytes) {
            Ok(packet) => packet,
            Err(Unread::Broken(name)) => return self.broken(name, frame.is_cut()),
            Err(Unread::Skipped(kind)) => return self.skipped(kind),
        };
        let (datagram, name) = match network {
            Network::Ipv4 => (ip::version_4(bytes), "ipv4"),
            Network::Ipv6 => (ip::version_6(bytes), "ipv6"),
            Network::Arp => return self.arp(recorder, frame, bytes),
            Network::Lldp => {
                let noter = self.noter(recorder, Moment { at: frame.at, frame: frame.number });
                let is_whole = lldp::notes(stations.source.into(), bytes, noter);
                return self.told(is_whole, "lldp", frame);
            }
            Network::Cdp => {
                let noter = self.noter(recorder, Moment { at: frame.at, frame: frame.number });
                let is_whole = cdp::notes(stations.source.into(), bytes, noter);
                return self.told(is_whole, "cdp", frame);
            }
        };
        match datagram {
            Some(datagram) => self.datagram(recorder, frame, stations, datagram),
            None => self.broken(name, frame.is_cut()),
        }
    }

    #[inline]
    fn datagram(
        &mut self,
        recorder: &mut Recorder,
        frame: &Frame<'_>,
        stations: Stations,
        datagram: Datagram<'_>,
    ) {
        let way = self.home.way(&stations, &datagram);
        if self.share != Share::WHOLE
            && datagram.fragment.is_none()
            && way.is_others(&datagram, self.share)
        {
            return;
        }
        let moment = Moment { at: frame.at, frame: frame.number };
        let load =
            Load { first: moment, last: frame.at, frames: 1, bytes: u64::from(frame.wire_length) };
        let cut = datagram.payload.len() < datagram.length && frame.is_cut();
        let arrival = Arrival { stations, way, datagram, load, moment, cut };
        if datagram.fragment.is_some() {
            self.fragment(recorder, arrival);
        } else {
            self.arrive(recorder, &arrival);
        }
    }

    fn fragment(&mut self, recorder: &mut Recorder, arrival: Arrival<'_>) {
        let Arrival { stations, datagram, load, cut, .. } = arrival;
        let bare = Datagram { payload: &[], length: 0, ..datagram };
        match self.fragments.add(stations, &datagram, load, self.clock.now) {
            Outcome::Whole(payload, load) => {
                let whole = datagram.whole(&payload);
                if whole.is_none() {
                    self.broken("ipv6", false);
                }
                let datagram = whole.unwrap_or(bare);
                self.arrive(recorder, &Arrival { datagram, load, cut: false, ..arrival });
            }
            Outcome::Waiting => {}
            Outcome::Repeated => self.arrive(recorder, &Arrival { datagram: bare, ..arrival }),
            Outcome::Broken(load) => {
                self.broken("ip fragments", cut);
                self.arrive(recorder, &Arrival { datagram: bare, load, ..arrival });
            }
        }
        if self.fragments.is_full() {
            self.sweep(recorder);
        }
    }

    /// Counts a datagram in its flow and reads its payload.
    #[inline]
    fn arrive(&mut self, recorder: &mut Recorder, arrival: &Arrival<'_>) {
        let Arrival { stations, way, datagram, load, moment, .. } = arrival;
        let (ends, share) = (Ends::of(stations, datagram, *way), self.share);
        if !ends.are_recorded(stations, share) {
            return;
        }
        let (from, who) = (ends.from, || ends.who(*stations, share));
        let Self { flows, account, pool, menu, known, source, clock, .. } = self;
        let now = clock.now;
        let (flow, active) = flows.find(&ends.key, now, || Flow::new(who(), load.first));
        let segment = match Transport(datagram.transport) {
            Transport::TCP => Segment::read(datagram.payload, datagram.length),
            _ => None,
        };
        let is_over = flow.is_over(active, now);
        if is_over || segment.is_some_and(|segment| flow.is_reopened(from, &segment)) {
            let over = std::mem::replace(flow, Flow::new(who(), load.first));
            conclude(over, false, recorder, account, pool, *source);
        }
        flow.count(from, load);
        // Who hands a packet on is named after who sent it.
        if stations.one_sided && flow.who.learned.of(from).is_none() {
            *flow.who.learned.of_mut(from) = stations.source;
        }
        if let Some(segment) = segment.filter(|segment| segment.flags.changes_state()) {
            flow.follow(from, &segment);
        }
        if !segment.is_some_and(|segment| segment.is_empty()) {
            let mut desk =
                Desk { recorder, account, pool, menu, known, source: *source, moment: *moment };
            arrival.read(flow, from, segment, &mut desk);
        }
        if self.flows.is_full() {
            self.forget(recorder);
        }
    }

    fn arp(&mut self, recorder: &mut Recorder, frame: &Frame<'_>, bytes: &[u8]) {
        let moment = Moment { at: frame.at, frame: frame.number };
        match Arp::read(bytes) {
            Some(arp) => arp.notes(self.noter(recorder, moment)),
            None => self.broken("arp", frame.is_cut()),
        }
    }

    /// Counts a message to the neighbour that breaks off.
    fn told(&mut self, is_whole: bool, name: &'static str, frame: &Frame<'_>) {
        if !is_whole {
            self.broken(name, frame.is_cut());
        }
    }

    /// Takes down what a frame says of a host outside any flow.
    fn noter<'a>(
        &self,
        recorder: &'a mut Recorder,
        moment: Moment,
    ) -> impl FnMut(Host, Field, &str) + use<'a> {
        let sighting = Sighting { at: moment.at, source: self.source, frame: moment.frame };
        let share = self.share;
        move |host, field, value| {
            if share.holds(&host) {
                recorder.observe(host, None, field, value, sighting);
            }
        }
    }

    fn skipped(&mut self, kind: Kind) {
        if self.share.counts() {
            self.account.skipped(kind);
        }
    }

    /// Counts a message that cannot be read, be it the capture's fault or the sender's.
    fn broken(&mut self, name: &'static str, cut: bool) {
        match (self.share.counts(), cut) {
            (false, _) => {}
            (true, true) => self.account.cut(),
            (true, false) => self.account.malformed(name),
        }
    }

    fn sweep(&mut self, recorder: &mut Recorder) {
        let Self { flows, account, pool, source, .. } = self;
        flows.sweep(self.clock.now, |flow| conclude(flow, false, recorder, account, pool, *source));
        let mut lost = Vec::new();
        self.fragments.sweep(self.clock.now, |loss| lost.push(loss));
        self.lose(recorder, lost);
    }

    fn forget(&mut self, recorder: &mut Recorder) {
        let Self { flows, account, pool, source, .. } = self;
        flows.forget(|flow| {
            if flow.who.counts {
                recorder.forget_stream();
            }
            conclude(flow, false, recorder, account, pool, *source);
        });
    }

    /// Counts datagrams of which pieces never came.
    fn lose(&mut self, recorder: &mut Recorder, lost: Vec<Loss>) {
        for Loss { stations, source, destination, transport, load } in lost {
            self.broken("ip fragments", true);
            let (payload, length, hops, fragment): (&[u8], _, _, _) = (&[], 0, 0, None);
            let datagram =
                Datagram { source, destination, transport, payload, length, hops, fragment };
            let moment = load.first;
            let way = self.home.way(&stations, &datagram);
            self.arrive(recorder, &Arrival { stations, way, datagram, load, moment, cut: true });
        }
    }
}

impl Arrival<'_> {
    /// Reads what the datagram brings.
    #[inline]
    fn read(&self, flow: &mut Flow, from: Side, segment: Option<Segment<'_>>, desk: &mut Desk<'_>) {
        let Self { datagram, cut, .. } = *self;
        match (Transport(datagram.transport), segment) {
            (Transport::TCP, Some(segment)) => {
                flow.reading.segment(&flow.who, from, &segment, desk);
            }
            (Transport::UDP, _) if datagram.payload.len() >= UDP_HEADER_BYTES => {
                if datagram.payload.get(2..4) == Some(&VXLAN_PORT) && flow.who.counts {
                    desk.account.skipped(Kind::Inside(Tunnel::Vxlan));
                }
                flow.datagram(from, datagram.payload, cut, desk);
            }
            (Transport::TCP | Transport::UDP, _) if datagram.length > 0 => {
                let name = if datagram.transport == Transport::TCP.0 { "tcp" } else { "udp" };
                desk.scribe(&flow.who, from, cut).malformed(name);
            }
            (Transport::ICMPV6 | Transport::IGMP, _) => {
                control(datagram, &mut desk.scribe(&flow.who, from, cut));
            }
            (Transport(IP_IN_IP | IPV6_IN_IP), _) if flow.who.counts => {
                desk.account.skipped(Kind::Inside(Tunnel::Ip));
            }
            (Transport(GRE), _) if flow.who.counts => {
                desk.account.skipped(Kind::Inside(Tunnel::Gre));
            }
            _ => {}
        }
    }
}

/// Adds what a flow amounts to to the ledger.
fn conclude(
    mut flow: Flow,
    at_end: bool,
    recorder: &mut Recorder,
    account: &mut Account,
    pool: &mut Pool,
    source: SourceId,
) {
    account.flow(&flow);
    flow.reading.close(&flow.who, at_end, account, pool);
    flow.tell_repeats(recorder, account, pool);
    flow.record(recorder, account, source);
}

/// Reads what the network layer's own messages say of their sender.
fn control(datagram: Datagram<'_>, scribe: &mut Scribe<'_>) {
    // What neighbours say was never handed on (RFC 4861, sections 6.1 and 7.1).
    let from_afar = datagram.transport == Transport::ICMPV6.0 && datagram.hops != u8::MAX;
    if datagram.length == 0 || from_afar {
        return;
    }
    let mut note = |field, value: &str| scribe.note(Whose::Sender, field, value, false);
    let (whole, name) = if datagram.transport == Transport::IGMP.0 {
        let join =
            |group: Ipv4Addr| note(fields::IGMP_GROUP, &Text::from(IpAddr::from(group)).get());
        (groups::read(datagram.payload, join), "igmp")
    } else {
        (neighbours::read(datagram.payload, note), "icmpv6")
    };
    if !whole {
        scribe.malformed(name);
    }
}

const UDP_HEADER_BYTES: usize = 8;

/// Port 4789, as it is on the wire (RFC 7348, section 5).
const VXLAN_PORT: [u8; 2] = [0x12, 0xb5];

/// Protocols that carry packets, from IANA's registry.
const IP_IN_IP: u8 = 4;
const IPV6_IN_IP: u8 = 41;
const GRE: u8 = 47;

#[cfg(test)]
mod tests;
