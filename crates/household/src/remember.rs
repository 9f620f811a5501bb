//! What an assessment of recent traffic adds to what is known: devices told again, what changed of
//! them, what is wrong and what is not any more.

mod standing;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use assessment::{
    Assessment,
    model::{Claims, Device, DeviceId, Identity},
};
use evidence::Timestamp;
use rusqlite::Connection;

use crate::{
    Change, GuestId, Household, HouseholdError, Setting, StoredEvent,
    clock::{LOST, watched},
    devices::{join, role_word},
    events::happened,
    identity::{Keys, shared, tell},
    plan,
    schema::OF_A_DEVICE,
    slices::{DAY, HOUR},
    stored::{SECOND, stored, time},
};

/// A device not seen for so long, in seconds in which we were watching, is back when it is: a month.
pub const LONG_ABSENCE: Setting<u64> = Setting::new("events.long-absence", || 30 * 86_400);

/// A sensor is missed after so long at least, in seconds in which we were watching: a day.
pub const SENSOR_SILENCE: Setting<u64> = Setting::new("events.sensor-silence", || 86_400);

/// Types of which silence means that they no longer guard what they should.
const SENSORS: &[&str] =
    &["sensor", "door-sensor", "motion-sensor", "water-sensor", "smoke-alarm", "siren", "lock"];

/// A sensor is missed after so many times its longest silence so far: our choice.
const TIMES_LONGEST: i64 = 3;

/// Addresses and names kept of one device: above what a phone that takes a new address every day has in
/// two years.
const MOST_KEYS: i64 = 1_024;

/// What [`Household::remember`] learnt.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Remembered {
    /// Which device of the assessment is which of ours; only the network's own devices are remembered.
    pub devices: BTreeMap<DeviceId, GuestId>,
    /// What changed, as it was stored.
    pub events: Vec<StoredEvent>,
}

impl Household {
    /// Updates devices, findings, destinations, listings and the plan by what an assessment of recent
    /// traffic says, and tells what changed. Once a minute or once a day, of a day's traffic or a
    /// month's: each change is told once, and what evidence is old is not new again.
    ///
    /// # Errors
    ///
    /// [`HouseholdError`] if the file cannot be written; then nothing is changed.
    pub fn remember(
        &mut self,
        assessment: &Assessment,
        now: Timestamp,
    ) -> Result<Remembered, HouseholdError> {
        let chosen = Chosen {
            long_absence: nanoseconds(self.setting(&LONG_ABSENCE)?),
            sensor_silence: nanoseconds(self.setting(&SENSOR_SILENCE)?),
            silence: nanoseconds(self.setting(&plan::SILENCE)?),
        };
        let most = i64::from(self.budget.devices);
        let change = self.database.transaction()?;
        let mut learning =
            Learning { database: &change, assessment, now, chosen, events: Vec::new() };
        let devices = learning.all(most)?;
        let events = learning.events;
        change.commit()?;
        Ok(Remembered { devices, events })
    }
}

/// What the user chose that matters here, in nanoseconds.
#[derive(Clone, Copy)]
struct Chosen {
    long_absence: i64,
    sensor_silence: i64,
    silence: i64,
}

fn nanoseconds(seconds: u64) -> i64 {
    i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(SECOND)
}

/// One call of [`Household::remember`].
struct Learning<'a> {
    database: &'a Connection,
    assessment: &'a Assessment,
    now: Timestamp,
    chosen: Chosen,
    events: Vec<StoredEvent>,
}

/// One of ours as it was before.
struct Before {
    last_seen: i64,
    longest_gap: i64,
    silent_since: Option<i64>,
    brand: Option<Box<str>>,
    model: Option<Box<str>>,
    kind: Option<Box<str>>,
    firmware: Option<Box<str>>,
    firmware_since: Option<i64>,
}

/// All that was assessed as one of ours; more than one entry where two interfaces were not told to be
/// one this time.
struct Seen<'a> {
    devices: Vec<&'a Device>,
    keys: Vec<&'a Keys>,
    first: i64,
    last: i64,
}

impl Seen<'_> {
    fn answer(&self, of: impl Fn(&Identity) -> &Claims) -> Option<Box<str>> {
        let mut answers = self.devices.iter().filter_map(|it| of(&it.identity).answer());
        answers.next().map(|claim| claim.value.clone())
    }
}

