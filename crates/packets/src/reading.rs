//! How far the payload of a flow is read, and by which protocol.
//!
//! The service's port proposes a protocol; otherwise the first payload of each direction is shown to
//! all of them in the order of the list. A connection whose beginning was not captured is read only
//! where a payload is recognised, since a dissector cannot know where in a message it stands.

mod choice;

use evidence::{Recorder, Sampled, Seen, Sighting, SourceId, fields};

use self::choice::{Choice, Verdict};

use crate::{
    account::Account,
    first_bytes,
    flow::{Moment, Who},
    memo::Known,
    menu::Menu,
    pair::{Pair, Side},
    pool::{Pool, Streams},
    protocol::{Cover, Notes, Progress, Sink as _, Whose},
    protocols::personal,
    repeats::Repeats,
    scribe::{Scribe, Wholeness},
    stream::{Brought, LONGEST_MESSAGE, Stage, Stream},
    tcp::Segment,
};

/// How far a flow is read.
#[derive(Debug)]
pub(crate) struct Reading {
    choice: Choice,
    cover: Cover,
    memory: Memory,
    pub(crate) repeats: Repeats,
    /// Initial sequence numbers, where the SYN was captured.
    pub(crate) initial: Pair<Option<u32>>,
    /// Which ends have finished; both where the connection was broken off.
    pub(crate) closed: Pair<bool>,
    /// Which directions have shown their first payload.
    looked: Pair<bool>,
    /// What it looked like, where no protocol took it.
    pub(crate) sampled: Sampled,
    /// Whether nothing further is read.
    finished: bool,
    streams: Option<Box<Streams>>,
}

/// What a protocol remembers of a flow.
#[derive(Debug)]
struct Memory {
    number: u64,
    store: Vec<u8>,
}

/// What reading needs beside the flow.
pub(crate) struct Desk<'a> {
    pub(crate) recorder: &'a mut Recorder,
    pub(crate) account: &'a mut Account,
    pub(crate) pool: &'a mut Pool,
    pub(crate) menu: &'a Menu,
    pub(crate) known: &'a mut Known,
    pub(crate) source: SourceId,
    pub(crate) moment: Moment,
}

impl Reading {
    pub(crate) const fn new() -> Self {
        Self {
            choice: Choice::Open,
            cover: Cover::Unknown,
            memory: Memory { number: 0, store: Vec::new() },
            repeats: Repeats::NONE,
            initial: Pair { low: None, high: None },
            closed: Pair { low: false, high: false },
            looked: Pair { low: false, high: false },
            sampled: Sampled { text: 0, random: 0, other: 0 },
            finished: false,
            streams: None,
        }
    }

    /// Whether both ends have finished, or one broke off.
    pub(crate) const fn is_closed(&self) -> bool {
        self.closed.low && self.closed.high
    }

    /// Whether its payload can be read on the way; unknown while its port alone tells the protocol.
    pub(crate) const fn cover(&self) -> Cover {
        if let Choice::ByPort(_) = self.choice { Cover::Unknown } else { self.cover }
    }

