//! `watch`: listen all the time, remember, and show what is known as pages on this machine.
//!
//! Whoever listens does so on a thread of its own and hands over a slice of evidence every few seconds;
//! one thread merges, remembers and judges; the main thread answers requests.

mod ears;
mod judging;
mod keys;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool, mpsc},
    thread,
};

use household::{Budget, Household, alerts::LEARNING, plan::SILENCE};
use server::{Gate, House, Present};
use signal_hook::consts::{SIGINT, SIGTERM};

use super::{
    confine::{self, Confinement, Needs},
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
const HOUSEHOLD: &str = "household.db";

/// Serves until Ctrl-C.
pub(crate) fn run(asked: &Watch) -> Result<Outcome, Failure> {
    let mut confinement = Confinement::wanted(&asked.confining)?;
    let state = keys::folder(asked.state.as_deref())?;
    if remembers(asked) || asked.set_password || asked.new_token.is_some() {
        confinement.own(&state)?;
    }
    if asked.set_password {
        confinement.change_user()?;
        return keys::set_password(&state);
    }
    if let Some(name) = &asked.new_token {
        confinement.change_user()?;
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
    let lives = ears::open(&asked.interface)?;
    let confined = confinement.enter(&needs(asked, &state))?.to_string();
    let mut house = House::new(embedded::knowledge()?, judge::options(None), gate);
    house.confined = confined.as_str().into();
    let (house, watching) = if asked.sample {
        (sample(&demo::at_home(&asked.judging), house)?, None)
    } else {
        let (house, watching) = watch(asked, &state, house, lives, &stop)?;
        (house, Some(watching))
    };
    if !asked.quiet {
        output::say(&confined);
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
fn sample(judging: &Judging, house: House) -> Result<Arc<House>, Failure> {
    let house = Arc::new(house.of_sample());
    let gathered = judge::gather_demo(judging)?;
    let assessment = judge::judge(gathered.ledger, judging)?;
    house.publish(Present { assessment, ..Present::default() });
    Ok(house)
}

/// Starts the threads: those that listen, and the one that judges.
fn watch(
    asked: &Watch,
    state: &Path,
    house: House,
    lives: Vec<ears::Live>,
    stop: &Arc<AtomicBool>,
) -> Result<(Arc<House>, thread::JoinHandle<()>), Failure> {
    judge::settings(&asked.judging, &house.knowledge)?;
    let (pipes, files): (Vec<_>, Vec<_>) = asked.sources.iter().cloned().partition(|it| it == "-");
    let words = if asked.quiet { Words::Few } else { Words::Some };
    let read = if files.is_empty() {
        evidence::Ledger::default()
    } else {
        judge::gather(&files, &asked.judging, words)?.ledger
    };
    let house =
        Arc::new(if remembers(asked) { house.remembering(memory(asked, state)?) } else { house });
    let (sender, receiver) = mpsc::channel();
    let ears = ears::start(lives, !pipes.is_empty(), &asked.judging, stop, &sender);
    drop(sender);
    let mut judging = judging::Judge::new(Arc::clone(&house), asked, ears, read);
    judging.judge();
    let stop = Arc::clone(stop);
    let thread = thread::Builder::new().name("judge".to_owned());
    let handle = thread
        .spawn(move || judging.run(&receiver, &stop))
        .map_err(|error| Failure::Usage(format!("failed to start a thread: {error}")))?;
    Ok((house, handle))
}

/// What is still needed once everything is open.
fn needs(asked: &Watch, state: &Path) -> Needs {
    let mut needs =
        Needs { read: confine::data_and(asked.judging.notes.as_deref()), ..Needs::default() };
    // Of a pattern, the folder that it looks into.
    let sources = asked.sources.iter().filter(|it| *it != "-").map(|source| {
        let plain = source.split(['*', '?', '[']).next().unwrap_or_default();
        if plain == source {
            PathBuf::from(source)
        } else {
            let folder = plain.rsplit_once('/').map_or(".", |(folder, _)| folder);
            PathBuf::from(if folder.is_empty() { "/" } else { folder })
        }
    });
    needs.read.extend(sources);
    if remembers(asked) {
        needs.kept.push(state.to_owned());
    }
    needs
}

/// Whether what is heard is remembered: captures to look around in are no part of this home's memory.
fn remembers(asked: &Watch) -> bool {
    !asked.interface.is_empty() || asked.sources.iter().any(|it| it == "-")
}

fn memory(asked: &Watch, state: &Path) -> Result<Household, Failure> {
    let path = state.join(HOUSEHOLD);
    let failed = |error: &dyn std::fmt::Display| {
        Failure::Unreadable(format!("failed to open {}: {error}", path.display()))
    };
    std::fs::create_dir_all(state).map_err(|error| failed(&error))?;
    let mut opened = Household::open(&path, Budget::default()).map_err(|error| failed(&error))?;
    for (setting, chosen) in [(SILENCE, asked.tick_after), (LEARNING, asked.learn_for)] {
        if let Some(time) = chosen {
            let set = opened.household.set_setting(&setting, &time.as_secs());
            set.map_err(|error| failed(&error))?;
        }
    }
    for repair in &opened.repairs {
        output::say(&format!("{}: {repair}", path.display()));
    }
    Ok(opened.household)
}
