//! Why a condition holds: what was seen, and how sure that makes it.

use evidence::{Conversation, Observation, Sighting};

use crate::{
    book::Book,
    model::{Confidence, EvidenceId},
};

/// One piece of evidence that a condition held on.
#[derive(Clone, Copy, Debug)]
pub(super) enum Proof<'a> {
    /// Something said or shown.
    Observation(&'a Observation),
    /// Traffic.
    Conversation(&'a Conversation),
    /// Something cited already, for a claim or a destination.
    Cited(EvidenceId),
}

/// A condition that holds, and why. A negated condition holds for no reason that can be shown.
#[derive(Clone, Debug)]
pub(super) struct Held<'a> {
    proofs: Vec<Proof<'a>>,
    /// How sure the evidence itself is, `0.0..=1.0`: 1 for what was seen, less for what was inferred.
    pub(super) sure: f64,
}

impl<'a> Held<'a> {
    /// The most pieces one part of a condition keeps, the earliest. Our choice: enough to see the
    /// pattern of a sweep, few enough to read.
    const MOST: usize = 8;

    /// The most pieces a whole condition keeps, as in `docs/decisions/0020-findings.md`.
    const MOST_IN_ALL: usize = 24;

    /// Holds, and there is nothing to show for it.
    pub(super) const fn silently() -> Self {
        Self { proofs: Vec::new(), sure: 1.0 }
    }

    /// Holds because of the observations.
    pub(super) fn said(mut seen: Vec<&'a Observation>) -> Self {
        seen.sort_by_key(|it| it.seen.first);
        seen.truncate(Self::MOST);
        Self { proofs: seen.into_iter().map(Proof::Observation).collect(), sure: 1.0 }
    }

    /// Holds because of the traffic.
    pub(super) fn did(mut seen: Vec<&'a Conversation>) -> Self {
        seen.sort_by_key(|it| it.traffic.first);
        seen.truncate(Self::MOST);
        Self { proofs: seen.into_iter().map(Proof::Conversation).collect(), sure: 1.0 }
    }

    /// Holds because of claims that rest on evidence already cited.
    pub(super) fn inferred(cited: impl IntoIterator<Item = EvidenceId>, sure: Confidence) -> Self {
        let proofs = cited.into_iter().take(Self::MOST).map(Proof::Cited).collect();
        Self { proofs, sure: sure.value() }
    }

    /// Both hold.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.proofs.extend(other.proofs);
        Self { proofs: self.proofs, sure: self.sure * other.sure }
    }

    /// Either would do, and both hold.
    pub(super) fn or(mut self, other: Self) -> Self {
        self.proofs.extend(other.proofs);
        Self { proofs: self.proofs, sure: self.sure.max(other.sure) }
    }

    /// The pieces to show, the earliest first.
    pub(super) fn proofs(&self, book: &Book<'_>) -> Vec<Proof<'a>> {
        let mut proofs = self.proofs.clone();
        proofs.sort_by_key(|proof| proof.first(book));
        proofs.truncate(Self::MOST_IN_ALL);
        proofs
    }
}

impl<'a> Proof<'a> {
    /// Enters it in `book`.
    pub(super) fn cite(self, book: &mut Book<'a>) -> EvidenceId {
        match self {
            Self::Observation(observation) => book.observation(observation),
            Self::Conversation(conversation) => book.conversation(conversation),
            Self::Cited(id) => id,
        }
    }

    /// When it was first seen; what is not in `book` comes first.
    fn first(&self, book: &Book<'_>) -> Option<Sighting> {
        match self {
            Self::Observation(observation) => Some(observation.seen.first),
            Self::Conversation(conversation) => Some(conversation.traffic.first),
            Self::Cited(id) => book.get(*id).map(|evidence| evidence.first),
        }
    }
}
