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
    attribution::rights::rights,
    devices,
    findings::Rules,
    judging::{Judged, Network, Workers},
    model::{Action, Assessment, Device, DeviceId, Finding},
    notes::{self, Filed},
};

/// Assesses everything in `ledger` by what `knowledge` says.
///
/// Pure: the same inputs give the same assessment. Facts that hold from one day to another are told as
/// of the day in `settings`, or else the day the pack was last checked.
#[must_use]
pub fn assess(ledger: &Ledger, knowledge: &Knowledge, settings: &Settings) -> Assessment {
    let mut grouped = devices::group(ledger, settings);
    let workers = Workers::settle(&mut grouped, knowledge, settings.workers);
    let day = settings.as_of.clone().unwrap_or_else(|| knowledge.pack().as_of.clone());
    let network = Network {
        ledger,
        grouped: &grouped,
        rules: Rules::new(knowledge, &grouped),
        notes: Filed::under(&grouped, &settings.notes),
        knowledge,
        settings,
        day: &day,
    };
    let Judged { mut devices, mut findings, book } = workers.judge(&network);
    drop(network);
    if settings.identifiers {
        for (id, identifiers) in notes::identifiers_of_all(&grouped) {
            if let Some(device) = id.index().and_then(|index| devices.get_mut(index)) {
                device.identifiers = identifiers.into();
            }
        }
    }
    let sources = book.sources().filter_map(|id| ledger.sources.get(&id).cloned()).collect();
    // What is not needed any more makes room for the rest.
    let evidence = book.into_evidence();
    drop(grouped);
    findings.sort_by(worst_first);
    let actions = advise(&findings, &devices, knowledge);
    link(&mut devices, &findings, &actions);
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
        evidence,
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
    for (device, own) in by_device(findings.iter().map(|finding| finding.device)) {
        if let Some(device) = device.index().and_then(|index| devices.get_mut(index)) {
            device.findings = own.into();
        }
    }
    for (device, own) in by_device(actions.iter().map(|action| action.device)) {
        if let Some(device) = device.index().and_then(|index| devices.get_mut(index)) {
            device.actions = own.into();
        }
    }
}

/// Where in `devices` each device stands.
fn by_device(devices: impl Iterator<Item = DeviceId>) -> BTreeMap<DeviceId, Vec<usize>> {
    let mut places: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (place, device) in devices.enumerate() {
        places.entry(device).or_default().push(place);
    }
    places
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
