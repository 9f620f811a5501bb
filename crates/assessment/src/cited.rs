//! All pieces of evidence of one assessment, found by their numbers.
//!
//! A large network cites hundreds of thousands. They lie on pages that never move, so that the list
//! takes no more room than what is in it, also while it grows.

use std::borrow::Borrow;

use crate::model::{Evidence, EvidenceId};

/// Pieces of evidence on a page; our choice, some tens of kilobytes.
const PAGE: usize = 256;

/// Evidence, numbered without a gap.
#[derive(Clone, Debug, PartialEq)]
pub struct Cited {
    first: u32,
    pages: Vec<Vec<Evidence>>,
}

/// Nothing yet; the first piece will have the number 1.
impl Default for Cited {
    fn default() -> Self {
        Self { first: 1, pages: Vec::new() }
    }
}

impl Cited {
    /// How many pieces there are.
    #[must_use]
    pub fn len(&self) -> usize {
        let full = self.pages.len().saturating_sub(1) * PAGE;
        full + self.pages.last().map_or(0, Vec::len)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pages.is_empty()
    }

    /// The piece with that number.
    #[must_use]
    pub fn get(&self, id: impl Borrow<EvidenceId>) -> Option<&Evidence> {
        let place = usize::try_from(id.borrow().0.checked_sub(self.first)?).ok()?;
        self.pages.get(place / PAGE)?.get(place % PAGE)
    }

    /// The piece in that place, with its number.
    #[must_use]
    pub fn nth(&self, place: usize) -> Option<(EvidenceId, &Evidence)> {
        let id = EvidenceId(self.first.checked_add(u32::try_from(place).ok()?)?);
        Some((id, self.get(id)?))
    }

    /// Adds a piece, and says its number.
    pub fn push(&mut self, evidence: Evidence) -> EvidenceId {
        let page = match self.pages.last_mut() {
            Some(page) if page.len() < PAGE => page,
            _ => self.pages.push_mut(Vec::with_capacity(PAGE)),
        };
        page.push(evidence);
        let place = u32::try_from(self.len() - 1).unwrap_or(u32::MAX);
        EvidenceId(self.first.saturating_add(place))
    }

    /// All pieces with their numbers, in order.
    pub fn iter(&self) -> impl Iterator<Item = (EvidenceId, &Evidence)> {
        (self.first..).map(EvidenceId).zip(self.pages.iter().flatten())
    }

    /// All pieces, in order; each page is let go once its pieces are taken.
    pub(crate) fn into_pieces(self) -> impl Iterator<Item = Evidence> {
        self.pages.into_iter().flatten()
    }

    /// All numbers, in order.
    pub fn keys(&self) -> impl Iterator<Item = EvidenceId> {
        self.iter().map(|(id, _)| id)
    }
}

/// Pieces whose numbers follow one another.
impl FromIterator<(EvidenceId, Evidence)> for Cited {
    fn from_iter<I: IntoIterator<Item = (EvidenceId, Evidence)>>(evidence: I) -> Self {
        let mut cited = Self::default();
        for (id, evidence) in evidence {
            if cited.is_empty() {
                cited.first = id.0;
            }
            cited.push(evidence);
        }
        cited
    }
}

#[cfg(test)]
mod tests {
    use evidence::{Mac, Sighting, SourceId, Timestamp};

    use super::*;
    use crate::model::Witness;

    #[test]
    fn numbers_find_what_was_pushed() {
        let mut cited = Cited::default();
        for number in 1..=1_000 {
            assert_eq!(cited.push(evidence(number)), EvidenceId(number));
        }
        assert_eq!(cited.len(), 1_000);
        for (id, piece) in cited.iter() {
            assert_eq!((piece.count, cited.get(id)), (id.0.into(), Some(piece)));
        }
        assert_eq!(cited.keys().last(), Some(EvidenceId(1_000)));
        assert_eq!((cited.get(EvidenceId(0)), cited.get(EvidenceId(1_001))), (None, None));
    }

    fn evidence(number: u32) -> Evidence {
        let first = Sighting { at: Timestamp::EPOCH, source: SourceId(1), frame: 1 };
        let what = Witness::Registration { mac: Mac::BROADCAST, registrant: "".into() };
        Evidence { what, first, source: 0, last: Timestamp::EPOCH, count: number.into() }
    }
}
