//! Registries of numbers: who registered a MAC prefix, who routes an address.

use serde::{Deserialize, Serialize};

use super::Country;

/// A block of MAC addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Prefix {
    /// Its first address, as a 48-bit number.
    pub first: u64,
    /// How many leading bits it fixes: 24, 28 or 36.
    pub bits: u8,
    /// Index into [`super::Pack::registrants`].
    pub registrant: u32,
}

/// A block of IP addresses, IPv4 ones mapped into IPv6 (`::ffff:0:0/96`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AddressBlock {
    /// Its first address, as a 128-bit number.
    pub first: u128,
    /// Its last address.
    pub last: u128,
    /// The autonomous system that announces it; 0 where not known.
    pub system: u32,
    /// Index into [`super::Pack::operators`].
    pub operator: u32,
    /// The country it is registered in: **not** where the server stands.
    pub registered_in: Option<Country>,
    /// Whether it answers from many places (anycast, a delivery network): then no country is said.
    pub anywhere: bool,
}
