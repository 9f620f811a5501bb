//! Reads one source from its first byte to its last.

use std::{
    cell::Cell,
    fs::File,
    io::{self, Read},
    rc::Rc,
};

use evidence::Recorder;
use packets::{
    Dissector, Frame,
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
    let failed = |problem, frames| CaptureError { name: input.to_string(), problem, frames };
    let (source, bytes_total): (Box<dyn Read>, _) = match input {
        Input::Pipe => (Box::new(io::stdin().lock()), None),
        Input::File(path) => {
            let file = File::open(path).map_err(|error| failed(Problem::Open(error), 0))?;
            let metadata = file.metadata().ok().filter(std::fs::Metadata::is_file);
            (Box::new(file), metadata.map(|it| it.len()))
        }
    };
    let packed = Rc::new(Cell::new(0));
    let mut summary = Summary::default();
    let opened = Blocks::open(Counted::new(source, Rc::clone(&packed)), *limits, &packed);
    let result = opened.and_then(|mut blocks| {
        begin(into);
        let mut told = |bytes_read| progress(Progress { bytes_read, bytes_total });
        let mut observe = observe;
        blocks.read_all(&mut summary, &mut told, |frame| observe(into, frame))
    });
    result.map_err(|problem| failed(problem, summary.frames))?;
    Ok(summary)
}

/// What is wrong with a file that begins with `bytes`, if the error is that it is no capture.
fn named(error: FileError, bytes: &[u8]) -> Problem {
    let is_text = matches!(error, FileError::Foreign { .. }) && imports::is_text(bytes);
    if is_text { Problem::Text } else { Problem::File(error) }
}

/// The capture's bytes, block by block.
struct Blocks<'a> {
    source: Box<dyn Read + 'a>,
    packing: Packing,
    limits: Limits,
    packed: &'a Cell<u64>,
    buffer: Vec<u8>,
    /// Where in the buffer the unread bytes are.
    start: usize,
    filled: usize,
    at_end: bool,
}

impl<'a> Blocks<'a> {
    fn open(
        source: impl Read + 'a,
        limits: Limits,
        packed: &'a Cell<u64>,
    ) -> Result<Self, Problem> {
        let (source, packing) = unpack::open(source).map_err(Problem::Read)?;
        let buffer = vec![0; BLOCK_BYTES];
        Ok(Self { source, packing, limits, packed, buffer, start: 0, filled: 0, at_end: false })
    }

    fn read_all(
        &mut self,
        summary: &mut Summary,
        progress: &mut dyn FnMut(u64),
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
                    progress(self.packed.get());
                }
                Step::End => {
                    summary.bytes = decoder.offset();
                    return Ok(());
                }
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

    const fn check_limits(&self, unpacked: u64) -> Result<(), Problem> {
        let Limits { ratio, bytes: limit } = self.limits;
        match self.packing {
            Packing::None => Ok(()),
            _ if unpacked > limit => Err(Problem::Size { limit }),
            _ if self.limits.exceeds_ratio(self.packed.get(), unpacked) => {
                Err(Problem::Ratio { ratio, unpacked })
            }
            _ => Ok(()),
        }
    }
}
