//! What the benches read: a capture, the frames in it, and the pack that the program carries.

use std::{env, fs};

use evidence::{Ledger, Limits, Recorder};
use knowledge::{Knowledge, Pack};
use packets::{
    Dissector, Frame, Settings,
    files::{Decoder, Step},
};
use scenarios::Scenario;

static PACK: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/pack.bin"));

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
pub(crate) fn frames(mut file: &[u8]) -> impl Iterator<Item = Frame<'_>> {
    let mut decoder = Decoder::new();
    std::iter::from_fn(move || {
        loop {
            let (consumed, frame) = match decoder.next(file, true).ok()? {
                Step::Frame { consumed, frame } => (consumed, Some(frame)),
                Step::Skip { consumed } => (consumed, None),
                Step::Need { .. } | Step::End => return None,
            };
            file = file.get(consumed..)?;
            if frame.is_some() {
                return frame;
            }
        }
    })
}

/// All that frames show, not yet in order.
pub(crate) fn recorder(frames: &[Frame<'_>]) -> Recorder {
    let mut dissector = Dissector::new(&Settings::default());
    let mut recorder = Recorder::new(Limits::default());
    dissector.begin_source(&mut recorder, "bench");
    for frame in frames {
        dissector.observe(&mut recorder, frame);
    }
    dissector.end_source(&mut recorder);
    recorder
}

/// All that frames show.
pub(crate) fn ledger(frames: &[Frame<'_>]) -> Ledger {
    recorder(frames).finish()
}

/// The pack, unpacked and ready for look-ups as at each start of the program.
pub(crate) fn knowledge() -> Knowledge {
    Knowledge::new(Pack::from_bytes(&zstd::decode_all(PACK).unwrap()).unwrap())
}
