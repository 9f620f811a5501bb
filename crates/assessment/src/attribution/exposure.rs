//! Whose law can reach a company behind a device, and what that law could oblige it to do.
//!
//! A possibility follows from where companies are registered and have their head offices; that
//! anything was ever asked of one does not. The same look-up serves every state.

use std::collections::BTreeMap;

use knowledge::{
    Knowledge,
    dates::lasts,
    kinds::{Country, Id, LawSubject, Organisation, Status},
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
    let laws = knowledge.pack().laws.values().filter(|law| {
        *law.jurisdiction == *jurisdiction
            && law.subject != LawSubject::Protection
            && matches!(law.status, Status::InForce | Status::Unknown)
            && lasts(law.from.as_deref(), law.to.as_deref(), day)
    });
    laws.map(|law| law.id.clone()).collect()
}
