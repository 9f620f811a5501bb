//! Which changes are worth a message: quiet by default. Sending is somebody else's.

use evidence::Timestamp;
use knowledge::kinds::Severity;

use crate::{EventId, GuestId, Household, HouseholdError, StoredEvent};

/// What the user wants to hear of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// For so long, in seconds, after the first recording nothing but the gravest is told; and of a new
    /// device nothing but that it is there.
    pub learning: u64,
    /// Findings below this wait for the digest.
    pub severity: Severity,
    /// Findings at or above this are told even while learning; a mute still silences them.
    pub always: Severity,
    /// Changes of one device within so many seconds of each other are one message.
    pub group: u64,
    /// At which hour of the day, in UTC, the digest of what can wait is told; `None` for no digest.
    pub digest_hour: Option<u8>,
}

/// How soon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// At once.
    Now,
    /// With the digest of the day.
    Digest,
}

/// A message to be sent: one device's changes, or the day's.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    /// How soon.
    pub urgency: Urgency,
    /// Whose; `None` for the household's and for a digest.
    pub device: Option<GuestId>,
    /// What happened, in order; never empty.
    pub events: Vec<StoredEvent>,
}

impl Household {
    /// The messages due now. They stay due until [`Self::mark_alerted`]; what is never to be told is
    /// settled here.
    ///
    /// # Errors
    ///
    /// [`HouseholdError`] if the file cannot be read or written.
    pub fn alerts_due(
        &mut self,
        rules: &Rules,
        now: Timestamp,
    ) -> Result<Vec<Alert>, HouseholdError> {
        let _ = (rules, now);
        Ok(Vec::new())
    }

    /// These were told: they are not due any more.
    ///
    /// # Errors
    ///
    /// [`HouseholdError`] if the file cannot be written.
    pub fn mark_alerted(
        &mut self,
        events: &[EventId],
        now: Timestamp,
    ) -> Result<(), HouseholdError> {
        let _ = (events, now);
        Ok(())
    }
}
