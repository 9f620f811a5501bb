//! Entries of the pack for reading: companies, lists and laws as pages that gather what concerns them,
//! every other kind as it is written.

mod all;
mod law;
mod list;
mod organisation;

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use assessment::dossier::Cited;
use knowledge::{
    Knowledge,
    dates::later,
    kinds::{Id, Source},
};
use serde::Serialize;

pub use all::{Entry, Known, all};

use crate::{Options, careful, page::Page, view};

/// The name and version of the contract.
pub const SCHEMA: &str = "houseguest.entry/1";

/// The page of an entry; `None` for kinds that have none and are shown as they are written.
#[must_use]
pub fn page(known: &Known<'_>, day: &str, knowledge: &Knowledge) -> Option<Page> {
    let mut page = match known.entry {
        Entry::Organisation(it) => organisation::page(it, day, knowledge),
        Entry::List(it) => list::page(it, day, knowledge),
        Entry::ListEntry(it) => list::entry_page(it, day, knowledge),
        Entry::Law(it) => law::page(it, day),
        Entry::Jurisdiction(it) => law::jurisdiction_page(it, day, knowledge),
        _ => return None,
    };
    page.references = references(&page, knowledge);
    let pack = knowledge.pack();
    page.foot.push(format!("Knowledge pack {} of {}, as of {day}.", pack.version, pack.as_of));
    Some(page)
}

/// Every text a page cites.
fn references(page: &Page, knowledge: &Knowledge) -> BTreeMap<Id, Source> {
    let lines = page.sections.iter().flat_map(|it| &it.lines);
    let cited = lines.filter_map(|it| it.cited.as_ref()).flat_map(|it| &it.sources);
    let sources = &knowledge.pack().sources;
    cited.filter_map(|id| Some((id.clone(), sources.get(id)?.clone()))).collect()
}

/// Writes entries for programs, each with what concerns it and the texts it cites.
///
/// # Errors
///
/// What `out` reports.
pub fn write_json(
    found: &[Known<'_>],
    knowledge: &Knowledge,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let entries = found.iter().map(|known| EntryView {
        kind: known.kind,
        id: known.id,
        entry: known.entry,
        related: related(known, knowledge),
    });
    let sources = &knowledge.pack().sources;
    let cited = found.iter().flat_map(|known| known.sources);
    let cited = cited.filter_map(|id| Some((&**id, view::Reference::of(sources.get(id)?))));
    let pack = knowledge.pack();
    let document = Document {
        schema: SCHEMA,
        knowledge: PackVersion { version: &pack.version, as_of: &pack.as_of },
        entries: entries.collect(),
        references: cited.collect(),
    };
    careful::write(&document, options.pretty, out)?;
    out.write_all(b"\n")
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    knowledge: PackVersion<'a>,
    entries: Vec<EntryView<'a>>,
    references: BTreeMap<&'a str, view::Reference<'a>>,
}

#[derive(Serialize)]
struct PackVersion<'a> {
    version: &'a str,
    as_of: &'a str,
}

#[derive(Serialize)]
struct EntryView<'a> {
    kind: &'static str,
    id: &'a str,
    entry: Entry<'a>,
    related: BTreeMap<&'static str, Vec<Entry<'a>>>,
}

/// Entries that name this one, by kind.
fn related<'a>(
    known: &Known<'a>,
    knowledge: &'a Knowledge,
) -> BTreeMap<&'static str, Vec<Entry<'a>>> {
    let mut found: BTreeMap<&'static str, Vec<Entry<'a>>> = BTreeMap::new();
    for other in all(knowledge.pack()) {
        let concerns = match (known.entry, other.entry) {
            (Entry::Organisation(it), other) => organisation::concerns(&it.id, other),
            (Entry::List(it), Entry::ListEntry(entry)) => entry.list == it.id,
            (Entry::List(it), Entry::Act(act)) => act.list.as_ref() == Some(&it.id),
            (Entry::Jurisdiction(it), Entry::Law(law)) => law.jurisdiction == it.id,
            (Entry::Jurisdiction(it), Entry::List(list)) => list.jurisdiction == it.id,
            (Entry::Standard(it), Entry::Clause(clause)) => clause.standard == it.id,
            _ => false,
        };
        if concerns {
            found.entry(other.kind).or_default().push(other.entry);
        }
    }
    found
}

/// What an entry rests on, seen on `day`.
fn cited(known: &Known<'_>, day: &str) -> Cited {
    Cited {
        entry: known.id.into(),
        sources: known.sources.to_vec(),
        verified: known.verified.unwrap_or_default(),
        checked: known.checked.map(Into::into),
        stale: known.review_by.is_some_and(|due| later(day, due)),
        note: known.note.map(Into::into),
    }
}
