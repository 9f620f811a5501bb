//! What all visitors share: the present, the knowledge, the gate.

use std::sync::{
    Arc, Mutex, PoisonError, RwLock,
    atomic::{AtomicBool, Ordering},
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
    pub gate: Gate,
    /// Whether this is the built-in home, so that pages say so.
    pub sample: bool,
    household: Option<Mutex<Household>>,
    present: RwLock<Arc<Present>>,
    changed: watch::Sender<u64>,
    again: AtomicBool,
    channels: RwLock<Vec<Channel>>,
}

impl House {
    /// A house in which nothing has been seen yet.
    #[must_use]
    pub fn new(knowledge: Knowledge, options: Options, gate: Gate) -> Self {
        let (changed, _) = watch::channel(0);
        Self {
            knowledge,
            options,
            gate,
            sample: false,
            household: None,
            present: RwLock::default(),
            changed,
            again: AtomicBool::new(false),
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
        self.again.store(true, Ordering::Relaxed);
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
