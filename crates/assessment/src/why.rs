//! Why something is said: the chain from a claim down to frames and published texts, as plain data.
//!
//! What can be asked about: a finding (`f1`), an action (`a1`), a piece of evidence (`o12`), a device
//! (`d2`), one property of it (`d2.brand`, `d2.type`, `d2.maker`), and, counted from 1, one of its
//! destinations (`d2.to3`), of the lists' entries (`d2.list1`) or of the states whose law could reach
//! the companies behind it (`d2.law1`).

mod asked;
mod chain;

pub use asked::{Asked, NoAnswer, Property};
pub use chain::{Chain, Published, Seen, Stated, Step};

use crate::{
    attribution::listings::{Applies, Listing},
    model::{
        Action, Assessment, Claim, Destination, Device, DeviceId, EvidenceId, Exposure, Finding,
        Noted, Party, USER,
    },
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
        Asked::Listing(id, number) => {
            let device = device(assessment, id).ok_or_else(missing)?;
            let index = number.checked_sub(1).ok_or_else(missing)?;
            let listing = device.listings.get(index).ok_or_else(missing)?;
            (Some(id), of_listing(assessment, device, listing))
        }
        Asked::Exposure(id, number) => {
            let device = device(assessment, id).ok_or_else(missing)?;
            let index = number.checked_sub(1).ok_or_else(missing)?;
            let exposure = device.exposure.get(index).ok_or_else(missing)?;
            (Some(id), of_exposure(assessment, device, exposure))
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
        verified: Some(finding.verified),
        seen: Seen::all(assessment, finding.evidence()),
        published: Published::all(assessment, &finding.references),
        ..Step::default()
    };
    let against = (!finding.against.is_empty()).then(|| Step {
        says: Some("but this speaks against it, and made it less sure"),
        seen: Seen::all(assessment, &finding.against),
        ..Step::default()
    });
    let steps = std::iter::once(step).chain(against).collect();
    Stated::new("finding", &finding.title, Some(finding.confidence), steps)
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
    let (identity, behind) = (&device.identity, &device.provenance);
    let claims = match property {
        Property::Brand => &identity.brand,
        Property::Model => &identity.model,
        Property::Type => &identity.kind,
        Property::Os => &identity.os,
        Property::Firmware => &identity.firmware,
        Property::ModuleMaker => &identity.module_maker,
        Property::Maker => return of_party(assessment, property, behind.maker.as_ref()),
        Property::Seller => return of_party(assessment, property, behind.seller.as_ref()),
        Property::LicensedFrom => {
            return of_party(assessment, property, behind.licensed_from.as_ref());
        }
        Property::Owner => return of_party(assessment, property, behind.owner.as_ref()),
        Property::PlatformOperator => {
            return of_party(assessment, property, behind.platform_operator.as_ref());
        }
        Property::Room => return of_note(assessment, property, device, |it| it.room.as_deref()),
        Property::Name => return of_note(assessment, property, device, |it| it.name.as_deref()),
    };
    claims.0.iter().map(|claim| of_claim(assessment, property, claim)).collect()
}

fn of_claim<'a>(assessment: &'a Assessment, property: Property, claim: &'a Claim) -> Stated<'a> {
    let steps = claim.reasons.iter().map(|reason| Step {
        says: (&*reason.group == USER).then_some(&*reason.entry),
        entry: (&*reason.group != USER).then_some(&*reason.entry),
        strength: Some(reason.strength),
        group: Some(&reason.group),
        verified: Some(reason.verified),
        seen: Seen::all(assessment, &[reason.evidence]),
        published: Published::all(assessment, &reason.sources),
    });
    Stated::new(property.name(), &claim.value, Some(claim.confidence), steps.collect())
}

/// What the user noted, and where the device was told by what the note is filed under.
fn of_note<'a>(
    assessment: &'a Assessment,
    property: Property,
    device: &'a Device,
    part: impl Fn(&'a Noted) -> Option<&'a str>,
) -> Vec<Stated<'a>> {
    let noted = device.note.as_deref().and_then(|note| Some((note, part(note)?)));
    let stated = |(note, text): (&'a Noted, &'a str)| {
        let seen = Seen::all(assessment, &[note.evidence]);
        let step = Step { says: Some(&note.says), seen, ..Step::default() };
        Stated::new(property.name(), text, None, vec![step])
    };
    noted.map(stated).into_iter().collect()
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
        verified: Some(party.verified),
        seen,
        published: Published::all(assessment, &party.sources),
        ..Step::default()
    }
}

/// What was seen of the brand, the reasons one after the other, and the entry itself.
fn of_listing<'a>(
    assessment: &'a Assessment,
    device: &'a Device,
    listing: &'a Listing,
) -> Vec<Stated<'a>> {
    let reasons = listing.reasons.iter().map(|reason| Step {
        says: Some(&reason.says),
        verified: (!reason.sources.is_empty()).then_some(reason.verified),
        published: Published::all(assessment, &reason.sources),
        ..Step::default()
    });
    let entry = Step {
        says: Some(&listing.effect),
        entry: Some(&listing.entry),
        verified: Some(listing.verified),
        published: Published::all(assessment, &listing.sources),
        ..Step::default()
    };
    let limits = Step { says: Some(&listing.does_not_restrict), ..Step::default() };
    let of = |property, step| Stated::new(property, &listing.entry_name, None, vec![step]);
    let property = match listing.applies {
        Applies::Yes => "listed",
        Applies::Unknown => "perhaps listed",
        Applies::No => "not listed",
    };
    let why = Stated::new(property, &listing.list_name, None, reasons.collect());
    let mut stated = vec![why, of("entry, its effect", entry), of("it does not restrict", limits)];
    stated.extend(of_property(assessment, device, Property::Brand).into_iter().take(1));
    stated
}

/// Each law that could oblige one of the companies, and the companies.
fn of_exposure<'a>(
    assessment: &'a Assessment,
    device: &'a Device,
    exposure: &'a Exposure,
) -> Vec<Stated<'a>> {
    let laws = exposure.laws.iter().filter_map(|id| assessment.laws.get(id));
    let steps = laws.map(|law| Step {
        says: Some(&law.obliges),
        entry: Some(&law.id),
        verified: Some(law.verified),
        published: Published::all(assessment, &law.sources),
        ..Step::default()
    });
    let possibility = "law that could reach a company, which says nothing of whether it did";
    let stated = Stated::new(possibility, &exposure.jurisdiction, None, steps.collect());
    let reached = |id: &str| exposure.through.iter().any(|(_, reached)| **reached == *id);
    let parties = device.provenance.parties().filter(|(_, party)| reached(&party.id));
    let companies = parties.map(|(_, party)| {
        Stated::new("company", &party.name, None, vec![of_entry(assessment, party, Vec::new())])
    });
    std::iter::once(stated).chain(companies).collect()
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
        let evidence = assessment.evidence.get(id)?;
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
