//! Opening the file: one writer, and any number that look.

use std::{fmt, path::Path};

use evidence::Timestamp;

use crate::{Budget, HouseholdError};

/// The memory of one home.
#[derive(Debug)]
pub struct Household {
    _private: (),
}

/// An opened household, and what had to be done for it.
#[derive(Debug)]
pub struct Opened {
    /// The household.
    pub household: Household,
    /// What was done or lost; empty as a rule. Each is also an event from now on.
    pub repairs: Vec<Repair>,
}

/// What was done to a household when it was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Repair {
    /// It was made by an earlier version.
    Migrated {
        /// The schema it had.
        from: i64,
        /// The schema it has.
        to: i64,
    },
    /// The log of the latest changes is damaged or breaks off: changes of the last minutes may be lost.
    LogDamaged,
    /// The file was damaged; what could be read of it was carried over into a new one.
    Rebuilt,
    /// Rows could not be read any more.
    Lost {
        /// The table.
        table: Box<str>,
        /// How many; `None` if not even that could be read.
        rows: Option<u64>,
    },
    /// Rows came back from the backup, as they were when it was made.
    Restored {
        /// The table.
        table: Box<str>,
        /// How many.
        rows: u64,
        /// When the backup was made.
        made: Timestamp,
    },
}

/// For people.
impl fmt::Display for Repair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Migrated { from, to } => write!(f, "brought from schema {from} to {to}"),
            Self::LogDamaged => f.write_str(
                "the log of the latest changes is damaged: those of the last minutes may be lost",
            ),
            Self::Rebuilt => {
                f.write_str("the file was damaged and was rebuilt from what is readable")
            }
            Self::Lost { table, rows: Some(rows) } => {
                write!(f, "{rows} rows of `{table}` are lost")
            }
            Self::Lost { table, rows: None } => write!(f, "an unknown part of `{table}` is lost"),
            Self::Restored { table, rows, made } => {
                write!(f, "{rows} rows of `{table}` came back from the backup of {made}")
            }
        }
    }
}

impl Household {
    /// Opens the household in `path`, made if there is none: takes it for writing, brings it to today's
    /// schema, checks it, and mends what is damaged from what is readable and from the daily backup.
    ///
    /// # Errors
    ///
    /// [`HouseholdError::InUse`] if another program writes to it, [`HouseholdError::Newer`] if a newer
    /// version made it.
    pub fn open(path: &Path, budget: Budget) -> Result<Opened, HouseholdError> {
        let _ = (path, budget);
        Ok(Opened { household: Self { _private: () }, repairs: Vec::new() })
    }

    /// Opens it for reading only, beside a program that writes. It neither migrates nor mends.
    ///
    /// # Errors
    ///
    /// [`HouseholdError`] if there is none, or it is of another version.
    pub fn look(path: &Path) -> Result<Self, HouseholdError> {
        let _ = path;
        Ok(Self { _private: () })
    }

    /// A household that is gone with the program: for trying out and for tests.
    ///
    /// # Errors
    ///
    /// None in practice.
    pub fn in_memory() -> Result<Self, HouseholdError> {
        Ok(Self { _private: () })
    }
}
