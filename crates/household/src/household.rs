//! Opening the file: one writer, and any number that look.

use std::{
    fs::{self, File, TryLockError},
    path::Path,
    time::Duration,
};

use rusqlite::{Connection, OpenFlags};

use crate::{
    Budget, HouseholdError,
    files::Files,
    log,
    mend::{Repair, mend, tell},
    schema,
    stored::{set_state, state},
    sums,
};

/// The memory of one home.
#[derive(Debug)]
pub struct Household {
    pub(crate) database: Connection,
    /// Where it stands; `None` for one in memory or open for looking only.
    pub(crate) files: Option<Files>,
    pub(crate) budget: Budget,
    /// Held while this is the one that writes.
    _writer: Option<Writer>,
}

/// The right to write, given back when dropped: also where a program that is being started has inherited
/// the lock for a moment.
#[derive(Debug)]
struct Writer(File);

impl Drop for Writer {
    fn drop(&mut self) {
        // If that fails, the lock goes with the file.
        let _ = self.0.unlock();
    }
}

/// An opened household, and what had to be done for it.
#[derive(Debug)]
pub struct Opened {
    /// The household.
    pub household: Household,
    /// What was done or lost; empty as a rule. Each is also an event from now on.
    pub repairs: Vec<Repair>,
}

impl Household {
    /// Opens the household in `path`, made if there is none: takes it for writing, checks it, mends what
    /// is damaged from what is readable and from the daily backup, and brings it to today's schema.
    ///
    /// # Errors
    ///
    /// [`HouseholdError::InUse`] if another program writes to it, [`HouseholdError::Newer`] if a newer
    /// version made it.
    pub fn open(path: &Path, budget: Budget) -> Result<Opened, HouseholdError> {
        let files = Files::of(path);
        if let Some(folder) = path.parent().filter(|it| !it.as_os_str().is_empty()) {
            fs::create_dir_all(folder)?;
        }
        let writer = lock(&files.lock)?;
        files.finish_swap()?;
        files.hide()?;
        let mut repairs = Vec::new();
        if log::is_damaged(&files.log)? {
            repairs.push(Repair::LogDamaged);
        }
        let is_new = fs::metadata(path)?.len() == 0;
        let missing = is_new && files.backup.exists();
        let sound = if missing { None } else { sound(path, is_new)? };
        let (mut database, mut mended) = if let Some(database) = sound {
            (database, Vec::new())
        } else {
            let mended = mend(&files)?;
            (connect(path, OpenFlags::default())?, mended)
        };
        let from = schema::migrate(&mut database, schema::newest())?;
        if from != 0 && from != schema::newest() {
            repairs.push(Repair::Migrated { from, to: schema::newest() });
        }
        let household = Self { database, files: Some(files), budget, _writer: Some(writer) };
        household.settle()?;
        tell(&household.database, &repairs)?;
        mended.splice(0..0, repairs);
        Ok(Opened { household, repairs: mended })
    }

    /// Opens it for reading only, beside a program that writes. It neither migrates nor mends.
    ///
    /// # Errors
    ///
    /// [`HouseholdError`] if there is none, or it is of another version.
    pub fn look(path: &Path) -> Result<Self, HouseholdError> {
        let database = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let found = schema::version(&database)?;
        if found != schema::newest() {
            return Err(HouseholdError::Newer { found, known: schema::newest() });
        }
        Ok(Self { database, files: None, budget: Budget::default(), _writer: None })
    }

    /// A household that is gone with the program: for trying out and for tests.
    ///
    /// # Errors
    ///
    /// None in practice.
    pub fn in_memory() -> Result<Self, HouseholdError> {
        let mut database = Connection::open_in_memory()?;
        sums::define(&database)?;
        schema::migrate(&mut database, schema::newest())?;
        let household = Self { database, files: None, budget: Budget::default(), _writer: None };
        household.settle()?;
        Ok(household)
    }

    /// Sets what holds for as long as the file is open.
    fn settle(&self) -> Result<(), HouseholdError> {
        sums::keep(&self.database)?;
        self.hold_to_budget()?;
        if state(&self.database, "schema")? != Some(schema::newest()) {
            set_state(&self.database, "schema", schema::newest())?;
        }
        Ok(())
    }
}

/// The file's connection, if it is whole: opens, every page in shape, every row as it was written.
fn sound(path: &Path, is_new: bool) -> Result<Option<Connection>, HouseholdError> {
    let checked = connect(path, OpenFlags::default()).and_then(|database| {
        let found = schema::version(&database)?;
        if found > schema::newest() && state(&database, "schema")? == Some(found) {
            return Err(HouseholdError::Newer { found, known: schema::newest() });
        }
        // A head that forbids to write, of a file that may be written, is not as we left it.
        let may_write = File::options().write(true).open(path).is_ok();
        if may_write && database.is_readonly(rusqlite::MAIN_DB)? {
            return Ok(None);
        }
        Ok((is_new || found == 0 && is_empty(&database)? || is_whole(&database)?)
            .then_some(database))
    });
    match checked {
        Err(HouseholdError::Damaged(_)) => Ok(None),
        Err(HouseholdError::Database(error)) if !is_of_the_disk(&error) => Ok(None),
        other => other,
    }
}

/// Whether it is the disk or the system that fails, and not the file.
fn is_of_the_disk(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{CannotOpen, OutOfMemory, PermissionDenied, SystemIoFailure};

    let disk = [CannotOpen, OutOfMemory, PermissionDenied, SystemIoFailure];
    error.sqlite_error_code().is_some_and(|code| disk.contains(&code))
}

/// Whether nothing was ever written: the first migration did not come to its end.
fn is_empty(database: &Connection) -> Result<bool, HouseholdError> {
    Ok(database.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, u64>(0))?
        == 0)
}

/// Whether every page is in shape and every row as it was written.
pub(crate) fn is_whole(database: &Connection) -> Result<bool, HouseholdError> {
    let said: String = database.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if said != "ok" || !schema::is_as_made(database)? {
        return Ok(false);
    }
    Ok(sums::count(database)?.iter().all(sums::Count::is_sound))
}

/// Opens the file with what we rely on: a write-ahead log, every commit on the disk before it counts,
/// deleted content overwritten.
pub(crate) fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, HouseholdError> {
    let database = Connection::open_with_flags(path, flags)?;
    database.busy_timeout(Duration::from_secs(5))?;
    sums::define(&database)?;
    let writes = !flags.contains(OpenFlags::SQLITE_OPEN_READ_ONLY);
    if writes {
        database.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;
             PRAGMA journal_size_limit = 4194304;",
        )?;
    }
    database.execute_batch(
        "PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;",
    )?;
    Ok(database)
}

/// Takes the file for writing, for as long as the lock is held.
fn lock(path: &Path) -> Result<Writer, HouseholdError> {
    let file = File::options().create(true).truncate(false).write(true).open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Writer(file)),
        Err(TryLockError::WouldBlock) => Err(HouseholdError::InUse),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}
