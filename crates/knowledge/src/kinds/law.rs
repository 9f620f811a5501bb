//! What a state's law can oblige a company to do, on one schema for all states.

use serde::{Deserialize, Serialize};

use super::{Country, Date, Id, Standing, Status};

/// A state, or a union of states, and how its access laws work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jurisdiction {
    /// Its code: `CN`, `US`, `EU`, ….
    pub id: Country,
    /// Its name in English.
    pub name: Box<str>,
    /// Unions it is part of, whose law applies too.
    #[serde(default)]
    pub part_of: Vec<Country>,
    /// Five attributes of its access laws, each with what it rests on.
    #[serde(default)]
    pub access: Option<AccessProfile>,
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

/// Five attributes of a state's access laws, each 0, 1 or 2.
///
/// The first and the last count what protects, the others what reaches. A policy chooses weights;
/// none are given here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessProfile {
    /// Whether an independent body must agree before: 0 never, 1 for some powers, 2 as a rule.
    pub prior_authorisation: u8,
    /// Whether the company may be forbidden to tell: 0 no, 1 for a time, 2 without end.
    pub secrecy: u8,
    /// Whether data held abroad are reached: 0 no, 1 debated, 2 expressly.
    pub reach_abroad: u8,
    /// Whether the duty covers devices, flaws or keys, not telecommunications alone: 0 to 2.
    pub device_duty: u8,
    /// Whether a foreigner living abroad can seek redress: 0 no, 1 limited, 2 as residents.
    pub redress: u8,
}

/// A law, or some articles of one, that can oblige somebody to give access or help.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Law {
    /// What other entries name it by.
    pub id: Id,
    /// Whose law.
    pub jurisdiction: Country,
    /// Its name.
    pub name: Box<str>,
    /// The articles meant.
    #[serde(default)]
    pub articles: Option<Box<str>>,
    /// Since when.
    #[serde(default)]
    pub from: Option<Date>,
    /// Until when.
    #[serde(default)]
    pub to: Option<Date>,
    /// Whether it is in force.
    #[serde(default)]
    pub status: Status,
    /// What it is about.
    pub subject: LawSubject,
    /// What it obliges to do, with "may" and "can": a possibility, never an event.
    pub obliges: Box<str>,
    /// Whom.
    pub whom: Box<str>,
    /// Whether it reaches across borders.
    #[serde(default)]
    pub cross_border: Option<Box<str>>,
    /// Safeguards and redress.
    #[serde(default)]
    pub safeguards: Option<Box<str>>,
    /// What kind of statement this is; mostly a possibility.
    pub standing: Standing,
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

/// What an access law is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum LawSubject {
    /// Access to data or help for intelligence, police or security bodies.
    Access,
    /// Technical capability or decryption.
    Capability,
    /// Reporting or handling of vulnerabilities.
    Vulnerabilities,
    /// Where data must stay, or where they may go.
    Localisation,
    /// How companies are organised.
    Company,
    /// Protection of personal data, and limits on access.
    Protection,
}
