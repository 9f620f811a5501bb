//! What was seen, hour by hour: ledgers that merge to any window.
//!
//! A recording is added as a part of its hour, and parts are merged when there are many or the hour is
//! over: rewriting the whole hour every minute would wear a memory card out.

use std::{collections::BTreeMap, io::Read};

use evidence::{Ledger, Timestamp};
use rusqlite::{Connection, Transaction};

use crate::{
    Change, Household, HouseholdError, clock,
    events::happened,
    stored::{SECOND, stored, time},
    sums,
};

/// An hour, in nanoseconds.
pub(crate) const HOUR: i64 = 3_600 * SECOND;

/// A day, in nanoseconds.
pub(crate) const DAY: i64 = 24 * HOUR;

/// Parts of an hour before they are merged: our choice, between writing often and reading slowly.
const MOST_PARTS: u64 = 12;

/// Stations of which the bytes of one hour are kept apart; those of more are summed under no name. Far
/// above any home, our choice.
const MOST_STATIONS: u64 = 4_096;

/// The station under which the bytes of the whole home stand: a picture of its year needs no other.
pub(crate) const HOME: &str = "home";

/// How often room is made for one recording before it is given up.
const MOST_TRIES: usize = 4;

/// A stretch of time that a slice covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// Its first moment.
    pub from: Timestamp,
    /// The first moment after it.
    pub to: Timestamp,
}

/// The evidence of a stretch of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Window {
    /// Everything that was recorded in it, merged. Slices that lie in it only partly are in it whole.
    pub ledger: Ledger,
    /// The hours or days of it whose record is damaged: their evidence is not in the ledger.
    pub damaged: Vec<Span>,
}

impl Household {
    /// Adds a stretch of evidence to its hour: that of its latest frame, or `now`'s if it has none or a
    /// later one. An empty ledger is welcome: it says that nothing was seen, while no call at all for
    /// longer than [`Self::GAP`] is remembered as a gap in our own watching.
    ///
    /// # Errors
    ///
    /// [`HouseholdError::Full`] if the disk is full, or if there is no room in the budget even after the
    /// oldest slices were dropped. Of a full disk nothing is dropped: that is for its owner to do.
    pub fn record(&mut self, slice: &Ledger, now: Timestamp) -> Result<(), HouseholdError> {
        for _ in 0..MOST_TRIES {
            match self.add(slice, now) {
                Err(HouseholdError::Full) if self.is_at_budget()? && self.make_room(now)? > 0 => {}
                other => return other,
            }
        }
        Err(HouseholdError::Full)
    }

    fn add(&mut self, slice: &Ledger, now: Timestamp) -> Result<(), HouseholdError> {
        let change = self.database.transaction()?;
        clock::tick(&change, now)?;
        if !slice.is_empty() {
            let hour = hour_of(slice, now);
            put(&change, hour, HOUR, slice)?;
            count_traffic(&change, hour, slice)?;
            merge_parts(&change, hour, now)?;
        }
        Ok(change.commit()?)
    }

    /// All evidence from `from` up to but not with `to`, in whole hours or, of older times, whole days.
    ///
    /// # Errors
    ///
    /// [`HouseholdError`] if the file cannot be read. Damaged slices are no error, see [`Window`].
    pub fn window(&self, from: Timestamp, to: Timestamp) -> Result<Window, HouseholdError> {
        let (from, to) = (stored(from), stored(to));
        let sql = "SELECT start, length, packing, ledger, sum IS checksum(id, start, length, packing, ledger)
             FROM slice WHERE start < ?2 AND start + length * 1000000000 > ?1 ORDER BY start, id";
        let mut slices = self.database.prepare_cached(sql)?;
        let mut rows = slices.query((from, to))?;
        let mut merging = Merging::default();
        let mut damaged = Vec::new();
        while let Some(row) = rows.next()? {
            let is_sound: bool = row.get(4)?;
            let ledger = unpack(row.get(2)?, row.get_ref(3)?.as_blob().unwrap_or_default());
            match ledger.filter(|_| is_sound) {
                Some(ledger) => merging.add(ledger),
                None => damaged.push(span(row.get(0)?, row.get(1)?)),
            }
        }
        damaged.dedup();
        Ok(Window { ledger: merging.finish(), damaged })
    }

