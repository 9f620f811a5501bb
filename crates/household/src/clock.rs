//! When we were watching: gaps, and clocks that jump.
//!
//! A clock that is set ahead looks like a gap, one that is set back is told apart. Neither makes
//! anything too old to keep, and times that lie ahead of a clock that was set back are drawn to it. A machine
//! that has lost the time begins at 1970 or 2000 again: until it finds it, nothing is drawn anywhere, and
//! afterwards that was a gap.

use evidence::Timestamp;
use rusqlite::Connection;

use crate::{
    Change, Household, HouseholdError, Span,
    events::happened,
    stored::{SECOND, set_state, state, stored, time},
};

/// Clocks are set right by less than this all the time: no event.
const NUDGE: i64 = 60 * SECOND;

/// A gap longer than this is no part of the time in which we learnt what is usual: a clock that came up
/// in 1970, a house shut for the summer. Our choice.
const LONG: i64 = 24 * 3_600 * SECOND;

/// No clock is right that says less, 2001-01-01: that of a machine that has lost the time.
pub(crate) const LOST: i64 = 978_307_200 * SECOND;

impl Household {
    /// Without a call of [`Self::record`] for so long, in nanoseconds, we were not watching: our choice,
    /// fifteen minutes.
    pub const GAP: u64 = 15 * 60 * 1_000_000_000;

    /// When this household first recorded anything: the learning period begins here.
    ///
    /// # Errors
    ///
    /// [`HouseholdError`] if the file cannot be read.
    pub fn watching_since(&self) -> Result<Option<Timestamp>, HouseholdError> {
        Ok(state(&self.database, "since")?.map(time))
    }

    /// The stretches between `from` and `to` in which nothing was recorded.
    ///
    /// # Errors
    ///
    /// [`HouseholdError`] if the file cannot be read.
    pub fn gaps(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Span>, HouseholdError> {
        let gaps = gaps(&self.database, stored(from), stored(to))?;
        Ok(gaps.into_iter().map(|(from, to)| Span { from: time(from), to: time(to) }).collect())
    }
}

/// Takes note of the time.
pub(crate) fn tick(database: &Connection, now: Timestamp) -> Result<(), HouseholdError> {
    let at = stored(now);
    if at < LOST {
        return Ok(());
    }
    let Some(last) = state(database, "now")? else {
        set_state(database, "since", at)?;
        return set_state(database, "now", at);
    };
    if at < last.saturating_sub(NUDGE) {
        set_back(database, at)?;
        let change = Change::ClockSetBack { from: time(last).seconds(), to: now.seconds() };
        happened(database, now, None, change)?;
    } else if at.saturating_sub(last) > Household::GAP.cast_signed() {
        database.execute("INSERT INTO gap (start, end) VALUES (?1, ?2)", (last, at))?;
        let change = Change::Gap { from: time(last).seconds(), to: now.seconds() };
        happened(database, now, None, change)?;
    }
    set_state(database, "now", at)
}

/// Draws what lies in the future to now.
fn set_back(database: &Connection, at: i64) -> Result<(), HouseholdError> {
    for sql in [
        "UPDATE device SET last_seen = ?1 WHERE last_seen > ?1",
        "UPDATE device SET first_seen = ?1 WHERE first_seen > ?1",
        "UPDATE device SET silent_since = ?1 WHERE silent_since > ?1",
        "UPDATE device SET firmware_since = ?1 WHERE firmware_since > ?1",
        "UPDATE device_key SET last_seen = ?1 WHERE last_seen > ?1",
        "UPDATE contact SET last_seen = ?1 WHERE last_seen > ?1",
        "UPDATE finding SET last_seen = ?1 WHERE last_seen > ?1",
        "UPDATE finding SET gone_at = ?1 WHERE gone_at > ?1",
        "UPDATE step SET state_at = ?1 WHERE state_at > ?1",
        "UPDATE gap SET end = ?1 WHERE end > ?1 AND start <= ?1",
        "DELETE FROM gap WHERE start > ?1",
    ] {
        database.execute(sql, [at])?;
    }
    for name in ["since", "backup", "digest", "budget"] {
        if state(database, name)?.is_some_and(|it| it > at) {
            set_state(database, name, at)?;
        }
    }
    Ok(())
}

/// For how long of the time from `from` to `to` we were watching, in nanoseconds.
pub(crate) fn watched(database: &Connection, from: i64, to: i64) -> Result<i64, HouseholdError> {
    let missed: i64 = gaps(database, from, to)?.iter().map(|(start, end)| end - start).sum();
    Ok((to - from - missed).max(0))
}

/// For how long, in nanoseconds, we have been learning what is usual: since the first recording, but for
/// long gaps.
pub(crate) fn learnt(database: &Connection, now: Timestamp) -> Result<i64, HouseholdError> {
    let now = stored(now);
    let Some(since) = state(database, "since")? else { return Ok(0) };
    let gaps = gaps(database, since, now)?;
    let missed = gaps.iter().map(|(start, end)| end - start).filter(|length| *length > LONG);
    Ok((now - since - missed.sum::<i64>()).max(0))
}

fn gaps(database: &Connection, from: i64, to: i64) -> Result<Vec<(i64, i64)>, HouseholdError> {
    let mut gaps = database.prepare_cached(
        "SELECT max(start, ?1), min(end, ?2) FROM gap WHERE end > ?1 AND start < ?2 ORDER BY start",
    )?;
    let rows = gaps.query_map((from, to), |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
