//! Whom a device has to do with, and what lists and laws say of it.

use std::collections::{BTreeMap, BTreeSet};

use assessment::{
    Applies,
    model::{Confidence, Device, ServerCountry},
};

use super::{Before, Learning, Seen};
use crate::{Change, GuestId, HouseholdError, slices::HOUR, stored::stored};

impl Learning<'_> {
    /// With which countries and organisations it had to do, to the hour: writing each of hundreds every
    /// minute would wear a memory card out.
    pub(super) fn contacts(
        &mut self,
        guest: GuestId,
        seen: &Seen<'_>,
        is_new: bool,
    ) -> Result<(), HouseholdError> {
        let mut contacts: BTreeMap<(&str, &str), (&str, i64, i64)> = BTreeMap::new();
        for destination in seen.devices.iter().flat_map(|it| &it.destinations) {
            let (first, last) = (stored(destination.first), stored(destination.last));
            let mut add = |kind, what, name| {
                let span = contacts.entry((kind, what)).or_insert((name, first, last));
                (span.1, span.2) = (span.1.min(first), span.2.max(last));
            };
            if let Some(ServerCountry::Registered(country)) = &destination.server_country {
                add("country", &**country, &**country);
            }
            let sure = destination.confidence >= Confidence::ANSWER;
            if let Some(party) = destination.organisation.as_ref().filter(|_| sure) {
                add("organisation", &*party.id, &*party.name);
            }
        }
        let mut known = self
            .database
            .prepare_cached("SELECT kind, what, last_seen FROM contact WHERE device = ?1")?;
        let known: BTreeMap<(String, String), i64> = known
            .query_map([guest.0], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?
            .collect::<Result<_, _>>()?;
        for ((kind, what), (name, first, last)) in contacts {
            if let Some(before) = known.get(&(kind.to_owned(), what.to_owned())) {
                if last >= before.saturating_add(HOUR) {
                    let sql = "UPDATE contact SET last_seen = ?4
                         WHERE device = ?1 AND kind = ?2 AND what = ?3";
                    self.database.prepare_cached(sql)?.execute((guest.0, kind, what, last))?;
                }
                continue;
            }
            self.database
                .prepare_cached(
                    "INSERT INTO contact (device, kind, what, name, first_seen, last_seen)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                )?
                .execute((guest.0, kind, what, name, first, last))?;
            if !is_new {
                let change = match kind {
                    "country" => Change::NewCountry { country: what.into() },
                    _ => Change::NewOrganisation { organisation: what.into(), name: name.into() },
                };
                self.tell(Some(guest), change)?;
            }
        }
        Ok(())
    }

    /// What lists and laws say of it. Where it turned out to be another product than we took it for,
    /// only a list that says yes is news.
    pub(super) fn standing(
        &mut self,
        guest: GuestId,
        seen: &Seen<'_>,
        before: &Before,
        is_new: bool,
    ) -> Result<(), HouseholdError> {
        let answers =
            [seen.answer(|it| &it.brand), seen.answer(|it| &it.model), seen.answer(|it| &it.kind)];
        if answers.iter().take(1).all(Option::is_none) {
            return Ok(());
        }
        let same = answers == [before.brand.clone(), before.model.clone(), before.kind.clone()];
        let says = said_of(&seen.devices);
        let mut known = self
            .database
            .prepare_cached("SELECT kind, what, name, says FROM standing WHERE device = ?1")?;
        let known: BTreeMap<(String, String), (String, String)> = known
            .query_map([guest.0], |row| {
                Ok(((row.get(0)?, row.get(1)?), (row.get(2)?, row.get(3)?)))
            })?
            .collect::<Result<_, _>>()?;
        let all: BTreeSet<_> = known.keys().chain(says.keys()).collect();
        for key in all {
            let (from, to) = (known.get(key), says.get(key));
            if from.map(|it| &it.1) == to.map(|it| &it.1) {
                continue;
            }
            self.write_standing(guest, key, to)?;
            let touches = [from, to].into_iter().flatten().any(|(_, says)| says == "yes");
            if !is_new && (same || touches) {
                self.tell(Some(guest), standing_changed(key, from, to))?;
            }
        }
        Ok(())
    }

    fn write_standing(
        &self,
        guest: GuestId,
        (kind, what): &(String, String),
        to: Option<&(String, String)>,
    ) -> Result<(), HouseholdError> {
        match to {
            Some((name, says)) => self.database.execute(
                "INSERT INTO standing (device, kind, what, name, says) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (device, kind, what) DO UPDATE SET name = excluded.name, says = excluded.says",
                (guest.0, kind, what, name, says),
            )?,
            None => self.database.execute(
                "DELETE FROM standing WHERE device = ?1 AND kind = ?2 AND what = ?3",
                (guest.0, kind, what),
            )?,
        };
        Ok(())
    }
}

/// Separates a list from its entry: in no id.
const BETWEEN: char = '/';

/// What lists and laws say of these devices: by kind and entry, the name and the word.
fn said_of(devices: &[&Device]) -> BTreeMap<(String, String), (String, String)> {
    let mut says = BTreeMap::new();
    for device in devices {
        for listing in device.listings.iter() {
            let word = match listing.applies {
                Applies::Yes => "yes",
                Applies::Unknown => "unknown",
                Applies::No => continue,
            };
            let what = format!("{}{BETWEEN}{}", listing.list, listing.entry);
            let said = (listing.list_name.to_string(), word.to_owned());
            says.insert(("listing".to_owned(), what), said);
        }
        for exposure in device.exposure.iter() {
            for law in &exposure.laws {
                let said = (exposure.jurisdiction.to_string(), "reaches".to_owned());
                says.insert(("law".to_owned(), law.to_string()), said);
            }
        }
    }
    says
}

fn standing_changed(
    (kind, what): &(String, String),
    from: Option<&(String, String)>,
    to: Option<&(String, String)>,
) -> Change {
    let name: Box<str> = to.or(from).map(|(name, _)| name.as_str()).unwrap_or_default().into();
    if kind == "law" {
        return Change::LawChanged {
            law: what.as_str().into(),
            jurisdiction: name,
            reaches: to.is_some(),
        };
    }
    let (list, entry) = what.split_once(BETWEEN).unwrap_or((what, ""));
    let word = |said: Option<&(String, String)>| said.map(|(_, word)| word.as_str().into());
    Change::ListingChanged {
        list: list.into(),
        name,
        entry: entry.into(),
        from: word(from),
        to: word(to),
    }
}
