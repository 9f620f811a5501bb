//! Where bytes go, as bands: from a device to an organisation to the country of its servers.

use assessment::model::{Destination, Device, Party, ServerCountry};
use maud::{Markup, html};
use reports::{
    pictures::{Place, Streams},
    pieces,
};

use super::{address, called};
use crate::present::Present;

/// Places of each column; the others become one. Our choice: what can be read at a glance.
const MOST: usize = 12;

/// Where the data of the whole home goes.
pub(super) fn of_home(present: &Present) -> Markup {
    let ways = present.local().flat_map(|device| {
        let from = Place { name: called(device), href: Some(address(device)), ..Place::default() };
        device.destinations.iter().map(move |to| (way(from.clone(), to), to.bytes_up))
    });
    let ways: Vec<_> = ways.collect();
    let rest = [devices as fn(usize) -> Place, organisations, countries];
    shown(&Streams::of(["Device", "Organisation and its home", "Servers in"], &ways, MOST, rest))
}

/// Where the data of one device goes.
pub(super) fn of_device(device: &Device) -> Markup {
    let ways = device.destinations.iter().map(|to| {
        let from = Place { name: to.name.to_string(), ..Place::default() };
        (way(from, to), to.bytes_up)
    });
    let ways: Vec<_> = ways.collect();
    let rest = [destinations as fn(usize) -> Place, organisations, countries];
    shown(&Streams::of(["Name", "Organisation and its home", "Servers in"], &ways, MOST, rest))
}

fn shown(streams: &Streams) -> Markup {
    html! {
        @if !streams.is_empty() {
            figure.flow {
                figcaption.meta {
                    "The thicker a band, the more bytes were sent. Dashed: not known, or in many places at once."
                    span.sideways { " Move it sideways to see all of it." }
                }
                (pieces::wide("Picture of where data goes", &streams.picture()))
                details {
                    summary { "The same as a table (" (super::count(streams.lines(), "line")) ")" }
                    (pieces::wide("Table of where data goes", &streams.table("Where data goes, most bytes first")))
                }
            }
        }
    }
}

fn way(from: Place, to: &Destination) -> [Place; 3] {
    [from, organisation(to.organisation.as_deref()), country(to.server_country.as_ref())]
}

fn organisation(party: Option<&Party>) -> Place {
    let Some(party) = party else { return apart("nobody we know") };
    let home = party.country.as_ref().map(|code| pieces::country(code).to_owned());
    Place {
        name: party.name.to_string(),
        beside: Some(
            home.map_or_else(|| "home unknown".to_owned(), |home| format!("home: {home}")),
        ),
        href: Some(format!("/entries/{}", party.id)),
        apart: false,
    }
}

fn country(country: Option<&ServerCountry>) -> Place {
    match country {
        Some(ServerCountry::Registered(code)) => Place {
            name: pieces::country(code).to_owned(),
            href: Some("/map#map".to_owned()),
            ..Place::default()
        },
        Some(ServerCountry::Anywhere) => apart("many places at once"),
        None => apart("not known"),
    }
}

fn apart(name: &str) -> Place {
    Place { name: name.to_owned(), apart: true, ..Place::default() }
}

fn devices(number: usize) -> Place {
    others(number, "other device", "/devices")
}

fn destinations(number: usize) -> Place {
    Place { name: super::count(number, "other name"), ..Place::default() }
}

fn organisations(number: usize) -> Place {
    others(number, "other organisation", "/map#organisations")
}

fn countries(number: usize) -> Place {
    Place {
        name: format!("{number} other countries"),
        href: Some("/map#map".to_owned()),
        ..Place::default()
    }
}

fn others(number: usize, one: &str, href: &str) -> Place {
    Place { name: super::count(number, one), href: Some(href.to_owned()), ..Place::default() }
}
