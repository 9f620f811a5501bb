//! The tables, version by version. A migration is a numbered file of SQL that is never edited once a
//! release had it; the file's `user_version` says how many have run.

use rusqlite::Connection;

use crate::HouseholdError;

/// Every migration, in order: the first makes schema 1.
const MIGRATIONS: &[&str] = &[include_str!("../migrations/0001.sql")];

/// Marks the file as a household's (`PRAGMA application_id`): "hgst".
const APPLICATION: i64 = 0x6867_7374;

/// Tables whose rows are a device's, by their column `device`.
pub(crate) const OF_A_DEVICE: &[&str] =
    &["device_key", "contact", "standing", "finding", "step", "event"];

/// The newest schema this program knows.
pub(crate) fn newest() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// The schema of the file; 0 for an empty one.
pub(crate) fn version(database: &Connection) -> Result<i64, HouseholdError> {
    Ok(database.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// Brings the file up to schema `to`, each step whole or not at all; returns the schema it had.
pub(crate) fn migrate(database: &mut Connection, to: i64) -> Result<i64, HouseholdError> {
    let from = version(database)?;
    if from > newest() {
        return Err(HouseholdError::Newer { found: from, known: newest() });
    }
    let steps = MIGRATIONS.iter().zip(1_i64..);
    for (sql, number) in steps.filter(|(_, number)| (from + 1..=to).contains(number)) {
        let change = database.transaction()?;
        change.execute_batch(sql)?;
        change.pragma_update(None, "user_version", number)?;
        change.pragma_update(None, "application_id", APPLICATION)?;
        change.commit()?;
    }
    Ok(from)
}

/// Whether the file has the tables that its version is made with, word for word.
pub(crate) fn is_as_made(database: &Connection) -> Result<bool, HouseholdError> {
    let version = version(database)?;
    if !(1..=newest()).contains(&version) {
        return Ok(false);
    }
    let mut reference = Connection::open_in_memory()?;
    migrate(&mut reference, version)?;
    Ok(words(database)? == words(&reference)?)
}

fn words(database: &Connection) -> Result<Vec<(String, Option<String>)>, HouseholdError> {
    let mut words = database.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name")?;
    let rows = words.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A table and its columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Table {
    /// Its name.
    pub(crate) name: String,
    /// Its columns but `sum`, in order; the first is `id`.
    pub(crate) columns: Vec<String>,
}

/// Every table of the file that holds rows with a checksum, in the order of their names.
pub(crate) fn tables(database: &Connection) -> Result<Vec<Table>, HouseholdError> {
    let mut columns = database.prepare(
        "SELECT m.name, c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c
         WHERE m.type = 'table' AND m.name <> 'tally' AND m.name NOT LIKE 'sqlite%'
         ORDER BY m.name, c.cid",
    )?;
    let mut found: Vec<Table> = Vec::new();
    let mut rows = columns.query([])?;
    while let Some(row) = rows.next()? {
        let (name, column): (String, String) = (row.get(0)?, row.get(1)?);
        if found.last().is_none_or(|table| table.name != name) {
            found.push(Table { name, columns: Vec::new() });
        }
        if let Some(table) = found.last_mut().filter(|_| column != "sum") {
            table.columns.push(column);
        }
    }
    Ok(found)
}
