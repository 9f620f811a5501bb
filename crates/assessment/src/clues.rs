//! What the pack makes of each thing seen: looked up once per field and value.

use std::sync::Arc;

use evidence::{Conversation, Field, Mac, Observation, Party, Service, Transport, fields};
use hashbrown::HashMap;
use knowledge::{
    Clue, Knowledge,
    kinds::{self, Also, Destination, Id, Match, Tells, fields_of},
};

use crate::{attribution::makers::Makers, book::ByPlace, devices::Member, model::Grounds};

/// The pack's answers so far.
#[derive(Debug)]
pub(crate) struct Clues<'a, 'k> {
    knowledge: &'k Knowledge,
    makers: Arc<Makers<'k>>,
    told: HashMap<(Field, &'a str), Vec<Clue<'k>>>,
    registered: HashMap<&'k str, Vec<Clue<'k>>>,
    served: HashMap<(Transport, u16, Party), Vec<Clue<'k>>>,
    contacted: HashMap<&'a str, Option<&'k Destination>>,
    streamed: Vec<Clue<'k>>,
    /// By the entry, told apart by where it lies in the pack, the group and the strength's bits.
    grounds: HashMap<(ByPlace<'k, Id>, &'k str, u64), Arc<Grounds>>,
}

/// The other half of a clue that rests on two things.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Beside<'a, 'k> {
    Observation(&'a Observation),
    Conversation(&'a Conversation),
    /// An address, and the registrant of its prefix.
    Registration(Mac, &'k str),
}

impl<'a, 'k> Clues<'a, 'k> {
    pub(crate) fn new(makers: Arc<Makers<'k>>) -> Self {
        let knowledge = makers.knowledge();
        Self {
            knowledge,
            makers,
            told: HashMap::new(),
            registered: HashMap::new(),
            served: HashMap::new(),
            contacted: HashMap::new(),
            streamed: knowledge.clues(fields::TRAFFIC_STREAM, "up"),
            grounds: HashMap::new(),
        }
    }

    /// The pack the answers are from.
    pub(crate) const fn knowledge(&self) -> &'k Knowledge {
        self.knowledge
    }

    /// Whose names and web sites are.
    pub(crate) const fn makers(&self) -> &Arc<Makers<'k>> {
        &self.makers
    }

    /// What `member` said that the pack can make something of, each with what it tells. Clues that
    /// want something else to be seen too are left out where it was not, and so are names that it
    /// looked up for others, and its maker's web site where the maker's name tells the brand.
    pub(crate) fn of_member(
        &mut self,
        member: &Member<'a>,
        mut each: impl FnMut(&'a Observation, &Clue<'k>),
    ) {
        let knowledge = self.knowledge;
        let for_others = member.resolves_for_others().then_some(fields::DNS_QUERY);
        let is_named = self.is_named(member);
        for record in member.records() {
            for said in record.observations().chunk_by(|a, b| a.field == b.field) {
                let Some(field) = said.first().map(|it| it.field) else { continue };
                if for_others == Some(field) || !knowledge.has_fingerprints_of(field) {
                    continue;
                }
                for observation in said {
                    for clue in self.of_observation(observation) {
                        let is_site = clue.fingerprint.tells.brand_site.is_some();
                        if !(is_site && is_named) && holds(clue, member, knowledge) {
                            each(observation, clue);
                        }
                    }
                }
            }
        }
    }

    /// Whether a description gives the name of a brand's maker, so that a web site need not tell it.
    fn is_named(&mut self, member: &Member<'a>) -> bool {
        member.fields().contains(fields::UPNP_MANUFACTURER_URL)
            && member
                .observed(fields::UPNP_MANUFACTURER)
                .any(|it| self.of_observation(it).iter().any(|clue| clue.tells.brand.is_some()))
    }

    /// What `observation` tells about the device that made it.
    pub(crate) fn of_observation(&mut self, observation: &'a Observation) -> &[Clue<'k>] {
        let (field, value) = (observation.field, &*observation.value);
        let Self { knowledge, makers, told, .. } = self;
        told.entry((field, value)).or_insert_with(|| {
            let mut clues = knowledge.clues(field, value);
            clues.retain_mut(|Clue { tells, .. }| {
                let (maker, site) = (tells.brand_named.take(), tells.brand_site.take());
                if maker.is_none() && site.is_none() {
                    return true;
                }
                let named = |maker: Box<str>| makers.brand_named(&maker);
                let of_site = |site: Box<str>| makers.sites().brand(&site).cloned();
                let brand = tells.brand.take().or_else(|| maker.and_then(named));
                tells.brand = brand.or_else(|| site.and_then(of_site));
                *tells != Tells::default()
            });
            clues
        })
    }

    /// What taking part in `conversation` tells about the device. Of its own services only what it
    /// answered counts: anyone can knock at any port.
    pub(crate) fn of_conversation(&mut self, conversation: &Conversation) -> &[Clue<'k>] {
        let traffic = &conversation.traffic;
        let asks = conversation.service.server == Party::Peer;
        let takes_part = traffic.frames_up > if asks { 0 } else { traffic.reset.into() };
        if conversation.service.port == 0 || !takes_part {
            return &[];
        }
        let Service { transport, port, server, .. } = conversation.service;
        let knowledge = self.knowledge;
        let served = self.served.entry((transport, port, server));
        let name = || service_name(&conversation.service);
        served.or_insert_with(|| knowledge.clues(fields::TRAFFIC_SERVICE, &name()))
    }

    /// What the shape of `conversation` tells about the device: whether it sent a steady stream.
    pub(crate) fn of_shape(&self, conversation: &Conversation) -> &[Clue<'k>] {
        if conversation.traffic.streamed_seconds > 0 { &self.streamed } else { &[] }
    }

    /// What the pack says of a server that a device went to.
    pub(crate) fn contacted(&mut self, name: &'a str) -> Option<&'k Destination> {
        let knowledge = self.knowledge;
        *self.contacted.entry(name).or_insert_with(|| knowledge.destination(name))
    }

    /// What clues of `entry` in `group` rest on: put together once.
    pub(crate) fn grounds(
        &mut self,
        entry: &'k Id,
        group: &'k str,
        strength: f64,
        new: impl FnOnce() -> Grounds,
    ) -> Arc<Grounds> {
        let known = self.grounds.entry((ByPlace(entry), group, strength.to_bits()));
        Arc::clone(known.or_insert_with(|| Arc::new(new())))
    }

    /// What the registrant of its MAC prefix tells about the device.
    pub(crate) fn of_registrant(&mut self, registrant: &'k str) -> &[Clue<'k>] {
        let clues = || self.knowledge.clues(fields::MAC_REGISTRANT, registrant);
        self.registered.entry(registrant).or_insert_with(clues)
    }
}

/// Whether what `clue` wants to be seen too was seen of `member`.
pub(crate) fn holds(clue: &Clue<'_>, member: &Member<'_>, knowledge: &Knowledge) -> bool {
    let also = clue.fingerprint.also.as_ref();
    also.is_none_or(|also| beside(member, also, knowledge).is_some())
}

/// What was seen of `member` that is as `also` wants it.
pub(crate) fn beside<'a, 'k>(
    member: &Member<'a>,
    also: &Also,
    knowledge: &'k Knowledge,
) -> Option<Beside<'a, 'k>> {
    fields_of(&also.field).find_map(|field| beside_in(field, member, &also.matches, knowledge))
}

fn beside_in<'a, 'k>(
    field: Field,
    member: &Member<'a>,
    wanted: &Match,
    knowledge: &'k Knowledge,
) -> Option<Beside<'a, 'k>> {
    if field == fields::MAC_REGISTRANT {
        let mut prefixes = member
            .macs
            .iter()
            .filter_map(|mac| Some((*mac, knowledge.registrant(*mac)?)))
            .filter(|(_, registrant)| knowledge.matches(wanted, registrant));
        return prefixes.next().map(|(mac, name)| Beside::Registration(mac, name));
    }
    if field == fields::TRAFFIC_SERVICE {
        let mut talks = member.conversations();
        let found = talks.find(|it| knowledge.matches(wanted, &service_name(&it.service)));
        return found.map(Beside::Conversation);
    }
    let mut said = member.observed(field);
    said.find(|it| knowledge.matches(wanted, &it.value)).map(Beside::Observation)
}

/// A conversation's part as fingerprints name it: `serves tcp/9999`, `uses udp/6667`.
fn service_name(service: &Service) -> String {
    let does = if service.server == Party::Host { "serves" } else { "uses" };
    format!("{does} {}/{}", service.transport, service.port)
}

/// The group of clues to where a device goes: names it asks for and certificates it is shown.
pub(crate) const CONTACTS: &str = "contacts";

/// The group of clues to what shape a device's traffic has.
pub(crate) const SHAPE: &str = "shape";

/// The group of clues that rest on the same thing as values of `field` do.
pub(crate) fn group_of(field: Field) -> &'static str {
    if kinds::NAMES.contains(&field) {
        return "name";
    }
    if kinds::CONTACTS.contains(&field) || field == fields::TLS_CERTIFICATE_NAME {
        return CONTACTS;
    }
    match field.name().split('.').next().unwrap_or_default() {
        "ssdp" | "upnp" => "upnp",
        "dhcp" | "dhcpv6" => "dhcp",
        "tls" | "quic" => "tls",
        "traffic" => "ports",
        protocol => protocol,
    }
}
