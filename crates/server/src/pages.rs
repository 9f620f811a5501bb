//! The pages, one file each, and what stands around all of them.

pub(crate) mod changes;
pub(crate) mod device;
pub(crate) mod devices;
pub(crate) mod findings;
pub(crate) mod first;
pub(crate) mod flows;
pub(crate) mod label;
pub(crate) mod laws;
pub(crate) mod letter;
pub(crate) mod login;
pub(crate) mod lookup;
pub(crate) mod makers;
pub(crate) mod overview;
pub(crate) mod plan;
pub(crate) mod rooms;
pub(crate) mod search;
pub(crate) mod series;
pub(crate) mod settings;
pub(crate) mod streams;
pub(crate) mod why;

use std::sync::LazyLock;

use assessment::model::{Device, Finding};
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse as _, Response},
};
use maud::{DOCTYPE, Markup, html};
use reports::{page::Page, pictures, pieces, pieces::said, wording};

use sha2::{Digest as _, Sha256};

use crate::{forms::encoded, keys::hex, present::Present, visit::Visit};

/// The one style sheet: the report's, and what pages of a site need beside.
pub(crate) static STYLE: LazyLock<String> = LazyLock::new(|| {
    [pieces::STYLE, Page::STYLE, pictures::STYLE, include_str!("pages/style.css")].concat()
});

/// The one script: it offers to load the page again when something changed. All works without it.
pub(crate) const SCRIPT: &str = include_str!("pages/live.js");

/// A house with an open door.
pub(crate) const ICON: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 16 16\">\
    <path fill=\"#0b57a4\" d=\"M8 1 1 7h2v8h4v-5h3v5h3V7h2z\"/></svg>";

/// The places of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tab {
    Overview,
    Devices,
    Rooms,
    Map,
    Findings,
    Plan,
    Lookup,
    Makers,
    Laws,
    Settings,
    /// A page that is none of them.
    None,
}

impl Tab {
    const ALL: [(Self, &'static str, &'static str); 10] = [
        (Self::Overview, "/", "Overview"),
        (Self::Devices, "/devices", "Devices"),
        (Self::Rooms, "/rooms", "Rooms"),
        (Self::Map, "/map", "Where data goes"),
        (Self::Findings, "/findings", "Findings"),
        (Self::Plan, "/plan", "Plan"),
        (Self::Lookup, "/lookup", "Before you buy"),
        (Self::Makers, "/makers", "Makers"),
        (Self::Laws, "/laws", "Laws and lists"),
        (Self::Settings, "/settings", "Settings"),
    ];
}

/// A page for a visitor.
pub(crate) fn page(visit: &Visit, tab: Tab, title: &str, body: &Markup) -> Response {
    let number = visit.present.number;
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            (head(title))
            body data-number=(number) {
                a.skip href="#main" { "Skip to the content" }
                header.top {
                    div.bar-top {
                        p.name { a href="/" { "Houseguest" } @if visit.house.sample { " " span.badge { "sample home" } } }
                        form.find method="get" action="/search" role="search" aria-label="Everything" {
                            label.hidden for="find" { "Search your home" }
                            input type="search" id="find" name="q" maxlength=(search::LONGEST) placeholder="Search your home";
                            button.quiet { "Search" }
                        }
                    }
                    nav aria-label="Pages" {
                        ul {
                            @for (each, href, name) in Tab::ALL {
                                li { a href=(href) aria-current=[(each == tab).then_some("page")] { (name) } }
                            }
                        }
                    }
                }
                p #changed.changed role="status" hidden {}
                @if visit.looks_around { (way_back(visit)) }
                main id="main" {
                    @if let Some(trouble) = &visit.present.trouble {
                        p.trouble role="alert" { "Something does not work: " (said(trouble)) }
                    }
                    (body)
                }
                footer { (foot(visit)) }
                script src={ "/live.js?" (version()) } defer {}
            }
        }
    };
    Html(markup.into_string()).into_response()
}

