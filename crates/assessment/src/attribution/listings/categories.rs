//! Entries that name a category of products, whoever makes them.
//!
//! A category asks several things of a product. One that it fails is a `No`; one that nobody knows
//! leaves the answer unknown.

use knowledge::{
    dates,
    kinds::{Category, Country, Entry, Id},
};

use super::{
    Applies, Step, Subject,
    register::{Answer, Register, waivers},
    words,
};

/// What the category entries say of `subject`; nothing where it is another kind of device.
pub(super) fn answers<'k>(
    register: &Register<'k>,
    categories: &[&'k Entry],
    subject: &Subject,
    day: &str,
) -> Vec<Answer<'k>> {
    let makers = register.makers(subject, day);
    let asked = categories.iter().filter_map(|entry| Some((*entry, entry.category.as_ref()?)));
    asked
        .filter_map(|(entry, category)| answer(register, entry, category, subject, &makers, day))
        .collect()
}

fn answer<'k>(
    register: &Register<'k>,
    entry: &'k Entry,
    category: &Category,
    subject: &Subject,
    makers: &[&Id],
    day: &str,
) -> Option<Answer<'k>> {
    let of_kind = match &subject.kind {
        Some(kind) if category.types.contains(kind) => {
            (Some(true), words::of_category(entry, kind))
        }
        Some(_) => return None,
        None => (None, words::kind_unknown(&category.types)),
    };
    let mut asked = vec![of_kind];
    asked.extend(category.produced_outside.as_ref().map(|it| production(it, subject)));
    if !category.maker_in.is_empty() {
        asked.push(place_of_maker(&category.maker_in, makers, register));
    }
    asked.extend(category.authorised_since.as_deref().map(|it| authorisation(it, subject)));
    if category.consumer_only {
        asked.push((subject.consumer, words::consumer(subject.consumer)));
    }
    asked.extend(category.further.as_deref().map(|it| (None, words::further(it))));
    if let Some(waiver) = waivers(entry, day).find(|it| {
        let whose = it.organisation.as_ref();
        whose.is_some_and(|whose| makers.iter().any(|it| register.are_kin(it, whose, day)))
    }) {
        asked.push((None, words::waived(&waiver.what, &waiver.sources)));
    }
    let (applies, reasons) = decided(asked);
    Some(Answer { entry, applies, reasons })
}

/// One failed question decides; else one open question does.
fn decided(asked: Vec<(Option<bool>, Step)>) -> (Applies, Vec<Step>) {
    let (mut kept, mut steps) = (Applies::Yes, Vec::new());
    if asked.iter().any(|(met, _)| *met == Some(false)) {
        kept = Applies::No;
    } else if asked.iter().any(|(met, _)| met.is_none()) {
        kept = Applies::Unknown;
    }
    for (number, (met, step)) in asked.into_iter().enumerate() {
        let tells = match kept {
            Applies::No => number == 0 || met == Some(false),
            _ => true,
        };
        if tells {
            steps.push(step);
        }
    }
    (kept, steps)
}

fn production(country: &Country, subject: &Subject) -> (Option<bool>, Step) {
    let all = subject.produced_in.as_deref().unwrap_or_default();
    let outside = all.iter().chain(&subject.made_in).find(|it| *it != country);
    match (outside, all) {
        (Some(place), _) => (Some(true), words::produced_outside(place, country)),
        (None, []) => (None, words::production_unknown(country, &subject.made_in)),
        (None, _) => (Some(false), words::produced_inside(country)),
    }
}

fn place_of_maker(
    countries: &[Country],
    makers: &[&Id],
    register: &Register<'_>,
) -> (Option<bool>, Step) {
    let knowledge = register.knowledge;
    let place = |id: &Id| -> Option<Option<&Country>> {
        let organisation = knowledge.pack().organisations.get(id)?;
        let places = [&organisation.headquartered_in, &organisation.registered_in];
        let mut known = places.into_iter().flatten().peekable();
        known.peek()?;
        Some(known.find(|place| countries.contains(place)))
    };
    let places: Vec<_> = makers.iter().map(|id| (*id, place(id))).collect();
    let inside: Vec<_> = places.iter().filter_map(|(id, it)| Some((*id, (*it)??))).collect();
    let outside = places.iter().filter(|(_, it)| matches!(it, Some(None))).count();
    match inside.first() {
        _ if places.is_empty() => (None, words::maker_place_unknown(countries)),
        Some((id, place)) if inside.len() == places.len() => {
            (Some(true), words::maker_in(id, place, knowledge))
        }
        None if outside == places.len() => (Some(false), words::maker_elsewhere(countries)),
        _ => (None, words::maker_place_unknown(countries)),
    }
}

fn authorisation(since: &str, subject: &Subject) -> (Option<bool>, Step) {
    let Some(on) = subject.authorised.as_deref() else {
        return (None, words::authorisation_unknown(since));
    };
    let vague = on.len() < since.len() && since.starts_with(on);
    let falls = if vague { None } else { Some(!dates::later(since, on)) };
    (falls, words::authorised(on, since, falls))
}
