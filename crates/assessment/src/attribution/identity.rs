//! What a device is: each clue is a vote for a value, weighed by group, with its contradictions kept.
//!
//! Votes of one group rest on the same thing, so only the strongest of them counts; groups add up by
//! noisy-or. What speaks for a value's rivals speaks against it: `for · (1 − against)`; but the shape of
//! traffic, which other devices can have as well, speaks against nothing. A maker of
//! radio modules never votes for a brand; a prefix that is on one brand's products only is just
//! enough for an answer, and never speaks louder against others for that. Where a phone or computer
//! goes, and to which ports, says what apps it has, not what it is; what a home's own name server looks
//! up says where the others go.

pub mod explained;

use std::collections::BTreeMap;

use evidence::{Conversation, Mac, Observation, Party, Sighting, fields};
use knowledge::{
    Clue, Knowledge,
    kinds::{self, Brand, Fingerprint, Id},
};

use super::rivals::Property;
use crate::{
    book::Book,
    clues::{Beside, CONTACTS, Clues, SHAPE, beside, group_of, holds},
    devices::Member,
    model::{Claim, Claims, Confidence, EvidenceId, Grounds, Identity, MAC, Reason, Role},
    sureness::{Strongest, noisy_or},
};

/// How reliable a registrant is alone as a clue to the brand: see the pack's README.
const REGISTRANT: f64 = 0.3;

/// The same where the pack says that the prefix is on that brand's products only: just enough to
/// answer. Measured on published lists of labelled devices: see `docs/decisions/0050-registrants.md`.
const EXCLUSIVE_REGISTRANT: f64 = 0.55;

/// How reliable a module maker's own prefix is as a clue to the module's maker.
const MODULE_REGISTRANT: f64 = 0.85;

/// How reliable a contact with a brand's own servers is alone.
const CONTACT: f64 = 0.6;

/// How reliable it is that a device is of the one kind that its brand makes: our choice, for a brand
/// may have begun to make something else.
const BY_BRAND: f64 = 0.6;

/// The group of the services that a device answers or asks.
const PORTS: &str = "ports";

/// How many reasons of one group are cited; more of the same adds nothing.
const CITED_PER_GROUP: usize = 2;

/// The names of servers that `member` goes to, certificates included.
fn visits<'a>(member: &Member<'a>) -> impl Iterator<Item = &'a Observation> {
    let for_others = member.resolves_for_others().then_some(fields::DNS_QUERY);
    let named = kinds::CONTACTS.into_iter().chain([fields::TLS_CERTIFICATE_NAME]);
    named
        .filter(move |field| for_others != Some(*field))
        .flat_map(move |field| member.observed(field))
}

/// Says what `member` is.
pub(crate) fn identify<'a>(
    member: &Member<'a>,
    clues: &mut Clues<'a, '_>,
    book: &mut Book<'a>,
) -> Identity {
    votes(member, clues).count(clues, book)
}

/// Lets everything that was seen of `member` vote.
fn votes<'a, 'k>(member: &Member<'a>, clues: &mut Clues<'a, 'k>) -> Ballot<'a, 'k> {
    let knowledge = clues.knowledge();
    let by_visits = !matches!(member.role, Role::Client | Role::Gateway);
    let mut ballot = Ballot { by_visits, ..Ballot::default() };
    let mut halves = Vec::new();
    clues.of_member(member, |observation, clue| {
        // A computer can hand out addresses too, and name another as the way out.
        if observation.field == fields::DHCP_SERVES && member.role != Role::Gateway {
            return;
        }
        let group = group_of(observation.field);
        ballot.clue(clue, group, Cause::Observation(observation));
        halves.extend(clue.fingerprint.also.as_ref().map(|also| (also, clue.clone(), group)));
    });
    for observation in visits(member) {
        ballot.contact(observation, clues);
    }
    for conversation in member.conversations() {
        let counts = by_visits || conversation.service.server == Party::Host;
        for clue in clues.of_conversation(conversation) {
            if counts && holds(clue, member, knowledge) {
                ballot.clue(clue, PORTS, Cause::Conversation(conversation));
                halves.extend(clue.fingerprint.also.as_ref().map(|it| (it, clue.clone(), PORTS)));
            }
        }
        for clue in clues.of_shape(conversation).iter().filter(|_| by_visits) {
            ballot.clue(clue, SHAPE, Cause::Conversation(conversation));
        }
    }
    let first = member.first();
    for (also, clue, group) in halves {
        let Some((found, first)) = beside(member, also, knowledge).zip(first) else { continue };
        ballot.clue(&clue, group, Cause::beside(found, first));
    }
    if let Some(first) = first {
        for mac in &member.macs {
            let Some(registrant) = knowledge.registrant(*mac) else { continue };
            let cause = Cause::Registration { mac: *mac, registrant, first };
            ballot.registrant(registrant, cause, member.role, knowledge);
            for clue in clues.of_registrant(registrant) {
                ballot.clue(clue, MAC, cause);
            }
        }
    }
    ballot.by_brand(knowledge);
    ballot
}

