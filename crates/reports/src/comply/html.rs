//! HTML: the draft of an attestation, to read, print, correct and sign.
//!
//! One file, no script, nothing from elsewhere. It states its limits beside the place for a signature:
//! a program cannot attest anything.

use std::io::{self, Write};

use assessment::{
    Applies, Listing,
    comply::{Compliance, Line},
};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{Format, words};
use crate::{Options, escape::visible, wording};

pub(super) const FORMAT: Format =
    Format { name: "html", says: "the draft of an attestation, to print and sign", write };

const STYLE: &str = include_str!("style.css");

fn write(answer: &Compliance, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            (head())
            body {
                main {
                    h1 { "Draft of an attestation: an inventory held against lists" }
                    p.draft { "Draft. Not legal advice. Not valid without the review and signature of a person who \
                        is responsible for it." }
                    p { strong { (words::headline(answer)) } }
                    (asked(answer, options))
                    (lists(answer))
                    @for (part, id) in words::parts(answer).iter().zip(["listed", "unknown", "open", "not-listed"]) {
                        (lines(answer, part, id))
                    }
                    (not_read(answer))
                    (limits(answer))
                    (signature())
                    (sources(answer))
                }
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
            title { "Draft of an attestation - Houseguest" }
            style { (PreEscaped(STYLE)) }
        }
    }
}

fn asked(answer: &Compliance, options: &Options) -> Markup {
    let inventory = &answer.inventory;
    let columns = inventory.columns.iter().map(|(head, meaning)| match meaning {
        Some(meaning) => format!("{head} = {meaning}"),
        None => format!("{head} (not used)"),
    });
    let columns = columns.collect::<Vec<_>>().join(", ");
    html! {
        section aria-labelledby="asked" {
            h2 id="asked" { "What was asked" }
            dl {
                dt { "Inventory" } dd { (said(&inventory.source)) " (" (said(&inventory.form)) ")" }
                dt { "Its columns" } dd { (said(&columns)) }
                dt { "Policy" } dd { (said(&answer.policy)) ": " (said(&answer.policy_title)) }
                dt { "Answers for" } dd { (said(&answer.day)) }
                dt { "Knowledge pack" } dd {
                    "version " (said(&answer.knowledge_version)) ", facts checked up to "
                    (said(&answer.knowledge_as_of))
                }
                dt { "Made by" } dd { "Houseguest " (options.generated_by) ", on this computer" }
            }
        }
    }
}

fn lists(answer: &Compliance) -> Markup {
    let table = html! {
        table {
            caption { "Lists, and how many lines each touches, leaves open and does not touch" }
            thead { tr { th scope="col" { "List" } th scope="col" { "Yes" } th scope="col" { "Unknown" }
                th scope="col" { "No" } th scope="col" { "What it does, and what it does not" } } }
            tbody {
                @for list in &answer.lists {
                    @let [yes, unknown, no] = words::counts(list, answer);
                    tr {
                        th scope="row" { (said(&list.name)) br; span.soft { (said(&list.issuer)) } }
                        td.number { (yes) } td.number { (unknown) } td.number { (no) }
                        td {
                            (said(&wording::sentence(&list.effect))) " It does not restrict: " (said(&list.does_not_restrict))
                            " " span.soft { "(" (words::state(list)) ")" } (cited(&list.sources))
                        }
                    }
                }
            }
        }
    };
    section("lists", "Lists", &wide("Lists", &table))
}

fn lines(answer: &Compliance, part: &words::Part<'_>, id: &str) -> Markup {
    if part.lines.is_empty() {
        return section(id, part.title, &html! { p { "None." } });
    }
    let brief = part.only_lists || part.applies == Applies::No;
    let why = if brief { "Why not, where somebody might think so" } else { "Why" };
    let table = html! {
        @if part.only_lists {
            @for open in words::lists_not_whole(answer) { p { (said(&open)) } }
        }
        table {
            caption { (wording::counted(part.lines.len(), "line")) }
            thead { tr { th scope="col" { "Place" } th scope="col" { "Product" } th scope="col" { "Maker" }
                th scope="col" { (why) } } }
            tbody {
                @for line in &part.lines { @if brief { (brief_row(line)) } @else { (row(answer, line)) } }
            }
        }
    };
    section(id, part.title, &wide(part.title, &table))
}

/// A line on no list, with near misses.
fn brief_row(line: &Line) -> Markup {
    html! {
        tr {
            td { (said(&line.item.place)) }
            td { (said(&words::called(&line.item))) }
            td { (said(&words::makers(line))) }
            td {
                @for listing in &line.listings {
                    p.soft { (said(&listing.list_name)) ": " (said(&words::reasons(&listing.reasons))) }
                }
            }
        }
    }
}

