//! The writing side of a ledger: hash tables while traffic is read, canonical order at the end.
//!
//! Full collections are cut in steps while recording and exactly at the end. A cut only ever lowers
//! the rank an entry must have to stay, so an entry that stays to the end was there all along and
//! its counts are whole.

use std::{
    collections::BTreeMap,
    hash::{BuildHasher, Hasher},
    net::IpAddr,
};

use hashbrown::DefaultHashBuilder;

use crate::{
    Conversation, Dropped, Field, Host, HostRecord, Ledger, Limits, Observation, Seen, Service,
    Sighting, Source, SourceId, Traffic,
    merge::{conversation_rank, lowest, observation_rank},
    said::Said,
    store::{NOWHERE, Place, Store},
    values::Values,
};

/// Collects evidence and finishes as a [`Ledger`].
#[derive(Debug, Default)]
pub struct Recorder {
    limits: Limits,
    sources: BTreeMap<SourceId, Source>,
    dropped: Dropped,
    hosts: Store<Notes>,
    values: Values,
    observations: usize,
    conversations: Store<Listed<Conversation>>,
    observation_ceiling: Option<u64>,
    conversation_ceiling: Option<u64>,
    /// The host last written of: the next line is often of the same.
    latest: Option<(Host, Place)>,
    hasher: DefaultHashBuilder,
}

/// What is known of one host so far.
#[derive(Debug)]
struct Notes {
    host: Host,
    said: Said,
    conversations: List,
}

/// A list of entries, each of which names the next.
#[derive(Clone, Copy, Debug)]
struct List {
    length: usize,
    first: Place,
}

/// An entry in a list of its host's.
#[derive(Debug)]
struct Listed<T> {
    entry: T,
    host: Place,
    next: Place,
}

impl Recorder {
    /// Starts empty, with room as `limits` say.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// The account of a source, opened under `name` when first asked for.
    pub fn source(&mut self, name: &str) -> &mut Source {
        self.sources.entry(SourceId::of(name)).or_insert_with(|| Source::new(name))
    }

    /// The account of an opened source, by its id: what the reading loop uses.
    pub fn account(&mut self, id: SourceId) -> &mut Source {
        self.sources.entry(id).or_default()
    }

    /// Notes that `host` said or showed `value`. Values are cut at [`Observation::LONGEST_VALUE`].
    pub fn observe(
        &mut self,
        host: Host,
        about: Option<Service>,
        field: Field,
        value: &str,
        sighting: Sighting,
    ) {
        self.observe_often(host, about, field, value, &Seen::once(sighting));
    }

    /// Notes that `host` said or showed `value` all the times of `seen`.
    pub fn observe_often(
        &mut self,
        host: Host,
        about: Option<Service>,
        field: Field,
        value: &str,
        seen: &Seen,
    ) {
        let value = shortened(value);
        let owner = self.owner(host);
        let text = text_hash(&self.hasher, value);
        let hash = observation_hash(&self.hasher, field, about.as_ref(), text);
        let Some(notes) = self.hosts.get_mut(owner) else { return };
        let said_before = self.values.find(text, value);
        let known = said_before.and_then(|it| notes.said.find(hash, field, about.as_ref(), it));
        if let Some(known) = known {
            known.add(seen);
            return;
        }
        let refused = |most| observation_rank(&host, field, value, about) >= most;
        if self.observation_ceiling.is_some_and(refused) {
            self.dropped.sightings = self.dropped.sightings.saturating_add(seen.count);
            return self.forget_if_empty(owner);
        }
        let value = said_before.cloned().unwrap_or_else(|| self.values.keep(text, value));
        let values = notes.said.insert(hash, field, about, value, *seen);
        self.observations += 1;
        if values > with_slack(self.limits.values_per_field) {
            self.observations -= notes.cut_field(field, self.limits, &mut self.dropped);
        }
        if self.observations > with_slack(self.limits.observations) {
            self.cut_observations();
        }
    }

    /// Adds traffic to a host's conversation.
    pub fn converse(&mut self, host: Host, service: Service, traffic: &Traffic) {
        let owner = self.owner(host);
        let hash = conversation_hash(&self.hasher, owner, &service);
        let is = |it: &Listed<Conversation>| it.host == owner && it.entry.service == service;
        let known = self.conversations.find(hash, is);
        if let Some(known) = known.and_then(|place| self.conversations.get_mut(place)) {
            known.entry.traffic.add(traffic);
            return;
        }
        let entry = Conversation { service, traffic: *traffic };
        if self.conversation_ceiling.is_some_and(|most| conversation_rank(&host, &entry) >= most) {
            self.dropped.conversation(&entry);
            return self.forget_if_empty(owner);
        }
        let Some(notes) = self.hosts.get_mut(owner) else { return };
        let list = &mut notes.conversations;
        let entry = Listed { entry, host: owner, next: list.first };
        list.first = self.conversations.insert(hash, entry);
        list.length += 1;
        if list.length > with_slack(self.limits.conversations_per_host) {
            self.cut_conversations_of(owner);
        }
        if self.conversations.len() > with_slack(self.limits.conversations) {
            self.cut_conversations();
        }
    }

