//! Lists that touch devices of this home, laws that could reach the companies behind them, what a
//! resident may ask; and the pack's entries behind all that.

use std::collections::{BTreeMap, BTreeSet};

use assessment::{Applies, Listing, model::Device};
use axum::{extract::Path, http::StatusCode, response::Response};
use knowledge::kinds::{Id, Law};
use maud::{Markup, html};
use reports::{entries, pieces, pieces::said};

use super::{Tab, link, why_named};
use crate::{present::Present, visit::Visit};

pub(crate) async fn page(visit: Visit) -> Response {
    let present = &*visit.present;
    let lists = lists(present);
    let laws: Vec<&Law> = present.assessment.laws.values().collect();
    let body = html! {
        h1 { "Laws and lists that touch your home" }
        p.lead {
            "Lists say what some state restricts, and for whom; laws say what a company could be obliged to do. \
             Neither says that anything happened, and every state is shown in the same form, as of "
            (said(&present.assessment.as_of)) "."
        }
        section aria-labelledby="lists" {
            h2 id="lists" { "Lists" }
            @if lists.is_empty() { p.unknown { "No entry of a list in this pack was found to touch a device here." } }
            @for (name, entries) in &lists { (list(name, entries)) }
        }
        (pieces::rights(&present.assessment))
        @if !laws.is_empty() { (pieces::laws(&present.assessment, &laws)) }
        (pieces::sources(&present.assessment, &cited(present)))
    };
    super::page(&visit, Tab::Laws, "Laws and lists", &body)
}

type Entries<'a> = BTreeMap<&'a str, Vec<(&'a Device, &'a Listing)>>;

/// What touches a device, or may, by list and entry.
fn lists(present: &Present) -> BTreeMap<&str, Entries<'_>> {
    let mut lists: BTreeMap<&str, Entries<'_>> = BTreeMap::new();
    for device in present.local() {
        for listing in device.listings.iter().filter(|it| it.applies != Applies::No) {
            let entries = lists.entry(&listing.list_name).or_default();
            entries.entry(&listing.entry).or_default().push((device, listing));
        }
    }
    lists
}

fn list(name: &str, entries: &Entries<'_>) -> Markup {
    let first = entries.values().flatten().next().map(|(_, listing)| listing);
    html! {
        article {
            h3 { @if let Some(first) = first { a href={ "/entries/" (first.list) } { (said(name)) } } }
            @for (id, devices) in entries { (entry_of(id, devices)) }
        }
    }
}

fn entry_of(id: &str, devices: &[(&Device, &Listing)]) -> Markup {
    html! {
        @if let Some((_, listing)) = devices.first() {
            h4 { a href={ "/entries/" (id) } { (said(&listing.entry_name)) } }
            p { "Effect: " (said(&listing.effect)) }
            p { "It does not restrict: " (said(&listing.does_not_restrict)) }
            ul {
                @for (device, listing) in devices {
                    li {
                        (link(device)) ": " strong { (applies(listing.applies)) } " "
                        (why_named(device, "list", id))
                    }
                }
            }
        }
    }
}

const fn applies(applies: Applies) -> &'static str {
    match applies {
        Applies::Yes => "the entry applies",
        Applies::Unknown => "not known whether it applies",
        Applies::No => "it does not apply",
    }
}

/// Every text that the page cites.
fn cited(present: &Present) -> BTreeSet<&Id> {
    let laws = present.assessment.laws.values().flat_map(|law| &law.sources);
    laws.chain(present.assessment.rights.iter().flat_map(|right| &right.sources)).collect()
}

/// What the pack says under one id.
pub(crate) async fn entry(visit: Visit, Path(id): Path<String>) -> Response {
    let knowledge = &visit.house.knowledge;
    let day = &visit.present.assessment.as_of;
    let found: Vec<_> = entries::all(knowledge.pack()).filter(|it| *it.id == *id).collect();
    if found.is_empty() {
        return super::notice(
            StatusCode::NOT_FOUND,
            "There is no such entry",
            "The knowledge of this program has nothing under that name.",
        );
    }
    let title = found.first().map_or("", |it| it.title);
    let body = html! {
        @for known in &found {
            @match entries::page(known, day, knowledge) {
                Some(page) => {
                    h1 { (said(&page.title)) }
                    @for line in &page.lead { p.lead { (said(line)) } }
                    (page.parts("/entries/"))
                },
                None => (written(known, &visit)),
            }
        }
    };
    super::page(&visit, Tab::None, title, &body)
}

/// An entry that has no page of its own: its name, its doubts and the texts it cites.
fn written(known: &entries::Known<'_>, visit: &Visit) -> Markup {
    let pack = visit.house.knowledge.pack();
    html! {
        h1 { (said(known.title)) }
        p.meta { "An entry among the " (known.kind) ", " code { (said(known.id)) }
            @if known.verified == Some(false) { " · " span.doubt { "unverified" } } }
        @if let Some(note) = known.note { p { (said(note)) } }
        @if !known.sources.is_empty() {
            h2 { "What it rests on" }
            ul.references {
                @for source in known.sources.iter().filter_map(|id| pack.sources.get(id)) {
                    li {
                        cite { (said(&source.title)) } ", " (said(&source.issuer))
                        @if let Some(date) = &source.date { ", " (said(date)) }
                        ". " (pieces::link(&source.url))
                    }
                }
            }
        }
    }
}
