//! A station of the link: its address as a number, so that a frame's stations stay in registers.

use evidence::Mac;

/// The six bytes of an address, and two zero bytes below them. Zero where the link names nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Station(u64);

impl Station {
    pub(crate) const NONE: Self = Self(0);

    /// How many bits lie below the address.
    const BELOW: u32 = 16;

    /// Whose address begins eight bytes of a frame.
    #[inline]
    pub(crate) const fn at_start_of(bytes: [u8; 8]) -> Self {
        Self(u64::from_be_bytes(bytes) >> Self::BELOW << Self::BELOW)
    }

    #[inline]
    pub(crate) const fn is_none(self) -> bool {
        self.0 == 0
    }

    /// Whether the group bit is set, as [`Mac::is_multicast`] says.
    #[inline]
    pub(crate) const fn is_multicast(self) -> bool {
        self.0 >> 56 & 1 == 1
    }

    /// The address, and a number in the bits below it.
    #[inline]
    pub(crate) const fn over(self, number: u16) -> u64 {
        self.0 | number as u64
    }
}

impl From<Mac> for Station {
    #[inline]
    fn from(Mac([a, b, c, d, e, f]): Mac) -> Self {
        Self(u64::from_be_bytes([a, b, c, d, e, f, 0, 0]))
    }
}

impl From<Station> for Mac {
    fn from(Station(number): Station) -> Self {
        let [a, b, c, d, e, f, _, _] = number.to_be_bytes();
        Self([a, b, c, d, e, f])
    }
}
