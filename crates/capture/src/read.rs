//! Reads one source from its first byte to its last.

use std::{
    fs::File,
    io::{self, Read},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use evidence::{Recorder, Timestamp};
use packets::{
    Dissector, Frame, LinkType,
    files::{Decoder, FileError, Step},
};

use crate::{
    error::{CaptureError, Problem},
    imports,
    input::Input,
    unpack::{self, Counted, Limits, Packing},
};

/// How much is asked of the source at a time, in bytes: large enough that calls cost nothing, small
/// enough to stay in a processor's cache.
const BLOCK_BYTES: usize = 256 << 10;

/// How far reading has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Bytes read of the source as it lies there, packed or not.
    pub bytes_read: u64,
    /// How many it has, where that is known.
    pub bytes_total: Option<u64>,
}

/// What was read of a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Frames.
    pub frames: u64,
    /// Bytes of the capture file, unpacked.
    pub bytes: u64,
}

/// Reads `input` to its end into `recorder`.
///
/// # Arguments
///
/// * `progress`: told about every 256 KiB how far reading has come.
///
/// # Errors
///
/// [`CaptureError`] where the source cannot be read to its end; what was read is recorded.
pub fn read(
    input: &Input,
    limits: &Limits,
    dissector: &mut Dissector,
    recorder: &mut Recorder,
    progress: &mut dyn FnMut(Progress),
) -> Result<Summary, CaptureError> {
    let name = input.to_string();
    let mut into = (dissector, recorder);
    let summary = read_to_end(
        input,
        limits,
        progress,
        &mut into,
        |(dissector, recorder)| dissector.begin_source(recorder, &name),
        |(dissector, recorder), frame| dissector.observe(recorder, frame),
    );
    let (dissector, recorder) = into;
    dissector.end_source(recorder);
    summary
}

