//! HTML: one file that stands alone, for reading, printing and sending to somebody who can help.
//!
//! No script, nothing from elsewhere (its own content security policy forbids it), light and dark,
//! headings and captions for those who listen to it. Every text of unknown origin goes through
//! [`said`]; maud escapes what HTML would act on.

mod device;
mod finding;
mod map;
mod overview;
pub mod pieces;
mod standing;

use std::io::{self, Write};

use assessment::{
    Assessment,
    model::{Device, DeviceId, Evidence, EvidenceId, Witness},
};
use knowledge::kinds::{Id, Severity, Source};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::Format;
use crate::{
    Options,
    escape::{short, visible},
    gaps, ids,
    summary::{Flows, Summary, device as device_of},
    wording,
};

pub(super) const FORMAT: Format =
    Format { name: "html", says: "one page to read, print or send", write };

/// Pieces of evidence shown for one claim. Our choice.
const MOST_EVIDENCE: usize = 12;

const STYLE: &str = include_str!("html/style.css");

fn write(assessment: &Assessment, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let summary = Summary::of(assessment);
    let flows = Flows::of(assessment);
    let most = options.limits.page_devices;
    let shown = &summary.shown(assessment, most, most);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            (head())
            body {
                a.skip href="#main" { "Skip to the content" }
                header {
                    p.name { "Houseguest" }
                    h1 { (summary.headline()) }
                    p { (summary.traffic(assessment.sources.len())) }
                    (contents())
                }
                main id="main" {
                    (overview::first_things(assessment))
                    (overview::table(assessment, &summary, shown))
                    (map::section(&flows))
                    (finding::section(assessment, options))
                    section aria-labelledby="each" {
                        h2 id="each" { "Each device" }
                        @for device in shown { (device::card(assessment, device, options)) }
                    }
                    (standing::rights(assessment))
                    (standing::laws(assessment))
                    (reading(assessment, &summary))
                    (references(assessment))
                }
                footer { (footer(assessment, options)) }
            }
        }
    };
    out.write_all(page.into_string().as_bytes())
}

fn head() -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta http-equiv="Content-Security-Policy"
                content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
            meta name="referrer" content="no-referrer";
            meta name="color-scheme" content="light dark";
            title { "Devices on this network - Houseguest" }
            style { (PreEscaped(STYLE)) }
        }
    }
}

fn contents() -> Markup {
    let parts = [
        ("first", "To do first"),
        ("devices", "Devices"),
        ("map", "Where data goes"),
        ("findings", "Findings"),
        ("each", "Each device"),
        ("rights", "What you may ask"),
        ("laws", "Laws"),
        ("reading", "What is not known"),
        ("sources", "Sources"),
    ];
    html! {
        nav aria-label="Contents" {
            ul { @for (id, title) in parts { li { a href={ "#" (id) } { (title) } } } }
        }
    }
}

fn reading(assessment: &Assessment, summary: &Summary<'_>) -> Markup {
    html! {
        section aria-labelledby="reading" {
            h2 id="reading" { "What was read, and what is not known" }
            h3 { "Read" }
            ul { @for source in &assessment.sources { li { bdi { (gaps::source(source)) } } } }
            h3 { "Not read" }
            ul { @for line in gaps::unread(assessment) { li { bdi { (line) } } } }
            h3 { "Not known" }
            ul { @for line in gaps::unknown(summary) { li { (line) } } }
        }
    }
}

fn references(assessment: &Assessment) -> Markup {
    listed(assessment.references.iter())
}

/// Published texts, where citations lead to.
fn listed<'a>(sources: impl ExactSizeIterator<Item = (&'a Id, &'a Source)>) -> Markup {
    html! {
        section aria-labelledby="sources" {
            h2 id="sources" { "Sources" }
            @if sources.len() == 0 { p { "Nothing on this page cites a published text." } }
            ul.references {
                @for (id, source) in sources {
                    li id={ "s-" (id) } {
                        cite { (said(&source.title)) } ", " (said(&source.issuer))
                        @if let Some(date) = &source.date { ", " (said(date)) }
                        ". " (link(&source.url))
                        @if source.read.is_none() { " (nobody has checked this text yet)" }
                    }
                }
            }
        }
    }
}

