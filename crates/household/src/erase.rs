//! Forgetting, for good: what is erased is gone from the file, its log and its backup.
//!
//! SQLite overwrites what is deleted (`secure_delete`), `VACUUM` writes the file anew, the log is cut to
//! nothing and the backup is made again. What a memory card keeps beneath the file system is beyond us.

use std::{collections::BTreeSet, net::IpAddr};

use assessment::notes::Identifier;
use evidence::{Ledger, Mac, Timestamp};
use rusqlite::Connection;

use crate::{
    Change, GuestId, Household, HouseholdError,
    events::happened,
    files::remove,
    remember::forget,
    schema,
    slices::{pack, unpack},
    stored::{set_state, state},
};

impl Household {
    /// Erases one device: its history, names and notes, and what other devices' evidence says of it. If
    /// it is seen again it is a new device.
    ///
    /// # Errors
    ///
    /// [`HouseholdError::NoDevice`] if there is none of that number.
    pub fn erase_device(&mut self, id: GuestId, now: Timestamp) -> Result<(), HouseholdError> {
        let device = self.device(id)?;
        let names = [device.called, device.user.name].into_iter().flatten();
        let mut gone = Gone::of(&device.keys, names);
        let change = self.database.transaction()?;
        each_slice(&change, |_, ledger| {
            gone.learn(&ledger);
            Ok(())
        })?;
        each_slice(&change, |slice, ledger| {
            let kept = gone.without(ledger.clone());
            if kept == ledger { Ok(()) } else { replace(&change, slice, &kept) }
        })?;
        let traffic =
            "DELETE FROM traffic WHERE station IN (SELECT key FROM device_key WHERE device = ?1)";
        change.execute(traffic, [id.0])?;
        forget(&change, id)?;
        happened(&change, now, None, Change::Erased)?;
        // Should all end here, the next backup that is asked for takes the old one's place.
        change.execute("DELETE FROM state WHERE name = 'backup'", [])?;
        change.commit()?;
        let scoured = self.scour();
        self.renew_backup(now)?;
        scoured
    }

    /// Erases everything, settings and backup included.
    ///
    /// # Errors
    ///
    /// [`HouseholdError`] if the file cannot be written.
    pub fn erase_all(&mut self) -> Result<(), HouseholdError> {
        let change = self.database.transaction()?;
        for table in schema::tables(&change)? {
            change.execute(&format!("DELETE FROM {}", table.name), [])?;
        }
        change.execute("DELETE FROM sqlite_sequence", [])?;
        set_state(&change, "schema", schema::newest())?;
        change.commit()?;
        if let Some(files) = &self.files {
            remove(&files.backup)?;
        }
        self.scour()
    }

    /// Writes the file anew and cuts the log: nothing deleted is left in either.
    fn scour(&self) -> Result<(), HouseholdError> {
        self.database.execute_batch("VACUUM")?;
        let busy = "PRAGMA wal_checkpoint(TRUNCATE)";
        let busy: i64 = self.database.query_row(busy, [], |row| row.get(0))?;
        if busy != 0 {
            return Err(HouseholdError::InUse);
        }
        Ok(())
    }

    /// Makes the backup again if there is one. Until it is made the old one is gone.
    fn renew_backup(&mut self, now: Timestamp) -> Result<(), HouseholdError> {
        let Some(files) = &self.files else { return Ok(()) };
        if files.backup.exists() {
            remove(&files.backup)?;
            let last = state(&self.database, "now")?;
            self.back_up_now(last.map_or(now, crate::stored::time))?;
        }
        Ok(())
    }
}

/// By what traces of a device are told.
struct Gone {
    macs: BTreeSet<Mac>,
    ips: BTreeSet<IpAddr>,
    /// In lower case.
    words: BTreeSet<String>,
}

impl Gone {
    fn of(keys: &[Box<str>], names: impl Iterator<Item = Box<str>>) -> Self {
        let mut gone = Self { macs: BTreeSet::new(), ips: BTreeSet::new(), words: BTreeSet::new() };
        for key in keys {
            match key.parse::<Identifier>() {
                Ok(Identifier::Mac(mac)) => {
                    gone.macs.insert(mac);
                    let text = mac.to_string();
                    gone.words.extend([text.replace(':', ""), text.replace(':', "-"), text]);
                }
                Ok(Identifier::Announced(text)) => {
                    let value = text.split_once('=').map_or(&*text, |(_, value)| value);
                    gone.words.insert(value.to_lowercase());
                }
                Ok(
                    Identifier::Uuid(text)
                    | Identifier::Duid(text)
                    | Identifier::ClientId(text)
                    | Identifier::Name(text),
                ) => {
                    gone.words.insert(text.to_lowercase());
                }
                Ok(Identifier::Ip(ip)) => {
                    gone.ips.insert(ip);
                }
                Err(_) => {}
            }
        }
        gone.words.extend(names.map(|name| name.to_lowercase()));
        gone
    }

    /// Learns the addresses it had, as far as they are nobody else's later: those of IPv6.
    fn learn(&mut self, ledger: &Ledger) {
        for (host, _) in ledger.hosts() {
            if host.mac().is_some_and(|mac| self.macs.contains(&mac)) {
                self.ips.extend(host.ip().filter(IpAddr::is_ipv6));
            }
        }
    }

    fn without(&self, ledger: Ledger) -> Ledger {
        ledger.keeping(
            |host| {
                let by_mac = host.mac().is_some_and(|mac| self.macs.contains(&mac));
                let by_ip =
                    host.mac().is_none() && host.ip().is_some_and(|ip| self.ips.contains(&ip));
                !by_mac && !by_ip
            },
            |said| !self.is_named_in(&said.value),
            |talked| !self.ips.contains(&talked.service.peer),
        )
    }

    /// Whether a value says one of its names or numbers. Short names only where they are all of it.
    fn is_named_in(&self, value: &str) -> bool {
        const SHORTEST: usize = 4;

        let value = value.to_lowercase();
        let named = |word: &String| {
            value == **word || word.len() >= SHORTEST && value.contains(word.as_str())
        };
        self.words.iter().any(named)
            || self.ips.iter().any(|ip| ip.is_ipv6() && value.contains(&ip.to_string()))
    }
}

/// Hands every readable slice to `take`, with its number.
fn each_slice(
    change: &Connection,
    mut take: impl FnMut(i64, Ledger) -> Result<(), HouseholdError>,
) -> Result<(), HouseholdError> {
    let mut ids = change.prepare("SELECT id FROM slice ORDER BY id")?;
    let ids: Vec<i64> = ids.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut slice = change.prepare("SELECT packing, ledger FROM slice WHERE id = ?1")?;
    for id in ids {
        let (packing, bytes): (i64, Vec<u8>) =
            slice.query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        match unpack(packing, &bytes) {
            Some(ledger) => take(id, ledger)?,
            // What cannot be read cannot be searched: it goes.
            None => {
                change.execute("DELETE FROM slice WHERE id = ?1", [id])?;
            }
        }
    }
    Ok(())
}

fn replace(change: &Connection, slice: i64, ledger: &Ledger) -> Result<(), HouseholdError> {
    let (packing, bytes) = pack(ledger)?;
    let sql = "UPDATE slice SET packing = ?2, ledger = ?3 WHERE id = ?1";
    change.execute(sql, (slice, packing, bytes))?;
    Ok(())
}
