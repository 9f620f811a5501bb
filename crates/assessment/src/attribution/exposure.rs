//! Whose law can reach a company behind a device, and what that law could oblige it to do.
//!
//! A possibility follows from where companies are registered and have their head offices; that
//! anything was ever asked of one does not. The same look-up serves every state.

use std::collections::BTreeMap;

use knowledge::{
    Knowledge,
    dates::lasts,
    kinds::{Country, Id, Law, LawSubject, Organisation, Status},
};

use crate::model::{Exposure, Provenance, Through};

/// The jurisdictions that reach the companies of `provenance`, with their laws in force on `day`.
pub(crate) fn exposure(provenance: &Provenance, day: &str, knowledge: &Knowledge) -> Vec<Exposure> {
    let mut found: BTreeMap<Country, Vec<(Through, Id)>> = BTreeMap::new();
    let reachable = provenance.parties().filter(|(through, _)| *through != Through::Licensor);
    for (through, party) in reachable {
        let Some(organisation) = knowledge.pack().organisations.get(&party.id) else { continue };
        for place in places(organisation, knowledge) {
            let reached = found.entry(place).or_default();
            if !reached.contains(&(through, party.id.clone())) {
                reached.push((through, party.id.clone()));
            }
        }
    }
    let stated = |(jurisdiction, through): (Country, _)| {
        let laws = laws_of(&jurisdiction, day, knowledge);
        Exposure { jurisdiction, through, laws }
    };
    found.into_iter().map(stated).collect()
}

/// Where an organisation is registered and has its head office, and the unions those are part of.
fn places(organisation: &Organisation, knowledge: &Knowledge) -> Vec<Country> {
    let own = organisation.registered_in.iter().chain(&organisation.headquartered_in);
    let mut places = Vec::new();
    for place in own {
        let unions = knowledge.pack().jurisdictions.get(place).map(|it| &*it.part_of);
        for place in std::iter::once(place).chain(unions.unwrap_or_default()) {
            if !places.contains(place) {
                places.push(place.clone());
            }
        }
    }
    places
}

/// Laws in force that oblige; those that only protect are for the pages on law.
fn laws_of(jurisdiction: &str, day: &str, knowledge: &Knowledge) -> Vec<Id> {
    let laws = in_force(jurisdiction, day, knowledge);
    laws.filter(|law| law.subject != LawSubject::Protection).map(|law| law.id.clone()).collect()
}

/// The laws of a jurisdiction that bind on `day`.
pub(crate) fn in_force<'k>(
    jurisdiction: &str,
    day: &str,
    knowledge: &'k Knowledge,
) -> impl Iterator<Item = &'k Law> {
    let laws = knowledge.pack().laws.values();
    laws.filter(move |law| *law.jurisdiction == *jurisdiction && binds(law, day))
}

/// Whether a law binds on `day`: by its dates where it has ended since, by its status otherwise.
fn binds(law: &Law, day: &str) -> bool {
    let dated = lasts(law.from.as_deref(), law.to.as_deref(), day);
    match law.status {
        Status::InForce | Status::Unknown => dated,
        Status::Superseded | Status::Ended => dated && law.to.is_some(),
        Status::Adopted => dated && law.from.is_some(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use knowledge::kinds::{LawSubject, Standing};

    use super::*;

    #[test]
    fn a_law_that_ended_bound_until_then() {
        check(Status::InForce, None, "2026-01-01", true);
        check(Status::InForce, None, "2019-01-01", false);
        check(Status::Superseded, Some("2025-06-01"), "2024-01-01", true);
        check(Status::Superseded, Some("2025-06-01"), "2026-01-01", false);
        check(Status::Ended, None, "2026-01-01", false);
        check(Status::Proposed, None, "2026-01-01", false);
    }

    #[track_caller]
    fn check(status: Status, to: Option<&str>, day: &str, expected: bool) {
        let law = Law {
            id: "l".into(),
            jurisdiction: "AQ".into(),
            name: "L".into(),
            articles: None,
            from: Some("2020-01-01".into()),
            to: to.map(Into::into),
            status,
            subject: LawSubject::Access,
            obliges: "may be required to".into(),
            whom: "all".into(),
            cross_border: None,
            safeguards: None,
            standing: Standing::Possibility,
            sources: Vec::new(),
            verified: false,
            as_of: None,
            review_by: None,
            note: None,
        };
        assert_eq!(binds(&law, day), expected, "{status:?} to {to:?} on {day}");
    }
}
