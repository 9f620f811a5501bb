//! An alert in words: a title, a short text, where to look, how urgent. A pure function.
//!
//! Plain text without marks that any channel would take for formatting, in neutral words. Never more than
//! the device's name, what changed and what to do; less where the user wishes ([`Details`]): what leaves
//! the home is then read by those who carry it.

use std::collections::BTreeMap;

use evidence::Timestamp;
use household::{
    Change, GuestId, StoredEvent, Tongue,
    alerts::{Alert, Urgency},
};
use knowledge::kinds::Severity;
use reports::{pieces, wording};
use serde::{Deserialize, Serialize};

use crate::clean;

/// The words of reports.
const TONGUE: Tongue =
    Tongue { country: pieces::country, moment: wording::moment, number: wording::count };

/// Lines of a message; what is more is counted. Our choice.
const MOST_LINES: usize = 12;

/// How much a message says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Details {
    /// The device's name, what changed, what to do.
    Full,
    /// What kind of thing changed; no device's name, no country, no company, no weakness.
    Short,
    /// That something changed.
    None,
}

impl Details {
    /// Its word in the file.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Short => "short",
            Self::None => "none",
        }
    }
}

/// A message as every channel sends it.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Stays the same when a message is sent again, so that who receives it can tell: `e17`.
    pub id: String,
    /// Whether this only tries whether messages arrive.
    pub test: bool,
    /// When it was written.
    pub at: Timestamp,
    /// How soon it had to be told.
    pub urgency: Urgency,
    /// How grave the gravest of it is.
    pub severity: Severity,
    /// One line.
    pub title: String,
    /// A few lines.
    pub text: String,
    /// The page that says more, where it can be reached from elsewhere.
    pub link: Option<String>,
    /// The one device it is about, where it is named.
    pub device: Option<(GuestId, String)>,
    /// What changed, one by one.
    pub changes: Vec<Told>,
}

/// One change of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    /// What kind: `new-device`, `new-finding`, ….
    pub kind: &'static str,
    /// When it was noticed (RFC 3339, UTC).
    pub at: String,
    /// The household's number of the device, where it may be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// In words.
    pub text: String,
}

/// Says `alert`.
///
/// # Arguments
///
/// * `names`: what its devices are called; cleaned here once more.
/// * `pages`: where the pages are, without a slash at the end (`http://192.0.2.1:8420`).
#[must_use]
pub fn word(
    alert: &Alert,
    names: &BTreeMap<GuestId, String>,
    pages: Option<&str>,
    details: Details,
    now: Timestamp,
) -> Message {
    let name = |id: GuestId| names.get(&id).map_or_else(|| id.to_string(), |it| clean::name(it));
    let full = details == Details::Full;
    let device = alert.device.filter(|_| full).map(|id| (id, name(id)));
    let lines = match details {
        Details::Full => alert.events.iter().map(|event| line(alert, event, &name)).collect(),
        Details::Short => counted(alert),
        Details::None => Vec::new(),
    };
    let mut text = shortened(lines);
    let advice = if full { advice(alert) } else { "Open the page of Houseguest to see more." };
    text.push(advice.to_owned());
    let link = pages.map(|pages| match &device {
        Some((id, _)) => format!("{pages}/devices/{id}"),
        None => format!("{pages}/changes"),
    });
    Message {
        id: alert.events.last().map_or_else(|| "e0".to_owned(), |event| format!("e{}", event.id.0)),
        test: false,
        at: now,
        urgency: alert.urgency,
        severity: alert
            .events
            .iter()
            .map(|it| severity(&it.change))
            .max()
            .unwrap_or(Severity::Info),
        title: title(alert, device.as_ref().map(|(_, name)| name.as_str()), details),
        text: text.join("\n"),
        link,
        device,
        changes: if details == Details::None { Vec::new() } else { told(alert, details) },
    }
}

/// A message that says it is a test, and shows what a message of that channel looks like.
#[must_use]
pub fn test_message(pages: Option<&str>, details: Details, now: Timestamp) -> Message {
    Message {
        id: format!("test-{}", now.seconds()),
        test: true,
        at: now,
        urgency: Urgency::Now,
        severity: Severity::Info,
        title: "Houseguest: test message".to_owned(),
        text: format!(
            "This is a test: nothing happened in your home. Messages on this channel say as much as \
             details = \"{}\" lets them.",
            details.word()
        ),
        link: pages.map(|pages| format!("{pages}/settings")),
        device: None,
        changes: Vec::new(),
    }
}

