//! The shapes of the JSON contract, borrowed from an assessment and built one record at a time.
//!
//! `docs/schema/assessment.schema.json` is the contract; changes only add. Names here are the
//! contract's names, so this file reads like the document it writes.

mod device;

use std::{collections::BTreeMap, fmt::Display};

use assessment::{
    Assessment,
    model::{self, EvidenceId, Witness},
};
use evidence::Timestamp;
use knowledge::kinds::{
    Ask, Dimension, Effort, EntryKind, FindingKind, Id, LawSubject, Severity, Standing, Status,
};
use serde::{Serialize, Serializer};

use crate::{Options, ids, wording};

pub(crate) use device::Device;

/// The name and version of the contract.
pub const SCHEMA: &str = "houseguest.assessment/1";

/// Serialises as what it displays as.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Shown<T>(pub(crate) T);

impl<T: Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// Serialises as a list: a view of each item, made when its turn comes.
pub(crate) struct Views<'a, T, V> {
    items: &'a [T],
    view: fn(&'a T) -> V,
}

impl<T, V: Serialize> Serialize for Views<'_, T, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.items.iter().map(self.view))
    }
}

/// Items that serialise as what they display as.
type AllShown<'a, T> = Views<'a, T, Shown<T>>;

/// Published texts, cited.
type References<'a> = Views<'a, Id, Shown<ids::Cited<'a>>>;

/// Findings or actions, by their indexes.
type Numbers<'a> = Views<'a, usize, Shown<ids::Id>>;

/// What made the document.
#[derive(Serialize)]
pub(crate) struct GeneratedBy<'a> {
    version: &'a str,
    knowledge: KnowledgeVersion<'a>,
    policy: &'a str,
    /// The day as of which owners, lists and laws are stated.
    as_of: &'a str,
    residence: Option<&'a str>,
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
        Self {
            version: &options.generated_by,
            knowledge,
            policy: &assessment.policy,
            as_of: &assessment.as_of,
            residence: assessment.residence.as_deref(),
        }
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
    dimension: Option<Dimension>,
    evidence: AllShown<'a, EvidenceId>,
    against: AllShown<'a, EvidenceId>,
    references: References<'a>,
    verified: bool,
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
            dimension: finding.dimension,
            evidence: shown(finding.evidence()),
            against: shown(&finding.against),
            references: references(&finding.references),
            verified: finding.verified,
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
    findings: Numbers<'a>,
    advice: &'a [Id],
}

impl<'a> Action<'a> {
    pub(crate) fn of(index: usize, action: &'a model::Action) -> Self {
        Self {
            advice: &action.guides,
            id: Shown(ids::Id::Action(index)),
            rule: &action.rule,
            device: Shown(action.device),
            text: &action.text,
            breaks: action.breaks.as_deref(),
            effort: action.effort,
            verified_by: action.verified_by.as_deref(),
            findings: findings(&action.findings),
        }
    }
}

/// How to put something right, or what to think of where a device stands: steps, cost, what shows it.
#[derive(Serialize)]
pub(crate) struct Advice<'a> {
    id: &'a str,
    title: &'a str,
    steps: &'a [Box<str>],
    breaks: &'a str,
    cost: knowledge::kinds::Cost,
    verify: Option<knowledge::kinds::Verify>,
    references: References<'a>,
    verified: bool,
    note: Option<&'a str>,
}

impl<'a> Advice<'a> {
    pub(crate) fn of(advice: &'a knowledge::kinds::Advice) -> Self {
        Self {
            id: &advice.id,
            title: &advice.title,
            steps: &advice.steps,
            breaks: &advice.breaks,
            cost: advice.cost,
            verify: advice.verify,
            references: references(&advice.sources),
            verified: advice.verified,
            note: advice.note.as_deref(),
        }
    }
}

/// What to think of where a device stands.
#[derive(Serialize)]
pub(crate) struct Placement<'a> {
    device: Shown<model::DeviceId>,
    advice: &'a str,
    room: &'a str,
    senses: &'a [knowledge::kinds::Sensor],
}

impl<'a> Placement<'a> {
    pub(crate) fn of(placement: &'a model::Placement) -> Self {
        Self {
            device: Shown(placement.device),
            advice: &placement.advice,
            room: &placement.room,
            senses: &placement.senses,
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
            Witness::Address { mac } => view.mac = Some(Shown(*mac)),
            Witness::Registration { mac, registrant } => {
                view.value = Value::Text(registrant);
                view.mac = Some(Shown(*mac));
            }
        }
        view
    }
}

