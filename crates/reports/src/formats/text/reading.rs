//! What was read, what could not be, and what therefore is not known.

use std::{collections::BTreeMap, io};

use assessment::{
    Assessment,
    model::{Destination, Encryption},
};

use crate::{
    escape::visible,
    layout::{Look, Sheet},
    summary::Summary,
    wording,
};

/// Sources named one by one; more are summed up. Our choice.
const MOST_SOURCES: usize = 12;

pub(super) fn section(
    sheet: &mut Sheet<'_>,
    assessment: &Assessment,
    summary: &Summary<'_>,
) -> io::Result<()> {
    sheet.gap()?;
    sheet.line(Look::Strong, "WHAT WAS READ, AND WHAT NOT")?;
    for source in assessment.sources.iter().take(MOST_SOURCES) {
        sheet.paragraph(Look::Faint, "  ", &source_line(source))?;
    }
    let more = assessment.sources.len().saturating_sub(MOST_SOURCES);
    if more > 0 {
        sheet.line(Look::Plain, &format!("  and {more} more sources"))?;
    }
    let mut unread: Vec<String> = Vec::new();
    unread.extend(counts(assessment, "Malformed messages", |source| &source.malformed));
    unread.extend(counts(assessment, "Frames of a kind not read", |source| &source.skipped));
    unread.extend(cut(assessment));
    unread.extend(dropped(assessment.dropped));
    if unread.is_empty() {
        unread.push("Nothing malformed, skipped, cut off or dropped.".to_owned());
    }
    for line in unread {
        sheet.paragraph(Look::Plain, "  ", &line)?;
    }
    sheet.gap()?;
    sheet.line(Look::Strong, "WHAT IS NOT KNOWN")?;
    for line in unknowns(assessment, summary) {
        sheet.paragraph(Look::Plain, "  ", &line)?;
    }
    Ok(())
}

fn source_line(source: &evidence::Source) -> String {
    let span = source.first.zip(source.last);
    format!(
        "{}: {} frames, {}, {}",
        visible(&source.name),
        wording::count(source.frames),
        wording::bytes(source.bytes),
        span.map_or("no time known".to_owned(), |(first, last)| wording::span(first, last)),
    )
}

/// `Malformed messages: 3 (dns 2, tls 1).`
fn counts(
    assessment: &Assessment,
    what: &str,
    of: fn(&evidence::Source) -> &BTreeMap<Box<str>, u64>,
) -> Option<String> {
    let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
    for (reason, count) in assessment.sources.iter().flat_map(of) {
        let sum = sums.entry(reason).or_default();
        *sum = sum.saturating_add(*count);
    }
    let total = sums.values().fold(0_u64, |sum, count| sum.saturating_add(*count));
    let each = sums.iter().map(|(reason, n)| format!("{} {}", visible(reason), wording::count(*n)));
    let each = each.collect::<Vec<_>>().join(", ");
    (total > 0).then(|| format!("{what}: {} ({each}).", wording::count(total)))
}

fn cut(assessment: &Assessment) -> Option<String> {
    let sources = assessment.sources.iter();
    let cut = sources.fold(0_u64, |sum, source| sum.saturating_add(source.cut));
    (cut > 0).then(|| {
        let cut = wording::count(cut);
        format!("Messages cut through by a capture's beginning, end or frame limit: {cut}.")
    })
}

fn dropped(dropped: evidence::Dropped) -> Option<String> {
    let evidence::Dropped { sightings, frames, bytes, streams } = dropped;
    (sightings > 0 || frames > 0 || bytes > 0 || streams > 0).then(|| {
        format!(
            "Left out for want of room: {} sightings, {} frames ({}) of conversations, {} streams.",
            wording::count(sightings),
            wording::count(frames),
            wording::bytes(bytes),
            wording::count(streams),
        )
    })
}

fn unknowns(assessment: &Assessment, summary: &Summary<'_>) -> Vec<String> {
    let destinations =
        || summary.local.iter().flat_map(|device| &device.destinations).collect::<Vec<_>>();
    let without = |is_unknown: fn(&Destination) -> bool| {
        destinations().into_iter().filter(|it| is_unknown(it)).count() as u64
    };
    let all = destinations().len();
    let mut lines = Vec::new();
    let unknown = summary.local.len() - summary.identified;
    if unknown > 0 {
        lines.push(format!(
            "What {} of {} are.",
            wording::count(unknown as u64),
            wording::counted(summary.local.len(), "device")
        ));
    }
    if all > 0 {
        lines.push(format!(
            "Of {}: who is behind {}; where the servers of {} are; whether {} can be read on the \
             way.",
            wording::counted(all, "destination"),
            wording::count(without(|it| it.organisation.is_none())),
            wording::count(without(|it| it.server_country.is_none())),
            wording::count(without(|it| it.encryption == Encryption::Unknown)),
        ));
    }
    if summary.others > 0 {
        let others = wording::counted(summary.others, "other host");
        lines.push(format!("{others} took part that did not seem to be of this network."));
    }
    lines.push(
        "A country is where a server's addresses are registered, often but not always where it \
         stands. What devices did while nobody captured, and what encrypted traffic holds, was \
         not seen. No finding is not proof of safety."
            .to_owned(),
    );
    let knowledge =
        (&*assessment.knowledge_version, &*assessment.knowledge_as_of, &*assessment.policy);
    let (version, as_of, policy) = knowledge;
    lines.push(format!("Judged by knowledge {version} as of {as_of}, policy {policy}."));
    lines
}
