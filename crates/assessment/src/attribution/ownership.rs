//! Who stands above an organisation on a given day, through dated holdings.
//!
//! Upward only: who holds a company, and who holds that one. A chain is as strong as its weakest
//! holding. Holdings that may or may not decide, because nobody published how much they are or
//! because they are large minorities, are followed too, and say so.
//!
//! **Invariants.** Every owner is named once, by the strongest and then the shortest chain. Cycles
//! and long chains end.

use std::collections::{BTreeSet, VecDeque};

use knowledge::{
    Knowledge, Share,
    dates::lasts,
    kinds::{Date, Holding, Id},
};

/// An organisation above another, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The owner.
    pub organisation: Id,
    /// The holdings that lead there, the lowest first; never empty.
    pub chain: Vec<Stake>,
    /// Whether every holding of the chain decides alone: more than half, or named so.
    pub controls: bool,
    /// Whether every holding of the chain is half or more.
    pub half: bool,
    /// The published texts that the chain rests on.
    pub sources: Vec<Id>,
    /// Whether somebody read them for each of its holdings.
    pub verified: bool,
}

/// One holding of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stake {
    /// Whose shares.
    pub held: Id,
    /// Who holds them.
    pub owner: Id,
    /// How much, as the source puts it.
    pub share: Option<Box<str>>,
    /// Since when.
    pub from: Option<Date>,
    /// Until when.
    pub to: Option<Date>,
    /// The published texts this rests on.
    pub sources: Vec<Id>,
    /// Whether somebody read them for this.
    pub verified: bool,
}

impl Stake {
    /// The stake in `held` that `holding` tells of.
    #[must_use]
    pub(crate) fn of(held: &Id, holding: &Holding) -> Self {
        Self {
            held: held.clone(),
            owner: holding.owner.clone(),
            share: holding.share.clone(),
            from: holding.from.clone(),
            to: holding.to.clone(),
            sources: holding.sources.clone(),
            verified: holding.verified,
        }
    }
}

/// Everybody above `organisation` on `day` (`2026-11-21`): first those who control it, then those
/// who hold half, then those of whom it is not known.
#[must_use]
pub fn owners(organisation: &Id, day: &str, knowledge: &Knowledge) -> Vec<Owner> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::from([organisation.clone()]);
    for tie in [Tie::Controls, Tie::Half, Tie::Unclear] {
        climb(organisation, day, tie, knowledge, &mut seen, &mut found);
    }
    found
}

/// How much a holding decides, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Tie {
    Controls,
    Half,
    Unclear,
}

impl Tie {
    /// `None` for a small minority, which decides nothing.
    fn of(holding: &Holding) -> Option<Self> {
        let share = Share::of(holding);
        if share.controls {
            Some(Self::Controls)
        } else if share.half {
            Some(Self::Half)
        } else {
            let small = share.percent.is_some_and(|percent| percent < LARGE_MINORITY);
            (!small).then_some(Self::Unclear)
        }
    }
}

/// Percent from which a minority may decide where others are scattered. Our choice: a quarter is
/// what beneficial-ownership rules of many states look at.
const LARGE_MINORITY: f64 = 25.0;

/// Holdings followed upward. Our choice: no group in the pack is half as deep.
const DEEPEST: usize = 12;

/// Adds all whom holdings at least as strong as `tie` lead to and who were not `seen` before.
fn climb(
    start: &Id,
    day: &str,
    tie: Tie,
    knowledge: &Knowledge,
    seen: &mut BTreeSet<Id>,
    found: &mut Vec<Owner>,
) {
    let mut walked = BTreeSet::from([start.clone()]);
    let mut next: VecDeque<(Id, Vec<Stake>)> = VecDeque::from([(start.clone(), Vec::new())]);
    while let Some((held, chain)) = next.pop_front() {
        let organisation = knowledge.pack().organisations.get(&held);
        let holdings = organisation.map_or([].as_slice(), |it| &it.owners);
        for holding in holdings.iter().filter(|it| is_current(it, day)) {
            if Tie::of(holding).is_none_or(|it| it > tie) || !walked.insert(holding.owner.clone()) {
                continue;
            }
            let mut chain = chain.clone();
            chain.push(Stake::of(&held, holding));
            if seen.insert(holding.owner.clone()) {
                found.push(owner(holding.owner.clone(), chain.clone(), tie));
            }
            if chain.len() < DEEPEST {
                next.push_back((holding.owner.clone(), chain));
            }
        }
    }
}

