//! Joining ledgers: one law for cores, sensors, days and homes.
//!
//! Merging is associative and commutative and the empty ledger is its identity, as long as both
//! were made under the same [`Limits`]. What exceeds a limit is cut by [`sample::rank`], the same
//! for every order of merging.

use std::collections::{BTreeMap, btree_map::Entry};

use crate::{Conversation, Field, Host, HostRecord, Ledger, Limits, Observation, Service, sample};

impl Ledger {
    /// Joins two ledgers.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.limits = self.limits.min(other.limits);
        self.dropped.add(&other.dropped);
        for (id, source) in other.sources {
            self.sources.entry(id).or_default().add(&source);
        }
        for (host, record) in other.hosts {
            match self.hosts.entry(host) {
                Entry::Vacant(vacant) => {
                    vacant.insert(record);
                }
                Entry::Occupied(mut known) => known.get_mut().merge(record),
            }
        }
        self.cut_to_limits();
        self
    }

    /// Drops what exceeds the limits, first within each host, then over all.
    pub(crate) fn cut_to_limits(&mut self) {
        let limits = self.limits;
        for (host, record) in &mut self.hosts {
            let (dropped, cap) = (&mut self.dropped, limits.conversations_per_host);
            cut(
                &mut record.conversations,
                cap,
                |it| conversation_rank(host, it),
                |it| {
                    dropped.conversation(it);
                },
            );
            cut_fields(host, &mut record.observations, limits.values_per_field, |it| {
                dropped.observation(it);
            });
        }
        self.cut_observations(limits.observations);
        self.cut_conversations(limits.conversations);
        self.hosts.retain(|_, record| !record.is_empty());
    }

    fn cut_observations(&mut self, limit: usize) {
        let ranks = |hosts: &BTreeMap<Host, HostRecord>| -> Vec<u64> {
            let all = hosts.iter();
            all.flat_map(|(host, it)| it.observations.iter().map(|it| it.rank(host))).collect()
        };
        if self.hosts.values().map(|it| it.observations.len()).sum::<usize>() <= limit {
            return;
        }
        let ceiling = lowest(ranks(&self.hosts), limit);
        for (host, record) in &mut self.hosts {
            record.observations.retain(|it| {
                let keep = it.rank(host) < ceiling;
                if !keep {
                    self.dropped.observation(it);
                }
                keep
            });
        }
    }

    fn cut_conversations(&mut self, limit: usize) {
        let ranks = |hosts: &BTreeMap<Host, HostRecord>| -> Vec<u64> {
            let all = hosts.iter();
            all.flat_map(|(host, it)| it.conversations.iter().map(|it| conversation_rank(host, it)))
                .collect()
        };
        if self.hosts.values().map(|it| it.conversations.len()).sum::<usize>() <= limit {
            return;
        }
        let ceiling = lowest(ranks(&self.hosts), limit);
        for (host, record) in &mut self.hosts {
            record.conversations.retain(|it| {
                let keep = conversation_rank(host, it) < ceiling;
                if !keep {
                    self.dropped.conversation(it);
                }
                keep
            });
        }
    }
}

impl HostRecord {
    fn merge(&mut self, other: Self) {
        let mine = std::mem::take(&mut self.observations);
        self.observations = join(
            mine,
            other.observations,
            |left, right| left.key().cmp(&right.key()),
            |left, right| left.seen.add(&right.seen),
        );
        let mine = std::mem::take(&mut self.conversations);
        self.conversations = join(
            mine,
            other.conversations,
            |left, right| left.service.cmp(&right.service),
            |left, right| left.traffic.add(&right.traffic),
        );
    }
}

impl Limits {
    fn min(self, other: Self) -> Self {
        Self {
            values_per_field: self.values_per_field.min(other.values_per_field),
            conversations_per_host: self.conversations_per_host.min(other.conversations_per_host),
            observations: self.observations.min(other.observations),
            conversations: self.conversations.min(other.conversations),
        }
    }
}

pub(crate) fn observation_rank(
    host: &Host,
    field: Field,
    value: &str,
    about: Option<Service>,
) -> u64 {
    sample::rank(&(host, field.name(), value, about))
}

impl Observation {
    /// See [`observation_rank`].
    pub(crate) fn rank(&self, host: &Host) -> u64 {
        observation_rank(host, self.field, &self.value, self.about)
    }
}

pub(crate) fn conversation_rank(host: &Host, conversation: &Conversation) -> u64 {
    sample::rank(&(host, conversation.service))
}

/// Merges two sorted lists, joining entries that compare equal.
fn join<T>(
    left: Vec<T>,
    right: Vec<T>,
    order: impl Fn(&T, &T) -> std::cmp::Ordering,
    add: impl Fn(&mut T, &T),
) -> Vec<T> {
    let mut joined: Vec<T> = left;
    joined.extend(right);
    joined.sort_by(&order);
    joined.dedup_by(|later, earlier| {
        let same = order(later, earlier).is_eq();
        if same {
            add(earlier, later);
        }
        same
    });
    joined
}

/// Keeps the `limit` entries of lowest rank, in their order, and hands the rest to `drop`.
fn cut<T>(entries: &mut Vec<T>, limit: usize, rank: impl Fn(&T) -> u64, mut drop: impl FnMut(&T)) {
    if entries.len() <= limit {
        return;
    }
    let ceiling = lowest(entries.iter().map(&rank).collect(), limit);
    entries.retain(|entry| {
        let keep = rank(entry) < ceiling;
        if !keep {
            drop(entry);
        }
        keep
    });
}

/// [`cut`] for each run of equal fields; observations are sorted by field.
fn cut_fields(
    host: &Host,
    observations: &mut Vec<Observation>,
    limit: usize,
    mut drop: impl FnMut(&Observation),
) {
    let crowded = |run: &[Observation]| run.len() > limit;
    if observations.len() <= limit
        || !observations.chunk_by(|left, right| left.field == right.field).any(crowded)
    {
        return;
    }
    let mut kept = Vec::with_capacity(observations.len());
    let mut rest = std::mem::take(observations).into_iter().peekable();
    while let Some(first) = rest.next() {
        let field = first.field;
        let mut run = vec![first];
        while let Some(next) = rest.next_if(|next| next.field == field) {
            run.push(next);
        }
        cut(&mut run, limit, |it| it.rank(host), &mut drop);
        kept.append(&mut run);
    }
    *observations = kept;
}

/// The rank below which exactly `limit` of `ranks` lie (fewer only where ranks collide).
pub(crate) fn lowest(mut ranks: Vec<u64>, limit: usize) -> u64 {
    if limit >= ranks.len() {
        return u64::MAX;
    }
    *ranks.select_nth_unstable(limit).1
}
