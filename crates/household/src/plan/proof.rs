//! What later traffic shows of a finding: that it is gone, and how that is known.

use std::collections::BTreeSet;

use assessment::{
    Assessment,
    model::{Destination, Encryption, Finding, Witness},
};
use knowledge::kinds::Verify;

use super::{Followed, Proof};
use crate::{slices::DAY, stored::stored};

/// Of the days of the window, the device must have been seen on so many of seven: our choice.
const DAYS_OF_SEVEN: i64 = 5;

/// What there was to see of a device since a finding's evidence was last seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Silence {
    /// How long we watched until the device was last seen, in nanoseconds.
    pub(super) watched: i64,
    /// On how many days it was.
    pub(super) days: i64,
}

impl Silence {
    /// Whether that is long enough, in nanoseconds, and the device was there often enough.
    const fn lasts(self, window: i64) -> bool {
        self.watched >= window && self.days >= window / DAY * DAYS_OF_SEVEN / 7
    }
}

/// All that speaks for a finding being gone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Since<'a> {
    pub(super) silence: Silence,
    pub(super) firmware_then: Option<&'a str>,
    pub(super) firmware_now: Option<&'a str>,
    /// Whether the device talked to somebody outside after the finding's evidence.
    pub(super) elsewhere: bool,
    /// Whether it goes on talking to the same place, and encrypts.
    pub(super) encrypted: bool,
}

impl Since<'_> {
    /// What shows that the finding is gone, where something does.
    ///
    /// # Arguments
    ///
    /// * `window`: [`SILENCE`] in nanoseconds, which stands for the week that advice counts in: who
    ///   chose half of it waits half as long for all.
    pub(super) fn shows(self, wanted: Proof, verify: Option<Verify>, window: i64) -> Option<Proof> {
        const WEEK: i64 = 7;

        let days = verify.map_or(WEEK, |it| i64::from(it.days));
        let asked = window / WEEK * days;
        let silent = |window| self.silence.lasts(window);
        let newer = || match (self.firmware_then, self.firmware_now) {
            (Some(then), Some(now)) => is_newer(now, then),
            _ => false,
        };
        match wanted {
            Proof::Silence => silent(asked).then_some(Proof::Silence),
            Proof::Encrypted if self.encrypted && silent(asked) => Some(Proof::Encrypted),
            Proof::NotContacted if self.elsewhere && silent(asked) => Some(Proof::NotContacted),
            Proof::Encrypted | Proof::NotContacted => {
                silent(window.max(asked)).then_some(Proof::Silence)
            }
            Proof::NewerFirmware => newer().then_some(Proof::NewerFirmware),
        }
    }
}

/// Whether the device talked to somebody outside after that.
pub(super) fn elsewhere_after(of: &Followed<'_>, last_seen: i64) -> bool {
    let mut destinations = of.devices.iter().flat_map(|it| &it.destinations);
    destinations.any(|it| stored(it.last) > last_seen)
}

/// Whether the device talked, after that, to where the finding's evidence leads, and encrypts there. Known
/// while that evidence is still among what is assessed.
pub(super) fn encrypted_after(
    assessment: &Assessment,
    rule: &str,
    of: &Followed<'_>,
    last_seen: i64,
) -> bool {
    let indexes = of.devices.iter().flat_map(|it| &it.findings);
    let found = indexes.filter_map(|index| assessment.findings.get(*index));
    let cited = found.filter(|it| &*it.rule == rule).flat_map(Finding::evidence);
    let peers: BTreeSet<_> = cited
        .filter_map(|id| match &assessment.evidence.get(*id)?.what {
            Witness::Observation { about: Some(service), .. }
            | Witness::Conversation { service, .. } => Some(service.peer),
            _ => None,
        })
        .collect();
    let there = |it: &Destination| it.addresses.iter().any(|address| peers.contains(address));
    of.devices.iter().flat_map(|it| &it.destinations).any(|it| {
        there(it)
            && stored(it.last) > last_seen
            && matches!(it.encryption, Encryption::Encrypted | Encryption::Mixed)
    })
}

/// Whether `now` is a later version than `then`: number by number, as versions are written.
fn is_newer(now: &str, then: &str) -> bool {
    let numbers = |version: &str| -> Vec<u64> {
        version
            .split(|letter: char| !letter.is_ascii_digit())
            .filter_map(|digits| digits.parse().ok())
            .collect()
    };
    let (now, then) = (numbers(now), numbers(then));
    !then.is_empty() && now > then
}

#[cfg(test)]
mod tests {
    use knowledge::kinds::Shows;

    use super::*;

    #[test]
    fn versions_are_compared_number_by_number() {
        newer("1.10", "1.9", true);
        newer("1.9", "1.10", false);
        newer("1.9", "1.9", false);
        newer("v2.0.1 build 3", "v2.0.1", true);
        newer("2026-11-01", "2026-10-30", true);
        newer("beta", "alpha", false);
        newer("1.0", "unknown", false);
    }

    #[test]
    fn a_device_must_be_there_for_its_silence_to_count() {
        let gone = |watched, days, window| {
            let since = since(watched, days);
            since.shows(Proof::Silence, None, window * DAY).is_some()
        };
        assert!(gone(7, 5, 7));
        assert!(!gone(7, 4, 7));
        assert!(!gone(6, 7, 7));
        assert!(gone(28, 20, 28));
        assert!(!gone(28, 19, 28));
        assert!(gone(1, 0, 1), "of a window within a day, being seen after it is enough");
    }

    #[test]
    fn advice_says_how_long_and_what_else_shows_it() {
        let verify = |shows, days| Some(Verify { shows, days });
        let week = 7 * DAY;
        let long = verify(Shows::Silence, 14);
        assert_eq!(since(7, 7).shows(Proof::Silence, long, week), None);
        assert_eq!(since(14, 14).shows(Proof::Silence, long, week), Some(Proof::Silence));
        let half = since(7, 7).shows(Proof::Silence, long, week / 2);
        assert_eq!(half, Some(Proof::Silence), "who chose half the week waits half as long");
        let soon = verify(Shows::Encrypted, 3);
        let encrypted = Since { encrypted: true, ..since(3, 3) };
        assert_eq!(encrypted.shows(Proof::Encrypted, soon, week), Some(Proof::Encrypted));
        assert_eq!(since(3, 3).shows(Proof::Encrypted, soon, week), None);
        assert_eq!(since(7, 7).shows(Proof::Encrypted, soon, week), Some(Proof::Silence));
        let away = verify(Shows::NotContacted, 7);
        let elsewhere = Since { elsewhere: true, ..since(7, 7) };
        assert_eq!(elsewhere.shows(Proof::NotContacted, away, week), Some(Proof::NotContacted));
        assert_eq!(since(7, 7).shows(Proof::NotContacted, away, week), Some(Proof::Silence));
    }

    fn since(watched: i64, days: i64) -> Since<'static> {
        Since {
            silence: Silence { watched: watched * DAY, days },
            firmware_then: None,
            firmware_now: None,
            elsewhere: false,
            encrypted: false,
        }
    }

    #[track_caller]
    fn newer(now: &str, then: &str, expected: bool) {
        assert_eq!(is_newer(now, then), expected, "{now} after {then}");
    }
}
