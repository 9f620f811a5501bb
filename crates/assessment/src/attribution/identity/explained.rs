//! How an identity was weighed, clue by clue, as plain data: what each clue told, how groups added up,
//! which rivals spoke against a value, and what was seen but did not count.
//!
//! The same votes are weighed in the same way as for the identity itself; nothing here decides.

use std::collections::BTreeSet;

use evidence::{Ledger, Observation, Privacy, Sighting};
use knowledge::{Knowledge, kinds::Id};

use super::{Ballot, Cause, Poll, Property as Voted, against, by_group, contacted, visits, votes};
use crate::{
    Settings,
    attribution::makers::Makers,
    clues::Clues,
    devices::{self, Member, roles},
    model::{Confidence, DeviceId, Role, Witness},
    sureness::{Strongest, noisy_or},
    why::Property,
};

/// Everything that was weighed for one device.
#[derive(Clone, Debug, PartialEq)]
pub struct Explained {
    /// Whose.
    pub device: DeviceId,
    /// Every clue that told something, by group, the strongest first.
    pub clues: Vec<Told>,
    /// Every value that was told, by property, the surest first.
    pub weighed: Vec<Weighed>,
    /// What was seen and told nothing.
    pub ignored: Vec<Ignored>,
}

/// A clue, and what it told.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// What was seen.
    pub what: Witness,
    /// Where first.
    pub first: Sighting,
    /// The pack's entry that it matched.
    pub entry: Id,
    /// Clues of one group do not add up.
    pub group: Box<str>,
    /// How reliable such a clue is alone.
    pub strength: f64,
    /// What it told.
    pub told: Vec<(Property, Box<str>)>,
    /// Whether it is the strongest of its group for something it told.
    pub counted: bool,
}

/// A value, with what spoke for and against it.
#[derive(Clone, Debug, PartialEq)]
pub struct Weighed {
    /// Of which property.
    pub property: Property,
    /// The value, in the pack's spelling.
    pub value: Box<str>,
    /// The strongest clue of each group.
    pub groups: Vec<(Box<str>, f64)>,
    /// The groups together: `1 − Π(1 − strength)`.
    pub speaks_for: f64,
    /// What other values' clues took away, by group.
    pub rivals: Vec<Rival>,
    /// The rivals together, in the same way.
    pub speaks_against: f64,
    /// `for · (1 − against)`.
    pub confidence: Confidence,
}

/// A clue to another value that cannot hold beside this one.
#[derive(Clone, Debug, PartialEq)]
pub struct Rival {
    /// The other value.
    pub value: Box<str>,
    /// The clue's group.
    pub group: Box<str>,
    /// Its strength.
    pub strength: f64,
}

/// Something that was seen and told nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Ignored {
    /// What was seen.
    pub what: Witness,
    /// Where first.
    pub first: Sighting,
    /// Why it told nothing.
    pub why: WhyIgnored,
}

/// Why something told nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WhyIgnored {
    /// The device chose the address itself, so that no maker's prefix is in it.
    ChosenAddress,
    /// The prefix is no one's in the registry that the pack has.
    NoRegistrant,
    /// The prefix is a module maker's, whose modules are in many brands' devices.
    ModuleMaker,
    /// The pack knows no brand of that registrant.
    NoBrand,
    /// Where a phone, computer or gateway goes tells of its users.
    UsersVisit,
    /// The pack has entries on that field, none of which speaks of that value.
    NoEntry,
}

/// How many things of one device are told that told nothing: our choice, for a page.
const MOST_IGNORED: usize = 24;

/// Explains the identity of every device of `ledger`, or of `only` one.
#[must_use]
pub fn explain(
    ledger: &Ledger,
    knowledge: &Knowledge,
    settings: &Settings,
    only: Option<DeviceId>,
) -> Vec<Explained> {
    let mut clues = Clues::new(Makers::of(knowledge));
    let mut grouped = devices::group(ledger, settings);
    let asked = grouped.devices.iter_mut().filter(|it| only.is_none_or(|id| it.id == id));
    let explained = asked.map(|member| {
        roles::settle(member, &mut clues);
        let ballot = votes(member, &mut clues);
        Explained {
            device: member.id,
            clues: told(&ballot, knowledge),
            weighed: weighed(&ballot, knowledge),
            ignored: ignored(member, knowledge, &mut clues),
        }
    });
    explained.collect()
}

const fn property(voted: Voted) -> Property {
    match voted {
        Voted::Brand => Property::Brand,
        Voted::Model => Property::Model,
        Voted::Kind => Property::Type,
        Voted::Os => Property::Os,
        Voted::Firmware => Property::Firmware,
        Voted::ModuleMaker => Property::ModuleMaker,
    }
}

