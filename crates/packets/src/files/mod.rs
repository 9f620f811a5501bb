//! Capture files as bytes: pcap and pcapng, one frame at a time, from whatever pieces arrive.
//!
//! The decoder performs no I/O. It is shown the bytes from the current place on and says what they
//! hold or how many more it needs, so files, pipes and decompressors are all read the same way.
//!
//! **Invariants.** A length field never makes the reader hold more than [`LONGEST_RECORD`] or
//! [`LONGEST_BLOCK`] bytes. All that came before damage is handed out first. After an error there is
//! nothing more to read.
//!
//! Formats: draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng.

mod pcap;
mod pcapng;

use crate::Frame;

/// The longest frame a pcap record may hold, in bytes: what libpcap allows for most link types.
pub const LONGEST_RECORD: usize = 256 << 10;

/// The longest pcapng block, in bytes: what other readers allow.
pub const LONGEST_BLOCK: usize = 16 << 20;

/// Reads one capture file.
#[derive(Debug, Default)]
pub struct Decoder {
    format: Format,
    offset: u64,
    frames: u64,
}

#[derive(Debug, Default)]
enum Format {
    #[default]
    Unknown,
    Pcap(pcap::Reader),
    Pcapng(pcapng::Reader),
}

/// What the bytes at the current place hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// A frame.
    Frame {
        /// How many bytes it and its header took; the next call begins after them.
        consumed: usize,
        /// The frame.
        frame: Frame<'a>,
    },
    /// Something that is no frame.
    Skip {
        /// How many bytes it took.
        consumed: usize,
    },
    /// Too few bytes to say.
    Need {
        /// How many bytes, from the current place on, the next call should be given at least.
        bytes: usize,
    },
    /// The file is read.
    End,
}

/// Why a capture file cannot be read on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// There are no bytes at all.
    #[error("it is empty")]
    Empty,
    /// It begins like neither format.
    #[error("it is not a capture file (pcap or pcapng): it begins with {begins}")]
    Foreign {
        /// Its first bytes, for people.
        begins: String,
    },
    /// A version of the format that this program does not know.
    #[error("its format is {format} version {major}.{minor}, which this program does not know")]
    Version {
        /// Which format.
        format: &'static str,
        /// The version's first number.
        major: u16,
        /// The version's second number.
        minor: u16,
    },
    /// Bytes that cannot be right.
    #[error("it is damaged at byte {at}: {what}")]
    Damaged {
        /// Where the damaged record or block begins.
        at: u64,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The file ends within a record.
    #[error("it is cut off: the record at byte {at} lacks {missing} bytes")]
    CutOff {
        /// Where the last record or block begins.
        at: u64,
        /// How many bytes are lacking, as far as is known.
        missing: u64,
    },
}

impl Decoder {
    /// Starts at the beginning of a file.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads what is at the current place.
    ///
    /// # Arguments
    ///
    /// * `bytes`: the file's bytes from the current place on, as many as there are at hand.
    /// * `end`: whether the file ends with `bytes`.
    ///
    /// # Errors
    ///
    /// [`FileError`]; what was handed out before remains good.
    #[inline]
    pub fn next<'a>(&mut self, bytes: &'a [u8], end: bool) -> Result<Step<'a>, FileError> {
        // Nearly every call; what it finds goes straight to who asked.
        if let Format::Pcap(reader) = &self.format
            && let Some((consumed, frame)) = reader.frame(bytes, self.frames + 1)
        {
            self.offset += consumed as u64;
            self.frames += 1;
            return Ok(Step::Frame { consumed, frame });
        }
        self.next_of_any(bytes, end)
    }

    #[inline(never)]
    fn next_of_any<'a>(&mut self, bytes: &'a [u8], end: bool) -> Result<Step<'a>, FileError> {
        let step = match &mut self.format {
            Format::Pcap(reader) => reader.obstacle(bytes),
            Format::Pcapng(reader) => reader.next(bytes),
            Format::Unknown => return self.open(bytes, end),
        };
        match step {
            Ok(Step::Frame { consumed, mut frame }) => {
                self.offset += consumed as u64;
                self.frames += 1;
                frame.number = self.frames;
                Ok(Step::Frame { consumed, frame })
            }
            Ok(Step::Skip { consumed }) => {
                self.offset += consumed as u64;
                Ok(Step::Skip { consumed })
            }
            Ok(Step::Need { bytes: wanted }) if end => self.finish(bytes.len(), wanted),
            Ok(step) => Ok(step),
            Err(Damage::Here(what)) => Err(FileError::Damaged { at: self.offset, what }),
            Err(Damage::Version { format, major, minor }) => {
                Err(FileError::Version { format, major, minor })
            }
        }
    }

    /// How far into the file the decoder is, in bytes.
    #[must_use]
    pub const fn offset(&self) -> u64 {
        self.offset
    }

    fn open<'a>(&mut self, bytes: &[u8], end: bool) -> Result<Step<'a>, FileError> {
        if end && bytes.is_empty() {
            return Err(FileError::Empty);
        }
        if pcapng::begins(bytes) {
            self.format = Format::Pcapng(pcapng::Reader::default());
            return Ok(Step::Skip { consumed: 0 });
        }
        match pcap::Reader::open(bytes) {
            Ok(Some(reader)) => {
                self.format = Format::Pcap(reader);
                self.offset = pcap::HEADER_BYTES as u64;
                Ok(Step::Skip { consumed: pcap::HEADER_BYTES })
            }
            Ok(None) if end && is_capture(bytes) => self.finish(bytes.len(), pcap::HEADER_BYTES),
            Ok(None) if !end && bytes.len() < pcap::HEADER_BYTES => {
                Ok(Step::Need { bytes: pcap::HEADER_BYTES })
            }
            Err(Damage::Version { format, major, minor }) => {
                Err(FileError::Version { format, major, minor })
            }
            Ok(None) | Err(Damage::Here(_)) => Err(FileError::Foreign { begins: beginning(bytes) }),
        }
    }

    const fn finish<'a>(&self, left: usize, wanted: usize) -> Result<Step<'a>, FileError> {
        if left == 0 {
            return Ok(Step::End);
        }
        let missing = wanted.saturating_sub(left) as u64;
        Err(FileError::CutOff { at: self.offset, missing })
    }
}

/// Whether a file that begins with these bytes (at least 4) is a capture file.
#[must_use]
pub fn is_capture(bytes: &[u8]) -> bool {
    pcapng::begins(bytes) || pcap::begins(bytes)
}

/// What a format's reader found wrong; the decoder adds where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Damage {
    Here(&'static str),
    Version { format: &'static str, major: u16, minor: u16 },
}

/// The first bytes for an error message: as text where they are text.
fn beginning(bytes: &[u8]) -> String {
    const SHOWN: usize = 12;
    let first = bytes.get(..SHOWN.min(bytes.len())).unwrap_or_default();
    if first.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ') {
        return format!("\"{}\"", first.escape_ascii());
    }
    first.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}

/// Reads numbers in the byte order of the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Order {
    #[default]
    Little,
    Big,
}

impl Order {
    #[inline]
    const fn u32(self, bytes: [u8; 4]) -> u32 {
        match self {
            Self::Little => u32::from_le_bytes(bytes),
            Self::Big => u32::from_be_bytes(bytes),
        }
    }

    #[inline]
    const fn u16(self, bytes: [u8; 2]) -> u16 {
        match self {
            Self::Little => u16::from_le_bytes(bytes),
            Self::Big => u16::from_be_bytes(bytes),
        }
    }
}

#[cfg(test)]
mod tests;