    /// Counts a stream that was forgotten before it ended, for want of room.
    pub const fn forget_stream(&mut self) {
        self.dropped.streams = self.dropped.streams.saturating_add(1);
    }

    /// Puts everything in canonical order.
    #[must_use]
    pub fn finish(self) -> Ledger {
        let Self { hosts, conversations, values, .. } = self;
        drop(values);
        let mut records: Vec<_> =
            hosts.into_places().map(|it| it.map(Notes::into_record)).collect();
        for Listed { entry, host, .. } in conversations.into_places().flatten() {
            let record = records.get_mut(host as usize).and_then(Option::as_mut);
            if let Some((_, record, conversations)) = record {
                // Not before: room is given back as places are emptied.
                if record.conversations.is_empty() {
                    record.conversations.reserve_exact(*conversations);
                }
                record.conversations.push(entry);
            }
        }
        for (_, record, _) in records.iter_mut().flatten() {
            record.conversations.sort_unstable_by_key(|conversation| conversation.service);
        }
        let hosts = records.into_iter().flatten().map(|(host, record, _)| (host, record)).collect();
        let mut ledger =
            Ledger { sources: self.sources, dropped: self.dropped, limits: self.limits, hosts };
        ledger.cut_to_limits();
        ledger
    }

    /// Where `host`'s notes are; begun if there are none.
    #[inline]
    fn owner(&mut self, host: Host) -> Place {
        match self.latest {
            Some((latest, place)) if latest == host => place,
            _ => self.find_owner(host),
        }
    }

    fn find_owner(&mut self, host: Host) -> Place {
        let hash = host_hash(&self.hasher, &host);
        let known = self.hosts.find(hash, |notes| notes.host == host);
        let place = known.unwrap_or_else(|| self.hosts.insert(hash, Notes::new(host)));
        self.latest = Some((host, place));
        place
    }

    /// Cuts within each host first: only what survives there competes over all, as in a merge.
    fn cut_observations(&mut self) {
        let limits = self.limits;
        for notes in self.hosts.iter_mut() {
            for field in notes.said.crowded(limits.values_per_field) {
                self.observations -= notes.cut_field(field, limits, &mut self.dropped);
            }
        }
        if self.observations <= limits.observations {
            return;
        }
        let ranks = self.hosts.iter().flat_map(|notes| notes.said.ranks(&notes.host, None));
        let ceiling = lowest(ranks.collect(), limits.observations);
        self.observations = 0;
        for notes in self.hosts.iter_mut() {
            notes.said.cut(&notes.host, None, ceiling, &mut self.dropped);
            self.observations += notes.said.len();
        }
        self.forget_hosts();
        self.observation_ceiling = Some(ceiling);
    }

    /// Cuts within each host first, as [`Self::cut_observations`] does.
    fn cut_conversations(&mut self) {
        let limits = self.limits;
        for owner in self.owners(|notes| notes.conversations.length > limits.conversations_per_host)
        {
            self.cut_conversations_of(owner);
        }
        if self.conversations.len() <= limits.conversations {
            return;
        }
        let ranks = self.conversations.iter().map(|it| {
            let host = self.hosts.get(it.host).map(|notes| notes.host);
            host.map_or(u64::MAX, |host| conversation_rank(&host, &it.entry))
        });
        let ceiling = lowest(ranks.collect(), limits.conversations);
        for owner in self.owners(|_| true) {
            self.cut_conversations_above(owner, ceiling);
        }
        self.forget_hosts();
        self.conversation_ceiling = Some(ceiling);
    }

    /// Cuts a host's conversations down to the limit.
    fn cut_conversations_of(&mut self, owner: Place) {
        let Some(notes) = self.hosts.get(owner) else { return };
        let all = walk(&self.conversations, Some(notes.conversations));
        let ranks = all.map(|(_, it)| conversation_rank(&notes.host, &it.entry)).collect();
        let ceiling = lowest(ranks, self.limits.conversations_per_host);
        self.cut_conversations_above(owner, ceiling);
    }

    fn cut_conversations_above(&mut self, owner: Place, ceiling: u64) {
        let Self { hosts, conversations, dropped, hasher, .. } = self;
        let Some(notes) = hosts.get_mut(owner) else { return };
        let host = notes.host;
        sift(
            conversations,
            &mut notes.conversations,
            |it| conversation_rank(&host, it) < ceiling,
            |it| conversation_hash(hasher, owner, &it.service),
            |it| dropped.conversation(it),
        );
    }

    /// Hosts whose notes are as wanted.
    fn owners(&self, wanted: impl Fn(&Notes) -> bool) -> Vec<Place> {
        self.hosts.places().filter(|(_, notes)| wanted(notes)).map(|(place, _)| place).collect()
    }

    /// Drops the notes of hosts of which nothing is left.
    fn forget_hosts(&mut self) {
        for owner in self.owners(Notes::is_empty) {
            self.forget_if_empty(owner);
        }
    }

