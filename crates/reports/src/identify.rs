//! What each device is, in one line; and how that was weighed, clue by clue.

use std::io::{self, Write};

use assessment::{
    Assessment,
    explained::{Explained, Ignored, Told, Weighed, WhyIgnored},
    model::{Claims, Confidence, Device},
};

mod json;

pub use json::write_json;

use crate::{
    Options,
    escape::visible,
    layout::{Look, Sheet},
    why::witnessed,
    wording,
};

/// Writes a table of `devices`, and what explains each of them, as far as given.
///
/// # Errors
///
/// What `out` reports.
pub fn write(
    devices: &[&Device],
    explained: &[Explained],
    assessment: &Assessment,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let width = options.width.clamp(Options::NARROWEST, Options::WIDEST);
    let sheet = &mut Sheet::new(out, width, options.colour);
    table(sheet, devices, width)?;
    for explained in explained {
        let Some(device) = devices.iter().find(|it| it.id == explained.device) else { continue };
        sheet.gap()?;
        explanation(sheet, device, explained, assessment)?;
    }
    Ok(())
}

fn table(sheet: &mut Sheet<'_>, devices: &[&Device], width: usize) -> io::Result<()> {
    const FIXED: [usize; 3] = [5, 17, 14];
    let rest = width.saturating_sub(FIXED.iter().sum::<usize>() + 10);
    let [id, address, sure] = FIXED;
    let third = rest / 3;
    let widths = [id, address, third, rest - 2 * third, third, sure];
    let heads = ["ID", "ADDRESS", "BRAND", "MODEL", "TYPE", "SURE"].map(|it| (Look::Strong, it));
    sheet.row(&widths, &heads)?;
    for device in devices {
        let identity = &device.identity;
        let [brand, model, kind] = [&identity.brand, &identity.model, &identity.kind].map(answer);
        let address = device.macs.first().map(ToString::to_string);
        let address = address.or_else(|| device.ips.first().map(ToString::to_string));
        let sure = wording::device_sure(device).unwrap_or("not sure");
        let (id, address) = (device.id.to_string(), address.unwrap_or_default());
        let cells = [&*id, &address, &brand, &model, &kind, sure].map(|it| (Look::Plain, it));
        sheet.row(&widths, &cells)?;
    }
    Ok(())
}

fn answer(claims: &Claims) -> String {
    claims.answer().map_or("-".to_owned(), |claim| visible(&claim.value).into_owned())
}

fn explanation(
    sheet: &mut Sheet<'_>,
    device: &Device,
    explained: &Explained,
    assessment: &Assessment,
) -> io::Result<()> {
    let title = format!("{}  {}", device.id, visible(&wording::device_or_doubt(device)));
    sheet.line(Look::Strong, &title)?;
    if let Some(note) = &device.note {
        let text = format!("{}: it outranks all that follows", visible(&note.says));
        sheet.paragraph(Look::Plain, "  you said   ", &text)?;
    }
    if explained.clues.is_empty() {
        sheet.line(Look::Plain, "  Nothing that was seen told anything.")?;
    } else {
        sheet.line(Look::Strong, "  Clues")?;
    }
    for clue in &explained.clues {
        told(sheet, clue, assessment)?;
    }
    if !explained.weighed.is_empty() {
        sheet.line(Look::Strong, "  How they were weighed")?;
    }
    for value in &explained.weighed {
        sheet.paragraph(Look::Plain, "    ", &weighed(value))?;
    }
    if !explained.ignored.is_empty() {
        sheet.line(Look::Strong, "  Seen, and told nothing")?;
    }
    for ignored in &explained.ignored {
        let Ignored { what, why, .. } = ignored;
        let text = format!("{}: {}", witnessed(what), because(*why));
        sheet.paragraph(Look::Plain, "    ", &text)?;
    }
    Ok(())
}

fn told(sheet: &mut Sheet<'_>, clue: &Told, assessment: &Assessment) -> io::Result<()> {
    let values: Vec<_> = clue
        .told
        .iter()
        .map(|(property, value)| format!("{} {}", property.name(), visible(value)))
        .collect();
    let source =
        assessment.sources.iter().find(|it| evidence::SourceId::of(&it.name) == clue.first.source);
    let (unit, source) = evidence::Unit::of(source.map_or("", |it| &it.name));
    let source = if source.is_empty() { String::new() } else { format!(" of {}", visible(source)) };
    let counted = if clue.counted { "" } else { "; a stronger one of its group counts instead" };
    let text = format!(
        "{} ({} {}{source}) matched {} and told {}; {:.2} in group {}{counted}",
        witnessed(&clue.what),
        unit.word(),
        clue.first.frame,
        visible(&clue.entry),
        values.join(", "),
        clue.strength,
        visible(&clue.group),
    );
    sheet.paragraph(Look::Plain, "    ", &text)
}

/// `brand Acme 0.36: name 0.60, upnp 0.90 make 0.96; against it speak …`.
fn weighed(value: &Weighed) -> String {
    let groups: Vec<_> =
        value.groups.iter().map(|(group, strength)| format!("{group} {strength:.2}")).collect();
    let text = format!(
        "{} {}: {} make {:.2}{}",
        value.property.name(),
        visible(&value.value),
        groups.join(", "),
        value.speaks_for,
        spoken_against(value),
    );
    let sure = value.confidence.value();
    text + &match verdict(value) {
        Verdict::Answer => format!("; so {sure:.2}"),
        Verdict::TooWeak => format!("; so {sure:.2}: too little to answer, which takes 0.50"),
        Verdict::Disputed => {
            format!("; so {sure:.2}: it would answer, but for the others")
        }
    }
}

/// `; against it speak Other (name 0.60), which leave 40 %`.
fn spoken_against(value: &Weighed) -> String {
    if value.rivals.is_empty() {
        return String::new();
    }
    let rivals: Vec<_> = value
        .rivals
        .iter()
        .map(|it| format!("{} ({} {:.2})", visible(&it.value), it.group, it.strength))
        .collect();
    let left = (1.0 - value.speaks_against) * 100.0;
    format!("; against it speak {}, which leave {left:.0} %", rivals.join(", "))
}

/// What became of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is sure enough.
    Answer,
    /// What speaks for it is too little.
    TooWeak,
    /// What speaks for other values is too much.
    Disputed,
}

pub(crate) fn verdict(value: &Weighed) -> Verdict {
    if value.confidence >= Confidence::ANSWER {
        Verdict::Answer
    } else if value.speaks_for >= Confidence::ANSWER.value() {
        Verdict::Disputed
    } else {
        Verdict::TooWeak
    }
}

const fn because(why: WhyIgnored) -> &'static str {
    match why {
        WhyIgnored::ChosenAddress => {
            "the device chose that address itself, no maker's prefix is in it"
        }
        WhyIgnored::NoRegistrant => "its prefix is nobody's in the registry",
        WhyIgnored::ModuleMaker => {
            "a maker of modules, which are in many brands' devices: no clue to the brand"
        }
        WhyIgnored::NoBrand => "the pack knows no brand of that registrant",
        WhyIgnored::UsersVisit => {
            "where a phone, computer or gateway goes tells of its users' apps"
        }
        WhyIgnored::NoEntry => "no entry of the pack speaks of that",
    }
}
