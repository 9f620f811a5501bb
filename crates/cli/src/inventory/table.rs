//! Tables: CSV with any common separator, columns in any order.
//!
//! [RFC 4180], and what spreadsheets make of it. A quote that is never closed costs its own line,
//! not the rest of the file.
//!
//! [RFC 4180]: https://www.rfc-editor.org/rfc/rfc4180

use assessment::comply::{Inventory, Item, Problem};

use super::{InventoryError, Meaning, dates, filled};

/// What stands between columns.
const SEPARATORS: [char; 4] = [',', ';', '\t', '|'];

/// Lines above the columns' heads that are passed over.
const MOST_TITLES: usize = 10;

/// Lines of one record, where a cell holds line breaks.
const MOST_LINES: usize = 20;

pub(super) fn read(text: &str, mapped: &[(String, Meaning)]) -> Result<Inventory, InventoryError> {
    let lines: Vec<&str> = text.lines().collect();
    let (start, separator, heads) = header(&lines, mapped).ok_or(InventoryError::NoHeader)?;
    for (column, _) in mapped {
        if !heads.iter().any(|head| is_column(head, column)) {
            return Err(InventoryError::NoColumn(column.clone(), heads.join(", ")));
        }
    }
    let columns = meanings(&heads, mapped);
    let mut inventory = Inventory {
        form: format!("table separated by {}", name_of(separator)).into(),
        columns: heads
            .iter()
            .zip(&columns)
            .map(|(head, meaning)| ((**head).into(), meaning.map(|it| it.word().into())))
            .collect(),
        ..Inventory::default()
    };
    for (index, line) in lines.iter().enumerate().take(start) {
        if !line.trim().is_empty() {
            let what = "stands above the columns' heads: passed over";
            inventory.problems.push(note(index, what));
        }
    }
    rows(&lines, start + 1, separator, &columns, &mut inventory);
    Ok(inventory)
}

/// The line of the columns' heads, the separator and the heads: where most are understood.
fn header(lines: &[&str], mapped: &[(String, Meaning)]) -> Option<(usize, char, Vec<String>)> {
    let mut best: Option<(usize, usize, char, Vec<String>)> = None;
    for (index, line) in lines.iter().enumerate().take(MOST_TITLES) {
        for separator in SEPARATORS {
            let Some(heads) = record(line, separator) else { continue };
            let meanings = meanings(&heads, mapped);
            let understood = meanings.iter().flatten().count();
            let tells = meanings.iter().flatten().any(|it| it.tells_a_maker());
            if tells && best.as_ref().is_none_or(|(most, ..)| understood > *most) {
                best = Some((understood, index, separator, heads));
            }
        }
    }
    best.map(|(_, index, separator, heads)| (index, separator, heads))
}

/// What each column means; of two that mean one thing, the first.
fn meanings(heads: &[String], mapped: &[(String, Meaning)]) -> Vec<Option<Meaning>> {
    let said = |head: &str| mapped.iter().find(|(column, _)| is_column(head, column));
    let mut meanings: Vec<Option<Meaning>> =
        heads.iter().map(|head| said(head).map(|it| it.1)).collect();
    for (index, head) in heads.iter().enumerate() {
        let Some(meaning) = Meaning::of_head(head) else { continue };
        let taken = meaning != Meaning::Ignored && meanings.contains(&Some(meaning));
        if let Some(free) = meanings.get_mut(index).filter(|it| it.is_none() && !taken) {
            *free = Some(meaning);
        }
    }
    meanings
}

fn is_column(head: &str, column: &str) -> bool {
    head.trim().eq_ignore_ascii_case(column.trim())
}

fn rows(
    lines: &[&str],
    start: usize,
    separator: char,
    columns: &[Option<Meaning>],
    inventory: &mut Inventory,
) {
    let mut index = start;
    let mut empty: Option<(usize, usize)> = None;
    while let Some(line) = lines.get(index) {
        let first = index;
        index += 1;
        if line.chars().all(|it| it == separator || it.is_whitespace() || it == '"') {
            empty = Some((empty.map_or(first, |(from, _)| from), first));
            continue;
        }
        tell_empty(&mut empty, inventory);
        let Some(length) = closed(lines.get(first..).unwrap_or_default(), separator) else {
            let what = "a quote is opened and not closed: skipped";
            inventory.problems.push(problem(first, what));
            continue;
        };
        index = first + length;
        let whole = lines.get(first..index).unwrap_or_default().join("\n");
        match record(&whole, separator) {
            Some(cells) if cells.len() == columns.len() => {
                let item = item(first, &cells, columns, &mut inventory.problems);
                inventory.items.push(item);
            }
            Some(cells) => {
                let (found, wanted) = (cells.len(), columns.len());
                let what = format!("{found} cells where the heads are {wanted}: skipped");
                let place = places(first, index - 1);
                inventory.problems.push(Problem { place, ..problem(first, &what) });
            }
            None => inventory.problems.push(problem(first, "cannot be read: skipped")),
        }
    }
    tell_empty(&mut empty, inventory);
}

