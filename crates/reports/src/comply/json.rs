//! JSON: everything, as `houseguest.compliance/1`.

use std::io::{self, Write};

use assessment::{
    Applies, Listing, Step,
    comply::{Answer, Asked, Compliance, Inventory, Item, Line},
};
use serde::{Serialize, Serializer, ser::SerializeStruct as _};
use serde_json::{Value, json};

use super::{Format, words};
use crate::{Options, careful};

pub(super) const FORMAT: Format =
    Format { name: "json", says: "one JSON document for programs", write };

/// Names the shape of the document.
const SCHEMA: &str = "houseguest.compliance/1";

fn write(answer: &Compliance, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    careful::write(&Document { answer, options }, options.pretty, out)?;
    out.write_all(b"\n")
}

/// The document; each line's value is built when its turn comes and dropped at once.
struct Document<'a> {
    answer: &'a Compliance,
    options: &'a Options,
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { answer, options } = *self;
        let mut document = serializer.serialize_struct("compliance", 9)?;
        document.serialize_field("schema", SCHEMA)?;
        document.serialize_field("generated_by", &json!({
            "version": options.generated_by,
            "knowledge": { "version": answer.knowledge_version, "as_of": answer.knowledge_as_of },
            "policy": answer.policy,
        }))?;
        document.serialize_field("as_of", &answer.day)?;
        document.serialize_field("summary", &json!({
            "lines": answer.lines.len(),
            "yes": answer.count(Applies::Yes),
            "unknown": answer.count(Applies::Unknown),
            "no": answer.count(Applies::No),
            "lost": answer.inventory.problems.iter().filter(|it| it.lost).count(),
        }))?;
        let lists: Vec<_> = answer.lists.iter().map(|it| list(it, answer)).collect();
        document.serialize_field("lists", &lists)?;
        document.serialize_field("inventory", &inventory(&answer.inventory))?;
        document.serialize_field("items", &Items(&answer.lines))?;
        document.serialize_field("limits", &words::LIMITS)?;
        document.serialize_field("references", &references(answer))?;
        document.end()
    }
}

struct Items<'a>(&'a [Line]);

impl Serialize for Items<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(line))
    }
}

fn inventory(inventory: &Inventory) -> Value {
    let columns = inventory.columns.iter();
    let problems = inventory.problems.iter();
    json!({
        "source": inventory.source,
        "form": inventory.form,
        "columns": columns
            .map(|(head, meaning)| json!({ "head": head, "meaning": meaning }))
            .collect::<Vec<_>>(),
        "problems": problems
            .map(|it| json!({ "place": it.place, "what": it.what, "lost": it.lost }))
            .collect::<Vec<_>>(),
    })
}

fn references(answer: &Compliance) -> Value {
    let of = |source: &knowledge::kinds::Source| {
        json!({
            "title": source.title, "issuer": source.issuer, "date": source.date,
            "url": source.url, "read": source.read,
        })
    };
    answer.references.iter().map(|(id, source)| (id.to_string(), of(source))).collect()
}

fn list(list: &Asked, answer: &Compliance) -> Value {
    let [yes, unknown, no] = words::counts(list, answer);
    json!({
        "id": list.id, "name": list.name, "issuer": list.issuer, "effect": list.effect,
        "does_not_restrict": list.does_not_restrict, "in_force": list.in_force,
        "complete": list.complete, "verified": list.verified, "as_of": list.as_of,
        "review_by": list.review_by, "sources": list.sources,
        "yes": yes, "unknown": unknown, "no": no,
    })
}

fn line(line: &Line) -> Value {
    json!({
        "place": line.item.place,
        "line": line.item.line,
        "given": given(&line.item),
        "taken_for": {
            "brand": line.subject.brand, "makers": line.makers, "type": line.subject.kind,
            "modules": line.subject.modules, "why": line.read.iter().map(step).collect::<Vec<_>>(),
        },
        "answer": words::applies(line.applies),
        "lists": line.answers.iter().map(of_list).collect::<Vec<_>>(),
        "listings": line.listings.iter().map(listing).collect::<Vec<_>>(),
        "near": line.near,
    })
}

fn given(item: &Item) -> Value {
    json!({
        "name": item.name, "brand": item.brand, "manufacturer": item.manufacturer,
        "model": item.model, "type": item.kind, "fcc_id": item.fcc_id, "mac": item.mac,
        "module": item.module, "made_in": item.made_in, "produced_in": item.produced_in,
        "authorised": item.authorised, "consumer": item.consumer, "quantity": item.quantity,
        "location": item.location,
    })
}

fn of_list(answer: &Answer) -> Value {
    json!({ "list": answer.list, "answer": words::applies(answer.applies), "why": answer.why })
}

fn step(step: &Step) -> Value {
    json!({ "says": step.says, "sources": step.sources, "verified": step.verified })
}

fn listing(listing: &Listing) -> Value {
    json!({
        "list": listing.list,
        "entry": listing.entry,
        "entry_name": listing.entry_name,
        "entry_type": match listing.kind {
            knowledge::kinds::EntryKind::Category => "category",
            knowledge::kinds::EntryKind::Module => "module",
            _ => "entity",
        },
        "applies": words::applies(listing.applies),
        "counted": listing.counted,
        "reasons": listing.reasons.iter().map(step).collect::<Vec<_>>(),
        "effect": listing.effect,
        "does_not_restrict": listing.does_not_restrict,
        "qualifier": listing.qualifier,
        "waivers": listing.waivers.iter().map(|it| json!({
            "what": it.what, "organisation": it.organisation, "from": it.from, "to": it.to,
            "sources": it.sources,
        })).collect::<Vec<_>>(),
        "from": listing.from,
        "to": listing.to,
        "determination": listing.determination,
        "sources": listing.sources,
        "verified": listing.verified,
    })
}