fn told(ballot: &Ballot<'_, '_>, knowledge: &Knowledge) -> Vec<Told> {
    let mut clues: Vec<Told> = Vec::new();
    for (voted, poll) in &ballot.polls {
        for (value, votes) in poll {
            let strongest = by_group(votes);
            for vote in votes {
                let (what, first) = witness(vote.cause);
                let counted = strongest.of(vote.group).is_some_and(|it| vote.strength >= it);
                let value = (property(*voted), voted.spelled(value.clone(), knowledge).0);
                let known = clues
                    .iter_mut()
                    .find(|it| it.entry == *vote.entry && it.first == first && it.what == what);
                if let Some(clue) = known {
                    clue.told.push(value);
                    clue.counted |= counted;
                } else {
                    clues.push(Told {
                        what,
                        first,
                        entry: vote.entry.clone(),
                        group: vote.group.into(),
                        strength: vote.strength,
                        told: vec![value],
                        counted,
                    });
                }
            }
        }
    }
    clues.sort_by(|a, b| {
        let strongest = b.strength.total_cmp(&a.strength);
        a.group
            .cmp(&b.group)
            .then(strongest)
            .then_with(|| (&a.entry, a.first).cmp(&(&b.entry, b.first)))
    });
    clues
}

fn witness(cause: Cause<'_, '_>) -> (Witness, Sighting) {
    match cause {
        Cause::Observation(observation) => (of_observation(observation), observation.seen.first),
        Cause::Conversation(conversation) => {
            let traffic = &conversation.traffic;
            let what = Witness::Conversation {
                service: conversation.service,
                bytes_up: traffic.bytes_up,
                bytes_down: traffic.bytes_down,
            };
            (what, traffic.first)
        }
        Cause::Registration { mac, registrant, first } => {
            (Witness::Registration { mac, registrant: registrant.into() }, first)
        }
    }
}

fn of_observation(observation: &Observation) -> Witness {
    Witness::Observation {
        field: observation.field,
        value: observation.value.clone(),
        about: observation.about,
    }
}

fn weighed(ballot: &Ballot<'_, '_>, knowledge: &Knowledge) -> Vec<Weighed> {
    let mut all = Vec::new();
    for (voted, poll) in &ballot.polls {
        let mut values = of_poll(*voted, poll, knowledge);
        values.sort_by(|a, b| b.confidence.value().total_cmp(&a.confidence.value()));
        all.append(&mut values);
    }
    all
}

fn of_poll(voted: Voted, poll: &Poll<'_, '_>, knowledge: &Knowledge) -> Vec<Weighed> {
    let weights: Vec<_> = poll.iter().map(|(value, votes)| (&**value, by_group(votes))).collect();
    let spelled = |value: &str| voted.spelled(value.into(), knowledge).0;
    let weigh = |(value, groups): &(&str, Strongest<'_>)| {
        let rivals = against(voted, value, groups, &weights, knowledge);
        let speaks_for = groups.together();
        let speaks_against = noisy_or(rivals.values().map(|(_, strength)| *strength));
        let rival = |(group, (value, strength)): (&str, (&str, f64))| Rival {
            value: spelled(value),
            group: group.into(),
            strength,
        };
        Weighed {
            property: property(voted),
            value: spelled(value),
            groups: groups.iter().map(|(group, strength)| (group.into(), strength)).collect(),
            speaks_for,
            rivals: rivals.into_iter().map(rival).collect(),
            speaks_against,
            confidence: Confidence::new(speaks_for * (1.0 - speaks_against)),
        }
    };
    weights.iter().map(weigh).collect()
}

fn ignored<'a>(
    member: &Member<'a>,
    knowledge: &Knowledge,
    clues: &mut Clues<'a, '_>,
) -> Vec<Ignored> {
    let mut all = of_addresses(member, knowledge);
    if matches!(member.role, Role::Client | Role::Gateway) {
        for observation in visits(member) {
            let destination = contacted(observation).and_then(|name| clues.contacted(name));
            if destination.is_some_and(|it| it.brand.is_some()) {
                all.push(of(observation, WhyIgnored::UsersVisit));
            }
        }
    }
    let mut said = BTreeSet::new();
    for observation in member.observations() {
        let (field, value) = (observation.field, &observation.value);
        let speaks = field.privacy() < Privacy::Household && knowledge.has_fingerprints_of(field);
        if speaks && said.insert((field, value)) && clues.of_observation(observation).is_empty() {
            all.push(of(observation, WhyIgnored::NoEntry));
        }
    }
    all.truncate(MOST_IGNORED);
    all
}

fn of(observation: &Observation, why: WhyIgnored) -> Ignored {
    Ignored { what: of_observation(observation), first: observation.seen.first, why }
}

