//! The shapes of the JSON contract, borrowed from an assessment and built one record at a time.
//!
//! `docs/schema/assessment.schema.json` is the contract; changes only add. Names here are the
//! contract's names, so this file reads like the document it writes.

use std::{collections::BTreeMap, fmt::Display, net::IpAddr};

use assessment::{
    Assessment,
    model::{self, EvidenceId, Witness},
};
use evidence::Timestamp;
use knowledge::kinds::{Effort, FindingKind, Purpose, Severity};
use serde::{Serialize, Serializer};

use crate::{Options, ids, wording};

/// The name and version of the contract.
pub const SCHEMA: &str = "houseguest.assessment/1";

/// Serialises as what it displays as.
pub(crate) struct Shown<T>(pub(crate) T);

impl<T: Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// What made the document.
#[derive(Serialize)]
pub(crate) struct GeneratedBy<'a> {
    version: &'a str,
    knowledge: KnowledgeVersion<'a>,
    policy: &'a str,
}

#[derive(Serialize)]
struct KnowledgeVersion<'a> {
    version: &'a str,
    as_of: &'a str,
}

impl<'a> GeneratedBy<'a> {
    pub(crate) fn of(assessment: &'a Assessment, options: &'a Options) -> Self {
        let knowledge = KnowledgeVersion {
            version: &assessment.knowledge_version,
            as_of: &assessment.knowledge_as_of,
        };
        Self { version: &options.generated_by, knowledge, policy: &assessment.policy }
    }
}

/// A capture that was read.
#[derive(Serialize)]
pub(crate) struct Source<'a> {
    name: &'a str,
    frames: u64,
    bytes: u64,
    first: Option<Shown<Timestamp>>,
    last: Option<Shown<Timestamp>>,
    malformed: u64,
    skipped: u64,
    cut: u64,
    malformed_by: &'a BTreeMap<Box<str>, u64>,
    skipped_by: &'a BTreeMap<Box<str>, u64>,
}

impl<'a> Source<'a> {
    pub(crate) fn of(source: &'a evidence::Source) -> Self {
        Self {
            name: &source.name,
            frames: source.frames,
            bytes: source.bytes,
            first: source.first.map(Shown),
            last: source.last.map(Shown),
            malformed: source.malformed_total(),
            skipped: source.skipped_total(),
            cut: source.cut,
            malformed_by: &source.malformed,
            skipped_by: &source.skipped,
        }
    }
}

/// What had no room in memory.
#[derive(Serialize)]
pub(crate) struct Dropped {
    sightings: u64,
    frames: u64,
    bytes: u64,
    streams: u64,
}

impl Dropped {
    pub(crate) const fn of(dropped: &evidence::Dropped) -> Self {
        let evidence::Dropped { sightings, frames, bytes, streams } = *dropped;
        Self { sightings, frames, bytes, streams }
    }
}

/// A device.
#[derive(Serialize)]
pub(crate) struct Device<'a> {
    id: Shown<model::DeviceId>,
    local: bool,
    role: &'static str,
    addresses: Addresses,
    names: &'a [Box<str>],
    first: Shown<Timestamp>,
    last: Shown<Timestamp>,
    bytes_up: u64,
    bytes_down: u64,
    identity: Identity<'a>,
    provenance: Provenance<'a>,
    listings: [(); 0],
    destinations: Vec<Destination<'a>>,
    scores: Scores,
    findings: Vec<Shown<ids::Id>>,
    actions: Vec<Shown<ids::Id>>,
}

#[derive(Serialize)]
struct Addresses {
    mac: Vec<Shown<evidence::Mac>>,
    ipv4: Vec<IpAddr>,
    ipv6: Vec<IpAddr>,
}

#[derive(Serialize)]
struct Scores {
    weakness: Score,
}

#[derive(Serialize)]
struct Score {
    low: f64,
    high: f64,
    unknown_share: f64,
}

