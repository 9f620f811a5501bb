//! Legal entities: where they are registered, and who holds them.

use serde::{Deserialize, Serialize};

use super::{Country, Date, Id};

/// A legal entity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Who holds it, each with dates.
    #[serde(default)]
    pub owners: Vec<Holding>,
    /// What this rests on.
    pub sources: Vec<Id>,
    /// Whether one of us read those sources for this.
    #[serde(default)]
    pub verified: bool,
    /// The day this was checked.
    #[serde(default)]
    pub as_of: Option<Date>,
    /// What a reader should know about how sure this is.
    #[serde(default)]
    pub note: Option<Box<str>>,
}

/// A stake in an organisation over some time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