    /// The protocol it was recognised as or has been read as, damaged datagrams included; TLS also where only a
    /// record's head told.
    pub(crate) fn protocol(&self, in_stream: bool) -> Option<&'static str> {
        match self.choice {
            Choice::ByPort(_) if in_stream => None,
            Choice::Sure(index) | Choice::ByPort(index) => {
                Menu::protocol(index).map(|protocol| protocol.name)
            }
            Choice::Open | Choice::NotByPort if self.cover == Cover::Encrypted => Some("tls"),
            _ => None,
        }
    }

    /// Whether any payload came.
    pub(crate) const fn has_begun(&self) -> bool {
        self.looked.low || self.looked.high || self.finished || self.streams.is_some()
    }

    /// Reads one datagram; `cut` if the capture holds only a part of it.
    pub(crate) fn datagram(
        &mut self,
        who: &Who,
        from: Side,
        payload: &[u8],
        cut: bool,
        desk: &mut Desk<'_>,
    ) {
        let is_first = !*self.looked.of(from);
        let Some(protocol) = self.datagram_protocol(who, from, payload, desk.menu) else {
            if is_first {
                self.sample(who, from, payload, desk);
            }
            return;
        };
        let Some(read) = protocol.datagram else { return };
        let before = self.weight();
        let is_roomy = desk.pool.is_roomy();
        let (mut scribe, known) = desk.scribe_and_known(who, from, cut);
        scribe.repeats = is_roomy.then_some(&mut self.repeats);
        let mut notes = notes(who, from, &mut self.memory, &mut self.cover, known, &mut scribe);
        if read(payload, &mut notes).is_ok() {
            self.confirm();
        } else {
            scribe.malformed(protocol.name);
        }
        self.limit_weight(before, desk);
    }

    /// Reads a TCP segment that has a payload.
    pub(crate) fn segment(
        &mut self,
        who: &Who,
        from: Side,
        segment: &Segment<'_>,
        desk: &mut Desk<'_>,
    ) {
        if self.finished {
            return;
        }
        let mut streams = self.streams.take().unwrap_or_else(|| desk.pool.lend());
        let stream = streams.of_mut(from);
        if !stream.is_done() {
            let (before, kept) = (stream.weight(), self.weight());
            self.advance(stream, who, from, segment, desk);
            desk.pool.reweigh(before, stream.weight());
            self.limit_weight(kept, desk);
            if desk.pool.is_exhausted() && stream.weight() > 0 {
                let weight = stream.weight();
                stream.stop();
                desk.pool.reweigh(weight, 0);
                desk.recorder.forget_stream();
            }
        }
        if streams.low.is_done() && streams.high.is_done() {
            self.finished = true;
            desk.pool.take_back(streams);
        } else {
            self.streams = Some(streams);
        }
    }

    /// Reads no more. `at_end` if that is only since the source ends here.
    pub(crate) fn close(
        &mut self,
        who: &Who,
        at_end: bool,
        account: &mut Account,
        pool: &mut Pool,
    ) {
        self.finished = true;
        pool.reweigh(self.memory.store.len(), 0);
        self.memory.store = Vec::new();
        let Some(streams) = self.streams.take() else { return };
        for side in Side::BOTH {
            let stream = streams.of(side);
            let unfinished = stream.has_gap() || (at_end && !stream.held.is_empty());
            if unfinished && !stream.is_done() && who.counts {
                account.cut();
            }
        }
        pool.take_back(streams);
    }

    fn advance(
        &mut self,
        stream: &mut Stream,
        who: &Who,
        from: Side,
        segment: &Segment<'_>,
        desk: &mut Desk<'_>,
    ) {
        if stream.next.is_none() {
            let initial = *self.initial.of(from);
            stream.next = initial.map(|initial| initial.wrapping_add(1));
            stream.joined = initial.is_none();
        }
        let sequence = segment.sequence.wrapping_add(u32::from(segment.flags.synchronises()));
        let lost = match stream.place(sequence, segment.payload) {
            Brought::Next(bytes) => {
                self.take(stream, who, from, bytes, desk);
                while !stream.is_done()
                    && let Some(early) = stream.next_early()
                {
                    self.take(stream, who, from, &early, desk);
                }
                stream.held.len() > LONGEST_MESSAGE
            }
            Brought::Nothing => false,
            Brought::Gap => true,
        };
        if !stream.is_done() && (lost || segment.missing > 0) {
            stream.stop();
            desk.scribe(who, from, true).cut();
        }
    }

    /// Takes the next bytes in order and keeps what is not done with.
    fn take(
        &mut self,
        stream: &mut Stream,
        who: &Who,
        from: Side,
        bytes: &[u8],
        desk: &mut Desk<'_>,
    ) {
        if stream.held.is_empty() {
            let consumed = self.read(stream, who, from, bytes, desk);
            if !stream.is_done() {
                stream.held.extend_from_slice(bytes.get(consumed..).unwrap_or_default());
            }
            return;
        }
        stream.held.extend_from_slice(bytes);
        let mut held = std::mem::take(&mut stream.held);
        let consumed = self.read(stream, who, from, &held, desk);
        if !stream.is_done() {
            held.drain(..consumed.min(held.len()));
            stream.held = held;
            stream.relax();
        }
    }

    /// Shows bytes to the protocol until it asks for more; returns how many are done with.
    fn read(
        &mut self,
        stream: &mut Stream,
        who: &Who,
        from: Side,
        bytes: &[u8],
        desk: &mut Desk<'_>,
    ) -> usize {
        let mut consumed = 0;
        while !stream.is_done() {
            let rest = bytes.get(consumed..).unwrap_or_default();
            if rest.is_empty() || stream.is_tired_of(rest.len()) {
                return consumed;
            }
            let protocol = match self.agree(stream, who, from, rest, desk) {
                Verdict::Read(protocol) => protocol,
                Verdict::Wait => return consumed,
                Verdict::Drop => return bytes.len(),
            };
            let Some(read) = protocol.stream else {
                stream.stop();
                return consumed;
            };
            let is_roomy = desk.pool.is_roomy();
            let (mut scribe, known) = desk.scribe_and_known(who, from, false);
            scribe.repeats = is_roomy.then_some(&mut self.repeats);
            let mut notes = notes(who, from, &mut self.memory, &mut self.cover, known, &mut scribe);
            match read(rest, &mut notes) {
                Progress::Consumed(count) if count > 0 => {
                    consumed += count.min(rest.len());
                    stream.tries = 0;
                    stream.stage = Stage::Begun;
                    self.confirm();
                }
                Progress::Consumed(_) | Progress::More => {
                    stream.tries = stream.tries.saturating_add(1);
                    stream.shown = rest.len();
                    return consumed;
                }
                Progress::Finished => {
                    self.confirm();
                    stream.stop();
                }
                Progress::Foreign => self.reject(stream, rest),
            }
        }
        consumed
    }

    /// Looks at the first payload of a direction that is no protocol's: once a direction.
    #[cold]
    fn sample(&mut self, who: &Who, from: Side, payload: &[u8], desk: &mut Desk<'_>) {
        if self.cover != Cover::Unknown {
            return;
        }
        let sampled = first_bytes::look(payload);
        self.sampled.add(&sampled);
        if sampled.text > 0 {
            let mut scribe = desk.scribe(who, from, false);
            let text = payload.get(..first_bytes::MOST).unwrap_or(payload);
            personal::look(text, "plain text", &mut |line| {
                scribe.note(Whose::Sender, fields::CLEAR_PERSONAL, line, true);
                if from == who.server {
                    scribe.note(Whose::Receiver, fields::CLEAR_PERSONAL, line, true);
                }
            });
        }
    }

    /// About how many bytes are kept beside its streams.
    fn weight(&self) -> usize {
        self.memory.store.len() + self.repeats.weight()
    }

    /// Keeps what a protocol stored, and what the flow repeats, within bounds.
    fn limit_weight(&mut self, before: usize, desk: &mut Desk<'_>) {
        self.memory.store.truncate(Notes::STORE_BYTES);
        desk.pool.reweigh(before, self.weight());
        let store = &mut self.memory.store;
        if desk.pool.is_exhausted() && !store.is_empty() {
            desk.pool.reweigh(store.len(), 0);
            *store = Vec::new();
            desk.recorder.forget_stream();
        } else if store.is_empty() && store.capacity() > 0 {
            *store = Vec::new();
        }
    }
}

