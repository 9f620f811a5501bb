//! Files that grow, are written anew, or are put aside for new ones: each thing in them is read once.
//!
//! A file is known by what it begins with, not by its name. So a log that was renamed, copied or packed is
//! read on where it ended, and a new one under the old name is read from its start. Lease files are written
//! anew as a whole; of those only entries that were not there before are read. Of captures that grow,
//! connections go on from one look to the next: what is told of them adds up to what one pass would say.

mod followee;

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read, Seek as _},
    path::{Path, PathBuf},
};

use evidence::Recorder;
use packets::Settings;

use self::followee::Followee;
use super::run;
use crate::{
    error::{CaptureError, Problem},
    unpack::{self, Packing},
};

/// By how many first bytes files are told apart, if they have as many; our choice: the first packet, behind
/// what describes each interface, or the first lines with their times.
const HEAD_BYTES: usize = 4_096;

/// How many bytes must begin a file for it to be known under another name; our choice: a few lines with
/// their times.
const LEAST_HEAD: usize = 256;

/// How many files are remembered that are not there any more; our choice.
const MOST_GONE: usize = 4_096;

/// Of how many captures connections are kept open; our choice: a few sensors write one each. A capture that
/// was put aside is the first to be ended.
const MOST_OPEN: usize = 4;

/// How far one file was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// Where it was.
    pub path: PathBuf,
    /// How many of its first bytes it is known by, and what they hash to.
    pub head: (usize, u64),
    /// How many bytes of it were read, unpacked.
    pub offset: u64,
    /// How many lines, or frames.
    pub number: u64,
    /// What the entries hash to that it held, where it is written anew.
    pub entries: Vec<u64>,
}

/// What files are read with.
pub struct Surroundings<'a> {
    /// What captures are read with; its networks of the home are those of logs too.
    pub settings: &'a Settings,
    /// Where it goes.
    pub recorder: &'a mut Recorder,
}

/// What one look at a file gave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Followed {
    /// Lines or frames read.
    pub frames: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Whether another file stands under the name than at the last look.
    pub replaced: bool,
    /// Whether there is more to read at once.
    pub more: bool,
    /// Whether something was told, if only of what was read before.
    pub told: bool,
}

/// All files that are followed.
#[derive(Default)]
pub struct Following {
    files: BTreeMap<PathBuf, Followee>,
    /// How far files were read that are not under their name any more, by their whole head.
    gone: BTreeMap<u64, Position>,
    /// Captures with open connections, the one read last at the end.
    open: Vec<PathBuf>,
}

impl Following {
    /// Goes on where it was left.
    #[must_use]
    pub fn resumed(positions: Vec<Position>) -> Self {
        let mut following = Self::default();
        for position in positions {
            following.files.insert(position.path.clone(), Followee::at(position));
        }
        following
    }

    /// How far every file was read.
    pub fn positions(&self) -> impl Iterator<Item = Position> {
        self.files.values().map(Followee::position).filter(|it| it.offset > 0)
    }

    /// Reads what came to `path` since the last look. Of files that are not known by what they begin with
    /// only `all` are read: what lies beside a log may be a part of it that was put aside.
    ///
    /// # Errors
    ///
    /// [`CaptureError`] the first time that it cannot be read.
    pub fn look(
        &mut self,
        path: &Path,
        all: bool,
        with: &mut Surroundings<'_>,
    ) -> Result<Followed, CaptureError> {
        let failed =
            |problem| CaptureError { name: path.display().to_string(), problem, frames: 0 };
        let mut file = File::open(path).map_err(|error| failed(Problem::Open(error)))?;
        let metadata = file.metadata().map_err(|error| failed(Problem::Open(error)))?;
        let (size, written) = (metadata.len(), run::written(&metadata).0);
        let same = |it: &&mut Followee| it.size == size && it.written == written;
        if let Some(unchanged) = self.files.get_mut(path).filter(same) {
            let told = unchanged.tell_all(with.recorder);
            return Ok(Followed { told, ..Followed::default() });
        }
        let (head, packing) = head(&mut file).map_err(|error| failed(Problem::Read(error)))?;
        let replaced = self.adopt(path, &head, all, with.recorder);
        let nothing = Followed { replaced, ..Followed::default() };
        let Some(file_of) = self.files.get_mut(path) else { return Ok(nothing) };
        let grew = file_of.size != size;
        (file_of.size, file_of.written) = (size, written);
        if packing != Packing::None && grew {
            // Whoever packs it may not be done: the next look finds it as it is now.
            file_of.written = 0;
            return Ok(nothing);
        }
        if file_of.failed {
            return Ok(nothing);
        }
        file_of.position.head = (head.len(), hash(&head));
        let read = file_of.read(&mut file, with);
        match &read {
            // The next look finds it changed.
            Ok(read) if read.more => file_of.written = 0,
            Ok(_) => {}
            Err(_) => file_of.failed = true,
        }
        self.opened(path, with.recorder);
        let read = read.map_err(failed)?;
        Ok(Followed { replaced, told: read.bytes > 0, ..read })
    }

