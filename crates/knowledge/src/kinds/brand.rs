//! The name on the box, and the maker of the radio inside: two different things.

use serde::{Deserialize, Serialize};

use super::{Country, Date, Id};

/// A name on the box.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Brand {
    /// What other entries name it by.
    pub id: Id,
    /// As the maker writes it.
    pub name: Box<str>,
    /// Other spellings and sub-brands.
    #[serde(default)]
    pub aliases: Vec<Box<str>>,
    /// The legal entity that makes products of this name, or has them made.
    #[serde(default)]
    pub maker: Option<Id>,
    /// The legal entity that sells them, where another.
    #[serde(default)]
    pub seller: Option<Id>,
    /// The owner of the name, where it is licensed.
    #[serde(default)]
    pub licensed_from: Option<Id>,
    /// Whose cloud and app the products use.
    #[serde(default)]
    pub platform: Option<Box<str>>,
    /// Since when this has been so.
    #[serde(default)]
    pub from: Option<Date>,
    /// Until when.
    #[serde(default)]
    pub to: Option<Date>,
    /// Names in the MAC prefix registry that stand for this brand's own products, whole and as
    /// registered. Weak evidence of the brand, unless [`exclusive`](Self::exclusive) says more.
    #[serde(default)]
    pub registrants: Vec<Box<str>>,
    /// Whether the prefixes of those registrants are on this brand's products only.
    #[serde(default)]
    pub exclusive: Option<Exclusive>,
    /// The kind of device, where everything of the brand that is on a network is of that kind.
    #[serde(default)]
    pub only: Option<Only>,
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

/// The one kind of device that a brand puts on networks, now and before.
///
/// Then the brand tells the kind. It is taken out again once the brand sells something else too, for
/// nothing on the wire tells old devices from new ones.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Only {
    /// The kind of device.
    #[serde(rename = "type")]
    pub kind: Box<str>,
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

/// That the prefixes of a brand's registrants are on products of this brand only: it sells no
/// modules, makes nothing for other names, and no other brand shares them.
///
/// Then a prefix alone is just enough for an answer. It is taken out again once one device of another
/// name is seen to bear such a prefix as sold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exclusive {
    /// Which of the brand's registrants; all of them if none is named.
    #[serde(default)]
    pub registrants: Vec<Box<str>>,
    /// Whether it sells network adapters too: then the prefix in a computer tells the adapter's brand.
    #[serde(default)]
    pub adapters: bool,
    /// Why this holds, in a sentence.
    pub reason: Box<str>,
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
}

impl Brand {
    /// What says that prefixes of `registrant` are on this brand's products only, if that is so.
    #[must_use]
    pub fn exclusive_to(&self, registrant: &str) -> Option<&Exclusive> {
        let named = |it: &&Exclusive| {
            it.registrants.is_empty() || it.registrants.iter().any(|name| **name == *registrant)
        };
        self.exclusive.as_ref().filter(named)
    }
}

/// A maker of radio modules, chips or boards that end up in many brands' products.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModuleMaker {
    /// What other entries name it by.
    pub id: Id,
    /// Its name.
    pub name: Box<str>,
    /// The jurisdiction its head office is in.
    #[serde(default)]
    pub headquartered_in: Option<Country>,
    /// The legal entity.
    #[serde(default)]
    pub organisation: Option<Id>,
    /// Names in the MAC prefix registry, whole and as registered.
    pub registrants: Vec<Box<str>>,
    /// What this rests on.
    pub sources: Vec<Id>,
    /// Whether one of us read those sources for this.
    #[serde(default)]
    pub verified: bool,
    /// What a reader should know.
    #[serde(default)]
    pub note: Option<Box<str>>,
}
