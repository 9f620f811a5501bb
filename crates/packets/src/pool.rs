//! Room for the streams being read: used again and again, and never more than a set amount.

use crate::{pair::Pair, stream::Stream};

/// Bytes kept for all streams together, and what else is kept of flows; our choice. Beyond it, streams are
/// given up and counted.
const MOST_BYTES: usize = 64 << 20;

/// Pairs kept for use again; our choice.
const MOST_SPARE: usize = 1_024;

/// Both directions of a connection.
pub(crate) type Streams = Pair<Stream>;

/// Lends out streams.
#[derive(Debug, Default)]
pub(crate) struct Pool {
    #[expect(clippy::vec_box, reason = "the boxes are what is used again")]
    spare: Vec<Box<Streams>>,
    bytes: usize,
}

impl Pool {
    pub(crate) fn lend(&mut self) -> Box<Streams> {
        let streams = self.spare.pop().unwrap_or_default();
        self.reweigh(0, streams.low.weight() + streams.high.weight());
        streams
    }

    /// Takes streams back.
    pub(crate) fn take_back(&mut self, mut streams: Box<Streams>) {
        self.reweigh(streams.low.weight() + streams.high.weight(), 0);
        if self.spare.len() < MOST_SPARE {
            streams.low.renew();
            streams.high.renew();
            self.spare.push(streams);
        }
    }

    /// Notes that something lent grew or shrank.
    pub(crate) const fn reweigh(&mut self, before: usize, after: usize) {
        self.bytes = (self.bytes + after).saturating_sub(before);
    }

    /// Whether there is room to spare for what can do without.
    pub(crate) const fn is_roomy(&self) -> bool {
        self.bytes < MOST_BYTES / 2
    }

    #[cfg(test)]
    pub(crate) const fn is_empty(&self) -> bool {
        self.bytes == 0
    }

    pub(crate) const fn is_exhausted(&self) -> bool {
        self.bytes > MOST_BYTES
    }
}
