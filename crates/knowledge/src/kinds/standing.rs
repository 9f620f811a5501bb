//! What kind of statement a fact is, and whether what it tells of still holds.

use serde::{Deserialize, Serialize};

/// What kind of statement something is: each kind is worded in its own way.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Standing {
    /// An official act, a statute, a court order, a maker's own advisory, a filing.
    #[default]
    Fact,
    /// What a researcher or a regulator found by technical means.
    Finding,
    /// What a complaint, a suit or the press says and nobody has ruled on.
    Allegation,
    /// What its subject publicly contests.
    Disputed,
    /// What a law would allow: never an event.
    Possibility,
}

/// Whether an act, a law or a scheme is in force.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Status {
    /// It binds now.
    #[default]
    InForce,
    /// It is suspended for a time.
    Paused,
    /// Proposed, not adopted.
    Proposed,
    /// Adopted, to come into force.
    Adopted,
    /// Before a court or an authority.
    Pending,
    /// Ended by agreement.
    Settled,
    /// Replaced by a later act.
    Superseded,
    /// Taken back, repealed or struck down.
    Ended,
    /// Nobody of us knows.
    Unknown,
}
