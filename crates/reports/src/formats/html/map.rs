//! Where bytes went: two maps side by side, and the same in tables.
//!
//! One map is by the country the servers' addresses are registered in, the other by the home of the
//! organisation behind the name: the two often differ, and neither stands for the other. What is in
//! many places at once or unknown is on neither map; it is listed apart.
//!
//! Elements of SVG have no void form in HTML: all are written with an end tag.

use std::{cmp::Reverse, collections::BTreeMap};

use maud::{Markup, html};

use super::{said, wide};
use crate::{
    countries,
    summary::{Bytes, Flows, Where},
    wording,
};

/// Organisations listed one by one. Our choice.
const MOST_ORGANISATIONS: usize = 20;

pub(super) fn section(flows: &Flows<'_>) -> Markup {
    html! {
        section aria-labelledby="map" {
            h2 id="map" { "Where data goes" }
            @if flows.servers.is_empty() {
                p { "Nothing was seen to leave this network." }
            } @else {
                (land())
                p { "The stronger the colour, the more bytes were sent: each step is ten times as many." }
                div.maps {
                    (figure("servers", "By country of the servers",
                        "Where the servers' addresses are registered: often, not always, where they stand.",
                        &flows.servers))
                    (figure("homes", "By home of the organisations",
                        "Where the head office of the organisation behind each name is.",
                        &flows.homes))
                }
                (organisations(flows))
            }
        }
    }
}

/// All land once, for both maps.
fn land() -> Markup {
    html! {
        svg.defs width="0" height="0" aria-hidden="true" {
            defs {
                path id="land" d=(countries::all().map(|country| country.shape).collect::<String>()) {}
            }
        }
    }
}

