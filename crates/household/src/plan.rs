//! What to do, and whether it is done: a step is ticked by what later traffic shows, and by nothing
//! else.

use evidence::Timestamp;
use knowledge::kinds::{Effort, Severity};

use crate::{GuestId, Household, HouseholdError};

/// One step of the plan: the answer to one root cause on one device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanStep {
    /// Its number; never used again.
    pub id: i64,
    /// Whose.
    pub device: GuestId,
    /// The root cause it answers.
    pub cause: Box<str>,
    /// The rule whose advice it is.
    pub rule: Box<str>,
    /// One sentence in the imperative.
    pub text: Box<str>,
    /// What it may break.
    pub breaks: Option<Box<str>>,
    /// What later traffic must show for it to count as done, for people.
    pub verified_by: Option<Box<str>>,
    /// How much work.
    pub effort: Effort,
    /// The gravest finding it answers.
    pub severity: Severity,
    /// Since when it is in the plan.
    pub since: Timestamp,
    /// When what it answers was last seen.
    pub last_seen: Timestamp,
    /// Where it stands.
    pub state: State,
}

/// Where a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// To be done.
    Open,
    /// Later traffic shows that it is done.
    Verified {
        /// Since when that is known.
        at: Timestamp,
        /// What shows it.
        by: Proof,
    },
    /// It was done, and what it answers was seen again.
    CameBack {
        /// Since when.
        at: Timestamp,
    },
}

/// What shows that a step is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// What it answers was not seen for the window, in which the device was.
    Silence,
    /// The device runs a newer firmware, and what it answers was not seen since.
    NewerFirmware,
}

impl Household {
    /// Every step: open ones by what they gain, then those that are done, the latest first.
    ///
    /// # Errors
    ///
    /// [`HouseholdError`] if the file cannot be read.
    pub fn plan(&self) -> Result<Vec<PlanStep>, HouseholdError> {
        Ok(Vec::new())
    }
}
