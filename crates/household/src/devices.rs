//! The devices that live here, told again over restarts, renames and random addresses.

use std::{collections::BTreeMap, fmt};

use assessment::{
    Assessment,
    model::{DeviceId, Role},
    notes::Note,
};
use evidence::Timestamp;

use crate::{Household, HouseholdError, StoredEvent};

/// The household's own number of a device: never given to another, shown as `g7`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GuestId(pub i64);

impl fmt::Display for GuestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "g{}", self.0)
    }
}

/// A device as the household knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownDevice {
    /// Our number.
    pub id: GuestId,
    /// When it was first seen.
    pub first_seen: Timestamp,
    /// When it was last seen.
    pub last_seen: Timestamp,
    /// By what it is told again, the steadiest first: identifiers as in a file of notes, or
    /// `ip 192.0.2.7` where a capture shows no more. Untrusted.
    pub keys: Vec<Box<str>>,
    /// What part it played when last seen.
    pub role: Role,
    /// Brand, as last answered.
    pub brand: Option<Box<str>>,
    /// Model, as last answered. Untrusted.
    pub model: Option<Box<str>>,
    /// Type, one of the vocabulary, as last answered.
    pub kind: Option<Box<str>>,
    /// Firmware, as last answered. Untrusted.
    pub firmware: Option<Box<str>>,
    /// The name it last went by itself. Untrusted.
    pub called: Option<Box<str>>,
    /// What the user says of it.
    pub user: UserNote,
    /// No alerts of it until then.
    pub muted_until: Option<Timestamp>,
    /// Since when it is missed, where it is a sensor that should be heard of.
    pub silent_since: Option<Timestamp>,
}

/// What the user says of a device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserNote {
    /// What the user calls it.
    pub name: Option<Box<str>>,
    /// Where it stands.
    pub room: Option<Box<str>>,
    /// The name on the box.
    pub brand: Option<Box<str>>,
    /// The model.
    pub model: Option<Box<str>>,
    /// The kind of device, one of the vocabulary.
    pub kind: Option<Box<str>>,
    /// Anything else.
    pub text: Option<Box<str>>,
}

/// What [`Household::remember`] learnt.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Remembered {
    /// Which device of the assessment is which of ours; only the network's own devices are remembered.
    pub devices: BTreeMap<DeviceId, GuestId>,
    /// What changed, as it was stored.
    pub events: Vec<StoredEvent>,
}

impl Household {
    /// Updates devices, findings, destinations, listings and the plan by what an assessment of recent
    /// traffic says, and tells what changed. Once a minute or once a day: the answers do not depend on it.
    ///
    /// # Errors
    ///
    /// [`HouseholdError`] if the file cannot be written; then nothing is changed.
    pub fn remember(
        &mut self,
        assessment: &Assessment,
        now: Timestamp,
    ) -> Result<Remembered, HouseholdError> {
        let _ = (assessment, now);
        Ok(Remembered::default())
    }

    /// Every device, by number.
    ///
    /// # Errors
    ///
    /// [`HouseholdError`] if the file cannot be read.
    pub fn devices(&self) -> Result<Vec<KnownDevice>, HouseholdError> {
        Ok(Vec::new())
    }

    /// One device.
    ///
    /// # Errors
    ///
    /// [`HouseholdError::NoDevice`] if there is none of that number.
    pub fn device(&self, id: GuestId) -> Result<KnownDevice, HouseholdError> {
        Err(HouseholdError::NoDevice(id))
    }

    /// What the user says of it: replaces all that was said before.
    ///
    /// # Errors
    ///
    /// [`HouseholdError::NoDevice`] if there is none of that number.
    pub fn set_note(&mut self, id: GuestId, note: &UserNote) -> Result<(), HouseholdError> {
        let _ = note;
        Err(HouseholdError::NoDevice(id))
    }

    /// What the user calls it; `None` or blanks take the name away.
    ///
    /// # Errors
    ///
    /// [`HouseholdError::NoDevice`] if there is none of that number.
    pub fn set_name(&mut self, id: GuestId, name: Option<&str>) -> Result<(), HouseholdError> {
        let _ = name;
        Err(HouseholdError::NoDevice(id))
    }

    /// Where it stands; `None` or blanks take the room away.
    ///
    /// # Errors
    ///
    /// [`HouseholdError::NoDevice`] if there is none of that number.
    pub fn set_room(&mut self, id: GuestId, room: Option<&str>) -> Result<(), HouseholdError> {
        let _ = room;
        Err(HouseholdError::NoDevice(id))
    }

    /// No alerts of it until then; `None` ends the silence.
    ///
    /// # Errors
    ///
    /// [`HouseholdError::NoDevice`] if there is none of that number.
    pub fn mute(&mut self, id: GuestId, until: Option<Timestamp>) -> Result<(), HouseholdError> {
        let _ = until;
        Err(HouseholdError::NoDevice(id))
    }

    /// The user says that two are one: `other`'s keys, history and plan become `id`'s.
    ///
    /// # Errors
    ///
    /// [`HouseholdError::NoDevice`] if one of them is unknown.
    pub fn join(
        &mut self,
        id: GuestId,
        other: GuestId,
        now: Timestamp,
    ) -> Result<(), HouseholdError> {
        let _ = (other, now);
        Err(HouseholdError::NoDevice(id))
    }

    /// What the user says of all devices, for [`assessment::Settings::notes`]; `today` (`2026-11-22`)
    /// stands as their day.
    ///
    /// # Errors
    ///
    /// [`HouseholdError`] if the file cannot be read.
    pub fn notes(&self, today: &str) -> Result<Vec<Note>, HouseholdError> {
        let _ = today;
        Ok(Vec::new())
    }
}
