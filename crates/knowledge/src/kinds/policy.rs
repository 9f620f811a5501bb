//! Which lists and laws a user opts into, and whether the legal dimension is scored.

use serde::{Deserialize, Serialize};

use super::{Country, Date, Id};

/// A named choice. The default, `inform-only`, shows facts about jurisdictions and scores none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// What `--policy` names it by.
    pub id: Id,
    /// For whom it is.
    pub title: Box<str>,
    /// What it does, in a sentence.
    pub says: Box<str>,
    /// The weight of the legal dimension in a composite score, `0.0..=0.25`.
    pub legal_weight: f64,
    /// Lists that count under it.
    #[serde(default)]
    pub lists: Vec<Id>,
    /// Access laws that count under it.
    #[serde(default)]
    pub laws: Vec<Id>,
    /// Standards whose verdicts are shown first.
    #[serde(default)]
    pub standards: Vec<Id>,
    /// The user's own jurisdiction that it is written for, whose laws then count as home.
    #[serde(default)]
    pub home: Option<Country>,
    /// Until when it may be used without a look at newer texts.
    #[serde(default)]
    pub review_by: Option<Date>,
    /// What a reader should know.
    #[serde(default)]
    pub note: Option<Box<str>>,
}