fn title(alert: &Alert, name: Option<&str>, details: Details) -> String {
    let changes = wording::counted(alert.events.len(), "change");
    if details == Details::None {
        return "Houseguest: something changed in your home".to_owned();
    }
    if alert.urgency == Urgency::Digest {
        return format!("Houseguest: {changes} in your home");
    }
    match (name, alert.events.as_slice()) {
        (Some(name), [event]) => format!("{name}: {}", event.change.general()),
        (Some(name), _) => format!("{name}: {changes}"),
        (None, [event]) if alert.device.is_some() => {
            format!("Houseguest: a device: {}", event.change.general())
        }
        (None, [event]) => format!("Houseguest: {}", event.change.general()),
        (None, _) => {
            let mut devices: Vec<_> = alert.events.iter().filter_map(|it| it.device).collect();
            devices.sort_unstable();
            devices.dedup();
            format!("Houseguest: {changes}, {}", wording::counted(devices.len(), "device"))
        }
    }
}

/// A change as a line: with its device's name where the title has none.
fn line(alert: &Alert, event: &StoredEvent, name: &impl Fn(GuestId) -> String) -> String {
    let sentence = clean::line(&event.change.sentence(TONGUE), clean::SENTENCE);
    match event.device {
        Some(id) if alert.device.is_none() => format!("{}: {sentence}", name(id)),
        _ => sentence,
    }
}

/// How often each kind of thing happened.
fn counted(alert: &Alert) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for event in &alert.events {
        *counts.entry(event.change.general()).or_default() += 1;
    }
    let line = |(what, count): (&str, usize)| match count {
        1 => what.to_owned(),
        _ => format!("{what}, {count} times"),
    };
    counts.into_iter().map(line).collect()
}

fn shortened(mut lines: Vec<String>) -> Vec<String> {
    if lines.len() > MOST_LINES {
        let more = lines.len() - MOST_LINES;
        lines.truncate(MOST_LINES);
        lines.push(format!("and {more} more"));
    }
    lines
}

fn told(alert: &Alert, details: Details) -> Vec<Told> {
    let full = details == Details::Full;
    let told = |event: &StoredEvent| Told {
        kind: event.change.kind(),
        at: event.at.to_string(),
        device: event.device.filter(|_| full).map(|id| id.to_string()),
        text: if full {
            clean::line(&event.change.sentence(TONGUE), clean::SENTENCE)
        } else {
            event.change.general().to_owned()
        },
    };
    alert.events.iter().map(told).collect()
}

/// How grave a change is. Only findings have a severity of their own; the rest is what the urgency of
/// alerts makes of it.
fn severity(change: &Change) -> Severity {
    match change {
        Change::NewFinding { severity, .. } => of_word(severity).unwrap_or(Severity::Medium),
        Change::NewDevice
        | Change::NewCountry { .. }
        | Change::StepCameBack { .. }
        | Change::ListingChanged { .. }
        | Change::SilentSensor { .. }
        | Change::Repaired { .. } => Severity::Medium,
        Change::DeviceBack { .. }
        | Change::NewOrganisation { .. }
        | Change::NewFirmware { .. }
        | Change::LawChanged { .. }
        | Change::Gap { .. }
        | Change::BudgetFull { .. } => Severity::Low,
        _ => Severity::Info,
    }
}

fn of_word(word: &str) -> Option<Severity> {
    let all = [Severity::Info, Severity::Low, Severity::Medium, Severity::High, Severity::Critical];
    all.into_iter().find(|it| severity_word(*it) == word)
}

/// A severity's word.
#[must_use]
pub const fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Low => "low",
        Severity::Medium => "medium",
        Severity::High => "high",
        Severity::Critical => "critical",
    }
}

/// What to do, for the first change that needs a person.
fn advice(alert: &Alert) -> &'static str {
    let advice = |event: &StoredEvent| match event.change {
        Change::NewFinding { .. } => Some("The page says what to do about it."),
        Change::NewDevice => {
            Some("If it is yours, name it on the page; if nobody at home knows it, find out.")
        }
        Change::NewCountry { .. } => Some("The page says with whom it talks there."),
        Change::StepCameBack { .. } => Some("The plan says how to do it again."),
        Change::ListingChanged { .. } => Some("The page says what the list restricts, and whom."),
        Change::SilentSensor { .. } => Some("See whether it has power and network."),
        Change::Repaired { .. } => Some("If this comes again, look after the disk or memory card."),
        _ => None,
    };
    alert.events.iter().find_map(advice).unwrap_or("Nothing has to be done; the page says more.")
}

