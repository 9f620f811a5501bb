//! What cannot be of companies and allegations: a group that owns itself, more than the whole held,
//! a seat read from a mailing address, a charge without an answer.

use std::collections::BTreeSet;

use super::{Lints, Problem};
use crate::{
    dates::lasts,
    kinds::{Holding, Id, Organisation, Pack, Standing},
    shares::Share,
};

/// The source that lists who registered which MAC prefix, with addresses for mail.
const PREFIX_LISTINGS: &str = "ieee-prefixes";

pub(super) fn check(pack: &Pack, lints: &mut Lints) {
    for organisation in pack.organisations.values() {
        if organisation.verified && is_placed_by_mail(organisation) {
            lints.add("organisation", &organisation.id, Problem::MailingAddress);
        }
        if let Some(through) = owns_itself(organisation, pack) {
            lints.add("organisation", &organisation.id, Problem::OwnsItself { through });
        }
        for (day, percent) in overfull(organisation) {
            lints.add("organisation", &organisation.id, Problem::Overfull { day, percent });
        }
        let unanswered = |standing, answered: bool| {
            matches!(standing, Standing::Allegation | Standing::Disputed) && !answered
        };
        for link in &organisation.links {
            if unanswered(link.standing, link.response.is_some()) {
                lints.add("organisation", &organisation.id, Problem::Unanswered);
            }
        }
    }
    for incident in pack.incidents.values() {
        if incident.response.trim().is_empty() {
            lints.add("incident", &incident.id, Problem::Unanswered);
        }
    }
}

/// Whether nothing but the listings of MAC prefixes says where the company sits.
fn is_placed_by_mail(organisation: &Organisation) -> bool {
    let Organisation { registered_in, headquartered_in, sources, .. } = organisation;
    let is_placed = registered_in.is_some() || headquartered_in.is_some();
    is_placed && sources.iter().all(|source| **source == *PREFIX_LISTINGS)
}

/// The owner through which controlling holdings of today lead back to `start`.
fn owns_itself(start: &Organisation, pack: &Pack) -> Option<Id> {
    let mut seen = BTreeSet::new();
    let mut next = vec![start];
    while let Some(held) = next.pop() {
        let now = held.owners.iter().filter(|it| holds(it, &pack.as_of) && controls(it));
        for holding in now {
            if holding.owner == start.id {
                return Some(held.id.clone());
            }
            if seen.insert(&holding.owner) {
                next.extend(pack.organisations.get(&holding.owner));
            }
        }
    }
    None
}

/// Days on which exact shares add up to more than 100 %, and to how much.
///
/// One owner's shares of one time are readings of one stake, so the largest counts.
fn overfull(organisation: &Organisation) -> Vec<(Option<Box<str>>, f64)> {
    let days = organisation.owners.iter().filter_map(|it| it.from.as_deref().or(it.to.as_deref()));
    let days: BTreeSet<&str> = days.collect();
    let held = |day: &str| {
        let mut largest = std::collections::BTreeMap::<&Id, f64>::new();
        for it in organisation.owners.iter().filter(|it| it.from.is_some() && holds(it, day)) {
            let percent = Share::of(it).exact.unwrap_or_default();
            let most = largest.entry(&it.owner).or_default();
            *most = most.max(percent);
        }
        largest.into_values().sum::<f64>()
    };
    let alone = organisation.owners.iter().filter_map(|it| Share::of(it).exact);
    let alone = alone.filter(|percent| *percent > 100.0).map(|percent| (None, percent));
    let together = days.into_iter().map(|day| (Some(day.into()), held(day)));
    alone.chain(together.filter(|(_, percent)| *percent > 100.01)).collect()
}

fn holds(holding: &Holding, day: &str) -> bool {
    lasts(holding.from.as_deref(), holding.to.as_deref(), day)
}

fn controls(holding: &Holding) -> bool {
    Share::of(holding).controls
}
