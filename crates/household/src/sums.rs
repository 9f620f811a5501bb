//! Checksums of rows and counts of tables: SQLite checks the shape of its pages, not what stands in
//! them, and a flipped bit in a name or a missing row would go unnoticed.
//!
//! While the program has the file open, triggers keep the checksum of every row that is written and the
//! number of rows of each table. They are temporary: a file from any schema gets them, and the schema
//! itself stays plain. So the file is for this program to write: a row changed with another tool counts
//! as damaged.

use std::hash::Hasher;

use rusqlite::{
    Connection,
    functions::{Context, FunctionFlags},
    types::ValueRef,
};
use siphasher::sip::SipHasher13;

use crate::{
    HouseholdError,
    schema::{Table, tables},
};

/// Makes the checksum known to SQL, as `checksum(…)`.
pub(crate) fn define(database: &Connection) -> Result<(), HouseholdError> {
    let pure = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    database.create_scalar_function("checksum", -1, pure, |context: &Context<'_>| {
        Ok(checksum((0..context.len()).map(|place| context.get_raw(place))))
    })?;
    Ok(())
}

/// Adds the triggers that keep sums and counts.
pub(crate) fn keep(database: &Connection) -> Result<(), HouseholdError> {
    for Table { name, columns } in tables(database)? {
        let list = columns.join(", ");
        let new = columns.iter().map(|it| format!("NEW.{it}")).collect::<Vec<_>>().join(", ");
        database.execute_batch(&format!(
            "CREATE TEMP TRIGGER {name}_added AFTER INSERT ON main.{name} BEGIN
               UPDATE {name} SET sum = checksum({new}) WHERE id = NEW.id;
               INSERT INTO tally (name, rows) VALUES ('{name}', 1)
                 ON CONFLICT (name) DO UPDATE SET rows = rows + 1;
             END;
             CREATE TEMP TRIGGER {name}_changed AFTER UPDATE OF {list} ON main.{name} BEGIN
               UPDATE {name} SET sum = checksum({new}) WHERE id = NEW.id;
             END;
             CREATE TEMP TRIGGER {name}_gone AFTER DELETE ON main.{name} BEGIN
               UPDATE tally SET rows = rows - 1 WHERE name = '{name}';
             END;"
        ))?;
    }
    Ok(())
}

/// How many rows a table has, and how many it should have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Count {
    /// The table.
    pub(crate) table: Table,
    /// Rows whose checksum is right.
    pub(crate) sound: u64,
    /// Rows whose checksum is wrong.
    pub(crate) damaged: u64,
    /// Rows there should be.
    pub(crate) expected: u64,
}

impl Count {
    /// Whether every row that should be there is, as it was written.
    pub(crate) const fn is_sound(&self) -> bool {
        self.damaged == 0 && self.sound == self.expected
    }
}

/// Counts every table.
pub(crate) fn count(database: &Connection) -> Result<Vec<Count>, HouseholdError> {
    let mut counts = Vec::new();
    for table in tables(database)? {
        let list = table.columns.join(", ");
        let sql = format!(
            "SELECT count(*), coalesce(sum(sum IS NOT checksum({list})), 0) FROM {name} NOT INDEXED",
            name = table.name
        );
        let (rows, damaged): (u64, u64) =
            database.query_row(&sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let expected = expected(database, &table.name)?.unwrap_or(0);
        counts.push(Count { table, sound: rows - damaged, damaged, expected });
    }
    Ok(counts)
}

/// How many rows the table should have, if that is written anywhere.
pub(crate) fn expected(database: &Connection, table: &str) -> Result<Option<u64>, HouseholdError> {
    let mut tally = database.prepare_cached("SELECT rows FROM tally WHERE name = ?1")?;
    let mut rows = tally.query([table])?;
    Ok(rows.next()?.map(|row| row.get(0)).transpose()?)
}

/// The checksum of a row's values. SipHash as in `evidence`'s samples; its key is public, for the
/// checksum guards against chance, not against a person.
pub(crate) fn checksum<'a>(values: impl Iterator<Item = ValueRef<'a>>) -> i64 {
    let mut hasher = SipHasher13::new();
    let mut write = |kind: u8, bytes: &[u8]| {
        hasher.write(&[kind]);
        hasher.write(&(bytes.len() as u64).to_le_bytes());
        hasher.write(bytes);
    };
    for value in values {
        match value {
            ValueRef::Null => write(0, &[]),
            ValueRef::Integer(number) => write(1, &number.to_le_bytes()),
            ValueRef::Real(number) => write(2, &number.to_le_bytes()),
            ValueRef::Text(text) => write(3, text),
            ValueRef::Blob(blob) => write(4, blob),
        }
    }
    hasher.finish().cast_signed()
}
