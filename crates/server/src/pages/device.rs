//! One device: what it is and why we say so, what is wrong and what to do, where it talks, who is
//! behind it.

use std::collections::BTreeSet;

use assessment::{
    Applies,
    model::{Claim, Claims, Destination, Device, Finding, Role},
};
use axum::{
    body::Bytes,
    extract::{Path, Query},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use evidence::Timestamp;
use household::{Household, HouseholdError, KnownDevice, UserNote};
use knowledge::kinds::Id;
use maud::{Markup, html};
use reports::{
    pieces,
    pieces::{chip, said, wide},
    wording,
};

use serde::Deserialize;

use super::{
    Tab, address, changes, count, rooms,
    series::{self, Back},
    why, why_finding, why_named,
};
use crate::{clock, forms, present::Present, visit::Visit};

/// Changes that are shown.
const MOST_EVENTS: usize = 20;

/// Names that are shown.
const MOST_NAMES: usize = 20;

/// Destinations that are shown one by one. Our choice; the interface for programs has all.
const MOST_DESTINATIONS: usize = 25;

/// How far back the pictures go.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    back: String,
}

pub(crate) async fn page(
    visit: Visit,
    Path(key): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Response {
    let present = &*visit.present;
    let Some(device) = present.device(&key) else { return missing() };
    let name = super::called(device);
    let body = html! {
        h1 { (said(&name)) }
        p.lead {
            (part(device.role)) @if let Some(sure) = wording::device_sure(device) { ", " (sure) } ". "
            (wording::bytes(device.bytes_up)) " sent and " (wording::bytes(device.bytes_down))
            " received, " (wording::span(device.first, device.last)) "."
            @if let Some(known) = present.known.device(device) { " Known since " (changes::day(known.first_seen)) "." }
        }
        section aria-labelledby="findings" {
            h2 id="findings" { "What is wrong, and what to do" }
            (findings(present, device))
        }
        section aria-labelledby="what" {
            h2 id="what" { "What it is" }
            article { (identity(device)) }
        }
        (yours(&visit, device))
        (when(&visit, device, Back::named(&wanted.back)))
        section aria-labelledby="where" {
            h2 id="where" { "Where it talks" }
            (super::streams::of_device(device))
            (destinations(device))
        }
        section.behind aria-labelledby="who" {
            h2 id="who" { "Who stands behind it" }
            article { (pieces::behind(&present.assessment, device)) (evidence_of_standing(device)) }
        }
        section aria-labelledby="rights" {
            h2 id="rights" { "What you may ask of them" }
            p {
                a href={ (address(device)) "/letter" } { "Write a letter" }
                " to the company behind it: what it holds about you, that it be deleted, or a complaint. Filled in for where you live."
            }
        }
        section aria-labelledby="label" {
            h2 id="label" { "Its label" }
            figure.label {
                a href={ (address(device)) "/label" } {
                    img src={ (address(device)) "/label.svg" } width="760" height="400"
                        alt="The security and privacy label of this device; the link opens it as text.";
                }
            }
        }
        (pieces::sources(&present.assessment, &cited(device)))
    };
    super::page(&visit, Tab::Devices, &name, &body)
}

pub(super) fn missing() -> Response {
    super::notice(
        StatusCode::NOT_FOUND,
        "There is no such device here now",
        "It may not have said anything lately, or have another address.",
    )
}

const fn part(role: Role) -> &'static str {
    match role {
        Role::Device => "A device",
        Role::Gateway => "The way to the internet",
        Role::Client => "A phone or computer that somebody uses",
        Role::Unknown => "What part it plays is unknown",
    }
}