fn figure(id: &str, title: &str, note: &str, by: &BTreeMap<Where<'_>, Bytes>) -> Markup {
    let total = by.values().fold(0_u64, |sum, bytes| sum.saturating_add(bytes.up));
    let mut places: Vec<(Where<'_>, Bytes)> = by.iter().map(|(at, bytes)| (*at, *bytes)).collect();
    places.sort_by_key(|(at, bytes)| (!matches!(at, Where::Country(_)), Reverse(bytes.up), *at));
    let most = places.iter().map(|(_, bytes)| bytes.up).max().unwrap_or(0);
    html! {
        figure {
            figcaption { h3 { (title) } p.meta { (note) } }
            svg.map viewBox={ "0 0 1000 " (countries::MAP_HEIGHT) } role="img"
                aria-labelledby={ (id) "-label" } {
                title id={ (id) "-label" } { "World map: " (title) ". The table below says the same." }
                use href="#land" class="land" {}
                @for (at, bytes) in &places {
                    @if let Where::Country(code) = at { (country(code, *bytes, most)) }
                }
            }
            (apart(&places, most))
            table.places {
                caption.hidden { "Bytes sent " (title) }
                thead { tr {
                    th scope="col" { "Place" } th scope="col" { "Sent" } th scope="col" { "Received" }
                    th scope="col" { "Share sent" }
                } }
                tbody { @for (at, bytes) in &places { (line(*at, *bytes, total)) } }
            }
        }
    }
}

/// What is on no map, as dashed dots beside it.
fn apart(places: &[(Where<'_>, Bytes)], most: u64) -> Markup {
    html! {
        p.islands {
            @for (at, bytes) in places {
                @let name = match at {
                    Where::Country(_) => None,
                    Where::Anywhere => Some("many places at once"),
                    Where::Unknown => Some("unknown"),
                };
                @if let Some(name) = name {
                    span { span class={ "island size" (shade(bytes.up, most)) } aria-hidden="true" {}
                        " " (name) ": " (wording::bytes(bytes.up)) }
                }
            }
        }
    }
}

/// A country in its shade, with a dot where it is too small to be seen.
fn country(code: &str, bytes: Bytes, most: u64) -> Markup {
    let Some(country) = countries::find(code) else { return html! {} };
    let shade = shade(bytes.up, most);
    let label = format!("{}: {} sent", country.name, wording::bytes(bytes.up));
    html! {
        g class={ "shade" (shade) } {
            title { (label) }
            @if !country.shape.is_empty() { path d=(country.shape) {} }
            @if let Some((x, y)) = country.middle.filter(|_| country.is_small()) {
                circle cx=(x) cy=(y) r=(4 + 2 * shade) {}
            }
        }
    }
}

/// From 1, a ten-thousandth of the most or less, to 5: one step for each power of ten.
fn shade(bytes: u64, most: u64) -> u32 {
    let ratio = most.checked_div(bytes).unwrap_or(u64::MAX);
    5 - ratio.checked_ilog10().unwrap_or(0).min(4)
}

fn line(at: Where<'_>, bytes: Bytes, total: u64) -> Markup {
    let apart = !matches!(at, Where::Country(_));
    html! {
        tr class=[apart.then_some("apart")] {
            th scope="row" {
                @match at {
                    Where::Country(code) => (said(countries::name(code))),
                    Where::Anywhere => "Anywhere: many places at once",
                    Where::Unknown => "Unknown",
                }
            }
            td.number { (wording::bytes(bytes.up)) }
            td.number { (wording::bytes(bytes.down)) }
            td.number { (bar(bytes.up, total)) }
        }
    }
}

/// A share as a bar and in words.
fn bar(part: u64, total: u64) -> Markup {
    let share = share(part, total);
    let words = match share {
        0 if part > 0 => "under 1 %".to_owned(),
        share => format!("{share} %"),
    };
    html! {
        // A picture, since style attributes are not allowed under a strict content policy.
        svg.bar aria-hidden="true" { rect width={ (share) "%" } height="100%" {} }
        span.share { (words) }
    }
}

fn share(part: u64, total: u64) -> u128 {
    (u128::from(part) * 100).checked_div(u128::from(total)).unwrap_or(0)
}

fn organisations(flows: &Flows<'_>) -> Markup {
    let mut ordered: Vec<_> = flows.organisations.iter().collect();
    ordered.sort_by_key(|(name, (bytes, _))| (Reverse(bytes.up), **name));
    let total = ordered.iter().fold(0_u64, |sum, (_, (bytes, _))| sum.saturating_add(bytes.up));
    let more = ordered.len().saturating_sub(MOST_ORGANISATIONS);
    let table = html! {
        table {
            caption { "By organisation, most bytes sent first" }
            thead { tr {
                th scope="col" { "Organisation" } th scope="col" { "Home" } th scope="col" { "Sent" }
                th scope="col" { "Received" } th scope="col" { "Share sent" }
            } }
            tbody {
                @for (name, (bytes, home)) in ordered.iter().take(MOST_ORGANISATIONS) {
                    tr class=[name.is_none().then_some("apart")] {
                        th scope="row" {
                            @match name { Some(name) => (said(name)), None => "Unknown" }
                        }
                        td { @match home { Some(code) => (countries::name(code)), None => span.unknown { "unknown" } } }
                        td.number { (wording::bytes(bytes.up)) }
                        td.number { (wording::bytes(bytes.down)) }
                        td.number { (bar(bytes.up, total)) }
                    }
                }
            }
        }
    };
    html! {
        h3 id="organisations" { "By organisation" }
        (wide("Table of organisations", &table))
        @if more > 0 { p { "And " (wording::counted(more, "organisation")) " more." } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shades_go_by_powers_of_ten() {
        check(100_000, 5);
        check(9_999, 4);
        check(1_000, 3);
        check(1, 1);
        check(0, 1);
    }

    #[track_caller]
    fn check(bytes: u64, wanted: u32) {
        assert_eq!(shade(bytes, 100_000), wanted, "{bytes}");
    }
}