impl Desk<'_> {
    pub(crate) fn scribe<'b>(&'b mut self, who: &'b Who, from: Side, cut: bool) -> Scribe<'b> {
        self.scribe_and_known(who, from, cut).0
    }

    fn scribe_and_known<'b>(
        &'b mut self,
        who: &'b Who,
        from: Side,
        cut: bool,
    ) -> (Scribe<'b>, &'b mut Known) {
        let Moment { at, frame } = self.moment;
        let seen = Seen::once(Sighting { at, source: self.source, frame });
        let mut scribe = Scribe::new(self.recorder, self.account, who, from, seen);
        if cut {
            scribe.wholeness = Wholeness::Cut;
        }
        (scribe, self.known)
    }
}

impl Stream {
    /// A peer that sends its message in very small pieces has it read at growing intervals, so that
    /// the work stays in proportion to the bytes.
    const fn is_tired_of(&self, bytes: usize) -> bool {
        const PATIENCE: u16 = 256;
        self.tries > PATIENCE && bytes < self.shown.saturating_mul(2)
    }
}

impl Who {
    /// The service's port.
    pub(crate) const fn port(&self) -> u16 {
        self.key.ends.of(self.server).port()
    }
}

fn notes<'a>(
    who: &Who,
    from: Side,
    memory: &'a mut Memory,
    cover: &'a mut Cover,
    known: &'a mut Known,
    scribe: &'a mut Scribe<'_>,
) -> Notes<'a> {
    Notes {
        at: scribe.seen.first.at,
        to_server: from != who.server,
        port: who.port(),
        sender: Some(who.key.ends.of(from).address.ip()),
        memory: &mut memory.number,
        store: &mut memory.store,
        cover,
        known,
        sink: scribe,
    }
}
