//! `watch`: listen all the time, remember, and show what is known as pages on this machine.
//!
//! Whoever listens does so on a thread of its own and hands over a slice of evidence every few seconds;
//! one thread merges, remembers and judges; the main thread answers requests.

mod ears;
mod imports;
mod judging;
pub(super) mod keys;
mod sample;
#[cfg(feature = "alerts")]
mod telling;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool, mpsc},
    thread,
};

#[cfg(feature = "alerts")]
use alerts::{Config, Way};
use household::{Budget, Household, alerts::LEARNING, plan::SILENCE};
use server::{Gate, House};
use signal_hook::consts::{SIGINT, SIGTERM};

use super::{
    confine::{self, Confinement, Needs},
    doctor,
    judge::{self, Words},
};
use crate::{
    arguments::Watch,
    embedded,
    failure::{Failure, Outcome},
    output,
};

#[cfg(feature = "alerts")]
pub(super) use keys::folder;

/// The household's file in the folder of the state.
pub(super) fn memory_file(state: &Path) -> PathBuf {
    state.join("household.db")
}

/// What is opened before any right is given up.
struct Opened {
    lives: Vec<ears::Live>,
    imports: imports::Imports,
    address: SocketAddr,
    #[cfg(feature = "alerts")]
    channels: Config,
}

impl Opened {
    /// Whether messages leave this program.
    #[cfg(feature = "alerts")]
    const fn sends(&self) -> bool {
        !self.channels.channels.is_empty()
    }

    /// Whether messages are shown on the desktop, by another program.
    #[cfg(feature = "alerts")]
    fn shows(&self) -> bool {
        self.channels.channels.iter().any(|it| matches!(it.way, Way::Desktop(_)))
    }

    #[cfg(not(feature = "alerts"))]
    const fn sends(&self) -> bool {
        false
    }

    #[cfg(not(feature = "alerts"))]
    const fn shows(&self) -> bool {
        false
    }
}

/// What runs beside the pages.
struct Watching {
    judge: thread::JoinHandle<()>,
    #[cfg(feature = "alerts")]
    telling: Option<telling::Telling>,
}

impl Watching {
    /// Ends it: what was heard in the last minute is remembered, and told, before the program ends.
    fn end(self) {
        let _ = self.judge.join();
        #[cfg(feature = "alerts")]
        if let Some(telling) = self.telling {
            telling.finish();
        }
    }
}

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
    let opened = Opened {
        lives: ears::open(&asked.interface)?,
        imports: imports::Imports::open(asked)?,
        address,
        #[cfg(feature = "alerts")]
        channels: if remembers(asked) { super::alerts::config(&state)? } else { Config::default() },
    };
    let confined = confinement.enter(&needs(asked, &state, &opened))?.to_string();
    let (house, watching) = if asked.sample {
        let mut house = sample::home(&asked.judging, Arc::new(gate))?;
        house.confined = confined.as_str().into();
        (Arc::new(house), None)
    } else {
        let mut house = House::new(embedded::knowledge()?, judge::options(None), gate);
        house.confined = confined.as_str().into();
        let (house, watching) = watch(asked, &state, house, opened, &stop)?;
        (house, Some(watching))
    };
    if !asked.quiet {
        output::say(&confined);
        output::say(&format!("the pages are on http://{address}, Ctrl-C ends it"));
    }
    let served = server::serve(&house, listener, &stop);
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    if let Some(watching) = watching {
        watching.end();
    }
    served.map_err(|error| Failure::Usage(error.to_string()))?;
    Ok(Outcome::Done)
}

/// Opens the memory, and starts the threads: those that listen, and the one that judges.
fn watch(
    asked: &Watch,
    state: &Path,
    house: House,
    opened: Opened,
    stop: &Arc<AtomicBool>,
) -> Result<(Arc<House>, Watching), Failure> {
    judge::settings(&asked.judging, &house.knowledge)?;
    let (pipes, files): (Vec<_>, Vec<_>) = asked.sources.iter().cloned().partition(|it| it == "-");
    // A folder is followed; single captures are read once.
    let files: Vec<_> = files.into_iter().filter(|it| !Path::new(it).is_dir()).collect();
    let words = if asked.quiet { Words::Few } else { Words::Some };
    let read = if files.is_empty() {
        evidence::Ledger::default()
    } else {
        judge::gather(&files, &asked.judging, words)?.ledger
    };
    let judging = asked.judging.clone();
    let sample = move |gate| sample::home(&judging, gate).ok();
    let house = house.showing(Box::new(sample)).advising(doctor::hints());
    let remembers = remembers(asked);
    let house = Arc::new(if remembers { house.remembering(memory(asked, state)?) } else { house });
    let (sender, receiver) = mpsc::channel();
    let mut ears = ears::start(opened.lives, !pipes.is_empty(), &asked.judging, stop, &sender);
    opened.imports.start(asked, remembers.then_some(state), stop, &sender, &mut ears);
    drop(sender);
    let mut judging = judging::Judge::new(Arc::clone(&house), asked, ears, read);
    judging.judge();
    let stop = Arc::clone(stop);
    let thread = thread::Builder::new().name("judge".to_owned());
    let judge = thread
        .spawn(move || judging.run(&receiver, &stop))
        .map_err(|error| Failure::Usage(format!("failed to start a thread: {error}")))?;
    let watching = Watching {
        judge,
        #[cfg(feature = "alerts")]
        telling: remembers
            .then(|| telling::Telling::start(&house, opened.channels, reachable(opened.address)))
            .transpose()?,
    };
    Ok((house, watching))
}

/// Where the pages are for who is not at this machine; `None` where they are for nobody else.
#[cfg(feature = "alerts")]
fn reachable(address: SocketAddr) -> Option<String> {
    let ip = address.ip();
    (!ip.is_loopback() && !ip.is_unspecified()).then(|| format!("http://{address}"))
}

/// What is still needed once everything is open.
fn needs(asked: &Watch, state: &Path, opened: &Opened) -> Needs {
    let mut needs = Needs {
        read: confine::data_and(asked.judging.notes.as_deref()),
        opens_sockets: opened.sends(),
        starts_programs: opened.shows(),
        ..Needs::default()
    };
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
    // What is put aside of a log lies beside it, and so does what takes its place.
    needs.read.extend(asked.import.iter().flat_map(|path| {
        let beside = path.parent().filter(|it| !it.as_os_str().is_empty());
        [path.clone(), beside.unwrap_or(Path::new(".")).to_owned()]
    }));
    if remembers(asked) {
        needs.kept.push(state.to_owned());
    }
    needs
}

/// Whether what is heard is remembered: captures to look around in are no part of this home's memory.
fn remembers(asked: &Watch) -> bool {
    !asked.interface.is_empty()
        || asked.sources.iter().any(|it| it == "-")
        || !asked.import.is_empty()
        || asked.netflow.is_some()
}

fn memory(asked: &Watch, state: &Path) -> Result<Household, Failure> {
    let path = memory_file(state);
    let failed = |error: &dyn std::fmt::Display| {
        Failure::Unreadable(format!("failed to open {}: {error}", path.display()))
    };
    std::fs::create_dir_all(state).map_err(|error| failed(&error))?;
    let budget = Budget { bytes: asked.budget, ..Budget::default() };
    let mut opened = Household::open(&path, budget).map_err(|error| failed(&error))?;
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
