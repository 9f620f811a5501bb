//! IPv4 and IPv6 headers: who sends what to whom, and which piece of it this is.
//!
//! [RFC 791] and [RFC 8200]. Lengths are taken from the header, so what a link puts behind a packet
//! is not read, and a packet of which the capture kept only a part is read as far as it goes.
//!
//! [RFC 791]: https://www.rfc-editor.org/rfc/rfc791
//! [RFC 8200]: https://www.rfc-editor.org/rfc/rfc8200

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A packet without its headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Datagram<'a> {
    pub(crate) source: Address,
    pub(crate) destination: Address,
    /// The IP protocol of the payload.
    pub(crate) transport: u8,
    /// As much of the payload as was captured.
    pub(crate) payload: &'a [u8],
    /// How long the payload was on the wire, in bytes.
    pub(crate) length: usize,
    /// Over how many more links it may be handed on.
    pub(crate) hops: u8,
    pub(crate) fragment: Option<Fragment>,
}

/// Which piece of a datagram a packet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fragment {
    pub(crate) identification: u32,
    /// Where the piece begins, in bytes.
    pub(crate) offset: u32,
    /// Whether more follow.
    pub(crate) more: bool,
}

/// An address of either version, IPv4 in the form `::ffff:a.b.c.d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Address {
    high: u64,
    low: u64,
}

/// Whom an address names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Nobody, or nobody yet.
    Nobody,
    /// A host that can only be in the home: private, link-local, unique local, loopback.
    Home,
    /// A group.
    Group,
    /// Everyone on the link.
    Everybody,
    /// A host anywhere.
    Anywhere,
}

impl Address {
    const MAPPED: u64 = 0xffff_0000_0000;

    #[inline]
    const fn v4(bytes: [u8; 4]) -> Self {
        Self { high: 0, low: Self::MAPPED | u32::from_be_bytes(bytes) as u64 }
    }

    #[inline]
    const fn v6(bytes: [u8; 16]) -> Self {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = bytes;
        Self {
            high: u64::from_be_bytes([a, b, c, d, e, f, g, h]),
            low: u64::from_be_bytes([i, j, k, l, m, n, o, p]),
        }
    }

    #[inline]
    const fn as_v4(self) -> Option<u32> {
        if self.high == 0 && self.low & !0xffff_ffff == Self::MAPPED {
            Some((self.low & 0xffff_ffff) as u32)
        } else {
            None
        }
    }

    /// The address as the standard library has it.
    pub(crate) fn ip(self) -> IpAddr {
        match self.as_v4() {
            Some(number) => Ipv4Addr::from(number).into(),
            None => Ipv6Addr::from(u128::from(self.high) << 64 | u128::from(self.low)).into(),
        }
    }

    /// Whom it names.
    #[inline]
    pub(crate) const fn reach(self) -> Reach {
        match self.as_v4() {
            Some(number) => match number >> 24 {
                0 if number == 0 => Reach::Nobody,
                10 | 127 => Reach::Home,
                169 if number >> 16 == 0xa9fe => Reach::Home,
                172 if number >> 20 == 0xac1 => Reach::Home,
                192 if number >> 16 == 0xc0a8 => Reach::Home,
                224..=239 => Reach::Group,
                255 if number == u32::MAX => Reach::Everybody,
                _ => Reach::Anywhere,
            },
            None if self.high >> 56 == 0xff => Reach::Group,
            None if self.high >> 54 == 0b11_1111_1010 => Reach::Home,
            None if self.high >> 57 == 0b111_1110 => Reach::Home,
            None => match (self.high, self.low) {
                (0, 0) => Reach::Nobody,
                (0, 1) => Reach::Home,
                _ => Reach::Anywhere,
            },
        }
    }

    /// Whether it is the address of one host.
    #[inline]
    pub(crate) const fn names_a_host(self) -> bool {
        matches!(self.reach(), Reach::Home | Reach::Anywhere)
    }

    /// Whether the first `length` bits are those of `network`.
    #[inline]
    pub(crate) fn shares(self, network: Self, length: u8) -> bool {
        let number = |it: Self| u128::from(it.high) << 64 | u128::from(it.low);
        let differing = number(self) ^ number(network);
        differing.leading_zeros() >= u32::from(length.min(128))
    }
}

