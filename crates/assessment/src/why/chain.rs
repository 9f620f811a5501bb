//! The parts of a chain.

use knowledge::kinds::Source;

use super::Asked;
use crate::model::{Confidence, DeviceId, Evidence, EvidenceId};

/// Everything behind one thing that is said.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain<'a> {
    /// What was asked about.
    pub id: Asked,
    /// The device it is about, where there is one.
    pub device: Option<DeviceId>,
    /// What is said, the surest first. Empty where nothing is said of that property: "unknown".
    pub stated: Vec<Stated<'a>>,
}

/// One thing that is said, and the steps to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Stated<'a> {
    /// What it is about: `brand`, `finding`, `destination`, ….
    pub property: &'static str,
    /// What is said. May be untrusted text.
    pub value: &'a str,
    /// How sure; `None` where that does not apply.
    pub confidence: Option<Confidence>,
    /// Why.
    pub steps: Vec<Step<'a>>,
}

/// One step: what was seen, and the pack entry that says what it means.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Step<'a> {
    /// What the step says, where it is more than that an entry was matched.
    pub says: Option<&'a str>,
    /// The pack entry: a fingerprint, a rule, a destination, an organisation.
    pub entry: Option<&'a str>,
    /// How reliable such a clue is alone.
    pub strength: Option<f64>,
    /// Clues of one group do not add up.
    pub group: Option<&'a str>,
    /// Whether somebody read the published texts for that entry.
    pub verified: Option<bool>,
    /// What was seen.
    pub seen: Vec<Seen<'a>>,
    /// What the entry rests on.
    pub published: Vec<Published<'a>>,
}

/// A piece of evidence, and the capture it is in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen<'a> {
    /// Its number.
    pub id: EvidenceId,
    /// What, in which frame, when, how often.
    pub evidence: &'a Evidence,
    /// The name of the source its first sighting is in. Untrusted.
    pub source: &'a str,
}

/// A published text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Published<'a> {
    /// What entries cite it by.
    pub id: &'a str,
    /// The text; `None` where the pack lacks it.
    pub source: Option<&'a Source>,
}

impl<'a> Stated<'a> {
    pub(super) const fn new(
        property: &'static str,
        value: &'a str,
        confidence: Option<Confidence>,
        steps: Vec<Step<'a>>,
    ) -> Self {
        Self { property, value, confidence, steps }
    }
}