fn owner(organisation: Id, chain: Vec<Stake>, tie: Tie) -> Owner {
    let mut sources: Vec<Id> = Vec::new();
    for source in chain.iter().flat_map(|stake| &stake.sources) {
        if !sources.contains(source) {
            sources.push(source.clone());
        }
    }
    Owner {
        organisation,
        controls: tie == Tie::Controls,
        half: tie <= Tie::Half,
        sources,
        verified: chain.iter().all(|stake| stake.verified),
        chain,
    }
}

fn is_current(holding: &Holding, day: &str) -> bool {
    lasts(holding.from.as_deref(), holding.to.as_deref(), day)
}

#[cfg(test)]
mod tests {
    use knowledge::kinds::{Organisation, Pack};

    use super::*;

    #[test]
    fn control_goes_up_through_every_level() {
        let group = [("works", "group", "80%", "", ""), ("group", "state", "majority", "", "")];
        check(&group, "2026", &["group controls", "state controls"]);
    }

    #[test]
    fn a_chain_is_as_strong_as_its_weakest_holding() {
        let half = [("works", "group", "50%", "", ""), ("group", "state", "100%", "", "")];
        check(&half, "2026", &["group half", "state half"]);
        let minority =
            [("works", "group", "about 37%", "", ""), ("group", "state", "100%", "", "")];
        check(&minority, "2026", &["group unclear", "state unclear"]);
        check(&[("works", "fund", "10.4% as announced", "", "")], "2026", &[]);
        check(&[("works", "fund", "", "", "")], "2026", &["fund unclear"]);
    }

    #[test]
    fn the_strongest_chain_is_told() {
        let both = [
            ("works", "state", "30%", "", ""),
            ("works", "group", "60%", "", ""),
            ("group", "state", "60%", "", ""),
        ];
        check(&both, "2026", &["group controls", "state controls"]);
    }

    #[test]
    fn only_holdings_of_that_day_count() {
        let sold = [
            ("works", "first", "100%", "2012", "2018-02-06"),
            ("works", "second", "100%", "2018-02-06", "2022-11-24"),
            ("works", "third", "100%", "2022-11-24", ""),
        ];
        check(&sold, "2018-02-05", &["first controls"]);
        check(&sold, "2020-01-01", &["second controls"]);
        check(&sold, "2022-11-24", &["third controls"]);
    }

    #[test]
    fn circles_and_long_chains_end() {
        let circle = [("works", "group", "60%", "", ""), ("group", "works", "60%", "", "")];
        check(&circle, "2026", &["group controls"]);
        let names: Vec<String> = (0..40).map(|it| format!("o{it}")).collect();
        let mut long = vec![("works", "o0", "100%", "", "")];
        long.extend(names.windows(2).map(|it| (&*it[0], &*it[1], "100%", "", "")));
        assert_eq!(above(&long, "2026").len(), DEEPEST);
    }

    /// Who stands above `works`, and how.
    #[track_caller]
    fn check(holdings: &[(&str, &str, &str, &str, &str)], day: &str, expected: &[&str]) {
        assert_eq!(above(holdings, day), expected);
    }

    fn above(holdings: &[(&str, &str, &str, &str, &str)], day: &str) -> Vec<String> {
        let mut pack = Pack::default();
        let given = |text: &str| (!text.is_empty()).then(|| text.into());
        for (held, owner, share, from, to) in holdings {
            let organisation = pack.organisations.entry((*held).into()).or_default();
            *organisation = Organisation { id: (*held).into(), ..organisation.clone() };
            organisation.owners.push(Holding {
                owner: (*owner).into(),
                share: given(share),
                from: given(from),
                to: given(to),
                ..Holding::default()
            });
        }
        let found = owners(&"works".into(), day, &Knowledge::new(pack));
        found
            .iter()
            .map(|it| {
                let how = if it.controls {
                    "controls"
                } else if it.half {
                    "half"
                } else {
                    "unclear"
                };
                format!("{} {how}", it.organisation)
            })
            .collect()
    }
}
