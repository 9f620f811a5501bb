//! How much is kept, and for how long.

use std::collections::BTreeMap;

use evidence::Timestamp;
use rusqlite::Connection;

use crate::{
    Change, Household, HouseholdError,
    events::happened,
    series::bytes_in_all,
    slices::{DAY, HOUR, merge_into},
    stored::{set_state, state, stored},
};

/// How much is kept. Ages are counted in slices and rows, never by the calendar: a clock that jumps ten
/// years ahead makes nothing too old.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// The most bytes on disk, the backup and the write-ahead log included. Mending a damaged file or
    /// erasing a device takes as much again for a moment.
    pub bytes: u64,
    /// Hours that are kept one by one; older ones are merged into days.
    pub hours: u32,
    /// Days that are kept.
    pub days: u32,
    /// Events that are kept.
    pub events: u32,
    /// Devices that are kept: of more, those go first that were not seen for longest and of which the
    /// user said nothing.
    pub devices: u32,
}

impl Default for Budget {
    /// A gigabyte; two weeks by the hour, two years by the day. Our choice.
    fn default() -> Self {
        Self { bytes: 1_000_000_000, hours: 14 * 24, days: 730, events: 20_000, devices: 4_096 }
    }
}

/// What a roll-up did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rolled {
    /// Hours merged into days.
    pub hours_merged: u64,
    /// Rows dropped as beyond what is kept, by table, the oldest first.
    pub dropped: BTreeMap<Box<str>, u64>,
    /// Bytes in use on disk afterwards, without the backup and the log.
    pub bytes: u64,
}

/// The share of the budget that the file itself may take, in percent: as much goes to the backup, the
/// rest to the log.
const SHARE: u64 = 45;

/// Room is made before the file is full, down to this share of its most, in percent.
const FULL: u64 = 95;
const ROOMY: u64 = 85;

/// The smallest file, in bytes: below this nothing useful fits.
const LEAST: u64 = 2 << 20;

impl Household {
    /// Merges old hours into days and drops what is beyond the budget, oldest first. To be called once
    /// an hour or so.
    ///
    /// # Errors
    ///
    /// [`HouseholdError`] if the file cannot be written; then nothing is changed.
    pub fn roll_up(&mut self, now: Timestamp) -> Result<Rolled, HouseholdError> {
        let mut rolled = Rolled::default();
        while let Some(day) = day_to_roll(&self.database, self.budget.hours)? {
            let change = self.database.transaction()?;
            rolled.hours_merged += roll(&change, day, now)?;
            change.commit()?;
        }
        let change = self.database.transaction()?;
        let (days, events) = (self.budget.days, self.budget.events);
        let beyond: Option<i64> = change
            .prepare(
                "SELECT DISTINCT start FROM slice WHERE length = 86400 ORDER BY start DESC LIMIT 1 OFFSET ?1",
            )?
            .query_map([days], |row| row.get(0))?
            .next()
            .transpose()?;
        if let Some(last) = beyond {
            drop_up_to(&change, last, &mut rolled.dropped)?;
        }
        let old = "DELETE FROM event WHERE id <= (SELECT id FROM event ORDER BY id DESC LIMIT 1 OFFSET ?1)";
        count(&mut rolled.dropped, "event", change.execute(old, [events])?);
        change.commit()?;
        if self.used()? > self.most() / 100 * FULL {
            let dropped = self.make_room(now)?;
            count(&mut rolled.dropped, "slice", usize::try_from(dropped).unwrap_or(usize::MAX));
        }
        self.give_back()?;
        rolled.bytes = self.used()?;
        Ok(rolled)
    }

    /// Makes a file smaller that is larger than it may be, as after its budget was lowered: what is free in
    /// it stays on the disk otherwise.
    fn give_back(&self) -> Result<(), HouseholdError> {
        let number =
            |name| self.database.pragma_query_value(None, name, |row| row.get::<_, u64>(0));
        let most = self.most();
        if number("page_count")? * number("page_size")? <= most || self.used()? > most {
            return Ok(());
        }
        self.database.execute_batch("VACUUM")?;
        // Where others look, the file itself becomes smaller when they are done.
        self.database.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        self.hold_to_budget()
    }

    /// Whether it is the budget that leaves no room, and not the disk.
    pub(crate) fn is_at_budget(&self) -> Result<bool, HouseholdError> {
        /// What one recording may have needed beyond what is in use, in percent of the most.
        const NEARLY: u64 = 75;

        Ok(self.used()? > self.most() / 100 * NEARLY)
    }

