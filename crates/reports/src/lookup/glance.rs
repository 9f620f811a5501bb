//! The first layer: what fits a card, and is enough for most.

use assessment::{
    Applies,
    dossier::{Dossier, Layer, Model, Part},
};

use super::{Lookup, details::named};
use crate::{
    page::Line,
    terms::{self, place, sensor, sensor_word},
    wording::counted,
};

/// The glance of a look-up.
pub(super) fn lines(dossier: &Dossier, lookup: &Lookup<'_>) -> Vec<Line> {
    let pack = lookup.knowledge.pack();
    let stamp = format!("pack {} of {}", pack.version, pack.as_of);
    facts(dossier, &stamp).into_iter().map(|(label, text)| Line::plain(label, text)).collect()
}

/// What everybody should see first, as label and text.
pub(crate) fn facts(dossier: &Dossier, stamp: &str) -> Vec<(&'static str, String)> {
    let mut facts = vec![("It is", what(dossier))];
    for (label, parts) in [
        ("Made by", &[Part::MadeBy, Part::Maker, Part::Company][..]),
        ("Sold by", &[Part::Seller]),
        ("Name owned by", &[Part::Licensor]),
    ] {
        let names: Vec<_> = current(dossier, parts).map(company).collect();
        if !names.is_empty() {
            facts.push((label, names.join("; ")));
        } else if label == "Made by" {
            facts.push((label, "not recorded".to_owned()));
        }
    }
    facts.push(("Owned by", owners(dossier)));
    facts.push(("Cloud and app", platform(dossier)));
    facts.push(("Can sense", senses(dossier)));
    facts.push(("Updates", support(dossier)));
    facts.push(("Lists", lists(dossier, stamp)));
    facts.push(("Incidents", incidents(dossier, stamp)));
    facts.push(("Laws", laws(dossier)));
    facts
}

fn what(dossier: &Dossier) -> String {
    let types = dossier.types.join(", ");
    match (dossier.models.len(), &*types) {
        (_, "") => dossier.title.to_string(),
        (1, _) if dossier.model.is_some() => format!("{}, {types}", dossier.title),
        (_, _) => format!("{} (in this pack: {types})", dossier.title),
    }
}

fn current<'a>(dossier: &'a Dossier, parts: &'a [Part]) -> impl Iterator<Item = &'a Layer> {
    dossier.layers.iter().filter(|it| it.now && parts.contains(&it.part))
}

/// A company with its places and a mark where nobody checked.
fn company(layer: &Layer) -> String {
    format!("{}{}{}", layer.name, places(layer), doubt(layer.cited.verified))
}

const fn doubt(verified: bool) -> &'static str {
    if verified { "" } else { " (unverified)" }
}

pub(super) fn places(layer: &Layer) -> String {
    match (&layer.registered_in, &layer.headquartered_in) {
        (None, None) => String::new(),
        (Some(registered), Some(office)) if registered == office => format!(" ({})", place(office)),
        (Some(registered), Some(office)) => {
            format!(" (registered in {}, head office in {})", place(registered), place(office))
        }
        (Some(registered), None) => format!(" (registered in {})", place(registered)),
        (None, Some(office)) => format!(" (head office in {})", place(office)),
    }
}

/// Owners of whoever makes it: those that decide alone, step by step upward; else some recorded.
fn owners(dossier: &Dossier) -> String {
    let owners = owners_of_maker(dossier);
    let deciding: Vec<_> = owners.iter().filter(|it| it.controls).collect();
    let said = |it: &&Layer| owner(it, &dossier.layers);
    match (owners.len(), deciding.is_empty()) {
        (0, _) => "no owner recorded".to_owned(),
        (_, false) => deciding.into_iter().map(said).collect::<Vec<_>>().join("; "),
        (count, true) => {
            let named: Vec<_> = owners.iter().take(3).map(said).collect();
            let more = if count > 3 { "; …" } else { "" };
            format!("no owner recorded that decides alone; {}{more}", named.join("; "))
        }
    }
}

/// Owners reached upward from the maker, the seller or the company asked for.
fn owners_of_maker(dossier: &Dossier) -> Vec<&Layer> {
    let of = |parts| current(dossier, parts).filter_map(|it| it.id.as_deref()).collect::<Vec<_>>();
    let mut held = of(&[Part::Maker, Part::MadeBy, Part::Company, Part::Seller]);
    let mut found: Vec<&Layer> = Vec::new();
    for owner in current(dossier, &[Part::Owner]) {
        if owner.of.as_deref().is_some_and(|of| held.contains(&of)) {
            held.extend(owner.id.as_deref());
            found.push(owner);
        }
    }
    found
}

fn owner(layer: &Layer, layers: &[Layer]) -> String {
    let of = layer.of.as_deref().map_or("", |id| named(id, layers));
    let holding = terms::holding(layer.share.as_deref(), of);
    format!("{}{}, {holding}{}", layer.name, places(layer), doubt(layer.cited.verified))
}

