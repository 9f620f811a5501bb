//! How values stand in the file: times as nanoseconds in SQLite's signed numbers, choices as words.

use evidence::Timestamp;
use rusqlite::{Connection, OptionalExtension};
use serde::{Serialize, de::DeserializeOwned};

use crate::HouseholdError;

/// A second, in nanoseconds.
pub(crate) const SECOND: i64 = 1_000_000_000;

/// A time as it is stored; what is beyond the year 2262 is then.
pub(crate) fn stored(time: Timestamp) -> i64 {
    i64::try_from(time.0).unwrap_or(i64::MAX)
}

/// A stored time.
pub(crate) fn time(stored: i64) -> Timestamp {
    Timestamp(u64::try_from(stored).unwrap_or(0))
}

/// The word of a choice, as its text form has it.
pub(crate) fn word<T: Serialize>(choice: &T) -> String {
    match serde_json::to_value(choice) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// The choice of that word.
pub(crate) fn choice<T: DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}

/// What the program remembers under `name`.
pub(crate) fn state(database: &Connection, name: &str) -> Result<Option<i64>, HouseholdError> {
    let mut state = database.prepare_cached("SELECT value FROM state WHERE name = ?1")?;
    let value: Option<String> = state.query_row([name], |row| row.get(0)).optional()?;
    Ok(value.and_then(|it| it.parse().ok()))
}

/// Remembers `value` under `name`.
pub(crate) fn set_state(
    database: &Connection,
    name: &str,
    value: i64,
) -> Result<(), HouseholdError> {
    let mut set = database.prepare_cached(
        "INSERT INTO state (name, value) VALUES (?1, ?2)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )?;
    set.execute((name, value.to_string()))?;
    Ok(())
}
