//! Why something is said: the chain from a claim down to frames and published texts, as plain data.
//!
//! What can be asked about: a finding (`f1`), an action (`a1`), a piece of evidence (`o12`), a device
//! (`d2`), one property of it (`d2.brand`, `d2.type`, `d2.maker`), one of its destinations (`d2.to3`,
//! counted from 1).

mod asked;
mod chain;

pub use asked::{Asked, NoAnswer, Property};
pub use chain::{Chain, Published, Seen, Stated, Step};

use crate::model::{
    Action, Assessment, Claim, Destination, Device, DeviceId, EvidenceId, Finding, Party,
};

/// The chain behind what `id` names in `assessment`.
///
/// # Errors
///
/// [`NoAnswer`] where `id` is no such name, or names nothing here; it says what does.
pub fn why<'a>(assessment: &'a Assessment, id: &str) -> Result<Chain<'a>, NoAnswer> {
    let asked = Asked::from_text(id)?;
    let missing = || asked.missing(assessment);
    let (device, stated) = match asked {
        Asked::Finding(index) => {
            let finding = assessment.findings.get(index).ok_or_else(missing)?;
            (Some(finding.device), vec![of_finding(assessment, finding)])
        }
        Asked::Action(index) => {
            let action = assessment.actions.get(index).ok_or_else(missing)?;
            (Some(action.device), of_action(assessment, action))
        }
        Asked::Evidence(id) => {
            let seen = Seen::of(assessment, id).ok_or_else(missing)?;
            (None, vec![of_evidence(seen)])
        }
        Asked::Device(id) => {
            let device = device(assessment, id).ok_or_else(missing)?;
            (Some(id), of_device(assessment, device))
        }
        Asked::Property(id, property) => {
            let device = device(assessment, id).ok_or_else(missing)?;
            (Some(id), of_property(assessment, device, property))
        }
        Asked::Destination(id, number) => {
            let device = device(assessment, id).ok_or_else(missing)?;
            let index = number.checked_sub(1).ok_or_else(missing)?;
            let destination = device.destinations.get(index).ok_or_else(missing)?;
            (Some(id), of_destination(assessment, destination))
        }
    };
    Ok(Chain { id: asked, device, stated })
}

fn device(assessment: &Assessment, id: DeviceId) -> Option<&Device> {
    assessment.devices.iter().find(|device| device.id == id)
}

fn of_finding<'a>(assessment: &'a Assessment, finding: &'a Finding) -> Stated<'a> {
    let step = Step {
        entry: Some(&finding.rule),
        strength: None,
        group: None,
        verified: Some(finding.verified),
        seen: Seen::all(assessment, finding.evidence()),
        published: Published::all(assessment, &finding.references),
    };
    Stated::new("finding", &finding.title, Some(finding.confidence), vec![step])
}

/// The action, then the findings it answers.
fn of_action<'a>(assessment: &'a Assessment, action: &'a Action) -> Vec<Stated<'a>> {
    let answered = action.findings.iter().filter_map(|index| assessment.findings.get(*index));
    let advice = Stated::new("action", &action.text, None, Vec::new());
    std::iter::once(advice).chain(answered.map(|it| of_finding(assessment, it))).collect()
}

fn of_evidence(seen: Seen<'_>) -> Stated<'_> {
    Stated::new("evidence", "", None, vec![Step { seen: vec![seen], ..Step::default() }])
}

/// Every answer there is about the device; without answers, the candidates.
fn of_device<'a>(assessment: &'a Assessment, device: &'a Device) -> Vec<Stated<'a>> {
    let properties = Property::ALL.iter().flat_map(|property| {
        let mut stated = of_property(assessment, device, *property);
        stated.truncate(1);
        stated
    });
    properties.collect()
}

fn of_property<'a>(
    assessment: &'a Assessment,
    device: &'a Device,
    property: Property,
) -> Vec<Stated<'a>> {
    let identity = &device.identity;
    let claims = match property {
        Property::Brand => &identity.brand,
        Property::Model => &identity.model,
        Property::Type => &identity.kind,
        Property::Os => &identity.os,
        Property::Firmware => &identity.firmware,
        Property::ModuleMaker => &identity.module_maker,
        Property::Maker => return of_party(assessment, property, device.provenance.maker.as_ref()),
        Property::Owner => return of_party(assessment, property, device.provenance.owner.as_ref()),
    };
    claims.0.iter().map(|claim| of_claim(assessment, property, claim)).collect()
}

fn of_claim<'a>(assessment: &'a Assessment, property: Property, claim: &'a Claim) -> Stated<'a> {
    let steps = claim.reasons.iter().map(|reason| Step {
        entry: Some(&reason.entry),
        strength: Some(reason.strength),
        group: Some(&reason.group),
        verified: Some(reason.verified),
        seen: Seen::all(assessment, &[reason.evidence]),
        published: Published::all(assessment, &reason.sources),
    });
    Stated::new(property.name(), &claim.value, Some(claim.confidence), steps.collect())
}

fn of_party<'a>(
    assessment: &'a Assessment,
    property: Property,
    party: Option<&'a Party>,
) -> Vec<Stated<'a>> {
    let stated = |party| {
        let step = of_entry(assessment, party, Vec::new());
        Stated::new(property.name(), &party.name, None, vec![step])
    };
    party.map(stated).into_iter().collect()
}

fn of_entry<'a>(assessment: &'a Assessment, party: &'a Party, seen: Vec<Seen<'a>>) -> Step<'a> {
    Step {
        entry: Some(&party.id),
        strength: None,
        group: None,
        verified: Some(party.verified),
        seen,
        published: Published::all(assessment, &party.sources),
    }
}

/// The name, then the organisation behind it.
fn of_destination<'a>(assessment: &'a Assessment, destination: &'a Destination) -> Vec<Stated<'a>> {
    let seen = || Seen::all(assessment, &destination.evidence);
    let name = Step { entry: destination.entry.as_deref(), seen: seen(), ..Step::default() };
    let confidence = Some(destination.confidence);
    let mut stated = vec![Stated::new("destination", &destination.name, confidence, vec![name])];
    if let Some(party) = &destination.organisation {
        let step = of_entry(assessment, party, seen());
        stated.push(Stated::new("organisation", &party.name, confidence, vec![step]));
    }
    stated
}

impl<'a> Seen<'a> {
    fn of(assessment: &'a Assessment, id: EvidenceId) -> Option<Self> {
        let evidence = assessment.evidence.get(&id)?;
        let source = assessment.sources.get(evidence.source).map_or("", |source| &source.name);
        Some(Self { id, evidence, source })
    }

    fn all(assessment: &'a Assessment, ids: &[EvidenceId]) -> Vec<Self> {
        ids.iter().filter_map(|id| Self::of(assessment, *id)).collect()
    }
}

impl<'a> Published<'a> {
    fn all(assessment: &'a Assessment, ids: &'a [Box<str>]) -> Vec<Self> {
        ids.iter().map(|id| Self { id, source: assessment.references.get(id) }).collect()
    }
}

#[cfg(test)]
mod tests;
