//! A page as one HTML file: no script, nothing from elsewhere, light and dark, fit to print.

use std::io::{self, Write};

use assessment::dossier::Cited;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{Line, Page, Section, doubts};
use crate::escape::visible;

const STYLE: &str = include_str!("../formats/html/style.css");

/// What the pages of this kind add.
pub(super) const MORE_STYLE: &str = "h1 + p { margin-top: 0; } .said { margin: 0 0 .25rem; } \
    .rests { color: var(--soft); font-size: .85rem; margin: 0 0 .5rem; } \
    dl.said { grid-template-columns: minmax(7rem, 12rem) 1fr; } \
    @media (max-width: 30rem) { dl.said { grid-template-columns: 1fr; } }";

pub(super) fn write(page: &Page, out: &mut dyn Write) -> io::Result<()> {
    let document = html! {
        (DOCTYPE)
        html lang="en" {
            (head(&page.title))
            body {
                a.skip href="#main" { "Skip to the content" }
                header {
                    p.name { "Houseguest" }
                    h1 { (said(&page.title)) }
                    @for line in &page.lead { p { (said(line)) } }
                }
                main id="main" { (parts(page, None)) }
                footer { @for line in &page.foot { p { (said(line)) } } }
            }
        }
    };
    out.write_all(document.into_string().as_bytes())
}

/// All parts and the sources, without what stands around them.
///
/// * `entries`: what the address of an entry's page begins with, where there are such pages.
pub(super) fn parts(page: &Page, entries: Option<&str>) -> Markup {
    html! {
        @for (number, section) in page.sections.iter().enumerate() {
            (part(number, section, entries))
        }
        (references(page))
    }
}

fn head(title: &str) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta http-equiv="Content-Security-Policy"
                content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
            meta name="referrer" content="no-referrer";
            meta name="color-scheme" content="light dark";
            title { (visible(title)) " - Houseguest" }
            style { (PreEscaped(STYLE)) (PreEscaped(MORE_STYLE)) }
        }
    }
}

fn part(number: usize, section: &Section, entries: Option<&str>) -> Markup {
    let id = format!("part{number}");
    html! {
        section aria-labelledby=(id) {
            h2 id=(id) { (said(&section.heading)) }
            @if let Some(note) = &section.note { p { (said(note)) } }
            article { dl.said { @for line in &section.lines { (statement(line, entries)) } } }
        }
    }
}

fn statement(line: &Line, entries: Option<&str>) -> Markup {
    html! {
        dt { (said(&line.label)) }
        dd {
            p.said { (said(&line.text)) }
            @for more in &line.more { p.said { (said(more)) } }
            @if let Some(cited) = &line.cited { (rests_on(cited, line, entries)) }
        }
    }
}

fn rests_on(cited: &Cited, line: &Line, entries: Option<&str>) -> Markup {
    html! {
        p.rests {
            @for id in &cited.sources { a.cite href={ "#s-" (id) } { (id) } " " }
            @for doubt in doubts(cited) { span.doubt { (doubt) } " " }
            "entry " (entry(&cited.entry, entries))
            @if let Some(id) = line.about.as_ref().filter(|id| **id != cited.entry) {
                ", about " (entry(id, entries))
            }
            @if let Some(note) = &cited.note { ". Note: " (said(note)) }
        }
    }
}

/// An entry's id, as a link where it has a page.
fn entry(id: &str, entries: Option<&str>) -> Markup {
    html! {
        @match entries {
            Some(begin) => a href={ (begin) (visible(id)) } { code { (said(id)) } },
            None => code { (said(id)) },
        }
    }
}

fn references(page: &Page) -> Markup {
    html! {
        @if !page.references.is_empty() {
            section aria-labelledby="sources" {
                h2 id="sources" { "Sources" }
                ul.references {
                    @for (id, source) in &page.references {
                        li id={ "s-" (id) } {
                            cite { (said(&source.title)) } ", " (said(&source.issuer))
                            @if let Some(date) = &source.date { ", " (said(date)) }
                            ". " (link(&source.url))
                            @match &source.read {
                                Some(read) => { " (read " (read) ")" }
                                None => { " (not read by us yet)" }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Text that may come from anywhere: visible, and kept from reordering what stands around it.
fn said(text: &str) -> Markup {
    html! { bdi { (visible(text)) } }
}

fn link(url: &str) -> Markup {
    let web = url.starts_with("https://") || url.starts_with("http://");
    html! {
        @if web { a href=(visible(url)) rel="noreferrer" { (visible(url)) } } @else { (said(url)) }
    }
}
