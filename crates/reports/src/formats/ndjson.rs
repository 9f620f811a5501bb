//! NDJSON: one record a line, for pipes and log stores.
//!
//! Each line is an object of the JSON contract with `record` saying which: `assessment` (once,
//! first), `source`, `device`, `finding`, `action`, `placement`, `advice`, `evidence` and `reference`; the last two carry
//! their `id`.

use std::io::{self, Write};

use assessment::Assessment;
use serde::Serialize;

use super::Format;
use crate::{Options, careful, ids, view};

pub(super) const FORMAT: Format =
    Format { name: "ndjson", says: "one JSON record a line for pipes", write };

/// A record, and what it is.
#[derive(Serialize)]
struct Record<'a, T> {
    #[serde(rename = "record")]
    is: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<view::Shown<&'a ids::Id>>,
    #[serde(flatten)]
    fields: T,
}

/// What is said once.
#[derive(Serialize)]
struct Head<'a> {
    schema: &'static str,
    generated_by: view::GeneratedBy<'a>,
    dropped: view::Dropped,
}

fn write(assessment: &Assessment, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let head = Head {
        schema: view::SCHEMA,
        generated_by: view::GeneratedBy::of(assessment, options),
        dropped: view::Dropped::of(&assessment.dropped),
    };
    line(out, "assessment", None, head)?;
    for source in &assessment.sources {
        line(out, "source", None, view::Source::of(source))?;
    }
    for device in &assessment.devices {
        line(out, "device", None, view::Device::of(device))?;
    }
    for (index, finding) in assessment.findings.iter().enumerate() {
        line(out, "finding", None, view::Finding::of(index, finding))?;
    }
    for (index, action) in assessment.actions.iter().enumerate() {
        line(out, "action", None, view::Action::of(index, action))?;
    }
    for placement in &assessment.placements {
        line(out, "placement", None, view::Placement::of(placement))?;
    }
    for advice in assessment.advice.values() {
        line(out, "advice", None, view::Advice::of(advice))?;
    }
    for (id, entry) in view::ListEntry::all(assessment) {
        line(out, "list_entry", Some(&ids::Id::Entry(id.into())), entry)?;
    }
    for (id, law) in &assessment.laws {
        line(out, "law", Some(&ids::Id::Entry(id.clone())), view::Law::of(law))?;
    }
    for right in &assessment.rights {
        line(out, "right", None, view::Right::of(right))?;
    }
    for (id, evidence) in assessment.evidence.iter() {
        line(out, "evidence", Some(&ids::Id::Evidence(id)), view::Evidence::of(evidence))?;
    }
    for (id, source) in &assessment.references {
        let id = ids::Id::Reference(id.clone());
        line(out, "reference", Some(&id), view::Reference::of(source))?;
    }
    Ok(())
}

fn line(
    out: &mut dyn Write,
    is: &'static str,
    id: Option<&ids::Id>,
    fields: impl Serialize,
) -> io::Result<()> {
    careful::write(&Record { is, id: id.map(view::Shown), fields }, false, out)?;
    out.write_all(b"\n")
}
