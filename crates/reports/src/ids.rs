//! What the parts of an assessment are called outside: `d3`, `f3`, `a1`, `o12`, `s:title`.
//!
//! Devices and evidence carry their number; findings and actions are numbered by their place in the
//! assessment, from 0. `houseguest why` reads the same words back through [`Id::from_text`].

use std::fmt;

use assessment::model::{DeviceId, EvidenceId};

/// A part of an assessment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Id {
    /// A device.
    Device(DeviceId),
    /// A finding, by its index.
    Finding(usize),
    /// An action, by its index.
    Action(usize),
    /// A piece of evidence.
    Evidence(EvidenceId),
    /// A published text.
    Reference(Box<str>),
}

impl Id {
    /// Reads what [`fmt::Display`] writes; letters' case does not matter.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        if let Some(source) = text.strip_prefix("s:") {
            return Some(Self::Reference(source.into()));
        }
        let mut rest = text.chars();
        let letter = rest.next()?.to_ascii_lowercase();
        let number = rest.as_str();
        if number.starts_with('+') {
            return None;
        }
        match letter {
            'd' => number.parse().ok().map(|number| Self::Device(DeviceId(number))),
            'f' => number.parse().ok().map(Self::Finding),
            'a' => number.parse().ok().map(Self::Action),
            'o' => number.parse().ok().map(|number| Self::Evidence(EvidenceId(number))),
            _ => None,
        }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Device(id) => id.fmt(f),
            Self::Finding(index) => write!(f, "f{index}"),
            Self::Action(index) => write!(f, "a{index}"),
            Self::Evidence(id) => id.fmt(f),
            Self::Reference(id) => write!(f, "s:{id}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_read_back_as_written() {
        check("d3", Some("d3"));
        check("F12", Some("f12"));
        check("s:some-text", Some("s:some-text"));
        check("o+1", None);
        check("f", None);
        check("", None);
        check("é1", None);
    }

    #[track_caller]
    fn check(text: &str, read: Option<&str>) {
        assert_eq!(Id::from_text(text).map(|id| id.to_string()).as_deref(), read, "{text}");
    }
}