fn platform(dossier: &Dossier) -> String {
    let names: Vec<_> = current(dossier, &[Part::Platform]).map(|it| &*it.name).collect();
    let operators: Vec<_> = current(dossier, &[Part::Operator]).map(company).collect();
    match (names.is_empty(), operators.is_empty()) {
        (true, _) => "not recorded".to_owned(),
        (false, true) => format!("{}; who runs it is not recorded", names.join(", ")),
        (false, false) => format!("{}, run by {}", names.join(", "), operators.join("; ")),
    }
}

fn senses(dossier: &Dossier) -> String {
    let Some(model) = only(dossier) else {
        return match of_all(dossier) {
            words if words.is_empty() => "not recorded".to_owned(),
            words => format!("depends on the model; those in this pack: {}", words.join(", ")),
        };
    };
    if model.sensors.is_empty() {
        return "not recorded".to_owned();
    }
    let sensors: Vec<_> = model.sensors.iter().map(|it| sensor(*it)).collect();
    format!("{}{}", sensors.join(", "), doubt(model.cited.verified))
}

/// The product, where exactly one is meant.
fn only(dossier: &Dossier) -> Option<&Model> {
    let one = dossier.model.is_some() && dossier.models.len() == 1;
    dossier.models.first().filter(|_| one)
}

fn of_all(dossier: &Dossier) -> Vec<&'static str> {
    let mut sensors: Vec<_> = dossier.models.iter().flat_map(|it| &it.sensors).copied().collect();
    sensors.sort_unstable();
    sensors.dedup();
    sensors.into_iter().map(sensor_word).collect()
}

fn support(dossier: &Dossier) -> String {
    match (&*dossier.models, only(dossier)) {
        ([], _) => "no date recorded".to_owned(),
        (_, Some(model)) => support_of(model),
        (models, None) => {
            let ended = models.iter().filter(|it| it.supported == Some(false)).count();
            let going = models.iter().filter(|it| it.supported == Some(true)).count();
            let unknown = models.len() - ended - going;
            format!(
                "of {} here: {going} still supported, {ended} ended, {unknown} without a recorded date",
                counted(models.len(), "model")
            )
        }
    }
}

pub(super) fn support_of(model: &Model) -> String {
    let date = model.ended.as_deref().or(model.supported_until.as_deref());
    let doubt = doubt(model.cited.verified);
    match (date, model.supported) {
        (Some(date), Some(false)) => format!("ended {date}{doubt}"),
        (Some(date), _) => format!("until {date}, as published{doubt}"),
        (None, _) => "no date recorded".to_owned(),
    }
}

fn lists(dossier: &Dossier, stamp: &str) -> String {
    if dossier.layers.is_empty() {
        return "cannot be told: who is behind it is not known".to_owned();
    }
    let of = |applies: Applies| dossier.listings.iter().filter(move |it| it.applies == applies);
    let named = |applies| {
        let mut names: Vec<_> = of(applies).map(|it| &it.list).collect();
        names.dedup();
        let binding = names.into_iter().filter_map(|id| dossier.lists.get(id));
        binding
            .map(|it| format!("{} (binds: {})", it.name, it.binds))
            .collect::<Vec<_>>()
            .join("; ")
    };
    let (yes, unknown) = (of(Applies::Yes).count(), of(Applies::Unknown).count());
    let touched = match yes {
        0 => format!("no record found in {stamp}"),
        1 => format!("listed: {}", named(Applies::Yes)),
        count => format!("listed, {count} entries: {}", named(Applies::Yes)),
    };
    match unknown {
        0 => touched,
        count => format!("{touched}; not decided for {}", counted_entries(count)),
    }
}

fn counted_entries(count: usize) -> String {
    if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") }
}

fn incidents(dossier: &Dossier, stamp: &str) -> String {
    if dossier.layers.is_empty() {
        return "cannot be told: what it is is not known".to_owned();
    }
    let close = dossier.close_incidents();
    let other = dossier.incidents.len() - close;
    let others = match other {
        0 => String::new(),
        count => format!("; {count} about other models or products"),
    };
    match close {
        0 => format!("no record found in {stamp}{others}"),
        count => {
            let latest = dossier.incidents.iter().take(count).map(|it| &*it.date).max();
            format!("{count} recorded, the latest of {}{others}", latest.unwrap_or_default())
        }
    }
}

fn laws(dossier: &Dossier) -> String {
    let names: Vec<_> = dossier.reach.iter().map(|it| place(&it.jurisdiction)).collect();
    match &*names {
        [] => "not recorded which reach these companies".to_owned(),
        names => format!("these companies could be reached by the law of {}", names.join(", ")),
    }
}
