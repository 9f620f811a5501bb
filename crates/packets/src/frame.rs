//! One captured frame, as a capture file or an interface hands it over.

use std::fmt;

use evidence::Timestamp;

/// A frame and what the capture says about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// Its number in its source, counted from 1 as packet tools do.
    pub number: u64,
    /// When it was captured.
    pub at: Timestamp,
    /// What its first bytes are.
    pub link: LinkType,
    /// How many bytes it had on the wire; at least as many as were captured.
    pub wire_length: u32,
    /// The captured bytes.
    pub bytes: &'a [u8],
}

impl Frame<'_> {
    /// Whether the capture kept only the frame's beginning.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.bytes.len() < self.wire_length as usize
    }
}

/// A link type as capture files number them (the tcpdump group's registry of `LINKTYPE_` values).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkType(pub u32);

impl LinkType {
    /// BSD loopback: an address family in the capturing machine's byte order.
    pub const NULL: Self = Self(0);
    /// Ethernet.
    pub const ETHERNET: Self = Self(1);
    /// PPP.
    pub const PPP: Self = Self(9);
    /// IP without a link header.
    pub const RAW: Self = Self(101);
    /// OpenBSD loopback: an address family in network byte order.
    pub const LOOP: Self = Self(108);
    /// Linux "cooked" capture, as from the interface `any`.
    pub const LINUX_SLL: Self = Self(113);
    /// IPv4 without a link header.
    pub const IPV4: Self = Self(228);
    /// IPv6 without a link header.
    pub const IPV6: Self = Self(229);
    /// Linux "cooked" capture, version 2.
    pub const LINUX_SLL2: Self = Self(276);
}

/// `link type 105 (Wi-Fi)`.
impl fmt::Display for LinkType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "link type {}", self.0)?;
        match self.0 {
            105 | 119 | 127 | 163 => f.write_str(" (Wi-Fi)"),
            187 | 201 | 251 | 256 | 272 => f.write_str(" (Bluetooth)"),
            189 | 220 | 249 => f.write_str(" (USB)"),
            195 | 215 | 230 | 283 => f.write_str(" (IEEE 802.15.4)"),
            _ => Ok(()),
        }
    }
}
