//! How many facts a pack states, how many of them somebody read the sources for, and how many are due
//! to be checked again.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{cited, facts::Fact};
use crate::{
    dates::later,
    kinds::{Grade, Pack},
};

/// Counts of one kind of fact.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// Facts in all: of an organisation, each holding and each link is one too.
    pub facts: usize,
    /// Those for which somebody read the sources.
    pub verified: usize,
    /// Those that should have been checked again by the day.
    pub stale: usize,
    /// By the best of their sources.
    pub grades: BTreeMap<Grade, usize>,
}

/// Counts the facts of `pack` on `day`, by kind of entry (`brand`, `law`, …).
#[must_use]
pub fn figures(pack: &Pack, day: &str) -> BTreeMap<&'static str, Figures> {
    let mut figures: BTreeMap<&'static str, Figures> = BTreeMap::new();
    for fact in cited::facts(pack) {
        let of_kind = figures.entry(fact.kind).or_default();
        of_kind.facts += 1;
        of_kind.verified += usize::from(fact.verified);
        of_kind.stale += usize::from(fact.review_by.is_some_and(|due| later(day, due)));
        if let Some(grade) = best(&fact, pack) {
            *of_kind.grades.entry(grade).or_default() += 1;
        }
    }
    figures
}

fn best(fact: &Fact<'_>, pack: &Pack) -> Option<Grade> {
    fact.sources.iter().filter_map(|id| pack.sources.get(id)).map(|source| source.grade).min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::{Law, LawSubject, Standing};

    #[test]
    fn facts_are_counted_by_kind_and_by_whether_they_are_due() {
        let law = |id: &str, verified: bool, review_by: Option<&str>| Law {
            id: id.into(),
            jurisdiction: "DE".into(),
            name: "Example Act".into(),
            articles: None,
            from: None,
            to: None,
            status: crate::kinds::Status::InForce,
            subject: LawSubject::Access,
            obliges: "".into(),
            whom: "".into(),
            cross_border: None,
            safeguards: None,
            standing: Standing::Possibility,
            sources: Vec::new(),
            verified,
            as_of: None,
            review_by: review_by.map(Into::into),
            note: None,
        };
        let laws = [law("a", true, Some("2026-01-31")), law("b", false, Some("2026-02-01"))];
        let laws = laws.into_iter().map(|it| (it.id.clone(), it)).collect();
        let pack = Pack { laws, ..Pack::default() };
        let counted = figures(&pack, "2026-02-01");
        let Figures { facts, verified, stale, .. } = &counted["law"];
        assert_eq!((*facts, *verified, *stale), (2, 1, 1));
    }
}