impl From<IpAddr> for Address {
    fn from(ip: IpAddr) -> Self {
        match ip {
            IpAddr::V4(ip) => Self::v4(ip.octets()),
            IpAddr::V6(ip) => Self::v6(ip.octets()),
        }
    }
}

/// Reads an IPv4 header; `None` if it is cut short or cannot be right.
#[inline]
pub(crate) fn version_4(bytes: &[u8]) -> Option<Datagram<'_>> {
    let &[
        first,
        _,
        length_high,
        length_low,
        id_high,
        id_low,
        flags,
        offset,
        hops,
        transport,
        _,
        _,
        a,
        b,
        c,
        d,
        e,
        f,
        g,
        h,
    ] = bytes.first_chunk::<20>()?;
    let header = usize::from(first & 0x0f) * 4;
    if first >> 4 != 4 || header < 20 {
        return None;
    }
    let total = match usize::from(u16::from_be_bytes([length_high, length_low])) {
        // Left to the network card to fill in (segmentation offload).
        0 => bytes.len(),
        total => total,
    };
    let payload = bytes.get(header..total.min(bytes.len()))?;
    let offset = u32::from(u16::from_be_bytes([flags & 0x1f, offset])) * 8;
    let more = flags & 0x20 != 0;
    let identification = u32::from(u16::from_be_bytes([id_high, id_low]));
    Some(Datagram {
        source: Address::v4([a, b, c, d]),
        destination: Address::v4([e, f, g, h]),
        transport,
        payload,
        length: total - header,
        hops,
        fragment: (more || offset != 0).then_some(Fragment { identification, offset, more }),
    })
}

/// Reads an IPv6 header and its extensions; `None` if they are cut short or cannot be right.
pub(crate) fn version_6(bytes: &[u8]) -> Option<Datagram<'_>> {
    let (fixed, rest) = bytes.split_first_chunk::<40>()?;
    let (&[first, _, _, _, high, low, next, hops], addresses) = fixed.split_first_chunk()?;
    let (source, destination) = addresses.split_first_chunk::<16>()?;
    if first >> 4 != 6 {
        return None;
    }
    let length = match usize::from(u16::from_be_bytes([high, low])) {
        // A jumbogram, or left to the network card.
        0 => rest.len(),
        length => length,
    };
    let mut datagram = Datagram {
        source: Address::v6(*source),
        destination: Address::v6(*destination.first_chunk()?),
        transport: next,
        payload: rest.get(..length.min(rest.len()))?,
        length,
        hops,
        fragment: None,
    };
    datagram.skip_extensions().then_some(datagram)
}

impl Datagram<'_> {
    /// The whole datagram of which this was a piece; `None` if it cannot be right.
    pub(crate) fn whole<'w>(&self, payload: &'w [u8]) -> Option<Datagram<'w>> {
        let mut whole = Datagram { payload, length: payload.len(), fragment: None, ..*self };
        (whole.source.as_v4().is_some() || whole.skip_extensions()).then_some(whole)
    }

    /// Walks the extension headers up to a piece of a datagram (RFC 8200, section 4); false if they are cut
    /// short.
    fn skip_extensions(&mut self) -> bool {
        const MOST_EXTENSIONS: usize = 16;
        for _ in 0..MOST_EXTENSIONS {
            let units = match (self.transport, self.payload) {
                (0 | 43 | 60, [_, units, ..]) => 8 + usize::from(*units) * 8,
                (51, [_, units, ..]) => 8 + usize::from(*units) * 4,
                (44, [_, _, high, low, a, b, c, d, ..]) => {
                    let place = u16::from_be_bytes([*high, *low]);
                    let (offset, more) = (u32::from(place & !7), place & 1 == 1);
                    let identification = u32::from_be_bytes([*a, *b, *c, *d]);
                    // A lone "fragment" is a whole datagram (RFC 6946).
                    self.fragment =
                        (more || offset != 0).then_some(Fragment { identification, offset, more });
                    8
                }
                (0 | 43 | 44 | 51 | 60, _) => return false,
                _ => return true,
            };
            let (Some(&next), Some(payload)) = (self.payload.first(), self.payload.get(units..))
            else {
                return false;
            };
            self.transport = next;
            self.payload = payload;
            self.length = self.length.saturating_sub(units);
            // What follows is a part of what is put together (RFC 8200, section 4.5).
            if self.fragment.is_some() {
                return true;
            }
        }
        false
    }
}
