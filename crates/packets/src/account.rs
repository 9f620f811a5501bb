//! The account of the source being read: counted here, added to the ledger in one go.

use std::collections::BTreeMap;

use evidence::{Host, Mac, Recorder, Seen as Sightings, Sighting, Source, Timestamp, fields};
use hashbrown::HashMap;

use crate::{flow::Flow, link::Kind, seen::Seen};

/// How many kinds of skipped frames are told apart; our choice.
const MOST_KINDS: usize = 256;

/// How many routers are counted before the ledger is told; our choice: a home has one or two.
const MOST_ROUTERS: usize = 16_384;

/// What became of the frames of a source so far.
#[derive(Debug, Default)]
pub(crate) struct Account {
    frames: u64,
    bytes: u64,
    span: Option<(Timestamp, Timestamp)>,
    malformed: BTreeMap<&'static str, u64>,
    skipped: BTreeMap<Kind, u64>,
    cut: u64,
    /// Stations that brought flows from outside or took them there.
    routers: HashMap<Mac, Sightings>,
    /// What each flow was taken for, where somebody asks.
    pub(crate) seen: Option<Vec<Seen>>,
}

impl Account {
    #[inline]
    pub(crate) fn frame(&mut self, at: Timestamp, wire_length: u32) {
        self.frames += 1;
        self.bytes += u64::from(wire_length);
        self.span = Some(self.span.map_or((at, at), |(first, last)| (first.min(at), last.max(at))));
    }

    /// Counts a message that is not what `protocol` says.
    pub(crate) fn malformed(&mut self, protocol: &'static str) {
        *self.malformed.entry(protocol).or_default() += 1;
    }

    /// Counts a message the capture holds only a part of.
    pub(crate) const fn cut(&mut self) {
        self.cut += 1;
    }

    pub(crate) fn skipped(&mut self, kind: Kind) {
        let full = self.skipped.len() >= MOST_KINDS && !self.skipped.contains_key(&kind);
        *self.skipped.entry(if full { Kind::Other } else { kind }).or_default() += 1;
    }

    /// Counts frames that nobody could look at.
    pub(crate) fn lost(&mut self, frames: u64) {
        if frames > 0 {
            *self.skipped.entry(Kind::Lost).or_default() += frames;
        }
    }

    /// Counts a flow that went by a router: most flows of a home go by one, which is in the cache here and
    /// would not be in the ledger.
    pub(crate) fn brought(&mut self, router: Mac, sighting: Sighting, recorder: &mut Recorder) {
        let seen = Sightings::once(sighting);
        self.routers.entry(router).and_modify(|known| known.add(&seen)).or_insert(seen);
        if self.routers.len() > MOST_ROUTERS {
            self.tell_routers(recorder);
        }
    }

    fn tell_routers(&mut self, recorder: &mut Recorder) {
        for (router, seen) in self.routers.drain() {
            if let Some(host) = Host::new(Some(router), None) {
                let field = fields::LINK_BRINGS;
                recorder.observe_often(host, None, field, "packets of others", &seen);
            }
        }
    }

    /// Keeps what a flow was taken for, where somebody asks.
    pub(crate) fn flow(&mut self, flow: &Flow) {
        if let Some(seen) = &mut self.seen {
            seen.push(Seen::new(flow));
        }
    }

    /// Adds everything to the source's account in the ledger and starts anew.
    pub(crate) fn settle(&mut self, recorder: &mut Recorder, name: &str) {
        self.tell_routers(recorder);
        let Self { frames, bytes, span, malformed, skipped, cut, routers, seen } =
            std::mem::take(self);
        (self.routers, self.seen) = (routers, seen);
        recorder.source(name).add(&Source {
            name: name.into(),
            frames,
            bytes,
            first: span.map(|(first, _)| first),
            last: span.map(|(_, last)| last),
            malformed: malformed.into_iter().map(|(name, count)| (name.into(), count)).collect(),
            skipped: skipped
                .into_iter()
                .map(|(kind, count)| (kind.to_string().into(), count))
                .collect(),
            cut,
        });
    }
}
