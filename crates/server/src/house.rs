//! What all visitors share: the present, the knowledge, the gate.

use std::sync::{Arc, PoisonError, RwLock};

use knowledge::Knowledge;
use reports::Options;
use tokio::sync::watch;

use crate::{gate::Gate, present::Present};

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
    present: RwLock<Arc<Present>>,
    changed: watch::Sender<u64>,
}

impl House {
    /// A house in which nothing has been seen yet.
    #[must_use]
    pub fn new(knowledge: Knowledge, options: Options, gate: Gate, sample: bool) -> Self {
        let (changed, _) = watch::channel(0);
        Self { knowledge, options, gate, sample, present: RwLock::default(), changed }
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

    /// Tells about every change from now on.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }
}
