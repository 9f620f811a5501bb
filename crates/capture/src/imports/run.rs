//! Whole files: told by their beginning, and read to their end.

use std::{
    cell::Cell,
    fs::{File, Metadata},
    io::{self, BufRead as _, Read, Seek as _, SeekFrom},
    rc::Rc,
    time::UNIX_EPOCH,
};

use evidence::{Recorder, Timestamp};

use super::{Clock, Format, Homes, Import, prefix::stamp, sniff};
use crate::{
    error::{CaptureError, Problem},
    input::Input,
    read::{Progress, Summary},
    unpack::{self, Counted, Limits, Packing},
};

/// How much of a file is looked at to tell its format, in bytes; our choice.
const BEGINNING_BYTES: u64 = 16 << 10;

/// How much is read at a time, in bytes.
const BLOCK_BYTES: usize = 128 << 10;

/// The format of what `input` holds, unpacked; `None` if it is none that is read here, or cannot be opened.
/// Of a pipe, what has arrived of it is looked at and stays there to be read.
#[must_use]
pub fn recognise(input: &Input) -> Option<Format> {
    match input {
        Input::Pipe => sniff(io::stdin().lock().fill_buf().ok()?),
        Input::File(path) => {
            let (bytes, _) = unpack::open(File::open(path).ok()?).ok()?;
            sniff(&beginning(bytes)?)
        }
    }
}

/// The first bytes of a file, unpacked.
pub(super) fn beginning(bytes: impl Read) -> Option<Vec<u8>> {
    let mut first = Vec::new();
    // What is there of a damaged file is looked at, too.
    let _ = bytes.take(BEGINNING_BYTES).read_to_end(&mut first);
    (!first.is_empty()).then_some(first)
}

/// Reads `input`, which is of `format`, to its end into `recorder`.
///
/// # Arguments
///
/// * `now`: stands for when a pipe was written.
/// * `progress`: told now and then how far reading has come.
///
/// # Errors
///
/// [`CaptureError`] where the source cannot be read to its end; what was read is recorded.
pub fn read(
    input: &Input,
    format: Format,
    limits: &Limits,
    homes: Homes,
    now: Timestamp,
    recorder: &mut Recorder,
    progress: &mut dyn FnMut(Progress),
) -> Result<Summary, CaptureError> {
    let failed = |problem| CaptureError { name: input.to_string(), problem, frames: 0 };
    let (source, bytes_total, clock): (Box<dyn Read>, _, _) = match input {
        Input::Pipe => (Box::new(io::stdin().lock()), None, Clock::new(now)),
        Input::File(path) => {
            let mut file = File::open(path).map_err(|error| failed(Problem::Open(error)))?;
            let metadata = file.metadata().ok();
            let clock =
                metadata.as_ref().map_or(Clock::new(now), |it| clock(&mut file, it, format));
            let total = metadata.filter(Metadata::is_file).map(|it| it.len());
            (Box::new(file), total, clock)
        }
    };
    let packed = Rc::new(Cell::new(0));
    let mut import = Import::new(format, &input.to_string(), homes, clock);
    let told = &mut |bytes_read| progress(Progress { bytes_read, bytes_total });
    let bytes = feed(Counted::new(source, Rc::clone(&packed)), &packed, limits, told, |block| {
        import.feed(block, recorder);
    });
    import.end(recorder);
    let bytes = bytes.map_err(failed)?;
    Ok(Summary { frames: import.number(), bytes })
}

/// Unpacks `source` and hands over its bytes block by block; how many there were.
fn feed(
    source: impl Read,
    packed: &Cell<u64>,
    limits: &Limits,
    told: &mut dyn FnMut(u64),
    mut take: impl FnMut(&[u8]),
) -> Result<u64, Problem> {
    let (mut source, packing) = unpack::open(source).map_err(Problem::Read)?;
    let mut block = vec![0; BLOCK_BYTES];
    let mut unpacked = 0;
    loop {
        let count = match source.read(&mut block) {
            Ok(0) => return Ok(unpacked),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => {
                return Err(match packing {
                    Packing::None => Problem::Read(error),
                    packing => Problem::Compressed(packing.name()),
                });
            }
        };
        unpacked += count as u64;
        take(block.get(..count).unwrap_or_default());
        told(packed.get());
        if packing != Packing::None {
            if unpacked > limits.bytes {
                return Err(Problem::Size { limit: limits.bytes });
            }
            if limits.exceeds_ratio(packed.get(), unpacked) {
                return Err(Problem::Ratio { ratio: limits.ratio, unpacked });
            }
        }
    }
}

/// What is known of the clock that wrote `file`. Reading goes on at its beginning after that.
pub(super) fn clock(file: &mut File, metadata: &Metadata, format: Format) -> Clock {
    let clock = Clock::new(written(metadata));
    if !format.leaves_zone_out() || !metadata.is_file() {
        return clock;
    }
    let last = last_line(file, metadata.len());
    let _ = file.rewind();
    clock.with_zone_of(last.as_deref().and_then(|line| stamp(line).0))
}

/// When a file was last written.
pub(super) fn written(metadata: &Metadata) -> Timestamp {
    let since = metadata.modified().ok().and_then(|it| it.duration_since(UNIX_EPOCH).ok());
    let since = since.unwrap_or_default();
    Timestamp::from_parts(since.as_secs(), since.subsec_nanos().into())
}

/// The last line of a file that is long, so that it bears the latest time.
fn last_line(file: &mut File, length: u64) -> Option<String> {
    file.seek(SeekFrom::Start(length.saturating_sub(BEGINNING_BYTES))).ok()?;
    let mut end = Vec::new();
    file.take(BEGINNING_BYTES).read_to_end(&mut end).ok()?;
    let text = String::from_utf8_lossy(&end);
    text.lines().rfind(|line| !line.trim().is_empty()).map(str::to_owned)
}
