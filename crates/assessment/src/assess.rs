//! The way from a ledger to an assessment, stage by stage.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use evidence::Ledger;
use hashbrown::HashSet;
use knowledge::{
    Knowledge,
    kinds::{Id, Law},
};

use crate::{
    Settings,
    advice::{advise, named, placements, verifications},
    attribution::{
        destinations::{Names, destinations},
        identity,
        rights::rights,
    },
    book::Book,
    clues::Clues,
    devices::{self, Member, roles},
    findings::{Rules, Subject},
    model::{Action, Assessment, Device, Finding, Identity, Scores},
    notes::{self, Filed},
    standing::Standing,
};

/// Assesses everything in `ledger` by what `knowledge` says.
///
/// Pure: the same inputs give the same assessment. "Now", for facts that hold from one day to
/// another, is the time of the last frame.
#[must_use]
pub fn assess(ledger: &Ledger, knowledge: &Knowledge, settings: &Settings) -> Assessment {
    let mut book = Book::new(ledger);
    let mut clues = Clues::new(knowledge);
    let mut grouped = devices::group(ledger, settings);
    for member in &mut grouped.devices {
        roles::settle(member, &mut clues);
    }
    let day = settings.as_of.clone().unwrap_or_else(|| knowledge.pack().as_of.clone());
    let mut standing = Standing::on(&day, settings, knowledge);
    let names = Names::of_all(&grouped.devices, knowledge);
    let rules = Rules::new(knowledge, &grouped);
    let notes = Filed::under(&grouped, &settings.notes);
    let mut devices = Vec::with_capacity(grouped.devices.len());
    let mut findings = Vec::new();
    let mut identifiers =
        if settings.identifiers { notes::identifiers_of_all(&grouped) } else { BTreeMap::new() };
    for member in &grouped.devices {
        let mut device = describe(member);
        device.identifiers = identifiers.remove(&member.id).unwrap_or_default();
        device.identity = identity::identify(member, &mut clues, &mut book);
        if let Some(note) = notes.on(device.id) {
            notes::apply(note, member, &mut device, knowledge, &mut book);
        }
        device.role = roles::of_kind(device.role, device.identity.kind.answer());
        standing.describe(&mut device);
        let home = &grouped.home;
        device.destinations = destinations(member, &names, home, &mut book);
        let (identity, destinations) = (&device.identity, &*device.destinations);
        let subject = Subject { id: device.id, member, identity, destinations };
        let checked = rules.check(subject, &mut book);
        device.scores = standing.score(&device, &checked);
        findings.extend(checked.findings);
        devices.push(device);
    }
    drop((clues, names, rules));
    findings.sort_by(worst_first);
    let actions = advise(&findings, &devices, knowledge);
    link(&mut devices, &findings, &actions);
    let sources = book.sources().filter_map(|id| ledger.sources.get(&id).cloned()).collect();
    let mut assessment = Assessment {
        knowledge_version: knowledge.pack().version.clone(),
        knowledge_as_of: knowledge.pack().as_of.clone(),
        policy: settings.policy.clone(),
        residence: settings.residence.clone(),
        sources,
        dropped: ledger.dropped,
        devices,
        findings,
        actions,
        ..Assessment::default()
    };
    let residence = settings.residence.as_deref();
    let told = residence.map(|place| rights(place, &day, knowledge)).unwrap_or_default();
    assessment.rights = told.into_iter().cloned().collect();
    assessment.laws = laws(&assessment.devices, knowledge);
    assessment.as_of = day;
    assessment.placements = placements(&assessment.devices, knowledge);
    assessment.advice = named(&assessment, knowledge);
    assessment.verifications = verifications(knowledge);
    assessment.references = references(&assessment, knowledge);
    assessment.evidence = book.into_evidence();
    assessment
}

/// By severity, then by how sure; then in an order that does not depend on chance.
fn worst_first(a: &Finding, b: &Finding) -> Ordering {
    let severity = b.severity.cmp(&a.severity);
    let surest = b.confidence.value().total_cmp(&a.confidence.value());
    severity.then(surest).then_with(|| (a.device, &a.rule).cmp(&(b.device, &b.rule)))
}

