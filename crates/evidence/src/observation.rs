//! One thing a host was seen to say or show, how often, and where it was first seen.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{Field, Service, SourceId, Timestamp};

/// Where something was seen: when, in which source, in which frame.
///
/// Ordered by time first, so the minimum of two sightings is the earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Sighting {
    /// The frame's time.
    pub at: Timestamp,
    /// The capture or import it came from.
    pub source: SourceId,
    /// The frame's number in that source, counted from 1 as packet tools do.
    pub frame: u64,
}

/// How often something was seen, from when to when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// The earliest sighting: what evidence cites.
    pub first: Sighting,
    /// When it was last seen.
    pub last: Timestamp,
    /// How many times.
    pub count: u64,
}

impl Seen {
    /// Seen once.
    #[must_use]
    pub const fn once(sighting: Sighting) -> Self {
        Self { first: sighting, last: sighting.at, count: 1 }
    }

    /// Adds `other`'s sightings; associative and commutative.
    pub fn add(&mut self, other: &Self) {
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.count = self.count.saturating_add(other.count);
    }
}

/// A host was seen to say or show `value` in `field`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// The conversation it belongs to, where that matters (a server name, a certificate).
    pub about: Option<Service>,
    /// What was said: a field of a protocol.
    pub field: Field,
    /// The value as text, at most [`Observation::LONGEST_VALUE`] bytes. Untrusted: escape it on output.
    /// Hosts that say the same may share it.
    #[serde(with = "as_text")]
    pub value: Arc<str>,
    /// How often, when and where.
    pub seen: Seen,
}

impl Observation {
    /// The longest value kept, in bytes; the rest is cut off at a character's end. Longer than any
    /// DNS name (255), host name or model string; our choice.
    pub const LONGEST_VALUE: usize = 512;

    /// What tells two observations of one host apart, and orders them.
    #[must_use]
    pub fn key(&self) -> (Field, &str, Option<Service>) {
        (self.field, &self.value, self.about)
    }
}

/// Saves a shared text as any other.
mod as_text {
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        text: &Arc<str>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(text)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Arc<str>, D::Error> {
        Box::<str>::deserialize(deserializer).map(Into::into)
    }
}