/// The way back to the visitor's own home.
fn way_back(visit: &Visit) -> Markup {
    html! {
        form.changed.way-back method="post" action="/sample/leave" {
            (token(visit))
            "You are looking around in the sample home: a made-up family, made-up devices. "
            button.quiet { "Back to your own home" }
        }
    }
}

/// A page that says one thing, for visitors that are not known yet too.
pub(crate) fn notice(status: StatusCode, title: &str, text: &str) -> Response {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            (head(title))
            body {
                header.top { p.name { a href="/" { "Houseguest" } } }
                main id="main" { h1 { (title) } p { (text) } p { a href="/" { "To the overview" } } }
            }
        }
    };
    (status, Html(markup.into_string())).into_response()
}

pub(crate) fn head(title: &str) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            title { (reports::escape::visible(title)) " - Houseguest" }
            link rel="stylesheet" href={ "/style.css?" (version()) };
            link rel="icon" href="/icon.svg" type="image/svg+xml";
        }
    }
}

/// What makes browsers load our files again when they are others.
fn version() -> &'static str {
    static VERSION: LazyLock<String> = LazyLock::new(|| {
        let hash = Sha256::new().chain_update(STYLE.as_bytes()).chain_update(SCRIPT).finalize();
        hex(hash.get(..6).unwrap_or_default())
    });
    &VERSION
}

fn foot(visit: &Visit) -> Markup {
    let assessment = &visit.present.assessment;
    let tells = !visit.house.channels().is_empty();
    html! {
        p {
            "Made on this computer by Houseguest " (visit.house.options.generated_by) "; nothing "
            @if tells { "is sent anywhere but the messages you asked for" } @else { "was sent anywhere" }
            ". Judged by knowledge " (assessment.knowledge_version)
            " of " (assessment.knowledge_as_of) ", policy " (assessment.policy) "."
        }
        @if visit.session.is_some() {
            form method="post" action="/logout" {
                (token(visit))
                button.quiet { "Log out" }
            }
        }
    }
}

/// The address of a device's page.
pub(crate) fn address(device: &Device) -> String {
    format!("/devices/{}", encoded(&Present::key(device)))
}

/// A device's name as a link to its page.
pub(crate) fn link(device: &Device) -> Markup {
    html! { a href=(address(device)) { (said(&called(device))) } }
}

/// What a device is called where a name begins a line. Untrusted.
pub(crate) fn called(device: &Device) -> String {
    /// Letters: our choice, above any name that people read.
    const MOST: usize = 80;

    let mut name = reports::escape::short(&wording::device_or_doubt(device), MOST).into_owned();
    let plain = {
        let named = device.note.as_ref().is_some_and(|it| it.name.is_some());
        device.identity.brand.answer().is_none() && !named
    };
    // A kind or "unknown" begins a sentence; a brand is written as its owner writes it.
    if let Some(first) = name.get_mut(..1).filter(|_| plain) {
        first.make_ascii_uppercase();
    }
    name
}

/// The fields that every form of a visitor has.
pub(crate) fn token(visit: &Visit) -> Markup {
    html! { input type="hidden" name="token" value=(visit.token); }
}

/// A link to the evidence behind a part of what is said of a device.
pub(crate) fn why(device: &Device, part: &str, of: &str) -> Markup {
    let key = Present::key(device);
    html! {
        a.why href={ "/why/" (encoded(&key)) "/" (part) } aria-label={ "Why: " (of) } { "why?" }
    }
}

/// A link to the evidence behind something that has a name: a destination, an entry of a list.
pub(crate) fn why_named(device: &Device, part: &str, name: &str) -> Markup {
    let key = Present::key(device);
    html! {
        a.why href={ "/why/" (encoded(&key)) "/" (part) "?name=" (encoded(name)) }
            aria-label={ "Why: " (reports::escape::visible(&reports::escape::short(name, 120))) } { "why?" }
    }
}

/// A link to the evidence behind a finding.
pub(crate) fn why_finding(device: &Device, finding: &Finding) -> Markup {
    why_named(device, "finding", &finding.rule)
}

/// A number of things with a link to them.
pub(crate) fn count(number: usize, one: &str) -> String {
    wording::counted(number, one)
}
