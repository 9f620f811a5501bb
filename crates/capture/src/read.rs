//! Reads one source from its first byte to its last.

use std::{
    cell::Cell,
    fs::File,
    io::{self, Read},
    rc::Rc,
};

use evidence::Recorder;
use packets::{
    Dissector,
    files::{Decoder, Step},
};

use crate::{
    error::{CaptureError, Problem},
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
    let failed = |problem| CaptureError { name: name.clone(), problem, frames: 0 };
    match input {
        Input::Pipe => {
            let pipe = io::stdin().lock();
            read_from(pipe, None, &name, limits, dissector, recorder, progress)
        }
        Input::File(path) => {
            let file = File::open(path).map_err(|error| failed(Problem::Open(error)))?;
            let total = file.metadata().ok().filter(std::fs::Metadata::is_file).map(|it| it.len());
            read_from(file, total, &name, limits, dissector, recorder, progress)
        }
    }
}

/// Reads a capture from anything.
fn read_from(
    source: impl Read,
    bytes_total: Option<u64>,
    name: &str,
    limits: &Limits,
    dissector: &mut Dissector,
    recorder: &mut Recorder,
    progress: &mut dyn FnMut(Progress),
) -> Result<Summary, CaptureError> {
    let packed = Rc::new(Cell::new(0));
    let mut summary = Summary::default();
    let result = Blocks::open(Counted::new(source, Rc::clone(&packed)), *limits, &packed).and_then(
        |mut blocks| {
            dissector.begin_source(recorder, name);
            let mut told = |bytes_read| progress(Progress { bytes_read, bytes_total });
            blocks.read_all(&mut summary, &mut told, |frame| dissector.observe(recorder, frame))
        },
    );
    dissector.end_source(recorder);
    result.map_err(|problem| CaptureError {
        name: name.into(),
        problem,
        frames: summary.frames,
    })?;
    Ok(summary)
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
        mut observe: impl FnMut(&packets::Frame<'_>),
    ) -> Result<(), Problem> {
        let mut decoder = Decoder::new();
        loop {
            let bytes = self.buffer.get(self.start..self.filled).unwrap_or_default();
            match decoder.next(bytes, self.at_end).map_err(Problem::File)? {
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
