//! A note made part of what is said of its device.

use knowledge::Knowledge;

use super::{Brands, Note, brand_named};
use crate::{
    attribution::rivals::Property,
    book::Book,
    devices::{Identifier, Member, identifiers::bearing},
    model::{Claim, Claims, Confidence, Device, EvidenceId, Grounds, Noted, Reason, USER},
};

/// Lets `note` speak for `device`, which has its identity but nothing that follows from it.
pub(crate) fn apply<'a>(
    note: &Note,
    member: &Member<'a>,
    device: &mut Device,
    knowledge: &Knowledge,
    book: &mut Book<'a>,
) {
    let Some(evidence) = sighting(&note.device, member, book) else { return };
    let grounds = Grounds {
        entry: said_on(note),
        strength: Confidence::MOST.value(),
        group: USER.into(),
        sources: Vec::new(),
        verified: true,
    };
    let reason = Reason { evidence, grounds: grounds.into() };
    let identity = &mut device.identity;
    if let Some(text) = &note.brand {
        let brand = match brand_named(text, knowledge) {
            Brands::One(brand) => (brand.name.clone(), Some(brand.id.clone())),
            Brands::Several(_) | Brands::None(_) => (text.clone(), None),
        };
        let id = brand.1.clone().unwrap_or_else(|| text.clone());
        outrank(&mut identity.brand, brand, &reason);
        if note.model.is_none() {
            doubt_models_of_others(&mut identity.model, &id, knowledge);
        }
    }
    if let Some(text) = &note.model {
        outrank(&mut identity.model, (text.clone(), None), &reason);
    }
    if let Some(text) = &note.kind {
        outrank(&mut identity.kind, (text.clone(), None), &reason);
    }
    device.note = Some(Box::new(Noted {
        on: note.on.clone(),
        key: note.device.to_string().into(),
        says: said_on(note),
        room: note.room.clone(),
        name: note.name.clone(),
        evidence,
    }));
}

fn said_on(note: &Note) -> Box<str> {
    format!("the user's note of {}, filed under {}", note.on, note.device).into()
}

/// Where the device was told by the identifier that the note is filed under.
fn sighting<'a>(
    identifier: &Identifier,
    member: &Member<'a>,
    book: &mut Book<'a>,
) -> Option<EvidenceId> {
    match identifier {
        Identifier::Mac(mac) => Some(book.address(*mac, member.first()?)),
        Identifier::Ip(_) => {
            let said = member.observations().next().map(|it| book.observation(it));
            said.or_else(|| member.conversations().next().map(|it| book.conversation(it)))
        }
        other => Some(book.observation(bearing(member, other)?)),
    }
}

/// Puts the user's value before all others; if it is among them, it keeps its reasons.
fn outrank(claims: &mut Claims, (value, id): (Box<str>, Option<Box<str>>), reason: &Reason) {
    let same = claims.0.iter().position(|claim| match (&claim.id, &id) {
        (Some(ours), Some(users)) => ours == users,
        _ => claim.value.eq_ignore_ascii_case(&value),
    });
    let mut others = std::mem::take(&mut claims.0).into_vec();
    let also = same.map(|place| others.remove(place).reasons).unwrap_or_default();
    let reasons = std::iter::once(reason.clone()).chain(also).collect();
    let first = Claim { value, id, confidence: Confidence::MOST, reasons };
    claims.0 = std::iter::once(first).chain(others).collect();
}

/// A model that only another house's fingerprints name is hardly the user's brand's.
fn doubt_models_of_others(models: &mut Claims, brand: &str, knowledge: &Knowledge) {
    let fingerprints = &knowledge.pack().fingerprints;
    let of_other = |reason: &Reason| {
        let told = fingerprints.get(&reason.entry).and_then(|it| it.tells.brand.as_deref());
        told.is_some_and(|told| Property::Brand.excludes(told, brand, knowledge))
    };
    for claim in &mut models.0 {
        if claim.reasons.iter().all(of_other) {
            let left = claim.confidence.value() * (1.0 - Confidence::MOST.value());
            claim.confidence = Confidence::new(left);
        }
    }
    models.0.sort_by(|a, b| b.confidence.value().total_cmp(&a.confidence.value()));
}
