//! CSV: one line a finding with its action, for spreadsheets. See `csv` for the cells.

use std::io::{self, Write};

use assessment::{Assessment, model::Finding};

use super::{
    Format,
    csv::{joined, table, text},
};
use crate::{Options, ids, summary::{answer, device}, wording};

pub(super) const FORMAT: Format =
    Format { name: "csv-findings", says: "a table of findings and what to do", write };

const HEADS: [&str; 12] = [
    "id",
    "rule",
    "kind",
    "severity",
    "confidence",
    "device",
    "device_is",
    "title",
    "action",
    "effort",
    "evidence",
    "references",
];

fn write(assessment: &Assessment, _: &Options, out: &mut dyn Write) -> io::Result<()> {
    let findings = assessment.findings.iter().enumerate();
    table(out, &HEADS, findings.map(|(index, finding)| line(assessment, index, finding)))
}

fn line(assessment: &Assessment, index: usize, finding: &Finding) -> [String; 12] {
    let device = device(assessment, finding.device);
    let action = answer(assessment, index);
    [
        ids::Id::Finding(index).to_string(),
        finding.rule.to_string(),
        wording::kind(finding.kind).to_owned(),
        wording::severity(finding.severity).to_owned(),
        format!("{:.2}", finding.confidence.value()),
        finding.device.to_string(),
        device.map(wording::device_or_doubt).unwrap_or_default(),
        finding.title.to_string(),
        text(action.map(|action| &*action.text)),
        text(action.map(|action| wording::effort(action.effort))),
        joined(finding.evidence()),
        joined(finding.references.iter().map(|id| ids::Id::Reference(id.clone()))),
    ]
}
