//! Rules for findings: when one fires, how bad it is, and what to do.
//!
//! A rule is one Markdown file: front matter between `+++` lines, then prose for people. Conditions
//! are over one device: everything it was seen to say ([`Observed`]) and do ([`Talks`]), where its
//! data goes ([`Visits`]) and what it is ([`Is`]).

use serde::{Deserialize, Serialize};

use super::{Id, Match, Purpose};

/// A rule: something that can be wrong with a device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weakness {
    /// What findings name it by; the file's name.
    pub id: Id,
    /// What is said about the device, in one line: "Sends a login in clear text".
    pub title: Box<str>,
    /// What kind of finding it makes.
    pub kind: FindingKind,
    /// How bad it is.
    pub severity: Severity,
    /// How sure the finding is when the condition holds, `0.0..=0.99`.
    pub confidence: f64,
    /// Findings of one cause count once.
    pub root_cause: Id,
    /// When it fires.
    #[serde(with = "crate::encode::conditions")]
    pub when: Condition,
    /// What to do about it.
    pub action: Action,
    /// Which score its findings count in, where not the one of its kind.
    #[serde(default)]
    pub dimension: Option<Dimension>,
    /// What speaks against it, where that is seen too.
    #[serde(default)]
    pub against: Option<Against>,
    /// Made-up devices on which it must fire.
    pub fires: Vec<Example>,
    /// Made-up devices on which it must stay silent.
    pub silent: Vec<Example>,
    /// What this rests on.
    pub sources: Vec<Id>,
    /// Whether one of us read those sources for this.
    #[serde(default)]
    pub verified: bool,
    /// The prose below the front matter: what it means, why it matters.
    #[serde(default)]
    pub prose: Box<str>,
}

/// The kinds of finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    /// The device can be attacked or overheard.
    Weakness,
    /// The device behaves as if taken over.
    Compromise,
    /// A published incident's signature was seen.
    Incident,
    /// A list or law applies to it.
    Listing,
    /// Data about people goes where they may not expect.
    Privacy,
}

/// What a score is about; each is shown apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Dimension {
    /// Technical weakness: what can be attacked or overheard.
    Weakness,
    /// How far it can be reached, and how far it reaches, on this network.
    Exposure,
    /// What of people's data was seen to go where.
    Data,
    /// Whether it is still looked after.
    Support,
    /// Whether it is known who is behind it.
    Transparency,
}

impl FindingKind {
    /// The score its findings count in, where the rule names none; `None` for what is never scored
    /// by what a device does.
    #[must_use]
    pub const fn dimension(self) -> Option<Dimension> {
        match self {
            Self::Weakness | Self::Compromise | Self::Incident => Some(Dimension::Weakness),
            Self::Privacy => Some(Dimension::Data),
            Self::Listing => None,
        }
    }
}

/// What speaks against a rule: a reason to be less sure, seen on the same device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Against {
    /// When it speaks against it.
    #[serde(with = "crate::encode::conditions")]
    pub when: Condition,
    /// How sure it makes that the rule does not apply, `0.0..=0.99`: the finding's confidence is
    /// multiplied by what this leaves.
    pub confidence: f64,
}

/// How bad a finding is; ordered from mild to severe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Matters together with others.
    Low,
    /// Should be put right.
    Medium,
    /// Should be put right soon.
    High,
    /// Act now.
    Critical,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// One sentence in the imperative.
    pub text: Box<str>,
    /// What it may break, one sentence.
    #[serde(default)]
    pub breaks: Option<Box<str>>,
    /// How much work it is.
    pub effort: Effort,
    /// What later traffic must show for it to count as done.
    #[serde(default)]
    pub verified_by: Option<Box<str>>,
}

/// How much work an action is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effort {
    /// A setting.
    Minutes,
    /// A change to the network, an update, a new account.
    Hour,
    /// A new device.
    Replace,
}

/// When a rule fires on a device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// All of these hold.
    All(Vec<Condition>),
    /// One of these holds.
    Any(Vec<Condition>),
    /// This does not hold. It gives no evidence, so it never stands alone.
    Not(Box<Condition>),
    /// The device was seen to say or show something.
    Observed(Observed),
    /// The device was seen to talk with somebody.
    Talks(Talks),
    /// Its data was seen to go somewhere.
    Visits(Visits),
    /// It is of some kind, as far as its identity is known.
    Is(Is),
}

