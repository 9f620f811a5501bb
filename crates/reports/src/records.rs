//! Parts of the JSON contract by themselves, for programs that ask for one thing at a time.
//!
//! Each is the very object that stands in the document `--format json` writes; see
//! `docs/schema/assessment.schema.json`.

use std::io::{self, Write};

use assessment::{
    Assessment,
    model::{Device, EvidenceId},
};
use serde::Serialize;

use crate::{Options, careful, ids, view};

/// A part of an assessment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Record<'a> {
    /// What was read, and how well.
    Sources,
    /// Every device.
    Devices,
    /// One device.
    Device(&'a Device),
    /// Every finding.
    Findings,
    /// The finding of that index.
    Finding(usize),
    /// Everything to do.
    Actions,
    /// One piece of evidence.
    Evidence(EvidenceId),
}

impl Record<'_> {
    /// Writes it as JSON; whether it is there.
    ///
    /// # Errors
    ///
    /// What `out` reports.
    pub fn write(
        self,
        assessment: &Assessment,
        options: &Options,
        out: &mut dyn Write,
    ) -> io::Result<bool> {
        match self {
            Self::Sources => all(assessment.sources.iter().map(view::Source::of), options, out),
            Self::Devices => all(assessment.devices.iter().map(view::Device::of), options, out),
            Self::Device(device) => one(Some(view::Device::of(device)), options, out),
            Self::Findings => {
                let findings = assessment.findings.iter().enumerate();
                all(findings.map(|(index, it)| view::Finding::of(index, it)), options, out)
            }
            Self::Finding(index) => {
                let finding = assessment.findings.get(index);
                one(finding.map(|it| view::Finding::of(index, it)), options, out)
            }
            Self::Actions => {
                let actions = assessment.actions.iter().enumerate();
                all(actions.map(|(index, it)| view::Action::of(index, it)), options, out)
            }
            Self::Evidence(id) => {
                let evidence = assessment.evidence.get(id);
                let record = evidence.map(|it| Seen {
                    id: view::Shown(ids::Id::Evidence(id)),
                    evidence: view::Evidence::of(it),
                });
                one(record, options, out)
            }
        }
    }
}

/// Writes any other value as JSON in the same way: nothing in it acts on a terminal.
///
/// # Errors
///
/// What `out` reports.
pub fn write(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    careful::write_compact(value, out)?;
    out.write_all(b"\n")
}

#[derive(Serialize)]
struct Seen<'a> {
    id: view::Shown<ids::Id>,
    #[serde(flatten)]
    evidence: view::Evidence<'a>,
}

fn all(
    records: impl Iterator<Item: Serialize>,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<bool> {
    one(Some(records.collect::<Vec<_>>()), options, out)
}

fn one(record: Option<impl Serialize>, options: &Options, out: &mut dyn Write) -> io::Result<bool> {
    let Some(record) = record else { return Ok(false) };
    careful::write(&record, options.pretty, out)?;
    out.write_all(b"\n")?;
    Ok(true)
}
