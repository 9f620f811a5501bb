//! Rules: their conditions must name what exists, and they must bring examples.
//!
//! Whether a rule fires on its examples is tested where rules are run, in `assessment`.

use std::net::IpAddr;

use super::{
    DEVICE_TYPES, Lints, Problem, ROLES,
    fingerprints::{field, matching, word},
};
use crate::{
    encode::conditions::DEPTH,
    kinds::{Condition, Example, Pack, Weakness},
};

const KIND: &str = "weakness";

pub(super) fn check(pack: &Pack, lints: &mut Lints) {
    for it in pack.weaknesses.values() {
        condition(it, &it.when, 0, lints);
        evidence(it, lints);
        sureness(it, it.confidence, lints);
        if let Some(against) = &it.against {
            condition(it, &against.when, 0, lints);
            sureness(it, against.confidence, lints);
        }
        let parts = [("example that fires", it.fires.is_empty()), ("prose", it.prose.is_empty())];
        for (lacking, _) in parts.into_iter().filter(|(_, lacks)| *lacks) {
            lints.add(KIND, &it.id, Problem::Lacks(lacking));
        }
        if it.silent.is_empty() {
            lints.add(KIND, &it.id, Problem::Lacks("example that stays silent"));
        }
        it.fires.iter().chain(&it.silent).for_each(|made_up| example(it, made_up, lints));
    }
}

fn sureness(it: &Weakness, number: f64, lints: &mut Lints) {
    if !(number > 0.0 && number <= 0.99) {
        let (what, range) = ("confidence", "0.0..=0.99");
        lints.add(KIND, &it.id, Problem::Range { what, number, range });
    }
}

/// Reports a condition that can hold without anything seen.
fn evidence(it: &Weakness, lints: &mut Lints) {
    if !gives_evidence(&it.when) {
        lints.add(KIND, &it.id, Problem::Condition("can hold without anything seen"));
    }
}

/// Whether whatever makes `condition` hold is something seen.
fn gives_evidence(condition: &Condition) -> bool {
    match condition {
        Condition::All(parts) => parts.iter().any(gives_evidence),
        Condition::Any(parts) => !parts.is_empty() && parts.iter().all(gives_evidence),
        Condition::Not(_) | Condition::Is(_) => false,
        Condition::Observed(_) | Condition::Talks(_) | Condition::Visits(_) => true,
    }
}

fn condition(it: &Weakness, condition: &Condition, depth: usize, lints: &mut Lints) {
    if depth > DEPTH {
        return lints.add(KIND, &it.id, Problem::Condition("nests too deep"));
    }
    match condition {
        Condition::All(parts) | Condition::Any(parts) => {
            for part in parts {
                self::condition(it, part, depth + 1, lints);
            }
        }
        Condition::Not(part) => self::condition(it, part, depth + 1, lints),
        Condition::Observed(seen) => {
            field(KIND, &it.id, &seen.field, lints);
            seen.unless_in.iter().for_each(|name| field(KIND, &it.id, name, lints));
            let matches = seen.matches.iter().chain(&seen.except);
            matches.for_each(|wanted| matching(KIND, &it.id, wanted, lints));
        }
        Condition::Talks(talks) => {
            talks.unless_peer_in.iter().for_each(|name| field(KIND, &it.id, name, lints));
            talks.name.iter().for_each(|wanted| matching(KIND, &it.id, wanted, lints));
        }
        Condition::Visits(_) => {}
        Condition::Is(is) => {
            let types = is.types.iter().map(|kind| (&**kind, DEVICE_TYPES, "a device type"));
            let roles = is.roles.iter().map(|role| (&**role, ROLES, "a role"));
            types.chain(roles).for_each(|given| word(KIND, &it.id, given, lints));
        }
    }
}

fn example(it: &Weakness, example: &Example, lints: &mut Lints) {
    for seen in &example.observations {
        field(KIND, &it.id, &seen.field, lints);
    }
    let types =
        (!example.kind.is_empty()).then_some((&*example.kind, DEVICE_TYPES, "a device type"));
    let roles = (!example.role.is_empty()).then_some((&*example.role, ROLES, "a role"));
    types.into_iter().chain(roles).for_each(|given| word(KIND, &it.id, given, lints));
    let peers = (example.observations.iter().filter_map(|it| it.peer.as_ref()))
        .chain(example.conversations.iter().flat_map(|it| &it.peers))
        .chain(example.destinations.iter().map(|it| &it.peer));
    for peer in peers.filter(|peer| peer.parse::<IpAddr>().is_err()) {
        lints.add(KIND, &it.id, Problem::Word { word: peer.clone(), wanted: "an address" });
    }
}
