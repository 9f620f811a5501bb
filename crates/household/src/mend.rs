//! A damaged file, made whole from what is readable and from the backup; what is lost is said.
//!
//! A new file is built beside the damaged one and takes its place in the end, so that a power cut in
//! between leaves either.

use std::{collections::BTreeSet, fmt, fs, path::Path};

use evidence::Timestamp;
use rusqlite::{Connection, OpenFlags, params_from_iter, types::Value};

use crate::{
    Change, HouseholdError,
    backup::made,
    events::happened,
    files::{Files, make_private, remove},
    household::connect,
    schema::{self, OF_A_DEVICE, Table, tables},
    stored::{state, time},
    sums,
};

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
        /// When the backup was made, if it says.
        made: Option<Timestamp>,
    },
}

/// For people.
impl fmt::Display for Repair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Migrated { from, to } => write!(f, "brought from schema {from} to {to}"),
            Self::LogDamaged => f.write_str(
                "the log of the latest changes is damaged or breaks off: those of the last minutes may \
                 be lost",
            ),
            Self::Rebuilt => {
                f.write_str("the file was damaged, and was rebuilt from what is readable")
            }
            Self::Lost { table, rows: Some(rows) } => write!(f, "{rows} rows of `{table}` are lost"),
            Self::Lost { table, rows: None } => write!(f, "an unknown part of `{table}` is lost"),
            Self::Restored { table, rows, made: Some(made) } => {
                write!(f, "{rows} rows of `{table}` came back from the backup of {made}")
            }
            Self::Restored { table, rows, made: None } => {
                write!(f, "{rows} rows of `{table}` came back from the backup")
            }
        }
    }
}

/// Replaces the damaged household by what can be had of it.
pub(crate) fn mend(files: &Files) -> Result<Vec<Repair>, HouseholdError> {
    let damaged = connect(&files.main, OpenFlags::default()).ok();
    let backup = backup(files);
    let version = [&damaged, &backup]
        .into_iter()
        .flatten()
        .find_map(|it| schema::version(it).ok().filter(|it| (1..=schema::newest()).contains(it)));
    let version = version.unwrap_or(schema::newest());
    let mut new = begin(&files.building, version)?;
    let mut repairs = vec![Repair::Rebuilt];
    let made = backup.as_ref().and_then(|it| made(it).ok().flatten());
    let carrying = new.transaction()?;
    for table in tables(&carrying)? {
        let carried = damaged.as_ref().map(|old| carry(old, &carrying, &table)).transpose()?;
        let expected = damaged.as_ref().and_then(|old| sums::expected(old, &table.name).ok()?);
        let lost = expected.map(|expected| expected.saturating_sub(carried.unwrap_or(0)));
        if lost == Some(0) {
            continue;
        }
        // A table that never had a row has no count either: nothing is missing then.
        if lost.is_none() && readable(damaged.as_ref()) && carried.is_some() {
            continue;
        }
        let name: Box<str> = table.name.as_str().into();
        repairs.push(Repair::Lost { table: name.clone(), rows: lost });
        if let Some(backup) = &backup {
            let rows = restore(backup, &carrying, &table)?;
            if rows > 0 {
                repairs.push(Repair::Restored { table: name, rows, made });
            }
        }
    }
    for old in [&damaged, &backup].into_iter().flatten() {
        carry_numbers(old, &carrying)?;
    }
    adopt(&carrying)?;
    tell(&carrying, &repairs)?;
    carrying.commit()?;
    new.close().map_err(|(_, error)| error)?;
    drop((damaged, backup));
    files.finish_building(&files.mended)?;
    files.finish_swap()?;
    remove(&copy_of_backup(files))?;
    Ok(repairs)
}

/// Makes each repair an event of the household, at the last moment it remembers. Within the same change:
/// a loss that is not told is as bad as one that is not noticed.
pub(crate) fn tell(database: &Connection, repairs: &[Repair]) -> Result<(), HouseholdError> {
    let at = state(database, "now")?.map_or(Timestamp::EPOCH, time);
    for repair in repairs {
        happened(database, at, None, Change::Repaired { what: repair.to_string().into() })?;
    }
    Ok(())
}

/// Whether the counts of the tables can be read at all.
fn readable(damaged: Option<&Connection>) -> bool {
    let count = |it: &Connection| {
        it.query_row("SELECT count(*) FROM tally", [], |row| row.get::<_, u64>(0)).ok()
    };
    damaged.and_then(count).is_some_and(|count| count > 0)
}

/// An empty household of schema `version`, outside the write-ahead log: it is nobody's yet.
fn begin(path: &Path, version: i64) -> Result<Connection, HouseholdError> {
    remove(path)?;
    make_private(path)?;
    let mut new = Connection::open(path)?;
    sums::define(&new)?;
    schema::migrate(&mut new, version)?;
    sums::keep(&new)?;
    Ok(new)
}

/// The backup, as of the newest schema, if there is one and it opens. Read from a copy, which may be
/// changed.
fn backup(files: &Files) -> Option<Connection> {
    let copy = copy_of_backup(files);
    fs::copy(&files.backup, &copy).ok()?;
    let mut backup = Connection::open(&copy).ok()?;
    sums::define(&backup).ok()?;
    schema::migrate(&mut backup, schema::newest()).ok()?;
    Some(backup)
}

fn copy_of_backup(files: &Files) -> std::path::PathBuf {
    let mut name = files.backup.clone().into_os_string();
    name.push("-copy");
    name.into()
}

