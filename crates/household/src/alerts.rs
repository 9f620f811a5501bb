//! Which changes are worth a message: quiet by default. Sending is somebody else's.
//!
//! A home is learnt first: what is there when we come is no news. After that, what needs a person is told
//! at once, one message a device; what is good to know waits for the digest of the day.

mod kept;

use std::collections::BTreeMap;

use evidence::Timestamp;
use knowledge::kinds::Severity;

use crate::{
    Change, EventId, GuestId, StoredEvent,
    slices::{DAY, HOUR},
    stored::{SECOND, choice, stored},
};

pub use kept::{ALWAYS, DIGEST_HOUR, GROUP, LEARNING, SEVERITY};

/// With more messages due at once, all are one: a flood of new devices is one event for a person. Our
/// choice.
const MOST_AT_ONCE: usize = 5;

/// What the user wants to hear of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// For so long, in seconds, after the first recording nothing but the gravest is told; and of a new
    /// device nothing but that it is there and what is wrong with it.
    pub learning: u64,
    /// Findings below this wait for the digest.
    pub severity: Severity,
    /// Findings at or above this are told even while learning; a mute still silences them.
    pub always: Severity,
    /// After a message of a device the next one waits so many seconds, and is one with all that came
    /// meanwhile.
    pub group: u64,
    /// At which hour of the day, in UTC, the digest of what can wait is told; `None` for no digest.
    pub digest_hour: Option<u8>,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            learning: 7 * 86_400,
            severity: Severity::High,
            always: Severity::Critical,
            group: 600,
            digest_hour: Some(17),
        }
    }
}

/// How soon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// At once.
    Now,
    /// With the digest of the day.
    Digest,
}

/// A message to be sent: one device's changes, or the day's.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    /// How soon.
    pub urgency: Urgency,
    /// Whose; `None` for the household's, for those of many devices and for a digest.
    pub device: Option<GuestId>,
    /// What happened, in order; never empty.
    pub events: Vec<StoredEvent>,
}

/// What matters of a device for whether it is told of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quiet {
    /// When it was first seen.
    pub first_seen: Timestamp,
    /// No alerts of it until then.
    pub muted_until: Option<Timestamp>,
    /// When a message of it was last sent.
    pub last_told: Option<Timestamp>,
}

/// What there is to decide by.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Situation {
    /// The devices of the events.
    pub devices: BTreeMap<GuestId, Quiet>,
    /// For how long we have been learning what is usual, in seconds.
    pub learnt: u64,
    /// When the last digest was told.
    pub last_digest: Option<Timestamp>,
}

/// What becomes of changes that were not told yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decided {
    /// The messages due.
    pub due: Vec<Alert>,
    /// Changes that are never told: their learning period, a mute, nothing for a person.
    pub settled: Vec<EventId>,
}

/// Decides about `events`, in order. What is neither due nor settled waits.
#[must_use]
pub fn decide(
    events: &[StoredEvent],
    situation: &Situation,
    rules: &Rules,
    now: Timestamp,
) -> Decided {
    let mut decided = Decided::default();
    let mut by_device: BTreeMap<Option<GuestId>, Vec<StoredEvent>> = BTreeMap::new();
    let mut digest = Vec::new();
    for event in events {
        match urgency(event, situation, rules, now) {
            Some(Urgency::Now) => by_device.entry(event.device).or_default().push(event.clone()),
            Some(Urgency::Digest) if rules.digest_hour.is_some() => digest.push(event.clone()),
            _ => decided.settled.push(event.id),
        }
    }
    by_device.retain(|device, _| !waits(*device, situation, rules, now));
    let alert = |(device, events)| Alert { urgency: Urgency::Now, device, events };
    if by_device.len() > MOST_AT_ONCE {
        let mut events: Vec<_> = by_device.into_values().flatten().collect();
        events.sort_by_key(|event| event.id);
        decided.due.push(alert((None, events)));
    } else {
        decided.due.extend(by_device.into_iter().map(alert));
    }
    if !digest.is_empty() && digest_is_due(situation, rules, now) {
        decided.due.push(Alert { urgency: Urgency::Digest, device: None, events: digest });
    }
    decided
}

