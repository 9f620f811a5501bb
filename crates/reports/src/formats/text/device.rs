//! One device in a few lines: what it is and how we know, who is behind it, where its data goes.

use std::io;

use assessment::{
    Assessment,
    model::{Claim, Claims, Destination, Device, Noted, ServerCountry},
};

use super::standing;
use crate::{
    Options,
    escape::visible,
    ids,
    layout::{Look, Sheet, wrap},
    summary::findings_of,
    wording,
};

/// Writes the block of `device`.
pub(super) fn block(
    sheet: &mut Sheet<'_>,
    assessment: &Assessment,
    device: &Device,
    options: &Options,
    width: usize,
) -> io::Result<()> {
    sheet.line(Look::Strong, &title(device))?;
    let mut fact = |label: &str, text: &str| fact(sheet, label, text);
    fact("addresses", &addresses(device))?;
    if !device.names.is_empty() {
        let names: Vec<_> = device.names.iter().map(|name| visible(name)).collect();
        fact("names", &names.join(", "))?;
    }
    if let Some(note) = &device.note {
        fact("your note", &noted(note))?;
    }
    let mut not_seen = Vec::new();
    for (label, claims) in properties(device) {
        match told(claims) {
            Some(text) => fact(label, &text)?,
            None => not_seen.push(label),
        }
    }
    if !not_seen.is_empty() {
        fact("not known", &not_seen.join(", "))?;
    }
    for (label, text) in standing::facts(assessment, device) {
        fact(label, &text)?;
    }
    fact("concern", &standing::scores(device))?;
    for (index, finding) in findings_of(assessment, device) {
        let severity = wording::severity(finding.severity);
        let id = ids::Id::Finding(index);
        fact("finding", &format!("{id} {severity}: {}", visible(&finding.title)))?;
    }
    fact("traffic", &traffic(device))?;
    destinations(sheet, device, options, width)
}

fn fact(sheet: &mut Sheet<'_>, label: &str, text: &str) -> io::Result<()> {
    sheet.paragraph(Look::Faint, &format!("  {label:<13}"), text)
}

fn title(device: &Device) -> String {
    let what = wording::device_or_doubt(device);
    let sure = wording::device_sure(device).map(|sure| format!(" ({sure})")).unwrap_or_default();
    format!("{}  {}{sure}", device.id, visible(&what))
}

fn addresses(device: &Device) -> String {
    let macs = device.macs.iter().map(|mac| {
        let chosen = if mac.is_locally_administered() { " (chosen by the device)" } else { "" };
        format!("{mac}{chosen}")
    });
    let all: Vec<String> = device.ips.iter().map(ToString::to_string).chain(macs).collect();
    if all.is_empty() { "none seen".to_owned() } else { all.join(", ") }
}

/// `called Heater, in Kitchen; of 2026-11-22, filed under mac 00:00:5e:00:53:01`.
fn noted(note: &Noted) -> String {
    let name = note.name.as_deref().map(|name| format!("called {}", visible(name)));
    let room = note.room.as_deref().map(|room| format!("in {}", visible(room)));
    let said: Vec<String> = [name, room].into_iter().flatten().collect();
    let said = if said.is_empty() { String::new() } else { format!("{}; ", said.join(", ")) };
    format!("{said}of {}, filed under {}", note.on, visible(&note.key))
}

