//! Sources to one ledger, by one worker or several at once.
//!
//! Several captures are shared out one by one; of fewer captures than workers each worker reads all and
//! takes its own hosts. Ledgers merge, so the answer is the same, byte for byte.

use std::{
    fs,
    io::Read as _,
    net::IpAddr,
    num::NonZero,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    thread,
};

use capture::{
    Input,
    imports::{self, Homes},
};
use evidence::{Ledger, Limits, Recorder};
use packets::{Dissector, Share};
use signal_hook::{consts::SIGINT, flag};

use super::judge::{self, Words};
use crate::{arguments::Judging, calendar, output, progress};

/// Reads all `inputs`; what cannot be read is told in words, in their order.
pub(super) fn read(inputs: &[Input], judging: &Judging, words: Words) -> (Ledger, Vec<String>) {
    let interrupted = Arc::new(AtomicBool::new(false));
    if inputs.iter().any(is_read_once) {
        outlive_the_other_side(&interrupted);
    }
    let workers = workers(inputs, judging.jobs);
    let by_host = workers > inputs.len();
    let total = if by_host { u64::from(count(workers)) } else { 1 } * total_size(inputs);
    let desk = Desk {
        inputs,
        words,
        interrupted: &interrupted,
        next: AtomicUsize::new(0),
        bytes: AtomicU64::new(0),
        bar: progress::Reading::new(total, words == Words::Few),
        failures: Mutex::default(),
    };
    let ledger = thread::scope(|scope| {
        let started: Vec<_> = (1..workers)
            .filter_map(|index| {
                let share =
                    if by_host { Share::new(count(index), count(workers))? } else { Share::WHOLE };
                let desk = &desk;
                Some(scope.spawn(move || Worker::new(judging, share, by_host).work(desk)))
            })
            .collect();
        let first = if by_host { Share::new(0, count(workers)) } else { None };
        let first = Worker::new(judging, first.unwrap_or(Share::WHOLE), by_host).work(&desk);
        started.into_iter().fold(first, |ledger, worker| match worker.join() {
            Ok(more) => ledger.merge(more),
            Err(panic) => std::panic::resume_unwind(panic),
        })
    });
    desk.bar.done();
    let mut failures = desk.failures.into_inner().unwrap_or_else(PoisonError::into_inner);
    failures.sort_by_key(|(place, _)| *place);
    (ledger, failures.into_iter().map(|(_, failure)| failure).collect())
}

/// Ctrl-C on a terminal is for all of a pipe: it ends who captures, and would end this program before it
/// reports. So the first one is only noted, for then the pipe comes to its end; a second one ends the program.
fn outlive_the_other_side(interrupted: &Arc<AtomicBool>) {
    let noted = || Arc::clone(interrupted);
    // In this order. Where it fails, Ctrl-C ends all as it otherwise does.
    let _ = flag::register_conditional_default(SIGINT, noted())
        .and_then(|_| flag::register(SIGINT, noted()));
}

/// How many workers read: as many as asked for, else one a core but no more than captures. A pipe can
/// be read once only.
fn workers(inputs: &[Input], asked: Option<NonZero<usize>>) -> usize {
    if inputs.iter().any(is_read_once) {
        return 1;
    }
    let cores = || thread::available_parallelism().map_or(1, NonZero::get).min(inputs.len());
    asked.map_or_else(cores, NonZero::get).max(1)
}

/// Whether what it brings is gone once it was looked at: standard input, or a pipe that has a name, such as
/// `<(…)` of a shell.
fn is_read_once(input: &Input) -> bool {
    match input {
        Input::Pipe => true,
        Input::File(path) => fs::metadata(path).is_ok_and(|it| !it.is_file()),
    }
}

/// Workers are few.
fn count(workers: usize) -> u32 {
    u32::try_from(workers).unwrap_or(u32::MAX)
}

/// What workers share.
struct Desk<'a> {
    inputs: &'a [Input],
    words: Words,
    /// Whether Ctrl-C was pressed while a pipe is read.
    interrupted: &'a AtomicBool,
    /// The next input that nobody reads yet.
    next: AtomicUsize,
    /// Bytes of the inputs that are read.
    bytes: AtomicU64,
    bar: progress::Reading,
    failures: Mutex<Vec<(usize, String)>>,
}

