//! What to do, in steps that a person can follow: for a rule's finding, or for where a device stands.
//!
//! A rule says in one sentence what to do. This says how, on which devices, at which router; what it
//! costs, what it would break, and what later traffic shows once it is done.

use serde::{Deserialize, Serialize};

use super::{Date, Id, Sensor};

/// One way to put something right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advice {
    /// What other entries name it by.
    pub id: Id,
    /// What is done, in a few words.
    pub title: Box<str>,
    /// The rules whose findings it answers; empty for advice on where a device stands.
    #[serde(default)]
    pub rules: Vec<Id>,
    /// The kinds of device it is for; empty for all.
    #[serde(default)]
    pub types: Vec<Box<str>>,
    /// The brands it is for; empty for all.
    #[serde(default)]
    pub brands: Vec<Id>,
    /// The models of those brands it is for; empty for all.
    #[serde(default)]
    pub models: Vec<Box<str>>,
    /// The brands of the router at which it is done; empty if it is done elsewhere or at any.
    #[serde(default)]
    pub routers: Vec<Id>,
    /// More general advice that it takes the place of.
    #[serde(default)]
    pub replaces: Vec<Id>,
    /// For where a device stands: what it can sense.
    #[serde(default)]
    pub sensors: Vec<Sensor>,
    /// For where a device stands: words of the user's name for the room, in lower case.
    #[serde(default)]
    pub rooms: Vec<Box<str>>,
    /// What to do, one thing a step.
    pub steps: Vec<Box<str>>,
    /// What stops working or gets harder; every advice says so, if only that nothing does.
    pub breaks: Box<str>,
    /// What it costs.
    pub cost: Cost,
    /// What later traffic shows once it is done; `None` where the network cannot show it.
    #[serde(default)]
    pub verify: Option<Verify>,
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

/// What a person spends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cost {
    /// Minutes, for somebody who does it for the first time.
    pub minutes: u16,
    /// Money.
    pub money: Money,
    /// What one must know.
    pub skill: Skill,
}

/// Money that it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Money {
    /// None.
    None,
    /// Less than a new device: a subscription, a cable, a card.
    Some,
    /// A new device.
    Device,
}

/// What one must know to do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Skill {
    /// Anybody who uses the device: its app, its menu, its plug.
    Anyone,
    /// Somebody who finds their way in settings, as those of a router.
    Settings,
    /// Somebody who knows networks.
    Expert,
}

/// What shows that it was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verify {
    /// What later traffic shows.
    pub shows: Shows,
    /// Over how many days in which we watched and the device was seen.
    pub days: u16,
}

/// What later traffic shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shows {
    /// What was found is not seen any more while the device is.
    Silence,
    /// The device goes on talking there, and now encrypts.
    Encrypted,
    /// The name or place is not contacted any more while others are.
    NotContacted,
    /// A newer firmware, with which it is not found.
    NewerFirmware,
}

impl Advice {
    /// How many conditions narrow it down: the most specific advice is the best.
    #[must_use]
    pub fn narrowness(&self) -> usize {
        let narrowed = |weight, empty: bool| if empty { 0 } else { weight };
        narrowed(8, self.models.is_empty())
            + narrowed(4, self.brands.is_empty())
            + narrowed(2, self.routers.is_empty())
            + narrowed(1, self.types.is_empty())
    }
}

impl Cost {
    /// How an hour, a device and a skill weigh against a few minutes; our choice, see
    /// `docs/decisions/0037-advice.md`.
    #[must_use]
    pub fn weight(&self) -> f64 {
        let money = match self.money {
            Money::None => 0.0,
            Money::Some => 1.0,
            Money::Device => 2.0,
        };
        let skill = match self.skill {
            Skill::Anyone => 0.0,
            Skill::Settings => 0.25,
            Skill::Expert => 1.0,
        };
        1.0 + f64::from(self.minutes) / 60.0 + money + skill
    }
}
