//! Names of other entries, and the shape of names.

use super::{Lints, Problem};
use crate::kinds::{Id, Pack};

pub(super) fn check(pack: &Pack, lints: &mut Lints) {
    names(pack, lints);
    companies(pack, lints);
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

fn companies(pack: &Pack, lints: &mut Lints) {
    for it in pack.organisations.values() {
        for holding in &it.owners {
            organisation(pack, "organisation", &it.id, Some(&holding.owner), lints);
        }
    }
    for it in pack.brands.values() {
        let named = it.maker.iter().chain(&it.seller).chain(&it.licensed_from);
        named.for_each(|id| organisation(pack, "brand", &it.id, Some(id), lints));
    }
}

fn names(pack: &Pack, lints: &mut Lints) {
    let ids = (pack.sources.keys().map(|id| ("source", id)))
        .chain(pack.organisations.keys().map(|id| ("organisation", id)))
        .chain(pack.brands.keys().map(|id| ("brand", id)))
        .chain(pack.modules.keys().map(|id| ("module", id)))
        .chain(pack.fingerprints.keys().map(|id| ("fingerprint", id)))
        .chain(pack.weaknesses.keys().map(|id| ("weakness", id)))
        .chain(pack.policies.keys().map(|id| ("policy", id)));
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
