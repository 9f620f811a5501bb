//! Whether a rule's condition holds on a device, and on what evidence.

use std::{collections::BTreeSet, net::IpAddr};

use evidence::{Conversation, Field, FieldSet, Observation, Party, Transport};
use knowledge::{
    Knowledge,
    kinds::{Condition, Is, Observed, Reach, Talks, Visits},
};

use super::{
    Subject,
    proof::Held,
    seen::{Seen, of_its_protocol, port_bits},
    surroundings::Surroundings,
};
use crate::model::{Confidence, Destination, Encryption, Role};

/// A condition with its names looked up.
#[derive(Debug)]
pub(super) enum Test<'k> {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Observed(Said<'k>),
    Talks(Did<'k>),
    Visits(&'k Visits),
    Is(&'k Is),
    /// Of a kind this program does not know, or naming a field or transport it does not have.
    Unknown,
}

/// [`Observed`] with its fields looked up.
#[derive(Debug)]
pub(super) struct Said<'k> {
    pub(super) wanted: &'k Observed,
    pub(super) field: Field,
    /// All fields of its protocol.
    protocol: FieldSet,
    unless_in: Option<Field>,
}

/// [`Talks`] with its names looked up.
#[derive(Debug)]
pub(super) struct Did<'k> {
    wanted: &'k Talks,
    transport: Option<Transport>,
    /// Its ports' bits.
    ports: u128,
    pub(super) unless_peer_in: Vec<Field>,
}

impl Did<'_> {
    /// Whether `conversation` is on one of its ports.
    fn is_about(&self, conversation: &Conversation) -> bool {
        let (service, ports) = (&conversation.service, &self.wanted.ports);
        self.transport.is_none_or(|transport| service.transport == transport)
            && (ports.is_empty() || ports.contains(&service.port))
    }
}

impl<'k> Test<'k> {
    /// Looks names up. What names nothing known never holds.
    pub(super) fn of(condition: &'k Condition) -> Self {
        match condition {
            Condition::All(parts) => Self::All(parts.iter().map(Self::of).collect()),
            Condition::Any(parts) => Self::Any(parts.iter().map(Self::of).collect()),
            Condition::Not(part) => Self::Not(Box::new(Self::of(part))),
            Condition::Observed(wanted) => {
                Field::from_name(&wanted.field).map_or(Self::Unknown, |field| {
                    let unless_in = wanted.unless_in.as_deref().and_then(Field::from_name);
                    let protocol = of_its_protocol(field);
                    Self::Observed(Said { wanted, field, protocol, unless_in })
                })
            }
            Condition::Talks(wanted) => {
                let transport = wanted.transport.as_deref().map(Transport::from_name);
                if transport == Some(None) {
                    return Self::Unknown;
                }
                let named = wanted.unless_peer_in.iter();
                let unless_peer_in = named.filter_map(|it| Field::from_name(it)).collect();
                let (transport, ports) = (transport.flatten(), port_bits(&wanted.ports));
                Self::Talks(Did { wanted, transport, ports, unless_peer_in })
            }
            Condition::Visits(wanted) => Self::Visits(wanted),
            Condition::Is(wanted) => Self::Is(wanted),
        }
    }

    /// Calls `visit` on every part that is not made of others.
    pub(super) fn each(&self, visit: &mut impl FnMut(&Self)) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|it| it.each(visit)),
            Self::Not(part) => part.each(visit),
            leaf => visit(leaf),
        }
    }
}

/// One device, its network and the pack: all a condition can ask about.
pub(super) struct View<'v, 'a> {
    subject: Subject<'v, 'a>,
    around: &'v Surroundings<'a>,
    knowledge: &'v Knowledge,
    seen: Seen,
    /// What clients said in talking to its services.
    heard: Vec<&'a Observation>,
}

impl<'v, 'a> View<'v, 'a> {
    /// Looks at `subject` in its network.
    pub(super) fn of(
        subject: Subject<'v, 'a>,
        around: &'v Surroundings<'a>,
        knowledge: &'v Knowledge,
    ) -> Self {
        let (seen, heard) = (Seen::of(subject.member), around.said_to(subject.member));
        Self { subject, around, knowledge, seen, heard: heard.collect() }
    }

