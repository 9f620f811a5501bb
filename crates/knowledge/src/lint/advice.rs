//! Advice: it must answer rules or rooms that there are, and say what it costs and breaks.

use std::collections::BTreeSet;

use super::{DEVICE_TYPES, Lints, Problem};
use crate::kinds::{Advice, Id, Pack};

const KIND: &str = "advice";

pub(super) fn check(pack: &Pack, lints: &mut Lints) {
    for it in pack.advice.values() {
        names(pack, it, lints);
        shape(it, lints);
    }
    // Once a pack gives advice at all, nobody is left without.
    if !pack.advice.is_empty() {
        let general = pack.advice.values().filter(|it| it.narrowness() == 0);
        let answered: BTreeSet<&Id> = general.flat_map(|it| &it.rules).collect();
        for id in pack.weaknesses.keys().filter(|id| !answered.contains(id)) {
            lints.add("weakness", id, Problem::Lacks("advice for devices of every kind"));
        }
    }
}

/// Reports what it names and nobody defined.
fn names(pack: &Pack, it: &Advice, lints: &mut Lints) {
    let mut unknown = |kind, id: &Id| {
        lints.add(KIND, &it.id, Problem::Unknown { kind, id: id.clone() });
    };
    let rules = it.rules.iter().filter(|id| !pack.weaknesses.contains_key(*id));
    rules.for_each(|id| unknown("weakness", id));
    let brands = it.brands.iter().chain(&it.routers);
    brands.filter(|id| !pack.brands.contains_key(*id)).for_each(|id| unknown("brand", id));
    let replaced = it.replaces.iter().filter(|id| !pack.advice.contains_key(*id));
    replaced.for_each(|id| unknown(KIND, id));
    for word in it.types.iter().filter(|word| !DEVICE_TYPES.contains(&&***word)) {
        let problem = Problem::Word { word: word.clone(), wanted: "a device type" };
        lints.add(KIND, &it.id, problem);
    }
}

/// Reports what it lacks or has too much of.
fn shape(it: &Advice, lints: &mut Lints) {
    const MOST_MINUTES: u16 = 480;
    const MOST_DAYS: u16 = 90;

    let places = !it.rooms.is_empty() && (!it.sensors.is_empty() || !it.types.is_empty());
    let lacking = [
        ("rule that it answers, nor sensors and rooms", it.rules.is_empty() && !places),
        ("steps", it.steps.is_empty() || it.steps.iter().any(|step| step.trim().is_empty())),
        ("word on what it breaks", it.breaks.trim().is_empty()),
        ("brands of its models", !it.models.is_empty() && it.brands.is_empty()),
    ];
    for (what, _) in lacking.into_iter().filter(|(_, lacks)| *lacks) {
        lints.add(KIND, &it.id, Problem::Lacks(what));
    }
    for room in it.rooms.iter().filter(|room| ***room != *room.to_lowercase()) {
        let wanted = "a word of a room, which is in lower case";
        lints.add(KIND, &it.id, Problem::Word { word: room.clone(), wanted });
    }
    let days = it.verify.map_or(1, |verify| verify.days);
    for (what, number, most, range) in
        [("minutes", it.cost.minutes, MOST_MINUTES, "1..=480"), ("days", days, MOST_DAYS, "1..=90")]
    {
        if number == 0 || number > most {
            let number = f64::from(number);
            lints.add(KIND, &it.id, Problem::Range { what, number, range });
        }
    }
}
