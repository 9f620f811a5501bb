//! Registries of numbers: who registered a MAC prefix, who routes an address.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::Id;

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
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
    pub registered_in: Option<CountryCode>,
    /// Whether it answers from many places (anycast, a delivery network): then no country is said.
    pub anywhere: bool,
}

/// A state by its two letters (ISO 3166-1). Two bytes, since there are a hundred thousand blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CountryCode([u8; 2]);

impl CountryCode {
    /// The state that `text` names; `None` if these are not two capital letters.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let letters: [u8; 2] = text.as_bytes().try_into().ok()?;
        letters.iter().all(u8::is_ascii_uppercase).then_some(Self(letters))
    }

    /// Its letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl Serialize for CountryCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for CountryCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&str>::deserialize(deserializer)?;
        Self::new(text).ok_or_else(|| de::Error::custom("a country has two letters"))
    }
}

/// A network of which more is known than its blocks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// Its autonomous system's number.
    pub system: u32,
    /// Whose it is.
    pub name: Box<str>,
    /// Whether its addresses answer from many places: its blocks are then [`AddressBlock::anywhere`].
    #[serde(default)]
    pub anywhere: bool,
    /// What this rests on.
    pub sources: Vec<Id>,
    /// Whether one of us read those sources for this.
    #[serde(default)]
    pub verified: bool,
    /// What a reader should know.
    #[serde(default)]
    pub note: Option<Box<str>>,
}