/// Reads `input` to its end, and hands every frame to `observe`: for those who want to know what was
/// read before the end is there.
///
/// # Errors
///
/// [`CaptureError`] where the source cannot be read to its end.
pub fn frames(
    input: &Input,
    limits: &Limits,
    progress: &mut dyn FnMut(Progress),
    mut observe: impl FnMut(&Frame<'_>),
) -> Result<Summary, CaptureError> {
    read_to_end(input, limits, progress, &mut (), |()| {}, |(), frame| observe(frame))
}

/// Reads `input`: `begin` once it is known to be readable, `observe` with every frame.
fn read_to_end<T>(
    input: &Input,
    limits: &Limits,
    progress: &mut dyn FnMut(Progress),
    into: &mut T,
    begin: impl FnOnce(&mut T),
    observe: impl FnMut(&mut T, &Frame<'_>),
) -> Result<Summary, CaptureError> {
    let mut summary = Summary::default();
    let result = Blocks::open(input, *limits).and_then(|mut blocks| {
        begin(into);
        let mut observe = observe;
        blocks.read_all(&mut summary, progress, |frame| observe(into, frame))
    });
    let failed =
        |problem| CaptureError { name: input.to_string(), problem, frames: summary.frames };
    result.map_err(failed)?;
    Ok(summary)
}

/// What is wrong with a file that begins with `bytes`, if the error is that it is no capture.
fn named(error: FileError, bytes: &[u8]) -> Problem {
    let is_text = matches!(error, FileError::Foreign { .. }) && imports::is_text(bytes);
    if is_text { Problem::Text } else { Problem::File(error) }
}

/// The capture's bytes, block by block.
pub(crate) struct Blocks {
    source: Box<dyn Read + Send>,
    packing: Packing,
    limits: Limits,
    packed: Arc<AtomicU64>,
    /// How many bytes the source has as it lies there, where that is known.
    total: Option<u64>,
    buffer: Vec<u8>,
    /// Where in the buffer the unread bytes are.
    start: usize,
    filled: usize,
    at_end: bool,
}

impl Blocks {
    pub(crate) fn open(input: &Input, limits: Limits) -> Result<Self, Problem> {
        let (source, total): (Box<dyn Read + Send>, _) = match input {
            Input::Pipe => (Box::new(io::stdin()), None),
            Input::File(path) => {
                let file = File::open(path).map_err(Problem::Open)?;
                let metadata = file.metadata().ok().filter(std::fs::Metadata::is_file);
                (Box::new(file), metadata.map(|it| it.len()))
            }
        };
        let packed = Arc::default();
        let counted = Counted::new(source, Arc::clone(&packed));
        let (source, packing) = unpack::open(counted).map_err(Problem::Read)?;
        let buffer = vec![0; BLOCK_BYTES];
        let (start, filled, at_end) = (0, 0, false);
        Ok(Self { source, packing, limits, packed, total, buffer, start, filled, at_end })
    }

    /// How far reading has come.
    pub(crate) fn progress(&self) -> Progress {
        Progress { bytes_read: self.packed.load(Ordering::Relaxed), bytes_total: self.total }
    }

    fn read_all(
        &mut self,
        summary: &mut Summary,
        progress: &mut dyn FnMut(Progress),
        mut observe: impl FnMut(&Frame<'_>),
    ) -> Result<(), Problem> {
        let mut decoder = Decoder::new();
        loop {
            let bytes = self.buffer.get(self.start..self.filled).unwrap_or_default();
            match decoder.next(bytes, self.at_end).map_err(|error| named(error, bytes))? {
                Step::Frame { consumed, frame } => {
                    observe(&frame);
                    summary.frames += 1;
                    self.start += consumed;
                }
                Step::Skip { consumed } => self.start += consumed,
                Step::Need { bytes } => {
                    summary.bytes = decoder.offset();
                    self.fill(bytes, decoder.offset())?;
                    progress(self.progress());
                }
                Step::End => {
                    summary.bytes = decoder.offset();
                    return Ok(());
                }
            }
        }
    }

    /// Reads on until some frames are there whole, and puts them into `batch`, whose buffer takes the
    /// place of the one they lie in. Says whether that was the end.
    pub(crate) fn gather(
        &mut self,
        decoder: &mut Decoder,
        batch: &mut Batch,
    ) -> Result<bool, Problem> {
        batch.frames.clear();
        let ended = self.decode(decoder, batch);
        batch.progress = self.progress();
        let rest = self.buffer.get(self.start..self.filled).unwrap_or_default();
        batch.bytes.resize(self.buffer.len(), 0);
        batch.bytes.iter_mut().zip(rest).for_each(|(place, byte)| *place = *byte);
        (self.start, self.filled) = (0, rest.len());
        std::mem::swap(&mut self.buffer, &mut batch.bytes);
        ended
    }

    fn decode(&mut self, decoder: &mut Decoder, batch: &mut Batch) -> Result<bool, Problem> {
        loop {
            let bytes = self.buffer.get(self.start..self.filled).unwrap_or_default();
            match decoder.next(bytes, self.at_end).map_err(|error| named(error, bytes))? {
                Step::Frame { consumed, frame } => {
                    batch.add(&self.buffer, &frame);
                    self.start += consumed;
                }
                Step::Skip { consumed } => self.start += consumed,
                Step::Need { bytes } if batch.frames.is_empty() => {
                    self.fill(bytes, decoder.offset())?;
                }
                Step::Need { .. } => return Ok(false),
                Step::End => return Ok(true),
            }
        }
    }

    /// Reads on until at least `wanted` bytes are there, or the end.
    fn fill(&mut self, wanted: usize, offset: u64) -> Result<(), Problem> {
        self.buffer.copy_within(self.start..self.filled, 0);
        self.filled -= self.start;
        self.start = 0;
        if wanted > self.buffer.len() {
            self.buffer.resize(wanted, 0);
        }
        while self.filled < wanted && !self.at_end {
            let room = self.buffer.get_mut(self.filled..).unwrap_or_default();
            match self.source.read(room) {
                Ok(0) => self.at_end = true,
                Ok(count) => self.filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.failure(error)),
            }
        }
        self.check_limits(offset + self.filled as u64)
    }

    fn failure(&self, error: io::Error) -> Problem {
        match self.packing {
            Packing::None => Problem::Read(error),
            packing => Problem::Compressed(packing.name()),
        }
    }

    fn check_limits(&self, unpacked: u64) -> Result<(), Problem> {
        let Limits { ratio, bytes: limit } = self.limits;
        match self.packing {
            Packing::None => Ok(()),
            _ if unpacked > limit => Err(Problem::Size { limit }),
            _ if self.limits.exceeds_ratio(self.packed.load(Ordering::Relaxed), unpacked) => {
                Err(Problem::Ratio { ratio, unpacked })
            }
            _ => Ok(()),
        }
    }
}

/// Frames that lie in one buffer.
#[derive(Debug)]
pub(crate) struct Batch {
    bytes: Vec<u8>,
    frames: Vec<Placed>,
    /// How far reading had come.
    pub(crate) progress: Progress,
}

/// A frame whose bytes lie in its batch's buffer.
#[derive(Clone, Copy, Debug)]
struct Placed {
    number: u64,
    at: Timestamp,
    link: LinkType,
    wire_length: u32,
    start: usize,
    length: usize,
}

impl Batch {
    pub(crate) const fn new() -> Self {
        let progress = Progress { bytes_read: 0, bytes_total: None };
        Self { bytes: Vec::new(), frames: Vec::new(), progress }
    }

    /// Its frames, in order.
    pub(crate) fn frames(&self) -> impl ExactSizeIterator<Item = Frame<'_>> {
        self.frames.iter().map(|it| {
            let Placed { number, at, link, wire_length, start, length } = *it;
            let bytes = self.bytes.get(start..start + length).unwrap_or_default();
            Frame { number, at, link, wire_length, bytes }
        })
    }

    /// Adds `frame`, whose bytes lie in `buffer`.
    fn add(&mut self, buffer: &[u8], frame: &Frame<'_>) {
        let Frame { number, at, link, wire_length, bytes } = *frame;
        let start = bytes.as_ptr().addr().saturating_sub(buffer.as_ptr().addr());
        self.frames.push(Placed { number, at, link, wire_length, start, length: bytes.len() });
    }
}
