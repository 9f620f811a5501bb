//! The thread that merges what ears hear, has it remembered, and judges it anew for the pages.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::{Duration, Instant},
};

use assessment::{Assessment, Settings, assess};
use evidence::{Ledger, Timestamp};
use household::{Household, HouseholdError};
use server::{Ear, House, Known, Present};

use super::ears::{End, Heard};
use crate::{
    arguments::{Judging, Watch},
    calendar::{instant, now},
    commands::judge,
    output,
};

/// At most so often is everything judged anew; new hosts are not kept waiting. Our choice.
const JUDGE: Duration = Duration::from_secs(5);

/// How often old hours are rolled up, the window moves on, and it is asked whether a backup is due.
const ROLL: Duration = Duration::from_hours(1);

/// What the pages show: the last week. Our choice.
const WINDOW: Duration = Duration::from_hours(7 * 24);

/// Latest changes that the pages show.
const EVENTS: usize = 200;

/// Judging takes at most this share of the time, in parts of ten.
const SHARE: u32 = 10;

/// Merges, remembers, judges.
pub(super) struct Judge {
    house: Arc<House>,
    judging: Judging,
    ears: Vec<Ear>,
    /// Captures to look around in: shown beside what is heard, and not remembered. Empty where nothing is.
    read: Ledger,
    /// What is heard and remembered of the last week, or all there is where nothing is remembered.
    recent: Ledger,
    /// What is not yet written down.
    unsaved: Ledger,
    /// How many hosts were in it when it was last judged.
    hosts: usize,
    changed: bool,
    judged: Instant,
    /// How long judging took.
    took: Duration,
    remembered: Instant,
    /// How often what was heard is written down; a minute unless chosen otherwise: a power cut costs no
    /// more, and a memory card is not worn out.
    write_every: Duration,
    rolled: Instant,
    known: Known,
    trouble: Option<String>,
}

impl Judge {
    /// Begins with what the household remembers, and `read`.
    pub(super) fn new(house: Arc<House>, asked: &Watch, ears: Vec<Ear>, read: Ledger) -> Self {
        let start = instant();
        // Only where hours go by is what is shown put together anew.
        let (read, recent) =
            if house.remembers() { (read, Ledger::default()) } else { (Ledger::default(), read) };
        let mut judge = Self {
            house,
            judging: asked.judging.clone(),
            ears,
            recent,
            read,
            unsaved: Ledger::default(),
            hosts: 0,
            changed: true,
            judged: start,
            took: Duration::ZERO,
            remembered: start,
            write_every: asked.write_every,
            rolled: start,
            known: Known::default(),
            trouble: None,
        };
        if let Some(window) = judge.window() {
            judge.recent = std::mem::take(&mut judge.recent).merge(window);
        }
        judge
    }

    /// Goes on until told to stop, or until nothing listens any more; what came last is remembered.
    pub(super) fn run(&mut self, heard: &Receiver<Heard>, stop: &AtomicBool) {
        const TICK: Duration = Duration::from_millis(250);

        /// Ticks that ears have to hand over their last slice once the program is to end.
        const LAST: u32 = 40;

        let (mut deaf, mut ending) = (false, 0);
        loop {
            let ended = match heard.recv_timeout(TICK) {
                Ok(heard) => {
                    self.take(heard);
                    continue;
                }
                Err(RecvTimeoutError::Timeout) => {
                    ending += u32::from(stop.load(Ordering::Relaxed));
                    ending > LAST
                }
                Err(RecvTimeoutError::Disconnected) => {
                    if !deaf {
                        deaf = true;
                        self.changed = true;
                    }
                    std::thread::sleep(TICK);
                    stop.load(Ordering::Relaxed)
                }
            };
            if self.house.asked() {
                self.remember();
                self.judge();
            }
            if self.is_due() {
                self.judge();
            }
            if self.remembered.elapsed() >= self.write_every || ended {
                self.remember();
            }
            if self.rolled.elapsed() >= ROLL {
                self.roll();
            }
            if ended {
                return;
            }
        }
    }

    fn take(&mut self, heard: Heard) {
        let Heard { ear, slice, frames, bytes, lost, end, remembered } = heard;
        let slice = slice.finish();
        if let Some(ear) = self.ears.get_mut(ear) {
            (ear.frames, ear.bytes, ear.lost) = (frames, bytes, lost);
            let (listening, failure) = match end {
                None => (true, None),
                Some(End::Done) => (false, None),
                Some(End::Paused(why) | End::Failed(why)) => (false, Some(why.into())),
            };
            if (ear.listening, &ear.failure) != (listening, &failure) {
                (ear.listening, ear.failure) = (listening, failure);
                self.changed = true;
                // What a pipe that ended said is written down, and told of, at once.
                self.house.look_again();
            }
        }
        if !slice.is_empty() {
            let remembers = self.house.remembers();
            if remembers && remembered {
                self.keep_hours_apart(&slice);
                self.unsaved = std::mem::take(&mut self.unsaved).merge(slice.clone());
            }
            let shown = if remembers && !remembered { &mut self.read } else { &mut self.recent };
            *shown = std::mem::take(shown).merge(slice);
            self.changed = true;
        }
    }

