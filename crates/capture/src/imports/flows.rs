//! Exported flows: NetFlow version 5, version 9 ([RFC 3954]) and IPFIX ([RFC 7011]), as datagrams that a
//! router sends and as files of messages ([RFC 5655]).
//!
//! Versions 9 and 10 describe their records by templates that come now and then, so what came before its
//! template cannot be read and is counted. Each exporter numbers what it sends; what is missing is counted as
//! lost. Bytes are those of IP packets, as exporters count them: frames are some 14 bytes longer each.
//!
//! **Invariants.** Exporters, templates and their fields have caps; a length is never believed beyond the
//! bytes that are there.
//!
//! [RFC 3954]: https://www.rfc-editor.org/rfc/rfc3954
//! [RFC 5655]: https://www.rfc-editor.org/rfc/rfc5655
//! [RFC 7011]: https://www.rfc-editor.org/rfc/rfc7011

mod bytes;
mod record;
mod templates;

use std::{
    collections::{BTreeMap, BTreeSet},
    net::{IpAddr, Ipv4Addr},
};

use evidence::{Recorder, Sighting, SourceId, Timestamp, Unit};

use super::Homes;
use bytes::Bytes;
use record::{Fifth, Flow};
use templates::{Templates, Version};

/// How many exporters, and observation domains of theirs, are told apart; our choice: a home has one or two.
const MOST_EXPORTERS: usize = 64;

/// How far a number may go back or forward before it is taken for a restart; our choice.
const MOST_LOST: u32 = 1 << 20;

const IPFIX_HEADER_BYTES: usize = 16;

/// Reads what exporters send.
#[derive(Debug, Default)]
pub struct Collector {
    exporters: BTreeMap<(IpAddr, u16, u32), Exporter>,
    /// Whose datagrams are told apart.
    senders: BTreeSet<IpAddr>,
    /// The kinds of what is skipped, so far.
    kinds: BTreeSet<Box<str>>,
    counts: Counts,
    records: u64,
    lost: u64,
}

/// One numbering: an exporter's, of one version and observation domain.
#[derive(Debug, Default)]
struct Exporter {
    templates: Templates,
    /// The number that the next message should bear.
    next: Option<u32>,
    /// One packet in so many was looked at, where the exporter says so.
    sampling: Option<u32>,
}

/// What became of messages since this was last asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) records: u64,
    pub(super) malformed: u64,
    pub(super) skipped: BTreeMap<Box<str>, u64>,
    pub(super) span: Option<(Timestamp, Timestamp)>,
}

/// Where records go.
pub(super) struct Desk<'a> {
    pub(super) homes: &'a Homes,
    pub(super) source: SourceId,
    pub(super) recorder: &'a mut Recorder,
}

/// What every message's header tells.
#[derive(Clone, Copy, Debug)]
struct Header {
    /// When it was sent.
    sent: Timestamp,
    /// How long the exporter had been up then, in milliseconds; `None` where it does not say.
    up: Option<u32>,
    /// Its number.
    sequence: u32,
}

impl Collector {
    /// Reads one datagram that `exporter` sent, and writes it as of the source `name`.
    pub fn datagram(
        &mut self,
        exporter: IpAddr,
        message: &[u8],
        homes: &Homes,
        name: &str,
        recorder: &mut Recorder,
    ) {
        let name = Unit::Record.name(name);
        let mut desk = Desk { homes, source: SourceId::of(&name), recorder };
        if self.message(exporter, message, &mut desk).is_none() {
            self.counts.malformed += 1;
        }
        let counts = self.take_counts();
        let malformed = (counts.malformed > 0).then(|| ("flow message".into(), counts.malformed));
        recorder.source(&name).add(&evidence::Source {
            name: name.as_str().into(),
            frames: counts.records,
            bytes: message.len() as u64,
            first: counts.span.map(|(first, _)| first),
            last: counts.span.map(|(_, last)| last),
            malformed: malformed.into_iter().collect(),
            skipped: counts.skipped,
            cut: 0,
        });
    }

    /// Whether what `sender` sends is to be a source of its own: whoever reaches the port can send in the name
    /// of any number of addresses.
    pub fn tells_apart(&mut self, sender: IpAddr) -> bool {
        self.senders.len() < MOST_EXPORTERS && self.senders.insert(sender)
            || self.senders.contains(&sender)
    }

    /// All records so far.
    #[must_use]
    pub const fn records(&self) -> u64 {
        self.records
    }