    /// Whether `test` holds, and why.
    pub(super) fn holds(&self, test: &Test<'_>) -> Option<Held<'a>> {
        match test {
            Test::All(parts) => parts
                .iter()
                .try_fold(Held::silently(), |held, part| Some(held.and(self.holds(part)?))),
            Test::Any(parts) => parts.iter().filter_map(|part| self.holds(part)).reduce(Held::or),
            Test::Not(part) => self.holds(part).is_none().then(Held::silently),
            Test::Observed(said) => self.said(said),
            Test::Talks(did) => self.did(did),
            Test::Visits(wanted) => self.visits(wanted),
            Test::Is(wanted) => self.is(wanted),
            Test::Unknown => None,
        }
    }

    /// Whether this evidence could have answered `test`: some of the protocols, ports or kinds of
    /// destination it asks about were seen. Where not, silence means nothing.
    pub(super) fn could_answer(&self, test: &Test<'_>) -> bool {
        match test {
            Test::All(parts) => parts.iter().all(|part| self.could_answer(part)),
            Test::Any(parts) => parts.iter().any(|part| self.could_answer(part)),
            Test::Not(_) => true,
            Test::Observed(said) => self.seen.any(&said.protocol),
            Test::Talks(did) => {
                let mut conversations = self.subject.member.conversations();
                self.seen.may_use(did.ports) && conversations.any(|it| did.is_about(it))
            }
            Test::Visits(_) => !self.subject.destinations.is_empty(),
            Test::Is(wanted) => {
                wanted.types.is_empty() || self.subject.identity.kind.answer().is_some()
            }
            Test::Unknown => false,
        }
    }

    fn said(&self, said: &Said<'_>) -> Option<Held<'a>> {
        let Said { wanted, field, unless_in, .. } = *said;
        let by_clients = wanted.own_service == Some(true) && wanted.peer != Some(Reach::Internet);
        let by_others = by_clients && !self.heard.is_empty();
        if !by_others && !self.subject.member.fields().contains(field) {
            return None;
        }
        let hidden: BTreeSet<&str> = unless_in
            .into_iter()
            .flat_map(|field| self.subject.member.observed(field))
            .map(|it| &*it.value)
            .collect();
        let about_fits = |it: &&Observation| {
            let service = it.about;
            wanted.peer.is_none_or(|reach| service.is_some_and(|it| self.is_at(it.peer, reach)))
                && wanted
                    .own_service
                    .is_none_or(|own| service.is_some_and(|it| (it.server == Party::Host) == own))
        };
        let value_fits = |it: &&Observation| {
            let fits = |wanted| self.knowledge.matches(wanted, &it.value);
            wanted.matches.as_ref().is_none_or(fits)
                && !wanted.except.as_ref().is_some_and(fits)
                && !hidden.contains(&*it.value)
        };
        let own = self.subject.member.observed(field).filter(about_fits);
        let heard = self.heard.iter().copied().filter(|it| by_clients && it.field == field);
        let seen: Vec<_> = own.chain(heard).filter(value_fits).collect();
        let count = seen.iter().fold(0, |sum: u64, it| sum.saturating_add(it.seen.count));
        let enough = count >= wanted.count
            && are_distinct(wanted.distinct, seen.iter().map(|it| &*it.value));
        (enough && !seen.is_empty()).then(|| Held::said(seen))
    }

    fn did(&self, did: &Did<'_>) -> Option<Held<'a>> {
        let wanted = did.wanted;
        if !self.seen.may_use(did.ports) {
            return None;
        }
        let seen: Vec<_> =
            self.subject.member.conversations().filter(|it| self.fits(did, it)).collect();
        let up = seen.iter().fold(0, |sum: u64, it| sum.saturating_add(it.traffic.bytes_up));
        let streamed =
            |sum: u64, it: &&Conversation| sum.saturating_add(it.traffic.streamed_seconds.into());
        let enough = up >= wanted.bytes_up
            && seen.iter().fold(0, streamed) >= wanted.streamed_seconds
            && are_distinct(wanted.peers, seen.iter().map(|it| it.service.peer));
        (enough && !seen.is_empty()).then(|| Held::did(seen))
    }

    fn fits(&self, did: &Did<'_>, conversation: &Conversation) -> bool {
        let Did { wanted, unless_peer_in, .. } = did;
        let service = conversation.service;
        did.is_about(conversation)
            && wanted.own_service.is_none_or(|own| (service.server == Party::Host) == own)
            && (wanted.streamed_seconds == 0 || conversation.traffic.streamed_seconds > 0)
            && wanted.peer.is_none_or(|reach| self.is_at(service.peer, reach))
            && (!wanted.answered || was_answered(conversation))
            && (!wanted.accepted || was_accepted(conversation))
            && (!wanted.unanswered || !was_answered(conversation))
            && !unless_peer_in.iter().any(|field| self.around.was_given(*field, service.peer))
            && !(wanted.except_gateway && self.around.is_gateway(service.peer))
            && wanted.name.as_ref().is_none_or(|name| {
                let mut named = self.subject.destinations.iter();
                named.any(|it| {
                    it.addresses.contains(&service.peer) && self.knowledge.matches(name, &it.name)
                })
            })
    }

    fn visits(&self, wanted: &Visits) -> Option<Held<'a>> {
        let fits = |it: &&Destination| {
            it.confidence >= Confidence::ANSWER
                && (wanted.purposes.is_empty() || wanted.purposes.contains(&it.purpose))
                && wanted.clear.is_none_or(|clear| match it.encryption {
                    Encryption::Clear | Encryption::Mixed => clear,
                    Encryption::Encrypted => !clear,
                    Encryption::Unknown => false,
                })
                && it.connections >= wanted.connections
                && (wanted.interval_seconds == 0 || comes_back(it, wanted.interval_seconds))
                && (wanted.ports.is_empty()
                    || it
                        .services
                        .iter()
                        .filter_map(|it| port(it))
                        .any(|it| wanted.ports.contains(&it)))
        };
        let seen: Vec<_> = self.subject.destinations.iter().filter(fits).collect();
        if seen.is_empty() || (seen.len() as u64) < wanted.distinct {
            return None;
        }
        let sure = seen.iter().map(|it| it.confidence.value()).fold(0.0, f64::max);
        let cited = seen.iter().filter_map(|it| it.evidence.first().copied());
        let more = seen.iter().flat_map(|it| it.evidence.iter().skip(1).copied());
        Some(Held::inferred(cited.chain(more), Confidence::new(sure)))
    }

    fn is(&self, wanted: &Is) -> Option<Held<'a>> {
        let role = match self.subject.member.role {
            Role::Device => "device",
            Role::Gateway => "gateway",
            Role::Client => "client",
            Role::Unknown => "unknown",
        };
        if !wanted.roles.is_empty() && !wanted.roles.iter().any(|it| **it == *role) {
            return None;
        }
        if wanted.types.is_empty() {
            return Some(Held::silently());
        }
        let kind = self.subject.identity.kind.answer()?;
        let cited = kind.reasons.iter().map(|reason| reason.evidence);
        wanted.types.contains(&kind.value).then(|| Held::inferred(cited, kind.confidence))
    }

    fn is_at(&self, address: IpAddr, reach: Reach) -> bool {
        self.around.is_inside(address) == (reach == Reach::Local)
    }
}

/// Whether connections to `destination` followed one another within so many seconds, on average, and
/// went on for so long: several at once are one visit.
fn comes_back(destination: &Destination, seconds: u64) -> bool {
    let lasted = destination.last.since(destination.first) / 1_000_000_000;
    lasted >= seconds && destination.interval().is_some_and(|interval| interval <= seconds)
}

/// Whether there are so many different ones among `all`; of one, or none, that is not asked.
fn are_distinct<T: Ord>(wanted: u64, all: impl ExactSizeIterator<Item = T>) -> bool {
    wanted <= 1
        || (all.len() as u64 >= wanted && all.collect::<BTreeSet<_>>().len() as u64 >= wanted)
}

/// Whether the service's end answered: accepted a connection or, where no opening was seen, sent
/// something back and did not refuse.
const fn was_answered(conversation: &Conversation) -> bool {
    let traffic = &conversation.traffic;
    let both_ways = traffic.frames_up > 0 && traffic.frames_down > 0;
    if conversation.service.transport.0 != Transport::TCP.0 {
        return both_ways;
    }
    let opened = match conversation.service.server {
        Party::Host => traffic.opened_by_peer,
        Party::Peer => traffic.opened_by_host,
    };
    was_accepted(conversation) || (opened == 0 && both_ways && traffic.reset == 0)
}

/// Whether the service's end was seen to accept a connection.
const fn was_accepted(conversation: &Conversation) -> bool {
    match conversation.service.server {
        Party::Host => conversation.traffic.accepted_by_host > 0,
        Party::Peer => conversation.traffic.accepted_by_peer > 0,
    }
}

/// The port of a service written as `tcp/443`.
fn port(service: &str) -> Option<u16> {
    service.rsplit_once('/')?.1.parse().ok()
}
