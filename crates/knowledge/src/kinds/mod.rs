//! The kinds of entry a pack holds, one file each, as plain data.
//!
//! All are read from TOML and kept in postcard, so they use neither `flatten` nor untagged enums.

mod brand;
mod destination;
mod fingerprint;
mod network;
mod organisation;
mod policy;
mod source;
mod weakness;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use brand::{Brand, ModuleMaker};
pub use destination::{Destination, Purpose};
pub use fingerprint::{Fingerprint, Match, Tells};
pub use network::{AddressBlock, Network, Prefix};
pub use organisation::{Holding, Organisation};
pub use policy::Policy;
pub use source::{Grade, Source};
pub use weakness::{
    Action, Condition, Effort, Example, ExampleConversation, ExampleDestination,
    ExampleObservation, FindingKind, Is, Observed, Reach, Severity, Talks, Visits, Weakness,
};

/// The name an entry is cited by: lower case letters, digits and hyphens.
pub type Id = Box<str>;

/// A calendar date as precise as its source: `2026`, `2026-11` or `2026-11-21`.
pub type Date = Box<str>;

/// An ISO 3166-1 alpha-2 code, or `EU`.
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
    /// Rules for findings, and what to do about each.
    pub weaknesses: BTreeMap<Id, Weakness>,
    /// Which dimensions a user chooses to score.
    pub policies: BTreeMap<Id, Policy>,
    /// Networks of which more is known than their blocks, by system.
    pub networks: BTreeMap<u32, Network>,
    /// MAC prefixes and who registered them, sorted by prefix and length.
    pub prefixes: Vec<Prefix>,
    /// The distinct registrants that [`Prefix::registrant`] counts into.
    pub registrants: Vec<Box<str>>,
    /// Address blocks and who routes them, sorted by first address, not overlapping.
    pub addresses: Vec<AddressBlock>,
    /// The distinct operators that [`AddressBlock::operator`] counts into.
    pub operators: Vec<Box<str>>,
}