/// Tells devices which findings and actions are theirs.
fn link(devices: &mut [Device], findings: &[Finding], actions: &[Action]) {
    for (index, finding) in findings.iter().enumerate() {
        if let Some(device) = finding.device.index().and_then(|index| devices.get_mut(index)) {
            device.findings.push(index);
        }
    }
    for (index, action) in actions.iter().enumerate() {
        if let Some(device) = action.device.index().and_then(|index| devices.get_mut(index)) {
            device.actions.push(index);
        }
    }
}

/// What needs no pack to be said.
fn describe(member: &Member<'_>) -> Device {
    let traffic = member.conversations().map(|conversation| conversation.traffic);
    let (bytes_up, bytes_down) = traffic.fold((0_u64, 0_u64), |(up, down), traffic| {
        (up.saturating_add(traffic.bytes_up), down.saturating_add(traffic.bytes_down))
    });
    Device {
        id: member.id,
        local: member.local,
        role: member.role,
        macs: member.macs.clone(),
        ips: member.ips.clone(),
        names: devices::names(member),
        identifiers: Vec::new(),
        note: None,
        identity: Identity::default(),
        provenance: Arc::default(),
        exposure: Arc::default(),
        destinations: Vec::new(),
        bytes_up,
        bytes_down,
        first: member.first().map(|first| first.at).unwrap_or_default(),
        last: member.last().unwrap_or_default(),
        listings: Arc::default(),
        sensors: Vec::new(),
        product: None,
        scores: Scores::default(),
        findings: Vec::new(),
        actions: Vec::new(),
    }
}

/// Every law that reaches a company behind one of `devices`.
fn laws(devices: &[Device], knowledge: &Knowledge) -> BTreeMap<Id, Law> {
    let named = devices.iter().flat_map(|it| &*it.exposure).flat_map(|it| &it.laws);
    let known = |id: &Id| Some((id.clone(), knowledge.pack().laws.get(id)?.clone()));
    named.collect::<BTreeSet<_>>().into_iter().filter_map(known).collect()
}

/// Every source that something said about a device rests on.
fn references<'a>(
    assessment: &'a Assessment,
    knowledge: &Knowledge,
) -> BTreeMap<Id, knowledge::kinds::Source> {
    let sources = &knowledge.pack().sources;
    let mut cited: HashSet<&'a str> = HashSet::new();
    // Many devices share these, so each is gone through once.
    let (mut grounds, mut listed) = (HashSet::new(), HashSet::new());
    let mut cite = |ids: &'a [Id]| cited.extend(ids.iter().map(|id| &**id));
    for device in &assessment.devices {
        let identity = &device.identity;
        for claims in [
            &identity.brand,
            &identity.model,
            &identity.kind,
            &identity.os,
            &identity.firmware,
            &identity.module_maker,
        ] {
            for reason in claims.0.iter().flat_map(|it| &it.reasons) {
                if grounds.insert(Arc::as_ptr(&reason.grounds)) {
                    cite(&reason.sources);
                }
            }
        }
        let organisations = device.destinations.iter().filter_map(|it| it.organisation.as_ref());
        organisations.for_each(|party| cite(&party.sources));
        if !listed.insert(Arc::as_ptr(&device.provenance)) {
            continue;
        }
        device.provenance.parties().for_each(|(_, party)| cite(&party.sources));
        for listing in &*device.listings {
            cite(&listing.sources);
            listing.reasons.iter().for_each(|step| cite(&step.sources));
        }
    }
    assessment.findings.iter().for_each(|finding| cite(&finding.references));
    assessment.laws.values().for_each(|law| cite(&law.sources));
    assessment.rights.iter().for_each(|right| cite(&right.sources));
    assessment.advice.values().for_each(|advice| cite(&advice.sources));
    let known = cited.into_iter().filter_map(|id| sources.get_key_value(id));
    known.map(|(id, source)| (id.clone(), source.clone())).collect()
}
