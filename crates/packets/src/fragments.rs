//! Puts fragmented datagrams together ([RFC 791], section 3.2; [RFC 8200], section 4.5).
//!
//! Pieces that overlap are an attack or damage, so the whole datagram is dropped ([RFC 5722]); a piece
//! that comes twice, unchanged in place and length, is not an overlap.
//!
//! [RFC 791]: https://www.rfc-editor.org/rfc/rfc791
//! [RFC 5722]: https://www.rfc-editor.org/rfc/rfc5722
//! [RFC 8200]: https://www.rfc-editor.org/rfc/rfc8200

use evidence::Timestamp;
use hashbrown::HashMap;

use crate::{
    flow::Moment,
    ip::{Address, Datagram, Fragment},
    link::Stations,
};

/// How long pieces are waited for, in nanoseconds of packet time: RFC 791's upper bound is far more
/// than any path needs; 30 s is what common systems wait.
const PATIENCE: u64 = 30_000_000_000;
/// Datagrams under way at once; our choice.
const MOST_DATAGRAMS: usize = 1_024;
/// Bytes kept for all of them; our choice.
const MOST_BYTES: usize = 8 << 20;
/// Pieces of one datagram: 64 KiB in the smallest pieces a sane path makes; our choice.
const MOST_PIECES: usize = 128;
/// The longest datagram, in bytes.
const LONGEST: usize = 65_535;

/// Datagrams under way.
#[derive(Debug, Default)]
pub(crate) struct Fragments {
    assemblies: HashMap<Key, Assembly>,
    bytes: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key {
    source: Address,
    destination: Address,
    identification: u32,
    transport: u8,
}

#[derive(Debug)]
struct Assembly {
    pieces: Vec<Piece>,
    /// The datagram's length, once its last piece is known.
    total: Option<usize>,
    stations: Stations,
    load: Load,
    begun: Timestamp,
    /// Whether it was put together already: what comes after that came twice.
    done: bool,
}

#[derive(Debug)]
struct Piece {
    offset: usize,
    bytes: Vec<u8>,
}

/// How many frames and bytes brought a datagram, and which was first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Load {
    pub(crate) first: Moment,
    pub(crate) last: Timestamp,
    pub(crate) frames: u64,
    pub(crate) bytes: u64,
}

/// A datagram that is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Loss {
    pub(crate) stations: Stations,
    pub(crate) source: Address,
    pub(crate) destination: Address,
    pub(crate) transport: u8,
    pub(crate) load: Load,
}

/// What became of a piece.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The datagram is whole: its payload, and what brought it.
    Whole(Vec<u8>, Load),
    /// More is needed; the piece's traffic is remembered.
    Waiting,
    /// The piece came again after its datagram was whole.
    Repeated,
    /// The datagram cannot be put together; what its pieces were.
    Broken(Load),
}

impl Load {
    pub(crate) fn add(&mut self, other: &Self) {
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.frames += other.frames;
        self.bytes += other.bytes;
    }
}

impl Fragments {
    /// Adds one piece.
    pub(crate) fn add(
        &mut self,
        stations: Stations,
        datagram: &Datagram<'_>,
        load: Load,
        now: Timestamp,
    ) -> Outcome {
        let Datagram { source, destination, transport, payload, .. } = *datagram;
        let Some(Fragment { identification, offset, more }) = datagram.fragment else {
            return Outcome::Repeated;
        };
        let key = Key { source, destination, identification, transport };
        let assembly =
            self.assemblies.entry(key).or_insert_with(|| Assembly::new(stations, load, now));
        if assembly.done {
            return Outcome::Repeated;
        }
        if assembly.load.frames > 0 {
            assembly.load.add(&load);
        } else {
            assembly.load = load;
        }
        let held = assembly.weight();
        let fits =
            assembly.insert(offset as usize, payload, more) && datagram.length == payload.len();
        let whole = if fits { assembly.whole() } else { None };
        let load = assembly.load;
        let broken = !fits;
        if broken || whole.is_some() {
            assembly.finish();
        }
        self.bytes = self.bytes + assembly.weight() - held;
        match whole {
            Some(payload) => Outcome::Whole(payload, load),
            None if broken => Outcome::Broken(load),
            None => Outcome::Waiting,
        }
    }

    /// Gives up what has waited too long, and the oldest where there is too much. Hands on each
    /// datagram's ends and load.
    pub(crate) fn sweep(&mut self, now: Timestamp, mut lost: impl FnMut(Loss)) {
        let mut since = now.0.saturating_sub(PATIENCE);
        if self.is_full() {
            let mut begun: Vec<u64> = self.assemblies.values().map(|it| it.begun.0).collect();
            let middle = begun.len() / 2;
            if middle < begun.len() {
                since = since.max(*begun.select_nth_unstable(middle).1 + 1);
            }
        }
        self.drop_older(since, &mut lost);
    }

    /// Gives up everything.
    pub(crate) fn clear(&mut self, mut lost: impl FnMut(Loss)) {
        self.drop_older(u64::MAX, &mut lost);
    }

    pub(crate) fn is_full(&self) -> bool {
        self.assemblies.len() > MOST_DATAGRAMS || self.bytes > MOST_BYTES
    }

