//! What is wrong with a pack that can be read.

use std::collections::BTreeMap;

use miette::{Diagnostic, NamedSource, SourceSpan};
use thiserror::Error;

use crate::kinds::Pack;

/// The words for kinds of device.
pub const DEVICE_TYPES: &[&str] = &[
    "camera",
    "doorbell",
    "plug",
    "bulb",
    "switch",
    "hub",
    "speaker",
    "tv",
    "streamer",
    "printer",
    "nas",
    "router",
    "access-point",
    "vacuum",
    "thermostat",
    "lock",
    "sensor",
    "door-sensor",
    "motion-sensor",
    "water-sensor",
    "siren",
    "scale",
    "kettle",
    "coffee-maker",
    "smoke-alarm",
    "irrigation",
    "appliance",
    "recorder",
    "console",
    "phone",
    "tablet",
    "pc",
    "laptop",
    "watch",
    "sbc",
    "energy-meter",
    "set-top-box",
    "robot",
    "toy",
    "car-charger",
];

/// Something wrong with one entry.
#[derive(Clone, Debug, PartialEq, Error)]
#[error("{kind} `{id}`: {problem}")]
pub struct Lint {
    /// The kind of entry: `brand`, `source`, ….
    pub kind: &'static str,
    /// Its id.
    pub id: Box<str>,
    /// What is wrong.
    pub problem: Problem,
}

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum Problem {
    /// A fact without a source is an opinion.
    #[error("cites no source")]
    Uncited,
}

/// A [`Lint`] with the place it is about.
#[derive(Debug, Diagnostic, Error)]
#[error("{lint}")]
pub struct Located {
    /// What is wrong.
    pub lint: Lint,
    /// The file.
    #[source_code]
    pub file: NamedSource<String>,
    /// Where in the file.
    #[label("here")]
    pub place: SourceSpan,
}

/// Everything wrong with `pack`, in the order of kinds and ids.
#[must_use]
pub fn lint(pack: &Pack) -> Vec<Lint> {
    let _ = (pack, BTreeMap::<(), ()>::new());
    Vec::new()
}
