//! Fingerprints: they must name what exists, and pass their own examples.

use std::collections::BTreeMap;

use evidence::Field;

use super::{DEVICE_TYPES, Lints, Problem, ROLES, references};
use crate::{
    kinds::{CONTACTS, Fingerprint, Id, Match, Pack, Tells, fields_of},
    lookup::{Patterns, compile, filled},
};

const KIND: &str = "fingerprint";

/// The field that a device never says or does, but bears.
const BORNE: &str = "mac.registrant";

pub(super) fn check(pack: &Pack, lints: &mut Lints) {
    let patterns = Patterns::of(pack);
    let servers: BTreeMap<_, _> = pack
        .destinations
        .iter()
        .filter(|it| !it.exact)
        .filter_map(|it| Some((&*it.suffix, it.brand.as_ref()?)))
        .collect();
    for it in pack.fingerprints.values() {
        field_or_group(&it.id, &it.field, lints);
        matching(KIND, &it.id, &it.matches, lints);
        if let Some(also) = &it.also {
            field_or_group(&it.id, &also.field, lints);
            matching(KIND, &it.id, &also.matches, lints);
            if &*it.field == BORNE {
                let problem = "needs something else, which only what a device says or does can";
                lints.add(KIND, &it.id, Problem::Condition(problem));
            }
        }
        tells(pack, it, lints);
        repeats(it, &servers, lints);
        examples(it, &patterns, lints);
        if !(it.strength > 0.0 && it.strength < 1.0) {
            let (what, range) = ("strength", "0.0..1.0");
            lints.add(KIND, &it.id, Problem::Range { what, number: it.strength, range });
        }
    }
}

/// Reports `name` unless it is a field.
pub(super) fn field(kind: &'static str, by: &str, name: &str, lints: &mut Lints) {
    if Field::from_name(name).is_none() {
        lints.add(kind, by, Problem::Word { word: name.into(), wanted: "a field" });
    }
}

/// Reports `word` unless it is a field or a group of them.
fn field_or_group(by: &str, word: &str, lints: &mut Lints) {
    if fields_of(word).next().is_none() {
        let wanted = "a field or a group of fields";
        lints.add(KIND, by, Problem::Word { word: word.into(), wanted });
    }
}

/// Reports what can match nothing as meant.
pub(super) fn matching(kind: &'static str, by: &str, wanted: &Match, lints: &mut Lints) {
    // An empty beginning is how an entry says "any value"; an empty part says it by accident.
    if let Match::Domain(text) | Match::Contains(text) | Match::Pattern(text) = wanted
        && text.is_empty()
    {
        lints.add(kind, by, Problem::Lacks("text to match"));
    }
    if let Match::Pattern(pattern) = wanted
        && let Err(error) = compile(pattern)
    {
        let problem = Problem::Pattern { pattern: pattern.clone(), message: error.to_string() };
        lints.add(kind, by, problem);
    }
}

/// Reports `word` unless it is one of `known`.
pub(super) fn word(
    kind: &'static str,
    by: &str,
    (word, known, wanted): (&str, &[&str], &'static str),
    lints: &mut Lints,
) {
    if !known.contains(&word) {
        lints.add(kind, by, Problem::Word { word: word.into(), wanted });
    }
}

fn tells(pack: &Pack, it: &Fingerprint, lints: &mut Lints) {
    let told = &it.tells;
    if *told == Tells::default() {
        lints.add(KIND, &it.id, Problem::Lacks("word to tell"));
    }
    references::brand(pack, KIND, &it.id, told.brand.as_ref(), lints);
    if let Some(id) = told.module_maker.as_ref().filter(|id| !pack.modules.contains_key(*id)) {
        lints.add(KIND, &it.id, Problem::Unknown { kind: "module", id: id.clone() });
    }
    if let Some(kind) = &told.kind {
        word(KIND, &it.id, (kind, DEVICE_TYPES, "a device type"), lints);
    }
    if let Some(role) = &told.role {
        word(KIND, &it.id, (role, ROLES, "a role"), lints);
    }
}

/// Reports what says no more of a contact than the destination does: `servers` are those of brands, by
/// their suffix.
fn repeats(it: &Fingerprint, servers: &BTreeMap<&str, &Id>, lints: &mut Lints) {
    let is_contact = fields_of(&it.field).all(|field| CONTACTS.contains(&field));
    if let Match::Domain(domain) = &it.matches
        && let Some(brand) = servers.get(&**domain).filter(|_| is_contact)
        && it.tells == (Tells { brand: Some((*brand).clone()), ..Tells::default() })
    {
        lints.add(KIND, &it.id, Problem::Repeats(domain.clone()));
    }
}

fn examples(it: &Fingerprint, patterns: &Patterns, lints: &mut Lints) {
    if it.examples.is_empty() {
        lints.add(KIND, &it.id, Problem::Lacks("example"));
    }
    for example in &it.examples {
        if !patterns.matches(&it.matches, example) {
            lints.add(KIND, &it.id, Problem::Misses(example.clone()));
        }
    }
    for example in it.counterexamples.iter().filter(|value| patterns.matches(&it.matches, value)) {
        lints.add(KIND, &it.id, Problem::Catches(example.clone()));
    }
    let Match::Pattern(pattern) = &it.matches else { return };
    let Some(regex) = patterns.compiled(pattern) else { return };
    let Tells { brand_named, brand_site, model, os, firmware, .. } = &it.tells;
    for told in [brand_named, brand_site, model, os, firmware].into_iter().flatten() {
        let told_by = |example: &str| {
            regex
                .captures(example.as_bytes())
                .is_none_or(|captures| filled(told, &captures).is_some())
        };
        // A group may be optional, so one example that fills it is enough.
        if let Some(example) = it.examples.first()
            && !it.examples.iter().any(|example| told_by(example))
        {
            let problem = Problem::Empty { told: told.clone(), example: example.clone() };
            lints.add(KIND, &it.id, problem);
        }
    }
}
