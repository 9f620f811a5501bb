//! What `audit`, `demo` and `why` have in common: sources to a ledger, a ledger to an assessment, an
//! assessment to the reader.

use std::{collections::BTreeSet, fs, num::NonZero, panic, path::Path, thread};

use assessment::{Assessment, Settings, assess};
use capture::Input;
use evidence::{Field, Ledger, Limits, Recorder};
use knowledge::Knowledge;
use packets::{Dissector, Frame, LinkType, Share};
use reports::{Colour, Options, formats::Format};
use scenarios::Scenario;

use super::reading;
use crate::{
    arguments::{Judging, Showing},
    calendar, embedded,
    failure::{Failure, Outcome},
    notes::{self, Notes},
    output,
};

/// The name the built-in home goes by as a source.
const DEMO_SOURCE: &str = "demo";

/// The built-in home is the same for everyone.
const DEMO_SEED: u64 = 1;

/// How much is said on standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Words {
    /// Failures only.
    Few,
    /// What could not be read.
    Some,
    /// What was read, too.
    Many,
}

/// Evidence, and how much of what was named could not be read.
#[derive(Debug)]
pub(crate) struct Gathered {
    pub(crate) ledger: Ledger,
    pub(crate) unread: usize,
}

/// Reads all `sources`; says what cannot be read and goes on with the rest.
pub(crate) fn gather(
    sources: &[String],
    judging: &Judging,
    words: Words,
) -> Result<Gathered, Failure> {
    let mut failures = Vec::new();
    let mut inputs = Vec::new();
    for source in sources {
        match capture::expand(source) {
            Ok(found) => inputs.extend(found),
            Err(error) => failures.push(error.to_string()),
        }
    }
    keep_first_of_each(&mut inputs);
    let (ledger, unreadable) = reading::read(&inputs, judging, words);
    failures.extend(unreadable);
    let unread = failures.len();
    let last = if ledger.is_empty() { Some(nothing_read(failures.pop())) } else { None };
    for failure in &failures {
        output::say(&format!("houseguest: failed to read {failure}"));
    }
    last.map_or(Ok(Gathered { ledger, unread }), Err)
}

/// A capture that is named twice, by itself and in its folder, was seen once.
fn keep_first_of_each(inputs: &mut Vec<Input>) {
    let mut known = BTreeSet::new();
    inputs.retain(|input| {
        known.insert(match input {
            Input::Pipe => None,
            Input::File(path) => Some(fs::canonicalize(path).unwrap_or_else(|_| path.clone())),
        })
    });
}

/// The evidence of `sources`, or of the built-in home if none.
pub(crate) fn gather_or_demo(
    sources: &[String],
    judging: &Judging,
    words: Words,
) -> Result<Gathered, Failure> {
    if sources.is_empty() { gather_demo(judging) } else { gather(sources, judging, words) }
}

/// The built-in home's evidence.
pub(crate) fn gather_demo(judging: &Judging) -> Result<Gathered, Failure> {
    let whole = demo_slices(judging, u64::MAX)?;
    let ledger = whole.into_iter().next().map(|(_, ledger)| ledger).unwrap_or_default();
    Ok(Gathered { ledger, unread: 0 })
}

/// The same cut into stretches of so many nanoseconds, each with the moment it ends.
pub(crate) fn demo_slices(
    judging: &Judging,
    length: u64,
) -> Result<Vec<(evidence::Timestamp, Ledger)>, Failure> {
    let home = demo()?;
    let mut slices = Vec::new();
    let mut dissector = dissector(judging);
    let mut recorder = Recorder::new(Limits::default());
    let (mut end, mut last) = (None, 0);
    dissector.begin_source(&mut recorder, DEMO_SOURCE);
    for (frame, number) in home.frames(DEMO_SEED).zip(1_u64..) {
        let mut until = *end.get_or_insert_with(|| frame.at.saturating_add(length));
        while frame.at >= until {
            dissector.end_source(&mut recorder);
            let full = std::mem::replace(&mut recorder, Recorder::new(Limits::default()));
            slices.push((evidence::Timestamp(until), full.finish()));
            dissector.begin_source(&mut recorder, DEMO_SOURCE);
            until = until.saturating_add(length);
            end = Some(until);
        }
        let wire_length = u32::try_from(frame.bytes.len()).unwrap_or(u32::MAX);
        let at = evidence::Timestamp(frame.at);
        let link = LinkType::ETHERNET;
        dissector
            .observe(&mut recorder, &Frame { number, at, link, wire_length, bytes: &frame.bytes });
        last = frame.at;
    }
    dissector.end_source(&mut recorder);
    slices.push((evidence::Timestamp(last), recorder.finish()));
    Ok(slices)
}

/// Writes the built-in home's traffic as a capture.
pub(crate) fn write_demo(path: &Path) -> Result<(), Failure> {
    let home = demo()?;
    output::write(Some(path), |out| scenarios::pcap::write(home.frames(DEMO_SEED), out))
}

