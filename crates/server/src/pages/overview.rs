//! The first page: one sentence, the three things to do next, and where to look further.

use std::{cmp::Reverse, collections::BTreeMap};

use assessment::model::Action;
use axum::response::Response;
use knowledge::kinds::Severity;
use maud::{Markup, html};
use reports::{
    pieces,
    pieces::{chip, said},
    wording,
};

use super::{Tab, changes::list, count, link};
use crate::{
    present::{Ear, Present},
    visit::Visit,
};

/// Things to do that are shown: what fits into one evening. Our choice.
const FIRST: usize = 3;

/// Changes that are shown.
const LATEST: usize = 5;

/// Organisations that are shown.
const ORGANISATIONS: usize = 3;

pub(crate) async fn page(visit: Visit) -> Response {
    let present = &*visit.present;
    if present.assessment.devices.is_empty() {
        return super::first::page(&visit);
    }
    let waiting = present.known.remembered(&present.assessment).waiting.len();
    let body = html! {
        h1 { (sentence(present)) }
        p.lead { (pieces::traffic(&present.assessment)) }
        (listening(&present.ears))
        section aria-labelledby="first" {
            h2 id="first" { (heading(present.assessment.actions.len(), waiting)) }
            (first_things(present, waiting))
        }
        (latest(&visit))
        section aria-labelledby="glance" {
            h2 id="glance" { "At a glance" }
            ul.tiles { (devices(present)) (findings(present)) (data(present)) }
        }
        section aria-labelledby="unknown" {
            h2 id="unknown" { "What is not known" }
            ul { @for line in pieces::not_known(&present.assessment) { li { (said(&line)) } } }
        }
    };
    super::page(&visit, Tab::Overview, "Overview", &body)
}

/// How things stand, in one sentence.
fn sentence(present: &Present) -> String {
    let devices = pieces::count(&present.assessment).devices;
    if devices == 0 {
        return "No device has been seen yet.".to_owned();
    }
    let pressing = |device: &&assessment::model::Device| {
        device.findings.iter().any(|index| {
            let finding = present.assessment.findings.get(*index);
            finding.is_some_and(|it| it.severity >= Severity::Medium)
        })
    };
    let all = count(devices, "device");
    match present.local().filter(pressing).count() {
        0 => format!("{all} in your home, and nothing pressing was seen."),
        1 => format!("{all} in your home; one of them needs your attention."),
        some => format!("{all} in your home; {some} of them need your attention."),
    }
}

fn heading(actions: usize, waiting: usize) -> String {
    match (actions, waiting) {
        (0, 0) => "Nothing to do".to_owned(),
        (0, _) => "Still to be done".to_owned(),
        (1, _) => "One thing to do next".to_owned(),
        (2, _) => "Two things to do next".to_owned(),
        _ => "Three things to do next".to_owned(),
    }
}

/// What changed lately, where the household remembers.
fn latest(visit: &Visit) -> Markup {
    let events = &visit.present.known.events;
    html! {
        @if visit.house.remembers() {
            section aria-labelledby="latest" {
                h2 id="latest" { "What changed lately" }
                @if events.is_empty() { p { "Nothing yet. Changes are told once your home is known a little." } }
                @else {
                    (list(&visit.present, events, LATEST))
                    p { a href="/changes" { "All changes" } }
                }
            }
        }
    }
}

/// What listens, where something does.
pub(super) fn listening(ears: &[Ear]) -> Markup {
    html! {
        @if !ears.is_empty() {
            ul.ears {
                @for ear in ears {
                    li {
                        @if ear.listening { span.dot.on aria-hidden="true" {} " Listening to " }
                        @else { span.dot aria-hidden="true" {} " No longer listening to " }
                        strong { (pieces::named(&ear.name)) } ": " (wording::count(ear.frames)) " frames, "
                        (wording::bytes(ear.bytes))
                        @if ear.lost > 0 { ", " (wording::count(ear.lost)) " passed while this program was busy" }
                        @if let Some(failure) = &ear.failure { ". It stopped: " (said(failure)) }
                    }
                }
            }
        }
    }
}

fn first_things(present: &Present, waiting: usize) -> Markup {
    let actions = &present.assessment.actions;
    html! {
        @if actions.is_empty() && waiting > 0 {
            p { a href="/plan" { (count(waiting, "step")) " of the plan" } ", of which nothing was seen lately." }
        } @else if actions.is_empty() {
            p { "Nothing, as far as was seen. That is not proof of safety: what is not seen is not known." }
        } @else {
            ol.todo { @for action in actions.iter().take(FIRST) { li { (thing(present, action)) } } }
            @if actions.len() > FIRST {
                p { a href="/plan" { "The whole plan: " (count(actions.len(), "step")) } }
            }
        }
    }
}

/// One thing to do, with its reason.
pub(super) fn thing(present: &Present, action: &Action) -> Markup {
    let device = action.device.index().and_then(|it| present.assessment.devices.get(it));
    let findings = action.findings.iter().filter_map(|it| present.assessment.findings.get(*it));
    let worst = findings.max_by_key(|it| it.severity);
    html! {
        p.do { (said(&action.text)) }
        p.meta {
            @if let Some(device) = device { (link(device)) " · " }
            (wording::effort(action.effort))
        }
        @if let Some((finding, device)) = worst.zip(device) {
            p.because {
                (chip(finding.severity)) " " (said(&finding.title)) " " (super::why_finding(device, finding))
            }
        }
    }
}

fn devices(present: &Present) -> Markup {
    let pieces::Count { devices, identified } = pieces::count(&present.assessment);
    html! {
        li.tile {
            h3 { a href="/devices" { (count(devices, "device")) } }
            p {
                @if devices == identified { "All are identified." }
                @else { (identified) " identified, " (devices - identified) " unknown." }
            }
        }
    }
}

fn findings(present: &Present) -> Markup {
    let mut severities: BTreeMap<Severity, usize> = BTreeMap::new();
    for finding in &present.assessment.findings {
        *severities.entry(finding.severity).or_default() += 1;
    }
    html! {
        li.tile {
            h3 { a href="/findings" { (count(present.assessment.findings.len(), "finding")) } }
            @if severities.is_empty() { p { "None seen, which is not proof of safety." } }
            @else {
                ul.plain.inline { @for (severity, number) in severities.iter().rev() { li { (chip(*severity)) " " (number) } } }
            }
        }
    }
}

/// Who gets the most.
fn data(present: &Present) -> Markup {
    let mut sent: BTreeMap<Option<&str>, u64> = BTreeMap::new();
    for to in present.local().flat_map(|device| &device.destinations) {
        let name = to.organisation.as_ref().map(|party| &*party.name);
        let sum = sent.entry(name).or_default();
        *sum = sum.saturating_add(to.bytes_up);
    }
    let all = sent.values().fold(0_u64, |sum, bytes| sum.saturating_add(*bytes));
    let mut ordered: Vec<_> = sent.into_iter().collect();
    ordered.sort_by_key(|(name, bytes)| (Reverse(*bytes), *name));
    html! {
        li.tile {
            h3 { a href="/map" { (wording::bytes(all)) " sent out" } }
            @if ordered.is_empty() { p { "Nothing was seen to leave this network." } }
            @else {
                ul.plain {
                    @for (name, bytes) in ordered.iter().take(ORGANISATIONS) {
                        li {
                            @match name { Some(name) => (said(name)), None => span.unknown { "unknown organisations" } }
                            " " span.share { (wording::bytes(*bytes)) }
                        }
                    }
                }
            }
        }
    }
}
