//! Which legal dimension, if any, a user chose to score.

use serde::{Deserialize, Serialize};

use super::Id;

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
}
