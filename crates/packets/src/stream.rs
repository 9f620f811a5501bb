//! One direction of a TCP connection, put in order as far as its beginning is read.
//!
//! Sequence numbers wrap around and are compared as RFC 9293, section 3.4, says. Bytes that come
//! twice are taken once, the first time. Only so much is kept as a message under way needs.

/// How many bytes of a message under way, and how many that came too early, are kept for one
/// direction; our choice: the longest heads and certificate chains of home devices fit.
pub(crate) const LONGEST_MESSAGE: usize = 16 << 10;

/// How many pieces that came too early are kept; our choice, a usual burst of reordering.
const MOST_EARLY: usize = 16;

/// One direction.
#[derive(Debug, Default)]
pub(crate) struct Stream {
    /// The sequence number of the next byte, once one is known.
    pub(crate) next: Option<u32>,
    /// Whether its first bytes were not captured.
    pub(crate) joined: bool,
    /// How far reading has come.
    pub(crate) stage: Stage,
    /// How often bytes were shown since the last progress.
    pub(crate) tries: u16,
    /// How many bytes were shown then.
    pub(crate) shown: usize,
    /// Bytes in order that are not read yet.
    pub(crate) held: Vec<u8>,
    early: Vec<Early>,
}

/// How far a direction is read; each is later than the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// No protocol has been found for it.
    #[default]
    Unknown,
    /// A protocol has been found.
    Agreed,
    /// The protocol has read some of it.
    Begun,
    /// Nothing further is read.
    Done,
}

/// A piece that came before the bytes it follows.
#[derive(Debug)]
struct Early {
    sequence: u32,
    bytes: Vec<u8>,
}

/// What a segment brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Brought<'a> {
    /// The next bytes in order.
    Next(&'a [u8]),
    /// Nothing that can be read now.
    Nothing,
    /// A gap that nothing will fill.
    Gap,
}

impl Stream {
    /// Puts a segment in its place.
    #[inline]
    pub(crate) fn place<'a>(&mut self, sequence: u32, payload: &'a [u8]) -> Brought<'a> {
        let next = *self.next.get_or_insert(sequence);
        let ahead = sequence.wrapping_sub(next).cast_signed();
        if ahead > 0 {
            return self.keep_early(sequence, payload);
        }
        let known = ahead.unsigned_abs() as usize;
        match payload.get(known..) {
            Some(fresh) if !fresh.is_empty() => {
                self.next = Some(next.wrapping_add(length(fresh)));
                Brought::Next(fresh)
            }
            _ => Brought::Nothing,
        }
    }

    /// A piece that came early and whose turn it is now.
    pub(crate) fn next_early(&mut self) -> Option<Vec<u8>> {
        let next = self.next?;
        let is_due = |early: &Early| next.wrapping_sub(early.sequence).cast_signed() >= 0;
        while let Some(index) = self.early.iter().position(is_due) {
            let mut early = self.early.swap_remove(index);
            let known = next.wrapping_sub(early.sequence) as usize;
            if known < early.bytes.len() {
                early.bytes.drain(..known);
                self.next = Some(next.wrapping_add(length(&early.bytes)));
                return Some(early.bytes);
            }
        }
        None
    }

    /// Stops reading and frees what was kept.
    pub(crate) fn stop(&mut self) {
        self.stage = Stage::Done;
        self.held = Vec::new();
        self.early = Vec::new();
    }

    pub(crate) fn is_done(&self) -> bool {
        self.stage == Stage::Done
    }

    /// Whether bytes are missing before others that came.
    pub(crate) const fn has_gap(&self) -> bool {
        !self.early.is_empty()
    }

    /// Bytes of memory kept, be they filled or not.
    pub(crate) fn weight(&self) -> usize {
        self.held.capacity() + self.early_bytes()
    }

    /// Gives back the room of a long message that is read; a small buffer stays for the next.
    pub(crate) fn relax(&mut self) {
        const SMALL: usize = 2 << 10;
        if self.held.is_empty() {
            self.held.shrink_to(SMALL);
        }
    }

    /// Makes it as new, keeping a small buffer.
    pub(crate) fn renew(&mut self) {
        let mut held = std::mem::take(&mut self.held);
        held.clear();
        *self = Self { held, ..Self::default() };
        self.relax();
    }

    fn keep_early<'a>(&mut self, sequence: u32, payload: &[u8]) -> Brought<'a> {
        if self.early.iter().any(|it| it.sequence == sequence && it.bytes.len() >= payload.len()) {
            return Brought::Nothing;
        }
        let fits =
            self.early.len() < MOST_EARLY && self.early_bytes() + payload.len() <= LONGEST_MESSAGE;
        if !fits {
            return Brought::Gap;
        }
        if !payload.is_empty() {
            self.early.push(Early { sequence, bytes: payload.to_vec() });
        }
        Brought::Nothing
    }

    fn early_bytes(&self) -> usize {
        self.early.iter().map(|early| early.bytes.len()).sum()
    }
}

/// Segments and early pieces are shorter than 4 GiB.
fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_out_in_order_once() {
        check("in order", 1, &[(1, "ab"), (3, "cd")], "abcd");
        check("swapped", 1, &[(3, "cd"), (1, "ab")], "abcd");
        check("twice", 1, &[(1, "ab"), (1, "ab"), (3, "cd")], "abcd");
        check("overlapping", 1, &[(1, "abc"), (2, "XXd")], "abcd");
        check("an early piece covered by a later one", 1, &[(3, "c"), (1, "abcd")], "abcd");
        check("early pieces that overlap", 1, &[(4, "de"), (3, "cde"), (1, "ab")], "abcde");
        check("a gap", 1, &[(1, "ab"), (4, "d")], "ab");
        check("wrapping", u32::MAX, &[(1, "cd"), (u32::MAX, "ab")], "abcd");
        check("a keep-alive probe", 3, &[(2, "x"), (3, "ab")], "ab");
    }

    #[test]
    fn too_much_too_early_is_given_up() {
        let mut stream = Stream { next: Some(0), ..Stream::default() };
        let piece = [0; 1_000];
        let placed: Vec<_> = (1..=17).map(|index| stream.place(index * 1_000, &piece)).collect();
        assert_eq!(placed.last(), Some(&Brought::Gap));
        assert!(stream.weight() <= LONGEST_MESSAGE);
    }

    #[track_caller]
    fn check(name: &str, next: u32, segments: &[(u32, &str)], expected: &str) {
        let mut stream = Stream { next: Some(next), ..Stream::default() };
        let mut read = Vec::new();
        for (sequence, text) in segments {
            if let Brought::Next(bytes) = stream.place(*sequence, text.as_bytes()) {
                read.extend_from_slice(bytes);
                while let Some(early) = stream.next_early() {
                    read.extend_from_slice(&early);
                }
            }
        }
        assert_eq!(String::from_utf8(read).unwrap(), expected, "{name}");
    }
}
