//! What an assessment says: plain data, made only by this crate, read by reports.

use std::{collections::BTreeMap, fmt, net::IpAddr, ops::Deref, sync::Arc};

use crate::{attribution::listings::Listing, devices::Identifier};
use evidence::{Dropped, Field, Mac, Sampled, Service, Sighting, Timestamp};
use knowledge::kinds::{
    Advice, Country, Date, Dimension, Effort, FindingKind, Id, Law, Purpose, Right, Sensor,
    Severity, Verify, Weakness,
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

/// The group of what the prefix of a MAC address says.
pub const MAC: &str = "mac";

/// The group of what the user says.
pub const USER: &str = "user";

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

/// What a device is: claims, each with evidence.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Identity {
    /// The brand's name.
    pub brand: Claims,
    /// The model.
    pub model: Claims,
    /// The kind of device.
    pub kind: Claims,
    /// The operating system.
    pub os: Claims,
    /// The firmware's version.
    pub firmware: Claims,
    /// The module maker's name.
    pub module_maker: Claims,
}

/// The competing values of one property, the surest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Claims(pub Box<[Claim]>);

impl Claims {
    /// The answer: the surest value, if it is sure enough to be one.
    #[must_use]
    pub fn answer(&self) -> Option<&Claim> {
        self.0.first().filter(|claim| claim.confidence >= Confidence::ANSWER)
    }

    /// All other values.
    pub fn candidates(&self) -> impl Iterator<Item = &Claim> {
        self.0.iter().skip(usize::from(self.answer().is_some()))
    }
}

/// A value of a property, and why it is believed.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// The value, in the pack's spelling where it has one. May be untrusted text.
    pub value: Box<str>,
    /// The pack's id for it, where it has one.
    pub id: Option<Id>,
    /// How sure.
    pub confidence: Confidence,
    /// Why; never empty.
    pub reasons: Box<[Reason]>,
}

impl Claim {
    /// Whether nothing but the prefix of a MAC address says so: enough to name a brand, and not
    /// enough to say anything of a company.
    #[must_use]
    pub fn is_by_prefix(&self) -> bool {
        self.reasons.iter().all(|reason| &*reason.group == MAC)
    }

    /// Whether it is what the user said.
    #[must_use]
    pub fn is_users(&self) -> bool {
        self.reasons.iter().any(|reason| &*reason.group == USER)
    }
}

/// One step from something seen to a claim.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// What was seen.
    pub evidence: EvidenceId,
    /// What makes it mean something; many claims rest on the same.
    pub grounds: Arc<Grounds>,
}

impl Deref for Reason {
    type Target = Grounds;

    fn deref(&self) -> &Grounds {
        &self.grounds
    }
}

/// Why something seen means something.
#[derive(Clone, Debug, PartialEq)]
pub struct Grounds {
    /// The pack entry that says what it means: a fingerprint, a destination, a brand.
    pub entry: Id,
    /// How reliable such a clue is alone.
    pub strength: f64,
    /// Clues of one group do not add up.
    pub group: Box<str>,
    /// The published texts that entry rests on.
    pub sources: Vec<Id>,
    /// Whether somebody read those texts for that entry.
    pub verified: bool,
}

/// Who is behind a device.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Provenance {
    /// The legal maker.
    pub maker: Option<Party>,
    /// Who sells it, where another than the maker.
    pub seller: Option<Party>,
    /// Whose name is on it, where that is licensed.
    pub licensed_from: Option<Party>,
    /// Who controls the maker, where the pack knows a majority or controlling owner.
    pub owner: Option<Party>,
    /// Whose cloud and app it uses.
    pub platform: Option<Box<str>>,
    /// Who runs that platform.
    pub platform_operator: Option<Party>,
}

impl Provenance {
    /// The companies behind the device by their part, nearest first.
    pub fn parties(&self) -> impl Iterator<Item = (Through, &Party)> {
        let named = [
            (Through::Maker, &self.maker),
            (Through::Seller, &self.seller),
            (Through::Licensor, &self.licensed_from),
            (Through::PlatformOperator, &self.platform_operator),
            (Through::Owner, &self.owner),
        ];
        named.into_iter().filter_map(|(through, party)| Some((through, party.as_ref()?)))
    }
}

/// A jurisdiction whose law can reach a company behind a device: a possibility, never an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// The state or union.
    pub jurisdiction: Country,
    /// The companies it reaches, by their part and the pack's ids.
    pub through: Vec<(Through, Id)>,
    /// Its laws in force that could oblige one of them, by the pack's ids.
    pub laws: Vec<Id>,
}

/// What part a company has in a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Through {
    /// It makes it, or has it made.
    Maker,
    /// It sells it.
    Seller,
    /// It owns the name and lets another use it: it holds no data of the device.
    Licensor,
    /// It runs the cloud and the app.
    PlatformOperator,
    /// It controls the maker.
    Owner,
}

/// An organisation with what this says about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Party {
    /// The pack's id.
    pub id: Id,
    /// Its legal name.
    pub name: Box<str>,
    /// Where its head office is.
    pub country: Option<Country>,
    /// Where it is registered.
    pub registered_in: Option<Country>,
    /// The published texts this rests on.
    pub sources: Vec<Id>,
    /// Whether somebody read them for this.
    pub verified: bool,
}

