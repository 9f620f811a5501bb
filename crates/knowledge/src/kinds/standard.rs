//! Standards, statutes on device security and labels: what each asks for, and what shows on a network.

use serde::{Deserialize, Serialize};

use super::{Country, Date, Id, Status};

/// A standard, a statute with technical demands, or a label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standard {
    /// What other entries name it by.
    pub id: Id,
    /// Its usual name.
    pub name: Box<str>,
    /// Whose it is.
    pub jurisdiction: Country,
    /// The text it stands on.
    pub base: Box<str>,
    /// Who must follow it; `voluntary` where nobody must.
    pub binds: Box<str>,
    /// Since when.
    #[serde(default)]
    pub from: Option<Date>,
    /// Whether it is in force.
    #[serde(default)]
    pub status: Status,
    /// Dates and changes, in words.
    #[serde(default)]
    pub history: Option<Box<str>>,
    /// Types of device it covers; empty for all connected products.
    #[serde(default)]
    pub types: Vec<Box<str>>,
    /// What it covers, in words.
    pub scope: Box<str>,
    /// What it leaves out.
    #[serde(default)]
    pub excludes: Option<Box<str>>,
    /// Where labelled or declared products are listed.
    #[serde(default)]
    pub registry: Option<Box<str>>,
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

/// One demand of a standard, and what on a network tells whether it is met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// What other entries name it by.
    pub id: Id,
    /// The standard.
    pub standard: Id,
    /// Its number there.
    pub number: Box<str>,
    /// What it asks, in our words.
    pub asks: Box<str>,
    /// How it shows on a network, in words.
    pub test: Box<str>,
    /// What can be seen of it.
    pub observable: Observable,
    /// Rules of the pack whose findings speak against it.
    #[serde(default)]
    pub not_met_by: Vec<Id>,
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

/// Whether a network shows if a clause is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Observable {
    /// Traffic alone can show it.
    Passively,
    /// Asking the device can show it.
    Actively,
    /// A published text can show it.
    Desk,
    /// Nothing on a network shows it.
    No,
}
