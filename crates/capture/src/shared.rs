//! A source that several workers read at once, each for its own hosts, though it is read and decoded
//! only once.
//!
//! Whoever comes first to where nobody was reads on for all. The others follow on what is kept, and
//! nobody gets further ahead of the slowest than that.

use std::{
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
};

use evidence::Recorder;
use packets::{Dissector, files::Decoder};

use crate::{
    Input, Limits,
    error::{CaptureError, Problem},
    read::{Batch, Blocks, Progress, Summary},
};

/// How many batches are kept for those who follow, of some 256 KiB each; our choice.
const MOST_AHEAD: usize = 16;

/// A source, and how far each of its readers has come.
pub struct Shared<'i> {
    input: &'i Input,
    limits: Limits,
    state: Mutex<State>,
    /// There is a new batch, room for one, or the end.
    changed: Condvar,
}

struct State {
    source: Source,
    /// Batches that somebody has still to read, and the number of the first.
    ready: VecDeque<Arc<Batch>>,
    first: usize,
    /// The number of the batch that each reader reads; `usize::MAX` for one that left.
    reading: Vec<usize>,
    spare: Vec<Batch>,
    summary: Summary,
}

enum Source {
    New,
    Open(Box<Blocks>, Decoder),
    Ended,
    Failed(Arc<CaptureError>),
}

/// One of a source's readers; it leaves when it is dropped, so that nobody waits for it.
struct Reader<'s, 'i> {
    shared: &'s Shared<'i>,
    index: usize,
}

impl<'i> Shared<'i> {
    /// A source for so many readers. All of them must read it: none gets far ahead of another.
    #[must_use]
    pub fn new(input: &'i Input, limits: Limits, readers: usize) -> Self {
        let state = State {
            source: Source::New,
            ready: VecDeque::new(),
            first: 0,
            reading: vec![0; readers],
            spare: Vec::new(),
            summary: Summary::default(),
        };
        Self { input, limits, state: Mutex::new(state), changed: Condvar::new() }
    }

    /// Reads it to its end into `recorder`, as the reader with that index, as [`read`](crate::read)
    /// does.
    ///
    /// # Errors
    ///
    /// [`CaptureError`] where the source cannot be read to its end; what was read is recorded.
    pub fn read(
        &self,
        index: usize,
        dissector: &mut Dissector,
        recorder: &mut Recorder,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Summary, Arc<CaptureError>> {
        let reader = Reader { shared: self, index };
        self.open()?;
        dissector.begin_source(recorder, &self.input.to_string());
        let mut number = 0;
        let read = loop {
            match reader.batch(number) {
                Ok(Some(batch)) => {
                    for frame in batch.frames() {
                        dissector.observe(recorder, &frame);
                    }
                    progress(batch.progress);
                }
                Ok(None) => break Ok(self.state().summary),
                Err(error) => break Err(error),
            }
            number += 1;
        };
        dissector.end_source(recorder);
        read
    }

    fn open(&self) -> Result<(), Arc<CaptureError>> {
        let mut state = self.state();
        if let Source::New = state.source {
            match Blocks::open(self.input, self.limits) {
                Ok(blocks) => state.source = Source::Open(Box::new(blocks), Decoder::new()),
                Err(problem) => self.fail(&mut state, problem),
            }
        }
        match &state.source {
            Source::Failed(error) => Err(Arc::clone(error)),
            _ => Ok(()),
        }
    }

    /// Reads one more batch for all.
    fn read_on(&self, state: &mut State) {
        let Source::Open(blocks, decoder) = &mut state.source else { return };
        let mut batch = state.spare.pop().unwrap_or_else(Batch::new);
        let gathered = blocks.gather(decoder, &mut batch);
        state.summary.bytes = decoder.offset();
        state.summary.frames += batch.frames().len() as u64;
        state.ready.push_back(Arc::new(batch));
        match gathered {
            Ok(false) => {}
            Ok(true) => state.source = Source::Ended,
            Err(problem) => self.fail(state, problem),
        }
        self.changed.notify_all();
    }

    fn fail(&self, state: &mut State, problem: Problem) {
        let (name, frames) = (self.input.to_string(), state.summary.frames);
        state.source = Source::Failed(Arc::new(CaptureError { name, problem, frames }));
    }

    /// Nothing is left half done where a reader panics, so that others may go on.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reader<'_, '_> {
    /// The batch of that number, once the one before is read; `None` at the end.
    fn batch(&self, number: usize) -> Result<Option<Arc<Batch>>, Arc<CaptureError>> {
        let mut state = self.shared.state();
        self.move_to(&mut state, number);
        loop {
            let place = number.saturating_sub(state.first);
            if let Some(batch) = state.ready.get(place) {
                return Ok(Some(Arc::clone(batch)));
            }
            match &state.source {
                Source::Failed(error) => return Err(Arc::clone(error)),
                Source::New | Source::Ended => return Ok(None),
                Source::Open(..) if state.ready.len() < MOST_AHEAD => {
                    self.shared.read_on(&mut state);
                }
                Source::Open(..) => {
                    let waited = self.shared.changed.wait(state);
                    state = waited.unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }

    /// Lets go of all batches before that which nobody else reads any more.
    fn move_to(&self, state: &mut State, number: usize) {
        if let Some(place) = state.reading.get_mut(self.index) {
            *place = number;
        }
        let slowest = state.reading.iter().copied().min().unwrap_or(number);
        while state.first < slowest
            && let Some(batch) = state.ready.pop_front()
        {
            state.spare.extend(Arc::into_inner(batch));
            state.first += 1;
            self.shared.changed.notify_all();
        }
    }
}

impl Drop for Reader<'_, '_> {
    fn drop(&mut self) {
        self.move_to(&mut self.shared.state(), usize::MAX);
    }
}