/// Something said or shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Observed {
    /// The field.
    pub field: Box<str>,
    /// Which values; `None` for any.
    pub matches: Option<Match>,
    /// Which values not.
    pub except: Option<Match>,
    /// How many distinct values at least; 0 and 1 are the same.
    pub distinct: u64,
    /// How many sightings at least.
    pub count: u64,
    /// Where the peer of the conversation it belongs to is; `None` for wherever, or no conversation.
    pub peer: Option<Reach>,
    /// Whose service that conversation is about: `true` the device's own, also where the other end
    /// said it; `false` the peer's; `None` either, or no conversation.
    pub own_service: Option<bool>,
    /// Names another field of the device: values seen there too do not count.
    pub unless_in: Option<Box<str>>,
}

/// Something done.
#[expect(clippy::struct_excessive_bools, reason = "each is a word of its own in a rule's file")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Talks {
    /// `tcp`, `udp`, …; `None` for any.
    pub transport: Option<Box<str>>,
    /// Service ports; empty for any.
    pub ports: Vec<u16>,
    /// Whose service: `true` the device's own, `false` the peer's, `None` either.
    pub own_service: Option<bool>,
    /// Where the peer is; `None` for wherever.
    pub peer: Option<Reach>,
    /// Whether a TCP connection was accepted by the server's end (SYN answered), or data went both ways.
    pub answered: bool,
    /// How many distinct peers at least; 0 and 1 are the same.
    pub peers: u64,
    /// How many bytes went up in all at least.
    pub bytes_up: u64,
    /// For how many seconds in all at least something went up that has the shape of live sound or video.
    pub streamed_seconds: u64,
    /// Whether a TCP connection must have been seen to be opened and accepted.
    pub accepted: bool,
    /// Whether the server's end must not have answered, as most do not who are called at random.
    pub unanswered: bool,
    /// Names fields: peers whose address the device, or another of its network, was given or gave
    /// there do not count.
    pub unless_peer_in: Vec<Box<str>>,
    /// Whether conversations with the network's gateway are left out.
    pub except_gateway: bool,
    /// Names a peer must go by (SNI, DNS answer, …); `None` for any.
    pub name: Option<Match>,
}

/// A destination outside the network.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Visits {
    /// What the destination is for, one of these; empty for any.
    pub purposes: Vec<Purpose>,
    /// Whether something went there that others can read along; `None` for either.
    pub clear: Option<bool>,
    /// Service ports of which one was used; empty for any.
    pub ports: Vec<u16>,
    /// How many distinct destinations at least; 0 and 1 are the same.
    pub distinct: u64,
    /// How many TCP connections to one of them at least.
    pub connections: u64,
    /// How many seconds from one of them to the next at most, on average, and that they went on for so
    /// long at least; 0 for any.
    pub interval_seconds: u64,
}

/// What a device is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Is {
    /// The device types of which it is surely enough one, in the pack's words; empty for any.
    pub types: Vec<Box<str>>,
    /// `device`, `gateway`, `client` or `unknown`; empty for any.
    pub roles: Vec<Box<str>>,
}

/// Where a peer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// In the home's own network.
    Local,
    /// Outside.
    Internet,
}

/// A made-up device for a rule's own test.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Example {
    /// What it shows.
    pub note: Box<str>,
    /// What the device said.
    pub observations: Vec<ExampleObservation>,
    /// What the device did.
    pub conversations: Vec<ExampleConversation>,
    /// The device's type; empty where not known.
    #[serde(rename = "type")]
    pub kind: Box<str>,
    /// The device's role; empty for `unknown`.
    pub role: Box<str>,
    /// What is known of the destinations of those conversations.
    pub destinations: Vec<ExampleDestination>,
}

/// What a pack would know of some peers of an [`Example`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ExampleDestination {
    /// The peer's address.
    pub peer: Box<str>,
    /// What it is for.
    pub purpose: Purpose,
    /// Whether what goes there can be read along.
    pub clear: bool,
    /// How many TCP connections there were, and how many seconds apart.
    pub connections: u64,
    /// See above.
    pub interval_seconds: u64,
}

/// A made-up observation; `values` are seen `count` times each.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ExampleObservation {
    /// The field.
    pub field: Box<str>,
    /// The values.
    pub values: Vec<Box<str>>,
    /// How often each; 0 means once.
    pub count: u64,
    /// The peer of the conversation they belong to, an address.
    pub peer: Option<Box<str>>,
    /// Whether that conversation is about the device's own service.
    pub own_service: bool,
}

/// Made-up conversations, one with each of `peers`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ExampleConversation {
    /// The peers' addresses.
    pub peers: Vec<Box<str>>,
    /// `tcp`, `udp`, ….
    pub transport: Box<str>,
    /// The service's port.
    pub port: u16,
    /// Whether the service is the device's own.
    pub own_service: bool,
    /// Whether the server's end answered.
    pub answered: bool,
    /// Bytes from the device.
    pub bytes_up: u64,
    /// For how many seconds of them they went in a steady stream.
    pub streamed_seconds: u32,
}
