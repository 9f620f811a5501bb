//! What could not be read, and what therefore is not known: in sentences, for people.

use std::collections::BTreeMap;

use assessment::{
    Assessment,
    model::{Destination, Encryption},
};

use crate::{escape::visible, summary::Summary, wording};

/// One line a source: how much, from when to when.
pub(crate) fn source(source: &evidence::Source) -> String {
    let span = source.first.zip(source.last);
    let (unit, name) = evidence::Unit::of(&source.name);
    format!(
        "{}: {} {}s, {}, {}",
        visible(name),
        wording::count(source.frames),
        unit.word(),
        wording::bytes(source.bytes),
        span.map_or("no time known".to_owned(), |(first, last)| wording::span(first, last)),
    )
}

/// What of the sources could not be read; never empty.
pub(crate) fn unread(assessment: &Assessment) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(counts(assessment, "Malformed messages", |source| &source.malformed));
    lines.extend(counts(assessment, "Frames of a kind not read", |source| &source.skipped));
    lines.extend(cut(assessment));
    lines.extend(dropped(assessment.dropped));
    if lines.is_empty() {
        lines.push("Nothing malformed, skipped, cut off or dropped.".to_owned());
    }
    lines
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
            "Left out for want of room: sightings {}; frames of conversations {} ({}); streams {}.",
            wording::count(sightings),
            wording::count(frames),
            wording::bytes(bytes),
            wording::count(streams),
        )
    })
}

/// What is not known; the last lines say what is never known from traffic.
pub(crate) fn unknown(summary: &Summary<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    let unidentified = summary.local.len() - summary.identified;
    if unidentified > 0 {
        let all = wording::counted(summary.local.len(), "device");
        lines.push(format!("What {} of {all} are.", wording::count(unidentified as u64)));
    }
    lines.extend(unknown_destinations(summary));
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
    lines
}

fn unknown_destinations(summary: &Summary<'_>) -> Option<String> {
    let all: Vec<&Destination> =
        summary.local.iter().flat_map(|device| &device.destinations).collect();
    let without = |unknown: fn(&Destination) -> bool| {
        wording::count(all.iter().filter(|destination| unknown(destination)).count() as u64)
    };
    (!all.is_empty()).then(|| {
        format!(
            "Of {}: who is behind {}; where the servers of {} are; whether {} can be read on the \
             way.",
            wording::counted(all.len(), "destination"),
            without(|it| it.organisation.is_none()),
            without(|it| it.server_country.is_none()),
            without(|it| it.encryption == Encryption::Unknown),
        )
    })
}

/// Which knowledge and policy the assessment rests on.
pub(crate) fn judged_by(assessment: &Assessment) -> String {
    format!(
        "Judged by knowledge {} as of {}, policy {}.",
        assessment.knowledge_version, assessment.knowledge_as_of, assessment.policy
    )
}