fn identity(device: &Device) -> Markup {
    let identity = &device.identity;
    let properties: [(&str, &str, &Claims); 6] = [
        ("Brand", "brand", &identity.brand),
        ("Model", "model", &identity.model),
        ("Kind", "type", &identity.kind),
        ("Operating system", "os", &identity.os),
        ("Firmware", "firmware", &identity.firmware),
        ("Radio module", "module_maker", &identity.module_maker),
    ];
    html! {
        dl.facts {
            @if let Some(note) = &device.note {
                @if let Some(name) = &note.name { dt { "You call it" } dd { (pieces::named(name)) " " (why(device, "name", "your name for it")) } }
                @if let Some(room) = &note.room { dt { "Room" } dd { (pieces::named(room)) " " (why(device, "room", "its room")) } }
            }
            @for (label, part, claims) in properties {
                dt { (label) } dd { (property(device, label, part, claims)) }
            }
            dt { "Addresses" }
            dd {
                @for ip in &device.ips { span.address { (ip) } " " }
                @for mac in &device.macs {
                    span.address { (mac) } " "
                    @if mac.is_locally_administered() { span.meta { "(made up by the device) " } }
                }
            }
            @if !device.names.is_empty() {
                dt { "Names it gives" }
                dd { @for (place, name) in device.names.iter().take(MOST_NAMES).enumerate() { @if place > 0 { ", " } (pieces::named(name)) } }
            }
        }
        details { summary { "How much concern there is, by kind" } dl.facts { (pieces::scores(device)) } }
    }
}

/// When it sent and received, where the household remembers.
fn when(visit: &Visit, device: &Device, back: Back) -> Markup {
    let Some(number) = visit.present.known.number(device) else { return html! {} };
    html! {
        section aria-labelledby="when" {
            h2 id="when" { "When it talks" }
            (series::shown(visit, Some(number), back, &address(device)))
        }
    }
}

/// What the user may say of it, and what changed with it.
fn yours(visit: &Visit, device: &Device) -> Markup {
    let present = &*visit.present;
    let Some(known) = present.known.device(device) else { return html! {} };
    // Its own, for the latest of the whole home may all be of others.
    let events = visit.house.memory(|household| household.events_of(known.id, MOST_EVENTS));
    let events = events.and_then(Result::ok).unwrap_or_default();
    let text = |value: &Option<Box<str>>| {
        reports::escape::visible(value.as_deref().unwrap_or_default()).into_owned()
    };
    html! {
        section aria-labelledby="yours" {
            h2 id="yours" { "What you know of it" }
            article {
                form.note method="post" action={ (address(device)) "/note" } {
                    (super::token(visit))
                    div { label for="name" { "What you call it" }
                        input id="name" name="name" value=(text(&known.user.name)) maxlength="60"; }
                    div { label for="room" { "Room" }
                        input id="room" name="room" list="rooms" value=(text(&known.user.room)) maxlength="60";
                        (rooms::rooms_to_choose(rooms::by_room(present).0.into_keys())) }
                    div { label for="text" { "Anything else" }
                        input id="text" name="text" value=(text(&known.user.text)) maxlength="200"; }
                    button { "Keep" }
                }
                form method="post" action={ (address(device)) "/mute" } {
                    (super::token(visit))
                    @if known.muted_until.is_some_and(|until| until > clock::now()) {
                        p { "You hear nothing of its changes. " button.quiet name="mute" value="no" { "Tell me again" } }
                    } @else {
                        p { "You hear of its changes. " button.quiet name="mute" value="yes" { "Not for a month" } }
                    }
                }
            }
            @if !events.is_empty() {
                h3 { "What changed with it" }
                ul.changes { @for event in &events { (changes::of_it(event)) } }
            }
        }
    }
}

/// Takes what the user says of a device.
pub(crate) async fn note(visit: Visit, Path(key): Path<String>, form: Bytes) -> Response {
    // What a form does not ask for stays as it is.
    let said = |name: &str, now: &Option<Box<str>>| -> Option<Box<str>> {
        let Some(text) = forms::field(&form, name) else { return now.clone() };
        let text = forms::query(&text, 200);
        (!text.is_empty()).then(|| text.into())
    };
    let kept = changed(&visit, &key, |household, known| {
        // As it is now: what the page was made from may be older.
        let now = household.device(known.id)?.user;
        let user = UserNote {
            name: said("name", &now.name),
            room: said("room", &now.room),
            text: said("text", &now.text),
            ..now
        };
        household.set_note(known.id, &user)
    });
    if kept.status().is_redirection() && forms::field(&form, "back").as_deref() == Some("rooms") {
        return Redirect::to("/rooms").into_response();
    }
    kept
}

