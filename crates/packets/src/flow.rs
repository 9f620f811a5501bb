//! A flow: the packets of two ends and two ports, until it goes quiet.
//!
//! An end that is recorded is told apart by its station too, so that what a host is credited with
//! came in frames that bore its address.

use evidence::{
    Host, Party, Recorder, Sampled, Service, Sighting, SourceId, Timestamp, Traffic, Transport,
};

use crate::{
    account::Account,
    fragments::Load,
    ip::Address,
    pair::{Pair, Side},
    pool::Pool,
    protocol::Cover,
    reading::{Desk, Reading},
    repeats::Repeat,
    scribe::Scribe,
    station::Station,
    tcp::Segment,
};

/// How long flows may be quiet, in nanoseconds of packet time; our choice. Connections of home
/// devices are kept alive every few minutes; closed ones only see a late segment or two.
const TCP_QUIET: u64 = 15 * 60 * 1_000_000_000;
const DATAGRAM_QUIET: u64 = 2 * 60 * 1_000_000_000;
const SHORTEST_QUIET: u64 = 60 * 1_000_000_000;
/// How much of a flow that goes on is told at once, in nanoseconds of packet time; our choice.
const LONG_ENOUGH: u64 = 60 * 1_000_000_000;

/// What tells flows apart; the same for both directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) ends: Pair<End>,
    pub(crate) transport: u8,
}

/// One end of a flow. Ordered, so that both directions find the same low end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct End {
    pub(crate) address: Address,
    /// The port, above it the station if the end is recorded and the link names both.
    tail: u64,
}

/// Who is in a flow, and what this worker does about it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Who {
    pub(crate) key: Key,
    /// Stations seen where the link names senders only.
    pub(crate) learned: Pair<Station>,
    /// Which end's port is the service's.
    pub(crate) server: Side,
    /// The station that forwards for the end outside; zero where there is none or it is not named.
    pub(crate) router: Station,
    /// Which ends this worker records.
    pub(crate) mine: Pair<bool>,
    /// Whether this worker counts what is wrong with the flow's messages.
    pub(crate) counts: bool,
}

/// A flow so far.
#[derive(Debug)]
pub(crate) struct Flow {
    pub(crate) who: Who,
    /// What was counted since the ledger was last told.
    pub(crate) tally: Tally,
    /// Which ends were heard in what the ledger was told.
    told: Pair<bool>,
    /// Whether it was broken off, which counts once.
    broken_off: bool,
    pub(crate) reading: Reading,
}

/// Frames and connections counted, by the end they came from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tally {
    pub(crate) first: Moment,
    pub(crate) last: Timestamp,
    pub(crate) frames: Pair<u64>,
    pub(crate) bytes: Pair<u64>,
    pub(crate) opened: Pair<u32>,
    pub(crate) accepted: Pair<u32>,
    pub(crate) reset: u32,
}

/// A frame's time and number; earlier is less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment {
    pub(crate) at: Timestamp,
    pub(crate) frame: u64,
}

/// Whether a flow whose latest frame was at `active` goes on at `now`, whatever its state is.
#[inline]
pub(crate) fn is_lately(active: Timestamp, now: Timestamp) -> bool {
    now.since(active) <= SHORTEST_QUIET
}

impl End {
    #[inline]
    pub(crate) const fn new(address: Address, port: u16, station: Station) -> Self {
        Self { address, tail: station.over(port) }
    }

    const fn station(self) -> Station {
        Station::at_start_of(self.tail.to_be_bytes())
    }

    #[inline]
    pub(crate) const fn port(self) -> u16 {
        (self.tail & 0xffff) as u16
    }
}

impl Who {
    /// The host at `side`, if it is recorded.
    pub(crate) fn host(&self, side: Side) -> Option<Host> {
        let end = self.key.ends.of(side);
        let known = end.station();
        let station = if known.is_none() { *self.learned.of(side) } else { known };
        let host = || Host::new(Some(station.into()), Some(end.address.ip()));
        self.mine.of(side).then(host).flatten()
    }

    /// Whether stations are known only as they speak.
    pub(crate) fn learns(&self) -> bool {
        !self.learned.low.is_none() || !self.learned.high.is_none()
    }

    /// The flow's service as the host at `side` sees it.
    pub(crate) fn service(&self, side: Side) -> Service {
        let port = self.key.ends.of(self.server).port();
        let server = if self.server == side && port != 0 { Party::Host } else { Party::Peer };
        let transport = Transport(self.key.transport);
        Service { peer: self.key.ends.of(side.other()).address.ip(), transport, port, server }
    }
}

