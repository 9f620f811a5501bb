//! What still has to go out by one channel, and when it is tried again.
//!
//! Each channel has its own, so that one that is down keeps no other waiting. Nothing here waits or asks
//! a clock: `now` is the caller's.

use std::collections::VecDeque;

use evidence::Timestamp;

use crate::{Blame, SendError};

/// At most so many messages wait; the oldest is dropped for a newer one. Our choice: more than a person
/// reads after a weekend without network.
const MOST: usize = 100;

/// Messages older than this are no news any more, in seconds: three days.
const OLDEST: u64 = 3 * 86_400;

/// The first pause after a failure, in seconds; each further one is twice as long.
const FIRST: u64 = 15;

/// The longest pause, in seconds, and the pause where the user has to change something.
const LONGEST: u64 = 1_800;

/// A message that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<T> {
    /// The message.
    pub message: T,
    /// Since when.
    pub since: Timestamp,
}

/// What waits for one channel, the oldest first.
#[derive(Clone, Debug)]
pub struct Queue<T> {
    waiting: VecDeque<Entry<T>>,
    failures: u32,
    next: Timestamp,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self { waiting: VecDeque::new(), failures: 0, next: Timestamp::EPOCH }
    }
}

impl<T> Queue<T> {
    /// Adds a message; returns the oldest where there is no room.
    pub fn push(&mut self, message: T, since: Timestamp) -> Option<Entry<T>> {
        self.waiting.push_back(Entry { message, since });
        if self.waiting.len() > MOST { self.waiting.pop_front() } else { None }
    }

    /// Takes out what is no news any more.
    pub fn expire(&mut self, now: Timestamp) -> Vec<Entry<T>> {
        let old = |entry: &Entry<T>| now.since(entry.since) > nanoseconds(OLDEST);
        let count = self.waiting.iter().take_while(|it| old(it)).count();
        self.waiting.drain(..count).collect()
    }

    /// The message whose turn it is, if it is time.
    #[must_use]
    pub fn due(&self, now: Timestamp) -> Option<&T> {
        // A clock that was set back must not make anybody wait for ever.
        let far = self.next.since(now) > nanoseconds(LONGEST);
        if now >= self.next || far { self.waiting.front().map(|it| &it.message) } else { None }
    }

    /// The message whose turn it is, now or later.
    #[must_use]
    pub fn first(&self) -> Option<&T> {
        self.waiting.front().map(|it| &it.message)
    }

    /// The first message arrived, or is not to be sent any more.
    pub fn done(&mut self) -> Option<Entry<T>> {
        self.failures = 0;
        self.next = Timestamp::EPOCH;
        self.waiting.pop_front()
    }

    /// The first message did not arrive; returns it where it never will.
    pub fn failed(&mut self, error: &SendError, now: Timestamp) -> Option<Entry<T>> {
        let pause = match error.blame {
            Blame::Message => return self.done(),
            Blame::Setup => LONGEST,
            Blame::Moment => (FIRST << self.failures.min(16)).min(LONGEST),
        };
        self.failures = self.failures.saturating_add(1);
        self.next = Timestamp(now.0.saturating_add(nanoseconds(pause)));
        None
    }

    /// In how many seconds the next try is, after a failure.
    #[must_use]
    pub const fn pause(&self, now: Timestamp) -> u64 {
        self.next.since(now) / 1_000_000_000
    }

    /// How many wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Whether nothing waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// All that waits, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Entry<T>> {
        self.waiting.iter()
    }
}

const fn nanoseconds(seconds: u64) -> u64 {
    seconds.saturating_mul(1_000_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_half_an_hour_and_end_with_success() {
        let mut queue = Queue::default();
        queue.push("a", at(0));
        let mut now = 0;
        for pause in [15, 30, 60, 120, 240, 480, 960, 1_800, 1_800] {
            assert_eq!(queue.due(at(now)), Some(&"a"));
            assert_eq!(queue.failed(&SendError::moment(""), at(now)), None);
            assert_eq!(queue.pause(at(now)), pause);
            assert_eq!(queue.due(at(now + pause - 1)), None);
            now += pause;
        }
        assert!(queue.done().is_some());
        queue.push("b", at(now));
        assert_eq!(queue.due(at(now)), Some(&"b"));
    }

    #[test]
    fn what_the_user_must_change_waits_long_and_what_is_refused_goes() {
        let mut queue = Queue::default();
        queue.push("a", at(0));
        queue.failed(&SendError::setup(""), at(0));
        assert_eq!(queue.pause(at(0)), LONGEST);
        let refused = queue.failed(&SendError::message(""), at(0));
        assert_eq!(refused.map(|it| it.message), Some("a"));
        assert!(queue.is_empty());
    }

    #[test]
    fn a_full_queue_drops_the_oldest_and_what_is_old_is_no_news() {
        let mut queue = Queue::default();
        for number in 0..MOST as u64 {
            assert_eq!(queue.push(number, at(number)), None);
        }
        assert_eq!(queue.push(100, at(100)).map(|it| it.message), Some(0));
        assert_eq!(queue.len(), MOST);
        let old = queue.expire(at(OLDEST + 3));
        assert_eq!(old.into_iter().map(|it| it.message).collect::<Vec<_>>(), [1, 2]);
    }

    #[test]
    fn a_clock_set_back_keeps_nobody_waiting() {
        let mut queue = Queue::default();
        queue.push("a", at(1_000_000));
        queue.failed(&SendError::moment(""), at(1_000_000));
        assert_eq!(queue.due(at(5)), Some(&"a"));
    }

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_parts(seconds, 0)
    }
}
