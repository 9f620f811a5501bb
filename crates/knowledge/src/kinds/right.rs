//! What the people of a place may ask, and letters that ask for it.

use serde::{Deserialize, Serialize};

use super::{Country, Date, Id};

/// Something a resident may ask of somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Right {
    /// What other entries name it by.
    pub id: Id,
    /// Where one must live: `EU`, `GB`, `US`, `US-CA`. A region inherits its country's rights.
    pub regions: Vec<Country>,
    /// What may be asked.
    pub asks: Vec<Ask>,
    /// The right in a few words.
    pub says: Box<str>,
    /// The statute and its article.
    pub basis: Box<str>,
    /// How to use it.
    pub how: Box<str>,
    /// How long the answer may take.
    #[serde(default)]
    pub deadline: Option<Box<str>>,
    /// Who must answer.
    pub answers: Box<str>,
    /// Where to complain.
    #[serde(default)]
    pub complain_to: Option<Box<str>>,
    /// Since when.
    #[serde(default)]
    pub from: Option<Date>,
    /// What this rests on.
    pub sources: Vec<Id>,
    /// Whether one of us read those sources for this.
    #[serde(default)]
    pub verified: bool,
    /// The day this was checked.
    #[serde(default)]
    pub as_of: Option<Date>,
    /// The day from which it should be checked again.
    #[serde(default)]
    pub review_by: Option<Date>,
    /// What a reader should know about how sure this is.
    #[serde(default)]
    pub note: Option<Box<str>>,
}

/// What may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Ask {
    /// Which data are held, and a copy.
    Access,
    /// That data be deleted.
    Deletion,
    /// That data be corrected.
    Correction,
    /// That data not be sold, shared or used for advertising.
    OptOut,
    /// The data in a form to take along.
    Portability,
    /// What is done with data, by whom, where.
    Information,
    /// That an authority look into it.
    Complaint,
    /// Repair, replacement or the money back.
    Remedy,
}

/// A letter with places to fill in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Letter {
    /// What other entries name it by.
    pub id: Id,
    /// What it is for.
    pub title: Box<str>,
    /// What it asks.
    pub ask: Ask,
    /// Where its writer must live; the most specific letter is taken.
    pub regions: Vec<Country>,
    /// The right it uses.
    pub right: Id,
    /// The text. `{brand}`, `{model}`, `{maker}`, `{address}`, `{date}`, `{basis}`, `{deadline}`,
    /// `{destinations}`, `{identifiers}` and `{complain_to}` are filled in; what is not known becomes a
    /// line to write on.
    pub text: Box<str>,
    /// What this rests on.
    pub sources: Vec<Id>,
    /// Whether one of us read those sources for this.
    #[serde(default)]
    pub verified: bool,
    /// The day this was checked.
    #[serde(default)]
    pub as_of: Option<Date>,
    /// The day from which it should be checked again.
    #[serde(default)]
    pub review_by: Option<Date>,
    /// What a reader should know about how sure this is.
    #[serde(default)]
    pub note: Option<Box<str>>,
}
