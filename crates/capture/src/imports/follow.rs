//! Files that grow, are written anew, or are put aside for new ones: each thing in them is read once.
//!
//! A file is known by what it begins with, not by its name. So a log that was renamed, copied or packed is
//! read on where it ended, and a new one under the old name is read from its start. Lease files are written
//! anew as a whole; of those only entries that were not there before are read. Of captures that grow,
//! connections go on from one look to the next: what is told of them adds up to what one pass would say.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{self, Read, Seek as _, SeekFrom},
    path::{Path, PathBuf},
};

use evidence::Recorder;
use packets::{
    Dissector, Settings,
    files::{Decoder, Step},
};

use super::{Format, Homes, Import, run, sniff};
use crate::{
    error::{CaptureError, Problem},
    unpack::{self, Packing},
};

/// By how many first bytes files are told apart; our choice: the first packet, or the first lines with
/// their times.
const HEAD_BYTES: usize = 256;

/// How many files are remembered that are not there any more; our choice.
const MOST_GONE: usize = 4_096;

/// How much is read at one look, in bytes: so that what was read is handed on. Our choice.
const MOST_AT_ONCE: u64 = 64 << 20;

/// How large a lease file may be, in bytes; our choice: a hundred thousand leases.
const MOST_LEASES: u64 = 64 << 20;

/// Of how many captures connections are kept open; our choice: a few sensors write one each. A capture that
/// was put aside is the first to be ended.
const MOST_OPEN: usize = 4;

const BLOCK_BYTES: usize = 128 << 10;

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

struct Followee {
    position: Position,
    content: Content,
    /// Its size at the last look: packed files are read once they do not grow.
    size: u64,
    written: u64,
    /// Whether it is damaged, and was complained of.
    failed: bool,
}

enum Content {
    Lines(Format, Box<Import>),
    /// Written anew each time.
    Leases(Format),
    Frames {
        decoder: Box<Decoder>,
        begun: Vec<u8>,
        /// Frames of it that were read before.
        passed: u64,
        reading: Option<Box<Reading>>,
    },
    /// Nothing that is read here, so far.
    Unknown,
}

/// A capture that may grow, with its open connections.
struct Reading {
    dissector: Dissector,
    /// Whether there may be something of it to tell yet.
    untold: bool,
}

