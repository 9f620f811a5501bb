//! pcapng: blocks, of which some hold frames and some describe the interfaces these came from.
//!
//! Format: draft-ietf-opsawg-pcapng. Options other than an interface's clock are passed over, as are
//! blocks of other kinds.

use evidence::Timestamp;

use super::{Damage, LONGEST_BLOCK, Order, Step};
use crate::{Frame, LinkType};

const SECTION_HEADER: u32 = 0x0a0d_0d0a;
const INTERFACE: u32 = 1;
const OLD_PACKET: u32 = 2;
const SIMPLE_PACKET: u32 = 3;
const ENHANCED_PACKET: u32 = 6;
const BYTE_ORDER_MAGIC: u32 = 0x1a2b_3c4d;
const HEAD_BYTES: usize = 8;
const TRAILER_BYTES: usize = 4;
const MAJOR: u16 = 1;
/// Our choice; tools number interfaces with 16 or 32 bits and use a handful.
const MOST_INTERFACES: usize = 65_536;

/// Reads the blocks of one file.
#[derive(Debug, Default)]
pub(super) struct Reader {
    order: Order,
    interfaces: Vec<Interface>,
}

/// What the section says of one interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Interface {
    link: LinkType,
    /// The longest capture, 0 for no limit.
    snap_length: u32,
    clock: Clock,
}

/// How an interface counts time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Clock {
    ticks_per_second: u64,
    offset_seconds: i64,
}

impl Reader {
    pub(super) fn next<'a>(&mut self, bytes: &'a [u8]) -> Result<Step<'a>, Damage> {
        let Some((&[a, b, c, d, e, f, g, h], rest)) = bytes.split_first_chunk::<HEAD_BYTES>()
        else {
            return Ok(Step::Need { bytes: HEAD_BYTES });
        };
        let kind = self.order.u32([a, b, c, d]);
        if kind == SECTION_HEADER {
            let Some(magic) = rest.first_chunk() else {
                return Ok(Step::Need { bytes: HEAD_BYTES + 4 });
            };
            self.order = byte_order(*magic)?;
        }
        let length = self.order.u32([e, f, g, h]) as usize;
        if length < HEAD_BYTES + TRAILER_BYTES || !length.is_multiple_of(4) {
            return Err(Damage::Here("a block with an impossible length"));
        }
        if length > LONGEST_BLOCK {
            return Err(Damage::Here("a block longer than 16 MiB"));
        }
        let Some(block) = bytes.get(..length) else { return Ok(Step::Need { bytes: length }) };
        let body = block.get(HEAD_BYTES..length - TRAILER_BYTES).unwrap_or_default();
        if block.last_chunk() != Some(&[e, f, g, h]) {
            return Err(Damage::Here("a block whose two lengths differ"));
        }
        let frame = match kind {
            SECTION_HEADER => self.begin_section(body).map(|()| None),
            INTERFACE => self.add_interface(body).map(|()| None),
            ENHANCED_PACKET => self.enhanced(body).map(Some),
            OLD_PACKET => self.old(body).map(Some),
            SIMPLE_PACKET => self.simple(body).map(Some),
            _ => Ok(None),
        }?;
        Ok(frame.map_or(Step::Skip { consumed: length }, |frame| Step::Frame {
            consumed: length,
            frame,
        }))
    }

    fn begin_section(&mut self, body: &[u8]) -> Result<(), Damage> {
        let Some(&[_, _, _, _, a, b, c, d]) = body.first_chunk() else {
            return Err(Damage::Here("a section header that is too short"));
        };
        let (major, minor) = (self.order.u16([a, b]), self.order.u16([c, d]));
        if major != MAJOR {
            return Err(Damage::Version { format: "pcapng", major, minor });
        }
        self.interfaces.clear();
        Ok(())
    }

    fn add_interface(&mut self, body: &[u8]) -> Result<(), Damage> {
        let Some((&[a, b, _, _, e, f, g, h], options)) = body.split_first_chunk() else {
            return Err(Damage::Here("an interface description that is too short"));
        };
        if self.interfaces.len() >= MOST_INTERFACES {
            return Err(Damage::Here("more than 65,536 interfaces"));
        }
        self.interfaces.push(Interface {
            link: LinkType(u32::from(self.order.u16([a, b]))),
            snap_length: self.order.u32([e, f, g, h]),
            clock: Clock::from_options(self.order, options),
        });
        Ok(())
    }

    fn enhanced<'a>(&self, body: &'a [u8]) -> Result<Frame<'a>, Damage> {
        let (numbers, data) = self.numbers::<5>(body)?;
        let [interface, high, low, captured, wire] = numbers;
        self.frame(interface, [high, low], captured, wire, data)
    }

    /// The obsolete Packet Block: a 16-bit interface number and a drop count come first.
    fn old<'a>(&self, body: &'a [u8]) -> Result<Frame<'a>, Damage> {
        let (numbers, data) = self.numbers::<5>(body)?;
        let [_, high, low, captured, wire] = numbers;
        let interface = body.first_chunk().map_or(0, |two| self.order.u16(*two));
        self.frame(u32::from(interface), [high, low], captured, wire, data)
    }

    /// A frame of the first interface, without a time.
    fn simple<'a>(&self, body: &'a [u8]) -> Result<Frame<'a>, Damage> {
        let ([wire], data) = self.numbers::<1>(body)?;
        let limit = self.interfaces.first().map_or(0, |interface| interface.snap_length);
        let captured = if limit == 0 { wire } else { wire.min(limit) };
        let held = u32::try_from(data.len()).unwrap_or(u32::MAX);
        let frame = self.frame(0, [0, 0], captured.min(held), wire, data)?;
        Ok(Frame { at: Timestamp::EPOCH, ..frame })
    }

    fn frame<'a>(
        &self,
        interface: u32,
        [high, low]: [u32; 2],
        captured: u32,
        wire: u32,
        data: &'a [u8],
    ) -> Result<Frame<'a>, Damage> {
        let Some(interface) = self.interfaces.get(interface as usize) else {
            return Err(Damage::Here("a frame of an interface that was not described"));
        };
        let Some(bytes) = data.get(..captured as usize) else {
            return Err(Damage::Here("a frame longer than its block"));
        };
        Ok(Frame {
            number: 0,
            at: interface.clock.time(u64::from(high) << 32 | u64::from(low)),
            link: interface.link,
            wire_length: wire.max(captured),
            bytes,
        })
    }

    /// The N 32-bit numbers that a block's body begins with, and what follows.
    fn numbers<'a, const N: usize>(&self, body: &'a [u8]) -> Result<([u32; N], &'a [u8]), Damage> {
        let mut numbers = [0; N];
        let mut rest = body;
        for number in &mut numbers {
            let Some((four, after)) = rest.split_first_chunk() else {
                return Err(Damage::Here("a block that is too short"));
            };
            *number = self.order.u32(*four);
            rest = after;
        }
        Ok((numbers, rest))
    }
}

