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

    /// Whether it opens, ends or breaks off a connection.
    #[inline]
    pub(crate) const fn changes_state(self) -> bool {
        self.0 & 0x07 != 0
    }
}

impl<'a> Segment<'a> {
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
        let payload = bytes.get(header..).unwrap_or_default();
        Some(Self {
            sequence: u32::from_be_bytes([a, b, c, d]),
            flags: Flags(flags),
            payload,
            missing: length - header - payload.len(),
        })
    }
}