    /// From the start of the earliest slice to the end of the latest; `None` while there is none.
    ///
    /// # Errors
    ///
    /// [`HouseholdError`] if the file cannot be read.
    pub fn recorded(&self) -> Result<Option<Span>, HouseholdError> {
        let sql = "SELECT min(start), max(start + length * 1000000000) FROM slice";
        let ends: (Option<i64>, Option<i64>) =
            self.database.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(match ends {
            (Some(from), Some(to)) => Some(Span { from: time(from), to: time(to) }),
            _ => None,
        })
    }
}

/// The hour a slice is filed under.
fn hour_of(slice: &Ledger, now: Timestamp) -> i64 {
    let latest = slice.sources.values().filter_map(|source| source.last).max();
    let at = stored(latest.map_or(now, |latest| latest.min(now)));
    at - at.rem_euclid(HOUR)
}

fn span(start: i64, seconds: i64) -> Span {
    Span { from: time(start), to: time(start.saturating_add(seconds.saturating_mul(SECOND))) }
}

/// Adds a slice of `length` nanoseconds from `start` on.
pub(crate) fn put(
    database: &Connection,
    start: i64,
    length: i64,
    ledger: &Ledger,
) -> Result<(), HouseholdError> {
    let (packing, bytes) = pack(ledger)?;
    let mut insert = database.prepare_cached(
        "INSERT INTO slice (start, length, packing, ledger) VALUES (?1, ?2, ?3, ?4)",
    )?;
    insert.execute((start, length / SECOND, packing, bytes))?;
    Ok(())
}

/// The saved form, packed if that pays.
pub(crate) fn pack(ledger: &Ledger) -> Result<(i64, Vec<u8>), HouseholdError> {
    /// zstd's own default: twice as small as 1, a fraction of the time of 9.
    const LEVEL: i32 = 3;

    let plain =
        ledger.to_bytes().map_err(|error| HouseholdError::Damaged(error.to_string().into()))?;
    let packed = zstd::bulk::compress(&plain, LEVEL)?;
    Ok(if packed.len() < plain.len() { (1, packed) } else { (0, plain) })
}

/// The ledger of a slice; `None` if it is damaged.
pub(crate) fn unpack(packing: i64, bytes: &[u8]) -> Option<Ledger> {
    /// Far more than a ledger within its limits takes: an import may come from anyone.
    const MOST: u64 = 1 << 30;

    match packing {
        0 => Ledger::from_bytes(bytes).ok(),
        1 => {
            let mut plain = Vec::new();
            let unpacker = zstd::stream::read::Decoder::new(bytes).ok()?;
            unpacker.take(MOST).read_to_end(&mut plain).ok()?;
            Ledger::from_bytes(&plain).ok()
        }
        _ => None,
    }
}

/// Merges the parts of `hour` if they are many, and those of one hour that is over.
fn merge_parts(change: &Transaction<'_>, hour: i64, now: Timestamp) -> Result<(), HouseholdError> {
    let sql = "SELECT start FROM slice WHERE length = 3600 GROUP BY start
         HAVING count(*) > (CASE start WHEN ?1 THEN ?2 ELSE 1 END) LIMIT 2";
    let mut crowded = change.prepare_cached(sql)?;
    let hours: Vec<i64> =
        crowded.query_map((hour, MOST_PARTS), |row| row.get(0))?.collect::<Result<_, _>>()?;
    for start in hours {
        merge_into(change, start, HOUR, (start, start), now)?;
    }
    Ok(())
}

