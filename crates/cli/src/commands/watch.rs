//! `watch`: listen all the time, remember, and show what is known as pages on this machine.
//!
//! Whoever listens does so on a thread of its own and hands over a slice of evidence every few seconds;
//! one thread merges, remembers and judges; the main thread answers requests.

mod ears;
mod judging;
pub(super) mod keys;

use std::{
    path::Path,
    sync::{Arc, atomic::AtomicBool, mpsc},
    thread,
};

use household::{Budget, Household};
use server::{Gate, House, Present};
use signal_hook::consts::{SIGINT, SIGTERM};

use super::{
    demo,
    judge::{self, Words},
};
use crate::{
    arguments::{Judging, Watch},
    embedded,
    failure::{Failure, Outcome},
    output,
};

/// The household's file in the folder of the state.
pub(super) const HOUSEHOLD: &str = "household.db";

/// Serves until Ctrl-C.
pub(crate) fn run(asked: &Watch) -> Result<Outcome, Failure> {
    let state = keys::folder(asked.state.as_deref())?;
    if asked.set_password {
        return keys::set_password(&state);
    }
    if let Some(name) = &asked.new_token {
        return keys::new_token(&state, name);
    }
    let names = asked.name.iter().map(|it| it.as_str().into()).collect();
    let gate = Gate::new(keys::read(&state)?, asked.listen.ip(), names)
        .map_err(|error| Failure::Usage(error.to_string()))?;
    let listener =
        server::listen(asked.listen).map_err(|error| Failure::Usage(error.to_string()))?;
    // The port that the system chose, where it was asked to.
    let address = listener.local_addr().unwrap_or(asked.listen);
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&stop))
            .map_err(|error| Failure::Usage(format!("failed to listen to signals: {error}")))?;
    }
    let (house, watching) = if asked.sample {
        (sample(&demo::at_home(&asked.judging), gate)?, None)
    } else {
        let (house, watching) = watch(asked, &state, gate, &stop)?;
        (house, Some(watching))
    };
    if !asked.quiet {
        output::say(&format!("the pages are on http://{address}, Ctrl-C ends it"));
    }
    let served = server::serve(&house, listener, &stop);
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    if let Some(watching) = watching {
        // What was heard in the last minute is remembered before the program ends.
        let _ = watching.join();
    }
    served.map_err(|error| Failure::Usage(error.to_string()))?;
    Ok(Outcome::Done)
}

/// The built-in home.
fn sample(judging: &Judging, gate: Gate) -> Result<Arc<House>, Failure> {
    let knowledge = embedded::knowledge()?;
    let house = Arc::new(House::new(knowledge, judge::options(None), gate).of_sample());
    let gathered = judge::gather_demo(judging)?;
    let assessment = judge::judge(gathered.ledger, judging)?;
    house.publish(Present { assessment, ..Present::default() });
    Ok(house)
}

/// Opens everything that listens, and starts the threads.
fn watch(
    asked: &Watch,
    state: &Path,
    gate: Gate,
    stop: &Arc<AtomicBool>,
) -> Result<(Arc<House>, thread::JoinHandle<()>), Failure> {
    let knowledge = embedded::knowledge()?;
    judge::settings(&asked.judging, &knowledge)?;
    let (pipes, files): (Vec<_>, Vec<_>) = asked.sources.iter().cloned().partition(|it| it == "-");
    let lives = ears::open(&asked.interface)?;
    let words = if asked.quiet { Words::Few } else { Words::Some };
    let read = if files.is_empty() {
        evidence::Ledger::default()
    } else {
        judge::gather(&files, &asked.judging, words)?.ledger
    };
    let house = House::new(knowledge, judge::options(None), gate);
    // Captures to look around in are no part of this home's memory.
    let remembers = !lives.is_empty() || !pipes.is_empty();
    let house = Arc::new(if remembers { house.remembering(memory(state)?) } else { house });
    let (sender, receiver) = mpsc::channel();
    let ears = ears::start(lives, !pipes.is_empty(), &asked.judging, stop, &sender);
    drop(sender);
    let mut judging = judging::Judge::new(Arc::clone(&house), asked.judging.clone(), ears, read);
    judging.judge();
    let stop = Arc::clone(stop);
    let thread = thread::Builder::new().name("judge".to_owned());
    let handle = thread
        .spawn(move || judging.run(&receiver, &stop))
        .map_err(|error| Failure::Usage(format!("failed to start a thread: {error}")))?;
    Ok((house, handle))
}

fn memory(state: &Path) -> Result<Household, Failure> {
    let path = state.join(HOUSEHOLD);
    let failed = |error: &dyn std::fmt::Display| {
        Failure::Unreadable(format!("failed to open {}: {error}", path.display()))
    };
    std::fs::create_dir_all(state).map_err(|error| failed(&error))?;
    let opened = Household::open(&path, Budget::default()).map_err(|error| failed(&error))?;
    for repair in &opened.repairs {
        output::say(&format!("{}: {repair}", path.display()));
    }
    Ok(opened.household)
}