impl Clock {
    const MICROSECONDS: Self = Self { ticks_per_second: 1_000_000, offset_seconds: 0 };

    fn from_options(order: Order, mut options: &[u8]) -> Self {
        const END: u16 = 0;
        const RESOLUTION: u16 = 9;
        const OFFSET: u16 = 14;
        let mut clock = Self::MICROSECONDS;
        while let Some((&[a, b, c, d], rest)) = options.split_first_chunk() {
            let (code, length) = (order.u16([a, b]), usize::from(order.u16([c, d])));
            let Some(value) = rest.get(..length) else { break };
            match (code, value) {
                (END, _) => break,
                (RESOLUTION, [resolution]) => clock.ticks_per_second = ticks(*resolution),
                (OFFSET, value) => {
                    if let Some(&[a, b, c, d, e, f, g, h]) = value.first_chunk() {
                        let (first, second) = (order.u32([a, b, c, d]), order.u32([e, f, g, h]));
                        let (low, high) = match order {
                            Order::Little => (first, second),
                            Order::Big => (second, first),
                        };
                        clock.offset_seconds = (i64::from(high) << 32) | i64::from(low);
                    }
                }
                _ => {}
            }
            options = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
        }
        clock
    }

    /// `ticks` of this clock as nanoseconds since the epoch; saturates at both ends.
    fn time(self, ticks: u64) -> Timestamp {
        const NANOSECONDS: u128 = 1_000_000_000;
        let nanoseconds = match self.ticks_per_second {
            1_000_000 => u128::from(ticks) * 1_000,
            1_000_000_000 => u128::from(ticks),
            rate => u128::from(ticks) * NANOSECONDS / u128::from(rate),
        };
        let offset = u128::from(self.offset_seconds.unsigned_abs()) * NANOSECONDS;
        let shifted = if self.offset_seconds < 0 {
            nanoseconds.saturating_sub(offset)
        } else {
            nanoseconds.saturating_add(offset)
        };
        Timestamp(u64::try_from(shifted).unwrap_or(u64::MAX))
    }
}

/// Whether a file that begins so is pcapng.
pub(super) fn begins(bytes: &[u8]) -> bool {
    bytes.starts_with(&SECTION_HEADER.to_be_bytes())
}

fn byte_order(magic: [u8; 4]) -> Result<Order, Damage> {
    [Order::Little, Order::Big]
        .into_iter()
        .find(|order| order.u32(magic) == BYTE_ORDER_MAGIC)
        .ok_or(Damage::Here("a section header without its byte-order mark"))
}

/// `if_tsresol`: a power of ten, or of two where the highest bit is set.
const fn ticks(resolution: u8) -> u64 {
    let power = (resolution & 0x7f) as u32;
    let ticks =
        if resolution & 0x80 == 0 { 10_u64.checked_pow(power) } else { 2_u64.checked_pow(power) };
    match ticks {
        Some(ticks) => ticks,
        None => u64::MAX,
    }
}
