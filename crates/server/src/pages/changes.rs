//! What changed in the home, in a sentence each.

use std::collections::{BTreeMap, BTreeSet};

use axum::{extract::Query, http::StatusCode, response::Response};
use evidence::Timestamp;
use household::{Change, EventId, KnownDevice, StoredEvent, Tongue};
use maud::{Markup, html};
use reports::{pieces, pieces::said, wording};
use serde::Deserialize;

use super::{Tab, link};
use crate::{present::Present, visit::Visit};

/// The words of reports.
const TONGUE: Tongue =
    Tongue { country: pieces::country, moment: wording::moment, number: wording::count };

/// Older changes that one page shows; our choice, as many as the first shows at most.
const MOST: usize = 200;

/// What the address may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    /// Changes before this one.
    before: Option<String>,
}

pub(crate) async fn page(visit: Visit, Query(wanted): Query<Wanted>) -> Response {
    let before = wanted.before.and_then(|it| it.parse().ok());
    let events = match before {
        None => Some(Ok(visit.present.known.events.clone())),
        Some(before) => {
            visit.house.memory(|household| household.events_before(EventId(before), MOST))
        }
    };
    let events = match events {
        Some(Ok(events)) => events,
        None => Vec::new(),
        Some(Err(error)) => {
            let text = reports::escape::visible(&error.to_string()).into_owned();
            let failed = "What changed could not be read";
            return super::notice(StatusCode::INTERNAL_SERVER_ERROR, failed, &text);
        }
    };
    let last = events.last().map_or(EventId(before.unwrap_or(i64::MAX)), |event| event.id);
    let older = visit.house.memory(|household| household.events_before(last, 1));
    let older = older.and_then(Result::ok).is_some_and(|it| !it.is_empty());
    let body = html! {
        h1 { "What changed in your home" }
        @if events.is_empty() && older { p { "Nothing in the last month." } }
        @else if events.is_empty() { p { "Nothing that is remembered." } }
        (list(&visit.present, &events, usize::MAX))
        @if older { p { a href={ "/changes?before=" (last.0) } { "Older changes" } } }
        @if before.is_some() { p { a href="/changes" { "The latest" } } }
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

/// One change of a device on its own page, as an item of a list.
pub(super) fn of_it(event: &StoredEvent) -> Markup {
    html! {
        li { span.when { (wording::moment(event.at)) } " " (said(&event.change.sentence(TONGUE))) }
    }
}

/// One change as an item of a list.
fn change(present: &Present, event: &StoredEvent) -> Markup {
    let whose = event.device.and_then(|number| {
        let here = present.local().find(|it| present.known.number(it) == Some(number));
        here.map(link).or_else(|| {
            let known = present.known.guest(number)?;
            Some(html! { (pieces::named(&guest(known))) })
        })
    });
    html! {
        li {
            span.when { (wording::moment(event.at)) } " "
            @if let Some(whose) = whose { strong { (whose) } ": " }
            (said(&event.change.sentence(TONGUE)))
        }
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
