//! The flows under way.
//!
//! A flow that was quiet for longer than its state allows is over: its next packet begins another
//! one. Whether it is still in the table then does not matter, so sweeping is only a matter of
//! memory.

use std::hash::BuildHasher;

use evidence::Timestamp;
use hashbrown::{DefaultHashBuilder, HashTable};

use crate::flow::{self, Flow, Key};

/// How many flows are kept; our choice: about 64 MiB. Beyond it, the longest quiet ones go.
const MOST_FLOWS: usize = 262_144;

/// How much of the table goes then, as a fraction: often enough to be rare, little enough to be mild.
const PART_FORGOTTEN: usize = 16;

/// Of a flow that had a frame since it was last looked at.
const NOT_LOOKED: Timestamp = Timestamp(0);

/// Looks flows up by their ends.
#[derive(Debug, Default)]
pub(crate) struct Flows {
    table: HashTable<Slot>,
    hasher: DefaultHashBuilder,
}

/// A flow in the table. The flow itself lies elsewhere, so that the table stays small: it is gone
/// through every minute, and moved whenever it grows.
#[derive(Debug)]
struct Slot {
    hash: u64,
    /// The packet clock at its latest frame.
    active: Timestamp,
    /// Until then it is not over, as far as was looked; anything before where nobody looked since.
    lasts: Timestamp,
    flow: Box<Flow>,
}

impl Flows {
    /// The flow of `key` with a frame at `now`, and when the one before was; made by `begin` if it is
    /// not known.
    #[inline]
    pub(crate) fn find(
        &mut self,
        key: &Key,
        now: Timestamp,
        begin: impl FnOnce() -> Flow,
    ) -> (&mut Flow, Timestamp) {
        let hash = self.hasher.hash_one(key);
        let is_it = |slot: &Slot| slot.hash == hash && slot.flow.who.key == *key;
        let slot = match self.table.find_entry(hash, is_it) {
            Ok(known) => known.into_mut(),
            Err(none) => {
                let flow = Box::new(begin());
                let slot = Slot { hash, active: now, lasts: NOT_LOOKED, flow };
                none.into_table().insert_unique(hash, slot, |slot| slot.hash).into_mut()
            }
        };
        slot.lasts = NOT_LOOKED;
        let last = std::mem::replace(&mut slot.active, now);
        (&mut slot.flow, last)
    }

    pub(crate) fn is_full(&self) -> bool {
        self.table.len() > MOST_FLOWS
    }

    /// Takes out the flows that are over at `now`.
    pub(crate) fn sweep(&mut self, now: Timestamp, mut over: impl FnMut(Flow)) {
        let is_over = |slot: &mut Slot| {
            if now <= slot.lasts || flow::is_lately(slot.active, now) {
                return false;
            }
            slot.lasts = slot.flow.lasts(slot.active);
            now > slot.lasts
        };
        self.table.extract_if(is_over).for_each(|slot| over(*slot.flow));
    }

    /// Takes out the flows that have been quiet longest.
    pub(crate) fn forget(&mut self, mut forgotten: impl FnMut(Flow)) {
        let mut active: Vec<Timestamp> = self.table.iter().map(|slot| slot.active).collect();
        let part = active.len() / PART_FORGOTTEN;
        if part < active.len() {
            let limit = *active.select_nth_unstable(part).1;
            let quiet = self.table.extract_if(|slot| slot.active <= limit);
            quiet.for_each(|slot| forgotten(*slot.flow));
        }
    }

    /// Goes through all.
    pub(crate) fn each(&mut self, mut each: impl FnMut(&mut Flow)) {
        self.table.iter_mut().for_each(|slot| each(&mut slot.flow));
    }

    /// Takes out all.
    pub(crate) fn drain(&mut self, mut over: impl FnMut(Flow)) {
        self.table.drain().for_each(|slot| over(*slot.flow));
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use evidence::Transport;

    use super::*;
    use crate::{
        flow::{End, Moment, Who},
        ip::Address,
        pair::{Pair, Side},
        station::Station,
    };

    #[test]
    fn a_flow_that_was_looked_at_goes_on_with_its_next_frame() {
        let mut flows = Flows::default();
        frame_at(&mut flows, 0);
        // Datagrams may be two minutes apart.
        assert_eq!(over_at(&mut flows, 100), 0);
        frame_at(&mut flows, 110);
        assert_eq!(over_at(&mut flows, 130), 0);
        assert_eq!(over_at(&mut flows, 200), 0);
        assert_eq!(over_at(&mut flows, 231), 1);
        assert_eq!(over_at(&mut flows, 900), 0);
    }

    fn frame_at(flows: &mut Flows, seconds: u64) {
        let at = after(seconds);
        let end = |host, port| {
            let ip = IpAddr::from(Ipv4Addr::new(192, 168, 1, host));
            End::new(Address::from(ip), port, Station::NONE)
        };
        let ends = Pair { low: end(1, 5_000), high: end(2, 53) };
        let who = Who {
            key: Key { ends, transport: Transport::UDP.0 },
            learned: Pair { low: Station::NONE, high: Station::NONE },
            server: Side::High,
            router: Station::NONE,
            mine: Pair { low: true, high: false },
            counts: true,
        };
        flows.find(&who.key, at, || Flow::new(who, Moment { at, frame: 1 }));
    }

    fn over_at(flows: &mut Flows, seconds: u64) -> usize {
        let mut over = 0;
        flows.sweep(after(seconds), |_| over += 1);
        over
    }

    /// Some seconds into 2023.
    fn after(seconds: u64) -> Timestamp {
        Timestamp((1_700_000_000 + seconds) * 1_000_000_000)
    }
}