/// What a vote rests on.
#[derive(Clone, Copy, Debug)]
enum Cause<'a, 'k> {
    Observation(&'a Observation),
    Conversation(&'a Conversation),
    Registration { mac: Mac, registrant: &'k str, first: Sighting },
}

impl<'a, 'k> Cause<'a, 'k> {
    const fn beside(beside: Beside<'a, 'k>, first: Sighting) -> Self {
        match beside {
            Beside::Observation(observation) => Self::Observation(observation),
            Beside::Conversation(conversation) => Self::Conversation(conversation),
            Beside::Registration(mac, registrant) => Self::Registration { mac, registrant, first },
        }
    }
}

/// One reason for one value.
#[derive(Debug)]
struct Vote<'a, 'k> {
    cause: Cause<'a, 'k>,
    entry: &'k Id,
    strength: f64,
    group: &'k str,
    sources: &'k [Id],
    verified: bool,
}

/// The votes of one property for each value, in the order of the values.
type Poll<'a, 'k> = Vec<(Box<str>, Vec<Vote<'a, 'k>>)>;

#[derive(Debug, Default)]
struct Ballot<'a, 'k> {
    /// Whether where the device goes says what it is: not for those that go for their users.
    by_visits: bool,
    polls: BTreeMap<Property, Poll<'a, 'k>>,
}

impl<'a, 'k> Ballot<'a, 'k> {
    fn clue(&mut self, clue: &Clue<'k>, group: &'static str, cause: Cause<'a, 'k>) {
        let tells = &clue.tells;
        for (property, value) in [
            (Property::Brand, &tells.brand),
            (Property::Model, &tells.model),
            (Property::Kind, &tells.kind),
            (Property::Os, &tells.os),
            (Property::Firmware, &tells.firmware),
            (Property::ModuleMaker, &tells.module_maker),
        ] {
            let Some(value) = value else { continue };
            let vote = of_fingerprint(clue.fingerprint, group, cause);
            if self.by_visits || vote.group != CONTACTS || property == Property::Os {
                self.vote(property, value, vote);
            }
        }
    }

    /// Lets the brand's own servers that a thing goes to vote for the brand.
    fn contact(&mut self, observation: &'a Observation, clues: &mut Clues<'a, 'k>) {
        let Some(name) = contacted(observation).filter(|_| self.by_visits) else { return };
        let Some(destination) = clues.contacted(name) else { return };
        let Some(brand) = &destination.brand else { return };
        let vote = Vote {
            cause: Cause::Observation(observation),
            entry: &destination.suffix,
            strength: CONTACT,
            group: CONTACTS,
            sources: &destination.sources,
            verified: destination.verified,
        };
        self.vote(Property::Brand, brand, vote);
    }

    /// A prefix names either a module maker or, weakly, a brand; never both.
    fn registrant(
        &mut self,
        registrant: &str,
        cause: Cause<'a, 'k>,
        role: Role,
        knowledge: &'k Knowledge,
    ) {
        if let Some(module) = knowledge.module_maker(registrant) {
            let (entry, sources, verified) = (&module.id, &*module.sources, module.verified);
            let strength = MODULE_REGISTRANT;
            let vote = Vote { cause, entry, strength, group: MAC, sources, verified };
            self.vote(Property::ModuleMaker, &module.id, vote);
        } else if let Some(brand) = knowledge.brand_of_registrant(registrant) {
            let exclusive = brand.exclusive_to(registrant);
            let exclusive = exclusive.filter(|it| !(it.adapters && role == Role::Client));
            let (strength, sources, verified) = match exclusive {
                Some(it) => (EXCLUSIVE_REGISTRANT, &*it.sources, it.verified),
                None => (REGISTRANT, &*brand.sources, brand.verified),
            };
            let vote = Vote { cause, entry: &brand.id, strength, group: MAC, sources, verified };
            self.vote(Property::Brand, &brand.id, vote);
        }
    }

    /// Lets the brand vote for the kind of device, where the pack knows that it makes but one: on what
    /// tells the brand, so that it does not add up with what else that tells.
    fn by_brand(&mut self, knowledge: &'k Knowledge) {
        let Some(poll) = self.polls.get(&Property::Brand) else { return };
        let Some((brand, confidence)) = surest(poll, knowledge) else { return };
        let Some(only) = brand.only.as_ref().filter(|_| confidence >= Confidence::ANSWER) else {
            return;
        };
        let votes = poll.iter().filter(|(id, _)| *id == brand.id).flat_map(|(_, votes)| votes);
        let Some(why) = votes.max_by(|a, b| a.strength.total_cmp(&b.strength)) else { return };
        let vote = Vote {
            cause: why.cause,
            entry: &brand.id,
            strength: BY_BRAND.min(confidence.value()),
            group: why.group,
            sources: &only.sources,
            verified: only.verified,
        };
        self.vote(Property::Kind, &only.kind, vote);
    }

    fn vote(&mut self, property: Property, value: &str, vote: Vote<'a, 'k>) {
        let poll = self.polls.entry(property).or_default();
        let place = poll.partition_point(|(known, _)| **known < *value);
        match poll.get_mut(place) {
            Some((known, votes)) if **known == *value => votes.push(vote),
            _ => poll.insert(place, (value.into(), vec![vote])),
        }
    }

    fn count(self, clues: &mut Clues<'a, 'k>, book: &mut Book<'a>) -> Identity {
        let mut identity = Identity::default();
        for (property, poll) in self.polls {
            let claims = match property {
                Property::Brand => &mut identity.brand,
                Property::Model => &mut identity.model,
                Property::Kind => &mut identity.kind,
                Property::Os => &mut identity.os,
                Property::Firmware => &mut identity.firmware,
                Property::ModuleMaker => &mut identity.module_maker,
            };
            *claims = claims_of(property, poll, clues, book);
        }
        identity
    }
}

/// The server that `observation` says the device went to: by the name it asked for, or by the
/// certificate that it was shown there.
fn contacted(observation: &Observation) -> Option<&str> {
    let value = &*observation.value;
    if observation.field != fields::TLS_CERTIFICATE_NAME {
        return Some(value);
    }
    let shown = observation.about.is_some_and(|service| service.server == Party::Peer);
    shown.then(|| value.strip_prefix("*.").unwrap_or(value))
}

fn of_fingerprint<'a, 'k>(
    fingerprint: &'k Fingerprint,
    group: &'static str,
    cause: Cause<'a, 'k>,
) -> Vote<'a, 'k> {
    Vote {
        cause,
        entry: &fingerprint.id,
        strength: fingerprint.strength,
        group: fingerprint.group.as_deref().unwrap_or(group),
        sources: &fingerprint.sources,
        verified: fingerprint.verified,
    }
}

/// Weighs the values of one property against each other, the surest first.
fn claims_of<'a, 'k>(
    property: Property,
    poll: Poll<'a, 'k>,
    clues: &mut Clues<'a, 'k>,
    book: &mut Book<'a>,
) -> Claims {
    let knowledge = clues.knowledge();
    let confidences = confidences(property, &poll, knowledge);
    let mut claims: Vec<_> = poll
        .into_iter()
        .zip(confidences)
        .map(|((value, votes), confidence)| {
            let (value, id) = property.spelled(value, knowledge);
            Claim { value, id, confidence, reasons: reasons(votes, clues, book).into() }
        })
        .collect();
    claims.sort_by(|a, b| {
        let surest = b.confidence.value().total_cmp(&a.confidence.value());
        surest.then_with(|| b.value.len().cmp(&a.value.len())).then_with(|| a.value.cmp(&b.value))
    });
    Claims(claims.into())
}

/// How sure each value of one property is, in their order.
fn confidences(property: Property, poll: &Poll<'_, '_>, knowledge: &Knowledge) -> Vec<Confidence> {
    let weights: Vec<_> = poll.iter().map(|(value, votes)| (&**value, by_group(votes))).collect();
    let confidence = |(value, groups): &(&str, Strongest<'_>)| {
        let against = against(property, value, groups, &weights, knowledge);
        let speaks_against = noisy_or(against.into_values().map(|(_, strength)| strength));
        Confidence::new(groups.together() * (1.0 - speaks_against))
    };
    weights.iter().map(confidence).collect()
}

/// The surest brand of a poll.
fn surest<'k>(poll: &Poll<'_, '_>, knowledge: &'k Knowledge) -> Option<(&'k Brand, Confidence)> {
    let sure = confidences(Property::Brand, poll, knowledge);
    let brands = poll.iter().map(|(id, _)| id).zip(sure);
    let (id, confidence) = brands.max_by(|(_, a), (_, b)| a.value().total_cmp(&b.value()))?;
    Some((knowledge.pack().brands.get(id)?, confidence))
}

/// The values of one property, each with the strongest clue of each group.
type Weights<'k, 'v> = [(&'v str, Strongest<'k>)];

/// What speaks against `value`, by group: the rival it speaks for, and how strongly.
fn against<'k, 'v>(
    property: Property,
    value: &str,
    groups: &Strongest<'k>,
    weights: &Weights<'k, 'v>,
    knowledge: &Knowledge,
) -> BTreeMap<&'k str, (&'v str, f64)> {
    let mut against: BTreeMap<&str, (&str, f64)> = BTreeMap::new();
    let said = says_so(groups);
    for (rival, votes) in weights.iter().filter(|(it, _)| property.excludes(value, it, knowledge)) {
        let speaks = |group: &str| group != SHAPE && (!said || group != CONTACTS);
        for (group, strength) in votes.iter().filter(|(group, _)| speaks(group)) {
            let strength = if group == MAC { strength.min(REGISTRANT) } else { strength };
            let strongest = against.entry(group).or_insert((rival, 0.0));
            if strength > strongest.1 {
                *strongest = (rival, strength);
            }
        }
    }
    against
}

/// Whether the device itself says so. Then going somewhere else as well does not speak against it.
fn says_so(groups: &Strongest<'_>) -> bool {
    const NOT_SAID: [&str; 4] = [CONTACTS, SHAPE, MAC, PORTS];
    /// As sure as the vaguest names that devices give themselves: our choice.
    const SAID: f64 = 0.6;

    groups.iter().any(|(group, strength)| !NOT_SAID.contains(&group) && strength >= SAID)
}

fn by_group<'k>(votes: &[Vote<'_, 'k>]) -> Strongest<'k> {
    votes.iter().map(|vote| (vote.group, vote.strength)).collect()
}

/// The strongest votes of each group, the strongest group first.
fn reasons<'a, 'k>(
    mut votes: Vec<Vote<'a, 'k>>,
    clues: &mut Clues<'a, 'k>,
    book: &mut Book<'a>,
) -> Vec<Reason> {
    votes.sort_by(|a, b| b.strength.total_cmp(&a.strength).then_with(|| a.group.cmp(b.group)));
    let mut cited = Vec::new();
    votes.retain(|vote| {
        let more = cited.iter().filter(|group| **group == vote.group).count() < CITED_PER_GROUP;
        cited.extend(more.then_some(vote.group));
        more
    });
    let mut reasons = Vec::with_capacity(votes.len());
    for vote in votes {
        let grounds = clues.grounds(vote.entry, vote.group, vote.strength, || Grounds {
            entry: vote.entry.clone(),
            strength: vote.strength,
            group: vote.group.into(),
            sources: vote.sources.to_vec(),
            verified: vote.verified,
        });
        reasons.push(Reason { evidence: cite(vote.cause, book), grounds });
    }
    reasons
}

fn cite<'a>(cause: Cause<'a, '_>, book: &mut Book<'a>) -> EvidenceId {
    match cause {
        Cause::Observation(observation) => book.observation(observation),
        Cause::Conversation(conversation) => book.conversation(conversation),
        Cause::Registration { mac, registrant, first } => book.registration(mac, registrant, first),
    }
}

#[cfg(test)]
mod tests;
