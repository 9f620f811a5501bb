//! Messages that a flow repeats word for word, such as the announcements of a device that is on for days:
//! counted beside the flow, and told to the ledger when the flow is.
//!
//! **Invariant.** Nothing is told otherwise than if it had been written down as it came: sightings add
//! up in any order.

use std::sync::Arc;

use evidence::{Seen, Sighting};

use crate::{memo::Saying, pair::Side};

/// How many messages of a flow are told apart; our choice: a device announces each of its services by itself.
const MOST: usize = 32;

/// What a flow repeats. Most flows repeat nothing, and keep no more than a word for it.
#[derive(Debug)]
pub(crate) struct Repeats(Option<Box<Counted>>);

#[derive(Debug, Default)]
struct Counted {
    messages: Vec<Repeat>,
    weight: usize,
}

/// One message, and how often it came from a side.
#[derive(Debug)]
pub(crate) struct Repeat {
    pub(crate) saying: Arc<Saying>,
    pub(crate) from: Side,
    pub(crate) seen: Seen,
}

impl Repeats {
    /// Nothing yet.
    pub(crate) const NONE: Self = Self(None);

    /// About how many bytes are kept. What other flows repeat too counts for each of them.
    pub(crate) fn weight(&self) -> usize {
        self.0.as_ref().map_or(0, |counted| counted.weight)
    }

    /// Counts a message; false if there is no room for another.
    pub(crate) fn count(&mut self, saying: &Arc<Saying>, from: Side, sighting: Sighting) -> bool {
        let Counted { messages, weight } = &mut **self.0.get_or_insert_default();
        let seen = Seen::once(sighting);
        let is_same = |it: &&mut Repeat| it.from == from && Arc::ptr_eq(&it.saying, saying);
        if let Some(known) = messages.iter_mut().find(is_same) {
            known.seen.add(&seen);
        } else if messages.len() < MOST {
            *weight += size_of::<Repeat>() + saying.weight();
            // Most flows repeat one message only.
            messages.reserve_exact(usize::from(messages.is_empty()));
            messages.push(Repeat { saying: Arc::clone(saying), from, seen });
        } else {
            return false;
        }
        true
    }

    /// Takes out all that was counted.
    pub(crate) fn take(&mut self) -> impl Iterator<Item = Repeat> + use<> {
        self.0.take().into_iter().flat_map(|counted| counted.messages)
    }
}