    /// Drops the oldest slices until there is room again; returns how many rows went.
    pub(crate) fn make_room(&mut self, now: Timestamp) -> Result<u64, HouseholdError> {
        let enough = self.most() / 100 * ROOMY;
        let mut dropped = BTreeMap::new();
        loop {
            let change = self.database.transaction()?;
            let oldest: Option<i64> =
                change.query_row("SELECT min(start) FROM slice", [], |row| row.get(0))?;
            let Some(oldest) = oldest else { break };
            drop_up_to(&change, oldest, &mut dropped)?;
            change.commit()?;
            if self.used()? <= enough {
                break;
            }
        }
        let rows: u64 = dropped.values().sum();
        let told = state(&self.database, "budget")?.unwrap_or(i64::MIN);
        if rows > 0 && stored(now).saturating_sub(told) >= DAY {
            let change = self.database.transaction()?;
            happened(&change, now, None, Change::BudgetFull { rows })?;
            set_state(&change, "budget", stored(now))?;
            change.commit()?;
        }
        Ok(rows)
    }

    /// Tells SQLite how large the file may become.
    pub(crate) fn hold_to_budget(&self) -> Result<(), HouseholdError> {
        let page: u64 = self.database.pragma_query_value(None, "page_size", |row| row.get(0))?;
        let pages = i64::try_from(self.most() / page).unwrap_or(i64::MAX);
        let set = |row: &rusqlite::Row<'_>| row.get::<_, i64>(0);
        self.database.pragma_update_and_check(None, "max_page_count", pages, set)?;
        Ok(())
    }

    /// The most bytes the file itself may take.
    fn most(&self) -> u64 {
        (self.budget.bytes / 100 * SHARE).max(LEAST)
    }

    /// Bytes in use: pages that are free are used again before the file grows.
    fn used(&self) -> Result<u64, HouseholdError> {
        let number =
            |name| self.database.pragma_query_value(None, name, |row| row.get::<_, u64>(0));
        Ok((number("page_count")? - number("freelist_count")?) * number("page_size")?)
    }
}

/// The oldest day of which there are hours, if all of it is older than the `most` hours that are kept.
fn day_to_roll(database: &Connection, most: u32) -> Result<Option<i64>, HouseholdError> {
    let sql = "SELECT DISTINCT start FROM slice WHERE length = 3600 ORDER BY start DESC LIMIT 1 OFFSET ?1";
    let newest_kept: Option<i64> = database
        .prepare_cached(sql)?
        .query_map([most.saturating_sub(1)], |row| row.get(0))?
        .next()
        .transpose()?;
    let oldest = "SELECT min(start) FROM slice WHERE length = 3600";
    let oldest: Option<i64> = database.query_row(oldest, [], |row| row.get(0))?;
    let day = oldest.map(|oldest| oldest - oldest.rem_euclid(DAY));
    Ok(day.filter(|day| newest_kept.is_some_and(|kept| day + DAY <= kept)))
}

/// Merges the hours of a day, its bytes too; returns how many there were.
fn roll(change: &Connection, day: i64, now: Timestamp) -> Result<u64, HouseholdError> {
    let last = day + DAY - HOUR;
    let sql =
        "SELECT count(DISTINCT start) FROM slice WHERE length = 3600 AND start BETWEEN ?1 AND ?2";
    let hours: u64 = change.query_row(sql, (day, last), |row| row.get(0))?;
    merge_into(change, day, DAY, (day, last), now)?;
    let [up, down] = ["up", "down"].map(bytes_in_all);
    let daily = format!(
        "INSERT INTO traffic (station, start, length, up, down)
           SELECT station, ?1, 86400, {up}, {down} FROM traffic
           WHERE length = 3600 AND start BETWEEN ?1 AND ?2 GROUP BY station
         ON CONFLICT (station, start, length) DO UPDATE SET
           up = min(up + excluded.up, 4611686018427387903),
           down = min(down + excluded.down, 4611686018427387903)"
    );
    change.execute(&daily, (day, last))?;
    let hourly = "DELETE FROM traffic WHERE length = 3600 AND start BETWEEN ?1 AND ?2";
    change.execute(hourly, (day, last))?;
    Ok(hours)
}

/// Drops slices that start at `last` or before, and the bytes of that time.
fn drop_up_to(
    change: &Connection,
    last: i64,
    dropped: &mut BTreeMap<Box<str>, u64>,
) -> Result<(), HouseholdError> {
    for table in ["slice", "traffic"] {
        let rows = change.execute(&format!("DELETE FROM {table} WHERE start <= ?1"), [last])?;
        count(dropped, table, rows);
    }
    change.execute("DELETE FROM gap WHERE end <= ?1", [last])?;
    Ok(())
}

fn count(dropped: &mut BTreeMap<Box<str>, u64>, table: &str, rows: usize) {
    if rows > 0 {
        *dropped.entry(table.into()).or_default() += rows as u64;
    }
}
