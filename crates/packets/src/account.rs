//! The account of the source being read: counted here, added to the ledger in one go.

use std::collections::BTreeMap;

use evidence::{Recorder, Source, Timestamp};

use crate::{flow::Flow, link::Kind, seen::Seen};

/// How many kinds of skipped frames are told apart; our choice.
const MOST_KINDS: usize = 256;

/// What became of the frames of a source so far.
#[derive(Debug, Default)]
pub(crate) struct Account {
    frames: u64,
    bytes: u64,
    span: Option<(Timestamp, Timestamp)>,
    malformed: BTreeMap<&'static str, u64>,
    skipped: BTreeMap<Kind, u64>,
    cut: u64,
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

    /// Keeps what a flow was taken for, where somebody asks.
    pub(crate) fn flow(&mut self, flow: &Flow) {
        if let Some(seen) = &mut self.seen {
            seen.push(Seen::new(flow));
        }
    }

    /// Adds everything to the source's account in the ledger and starts anew.
    pub(crate) fn settle(&mut self, recorder: &mut Recorder, name: &str) {
        let Self { frames, bytes, span, malformed, skipped, cut, seen } = std::mem::take(self);
        self.seen = seen;
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
