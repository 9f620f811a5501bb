//! Letters: by which somebody asks the company behind a device for what is theirs to ask.

use assessment::{
    letters::{self, About, Written},
    model::Device,
};
use axum::{
    extract::{Path, Query},
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use knowledge::{
    Knowledge,
    kinds::{Ask, Country},
};
use maud::{Markup, html};
use reports::{letter, pieces, pieces::said};
use serde::Deserialize;

use super::{Tab, address, link};
use crate::{
    forms::encoded,
    visit::{ALONE, Visit},
};

/// What is to be written.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    pub(crate) residence: String,
    #[serde(default)]
    pub(crate) ask: String,
    /// Whether addresses and names by which the device is told are in it.
    #[serde(default)]
    identifiers: Option<String>,
}

impl Wanted {
    /// Where its writer lives: as asked, else as the program was told.
    pub(crate) fn residence(&self, visit: &Visit) -> Option<Country> {
        let asked: String = self
            .residence
            .chars()
            .filter(|it| it.is_ascii_alphanumeric() || *it == '-')
            .take(8)
            .collect();
        if asked.is_empty() {
            visit.present.assessment.residence.clone()
        } else {
            Some(asked.into())
        }
    }

    /// What it asks, where that is a thing letters ask.
    pub(crate) fn ask(&self) -> Option<Ask> {
        letters::ASKS.into_iter().find(|ask| name(*ask) == self.ask)
    }

    /// The letter's address among those of `device`, in that form.
    fn address(&self, device: &Device, form: &str, residence: &str) -> String {
        let identifiers = if self.identifiers.is_some() { "&identifiers=on" } else { "" };
        format!(
            "{}/letter{form}?residence={}&ask={}{identifiers}",
            address(device),
            encoded(residence),
            encoded(&self.ask)
        )
    }
}

/// What forms and addresses call it.
pub(crate) const fn name(ask: Ask) -> &'static str {
    match ask {
        Ask::Access => "access",
        Ask::Deletion => "deletion",
        Ask::Correction => "correction",
        Ask::OptOut => "opt-out",
        Ask::Portability => "portability",
        Ask::Information => "information",
        Ask::Complaint => "complaint",
        Ask::Remedy => "remedy",
        _ => "other",
    }
}

/// What it does, for those who never wrote such a letter.
const fn says(ask: Ask) -> &'static str {
    match ask {
        Ask::Access => "Ask what they hold about me, and for a copy",
        Ask::Deletion => "Ask them to delete my data",
        Ask::Correction => "Ask them to correct my data",
        Ask::OptOut => "Tell them not to sell or share my data",
        Ask::Portability => "Ask for my data in a form to take along",
        Ask::Information => "Ask what they do with data, and where",
        Ask::Complaint => "Complain to the authority",
        Ask::Remedy => "Ask for repair, replacement or my money back",
        _ => "Something else",
    }
}

/// Fills in the letter; `None` where there is none for that place.
pub(crate) fn written<'k>(
    visit: &Visit,
    device: &Device,
    knowledge: &'k Knowledge,
    wanted: &Wanted,
) -> Option<Written<'k>> {
    let residence = wanted.residence(visit)?;
    let about = About::device(device, knowledge);
    let about = if wanted.identifiers.is_some() { about.identified(device) } else { about };
    let day = &visit.present.assessment.as_of;
    letters::write(&about.occasion(wanted.ask()?, &residence, day), knowledge).ok()
}

