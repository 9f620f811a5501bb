//! When a device does something: the clock part of an activity.
//!
//! A scenario says `at = "07:30"`, or `every = "10m"`, perhaps `between` two times of day and only
//! so many `times`. This module turns that into starting times.

use oorandom::Rand64;
use serde::Deserialize;

use crate::quantity::{Clock, SECOND, Span};

/// The clock part of an activity, as written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct When {
    /// Times of day at which it happens.
    #[serde(default, deserialize_with = "one_or_many")]
    at: Vec<Clock>,
    /// How often it is repeated.
    every: Option<Span>,
    /// The part of the day in which it is repeated.
    between: Option<(Clock, Clock)>,
    /// How often it happens at most.
    times: Option<u32>,
}

/// The keys of [`When`] in an activity's table; all others belong to the activity itself.
pub(crate) const KEYS: &[&str] = &["at", "every", "between", "times"];

/// The stretch of time a scenario tells of, in nanoseconds since the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    /// Its first nanosecond.
    pub(crate) start: u64,
    /// Its length in nanoseconds.
    pub(crate) length: u64,
}

impl Window {
    /// The first moment within the window or after it at which a clock shows `clock`.
    fn first(self, clock: Clock) -> u64 {
        const DAY: u64 = 86_400 * SECOND;

        let midnight = self.start - self.start % DAY;
        let moment = midnight + clock.0;
        if moment < self.start { moment + DAY } else { moment }
    }

    /// The first nanosecond after it.
    pub(crate) const fn end(self) -> u64 {
        self.start + self.length
    }
}

impl When {
    /// Whether it says any time at all.
    pub(crate) const fn is_empty(&self) -> bool {
        self.at.is_empty() && self.every.is_none()
    }

    /// All starting times within `window`, in nanoseconds since the epoch.
    ///
    /// A repeated start is up to 1 % or 2 s off, as machines are; the first is up to 1 s late.
    pub(crate) fn starts(&self, window: Window, random: &mut Rand64) -> Vec<u64> {
        let limit = self.times.map_or(usize::MAX, |times| times as usize);
        let Some(Span(period)) = self.every.filter(|every| every.0 > 0) else {
            let starts = self.at.iter().map(|&clock| window.first(clock));
            let starts = starts.map(|start| start + random.rand_range(0..SECOND));
            return starts.filter(|&start| start < window.end()).take(limit).collect();
        };
        let (from, until) = self.stretch(window);
        let first = if self.at.is_empty() { from + random.rand_range(0..period) } else { from };
        let slack = (period / 100).clamp(1, 2 * SECOND);
        (0..)
            .map(|step| first.saturating_add(period.saturating_mul(step)))
            .take_while(|&start| start < until)
            .take(limit)
            .map(|start| start + random.rand_range(0..slack))
            .collect()
    }

    /// From when until when it is repeated.
    fn stretch(&self, window: Window) -> (u64, u64) {
        let (from, until) = match self.between {
            Some((from, until)) => {
                let from = window.first(from);
                let until = window.first(until);
                (from, if until < from { window.end() } else { until })
            }
            None => (window.start, window.end()),
        };
        (self.at.first().map_or(from, |&clock| window.first(clock)), until.min(window.end()))
    }
}

fn one_or_many<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<Clock>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMany {
        One(String),
        Many(Vec<String>),
    }

    let texts = match OneOrMany::deserialize(from)? {
        OneOrMany::One(text) => vec![text],
        OneOrMany::Many(texts) => texts,
    };
    texts.into_iter().map(|text| Clock::try_from(text).map_err(serde::de::Error::custom)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_day_happens_once() {
        check("at = '10:00'", &[36_000]);
        check("at = ['10:00', '11:30']", &[36_000, 41_400]);
    }

    #[test]
    fn a_repetition_stays_between_its_times() {
        check("every = '1h'\nat = '20:00'", &[72_000, 75_600, 79_200, 82_800]);
        check("every = '1h'\nat = '20:00'\ntimes = 2", &[72_000, 75_600]);
        check("every = '30m'\nat = '20:00'\nbetween = ['20:00', '21:00']", &[72_000, 73_800]);
    }

    /// Compares starting times, rounded down to whole hundreds of seconds.
    #[track_caller]
    fn check(toml: &str, seconds: &[u64]) {
        let when: When = toml::from_str(toml).unwrap();
        let window = Window { start: 0, length: 86_400 * SECOND };
        let starts = when.starts(window, &mut Rand64::new(7));
        let rounded: Vec<u64> = starts.iter().map(|start| start / SECOND / 100 * 100).collect();
        assert_eq!(rounded, seconds, "{toml}");
    }
}
