//! A label as one HTML file: real text for every reader, light and dark, fit to print.

use std::io::{self, Write};

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{ABOUT_CODE, Label, Row, code};
use crate::{
    Options,
    escape::{short, visible},
};

const STYLE: &str = include_str!("style.css");

pub(super) fn write(label: &Label, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy"
                    content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
                meta name="referrer" content="no-referrer";
                meta name="color-scheme" content="light dark";
                title { "Label: " (visible(&label.title)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    header {
                        p.kind { "Security and privacy label" }
                        h1 { (said(&label.title)) }
                        p { (said(&label.stamp)) }
                        @if let Some(seen) = &label.seen { p { (said(seen)) } }
                    }
                    section.glance aria-labelledby="glance" {
                        h2 id="glance" { "At a glance" }
                        div.first {
                            (table(label))
                            (picture(label))
                        }
                    }
                    section aria-labelledby="details" {
                        h2 id="details" { "Details" }
                        @for group in &label.details {
                            h3 { (said(group.heading)) }
                            ul { @for line in &group.lines { li { (said(line)) } } }
                        }
                    }
                    footer {
                        p { "Made by Houseguest " (options.generated_by) " on this computer, from published texts"
                            @if label.seen.is_some() { " and captured traffic" }
                            "; nothing was sent anywhere. No maker had a part in it." }
                    }
                }
            }
        }
    };
    out.write_all(page.into_string().as_bytes())
}

fn table(label: &Label) -> Markup {
    let observed = label.glance.iter().any(|row| row.observed.is_some());
    html! {
        table {
            thead {
                tr {
                    th scope="col" { "What" }
                    th scope="col" { "Declared or on record" }
                    @if observed { th scope="col" { "Seen in traffic" } }
                }
            }
            tbody { @for row in &label.glance { (line(row, observed)) } }
        }
    }
}

fn line(row: &Row, observed: bool) -> Markup {
    html! {
        tr.out[row.stands_out] {
            th scope="row" { (row.label) }
            td {
                @if row.declared.is_empty() { (nothing("seen only in traffic")) }
                @else { (said(&row.declared)) }
            }
            @if observed {
                td {
                    @match &row.observed {
                        Some(text) => (said(text)),
                        None => (nothing("traffic does not tell")),
                    }
                }
            }
        }
    }
}

fn nothing(why: &str) -> Markup {
    html! { span.none { (why) } }
}

fn picture(label: &Label) -> Markup {
    let Some(code) = code::picture(&label.code) else { return html! {} };
    let side = code.side;
    html! {
        figure {
            svg viewBox={ "0 0 " (side) " " (side) } role="img" aria-label="QR code with the first layer as text" {
                rect width=(side) height=(side) fill="#fff" {}
                path d=(code.path) fill="#000" shape-rendering="crispEdges" {}
            }
            figcaption { (ABOUT_CODE) }
        }
    }
}

fn said(text: &str) -> Markup {
    html! { bdi { (visible(&short(text, 2_000))) } }
}
