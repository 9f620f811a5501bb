//! One clock for everything: nanoseconds since the Unix epoch, as the capture wrote them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A moment, in nanoseconds since 1970-01-01T00:00:00Z. Covers the years 1970 to 2554.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// The epoch itself; captures without a clock have it on every frame.
    pub const EPOCH: Self = Self(0);

    /// From whole seconds and a fraction in nanoseconds; saturates at the end of the range.
    #[must_use]
    pub const fn from_parts(seconds: u64, nanoseconds: u64) -> Self {
        Self(seconds.saturating_mul(NANOSECONDS_PER_SECOND).saturating_add(nanoseconds))
    }

    /// Whole seconds since the epoch.
    #[must_use]
    pub const fn seconds(self) -> u64 {
        self.0 / NANOSECONDS_PER_SECOND
    }

    /// Nanoseconds from `earlier` to `self`; 0 where `earlier` is not earlier.
    #[must_use]
    pub const fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// Writes RFC 3339 in UTC with as many fractional digits as needed.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_nanosecond(i128::from(self.0)) {
            Ok(timestamp) => timestamp.fmt(f),
            Err(_) => write!(f, "{} ns", self.0),
        }
    }
}

const NANOSECONDS_PER_SECOND: u64 = 1_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_as_rfc_3339() {
        check(Timestamp::EPOCH, "1970-01-01T00:00:00Z");
        check(Timestamp::from_parts(1_767_225_600, 500_000_000), "2026-01-01T00:00:00.5Z");
    }

    #[track_caller]
    fn check(timestamp: Timestamp, text: &str) {
        assert_eq!(timestamp.to_string(), text);
    }
}
