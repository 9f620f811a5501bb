//! Models: what they can sense, and how long they are looked after.

use serde::{Deserialize, Serialize};

use super::{Country, Date, Id};

/// A model, or a family that differs in nothing said here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// What other entries name it by.
    pub id: Id,
    /// The brand.
    pub brand: Id,
    /// As the maker writes it.
    pub model: Box<str>,
    /// Other names and numbers of the same thing.
    #[serde(default)]
    pub aliases: Vec<Box<str>>,
    /// The kind of device.
    #[serde(rename = "type")]
    pub kind: Box<str>,
    /// What it can sense.
    #[serde(default)]
    pub sensors: Vec<Sensor>,
    /// First sold.
    #[serde(default)]
    pub released: Option<Date>,
    /// Security updates promised or given until.
    #[serde(default)]
    pub supported_until: Option<Date>,
    /// Support ended: no more updates since.
    #[serde(default)]
    pub ended: Option<Date>,
    /// The FCC ID on the label.
    #[serde(default)]
    pub fcc_ids: Vec<Box<str>>,
    /// When the market authorisation was granted.
    #[serde(default)]
    pub authorised: Option<Date>,
    /// Countries of production, where a label or filing says so.
    #[serde(default)]
    pub produced_in: Vec<Country>,
    /// Barcodes.
    #[serde(default)]
    pub barcodes: Vec<Box<str>>,
    /// Labels and certificates it holds, by standard.
    #[serde(default)]
    pub labels: Vec<Id>,
    /// Whose cloud and app it uses, where not the brand's.
    #[serde(default)]
    pub platform: Option<Box<str>>,
    /// The radio or platform module inside, where known.
    #[serde(default)]
    pub module: Option<Id>,
    /// The company that makes it for the brand, where known.
    #[serde(default)]
    pub made_by: Option<Id>,
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

/// What a device can sense of the people around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Sensor {
    /// Pictures.
    Camera,
    /// Sound.
    Microphone,
    /// Where somebody is or was.
    Location,
    /// Whether somebody is there.
    Presence,
    /// The shape of rooms.
    Map,
    /// What is on its screen.
    Screen,
    /// Measures of a body.
    Body,
    /// Use of electricity, heat or water, which tells when somebody is home.
    Use,
}