impl Flow {
    #[inline]
    pub(crate) const fn new(who: Who, first: Moment) -> Self {
        let told = Pair { low: false, high: false };
        Self { who, tally: Tally::new(first), told, broken_off: false, reading: Reading::new() }
    }

    /// Whether it was quiet for longer than its state allows; its latest frame was at `active` by the
    /// packet clock.
    #[inline]
    pub(crate) fn is_over(&self, active: Timestamp, now: Timestamp) -> bool {
        !is_lately(active, now) && now > self.lasts(active)
    }

    /// Until when it goes on if it stays quiet; its latest frame was at `active` by the packet clock.
    pub(crate) fn lasts(&self, active: Timestamp) -> Timestamp {
        Timestamp(active.0.saturating_add(self.longest_quiet()))
    }

    fn longest_quiet(&self) -> u64 {
        match Transport(self.who.key.transport) {
            Transport::TCP if self.reading.is_closed() => SHORTEST_QUIET,
            Transport::TCP => TCP_QUIET,
            _ => DATAGRAM_QUIET,
        }
    }

    /// Whether a segment opens another connection between the same ports.
    #[inline]
    pub(crate) fn is_reopened(&self, from: Side, segment: &Segment<'_>) -> bool {
        segment.flags.synchronises()
            && (*self.tally.frames.of(from) > 0 || *self.told.of(from))
            && *self.reading.initial.of(from) != Some(segment.sequence)
    }

    /// Counts what came from one end.
    #[inline]
    pub(crate) fn count(&mut self, from: Side, load: &Load) {
        let tally = &mut self.tally;
        tally.first = tally.first.min(load.first);
        tally.last = tally.last.max(load.last);
        *tally.frames.of_mut(from) += load.frames;
        *tally.bytes.of_mut(from) += load.bytes;
    }

    /// Reads a UDP datagram, header and all.
    #[inline]
    pub(crate) fn datagram(&mut self, from: Side, bytes: &[u8], cut: bool, desk: &mut Desk<'_>) {
        if let [_, _, _, _, high, low, _, _, payload @ ..] = bytes {
            let length = usize::from(u16::from_be_bytes([*high, *low])).saturating_sub(8);
            let payload = payload.get(..length).filter(|it| !it.is_empty()).unwrap_or(payload);
            self.reading.datagram(&self.who, from, payload, cut, desk);
        }
    }

    /// Follows a connection by one segment that changes its state.
    pub(crate) fn follow(&mut self, from: Side, segment: &Segment<'_>) {
        let Self { tally, reading, broken_off, .. } = self;
        if segment.flags.synchronises() && reading.initial.of(from).is_none() {
            *reading.initial.of_mut(from) = Some(segment.sequence);
            let asked = !segment.flags.acknowledges();
            *if asked { tally.opened.of_mut(from) } else { tally.accepted.of_mut(from) } += 1;
        }
        if segment.flags.resets() {
            tally.reset += u32::from(!std::mem::replace(broken_off, true));
            reading.closed = Pair { low: true, high: true };
        }
        if segment.flags.finishes() {
            *reading.closed.of_mut(from) = true;
        }
    }

    /// Whether there is something to tell the ledger at `now` while it goes on: all of it once, then
    /// what makes a minute, so that the shape of a stream shows.
    pub(crate) fn is_worth_telling(&self, now: Timestamp) -> bool {
        let is_new = !self.told.low && !self.told.high;
        is_new || now.since(self.tally.first.at) >= LONG_ENOUGH
    }

    /// Adds its traffic so far to the ledger, and counts on from nothing.
    pub(crate) fn tell(
        &mut self,
        recorder: &mut Recorder,
        account: &mut Account,
        source: SourceId,
    ) {
        self.record(recorder, account, source);
        let Self { tally, told, reading, .. } = self;
        told.low |= tally.frames.low > 0;
        told.high |= tally.frames.high > 0;
        *tally = Tally::EMPTY;
        reading.sampled = Sampled::default();
    }

    /// Tells the ledger what messages said that it counted.
    pub(crate) fn tell_repeats(
        &mut self,
        recorder: &mut Recorder,
        account: &mut Account,
        pool: &mut Pool,
    ) {
        pool.reweigh(self.reading.repeats.weight(), 0);
        for Repeat { saying, from, seen } in self.reading.repeats.take() {
            saying.repeat(&mut Scribe::new(recorder, account, &self.who, from, seen));
        }
    }

