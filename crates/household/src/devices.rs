//! The devices that live here, told again over restarts, renames and random addresses.

use std::fmt;

use assessment::{
    model::Role,
    notes::{Identifier, Note},
};
use evidence::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row};

use crate::{
    Change, Household, HouseholdError,
    events::happened,
    schema::OF_A_DEVICE,
    stored::{stored, time},
};

/// The household's own number of a device: never given to another, shown as `g7`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GuestId(pub i64);

impl fmt::Display for GuestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "g{}", self.0)
    }
}

/// A device as the household knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownDevice {
    /// Our number.
    pub id: GuestId,
    /// When it was first seen.
    pub first_seen: Timestamp,
    /// When it was last seen.
    pub last_seen: Timestamp,
    /// By what it is told again, the steadiest first: identifiers as in a file of notes, or
    /// `ip 192.0.2.7` where a capture shows no more. Untrusted.
    pub keys: Vec<Box<str>>,
    /// What part it played when last seen.
    pub role: Role,
    /// Brand, as last answered.
    pub brand: Option<Box<str>>,
    /// Model, as last answered. Untrusted.
    pub model: Option<Box<str>>,
    /// Type, one of the vocabulary, as last answered.
    pub kind: Option<Box<str>>,
    /// Firmware, as last answered. Untrusted.
    pub firmware: Option<Box<str>>,
    /// The name it last went by itself. Untrusted.
    pub called: Option<Box<str>>,
    /// What the user says of it.
    pub user: UserNote,
    /// No alerts of it until then.
    pub muted_until: Option<Timestamp>,
    /// Since when it is missed, where it is a sensor that should be heard of.
    pub silent_since: Option<Timestamp>,
}

/// What the user says of a device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserNote {
    /// What the user calls it.
    pub name: Option<Box<str>>,
    /// Where it stands.
    pub room: Option<Box<str>>,
    /// The name on the box.
    pub brand: Option<Box<str>>,
    /// The model.
    pub model: Option<Box<str>>,
    /// The kind of device, one of the vocabulary.
    pub kind: Option<Box<str>>,
    /// Anything else.
    pub text: Option<Box<str>>,
}

impl Household {
    /// Every device, by number.
    ///
    /// # Errors
    ///
    /// [`HouseholdError`] if the file cannot be read.
    pub fn devices(&self) -> Result<Vec<KnownDevice>, HouseholdError> {
        let mut devices = self.database.prepare_cached(&select("1 = 1"))?;
        let rows = devices.query_map([], device)?;
        let mut found: Vec<KnownDevice> = rows.collect::<Result<_, _>>()?;
        for device in &mut found {
            device.keys = keys(&self.database, device.id)?;
        }
        Ok(found)
    }

    /// One device.
    ///
    /// # Errors
    ///
    /// [`HouseholdError::NoDevice`] if there is none of that number.
    pub fn device(&self, id: GuestId) -> Result<KnownDevice, HouseholdError> {
        let mut devices = self.database.prepare_cached(&select("id = ?1"))?;
        let found = devices.query_row([id.0], device).optional()?;
        let mut found = found.ok_or(HouseholdError::NoDevice(id))?;
        found.keys = keys(&self.database, id)?;
        Ok(found)
    }

    /// What the user says of it: replaces all that was said before. Blanks say nothing.
    ///
    /// # Errors
    ///
    /// [`HouseholdError::NoDevice`] if there is none of that number.
    pub fn set_note(&mut self, id: GuestId, note: &UserNote) -> Result<(), HouseholdError> {
        let said = [&note.name, &note.room, &note.brand, &note.model, &note.kind, &note.text];
        let [name, room, brand, model, kind, text] = said.map(|it| shortened(it.as_deref()));
        let changed = self.database.execute(
            "UPDATE device SET user_name = ?2, user_room = ?3, user_brand = ?4, user_model = ?5,
               user_kind = ?6, user_text = ?7 WHERE id = ?1",
            (id.0, name, room, brand, model, kind, text),
        )?;
        if changed == 0 { Err(HouseholdError::NoDevice(id)) } else { Ok(()) }
    }

    /// What the user calls it; `None` or blanks take the name away.
    ///
    /// # Errors
    ///
    /// [`HouseholdError::NoDevice`] if there is none of that number.
    pub fn set_name(&mut self, id: GuestId, name: Option<&str>) -> Result<(), HouseholdError> {
        let note = self.device(id)?.user;
        self.set_note(id, &UserNote { name: name.map(Into::into), ..note })
    }

    /// Where it stands; `None` or blanks take the room away.
    ///
    /// # Errors
    ///
    /// [`HouseholdError::NoDevice`] if there is none of that number.
    pub fn set_room(&mut self, id: GuestId, room: Option<&str>) -> Result<(), HouseholdError> {
        let note = self.device(id)?.user;
        self.set_note(id, &UserNote { room: room.map(Into::into), ..note })
    }

    /// No alerts of it until then; `None` ends the silence.
    ///
    /// # Errors
    ///
    /// [`HouseholdError::NoDevice`] if there is none of that number.
    pub fn mute(&mut self, id: GuestId, until: Option<Timestamp>) -> Result<(), HouseholdError> {
        let sql = "UPDATE device SET muted_until = ?2 WHERE id = ?1";
        let changed = self.database.execute(sql, (id.0, until.map(stored)))?;
        if changed == 0 { Err(HouseholdError::NoDevice(id)) } else { Ok(()) }
    }

