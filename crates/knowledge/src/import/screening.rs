//! The Consolidated Screening List: companies and people on lists of the United States.
//!
//! Only companies become entries; nothing about ordinary people is kept. A name is matched to a company
//! of the pack whole, or stays a name. Some lists say of nobody whether it is a company: on those that are
//! mostly of people, who is not known as a company and bears no word for one is taken for a person.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{ImportError, Imported, columns};
use crate::kinds::{Entry, EntryKind, Id, List, Pack, Status};

/// One row, of either form.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Row {
    source: String,
    #[serde(rename = "type")]
    kind: Option<String>,
    name: String,
    alt_names: Option<Vec<String>>,
    start_date: Option<String>,
    end_date: Option<String>,
    federal_register_notice: Option<String>,
}

/// Words in the names of lists that are mostly of people: those denied exports, those debarred from defence
/// trade.
const OF_PEOPLE: [&str; 2] = ["persons", "debarred"];

/// Words that companies and institutions put into their names and people do not; our choice.
const OF_COMPANIES: [&str; 42] = [
    "ag",
    "agency",
    "airlines",
    "airways",
    "aviation",
    "bank",
    "bv",
    "co",
    "company",
    "corp",
    "corporation",
    "electronics",
    "engineering",
    "enterprise",
    "enterprises",
    "est",
    "establishment",
    "factory",
    "foundation",
    "fze",
    "fzco",
    "gmbh",
    "group",
    "holding",
    "holdings",
    "inc",
    "incorporated",
    "industries",
    "institute",
    "international",
    "limited",
    "llc",
    "llp",
    "logistics",
    "ltd",
    "plc",
    "pte",
    "sa",
    "services",
    "systems",
    "technologies",
    "trading",
];

impl Row {
    fn is_of_a_person(&self, known: &BTreeMap<String, Id>) -> bool {
        if let Some(kind) = &self.kind {
            return kind.eq_ignore_ascii_case("individual");
        }
        let list = self.source.to_lowercase();
        let name = self.name.to_lowercase();
        let mut words = name.split(|it: char| !it.is_alphanumeric());
        OF_PEOPLE.iter().any(|word| list.contains(word))
            && !known.contains_key(&whole(&self.name))
            && !words.any(|word| OF_COMPANIES.contains(&word))
    }
}

/// Reads the list in its CSV or JSON form.
pub(super) fn read(bytes: &[u8], source: &Id, base: &Pack) -> Result<Imported, ImportError> {
    let mut imported = Imported::default();
    let rows = match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{') => from_json(bytes)?,
        _ => from_csv(bytes, &mut imported)?,
    };
    let known = companies(base);
    for (place, row) in rows {
        if row.is_of_a_person(&known) {
            continue;
        }
        if row.name.trim().is_empty() || row.source.trim().is_empty() {
            imported.refuse(place, "a name or a list is missing");
            continue;
        }
        let list = list(&row.source, base);
        imported
            .pack
            .lists
            .entry(list.clone())
            .or_insert_with(|| unknown_list(&list, &row, source));
        if let Some(own) = base.lists.get(&list) {
            imported.pack.lists.insert(list.clone(), own.clone());
        }
        let entry = entry(row, &list, place, source, &known);
        imported.pack.entries.insert(entry.id.clone(), entry);
        imported.take()?;
    }
    Ok(imported)
}

fn from_json(bytes: &[u8]) -> Result<Vec<(usize, Row)>, ImportError> {
    #[derive(Deserialize)]
    struct Answer {
        results: Vec<Row>,
    }
    let answer: Answer =
        serde_json::from_slice(bytes).map_err(|error| ImportError::Foreign(error.to_string()))?;
    Ok((1..).zip(answer.results).collect())
}