    /// Writes down what was heard of another hour than `slice` is of: a log may tell of all of last week.
    fn keep_hours_apart(&mut self, slice: &Ledger) {
        let hour = |ledger: &Ledger| {
            let latest = ledger.sources.values().filter_map(|source| source.last).max();
            latest.map(|at| at.0 / nanoseconds(ROLL))
        };
        let (before, next) = (hour(&self.unsaved), hour(slice));
        if before.is_none() || next.is_none() || before == next {
            return;
        }
        if let Some(Ok(())) = self.house.memory(|household| household.record(&self.unsaved, now()))
        {
            self.unsaved = Ledger::default();
        }
    }

    fn is_due(&self) -> bool {
        let waited = self.judged.elapsed();
        let new = self.recent.hosts().count() > self.hosts;
        let wait = if new { Duration::ZERO } else { JUDGE };
        self.changed && waited >= wait.max(self.took * SHARE)
    }

    /// Judges what there is, and shows it.
    pub(super) fn judge(&mut self) {
        let begin = instant();
        if let Some(settings) = self.settings() {
            let assessment = if self.read.is_empty() {
                self.assess(&self.recent, &settings)
            } else {
                self.assess(&self.recent.clone().merge(self.read.clone()), &settings)
            };
            self.house.publish(Present {
                known: self.known.clone(),
                assessment,
                ears: self.ears.clone(),
                trouble: self.trouble.as_deref().map(Into::into),
                ..Present::default()
            });
        }
        self.hosts = self.recent.hosts().count();
        self.changed = false;
        self.judged = instant();
        self.took = self.judged - begin;
    }

    fn settings(&mut self) -> Option<Settings> {
        let house = Arc::clone(&self.house);
        let settings = judge::settings(&self.judging, &house.knowledge);
        let mut settings = match settings {
            Ok(settings) => settings,
            Err(failure) => {
                self.complain(&failure.to_string());
                return None;
            }
        };
        let today: String = now().to_string().chars().take(10).collect();
        if let Some(Ok(notes)) = house.memory(|household| household.notes(&today)) {
            settings.notes.extend(notes);
        }
        Some(settings)
    }

    fn assess(&self, ledger: &Ledger, settings: &Settings) -> Assessment {
        if self.judging.without.is_empty() {
            return assess(ledger, &self.house.knowledge, settings);
        }
        let ledger = judge::without(ledger.clone(), &self.judging.without);
        assess(&ledger, &self.house.knowledge, settings)
    }

    /// Writes down what was heard, and what it says of the devices.
    fn remember(&mut self) {
        self.remembered = instant();
        if !self.house.remembers() {
            return;
        }
        // Where nothing listens nothing is recorded, so that the gap is told.
        if self.unsaved.is_empty() && !self.ears.iter().any(|ear| ear.listening) {
            return;
        }
        let now = now();
        let house = Arc::clone(&self.house);
        let recorded = house.memory(|household| household.record(&self.unsaved, now));
        match recorded {
            Some(Ok(())) => self.unsaved = Ledger::default(),
            Some(Err(error)) => {
                self.complain(&format!("what was heard could not be written down: {error}"));
                return;
            }
            None => return,
        }
        let Some(settings) = self.settings() else { return };
        let assessment = self.assess(&self.recent, &settings);
        match house.memory(|household| known(household, &assessment, now)) {
            Some(Ok(known)) => {
                self.known = known;
                self.trouble = None;
                self.changed = true;
            }
            Some(Err(error)) => {
                self.complain(&format!(
                    "what is known of the devices could not be written: {error}"
                ));
            }
            None => {}
        }
    }

    /// Rolls old hours up, copies the memory once a day, and lets go of what is older than the window.
    fn roll(&mut self) {
        self.rolled = instant();
        let now = now();
        if let Some(Err(error)) = self.house.memory(|household| household.roll_up(now)) {
            self.complain(&format!("old hours could not be rolled up: {error}"));
        }
        if let Some(Err(error)) = self.house.memory(|household| household.backup(now)) {
            self.complain(&format!("the memory could not be backed up: {error}"));
        }
        if let Some(window) = self.window().filter(|window| !window.is_empty()) {
            self.recent = window.merge(self.unsaved.clone());
        }
    }

    /// What the household remembers of the last week.
    fn window(&self) -> Option<Ledger> {
        let now = now();
        let from = Timestamp(now.0.saturating_sub(nanoseconds(WINDOW)));
        let until = Timestamp(now.0.saturating_add(nanoseconds(ROLL)));
        let window = self.house.memory(|household| household.window(from, until))?;
        window.ok().map(|window| window.ledger)
    }

