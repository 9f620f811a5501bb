//! What was seen, hour by hour: ledgers that merge to any window.

use evidence::{Ledger, Timestamp};

use crate::{Household, HouseholdError};

/// A stretch of time that a slice covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// Its first moment.
    pub from: Timestamp,
    /// The first moment after it.
    pub to: Timestamp,
}

/// The evidence of a stretch of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Window {
    /// Everything that was recorded in it, merged. Slices that lie in it only partly are in it whole.
    pub ledger: Ledger,
    /// The hours or days of it whose record is damaged: their evidence is not in the ledger.
    pub damaged: Vec<Span>,
}

impl Household {
    /// Adds a stretch of evidence to its hour: that of its latest frame, or `now`'s if it has none or a
    /// later one. An empty ledger is welcome: it says that nothing was seen, while no call at all for
    /// longer than [`Self::GAP`] is remembered as a gap in our own watching.
    ///
    /// # Errors
    ///
    /// [`HouseholdError::Full`] if there is no room even after the oldest slices were dropped.
    pub fn record(&mut self, slice: &Ledger, now: Timestamp) -> Result<(), HouseholdError> {
        let _ = (slice, now);
        Ok(())
    }

    /// All evidence from `from` up to but not with `to`, in whole hours or, of older times, whole days.
    ///
    /// # Errors
    ///
    /// [`HouseholdError`] if the file cannot be read. Damaged slices are no error, see [`Window`].
    pub fn window(&self, from: Timestamp, to: Timestamp) -> Result<Window, HouseholdError> {
        let _ = (from, to);
        Ok(Window::default())
    }

    /// From the start of the earliest slice to the end of the latest; `None` while there is none.
    ///
    /// # Errors
    ///
    /// [`HouseholdError`] if the file cannot be read.
    pub fn recorded(&self) -> Result<Option<Span>, HouseholdError> {
        Ok(None)
    }
}
