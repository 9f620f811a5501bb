//! What changed in the home, in a sentence each.

use std::collections::{BTreeMap, BTreeSet};

use axum::response::Response;
use evidence::Timestamp;
use household::{Change, KnownDevice, StoredEvent};
use maud::{Markup, html};
use reports::{pieces, pieces::said, wording};

use super::{Tab, link};
use crate::{present::Present, visit::Visit};

pub(crate) async fn page(visit: Visit) -> Response {
    let events = &visit.present.known.events;
    let body = html! {
        h1 { "What changed in your home" }
        @if events.is_empty() { p { "Nothing that is remembered." } }
        (list(&visit.present, events, usize::MAX))
    };
    super::page(&visit, Tab::None, "What changed", &body)
}

/// New devices told one by one; more at the same moment are told in one line, as when a home is seen
/// for the first time.
const MOST_NEW: usize = 3;

/// Changes as a list, the latest first, at most `most` lines.
pub(super) fn list(present: &Present, events: &[StoredEvent], most: usize) -> Markup {
    let mut new: BTreeMap<Timestamp, usize> = BTreeMap::new();
    for event in events.iter().filter(|it| it.change == Change::NewDevice) {
        *new.entry(event.at).or_default() += 1;
    }
    new.retain(|_, count| *count > MOST_NEW);
    let mut told = BTreeSet::new();
    let lines = events.iter().filter_map(|event| match new.get(&event.at) {
        Some(count) if event.change == Change::NewDevice => told.insert(event.at).then(|| {
            html! {
                li { span.when { (wording::moment(event.at)) } " "
                    (super::count(*count, "device")) " seen for the first time" }
            }
        }),
        _ => Some(change(present, event)),
    });
    html! { ul.changes { @for line in lines.take(most) { (line) } } }
}

/// One change as an item of a list.
pub(super) fn change(present: &Present, event: &StoredEvent) -> Markup {
    let whose = event.device.and_then(|number| {
        let here = present.local().find(|it| present.known.number(it) == Some(number));
        here.map(link).or_else(|| {
            let known = present.known.guest(number)?;
            Some(html! { (said(&guest(known))) })
        })
    });
    html! {
        li {
            span.when { (wording::moment(event.at)) } " "
            @if let Some(whose) = whose { strong { (whose) } ": " }
            (said(&sentence(&event.change)))
        }
    }
}

/// A change in words. Untrusted where devices say it.
fn sentence(change: &Change) -> String {
    match change {
        Change::NewDevice => "seen for the first time".to_owned(),
        Change::DeviceBack { last_seen } => {
            format!("is back; it was last seen {}", day(Timestamp::from_parts(*last_seen, 0)))
        }
        Change::Joined { .. } => "was told to be the same as another".to_owned(),
        Change::NewCountry { country } => {
            format!("talks with servers in {} for the first time", pieces::country(country))
        }
        Change::NewOrganisation { name, .. } => format!("talks with {name} for the first time"),
        Change::NewFinding { title, severity, .. } => format!("new finding ({severity}): {title}"),
        Change::FindingGone { title, .. } => format!("not seen any more: {title}"),
        Change::StepVerified { text, .. } => format!("done: {text}"),
        Change::StepCameBack { text, .. } => format!("to be done again: {text}"),
        Change::NewFirmware { from, to } => format!("its firmware was {from} and is {to}"),
        Change::ListingChanged { name, to, .. } => match to {
            Some(to) => format!("the list {name} now says of it: {to}"),
            None => format!("the list {name} says nothing of it any more"),
        },
        Change::LawChanged { law, jurisdiction, reaches } => {
            let reaches = if *reaches { "could now reach" } else { "can no longer reach" };
            format!("{} ({law}) {reaches} a company behind it", pieces::country(jurisdiction))
        }
        Change::SilentSensor { last_seen } => {
            format!("is silent since {}", wording::moment(Timestamp::from_parts(*last_seen, 0)))
        }
        Change::SensorHeard => "is heard of again".to_owned(),
        Change::Gap { from, to } => {
            let moment = |seconds: u64| wording::moment(Timestamp::from_parts(seconds, 0));
            format!("nobody was watching from {} to {}", moment(*from), moment(*to))
        }
        Change::ClockSetBack { .. } => "the clock of this computer was set back".to_owned(),
        Change::Repaired { what } => format!("the memory was mended: {what}"),
        Change::BudgetFull { rows } => {
            format!("there was no room: {} of the oldest rows were dropped", wording::count(*rows))
        }
        Change::Erased => "a device was erased, as you wished".to_owned(),
        _ => "something that this version of the program has no words for".to_owned(),
    }
}

/// A device of the household that is not here now, in a few words. Untrusted.
pub(crate) fn guest(device: &KnownDevice) -> String {
    let user = device.user.name.as_deref();
    let told = [&device.brand, &device.model, &device.kind];
    let words: Vec<&str> = told.into_iter().filter_map(|it| it.as_deref()).collect();
    let words = words.join(" ");
    let own = device.called.as_deref().or_else(|| device.keys.first().map(|it| &**it));
    match (user, words.is_empty(), own) {
        (Some(name), _, _) => name.to_owned(),
        (None, false, _) => words,
        (None, true, Some(own)) => own.to_owned(),
        (None, true, None) => device.id.to_string(),
    }
}

/// The day of a moment.
pub(super) fn day(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}
