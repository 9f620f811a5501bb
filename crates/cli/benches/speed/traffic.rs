//! What the benches read: a capture's frames, kept in memory, and the pack of this repository.

use std::{collections::BTreeMap, env, fs, path::Path};

use evidence::{Ledger, Limits, Recorder, Timestamp};
use knowledge::{Knowledge, Pack};
use packets::{
    Dissector, Frame, LinkType, Settings,
    files::{Decoder, Step},
};
use scenarios::Scenario;

/// A frame that owns its bytes.
#[derive(Clone)]
pub(crate) struct Kept {
    pub(crate) number: u64,
    pub(crate) at: Timestamp,
    pub(crate) link: LinkType,
    pub(crate) wire_length: u32,
    pub(crate) bytes: Box<[u8]>,
}

/// The capture to measure on: the user's, or the built-in home's.
pub(crate) fn capture() -> Vec<u8> {
    if let Some(path) = env::var_os("HOUSEGUEST_CAPTURE") {
        return fs::read(path).unwrap();
    }
    let home = Scenario::parse(scenarios::DEMO).unwrap();
    let mut capture = Vec::new();
    scenarios::pcap::write(home.frames(1), &mut capture).unwrap();
    capture
}

/// The frames of a capture file, up to damage if there is any.
pub(crate) fn frames(file: &[u8]) -> Vec<Kept> {
    let mut frames = Vec::new();
    each(file, |&Frame { number, at, link, wire_length, bytes }| {
        frames.push(Kept { number, at, link, wire_length, bytes: bytes.into() });
    });
    frames
}

/// Goes through them where they lie.
pub(crate) fn each(mut file: &[u8], mut see: impl FnMut(&Frame<'_>)) {
    let mut decoder = Decoder::new();
    while let Ok(step) = decoder.next(file, true) {
        let consumed = match step {
            Step::Frame { consumed, frame } => {
                see(&frame);
                consumed
            }
            Step::Skip { consumed } => consumed,
            Step::Need { .. } | Step::End => break,
        };
        file = file.get(consumed..).unwrap_or_default();
    }
}

/// All that frames show, not yet in order.
pub(crate) fn recorder(frames: &[Kept]) -> Recorder {
    let mut dissector = Dissector::new(&Settings::default());
    let mut recorder = Recorder::new(Limits::default());
    dissector.begin_source(&mut recorder, "bench");
    for Kept { number, at, link, wire_length, bytes } in frames {
        let frame =
            Frame { number: *number, at: *at, link: *link, wire_length: *wire_length, bytes };
        dissector.observe(&mut recorder, &frame);
    }
    dissector.end_source(&mut recorder);
    recorder
}

/// All that frames show.
pub(crate) fn ledger(frames: &[Kept]) -> Ledger {
    recorder(frames).finish()
}

/// The pack, from its folder.
pub(crate) fn pack() -> Pack {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge");
    let (mut folders, mut files) = (vec![root.clone()], BTreeMap::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                files.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    knowledge::load(files).unwrap()
}

/// The pack, ready for look-ups.
pub(crate) fn knowledge() -> Knowledge {
    Knowledge::new(pack())
}
