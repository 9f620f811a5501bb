//! The copy of the day before.

use std::path::PathBuf;

use evidence::Timestamp;
use rusqlite::Connection;

use crate::{
    Household, HouseholdError,
    files::{make_private, remove},
    household::is_whole,
    stored::{SECOND, set_state, state, stored, time},
    sums,
};

/// How old a copy is before it is replaced.
const DAY: i64 = 24 * 3_600 * SECOND;

impl Household {
    /// Copies the file beside itself if the last copy is a day old or there is none; says where. To be
    /// called once an hour or so. The old copy stays until the new one is whole, and a damaged file is
    /// never copied. Nothing is copied of a household in memory.
    ///
    /// # Errors
    ///
    /// [`HouseholdError::Damaged`] if the file is: open it again. Others if the copy cannot be written.
    pub fn backup(&mut self, now: Timestamp) -> Result<Option<PathBuf>, HouseholdError> {
        let Some(files) = &self.files else { return Ok(None) };
        let last = state(&self.database, "backup")?;
        let age = last.map(|last| stored(now).saturating_sub(last));
        if files.backup.exists() && age.is_some_and(|age| (0..DAY).contains(&age)) {
            return Ok(None);
        }
        self.back_up_now(now)
    }

    /// Copies the file whatever the age of the last copy.
    pub(crate) fn back_up_now(
        &mut self,
        now: Timestamp,
    ) -> Result<Option<PathBuf>, HouseholdError> {
        let Some(files) = &self.files else { return Ok(None) };
        remove(&files.building)?;
        make_private(&files.building)?;
        let target = files.building.to_string_lossy().into_owned();
        let copied = self.database.execute("VACUUM INTO ?1", [target]).map_err(Into::into);
        let checked = copied.and_then(|_| {
            let copy = Connection::open(&files.building)?;
            sums::define(&copy)?;
            is_whole(&copy)
        });
        match checked {
            Ok(true) => files.finish_building(&files.backup)?,
            Ok(false) => {
                remove(&files.building)?;
                return Err(HouseholdError::Damaged("its copy is not whole".into()));
            }
            Err(error) => {
                remove(&files.building)?;
                return Err(error);
            }
        }
        let backup = files.backup.clone();
        set_state(&self.database, "backup", stored(now))?;
        Ok(Some(backup))
    }
}

/// When a backup was made: the last moment it remembers.
pub(crate) fn made(backup: &Connection) -> Result<Option<Timestamp>, HouseholdError> {
    Ok(state(backup, "now")?.map(time))
}
