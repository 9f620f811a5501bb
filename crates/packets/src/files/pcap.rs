//! pcap: a 24-byte header, then records of 16 bytes and a frame each.
//!
//! Format: draft-ietf-opsawg-pcap. A 1990s variant with 24-byte record headers is read as well.

use evidence::Timestamp;

use super::{Damage, LONGEST_RECORD, Order, Step};
use crate::{Frame, LinkType};

pub(super) const HEADER_BYTES: usize = 24;

const MICROSECONDS: u32 = 0xa1b2_c3d4;
const NANOSECONDS: u32 = 0xa1b2_3c4d;
/// Records carry 8 more bytes (interface, protocol, packet type).
const LONG_RECORDS: u32 = 0xa1b2_cd34;
const RECORD_BYTES: usize = 16;
const LONG_RECORD_BYTES: usize = 24;
/// The bits of the link-type word that are the link type; the rest says how long a checksum is.
const LINK_BITS: u32 = 0x03ff_ffff;
const MAJOR: u16 = 2;

/// Reads the records of one file.
#[derive(Debug)]
pub(super) struct Reader {
    order: Order,
    nanoseconds_per_tick: u32,
    record_bytes: usize,
    link: LinkType,
}

impl Reader {
    /// Reads the file's header; `None` if the bytes are too few or begin no pcap file.
    pub(super) fn open(bytes: &[u8]) -> Result<Option<Self>, Damage> {
        let Some(&[a, b, c, d, e, f, g, h, _, _, _, _, _, _, _, _, _, _, _, _, w, x, y, z]) =
            bytes.first_chunk::<HEADER_BYTES>()
        else {
            return Ok(None);
        };
        let Some((order, magic)) = magic([a, b, c, d]) else { return Ok(None) };
        let (major, minor) = (order.u16([e, f]), order.u16([g, h]));
        if major != MAJOR {
            return Err(Damage::Version { format: "pcap", major, minor });
        }
        Ok(Some(Self {
            order,
            nanoseconds_per_tick: if magic == NANOSECONDS { 1 } else { 1_000 },
            record_bytes: if magic == LONG_RECORDS { LONG_RECORD_BYTES } else { RECORD_BYTES },
            link: LinkType(order.u32([w, x, y, z]) & LINK_BITS),
        }))
    }

    /// The whole frame that `bytes` begin with, and how many of them it takes.
    #[inline]
    pub(super) fn frame<'a>(&self, bytes: &'a [u8], number: u64) -> Option<(usize, Frame<'a>)> {
        let &[a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] =
            bytes.first_chunk::<RECORD_BYTES>()?;
        let captured = self.order.u32([i, j, k, l]);
        if captured as usize > LONGEST_RECORD {
            return None;
        }
        let consumed = self.record_bytes + captured as usize;
        let frame = bytes.get(self.record_bytes..consumed)?;
        let fraction = self.order.u32([e, f, g, h]);
        let nanoseconds = u64::from(fraction) * u64::from(self.nanoseconds_per_tick);
        let frame = Frame {
            number,
            at: Timestamp::from_parts(u64::from(self.order.u32([a, b, c, d])), nanoseconds),
            link: self.link,
            wire_length: self.order.u32([m, n, o, p]).max(captured),
            bytes: frame,
        };
        Some((consumed, frame))
    }

    /// What stands in the way of a [`frame`](Self::frame).
    pub(super) fn obstacle<'a>(&self, bytes: &[u8]) -> Result<Step<'a>, Damage> {
        let Some([_, _, _, _, _, _, _, _, captured @ .., _, _, _, _]) =
            bytes.first_chunk::<RECORD_BYTES>()
        else {
            return Ok(Step::Need { bytes: self.record_bytes });
        };
        let captured = self.order.u32(*captured) as usize;
        if captured > LONGEST_RECORD {
            return Err(Damage::Here("a frame longer than 256 KiB"));
        }
        Ok(Step::Need { bytes: self.record_bytes + captured })
    }
}

/// Whether a file that begins so is pcap.
pub(super) fn begins(bytes: &[u8]) -> bool {
    bytes.first_chunk().is_some_and(|first| magic(*first).is_some())
}

fn magic(first: [u8; 4]) -> Option<(Order, u32)> {
    [Order::Little, Order::Big]
        .map(|order| (order, order.u32(first)))
        .into_iter()
        .find(|(_, magic)| [MICROSECONDS, NANOSECONDS, LONG_RECORDS].contains(magic))
}
