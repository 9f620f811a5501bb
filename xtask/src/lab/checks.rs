//! What the lab must show, as a table: each check with how it went and the time it took.

mod appear;
mod changes;
mod replay;
mod visits;

use std::{path::Path, sync::Arc, thread, time::Duration};

use super::{
    api::{self, now},
    devices::WEAKNESSES,
    home::Home,
};
use crate::steps::say;

/// How a check went.
#[derive(Debug)]
enum Outcome {
    Passed(String),
    /// It could not be tried here: not for something that `watch` did.
    Skipped(String),
    Failed(String),
}

/// Those that ran, and whether one failed.
#[derive(Debug, Default)]
struct Table {
    failed: bool,
}

impl Table {
    /// Runs a check and shows its line.
    fn check(&mut self, name: &str, check: impl FnOnce() -> Result<Outcome, String>) {
        let began = now();
        let outcome = check().unwrap_or_else(Outcome::Failed);
        self.show(name, &outcome, began.elapsed());
    }

    fn show(&mut self, name: &str, outcome: &Outcome, took: Duration) {
        let words = match outcome {
            Outcome::Passed(words) => format!("passed: {words}"),
            Outcome::Skipped(why) => format!("skipped: {why}"),
            Outcome::Failed(why) => format!("FAILED: {why}"),
        };
        // One line, whatever a program said.
        let words = words.replace('\n', " ");
        say(&format!("| {name} | {words} | {:.1} s |", took.as_secs_f64()));
        self.failed |= matches!(outcome, Outcome::Failed(_));
    }
}

/// Seconds, as they stand in the table.
fn seconds(took: Duration) -> String {
    format!("{:.1} s", took.as_secs_f64())
}

/// Runs everything; whether all passed.
pub(super) fn run(program: &Path) -> Result<bool, String> {
    let home = Home::build()?;
    home.watch(program)?;
    say("| check | result | took |\n|---|---|---|");
    let mut table = Table::default();
    let placed = appear::all(&home, &mut table)?;
    let home = Arc::new(home);
    if let Some(sensor) = placed.get("sensor") {
        visits::all(&home, sensor, &placed, &mut table);
    }
    // Side by side, for each waits for silence.
    let failed = thread::scope(|scope| {
        let weak: Vec<_> = WEAKNESSES
            .iter()
            .filter_map(|weakness| Some((weakness, placed.get(weakness.device)?)))
            .map(|(weakness, device)| {
                scope.spawn(|| changes::follow(&home, weakness, device.clone()))
            })
            .collect();
        if let Some(sensor) = placed.get("sensor") {
            let devices = placed.len() + 1;
            table.check("a new country alerts once", || changes::abroad(&home, sensor, devices));
        }
        weak.into_iter().any(|it| it.join().map_or(true, |table| table.failed))
    });
    replay::all(&home, program, &mut table);
    table.check("watch heard everything and is well", || well(&home));
    Ok(!(table.failed || failed))
}

/// It still listens, and says what it missed.
fn well(home: &Home) -> Result<Outcome, String> {
    let status = api::ask(&home.router, "status")?;
    let ear = status.pointer("/listening/0").cloned().unwrap_or_default();
    let of = |name| ear.get(name).cloned().unwrap_or_default();
    let words = format!("{} frames, {} lost", of("frames"), of("lost"));
    let outcome = if of("listening") == true { Outcome::Passed } else { Outcome::Failed };
    Ok(outcome(words))
}