/// Somewhere outside the network that a device talks with. What is said of many alike is shared.
#[derive(Clone, Debug, PartialEq)]
pub struct Destination {
    /// The name it was reached by; the address where no name was seen. Untrusted.
    pub name: Box<str>,
    /// How the name is known; `None` where it is an address.
    pub named_by: Option<Field>,
    /// The registrable domain.
    pub domain: Option<Arc<str>>,
    /// Its addresses, in order.
    pub addresses: Box<[IpAddr]>,
    /// Services used, as `tcp/443`, in order.
    pub services: Arc<[Box<str>]>,
    /// The organisation behind the name, by the pack.
    pub organisation: Option<Arc<Party>>,
    /// The country the servers stand in, and how that is known.
    pub server_country: Option<ServerCountry>,
    /// The operator of the network the servers are in.
    pub operator: Option<Arc<str>>,
    /// What for.
    pub purpose: Purpose,
    /// The pack's destination entry: its suffix.
    pub entry: Option<Arc<str>>,
    /// Bytes from the device.
    pub bytes_up: u64,
    /// Bytes to the device.
    pub bytes_down: u64,
    /// Whether others can read along.
    pub encryption: Encryption,
    /// What the first bytes looked like of streams of which no protocol tells whether they are
    /// encrypted.
    pub sampled: Sampled,
    /// What went up there in streams with the shape of live sound or video.
    pub stream: Option<Stream>,
    /// How many TCP connections the device asked for.
    pub connections: u64,
    /// When first and last.
    pub first: Timestamp,
    /// See above.
    pub last: Timestamp,
    /// How sure the name and organisation are.
    pub confidence: Confidence,
    /// Why.
    pub evidence: Box<[EvidenceId]>,
}

impl Destination {
    /// Fewer connections have no rhythm; our choice.
    const FEWEST_CONNECTIONS: u64 = 4;

    /// Seconds from one connection to the next, on average; `None` where there were too few. It says
    /// nothing of how regular they were.
    #[must_use]
    pub fn interval(&self) -> Option<u64> {
        let gaps = self.connections.checked_sub(1)?;
        let enough = self.connections >= Self::FEWEST_CONNECTIONS;
        enough.then(|| self.last.since(self.first) / 1_000_000_000 / gaps)
    }
}

/// A steady stream from the device: long, and mostly from it. That is the shape of live sound or video,
/// and of a long upload as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream {
    /// Bytes from the device.
    pub bytes: u64,
    /// For how long, all streams together.
    pub seconds: u64,
}

impl Stream {
    /// Thousands of bits a second, on average.
    #[must_use]
    pub fn rate(&self) -> u64 {
        self.bytes.saturating_mul(8) / 1_000 / self.seconds.max(1)
    }
}

/// Where servers stand, with how that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerCountry {
    /// The country the address block is registered in: often, not always, where it is used.
    Registered(Country),
    /// Many places at once: anycast or a delivery network.
    Anywhere,
}

/// Whether others on the way can read along.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Encryption {
    /// All streams recognised are encrypted.
    Encrypted,
    /// None is.
    Clear,
    /// Some are.
    Mixed,
    /// None was recognised.
    #[default]
    Unknown,
}

/// Something wrong with a device.
///
/// **Invariant.** There is always evidence: a finding cannot be made without any.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The rule.
    pub rule: Id,
    /// What kind.
    pub kind: FindingKind,
    /// Whose.
    pub device: DeviceId,
    /// One line.
    pub title: Arc<str>,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// Findings of one cause count once in scores.
    pub root_cause: Id,
    /// What the rule rests on.
    pub references: Arc<[Id]>,
    /// Whether somebody read those texts for this rule.
    pub verified: bool,
    /// What this means and why it matters: the rule's prose.
    pub explanation: Arc<str>,
    /// Which score it counts in; `None` for what is never scored.
    pub dimension: Option<Dimension>,
    /// What was seen that speaks against it; it made the finding less sure.
    pub against: Vec<EvidenceId>,
    pub(crate) evidence: Vec<EvidenceId>,
}

impl Finding {
    /// States that `weakness` applies to `device` because of `evidence`.
    #[must_use]
    pub fn new(weakness: &Weakness, device: DeviceId, evidence: EvidenceId) -> Self {
        Self {
            rule: weakness.id.clone(),
            kind: weakness.kind,
            device,
            title: (*weakness.title).into(),
            severity: weakness.severity,
            confidence: Confidence::new(weakness.confidence),
            root_cause: weakness.root_cause.clone(),
            references: (*weakness.sources).into(),
            verified: weakness.verified,
            explanation: (*weakness.prose).into(),
            dimension: weakness.dimension.or(weakness.kind.dimension()),
            against: Vec::new(),
            evidence: vec![evidence],
        }
    }

    /// States the same of another device, because of other evidence; the texts are shared.
    #[must_use]
    pub fn again(&self, device: DeviceId, evidence: EvidenceId) -> Self {
        Self { device, against: Vec::new(), evidence: vec![evidence], ..self.clone() }
    }

    /// Adds a reason, unless it is there already.
    #[must_use]
    pub fn because(mut self, evidence: EvidenceId) -> Self {
        if !self.evidence.contains(&evidence) {
            self.evidence.push(evidence);
        }
        self
    }

    /// Why; never empty, in the order the reasons were given: the earliest first.
    #[must_use]
    pub fn evidence(&self) -> &[EvidenceId] {
        &self.evidence
    }
}

/// Something to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// The rule it answers.
    pub rule: Id,
    /// For which device.
    pub device: DeviceId,
    /// One sentence in the imperative.
    pub text: Arc<str>,
    /// What it may break.
    pub breaks: Option<Arc<str>>,
    /// How much work.
    pub effort: Effort,
    /// What later traffic must show for it to count as done.
    pub verified_by: Option<Arc<str>>,
    /// Indexes into [`Assessment::findings`] it answers.
    pub findings: Vec<usize>,
    /// How to do it: keys of [`Assessment::advice`], the best first. Any one of them will do.
    pub guides: Arc<[Id]>,
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
