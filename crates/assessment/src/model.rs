//! What an assessment says: plain data, made only by this crate, read by reports.

mod destination;
mod finding;
mod identity;
mod provenance;

use std::{collections::BTreeMap, fmt, net::IpAddr, sync::Arc};

use crate::{attribution::listings::Listing, devices::Identifier};
use evidence::{Dropped, Field, Mac, Service, Sighting, Timestamp};
use knowledge::kinds::{Advice, Country, Date, Id, Law, Right, Sensor, Verify};

pub use self::{
    destination::{Destination, Encryption, ServerCountry, Stream},
    finding::{Action, Finding},
    identity::{Claim, Claims, Grounds, Identity, MAC, Reason, USER},
    provenance::{Exposure, Party, Provenance, Through},
};
pub use crate::cited::Cited;

/// Everything that can be said about the traffic in a ledger.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Assessment {
    /// The pack's version.
    pub knowledge_version: Box<str>,
    /// The day the pack was last checked.
    pub knowledge_as_of: Box<str>,
    /// The policy's id.
    pub policy: Box<str>,
    /// The day as of which owners, lists and laws are stated.
    pub as_of: Box<str>,
    /// Where the user lives, if they said so.
    pub residence: Option<Country>,
    /// What was read, and how well.
    pub sources: Vec<evidence::Source>,
    /// What did not fit into the ledger.
    pub dropped: Dropped,
    /// The network's devices first, by address, then others that were seen as link-layer hosts.
    pub devices: Vec<Device>,
    /// By severity, the worst first.
    pub findings: Vec<Finding>,
    /// By what they gain, the best first.
    pub actions: Vec<Action>,
    /// What to think of where devices stand.
    pub placements: Vec<Placement>,
    /// Every advice that an action or a placement names, by its id.
    pub advice: BTreeMap<Id, Advice>,
    /// What later traffic must show for a rule's findings to count as gone, where the pack says so.
    pub verifications: BTreeMap<Id, Verify>,
    /// Every piece of evidence something above rests on.
    pub evidence: Cited,
    /// Every access law that something above names, by its id.
    pub laws: BTreeMap<Id, Law>,
    /// What the user may ask as a resident, the nearest place's rights first.
    pub rights: Vec<Right>,
    /// Every source something above cites.
    pub references: BTreeMap<Id, knowledge::kinds::Source>,
}

/// Numbers evidence within one assessment; shown as `o12`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EvidenceId(pub u32);

impl fmt::Display for EvidenceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        numbered(f, b'o', self.0)
    }
}

/// Numbers devices within one assessment; shown as `d3`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeviceId(pub u32);

impl DeviceId {
    /// Its place in [`Assessment::devices`]; `None` for the number 0, which no device has.
    #[must_use]
    pub fn index(self) -> Option<usize> {
        usize::try_from(self.0).ok()?.checked_sub(1)
    }
}

impl fmt::Display for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        numbered(f, b'd', self.0)
    }
}

/// Writes a letter and a number, at a third of what formatting takes: a large report is full of them.
fn numbered(f: &mut fmt::Formatter<'_>, letter: u8, mut number: u32) -> fmt::Result {
    /// As many as 2^32 has, and the letter.
    const LONGEST: usize = 11;

    let mut text = [letter; LONGEST];
    let mut start = LONGEST;
    for place in text.iter_mut().skip(1).rev() {
        let [.., digit] = (number % 10).to_be_bytes();
        *place = b'0' + digit;
        number /= 10;
        start -= 1;
        if number == 0 {
            break;
        }
    }
    if let Some(first) = text.get_mut(start - 1) {
        *first = letter;
    }
    let text = text.get(start - 1..).unwrap_or_default();
    f.write_str(std::str::from_utf8(text).unwrap_or_default())
}

/// How sure, `0.0..=0.99`. Nothing inferred from traffic is certain.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Confidence(f64);

impl Confidence {
    /// The most anything is sure.
    pub const MOST: Self = Self(0.99);

    /// Below this, a value is a candidate and not an answer.
    pub const ANSWER: Self = Self(0.5);

    /// Clamps into the range; what is no number is 0.
    #[must_use]
    pub fn new(value: f64) -> Self {
        if value.is_nan() { Self(0.0) } else { Self(value.clamp(0.0, Self::MOST.0)) }
    }

    /// As a number.
    #[must_use]
    pub const fn value(self) -> f64 {
        self.0
    }
}

/// One reason for a claim: what was seen, and what published text makes it mean something.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// What was seen.
    pub what: Witness,
    /// The first sighting.
    pub first: Sighting,
    /// Index of the first sighting's source in [`Assessment::sources`].
    pub source: usize,
    /// When it was last seen.
    pub last: Timestamp,
    /// How often.
    pub count: u64,
}

