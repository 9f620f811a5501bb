//! Who is behind a brand: its legal maker, and who controls that, on a given day.

use std::collections::BTreeSet;

use knowledge::{
    Knowledge,
    kinds::{Brand, Holding, Id},
};

use crate::model::{Claim, Party, Provenance};

/// Says who is behind the brand that `answer` names, as things stood on the day `now`
/// (`2026-11-21`).
pub(crate) fn provenance(answer: Option<&Claim>, now: &str, knowledge: &Knowledge) -> Provenance {
    let Some(brand) = answer.and_then(|claim| knowledge.pack().brands.get(claim.id.as_ref()?))
    else {
        return Provenance::default();
    };
    if !lasts(brand.from.as_deref(), brand.to.as_deref(), now) {
        return Provenance::default();
    }
    Provenance {
        maker: maker(brand, knowledge),
        owner: brand.maker.as_ref().and_then(|maker| controlling_owner(maker, now, knowledge)),
        platform: brand.platform.clone(),
    }
}

fn maker(brand: &Brand, knowledge: &Knowledge) -> Option<Party> {
    let maker = party(brand.maker.as_ref()?, knowledge)?;
    Some(because(maker, &brand.sources, brand.verified))
}

/// Follows majority and controlling holdings as far up as the pack knows them.
fn controlling_owner(maker: &Id, now: &str, knowledge: &Knowledge) -> Option<Party> {
    let mut owner: Option<Party> = None;
    let mut seen = BTreeSet::from([maker.clone()]);
    loop {
        let below = owner.as_ref().map_or(maker, |owner| &owner.id);
        let Some(holding) = controlling(below, now, knowledge) else { return owner };
        if !seen.insert(holding.owner.clone()) {
            return owner;
        }
        let Some(next) = party(&holding.owner, knowledge) else { return owner };
        let next = because(next, &holding.sources, holding.verified);
        owner = Some(match owner {
            Some(below) => because(next, &below.sources, below.verified),
            None => next,
        });
    }
}

fn controlling<'k>(held: &Id, now: &str, knowledge: &'k Knowledge) -> Option<&'k Holding> {
    let organisation = knowledge.pack().organisations.get(held)?;
    organisation.owners.iter().find(|holding| {
        lasts(holding.from.as_deref(), holding.to.as_deref(), now)
            && holding.share.as_deref().is_some_and(controls)
    })
}

/// Whether a share, as its source puts it, decides alone: named so, or more than half.
fn controls(share: &str) -> bool {
    let share = share.to_ascii_lowercase();
    if ["majority", "controlling", "control", "whole", "all"].iter().any(|word| share == *word) {
        return true;
    }
    let number: String = share
        .chars()
        .skip_while(|it| !it.is_ascii_digit())
        .take_while(|it| is_numeral(*it))
        .collect();
    share.contains('%') && number.parse().is_ok_and(|percent: f64| percent > 50.0)
}

const fn is_numeral(character: char) -> bool {
    character.is_ascii_digit() || character == '.'
}

/// Whether something that began and ended on days known to a year, month or day was so on `now`.
fn lasts(from: Option<&str>, to: Option<&str>, now: &str) -> bool {
    let began = from.is_none_or(|from| now.get(..from.len()).unwrap_or(now) >= from);
    began && to.is_none_or(|to| now.get(..to.len()).unwrap_or(now) < to)
}

pub(super) fn party(id: &Id, knowledge: &Knowledge) -> Option<Party> {
    let organisation = knowledge.pack().organisations.get(id)?;
    Some(Party {
        id: organisation.id.clone(),
        name: organisation.name.clone(),
        country: organisation.headquartered_in.clone(),
        registered_in: organisation.registered_in.clone(),
        sources: organisation.sources.clone(),
        verified: organisation.verified,
    })
}

/// Adds the sources of one more step to what is said about a party.
pub(super) fn because(mut party: Party, sources: &[Id], verified: bool) -> Party {
    for source in sources {
        if !party.sources.contains(source) {
            party.sources.push(source.clone());
        }
    }
    party.verified &= verified;
    party
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_more_than_half_controls() {
        for (share, expected) in [
            ("100%", true),
            ("50.1%", true),
            ("50%", false),
            ("about 37%", false),
            ("about 63.5 %", true),
            ("majority", true),
            ("largest shareholder", false),
            ("", false),
        ] {
            assert_eq!(controls(share), expected, "{share}");
        }
    }

    #[test]
    fn days_are_compared_as_precisely_as_they_are_known() {
        check(None, None, true);
        check(Some("2026"), None, true);
        check(Some("2026-06"), None, true);
        check(Some("2026-06-16"), None, false);
        check(Some("2018-02-06"), Some("2026-06-15"), false);
        check(Some("2018-02-06"), Some("2026-06-16"), true);
        check(None, Some("2027"), true);
        check(None, Some("2025"), false);
    }

    #[track_caller]
    fn check(from: Option<&str>, to: Option<&str>, expected: bool) {
        assert_eq!(lasts(from, to, "2026-06-15"), expected, "{from:?} to {to:?}");
    }
}
