//! Splitting work by host: each worker reads every frame and records only its own hosts.

use std::net::IpAddr;

use evidence::{Host, address_share};

/// One worker's part of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    index: u32,
    of: u32,
}

impl Share {
    /// All of it.
    pub const WHOLE: Self = Self { index: 0, of: 1 };

    /// Part `index` of `of`, counted from 0; `None` if there is no such part.
    #[must_use]
    pub const fn new(index: u32, of: u32) -> Option<Self> {
        if index < of { Some(Self { index, of }) } else { None }
    }

    /// Whether this worker records `host`.
    #[inline]
    #[must_use]
    pub fn holds(self, host: &Host) -> bool {
        self.of == 1 || host.share(self.of) == self.index
    }

    /// Whether this worker records the hosts with that network address.
    #[inline]
    pub(crate) fn holds_address(self, address: IpAddr) -> bool {
        address_share(address, self.of) == self.index
    }

    /// Whether this worker counts what belongs to no host.
    #[must_use]
    pub const fn counts(self) -> bool {
        self.index == 0
    }
}

impl Default for Share {
    fn default() -> Self {
        Self::WHOLE
    }
}