/// Does `work`, and makes the knowledge ready: beside it, where the user asked for several threads.
pub(crate) fn with_knowledge<T>(
    judging: &Judging,
    work: impl FnOnce() -> T,
) -> (T, Result<Knowledge, Failure>) {
    if workers(judging) == NonZero::<usize>::MIN {
        return (work(), embedded::knowledge());
    }
    thread::scope(|scope| {
        let knowledge = scope.spawn(embedded::knowledge);
        let done = work();
        (done, knowledge.join().unwrap_or_else(|panicked| panic::resume_unwind(panicked)))
    })
}

/// Judges a ledger as the user asked.
pub(crate) fn judge(ledger: Ledger, judging: &Judging) -> Result<Assessment, Failure> {
    judge_by(embedded::knowledge()?, ledger, judging)
}

/// Judges a ledger as the user asked, by what `knowledge` says.
pub(crate) fn judge_by(
    knowledge: Knowledge,
    ledger: Ledger,
    judging: &Judging,
) -> Result<Assessment, Failure> {
    let settings = Settings { identifiers: false, ..settings(judging, &knowledge)? };
    let ledger = without(ledger, &judging.without);
    let assessment = assess(&ledger, &knowledge, &settings);
    leave(ledger);
    leave(knowledge);
    Ok(assessment)
}

/// The evidence without some fields.
pub(crate) fn without(ledger: Ledger, fields: &[Field]) -> Ledger {
    if fields.is_empty() { ledger } else { ledger.without(|field| fields.contains(&field)) }
}

/// What the user chose, their notes included.
pub(crate) fn settings(judging: &Judging, knowledge: &Knowledge) -> Result<Settings, Failure> {
    let policies = &knowledge.pack().policies;
    if !policies.contains_key(&*judging.policy) {
        let known: Vec<_> = policies.keys().map(|id| &**id).collect();
        return Err(Failure::Usage(format!(
            "there is no policy `{}`; there is {}",
            judging.policy,
            known.join(", ")
        )));
    }
    let place = if judging.no_notes { None } else { notes::place(judging.notes.as_deref()) };
    let notes = place.map(Notes::read).transpose()?.map(|it| it.all).unwrap_or_default();
    Ok(Settings {
        policy: judging.policy.as_str().into(),
        home_networks: judging.home_net.clone(),
        as_of: Some(calendar::day(judging.as_of.as_deref(), &knowledge.pack().as_of).into()),
        residence: judging.residence.as_deref().map(Into::into),
        notes,
        identifiers: true,
        workers: workers(judging),
    })
}

/// How many threads judge and write.
fn workers(judging: &Judging) -> NonZero<usize> {
    judging.jobs.unwrap_or(NonZero::<usize>::MIN)
}

/// Leaves `value` to the operating system, which takes it back at once when the program ends, as it
/// does right after the report. Freeing a large network's evidence piece by piece takes a tenth of
/// the whole run.
pub(crate) fn leave<T>(value: T) {
    std::mem::forget(value);
}

/// Writes the report, and tells how the command ends.
pub(crate) fn show(
    assessment: &Assessment,
    judging: &Judging,
    showing: &Showing,
    unread: usize,
) -> Result<Outcome, Failure> {
    let format = Format::from_name(&showing.format)
        .ok_or_else(|| Failure::Usage(format!("there is no format `{}`", showing.format)))?;
    let place = showing.output.as_deref();
    let options = Options { workers: workers(judging), ..options(place) };
    output::write(place, |out| format.write(assessment, &options, out))?;
    let gate = showing.fail_on.is_some_and(|gate| {
        assessment.findings.iter().any(|finding| finding.severity >= gate.severity())
    });
    Ok(match (unread, gate) {
        (1.., _) => Outcome::PartlyRead,
        (0, true) => Outcome::GateFailed,
        (0, false) => Outcome::Done,
    })
}

/// How to write to `place`, or to standard output: for people only where one looks.
pub(crate) fn options(place: Option<&Path>) -> Options {
    let watched = place.is_none() && output::is_watched();
    let width = output::columns().filter(|_| watched);
    Options {
        width: width.map_or(Options::WIDEST, |it| it.clamp(Options::NARROWEST, Options::WIDEST)),
        colour: if watched && output::wants_colour() { Colour::Always } else { Colour::Never },
        pretty: watched,
        ..Options::default()
    }
}

fn demo() -> Result<Scenario, Failure> {
    Scenario::parse(scenarios::DEMO).map_err(|error| Failure::Broken(error.to_string()))
}

/// Reads frames as the user asked.
pub(crate) fn dissector(judging: &Judging) -> Dissector {
    share_of(judging, Share::WHOLE)
}

/// The same for one of several workers.
pub(crate) fn share_of(judging: &Judging, share: Share) -> Dissector {
    Dissector::new(&reading(judging, share))
}

/// What frames are read with.
pub(crate) fn reading(judging: &Judging, share: Share) -> packets::Settings {
    packets::Settings { share, home_networks: judging.home_net.clone() }
}

/// Why there is nothing to judge, in one line.
fn nothing_read(failure: Option<String>) -> Failure {
    Failure::Unreadable(failure.map_or_else(
        || "there are no frames in it; try capturing again, and give it some minutes".to_owned(),
        |failure| format!("failed to read {failure}"),
    ))
}