/// Copies every sound row of a table; returns how many.
fn carry(old: &Connection, new: &Connection, table: &Table) -> Result<u64, HouseholdError> {
    let mut carried = BTreeSet::new();
    // From both ends: a page that cannot be read in the middle hides neither.
    for order in ["ASC", "DESC"] {
        if scan(old, table, order, |row| insert(new, table, row, &mut carried))? {
            break;
        }
    }
    Ok(carried.len() as u64)
}

/// Copies those rows of the backup that are missing and that nothing newer stands for.
fn restore(backup: &Connection, new: &Connection, table: &Table) -> Result<u64, HouseholdError> {
    let mut restored = BTreeSet::new();
    let covered = covered(new, table)?;
    let is_there = format!("SELECT 1 FROM {} WHERE id = ?1", table.name);
    scan(backup, table, "ASC", |row| {
        let id = row.first().cloned().unwrap_or(Value::Null);
        if new.prepare_cached(&is_there)?.exists([id])? || covered(table, &row) {
            return Ok(());
        }
        insert(new, table, row, &mut restored)
    })?;
    Ok(restored.len() as u64)
}

/// Whether what a row of the backup says is said by another row since: hours that are part of a day, or
/// that were merged with others of the hour.
fn covered(
    new: &Connection,
    table: &Table,
) -> Result<impl Fn(&Table, &[Value]) -> bool + use<>, HouseholdError> {
    let mut spans: BTreeSet<(i64, i64, String)> = BTreeSet::new();
    if ["slice", "traffic"].contains(&&*table.name) {
        let whose = if table.name == "traffic" { "station" } else { "''" };
        let mut rows =
            new.prepare(&format!("SELECT start, length, {whose} FROM {}", table.name))?;
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            spans.insert((row.get(0)?, row.get(1)?, row.get(2)?));
        }
    }
    Ok(move |table: &Table, row: &[Value]| {
        let column = |name: &str| {
            let place = table.columns.iter().position(|it| it == name)?;
            row.get(place)
        };
        let (Some(Value::Integer(start)), Some(Value::Integer(length))) =
            (column("start"), column("length"))
        else {
            return false;
        };
        let whose = match column("station") {
            Some(Value::Text(station)) => station.clone(),
            _ => String::new(),
        };
        let day = start - start.rem_euclid(crate::slices::DAY);
        spans.contains(&(*start, *length, whose.clone()))
            || spans.contains(&(day, crate::slices::DAY / 1_000_000_000, whose))
    })
}

/// Reads a table's sound rows in an order until it ends (`true`) or cannot be read on.
fn scan(
    database: &Connection,
    table: &Table,
    order: &str,
    mut take: impl FnMut(Vec<Value>) -> Result<(), HouseholdError>,
) -> Result<bool, HouseholdError> {
    /// More rows than a household has can only be a page that leads back to itself.
    const MOST: u64 = 50_000_000;

    let columns = table.columns.join(", ");
    let sql = format!("SELECT {columns}, sum FROM {} NOT INDEXED ORDER BY id {order}", table.name);
    let Ok(mut statement) = database.prepare(&sql) else { return Ok(false) };
    let Ok(mut rows) = statement.query([]) else { return Ok(false) };
    let width = table.columns.len();
    for _ in 0..MOST {
        let Ok(row) = rows.next() else { return Ok(false) };
        let Some(row) = row else { return Ok(true) };
        let values = (0..width).map_while(|place| row.get_ref(place).ok());
        let sum = row.get::<_, i64>(width).ok();
        if sum != Some(sums::checksum(values)) {
            continue;
        }
        let values: Result<Vec<Value>, _> = (0..width).map(|place| row.get(place)).collect();
        if let Ok(values) = values {
            take(values)?;
        }
    }
    Ok(false)
}

/// Inserts a row unless it or one that excludes it is there.
fn insert(
    new: &Connection,
    table: &Table,
    row: Vec<Value>,
    taken: &mut BTreeSet<i64>,
) -> Result<(), HouseholdError> {
    let Some(Value::Integer(id)) = row.first() else { return Ok(()) };
    let id = *id;
    let marks = vec!["?"; table.columns.len()].join(", ");
    let columns = table.columns.join(", ");
    let sql = format!("INSERT OR IGNORE INTO {} ({columns}) VALUES ({marks})", table.name);
    if new.prepare_cached(&sql)?.execute(params_from_iter(row))? > 0 {
        taken.insert(id);
    }
    Ok(())
}

/// Numbers once given are not given again, though their rows may be lost.
fn carry_numbers(old: &Connection, new: &Connection) -> Result<(), HouseholdError> {
    let Ok(mut numbers) = old.prepare("SELECT name, seq FROM sqlite_sequence") else {
        return Ok(());
    };
    let Ok(rows) = numbers.query_map([], |row| Ok((row.get(0)?, row.get(1)?))) else {
        return Ok(());
    };
    for (name, last) in rows.flatten().collect::<Vec<(String, i64)>>() {
        let raise = "UPDATE sqlite_sequence SET seq = max(seq, ?2) WHERE name = ?1";
        if new.execute(raise, (&name, last))? == 0 && tables(new)?.iter().any(|it| it.name == name)
        {
            new.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?1, ?2)", (&name, last))?;
        }
    }
    Ok(())
}

/// Gives devices of which only keys are left a row again; what belongs to no device at all goes.
fn adopt(new: &Connection) -> Result<(), HouseholdError> {
    new.execute_batch(
        "INSERT INTO device (id, first_seen, last_seen)
           SELECT device, min(last_seen), max(last_seen) FROM device_key
           WHERE device NOT IN (SELECT id FROM device) GROUP BY device;",
    )?;
    for table in OF_A_DEVICE {
        new.execute(
            &format!("DELETE FROM {table} WHERE device NOT IN (SELECT id FROM device)"),
            [],
        )?;
    }
    Ok(())
}
