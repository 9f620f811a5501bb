//! Names of other entries, and the shape of names.

use std::collections::{BTreeMap, BTreeSet};

use super::{DEVICE_TYPES, Lints, Problem, is_narrower};
use crate::kinds::{EntryKind, Id, Pack};

pub(super) fn check(pack: &Pack, lints: &mut Lints) {
    names(pack, lints);
    companies(pack, lints);
    platforms(pack, lints);
    products(pack, lints);
    lists(pack, lints);
    laws(pack, lints);
    for it in &pack.destinations {
        organisation(pack, "destination", &it.suffix, it.organisation.as_ref(), lints);
        brand(pack, "destination", &it.suffix, it.brand.as_ref(), lints);
        if !is_domain(&it.suffix) {
            let wanted = "a domain name in lower case without a dot in front";
            lints.add("destination", &it.suffix, Problem::Name { name: it.suffix.clone(), wanted });
        }
    }
    for it in pack.policies.values() {
        if !(0.0..=0.25).contains(&it.legal_weight) {
            let (what, range) = ("legal weight", "0.0..=0.25");
            lints.add("policy", &it.id, Problem::Range { what, number: it.legal_weight, range });
        }
    }
}

/// Reports `id` unless the pack has such a brand.
pub(super) fn brand(pack: &Pack, kind: &'static str, by: &str, id: Option<&Id>, lints: &mut Lints) {
    if let Some(id) = id.filter(|id| !pack.brands.contains_key(*id)) {
        lints.add(kind, by, Problem::Unknown { kind: "brand", id: id.clone() });
    }
}

fn organisation(pack: &Pack, kind: &'static str, by: &str, id: Option<&Id>, lints: &mut Lints) {
    if let Some(id) = id.filter(|id| !pack.organisations.contains_key(*id)) {
        lints.add(kind, by, Problem::Unknown { kind: "organisation", id: id.clone() });
    }
}

/// Reports what the pack has of `brand` that is not of the one `kind` all of it is said to be.
fn of_one_kind(pack: &Pack, brand: &Id, kind: &str, lints: &mut Lints) {
    if !DEVICE_TYPES.contains(&kind) {
        let problem = Problem::Word { word: kind.into(), wanted: "a device type" };
        lints.add("brand", brand, problem);
    }
    let others = pack
        .products
        .values()
        .filter(|it| it.brand == *brand && *it.kind != *kind && !is_narrower(&it.kind, kind));
    for it in others {
        let problem = Problem::OtherKind { product: it.id.clone(), kind: it.kind.clone() };
        lints.add("brand", brand, problem);
    }
}

fn companies(pack: &Pack, lints: &mut Lints) {
    for it in pack.organisations.values() {
        for holding in &it.owners {
            organisation(pack, "organisation", &it.id, Some(&holding.owner), lints);
        }
    }
    for it in pack.brands.values() {
        let named = it.maker.iter().chain(&it.seller).chain(&it.licensed_from);
        named.for_each(|id| organisation(pack, "brand", &it.id, Some(id), lints));
        if let Some(only) = &it.only {
            of_one_kind(pack, &it.id, &only.kind, lints);
        }
    }
    for it in pack.modules.values() {
        organisation(pack, "module", &it.id, it.organisation.as_ref(), lints);
    }
    for it in pack.platforms.values() {
        organisation(pack, "platform", &it.id, it.operator.as_ref(), lints);
    }
    for it in pack.rebrands.values() {
        organisation(pack, "rebrand", &it.id, Some(&it.made_by), lints);
        brand(pack, "rebrand", &it.id, it.brand.as_ref(), lints);
    }
}

/// Reports platforms that brands and destinations name and no platform is called.
fn platforms(pack: &Pack, lints: &mut Lints) {
    let names = pack.platforms.values().flat_map(|it| it.aliases.iter().chain([&it.name]));
    let names: BTreeSet<_> = names.map(|name| name.to_lowercase()).collect();
    let brands = pack.brands.values().map(|it| ("brand", &it.id, &it.platform));
    let destinations = pack.destinations.iter();
    let destinations = destinations.map(|it| ("destination", &it.suffix, &it.platform));
    let products = pack.products.values().map(|it| ("product", &it.id, &it.platform));
    for (kind, by, platform) in brands.chain(destinations).chain(products) {
        let unknown = platform.iter().filter(|it| !names.contains(&it.to_lowercase()));
        for id in unknown {
            lints.add(kind, by, Problem::Unknown { kind: "platform", id: id.clone() });
        }
    }
}

/// Reports each of `ids` that `known` lacks.
fn all<'a, T>(
    known: &BTreeMap<Id, T>,
    what: &'static str,
    ids: impl IntoIterator<Item = &'a Id>,
    (kind, by): (&'static str, &Id),
    lints: &mut Lints,
) {
    for id in ids.into_iter().filter(|id| !known.contains_key(*id)) {
        lints.add(kind, by, Problem::Unknown { kind: what, id: id.clone() });
    }
}

