//! Legal entities: where they are registered, and who holds them.

use serde::{Deserialize, Serialize};

use super::{Country, Date, Id, Standing};

/// A legal entity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// What other entries name it by.
    pub id: Id,
    /// Its legal name.
    pub name: Box<str>,
    /// Other names it goes by.
    #[serde(default)]
    pub aliases: Vec<Box<str>>,
    /// The jurisdiction it is registered in.
    #[serde(default)]
    pub registered_in: Option<Country>,
    /// The jurisdiction its head office is in.
    #[serde(default)]
    pub headquartered_in: Option<Country>,
    /// Exchange and symbol, where its shares are listed.
    #[serde(default)]
    pub listing: Option<Box<str>>,
    /// Grantee codes the FCC gave it: how its FCC IDs begin.
    #[serde(default)]
    pub grantee_codes: Vec<Box<str>>,
    /// Where to write about personal data: an address or a page of its own.
    #[serde(default)]
    pub privacy_contact: Option<Box<str>>,
    /// Who holds it, each with dates.
    #[serde(default)]
    pub owners: Vec<Holding>,
    /// Disclosed links with states and parties, of the company or of an executive's public office.
    #[serde(default)]
    pub links: Vec<Link>,
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

/// A stake in an organisation over some time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holding {
    /// The organisation that holds.
    pub owner: Id,
    /// How much, as the source puts it: `100%`, `majority`, `about 37%`.
    #[serde(default)]
    pub share: Option<Box<str>>,
    /// Since when.
    #[serde(default)]
    pub from: Option<Date>,
    /// Until when; `None` while it lasts as far as known.
    #[serde(default)]
    pub to: Option<Date>,
    /// What this rests on.
    pub sources: Vec<Id>,
    /// Whether one of us read those sources for this.
    #[serde(default)]
    pub verified: bool,
    /// What a reader should know about how sure this is.
    #[serde(default)]
    pub note: Option<Box<str>>,
}

/// A disclosed link between an organisation and a state, a public body or a party.
///
/// Of the company, or of an executive's public office; never of ordinary people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// What kind of link.
    pub kind: LinkKind,
    /// What was published, neutrally, in the past tense.
    pub statement: Box<str>,
    /// What kind of statement it is.
    #[serde(default)]
    pub standing: Standing,
    /// Since when.
    #[serde(default)]
    pub from: Option<Date>,
    /// Until when, or as of when if there is no start.
    #[serde(default)]
    pub to: Option<Date>,
    /// What the company said about it.
    #[serde(default)]
    pub response: Option<Box<str>>,
    /// What this rests on.
    pub sources: Vec<Id>,
    /// Whether one of us read those sources for this.
    #[serde(default)]
    pub verified: bool,
    /// What a reader should know about how sure this is.
    #[serde(default)]
    pub note: Option<Box<str>>,
}

/// What kind of link a company has with a state, a public body or a party.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum LinkKind {
    /// A public body holds shares.
    PublicHolding,
    /// A body of a party exists in the company.
    PartyOrganisation,
    /// An executive holds or held a public or party office.
    PublicOffice,
    /// A public grant, tax benefit or loan.
    Subsidy,
    /// A contract with a public body.
    GovernmentContract,
    /// Part in a state's research or industry programme.
    StateProgramme,
    /// Who controls it, by its own filing.
    ControllingPerson,
    /// Its legal form says something about who owns it.
    OwnershipForm,
    /// Something else that was disclosed.
    #[default]
    Other,
}
