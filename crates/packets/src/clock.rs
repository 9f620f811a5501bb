//! Packet time: what the frames' own times make of it.

use evidence::Timestamp;

/// The packet clock: the latest time seen, so that it does not go back where frames are out of order.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    pub(crate) now: Timestamp,
    swept: Timestamp,
    frames_since: u32,
}

impl Clock {
    /// How far time goes before the tables are swept, in nanoseconds; our choice.
    const STEP: u64 = 60_000_000_000;
    /// How many frames must come between sweeps, so that times that jump about cost little.
    const FEWEST_FRAMES: u32 = 1_024;
    /// How far time may go back before the clock believes it, in nanoseconds: one hour.
    const DOUBT: u64 = 3_600_000_000_000;

    /// Moves on to a frame's time; true if it is time to sweep.
    #[inline]
    pub(crate) fn tick(&mut self, at: Timestamp) -> bool {
        self.frames_since = self.frames_since.saturating_add(1);
        if at > self.now || self.now.since(at) > Self::DOUBT {
            self.now = at;
        }
        let due = self.now.0.abs_diff(self.swept.0) >= Self::STEP
            && self.frames_since >= Self::FEWEST_FRAMES;
        if due {
            self.swept = self.now;
            self.frames_since = 0;
        }
        due
    }
}
