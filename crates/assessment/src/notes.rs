//! What the user says of a device, which outranks what traffic says.
//!
//! A [`Note`] is filed under something that stays with the device ([`Identifier`]), so that it holds in
//! later captures too. What it says of brand, model and type becomes the surest claim, with a reason
//! of its own; all other claims stay beside it as candidates. Room and name are shown and conclude
//! nothing.
//!
//! **Invariant.** A note is never spread: one filed under what two devices bear is applied to neither.

mod applied;
mod checked;

use std::collections::BTreeMap;

use evidence::Ledger;
use hashbrown::HashSet;
use knowledge::kinds::Date;

use crate::{
    Settings,
    devices::{Grouped, group, identifiers::identifiers},
    model::DeviceId,
};

pub(crate) use applied::apply;
pub use checked::{Brands, brand_named, kind_named};

pub use crate::devices::{Identifier, NoIdentifier};

/// What the user says of one device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// By what the device is told again.
    pub device: Identifier,
    /// The day it was written.
    pub on: Date,
    /// The name on the box.
    pub brand: Option<Box<str>>,
    /// The model.
    pub model: Option<Box<str>>,
    /// The kind of device, one of the vocabulary.
    pub kind: Option<Box<str>>,
    /// Where it stands.
    pub room: Option<Box<str>>,
    /// What the user calls it.
    pub name: Option<Box<str>>,
}

impl Note {
    /// An empty note.
    #[must_use]
    pub const fn new(device: Identifier, on: Date) -> Self {
        Self { device, on, brand: None, model: None, kind: None, room: None, name: None }
    }

    /// Whether it says nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.brand.is_none()
            && self.model.is_none()
            && self.kind.is_none()
            && self.room.is_none()
            && self.name.is_none()
    }
}

/// By what the device `id` of `ledger` can be told again, the steadiest first. Its name only if no
/// other device bears it.
#[must_use]
pub fn identifiers_of(ledger: &Ledger, settings: &Settings, id: DeviceId) -> Vec<Identifier> {
    let grouped = group(ledger, settings);
    let Some(member) = grouped.device(id) else { return Vec::new() };
    let mut found = identifiers(member);
    if found.iter().any(|it| matches!(it, Identifier::Name(_))) {
        for other in grouped.devices.iter().filter(|it| it.id != id) {
            let others = identifiers(other);
            found.retain(|it| !(matches!(it, Identifier::Name(_)) && others.contains(it)));
        }
    }
    found.into_iter().collect()
}

/// By what each of the network's devices can be told again, the steadiest first; nothing that two bear.
pub(crate) fn identifiers_of_all(grouped: &Grouped<'_>) -> Vec<(DeviceId, Vec<Identifier>)> {
    let local = grouped.devices.iter().filter(|it| it.local);
    let all = |it| identifiers(it).into_iter().collect();
    let mut found: Vec<(DeviceId, Vec<Identifier>)> = local.map(|it| (it.id, all(it))).collect();
    let mut seen = HashSet::new();
    let every = found.iter().flat_map(|(_, identifiers)| identifiers);
    let shared: HashSet<_> = every.filter(|it| !seen.insert(*it)).cloned().collect();
    drop(seen);
    for (_, identifiers) in &mut found {
        identifiers.retain(|it| !shared.contains(it));
    }
    found
}

/// Which note is whose.
#[derive(Debug, Default)]
pub(crate) struct Filed<'n> {
    notes: BTreeMap<DeviceId, &'n Note>,
}

impl<'n> Filed<'n> {
    /// Finds the devices of `notes` among `grouped`. Of two notes on one device the steadier
    /// identifier's counts.
    pub(crate) fn under(grouped: &Grouped<'_>, notes: &'n [Note]) -> Self {
        let mut filed = Self::default();
        if notes.is_empty() {
            return filed;
        }
        let by_identifier: BTreeMap<&Identifier, &Note> =
            notes.iter().map(|note| (&note.device, note)).collect();
        let mut bearers: BTreeMap<&Identifier, Vec<DeviceId>> = BTreeMap::new();
        for member in &grouped.devices {
            let chosen = member.macs.iter().map(|mac| Identifier::Mac(*mac));
            // Who shows a link-layer address is told by that: tomorrow another may have the network address.
            let ips = member.ips.iter().filter(|_| member.macs.is_empty());
            let ips = ips.map(|ip| Identifier::Ip(*ip));
            for identifier in identifiers(member).into_iter().chain(chosen).chain(ips) {
                if let Some((known, _)) = by_identifier.get_key_value(&identifier) {
                    let bearers = bearers.entry(known).or_default();
                    if bearers.last() != Some(&member.id) {
                        bearers.push(member.id);
                    }
                }
            }
        }
        for (identifier, bearers) in bearers {
            if let ([only], Some(note)) = (bearers.as_slice(), by_identifier.get(identifier)) {
                filed.notes.entry(*only).or_insert(note);
            }
        }
        filed
    }

    /// The note on that device.
    pub(crate) fn on(&self, device: DeviceId) -> Option<&'n Note> {
        self.notes.get(&device).copied()
    }
}

#[cfg(test)]
mod tests;
