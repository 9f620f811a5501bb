//! Looks through compression, told by its first bytes rather than by a file's name, and stops where
//! no honest file goes on.

use std::{
    cell::Cell,
    io::{self, Cursor, Read},
    rc::Rc,
};

use flate2::read::MultiGzDecoder;

/// How much a compressed source may unpack to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many times its packed size, once 64 MiB came out. Captures pack to a fifth or so, and the
    /// most monotonous ones to a fiftieth.
    pub ratio: u64,
    /// How many bytes in all.
    pub bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { ratio: 200, bytes: 256 << 30 }
    }
}

impl Limits {
    /// From how many bytes on the ratio is looked at: a short capture of one repeated frame is no
    /// attack.
    const RATIO_FROM: u64 = 64 << 20;

    pub(crate) const fn exceeds_ratio(&self, packed: u64, unpacked: u64) -> bool {
        unpacked > Self::RATIO_FROM && unpacked > packed.saturating_mul(self.ratio)
    }
}

/// How a source is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    None,
    Gzip,
    Zstandard,
}

impl Packing {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::None => "plain",
            Self::Gzip => "gzip",
            Self::Zstandard => "zstd",
        }
    }
}

/// Finds how `source` is packed and unpacks it while it is read.
pub(crate) fn open<'a>(mut source: impl Read + 'a) -> io::Result<(Box<dyn Read + 'a>, Packing)> {
    const GZIP: [u8; 2] = [0x1f, 0x8b];
    const ZSTANDARD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
    let mut first = Vec::with_capacity(4);
    source.by_ref().take(4).read_to_end(&mut first)?;
    let packing = if first.starts_with(&GZIP) {
        Packing::Gzip
    } else if first.starts_with(&ZSTANDARD) {
        Packing::Zstandard
    } else {
        Packing::None
    };
    let whole = Cursor::new(first).chain(source);
    Ok((
        match packing {
            Packing::None => Box::new(whole),
            Packing::Gzip => Box::new(MultiGzDecoder::new(whole)),
            Packing::Zstandard => Box::new(zstd::Decoder::new(whole)?),
        },
        packing,
    ))
}

/// All bytes of `source`, unpacked where it is packed.
///
/// # Errors
///
/// What reading gives, and [`io::ErrorKind::InvalidData`] if there are more than `most` bytes.
pub fn read_whole(source: impl Read, most: u64) -> io::Result<Vec<u8>> {
    let (unpacked, _) = open(source)?;
    let mut bytes = Vec::new();
    unpacked.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        let words = format!("it unpacks to more than {most} bytes");
        return Err(io::Error::new(io::ErrorKind::InvalidData, words));
    }
    Ok(bytes)
}

/// Counts what is read through it.
pub(crate) struct Counted<R> {
    source: R,
    count: Rc<Cell<u64>>,
}

impl<R> Counted<R> {
    pub(crate) const fn new(source: R, count: Rc<Cell<u64>>) -> Self {
        Self { source, count }
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.count.set(self.count.get() + read as u64);
        Ok(read)
    }
}
