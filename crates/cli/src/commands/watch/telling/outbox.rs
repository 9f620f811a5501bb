//! What was decided to be told and is not yet taken, kept by the household as numbers of events: no name
//! stands here, and what is erased meanwhile is not told.

use std::collections::BTreeSet;

use evidence::Timestamp;
use household::{
    EventId, GuestId, Household, HouseholdError, Setting, StoredEvent,
    alerts::{Alert, Urgency},
};

use super::urgency_word;

/// One line for each message and channel: channel, urgency, device, since when, events.
pub(super) const OUTBOX: Setting<Vec<String>> = Setting::new("alerts.outbox", Vec::new);

/// Which devices brokers have been shown: channel and device.
const SHOWN: Setting<Vec<String>> = Setting::new("alerts.shown", Vec::new);

/// Changes that are looked through for those of a message: as many as the household keeps by default.
const MOST: usize = 20_000;

/// A message to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Posted {
    urgency: Urgency,
    device: Option<GuestId>,
    events: BTreeSet<EventId>,
}

impl Posted {
    fn of(alert: &Alert) -> Self {
        let events = alert.events.iter().map(|event| event.id).collect();
        Self { urgency: alert.urgency, device: alert.device, events }
    }

    /// The message with its events, as far as they are still there.
    pub(super) fn alert(&self, household: &Household) -> Result<Alert, HouseholdError> {
        let all = household.events(Timestamp::EPOCH, MOST)?;
        let ours = |event: &StoredEvent| self.events.contains(&event.id);
        let mut events: Vec<StoredEvent> = all.into_iter().filter(ours).collect();
        events.sort_by_key(|event| event.id);
        // Two devices that turned out to be one are one now.
        let device = self.device.and_then(|_| events.first()?.device);
        Ok(Alert { urgency: self.urgency, device, events })
    }
}

/// Puts what is due into the outbox for each of `channels`, and marks it as told; what was put there.
pub(super) fn post(
    household: &mut Household,
    channels: &[String],
    now: Timestamp,
) -> Result<Vec<Posted>, HouseholdError> {
    let rules = household.alert_rules()?;
    let due = household.alerts_due(&rules, now)?;
    if due.is_empty() {
        return Ok(Vec::new());
    }
    // If the power went before they were marked, some are in the outbox already.
    let there = read(household)?;
    let there: BTreeSet<EventId> = there.into_iter().flat_map(|(_, it, _)| it.events).collect();
    let new = |alert: &Alert| {
        let mut posted = Posted::of(alert);
        posted.events.retain(|event| !there.contains(event));
        (!posted.events.is_empty()).then_some(posted)
    };
    let posted: Vec<Posted> = due.iter().filter_map(new).collect();
    let mut lines = household.setting(&OUTBOX)?;
    for channel in channels {
        lines.extend(written(posted.iter().map(|it| (channel.as_str(), it, now))));
    }
    household.set_setting(&OUTBOX, &lines)?;
    for alert in &due {
        household.mark_alerted(alert, now)?;
    }
    Ok(posted)
}

/// Everything in the outbox: for which channel, what, since when.
pub(super) fn read(
    household: &Household,
) -> Result<Vec<(String, Posted, Timestamp)>, HouseholdError> {
    Ok(household.setting(&OUTBOX)?.iter().filter_map(|line| parse(line)).collect())
}

/// The outbox as it is kept.
pub(super) fn written<'a>(
    waiting: impl Iterator<Item = (&'a str, &'a Posted, Timestamp)>,
) -> Vec<String> {
    waiting
        .map(|(channel, posted, since)| {
            let device = posted.device.map_or("-".to_owned(), |it| it.0.to_string());
            let events: Vec<_> = posted.events.iter().map(|it| it.0.to_string()).collect();
            let urgency = urgency_word(posted.urgency);
            format!("{channel} {urgency} {device} {} {}", since.0, events.join(","))
        })
        .collect()
}

/// A line of it; `None` for one that another version wrote.
fn parse(line: &str) -> Option<(String, Posted, Timestamp)> {
    let mut parts = line.split(' ');
    let channel = parts.next()?.to_owned();
    let urgency = match parts.next()? {
        "now" => Urgency::Now,
        "digest" => Urgency::Digest,
        _ => return None,
    };
    let device = match parts.next()? {
        "-" => None,
        number => Some(GuestId(number.parse().ok()?)),
    };
    let since = Timestamp(parts.next()?.parse().ok()?);
    let events = parts.next()?.split(',').map(|it| it.parse().map(EventId));
    let events = events.collect::<Result<_, _>>().ok()?;
    Some((channel, Posted { urgency, device, events }, since))
}

/// Which devices brokers have been shown, with the channel.
pub(super) fn all_shown(household: &Household) -> Result<Vec<(String, GuestId)>, HouseholdError> {
    let parse = |line: &String| {
        let (channel, id) = line.split_once(' ')?;
        Some((channel.to_owned(), GuestId(id.parse().ok()?)))
    };
    Ok(household.setting(&SHOWN)?.iter().filter_map(parse).collect())
}

/// Notes which devices the broker of `channel` shows now.
pub(super) fn keep_shown(
    household: &mut Household,
    channel: &str,
    shown: &[GuestId],
) -> Result<(), HouseholdError> {
    let mut lines = household.setting(&SHOWN)?;
    lines.retain(|line| line.split_once(' ').is_none_or(|(other, _)| other != channel));
    lines.extend(shown.iter().map(|id| format!("{channel} {}", id.0)));
    household.set_setting(&SHOWN, &lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_the_outbox_already_is_marked_and_not_posted_again() {
        let mut household = Household::in_memory().unwrap();
        let rules = household::alerts::Rules { learning: 0, ..Default::default() };
        household.set_alert_rules(&rules).unwrap();
        let devices = vec![assessment::model::Device {
            id: assessment::model::DeviceId(1),
            macs: [evidence::Mac([2, 0, 0, 0, 0, 7])].into(),
            local: true,
            ..Default::default()
        }];
        let assessment = assessment::Assessment { devices, ..Default::default() };
        let now = Timestamp::from_parts(1_900_000_000, 0);
        household.remember(&assessment, now).unwrap();
        let due = household.alerts_due(&rules, now).unwrap();
        let ids: Vec<String> = due[0].events.iter().map(|event| event.id.0.to_string()).collect();
        // As a power cut leaves it: in the outbox, and not marked.
        let line = format!("phone now 1 5 {}", ids.join(","));
        household.set_setting(&OUTBOX, &vec![line]).unwrap();
        assert_eq!(post(&mut household, &["phone".to_owned()], now).unwrap(), []);
        assert_eq!(household.setting(&OUTBOX).unwrap().len(), 1);
        assert_eq!(household.alerts_due(&rules, now).unwrap(), []);
    }

    #[test]
    fn a_line_of_the_outbox_is_read_as_it_was_written() {
        let posted = Posted {
            urgency: Urgency::Digest,
            device: Some(GuestId(7)),
            events: [EventId(3), EventId(12)].into(),
        };
        let since = Timestamp::from_parts(5, 6);
        let lines = written([("phone", &posted, since)].into_iter());
        assert_eq!(lines, ["phone digest 7 5000000006 3,12"]);
        assert_eq!(parse(&lines[0]), Some(("phone".to_owned(), posted, since)));
        for odd in ["", "phone", "phone later 7 1 1", "phone now x 1 1", "phone now - 1 x"] {
            assert_eq!(parse(odd), None, "{odd}");
        }
    }
}