/// Reads inputs one after another into one ledger.
struct Worker {
    dissector: Dissector,
    recorder: Recorder,
    saved: Ledger,
    share: Share,
    home_networks: Vec<(IpAddr, u8)>,
    /// Whether it reads all inputs, for its own hosts.
    reads_all: bool,
}

impl Worker {
    fn new(judging: &Judging, share: Share, reads_all: bool) -> Self {
        Self {
            dissector: judge::share_of(judging, share),
            recorder: Recorder::new(Limits::default()),
            saved: Ledger::default(),
            share,
            home_networks: judging.home_net.clone(),
            reads_all,
        }
    }

    fn work(mut self, desk: &Desk<'_>) -> Ledger {
        let (mut own, reads_all) = (0.., self.reads_all);
        let mut next = || {
            let place =
                if reads_all { own.next()? } else { desk.next.fetch_add(1, Ordering::Relaxed) };
            Some((place, desk.inputs.get(place)?))
        };
        while let Some((place, input)) = next() {
            if let Err(failure) = self.read(input, desk)
                && self.share.counts()
            {
                let mut failures = desk.failures.lock().unwrap_or_else(PoisonError::into_inner);
                failures.push((place, failure));
            }
        }
        let ledger = self.recorder.finish();
        if self.saved.is_empty() { ledger } else { ledger.merge(self.saved) }
    }

    fn read(&mut self, input: &Input, desk: &Desk<'_>) -> Result<(), String> {
        // Of a pipe nothing can be looked at first, but of standard input, which is kept for that.
        let once = is_read_once(input);
        if !once && let Some(ledger) = saved_ledger(input)? {
            if self.share.counts() {
                self.saved = std::mem::take(&mut self.saved).merge(ledger);
            }
            return Ok(());
        }
        let mut before = 0;
        let limits = capture::Limits::default();
        let progress = &mut |progress: capture::Progress| {
            let more = progress.bytes_read.saturating_sub(before);
            before = progress.bytes_read;
            desk.bar.at(desk.bytes.fetch_add(more, Ordering::Relaxed) + more);
        };
        let format = if !once || *input == Input::Pipe { imports::recognise(input) } else { None };
        let Self { dissector, recorder, .. } = self;
        let (unit, summary) = match format {
            // Like a saved ledger, it is read by one worker.
            Some(_) if !self.share.counts() => return Ok(()),
            Some(format) => {
                let homes = Homes::new(&self.home_networks);
                let now = calendar::now();
                let read = imports::read(input, format, &limits, homes, now, recorder, progress);
                ("lines or records", read)
            }
            None => ("frames", capture::read(input, &limits, dissector, recorder, progress)),
        };
        let summary = match summary {
            // Whoever has enough need not be told that it ends in the middle.
            Err(_) if once && desk.interrupted.load(Ordering::Relaxed) => return Ok(()),
            summary => summary.map_err(|error| error.to_string())?,
        };
        if desk.words == Words::Many && self.share.counts() {
            output::say(&format!("{input}: {} {unit}, {} bytes", summary.frames, summary.bytes));
        }
        Ok(())
    }
}

/// The ledger in a file, if it is one.
fn saved_ledger(input: &Input) -> Result<Option<Ledger>, String> {
    let Input::File(path) = input else { return Ok(None) };
    let mut start = Vec::new();
    let begins = fs::File::open(path)
        .and_then(|file| file.take(evidence::MAGIC.len() as u64).read_to_end(&mut start));
    if begins.is_err() || start != evidence::MAGIC {
        return Ok(None);
    }
    let failed = |error: &dyn std::fmt::Display| format!("{input}: {error}");
    let bytes = fs::read(path).map_err(|error| failed(&error))?;
    Ledger::from_bytes(&bytes).map(Some).map_err(|error| failed(&error))
}

fn total_size(inputs: &[Input]) -> u64 {
    let size = |input: &Input| match input {
        Input::File(path) => fs::metadata(path).map_or(0, |metadata| metadata.len()),
        Input::Pipe => 0,
    };
    inputs.iter().map(size).sum()
}
