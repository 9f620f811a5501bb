//! The writing side of a ledger: hash tables while traffic is read, canonical order at the end.
//!
//! Full collections are cut in steps while recording and exactly at the end. A cut only ever lowers
//! the rank an entry must have to stay, so an entry that stays to the end was there all along and
//! its counts are whole.

use std::hash::{Hash, Hasher};

use hashbrown::{Equivalent, HashMap};

use crate::{
    Conversation, Dropped, Field, Host, HostRecord, Ledger, Limits, Observation, Seen, Service,
    Sighting, Source, SourceId, Traffic,
    merge::{conversation_rank, lowest, observation_rank},
};

/// Collects evidence and finishes as a [`Ledger`].
#[derive(Debug, Default)]
pub struct Recorder {
    limits: Limits,
    sources: std::collections::BTreeMap<SourceId, Source>,
    dropped: Dropped,
    hosts: HashMap<Host, Notes>,
    observations: usize,
    conversations: usize,
    observation_ceiling: Option<u64>,
    conversation_ceiling: Option<u64>,
}

/// What is known of one host so far.
#[derive(Debug, Default)]
struct Notes {
    observations: HashMap<Key, Seen>,
    conversations: HashMap<Service, Traffic>,
    values: HashMap<Field, usize>,
}

/// Tells observations of a host apart.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Key {
    field: Field,
    about: Option<Service>,
    value: Box<str>,
}

/// [`Key`] with a borrowed value, to look one up without copying it.
struct Borrowed<'a> {
    field: Field,
    about: Option<Service>,
    value: &'a str,
}

impl Hash for Borrowed<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.field.hash(state);
        self.about.hash(state);
        self.value.hash(state);
    }
}

impl Equivalent<Key> for Borrowed<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        self.field == key.field && self.about == key.about && *self.value == *key.value
    }
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
        let value = shortened(value);
        let notes = self.hosts.entry(host).or_default();
        if let Some(seen) = notes.observations.get_mut(&Borrowed { field, about, value }) {
            seen.add(&Seen::once(sighting));
            return;
        }
        let observation =
            Observation { about, field, value: value.into(), seen: Seen::once(sighting) };
        if self
            .observation_ceiling
            .is_some_and(|most| observation_rank(&host, &observation) >= most)
        {
            self.dropped.observation(&observation);
            return;
        }
        let key = Key { field, about, value: observation.value };
        notes.observations.insert(key, observation.seen);
        self.observations += 1;
        let values = notes.values.entry(field).or_default();
        *values += 1;
        if *values > with_slack(self.limits.values_per_field) {
            self.observations -= notes.cut_field(&host, field, self.limits, &mut self.dropped);
        }
        if self.observations > with_slack(self.limits.observations) {
            self.cut_observations();
        }
    }

    /// Adds traffic to a host's conversation.
    pub fn converse(&mut self, host: Host, service: Service, traffic: &Traffic) {
        let notes = self.hosts.entry(host).or_default();
        if let Some(sum) = notes.conversations.get_mut(&service) {
            sum.add(traffic);
            return;
        }
        let conversation = Conversation { service, traffic: *traffic };
        if self
            .conversation_ceiling
            .is_some_and(|most| conversation_rank(&host, &conversation) >= most)
        {
            self.dropped.conversation(&conversation);
            return;
        }
        notes.conversations.insert(service, *traffic);
        self.conversations += 1;
        if notes.conversations.len() > with_slack(self.limits.conversations_per_host) {
            self.conversations -= notes.cut_conversations(&host, self.limits, &mut self.dropped);
        }
        if self.conversations > with_slack(self.limits.conversations) {
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
        let hosts = self.hosts.into_iter().map(|(host, notes)| (host, notes.finish())).collect();
        let mut ledger =
            Ledger { sources: self.sources, dropped: self.dropped, limits: self.limits, hosts };
        ledger.cut_to_limits();
        ledger
    }

    /// Cuts within each host first: only what survives there competes over all, as in a merge.
    fn cut_observations(&mut self) {
        for (host, notes) in &mut self.hosts {
            let crowded =
                |(&field, &count)| (count > self.limits.values_per_field).then_some(field);
            for field in notes.values.iter().filter_map(crowded).collect::<Vec<_>>() {
                self.observations -= notes.cut_field(host, field, self.limits, &mut self.dropped);
            }
        }
        if self.observations <= self.limits.observations {
            return;
        }
        let ranks = self.hosts.iter().flat_map(|(host, notes)| {
            notes.observations.keys().map(|key| observation_rank(host, &key.as_observation()))
        });
        let ceiling = lowest(ranks.collect(), self.limits.observations);
        for (host, notes) in &mut self.hosts {
            let (dropped, values) = (&mut self.dropped, &mut notes.values);
            notes.observations.retain(|key, seen| {
                let keep = observation_rank(host, &key.as_observation()) < ceiling;
                if !keep {
                    dropped.sightings = dropped.sightings.saturating_add(seen.count);
                    values.entry(key.field).and_modify(|count| *count -= 1);
                }
                keep
            });
        }
        self.hosts.retain(|_, notes| !notes.is_empty());
        self.observations = self.limits.observations;
        self.observation_ceiling = Some(ceiling);
    }

    /// Cuts within each host first, as [`Self::cut_observations`] does.
    fn cut_conversations(&mut self) {
        for (host, notes) in &mut self.hosts {
            self.conversations -= notes.cut_conversations(host, self.limits, &mut self.dropped);
        }
        if self.conversations <= self.limits.conversations {
            return;
        }
        let ranks = self.hosts.iter().flat_map(|(host, notes)| {
            notes.conversations().map(|it| conversation_rank(host, &it)).collect::<Vec<_>>()
        });
        let ceiling = lowest(ranks.collect(), self.limits.conversations);
        for (host, notes) in &mut self.hosts {
            notes.cut_above(host, ceiling, &mut self.dropped);
        }
        self.hosts.retain(|_, notes| !notes.is_empty());
        self.conversations = self.limits.conversations;
        self.conversation_ceiling = Some(ceiling);
    }
}

