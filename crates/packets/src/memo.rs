//! What was read of messages that come again word for word: announcements every few seconds, a
//! server's certificate with every connection.
//!
//! **Invariants.** What is kept was read from the very same bytes and nothing else. So it makes
//! reading quicker and changes nothing of what is read, whoever sent the message before. And it is
//! bounded: beyond [`MOST_BYTES`] everything is forgotten, and kept anew as it comes.

use std::sync::Arc;

use evidence::Field;
use hashbrown::{DefaultHashBuilder, HashTable};

use crate::{
    protocol::{Sink, Whose},
    protocols::{Certificate, Head},
};

/// About how many bytes are kept of each kind; our choice: thousands of messages.
const MOST_BYTES: usize = 4 << 20;

/// How many messages that came once are told apart; our choice.
const FIRST_TIMES: usize = 4_096;

/// What is kept.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(crate) sayings: Memo<Arc<Saying>>,
    pub(crate) certificates: Memo<Certificate>,
    pub(crate) heads: Memo<(Head, Arc<Saying>)>,
}

/// Finds what was read by the bytes it was read from.
#[derive(Debug)]
pub(crate) struct Memo<T> {
    table: HashTable<Entry<T>>,
    hasher: DefaultHashBuilder,
    /// Hashes of messages that came lately, each where its lowest bits say.
    came: Vec<u64>,
    bytes: usize,
}

#[derive(Debug)]
struct Entry<T> {
    hash: u64,
    /// The name of the protocol that read it.
    reader: &'static str,
    message: Box<[u8]>,
    read: T,
}

impl<T> Default for Memo<T> {
    fn default() -> Self {
        let hasher = DefaultHashBuilder::default();
        Self { table: HashTable::new(), hasher, came: Vec::new(), bytes: 0 }
    }
}

impl<T> Memo<T> {
    pub(crate) fn hash(&self, message: &[u8]) -> u64 {
        std::hash::BuildHasher::hash_one(&self.hasher, message)
    }

    /// What `reader` read of `message` before.
    pub(crate) fn get(&self, hash: u64, reader: &str, message: &[u8]) -> Option<&T> {
        let is = |entry: &Entry<T>| {
            entry.hash == hash && entry.reader == reader && *entry.message == *message
        };
        self.table.find(hash, is).map(|entry| &entry.read)
    }

    /// Whether a message with this hash came lately; notes that it came.
    pub(crate) fn comes_again(&mut self, hash: u64) -> bool {
        self.came.resize(FIRST_TIMES, 0);
        let place = usize::try_from(hash % FIRST_TIMES as u64).unwrap_or(0);
        let latest = self.came.get_mut(place).map(|latest| std::mem::replace(latest, hash));
        latest == Some(hash)
    }

    /// Keeps what was read of a message that is not kept yet, and takes about `weight` bytes: a name
    /// that many records point to is written out for each.
    pub(crate) fn keep(
        &mut self,
        hash: u64,
        reader: &'static str,
        message: &[u8],
        read: T,
        weight: usize,
    ) {
        /// An entry's own.
        const OVERHEAD: usize = 128;
        let bytes = message.len() + weight + OVERHEAD;
        self.bytes += bytes;
        if self.bytes > MOST_BYTES {
            self.table.clear();
            self.bytes = bytes;
        }
        let entry = Entry { hash, reader, message: message.into(), read };
        self.table.insert_unique(hash, entry, |entry| entry.hash);
    }
}

/// What a message says of its two ends, line by line.
#[derive(Debug, Default)]
pub(crate) struct Saying {
    lines: Vec<Line>,
    text: String,
}

#[derive(Debug)]
struct Line {
    whose: Whose,
    field: Field,
    in_conversation: bool,
    /// Where in the text its value ends; it begins where the one before ends.
    end: usize,
}

impl Saying {
    fn add(&mut self, whose: Whose, field: Field, value: &str, in_conversation: bool) {
        self.text.push_str(value);
        self.lines.push(Line { whose, field, in_conversation, end: self.text.len() });
    }

    /// About how many bytes it takes.
    pub(crate) fn weight(&self) -> usize {
        self.text.len() + self.lines.len() * size_of::<Line>()
    }

    /// Says it all again.
    pub(crate) fn repeat(&self, sink: &mut dyn Sink) {
        let mut start = 0;
        for Line { whose, field, in_conversation, end } in &self.lines {
            let value = self.text.get(start..*end).unwrap_or_default();
            sink.note(*whose, *field, value, *in_conversation);
            start = *end;
        }
    }
}

/// Passes on what is said, and listens.
pub(crate) struct Listening<'a> {
    pub(crate) saying: Saying,
    pub(crate) sink: &'a mut dyn Sink,
}

impl Sink for Listening<'_> {
    fn note(&mut self, whose: Whose, field: Field, value: &str, in_conversation: bool) {
        self.saying.add(whose, field, value, in_conversation);
        self.sink.note(whose, field, value, in_conversation);
    }

    fn again(&mut self, saying: &Arc<Saying>) {
        saying.repeat(self);
    }

    fn malformed(&mut self, protocol: &'static str) {
        self.sink.malformed(protocol);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_known_to_its_reader_only() {
        let mut memo = Memo::default();
        let hash = memo.hash(b"lamp");
        assert!(!memo.comes_again(hash) && memo.comes_again(hash));
        memo.keep(hash, "mdns", b"lamp", 1, 0);
        assert_eq!(memo.get(hash, "mdns", b"lamp"), Some(&1));
        assert_eq!(memo.get(hash, "ssdp", b"lamp"), None);
        assert_eq!(memo.get(hash, "mdns", b"plug"), None);
    }

    #[test]
    fn no_more_is_kept_than_fits() {
        let mut memo = Memo::default();
        let message = [7; 1_000];
        for number in 0..100_000_u64 {
            memo.keep(number, "mdns", &message, number, 0);
        }
        assert!(memo.bytes <= MOST_BYTES && memo.table.len() * message.len() <= MOST_BYTES);
        assert_eq!(memo.get(99_999, "mdns", &message), Some(&99_999));
    }

    #[test]
    fn what_a_short_message_says_at_length_is_weighed() {
        let (mut memo, weight) = (Memo::default(), 100_000);
        for number in 0..1_000_u64 {
            memo.keep(number, "mdns", b"lamp", number, weight);
        }
        assert!(memo.table.len() * weight <= MOST_BYTES);
        assert_eq!(memo.get(999, "mdns", b"lamp"), Some(&999));
    }
}
