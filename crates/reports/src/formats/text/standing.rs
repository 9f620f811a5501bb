//! Who and what stands behind a device: companies, lists, whose laws could reach them; and what its
//! owner may ask.

use std::io;

use assessment::{
    Applies, Assessment, Listing,
    model::{Device, Party},
};
use knowledge::kinds::Right;

use crate::{
    countries,
    escape::visible,
    ids,
    layout::{Look, Sheet},
    wording,
};

/// Entries of lists shown for one device; the JSON and HTML formats have all. Our choice.
const MOST_LISTINGS: usize = 4;

/// The facts of a device's block about who and what stands behind it, as labels and texts.
pub(super) fn facts(assessment: &Assessment, device: &Device) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if !device.sensors.is_empty() {
        let sensors: Vec<_> = device.sensors.iter().map(|it| wording::sensor(*it)).collect();
        facts.push(("can sense", sensors.join(", ")));
    }
    let behind = &device.provenance;
    for (label, party) in [
        ("maker", &behind.maker),
        ("seller", &behind.seller),
        ("name of", &behind.licensed_from),
        ("owner", &behind.owner),
    ] {
        facts.extend(party.as_ref().map(|party| (label, described(party))));
    }
    match (&behind.platform, &behind.platform_operator) {
        (Some(platform), Some(operator)) => {
            let text = format!("{}, run by {}", visible(platform), described(operator));
            facts.push(("platform", text));
        }
        (Some(platform), None) => facts.push(("platform", visible(platform).into_owned())),
        (None, _) => {}
    }
    if device.is_told_by_prefix() {
        facts.push(("behind", wording::TOLD_BY_PREFIX.into()));
    } else if device.local && device.identity.brand.answer().is_some() {
        facts.extend(listings(assessment, device).into_iter().map(|text| ("lists", text)));
        facts.extend(law(device).map(|text| ("law", text)));
    }
    facts
}

/// Each entry that applies or may apply; that none was found is said with how far was looked.
fn listings(assessment: &Assessment, device: &Device) -> Vec<String> {
    let numbered = (1_usize..).zip(&*device.listings);
    let wanted: Vec<_> = numbered.filter(|(_, it)| it.applies != Applies::No).collect();
    if wanted.is_empty() {
        let day = visible(&assessment.as_of);
        return vec![format!("no entry found in this pack that applies, as of {day}")];
    }
    let mut said: Vec<_> = wanted
        .iter()
        .take(MOST_LISTINGS)
        .map(|(number, it)| format!("{} [{}.list{number}]", listing(it), device.id))
        .collect();
    if wanted.len() > MOST_LISTINGS {
        let more = wording::counted(wanted.len() - MOST_LISTINGS, "entry");
        said.push(format!("and {more} more, in --format json or html"));
    }
    said
}

fn listing(listing: &Listing) -> String {
    let since = listing.from.as_deref().map(|day| format!(" since {day}")).unwrap_or_default();
    let entry = format!("{}, entry \"{}\"{since}", visible(&listing.list_name), visible(&listing.entry_name));
    let doubt = if listing.verified { "" } else { " (unverified)" };
    if listing.applies == Applies::Unknown {
        let why = listing.reasons.last().map(|step| visible(&step.says)).unwrap_or_default();
        return format!("perhaps: {entry}{doubt}: {why}");
    }
    format!(
        "yes: {entry}{doubt}. Effect: {} It does not restrict: {}",
        visible(&wording::sentence(&listing.effect)),
        visible(&listing.does_not_restrict),
    )
}

/// Whose laws could oblige the companies: always a possibility, never an event.
fn law(device: &Device) -> Option<String> {
    let reached = (1_usize..).zip(&*device.exposure).filter(|(_, it)| !it.laws.is_empty());
    let reached: Vec<String> = reached
        .map(|(number, it)| {
            let mut parts: Vec<_> = it.through.iter().map(|(part, _)| wording::part(*part)).collect();
            parts.dedup();
            let laws = wording::counted(it.laws.len(), "law");
            let state = countries::name(&it.jurisdiction);
            format!("{state} ({laws}, through {}) [{}.law{number}]", parts.join(", "), device.id)
        })
        .collect();
    (!reached.is_empty()).then(|| {
        format!(
            "these states' laws could oblige the companies to give access or help: {}. That any \
             did is not said here",
            reached.join("; ")
        )
    })
}

/// All scores in a line.
pub(super) fn scores(device: &Device) -> String {
    let scores = wording::dimensions(&device.scores).into_iter();
    let said: Vec<String> = scores
        .filter_map(|(name, score)| Some(format!("{name} {}", wording::score_in_short(score?))))
        .collect();
    format!("{} (of 100, 100 is the worst; ? could not be checked)", said.join(", "))
}

/// What the reader may ask where they live.
pub(super) fn rights(sheet: &mut Sheet<'_>, assessment: &Assessment) -> io::Result<()> {
    sheet.gap()?;
    let Some(residence) = assessment.residence.as_deref() else {
        let hint = "Say where you live with --residence (DE, GB, US-CA) to see what you may ask of \
                    these companies; houseguest letter writes it for you.";
        return sheet.paragraph(Look::Faint, "", hint);
    };
    sheet.line(Look::Strong, &format!("What you may ask as a resident of {}", place(residence)))?;
    if assessment.rights.is_empty() {
        return sheet.paragraph(Look::Plain, "  ", "This pack knows no right of yours there.");
    }
    for right in &assessment.rights {
        sheet.paragraph(Look::Plain, "  ", &said(right))?;
    }
    Ok(())
}

fn said(right: &Right) -> String {
    let deadline = right.deadline.as_deref().map(|it| format!("; answer within {it}"));
    let complain = right.complain_to.as_deref().map(|it| format!("; complain to {it}"));
    let doubt = if right.verified { "" } else { " (unverified)" };
    format!(
        "{} ({}): {}{}{}{doubt} [{}]",
        visible(&right.says),
        visible(&right.basis),
        visible(&right.how),
        deadline.map(|it| visible(&it).into_owned()).unwrap_or_default(),
        complain.map(|it| visible(&it).into_owned()).unwrap_or_default(),
        right.id
    )
}

/// `California (US-CA)` is more than this program knows; `US-CA` with its country's name is not.
fn place(code: &str) -> String {
    let country = code.split('-').next().unwrap_or(code);
    if country == code { countries::name(code).to_owned() } else { format!("{code}, {}", countries::name(country)) }
}

fn described(party: &Party) -> String {
    let places = match (party.country.as_deref(), party.registered_in.as_deref()) {
        (Some(home), Some(registered)) if home == registered => {
            format!(", head office and registration in {}", countries::name(home))
        }
        (Some(home), Some(registered)) => format!(
            ", head office in {}, registered in {}",
            countries::name(home),
            countries::name(registered)
        ),
        (Some(home), None) => format!(", head office in {}", countries::name(home)),
        (None, Some(registered)) => format!(", registered in {}", countries::name(registered)),
        (None, None) => String::new(),
    };
    let doubt = if party.verified { "" } else { " (unverified)" };
    let sources = party.sources.iter().map(|id| ids::Id::Reference(id.clone()).to_string());
    let sources = sources.collect::<Vec<_>>().join(", ");
    let cited = if sources.is_empty() { sources } else { format!(" [{sources}]") };
    format!("{}{places}{doubt}{cited}", visible(&party.name))
}
