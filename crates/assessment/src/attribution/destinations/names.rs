//! What name a peer goes by: what the device itself said to that service first, then what it was
//! told in answers to its own look-ups, then what others were told.
//!
//! Names are what someone on the network wrote: untrusted, and one address can have many.

use std::{
    borrow::Cow,
    cell::{OnceCell, RefCell},
    net::IpAddr,
};

use evidence::{Field, Observation, Party, Service, fields};
use hashbrown::HashMap;
use knowledge::Knowledge;

use super::directory::Directory;
use crate::{devices::Member, model::DeviceId};

/// How sure a name said to the very service is: TLS or QUIC server name, HTTP Host. These values
/// are our choice, see `docs/decisions/0021-names-of-destinations.md`.
const SAID: f64 = 0.95;
/// A name in the certificate the service showed.
const SHOWN: f64 = 0.8;
/// A name the device looked up and was told this address for.
const TOLD: f64 = 0.85;
/// A name somebody else on the network was told this address for.
const TOLD_TO_OTHERS: f64 = 0.6;
/// The address itself: no name, and nothing to doubt.
const ADDRESS: f64 = 0.99;

/// Which addresses which names were said to have, over all devices. Gathered when first asked for:
/// most services are named by the device itself.
#[derive(Debug)]
pub(crate) struct Names<'m, 'a, 'k> {
    pub(super) directory: Directory<'a, 'k>,
    members: &'m [Member<'a>],
    answers: OnceCell<Answers<'a>>,
    /// The likeliest name of an address by what anybody was told.
    told: RefCell<HashMap<IpAddr, Option<Naming<'a>>>>,
}

/// The names of each address, in the order of the devices that were told them.
type Answers<'a> = HashMap<IpAddr, Vec<Named<'a>>>;

/// A name, and who says so.
#[derive(Clone, Copy, Debug)]
struct Named<'a> {
    name: &'a str,
    observation: &'a Observation,
    /// The device that the observation is of.
    by: DeviceId,
}

/// What one device said of its services.
#[derive(Debug)]
pub(super) struct Said<'m, 'a> {
    member: &'m Member<'a>,
    to_service: HashMap<Service, Vec<Named<'a>>>,
    by_service: OnceCell<HashMap<Service, Vec<Named<'a>>>>,
}

/// A name for some share of a service's traffic.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Naming<'a> {
    /// In lower case; the address where there is no name.
    pub(super) name: Cow<'a, str>,
    /// Who says so; `None` for the address.
    pub(super) observation: Option<&'a Observation>,
    /// How sure, `0.0..=0.99`.
    pub(super) sure: f64,
    /// Its part of the service's traffic, as sightings of this name, those of the names before it,
    /// and those of all names.
    pub(super) share: Share,
}

/// The parts from `before` to `before + part` of `all`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Share {
    pub(super) part: u64,
    pub(super) before: u64,
    pub(super) all: u64,
}

impl Share {
    const WHOLE: Self = Self { part: 1, before: 0, all: 1 };

    /// This share of `count`; the shares of one whole add up to it.
    pub(super) fn of(self, count: u64) -> u64 {
        if self.before == 0 && self.part == self.all && self.all > 0 {
            return count;
        }
        let upto = |parts: u64| {
            let product = u128::from(count) * u128::from(parts);
            u64::try_from(product / u128::from(self.all.max(1))).unwrap_or(u64::MAX)
        };
        upto(self.before.saturating_add(self.part)).saturating_sub(upto(self.before))
    }
}

impl<'m, 'a, 'k> Names<'m, 'a, 'k> {
    /// The names that any of `members` were told.
    #[must_use]
    pub(crate) fn of_all(members: &'m [Member<'a>], knowledge: &'k Knowledge) -> Self {
        let directory = Directory::new(knowledge);
        Self { directory, members, answers: OnceCell::new(), told: RefCell::default() }
    }

    /// Hands the names of `service`'s peer, or its address, to `each`.
    pub(super) fn of(
        &self,
        service: Service,
        said: &Said<'_, 'a>,
        mut each: impl FnMut(Naming<'a>),
    ) {
        let peer = service.peer;
        if let Some(named) = said.to_service.get(&service) {
            return shared_out(named).into_iter().for_each(each);
        }
        let best = |named: &[Named<'a>], sure| likeliest(named, sure, &self.directory);
        let shown = || best(said.by_service().get(&service)?, SHOWN);
        let naming = best(self.told_to(said.member.id, peer), TOLD)
            .or_else(shown)
            .or_else(|| self.told_to_others(peer));
        each(naming.unwrap_or_else(|| Naming {
            name: peer.to_string().into(),
            observation: None,
            sure: ADDRESS,
            share: Share::WHOLE,
        }));
    }

    /// The names of `peer` that one device was told.
    fn told_to(&self, device: DeviceId, peer: IpAddr) -> &[Named<'a>] {
        let told = self.answers().get(&peer).map(Vec::as_slice).unwrap_or_default();
        let start = told.partition_point(|it| it.by < device);
        let end = told.partition_point(|it| it.by <= device);
        told.get(start..end).unwrap_or_default()
    }

    fn told_to_others(&self, peer: IpAddr) -> Option<Naming<'a>> {
        let likeliest_of =
            |named: &Vec<Named<'a>>| likeliest(named, TOLD_TO_OTHERS, &self.directory);
        let mut told = self.told.borrow_mut();
        told.entry(peer).or_insert_with(|| self.answers().get(&peer).and_then(likeliest_of)).clone()
    }

    fn answers(&self) -> &Answers<'a> {
        self.answers.get_or_init(|| gather(self.members))
    }
}