/// How many of `lines` the first record takes, where cells hold line breaks; `None` where its quotes
/// stay open. A quote opens a cell only at its beginning: `55" display` holds inches. One that closes on a
/// later line closes at the cell's end: elsewhere it opens a cell of that line, which must not be lost.
fn closed(lines: &[&str], separator: char) -> Option<usize> {
    let (mut quoted, mut opened) = (false, 0);
    for (count, line) in lines.iter().enumerate().take(MOST_LINES) {
        let mut begins = !quoted;
        let mut letters = line.chars().peekable();
        while let Some(letter) = letters.next() {
            match (letter, quoted) {
                ('"', true) if letters.peek() == Some(&'"') => {
                    letters.next();
                }
                ('"', true) => {
                    let ends = letters.peek().is_none_or(|it| *it == separator || *it == ' ');
                    if opened < count && !ends {
                        return None;
                    }
                    quoted = false;
                }
                ('"', false) if begins => (quoted, opened) = (true, count),
                _ => {}
            }
            begins = !quoted && letter == separator;
        }
        if !quoted {
            return Some(count + 1);
        }
    }
    None
}

/// Tells of empty lines, several as one; of those at the end, too.
fn tell_empty(empty: &mut Option<(usize, usize)>, inventory: &mut Inventory) {
    let Some((from, to)) = empty.take() else { return };
    let what = "empty: passed over".into();
    inventory.problems.push(Problem { place: places(from, to), what, lost: false });
}

fn item(
    index: usize,
    cells: &[String],
    columns: &[Option<Meaning>],
    problems: &mut Vec<Problem>,
) -> Item {
    let line = u64::try_from(index + 1).ok();
    let mut item = Item { place: place(index), line, ..Item::default() };
    for (cell, meaning) in cells.iter().zip(columns) {
        let (Some(value), Some(meaning)) = (filled(cell), meaning) else { continue };
        let mut doubt = |what: &str| {
            let what = format!("\"{value}\" is no {what} that is understood: judged without it");
            problems.push(note(index, &what));
        };
        match meaning {
            Meaning::Name => item.name = Some(value),
            Meaning::Brand => item.brand = Some(value),
            Meaning::Manufacturer => item.manufacturer = Some(value),
            Meaning::Model => item.model = Some(value),
            Meaning::Kind => item.kind = Some(value),
            Meaning::FccId => item.fcc_id = Some(value),
            Meaning::Mac => item.mac = Some(value),
            Meaning::Module => item.module = Some(value),
            Meaning::Quantity => item.quantity = Some(value),
            Meaning::Location => item.location = Some(value),
            Meaning::MadeIn | Meaning::ProducedIn => match countries(&value) {
                Some(countries) if *meaning == Meaning::MadeIn => item.made_in = countries,
                Some(countries) => item.produced_in = countries,
                None => doubt("country"),
            },
            Meaning::Authorised => match dates::day(&value) {
                Some(day) => item.authorised = Some(day),
                None => doubt("date"),
            },
            Meaning::Consumer => match consumer(&value) {
                Some(consumer) => item.consumer = Some(consumer),
                None => doubt("answer on being sold to consumers"),
            },
            Meaning::Ignored => {}
        }
    }
    item
}

/// Countries' codes, where every name in `text` is understood.
fn countries(text: &str) -> Option<Vec<Box<str>>> {
    if let Some(code) = reports::country_code(text) {
        return Some(vec![code.into()]);
    }
    let names = text.split([',', ';', '/', '+', '&']).map(str::trim).filter(|it| !it.is_empty());
    let codes: Option<Vec<Box<str>>> =
        names.map(|name| reports::country_code(name).map(Into::into)).collect();
    codes.filter(|it| !it.is_empty())
}

fn consumer(text: &str) -> Option<bool> {
    const YES: [&str; 8] = ["yes", "y", "true", "1", "consumer", "home", "retail", "residential"];
    const NO: [&str; 8] =
        ["no", "n", "false", "0", "enterprise", "business", "commercial", "industrial"];

    let is = |words: &[&str]| words.iter().any(|it| text.eq_ignore_ascii_case(it));
    if is(&YES) {
        Some(true)
    } else if is(&NO) {
        Some(false)
    } else {
        None
    }
}

/// The cells of `text`, if it is one record.
fn record(text: &str, separator: char) -> Option<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(u8::try_from(separator).ok()?)
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(text.len().clamp(64, 8192))
        .from_reader(text.as_bytes());
    let mut records = reader.records();
    let record = records.next()?.ok()?;
    // More than one would be a line lost.
    if records.next().is_some() {
        return None;
    }
    Some(record.iter().map(|it| it.trim().to_owned()).collect())
}

const fn name_of(separator: char) -> &'static str {
    match separator {
        ';' => "semicolons",
        '\t' => "tabs",
        '|' => "bars",
        _ => "commas",
    }
}

fn place(index: usize) -> Box<str> {
    format!("line {}", index + 1).into()
}

fn places(from: usize, to: usize) -> Box<str> {
    if from == to { place(from) } else { format!("lines {} to {}", from + 1, to + 1).into() }
}

/// What costs a line.
fn problem(index: usize, what: &str) -> Problem {
    Problem { place: place(index), what: what.into(), lost: true }
}

/// What costs none.
fn note(index: usize, what: &str) -> Problem {
    Problem { lost: false, ..problem(index, what) }
}
