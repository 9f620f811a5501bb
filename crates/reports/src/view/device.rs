//! Devices as the contract has them: what each is, who is behind it, where its data goes.

use std::net::IpAddr;

use assessment::model::{self, EvidenceId};
use evidence::{Sampled, Timestamp};
use knowledge::kinds::{EntryKind, Id, Purpose, Sensor};
use serde::Serialize;

use super::{AllShown, Numbers, References, Shown, Views, findings, references, rounded, shown};
use crate::{ids, wording};

/// A device.
#[derive(Serialize)]
pub(crate) struct Device<'a> {
    id: Shown<model::DeviceId>,
    local: bool,
    role: &'static str,
    addresses: Addresses<'a>,
    names: &'a [Box<str>],
    note: Option<Note<'a>>,
    first: Shown<Timestamp>,
    last: Shown<Timestamp>,
    bytes_up: u64,
    bytes_down: u64,
    identity: Identity<'a>,
    provenance: Provenance<'a>,
    legal_exposure: Views<'a, model::Exposure, Exposure<'a>>,
    listings: Vec<Listing<'a>>,
    product: Option<&'a str>,
    sensors: &'a [Sensor],
    destinations: Views<'a, model::Destination, Destination<'a>>,
    scores: Scores,
    findings: Numbers<'a>,
    actions: Numbers<'a>,
}

/// What the user said of it.
#[derive(Serialize)]
struct Note<'a> {
    on: &'a str,
    key: &'a str,
    name: Option<&'a str>,
    room: Option<&'a str>,
    says: Vec<&'static str>,
    evidence: [Shown<EvidenceId>; 1],
}

impl<'a> Note<'a> {
    fn of(note: &'a model::Noted, identity: &model::Identity) -> Self {
        let said =
            [("brand", &identity.brand), ("model", &identity.model), ("type", &identity.kind)];
        let said = said
            .into_iter()
            .filter(|(_, claims)| claims.answer().is_some_and(model::Claim::is_users));
        Self {
            on: &note.on,
            key: &note.key,
            name: note.name.as_deref(),
            room: note.room.as_deref(),
            says: said.map(|(property, _)| property).collect(),
            evidence: [Shown(note.evidence)],
        }
    }
}

#[derive(Serialize)]
struct Addresses<'a> {
    mac: AllShown<'a, evidence::Mac>,
    ipv4: Vec<IpAddr>,
    ipv6: Vec<IpAddr>,
}

#[derive(Serialize)]
struct Scores {
    weakness: Score,
    exposure: Score,
    data: Score,
    support: Score,
    transparency: Score,
    legal: Option<Score>,
}

#[derive(Serialize)]
struct Score {
    low: f64,
    high: f64,
    unknown_share: f64,
}

impl Scores {
    fn of(scores: &model::Scores) -> Self {
        Self {
            weakness: Score::of(scores.weakness),
            exposure: Score::of(scores.exposure),
            data: Score::of(scores.data),
            support: Score::of(scores.support),
            transparency: Score::of(scores.transparency),
            legal: scores.legal.map(Score::of),
        }
    }
}

impl Score {
    fn of(score: model::Score) -> Self {
        let model::Score { low, high, unknown_share } = score;
        Self { low: rounded(low), high: rounded(high), unknown_share: rounded(unknown_share) }
    }
}

impl<'a> Device<'a> {
    pub(crate) fn of(device: &'a model::Device) -> Self {
        let (ipv4, ipv6) = device.ips.iter().partition(|ip| ip.is_ipv4());
        Self {
            id: Shown(device.id),
            local: device.local,
            role: wording::role(device.role),
            addresses: Addresses { mac: shown(&device.macs), ipv4, ipv6 },
            names: &device.names,
            note: device.note.as_ref().map(|note| Note::of(note, &device.identity)),
            first: Shown(device.first),
            last: Shown(device.last),
            bytes_up: device.bytes_up,
            bytes_down: device.bytes_down,
            identity: Identity::of(&device.identity),
            provenance: Provenance::of(&device.provenance),
            legal_exposure: Views { items: &device.exposure, view: Exposure::of },
            listings: device.listings.iter().map(|it| Listing::of(it, device)).collect(),
            product: device.product.as_deref(),
            sensors: &device.sensors,
            destinations: Views { items: &device.destinations, view: Destination::of },
            scores: Scores::of(&device.scores),
            findings: findings(&device.findings),
            actions: Views { items: &device.actions, view: |index| Shown(ids::Id::Action(*index)) },
        }
    }
}

#[derive(Serialize)]
struct Identity<'a> {
    brand: Option<Property<'a>>,
    model: Option<Property<'a>>,
    r#type: Option<Property<'a>>,
    os: Option<Property<'a>>,
    firmware: Option<Property<'a>>,
    module_maker: Option<Property<'a>>,
}

