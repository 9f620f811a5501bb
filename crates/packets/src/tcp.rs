//! TCP headers ([RFC 9293], section 3.1).
//!
//! [RFC 9293]: https://www.rfc-editor.org/rfc/rfc9293

/// A segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Segment<'a> {
    pub(crate) sequence: u32,
    pub(crate) flags: Flags,
    /// As much of the payload as was captured.
    pub(crate) payload: &'a [u8],
    /// How many bytes of payload the capture lacks.
    pub(crate) missing: usize,
}

/// The header's control bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Flags(u8);

impl Flags {
    pub(crate) const fn finishes(self) -> bool {
        self.0 & 0x01 != 0
    }

    pub(crate) const fn synchronises(self) -> bool {
        self.0 & 0x02 != 0
    }

    pub(crate) const fn resets(self) -> bool {
        self.0 & 0x04 != 0
    }

    pub(crate) const fn acknowledges(self) -> bool {
        self.0 & 0x10 != 0
    }

    /// Whether it acknowledges, perhaps as the last of its side, and asks for nothing to be handed on.
    const fn is_bare(self) -> bool {
        self.0 & !0x01 == 0x10
    }

    /// Whether it opens, ends or breaks off a connection.
    #[inline]
    pub(crate) const fn changes_state(self) -> bool {
        self.0 & 0x07 != 0
    }
}

impl<'a> Segment<'a> {
    /// Whether it brings nothing to read, captured or not.
    #[inline]
    pub(crate) const fn is_empty(&self) -> bool {
        self.payload.is_empty() && self.missing == 0
    }

    /// Reads a segment of which `bytes` were captured and which was `length` bytes long; `None` if
    /// its header is cut short or cannot be right.
    #[inline]
    pub(crate) fn read(bytes: &'a [u8], length: usize) -> Option<Self> {
        let &[_, _, _, _, a, b, c, d, _, _, _, _, offset, flags, _, _, _, _, _, _] =
            bytes.first_chunk::<20>()?;
        let header = usize::from(offset >> 4) * 4;
        if header < 20 || header > length {
            return None;
        }
        let (flags, payload) = (Flags(flags), bytes.get(header..).unwrap_or_default());
        let length =
            if length <= LONGEST_PADDED && is_padding(flags, payload) { header } else { length };
        let payload = payload.get(..length - header).unwrap_or(payload);
        Some(Self {
            sequence: u32::from_be_bytes([a, b, c, d]),
            flags,
            payload,
            missing: length - header - payload.len(),
        })
    }
}

/// Ethernet carries at least 46 bytes, of which IP takes 20; some senders count what fills the rest as
/// theirs.
const LONGEST_PADDED: usize = 26;

/// Whether what follows the header of a short segment only fills its frame.
fn is_padding(flags: Flags, payload: &[u8]) -> bool {
    flags.is_bare() && payload.iter().all(|&byte| byte == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_that_fill_a_frame_are_no_payload() {
        check("a bare acknowledgement", 0x10, b"\0\0", b"", 0);
        check("a last one", 0x11, b"\0\0\0\0\0\0", b"", 0);
        check("nothing", 0x10, b"", b"", 0);
        check("pushed on", 0x18, b"\0\0", b"\0\0", 0);
        check("not zeros", 0x10, b"\0a", b"\0a", 0);
        check("longer than a frame must be", 0x10, &[0; 7], &[0; 7], 0);
    }

    #[test]
    fn what_the_capture_lacks_is_counted() {
        check("a part", 0x18, b"ab", b"ab", 3);
    }

    #[track_caller]
    fn check(name: &str, flags: u8, payload: &[u8], expected: &[u8], missing: usize) {
        let header = [0, 1, 0, 2, 0, 0, 0, 9, 0, 0, 0, 0, 0x50, flags, 0, 0, 0, 0, 0, 0];
        let bytes = [&header[..], payload].concat();
        let read = Segment::read(&bytes, bytes.len() + missing).unwrap();
        assert_eq!((read.payload, read.missing, read.sequence), (expected, missing, 9), "{name}");
    }
}
