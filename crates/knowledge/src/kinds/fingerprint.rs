//! What a field's value tells about the device that said it.

use evidence::{Field, fields};
use serde::{Deserialize, Serialize};

use super::Id;

/// Where a device's own name is seen: what a fingerprint's field `name` stands for.
pub const NAMES: [Field; 9] = [
    fields::DHCP_HOST_NAME,
    fields::DHCPV6_HOST_NAME,
    fields::MDNS_NAME,
    fields::NBNS_NAME,
    fields::LLMNR_NAME,
    fields::NETBIOS_COMMENT,
    fields::LLDP_NAME,
    fields::SNMP_NAME,
    fields::CDP_NAME,
];

/// Where the names of servers that a device goes to are seen: what a fingerprint's field `contacts`
/// stands for.
pub const CONTACTS: [Field; 4] =
    [fields::DNS_QUERY, fields::TLS_SNI, fields::QUIC_SNI, fields::HTTP_HOST];

/// Where a device gives the number of the enterprise that made it or its system, as IANA lists them:
/// what a fingerprint's field `enterprise` stands for.
pub(super) const ENTERPRISES: [Field; 3] =
    [fields::SNMP_ENTERPRISE, fields::DHCP_ENTERPRISE, fields::DHCPV6_ENTERPRISE];

/// The fields that a pack's word for one stands for: itself, or those of a group; none if it is no
/// such word.
pub fn fields_of(word: &str) -> impl Iterator<Item = Field> + use<> {
    let group: &[Field] = match word {
        "name" => &NAMES,
        "contacts" => &CONTACTS,
        "enterprise" => &ENTERPRISES,
        _ => &[],
    };
    group.iter().copied().chain(Field::from_name(word))
}

/// A pattern on one field, and what it tells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fingerprint {
    /// What evidence names it by.
    pub id: Id,
    /// The field, as `protocol.field`, or a group of them: see [`fields_of`].
    pub field: Box<str>,
    /// Which values it is about.
    pub matches: Match,
    /// What else must have been seen of the same device for it to tell anything.
    #[serde(default)]
    pub also: Option<Also>,
    /// What such a value tells.
    pub tells: Tells,
    /// How reliable that is alone, `0.0..1.0`; see the pack's README for the scale.
    pub strength: f64,
    /// Clues of one group rest on the same thing and do not add up. `None`: the field's own group.
    #[serde(default)]
    pub group: Option<Box<str>>,
    /// Values it must match, with what each must tell in comments if that varies.
    pub examples: Vec<Box<str>>,
    /// Values it must not match.
    #[serde(default)]
    pub counterexamples: Vec<Box<str>>,
    /// What this rests on.
    pub sources: Vec<Id>,
    /// Whether one of us read those sources for this.
    #[serde(default)]
    pub verified: bool,
    /// What a reader should know.
    #[serde(default)]
    pub note: Option<Box<str>>,
}

/// Something else about the same device: without it, the value tells nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Also {
    /// The field, as that of a fingerprint; `mac.registrant` and `traffic.service` too.
    pub field: Box<str>,
    /// Which of its values will do.
    pub matches: Match,
}

/// Which values of a field are meant. Letters' case never matters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Match {
    /// The whole value.
    Exact(Box<str>),
    /// Its beginning.
    Prefix(Box<str>),
    /// A domain name and all below it.
    Domain(Box<str>),
    /// Any part of it.
    Contains(Box<str>),
    /// A regular expression, anywhere unless anchored; its groups can be used in what it tells.
    Pattern(Box<str>),
}

/// What a clue tells; texts may use a pattern's groups as `$name` or `$1`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tells {
    /// The brand's id.
    #[serde(default)]
    pub brand: Option<Id>,
    /// What the device's maker calls itself: it tells the one brand of the pack that goes by that
    /// name, and nothing if none or several do.
    #[serde(default)]
    pub brand_named: Option<Box<str>>,
    /// The address of its maker's web site: it tells the one brand that the pack knows its domain of.
    #[serde(default)]
    pub brand_site: Option<Box<str>>,
    /// The model, as its maker writes it.
    #[serde(default)]
    pub model: Option<Box<str>>,
    /// The kind of device: `camera`, `plug`, `tv`, …; the pack's README lists them.
    #[serde(default, rename = "type")]
    pub kind: Option<Box<str>>,
    /// The operating system.
    #[serde(default)]
    pub os: Option<Box<str>>,
    /// The firmware's version.
    #[serde(default)]
    pub firmware: Option<Box<str>>,
    /// The module maker's id.
    #[serde(default)]
    pub module_maker: Option<Id>,
    /// The role, where the clue tells it: `client` (phone, PC), `gateway`, `device`.
    #[serde(default)]
    pub role: Option<Box<str>>,
}
