//! The flows under way.
//!
//! A flow that was quiet for longer than its state allows is over: its next packet begins another
//! one. Whether it is still in the table then does not matter, so sweeping is only a matter of
//! memory.

use std::hash::BuildHasher;

use evidence::Timestamp;
use hashbrown::{DefaultHashBuilder, HashTable};

use crate::flow::{Flow, Key};

/// How many flows are kept; our choice: about 64 MiB. Beyond it, the longest quiet ones go.
const MOST_FLOWS: usize = 262_144;

/// How much of the table goes then, as a fraction: often enough to be rare, little enough to be mild.
const PART_FORGOTTEN: usize = 16;

/// Looks flows up by their ends.
#[derive(Debug, Default)]
pub(crate) struct Flows {
    table: HashTable<Flow>,
    hasher: DefaultHashBuilder,
}

impl Flows {
    /// The flow of `key`; made by `begin` if it is not known.
    #[inline]
    pub(crate) fn find(&mut self, key: &Key, begin: impl FnOnce() -> Flow) -> &mut Flow {
        let hash = self.hasher.hash_one(key);
        self.table
            .entry(hash, |flow| flow.who.key == *key, |flow| self.hasher.hash_one(flow.who.key))
            .or_insert_with(begin)
            .into_mut()
    }

    pub(crate) fn is_full(&self) -> bool {
        self.table.len() > MOST_FLOWS
    }

    /// Takes out the flows that are over at `now`.
    pub(crate) fn sweep(&mut self, now: Timestamp, mut over: impl FnMut(Flow)) {
        self.table.extract_if(|flow| flow.is_over(now)).for_each(&mut over);
    }

    /// Takes out the flows that have been quiet longest.
    pub(crate) fn forget(&mut self, mut forgotten: impl FnMut(Flow)) {
        let mut active: Vec<Timestamp> = self.table.iter().map(|flow| flow.active).collect();
        let part = active.len() / PART_FORGOTTEN;
        if part < active.len() {
            let limit = *active.select_nth_unstable(part).1;
            self.table.extract_if(|flow| flow.active <= limit).for_each(&mut forgotten);
        }
    }

    /// Takes out all.
    pub(crate) fn drain(&mut self, over: impl FnMut(Flow)) {
        self.table.drain().for_each(over);
    }
}
