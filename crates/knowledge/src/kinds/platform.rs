//! Clouds that many brands use, and products of one maker under another's name.

use serde::{Deserialize, Serialize};

use super::{Date, Id, Pack};

/// A cloud and its app, used by one brand or many.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Platform {
    /// What other entries name it by.
    pub id: Id,
    /// Its name, as [`Brand::platform`](super::Brand::platform) writes it.
    pub name: Box<str>,
    /// Other names.
    #[serde(default)]
    pub aliases: Vec<Box<str>>,
    /// The company that runs it.
    #[serde(default)]
    pub operator: Option<Id>,
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

impl Pack {
    /// The platform that goes by `name`, or has it as an alias; letters' case does not matter.
    #[must_use]
    pub fn platform(&self, name: &str) -> Option<&Platform> {
        let called = |it: &str| it.eq_ignore_ascii_case(name);
        let mut platforms = self.platforms.values();
        platforms.find(|it| called(&it.name) || it.aliases.iter().any(|alias| called(alias)))
    }
}

/// A product of one maker under another's name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rebrand {
    /// What other entries name it by.
    pub id: Id,
    /// The name on the box, with models where only some.
    pub label: Box<str>,
    /// The brand, where the pack has it.
    #[serde(default)]
    pub brand: Option<Id>,
    /// Models; empty where all or not known which.
    #[serde(default)]
    pub models: Vec<Box<str>>,
    /// Who makes it.
    pub made_by: Id,
    /// How to recognise it.
    pub recognise: Box<str>,
    /// Since when.
    #[serde(default)]
    pub from: Option<Date>,
    /// Until when.
    #[serde(default)]
    pub to: Option<Date>,
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