    fn drop_older(&mut self, since: u64, lost: &mut impl FnMut(Loss)) {
        let bytes = &mut self.bytes;
        self.assemblies.retain(|key, assembly| {
            let keep = assembly.begun.0 >= since;
            if !keep {
                *bytes -= assembly.weight();
                if !assembly.done {
                    let Key { source, destination, transport, .. } = *key;
                    let Assembly { stations, load, .. } = *assembly;
                    lost(Loss { stations, source, destination, transport, load });
                }
            }
            keep
        });
    }
}

impl Assembly {
    const fn new(stations: Stations, load: Load, begun: Timestamp) -> Self {
        let load = Load { frames: 0, bytes: 0, ..load };
        Self { pieces: Vec::new(), total: None, stations, load, begun, done: false }
    }

    /// Puts a piece in its place; false if it contradicts another one.
    fn insert(&mut self, offset: usize, bytes: &[u8], more: bool) -> bool {
        let end = offset + bytes.len();
        if end > LONGEST || bytes.is_empty() || self.pieces.len() >= MOST_PIECES {
            return false;
        }
        if !more && self.total.replace(end).is_some_and(|total| total != end) {
            return false;
        }
        let last = self.pieces.last().map_or(0, |piece| piece.offset + piece.bytes.len());
        if self.total.is_some_and(|total| total < end.max(last)) {
            return false;
        }
        let index = self.pieces.partition_point(|piece| piece.offset < offset);
        if let Some(same) = self.pieces.get(index)
            && (same.offset, same.bytes.len()) == (offset, bytes.len())
        {
            return true;
        }
        let before = index.checked_sub(1).and_then(|index| self.pieces.get(index));
        let overlaps = before.is_some_and(|before| before.offset + before.bytes.len() > offset)
            || self.pieces.get(index).is_some_and(|after| after.offset < end);
        if overlaps {
            return false;
        }
        self.pieces.insert(index, Piece { offset, bytes: bytes.to_vec() });
        true
    }

    fn whole(&self) -> Option<Vec<u8>> {
        let total = self.total?;
        if self.weight() != total {
            return None;
        }
        let mut payload = Vec::with_capacity(total);
        for piece in &self.pieces {
            payload.extend_from_slice(&piece.bytes);
        }
        Some(payload)
    }

    fn weight(&self) -> usize {
        self.pieces.iter().map(|piece| piece.bytes.len()).sum()
    }

    fn finish(&mut self) {
        self.pieces = Vec::new();
        self.done = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_make_a_whole_in_any_order() {
        check("in order", &[(0, "abcdefgh", true), (8, "ij", false)], Some("abcdefghij"));
        check("last first", &[(8, "ij", false), (0, "abcdefgh", true)], Some("abcdefghij"));
        check(
            "one twice",
            &[(0, "abcdefgh", true), (0, "abcdefgh", true), (8, "i", false)],
            Some("abcdefghi"),
        );
        check("a hole", &[(0, "abcdefgh", true), (16, "i", false)], None);
        check("overlapping", &[(0, "abcdefgh", true), (4, "xxxx", false)], None);
        check(
            "a hole, and something beyond the end",
            &[(0, "abcdefgh", true), (32, "xxxxxxxx", true), (16, "ijklmnop", false)],
            None,
        );
        check("two ends", &[(8, "ab", false), (16, "cd", false), (0, "abcdefgh", true)], None);
    }

    #[test]
    fn memory_is_bounded() {
        let mut fragments = Fragments::default();
        for identification in 0..5_000 {
            let fragment = Fragment { identification, offset: 0, more: true };
            let at = Timestamp(u64::from(identification));
            fragments.add(Stations::NONE, &datagram(&[0; 1_400], fragment), load(at), at);
            if fragments.is_full() {
                fragments.sweep(at, |_| {});
            }
            assert!(fragments.assemblies.len() <= MOST_DATAGRAMS + 1);
        }
        fragments.clear(|_| {});
        assert_eq!(fragments.bytes, 0);
    }

    #[track_caller]
    fn check(name: &str, pieces: &[(u32, &str, bool)], expected: Option<&str>) {
        let mut fragments = Fragments::default();
        let mut whole = None;
        for (offset, text, more) in pieces {
            let fragment = Fragment { identification: 1, offset: *offset, more: *more };
            let now = Timestamp::EPOCH;
            let datagram = datagram(text.as_bytes(), fragment);
            if let Outcome::Whole(payload, load) =
                fragments.add(Stations::NONE, &datagram, load(now), now)
            {
                assert_eq!(load.frames, pieces.len() as u64, "{name}");
                whole = Some(String::from_utf8(payload).unwrap());
            }
        }
        assert_eq!(whole.as_deref(), expected, "{name}");
    }

    fn load(at: Timestamp) -> Load {
        Load { first: Moment { at, frame: 1 }, last: at, frames: 1, bytes: 60 }
    }

    fn datagram(payload: &[u8], fragment: Fragment) -> Datagram<'_> {
        let [source, destination] = ["192.0.2.1", "192.0.2.2"]
            .map(|text| Address::from(text.parse::<std::net::IpAddr>().unwrap()));
        Datagram {
            source,
            destination,
            transport: 17,
            payload,
            length: payload.len(),
            hops: 64,
            fragment: Some(fragment),
        }
    }
}