/// Merges all slices that start from `starts.0` to `starts.1` into one of `length` from `start` on. Parts that
/// cannot be read are dropped, and that is an event.
pub(crate) fn merge_into(
    change: &Connection,
    start: i64,
    length: i64,
    starts: (i64, i64),
    now: Timestamp,
) -> Result<(), HouseholdError> {
    let mut merging = Merging::default();
    let mut damaged = 0_u64;
    {
        let mut parts = change.prepare_cached(
            "SELECT packing, ledger, sum, id, start, length FROM slice
             WHERE start BETWEEN ?1 AND ?2 AND length <= ?3",
        )?;
        let mut rows = parts.query((starts.0, starts.1, length / SECOND))?;
        while let Some(row) = rows.next()? {
            let places = [3, 4, 5, 0, 1].map(|place| row.get_ref(place));
            let sum = sums::checksum(places.into_iter().flatten());
            let ledger = unpack(row.get(0)?, row.get_ref(1)?.as_blob().unwrap_or_default());
            match ledger.filter(|_| row.get(2) == Ok(sum)) {
                Some(ledger) => merging.add(ledger),
                None => damaged += 1,
            }
        }
    }
    change.execute(
        "DELETE FROM slice WHERE start BETWEEN ?1 AND ?2 AND length <= ?3",
        (starts.0, starts.1, length / SECOND),
    )?;
    put(change, start, length, &merging.finish())?;
    if damaged > 0 {
        let what = format!("{damaged} parts of the record of {} are damaged and lost", time(start));
        happened(change, now, None, Change::Repaired { what: what.into() })?;
    }
    Ok(())
}

/// Adds the bytes of each station to its hour.
fn count_traffic(
    change: &Transaction<'_>,
    hour: i64,
    slice: &Ledger,
) -> Result<(), HouseholdError> {
    let mut stations: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    let mut home = (0_u64, 0_u64);
    for (host, record) in slice.hosts() {
        let station = match (host.mac(), host.ip()) {
            (Some(mac), _) => format!("mac {mac}"),
            (None, Some(ip)) => format!("ip {ip}"),
            (None, None) => continue,
        };
        let (up, down) = stations.entry(station).or_default();
        for conversation in record.conversations() {
            *up = up.saturating_add(conversation.traffic.bytes_up);
            *down = down.saturating_add(conversation.traffic.bytes_down);
            home.0 = home.0.saturating_add(conversation.traffic.bytes_up);
            home.1 = home.1.saturating_add(conversation.traffic.bytes_down);
        }
    }
    stations.insert(HOME.to_owned(), home);
    let sql = "SELECT count(*) FROM traffic WHERE length = 3600 AND start = ?1";
    let mut known: u64 = change.prepare_cached(sql)?.query_row([hour], |row| row.get(0))?;
    let mut is_known = change.prepare_cached(
        "SELECT 1 FROM traffic WHERE station = ?1 AND start = ?2 AND length = 3600",
    )?;
    let mut add = change.prepare_cached(
        "INSERT INTO traffic (station, start, length, up, down) VALUES (?1, ?2, 3600, ?3, ?4)
         ON CONFLICT (station, start, length) DO UPDATE SET
           up = min(up + excluded.up, 4611686018427387903),
           down = min(down + excluded.down, 4611686018427387903)",
    )?;
    for (station, (up, down)) in stations {
        let bytes = [up, down].map(|it| i64::try_from(it).unwrap_or(i64::MAX));
        let [up, down] = bytes.map(|it| it.min(i64::MAX / 2));
        let is_new = !is_known.exists((&station, hour))?;
        let has_room = !is_new || known < MOST_STATIONS || station == HOME;
        known += u64::from(is_new);
        add.execute((if has_room { &station } else { "" }, hour, up, down))?;
    }
    Ok(())
}

/// Merges ledgers two by two of like size, so that many take no longer than they must and few are held
/// at a time.
#[derive(Default)]
pub(crate) struct Merging {
    done: Vec<(u32, Ledger)>,
}

impl Merging {
    pub(crate) fn add(&mut self, ledger: Ledger) {
        let mut added = (0, ledger);
        while let Some((weight, _)) = self.done.last() {
            if *weight != added.0 {
                break;
            }
            if let Some((weight, earlier)) = self.done.pop() {
                added = (weight + 1, earlier.merge(added.1));
            }
        }
        self.done.push(added);
    }

    pub(crate) fn finish(self) -> Ledger {
        let all = self.done.into_iter().rev().map(|(_, ledger)| ledger);
        all.reduce(|later, earlier| earlier.merge(later)).unwrap_or_default()
    }
}