fn footer(assessment: &Assessment, options: &Options) -> Markup {
    html! {
        p { "Made by Houseguest " (options.generated_by) " on this computer; making it sent nothing anywhere. "
            (said(&gaps::judged_by(assessment))) }
        p { "Map: Natural Earth (public domain), packed by world-atlas (ISC licence, © Michael Bostock), \
             Equal Earth projection. Borders are the map's, not a statement of ours." }
    }
}

/// Text of unknown origin: visible, not endless, and kept from reordering what stands around it.
fn said(text: &str) -> Markup {
    /// Letters: far more than any text of the pack or any value that is kept.
    const MOST: usize = 2_000;

    html! { bdi { (visible(&short(text, MOST))) } }
}

/// A name of unknown origin, short enough to stand in a line.
fn named(text: &str) -> Markup {
    /// Letters: our choice, above any name that people read.
    const MOST: usize = 120;

    said(&short(text, MOST))
}

/// An address of the web as a link; any other as text.
fn link(url: &str) -> Markup {
    let web = url.starts_with("https://") || url.starts_with("http://");
    html! {
        @if web { a href=(visible(url)) rel="noreferrer" { (visible(url)) } } @else { (said(url)) }
    }
}

/// The sources that something rests on, as links to the list at the end.
fn cited(sources: &[Id], verified: bool) -> Markup {
    html! {
        @for id in sources {
            " " a.cite href={ "#s-" (id) } { (ids::Id::Reference(id.clone())) }
        }
        @if !verified { " " span.doubt { "unverified" } }
    }
}

/// What was seen, piece by piece, behind a summary that opens.
fn seen(assessment: &Assessment, evidence: &[EvidenceId]) -> Markup {
    html! {
        details {
            summary { "Why (" (evidence.len()) " seen)" }
            ul.evidence {
                @for id in evidence.iter().take(MOST_EVIDENCE) {
                    @if let Some(evidence) = assessment.evidence.get(id) {
                        li { (witness(assessment, *id, evidence)) }
                    }
                }
                (and_more(evidence.len()))
            }
        }
    }
}

/// A last line where a list of evidence is cut.
fn and_more(all: usize) -> Markup {
    let more = all.saturating_sub(MOST_EVIDENCE);
    html! { @if more > 0 { li { "and " (more) " more, all in the JSON format" } } }
}

/// One piece of evidence: what, how often, when, where.
fn witness(assessment: &Assessment, id: EvidenceId, evidence: &Evidence) -> Markup {
    let source = assessment.sources.get(evidence.source).map_or("", |source| &*source.name);
    let (unit, source) = evidence::Unit::of(source);
    html! {
        code { (id) } " "
        @match &evidence.what {
            Witness::Observation { field, value, about } => {
                (field.name()) " = " (said(value))
                @if let Some(service) = about { ", " (service) }
            }
            Witness::Conversation { service, bytes_up, bytes_down } => {
                "talked " (service) ", " (wording::bytes(*bytes_up)) " sent, "
                (wording::bytes(*bytes_down)) " received"
            }
            Witness::Address { mac } => { "a device with the address " (mac) }
            Witness::Registration { mac, registrant } => {
                "the prefix of " (mac) " is registered to " (said(registrant))
            }
        }
        ". " span.where {
            @if evidence.count > 1 { (wording::count(evidence.count)) " times, first " }
            (wording::moment(evidence.first.at)) ", " (unit.word()) " " (evidence.first.frame)
            @if !source.is_empty() { " of " (said(source)) }
        }
    }
}

/// How bad, in a word that colour only repeats.
fn chip(severity: Severity) -> Markup {
    let word = wording::severity(severity);
    html! { span class={ "chip " (word) } { (word) } }
}

/// A device's number and name as a link to its card.
fn link_to(assessment: &Assessment, id: DeviceId) -> Markup {
    let name = device_of(assessment, id).map(called).unwrap_or_default();
    html! { a href={ "#" (id) } { (id) " " (said(&name)) } }
}

fn called(device: &Device) -> String {
    wording::device_or_doubt(device)
}

/// A table that scrolls sideways on its own where a screen is narrow.
fn wide(label: &str, table: &Markup) -> Markup {
    html! { div.wide role="region" aria-label=(label) tabindex="0" { (table) } }
}
