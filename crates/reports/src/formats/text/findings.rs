//! What is wrong, the worst first, each with one thing to do and where to ask why.

use std::io;

use assessment::{Assessment, model::Finding};
use knowledge::kinds::Severity;

use super::look_of;
use crate::{
    escape::visible,
    ids,
    layout::{Look, Sheet},
    summary::{answer, device},
    wording,
};

/// Writes at most `most` findings.
pub(super) fn section(
    sheet: &mut Sheet<'_>,
    assessment: &Assessment,
    most: usize,
) -> io::Result<()> {
    sheet.gap()?;
    sheet.line(Look::Strong, "FINDINGS")?;
    if assessment.findings.is_empty() {
        return sheet.paragraph(Look::Plain, "", "None. No finding is not proof of safety.");
    }
    let mut ordered: Vec<(usize, &Finding)> = assessment.findings.iter().enumerate().collect();
    ordered.sort_by_key(|(index, finding)| (std::cmp::Reverse(finding.severity), *index));
    let mut severity = None;
    for (index, finding) in ordered.iter().take(most) {
        if severity.replace(finding.severity) != Some(finding.severity) {
            heading(sheet, finding.severity)?;
        }
        entry(sheet, assessment, *index, finding)?;
    }
    let more = ordered.len().saturating_sub(most);
    if more > 0 {
        sheet.line(Look::Faint, &format!("and {more} more (all in --format json or csv-findings)"))?;
    }
    Ok(())
}

fn heading(sheet: &mut Sheet<'_>, severity: Severity) -> io::Result<()> {
    sheet.gap()?;
    sheet.line(look_of(severity), &wording::severity(severity).to_uppercase())
}

fn entry(
    sheet: &mut Sheet<'_>,
    assessment: &Assessment,
    index: usize,
    finding: &Finding,
) -> io::Result<()> {
    let id = ids::Id::Finding(index).to_string();
    let device = device(assessment, finding.device);
    let whose = device.map(wording::device_or_doubt).unwrap_or_default();
    let text = format!(
        "{} - {} {} ({}, {})",
        visible(&finding.title),
        finding.device,
        visible(&whose),
        wording::kind(finding.kind),
        wording::confidence(finding.confidence),
    );
    sheet.paragraph(Look::Strong, &format!("  {id:<5} "), &text)?;
    let mut line = |label: &str, text: &str| {
        sheet.paragraph(Look::Faint, &format!("        {label:<10}"), text)
    };
    match answer(assessment, index) {
        Some(action) => {
            let effort = wording::effort(action.effort);
            line("do", &format!("{} ({effort})", visible(&action.text)))?;
            if let Some(breaks) = &action.breaks {
                line("may break", &visible(breaks))?;
            }
            if let Some(sign) = &action.verified_by {
                line("done when", &visible(sign))?;
            }
        }
        None => line("do", "nothing known yet")?,
    }
    line("why", &format!("houseguest why {id}"))
}
