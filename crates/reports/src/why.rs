//! The chain of evidence behind one thing a report says, as text or as a piece of a page: what is said, what was seen, where,
//! and which published texts make it mean something.

mod html;

use std::io::{self, Write};

use assessment::{
    model::Witness,
    why::{Chain, Published, Seen, Stated, Step},
};
use maud::Markup;

use crate::{
    Options,
    escape::visible,
    layout::{Look, Sheet},
    wording,
};

/// Writes `chain` to `out`.
///
/// # Errors
///
/// What `out` reports.
pub fn write(chain: &Chain<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut sheet = Sheet::new(out, options.width.min(Options::WIDEST), options.colour);
    if chain.stated.is_empty() {
        sheet.line(Look::Strong, &format!("{}: unknown", chain.id))?;
        return sheet.paragraph(
            Look::Plain,
            "  ",
            "Nothing that was seen tells. Unknown is not the same as fine.",
        );
    }
    for stated in &chain.stated {
        write_stated(chain, stated, &mut sheet)?;
    }
    Ok(())
}

/// `chain` as a piece of a page: what is said, then the steps to it.
#[must_use]
pub fn markup(chain: &Chain<'_>) -> Markup {
    html::chain(chain)
}

fn write_stated(chain: &Chain<'_>, stated: &Stated<'_>, sheet: &mut Sheet<'_>) -> io::Result<()> {
    let sure = stated.confidence.map_or_else(String::new, |confidence| {
        format!(", {} ({:.2})", wording::confidence(confidence), confidence.value())
    });
    let whose = match chain.device {
        Some(device) if device.to_string() != chain.id.to_string() => format!(" of {device}"),
        _ => String::new(),
    };
    let value = visible(stated.value);
    let headline = format!("{}: {}{whose}: {value}{sure}", chain.id, stated.property);
    sheet.paragraph(Look::Strong, "", &headline)?;
    for step in &stated.steps {
        write_step(step, sheet)?;
    }
    sheet.gap()
}

fn write_step(step: &Step<'_>, sheet: &mut Sheet<'_>) -> io::Result<()> {
    if let Some(says) = step.says {
        sheet.paragraph(Look::Plain, "  says       ", &visible(says))?;
    }
    for seen in &step.seen {
        write_seen(seen, sheet)?;
    }
    if let Some(entry) = step.entry {
        let strength =
            step.strength.map_or_else(String::new, |it| format!("; alone worth {it:.2}"));
        let group = step.group.map_or_else(String::new, |it| format!(" among clues from `{it}`"));
        let verified = match step.verified {
            Some(false) => "; nobody of us read its sources for this yet",
            _ => "",
        };
        let text = format!("{}{strength}{group}{verified}", visible(entry));
        sheet.paragraph(Look::Plain, "  by entry   ", &text)?;
    }
    for published in &step.published {
        sheet.paragraph(Look::Faint, "  published  ", &citation(published))?;
    }
    Ok(())
}

fn write_seen(seen: &Seen<'_>, sheet: &mut Sheet<'_>) -> io::Result<()> {
    let evidence = seen.evidence;
    let what = format!("{} [{}]", witnessed(&evidence.what), seen.id);
    sheet.paragraph(Look::Plain, "  seen       ", &what)?;
    let times = match evidence.count {
        1 => "once".to_owned(),
        count => format!("{} times", wording::count(count)),
    };
    let (unit, source) = evidence::Unit::of(seen.source);
    let place = format!(
        "{times}, first in {} {} of {}, {}",
        unit.word(),
        evidence.first.frame,
        visible(source),
        wording::moment(evidence.first.at),
    );
    sheet.paragraph(Look::Faint, "             ", &place)
}

/// What was seen, in a line.
pub(crate) fn witnessed(what: &Witness) -> String {
    match what {
        Witness::Observation { field, value, about } => {
            let about = about.map_or_else(String::new, |service| format!(" ({service})"));
            format!("{field} is \"{}\"{about}", visible(value))
        }
        Witness::Conversation { service, bytes_up, bytes_down } => {
            let (up, down) = (wording::bytes(*bytes_up), wording::bytes(*bytes_down));
            format!("traffic {service}: {up} sent, {down} received")
        }
        Witness::Address { mac } => format!("a device with the address {mac}"),
        Witness::Registration { mac, registrant } => {
            format!("{mac} begins with a prefix registered by {}", visible(registrant))
        }
    }
}

fn citation(published: &Published<'_>) -> String {
    let Some(source) = published.source else {
        return format!("[{}], which this pack does not have", visible(published.id));
    };
    let date = source.date.as_deref().map_or_else(String::new, |date| format!(", {date}"));
    visible(&format!("{}. {}{date}. {}", source.title, source.issuer, source.url)).into_owned()
}