/// No alerts of a device for a month, or again.
pub(crate) async fn mute(visit: Visit, Path(key): Path<String>, form: Bytes) -> Response {
    const MONTH: u64 = 30 * 24 * 3600;

    let quiet = forms::field(&form, "mute").as_deref() == Some("yes");
    changed(&visit, &key, |household, known| {
        let until = clock::now().0.saturating_add(MONTH * 1_000_000_000);
        household.mute(known.id, quiet.then_some(Timestamp(until)))
    })
}

/// Changes what the household says of a device, and shows its page again.
fn changed(
    visit: &Visit,
    key: &str,
    change: impl FnOnce(&mut Household, &KnownDevice) -> Result<(), HouseholdError>,
) -> Response {
    let Some(device) = visit.present.device(key) else { return missing() };
    let Some(known) = visit.present.known.device(device) else { return missing() };
    match visit.house.memory(|household| change(household, known)) {
        Some(Ok(())) => {
            visit.house.look_again();
            Redirect::to(&address(device)).into_response()
        }
        Some(Err(error)) => {
            let text = reports::escape::visible(&error.to_string()).into_owned();
            super::notice(StatusCode::INTERNAL_SERVER_ERROR, "That could not be kept", &text)
        }
        None => missing(),
    }
}

/// The answer or the doubt, with the way to all that speaks for it.
fn property(device: &Device, label: &str, part: &str, claims: &Claims) -> Markup {
    let candidates: Vec<&Claim> = claims.candidates().collect();
    html! {
        @match claims.answer() {
            Some(claim) => { strong { (said(&claim.value)) } ", " (wording::sure(claim)) },
            None if candidates.is_empty() => span.unknown { "not seen" },
            None => span.unknown { "unknown" },
        }
        @if !candidates.is_empty() {
            span.candidate {
                @if claims.answer().is_none() { "; perhaps " } @else { "; or " }
                @for (place, claim) in candidates.iter().enumerate() {
                    @if place > 0 { ", or " }
                    (said(&claim.value))
                }
            }
        }
        @if !claims.0.is_empty() { " " (why(device, part, label)) }
    }
}

fn findings(present: &Present, device: &Device) -> Markup {
    let findings = pieces::findings_of(&present.assessment, device);
    html! {
        @if findings.is_empty() { p.unknown { "Nothing was seen. That is not proof of safety." } }
        @for (index, finding) in findings { (one(present, device, index, finding)) }
    }
}

/// A finding of a device with one thing to do.
pub(super) fn one(present: &Present, device: &Device, index: usize, finding: &Finding) -> Markup {
    html! {
        article.finding id=(anchor(device, finding)) {
            h3 { (chip(finding.severity)) " " (said(&finding.title)) }
            p.meta {
                (wording::kind(finding.kind)) " · " (wording::confidence(finding.confidence)) " · "
                (why_finding(device, finding))
            }
            @match pieces::answer(&present.assessment, index) {
                Some(action) => dl.action {
                    dt { "Do" }
                    dd { strong { (said(&action.text)) } " (" (wording::effort(action.effort)) ")" }
                    @if let Some(breaks) = &action.breaks { dt { "May break" } dd { (said(breaks)) } }
                    @if let Some(sign) = &action.verified_by { dt { "Done when" } dd { (said(sign)) } }
                },
                None => p { "What to do is not known yet." },
            }
            details { summary { "What this means" } (pieces::prose(&finding.explanation)) }
        }
    }
}

