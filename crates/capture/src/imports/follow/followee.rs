//! One file that is followed: what it holds, and what came to it.

use std::{
    collections::BTreeSet,
    fs::File,
    io::{self, Read, Seek as _, SeekFrom},
};

use evidence::Recorder;
use packets::{
    Dissector, Settings,
    files::{Decoder, Step},
};

use super::{Followed, Position, Surroundings, hash};
use crate::{
    error::Problem,
    imports::{Format, Homes, Import, run, sniff},
    unpack::{self, Packing},
};

/// How much is read at one look, in bytes: so that what was read is handed on. Our choice.
const MOST_AT_ONCE: u64 = 64 << 20;

/// How large a lease file may be, in bytes; our choice: a hundred thousand leases.
const MOST_LEASES: u64 = 64 << 20;

const BLOCK_BYTES: usize = 128 << 10;

pub(super) struct Followee {
    pub(super) position: Position,
    content: Content,
    /// Its size at the last look: packed files are read once they do not grow.
    pub(super) size: u64,
    pub(super) written: u64,
    /// Whether it is damaged, and was complained of.
    pub(super) failed: bool,
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

impl Followee {
    pub(super) const fn at(position: Position) -> Self {
        Self { position, content: Content::Unknown, size: 0, written: 0, failed: false }
    }

    /// Whether a file that begins with `head` is this one: it may have grown, and lease files are known by
    /// their names.
    pub(super) fn begins(&self, head: &[u8]) -> bool {
        let (length, known) = self.position.head;
        matches!(self.content, Content::Leases(_))
            || !self.position.entries.is_empty()
            || head.get(..length).is_some_and(|begins| hash(begins) == known)
    }

    pub(super) fn position(&self) -> Position {
        let waiting = match &self.content {
            Content::Lines(_, import) => import.waiting() as u64,
            _ => 0,
        };
        let offset = self.position.offset.saturating_sub(waiting);
        Position { offset, ..self.position.clone() }
    }

    pub(super) fn read(
        &mut self,
        file: &mut File,
        with: &mut Surroundings<'_>,
    ) -> Result<Followed, Problem> {
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
    pub(super) fn tell_all(&mut self, recorder: &mut Recorder) -> bool {
        let Content::Frames { reading: Some(reading), .. } = &mut self.content else {
            return false;
        };
        if reading.untold {
            reading.dissector.tell_all(recorder);
        }
        std::mem::take(&mut reading.untold)
    }

    /// Cuts what goes on in a capture, and tells it.
    pub(super) fn end(&mut self, recorder: &mut Recorder) {
        if let Content::Frames { reading, .. } = &mut self.content
            && let Some(mut reading) = reading.take()
        {
            reading.dissector.end_source(recorder);
        }
    }

    pub(super) const fn is_open(&self) -> bool {
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
