//! A page as lines of text, never wider than [`Options::WIDEST`].

use std::io::{self, Write};

use assessment::dossier::Cited;

use super::{Line, Page, Section, doubts};
use crate::{
    Options,
    escape::visible,
    layout::{Look, Sheet},
};

/// Columns that a label takes; a longer one has a line of its own.
const LABEL: usize = 18;

pub(super) fn write(page: &Page, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let width = options.width.clamp(Options::NARROWEST, Options::WIDEST);
    let sheet = &mut Sheet::new(out, width, options.colour);
    sheet.paragraph(Look::Strong, "", &visible(&page.title))?;
    for line in &page.lead {
        sheet.paragraph(Look::Plain, "", &visible(line))?;
    }
    for section in &page.sections {
        sheet.gap()?;
        write_section(section, sheet)?;
    }
    if !page.references.is_empty() {
        sheet.gap()?;
        sheet.line(Look::Strong, "SOURCES")?;
    }
    for (id, source) in &page.references {
        let date = source.date.as_deref().map_or_else(String::new, |date| format!(", {date}"));
        let read = match &source.read {
            Some(read) => format!("read {read}"),
            None => "not read by us yet".to_owned(),
        };
        let text = format!("{}. {}{date}. {} ({read})", source.title, source.issuer, source.url);
        sheet.paragraph(Look::Faint, &format!("  [{}] ", visible(id)), &visible(&text))?;
    }
    sheet.gap()?;
    for line in &page.foot {
        sheet.paragraph(Look::Faint, "", &visible(line))?;
    }
    Ok(())
}

fn write_section(section: &Section, sheet: &mut Sheet<'_>) -> io::Result<()> {
    sheet.line(Look::Strong, &visible(&section.heading).to_uppercase())?;
    if let Some(note) = &section.note {
        sheet.paragraph(Look::Plain, "  ", &visible(note))?;
    }
    section.lines.iter().try_for_each(|line| write_line(line, sheet))
}

fn write_line(line: &Line, sheet: &mut Sheet<'_>) -> io::Result<()> {
    let indent = " ".repeat(LABEL);
    let label = visible(&line.label);
    let fits = label.chars().count() + 3 <= LABEL;
    if fits {
        let label = format!("  {label:<width$}", width = LABEL - 2);
        sheet.paragraph(Look::Strong, &label, &visible(&line.text))?;
    } else {
        sheet.paragraph(Look::Strong, "  ", &label)?;
        sheet.paragraph(Look::Plain, &indent, &visible(&line.text))?;
    }
    for more in &line.more {
        sheet.paragraph(Look::Plain, &indent, &visible(more))?;
    }
    match &line.cited {
        Some(cited) => sheet.paragraph(Look::Faint, &indent, &visible(&citation(cited, line))),
        None => Ok(()),
    }
}

/// `[source, source] unverified; entry hue; note`.
fn citation(cited: &Cited, line: &Line) -> String {
    let sources: Vec<&str> = cited.sources.iter().map(|id| &**id).collect();
    let mut parts = vec![format!("[{}]", sources.join(", "))];
    parts.extend(doubts(cited).into_iter().map(str::to_owned));
    parts.push(format!("entry {}", cited.entry));
    let about = line.about.iter().filter(|id| **id != cited.entry);
    parts.extend(about.map(|id| format!("about {id}")));
    let note = cited.note.as_deref().map_or_else(String::new, |note| format!(". Note: {note}"));
    format!("{}{note}", parts.join("; ").replacen("];", "]", 1))
}
