//! Where evidence came from, and how well it could be read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Timestamp, sample};

/// Names a source by a stable hash of its name, so that ledgers made apart agree on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SourceId(pub u64);

impl SourceId {
    /// The id of the source with that name.
    #[must_use]
    pub fn of(name: &str) -> Self {
        Self(sample::rank(name))
    }
}

/// A capture file, pipe or import, and what became of its frames.
///
/// Counts are of this ledger's share of the source: shares of one source add up to the whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Its name as the user gave it, and what it is made of if not frames, see [`Unit`].
    pub name: Box<str>,
    /// Frames read.
    pub frames: u64,
    /// Bytes of those frames as they were on the wire.
    pub bytes: u64,
    /// The earliest frame's time; `None` without frames.
    pub first: Option<Timestamp>,
    /// The latest frame's time.
    pub last: Option<Timestamp>,
    /// Messages that were not what their protocol says, by protocol.
    pub malformed: BTreeMap<Box<str>, u64>,
    /// Frames of a kind this program does not read, by reason.
    pub skipped: BTreeMap<Box<str>, u64>,
    /// Messages that the source's beginning or end, or the capture's frame limit, went through.
    pub cut: u64,
}

/// What the numbers of a source count. Said by the end of its name, for what a source is made of does not
/// change, and evidence cites it by name: `home.pcap` has frames, `dhcp.leases (lines)` lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// Frames of a capture.
    Frame,
    /// Lines of a file.
    Line,
    /// Records that an exporter of flows sent.
    Record,
}

impl Unit {
    /// The name of a source of this, called `name` by the user.
    #[must_use]
    pub fn name(self, name: &str) -> String {
        format!("{name}{}", self.ending())
    }

    /// What the source called `name` is made of, and its name as the user gave it.
    #[must_use]
    pub fn of(name: &str) -> (Self, &str) {
        let [line, record] = [Self::Line, Self::Record];
        let stripped = |unit: Self| Some((unit, name.strip_suffix(unit.ending())?));
        stripped(line).or_else(|| stripped(record)).unwrap_or((Self::Frame, name))
    }

    /// One of it, as people say.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Frame => "frame",
            Self::Line => "line",
            Self::Record => "record",
        }
    }

    const fn ending(self) -> &'static str {
        match self {
            Self::Frame => "",
            Self::Line => " (lines)",
            Self::Record => " (flow records)",
        }
    }
}

impl Source {
    /// A source nothing was read from yet.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// Counts one frame.
    pub fn count_frame(&mut self, at: Timestamp, wire_bytes: u64) {
        self.frames = self.frames.saturating_add(1);
        self.bytes = self.bytes.saturating_add(wire_bytes);
        self.first = Some(self.first.map_or(at, |first| first.min(at)));
        self.last = self.last.max(Some(at));
    }

    /// All malformed messages.
    #[must_use]
    pub fn malformed_total(&self) -> u64 {
        self.malformed.values().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// All skipped frames.
    #[must_use]
    pub fn skipped_total(&self) -> u64 {
        self.skipped.values().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// Adds another share of the same source; associative and commutative.
    pub fn add(&mut self, other: &Self) {
        if self.name.is_empty() {
            self.name.clone_from(&other.name);
        }
        self.frames = self.frames.saturating_add(other.frames);
        self.bytes = self.bytes.saturating_add(other.bytes);
        self.first = [self.first, other.first].into_iter().flatten().min();
        self.last = self.last.max(other.last);
        self.cut = self.cut.saturating_add(other.cut);
        add_counts(&mut self.malformed, &other.malformed);
        add_counts(&mut self.skipped, &other.skipped);
    }
}

fn add_counts(sums: &mut BTreeMap<Box<str>, u64>, more: &BTreeMap<Box<str>, u64>) {
    for (reason, count) in more {
        let sum = sums.entry(reason.clone()).or_default();
        *sum = sum.saturating_add(*count);
    }
}
