//! What the lab must show, as a table: each check with how it went and the time it took.

mod appear;
mod changes;
mod replay;
mod visits;

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

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

/// Those that ran, shown line by line; whether one failed.
#[derive(Debug)]
struct Table {
    failed: AtomicBool,
}

/// Also for whoever gives up.
static TABLE: Table = Table { failed: AtomicBool::new(false) };

/// Whether a check failed so far.
pub(super) fn one_failed() -> bool {
    TABLE.failed.load(Ordering::Relaxed)
}

impl Table {
    /// Runs a check and shows its line.
    fn check(&self, name: &str, check: impl FnOnce() -> Result<Outcome, String>) {
        let began = now();
        let outcome = check().unwrap_or_else(Outcome::Failed);
        self.show(name, &outcome, began.elapsed());
    }

    fn show(&self, name: &str, outcome: &Outcome, took: Duration) {
        let words = match outcome {
            Outcome::Passed(words) => format!("passed: {words}"),
            Outcome::Skipped(why) => format!("skipped: {why}"),
            Outcome::Failed(why) => format!("FAILED: {why}"),
        };
        // One line, whatever a program said.
        let words = words.replace('\n', " ");
        say(&format!("| {name} | {words} | {:.1} s |", took.as_secs_f64()));
        if matches!(outcome, Outcome::Failed(_)) {
            self.failed.store(true, Ordering::Relaxed);
        }
    }
}

/// Seconds, as they stand in the table.
fn seconds(took: Duration) -> String {
    format!("{:.1} s", took.as_secs_f64())
}

/// Runs everything.
pub(super) fn run(program: &Path) -> Result<(), String> {
    let home = match Home::build() {
        Ok(home) => home,
        // Nothing of ours ran yet.
        Err(why) => {
            say(&format!("skipped: no home can be built here: {why}"));
            return Ok(());
        }
    };
    home.watch(program)?;
    say("| check | result | took |\n|---|---|---|");
    let table = &TABLE;
    let placed = appear::all(&home, table)?;
    let home = Arc::new(home);
    if let Some(sensor) = placed.get("sensor") {
        visits::all(&home, sensor, &placed, table);
    }
    // Side by side, for each waits for silence.
    thread::scope(|scope| {
        for weakness in &WEAKNESSES {
            let Some(device) = placed.get(weakness.device).cloned() else { continue };
            let home = &home;
            scope.spawn(move || changes::follow(home, weakness, device, table));
        }
        if let Some(sensor) = placed.get("sensor") {
            let devices = placed.len() + 1;
            table.check("a new country alerts once", || changes::abroad(&home, sensor, devices));
        }
    });
    replay::all(&home, program, table);
    table.check("watch heard everything and is well", || well(&home));
    Ok(())
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