/// All that was assessed, by whose it is.
fn gather<'s>(
    assessment: &'s Assessment,
    now: Timestamp,
    whose: &BTreeMap<DeviceId, GuestId>,
    keyed: &'s [(DeviceId, Keys)],
) -> BTreeMap<GuestId, Seen<'s>> {
    let latest = stored(now);
    let mut seen: BTreeMap<GuestId, Seen<'s>> = BTreeMap::new();
    for (id, keys) in keyed {
        let device = id.index().and_then(|place| assessment.devices.get(place));
        let (Some(guest), Some(device)) = (whose.get(id), device) else { continue };
        let (first, last) = (stored(device.first).min(latest), stored(device.last).min(latest));
        let all = seen.entry(*guest).or_insert_with(|| Seen {
            devices: Vec::new(),
            keys: Vec::new(),
            first,
            last,
        });
        all.devices.push(device);
        all.keys.push(keys);
        all.first = all.first.min(first);
        all.last = all.last.max(last);
    }
    seen
}

/// Room for devices that were never seen before.
struct Room {
    /// How many more may be remembered.
    free: i64,
    /// Those that may be forgotten for them, seen last the earliest first: they are not here now, and the
    /// user said nothing of them.
    absent: VecDeque<GuestId>,
}

impl Room {
    fn look(
        database: &Connection,
        most: i64,
        whose: &BTreeMap<DeviceId, GuestId>,
    ) -> Result<Self, HouseholdError> {
        let count: i64 = database.query_row("SELECT count(*) FROM device", [], |row| row.get(0))?;
        let here: BTreeSet<&GuestId> = whose.values().collect();
        let mut unnamed = database.prepare_cached(
            "SELECT id FROM device
             WHERE coalesce(user_name, user_room, user_brand, user_model, user_kind, user_text) IS NULL
             ORDER BY last_seen, id",
        )?;
        let unnamed: Vec<GuestId> =
            unnamed.query_map([], |row| row.get(0).map(GuestId))?.collect::<Result<_, _>>()?;
        let absent = unnamed.into_iter().filter(|it| !here.contains(it)).collect();
        Ok(Self { free: most - count, absent })
    }
}