    /// Tells what there is still to tell, for nothing is followed any more.
    pub fn end(&mut self, recorder: &mut Recorder) {
        for path in std::mem::take(&mut self.open) {
            if let Some(followee) = self.files.get_mut(&path) {
                followee.end(recorder);
            }
        }
    }

    /// Takes down that `path` was read, and ends captures that were not read for longer than others.
    fn opened(&mut self, path: &Path, recorder: &mut Recorder) {
        self.open.retain(|it| it != path);
        if self.files.get(path).is_some_and(Followee::is_open) {
            self.open.push(path.to_owned());
        }
        while self.open.len() > MOST_OPEN {
            let longest = self.open.remove(0);
            if let Some(followee) = self.files.get_mut(&longest) {
                followee.end(recorder);
            }
        }
    }

    /// Follows the file that begins with `head` under `path`; whether it stands there in another's place.
    fn adopt(&mut self, path: &Path, head: &[u8], all: bool, recorder: &mut Recorder) -> bool {
        let replaced = self.files.get(path).is_some_and(|it| !it.begins(head));
        if replaced {
            self.put_aside(path, recorder);
        }
        if !self.files.contains_key(path) {
            let known = self.known(head);
            if known.is_some() || all {
                let position = Position { path: path.to_owned(), ..known.unwrap_or_default() };
                self.files.insert(path.to_owned(), Followee::at(position));
                self.let_go(recorder);
            }
        }
        replaced
    }

    /// How far a file that begins with `head` was read under other names; it may have grown since.
    fn known(&self, head: &[u8]) -> Option<Position> {
        let hashes = hashes(head);
        let begins = |known: &(usize, u64)| {
            known.0 >= LEAST_HEAD && hashes.get(known.0).is_some_and(|hash| *hash == known.1)
        };
        let elsewhere = self.files.values().filter(|it| begins(&it.position.head));
        let gone = hashes.iter().filter_map(|hash| self.gone.get(hash));
        let gone = gone.filter(|it| begins(&it.head)).cloned();
        elsewhere.map(Followee::position).chain(gone).max_by_key(|it| (it.head.0, it.offset))
    }

    fn put_aside(&mut self, path: &Path, recorder: &mut Recorder) {
        let Some(mut followee) = self.files.remove(path) else { return };
        followee.end(recorder);
        self.open.retain(|it| it != path);
        let position = followee.position();
        if position.head.0 >= LEAST_HEAD && position.entries.is_empty() {
            self.gone.insert(position.head.1, position);
        }
        while self.gone.len() > MOST_GONE {
            self.gone.pop_first();
        }
    }

    /// Puts files aside that are not there any more, once there are many.
    fn let_go(&mut self, recorder: &mut Recorder) {
        if self.files.len() > MOST_GONE {
            let gone: Vec<_> = self.files.keys().filter(|path| !path.exists()).cloned().collect();
            for path in &gone {
                self.put_aside(path, recorder);
            }
        }
    }
}

/// What a file begins with, unpacked, and how it is packed.
fn head(file: &mut File) -> io::Result<(Vec<u8>, Packing)> {
    let mut head = Vec::new();
    let packing = {
        let (bytes, packing) = unpack::open(&*file)?;
        // A damaged file is told of when it is read.
        let _ = bytes.take(HEAD_BYTES as u64).read_to_end(&mut head);
        packing
    };
    file.rewind()?;
    Ok((head, packing))
}

/// The same on every machine, so that positions can be kept.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().copied().fold(NOTHING, hash_on)
}

/// What the first bytes hash to: none of them, one, two, and so on.
fn hashes(bytes: &[u8]) -> Vec<u64> {
    let mut hash = NOTHING;
    let on = bytes.iter().map(|byte| {
        hash = hash_on(hash, *byte);
        hash
    });
    std::iter::once(NOTHING).chain(on).collect()
}

/// FNV-1a; entries are told apart, nothing is protected by it.
const fn hash_on(hash: u64, byte: u8) -> u64 {
    (hash ^ byte as u64).wrapping_mul(0x0100_0000_01b3)
}

const NOTHING: u64 = 0xcbf2_9ce4_8422_2325;

#[cfg(test)]
mod tests;
