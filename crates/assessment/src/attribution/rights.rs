//! What somebody who lives in a place may ask of the companies behind a device.

use knowledge::{
    Knowledge,
    dates::lasts,
    kinds::{Ask, Letter, Right},
};

/// The rights of a resident of `residence` (`DE`, `US-CA`) on `day`: those of the region first, then
/// of its country, then of unions the country is part of.
#[must_use]
pub fn rights<'k>(residence: &str, day: &str, knowledge: &'k Knowledge) -> Vec<&'k Right> {
    let began = |right: &&Right| lasts(right.from.as_deref(), None, day);
    let places = nearest_first(residence, knowledge);
    let of = |place: &str| {
        let all = knowledge.pack().rights.values().filter(began);
        all.filter(|right| right.regions.iter().any(|it| **it == *place)).collect::<Vec<_>>()
    };
    let mut rights: Vec<&Right> = Vec::new();
    for right in places.iter().flat_map(|place| of(place)) {
        if !rights.iter().any(|known| known.id == right.id) {
            rights.push(right);
        }
    }
    rights
}

/// The letter that asks `ask`, written for the place nearest to `residence`.
#[must_use]
pub fn letter<'k>(residence: &str, ask: Ask, knowledge: &'k Knowledge) -> Option<&'k Letter> {
    let letters = || knowledge.pack().letters.values().filter(|letter| letter.ask == ask);
    let places = nearest_first(residence, knowledge);
    places.iter().find_map(|place| {
        letters().find(|letter| letter.regions.iter().any(|region| **region == **place))
    })
}

/// A place, its country, and the unions that country is part of.
fn nearest_first(residence: &str, knowledge: &Knowledge) -> Vec<Box<str>> {
    let country = residence.split('-').next().unwrap_or(residence);
    let unions = knowledge.pack().jurisdictions.get(country).map(|it| &*it.part_of);
    let mut places: Vec<Box<str>> = vec![residence.into()];
    if country != residence {
        places.push(country.into());
    }
    places.extend(unions.unwrap_or_default().iter().cloned());
    places
}