impl<'a> Identity<'a> {
    fn of(identity: &'a model::Identity) -> Self {
        Self {
            brand: Property::of(&identity.brand),
            model: Property::of(&identity.model),
            r#type: Property::of(&identity.kind),
            os: Property::of(&identity.os),
            firmware: Property::of(&identity.firmware),
            module_maker: Property::of(&identity.module_maker),
        }
    }
}

/// A property: its answer, or a null value with candidates.
#[derive(Serialize)]
struct Property<'a> {
    value: Option<&'a str>,
    id: Option<&'a str>,
    confidence: f64,
    /// Who says so.
    source: &'static str,
    evidence: Vec<Shown<EvidenceId>>,
    reasons: Views<'a, model::Reason, Reason<'a>>,
    candidates: Vec<Candidate<'a>>,
}

#[derive(Serialize)]
struct Candidate<'a> {
    value: &'a str,
    id: Option<&'a str>,
    confidence: f64,
    evidence: Vec<Shown<EvidenceId>>,
    reasons: Views<'a, model::Reason, Reason<'a>>,
}

#[derive(Serialize)]
struct Reason<'a> {
    evidence: Shown<EvidenceId>,
    entry: &'a str,
    strength: f64,
    group: &'a str,
    references: References<'a>,
    verified: bool,
}

impl<'a> Property<'a> {
    fn of(claims: &'a model::Claims) -> Option<Self> {
        if claims.0.is_empty() {
            return None;
        }
        let users = claims.answer().is_some_and(model::Claim::is_users);
        let source = if users { "user" } else { "traffic" };
        let answer = claims.answer().map(Candidate::of);
        let candidates = claims.candidates().map(Candidate::of).collect();
        Some(match answer {
            Some(Candidate { value, id, confidence, evidence, reasons }) => {
                Self { value: Some(value), id, confidence, source, evidence, reasons, candidates }
            }
            None => Self {
                value: None,
                id: None,
                confidence: 0.0,
                source,
                evidence: Vec::new(),
                reasons: Views { items: &[], view: Reason::of },
                candidates,
            },
        })
    }
}

impl<'a> Candidate<'a> {
    fn of(claim: &'a model::Claim) -> Self {
        Self {
            value: &claim.value,
            id: claim.id.as_deref(),
            confidence: rounded(claim.confidence.value()),
            evidence: evidence_of(&claim.reasons),
            reasons: Views { items: &claim.reasons, view: Reason::of },
        }
    }
}

/// What the reasons rest on, each once.
fn evidence_of(reasons: &[model::Reason]) -> Vec<Shown<EvidenceId>> {
    let mut evidence: Vec<_> = reasons.iter().map(|reason| Shown(reason.evidence)).collect();
    evidence.sort_unstable();
    evidence.dedup();
    evidence
}

impl<'a> Reason<'a> {
    fn of(reason: &'a model::Reason) -> Self {
        Self {
            evidence: Shown(reason.evidence),
            entry: &reason.entry,
            strength: rounded(reason.strength),
            group: &reason.group,
            references: references(&reason.sources),
            verified: reason.verified,
        }
    }
}

#[derive(Serialize)]
struct Provenance<'a> {
    maker: Option<Party<'a>>,
    seller: Option<Party<'a>>,
    licensed_from: Option<Party<'a>>,
    owner: Option<Party<'a>>,
    jurisdiction: Option<&'a str>,
    platform: Option<&'a str>,
    platform_operator: Option<Party<'a>>,
}

impl<'a> Provenance<'a> {
    fn of(provenance: &'a model::Provenance) -> Self {
        let maker = provenance.maker.as_ref();
        Self {
            maker: maker.map(Party::of),
            seller: provenance.seller.as_ref().map(Party::of),
            licensed_from: provenance.licensed_from.as_ref().map(Party::of),
            owner: provenance.owner.as_ref().map(Party::of),
            jurisdiction: maker
                .and_then(|it| it.registered_in.as_deref().or(it.country.as_deref())),
            platform: provenance.platform.as_deref(),
            platform_operator: provenance.platform_operator.as_ref().map(Party::of),
        }
    }
}

/// Whose law can reach the companies behind a device: a possibility, never an event.
#[derive(Serialize)]
struct Exposure<'a> {
    jurisdiction: &'a str,
    kind: &'static str,
    through: Views<'a, (model::Through, Id), Reached<'a>>,
    laws: &'a [Id],
}

#[derive(Serialize)]
struct Reached<'a> {
    part: &'static str,
    organisation: &'a str,
}

impl<'a> Reached<'a> {
    fn of((part, organisation): &'a (model::Through, Id)) -> Self {
        Self { part: wording::part(*part), organisation }
    }
}

impl<'a> Exposure<'a> {
    fn of(exposure: &'a model::Exposure) -> Self {
        Self {
            jurisdiction: &exposure.jurisdiction,
            kind: "possibility",
            through: Views { items: &exposure.through, view: Reached::of },
            laws: &exposure.laws,
        }
    }
}

