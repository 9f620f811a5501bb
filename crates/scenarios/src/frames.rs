//! The frames of a home, in the order they would be captured.
//!
//! Activities overlap: a recorder's connection lasts all day while others come and go. So what is
//! planned is acted out only when its time comes, and the frames that stretch into the future wait
//! in a queue. At no time are all frames in memory.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::home::fingerprint;
use crate::scenario::Scenario;
use crate::stage::{Memory, Stage};

/// One captured frame.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Frame {
    /// When it was captured, in nanoseconds since the epoch.
    pub at: u64,
    /// The frame from its destination MAC address on, without checksum.
    pub bytes: Vec<u8>,
}

/// An iterator over a scenario's frames in time order; see [`Scenario::frames`].
#[derive(Debug)]
pub struct Frames<'a> {
    scenario: &'a Scenario,
    memories: Vec<Memory>,
    /// What is yet to be acted out: starting time and place in the plan, the earliest first.
    planned: BinaryHeap<Reverse<(u64, usize)>>,
    /// Frames waiting for their time; the number keeps frames of one moment in order.
    waiting: BinaryHeap<Reverse<(u64, u64, Vec<u8>)>>,
    made: u64,
}

impl<'a> Frames<'a> {
    /// Casts the dice for `seed` and plans the whole stretch of time.
    pub(crate) fn new(scenario: &'a Scenario, seed: u64) -> Self {
        // Each host has its own dice, so a device more does not change what the others do.
        let mut memories: Vec<Memory> = scenario
            .home
            .hosts
            .iter()
            .map(|host| u128::from(fingerprint(&host.name)) << 64 | u128::from(seed))
            .map(Memory::new)
            .collect();
        let mut planned = BinaryHeap::new();
        for (place, act) in scenario.acts.iter().enumerate() {
            let Some(memory) = memories.get_mut(act.host) else { continue };
            let starts = act.when.starts(scenario.home.window, memory.random());
            planned.extend(starts.into_iter().map(|start| Reverse((start, place))));
        }
        Self { scenario, memories, planned, waiting: BinaryHeap::new(), made: 0 }
    }

    /// Acts out the part of the plan at `place`.
    fn act(&mut self, start: u64, place: usize) {
        let Some(act) = self.scenario.acts.get(place) else { return };
        let Some(host) = self.scenario.home.hosts.get(act.host) else { return };
        let Some(memory) = self.memories.get_mut(act.host) else { return };
        let mut stage = Stage::new(&self.scenario.home, host, memory, start);
        // Parsing has tried each activity, so this does not fail; should it, the part that was
        // acted out is what an observer would have seen.
        let _acted = act.activity.perform(&mut stage);
        for frame in stage.into_frames() {
            self.waiting.push(Reverse((frame.at, self.made, frame.bytes)));
            self.made += 1;
        }
    }
}

impl Iterator for Frames<'_> {
    type Item = Frame;

    fn next(&mut self) -> Option<Frame> {
        while let Some(&Reverse((start, place))) = self.planned.peek() {
            let first = self.waiting.peek().map(|Reverse((at, ..))| *at);
            if first.is_some_and(|first| first < start) {
                break;
            }
            self.planned.pop();
            self.act(start, place);
        }
        let Reverse((at, _, bytes)) = self.waiting.pop()?;
        // What stretches beyond the capture's end is not captured.
        (at < self.scenario.home.window.end()).then_some(Frame { at, bytes })
    }
}