fn row(answer: &Compliance, line: &Line) -> Markup {
    let item = &line.item;
    let entries = line.listings.iter().filter(|it| it.applies != Applies::No);
    html! {
        tr {
            td { (said(&item.place)) }
            td {
                (said(&words::called(item)))
                @if let Some(quantity) = &item.quantity { br; span.soft { "quantity " (said(quantity)) } }
                @if let Some(location) = &item.location { br; span.soft { (said(location)) } }
            }
            td { (said(&words::makers(line))) }
            td {
                ul {
                    @for listing in entries { li { (entry(listing)) } }
                    @for open in words::open(line, answer) { li { (said(&open)) } }
                }
                @if !line.read.is_empty() { p.soft { "Read as: " (said(&words::reasons(&line.read))) } }
                @if let Some(near) = words::near(line) { p.soft { (said(&near)) } }
            }
        }
    }
}

fn entry(listing: &Listing) -> Markup {
    html! {
        strong { (words::applies(listing.applies)) } ": " (said(&listing.list_name)) ", \""
        (said(&listing.entry_name)) "\""
        @if let Some(from) = &listing.from { " since " (said(from)) }
        @if let Some(to) = &listing.to { " until " (said(to)) }
        @if !listing.counted { " (same determination as another entry, counted once)" }
        @if !listing.verified { " (unverified)" }
        ". " (said(&words::reasons(&listing.reasons)))
        " Effect: " (said(&wording::sentence(&listing.effect))) " It does not restrict: " (said(&listing.does_not_restrict))
        @if let Some(qualifier) = &listing.qualifier { " Limits: " (said(qualifier)) }
        @for waiver in &listing.waivers {
            " Exempt: " (said(&waiver.what))
            @if let Some(to) = &waiver.to { " until " (said(to)) }
            "."
        }
        (cited(&words::sources(listing)))
    }
}

fn not_read(answer: &Compliance) -> Markup {
    let problems = &answer.inventory.problems;
    let content = html! {
        @if problems.is_empty() {
            p { "Everything was read." }
        } @else {
            ul { @for problem in problems { li { (said(&problem.place)) ": " (said(&problem.what)) } } }
        }
    };
    section("not-read", "Not or not wholly read", &content)
}

fn limits(answer: &Compliance) -> Markup {
    let content = html! {
        ul {
            @for limit in words::LIMITS { li { (limit) } }
            @for open in words::lists_not_whole(answer) { li { (said(&open)) } }
            li { "Not checked: parts inside products, software, services, the use each product is put to, and \
                products that the inventory does not name." }
        }
    };
    section("limits", "Limits, and what was not checked", &content)
}

fn signature() -> Markup {
    let content = html! {
        p { "I have reviewed the lines above, decided those marked unknown, and compared the lists with their \
            official texts of the day of signature." }
        div.sign {
            p { "Name and office" } p { "Organisation" }
            p { "Signature" } p { "Place and date" }
        }
    };
    section("signature", "Review and signature", &content)
}

fn sources(answer: &Compliance) -> Markup {
    let content = html! {
        ul {
            @for (id, source) in &answer.references {
                li id={ "s-" (id) } {
                    "[" (id) "] " cite { (said(&source.title)) } ", " (said(&source.issuer))
                    @if let Some(date) = &source.date { ", " (said(date)) }
                    ". " (link(&source.url))
                    @if source.read.is_none() { " (nobody has checked this text yet)" }
                }
            }
        }
    };
    section("sources", "Sources", &content)
}

fn section(id: &str, title: &str, content: &Markup) -> Markup {
    html! { section aria-labelledby=(id) { h2 id=(id) { (title) } (content) } }
}

fn cited<T: AsRef<str>>(sources: &[T]) -> Markup {
    html! { @for id in sources { " " a href={ "#s-" (id.as_ref()) } { "[" (id.as_ref()) "]" } } }
}

/// Text of unknown origin: visible, and kept from reordering what stands around it.
fn said(text: &str) -> Markup {
    html! { bdi { (visible(text)) } }
}

/// An address of the web as a link; any other as text.
fn link(url: &str) -> Markup {
    let web = url.starts_with("https://") || url.starts_with("http://");
    html! {
        @if web { a href=(visible(url)) rel="noreferrer" { (visible(url)) } } @else { (said(url)) }
    }
}

/// A table that scrolls sideways on its own where a screen is narrow.
fn wide(label: &str, table: &Markup) -> Markup {
    html! { div.wide role="region" aria-label=(label) tabindex="0" { (table) } }
}
