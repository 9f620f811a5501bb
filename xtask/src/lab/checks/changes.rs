//! What changes is told once: a new country, a weakness that is found, mended and back.

#![expect(clippy::indexing_slicing, reason = "of JSON: what is not there is null")]

use std::sync::Arc;

use serde_json::Value;

use super::{Outcome, Table, seconds};
use crate::lab::{
    api::{self, action, changes, device, wait},
    devices::{Habit, Placed, Way, Weakness, sensor_calls},
    home::{Home, SILENCE},
};

/// A flow to a country that the device had nothing to do with is one event, however long it goes on.
/// `devices` are there, with the router.
pub(super) fn abroad(home: &Arc<Home>, sensor: &Placed, devices: usize) -> Result<Outcome, String> {
    let (theirs, place) = (Arc::clone(home), sensor.clone());
    let calling = Habit::begin(Way::Well, move |way| sensor_calls(&theirs, &place, way));
    let router = &home.router;
    let to = |country: &str| {
        let country = country.to_owned();
        move |change: &Value| change["country"] == *country
    };
    // What it does usually must be known before anything is new.
    let known = || {
        let destinations = device(router, &sensor.mac())?["destinations"].clone();
        let usual =
            destinations.as_array()?.iter().any(|it| it["server_country"] == *home.usual.country);
        (usual && changes(router, "new-device", |_| true).len() >= devices).then_some(())
    };
    wait("learning what is usual", known)?;
    written(home)?;
    calling.change(Way::Badly);
    let alerted = || changes(router, "new-country", to(&home.foreign.country)).pop();
    let (_, took) = wait("the change", alerted)?;
    // It goes on, and what was heard is written down again.
    written(home)?;
    calling.change(Way::Well);
    let count = changes(router, "new-country", to(&home.foreign.country)).len();
    let words =
        format!("{} after {:.1} s, then {count} in all", home.foreign.country, took.as_secs_f64());
    Ok(if count == 1 { Outcome::Passed(words) } else { Outcome::Failed(words) })
}

/// Waits until what is shown is newer by two: `watch` wrote down what it had heard before.
fn written(home: &Home) -> Result<(), String> {
    let number = || api::ask(&home.router, "status").ok()?["number"].as_u64();
    let (before, _) = wait("an answer", number)?;
    wait("being written down", || number().filter(|it| *it >= before + 2)).map(drop)
}

/// A weakness is found and planned; mended, which later traffic shows; and back again.
pub(super) fn follow(home: &Arc<Home>, weakness: &'static Weakness, of: Placed, table: &Table) {
    let (router, rule, mac) = (&home.router, weakness.rule, of.mac());
    for way in [Way::Well, Way::Badly] {
        // What is no fault of `watch`: a library that has forgotten what is old, a server that is not up.
        if let Err(why) = patiently(|| (weakness.act)(home, &of, way)) {
            table.check(rule, || Ok(Outcome::Skipped(why)));
            return;
        }
    }
    let theirs = Arc::clone(home);
    let habit = Habit::begin(Way::Badly, move |way| (weakness.act)(&theirs, &of, way));
    let mut text = Value::Null;
    table.check(&format!("{rule}: found and planned"), || {
        let (planned, took) = wait("the step", || action(router, &mac, rule))?;
        text = planned["text"].clone();
        let found = || changes(router, "new-finding", |it| it["rule"] == *rule).pop();
        wait("remembering it", found)?;
        Ok(Outcome::Passed(seconds(took)))
    });
    let is_it = |change: &Value| change["text"] == text;
    table.check(&format!("{rule}: mended, verified, ticked"), || {
        habit.change(Way::Well);
        let (_, took) = wait("the tick", || changes(router, "step-verified", is_it).pop())?;
        Ok(Outcome::Passed(format!("{}, of which {SILENCE} of silence", seconds(took))))
    });
    table.check(&format!("{rule}: back, unticked"), || {
        habit.change(Way::Badly);
        let (_, took) = wait("the tick going", || changes(router, "step-came-back", is_it).pop())?;
        habit.change(Way::Well);
        Ok(Outcome::Passed(seconds(took)))
    });
}

/// Tries until it works; the last reason if it never does.
fn patiently(mut act: impl FnMut() -> Result<(), String>) -> Result<(), String> {
    let mut last = Ok(());
    let tried = wait("trying", || {
        last = act();
        last.clone().ok()
    });
    tried.map(drop).map_err(|why| last.err().unwrap_or(why))
}