    /// Says what failed, once, and shows it on the pages.
    fn complain(&mut self, trouble: &str) {
        if self.trouble.as_deref() != Some(trouble) {
            output::say(&format!("houseguest: {trouble}"));
            self.trouble = Some(trouble.to_owned());
            self.changed = true;
        }
    }
}

/// Has the household learn from an assessment, and asks it for what it knows.
pub(super) fn known(
    household: &mut Household,
    assessment: &Assessment,
    now: Timestamp,
) -> Result<Known, HouseholdError> {
    const MONTH: Duration = Duration::from_hours(30 * 24);

    let remembered = household.remember(assessment, now)?;
    let devices: BTreeMap<_, _> =
        household.devices()?.into_iter().map(|device| (device.id, device)).collect();
    let since = Timestamp(now.0.saturating_sub(nanoseconds(MONTH)));
    let events = household.events(since, EVENTS)?;
    let plan = household.plan()?;
    Ok(Known::new(assessment, &remembered.devices, devices, events, plan))
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use clap::Parser as _;
    use evidence::{Host, Mac, Recorder, Sighting, SourceId, fields};
    use household::Budget;
    use server::{Gate, Keys};

    use super::*;
    use crate::{
        arguments::{Arguments, Command},
        embedded,
    };

    #[test]
    fn the_memory_is_copied_beside_itself() {
        let folder = tempfile::tempdir().unwrap();
        judge(folder.path(), Ledger::default()).roll();
        assert!(folder.path().join("household.db-backup").exists());
    }

    #[test]
    fn captures_to_look_around_in_stay_beside_what_is_heard() {
        let folder = tempfile::tempdir().unwrap();
        let (read, heard) = (seen(Mac([2, 0, 0, 0, 0, 1])), seen(Mac([2, 0, 0, 0, 0, 2])));
        let mut judge = judge(folder.path(), read);
        judge.house.memory(|household| household.record(&heard, now()).unwrap());
        judge.roll();
        assert_eq!(remembered(&judge), [Mac([2, 0, 0, 0, 0, 2])]);
        assert_eq!(shown(&mut judge), [Mac([2, 0, 0, 0, 0, 1]), Mac([2, 0, 0, 0, 0, 2])]);
    }

    #[test]
    fn what_comes_to_a_folder_to_look_around_in_is_shown_and_not_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let mut judge = judge(folder.path(), Ledger::default());
        for (last, remembered) in [(1, true), (2, false)] {
            let slice = recorded(Mac([2, 0, 0, 0, 0, last]));
            let (frames, bytes, lost) = (1, 1, 0);
            judge.take(Heard { ear: 0, slice, frames, bytes, lost, end: None, remembered });
        }
        judge.remember();
        assert_eq!(remembered(&judge), [Mac([2, 0, 0, 0, 0, 1])]);
        assert_eq!(judge.known.away(&Assessment::default()).len(), 1);
        judge.roll();
        assert_eq!(shown(&mut judge), [Mac([2, 0, 0, 0, 0, 1]), Mac([2, 0, 0, 0, 0, 2])]);
    }

    /// What is in the memory.
    fn remembered(judge: &Judge) -> Vec<Mac> {
        let window = judge.window().unwrap();
        window.hosts().filter_map(|(host, _)| host.mac()).collect()
    }

    /// What is on the pages.
    fn shown(judge: &mut Judge) -> Vec<Mac> {
        judge.judge();
        let present = judge.house.present();
        present.assessment.devices.iter().flat_map(|it| it.macs.clone()).collect()
    }

    /// A host that said its name now.
    fn seen(mac: Mac) -> Ledger {
        recorded(mac).finish()
    }

    fn recorded(mac: Mac) -> Recorder {
        let mut recorder = Recorder::default();
        recorder.source("eth0").count_frame(now(), 1);
        let at = Sighting { at: now(), source: SourceId::of("eth0"), frame: 1 };
        let host = Host::new(Some(mac), None).unwrap();
        recorder.observe(host, None, fields::DHCP_HOST_NAME, "lamp", at);
        recorder
    }

    /// One that remembers in `folder`, and was given that to look around in.
    fn judge(folder: &Path, read: Ledger) -> Judge {
        let path = folder.join("household.db");
        let household = Household::open(&path, Budget::default()).unwrap().household;
        let gate = Gate::new(Keys::default(), [127, 0, 0, 1].into(), Vec::new()).unwrap();
        let house = House::new(embedded::knowledge().unwrap(), judge::options(None), gate);
        let Command::Watch(asked) = Arguments::parse_from(["houseguest", "watch"]).command else {
            panic!("it is `watch`")
        };
        Judge::new(Arc::new(house.remembering(household)), &asked, Vec::new(), read)
    }
}
