//! What changed in the home, as it was noticed.

use evidence::Timestamp;
use rusqlite::{Connection, Params};
use serde::{Deserialize, Serialize};

use crate::{
    GuestId, Household, HouseholdError,
    stored::{stored, time},
};

/// Numbers events in the order they were noticed; never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(pub i64);

/// One thing that changed.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredEvent {
    /// Its number.
    pub id: EventId,
    /// When it was noticed.
    pub at: Timestamp,
    /// Whose it is; `None` where it is of the whole household.
    pub device: Option<GuestId>,
    /// What it is.
    pub change: Change,
}

/// What can change. Values said by devices are untrusted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Change {
    /// A device that was never seen before.
    NewDevice,
    /// A device that was not seen for long while we were watching.
    DeviceBack {
        /// When it was seen before.
        last_seen: Seconds,
    },
    /// A device was told to be the same as another, which has no number of its own any more.
    Joined {
        /// The number that is gone.
        other: i64,
    },
    /// It talks with servers in a country it had nothing to do with before.
    NewCountry {
        /// The country's code.
        country: Box<str>,
    },
    /// It talks with an organisation it had nothing to do with before.
    NewOrganisation {
        /// The pack's id.
        organisation: Box<str>,
        /// Its name.
        name: Box<str>,
    },
    /// Something is wrong with it that was not before, or is again.
    NewFinding {
        /// The rule.
        rule: Box<str>,
        /// One line.
        title: Box<str>,
        /// The severity's word.
        severity: Box<str>,
    },
    /// What was wrong with it is not seen any more.
    FindingGone {
        /// The rule.
        rule: Box<str>,
        /// One line.
        title: Box<str>,
    },
    /// A step of the plan is done: later traffic shows it.
    StepVerified {
        /// The step's number.
        step: i64,
        /// What is done.
        text: Box<str>,
    },
    /// A step of the plan was done, and is not any more.
    StepCameBack {
        /// The step's number.
        step: i64,
        /// What is to be done again.
        text: Box<str>,
    },
    /// Its firmware is another.
    NewFirmware {
        /// What it was.
        from: Box<str>,
        /// What it is.
        to: Box<str>,
    },
    /// A list says of it what it did not say before.
    ListingChanged {
        /// The list's id.
        list: Box<str>,
        /// The list's name.
        name: Box<str>,
        /// The entry's id.
        entry: Box<str>,
        /// What it said: `yes`, `no`, `unknown`, or nothing.
        from: Option<Box<str>>,
        /// What it says.
        to: Option<Box<str>>,
    },
    /// An access law reaches a company behind it that did not before, or no longer does.
    LawChanged {
        /// The law's id.
        law: Box<str>,
        /// The state's code.
        jurisdiction: Box<str>,
        /// Whether it does now.
        reaches: bool,
    },
    /// A sensor that was heard of regularly is not any more.
    SilentSensor {
        /// When it was last seen.
        last_seen: Seconds,
    },
    /// A sensor that was missed is heard of again.
    SensorHeard,
    /// We were not watching: the program did not run, or its clock was set ahead.
    Gap {
        /// The last moment we were.
        from: Seconds,
        /// The first moment we were again.
        to: Seconds,
    },
    /// The clock was set back.
    ClockSetBack {
        /// What it said.
        from: Seconds,
        /// What it says.
        to: Seconds,
    },
    /// The memory was damaged, or had to be changed when it was opened.
    Repaired {
        /// What happened, for people.
        what: Box<str>,
    },
    /// There was no room; the oldest was dropped before its time.
    BudgetFull {
        /// How many rows were dropped.
        rows: u64,
    },
    /// The user had a device erased. Its number and nothing else is said.
    Erased,
    /// Of a kind that this version of the program does not know.
    #[serde(other)]
    Unknown,
}

/// Seconds since the epoch, as events hold times.
pub type Seconds = u64;

impl Household {
    /// Events from `since` on, the latest first, at most `limit`.
    ///
    /// # Errors
    ///
    /// [`HouseholdError`] if the file cannot be read.
    pub fn events(
        &self,
        since: Timestamp,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, HouseholdError> {
        let sql =
            "SELECT id, at, device, change FROM event WHERE at >= ?1 ORDER BY id DESC LIMIT ?2";
        read(&self.database, sql, (stored(since), i64::try_from(limit).unwrap_or(i64::MAX)))
    }

    /// Events that were noticed before `event`, the latest first, at most `limit`.
    ///
    /// # Errors
    ///
    /// [`HouseholdError`] if the file cannot be read.
    pub fn events_before(
        &self,
        event: EventId,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, HouseholdError> {
        let sql =
            "SELECT id, at, device, change FROM event WHERE id < ?1 ORDER BY id DESC LIMIT ?2";
        read(&self.database, sql, (event.0, i64::try_from(limit).unwrap_or(i64::MAX)))
    }

    /// Events of one device, the latest first, at most `limit`.
    ///
    /// # Errors
    ///
    /// [`HouseholdError`] if the file cannot be read.
    pub fn events_of(
        &self,
        device: GuestId,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, HouseholdError> {
        let sql =
            "SELECT id, at, device, change FROM event WHERE device = ?1 ORDER BY id DESC LIMIT ?2";
        read(&self.database, sql, (device.0, i64::try_from(limit).unwrap_or(i64::MAX)))
    }
}

/// Takes down that something changed.
pub(crate) fn happened(
    database: &Connection,
    at: Timestamp,
    device: Option<GuestId>,
    change: Change,
) -> Result<StoredEvent, HouseholdError> {
    let text = serde_json::to_string(&change)
        .map_err(|error| HouseholdError::Damaged(error.to_string().into()))?;
    let mut insert =
        database.prepare_cached("INSERT INTO event (at, device, change) VALUES (?1, ?2, ?3)")?;
    let id = insert.insert((stored(at), device.map(|it| it.0), text))?;
    Ok(StoredEvent { id: EventId(id), at, device, change })
}

/// Events by a query for `id, at, device, change`.
pub(crate) fn read(
    database: &Connection,
    sql: &str,
    parameters: impl Params,
) -> Result<Vec<StoredEvent>, HouseholdError> {
    let mut events = database.prepare_cached(sql)?;
    let rows = events.query_map(parameters, |row| {
        let change: String = row.get(3)?;
        Ok(StoredEvent {
            id: EventId(row.get(0)?),
            at: time(row.get(1)?),
            device: row.get::<_, Option<i64>>(2)?.map(GuestId),
            change: serde_json::from_str(&change).unwrap_or(Change::Unknown),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
