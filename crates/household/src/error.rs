//! Why something could not be remembered or recalled.

use std::io;

/// Why the household's memory could not do as asked. Nothing is half done: what fails is undone whole.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HouseholdError {
    /// Another program writes to the file.
    #[error("another program holds the household open")]
    InUse,
    /// A newer version of this program made the file.
    #[error("its schema is version {found}, and this program knows versions up to {known}")]
    Newer {
        /// The file's version.
        found: i64,
        /// The newest this program knows.
        known: i64,
    },
    /// The disk or the budget is full: what was to be written is not, what was there still is.
    #[error("there is no room left on the disk or in the budget")]
    Full,
    /// No device of the household has that number.
    #[error("the household knows no device {0}")]
    NoDevice(crate::GuestId),
    /// No step of the plan has that number.
    #[error("the plan has no step {0}")]
    NoStep(i64),
    /// An import goes into an empty household only.
    #[error("the household is not empty")]
    NotEmpty,
    /// Text that is no exported household.
    #[error("line {line} is not of an exported household: {why}")]
    Foreign {
        /// Counted from 1.
        line: usize,
        /// What is wrong with it.
        why: Box<str>,
    },
    /// The household is open for looking only.
    #[error("the household is open for reading only")]
    ReadOnly,
    /// The file is damaged; opening it again mends what can be mended.
    #[error("the household is damaged: {0}")]
    Damaged(Box<str>),
    /// The database refused.
    #[error("the database says: {0}")]
    Database(rusqlite::Error),
    /// The file system refused.
    #[error("the file system says: {0}")]
    Files(#[from] io::Error),
}

impl From<rusqlite::Error> for HouseholdError {
    fn from(error: rusqlite::Error) -> Self {
        let extended = error.sqlite_error().map(|it| it.extended_code);
        if extended == Some(rusqlite::ffi::SQLITE_IOERR_SHMSIZE) {
            return Self::Full;
        }
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::Full,
            Some(rusqlite::ErrorCode::ReadOnly) => Self::ReadOnly,
            Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => {
                Self::InUse
            }
            Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase) => {
                Self::Damaged(error.to_string().into())
            }
            _ => Self::Database(error),
        }
    }
}