    /// All records and messages that are missing so far, by the exporters' numbers.
    #[must_use]
    pub const fn lost(&self) -> u64 {
        self.lost
    }

    pub(super) fn take_counts(&mut self) -> Counts {
        std::mem::take(&mut self.counts)
    }

    /// Reads a message; `None` if it is broken, though what came before that is read.
    fn message(&mut self, exporter: IpAddr, message: &[u8], desk: &mut Desk<'_>) -> Option<()> {
        let mut bytes = Bytes::new(message);
        match bytes.u16()? {
            5 => self.fifth(exporter, bytes, desk),
            9 => {
                let _count = bytes.u16()?;
                let (up, sent) = (bytes.u32()?, Timestamp::from_parts(bytes.u32()?.into(), 0));
                let header = Header { sent, up: Some(up), sequence: bytes.u32()? };
                let domain = bytes.u32()?;
                self.sets((exporter, 9, domain), Version::Nine, header, bytes, desk)
            }
            10 => {
                let length = usize::from(bytes.u16()?);
                let sent = Timestamp::from_parts(bytes.u32()?.into(), 0);
                let header = Header { sent, up: None, sequence: bytes.u32()? };
                let domain = bytes.u32()?;
                let sets = Bytes::new(message.get(IPFIX_HEADER_BYTES..length)?);
                self.sets((exporter, 10, domain), Version::Ten, header, sets, desk)
            }
            _ => None,
        }
    }

    /// Version 5: records of one shape.
    fn fifth(&mut self, exporter: IpAddr, mut bytes: Bytes<'_>, desk: &mut Desk<'_>) -> Option<()> {
        let count = bytes.u16()?;
        let (up, seconds, nanoseconds) = (bytes.u32()?, bytes.u32()?, bytes.u32()?);
        let sent = Timestamp::from_parts(seconds.into(), nanoseconds.min(999_999_999).into());
        let header = Header { sent, up: Some(up), sequence: bytes.u32()? };
        let (engine, sampling) = (bytes.u16()?, bytes.u16()?);
        let key = (exporter, 5, u32::from(engine));
        self.follow(key, header.sequence, u32::from(count), "flow records lost on the way")?;
        // The two highest bits say how packets were chosen.
        self.sample(key, u32::from(sampling & 0x3fff));
        for _ in 0..count {
            let Fifth(flow) = Fifth::read(bytes.take(Fifth::BYTES)?)?;
            self.record(key, &flow, header, desk);
        }
        Some(())
    }

    /// Versions 9 and 10: sets of templates and of records.
    fn sets(
        &mut self,
        key: (IpAddr, u16, u32),
        version: Version,
        header: Header,
        mut bytes: Bytes<'_>,
        desk: &mut Desk<'_>,
    ) -> Option<()> {
        let before = self.counts.records;
        let mut whole = true;
        let mut unread = false;
        while bytes.left() >= 4 {
            let (id, length) = (bytes.u16()?, usize::from(bytes.u16()?));
            let set = bytes.take(length.checked_sub(4)?)?;
            let exporter = self.exporter(key)?;
            match id {
                _ if version.is_templates(id) => {
                    whole &= exporter.templates.learn(set, version, false);
                }
                _ if version.is_options(id) => {
                    whole &= exporter.templates.learn(set, version, true);
                }
                256.. => unread |= self.data(key, id, set, version, header, desk),
                _ => {}
            }
        }
        let records = u32::try_from(self.counts.records - before).unwrap_or(u32::MAX);
        let (step, lost) = match version {
            Version::Nine => (1, "flow messages lost on the way"),
            Version::Ten => (records, "flow records lost on the way"),
        };
        self.follow(key, header.sequence, step, lost)?;
        if unread
            && version == Version::Ten
            && let Some(exporter) = self.exporters.get_mut(&key)
        {
            // How many records could not be read is not known, so neither is the next number.
            exporter.next = None;
        }
        whole.then_some(())
    }

    /// Reads a set of records; true if there were some that could not be read.
    fn data(
        &mut self,
        key: (IpAddr, u16, u32),
        id: u16,
        set: &[u8],
        version: Version,
        header: Header,
        desk: &mut Desk<'_>,
    ) -> bool {
        let Some(template) = self.exporters.get(&key).and_then(|it| it.templates.get(id)).cloned()
        else {
            self.skip("sets of flow records before their template", 1);
            return true;
        };
        let mut bytes = Bytes::new(set);
        while bytes.left() >= template.shortest() {
            let Some(flow) = Flow::read(&mut bytes, &template, version) else { break };
            if template.is_options {
                self.sample(key, flow.sampling().unwrap_or(0));
                self.counts.records += 1;
                self.records += 1;
            } else {
                self.record(key, &flow, header, desk);
            }
        }
        false
    }

