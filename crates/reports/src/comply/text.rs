//! Text for a terminal or a mail: the numbers, the lists, then what is listed, what is open and why.

use std::io::{self, Write};

use assessment::{
    Applies, Listing,
    comply::{Compliance, Line},
};

use super::{Format, words};
use crate::{
    Options,
    escape::visible,
    layout::{Look, Sheet},
    wording,
};

pub(super) const FORMAT: Format = Format { name: "text", says: "words for a terminal", write };

/// Lines told one by one of each answer; all of them are in the other formats. Our choice.
const MOST_TOLD: usize = 100;

fn write(answer: &Compliance, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let width = options.width.clamp(Options::NARROWEST, Options::WIDEST);
    let sheet = &mut Sheet::new(out, width, options.colour);
    sheet.paragraph(Look::Strong, "", &words::headline(answer))?;
    sheet.paragraph(Look::Faint, "", &visible(&words::basis(answer)))?;
    lists(sheet, answer, width)?;
    columns(sheet, answer)?;
    problems(sheet, answer)?;
    for part in words::parts(answer) {
        told_part(sheet, answer, &part)?;
    }
    sheet.gap()?;
    sheet.line(Look::Strong, "LIMITS")?;
    for limit in words::LIMITS {
        sheet.paragraph(Look::Plain, "- ", limit)?;
    }
    Ok(())
}

fn lists(sheet: &mut Sheet<'_>, answer: &Compliance, width: usize) -> io::Result<()> {
    const NUMBER: usize = 7;

    let name = width.saturating_sub(3 * (NUMBER + 2));
    let widths = [name, NUMBER, NUMBER, NUMBER];
    sheet.gap()?;
    let strong = |text| (Look::Strong, text);
    sheet.row(&widths, &["LIST", "YES", "UNKNOWN", "NO"].map(strong))?;
    for list in &answer.lists {
        let counts = words::counts(list, answer).map(|count| count.to_string());
        let [yes, unknown, no] = counts.each_ref().map(|it| (Look::Plain, &**it));
        sheet.row(&widths, &[(Look::Plain, &*visible(&list.name)), yes, unknown, no])?;
        sheet.paragraph(Look::Faint, "  ", &words::state(list))?;
    }
    Ok(())
}

fn columns(sheet: &mut Sheet<'_>, answer: &Compliance) -> io::Result<()> {
    let inventory = &answer.inventory;
    sheet.gap()?;
    let read = format!("{}: {}", visible(&inventory.source), visible(&inventory.form));
    sheet.paragraph(Look::Strong, "READ  ", &read)?;
    let taken = inventory.columns.iter().map(|(head, meaning)| match meaning {
        Some(meaning) => format!("{} = {meaning}", visible(head)),
        None => format!("{} (not used)", visible(head)),
    });
    sheet.paragraph(Look::Plain, "      ", &taken.collect::<Vec<_>>().join(", "))
}

fn problems(sheet: &mut Sheet<'_>, answer: &Compliance) -> io::Result<()> {
    let problems = &answer.inventory.problems;
    if problems.is_empty() {
        return Ok(());
    }
    sheet.gap()?;
    sheet.line(Look::Warning, "NOT OR NOT WHOLLY READ")?;
    for problem in problems.iter().take(MOST_TOLD) {
        let label = format!("{}: ", problem.place);
        sheet.paragraph(Look::Plain, &visible(&label), &visible(&problem.what))?;
    }
    more(sheet, problems.len())
}

fn told_part(
    sheet: &mut Sheet<'_>,
    answer: &Compliance,
    part: &words::Part<'_>,
) -> io::Result<()> {
    if part.lines.is_empty() {
        return Ok(());
    }
    let look = match part.applies {
        Applies::Yes => Look::Alarm,
        Applies::Unknown if !part.only_lists => Look::Warning,
        _ => Look::Plain,
    };
    let count = wording::count(part.lines.len() as u64);
    sheet.gap()?;
    sheet.line(look, &format!("{} ({count})", part.title.to_uppercase()))?;
    if part.only_lists {
        for open in words::lists_not_whole(answer) {
            sheet.paragraph(Look::Plain, "", &visible(&open))?;
        }
    }
    for line in part.lines.iter().take(MOST_TOLD) {
        told(sheet, answer, line, part.only_lists)?;
    }
    more(sheet, part.lines.len())
}

fn more(sheet: &mut Sheet<'_>, all: usize) -> io::Result<()> {
    match all.saturating_sub(MOST_TOLD) {
        0 => Ok(()),
        more => sheet.paragraph(
            Look::Faint,
            "",
            &format!("and {more} more: --format csv, json or html has them all"),
        ),
    }
}

fn told(
    sheet: &mut Sheet<'_>,
    answer: &Compliance,
    line: &Line,
    only_lists: bool,
) -> io::Result<()> {
    let label = format!("{}  ", visible(&line.item.place));
    let called = format!("{}: {}", words::called(&line.item), words::makers(line));
    sheet.paragraph(Look::Strong, &label, &visible(&called))?;
    let detailed = line.applies != Applies::No && !only_lists;
    if detailed && !line.read.is_empty() {
        sheet.paragraph(Look::Faint, "    read as: ", &visible(&words::reasons(&line.read)))?;
    }
    for listing in line.listings.iter().filter(|it| it.counted) {
        entry(sheet, listing)?;
    }
    let others: Vec<_> = line.listings.iter().filter(|it| !it.counted).collect();
    for listing in others.iter().filter(|it| it.applies != Applies::No) {
        let says = format!("{}, by the same determination", listing.list_name);
        let label = format!("    {}: ", words::applies(listing.applies));
        sheet.paragraph(Look::Plain, &label, &visible(&says))?;
    }
    for listing in others.iter().filter(|it| it.applies == Applies::No) {
        let says = format!("{}: {}", listing.list_name, words::reasons(&listing.reasons));
        sheet.paragraph(Look::Faint, "    no: ", &visible(&says))?;
    }
    let open = if only_lists { Vec::new() } else { words::open(line, answer) };
    for open in open {
        sheet.paragraph(Look::Plain, "    open: ", &visible(&open))?;
    }
    if let Some(near) = words::near(line) {
        sheet.paragraph(Look::Plain, "    ", &visible(&near))?;
    }
    Ok(())
}

fn entry(sheet: &mut Sheet<'_>, listing: &Listing) -> io::Result<()> {
    let label = format!("    {}: ", words::applies(listing.applies));
    let since = listing.from.as_deref().map(|it| format!(" since {it}")).unwrap_or_default();
    let until = listing.to.as_deref().map(|it| format!(" until {it}")).unwrap_or_default();
    let doubt = if listing.verified { "" } else { " (unverified)" };
    let name = format!("{}, \"{}\"{since}{until}{doubt}", listing.list_name, listing.entry_name);
    sheet.paragraph(Look::Plain, &label, &visible(&name))?;
    let mut say = |label: &str, text: &str| {
        sheet.paragraph(Look::Plain, &format!("      {label}: "), &visible(text))
    };
    say("why", &words::reasons(&listing.reasons))?;
    say("effect", &listing.effect)?;
    say("not", &listing.does_not_restrict)?;
    if let Some(qualifier) = &listing.qualifier {
        say("limits", qualifier)?;
    }
    for waiver in &listing.waivers {
        let until = waiver.to.as_deref().map(|it| format!(" until {it}")).unwrap_or_default();
        say("exempt", &format!("{}{until}", waiver.what))?;
    }
    say("sources", &words::sources(listing).join(", "))
}