fn products(pack: &Pack, lints: &mut Lints) {
    for it in pack.products.values() {
        let by = ("product", &it.id);
        all(&pack.brands, "brand", [&it.brand], by, lints);
        all(&pack.standards, "standard", &it.labels, by, lints);
        all(&pack.modules, "module", &it.module, by, lints);
        all(&pack.organisations, "organisation", &it.made_by, by, lints);
        types(by, [&it.kind], lints);
    }
    for it in pack.incidents.values() {
        let by = ("incident", &it.id);
        all(&pack.organisations, "organisation", &it.organisation, by, lints);
        all(&pack.brands, "brand", &it.brands, by, lints);
        all(&pack.platforms, "platform", &it.platforms, by, lints);
        let rule = it.signature.iter().filter_map(|signature| signature.rule.as_ref());
        all(&pack.weaknesses, "weakness", rule, by, lints);
        types(by, &it.types, lints);
    }
}

fn lists(pack: &Pack, lints: &mut Lints) {
    for it in pack.acts.values() {
        all(&pack.lists, "list", &it.list, ("act", &it.id), lints);
    }
    for it in pack.entries.values() {
        let by = ("entry", &it.id);
        all(&pack.lists, "list", [&it.list], by, lints);
        let waived = it.waivers.iter().filter_map(|waiver| waiver.organisation.as_ref());
        all(&pack.organisations, "organisation", it.organisation.iter().chain(waived), by, lints);
        types(by, it.types.iter().chain(it.category.iter().flat_map(|it| &it.types)), lints);
        if (it.kind == EntryKind::Category) != it.category.is_some() {
            lints.add("entry", &it.id, Problem::Lacks("category, or is none and has one"));
        }
    }
}

fn laws(pack: &Pack, lints: &mut Lints) {
    for it in pack.jurisdictions.values() {
        all(&pack.jurisdictions, "jurisdiction", &it.part_of, ("jurisdiction", &it.id), lints);
    }
    for it in pack.laws.values() {
        all(&pack.jurisdictions, "jurisdiction", [&it.jurisdiction], ("law", &it.id), lints);
    }
    for it in pack.letters.values() {
        all(&pack.rights, "right", [&it.right], ("letter", &it.id), lints);
    }
    for it in pack.standards.values() {
        types(("standard", &it.id), &it.types, lints);
    }
    for it in pack.clauses.values() {
        all(&pack.standards, "standard", [&it.standard], ("clause", &it.id), lints);
        all(&pack.weaknesses, "weakness", &it.not_met_by, ("clause", &it.id), lints);
    }
    for it in pack.policies.values() {
        let by = ("policy", &it.id);
        all(&pack.lists, "list", &it.lists, by, lints);
        all(&pack.laws, "law", &it.laws, by, lints);
        all(&pack.standards, "standard", &it.standards, by, lints);
    }
}

fn types<'a>(
    (kind, by): (&'static str, &Id),
    words: impl IntoIterator<Item = &'a Box<str>>,
    lints: &mut Lints,
) {
    for word in words.into_iter().filter(|word| !DEVICE_TYPES.contains(&&***word)) {
        lints.add(kind, by, Problem::Word { word: word.clone(), wanted: "a device type" });
    }
}

fn names(pack: &Pack, lints: &mut Lints) {
    macro_rules! ids {
        ($($name:literal of $kind:ident),* $(,)?) => {
            std::iter::empty()$(.chain(pack.$kind.keys().map(|id| ($name, id))))*
        };
    }
    let ids = ids!(
        "source" of sources, "organisation" of organisations, "brand" of brands,
        "module" of modules, "fingerprint" of fingerprints, "weakness" of weaknesses,
        "policy" of policies, "advice" of advice, "platform" of platforms, "rebrand" of rebrands,
        "product" of products, "incident" of incidents, "list" of lists, "entry" of entries,
        "act" of acts, "law" of laws, "right" of rights, "letter" of letters,
        "standard" of standards, "clause" of clauses,
    );
    for (kind, id) in ids.filter(|(_, id)| !is_id(id)) {
        let wanted = "made of lower case letters, digits and hyphens";
        lints.add(kind, id, Problem::Name { name: id.clone(), wanted });
    }
}

fn is_id(id: &str) -> bool {
    let letters = id.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-');
    letters && !id.is_empty() && !id.starts_with('-') && !id.ends_with('-')
}

fn is_domain(name: &str) -> bool {
    name.contains('.')
        && name.split('.').all(|label| {
            let letter =
                |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || b"-_".contains(&it);
            (1..=63).contains(&label.len()) && label.bytes().all(letter)
        })
}