    fn record(
        &mut self,
        key: (IpAddr, u16, u32),
        flow: &Flow,
        header: Header,
        desk: &mut Desk<'_>,
    ) {
        self.counts.records += 1;
        self.records += 1;
        let sampling = self.exporters.get(&key).and_then(|it| it.sampling);
        if let Some(one_in) = sampling.or(flow.sampling()).filter(|it| *it > 1) {
            self.skip(&format!("packets but one in {one_in}, of flow records"), 1);
        }
        let (first, last) = flow.times(header.sent, header.up);
        let sighting = Sighting { at: first, source: desk.source, frame: self.records };
        match flow.told(sighting, last) {
            Some(told) => {
                let (from, to) = self.counts.span.unwrap_or((first, last));
                self.counts.span = Some((from.min(first), to.max(last)));
                desk.homes.0.record(&told, desk.recorder);
            }
            None => self.skip("flow records without addresses", 1),
        }
    }

    fn exporter(&mut self, key: (IpAddr, u16, u32)) -> Option<&mut Exporter> {
        if self.exporters.len() >= MOST_EXPORTERS && !self.exporters.contains_key(&key) {
            self.skip("messages of too many exporters", 1);
            return None;
        }
        Some(self.exporters.entry(key).or_default())
    }

    /// Counts what is missing before a message with that number, after which come `step` more.
    fn follow(
        &mut self,
        key: (IpAddr, u16, u32),
        sequence: u32,
        step: u32,
        name: &str,
    ) -> Option<()> {
        let exporter = self.exporter(key)?;
        let missing = exporter.next.map_or(0, |next| sequence.wrapping_sub(next));
        exporter.next = Some(sequence.wrapping_add(step));
        if (1..MOST_LOST).contains(&missing) {
            self.lost += u64::from(missing);
            self.skip(name, missing.into());
        }
        Some(())
    }

    fn sample(&mut self, key: (IpAddr, u16, u32), one_in: u32) {
        if one_in > 0
            && let Some(exporter) = self.exporters.get_mut(&key)
        {
            exporter.sampling = Some(one_in);
        }
    }

    fn skip(&mut self, kind: &str, count: u64) {
        /// How many kinds are told apart; our choice.
        const MOST_KINDS: usize = 32;

        let full = self.kinds.len() >= MOST_KINDS && !self.kinds.contains(kind);
        let kind = if full { "other" } else { kind };
        if !full && !self.kinds.contains(kind) {
            self.kinds.insert(kind.into());
        }
        *self.counts.skipped.entry(kind.into()).or_default() += count;
    }
}

/// Reads the messages of a file as far as they are whole; returns how many bytes were read.
pub(super) fn messages(
    bytes: &[u8],
    collector: &mut Collector,
    homes: &Homes,
    source: SourceId,
    recorder: &mut Recorder,
) -> usize {
    /// Whoever wrote the file.
    const NOBODY: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

    let mut read = 0;
    let mut desk = Desk { homes, source, recorder };
    while let Some(rest @ [_, _, high, low, ..]) = bytes.get(read..) {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        if !begins_message(rest) || length < IPFIX_HEADER_BYTES {
            // Nothing tells where the next message begins.
            collector.counts.malformed += 1;
            return bytes.len();
        }
        let Some(message) = rest.get(..length) else { break };
        if collector.message(NOBODY, message, &mut desk).is_none() {
            collector.counts.malformed += 1;
        }
        read += length;
    }
    read
}

/// Whether bytes begin like a file of messages.
pub(super) fn is_file(bytes: &[u8]) -> bool {
    let sets = |id: u16| matches!(id, 2 | 3 | 256..);
    let set = bytes.get(IPFIX_HEADER_BYTES..IPFIX_HEADER_BYTES + 2);
    let set = set.and_then(|it| it.try_into().ok()).map(u16::from_be_bytes);
    begins_message(bytes) && set.is_some_and(sets)
}

const fn begins_message(bytes: &[u8]) -> bool {
    matches!(bytes, [0, 10, ..])
}

#[cfg(test)]
mod tests;