/// What was seen.
#[derive(Clone, Debug, PartialEq)]
pub enum Witness {
    /// Something said or shown.
    Observation {
        /// The field.
        field: Field,
        /// The value. Untrusted.
        value: Arc<str>,
        /// The conversation, where it belongs to one.
        about: Option<Service>,
    },
    /// Traffic with a peer.
    Conversation {
        /// With whom, about what.
        service: Service,
        /// Bytes from the device.
        bytes_up: u64,
        /// Bytes to the device.
        bytes_down: u64,
    },
    /// The device's own address.
    Address {
        /// The address.
        mac: Mac,
    },
    /// The device's MAC prefix, as the public registry has it.
    Registration {
        /// The address.
        mac: Mac,
        /// Who registered the prefix, in the registry's words.
        registrant: Arc<str>,
    },
}

/// A device, or a host that is not one of the network's devices (`local` is false).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Device {
    /// Its number here.
    pub id: DeviceId,
    /// Whether it is of this network.
    pub local: bool,
    /// What part it plays.
    pub role: Role,
    /// Its link-layer addresses.
    pub macs: Box<[Mac]>,
    /// Its network addresses, IPv4 first.
    pub ips: Box<[IpAddr]>,
    /// Names it gave itself or was given, most telling first. Untrusted.
    pub names: Box<[Box<str>]>,
    /// By what it can be told again, the steadiest first; nothing that another device here bears too.
    pub identifiers: Box<[Identifier]>,
    /// What the user noted of it.
    pub note: Option<Box<Noted>>,
    /// What it is.
    pub identity: Identity,
    /// Who is behind it, as far as the brand tells. Devices of one kind share this and what follows.
    pub provenance: Arc<Provenance>,
    /// Whose laws can reach those companies.
    pub exposure: Arc<[Exposure]>,
    /// Entries of lists that touch it or nearly do, or of which that is not known.
    pub listings: Arc<[Listing]>,
    /// What its model can sense, where the pack says so.
    pub sensors: Arc<[Sensor]>,
    /// Where its data goes, most bytes first.
    pub destinations: Box<[Destination]>,
    /// Bytes from and to it in all.
    pub bytes_up: u64,
    /// See above.
    pub bytes_down: u64,
    /// When it was first and last seen.
    pub first: Timestamp,
    /// See above.
    pub last: Timestamp,
    /// The pack's entry for its model, where brand and model lead to one.
    pub product: Option<Id>,
    /// How much concern there is, dimension by dimension. Devices of the same scores share them.
    pub scores: Arc<Scores>,
    /// Indexes into [`Assessment::findings`].
    pub findings: Box<[usize]>,
    /// Indexes into [`Assessment::actions`].
    pub actions: Box<[usize]>,
}

impl Device {
    /// Whether nothing but the prefix of its MAC address tells the brand, nor a model of that brand:
    /// then nothing is said of who is behind it, and of lists only what its kind alone leads to.
    #[must_use]
    pub fn is_told_by_prefix(&self) -> bool {
        self.product.is_none() && self.identity.brand.answer().is_some_and(Claim::is_by_prefix)
    }
}

/// What the user says of a device besides what it is; that stands among its claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// The day of the note.
    pub on: Date,
    /// The identifier it is filed under.
    pub key: Box<str>,
    /// Both in a phrase.
    pub says: Box<str>,
    /// Where it stands. The user's words.
    pub room: Option<Box<str>>,
    /// What the user calls it. The user's words.
    pub name: Option<Box<str>>,
    /// Where the device was told by that identifier.
    pub evidence: EvidenceId,
}

/// What part a host plays in the network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// A thing: camera, plug, television, ….
    Device,
    /// The way out.
    Gateway,
    /// A phone or computer that a person uses.
    Client,
    /// Not enough was seen.
    #[default]
    Unknown,
}

/// What to think of where a device stands, from what it can sense there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// Which device.
    pub device: DeviceId,
    /// A key of [`Assessment::advice`].
    pub advice: Id,
    /// The room. The user's words.
    pub room: Box<str>,
    /// What it can sense there.
    pub senses: Vec<Sensor>,
}

/// A score from 0 (no concern) to 100, as an interval: from what is sure alone, from all.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Score {
    /// From findings of confidence 0.8 and more.
    pub low: f64,
    /// From all findings.
    pub high: f64,
    /// The share of rules whose fields this evidence could not have shown, `0.0..=1.0`.
    pub unknown_share: f64,
}

/// How much concern there is about a device, dimension by dimension; never one number alone.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scores {
    /// What can be attacked or overheard.
    pub weakness: Score,
    /// How far it can be reached and reaches.
    pub exposure: Score,
    /// What of people's data goes where.
    pub data: Score,
    /// Whether it is still looked after.
    pub support: Score,
    /// Whether it is known who is behind it.
    pub transparency: Score,
    /// What the lists and laws that the policy names mean for it; `None` under a policy that scores
    /// none, as the default does.
    pub legal: Option<Score>,
}
