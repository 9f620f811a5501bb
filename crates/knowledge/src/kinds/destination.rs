//! Who is behind a name, and what devices go there for.

use serde::{Deserialize, Serialize};

use super::Id;

/// A domain suffix and whose it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Destination {
    /// The name, lower case, without a dot in front; matches itself and all below it.
    pub suffix: Box<str>,
    /// Whether only the name itself matches.
    #[serde(default)]
    pub exact: bool,
    /// The organisation behind it.
    #[serde(default)]
    pub organisation: Option<Id>,
    /// The brand whose devices go there: evidence of a device's brand, where nothing else explains
    /// it. `None` where many brands' devices or browsers go there.
    #[serde(default)]
    pub brand: Option<Id>,
    /// The platform it belongs to.
    #[serde(default)]
    pub platform: Option<Box<str>>,
    /// What devices go there for.
    pub purpose: Purpose,
    /// What this rests on.
    pub sources: Vec<Id>,
    /// Whether one of us read those sources for this.
    #[serde(default)]
    pub verified: bool,
    /// What a reader should know.
    #[serde(default)]
    pub note: Option<Box<str>>,
}

/// What a device goes somewhere for.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Purpose {
    /// What the device is bought for.
    Function,
    /// New software.
    Update,
    /// The time of day.
    Time,
    /// Reports about the device or its use.
    Telemetry,
    /// Advertising.
    Advertising,
    /// Automatic content recognition: what is on the screen.
    Acr,
    /// Relays that connect an app to the device.
    P2pRelay,
    /// Voice assistants.
    Voice,
    /// Storage, hosting and delivery shared by many.
    Hosting,
    /// Checks whether the internet is reachable.
    Connectivity,
    /// Name resolution.
    Names,
    /// Not known.
    #[default]
    Unknown,
}
