//! All devices as cards, the ones with the worst findings first, and a search among them.

use std::cmp::Reverse;

use assessment::model::Device;
use axum::{extract::Query, response::Response};
use knowledge::kinds::Severity;
use maud::{Markup, html};
use reports::{
    pieces,
    pieces::{chip, said},
    wording,
};
use serde::Deserialize;

use super::{Tab, count, link};
use crate::{forms::query, present::Present, visit::Visit};

/// The longest text that is searched for, in letters.
const LONGEST: usize = 80;

/// What is searched for.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    q: String,
}

pub(crate) async fn page(visit: Visit, Query(wanted): Query<Wanted>) -> Response {
    let present = &*visit.present;
    let typed = query(&wanted.q, LONGEST);
    let words = typed.to_lowercase();
    let mut devices: Vec<&Device> = present.local().filter(|it| holds(it, &words)).collect();
    devices.sort_by_key(|device| (Reverse(worst(present, device)), device.id));
    let all = present.local().count();
    let body = html! {
        h1 {
            @if words.is_empty() { (count(all, "device")) " in your home" }
            @else { (devices.len()) " of " (count(all, "device")) " fit" }
        }
        form.search method="get" action="/devices" role="search" aria-label="Devices" {
            label for="q" { "Find by name, maker, kind or address" }
            div.row { input type="search" id="q" name="q" value=(typed) maxlength=(LONGEST); button { "Find" } }
        }
        @if devices.is_empty() {
            p.unknown {
                @if all == 0 { "None has been seen yet. Devices appear within seconds of saying something." }
                @else { "No device fits. " a href="/devices" { "Show all" } }
            }
        }
        ul.cards { @for device in &devices { li.card { (card(present, device)) } } }
        @if words.is_empty() { (away(present)) }
    };
    super::page(&visit, Tab::Devices, "Devices", &body)
}

fn card(present: &Present, device: &Device) -> Markup {
    let findings = pieces::findings_of(&present.assessment, device);
    let address = device.ips.first().map(ToString::to_string);
    let address = address.or_else(|| device.macs.first().map(ToString::to_string));
    html! {
        h2 { (link(device)) }
        p.meta {
            (wording::device_sure(device).unwrap_or("not sure what it is"))
            @if let Some(room) = device.note.as_ref().and_then(|it| it.room.as_deref()) { " · " (said(room)) }
            @if let Some(known) = present.known.device(device) { " · known since " (super::changes::day(known.first_seen)) }
            @if let Some(address) = address { " · " span.address { (address) } }
        }
        dl.short {
            dt { "Maker" }
            dd {
                @match &device.provenance.maker {
                    Some(maker) => {
                        (said(&maker.name))
                        @if let Some(home) = &maker.country { ", " (pieces::country(home)) }
                    },
                    None => span.unknown { "unknown" },
                }
            }
            dt { "Sent out" }
            dd { (sent(device)) }
        }
        p.because {
            @match findings.first() {
                Some((_, finding)) => {
                    (chip(finding.severity)) " " (said(&finding.title))
                    @if findings.len() > 1 { ", and " (count(findings.len() - 1, "other")) }
                },
                None => span.unknown { "No finding" },
            }
        }
    }
}

/// Devices that are known from before.
fn away(present: &Present) -> Markup {
    let away = present.known.away(&present.assessment);
    html! {
        @if !away.is_empty() {
            section aria-labelledby="away" {
                h2 id="away" { "Not seen in the last week" }
                ul {
                    @for device in away {
                        li { (said(&super::changes::guest(device))) ", last seen " (wording::moment(device.last_seen)) }
                    }
                }
            }
        }
    }
}

/// How much leaves the home, and who gets the most.
fn sent(device: &Device) -> Markup {
    let bytes = device.destinations.iter().fold(0_u64, |sum, to| sum.saturating_add(to.bytes_up));
    let first = device.destinations.first();
    html! {
        @match first {
            None => span.unknown { "nothing seen" },
            Some(to) => {
                (wording::bytes(bytes)) ", most to "
                @match &to.organisation { Some(party) => (said(&party.name)), None => (said(&to.name)) }
            },
        }
    }
}

fn worst(present: &Present, device: &Device) -> Option<Severity> {
    let found = device.findings.iter().filter_map(|it| present.assessment.findings.get(*it));
    found.map(|it| it.severity).max()
}

/// Whether every word stands somewhere in what is known of the device.
pub(super) fn holds(device: &Device, words: &str) -> bool {
    let identity = &device.identity;
    let claims = [&identity.brand, &identity.model, &identity.kind, &identity.os];
    let claims = claims.into_iter().filter_map(|it| Some(it.answer()?.value.to_string()));
    let mut known: Vec<String> = vec![wording::device_or_doubt(device)];
    known.extend(claims);
    known.extend(device.names.iter().map(ToString::to_string));
    known.extend(device.macs.iter().map(ToString::to_string));
    known.extend(device.ips.iter().map(ToString::to_string));
    known.extend(device.note.as_ref().and_then(|it| it.room.as_deref()).map(ToOwned::to_owned));
    known.extend(device.provenance.parties().map(|(_, party)| party.name.to_string()));
    let known = known.join("\n").to_lowercase();
    words.split_whitespace().all(|word| known.contains(word))
}