    fn forget_if_empty(&mut self, owner: Place) {
        if let Some(notes) = self.hosts.get(owner).filter(|notes| notes.is_empty()) {
            self.hosts.remove(host_hash(&self.hasher, &notes.host), owner);
            self.latest = None;
        }
    }
}

impl Notes {
    fn new(host: Host) -> Self {
        Self { host, said: Said::default(), conversations: List::EMPTY }
    }

    const fn is_empty(&self) -> bool {
        self.conversations.length == 0 && self.said.len() == 0
    }

    /// Cuts one field's values down to the limit; returns how many went.
    fn cut_field(&mut self, field: Field, limits: Limits, dropped: &mut Dropped) -> usize {
        let before = self.said.len();
        let ranks = self.said.ranks(&self.host, Some(field)).collect();
        let ceiling = lowest(ranks, limits.values_per_field);
        self.said.cut(&self.host, Some(field), ceiling, dropped);
        before - self.said.len()
    }

    /// What the host said, and how many conversations it had.
    fn into_record(self) -> (Host, HostRecord, usize) {
        let Self { host, said, conversations } = self;
        let observations = said.into_observations();
        (host, HostRecord { observations, conversations: Vec::new() }, conversations.length)
    }
}

impl List {
    const EMPTY: Self = Self { length: 0, first: NOWHERE };
}

/// The entries of a list.
fn walk<T>(
    store: &Store<Listed<T>>,
    list: Option<List>,
) -> impl Iterator<Item = (Place, &Listed<T>)> {
    let mut next = list.map_or(NOWHERE, |list| list.first);
    std::iter::from_fn(move || {
        let place = next;
        let entry = store.get(place)?;
        next = entry.next;
        Some((place, entry))
    })
}

/// Takes the entries out of a list that `keep` does not want, and hands them to `drop`.
fn sift<T>(
    store: &mut Store<Listed<T>>,
    list: &mut List,
    keep: impl Fn(&T) -> bool,
    hash: impl Fn(&T) -> u64,
    mut drop: impl FnMut(&T),
) {
    let entries = walk(store, Some(*list));
    let sorted: Vec<_> =
        entries.map(|(place, it)| (place, keep(&it.entry), hash(&it.entry))).collect();
    *list = List::EMPTY;
    for (place, stays, hash) in sorted {
        if !stays {
            if let Some(gone) = store.remove(hash, place) {
                drop(&gone.entry);
            }
        } else if let Some(kept) = store.get_mut(place) {
            kept.next = std::mem::replace(&mut list.first, place);
            list.length += 1;
        }
    }
}

/// Hashes for the tables. Hosts and services go in as whole words, which is several times faster than
/// part by part.
fn host_hash(hasher: &DefaultHashBuilder, host: &Host) -> u64 {
    let mut state = hasher.build_hasher();
    if let Some(mac) = host.mac() {
        let [a, b, c, d, e, f] = mac.0;
        state.write_u64(u64::from_be_bytes([1, 0, a, b, c, d, e, f]));
    }
    if let Some(ip) = host.ip() {
        write_ip(&mut state, ip);
    }
    state.finish()
}

fn text_hash(hasher: &DefaultHashBuilder, value: &str) -> u64 {
    let mut state = hasher.build_hasher();
    state.write(value.as_bytes());
    state.finish()
}

#[expect(clippy::cast_possible_truncation, reason = "the low bits are as good as any")]
fn observation_hash(
    hasher: &DefaultHashBuilder,
    field: Field,
    about: Option<&Service>,
    text: u64,
) -> u32 {
    let mut state = hasher.build_hasher();
    state.write_u64(text ^ u64::from(field.number()));
    if let Some(service) = about {
        write_service(&mut state, service);
    }
    let hash = state.finish();
    (hash ^ hash >> 32) as u32
}

fn conversation_hash(hasher: &DefaultHashBuilder, owner: Place, service: &Service) -> u64 {
    let mut state = hasher.build_hasher();
    state.write_u64(owner.into());
    write_service(&mut state, service);
    state.finish()
}

fn write_service(state: &mut impl Hasher, service: &Service) {
    let Service { peer, transport, port, server } = *service;
    write_ip(state, peer);
    state.write_u64(u64::from(transport.0) << 32 | u64::from(port) << 8 | server as u64);
}

fn write_ip(state: &mut impl Hasher, ip: IpAddr) {
    match ip {
        IpAddr::V4(ip) => state.write_u64(ip.to_bits().into()),
        IpAddr::V6(ip) => state.write_u128(ip.to_bits()),
    }
}

/// Cuts `value` at the last character that fits.
#[inline]
fn shortened(value: &str) -> &str {
    if value.len() <= Observation::LONGEST_VALUE {
        return value;
    }
    value.get(..value.floor_char_boundary(Observation::LONGEST_VALUE)).unwrap_or(value)
}

/// An eighth more than the limit, so that cuts are rare; the final cut is exact.
const fn with_slack(limit: usize) -> usize {
    limit + limit / 8 + 1
}
