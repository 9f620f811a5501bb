//! Published texts that facts rest on.

use serde::{Deserialize, Serialize};

use super::{Date, Id};

/// One published text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// What facts cite it by.
    pub id: Id,
    /// Its title.
    pub title: Box<str>,
    /// Who published it.
    pub issuer: Box<str>,
    /// When.
    #[serde(default)]
    pub date: Option<Date>,
    /// Where; `pkg:` for a registry package.
    pub url: Box<str>,
    /// How close it is to the fact.
    pub grade: Grade,
    /// When one of us read it; `None` while nobody has.
    #[serde(default)]
    pub read: Option<Date>,
}

/// How close a source is to the facts it states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    /// A government, a statute, a maker's own words, a paper, a registry.
    Primary,
    /// A law firm or an association.
    Association,
    /// A newspaper or agency.
    News,
    /// Anything else; never the only source of a fact.
    Other,
}