    /// The user says that two are one: `other`'s keys, history and plan become `id`'s.
    ///
    /// # Errors
    ///
    /// [`HouseholdError::NoDevice`] if one of them is unknown.
    pub fn join(
        &mut self,
        id: GuestId,
        other: GuestId,
        now: Timestamp,
    ) -> Result<(), HouseholdError> {
        self.device(id)?;
        self.device(other)?;
        if id != other {
            let change = self.database.transaction()?;
            join(&change, id, other)?;
            happened(&change, now, Some(id), Change::Joined { other: other.0 })?;
            change.commit()?;
        }
        Ok(())
    }

    /// What the user says of all devices, for [`assessment::Settings::notes`]; `today` (`2026-11-22`)
    /// stands as their day. A device's is filed under everything it is told by.
    ///
    /// # Errors
    ///
    /// [`HouseholdError`] if the file cannot be read.
    pub fn notes(&self, today: &str) -> Result<Vec<Note>, HouseholdError> {
        let mut notes = Vec::new();
        for KnownDevice { user, keys, .. } in self.devices()? {
            let said = [&user.name, &user.room, &user.brand, &user.model, &user.kind];
            if said.iter().all(|it| it.is_none()) {
                continue;
            }
            let identifiers = keys.iter().filter_map(|key| key.parse::<Identifier>().ok());
            notes.extend(identifiers.map(|identifier| Note {
                brand: user.brand.clone(),
                model: user.model.clone(),
                kind: user.kind.clone(),
                room: user.room.clone(),
                name: user.name.clone(),
                ..Note::new(identifier, today.into())
            }));
        }
        Ok(notes)
    }
}

/// Moves all that is `other`'s to `id`; what both have stays `id`'s.
pub(crate) fn join(change: &Connection, id: GuestId, other: GuestId) -> Result<(), HouseholdError> {
    for table in OF_A_DEVICE {
        let moved = format!("UPDATE OR IGNORE {table} SET device = ?1 WHERE device = ?2");
        change.execute(&moved, (id.0, other.0))?;
        change.execute(&format!("DELETE FROM {table} WHERE device = ?1"), [other.0])?;
    }
    let said = ["user_name", "user_room", "user_brand", "user_model", "user_kind", "user_text"];
    let said = said.map(|it| format!("{it} = coalesce(device.{it}, other.{it})")).join(", ");
    let sql = format!(
        "UPDATE device SET {said}, first_seen = min(device.first_seen, other.first_seen),
           last_seen = max(device.last_seen, other.last_seen)
         FROM device AS other WHERE device.id = ?1 AND other.id = ?2"
    );
    change.execute(&sql, (id.0, other.0))?;
    change.execute("DELETE FROM device WHERE id = ?1", [other.0])?;
    Ok(())
}

/// By what a device is told again, the steadiest first.
pub(crate) fn keys(database: &Connection, id: GuestId) -> Result<Vec<Box<str>>, HouseholdError> {
    let mut keys = database.prepare_cached("SELECT key FROM device_key WHERE device = ?1")?;
    let rows = keys.query_map([id.0], |row| row.get::<_, String>(0))?;
    let mut found: Vec<Box<str>> = Vec::new();
    for key in rows {
        found.push(key?.into());
    }
    found.sort_by_cached_key(|key| (rank(key), key.clone()));
    Ok(found)
}

/// Assigned addresses before numbers, numbers before addresses of the device's own choice, then names.
fn rank(key: &str) -> u8 {
    match key.parse() {
        Ok(Identifier::Mac(mac)) if assessment::devices::is_assigned(mac) => 0,
        Ok(Identifier::Mac(_)) => 2,
        Ok(Identifier::Name(_)) => 3,
        Ok(Identifier::Ip(_)) | Err(_) => 4,
        Ok(_) => 1,
    }
}

fn select(which: &str) -> String {
    format!(
        "SELECT id, first_seen, last_seen, role, brand, model, kind, firmware, called, muted_until,
           silent_since, user_name, user_room, user_brand, user_model, user_kind, user_text
         FROM device WHERE {which} ORDER BY id"
    )
}

fn device(row: &Row<'_>) -> rusqlite::Result<KnownDevice> {
    let text = |place| row.get::<_, Option<Box<str>>>(place);
    let moment = |place| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(place)?.map(time));
    Ok(KnownDevice {
        id: GuestId(row.get(0)?),
        first_seen: time(row.get(1)?),
        last_seen: time(row.get(2)?),
        keys: Vec::new(),
        role: role(&row.get::<_, String>(3)?),
        brand: text(4)?,
        model: text(5)?,
        kind: text(6)?,
        firmware: text(7)?,
        called: text(8)?,
        muted_until: moment(9)?,
        silent_since: moment(10)?,
        user: UserNote {
            name: text(11)?,
            room: text(12)?,
            brand: text(13)?,
            model: text(14)?,
            kind: text(15)?,
            text: text(16)?,
        },
    })
}

/// A role's word.
pub(crate) const fn role_word(role: Role) -> &'static str {
    match role {
        Role::Device => "device",
        Role::Gateway => "gateway",
        Role::Client => "client",
        Role::Unknown => "unknown",
    }
}

fn role(word: &str) -> Role {
    let all = [Role::Device, Role::Gateway, Role::Client];
    all.into_iter().find(|it| role_word(*it) == word).unwrap_or_default()
}

/// What the user wrote, without blanks around and cut to what a label holds; `None` if nothing is left.
fn shortened(text: Option<&str>) -> Option<&str> {
    /// In bytes; our choice, as long as what evidence keeps of a value.
    const LONGEST: usize = 512;

    let text = text?.trim();
    let end = text.floor_char_boundary(LONGEST);
    text.get(..end).filter(|it| !it.is_empty())
}