fn from_csv(bytes: &[u8], imported: &mut Imported) -> Result<Vec<(usize, Row)>, ImportError> {
    let mut table = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let heads = table.headers().map_err(|error| ImportError::Foreign(error.to_string()))?.clone();
    let wanted = [
        "source",
        "type",
        "name",
        "alt_names",
        "start_date",
        "end_date",
        "federal_register_notice",
    ];
    let places = columns(&heads, wanted)?;
    let mut rows = Vec::new();
    for (line, record) in (2..).zip(table.records()) {
        let Ok(record) = record else {
            imported.refuse(line, "the row is damaged");
            continue;
        };
        let [from, kind, name, others, start, end, notice] =
            places.map(|place| record.get(place).unwrap_or_default().trim().to_owned());
        let given = |text: String| (!text.is_empty()).then_some(text);
        rows.push((
            line,
            Row {
                source: from,
                kind: given(kind),
                name,
                alt_names: Some(others.split(';').map(|it| it.trim().to_owned()).collect()),
                start_date: given(start),
                end_date: given(end),
                federal_register_notice: given(notice),
            },
        ));
    }
    Ok(rows)
}

/// The list of the pack that goes by that name in such files, else a name of its own.
fn list(name: &str, base: &Pack) -> Id {
    let known = base.lists.values().find(|list| {
        list.bulk_names.iter().any(|it| name.to_lowercase().starts_with(&it.to_lowercase()))
    });
    known.map_or_else(|| format!("us-screening-{}", slug(name, 40)).into(), |list| list.id.clone())
}

/// A list of which the pack knows nothing but its name.
fn unknown_list(id: &Id, row: &Row, source: &Id) -> List {
    let unknown = "see the list itself; this pack does not say";
    List {
        id: id.clone(),
        name: row.source.trim().into(),
        issuer: "a department of the United States".into(),
        jurisdiction: "US".into(),
        legal_base: unknown.into(),
        binds: unknown.into(),
        effect: unknown.into(),
        does_not_restrict: unknown.into(),
        status: Status::InForce,
        sources: vec![source.clone()],
        ..List::default()
    }
}

fn entry(row: Row, list: &Id, place: usize, source: &Id, known: &BTreeMap<String, Id>) -> Entry {
    let names: Vec<&str> = std::iter::once(&row.name)
        .chain(row.alt_names.iter().flatten())
        .map(|name| name.trim())
        .filter(|name| !name.is_empty())
        .collect();
    let day = |date: Option<&String>| {
        date.filter(|date| crate::dates::is_date(date)).map(|date| date.as_str().into())
    };
    Entry {
        id: format!("{list}-row-{place}-{}", slug(&row.name, 32)).into(),
        list: list.clone(),
        name: row.name.trim().into(),
        kind: EntryKind::Entity,
        organisation: names.iter().find_map(|name| known.get(&whole(name))).cloned(),
        aliases: names.iter().skip(1).map(|name| Box::from(*name)).collect(),
        from: day(row.start_date.as_ref()),
        to: day(row.end_date.as_ref()),
        sources: vec![source.clone()],
        verified: true,
        note: row.federal_register_notice.filter(|it| !it.is_empty()).map(Into::into),
        ..Entry::default()
    }
}

/// The pack's companies by their whole names.
fn companies(base: &Pack) -> BTreeMap<String, Id> {
    let named = base.organisations.values().flat_map(|it| {
        std::iter::once(&it.name).chain(&it.aliases).map(|name| (whole(name), it.id.clone()))
    });
    named.collect()
}

/// A name without case and punctuation, whole.
fn whole(name: &str) -> String {
    let kept = name.chars().filter(|it| it.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

/// Lower case letters, digits and hyphens of `name`, at most `most`.
fn slug(name: &str, most: usize) -> String {
    let letters = name
        .chars()
        .map(|it| if it.is_ascii_alphanumeric() { it.to_ascii_lowercase() } else { ' ' });
    let words = letters.collect::<String>();
    let slug = words.split_whitespace().collect::<Vec<_>>().join("-");
    let cut: String = slug.chars().take(most).collect();
    let cut = cut.trim_end_matches('-');
    if cut.is_empty() { "unnamed".to_owned() } else { cut.to_owned() }
}