impl<'a> Device<'a> {
    pub(crate) fn of(device: &'a model::Device) -> Self {
        let (ipv4, ipv6) = device.ips.iter().partition(|ip| ip.is_ipv4());
        let score = device.weakness;
        Self {
            id: Shown(device.id),
            local: device.local,
            role: wording::role(device.role),
            addresses: Addresses { mac: shown(&device.macs), ipv4, ipv6 },
            names: &device.names,
            first: Shown(device.first),
            last: Shown(device.last),
            bytes_up: device.bytes_up,
            bytes_down: device.bytes_down,
            identity: Identity::of(&device.identity),
            provenance: Provenance::of(&device.provenance),
            listings: [],
            destinations: device.destinations.iter().map(Destination::of).collect(),
            scores: Scores {
                weakness: Score {
                    low: rounded(score.low),
                    high: rounded(score.high),
                    unknown_share: rounded(score.unknown_share),
                },
            },
            findings: device.findings.iter().map(|i| Shown(ids::Id::Finding(*i))).collect(),
            actions: device.actions.iter().map(|i| Shown(ids::Id::Action(*i))).collect(),
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
    evidence: Vec<Shown<EvidenceId>>,
    reasons: Vec<Reason<'a>>,
    candidates: Vec<Candidate<'a>>,
}

#[derive(Serialize)]
struct Candidate<'a> {
    value: &'a str,
    id: Option<&'a str>,
    confidence: f64,
    evidence: Vec<Shown<EvidenceId>>,
    reasons: Vec<Reason<'a>>,
}

#[derive(Serialize)]
struct Reason<'a> {
    evidence: Shown<EvidenceId>,
    entry: &'a str,
    strength: f64,
    group: &'a str,
    references: Vec<Shown<ids::Id>>,
    verified: bool,
}

impl<'a> Property<'a> {
    fn of(claims: &'a model::Claims) -> Option<Self> {
        if claims.0.is_empty() {
            return None;
        }
        let answer = claims.answer().map(Candidate::of);
        let candidates = claims.candidates().map(Candidate::of).collect();
        Some(match answer {
            Some(Candidate { value, id, confidence, evidence, reasons }) => {
                Self { value: Some(value), id, confidence, evidence, reasons, candidates }
            }
            None => Self {
                value: None,
                id: None,
                confidence: 0.0,
                evidence: Vec::new(),
                reasons: Vec::new(),
                candidates,
            },
        })
    }
}

impl<'a> Candidate<'a> {
    fn of(claim: &'a model::Claim) -> Self {
        let mut evidence: Vec<_> = claim.reasons.iter().map(|reason| reason.evidence).collect();
        evidence.sort_unstable();
        evidence.dedup();
        Self {
            value: &claim.value,
            id: claim.id.as_deref(),
            confidence: rounded(claim.confidence.value()),
            evidence: shown(&evidence),
            reasons: claim.reasons.iter().map(Reason::of).collect(),
        }
    }
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
    owner: Option<Party<'a>>,
    jurisdiction: Option<&'a str>,
    platform: Option<&'a str>,
}

impl<'a> Provenance<'a> {
    fn of(provenance: &'a model::Provenance) -> Self {
        let maker = provenance.maker.as_ref();
        Self {
            maker: maker.map(Party::of),
            owner: provenance.owner.as_ref().map(Party::of),
            jurisdiction: maker
                .and_then(|it| it.registered_in.as_deref().or(it.country.as_deref())),
            platform: provenance.platform.as_deref(),
        }
    }
}

#[derive(Serialize)]
struct Party<'a> {
    id: &'a str,
    name: &'a str,
    country: Option<&'a str>,
    registered_in: Option<&'a str>,
    references: Vec<Shown<ids::Id>>,
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
pub(crate) struct Destination<'a> {
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
    first: Shown<Timestamp>,
    last: Shown<Timestamp>,
    confidence: f64,
    evidence: Vec<Shown<EvidenceId>>,
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
            organisation_detail: organisation.map(Party::of),
            server_country,
            server_country_basis,
            operator: destination.operator.as_deref(),
            purpose: destination.purpose,
            entry: destination.entry.as_deref(),
            bytes_up: destination.bytes_up,
            bytes_down: destination.bytes_down,
            encryption: wording::encryption(destination.encryption),
            first: Shown(destination.first),
            last: Shown(destination.last),
            confidence: rounded(destination.confidence.value()),
            evidence: shown(&destination.evidence),
        }
    }
}

/// Something wrong.
#[derive(Serialize)]
pub(crate) struct Finding<'a> {
    id: Shown<ids::Id>,
    rule: &'a str,
    kind: FindingKind,
    device: Shown<model::DeviceId>,
    title: &'a str,
    severity: Severity,
    confidence: f64,
    root_cause: &'a str,
    explanation: &'a str,
    evidence: Vec<Shown<EvidenceId>>,
    references: Vec<Shown<ids::Id>>,
}

