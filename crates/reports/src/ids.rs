//! What the parts of an assessment are called outside: `d3`, `f3`, `a1`, `o12`, `s:title`.
//!
//! Devices and evidence carry their number; findings and actions are numbered by their place in the
//! assessment, from 1. `houseguest why` reads the same words back, through `assessment::why`.

use std::fmt;

use assessment::model::{DeviceId, EvidenceId};

/// A part of an assessment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Id {
    /// A device.
    Device(DeviceId),
    /// A finding, by its index; written one higher.
    Finding(usize),
    /// An action, by its index; written one higher.
    Action(usize),
    /// A piece of evidence.
    Evidence(EvidenceId),
    /// An entry of the pack: a law, a list's entry.
    Entry(Box<str>),
    /// A published text.
    Reference(Box<str>),
}

/// A published text, cited by its id in the pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cited<'a>(pub(crate) &'a str);

impl fmt::Display for Cited<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("s:")?;
        f.write_str(self.0)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Device(id) => id.fmt(f),
            Self::Finding(index) => write!(f, "f{}", index + 1),
            Self::Action(index) => write!(f, "a{}", index + 1),
            Self::Evidence(id) => id.fmt(f),
            Self::Entry(id) => f.write_str(id),
            Self::Reference(id) => Cited(id).fmt(f),
        }
    }
}
