//! Alerts of a running `watch` on their way to people, on a thread of its own.
//!
//! What the household says is due is put into an outbox, which the household keeps, and counts as told
//! from then on; each channel's part of it leaves the outbox when the other side has taken it. So a restart
//! neither repeats nor loses a message; only one that was taken in the very moment of a power cut comes twice,
//! with the same number. Every attempt is a thread that ends by itself: the household is never held while
//! anything waits for the network, and no channel waits for another.

mod guests;
mod outbox;

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread,
    time::{Duration, Instant},
};

use alerts::{Blame, Channel, Config, Details, Message, Queue, SendError, Way, clean, word};
use household::{
    GuestId, Household, HouseholdError,
    alerts::{Alert, Urgency},
};
use server::{House, Outcome};

use self::{guests::Guests, outbox::Posted};
use crate::{
    calendar::{instant, now},
    failure::Failure,
    output,
};

/// How often the household is asked what is due. Our choice: soon enough for a person.
const ASK: Duration = Duration::from_secs(3);

/// For how long messages under way are waited for when the program ends.
const LAST: Duration = Duration::from_secs(20);

/// The thread.
pub(super) struct Telling {
    ending: Arc<AtomicBool>,
    thread: thread::JoinHandle<()>,
}

impl Telling {
    /// Begins with what was left in the outbox.
    pub(super) fn start(
        house: &Arc<House>,
        config: Config,
        pages: Option<String>,
    ) -> Result<Self, Failure> {
        let ending = Arc::new(AtomicBool::new(false));
        let (house, until) = (Arc::clone(house), Arc::clone(&ending));
        let pages = config.pages.or(pages);
        let thread = thread::Builder::new()
            .name("tell".to_owned())
            .spawn(move || Teller::new(house, config.channels, pages).run(&until))
            .map_err(|error| Failure::Usage(format!("failed to start a thread: {error}")))?;
        Ok(Self { ending, thread })
    }

    /// Ends it, after what was heard last has been told or is in the outbox.
    pub(super) fn finish(self) {
        self.ending.store(true, Ordering::Relaxed);
        let _ = self.thread.join();
    }
}

/// What other threads say.
enum Back {
    /// A message of that line was sent, or not.
    Sent(usize, Result<(), SendError>),
    /// What is kept on that line's broker is up to date, or not.
    Kept(usize, Result<Vec<GuestId>, SendError>),
}

/// One channel, and what waits for it.
struct Line {
    channel: Channel,
    queue: Queue<Posted>,
    /// What is under way.
    flying: Option<Posted>,
    last: Option<Outcome>,
    /// What was said to be wrong, so that it is said once.
    said: Option<String>,
    guests: Option<Guests>,
}

struct Teller {
    house: Arc<House>,
    pages: Option<String>,
    lines: Vec<Line>,
    sender: Sender<Back>,
    back: Receiver<Back>,
}

impl Teller {
    fn new(house: Arc<House>, channels: Vec<Channel>, pages: Option<String>) -> Self {
        let (sender, back) = mpsc::channel();
        let line = |(place, channel): (usize, Channel)| Line {
            guests: match &channel.way {
                Way::Mqtt(mqtt) => Guests::start(mqtt, place, &sender, pages.clone()),
                _ => None,
            },
            channel,
            queue: Queue::default(),
            flying: None,
            last: None,
            said: None,
        };
        let lines = channels.into_iter().enumerate().map(line).collect();
        Self { house, pages, lines, sender, back }
    }

