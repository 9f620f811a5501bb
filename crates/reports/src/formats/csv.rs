//! CSV: one line a device, for spreadsheets.
//!
//! Several values in one cell stand apart by `; `. No cell is taken for a formula (see
//! [`escape::cell`]), so a name may start with an apostrophe that the device never said; programs
//! should read JSON instead.

use std::io::{self, Write};

use assessment::{
    Applies, Assessment,
    model::{Claim, Claims, Device, Party},
};

use super::Format;
use crate::{Options, escape, summary::findings_of, wording};

pub(super) const FORMAT: Format = Format { name: "csv", says: "a table of devices", write };

const HEADS: [&str; 43] = [
    "id",
    "local",
    "role",
    "mac",
    "ipv4",
    "ipv6",
    "names",
    "brand",
    "brand_confidence",
    "model",
    "model_confidence",
    "type",
    "type_confidence",
    "os",
    "firmware",
    "module_maker",
    "maker",
    "maker_country",
    "owner",
    "owner_country",
    "platform",
    "first",
    "last",
    "bytes_up",
    "bytes_down",
    "destinations",
    "findings",
    "worst_finding",
    "weakness_low",
    "weakness_high",
    "exposure_high",
    "data_high",
    "support_high",
    "transparency_high",
    "platform_operator",
    "listed",
    "perhaps_listed",
    "law_could_reach_from",
    "sensors",
    "product",
    "your_name",
    "room",
    "you_said",
];

fn write(assessment: &Assessment, _: &Options, out: &mut dyn Write) -> io::Result<()> {
    let lines = assessment.devices.iter().map(|device| line(assessment, device));
    table(out, &HEADS, lines)
}

/// Writes a table, every cell made harmless.
pub(super) fn table<const COLUMNS: usize>(
    out: &mut dyn Write,
    heads: &[&str; COLUMNS],
    lines: impl Iterator<Item = [String; COLUMNS]>,
) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(heads)?;
    for line in lines {
        table.write_record(line.iter().map(|text| escape::cell(text).into_owned()))?;
    }
    table.flush()
}

fn line(assessment: &Assessment, device: &Device) -> [String; 43] {
    let identity = &device.identity;
    let (maker, owner) = (device.provenance.maker.as_ref(), device.provenance.owner.as_ref());
    let findings = findings_of(assessment, device);
    let worst = findings.first().map(|(_, finding)| wording::severity(finding.severity));
    [
        device.id.to_string(),
        device.local.to_string(),
        wording::role(device.role).to_owned(),
        joined(&device.macs),
        joined(device.ips.iter().filter(|ip| ip.is_ipv4())),
        joined(device.ips.iter().filter(|ip| ip.is_ipv6())),
        joined(&device.names),
        answer(&identity.brand),
        sure(&identity.brand),
        answer(&identity.model),
        sure(&identity.model),
        answer(&identity.kind),
        sure(&identity.kind),
        answer(&identity.os),
        answer(&identity.firmware),
        answer(&identity.module_maker),
        name(maker),
        country(maker),
        name(owner),
        country(owner),
        text(device.provenance.platform.as_deref()),
        device.first.to_string(),
        device.last.to_string(),
        device.bytes_up.to_string(),
        device.bytes_down.to_string(),
        device.destinations.len().to_string(),
        findings.len().to_string(),
        text(worst),
        format!("{:.1}", device.scores.weakness.low),
        format!("{:.1}", device.scores.weakness.high),
        format!("{:.1}", device.scores.exposure.high),
        format!("{:.1}", device.scores.data.high),
        format!("{:.1}", device.scores.support.high),
        format!("{:.1}", device.scores.transparency.high),
        name(device.provenance.platform_operator.as_ref()),
        joined(entries(device, Applies::Yes)),
        joined(entries(device, Applies::Unknown)),
        joined(device.exposure.iter().filter(|it| !it.laws.is_empty()).map(|it| &it.jurisdiction)),
        joined(device.sensors.iter().map(|it| wording::sensor(*it))),
        text(device.product.as_deref()),
        text(device.note.as_ref().and_then(|note| note.name.as_deref())),
        text(device.note.as_ref().and_then(|note| note.room.as_deref())),
        joined(you_said(device)),
    ]
}

/// The entries of lists that do or may apply.
fn entries(device: &Device, applies: Applies) -> impl Iterator<Item = &Box<str>> {
    device.listings.iter().filter(move |it| it.applies == applies).map(|it| &it.entry)
}

/// Which properties are the user's own word.
fn you_said(device: &Device) -> impl Iterator<Item = &'static str> {
    let identity = &device.identity;
    let said = [("brand", &identity.brand), ("model", &identity.model), ("type", &identity.kind)];
    let users = |claims: &Claims| claims.answer().is_some_and(Claim::is_users);
    said.into_iter().filter(move |(_, claims)| users(claims)).map(|(property, _)| property)
}

/// Several values in one cell.
pub(super) fn joined<T: ToString>(values: impl IntoIterator<Item = T>) -> String {
    let values = values.into_iter().map(|value| escape::cell(&value.to_string()).into_owned());
    values.collect::<Vec<_>>().join("; ")
}

/// The text, or nothing where it is not known.
pub(super) fn text(value: Option<&str>) -> String {
    value.unwrap_or_default().to_owned()
}

fn answer(claims: &Claims) -> String {
    text(claims.answer().map(|claim| &*claim.value))
}

fn sure(claims: &Claims) -> String {
    let sure = claims.answer().map(|claim| format!("{:.2}", claim.confidence.value()));
    sure.unwrap_or_default()
}

fn name(party: Option<&Party>) -> String {
    text(party.map(|party| &*party.name))
}

fn country(party: Option<&Party>) -> String {
    text(party.and_then(|party| party.country.as_deref()))
}