/// An entry of a list that some device's listing names.
#[derive(Serialize)]
pub(crate) struct ListEntry<'a> {
    list: &'a str,
    list_name: &'a str,
    name: &'a str,
    entry_type: EntryKind,
    effect: &'a str,
    does_not_restrict: &'a str,
    qualifier: Option<&'a str>,
    from: Option<&'a str>,
    to: Option<&'a str>,
    determination: Option<&'a str>,
    waivers: Vec<&'a str>,
    references: References<'a>,
    verified: bool,
}

impl<'a> ListEntry<'a> {
    /// Every entry named in `assessment`, by its id.
    pub(crate) fn all(assessment: &'a Assessment) -> BTreeMap<&'a str, Self> {
        let mut entries = BTreeMap::new();
        for listing in assessment.devices.iter().flat_map(|device| &*device.listings) {
            entries.entry(&*listing.entry).or_insert_with(|| Self::of(listing));
        }
        entries
    }

    fn of(listing: &'a assessment::Listing) -> Self {
        Self {
            list: &listing.list,
            list_name: &listing.list_name,
            name: &listing.entry_name,
            entry_type: listing.kind,
            effect: &listing.effect,
            does_not_restrict: &listing.does_not_restrict,
            qualifier: listing.qualifier.as_deref(),
            from: listing.from.as_deref(),
            to: listing.to.as_deref(),
            determination: listing.determination.as_deref(),
            waivers: listing.waivers.iter().map(|it| &*it.what).collect(),
            references: references(&listing.sources),
            verified: listing.verified,
        }
    }
}

/// A law that could reach a company behind a device: a possibility, never an event.
#[derive(Serialize)]
pub(crate) struct Law<'a> {
    jurisdiction: &'a str,
    name: &'a str,
    articles: Option<&'a str>,
    from: Option<&'a str>,
    status: Status,
    subject: LawSubject,
    kind: Standing,
    obliges: &'a str,
    whom: &'a str,
    cross_border: Option<&'a str>,
    safeguards: Option<&'a str>,
    note: Option<&'a str>,
    references: References<'a>,
    verified: bool,
}

impl<'a> Law<'a> {
    pub(crate) fn of(law: &'a knowledge::kinds::Law) -> Self {
        Self {
            jurisdiction: &law.jurisdiction,
            name: &law.name,
            articles: law.articles.as_deref(),
            from: law.from.as_deref(),
            status: law.status,
            subject: law.subject,
            kind: law.standing,
            obliges: &law.obliges,
            whom: &law.whom,
            cross_border: law.cross_border.as_deref(),
            safeguards: law.safeguards.as_deref(),
            note: law.note.as_deref(),
            references: references(&law.sources),
            verified: law.verified,
        }
    }
}

/// What the user may ask where they live.
#[derive(Serialize)]
pub(crate) struct Right<'a> {
    #[serde(rename = "right")]
    id: &'a str,
    regions: &'a [Box<str>],
    asks: &'a [Ask],
    says: &'a str,
    basis: &'a str,
    how: &'a str,
    deadline: Option<&'a str>,
    answers: &'a str,
    complain_to: Option<&'a str>,
    references: References<'a>,
    verified: bool,
}

impl<'a> Right<'a> {
    pub(crate) fn of(right: &'a knowledge::kinds::Right) -> Self {
        Self {
            id: &right.id,
            regions: &right.regions,
            asks: &right.asks,
            says: &right.says,
            basis: &right.basis,
            how: &right.how,
            deadline: right.deadline.as_deref(),
            answers: &right.answers,
            complain_to: right.complain_to.as_deref(),
            references: references(&right.sources),
            verified: right.verified,
        }
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

const fn shown<T: Copy>(items: &[T]) -> AllShown<'_, T> {
    Views { items, view: |item| Shown(*item) }
}

const fn references(sources: &[Id]) -> References<'_> {
    Views { items: sources, view: |id| Shown(ids::Cited(id)) }
}

const fn findings(indexes: &[usize]) -> Numbers<'_> {
    Views { items: indexes, view: |index| Shown(ids::Id::Finding(*index)) }
}

/// To four decimals: what is beyond is noise of the sums.
fn rounded(number: f64) -> f64 {
    (number * 10_000.0).round() / 10_000.0
}
