//! JSON: the contract in `docs/schema/assessment.schema.json`, as one document.

use std::{
    fmt,
    io::{self, Write},
    ops::Range,
    slice,
};

use assessment::Assessment;
use serde::{
    Serialize, Serializer,
    ser::{SerializeMap as _, SerializeStruct},
};

use super::Format;
use crate::{Options, careful, compact, ids, view};

pub(super) const FORMAT: Format =
    Format { name: "json", says: "one JSON document for programs", write };

fn write(assessment: &Assessment, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let document = Document { assessment, options };
    if options.pretty {
        careful::write(&document, true, out)?;
    } else {
        compact::record(out, options.workers, |record| document.fields(record))?;
    }
    out.write_all(b"\n")
}

/// The document; each record is built when its turn comes and dropped at once.
struct Document<'a> {
    assessment: &'a Assessment,
    options: &'a Options,
}

impl Document<'_> {
    fn fields<F: Fields>(&self, to: &mut F) -> Result<(), F::Error> {
        let Self { assessment, options } = *self;
        to.field("schema", &view::SCHEMA)?;
        to.field("generated_by", &view::GeneratedBy::of(assessment, options))?;
        to.list("sources", assessment.sources.len(), |range| {
            within(&assessment.sources, range).map(view::Source::of)
        })?;
        to.field("dropped", &view::Dropped::of(&assessment.dropped))?;
        to.list("devices", assessment.devices.len(), |range| {
            within(&assessment.devices, range).map(view::Device::of)
        })?;
        to.list("findings", assessment.findings.len(), |range| {
            numbered(&assessment.findings, range, view::Finding::of)
        })?;
        to.list("actions", assessment.actions.len(), |range| {
            numbered(&assessment.actions, range, view::Action::of)
        })?;
        to.list("placements", assessment.placements.len(), |range| {
            within(&assessment.placements, range).map(view::Placement::of)
        })?;
        to.field("advice", &AdviceMap(assessment))?;
        to.field("list_entries", &view::ListEntry::all(assessment))?;
        to.field("laws", &LawMap(assessment))?;
        to.list("rights", assessment.rights.len(), |range| {
            within(&assessment.rights, range).map(view::Right::of)
        })?;
        to.map("evidence", assessment.evidence.len(), |range| {
            let cited = range.filter_map(|place| assessment.evidence.nth(place));
            cited.map(|(id, evidence)| (view::Shown(id), view::Evidence::of(evidence)))
        })?;
        to.field("references", &ReferenceMap(assessment))
    }
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut record = serializer.serialize_struct("assessment", 14)?;
        self.fields(&mut record)?;
        record.end()
    }
}

/// Where a document's fields are written, one after another.
trait Fields {
    type Error;

    fn field(&mut self, name: &'static str, value: &impl Serialize) -> Result<(), Self::Error>;

    /// A list of `length` items; `items` makes those of a stretch of it.
    fn list<I: Iterator<Item: Serialize>>(
        &mut self,
        name: &'static str,
        length: usize,
        items: impl Fn(Range<usize>) -> I + Sync,
    ) -> Result<(), Self::Error>;

    /// The same for a record of `length` fields.
    fn map<K: Serialize, V: Serialize, I: Iterator<Item = (K, V)>>(
        &mut self,
        name: &'static str,
        length: usize,
        entries: impl Fn(Range<usize>) -> I + Sync,
    ) -> Result<(), Self::Error>;
}

impl Fields for compact::Record<'_> {
    type Error = fmt::Error;

    fn field(&mut self, name: &'static str, value: &impl Serialize) -> fmt::Result {
        self.field(name, value)
    }

    fn list<I: Iterator<Item: Serialize>>(
        &mut self,
        name: &'static str,
        length: usize,
        items: impl Fn(Range<usize>) -> I + Sync,
    ) -> fmt::Result {
        self.list(name, length, items)
    }

    fn map<K: Serialize, V: Serialize, I: Iterator<Item = (K, V)>>(
        &mut self,
        name: &'static str,
        length: usize,
        entries: impl Fn(Range<usize>) -> I + Sync,
    ) -> fmt::Result {
        self.map(name, length, entries)
    }
}

/// Whatever else writes records, one piece after another.
impl<S: SerializeStruct> Fields for S {
    type Error = S::Error;

    fn field(&mut self, name: &'static str, value: &impl Serialize) -> Result<(), S::Error> {
        self.serialize_field(name, value)
    }

    fn list<I: Iterator<Item: Serialize>>(
        &mut self,
        name: &'static str,
        length: usize,
        items: impl Fn(Range<usize>) -> I + Sync,
    ) -> Result<(), S::Error> {
        self.serialize_field(name, &Each(|| items(0..length)))
    }

    fn map<K: Serialize, V: Serialize, I: Iterator<Item = (K, V)>>(
        &mut self,
        name: &'static str,
        length: usize,
        entries: impl Fn(Range<usize>) -> I + Sync,
    ) -> Result<(), S::Error> {
        self.serialize_field(name, &EachNamed(|| entries(0..length)))
    }
}

/// A list whose items are made while it is written.
struct Each<F>(F);

impl<F: Fn() -> I, I: Iterator<Item: Serialize>> Serialize for Each<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

/// A record whose fields are made while it is written.
struct EachNamed<F>(F);

impl<F: Fn() -> I, K: Serialize, V: Serialize, I: Iterator<Item = (K, V)>> Serialize
    for EachNamed<F>
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map((self.0)())
    }
}

fn within<T>(items: &[T], range: Range<usize>) -> slice::Iter<'_, T> {
    items.get(range).unwrap_or_default().iter()
}

fn numbered<'a, T, V>(
    items: &'a [T],
    range: Range<usize>,
    view: fn(usize, &'a T) -> V,
) -> impl Iterator<Item = V> {
    range.clone().zip(within(items, range)).map(move |(index, item)| view(index, item))
}

struct AdviceMap<'a>(&'a Assessment);

impl Serialize for AdviceMap<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.advice.iter().map(|(id, it)| (id, view::Advice::of(it))))
    }
}

struct LawMap<'a>(&'a Assessment);

impl Serialize for LawMap<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.laws.iter().map(|(id, law)| (id, view::Law::of(law))))
    }
}

struct ReferenceMap<'a>(&'a Assessment);

impl Serialize for ReferenceMap<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.references.len()))?;
        for (id, source) in &self.0.references {
            let id = ids::Id::Reference(id.clone());
            map.serialize_entry(&view::Shown(id), &view::Reference::of(source))?;
        }
        map.end()
    }
}
