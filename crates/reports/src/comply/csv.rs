//! CSV: one line for each of the inventory, with a column for each list.

use std::io::{self, Write};

use assessment::{
    Applies, Listing,
    comply::{Compliance, Line},
};

use super::{Format, words};
use crate::{Options, escape};

pub(super) const FORMAT: Format = Format { name: "csv", says: "a table, a line for each", write };

/// What stands before the lists' columns.
const BEFORE: [&str; 11] = [
    "place", "name", "brand", "manufacturer", "model", "type", "quantity", "location", "taken_for",
    "maker", "answer",
];

/// What stands after them.
const AFTER: [&str; 9] = [
    "entries", "reasons", "effect", "does_not_restrict", "limits", "exempt", "open", "near",
    "sources",
];

fn write(answer: &Compliance, _: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    let lists = answer.lists.iter().map(|list| &*list.id);
    table.write_record(BEFORE.into_iter().chain(lists).chain(AFTER))?;
    for line in &answer.lines {
        let cells = cells(answer, line);
        table.write_record(cells.iter().map(|text| escape::cell(text).into_owned()))?;
    }
    for problem in &answer.inventory.problems {
        let mut cells = vec![problem.place.to_string()];
        cells.resize(BEFORE.len() + answer.lists.len() + AFTER.len(), String::new());
        if let Some(cell) = cells.get_mut(BEFORE.len() - 1) {
            // What costs no line is a remark on one that was read, and has its answer above.
            if problem.lost { "not read" } else { "remark" }.clone_into(cell);
        }
        if let Some(cell) = cells.get_mut(BEFORE.len() + answer.lists.len() + 1) {
            problem.what.as_ref().clone_into(cell);
        }
        table.write_record(cells.iter().map(|text| escape::cell(text).into_owned()))?;
    }
    table.flush()
}

fn cells(answer: &Compliance, line: &Line) -> Vec<String> {
    let item = &line.item;
    let told: Vec<&Listing> =
        line.listings.iter().filter(|it| it.applies != Applies::No).collect();
    let joined = |of: &dyn Fn(&Listing) -> Option<String>| {
        let mut said: Vec<String> = Vec::new();
        for text in told.iter().filter_map(|it| of(it)) {
            if !said.contains(&text) {
                said.push(text);
            }
        }
        said.join("; ")
    };
    let given = |text: &Option<Box<str>>| text.as_deref().unwrap_or_default().to_owned();
    let mut cells = vec![
        item.place.to_string(),
        given(&item.name),
        given(&item.brand),
        given(&item.manufacturer),
        given(&item.model),
        given(&item.kind),
        given(&item.quantity),
        given(&item.location),
        given(&line.subject.kind),
        line.makers.join("; "),
        words::applies(line.applies).to_owned(),
    ];
    cells.extend(line.answers.iter().map(|it| words::applies(it.applies).to_owned()));
    let reasons = if told.is_empty() {
        words::reasons(&line.read)
    } else {
        joined(&|it| Some(words::reasons(&it.reasons)))
    };
    let exempt = |it: &Listing| {
        let waivers = it.waivers.iter().map(|waiver| &*waiver.what);
        Some(waivers.collect::<Vec<_>>().join("; ")).filter(|it| !it.is_empty())
    };
    cells.extend([
        joined(&|it| Some(it.entry.to_string())),
        reasons,
        joined(&|it| Some(it.effect.to_string())),
        joined(&|it| Some(it.does_not_restrict.to_string())),
        joined(&|it| it.qualifier.as_deref().map(str::to_owned)),
        joined(&exempt),
        words::open(line, answer).join(" "),
        line.near.join("; "),
        joined(&|it| Some(words::sources(it).join(" "))),
    ]);
    cells
}
