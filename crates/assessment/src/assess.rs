//! The way from a ledger to an assessment, stage by stage.

use std::{cmp::Ordering, collections::BTreeMap};

use evidence::Ledger;
use knowledge::{Knowledge, kinds::Id};

use crate::{
    Settings,
    advice::advise,
    attribution::{
        destinations::{Names, destinations},
        exposure, identity, provenance,
    },
    book::Book,
    clues::Clues,
    devices::{self, Member, roles},
    findings::{Rules, Subject},
    model::{Action, Assessment, Device, Finding, Identity, Provenance, Score},
    scores,
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
    let now = today(ledger);
    let names = Names::of_all(&grouped.devices, knowledge);
    let rules = Rules::new(knowledge, &grouped);
    let mut devices = Vec::with_capacity(grouped.devices.len());
    let mut findings = Vec::new();
    for member in &grouped.devices {
        let mut device = describe(member);
        device.identity = identity::identify(member, &mut clues, &mut book);
        device.role = roles::of_kind(device.role, device.identity.kind.answer());
        device.provenance = provenance::provenance(device.identity.brand.answer(), &now, knowledge);
        device.exposure = exposure::exposure(&device.provenance, &now, knowledge);
        let home = &grouped.home;
        device.destinations = destinations(member, &names, home, &mut book);
        let (identity, destinations) = (&device.identity, &*device.destinations);
        let subject = Subject { id: device.id, member, identity, destinations };
        let checked = rules.check(subject, &mut book);
        device.weakness = scores::weakness(&checked.findings, checked.unknown_share);
        findings.extend(checked.findings);
        devices.push(device);
    }
    drop((clues, names, rules));
    findings.sort_by(worst_first);
    let actions = advise(&findings, knowledge);
    link(&mut devices, &findings, &actions);
    let sources = book.sources().filter_map(|id| ledger.sources.get(&id).cloned()).collect();
    let mut assessment = Assessment {
        knowledge_version: knowledge.pack().version.clone(),
        knowledge_as_of: knowledge.pack().as_of.clone(),
        policy: settings.policy.clone(),
        sources,
        dropped: ledger.dropped,
        devices,
        findings,
        actions,
        ..Assessment::default()
    };
    assessment.references = references(&assessment, knowledge);
    assessment.evidence = book.into_evidence();
    assessment
}

/// The day of the last frame, as `2026-11-21`.
fn today(ledger: &Ledger) -> String {
    let last = ledger.sources.values().filter_map(|source| source.last).max();
    last.unwrap_or_default().to_string().chars().take(10).collect()
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
        identity: Identity::default(),
        provenance: Provenance::default(),
        exposure: Vec::new(),
        destinations: Vec::new(),
        bytes_up,
        bytes_down,
        first: member.first().map(|first| first.at).unwrap_or_default(),
        last: member.last().unwrap_or_default(),
        weakness: Score::default(),
        findings: Vec::new(),
        actions: Vec::new(),
    }
}

/// Every source that something said about a device rests on.
fn references(
    assessment: &Assessment,
    knowledge: &Knowledge,
) -> BTreeMap<Id, knowledge::kinds::Source> {
    let sources = &knowledge.pack().sources;
    let mut references = BTreeMap::new();
    let mut cite = |ids: &[Id]| {
        for id in ids {
            if let Some(source) = sources.get(id).filter(|_| !references.contains_key(id)) {
                references.insert(id.clone(), source.clone());
            }
        }
    };
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
            claims.0.iter().flat_map(|it| &it.reasons).for_each(|reason| cite(&reason.sources));
        }
        device.provenance.parties().for_each(|(_, party)| cite(&party.sources));
        let organisations = device.destinations.iter().filter_map(|it| it.organisation.as_ref());
        organisations.for_each(|party| cite(&party.sources));
    }
    assessment.findings.iter().for_each(|finding| cite(&finding.references));
    references
}
