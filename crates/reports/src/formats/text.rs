//! Text for a terminal or a mail: a sentence, a table, a block a device, findings, and what is not
//! known.
//!
//! Never wider than [`Options::WIDEST`] columns, ASCII but for what devices call themselves, and
//! colour never carries meaning alone.

mod device;
mod findings;
mod reading;
mod standing;

use std::io::{self, Write};

use assessment::{Assessment, model::Device};
use knowledge::kinds::Severity;

use super::Format;
use crate::{
    Options,
    escape::visible,
    layout::{Look, Sheet, fit, wrap},
    summary::{Summary, worst_finding},
    wording,
};

pub(super) const FORMAT: Format = Format { name: "text", says: "words for a terminal", write };

fn write(assessment: &Assessment, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let width = options.width.clamp(Options::NARROWEST, Options::WIDEST);
    let sheet = &mut Sheet::new(out, width, options.colour);
    let summary = Summary::of(assessment);
    let part = Part::of(assessment, &summary, options);

    sheet.paragraph(Look::Strong, "", &summary.headline())?;
    sheet.paragraph(Look::Faint, "", &summary.traffic(assessment.sources.len()))?;
    if let Some(note) = &part.note {
        sheet.paragraph(Look::Plain, "", note)?;
    }
    if !part.devices.is_empty() {
        sheet.gap()?;
        table(sheet, assessment, &part.devices, width)?;
    }
    for device in &part.devices {
        sheet.gap()?;
        device::block(sheet, assessment, device, options, width)?;
    }
    findings::section(sheet, assessment, part.findings)?;
    standing::rights(sheet, assessment)?;
    reading::section(sheet, assessment, &summary)
}

/// What of an assessment is shown: all of a home, the worst of a large network.
struct Part<'a> {
    devices: Vec<&'a Device>,
    findings: usize,
    note: Option<String>,
}

impl<'a> Part<'a> {
    fn of(assessment: &Assessment, summary: &Summary<'a>, options: &Options) -> Self {
        let limits = options.limits;
        let devices = summary.shown(assessment, limits.devices, limits.summary_devices);
        if devices.len() == summary.local.len() {
            return Self { devices, findings: usize::MAX, note: None };
        }
        let note = format!(
            "This is a summary: it shows {} with the worst findings, and at most {}. Everything is \
             in --format json, ndjson or csv.",
            wording::counted(devices.len(), "device"),
            wording::counted(limits.summary_findings, "finding"),
        );
        Self { devices, findings: limits.summary_findings, note: Some(note) }
    }
}

fn table(
    sheet: &mut Sheet<'_>,
    assessment: &Assessment,
    devices: &[&Device],
    width: usize,
) -> io::Result<()> {
    const HOW_SURE: usize = 14;
    const ADDRESS: usize = 15;
    const FINDINGS: usize = 13;

    let id = devices.iter().map(|device| device.id.to_string().len()).max().unwrap_or(2).max(2);
    let rest = width.saturating_sub(id + HOW_SURE + ADDRESS + FINDINGS + 10);
    let (widths, narrow) = if rest >= 24 {
        let what = rest * 3 / 5;
        (vec![id, what, HOW_SURE, ADDRESS, rest - what, FINDINGS], false)
    } else {
        (vec![id, width - id - ADDRESS - FINDINGS - 6, ADDRESS, FINDINGS], true)
    };
    let strong = |text| (Look::Strong, text);
    let heads = ["ID", "WHAT IT IS", "HOW SURE", "ADDRESS", "TALKS TO", "FINDINGS"].map(strong);
    row(sheet, &widths, heads, narrow)?;
    for device in devices {
        let talks_to = talks_to(device, widths.get(4).copied().unwrap_or_default());
        let (look, findings) = match worst_finding(assessment, device) {
            Some((severity, count)) => {
                (look_of(severity), format!("{} ({count})", wording::severity(severity)))
            }
            None => (Look::Faint, "none seen".to_owned()),
        };
        let sure = wording::device_sure(device).unwrap_or_default();
        let what = wording::device_or_doubt(device);
        let lines = wrap(&visible(&what), widths.get(1).copied().unwrap_or_default());
        let (first, rest) = lines.split_first().map_or(("", [].as_slice()), |(first, rest)| (first, rest));
        let cells = [
            (Look::Plain, &*device.id.to_string()),
            (Look::Plain, first),
            (Look::Faint, sure),
            (Look::Plain, &*address(device)),
            (Look::Plain, &*talks_to),
            (look, &*findings),
        ];
        row(sheet, &widths, cells, narrow)?;
        if !rest.is_empty() {
            sheet.row(&widths, &[(Look::Plain, ""), (Look::Plain, &rest.join(" "))])?;
        }
    }
    Ok(())
}

/// Writes a row of the table, in a narrow one without how sure and whom it talks to.
fn row(
    sheet: &mut Sheet<'_>,
    widths: &[usize],
    cells: [(Look, &str); 6],
    narrow: bool,
) -> io::Result<()> {
    let [id, what, _, address, _, findings] = cells;
    if narrow {
        sheet.row(widths, &[id, what, address, findings])
    } else {
        sheet.row(widths, &cells)
    }
}

/// The address that people know a device by.
fn address(device: &Device) -> String {
    let ip = device.ips.first().map(ToString::to_string);
    ip.or_else(|| device.macs.first().map(ToString::to_string)).unwrap_or_default()
}

/// Whom a device talks to most, and how many others.
fn talks_to(device: &Device, width: usize) -> String {
    let mut parties: Vec<&str> = Vec::new();
    for destination in &device.destinations {
        let organisation = destination.organisation.as_ref().map(|party| &*party.name);
        let party = organisation.or(destination.domain.as_deref()).unwrap_or(&destination.name);
        if !parties.contains(&party) {
            parties.push(party);
        }
    }
    match parties.as_slice() {
        [] => "nobody outside".to_owned(),
        [only] => visible(only).into_owned(),
        [most, others @ ..] => {
            let more = format!(" +{}", others.len());
            let most = fit(&visible(most), width.saturating_sub(more.len()));
            format!("{}{more}", most.trim_end())
        }
    }
}

const fn look_of(severity: Severity) -> Look {
    match severity {
        Severity::Critical | Severity::High => Look::Alarm,
        Severity::Medium => Look::Warning,
        Severity::Low | Severity::Info => Look::Plain,
    }
}