/// What other pages link a finding by.
pub(super) fn anchor(device: &Device, finding: &Finding) -> String {
    format!("{}-{}", Present::key(device).replace(['.', ':'], "-"), finding.rule)
}

fn destinations(device: &Device) -> Markup {
    let more = device.destinations.len().saturating_sub(MOST_DESTINATIONS);
    let table = html! {
        table.stacks {
            caption.hidden { "Where its data goes, most bytes first" }
            thead { tr {
                th scope="col" { "Destination" } th scope="col" { "Organisation and its home" }
                th scope="col" { "Servers" } th scope="col" { "Sent" } th scope="col" { "Received" }
                th scope="col" { "On the way" } th scope="col" { "For" }
            } }
            tbody { @for to in device.destinations.iter().take(MOST_DESTINATIONS) { (destination(device, to)) } }
        }
    };
    html! {
        @if device.destinations.is_empty() {
            p.unknown { "Nowhere outside this network, as far as was seen." }
        } @else {
            (wide("Where its data goes", &table))
            @if more > 0 { p { "And " (count(more, "destination")) " more with less, all in the interface for programs." } }
        }
    }
}

fn destination(device: &Device, to: &Destination) -> Markup {
    html! {
        tr {
            th scope="row" { (pieces::named(&to.name)) " " (why_named(device, "to", &to.name)) }
            td data-label="Organisation" {
                @match &to.organisation {
                    Some(party) => {
                        a href={ "/entries/" (party.id) } { (said(&party.name)) }
                        @if let Some(home) = &party.country { ", " (pieces::country(home)) }
                    },
                    None => span.unknown { "unknown" },
                }
            }
            td data-label="Servers" {
                (wording::server_country(to.server_country.as_ref()))
                @if let Some(operator) = &to.operator { span.meta { ", network of " (pieces::named(operator)) } }
            }
            td.number data-label="Sent" { (wording::bytes(to.bytes_up)) }
            td.number data-label="Received" { (wording::bytes(to.bytes_down)) }
            td data-label="On the way" { (wording::encryption(to.encryption)) }
            td data-label="For" { (wording::purpose(to.purpose)) }
        }
    }
}

/// The way to the evidence behind companies, laws and each entry of a list.
fn evidence_of_standing(device: &Device) -> Markup {
    let touching = device.listings.iter().filter(|it| it.applies != Applies::No);
    let touching: Vec<_> = touching.collect();
    html! {
        @let parties: Vec<_> = device.provenance.parties().collect();
        @if !parties.is_empty() {
            p.meta {
                "How each company is known: "
                @for (place, (through, _)) in parties.iter().enumerate() {
                    @if place > 0 { ", " }
                    (wording::part(*through)) " " (why(device, super::makers::name(*through), wording::part(*through)))
                }
            }
        }
        @if let Some(product) = device.product.as_ref().filter(|_| !device.sensors.is_empty()) {
            p.meta { "How it is known what it can sense: " a.why href={ "/entries/" (product) } { "the entry of its model" } }
        }
        @let reached: Vec<_> = device.exposure.iter().filter(|it| !it.laws.is_empty()).collect();
        @if !reached.is_empty() {
            p.meta {
                "Why these laws could reach them: "
                @for (place, exposure) in reached.iter().enumerate() {
                    @if place > 0 { ", " }
                    (pieces::country(&exposure.jurisdiction)) " " (why_named(device, "law", &exposure.jurisdiction))
                }
            }
        }
        @for listing in touching {
            p.meta {
                "How it was judged whether " (said(&listing.list_name)) " applies: "
                (why_named(device, "list", &listing.entry))
            }
        }
    }
}

/// Every text that the page cites.
fn cited(device: &Device) -> BTreeSet<&Id> {
    let mut ids = BTreeSet::new();
    ids.extend(device.provenance.parties().flat_map(|(_, party)| &party.sources));
    for listing in &*device.listings {
        ids.extend(&listing.sources);
        ids.extend(listing.reasons.iter().flat_map(|step| &step.sources));
    }
    ids
}
