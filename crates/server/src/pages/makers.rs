//! The companies behind the devices of this home, and what each is in it.

use std::collections::BTreeMap;

use assessment::model::{Device, Party, Through};
use axum::response::Response;
use knowledge::kinds::Id;
use maud::{Markup, html};
use reports::{pieces, pieces::said, wording};

use super::{Tab, count, link, why};
use crate::{present::Present, visit::Visit};

pub(crate) async fn page(visit: Visit) -> Response {
    let present = &*visit.present;
    let companies = companies(present);
    let unknown = present.local().filter(|it| it.provenance.maker.is_none()).count();
    let body = html! {
        h1 { (title(companies.len())) }
        p.lead {
            "The name on the box, who makes it, who owns that company and whose cloud it uses are often \
             four different answers. Here is each, as far as it is known."
        }
        @if unknown > 0 { p { "Of " (count(unknown, "device")) " the maker is not known." } }
        ul.cards {
            @for (party, parts) in companies.values() { li.card { (company(party, parts)) } }
        }
    };
    super::page(&visit, Tab::Makers, "Makers", &body)
}

fn title(all: usize) -> String {
    match all {
        0 => "No company behind a device is known yet".to_owned(),
        1 => "One company stands behind your devices".to_owned(),
        all => format!("{all} companies stand behind your devices"),
    }
}

type Parts<'a> = BTreeMap<Through, Vec<&'a Device>>;

fn companies(present: &Present) -> BTreeMap<&Id, (&Party, Parts<'_>)> {
    let mut companies: BTreeMap<&Id, (&Party, Parts<'_>)> = BTreeMap::new();
    for device in present.local() {
        for (through, party) in device.provenance.parties() {
            let (_, parts) = companies.entry(&party.id).or_insert((party, BTreeMap::new()));
            parts.entry(through).or_default().push(device);
        }
    }
    companies
}

fn company(party: &Party, roles: &Parts<'_>) -> Markup {
    html! {
        h2 { a href={ "/entries/" (party.id) } { (said(&party.name)) } }
        p.meta {
            @match &party.country {
                Some(home) => { "Head office in " (pieces::country(home)) },
                None => "Head office unknown",
            }
            @if let Some(country) = &party.registered_in { ", registered in " (pieces::country(country)) }
            @if !party.verified { " · " span.doubt { "unverified" } }
        }
        dl.short {
            @for (through, devices) in roles {
                dt { (wording::part(*through)) }
                dd {
                    @for (place, device) in devices.iter().enumerate() {
                        @if place > 0 { ", " }
                        (link(device)) " " (why(device, name(*through), wording::part(*through)))
                    }
                }
            }
        }
    }
}

/// The part's name among the properties that can be asked about.
pub(super) const fn name(through: Through) -> &'static str {
    match through {
        Through::Maker => "maker",
        Through::Seller => "seller",
        Through::Licensor => "licensed_from",
        Through::PlatformOperator => "platform_operator",
        Through::Owner => "owner",
    }
}