/// How soon a change is told; `None` for never.
fn urgency(
    event: &StoredEvent,
    situation: &Situation,
    rules: &Rules,
    now: Timestamp,
) -> Option<Urgency> {
    let device = event.device.map(|id| situation.devices.get(&id).copied().unwrap_or_default());
    if device.and_then(|it| it.muted_until).is_some_and(|until| until > now) {
        return None;
    }
    let severity = match &event.change {
        Change::NewFinding { severity, .. } => choice::<Severity>(severity),
        _ => None,
    };
    let always = severity.is_some_and(|it| it >= rules.always)
        || matches!(event.change, Change::Repaired { .. });
    if situation.learnt < rules.learning && !always {
        return None;
    }
    let known_for = device.map_or(u64::MAX, |it| event.at.since(it.first_seen));
    let news = matches!(event.change, Change::NewDevice | Change::NewFinding { .. });
    if known_for < rules.learning.saturating_mul(SECOND.cast_unsigned()) && !news {
        return None;
    }
    match &event.change {
        Change::NewFinding { .. } if severity.is_some_and(|it| it >= rules.severity) => {
            Some(Urgency::Now)
        }
        Change::NewDevice
        | Change::NewCountry { .. }
        | Change::StepCameBack { .. }
        | Change::ListingChanged { .. }
        | Change::SilentSensor { .. }
        | Change::Repaired { .. } => Some(Urgency::Now),
        Change::NewFinding { .. }
        | Change::DeviceBack { .. }
        | Change::NewOrganisation { .. }
        | Change::FindingGone { .. }
        | Change::StepVerified { .. }
        | Change::NewFirmware { .. }
        | Change::LawChanged { .. }
        | Change::SensorHeard
        | Change::Gap { .. }
        | Change::ClockSetBack { .. }
        | Change::BudgetFull { .. } => Some(Urgency::Digest),
        Change::Joined { .. } | Change::Erased | Change::Unknown => None,
    }
}

/// Whether a message of the device was sent a moment ago.
fn waits(device: Option<GuestId>, situation: &Situation, rules: &Rules, now: Timestamp) -> bool {
    let quiet = device.and_then(|id| situation.devices.get(&id));
    let group = rules.group.saturating_mul(SECOND.cast_unsigned());
    quiet.and_then(|it| it.last_told).is_some_and(|told| told <= now && now.since(told) < group)
}

