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

/// Writes RFC 3339 in UTC with as many fractional digits as needed. By hand, since a large report
/// holds hundreds of thousands of times.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.seconds();
        let (days, second) = (seconds / SECONDS_PER_DAY, seconds % SECONDS_PER_DAY);
        let (year, month, day) = date(days);
        let [y0, y1] = pair(year / 100);
        let [y2, y3] = pair(year % 100);
        let [m0, m1] = pair(month);
        let [d0, d1] = pair(day);
        let [h0, h1] = pair(second / 3_600);
        let [n0, n1] = pair(second / 60 % 60);
        let [s0, s1] = pair(second % 60);
        let fraction = self.0 % NANOSECONDS_PER_SECOND;
        let [_, f0] = pair(fraction / 100_000_000);
        let [f1, f2] = pair(fraction / 1_000_000 % 100);
        let [f3, f4] = pair(fraction / 10_000 % 100);
        let [f5, f6] = pair(fraction / 100 % 100);
        let [f7, f8] = pair(fraction % 100);
        let mut text = Text([
            y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1, b'T', h0, h1, b':', n0, n1, b':', s0, s1,
            b'.', f0, f1, f2, f3, f4, f5, f6, f7, f8, b'0', b'0', b'0',
        ]);
        let end = if fraction == 0 {
            WHOLE_SECONDS
        } else {
            text.0.iter().rposition(|digit| *digit != b'0').map_or(0, |last| last + 1)
        };
        if let Some(end) = text.0.get_mut(end) {
            *end = b'Z';
        }
        let text = std::str::from_utf8(&text.0).unwrap_or_default();
        f.write_str(text.get(..=end).unwrap_or_default())
    }
}

/// The year, month and day that begins `days` after the epoch, in the Gregorian calendar: counted
/// from a first of March, so that leap days end a cycle of 400 years and of four (after Howard
/// Hinnant's `civil_from_days`).
const fn date(days: u64) -> (u64, u64, u64) {
    const DAYS_TO_EPOCH: u64 = 719_468;
    const DAYS_OF_400_YEARS: u64 = 146_097;
    let days = days + DAYS_TO_EPOCH;
    let (cycle, day) = (days / DAYS_OF_400_YEARS, days % DAYS_OF_400_YEARS);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, later) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (cycle * 400 + year + later, month, day)
}

/// A time's text, in whole words: so it takes a third of the time to see that it is UTF-8.
#[repr(align(8))]
struct Text([u8; 32]);

/// Two digits.
#[expect(clippy::cast_possible_truncation, reason = "numbers below 100")]
fn pair(number: u64) -> [u8; 2] {
    const PAIRS: &[u8; 200] = b"\
        00010203040506070809101112131415161718192021222324252627282930313233343536373839\
        40414243444546474849505152535455565758596061626364656667686970717273747576777879\
        8081828384858687888990919293949596979899";
    PAIRS.as_chunks().0.get(number as usize).copied().unwrap_or_default()
}

/// The length of `1970-01-01T00:00:00`.
const WHOLE_SECONDS: usize = 19;

const SECONDS_PER_DAY: u64 = 86_400;

const NANOSECONDS_PER_SECOND: u64 = 1_000_000_000;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_as_rfc_3339() {
        check(Timestamp::EPOCH, "1970-01-01T00:00:00Z");
        check(Timestamp::from_parts(1_767_225_600, 500_000_000), "2026-01-01T00:00:00.5Z");
    }

    proptest! {
        #[test]
        fn is_the_same_as_others_write(nanoseconds: u64, digits in 0_u32..10) {
            let step = 10_u64.pow(digits);
            let timestamp = Timestamp(nanoseconds / step * step);
            let other = jiff::Timestamp::from_nanosecond(i128::from(timestamp.0)).unwrap();
            check(timestamp, &other.to_string());
        }
    }

    #[track_caller]
    fn check(timestamp: Timestamp, text: &str) {
        assert_eq!(timestamp.to_string(), text);
    }
}
