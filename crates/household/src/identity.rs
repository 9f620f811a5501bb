//! Which of the home's devices an assessed one is: by what stays with it, as notes are filed
//! (`docs/decisions/0026-notes.md`), and by a name only where nothing steadier speaks.

use std::collections::{BTreeMap, BTreeSet};

use assessment::{
    devices::{is_assigned, may_be_one},
    model::{Device, DeviceId},
    notes::Identifier,
};
use evidence::Mac;
use rusqlite::Connection;

use crate::{GuestId, HouseholdError};

/// By what one assessed device can be told again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Keys {
    /// Addresses, and numbers that are meant to be unique.
    pub(crate) steady: Vec<String>,
    /// Names that no other device here goes by.
    pub(crate) names: Vec<String>,
    /// Network addresses, which count where there is nothing steady.
    ips: Vec<String>,
    macs: BTreeSet<Mac>,
}

impl Keys {
    /// Those of an assessed device, but for the numbers that others bear as well.
    pub(crate) fn of(device: &Device, shared: &BTreeSet<&Identifier>) -> Self {
        let mut keys = Self { macs: device.macs.iter().copied().collect(), ..Self::default() };
        for identifier in device.identifiers.iter().filter(|it| !shared.contains(it)) {
            match identifier {
                Identifier::Name(_) => keys.names.push(identifier.to_string()),
                _ => keys.steady.push(identifier.to_string()),
            }
        }
        let chosen = device.macs.iter().filter(|mac| !is_assigned(**mac));
        keys.steady.extend(chosen.map(|mac| Identifier::Mac(*mac).to_string()));
        keys.ips = device.ips.iter().map(|ip| format!("ip {ip}")).collect();
        keys
    }

    /// All of them.
    pub(crate) fn all(&self) -> impl Iterator<Item = &String> {
        self.steady.iter().chain(&self.names).chain(self.ips())
    }

    /// Network addresses, where there is nothing steady.
    fn ips(&self) -> &[String] {
        if self.steady.is_empty() { &self.ips } else { &[] }
    }
}

/// The numbers that two of these devices bear at once, as where one of them relays what others announce:
/// they are nobody's.
pub(crate) fn shared<'a>(devices: impl Iterator<Item = &'a Device>) -> BTreeSet<&'a Identifier> {
    let mut borne = BTreeSet::new();
    let numbers = devices
        .flat_map(|it| &it.identifiers)
        .filter(|it| !matches!(it, Identifier::Mac(_) | Identifier::Name(_)));
    numbers.filter(|it| !borne.insert(*it)).collect()
}

/// Whose an assessed device is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    /// Which of ours each is; those that are missing are new.
    pub(crate) known: BTreeMap<DeviceId, GuestId>,
    /// Pairs of ours that turn out to be one: the older, and the one that is no more.
    pub(crate) one: BTreeSet<(GuestId, GuestId)>,
}

/// Tells assessed devices again. One that announces numbers of several others is a relay, and none of them:
/// it keeps its own keys only.
pub(crate) fn tell(
    database: &Connection,
    assessed: &mut [(DeviceId, Keys)],
) -> Result<Told, HouseholdError> {
    let mut told = Told::default();
    for (id, keys) in &mut *assessed {
        let mut ours = BTreeMap::new();
        for candidate in bearers(database, &keys.steady)? {
            let known = Known::read(database, candidate)?;
            if known.may_be(keys) {
                ours.insert(candidate, known);
            }
        }
        if ours.values().filter(|it| it.has_assigned()).count() > 1 {
            let is_other = |it: &Known| it.has_assigned() && it.macs.is_disjoint(&keys.macs);
            let (others, own) = ours.into_iter().partition(|(_, it)| is_other(it));
            let others: BTreeMap<GuestId, Known> = others;
            keys.steady.retain(|key| !others.values().any(|it| it.steady.contains(key)));
            ours = own;
        }
        let ours: BTreeSet<GuestId> = ours.into_keys().collect();
        let Some(oldest) = ours.first().copied() else { continue };
        told.one.extend(ours.iter().skip(1).map(|other| (oldest, *other)));
        told.known.insert(*id, oldest);
    }
    let mut taken: BTreeSet<GuestId> = told.known.values().copied().collect();
    for (id, keys) in &*assessed {
        if told.known.contains_key(id) {
            continue;
        }
        let by_name = only(bearers(database, &keys.names)?).filter(|it| !taken.contains(it));
        let by_name = match by_name {
            Some(known) if Known::read(database, known)?.may_go_by_name(keys) => Some(known),
            _ => None,
        };
        let by_ip = || Ok::<_, HouseholdError>(only(bearers(database, keys.ips())?));
        let found = match by_name {
            Some(known) => Some(known),
            None => by_ip()?.filter(|it| !taken.contains(it)),
        };
        if let Some(known) = found {
            taken.insert(known);
            told.known.insert(*id, known);
        }
    }
    Ok(told)
}

/// Which of ours bear one of `keys`.
fn bearers(database: &Connection, keys: &[String]) -> Result<BTreeSet<GuestId>, HouseholdError> {
    let mut bearing = database.prepare_cached("SELECT device FROM device_key WHERE key = ?1")?;
    let mut found = BTreeSet::new();
    for key in keys {
        for id in bearing.query_map([key], |row| row.get(0))? {
            found.insert(GuestId(id?));
        }
    }
    Ok(found)
}

fn only(ids: BTreeSet<GuestId>) -> Option<GuestId> {
    if ids.len() == 1 { ids.into_iter().next() } else { None }
}

/// What one of ours is told by.
struct Known {
    macs: BTreeSet<Mac>,
    steady: BTreeSet<String>,
}

impl Known {
    fn read(database: &Connection, id: GuestId) -> Result<Self, HouseholdError> {
        let mut known = Self { macs: BTreeSet::new(), steady: BTreeSet::new() };
        for key in crate::devices::keys(database, id)? {
            match key.parse() {
                Ok(Identifier::Mac(mac)) => {
                    known.macs.insert(mac);
                    known.steady.insert(key.into());
                }
                Ok(Identifier::Name(_)) | Err(_) => {}
                Ok(_) => {
                    known.steady.insert(key.into());
                }
            }
        }
        Ok(known)
    }

    /// Whether the two can be one: an address in common, or addresses that one device may have.
    fn may_be(&self, keys: &Keys) -> bool {
        let assigned = |macs: &BTreeSet<Mac>| -> BTreeSet<Mac> {
            macs.iter().copied().filter(|mac| is_assigned(*mac)).collect()
        };
        let (ours, theirs) = (assigned(&self.macs), assigned(&keys.macs));
        !ours.is_disjoint(&theirs) || may_be_one(&ours.union(&theirs).copied().collect())
    }

    /// Whether it has an address that a maker assigned.
    fn has_assigned(&self) -> bool {
        self.macs.iter().any(|mac| is_assigned(*mac))
    }

    /// Whether a name may stand for all that is missing: neither has an address that stays, and they do
    /// not both announce numbers.
    fn may_go_by_name(&self, keys: &Keys) -> bool {
        let number = |it: &String| !it.starts_with("mac ");
        let none_assigned = self.macs.iter().chain(&keys.macs).all(|mac| !is_assigned(*mac));
        let both_announce = self.steady.iter().any(number) && keys.steady.iter().any(number);
        none_assigned && !both_announce
    }
}
