//! One search over the home: devices, companies, findings, names that devices talk to, rooms; and from
//! there to what the pack knows of things that are not here.

use std::collections::BTreeMap;

use assessment::model::{Device, Finding, Party};
use axum::{extract::Query, response::Response};
use knowledge::kinds::Id;
use maud::{Markup, html};
use reports::{
    pieces::{chip, named, said},
    wording,
};
use serde::Deserialize;

use super::{Tab, address, count, device::anchor, link, why_named};
use crate::{
    forms::{encoded, query},
    present::Present,
    visit::Visit,
};

/// The longest text that is searched for, in letters.
pub(crate) const LONGEST: usize = 80;

/// Hits of one kind that are shown. Our choice.
const MOST: usize = 50;

/// What is searched for.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    pub(crate) q: String,
}

/// What was found in a home.
#[derive(Debug, Default)]
pub(crate) struct Hits<'a> {
    pub(crate) devices: Vec<&'a Device>,
    pub(crate) companies: BTreeMap<&'a Id, &'a Party>,
    /// With their indexes.
    pub(crate) findings: Vec<(usize, &'a Finding)>,
    /// Names that devices talk to, and which do.
    pub(crate) names: BTreeMap<&'a str, Vec<&'a Device>>,
}

impl<'a> Hits<'a> {
    /// Everything in which every word of `typed` stands.
    pub(crate) fn of(present: &'a Present, typed: &str) -> Self {
        let words = typed.to_lowercase();
        let mut hits = Self::default();
        if words.is_empty() {
            return hits;
        }
        let holds = |text: &str| {
            let text = text.to_lowercase();
            words.split_whitespace().all(|word| text.contains(word))
        };
        for device in present.local() {
            if super::devices::holds(device, &words) {
                hits.devices.push(device);
            }
            let parties = device.provenance.parties().map(|(_, party)| party);
            let talked = device.destinations.iter().filter_map(|to| to.organisation.as_deref());
            let named = parties.chain(talked).filter(|party| holds(&party.name));
            hits.companies.extend(named.map(|party| (&party.id, party)));
            for to in device.destinations.iter().filter(|to| holds(&to.name)) {
                hits.names.entry(&to.name).or_default().push(device);
            }
        }
        let findings = present.assessment.findings.iter().enumerate();
        hits.findings = findings.filter(|(_, it)| holds(&it.title) || holds(&it.rule)).collect();
        hits
    }

    fn is_empty(&self) -> bool {
        self.devices.is_empty()
            && self.companies.is_empty()
            && self.findings.is_empty()
            && self.names.is_empty()
    }
}

pub(crate) async fn page(visit: Visit, Query(wanted): Query<Wanted>) -> Response {
    let typed = query(&wanted.q, LONGEST);
    let hits = Hits::of(&visit.present, &typed);
    let body = html! {
        h1 { @if typed.is_empty() { "Search your home" } @else { "What fits “" (said(&typed)) "”" } }
        form.search method="get" action="/search" role="search" aria-label="This search" {
            label for="q" { "A device, a company, a finding, a room, an address, a name on the internet" }
            div.row { input type="search" id="q" name="q" value=(typed) maxlength=(LONGEST); button { "Search" } }
        }
        @if !typed.is_empty() {
            @if hits.is_empty() { p.unknown { "Nothing in your home fits." } }
            (devices(&hits)) (companies(&hits)) (findings(&visit.present, &hits)) (names(&hits))
            p { a href={ "/lookup?q=" (encoded(&typed)) } { "Look it up among everything the program knows" } }
        }
    };
    super::page(&visit, Tab::None, "Search", &body)
}

fn section(id: &str, heading: &str, all: usize, body: &Markup) -> Markup {
    html! {
        @if all > 0 {
            section aria-labelledby=(id) {
                h2 id=(id) { (heading) }
                ul.hits { (body) }
                @if all > MOST { p { "And " (all - MOST) " more." } }
            }
        }
    }
}

fn devices(hits: &Hits<'_>) -> Markup {
    let list = html! {
        @for device in hits.devices.iter().take(MOST) {
            li {
                (link(device))
                @if let Some(room) = device.note.as_ref().and_then(|it| it.room.as_deref()) { span.meta { ", " (named(room)) } }
                @if let Some(ip) = device.ips.first() { " " span.address { (ip) } }
            }
        }
    };
    section("found-devices", "Devices", hits.devices.len(), &list)
}

fn companies(hits: &Hits<'_>) -> Markup {
    let list = html! {
        @for (id, party) in hits.companies.iter().take(MOST) {
            li { a href={ "/entries/" (id) } { (said(&party.name)) } }
        }
    };
    section("found-companies", "Companies", hits.companies.len(), &list)
}

fn findings(present: &Present, hits: &Hits<'_>) -> Markup {
    let list = html! {
        @for (_, finding) in hits.findings.iter().take(MOST) {
            @if let Some(device) = present.of(finding) {
                li {
                    (chip(finding.severity)) " "
                    a href={ (address(device)) "#" (anchor(device, finding)) } { (said(&finding.title)) }
                    span.meta { ", " (named(&wording::device_or_doubt(device))) }
                }
            }
        }
    };
    section("found-findings", "Findings", hits.findings.len(), &list)
}

fn names(hits: &Hits<'_>) -> Markup {
    let list = html! {
        @for (name, devices) in hits.names.iter().take(MOST) {
            li {
                (named(name)) span.meta { ", contacted by " }
                @for (place, device) in devices.iter().take(5).enumerate() {
                    @if place > 0 { ", " }
                    (link(device)) " " (why_named(device, "to", name))
                }
                @if devices.len() > 5 { span.meta { " and " (count(devices.len() - 5, "other device")) } }
            }
        }
    };
    section("found-names", "Names on the internet", hits.names.len(), &list)
}