impl<'m, 'a> Said<'m, 'a> {
    /// What `member` said of its services.
    pub(super) fn of(member: &'m Member<'a>) -> Self {
        const ASKED: &[Field] = &[fields::TLS_SNI, fields::QUIC_SNI, fields::HTTP_HOST];

        let to_service = by_service(member, ASKED);
        Self { member, to_service, by_service: OnceCell::new() }
    }

    fn by_service(&self) -> &HashMap<Service, Vec<Named<'a>>> {
        let shown = || by_service(self.member, &[fields::TLS_CERTIFICATE_NAME]);
        self.by_service.get_or_init(shown)
    }
}

fn by_service<'a>(member: &Member<'a>, fields: &[Field]) -> HashMap<Service, Vec<Named<'a>>> {
    let mut named: HashMap<Service, Vec<Named<'a>>> = HashMap::new();
    for observation in fields.iter().flat_map(|field| member.observed(*field)) {
        let about = observation.about.filter(|service| service.server == Party::Peer);
        if let (Some(service), Some(name)) = (about, host(&observation.value)) {
            named.entry(service).or_default().push(Named { name, observation, by: member.id });
        }
    }
    named
}

/// Reads `name address` pairs.
fn gather<'a>(members: &[Member<'a>]) -> Answers<'a> {
    let mut answers = Answers::new();
    for member in members {
        for observation in member.observed(fields::DNS_ANSWER) {
            if let Some((name, address)) = answer(&observation.value) {
                let named = Named { name, observation, by: member.id };
                answers.entry(address).or_default().push(named);
            }
        }
    }
    answers
}

fn answer(text: &str) -> Option<(&str, IpAddr)> {
    let (name, address) = text.rsplit_once(' ')?;
    Some((host(name)?, address.parse().ok()?))
}

/// The name in a server name, Host header or certificate: without port, wildcard and last dot;
/// `None` for addresses and single words, which name nothing outside.
fn host(value: &str) -> Option<&str> {
    let value = value.trim();
    let value = match value.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|it| it.is_ascii_digit()) => host,
        _ => value,
    };
    let name = value.strip_prefix("*.").unwrap_or(value).trim_end_matches('.');
    let is_address =
        name.starts_with('[') || may_be_address(name) && name.parse::<IpAddr>().is_ok();
    (!is_address && name.contains('.')).then_some(name)
}

/// Whether `name` ends as addresses do: few names need be read as one.
fn may_be_address(name: &str) -> bool {
    name.ends_with(|it: char| it.is_ascii_hexdigit() || it == ':')
}

/// All names that were said to one service, each with its share.
fn shared_out<'a>(named: &[Named<'a>]) -> Vec<Naming<'a>> {
    let mut distinct: Vec<(Cow<'a, str>, &'a Observation, u64)> = Vec::new();
    for Named { name, observation, .. } in named {
        let name = lower(name);
        match distinct.iter_mut().find(|(known, ..)| *known == name) {
            Some((_, first, count)) => {
                *count = count.saturating_add(observation.seen.count);
                if observation.seen.first < first.seen.first {
                    *first = observation;
                }
            }
            None => distinct.push((name, observation, observation.seen.count)),
        }
    }
    distinct.sort_by(|left, right| left.0.cmp(&right.0));
    let all = distinct.iter().fold(0, |sum: u64, (.., count)| sum.saturating_add(*count));
    let mut before = 0;
    let share = |(name, observation, part): (Cow<'a, str>, &'a Observation, u64)| {
        let share = Share { part, before, all };
        before += part;
        Naming { name, observation: Some(observation), sure: SAID, share }
    };
    distinct.into_iter().map(share).collect()
}

/// The one of several names for an address that is most likely meant: one the pack knows, then the
/// one seen most. As sure as the names agree on whose they are.
fn likeliest<'a>(
    named: &[Named<'a>],
    sure: f64,
    directory: &Directory<'a, '_>,
) -> Option<Naming<'a>> {
    let best = |it: &&Named<'a>| {
        let known = directory.seen(it.name).entry.is_some();
        (known, it.observation.seen.count, std::cmp::Reverse(it.name))
    };
    let (chosen, agreeing) = if let [only] = named {
        (only, 1.0)
    } else {
        let chosen = named.iter().max_by_key(best)?;
        let whose = directory.seen(chosen.name);
        let same = |it: &&Named<'a>| directory.seen(it.name).owner() == whose.owner();
        (chosen, ratio(named.iter().filter(same).count(), named.len()))
    };
    Some(Naming {
        name: lower(chosen.name),
        observation: Some(chosen.observation),
        sure: sure * agreeing,
        share: Share::WHOLE,
    })
}

fn lower(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|it| it.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}

fn ratio(part: usize, all: usize) -> f64 {
    let number = |it| f64::from(u32::try_from(it).unwrap_or(u32::MAX));
    number(part) / number(all).max(1.0)
}