#[cfg(test)]
mod tests {
    use household::EventId;

    use super::*;

    #[test]
    fn one_change_of_a_device_is_its_title() {
        let alert = alert(Some(7), &[(7, finding("high"))]);
        check(
            &alert,
            Details::Full,
            "Porch camera: new finding",
            "new finding (high): Login in the clear\nThe page says what to do about it.",
            Some("http://192.0.2.1:8420/devices/g7"),
        );
        let message = say(&alert, Details::Full);
        assert_eq!(message.severity, Severity::High);
        assert_eq!((message.id.as_str(), message.changes.len()), ("e1", 1));
        assert_eq!(message.changes[0].kind, "new-finding");
    }

    #[test]
    fn many_devices_are_named_in_their_lines() {
        let alert = alert(None, &[(7, Change::NewDevice), (8, Change::NewDevice)]);
        check(
            &alert,
            Details::Full,
            "Houseguest: 2 changes, 2 devices",
            "Porch camera: seen for the first time\ng8: seen for the first time\n\
             If it is yours, name it on the page; if nobody at home knows it, find out.",
            Some("http://192.0.2.1:8420/changes"),
        );
    }

    #[test]
    fn what_leaves_the_home_says_as_little_as_is_wished() {
        let country = Change::NewCountry { country: "DE".into() };
        let alert = alert(Some(7), &[(7, country.clone()), (7, country), (7, finding("low"))]);
        check(
            &alert,
            Details::Short,
            "Houseguest: 3 changes, 1 device",
            "new finding\ntalks with a country that is new to it, 2 times\n\
             Open the page of Houseguest to see more.",
            Some("http://192.0.2.1:8420/changes"),
        );
        check(
            &alert,
            Details::None,
            "Houseguest: something changed in your home",
            "Open the page of Houseguest to see more.",
            Some("http://192.0.2.1:8420/changes"),
        );
        for details in [Details::Short, Details::None] {
            let message = format!("{:?}", say(&alert, details));
            for private in ["Porch", "g7", "Germany", "DE", "clear", "GuestId"] {
                assert!(!message.contains(private), "{details:?} says {private}: {message}");
            }
        }
    }

    #[test]
    fn a_flood_is_cut_and_counted() {
        let many: Vec<_> = (0..40).map(|_| (7, Change::NewDevice)).collect();
        let message = say(&alert(None, &many), Details::Full);
        assert_eq!(message.text.lines().count(), MOST_LINES + 2);
        assert!(message.text.contains("and 28 more"), "{}", message.text);
        assert_eq!(message.changes.len(), 40);
    }

    #[test]
    fn what_devices_say_cannot_act() {
        let firmware = Change::NewFirmware {
            from: "1\r\nBcc: x@evil.example".into(),
            to: "\u{1b}]8;;https://evil.example\u{7}2".into(),
        };
        let message = say(&alert(Some(9), &[(9, firmware)]), Details::Full);
        assert_eq!(message.title, "see https: //evil.example: other firmware");
        assert_eq!(
            message.text.lines().next(),
            Some("its firmware was 1 Bcc: x@evil.example and is ]8;;https: //evil.example2")
        );
    }

    fn finding(severity: &str) -> Change {
        let title = "Login in the clear".into();
        Change::NewFinding { rule: "r".into(), title, severity: severity.into() }
    }

    fn alert(device: Option<i64>, events: &[(i64, Change)]) -> Alert {
        let event = |(number, (device, change)): (i64, &(i64, Change))| StoredEvent {
            id: EventId(number),
            at: Timestamp::from_parts(1_000, 0),
            device: Some(GuestId(*device)),
            change: change.clone(),
        };
        let events = (1..).zip(events).map(event).collect();
        Alert { urgency: Urgency::Now, device: device.map(GuestId), events }
    }

    fn say(alert: &Alert, details: Details) -> Message {
        let names = BTreeMap::from([
            (GuestId(7), "Porch camera".to_owned()),
            (GuestId(9), "see\u{200b} https://evil.example".to_owned()),
        ]);
        word(alert, &names, Some("http://192.0.2.1:8420"), details, Timestamp::from_parts(2_000, 0))
    }

    #[track_caller]
    fn check(alert: &Alert, details: Details, title: &str, text: &str, link: Option<&str>) {
        let message = say(alert, details);
        assert_eq!(message.title, title);
        assert_eq!(message.text, text);
        assert_eq!(message.link.as_deref(), link);
    }
}
