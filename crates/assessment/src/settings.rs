//! What the user chose for one assessment.

use std::{net::IpAddr, num::NonZero};

use knowledge::kinds::{Country, Date};

use crate::notes::Note;

/// What the user chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The policy's id.
    pub policy: Box<str>,
    /// Networks that are the home's own although their addresses are public: address and prefix
    /// length in bits.
    pub home_networks: Vec<(IpAddr, u8)>,
    /// The day as of which owners, lists and laws are stated; the day the pack was last checked if
    /// not given. What was seen is judged at the time it was seen all the same.
    pub as_of: Option<Date>,
    /// Where the user lives: `DE`, `US-CA`. It decides which rights are told, and no score.
    pub residence: Option<Country>,
    /// What the user says of devices: it outranks what traffic says.
    pub notes: Vec<Note>,
    /// Whether to say by what each device can be told again: who remembers it asks for that.
    pub identifiers: bool,
    /// How many threads judge, side by side; the answer is the same whatever their number.
    pub workers: NonZero<usize>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            policy: "inform-only".into(),
            home_networks: Vec::new(),
            as_of: None,
            residence: None,
            notes: Vec::new(),
            identifiers: true,
            workers: NonZero::<usize>::MIN,
        }
    }
}