impl Learning<'_> {
    fn all(&mut self, most: i64) -> Result<BTreeMap<DeviceId, GuestId>, HouseholdError> {
        let local = || self.assessment.devices.iter().filter(|it| it.local);
        let shared = shared(local());
        let mut keyed: Vec<(DeviceId, Keys)> =
            local().map(|it| (it.id, Keys::of(it, &shared))).collect();
        let told = tell(self.database, &mut keyed)?;
        let mut whose: BTreeMap<DeviceId, GuestId> = told.known;
        let mut joined: BTreeMap<GuestId, GuestId> = BTreeMap::new();
        for (one, another) in told.one {
            // Either may have become a third by now.
            let (one, another) = (oldest(&joined, one), oldest(&joined, another));
            if one == another {
                continue;
            }
            let (id, other) = (one.min(another), one.max(another));
            join(self.database, id, other)?;
            self.tell(Some(id), Change::Joined { other: other.0 })?;
            joined.insert(other, id);
        }
        for id in whose.values_mut() {
            *id = oldest(&joined, *id);
        }
        let mut room = Room::look(self.database, most, &whose)?;
        let mut fresh = BTreeSet::new();
        for (id, keys) in &keyed {
            if whose.contains_key(id) || keys.all().next().is_none() {
                continue;
            }
            if let Some(guest) = self.welcome(*id, &mut room)? {
                whose.insert(*id, guest);
                fresh.insert(guest);
            }
        }
        for (guest, seen) in gather(self.assessment, self.now, &whose, &keyed) {
            self.learn(guest, &seen, fresh.contains(&guest))?;
        }
        self.miss_sensors()?;
        Ok(whose)
    }

    /// A number for a new device; `None` if there are too many.
    fn welcome(&self, id: DeviceId, room: &mut Room) -> Result<Option<GuestId>, HouseholdError> {
        if room.free > 0 {
            room.free -= 1;
        } else if let Some(oldest) = room.absent.pop_front() {
            forget(self.database, oldest)?;
        } else {
            return Ok(None);
        }
        let device = id.index().and_then(|place| self.assessment.devices.get(place));
        let first = device.map_or(self.now, |it| it.first.min(self.now));
        let last = device.map_or(self.now, |it| it.last.min(self.now));
        let mut insert = self
            .database
            .prepare_cached("INSERT INTO device (first_seen, last_seen) VALUES (?1, ?2)")?;
        Ok(Some(GuestId(insert.insert((stored(first), stored(last)))?)))
    }

    fn tell(&mut self, device: Option<GuestId>, change: Change) -> Result<(), HouseholdError> {
        self.events.push(happened(self.database, self.now, device, change)?);
        Ok(())
    }

    fn learn(
        &mut self,
        guest: GuestId,
        seen: &Seen<'_>,
        is_new: bool,
    ) -> Result<(), HouseholdError> {
        let before = self.before(guest)?;
        if is_new {
            self.tell(Some(guest), Change::NewDevice)?;
        }
        self.keep_keys(guest, seen)?;
        self.presence(guest, seen, &before)?;
        self.describe(guest, seen, &before)?;
        self.contacts(guest, seen, is_new)?;
        self.standing(guest, seen, &before, is_new)?;
        let followed = plan::Followed {
            guest,
            devices: &seen.devices,
            last_seen: seen.last.max(before.last_seen),
            firmware_settled: before
                .firmware_since
                .is_some_and(|since| stored(self.now).saturating_sub(since) > self.chosen.silence),
            firmware: seen.answer(|it| &it.firmware).or(before.firmware),
            silence: self.chosen.silence,
        };
        let changes = plan::follow(self.database, self.assessment, self.now, &followed)?;
        for change in changes {
            self.tell(Some(guest), change)?;
        }
        Ok(())
    }

    fn before(&self, guest: GuestId) -> Result<Before, HouseholdError> {
        let mut device = self.database.prepare_cached(
            "SELECT last_seen, longest_gap, silent_since, brand, model, kind, firmware,
               firmware_since
             FROM device WHERE id = ?1",
        )?;
        Ok(device.query_row([guest.0], |row| {
            Ok(Before {
                last_seen: row.get(0)?,
                longest_gap: row.get(1)?,
                silent_since: row.get(2)?,
                brand: row.get(3)?,
                model: row.get(4)?,
                kind: row.get(5)?,
                firmware: row.get(6)?,
                firmware_since: row.get(7)?,
            })
        })?)
    }

    /// Keeps what the device is told by, with the hour it was last. Names are those it goes by today: another may take an old one.
    fn keep_keys(&self, guest: GuestId, seen: &Seen<'_>) -> Result<(), HouseholdError> {
        let mut keep = self.database.prepare_cached(
            "INSERT INTO device_key (device, key, last_seen) VALUES (?1, ?2, ?3)
             ON CONFLICT (device, key) DO UPDATE SET last_seen = excluded.last_seen
               WHERE excluded.last_seen >= last_seen + ?4",
        )?;
        let current: BTreeSet<&String> = seen.keys.iter().flat_map(|it| it.all()).collect();
        for key in &current {
            keep.execute((guest.0, key, seen.last, HOUR))?;
        }
        let mut named = self.database.prepare_cached(
            "SELECT id, key FROM device_key WHERE device = ?1 AND key LIKE 'name %'",
        )?;
        let called: Vec<(i64, String)> = named
            .query_map([guest.0], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        let renamed = seen.keys.iter().any(|it| !it.names.is_empty());
        for (id, _) in called.iter().filter(|(_, name)| renamed && !current.contains(name)) {
            self.database.execute("DELETE FROM device_key WHERE id = ?1", [id])?;
        }
        self.database.execute(
            "DELETE FROM device_key WHERE device = ?1 AND id NOT IN (
               SELECT id FROM device_key WHERE device = ?1 ORDER BY last_seen DESC, id LIMIT ?2)",
            (guest.0, MOST_KEYS),
        )?;
        Ok(())
    }

    /// When it was here, and whether it was missed.
    fn presence(
        &mut self,
        guest: GuestId,
        seen: &Seen<'_>,
        before: &Before,
    ) -> Result<(), HouseholdError> {
        if seen.last > before.last_seen {
            let back = if seen.first > before.last_seen { seen.first } else { seen.last };
            let absence = watched(self.database, before.last_seen, back)?;
            if absence >= self.chosen.long_absence {
                let last_seen = time(before.last_seen).seconds();
                self.tell(Some(guest), Change::DeviceBack { last_seen })?;
            }
        }
        let was_missed = before.silent_since.is_some() && seen.last > before.last_seen;
        if was_missed {
            self.tell(Some(guest), Change::SensorHeard)?;
        }
        let mut gap = before.longest_gap;
        if seen.last > before.last_seen && before.silent_since.is_none() {
            gap = gap.max(watched(self.database, before.last_seen, seen.last)?);
        }
        let silent = before.silent_since.filter(|_| !was_missed);
        self.database
            .prepare_cached(
                "UPDATE device SET first_seen = CASE WHEN min(first_seen, ?2) < ?6
                     THEN max(first_seen, ?2) ELSE min(first_seen, ?2) END,
                   last_seen = max(last_seen, ?3), longest_gap = ?4, silent_since = ?5 WHERE id = ?1",
            )?
            .execute((guest.0, seen.first, seen.last, gap, silent, LOST))?;
        Ok(())
    }

    /// What it is, as far as that is answered today.
    fn describe(
        &mut self,
        guest: GuestId,
        seen: &Seen<'_>,
        before: &Before,
    ) -> Result<(), HouseholdError> {
        let firmware = seen.answer(|it| &it.firmware);
        let role = seen.devices.iter().map(|it| it.role).min().unwrap_or_default();
        let called = seen.devices.iter().find_map(|it| it.names.first());
        self.database
            .prepare_cached(
                "UPDATE device SET role = ?2, brand = coalesce(?3, brand), model = coalesce(?4, model),
                   kind = coalesce(?5, kind), called = coalesce(?6, called) WHERE id = ?1",
            )?
            .execute((
                guest.0,
                role_word(role),
                seen.answer(|it| &it.brand).as_deref(),
                seen.answer(|it| &it.model).as_deref(),
                seen.answer(|it| &it.kind).as_deref(),
                called.map(|it| &**it),
            ))?;
        let Some(now) = firmware.filter(|it| before.firmware.as_ref() != Some(it)) else {
            return Ok(());
        };
        self.database
            .prepare_cached("UPDATE device SET firmware = ?2, firmware_since = ?3 WHERE id = ?1")?
            .execute((guest.0, &*now, stored(self.now)))?;
        if let Some(from) = before.firmware.clone() {
            self.tell(Some(guest), Change::NewFirmware { from, to: now })?;
        }
        Ok(())
    }

    /// Sensors that were heard of for days and are not any more.
    fn miss_sensors(&mut self) -> Result<(), HouseholdError> {
        let marks = vec!["?"; SENSORS.len()].join(", ");
        let sql = format!(
            "SELECT id, last_seen, longest_gap FROM device WHERE silent_since IS NULL
             AND last_seen - first_seen >= {} AND coalesce(user_kind, kind) IN ({marks})",
            3 * DAY
        );
        let mut sensors = self.database.prepare_cached(&sql)?;
        let sensors: Vec<(i64, i64, i64)> = sensors
            .query_map(rusqlite::params_from_iter(SENSORS), |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })?
            .collect::<Result<_, _>>()?;
        for (id, last_seen, longest) in sensors {
            let silence = watched(self.database, last_seen, stored(self.now))?;
            let usual = longest.saturating_mul(TIMES_LONGEST).max(self.chosen.sensor_silence);
            if silence < usual.max(HOUR) {
                continue;
            }
            let mark = "UPDATE device SET silent_since = ?2 WHERE id = ?1";
            self.database.execute(mark, (id, stored(self.now)))?;
            let last_seen = time(last_seen).seconds();
            self.tell(Some(GuestId(id)), Change::SilentSensor { last_seen })?;
        }
        Ok(())
    }
}

/// What one of ours is after others became one.
fn oldest(joined: &BTreeMap<GuestId, GuestId>, mut id: GuestId) -> GuestId {
    while let Some(older) = joined.get(&id) {
        id = *older;
    }
    id
}

/// Forgets a device and all that is its own in the tables.
pub(crate) fn forget(database: &Connection, id: GuestId) -> Result<(), HouseholdError> {
    for table in OF_A_DEVICE {
        database.execute(&format!("DELETE FROM {table} WHERE device = ?1"), [id.0])?;
    }
    database.execute("DELETE FROM device WHERE id = ?1", [id.0])?;
    Ok(())
}