    fn run(mut self, ending: &AtomicBool) {
        const TICK: Duration = Duration::from_millis(250);

        self.recall();
        let mut asked: Option<Instant> = None;
        let mut end: Option<Instant> = None;
        loop {
            match self.back.recv_timeout(TICK) {
                Ok(Back::Sent(place, result)) => self.sent(place, result),
                Ok(Back::Kept(place, result)) => self.kept(place, result),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
            }
            let ends = end.is_none() && ending.load(Ordering::Relaxed);
            if ends || end.is_none() && asked.is_none_or(|last| last.elapsed() >= ASK) {
                self.collect();
                self.show_guests();
                asked = Some(instant());
            }
            if ends {
                end = Some(instant());
            }
            self.dispatch();
            let flying = self.lines.iter().any(|line| line.flying.is_some());
            if end.is_some_and(|end| !flying || end.elapsed() > LAST) {
                break;
            }
        }
        for guests in self.lines.iter_mut().filter_map(|line| line.guests.take()) {
            guests.finish();
        }
    }

    /// Takes up what waited when the program ended. What is for channels that are gone goes.
    fn recall(&mut self) {
        let recalled = match self.house.memory(|household| outbox::read(household)) {
            Some(Ok(recalled)) => recalled,
            Some(Err(error)) => {
                output::say(&format!("houseguest: the outbox could not be read: {error}"));
                return;
            }
            None => return,
        };
        for (channel, posted, since) in recalled {
            if let Some(line) = self.lines.iter_mut().find(|line| line.channel.name == channel) {
                line.queue.push(posted, since);
            }
        }
        self.keep();
        self.show();
    }

    /// Asks the household what is due, and puts it into the outbox.
    fn collect(&mut self) {
        let now = now();
        let names: Vec<String> = self.lines.iter().map(|line| line.channel.name.clone()).collect();
        let due = self.house.memory(|household| outbox::post(household, &names, now));
        let due = match due {
            Some(Ok(due)) if !due.is_empty() => due,
            Some(Err(error)) => {
                output::say(&format!("houseguest: alerts could not be read: {error}"));
                return;
            }
            _ => return,
        };
        for line in &mut self.lines {
            for posted in &due {
                if line.queue.push(posted.clone(), now).is_some() {
                    line.say("too many alerts wait: the oldest is not sent");
                }
            }
        }
        self.show();
    }

    /// Sends what is due and not under way.
    fn dispatch(&mut self) {
        let now = now();
        let mut changed = false;
        for place in 0..self.lines.len() {
            let Some(line) = self.lines.get_mut(place) else { continue };
            if line.flying.is_some() {
                continue;
            }
            if !line.queue.expire(now).is_empty() {
                line.say("alerts older than three days are not sent any more");
                changed = true;
            }
            let Some(posted) = line.queue.due(now).cloned() else { continue };
            let details = line.channel.details;
            let pages = self.pages.as_deref();
            let asked = self.house.memory(|household| message(household, &posted, pages, details));
            let message = match asked {
                Some(Ok(Some(message))) => message,
                // Erased in the meantime: there is nothing to tell.
                Some(Ok(None)) | None => {
                    line.queue.done();
                    changed = true;
                    continue;
                }
                Some(Err(error)) => {
                    line.queue.failed(&SendError::moment(error.to_string()), now);
                    continue;
                }
            };
            let (channel, sender) = (line.channel.clone(), self.sender.clone());
            let send = move || {
                let _ = sender.send(Back::Sent(place, channel.send(&message)));
            };
            line.flying = Some(posted);
            if let Err(error) = thread::Builder::new().name("send".to_owned()).spawn(send) {
                let _ = self.sender.send(Back::Sent(place, Err(error.into())));
            }
        }
        if changed {
            self.keep();
            self.show();
        }
    }

    fn sent(&mut self, place: usize, result: Result<(), SendError>) {
        let now = now();
        let Some(line) = self.lines.get_mut(place) else { return };
        // A full queue may have let go of it meanwhile.
        let is_first = line.flying.take().as_ref() == line.queue.first();
        let failure = match result {
            Ok(()) => {
                if is_first {
                    line.queue.done();
                }
                line.works();
                None
            }
            Err(error) => {
                let gone = is_first && line.queue.failed(&error, now).is_some();
                let next = match error.blame {
                    Blame::Message if gone => "that message is not sent again".to_owned(),
                    _ => format!("tried again in {} seconds", line.queue.pause(now)),
                };
                line.fails(&error, &next);
                Some(error.what.into())
            }
        };
        line.last = Some(Outcome { at: now, failure });
        self.keep();
        self.show();
    }

