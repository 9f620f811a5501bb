//! The kinds of entry a pack holds, one file each, as plain data.
//!
//! All are read from TOML and kept in postcard, so they use neither `flatten` nor untagged enums.

mod advice;
mod brand;
mod destination;
mod fingerprint;
mod incident;
mod law;
mod list;
mod network;
mod organisation;
mod platform;
mod policy;
mod product;
mod right;
mod source;
mod standard;
mod standing;
mod vulnerability;
mod weakness;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use advice::{Advice, Cost, Money, Shows, Skill, Verify};
pub use brand::{Brand, Exclusive, ModuleMaker, Only};
pub use destination::{Destination, Purpose};
pub use fingerprint::{Also, CONTACTS, Fingerprint, Match, NAMES, Tells, fields_of};
pub use incident::{Incident, Signature};
pub use law::{AccessProfile, Jurisdiction, Law, LawSubject};
pub use list::{Act, Category, Entry, EntryKind, List, Scope, Waiver};
pub use network::{AddressBlock, CountryCode, Network, Prefix};
pub use organisation::{Holding, Link, LinkKind, Organisation};
pub use platform::{Platform, Rebrand};
pub use policy::Policy;
pub use product::{Product, Sensor};
pub use right::{Ask, Letter, Right};
pub use source::{Grade, Source};
pub use standard::{Clause, Observable, Standard};
pub use standing::{Standing, Status};
pub use vulnerability::Vulnerability;
pub use weakness::{
    Action, Against, Condition, Dimension, Effort, Example, ExampleConversation,
    ExampleDestination, ExampleObservation, FindingKind, Is, Observed, Reach, Severity, Talks,
    Visits, Weakness,
};

/// The name an entry is cited by: lower case letters, digits and hyphens.
pub type Id = Box<str>;

/// A calendar date as precise as its source: `2026`, `2026-11` or `2026-11-21`.
pub type Date = Box<str>;

/// An ISO 3166-1 alpha-2 code, or `EU`; where a text says so, a region of one (`US-CA`).
pub type Country = Box<str>;

/// Everything a pack says, by kind and id.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Pack {
    /// The pack's version.
    pub version: Box<str>,
    /// The day its facts were last checked.
    pub as_of: Date,
    /// Published texts that facts rest on.
    pub sources: BTreeMap<Id, Source>,
    /// Legal entities.
    pub organisations: BTreeMap<Id, Organisation>,
    /// Names on the box.
    pub brands: BTreeMap<Id, Brand>,
    /// Makers of radio modules and chips: their MAC prefixes say nothing about brand or country.
    pub modules: BTreeMap<Id, ModuleMaker>,
    /// Domain suffixes, sorted by `suffix`.
    pub destinations: Vec<Destination>,
    /// What fields' values tell about a device.
    pub fingerprints: BTreeMap<Id, Fingerprint>,
    /// By the pattern of fingerprints: in lower case, of each list at least one, whatever the case of its
    /// letters, is in every value that matches. Only to save trying; of what is not here, nothing is known.
    pub parts: BTreeMap<Box<str>, Vec<Vec<Box<str>>>>,
    /// Rules for findings, and what to do about each.
    pub weaknesses: BTreeMap<Id, Weakness>,
    /// How to put things right, step by step.
    pub advice: BTreeMap<Id, Advice>,
    /// Which lists, laws and dimensions a user opts into.
    pub policies: BTreeMap<Id, Policy>,
    /// Clouds that brands use.
    pub platforms: BTreeMap<Id, Platform>,
    /// Products of one maker under another's name.
    pub rebrands: BTreeMap<Id, Rebrand>,
    /// Models.
    pub products: BTreeMap<Id, Product>,
    /// What happened to products.
    pub incidents: BTreeMap<Id, Incident>,
    /// Published lists.
    pub lists: BTreeMap<Id, List>,
    /// Their entries.
    pub entries: BTreeMap<Id, Entry>,
    /// Dated acts.
    pub acts: BTreeMap<Id, Act>,
    /// States and unions.
    pub jurisdictions: BTreeMap<Id, Jurisdiction>,
    /// Laws that can oblige somebody to give access or help.
    pub laws: BTreeMap<Id, Law>,
    /// What residents may ask.
    pub rights: BTreeMap<Id, Right>,
    /// Letters that ask.
    pub letters: BTreeMap<Id, Letter>,
    /// Standards and labels.
    pub standards: BTreeMap<Id, Standard>,
    /// Their clauses.
    pub clauses: BTreeMap<Id, Clause>,
    /// Numbered flaws, as registers that the user brought have them.
    pub vulnerabilities: BTreeMap<Id, Vulnerability>,
    /// Networks of which more is known than their blocks, by system.
    pub networks: BTreeMap<u32, Network>,
    /// MAC prefixes and who registered them, sorted by prefix and length.
    #[serde(with = "crate::encode::columns::prefixes")]
    pub prefixes: Vec<Prefix>,
    /// The distinct registrants that [`Prefix::registrant`] counts into.
    pub registrants: Vec<Box<str>>,
    /// Address blocks and who routes them, sorted by first address, not overlapping.
    #[serde(with = "crate::encode::columns::blocks")]
    pub addresses: Vec<AddressBlock>,
    /// The distinct operators that [`AddressBlock::operator`] counts into.
    pub operators: Vec<Box<str>>,
}