const fn properties(device: &Device) -> [(&'static str, &Claims); 6] {
    let identity = &device.identity;
    [
        ("brand", &identity.brand),
        ("model", &identity.model),
        ("type", &identity.kind),
        ("system", &identity.os),
        ("firmware", &identity.firmware),
        ("radio module", &identity.module_maker),
    ]
}

/// The answer with how sure and why, and the candidates; `None` without any claim.
fn told(claims: &Claims) -> Option<String> {
    let candidates: Vec<String> = claims.candidates().take(3).map(with_reasons).collect();
    let perhaps = candidates.join(", ");
    match claims.answer() {
        Some(answer) if candidates.is_empty() => Some(with_reasons(answer)),
        Some(answer) => Some(format!("{}; or {perhaps}", with_reasons(answer))),
        None if candidates.is_empty() => None,
        None => Some(format!("not sure; perhaps {perhaps}")),
    }
}

/// `Lamp Co, very likely [o3, o7]`.
fn with_reasons(claim: &Claim) -> String {
    let mut evidence: Vec<_> = claim.reasons.iter().map(|reason| reason.evidence).collect();
    evidence.sort_unstable();
    evidence.dedup();
    let more = evidence.len().saturating_sub(3);
    let mut shown: Vec<String> = evidence.iter().take(3).map(ToString::to_string).collect();
    if more > 0 {
        shown.push(format!("{more} more"));
    }
    let sure = wording::sure(claim);
    format!("{}, {sure} [{}]", visible(&claim.value), shown.join(", "))
}

fn traffic(device: &Device) -> String {
    format!(
        "{} sent, {} received, {}",
        wording::bytes(device.bytes_up),
        wording::bytes(device.bytes_down),
        wording::span(device.first, device.last),
    )
}

fn destinations(
    sheet: &mut Sheet<'_>,
    device: &Device,
    options: &Options,
    width: usize,
) -> io::Result<()> {
    /// Stands before what is said of the destination above.
    const REMARK: &str = "      ";

    if device.destinations.is_empty() {
        return fact(sheet, "data goes", "nowhere outside this network, as far as was seen");
    }
    let columns = Columns::of(width);
    let heads =
        ["DATA GOES TO", "ORGANISATION", "SERVERS", "SENT", "BACK", "ENCRYPTION", "PURPOSE"];
    columns.row(sheet, Look::Faint, heads)?;
    for destination in device.destinations.iter().take(options.limits.destinations) {
        columns.row(
            sheet,
            Look::Plain,
            [
                &*visible(&destination.name),
                &organisation(destination),
                server(destination),
                &wording::bytes(destination.bytes_up),
                &wording::bytes(destination.bytes_down),
                wording::encryption(destination.encryption),
                wording::purpose(destination.purpose),
            ],
        )?;
        for remark in wording::remarks(destination) {
            for line in wrap(&remark, width.saturating_sub(REMARK.len())) {
                sheet.line(Look::Faint, &format!("{REMARK}{line}"))?;
            }
        }
    }
    let more = device.destinations.len().saturating_sub(options.limits.destinations);
    if more > 0 {
        sheet.line(Look::Faint, &format!("  and {more} more (all in --format json)"))?;
    }
    Ok(())
}

/// Which columns the table of destinations has, by the room there is.
struct Columns {
    widths: Vec<usize>,
    wide: bool,
}

impl Columns {
    fn of(width: usize) -> Self {
        const INDENT: usize = 2;
        let wide = width >= 80;
        let fixed: &[usize] = if wide { &[8, 7, 7, 10, 11] } else { &[7, 7, 10] };
        let taken = fixed.iter().sum::<usize>() + 2 * (fixed.len() + 1) + INDENT;
        let rest = width.saturating_sub(taken);
        let name = rest * 11 / 20;
        let mut widths = vec![name + INDENT, rest - name];
        widths.extend(fixed);
        Self { widths, wide }
    }

    fn row(&self, sheet: &mut Sheet<'_>, look: Look, cells: [&str; 7]) -> io::Result<()> {
        let [name, organisation, servers, sent, back, encryption, purpose] = cells;
        let name = format!("  {name}");
        let shown: &[&str] = if self.wide {
            &[&name, organisation, servers, sent, back, encryption, purpose]
        } else {
            &[&name, organisation, sent, back, encryption]
        };
        let cells: Vec<(Look, &str)> = shown.iter().map(|cell| (look, *cell)).collect();
        sheet.row(&self.widths, &cells)
    }
}

fn organisation(destination: &Destination) -> String {
    match &destination.organisation {
        None => "unknown".to_owned(),
        Some(party) => match party.country.as_deref() {
            Some(code) => format!("{} ({code})", visible(&party.name)),
            None => visible(&party.name).into_owned(),
        },
    }
}

fn server(destination: &Destination) -> &str {
    match &destination.server_country {
        None => "unknown",
        Some(ServerCountry::Anywhere) => "anywhere",
        Some(ServerCountry::Registered(code)) => code,
    }
}
