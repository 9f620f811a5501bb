//! Real captures with their frames kept, to be read again and again.

use std::{
    fs,
    path::{Path, PathBuf},
};

use evidence::Timestamp;
use packets::{
    Frame, LinkType,
    files::{Decoder, Step},
};

/// A frame that owns its bytes.
#[derive(Clone)]
pub(crate) struct Kept {
    pub(crate) number: u64,
    pub(crate) at: Timestamp,
    pub(crate) link: LinkType,
    pub(crate) wire_length: u32,
    pub(crate) bytes: Vec<u8>,
}

impl Kept {
    pub(crate) fn frame(&self) -> Frame<'_> {
        let Self { number, at, link, wire_length, ref bytes } = *self;
        Frame { number, at, link, wire_length, bytes }
    }
}

/// The frames of a file, up to damage if there is any.
pub(crate) fn frames(path: &Path) -> Vec<Kept> {
    let bytes = fs::read(path).unwrap();
    let mut decoder = Decoder::new();
    let (mut frames, mut rest) = (Vec::new(), &bytes[..]);
    while let Ok(step) = decoder.next(rest, true) {
        let consumed = match step {
            Step::Frame { consumed, frame } => {
                let Frame { number, at, link, wire_length, bytes } = frame;
                frames.push(Kept { number, at, link, wire_length, bytes: bytes.to_vec() });
                consumed
            }
            Step::Skip { consumed } => consumed,
            Step::Need { .. } | Step::End => break,
        };
        rest = rest.get(consumed..).unwrap_or_default();
    }
    frames
}

/// The captures below a folder of the shared ones; `None`, said aloud, where they are absent.
pub(crate) fn captures(folder: &str) -> Option<Vec<PathBuf>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/captures").join(folder);
    if !root.is_dir() {
        println!("skipped: there are no captures in {}", root.display());
        return None;
    }
    let (mut folders, mut files) = (vec![root], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it != "tsv" && it != "md") {
                files.push(path);
            }
        }
    }
    files.sort();
    Some(files)
}
