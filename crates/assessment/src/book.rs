//! Numbers the evidence that claims and findings cite, each piece once.
//!
//! Evidence is numbered in the order it is first cited, and devices are gone through in one order,
//! so the same ledger gives the same numbers.

use std::{
    hash::{Hash, Hasher},
    ptr,
    sync::Arc,
};

use evidence::{Conversation, Ledger, Mac, Observation, Sighting, SourceId, Timestamp};
use hashbrown::{HashMap, HashSet};

use crate::model::{Cited, Evidence, EvidenceId, Witness};

/// Everything cited so far.
///
/// Observations and conversations are told apart by where they lie in the ledger, which outlives
/// the book.
#[derive(Debug)]
pub struct Book<'a> {
    sources: Vec<(&'a str, SourceId)>,
    cited: Cited,
    observations: HashMap<ByPlace<'a, Observation>, EvidenceId>,
    conversations: HashMap<ByPlace<'a, Conversation>, EvidenceId>,
    registrations: HashMap<Mac, EvidenceId>,
    addresses: HashMap<Mac, EvidenceId>,
    /// Few names for many addresses.
    registrants: HashSet<Arc<str>>,
}

impl<'a> Book<'a> {
    /// An empty book over `ledger`.
    #[must_use]
    pub fn new(ledger: &'a Ledger) -> Self {
        let mut sources: Vec<_> =
            ledger.sources.iter().map(|(id, source)| (&*source.name, *id)).collect();
        sources.sort_unstable();
        Self {
            sources,
            cited: Cited::default(),
            observations: HashMap::new(),
            conversations: HashMap::new(),
            registrations: HashMap::new(),
            addresses: HashMap::new(),
            registrants: HashSet::new(),
        }
    }

    /// Cites something said or shown.
    pub fn observation(&mut self, observation: &'a Observation) -> EvidenceId {
        let key = ByPlace(observation);
        if let Some(id) = self.observations.get(&key) {
            return *id;
        }
        let what = Witness::Observation {
            field: observation.field,
            value: observation.value.clone(),
            about: observation.about,
        };
        let seen = &observation.seen;
        let id = self.enter(what, seen.first, seen.last, seen.count);
        self.observations.insert(key, id);
        id
    }

    /// Cites traffic.
    pub fn conversation(&mut self, conversation: &'a Conversation) -> EvidenceId {
        let key = ByPlace(conversation);
        if let Some(id) = self.conversations.get(&key) {
            return *id;
        }
        let traffic = &conversation.traffic;
        let what = Witness::Conversation {
            service: conversation.service,
            bytes_up: traffic.bytes_up,
            bytes_down: traffic.bytes_down,
        };
        let id = self.enter(what, traffic.first, traffic.last, traffic.frames());
        self.conversations.insert(key, id);
        id
    }

    /// Cites the registry's entry for a MAC address that was first seen at `first`.
    pub fn registration(&mut self, mac: Mac, registrant: &str, first: Sighting) -> EvidenceId {
        if let Some(id) = self.registrations.get(&mac) {
            return *id;
        }
        let registrant = self.registrants.get_or_insert_with(registrant, |name| name.into());
        let what = Witness::Registration { mac, registrant: Arc::clone(registrant) };
        let id = self.enter(what, first, first.at, 1);
        self.registrations.insert(mac, id);
        id
    }

    /// Cites that a device with the address `mac` was there, first at `first`.
    pub fn address(&mut self, mac: Mac, first: Sighting) -> EvidenceId {
        if let Some(id) = self.addresses.get(&mac) {
            return *id;
        }
        let id = self.enter(Witness::Address { mac }, first, first.at, 1);
        self.addresses.insert(mac, id);
        id
    }

    /// The ledger's sources in the order [`Evidence::source`] counts them: by name.
    pub fn sources(&self) -> impl Iterator<Item = SourceId> {
        self.sources.iter().map(|(_, id)| *id)
    }

    /// What was cited under `id`.
    #[must_use]
    pub fn get(&self, id: EvidenceId) -> Option<&Evidence> {
        self.cited.get(id)
    }

    /// All that was cited.
    #[must_use]
    pub fn into_evidence(self) -> Cited {
        self.cited
    }

    /// Takes over all that `later` cites, after its own. Says the number that each of `later`'s pieces
    /// has now, in their order: what both cited keeps the number it has here.
    pub fn append(&mut self, later: &mut Self) -> Renumbering {
        let mut now = vec![None; later.cited.len()];
        note_known(&self.observations, &later.observations, &mut now);
        note_known(&self.conversations, &later.conversations, &mut now);
        note_known(&self.registrations, &later.registrations, &mut now);
        note_known(&self.addresses, &later.addresses, &mut now);
        let pieces = std::mem::take(&mut later.cited).into_pieces().zip(now);
        Renumbering(
            pieces.map(|(piece, now)| now.unwrap_or_else(|| self.cited.push(piece))).collect(),
        )
    }

    /// Remembers what of its pieces are `later`'s, which were appended as `renumbering` says: needed
    /// only if another book is to be appended after it.
    pub fn learn(&mut self, later: Self, renumbering: &Renumbering) {
        add(&mut self.observations, later.observations, renumbering);
        add(&mut self.conversations, later.conversations, renumbering);
        add(&mut self.registrations, later.registrations, renumbering);
        add(&mut self.addresses, later.addresses, renumbering);
    }

    fn enter(&mut self, what: Witness, first: Sighting, last: Timestamp, count: u64) -> EvidenceId {
        let source = self.sources.iter().position(|(_, id)| *id == first.source).unwrap_or(0);
        self.cited.push(Evidence { what, first, source, last, count })
    }
}

/// Something told apart by where it lies, not by what it says.
#[derive(Debug)]
pub(crate) struct ByPlace<'a, T>(pub(crate) &'a T);

impl<T> Clone for ByPlace<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for ByPlace<'_, T> {}

impl<T> PartialEq for ByPlace<'_, T> {
    fn eq(&self, other: &Self) -> bool {
        ptr::eq(self.0, other.0)
    }
}

impl<T> Eq for ByPlace<'_, T> {}

impl<T> Hash for ByPlace<'_, T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        ptr::hash(self.0, state);
    }
}

/// The numbers that pieces of one book have in another.
#[derive(Debug)]
pub struct Renumbering(Vec<EvidenceId>);

impl Renumbering {
    /// The number there of what has the number `id` here.
    #[must_use]
    pub fn of(&self, id: EvidenceId) -> EvidenceId {
        place(id).and_then(|place| self.0.get(place)).copied().unwrap_or(id)
    }
}

/// Where a book's piece of that number stands in it.
fn place(id: EvidenceId) -> Option<usize> {
    usize::try_from(id.0).ok()?.checked_sub(1)
}

/// Tells `now` the numbers of those pieces of `later` that `earlier` has as well.
fn note_known<K: Eq + Hash>(
    earlier: &HashMap<K, EvidenceId>,
    later: &HashMap<K, EvidenceId>,
    now: &mut [Option<EvidenceId>],
) {
    for (key, id) in later {
        if let Some(now) = place(*id).and_then(|place| now.get_mut(place)) {
            *now = earlier.get(key).copied();
        }
    }
}

fn add<K: Eq + Hash>(
    earlier: &mut HashMap<K, EvidenceId>,
    later: HashMap<K, EvidenceId>,
    renumbering: &Renumbering,
) {
    earlier.extend(later.into_iter().map(|(key, id)| (key, renumbering.of(id))));
}