    /// Adds its traffic to the ledger, for each recorded end.
    pub(crate) fn record(&self, recorder: &mut Recorder, account: &mut Account, source: SourceId) {
        if self.tally.frames.low == 0 && self.tally.frames.high == 0 {
            return;
        }
        for side in Side::BOTH {
            if let Some(host) = self.who.host(side) {
                let traffic = self.tally.traffic(side, source, &self.reading);
                recorder.converse(host, self.who.service(side), &traffic);
            }
        }
        // Whoever records the flow's only host says it.
        if self.who.counts && !self.who.router.is_none() {
            let Moment { at, frame } = self.tally.first;
            account.brought(self.who.router.into(), Sighting { at, source, frame }, recorder);
        }
    }
}

impl Tally {
    /// Nothing yet: any frame is before its first and after its last.
    const EMPTY: Self = Self {
        last: Timestamp(0),
        ..Self::new(Moment { at: Timestamp(u64::MAX), frame: u64::MAX })
    };

    pub(crate) const fn new(first: Moment) -> Self {
        Self {
            first,
            last: first.at,
            frames: Pair { low: 0, high: 0 },
            bytes: Pair { low: 0, high: 0 },
            opened: Pair { low: 0, high: 0 },
            accepted: Pair { low: 0, high: 0 },
            reset: 0,
        }
    }

    fn traffic(&self, side: Side, source: SourceId, reading: &Reading) -> Traffic {
        let peer = side.other();
        let bytes = self.bytes.low + self.bytes.high;
        let cover = reading.cover();
        let under = |wanted| if cover == wanted { bytes } else { 0 };
        let is_covered = cover != Cover::Unknown;
        let sampled = if is_covered { Sampled::default() } else { reading.sampled };
        let (streamed_up, streamed_seconds) = self.streamed(side);
        let Moment { at, frame } = self.first;
        Traffic {
            first: Sighting { at, source, frame },
            last: self.last,
            frames_up: *self.frames.of(side),
            frames_down: *self.frames.of(peer),
            bytes_up: *self.bytes.of(side),
            bytes_down: *self.bytes.of(peer),
            bytes_encrypted: under(Cover::Encrypted),
            bytes_clear: under(Cover::Clear),
            opened_by_host: *self.opened.of(side),
            opened_by_peer: *self.opened.of(peer),
            accepted_by_host: *self.accepted.of(side),
            accepted_by_peer: *self.accepted.of(peer),
            reset: self.reset,
            streamed_up,
            streamed_seconds,
            sampled,
        }
    }

    /// Bytes and seconds, if what `side` sent has the shape of live sound or video: see
    /// `docs/decisions/0033-live-streams.md`.
    fn streamed(&self, side: Side) -> (u64, u32) {
        /// Shorter flows are no sustained upload, but a picture or a report.
        const SHORTEST: u64 = 10;
        /// Bytes a second: 16 kbit/s, what speech takes at least.
        const SLOWEST: u64 = 2_000;
        /// A minute of that.
        const FEWEST: u64 = 120_000;
        /// How many times as much goes up as comes down: acknowledgements alone are a tenth of it.
        const TIMES_DOWN: u64 = 4;

        let (up, down) = (*self.bytes.of(side), *self.bytes.of(side.other()));
        let seconds = self.last.since(self.first.at) / 1_000_000_000;
        // Where nothing came down, the capture may have seen one direction only.
        let is_stream = seconds >= SHORTEST
            && up >= FEWEST
            && down > 0
            && up >= seconds.saturating_mul(SLOWEST)
            && up >= down.saturating_mul(TIMES_DOWN);
        if is_stream { (up, u32::try_from(seconds).unwrap_or(u32::MAX)) } else { (0, 0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_flow_that_goes_mostly_up_is_a_stream() {
        check("video for twelve seconds", 1_131_148, 821, 12, Some((1_131_148, 12)));
        check("sound for a minute", 120_000, 20_000, 60, Some((120_000, 60)));
        check("too short", 1_131_148, 821, 9, None);
        check("too little", 119_999, 20_000, 12, None);
        check("too slow", 1_131_148, 821, 600, None);
        check("as much comes down", 1_131_148, 500_000, 12, None);
        check("one direction captured", 1_131_148, 0, 12, None);
    }

    #[track_caller]
    fn check(name: &str, up: u64, down: u64, seconds: u64, expected: Option<(u64, u32)>) {
        let first = Moment { at: Timestamp::from_parts(1_000, 0), frame: 1 };
        let mut tally = Tally::new(first);
        tally.bytes = Pair { low: up, high: down };
        tally.last = Timestamp(first.at.0 + seconds * 1_000_000_000);
        assert_eq!(tally.streamed(Side::Low), expected.unwrap_or_default(), "{name}");
        assert_eq!(tally.streamed(Side::High), (0, 0), "{name}, the other end");
    }
}