    fn kept(&mut self, place: usize, result: Result<Vec<GuestId>, SendError>) {
        let Some(line) = self.lines.get_mut(place) else { return };
        match result {
            Ok(shown) => {
                line.works();
                let name = line.channel.name.clone();
                let kept = self.house.memory(|it| outbox::keep_shown(it, &name, &shown));
                if let Some(Err(error)) = kept {
                    output::say(&format!(
                        "houseguest: what the broker shows could not be noted: {error}"
                    ));
                }
            }
            Err(error) => {
                line.fails(&error, "tried again");
                line.last = Some(Outcome { at: now(), failure: Some(error.what.into()) });
            }
        }
        self.show();
    }

    /// Hands brokers what they are to keep.
    fn show_guests(&mut self) {
        if self.lines.iter().all(|line| line.guests.is_none()) {
            return;
        }
        let present = self.house.present();
        let devices = self.house.memory(|household| {
            let devices = household.devices()?;
            Ok::<_, HouseholdError>((devices, outbox::all_shown(household)?))
        });
        let Some(Ok((devices, shown))) = devices else { return };
        for line in &self.lines {
            let Some(guests) = &line.guests else { continue };
            let name = line.channel.name.as_str();
            let shown = shown.iter().filter(|(channel, _)| channel == name).map(|(_, id)| *id);
            guests.show(&present, &devices, shown);
        }
    }

    /// Writes the outbox down as it is now.
    fn keep(&self) {
        let waiting = self.lines.iter().flat_map(|line| {
            line.queue.iter().map(|it| (line.channel.name.as_str(), &it.message, it.since))
        });
        let lines = outbox::written(waiting);
        if let Some(Err(error)) = self.house.memory(|it| it.set_setting(&outbox::OUTBOX, &lines)) {
            output::say(&format!("houseguest: the outbox could not be written: {error}"));
        }
    }

    /// Shows on the pages how it goes.
    fn show(&self) {
        let channel = |line: &Line| server::Channel {
            name: line.channel.name.as_str().into(),
            kind: line.channel.kind().into(),
            place: line.channel.place().into(),
            details: line.channel.details.word().into(),
            waiting: line.queue.len(),
            last: line.last.clone(),
        };
        self.house.show_channels(self.lines.iter().map(channel).collect());
    }
}

impl Line {
    fn fails(&mut self, error: &SendError, next: &str) {
        if self.said.as_deref() != Some(error.what.as_str()) {
            self.say(&format!("{error}; {next}"));
            self.said = Some(error.what.clone());
        }
    }

    fn works(&mut self) {
        if self.said.take().is_some() {
            self.say("works again");
        }
    }

    fn say(&self, what: &str) {
        output::say(&format!("houseguest: alerts by {}: {what}", self.channel.name));
    }
}

/// What is to be sent, as the household has it now; `None` where nothing is left of it.
fn message(
    household: &Household,
    posted: &Posted,
    pages: Option<&str>,
    details: Details,
) -> Result<Option<Message>, HouseholdError> {
    let alert: Alert = posted.alert(household)?;
    if alert.events.is_empty() {
        return Ok(None);
    }
    let mut names = BTreeMap::new();
    for id in alert.events.iter().filter_map(|event| event.device) {
        if let Ok(device) = household.device(id) {
            names.insert(id, clean::called(&device));
        }
    }
    Ok(Some(word(&alert, &names, pages, details, now())))
}

/// An urgency's word.
const fn urgency_word(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Now => "now",
        Urgency::Digest => "digest",
    }
}