/// Whether an entry of a list touches the device; the entry itself stands once in the document.
#[derive(Serialize)]
struct Listing<'a> {
    list: &'a str,
    entry: &'a str,
    entry_type: EntryKind,
    applies: &'static str,
    counted: bool,
    effect: &'a str,
    reasons: Views<'a, assessment::Step, Step<'a>>,
    evidence: Vec<Shown<EvidenceId>>,
}

#[derive(Serialize)]
struct Step<'a> {
    says: &'a str,
    references: References<'a>,
    verified: bool,
}

impl<'a> Step<'a> {
    fn of(step: &'a assessment::Step) -> Self {
        Self { says: &step.says, references: references(&step.sources), verified: step.verified }
    }
}

impl<'a> Listing<'a> {
    /// The evidence is that of the brand: without it nothing would lead to the entry.
    fn of(listing: &'a assessment::Listing, device: &'a model::Device) -> Self {
        let brand = device.identity.brand.answer();
        Self {
            list: &listing.list,
            entry: &listing.entry,
            entry_type: listing.kind,
            applies: wording::applies(listing.applies),
            counted: listing.counted,
            effect: &listing.effect,
            reasons: Views { items: &listing.reasons, view: Step::of },
            evidence: brand.map(|claim| evidence_of(&claim.reasons)).unwrap_or_default(),
        }
    }
}

#[derive(Serialize)]
struct Party<'a> {
    id: &'a str,
    name: &'a str,
    country: Option<&'a str>,
    registered_in: Option<&'a str>,
    references: References<'a>,
    verified: bool,
}

impl<'a> Party<'a> {
    fn of(party: &'a model::Party) -> Self {
        Self {
            id: &party.id,
            name: &party.name,
            country: party.country.as_deref(),
            registered_in: party.registered_in.as_deref(),
            references: references(&party.sources),
            verified: party.verified,
        }
    }
}

/// Where data goes.
#[derive(Serialize)]
struct Destination<'a> {
    name: &'a str,
    named_by: Option<&'static str>,
    domain: Option<&'a str>,
    addresses: usize,
    address_list: &'a [IpAddr],
    services: &'a [Box<str>],
    organisation: Option<&'a str>,
    organisation_country: Option<&'a str>,
    organisation_detail: Option<Party<'a>>,
    server_country: Option<&'a str>,
    server_country_basis: Option<&'static str>,
    operator: Option<&'a str>,
    purpose: Purpose,
    entry: Option<&'a str>,
    bytes_up: u64,
    bytes_down: u64,
    encryption: &'static str,
    looks: Option<Looks>,
    stream: Option<Stream>,
    connections: u64,
    interval_seconds: Option<u64>,
    first: Shown<Timestamp>,
    last: Shown<Timestamp>,
    confidence: f64,
    evidence: AllShown<'a, EvidenceId>,
}

/// What the first bytes of streams look like, where no protocol tells.
#[derive(Serialize)]
struct Looks {
    like: &'static str,
    bytes: u32,
    text: u32,
    random: u32,
    other: u32,
}

impl Looks {
    fn of(sampled: &Sampled) -> Option<Self> {
        let like = wording::looks_like(sampled)?;
        let Sampled { text, random, other } = *sampled;
        Some(Self { like, bytes: sampled.bytes(), text, random, other })
    }
}

/// What went up with the shape of live sound or video.
#[derive(Serialize)]
struct Stream {
    bytes_up: u64,
    seconds: u64,
    kbit_per_second: u64,
}

impl Stream {
    fn of(stream: &model::Stream) -> Self {
        Self { bytes_up: stream.bytes, seconds: stream.seconds, kbit_per_second: stream.rate() }
    }
}

impl<'a> Destination<'a> {
    fn of(destination: &'a model::Destination) -> Self {
        let organisation = destination.organisation.as_ref();
        let (server_country, server_country_basis) = match &destination.server_country {
            None => (None, None),
            Some(model::ServerCountry::Anywhere) => (Some("anywhere"), Some("many-places")),
            Some(model::ServerCountry::Registered(code)) => (Some(&**code), Some("registered")),
        };
        Self {
            name: &destination.name,
            named_by: destination.named_by.map(evidence::Field::name),
            domain: destination.domain.as_deref(),
            addresses: destination.addresses.len(),
            address_list: &destination.addresses,
            services: &destination.services,
            organisation: organisation.map(|party| &*party.name),
            organisation_country: organisation.and_then(|party| party.country.as_deref()),
            organisation_detail: organisation.map(|it| Party::of(it)),
            server_country,
            server_country_basis,
            operator: destination.operator.as_deref(),
            purpose: destination.purpose,
            entry: destination.entry.as_deref(),
            bytes_up: destination.bytes_up,
            bytes_down: destination.bytes_down,
            encryption: wording::encryption(destination.encryption),
            looks: Looks::of(&destination.sampled),
            stream: destination.stream.as_ref().map(Stream::of),
            connections: destination.connections,
            interval_seconds: destination.interval(),
            first: Shown(destination.first),
            last: Shown(destination.last),
            confidence: rounded(destination.confidence.value()),
            evidence: shown(&destination.evidence),
        }
    }
}