fn of_addresses(member: &Member<'_>, knowledge: &Knowledge) -> Vec<Ignored> {
    let Some(first) = member.first() else { return Vec::new() };
    let told = member.macs.iter().filter_map(|mac| {
        let mac = *mac;
        let Some(registrant) = knowledge.registrant(mac) else {
            let chosen = mac.is_locally_administered();
            let why = if chosen { WhyIgnored::ChosenAddress } else { WhyIgnored::NoRegistrant };
            return Some(Ignored { what: Witness::Address { mac }, first, why });
        };
        let why = if knowledge.module_maker(registrant).is_some() {
            WhyIgnored::ModuleMaker
        } else if knowledge.brand_of_registrant(registrant).is_none() {
            WhyIgnored::NoBrand
        } else {
            return None;
        };
        let what = Witness::Registration { mac, registrant: registrant.into() };
        Some(Ignored { what, first, why })
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use evidence::{Field, Host, Mac, Recorder, SourceId, Timestamp, fields};

    use super::*;
    use crate::attribution::identity::tests::pack;

    const UNKNOWN: Mac = Mac([0, 0, 0x5d, 0, 0, 1]);

    #[test]
    fn every_value_says_what_spoke_for_and_against_it() {
        let both = [(fields::UPNP_MANUFACTURER, "Acme"), (fields::MDNS_NAME, "other-1")];
        let acme = "acme upnp 0.90, against other name 0.60, so 0.36";
        let other = "other name 0.60, against acme upnp 0.90, so 0.06";
        check(&both, &[acme, other]);
        check(&both[..1], &["acme upnp 0.90, so 0.90"]);
    }

    #[test]
    fn of_one_group_only_the_strongest_counts() {
        let said = [(fields::DHCP_HOST_NAME, "lamp-1"), (fields::UPNP_MANUFACTURER, "Acme")];
        let explained = explained(UNKNOWN, &said);
        assert_eq!(explained.clues.len(), 2);
        assert!(explained.clues.iter().all(|it| it.counted));
    }

    #[test]
    fn what_told_nothing_says_why() {
        ignored(Mac([2, 0, 0x5e, 0, 0, 1]), &[WhyIgnored::ChosenAddress]);
        ignored(UNKNOWN, &[WhyIgnored::NoRegistrant]);
        ignored(Mac([0, 0, 0x5f, 0, 0, 1]), &[WhyIgnored::ModuleMaker]);
        ignored(Mac([0, 0, 0x5e, 0, 0, 1]), &[]);
        let said = [(fields::UPNP_MANUFACTURER, "Nobody")];
        let why: Vec<_> = explained(UNKNOWN, &said).ignored.iter().map(|it| it.why).collect();
        assert_eq!(why, [WhyIgnored::NoRegistrant, WhyIgnored::NoEntry]);
        let phone = [(fields::HTTP_USER_AGENT, "phone"), (fields::DNS_QUERY, "api.other.example")];
        let why: Vec<_> = explained(UNKNOWN, &phone).ignored.iter().map(|it| it.why).collect();
        assert_eq!(why, [WhyIgnored::NoRegistrant, WhyIgnored::UsersVisit]);
    }

    #[track_caller]
    fn ignored(mac: Mac, expected: &[WhyIgnored]) {
        let explained = explained(mac, &[(fields::ARP_SENDER, "192.168.1.9")]);
        let why: Vec<_> = explained.ignored.iter().map(|it| it.why).collect();
        assert_eq!(why, expected, "{mac}");
    }

    #[track_caller]
    fn check(said: &[(Field, &str)], expected: &[&str]) {
        let explained = explained(UNKNOWN, said);
        let lines: Vec<_> = explained.weighed.iter().map(line).collect();
        assert_eq!(lines, expected, "{said:?}");
    }

    fn line(value: &Weighed) -> String {
        let groups = value.groups.iter().map(|(group, strength)| format!(" {group} {strength:.2}"));
        let rivals = value.rivals.iter().map(|rival| {
            format!(", against {} {} {:.2}", rival.value, rival.group, rival.strength)
        });
        let clues: String = groups.chain(rivals).collect();
        format!("{}{clues}, so {:.2}", value.value, value.confidence.value())
    }

    fn explained(mac: Mac, said: &[(Field, &str)]) -> Explained {
        let now = Sighting { at: Timestamp(1), source: SourceId(1), frame: 1 };
        let host = Host::new(Some(mac), None).unwrap();
        let mut recorder = Recorder::default();
        for (field, value) in said {
            recorder.observe(host, None, *field, value, now);
        }
        let (ledger, knowledge) = (recorder.finish(), Knowledge::new(pack()));
        explain(&ledger, &knowledge, &Settings::default(), None).remove(0)
    }
}
