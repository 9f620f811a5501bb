//! When we were watching: gaps, and clocks that jump.

use evidence::Timestamp;

use crate::{Household, HouseholdError, Span};

impl Household {
    /// Without a call of [`Self::record`] for so long, in nanoseconds, we were not watching: our choice,
    /// fifteen minutes.
    pub const GAP: u64 = 15 * 60 * 1_000_000_000;

    /// When this household first recorded anything: the learning period begins here.
    ///
    /// # Errors
    ///
    /// [`HouseholdError`] if the file cannot be read.
    pub fn watching_since(&self) -> Result<Option<Timestamp>, HouseholdError> {
        Ok(None)
    }

    /// The stretches between `from` and `to` in which nothing was recorded.
    ///
    /// # Errors
    ///
    /// [`HouseholdError`] if the file cannot be read.
    pub fn gaps(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Span>, HouseholdError> {
        let _ = (from, to);
        Ok(Vec::new())
    }
}