pub(crate) async fn page(
    visit: Visit,
    Path(key): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Response {
    let present = &*visit.present;
    let Some(device) = present.device(&key) else { return super::device::missing() };
    let knowledge = &visit.house.knowledge;
    let residence = wanted.residence(&visit);
    let body = html! {
        h1 { "A letter about " (said(&super::called(device))) }
        p.lead {
            "Laws give you rights against the company behind a device. Choose where you live and what you want; \
             the letter is filled in with what is known. You send it yourself, by mail or e-mail: nothing is sent from here."
        }
        (choice(&visit, device, &wanted, residence.as_deref()))
        @if let Some(residence) = &residence {
            @if wanted.ask().is_some() {
                @match written(&visit, device, knowledge, &wanted) {
                    Some(letter) => (shown(device, &wanted, residence, &letter)),
                    None => (none(residence, &present.assessment.as_of, knowledge)),
                }
            }
        }
        p { "Back to " (link(device)) }
    };
    super::page(&visit, Tab::Devices, "A letter", &body)
}

fn choice(visit: &Visit, device: &Device, wanted: &Wanted, residence: Option<&str>) -> Markup {
    let knowledge = &visit.house.knowledge;
    let mut places: Vec<(String, Country)> =
        letters::places(knowledge).into_iter().map(|it| (pieces::place(&it), it)).collect();
    places.sort();
    let known = residence.is_none_or(|it| places.iter().any(|(_, place)| **place == *it));
    let asks: Vec<Ask> = match residence {
        Some(residence) => {
            letters::asks(residence, &visit.present.assessment.as_of, knowledge).collect()
        }
        None => letters::ASKS.to_vec(),
    };
    html! {
        form.choice method="get" action={ (address(device)) "/letter" } {
            div { label for="residence" { "Where you live" }
                select id="residence" name="residence" required {
                    @if residence.is_none() { option value="" { "Choose" } }
                    @if let Some(residence) = residence.filter(|_| !known) { option value=(residence) selected { (pieces::place(residence)) } }
                    @for (name, place) in &places {
                        option value=(place) selected[residence == Some(&**place)] { (name) }
                    }
                }
            }
            div { label for="ask" { "What you want" }
                select id="ask" name="ask" required {
                    @for ask in asks { option value=(name(ask)) selected[wanted.ask() == Some(ask)] { (says(ask)) } }
                }
            }
            div.check {
                input type="checkbox" id="identifiers" name="identifiers" checked[wanted.identifiers.is_some()];
                label for="identifiers" { "Name the device's addresses, so that the company finds its data" }
            }
            button { "Write the letter" }
        }
    }
}

fn shown(device: &Device, wanted: &Wanted, residence: &str, letter: &Written<'_>) -> Markup {
    let lines: Vec<_> = letter.text.lines().map(reports::escape::visible).collect();
    html! {
        section aria-labelledby="letter" {
            h2 id="letter" { (said(&letter.letter.title)) }
            ul.plain.meta { @for line in letter::remarks(letter).iter().skip(1) { li { (said(&capital(line))) } } }
            p.ways-out {
                a href=(wanted.address(device, ".html", residence)) { "Open alone, to print" }
                " · " a href=(wanted.address(device, ".txt", residence)) { "As plain text, to copy into a mail" }
                " · " a href={ "/entries/" (letter.letter.id) } { "What the letter rests on" }
                @if let Some(right) = letter.right { " · " a href={ "/entries/" (right.id) } { "The right it uses" } }
            }
            article.letter tabindex="0" aria-label="The letter" { (lines.join("\n")) }
        }
    }
}

/// The same with a large letter first.
fn capital(line: &str) -> String {
    let mut line = line.to_owned();
    if let Some(first) = line.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    line
}

fn none(residence: &str, day: &str, knowledge: &Knowledge) -> Markup {
    let asks: Vec<Ask> = letters::asks(residence, day, knowledge).collect();
    html! {
        p.unknown {
            "There is no such letter for " (said(&pieces::place(residence))) " yet. "
            @if asks.is_empty() { "There is none for that place at all, which does not mean that you have no rights there." }
            @else { "There are others: choose one above." }
        }
    }
}

/// The letter alone, to print.
pub(crate) async fn print(
    visit: Visit,
    Path(key): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Response {
    alone(&visit, &key, &wanted, "text/html; charset=utf-8", |letter, out| {
        letter::write_page(letter, out)
    })
}

/// The letter as plain text.
pub(crate) async fn text(
    visit: Visit,
    Path(key): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Response {
    alone(&visit, &key, &wanted, "text/plain; charset=utf-8", |letter, out| {
        letter::write(letter, out)
    })
}

fn alone(
    visit: &Visit,
    key: &str,
    wanted: &Wanted,
    kind: &'static str,
    write: impl FnOnce(&Written<'_>, &mut Vec<u8>) -> std::io::Result<()>,
) -> Response {
    let Some(device) = visit.present.device(key) else { return super::device::missing() };
    let Some(letter) = written(visit, device, &visit.house.knowledge, wanted) else {
        return super::notice(
            StatusCode::NOT_FOUND,
            "There is no such letter",
            "Go back and choose where you live and what you want.",
        );
    };
    let mut out = Vec::new();
    if write(&letter, &mut out).is_err() {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_SECURITY_POLICY, ALONE)];
    (headers, out).into_response()
}
