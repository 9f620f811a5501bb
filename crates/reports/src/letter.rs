//! A filled-in letter as plain text or as a page to print, and what its writer should know of it.

use std::io::{self, Write};

use assessment::letters::{NoLetter, Written};
use knowledge::kinds::Ask;
use maud::{DOCTYPE, PreEscaped, html};

use crate::{
    escape::visible,
    layout::wrap,
    page::{Line, Page},
    terms,
};

const STYLE: &str = ":root { color-scheme: light; } \
    body { max-width: 42rem; margin: 2.5rem auto; padding: 0 1.5rem; color: #000; background: #fff; \
    font: 1.05rem/1.5 Georgia, serif; white-space: pre-wrap; overflow-wrap: anywhere; } \
    .title { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); } \
    @media print { @page { margin: 2.5cm; } body { margin: 0; padding: 0; font-size: 11pt; } }";

/// Columns of a letter as plain text, as in mail.
const COLUMNS: usize = 76;

/// Writes the letter as plain text.
///
/// # Errors
///
/// What `out` reports.
pub fn write(letter: &Written<'_>, out: &mut dyn Write) -> io::Result<()> {
    for paragraph in letter.text.lines() {
        for line in wrap(&visible(paragraph), COLUMNS) {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

/// Writes the letter as a page to print.
///
/// # Errors
///
/// What `out` reports.
pub fn write_page(letter: &Written<'_>, out: &mut dyn Write) -> io::Result<()> {
    let lines: Vec<_> = letter.text.lines().map(visible).collect();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy"
                    content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
                title { (visible(&letter.letter.title)) }
                style { (PreEscaped(STYLE)) }
            }
            body { main { h1.title { (visible(&letter.letter.title)) } (lines.join("\n")) } }
        }
    };
    out.write_all(page.into_string().as_bytes())
}

/// What its writer should know, line by line: to whom, on which right, what is missing.
#[must_use]
pub fn remarks(letter: &Written<'_>) -> Vec<String> {
    let mut lines = vec![format!("{}: {}", letter.letter.id, letter.letter.title)];
    lines.push(match letter.addressee {
        Some(it) => {
            let contact = it.privacy_contact.as_deref().unwrap_or("no address for such letters is recorded");
            format!("to {}, as far as known ({contact}); check it on the product or in its privacy notice", it.name)
        }
        None => "to whom is not known: look on the product or in its privacy notice".to_owned(),
    });
    if let Some(right) = letter.right {
        let verified = if right.verified { "" } else { " (unverified)" };
        lines.push(format!("by {}{verified}, entry {}", right.basis, right.id));
    }
    if !letter.letter.verified {
        lines.push("the letter's text has not been checked against its sources".to_owned());
    }
    if !letter.missing.is_empty() {
        lines.push(format!("still to be written in: {}", letter.missing.join(", ")));
    }
    lines.push("this is no legal advice; your name and address are for you to add".to_owned());
    lines
}

/// What there is instead of a letter.
#[must_use]
pub fn instead(none: &NoLetter<'_>, residence: &str, ask: Ask) -> Page {
    let joined = |it: Vec<String>| if it.is_empty() { "none".to_owned() } else { it.join(", ") };
    let mut page = Page {
        title: format!("No letter for {} in {}", terms::ask(ask), terms::place(residence)),
        ..Page::default()
    };
    let asks = none.asks.iter().map(|it| terms::ask(*it).to_owned()).collect();
    let places = none.elsewhere.iter().map(|it| terms::place(it)).collect();
    page.add(
        "What there is",
        None,
        vec![
            Line::plain("letters here", joined(asks)).and("Choose another with --ask."),
            Line::plain("this one for", joined(places)),
        ],
    );
    let rights = none.rights.iter().map(|it| {
        let asks: Vec<_> = it.asks.iter().map(|it| terms::ask(*it)).collect();
        let doubt = if it.verified { "" } else { " (unverified)" };
        Line::plain(&asks.join(", "), format!("{}{doubt}", it.says))
            .and(format!("By {}. {}", it.basis, it.how))
            .and(format!("entry {}", it.id))
    });
    page.add("Rights of residents there", None, rights.collect());
    page
}
