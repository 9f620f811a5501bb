//! What fuzzers play bytes into: file readers, frames, and each protocol by its name.
//!
//! Each entry takes any bytes. It fails by panicking, and by nothing else; a run that takes long or
//! much memory fails by the fuzzer's limits.

use std::sync::Arc;

use evidence::{Field, Limits, Recorder, Timestamp};

use crate::{
    Dissector, Frame, LinkType, Settings,
    files::{Decoder, Step},
    memo::{Known, Saying},
    protocol::{Cover, Notes, Opening, Progress, Protocol, Sink, Whose},
    protocols,
};

/// Reads bytes as a capture file that arrives in two pieces, and its frames as traffic.
pub fn file(bytes: &[u8]) {
    let mut recorder = Recorder::new(Limits::default());
    let mut dissector = Dissector::new(&Settings::default());
    dissector.begin_source(&mut recorder, "fuzz");
    let (mut decoder, mut start, mut shown) = (Decoder::new(), 0, bytes.len() / 2);
    while let Ok(step) =
        decoder.next(bytes.get(start..shown).unwrap_or_default(), shown == bytes.len())
    {
        match step {
            Step::Frame { consumed, frame } => {
                dissector.observe(&mut recorder, &frame);
                start += consumed;
            }
            Step::Skip { consumed } => start += consumed,
            Step::Need { .. } => shown = bytes.len(),
            Step::End => break,
        }
    }
    dissector.end_source(&mut recorder);
    let _ = recorder.finish();
}

/// Reads bytes as frames: a link type, then for each frame its length, how far the clock moves (in
/// quarter seconds), and the frame.
pub fn frames(bytes: &[u8]) {
    const LINKS: [u32; 8] = [1, 0, 9, 101, 108, 113, 276, 105];
    let Some((&link, mut rest)) = bytes.split_first() else { return };
    let link = LinkType(LINKS.get(usize::from(link) % LINKS.len()).copied().unwrap_or(1));
    let mut recorder = Recorder::new(Limits::default());
    let mut dissector = Dissector::new(&Settings::default());
    dissector.begin_source(&mut recorder, "fuzz");
    let (mut at, mut number) = (Timestamp::EPOCH, 0);
    while let Some((&[length, longer, step, missing], after)) = rest.split_first_chunk() {
        let length = (usize::from(length) | usize::from(longer & 0x0f) << 8).min(after.len());
        let (frame, next) = after.split_at_checked(length).unwrap_or((after, &[]));
        (number, at) = (number + 1, Timestamp(at.0 + u64::from(step) * 250_000_000));
        let captured = u32::try_from(length).unwrap_or(u32::MAX);
        let wire_length = captured + u32::from(missing & 0x0f);
        dissector.observe(&mut recorder, &Frame { number, at, link, wire_length, bytes: frame });
        rest = next;
    }
    dissector.end_source(&mut recorder);
    let _ = recorder.finish();
}

/// Names of all protocols, for [`protocol`].
pub fn protocol_names() -> impl Iterator<Item = &'static str> {
    protocols::ALL.iter().map(|protocol| protocol.name)
}

/// Reads bytes as the protocol called `name`: one datagram, and a stream that arrives in pieces.
/// Their first byte says in which direction, and how long the pieces are.
pub fn protocol(name: &str, bytes: &[u8]) {
    let Some((&first, bytes)) = bytes.split_first() else { return };
    for protocol in protocols::ALL.iter().filter(|protocol| protocol.name == name) {
        play(protocol, first, bytes);
    }
}

/// Forgets everything.
struct Nowhere;

impl Sink for Nowhere {
    fn note(&mut self, _: Whose, _: Field, _: &str, _: bool) {}

    fn again(&mut self, saying: &Arc<Saying>) {
        saying.repeat(self);
    }

