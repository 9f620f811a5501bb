//! Lists of companies and products that an authority published, and what being on one means.
//!
//! A list is an instrument with its effect **and what it does not restrict**. Its entries are of three
//! types: a legal entity, a category of products wherever they come from, or a module inside another
//! maker's product. Acts are the dated steps by which a list changed.

use serde::{Deserialize, Serialize};

use super::{Country, Date, Id, Status};

/// A published list or a rule that works like one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// What other entries name it by.
    pub id: Id,
    /// Its usual name.
    pub name: Box<str>,
    /// How its name begins in bulk data that people import.
    #[serde(default)]
    pub bulk_names: Vec<Box<str>>,
    /// The authority that keeps it.
    pub issuer: Box<str>,
    /// Whose law it is: a country, or a region of one (`US-TX`).
    pub jurisdiction: Country,
    /// The statute or order it stands on.
    pub legal_base: Box<str>,
    /// Who must obey it.
    pub binds: Box<str>,
    /// What it restricts.
    pub effect: Box<str>,
    /// What it does not restrict. Shown beside every entry.
    pub does_not_restrict: Box<str>,
    /// Exceptions in general.
    #[serde(default)]
    pub waivers: Option<Box<str>>,
    /// Whether it is in force.
    #[serde(default)]
    pub status: Status,
    /// Since when.
    #[serde(default)]
    pub from: Option<Date>,
    /// Until when.
    #[serde(default)]
    pub to: Option<Date>,
    /// Whether all of its entries that name makers of devices are in this pack: only then is "not
    /// listed" an answer.
    #[serde(default)]
    pub complete: bool,
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

/// One dated act: a list changed, a rule made, a court ruled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act {
    /// What other entries name it by.
    pub id: Id,
    /// The list it changed, where it did.
    #[serde(default)]
    pub list: Option<Id>,
    /// What it is.
    pub title: Box<str>,
    /// Who did it.
    pub issuer: Box<str>,
    /// Whose law it is.
    pub jurisdiction: Country,
    /// When.
    pub date: Date,
    /// Its number in the official journal.
    #[serde(default)]
    pub document: Option<Box<str>>,
    /// Who must obey it.
    #[serde(default)]
    pub binds: Option<Box<str>>,
    /// What it does.
    pub effect: Box<str>,
    /// What it does not restrict.
    #[serde(default)]
    pub does_not_restrict: Option<Box<str>>,
    /// Whether it is in force.
    #[serde(default)]
    pub status: Status,
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

/// One entry of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// What other entries name it by: the list's id, then its own.
    pub id: Id,
    /// The list it stands on.
    pub list: Id,
    /// As the list prints it.
    pub name: Box<str>,
    /// What it names.
    pub kind: EntryKind,
    /// For an entity or a module: the legal entity. `None` while it is not in this pack.
    #[serde(default)]
    pub organisation: Option<Id>,
    /// For an entity: whole names by which an inventory may call it, besides those of the
    /// organisation. Compared whole, never as a part of a name.
    #[serde(default)]
    pub aliases: Vec<Box<str>>,
    /// Whom of a group it reaches.
    #[serde(default)]
    pub reaches: Scope,
    /// Types of device it is about; empty for all the entity makes.
    #[serde(default)]
    pub types: Vec<Box<str>>,
    /// For a category: what a product must be to fall under it.
    #[serde(default)]
    pub category: Option<Category>,
    /// What limits it, in words: uses, conditions.
    #[serde(default)]
    pub qualifier: Option<Box<str>>,
    /// Since when.
    #[serde(default)]
    pub from: Option<Date>,
    /// Until when; `None` while it stands.
    #[serde(default)]
    pub to: Option<Date>,
    /// What it does, where it differs from the list.
    #[serde(default)]
    pub effect: Option<Box<str>>,
    /// What it does not restrict, where it differs from the list.
    #[serde(default)]
    pub does_not_restrict: Option<Box<str>>,
    /// Entries of several lists that rest on one determination share this name and count once.
    #[serde(default)]
    pub determination: Option<Id>,
    /// Who is exempt, and how long.
    #[serde(default)]
    pub waivers: Vec<Waiver>,
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

/// What an entry names.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum EntryKind {
    /// A legal entity.
    #[default]
    Entity,
    /// A category of products, whoever makes them.
    Category,
    /// A part inside another maker's product.
    Module,
}

/// Whom of a group of companies an entry reaches.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Scope {
    /// Only the entity it names.
    #[default]
    Named,
    /// The instrument says: its subsidiaries and affiliates too.
    Affiliates,
    /// The instrument says: companies it holds at least half of.
    HalfOwned,
}

/// What a product must be to fall under a category. What is not given does not matter; what is given
/// and not known of a product leaves the answer unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Of one of these types.
    pub types: Vec<Box<str>>,
    /// Made, designed or developed, in any major stage, outside this country.
    #[serde(default)]
    pub produced_outside: Option<Country>,
    /// Made by an organisation with its head office or registration in one of these countries.
    #[serde(default)]
    pub maker_in: Vec<Country>,
    /// Authorised for the market on or after this day.
    #[serde(default)]
    pub authorised_since: Option<Date>,
    /// Whether only products sold to consumers fall under it.
    #[serde(default)]
    pub consumer_only: bool,
    /// What else decides that neither traffic nor an inventory tells: leaves the answer unknown.
    #[serde(default)]
    pub further: Option<Box<str>>,
}

/// An exemption.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// What is exempt.
    pub what: Box<str>,
    /// Whose products.
    #[serde(default)]
    pub organisation: Option<Id>,
    /// Since when.
    #[serde(default)]
    pub from: Option<Date>,
    /// Until when.
    #[serde(default)]
    pub to: Option<Date>,
    /// What this rests on.
    pub sources: Vec<Id>,
}
