//! What happened to products: flaws, leaks, orders, each with who found it and what the maker said.

use serde::{Deserialize, Serialize};

use super::{Date, Id, Standing};

/// Something that happened, to which products, found by whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Incident {
    /// What other entries name it by.
    pub id: Id,
    /// One line, neutral.
    pub title: Box<str>,
    /// When it became public.
    pub date: Date,
    /// What kind of statement this is.
    pub standing: Standing,
    /// Who found it.
    #[serde(default)]
    pub finder: Option<Box<str>>,
    /// The company responsible for the product.
    #[serde(default)]
    pub organisation: Option<Id>,
    /// Brands of the products, where the pack has them.
    #[serde(default)]
    pub brands: Vec<Id>,
    /// Platforms whose every product it concerns.
    #[serde(default)]
    pub platforms: Vec<Id>,
    /// The products and firmware, as the source names them.
    pub affects: Box<str>,
    /// Model names it is limited to; empty where the source names none.
    #[serde(default)]
    pub models: Vec<Box<str>>,
    /// Types of device it concerns; empty for all.
    #[serde(default)]
    pub types: Vec<Box<str>>,
    /// CVE numbers.
    #[serde(default)]
    pub cves: Vec<Box<str>>,
    /// What could be reached or was done.
    pub exposed: Box<str>,
    /// What the company said or did about it; "no reply found" is an answer.
    pub response: Box<str>,
    /// Where it stands.
    pub outcome: Box<str>,
    /// How it shows on a network, where it does.
    #[serde(default)]
    pub signature: Option<Signature>,
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

/// How an incident shows on a network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// In words.
    pub shows: Box<str>,
    /// The pack's rule that looks for it.
    #[serde(default)]
    pub rule: Option<Id>,
}
