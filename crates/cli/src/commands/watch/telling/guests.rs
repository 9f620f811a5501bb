//! Guests on a broker: one connection that stays, with what it keeps for home automation held up to date.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::mpsc::{self, Receiver, Sender, SyncSender},
    thread,
    time::{Duration, Instant},
};

use alerts::{
    SendError,
    channels::{
        Mqtt,
        mqtt::{
            Session,
            discovery::{Guest, Kept, gone, of_guest, of_household},
        },
    },
    clean,
};
use assessment::notes::Identifier;
use evidence::Mac;
use household::{GuestId, KnownDevice};
use knowledge::kinds::Severity;
use server::Present;

use super::Back;
use crate::calendar::instant;

/// How often the broker hears from us where nothing changes; well below what makes it think us gone.
const STAY: Duration = Duration::from_secs(20);

/// How long to wait after the connection was lost.
const PAUSE: Duration = Duration::from_secs(30);

/// For how long the broker is waited for when the program ends.
const LAST: Duration = Duration::from_secs(5);

/// Addresses of one device that are told.
const MOST_MACS: usize = 4;

/// What a broker is to keep.
struct Wanted {
    kept: Vec<Kept>,
    shown: Vec<GuestId>,
}

/// The thread with the connection.
pub(super) struct Guests {
    mqtt: Mqtt,
    pages: Option<String>,
    sender: SyncSender<Wanted>,
    thread: thread::JoinHandle<()>,
}

impl Guests {
    /// `None` where home automation is to be shown nothing.
    pub(super) fn start(
        mqtt: &Mqtt,
        place: usize,
        back: &Sender<Back>,
        pages: Option<String>,
    ) -> Option<Self> {
        mqtt.prefix.as_ref()?;
        let (sender, receiver) = mpsc::sync_channel(1);
        let back = back.clone();
        let there = BTreeMap::new();
        let keeper = Keeper { mqtt: mqtt.clone(), session: None, there, talked: instant() };
        let thread = thread::Builder::new()
            .name("mqtt".to_owned())
            .spawn(move || keeper.run(&receiver, place, &back))
            .ok()?;
        Some(Self { mqtt: mqtt.clone(), pages, sender, thread })
    }

    /// Hands over how things stand; nothing where the last is still being told.
    ///
    /// # Arguments
    ///
    /// * `shown`: whom the broker has been shown before.
    pub(super) fn show(
        &self,
        present: &Present,
        devices: &[KnownDevice],
        shown: impl Iterator<Item = GuestId>,
    ) {
        let findings = findings(present);
        let pages = self.pages.as_deref();
        let here: BTreeSet<GuestId> = devices.iter().map(|device| device.id).collect();
        let mut kept: Vec<Kept> = shown
            .filter(|id| !here.contains(id))
            .flat_map(|id| gone(&self.mqtt, id))
            .chain(of_household(&self.mqtt, devices.len(), pages))
            .collect();
        for device in devices {
            let guest = guest(device, findings.get(&device.id).cloned().unwrap_or_default());
            kept.extend(of_guest(&self.mqtt, &guest, pages));
        }
        let _ = self.sender.try_send(Wanted { kept, shown: here.into_iter().collect() });
    }

    /// Leaves the broker. One that does not answer is not waited for: it says by itself that we are gone.
    pub(super) fn finish(self) {
        const OFTEN: Duration = Duration::from_millis(50);

        drop(self.sender);
        let end = instant() + LAST;
        while !self.thread.is_finished() && instant() < end {
            thread::sleep(OFTEN);
        }
    }
}

/// How many findings of each severity each device has.
fn findings(present: &Present) -> BTreeMap<GuestId, BTreeMap<Severity, usize>> {
    let mut counts: BTreeMap<GuestId, BTreeMap<Severity, usize>> = BTreeMap::new();
    for finding in &present.assessment.findings {
        let number = present.of(finding).and_then(|device| present.known.number(device));
        if let Some(number) = number {
            *counts.entry(number).or_default().entry(finding.severity).or_default() += 1;
        }
    }
    counts
}

fn guest(device: &KnownDevice, findings: BTreeMap<Severity, usize>) -> Guest {
    let mac = |key: &str| -> Option<Mac> {
        match key.parse() {
            Ok(Identifier::Mac(mac)) => Some(mac),
            _ => None,
        }
    };
    let text = |value: &Option<Box<str>>| value.as_deref().map(str::to_owned);
    let user = &device.user;
    Guest {
        id: device.id,
        macs: device.keys.iter().filter_map(|key| mac(key)).take(MOST_MACS).collect(),
        name: clean::called(device),
        room: text(&user.room),
        brand: text(&user.brand).or_else(|| text(&device.brand)),
        model: text(&user.model).or_else(|| text(&device.model)),
        firmware: text(&device.firmware),
        last_seen: device.last_seen,
        findings,
    }
}

/// The other side of the thread.
struct Keeper {
    mqtt: Mqtt,
    session: Option<Session>,
    /// What the broker keeps of us, by topic.
    there: BTreeMap<String, String>,
    /// When the broker was last talked to, or last failed to answer.
    talked: Instant,
}

impl Keeper {
    fn run(mut self, wanted: &Receiver<Wanted>, place: usize, back: &Sender<Back>) {
        let mut failed = false;
        while let Ok(wanted) = wanted.recv() {
            if failed && self.talked.elapsed() < PAUSE {
                continue;
            }
            let kept = self.keep(&wanted.kept);
            failed = kept.is_err();
            if failed {
                self.session = None;
                self.talked = instant();
            }
            let said = match kept {
                Ok(false) => continue,
                Ok(true) => Ok(wanted.shown),
                Err(error) => Err(error),
            };
            let _ = back.send(Back::Kept(place, said));
        }
        if let Some(session) = self.session {
            session.close();
        }
    }

    /// Publishes what the broker does not keep yet; whether that was anything.
    fn keep(&mut self, wanted: &[Kept]) -> Result<bool, SendError> {
        let session = match &mut self.session {
            Some(session) => session,
            none => {
                self.there.clear();
                self.talked = instant();
                none.insert(Session::open(&self.mqtt, "watch", true)?)
            }
        };
        let mut changed = false;
        for Kept { topic, text } in wanted {
            if self.there.get(topic) != Some(text) {
                session.publish(topic, text, true)?;
                self.there.insert(topic.clone(), text.clone());
                changed = true;
            }
        }
        if !changed && self.talked.elapsed() >= STAY {
            session.stay()?;
        } else if !changed {
            return Ok(false);
        }
        self.talked = instant();
        Ok(changed)
    }
}
