//! JSON: the contract in `docs/schema/assessment.schema.json`, as one document.

use std::io::{self, Write};

use assessment::Assessment;
use serde::{
    Serialize, Serializer,
    ser::{SerializeMap as _, SerializeStruct as _},
};

use super::Format;
use crate::{Options, careful, ids, view};

pub(super) const FORMAT: Format =
    Format { name: "json", says: "one JSON document for programs", write };

fn write(assessment: &Assessment, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    careful::write(&Document { assessment, options }, options.pretty, out)?;
    out.write_all(b"\n")
}

/// The document; each record is built when its turn comes and dropped at once.
struct Document<'a> {
    assessment: &'a Assessment,
    options: &'a Options,
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { assessment, options } = *self;
        let mut document = serializer.serialize_struct("assessment", 14)?;
        document.serialize_field("schema", view::SCHEMA)?;
        document.serialize_field("generated_by", &view::GeneratedBy::of(assessment, options))?;
        let sources = || assessment.sources.iter().map(view::Source::of);
        document.serialize_field("sources", &Each(sources))?;
        document.serialize_field("dropped", &view::Dropped::of(&assessment.dropped))?;
        let devices = || assessment.devices.iter().map(view::Device::of);
        document.serialize_field("devices", &Each(devices))?;
        let findings = || numbered(&assessment.findings, view::Finding::of);
        document.serialize_field("findings", &Each(findings))?;
        let actions = || numbered(&assessment.actions, view::Action::of);
        document.serialize_field("actions", &Each(actions))?;
        let placements = || assessment.placements.iter().map(view::Placement::of);
        document.serialize_field("placements", &Each(placements))?;
        document.serialize_field("advice", &AdviceMap(assessment))?;
        document.serialize_field("list_entries", &view::ListEntry::all(assessment))?;
        document.serialize_field("laws", &LawMap(assessment))?;
        let rights = || assessment.rights.iter().map(view::Right::of);
        document.serialize_field("rights", &Each(rights))?;
        document.serialize_field("evidence", &EvidenceMap(assessment))?;
        document.serialize_field("references", &ReferenceMap(assessment))?;
        document.end()
    }
}

/// A list whose items are made while it is written.
struct Each<F>(F);

impl<F, I> Serialize for Each<F>
where
    F: Fn() -> I,
    I: IntoIterator<Item: Serialize>,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

fn numbered<'a, T, V>(items: &'a [T], view: fn(usize, &'a T) -> V) -> impl Iterator<Item = V> {
    items.iter().enumerate().map(move |(index, item)| view(index, item))
}

struct EvidenceMap<'a>(&'a Assessment);

impl Serialize for EvidenceMap<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.evidence.len()))?;
        for (id, evidence) in self.0.evidence.iter() {
            map.serialize_entry(&view::Shown(id), &view::Evidence::of(evidence))?;
        }
        map.end()
    }
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
