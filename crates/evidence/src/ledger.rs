//! The finished, canonical collection of evidence: what is merged, saved and assessed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Conversation, Host, Observation, Source, SourceId};

/// All evidence of some stretch of traffic, in canonical order: equal evidence is equal bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// Where it came from.
    pub sources: BTreeMap<SourceId, Source>,
    /// What did not fit.
    pub dropped: Dropped,
    pub(crate) limits: Limits,
    pub(crate) hosts: BTreeMap<Host, HostRecord>,
}

/// What one host said, showed and did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostRecord {
    pub(crate) observations: Vec<Observation>,
    pub(crate) conversations: Vec<Conversation>,
}

/// What full collections had no room for, in sightings and traffic rather than in entries: entries
/// cannot be counted without remembering them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dropped {
    /// Sightings of observations that were not kept.
    pub sightings: u64,
    /// Frames of conversations that were not kept.
    pub frames: u64,
    /// Bytes of conversations that were not kept.
    pub bytes: u64,
    /// Streams that were forgotten before they ended, since too many were open at once.
    pub streams: u64,
}

/// How much a ledger holds. What does not fit is sampled, see [`Dropped`] and `sample`.
///
/// The defaults are our choice: far above any home. What they cost in memory at the very worst is not
/// measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Distinct values of one field of one host.
    pub values_per_field: usize,
    /// Conversations of one host.
    pub conversations_per_host: usize,
    /// Observations of all hosts.
    pub observations: usize,
    /// Conversations of all hosts.
    pub conversations: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            values_per_field: 512,
            conversations_per_host: 4_096,
            observations: 1_048_576,
            conversations: 524_288,
        }
    }
}

impl Ledger {
    /// Every host, in address order.
    pub fn hosts(&self) -> impl Iterator<Item = (&Host, &HostRecord)> {
        self.hosts.iter()
    }

    /// What is known of `host`.
    #[must_use]
    pub fn host(&self, host: &Host) -> Option<&HostRecord> {
        self.hosts.get(host)
    }

    /// Whether nothing was read at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.hosts.is_empty() && self.sources.values().all(|source| source.frames == 0)
    }

    /// The same ledger as if the fields for which `hidden` holds had never been seen.
    #[must_use]
    pub fn without(mut self, hidden: impl Fn(crate::Field) -> bool) -> Self {
        for record in self.hosts.values_mut() {
            record.observations.retain(|observation| !hidden(observation.field));
        }
        self.hosts.retain(|_, record| !record.is_empty());
        self
    }

    /// The same ledger without the hosts, the things said and the conversations that are not to be
    /// kept: what forgetting one device takes. Nothing is counted as dropped.
    #[must_use]
    pub fn keeping(
        mut self,
        host: impl Fn(&Host) -> bool,
        said: impl Fn(&Observation) -> bool,
        talked: impl Fn(&Conversation) -> bool,
    ) -> Self {
        self.hosts.retain(|it, _| host(it));
        for record in self.hosts.values_mut() {
            record.observations.retain(&said);
            record.conversations.retain(&talked);
        }
        self.hosts.retain(|_, record| !record.is_empty());
        self
    }
}

impl HostRecord {
    /// What it said and showed, by field and value.
    #[must_use]
    pub fn observations(&self) -> &[Observation] {
        &self.observations
    }

    /// Whom it talked with, by peer.
    #[must_use]
    pub fn conversations(&self) -> &[Conversation] {
        &self.conversations
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.observations.is_empty() && self.conversations.is_empty()
    }
}

impl Dropped {
    /// Adds what another ledger dropped.
    pub const fn add(&mut self, other: &Self) {
        self.sightings = self.sightings.saturating_add(other.sightings);
        self.frames = self.frames.saturating_add(other.frames);
        self.bytes = self.bytes.saturating_add(other.bytes);
        self.streams = self.streams.saturating_add(other.streams);
    }

    pub(crate) const fn observation(&mut self, observation: &Observation) {
        self.sightings = self.sightings.saturating_add(observation.seen.count);
    }

    pub(crate) const fn conversation(&mut self, conversation: &Conversation) {
        self.frames = self.frames.saturating_add(conversation.traffic.frames());
        self.bytes = self.bytes.saturating_add(conversation.traffic.bytes());
    }
}