impl Following {
    /// Goes on where it was left.
    #[must_use]
    pub fn resumed(positions: Vec<Position>) -> Self {
        let mut following = Self::default();
        for position in positions {
            let followee = Followee {
                position,
                content: Content::Unknown,
                size: 0,
                written: 0,
                failed: false,
            };
            following.files.insert(followee.position.path.clone(), followee);
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

    /// How far a file that begins with `head` was read under other names.
    fn known(&self, head: &[u8]) -> Option<Position> {
        let head = (HEAD_BYTES, Some(head).filter(|it| it.len() == HEAD_BYTES).map(hash)?);
        let elsewhere = self.files.values().filter(|it| it.position.head == head);
        let elsewhere = elsewhere.map(Followee::position);
        elsewhere.chain(self.gone.get(&head.1).cloned()).max_by_key(|it| it.offset)
    }

    fn put_aside(&mut self, path: &Path, recorder: &mut Recorder) {
        let Some(mut followee) = self.files.remove(path) else { return };
        followee.end(recorder);
        self.open.retain(|it| it != path);
        let position = followee.position();
        if position.head.0 == HEAD_BYTES && position.entries.is_empty() {
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

impl Followee {
    const fn at(position: Position) -> Self {
        Self { position, content: Content::Unknown, size: 0, written: 0, failed: false }
    }

    /// Whether a file that begins with `head` is this one: it may have grown, and lease files are known by
    /// their names.
    fn begins(&self, head: &[u8]) -> bool {
        let (length, known) = self.position.head;
        matches!(self.content, Content::Leases(_))
            || !self.position.entries.is_empty()
            || head.get(..length).is_some_and(|begins| hash(begins) == known)
    }

    fn position(&self) -> Position {
        let waiting = match &self.content {
            Content::Lines(_, import) => import.waiting() as u64,
            _ => 0,
        };
        let offset = self.position.offset.saturating_sub(waiting);
        Position { offset, ..self.position.clone() }
    }

    fn read(&mut self, file: &mut File, with: &mut Surroundings<'_>) -> Result<Followed, Problem> {
        if matches!(self.content, Content::Unknown) {
            self.content = self.begin(file, with)?;
        }
        let name = self.position.path.display().to_string();
        match &mut self.content {
            Content::Unknown => Ok(Followed::default()),
            Content::Leases(format) => {
                let format = *format;
                self.leases(format, file, with)
            }
            Content::Lines(format, import) => {
                if let Ok(metadata) = file.metadata() {
                    import.set_clock(run::clock(file, &metadata, *format));
                }
                let before = import.number();
                let (bytes, more) = on(file, self.position.offset, |block| {
                    import.feed(block, with.recorder);
                    // What is of another hour is handed on by itself.
                    Ok(import.is_within_an_hour(with.recorder))
                })?;
                self.position.offset += bytes;
                self.position.number = import.number();
                let frames = import.number() - before;
                Ok(Followed { frames, bytes, more, ..Followed::default() })
            }
            Content::Frames { decoder, begun, passed, reading } => {
                let mut frames = 0;
                let recorder = &mut *with.recorder;
                let reading = reading.get_or_insert_with(|| {
                    Box::new(Reading::begin(&name, with.settings, recorder))
                });
                let bytes = on(file, self.position.offset, |block| {
                    begun.extend_from_slice(block);
                    let read = decode(decoder, begun, |frame| {
                        if frame.number > *passed {
                            reading.dissector.observe(recorder, frame);
                            frames += 1;
                        }
                    });
                    read.map(|consumed| {
                        begun.drain(..consumed);
                        true
                    })
                });
                reading.untold = true;
                reading.dissector.tell(recorder);
                let (bytes, more) = bytes?;
                self.position.offset += bytes;
                self.position.number = self.position.number.max(*passed) + frames;
                Ok(Followed { frames, bytes, more, ..Followed::default() })
            }
        }
    }

    /// Tells all of a capture that did not grow; whether there was anything.
    fn tell_all(&mut self, recorder: &mut Recorder) -> bool {
        let Content::Frames { reading: Some(reading), .. } = &mut self.content else {
            return false;
        };
        if reading.untold {
            reading.dissector.tell_all(recorder);
        }
        std::mem::take(&mut reading.untold)
    }

    /// Cuts what goes on in a capture, and tells it.
    fn end(&mut self, recorder: &mut Recorder) {
        if let Content::Frames { reading, .. } = &mut self.content
            && let Some(mut reading) = reading.take()
        {
            reading.dissector.end_source(recorder);
        }
    }

    const fn is_open(&self) -> bool {
        matches!(self.content, Content::Frames { reading: Some(_), .. })
    }

    /// What the file holds, once its beginning tells.
    fn begin(&mut self, file: &mut File, with: &Surroundings<'_>) -> Result<Content, Problem> {
        let first = {
            file.rewind().map_err(Problem::Read)?;
            let (bytes, _) = unpack::open(&*file).map_err(Problem::Read)?;
            run::beginning(bytes).unwrap_or_default()
        };
        file.rewind().map_err(Problem::Read)?;
        if packets::files::is_capture(first.get(..4).unwrap_or_default()) {
            // What a capture's blocks mean stands in front: it is read again, but nothing of it recorded.
            let passed = self.position.number;
            self.position.offset = 0;
            let (decoder, begun) = (Box::default(), Vec::new());
            return Ok(Content::Frames { decoder, begun, passed, reading: None });
        }
        let Some(format) = sniff(&first) else { return Ok(Content::Unknown) };
        if format.is_rewritten() {
            return Ok(Content::Leases(format));
        }
        let metadata = file.metadata().map_err(Problem::Read)?;
        let clock = run::clock(file, &metadata, format);
        let name = self.position.path.display().to_string();
        let mut import =
            Import::new(format, &name, Homes::new(&with.settings.home_networks), clock);
        if self.position.offset > 0 {
            import.heading(&first);
            import.pass_over(self.position.number);
        }
        Ok(Content::Lines(format, Box::new(import)))
    }

    /// Reads the entries of a file that was written anew, but for those that were in it before.
    fn leases(
        &mut self,
        format: Format,
        file: &mut File,
        with: &mut Surroundings<'_>,
    ) -> Result<Followed, Problem> {
        file.rewind().map_err(Problem::Read)?;
        let metadata = file.metadata().map_err(Problem::Read)?;
        let clock = run::clock(file, &metadata, format);
        file.rewind().map_err(Problem::Read)?;
        let bytes = unpack::read_whole(&*file, MOST_LEASES).map_err(Problem::Read)?;
        let name = self.position.path.display().to_string();
        let mut import =
            Import::new(format, &name, Homes::new(&with.settings.home_networks), clock);
        let known: BTreeSet<u64> = self.position.entries.iter().copied().collect();
        let mut held = BTreeSet::new();
        let mut followed = Followed::default();
        for entry in entries(&bytes, format) {
            let hash = hash(entry);
            held.insert(hash);
            let lines = entry.split_inclusive(|byte| *byte == b'\n').count() as u64;
            if known.contains(&hash) {
                import.heading(entry);
                import.pass_over(lines);
            } else {
                followed.frames += lines;
                followed.bytes += entry.len() as u64;
                import.feed(entry, with.recorder);
            }
        }
        import.end(with.recorder);
        self.position.entries = held.into_iter().collect();
        (self.position.offset, self.position.number) = (bytes.len() as u64, import.number());
        Ok(followed)
    }
}

impl Reading {
    fn begin(name: &str, settings: &Settings, recorder: &mut Recorder) -> Self {
        let mut dissector = Dissector::new(settings);
        dissector.begin_source(recorder, name);
        Self { dissector, untold: false }
    }
}

/// The entries of a lease file: its lines, or what ends with a line of its own.
fn entries(bytes: &[u8], format: Format) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let mut length = 0;
        for line in rest.split_inclusive(|byte| *byte == b'\n') {
            length += line.len();
            if format.entry_ends().is_none_or(|end| line.strip_suffix(b"\n") == Some(end)) {
                break;
            }
        }
        let (entry, after) = rest.split_at_checked(length)?;
        rest = after;
        (!entry.is_empty()).then_some(entry)
    })
}

/// Hands over what a file holds behind `offset`, block by block, until `take` has enough; how many bytes that
/// were, and whether there may be more. A packed file is read on as long as possible, for each time it has
/// to be unpacked from its start.
fn on(
    file: &mut File,
    offset: u64,
    mut take: impl FnMut(&[u8]) -> Result<bool, Problem>,
) -> Result<(u64, bool), Problem> {
    file.rewind().map_err(Problem::Read)?;
    let (_, packing) = unpack::open(&*file).map_err(Problem::Read)?;
    let mut source: Box<dyn Read> = if packing == Packing::None {
        file.seek(SeekFrom::Start(offset)).map_err(Problem::Read)?;
        Box::new(&*file)
    } else {
        file.rewind().map_err(Problem::Read)?;
        let (mut unpacked, _) = unpack::open(&*file).map_err(Problem::Read)?;
        let mut before = unpacked.by_ref().take(offset);
        io::copy(&mut before, &mut io::sink()).map_err(|_| Problem::Compressed(packing.name()))?;
        unpacked
    };
    let mut block = vec![0; BLOCK_BYTES];
    let mut bytes = 0;
    while bytes < MOST_AT_ONCE {
        match source.read(&mut block) {
            Ok(0) => return Ok((bytes, false)),
            Ok(count) => {
                bytes += count as u64;
                let goes_on = take(block.get(..count).unwrap_or_default())?;
                if !goes_on && packing == Packing::None {
                    break;
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if packing == Packing::None => return Err(Problem::Read(error)),
            Err(_) => return Err(Problem::Compressed(packing.name())),
        }
    }
    Ok((bytes, true))
}

/// Reads the frames that are whole; how many bytes they and what is between them were.
fn decode(
    decoder: &mut Decoder,
    bytes: &[u8],
    mut observe: impl FnMut(&packets::Frame<'_>),
) -> Result<usize, Problem> {
    let mut start = 0;
    loop {
        match decoder.next(bytes.get(start..).unwrap_or_default(), false).map_err(Problem::File)? {
            Step::Frame { consumed, frame } => {
                observe(&frame);
                start += consumed;
            }
            Step::Skip { consumed } => start += consumed,
            Step::Need { .. } | Step::End => return Ok(start),
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
    // FNV-1a; entries are told apart, nothing is protected by it.
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests;
