//! Which day it is: the only place where the program asks the clock.

use std::time::{SystemTime, UNIX_EPOCH};

use evidence::Timestamp;

/// The day asked for; else today by UTC, but never before the day the pack was last checked: a
/// machine that has lost the time would otherwise answer for a day of the past.
pub(crate) fn day(asked: Option<&str>, pack_as_of: &str) -> String {
    match asked {
        Some(day) => day.to_owned(),
        None => today().max(pack_as_of.to_owned()),
    }
}

/// Today by UTC, as `2026-11-22`.
pub(crate) fn today() -> String {
    now().to_string().chars().take(10).collect()
}

/// This moment.
#[expect(clippy::disallowed_methods, reason = "whoever types a command means today")]
pub(crate) fn now() -> Timestamp {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_parts(now.as_secs(), now.subsec_nanos().into())
}

/// This moment, to measure how long something takes or is due.
#[cfg(feature = "server")]
#[expect(clippy::disallowed_methods, reason = "how often to look is no part of any answer")]
pub(crate) fn instant() -> std::time::Instant {
    std::time::Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_asked_for_counts_and_a_clock_that_is_behind_does_not() {
        assert_eq!(day(Some("2021-05-01"), "2026-11-22"), "2021-05-01");
        assert_eq!(day(None, "9999-12-31"), "9999-12-31");
        assert!(*day(None, "2000-01-01") >= *"2026-11-22");
    }
}
