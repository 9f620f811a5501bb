//! One file that is read in pieces as they arrive: bytes to lines, lines to evidence, and the account of it.

use std::collections::BTreeMap;

use evidence::{Recorder, SourceId, Timestamp, Unit};

use super::{
    Clock, Format, Homes, Line, Lines, Scribe,
    flows::{self, Collector},
};

/// The longest line that is read, in bytes. Our choice: the longest honest ones, answers kept whole in a
/// query log, are some kilobytes.
pub const LONGEST_LINE: usize = 64 << 10;

/// How many kinds of what is skipped are told apart; our choice, above what the formats name.
const MOST_KINDS: usize = 64;

/// Reads one source of one format, however its bytes are cut.
pub struct Import {
    reader: Reader,
    homes: Homes,
    clock: Clock,
    name: String,
    /// The beginning of a line, or of a message, whose end has not come.
    begun: Vec<u8>,
    /// Whether that line is too long and is passed over.
    too_long: bool,
    number: u64,
}

enum Reader {
    Lines(Box<dyn Lines>),
    Messages(Box<Collector>),
}

impl Import {
    /// Starts at the beginning of what the user calls `name`.
    #[must_use]
    pub fn new(format: Format, name: &str, homes: Homes, clock: Clock) -> Self {
        let (reader, unit) = match format.lines() {
            Some(lines) => (Reader::Lines(lines), Unit::Line),
            None => (Reader::Messages(Box::default()), Unit::Record),
        };
        let name = unit.name(name);
        Self { reader, homes, clock, name, begun: Vec::new(), too_long: false, number: 0 }
    }

    /// From here on, times are told by `clock`.
    pub const fn set_clock(&mut self, clock: Clock) {
        self.clock = clock;
    }

    /// The same, after `lines` lines of it were read before.
    #[must_use]
    pub const fn after(mut self, lines: u64) -> Self {
        self.number = lines;
        self
    }

    /// Passes over lines that were read before.
    pub const fn pass_over(&mut self, lines: u64) {
        self.number += lines;
    }

    /// Whether all that it wrote into `recorder` is of one hour.
    pub fn is_within_an_hour(&self, recorder: &mut Recorder) -> bool {
        const HOUR: u64 = 3_600;

        let source = recorder.source(&self.name);
        let hour = |at: Option<Timestamp>| at.map(|at| at.seconds() / HOUR);
        hour(source.first) == hour(source.last)
    }

    /// Lines or records so far.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// How many bytes of what was read belong to a line or message that has not ended.
    #[must_use]
    pub const fn waiting(&self) -> usize {
        self.begun.len()
    }

    /// Reads what the beginning of the file says of all of it, where reading goes on behind that.
    pub fn heading(&mut self, beginning: &[u8]) {
        if let Reader::Lines(lines) = &mut self.reader {
            let text = String::from_utf8_lossy(beginning);
            let _ = text.lines().take_while(|line| lines.heading(line)).count();
        }
    }

    /// Reads on. What is not whole yet waits for more.
    pub fn feed(&mut self, bytes: &[u8], recorder: &mut Recorder) {
        let mut account = Account { bytes: bytes.len() as u64, ..Account::default() };
        let Self { reader, homes, clock, begun, too_long, number, name } = self;
        let source = SourceId::of(name);
        match reader {
            Reader::Messages(collector) => {
                begun.extend_from_slice(bytes);
                let read = flows::messages(begun, collector, homes, source, recorder);
                begun.drain(..read.min(begun.len()));
                account.take(collector);
                *number = collector.records();
            }
            Reader::Lines(lines) => {
                let mut rest = bytes;
                while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
                    let (line, after) = rest.split_at_checked(end).unwrap_or((rest, &[]));
                    rest = after.get(1..).unwrap_or_default();
                    push(begun, too_long, line);
                    *number += 1;
                    let mut scribe = Scribe {
                        recorder: &mut *recorder,
                        homes,
                        clock: *clock,
                        source,
                        number: *number,
                        span: &mut account.span,
                    };
                    let read =
                        if *too_long { Line::Malformed } else { one(lines, begun, &mut scribe) };
                    account.line(read);
                    begun.clear();
                    *too_long = false;
                }
                push(begun, too_long, rest);
            }
        }
        account.settle(recorder, name);
    }

    /// The file ends here: what waited for its end is read as it is.
    pub fn end(&mut self, recorder: &mut Recorder) {
        if matches!(self.reader, Reader::Lines(_)) && (!self.begun.is_empty() || self.too_long) {
            // The end of a line is no byte of the file.
            self.feed(b"\n", recorder);
            let bytes = &mut recorder.source(&self.name).bytes;
            *bytes = bytes.saturating_sub(1);
        }
        let Self { reader, name, begun, .. } = self;
        let unended = match reader {
            Reader::Lines(lines) => lines.end(),
            Reader::Messages(_) => (!begun.is_empty()).then_some("flow message"),
        };
        begun.clear();
        let malformed = unended.map(|it| (it, 1)).into_iter().collect();
        Account { malformed, ..Account::default() }.settle(recorder, name);
    }
}

fn push(begun: &mut Vec<u8>, too_long: &mut bool, more: &[u8]) {
    if *too_long || begun.len() + more.len() > LONGEST_LINE {
        *too_long = true;
        begun.clear();
    } else {
        begun.extend_from_slice(more);
    }
}

fn one(lines: &mut Box<dyn Lines>, line: &[u8], scribe: &mut Scribe<'_>) -> Line {
    let line = String::from_utf8_lossy(line);
    let line = line.trim_end_matches('\r');
    if line.trim().is_empty() { Line::Read } else { lines.line(line, scribe) }
}

/// What is counted of a piece, before it is added to the source.
#[derive(Debug, Default)]
struct Account {
    frames: u64,
    bytes: u64,
    span: Option<(Timestamp, Timestamp)>,
    malformed: BTreeMap<&'static str, u64>,
    skipped: BTreeMap<Box<str>, u64>,
}

impl Account {
    fn line(&mut self, read: Line) {
        self.frames += 1;
        match read {
            Line::Read => {}
            Line::Malformed => *self.malformed.entry("line").or_default() += 1,
            Line::Skipped(kind) => *self.skipped.entry(kind.into()).or_default() += 1,
        }
    }

    fn take(&mut self, collector: &mut Collector) {
        let counts = collector.take_counts();
        self.frames += counts.records;
        self.span = counts.span;
        *self.malformed.entry("flow message").or_default() += counts.malformed;
        self.malformed.retain(|_, count| *count > 0);
        self.skipped.extend(counts.skipped);
    }

    fn settle(self, recorder: &mut Recorder, name: &str) {
        let mut skipped = self.skipped;
        while skipped.len() > MOST_KINDS {
            skipped.pop_last();
        }
        recorder.source(name).add(&evidence::Source {
            name: name.into(),
            frames: self.frames,
            bytes: self.bytes,
            first: self.span.map(|(first, _)| first),
            last: self.span.map(|(_, last)| last),
            malformed: self.malformed.into_iter().map(|(name, n)| (name.into(), n)).collect(),
            skipped,
            cut: 0,
        });
    }
}