impl<'a> Finding<'a> {
    pub(crate) fn of(index: usize, finding: &'a model::Finding) -> Self {
        Self {
            id: Shown(ids::Id::Finding(index)),
            rule: &finding.rule,
            kind: finding.kind,
            device: Shown(finding.device),
            title: &finding.title,
            severity: finding.severity,
            confidence: rounded(finding.confidence.value()),
            root_cause: &finding.root_cause,
            explanation: &finding.explanation,
            evidence: shown(finding.evidence()),
            references: references(&finding.references),
        }
    }
}

/// Something to do.
#[derive(Serialize)]
pub(crate) struct Action<'a> {
    id: Shown<ids::Id>,
    rule: &'a str,
    device: Shown<model::DeviceId>,
    text: &'a str,
    breaks: Option<&'a str>,
    effort: Effort,
    verified_by: Option<&'a str>,
    findings: Vec<Shown<ids::Id>>,
}

impl<'a> Action<'a> {
    pub(crate) fn of(index: usize, action: &'a model::Action) -> Self {
        Self {
            id: Shown(ids::Id::Action(index)),
            rule: &action.rule,
            device: Shown(action.device),
            text: &action.text,
            breaks: action.breaks.as_deref(),
            effort: action.effort,
            verified_by: action.verified_by.as_deref(),
            findings: action.findings.iter().map(|i| Shown(ids::Id::Finding(*i))).collect(),
        }
    }
}

/// Something seen. `frame` counts from 1 within its source.
#[derive(Serialize)]
pub(crate) struct Evidence<'a> {
    field: &'static str,
    value: Value<'a>,
    source: usize,
    frame: u64,
    at: Shown<Timestamp>,
    last: Shown<Timestamp>,
    count: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<Shown<evidence::Service>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mac: Option<Shown<evidence::Mac>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes_up: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes_down: Option<u64>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Value<'a> {
    Text(&'a str),
    Service(Shown<evidence::Service>),
}

impl<'a> Evidence<'a> {
    pub(crate) fn of(evidence: &'a model::Evidence) -> Self {
        let mut view = Self {
            field: wording::witnessed(&evidence.what),
            value: Value::Text(""),
            source: evidence.source,
            frame: evidence.first.frame,
            at: Shown(evidence.first.at),
            last: Shown(evidence.last),
            count: evidence.count,
            about: None,
            mac: None,
            bytes_up: None,
            bytes_down: None,
        };
        match &evidence.what {
            Witness::Observation { value, about, .. } => {
                view.value = Value::Text(value);
                view.about = about.map(Shown);
            }
            Witness::Conversation { service, bytes_up, bytes_down } => {
                view.value = Value::Service(Shown(*service));
                view.bytes_up = Some(*bytes_up);
                view.bytes_down = Some(*bytes_down);
            }
            Witness::Registration { mac, registrant } => {
                view.value = Value::Text(registrant);
                view.mac = Some(Shown(*mac));
            }
        }
        view
    }
}

/// A published text.
#[derive(Serialize)]
pub(crate) struct Reference<'a> {
    title: &'a str,
    issuer: &'a str,
    date: Option<&'a str>,
    url: &'a str,
    grade: knowledge::kinds::Grade,
    read: Option<&'a str>,
}

impl<'a> Reference<'a> {
    pub(crate) fn of(source: &'a knowledge::kinds::Source) -> Self {
        Self {
            title: &source.title,
            issuer: &source.issuer,
            date: source.date.as_deref(),
            url: &source.url,
            grade: source.grade,
            read: source.read.as_deref(),
        }
    }
}

fn shown<T: Copy>(values: &[T]) -> Vec<Shown<T>> {
    values.iter().copied().map(Shown).collect()
}

fn references(sources: &[knowledge::kinds::Id]) -> Vec<Shown<ids::Id>> {
    sources.iter().map(|id| Shown(ids::Id::Reference(id.clone()))).collect()
}

/// To four decimals: what is beyond is noise of the sums.
fn rounded(number: f64) -> f64 {
    (number * 10_000.0).round() / 10_000.0
}