    fn malformed(&mut self, _: &'static str) {}
}

fn play(protocol: &Protocol, first: u8, bytes: &[u8]) {
    let to_server = first & 1 == 0;
    let port = protocol.datagram_ports.iter().chain(protocol.stream_ports).next().copied();
    let port = port.unwrap_or(0);
    for in_stream in [false, true] {
        let _ = (protocol.recognises)(&Opening { bytes, in_stream, port });
    }
    let address = Some(std::net::IpAddr::from([192, 0, 2, 1]));
    let (mut memory, mut store, mut cover) = (0, Vec::new(), Cover::Unknown);
    let mut known = Known::default();
    let mut show = |read: &mut dyn FnMut(&mut Notes<'_>) -> Progress, to_server| {
        let mut notes = Notes {
            at: Timestamp::EPOCH,
            to_server,
            port,
            sender: address,
            memory: &mut memory,
            store: &mut store,
            cover: &mut cover,
            known: &mut known,
            sink: &mut Nowhere,
        };
        read(&mut notes)
    };
    if let Some(read) = protocol.datagram {
        for to_server in [to_server, !to_server] {
            show(
                &mut |notes| {
                    if read(bytes, notes).is_ok() { Progress::More } else { Progress::Foreign }
                },
                to_server,
            );
        }
    }
    let Some(read) = protocol.stream else { return };
    let piece = usize::from(first >> 1).max(1) * 16;
    let (mut start, mut end) = (0, 0);
    while end < bytes.len() {
        end = (end + piece).min(bytes.len());
        while let Some(rest) = bytes.get(start..end).filter(|rest| !rest.is_empty()) {
            match show(&mut |notes| read(rest, notes), to_server) {
                Progress::Consumed(count) if count > 0 => start += count.min(rest.len()),
                Progress::Consumed(_) | Progress::More => break,
                Progress::Finished | Progress::Foreign => return,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{env, fs, path::Path};

    use super::*;

    /// How many mutations of each seed are played; raised for a long run.
    const ROUNDS: &str = "HOUSEGUEST_FUZZ_ROUNDS";

    #[test]
    fn mutated_files_never_panic() {
        check(&files(), file);
    }

    #[test]
    fn mutated_frames_never_panic() {
        let seeds: Vec<_> = files().iter().map(|seed| as_frames(seed)).collect();
        check(&seeds, frames);
    }

    #[test]
    fn mutated_payloads_never_panic_any_protocol() {
        let seeds: Vec<_> = files().iter().flat_map(|seed| payloads(seed)).take(300).collect();
        for name in protocol_names() {
            check(&seeds, |bytes| protocol(name, bytes));
        }
    }

    /// Plays each seed, and changed copies of it, the same ones every time.
    fn check(seeds: &[Vec<u8>], play: impl Fn(&[u8])) {
        let rounds = env::var(ROUNDS).ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(4);
        let mut chance = 0x9e37_79b9_7f4a_7c15_u64;
        for seed in seeds {
            play(seed);
            for _ in 0..rounds {
                let mut bytes = seed.clone();
                for _ in 0..=next(&mut chance) % 8 {
                    mutate(&mut bytes, &mut chance);
                }
                play(&bytes);
            }
        }
    }

    fn mutate(bytes: &mut Vec<u8>, chance: &mut u64) {
        if bytes.is_empty() {
            return;
        }
        let at = usize::try_from(next(chance)).unwrap() % bytes.len();
        let value = next(chance).to_le_bytes()[0];
        match next(chance) % 6 {
            0 => bytes[at] = value,
            1 => bytes[at] ^= 1 << (value % 8),
            2 => bytes[at] = [0, 1, 0x7f, 0x80, 0xfe, 0xff][usize::from(value) % 6],
            3 => bytes.truncate(at),
            4 => bytes.insert(at, value),
            _ => {
                let length = usize::from(value).min(bytes.len() - at);
                let copy = bytes[at..at + length].to_vec();
                bytes.extend(copy);
            }
        }
    }

    /// Xorshift (Marsaglia 2003): the same numbers everywhere.
    fn next(state: &mut u64) -> u64 {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        *state >> 8
    }

    /// A small file of our own, and some made by others where they are at hand.
    fn files() -> Vec<Vec<u8>> {
        let mut own = 0xa1b2_c3d4_u32.to_le_bytes().to_vec();
        own.extend([2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0]);
        own.extend([0, 0, 0, 0, 0, 0, 0, 0, 42, 0, 0, 0, 42, 0, 0, 0]);
        own.extend([0, 0, 0x5e, 0, 0x53, 1, 0, 0, 0x5e, 0, 0x53, 2, 8, 0, 0x45, 0, 0, 28, 0, 0]);
        own.extend([0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2, 0xc0, 0, 0, 53, 0, 8, 0, 0]);
        let mut files = vec![own];
        let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/captures");
        for folder in ["malformed/tcpdump", "protocols/ndpi"] {
            let Ok(entries) = fs::read_dir(shared.join(folder)) else {
                println!("skipped: there are no captures in {}", shared.join(folder).display());
                continue;
            };
            let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
            paths.sort();
            files.extend(paths.iter().step_by(5).map(|path| fs::read(path).unwrap()));
        }
        files.retain(|file| file.len() < 20_000);
        files
    }

    fn as_frames(file: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0];
        each_frame(file, |frame| {
            let length = u16::try_from(frame.len().min(4_000)).unwrap().to_le_bytes();
            bytes.extend([length[0], length[1], 1, 0]);
            bytes.extend(&frame[..frame.len().min(4_000)]);
        });
        bytes
    }

    /// What follows the usual headers: near enough to a payload.
    fn payloads(file: &[u8]) -> Vec<Vec<u8>> {
        let mut payloads = Vec::new();
        each_frame(file, |frame| {
            if payloads.len() < 3 {
                payloads.extend(frame.get(41..).map(<[u8]>::to_vec));
            }
        });
        payloads
    }

    fn each_frame(file: &[u8], mut take: impl FnMut(&[u8])) {
        let (mut decoder, mut rest) = (Decoder::new(), file);
        while let Ok(Step::Frame { consumed, .. } | Step::Skip { consumed }) =
            decoder.next(rest, true).inspect(|step| {
                if let Step::Frame { frame, .. } = step {
                    take(frame.bytes);
                }
            })
        {
            rest = &rest[consumed..];
        }
    }
}