impl Notes {
    fn is_empty(&self) -> bool {
        self.observations.is_empty() && self.conversations.is_empty()
    }

    fn conversations(&self) -> impl Iterator<Item = Conversation> {
        self.conversations.iter().map(|(&service, &traffic)| Conversation { service, traffic })
    }

    /// Cuts one field's values down to the limit; returns how many went.
    fn cut_field(
        &mut self,
        host: &Host,
        field: Field,
        limits: Limits,
        dropped: &mut Dropped,
    ) -> usize {
        let of_field = self.observations.keys().filter(|key| key.field == field);
        let ranks = of_field.map(|key| observation_rank(host, &key.as_observation())).collect();
        let ceiling = lowest(ranks, limits.values_per_field);
        let before = self.observations.len();
        self.observations.retain(|key, seen| {
            let keep =
                key.field != field || observation_rank(host, &key.as_observation()) < ceiling;
            if !keep {
                dropped.sightings = dropped.sightings.saturating_add(seen.count);
            }
            keep
        });
        self.values.insert(field, limits.values_per_field);
        before - self.observations.len()
    }

    /// Cuts the host's conversations down to the limit; returns how many went.
    fn cut_conversations(&mut self, host: &Host, limits: Limits, dropped: &mut Dropped) -> usize {
        let before = self.conversations.len();
        let ranks = self.conversations().map(|it| conversation_rank(host, &it)).collect();
        self.cut_above(host, lowest(ranks, limits.conversations_per_host), dropped);
        before - self.conversations.len()
    }

    fn cut_above(&mut self, host: &Host, ceiling: u64, dropped: &mut Dropped) {
        self.conversations.retain(|&service, &mut traffic| {
            let conversation = Conversation { service, traffic };
            let keep = conversation_rank(host, &conversation) < ceiling;
            if !keep {
                dropped.conversation(&conversation);
            }
            keep
        });
    }

    fn finish(self) -> HostRecord {
        let mut conversations: Vec<_> = self.conversations().collect();
        conversations.sort_unstable_by_key(|conversation| conversation.service);
        let mut observations: Vec<_> = self
            .observations
            .into_iter()
            .map(|(Key { field, about, value }, seen)| Observation { about, field, value, seen })
            .collect();
        observations.sort_unstable_by(|left, right| left.key().cmp(&right.key()));
        HostRecord { observations, conversations }
    }
}

impl Key {
    fn as_observation(&self) -> Observation {
        let seen = Seen { first: Sighting::NEVER, last: crate::Timestamp::EPOCH, count: 0 };
        Observation { about: self.about, field: self.field, value: self.value.clone(), seen }
    }
}

/// Cuts `value` at the last character that fits.
fn shortened(value: &str) -> &str {
    value.get(..value.floor_char_boundary(Observation::LONGEST_VALUE)).unwrap_or(value)
}

/// An eighth more than the limit, so that cuts are rare; the final cut is exact.
const fn with_slack(limit: usize) -> usize {
    limit + limit / 8 + 1
}