/// Whether the digest's hour has come since the last one.
fn digest_is_due(situation: &Situation, rules: &Rules, now: Timestamp) -> bool {
    let Some(hour) = rules.digest_hour else { return false };
    let shifted = stored(now) - i64::from(hour.min(23)) * HOUR;
    let latest = shifted - shifted.rem_euclid(DAY) + i64::from(hour.min(23)) * HOUR;
    situation.last_digest.is_none_or(|last| stored(last) < latest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOURS: u64 = 3_600;
    const DAYS: u64 = 24 * HOURS;

    /// Noon of a day, long after everything began.
    const NOON: u64 = 20_000 * DAYS + 12 * HOURS;

    #[test]
    fn what_needs_a_person_is_told_at_once_and_the_rest_waits() {
        check("new device", &[(1, Change::NewDevice)], "now g1:1");
        check("new country", &[(1, country())], "now g1:1");
        check("grave finding", &[(1, finding("high"))], "now g1:1");
        check("mild finding", &[(1, finding("low"))], "");
        check("a list", &[(1, listed())], "now g1:1");
        check("silent sensor", &[(1, Change::SilentSensor { last_seen: 1 })], "now g1:1");
        check("came back", &[(1, Change::StepCameBack { step: 1, text: "t".into() })], "now g1:1");
        for waits in waiting() {
            check("waits", &[(1, waits)], "");
        }
        check("repair", &[(0, Change::Repaired { what: "x".into() })], "now -:1");
        check("erased", &[(0, Change::Erased)], "never 1");
        check(
            "one message a device",
            &[(1, country()), (2, country()), (1, finding("high"))],
            "now g1:1,3; now g2:2",
        );
    }

    #[test]
    fn a_flood_is_one_message() {
        let five: Vec<_> = (1..=5).map(|id| (id, Change::NewDevice)).collect();
        let six: Vec<_> = (1..=6).map(|id| (id, Change::NewDevice)).collect();
        check("five", &five, "now g1:1; now g2:2; now g3:3; now g4:4; now g5:5");
        check("six", &six, "now -:1,2,3,4,5,6");
    }

    #[test]
    fn a_home_is_learnt_first() {
        let young = Situation { learnt: 6 * DAYS, ..Situation::default() };
        with("new device", &young, &[(1, Change::NewDevice)], NOON, "never 1");
        with("high", &young, &[(1, finding("high"))], NOON, "never 1");
        with("critical", &young, &[(1, finding("critical"))], NOON, "now g1:1");
        let old = situation(|_| {});
        with("a week", &old, &[(1, Change::NewDevice)], NOON, "now g1:1");
    }

    #[test]
    fn so_is_a_new_device() {
        let new = situation(|it| it.first_seen = seconds(NOON - 6 * DAYS));
        with("country", &new, &[(1, country())], NOON, "never 1");
        with("high", &new, &[(1, finding("high"))], NOON, "now g1:1");
    }

    #[test]
    fn a_muted_device_is_not_told_of() {
        let muted = situation(|it| it.muted_until = Some(seconds(NOON + 1)));
        with(
            "muted",
            &muted,
            &[(1, finding("critical")), (2, country())],
            NOON,
            "now g2:2; never 1",
        );
        let over = situation(|it| it.muted_until = Some(seconds(NOON)));
        with("over", &over, &[(1, finding("critical"))], NOON, "now g1:1");
    }

    #[test]
    fn the_next_message_of_a_device_waits() {
        let told = situation(|it| it.last_told = Some(seconds(NOON - 599)));
        with("waits", &told, &[(1, country()), (2, country())], NOON, "now g2:2");
        let long = situation(|it| it.last_told = Some(seconds(NOON - 600)));
        with("waited", &long, &[(1, country())], NOON, "now g1:1");
        let future = situation(|it| it.last_told = Some(seconds(NOON + 9)));
        with("clock set back", &future, &[(1, country())], NOON, "now g1:1");
    }

    #[test]
    fn the_digest_comes_once_a_day_at_its_hour() {
        let digest = |last: Option<u64>, now, expected: &str| {
            let situation = Situation { last_digest: last.map(seconds), ..situation(|_| {}) };
            with("digest", &situation, &[(1, Change::SensorHeard)], now, expected);
        };
        let five = NOON + 5 * HOURS;
        digest(Some(five - DAYS), NOON, "");
        digest(Some(five - DAYS), five, "digest -:1");
        digest(Some(five), five + HOURS, "");
        digest(Some(five + HOURS), five + DAYS - 1, "");
        digest(Some(five - 9 * DAYS), NOON, "digest -:1");
        digest(None, NOON, "digest -:1");
    }

    #[test]
    fn what_waits_is_in_the_digest() {
        let five = NOON + 5 * HOURS;
        for waits in waiting() {
            let last = Some(seconds(five - DAYS));
            let situation = Situation { last_digest: last, ..situation(|_| {}) };
            with("digest", &situation, &[(1, waits)], five, "digest -:1");
        }
    }

    /// Changes that nobody has to act upon the same hour.
    fn waiting() -> [Change; 7] {
        [
            Change::Gap { from: 1, to: 2 },
            Change::DeviceBack { last_seen: 1 },
            Change::NewOrganisation { organisation: "o".into(), name: "O".into() },
            Change::NewFirmware { from: "1".into(), to: "2".into() },
            Change::LawChanged { law: "l".into(), jurisdiction: "DE".into(), reaches: true },
            Change::BudgetFull { rows: 1 },
            finding("low"),
        ]
    }

    fn listed() -> Change {
        Change::ListingChanged {
            list: "l".into(),
            name: "The list".into(),
            entry: "e".into(),
            from: None,
            to: Some("yes".into()),
        }
    }

    fn seconds(seconds: u64) -> Timestamp {
        Timestamp::from_parts(seconds, 0)
    }

    fn country() -> Change {
        Change::NewCountry { country: "DE".into() }
    }

    fn finding(severity: &str) -> Change {
        Change::NewFinding { rule: "r".into(), title: "t".into(), severity: severity.into() }
    }

    /// A household of years, with what is special about device 1.
    fn situation(special: impl Fn(&mut Quiet)) -> Situation {
        let mut first = Quiet::default();
        special(&mut first);
        let others = (2..9).map(|id| (GuestId(id), Quiet::default()));
        Situation {
            devices: others.chain([(GuestId(1), first)]).collect(),
            learnt: 400 * DAYS,
            last_digest: Some(seconds(NOON)),
        }
    }

    #[track_caller]
    fn check(name: &str, events: &[(i64, Change)], expected: &str) {
        with(name, &situation(|_| {}), events, NOON, expected);
    }

    /// Events of devices (0 for the household's), numbered from 1.
    #[track_caller]
    fn with(name: &str, situation: &Situation, events: &[(i64, Change)], now: u64, expected: &str) {
        let events: Vec<_> = (1..)
            .zip(events)
            .map(|(number, (device, change))| StoredEvent {
                id: EventId(number),
                at: seconds(now),
                device: (*device > 0).then_some(GuestId(*device)),
                change: change.clone(),
            })
            .collect();
        let decided = decide(&events, situation, &Rules::default(), seconds(now));
        let mut shown: Vec<String> = decided.due.iter().map(alert).collect();
        shown.extend(decided.settled.iter().map(|id| format!("never {}", id.0)));
        assert_eq!(shown.join("; "), expected, "{name}");
    }

    fn alert(alert: &Alert) -> String {
        let urgency = if alert.urgency == Urgency::Now { "now" } else { "digest" };
        let whose = alert.device.map_or("-".to_owned(), |id| id.to_string());
        let events: Vec<_> = alert.events.iter().map(|event| event.id.0.to_string()).collect();
        format!("{urgency} {whose}:{}", events.join(","))
    }
}
