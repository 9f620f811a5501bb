//! What logs mean by a time: many leave out the year, and most of those the zone.

use evidence::Timestamp;

/// A time as a log writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stamp {
    /// A moment.
    Moment(Timestamp),
    /// What a clock on the wall showed, in seconds since the epoch as if it were in UTC.
    Wall(i64),
    /// The same without a year: seconds since the year's first moment, in a year of 366 days.
    Yearless {
        /// From 1.
        month: u8,
        /// From 1.
        day: u8,
        /// Seconds of that day.
        second: u32,
    },
}

/// What is known of the clock that wrote a log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clock {
    /// When the log was last written: nothing in it is later.
    pub written: Timestamp,
    /// How far ahead of UTC it is, in seconds.
    pub ahead: i64,
}

impl Clock {
    /// Seconds that a log may be ahead of when its file was written: clocks differ. Our choice.
    const SLACK: i64 = 86_400;

    /// How near to a whole quarter of an hour a log's last time must be to when the file was written, in
    /// seconds, to tell its zone by that. Our choice: programs write a line within a second or so.
    const NEAR: i64 = 5;

    /// A clock in UTC, of a log written at `written`.
    #[must_use]
    pub const fn new(written: Timestamp) -> Self {
        Self { written, ahead: 0 }
    }

    /// The zone of a log whose last line is of `last`: zones are whole quarters of an hour from UTC, so it
    /// shows where the file was written as that line was. UTC where it was not.
    pub(super) fn with_zone_of(self, last: Option<Stamp>) -> Self {
        const QUARTER: i64 = 900;
        const FARTHEST_BEHIND: i64 = -12 * 3_600;
        const FARTHEST_AHEAD: i64 = 14 * 3_600;

        let utc = Self { ahead: 0, ..self };
        let Some(last @ (Stamp::Wall(_) | Stamp::Yearless { .. })) = last else { return utc };
        let Some(wall) = utc.wall(last) else { return utc };
        let apart = wall - seconds(self.written);
        let ahead = (apart + QUARTER / 2).div_euclid(QUARTER) * QUARTER;
        let near = (apart - ahead).abs() <= Self::NEAR;
        if near && (FARTHEST_BEHIND..=FARTHEST_AHEAD).contains(&ahead) {
            Self { ahead, ..self }
        } else {
            utc
        }
    }

    /// The moment that `stamp` means.
    pub(super) fn moment(&self, stamp: Stamp) -> Option<Timestamp> {
        match stamp {
            Stamp::Moment(at) => Some(at),
            stamp => from_seconds(self.wall(stamp)? - self.ahead),
        }
    }

    /// Seconds since the epoch as the clock showed them. Without a year, it is the latest that is not after
    /// the log was written.
    fn wall(&self, stamp: Stamp) -> Option<i64> {
        match stamp {
            Stamp::Moment(at) => Some(seconds(at) + self.ahead),
            Stamp::Wall(wall) => Some(wall),
            Stamp::Yearless { month, day, second } => {
                let latest = seconds(self.written) + self.ahead + Self::SLACK;
                let year = year_of(latest);
                // The 29th of February is in one of eight years at least.
                (0..9).map(|before| year - before).find_map(|year| {
                    let wall = days(year, month, day)? * 86_400 + i64::from(second);
                    (wall <= latest).then_some(wall)
                })
            }
        }
    }
}

/// Whole seconds since the epoch.
fn seconds(at: Timestamp) -> i64 {
    i64::try_from(at.seconds()).unwrap_or(i64::MAX)
}

fn from_seconds(seconds: i64) -> Option<Timestamp> {
    u64::try_from(seconds).ok().map(|seconds| Timestamp::from_parts(seconds, 0))
}

/// A calendar's day as days since the epoch; `None` where there is no such day from 1970 to 2554.
pub(super) fn days(year: i64, month: u8, day: u8) -> Option<i64> {
    const LENGTHS: [u8; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let length = LENGTHS.get(usize::from(month.checked_sub(1)?))?;
    let length = length + u8::from(leap && month == 2);
    if !(1970..=2554).contains(&year) || !(1..=length).contains(&day) {
        return None;
    }
    // Counted from a first of March (after Howard Hinnant's `days_from_civil`).
    let year = if month <= 2 { year - 1 } else { year };
    let (cycle, of_cycle) = (year.div_euclid(400), year.rem_euclid(400));
    let since_march = i64::from((month + 9) % 12);
    let of_year = (153 * since_march + 2) / 5 + i64::from(day) - 1;
    let of_cycle = of_cycle * 365 + of_cycle / 4 - of_cycle / 100 + of_year;
    Some(cycle * 146_097 + of_cycle - 719_468)
}

/// The year that a number of seconds since the epoch lies in.
fn year_of(seconds: i64) -> i64 {
    let days_since = seconds.div_euclid(86_400);
    // A first guess is at most one too high or too low.
    let guess = 1970 + days_since.div_euclid(365);
    let begins = |year: i64| days(year, 1, 1).unwrap_or(i64::MAX);
    (0..=1 + guess.saturating_sub(1970) / 365)
        .map(|less| guess - less)
        .find(|year| begins(*year) <= days_since)
        .unwrap_or(1970)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_left_out_is_the_latest_that_fits() {
        let november = |day| Stamp::Yearless { month: 11, day, second: 36_000 };
        // Written 2026-11-22T10:00:05Z.
        let clock = Clock::new(Timestamp::from_parts(1_795_341_605, 0));
        check(clock, november(22), "2026-11-22T10:00:00Z");
        check(clock, november(30), "2025-11-30T10:00:00Z");
        check(clock, Stamp::Yearless { month: 2, day: 29, second: 0 }, "2024-02-29T00:00:00Z");
        assert_eq!(clock.moment(Stamp::Yearless { month: 2, day: 30, second: 0 }), None);
    }

    #[test]
    fn the_zone_shows_where_the_last_line_is_as_old_as_the_file() {
        let written = Timestamp::from_parts(1_795_341_605, 0);
        let ahead = |second| {
            let last = Stamp::Yearless { month: 11, day: 22, second };
            Clock::new(written).with_zone_of(Some(last)).ahead
        };
        assert_eq!(ahead(36_003), 0);
        assert_eq!(ahead(36_003 + 7_200), 7_200, "two hours ahead");
        assert_eq!(ahead(36_003 - 18_000), -18_000, "five hours behind");
        assert_eq!(ahead(36_003 + 20_700), 20_700, "a quarter more");
        assert_eq!(ahead(36_003 + 7_400), 0, "written at another time");
        let last = Stamp::Yearless { month: 11, day: 22, second: 43_203 };
        check(Clock::new(written).with_zone_of(Some(last)), last, "2026-11-22T10:00:03Z");
    }

    #[test]
    fn days_are_counted_as_calendars_do() {
        assert_eq!(days(1970, 1, 1), Some(0));
        assert_eq!(days(2000, 2, 29), Some(11_016));
        assert_eq!(days(2026, 11, 22), Some(20_779));
        assert_eq!(days(2025, 2, 29), None);
        assert_eq!(days(2026, 13, 1), None);
        for year in 1970..2555 {
            let begins = days(year, 1, 1).unwrap() * 86_400;
            assert_eq!(
                (year_of(begins), year_of(begins - 1).max(1970)),
                (year, (year - 1).max(1970))
            );
        }
    }

    #[track_caller]
    fn check(clock: Clock, stamp: Stamp, expected: &str) {
        assert_eq!(clock.moment(stamp).unwrap().to_string(), expected);
    }
}
