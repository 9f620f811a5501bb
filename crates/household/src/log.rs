//! SQLite's write-ahead log, looked at before SQLite does: it silently takes a damaged frame for the
//! end of the log, and what was committed after it would be gone without a word.
//!
//! Format: <https://www.sqlite.org/fileformat2.html#the_write_ahead_log>, section 4.

use std::{
    fs::File,
    io::{self, BufReader, Read},
    path::Path,
};

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// How often a log can have begun anew since a frame was written: above what a file sees in its life.
const MOST_LOGS: u32 = 1 << 24;

/// Whether the log at `path` holds frames of its own that SQLite will not take. Of a log that is merely
/// unfinished (the program was killed while writing) it may be said too: the two look alike.
pub(crate) fn is_damaged(path: &Path) -> io::Result<bool> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    let mut file = BufReader::with_capacity(1 << 16, file);
    let mut header = [0; HEADER];
    if !fill(&mut file, &mut header)? {
        return Ok(false);
    }
    let Some(mut log) = Log::of(&header) else { return Ok(true) };
    let mut frame = vec![0; FRAME_HEADER + log.page];
    let mut over = false;
    while fill(&mut file, &mut frame)? {
        match log.take(&frame) {
            Frame::Good if !over => {}
            Frame::OfAnEarlierLog => over = true,
            // A frame of this log behind one that is not: something was in between.
            Frame::Good | Frame::Bad => return Ok(true),
        }
    }
    Ok(false)
}

/// Fills `bytes`, or says that there are not as many.
fn fill(file: &mut impl Read, bytes: &mut [u8]) -> io::Result<bool> {
    match file.read_exact(bytes) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

/// What the header says, and the checksum up to here.
struct Log {
    big_endian: bool,
    page: usize,
    salts: (u32, u32),
    sums: (u32, u32),
}

enum Frame {
    Good,
    OfAnEarlierLog,
    Bad,
}

impl Log {
    fn of(header: &[u8; HEADER]) -> Option<Self> {
        const MAGIC: u32 = 0x377f_0682;

        let words: Vec<u32> = words(header, true).collect();
        let &[magic, _version, page, _checkpoints, salt, other_salt, sum, other_sum] = &*words
        else {
            return None;
        };
        let big_endian = magic == MAGIC | 1;
        let page = usize::try_from(page).ok().filter(|page| (512..=65_536).contains(page))?;
        let mut log = Self { big_endian, page, salts: (salt, other_salt), sums: (0, 0) };
        log.add(header.get(..24)?);
        (magic | 1 == MAGIC | 1 && log.sums == (sum, other_sum)).then_some(log)
    }

    fn take(&mut self, frame: &[u8]) -> Frame {
        let (head, page) = frame.split_at_checked(FRAME_HEADER).unwrap_or_default();
        let words: Vec<u32> = words(head, true).collect();
        let &[_number, _size, salt, other_salt, sum, other_sum] = &*words else {
            return Frame::Bad;
        };
        // Each time the log begins anew its first salt is one more, and the other is drawn again.
        let age = self.salts.0.wrapping_sub(salt);
        match (age, other_salt == self.salts.1) {
            (0, true) => {}
            (1..=MOST_LOGS, false) => return Frame::OfAnEarlierLog,
            _ => return Frame::Bad,
        }
        self.add(head.get(..8).unwrap_or_default());
        self.add(page);
        if self.sums == (sum, other_sum) { Frame::Good } else { Frame::Bad }
    }

    fn add(&mut self, bytes: &[u8]) {
        let (mut one, mut other) = self.sums;
        let mut words = words(bytes, self.big_endian);
        while let (Some(first), Some(second)) = (words.next(), words.next()) {
            one = one.wrapping_add(first).wrapping_add(other);
            other = other.wrapping_add(second).wrapping_add(one);
        }
        self.sums = (one, other);
    }
}

fn words(bytes: &[u8], big_endian: bool) -> impl Iterator<Item = u32> {
    bytes.as_chunks::<4>().0.iter().map(move |word| {
        if big_endian { u32::from_be_bytes(*word) } else { u32::from_le_bytes(*word) }
    })
}
