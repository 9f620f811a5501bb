//! What all visitors share: the present, the knowledge, the gate.

use std::{
    fmt,
    sync::{
        Arc, Mutex, OnceLock, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

use household::Household;
use knowledge::Knowledge;
use reports::Options;
use tokio::sync::watch;

use crate::{channel::Channel, gate::Gate, present::Present};

/// The shared state of the server.
#[derive(Debug)]
pub struct House {
    /// The pack that look-ups ask.
    pub knowledge: Knowledge,
    /// How documents are written.
    pub options: Options,
    /// Who may come in.
    pub gate: Arc<Gate>,
    /// Whether this is the built-in home, so that pages say so.
    pub sample: bool,
    /// What the program gave up while it listens, in words.
    pub confined: Box<str>,
    /// What this machine can hear and what to type for more, for those who see nothing yet.
    pub advice: Vec<Hint>,
    household: Option<Mutex<Household>>,
    present: RwLock<Arc<Present>>,
    changed: watch::Sender<u64>,
    again: AtomicBool,
    judge: Option<Doing<dyn Fn(&House) + Send + Sync>>,
    show: Option<Doing<MakeSample>>,
    channels: RwLock<Vec<Channel>>,
    shown: OnceLock<Option<Arc<House>>>,
}

/// Makes the built-in home, behind the same gate.
pub type MakeSample = dyn Fn(Arc<Gate>) -> Option<House> + Send + Sync;

/// Something that a house does when asked to.
struct Doing<T: ?Sized>(Box<T>);

impl<T: ?Sized> fmt::Debug for Doing<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("..")
    }
}

/// One thing that somebody who sees nothing yet can do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hint {
    /// What, in a sentence.
    pub says: String,
    /// What to type, where something is to be typed.
    pub command: Option<String>,
}

impl House {
    /// A house in which nothing has been seen yet.
    #[must_use]
    pub fn new(knowledge: Knowledge, options: Options, gate: impl Into<Arc<Gate>>) -> Self {
        let (changed, _) = watch::channel(0);
        Self {
            knowledge,
            options,
            gate: gate.into(),
            sample: false,
            confined: Box::default(),
            advice: Vec::new(),
            household: None,
            present: RwLock::default(),
            changed,
            again: AtomicBool::new(false),
            judge: None,
            show: None,
            shown: OnceLock::new(),
            channels: RwLock::default(),
        }
    }

    /// The same, with a memory.
    #[must_use]
    pub fn remembering(self, household: Household) -> Self {
        Self { household: Some(Mutex::new(household)), ..self }
    }

    /// The same, as the built-in home.
    #[must_use]
    pub fn of_sample(self) -> Self {
        Self { sample: true, ..self }
    }

    /// The same, judged by `judge` at once when its user says something, where no thread does it.
    #[must_use]
    pub fn judged_by(self, judge: impl Fn(&Self) + Send + Sync + 'static) -> Self {
        Self { judge: Some(Doing(Box::new(judge))), ..self }
    }

    /// The same, with the built-in home to look around in, made when somebody first wants to.
    #[must_use]
    pub fn showing(self, sample: Box<MakeSample>) -> Self {
        Self { show: Some(Doing(sample)), ..self }
    }

    /// The same, with what to tell those who see nothing yet.
    #[must_use]
    pub fn advising(self, advice: Vec<Hint>) -> Self {
        Self { advice, ..self }
    }

    /// Whether there is a built-in home beside this one.
    #[must_use]
    pub const fn has_sample(&self) -> bool {
        self.show.is_some()
    }

    /// The built-in home beside this one. The first time it takes as long as judging a day does.
    #[must_use]
    pub fn sample_home(&self) -> Option<Arc<Self>> {
        let make = || Some(Arc::new((self.show.as_ref()?.0)(Arc::clone(&self.gate))?));
        self.shown.get_or_init(make).clone()
    }

    /// Whether there is a memory.
    #[must_use]
    pub const fn remembers(&self) -> bool {
        self.household.is_some()
    }

    /// Asks the memory, or tells it something; `None` where there is none.
    pub fn memory<T>(&self, ask: impl FnOnce(&mut Household) -> T) -> Option<T> {
        let household = self.household.as_ref()?;
        Some(ask(&mut household.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    /// What there is to show now.
    #[must_use]
    pub fn present(&self) -> Arc<Present> {
        Arc::clone(&self.present.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Shows `present` from now on, under the next number.
    pub fn publish(&self, mut present: Present) {
        let mut place = self.present.write().unwrap_or_else(PoisonError::into_inner);
        present.number = place.number + 1;
        let number = present.number;
        *place = Arc::new(present);
        drop(place);
        self.changed.send_replace(number);
    }

    /// What the user said is to be looked at anew; whoever judges asks for it with [`Self::asked`].
    pub fn look_again(&self) {
        match &self.judge {
            Some(judge) => (judge.0)(self),
            None => self.again.store(true, Ordering::Relaxed),
        }
    }

    /// Whether somebody asked for a new look since this was last called.
    pub fn asked(&self) -> bool {
        self.again.swap(false, Ordering::Relaxed)
    }

    /// By which ways alerts go out, and how it went.
    #[must_use]
    pub fn channels(&self) -> Vec<Channel> {
        self.channels.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Shows these ways from now on.
    pub fn show_channels(&self, channels: Vec<Channel>) {
        *self.channels.write().unwrap_or_else(PoisonError::into_inner) = channels;
    }

    /// Tells about every change from now on.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }
}
