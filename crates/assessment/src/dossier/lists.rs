//! Which lists touch the subject, with the doubt that comes from relabelled products.

use knowledge::{
    Knowledge,
    kinds::{Id, Rebrand},
};

use super::Subject;
use crate::attribution::{
    listings::{self, Applies, Listing, Part, Register, Step},
    provenance,
};

/// The answers for the subject; where some products of its name are another company's and it is not
/// known whether this one is, what would touch that company's is unknown.
pub(super) fn listed(subject: &Subject<'_>, day: &str, knowledge: &Knowledge) -> Vec<Listing> {
    let register = Register::new(knowledge);
    let certain = as_subject(subject, knowledge);
    let mut found = register.listings(&certain, day);
    for rebrand in doubtful(subject, knowledge) {
        let mut perhaps = certain.clone();
        perhaps.parties.retain(|(part, _)| *part != Part::Maker);
        perhaps.parties.push((Part::Maker, rebrand.made_by.clone()));
        for listing in register.listings(&perhaps, day) {
            let settled =
                |it: &Listing| it.entry == listing.entry && it.applies <= Applies::Unknown;
            if listing.applies == Applies::Yes && !found.iter().any(settled) {
                found.retain(|it| it.entry != listing.entry);
                found.push(doubted(listing, rebrand, knowledge));
            }
        }
    }
    found.sort_by(|a, b| (a.applies, &a.list, &a.entry).cmp(&(b.applies, &b.list, &b.entry)));
    found
}

/// The subject as the lists see it.
pub(super) fn as_subject(subject: &Subject<'_>, knowledge: &Knowledge) -> listings::Subject {
    let mut parties: Vec<(Part, Id)> = Vec::new();
    let mut add = |part: Part, id: Option<&Id>| {
        if let Some(id) = id.filter(|id| !parties.contains(&(part, (*id).clone()))) {
            parties.push((part, id.clone()));
        }
    };
    add(Part::Maker, subject.organisation.map(|it| &it.id));
    let made_by = subject
        .product
        .and_then(|it| it.made_by.as_ref())
        .or_else(|| relabelled(subject, knowledge));
    add(Part::Maker, made_by);
    if let Some(brand) = subject.brand {
        let maker = if made_by.is_some() { Part::Seller } else { Part::Maker };
        add(maker, brand.maker.as_ref());
        add(
            Part::Seller,
            brand.seller.as_ref().filter(|seller| brand.maker.as_ref() != Some(*seller)),
        );
        add(Part::Licensor, brand.licensed_from.as_ref());
        let operator = brand.platform.as_deref().and_then(|it| provenance::operator(it, knowledge));
        add(Part::PlatformOperator, operator.as_ref().map(|it| &it.id));
    }
    let product = subject.product;
    listings::Subject {
        parties,
        kind: subject.kind().map(Into::into),
        modules: product.and_then(|it| it.module.clone()).into_iter().collect(),
        produced_in: None,
        made_in: product.map(|it| it.produced_in.clone()).unwrap_or_default(),
        authorised: product.and_then(|it| it.authorised.clone()),
        consumer: None,
        brand: subject.brand.filter(|_| made_by.is_none()).map(|it| it.id.clone()),
        ..listings::Subject::default()
    }
}

/// Who makes the model, where a relabelled product of exactly this model is recorded.
fn relabelled<'k>(subject: &Subject<'_>, knowledge: &'k Knowledge) -> Option<&'k Id> {
    let brand = subject.brand?;
    let mut rebrands = knowledge.pack().rebrands.values();
    let this = |it: &&Rebrand| {
        it.brand.as_ref() == Some(&brand.id) && it.to.is_none() && names(it, subject)
    };
    rebrands.find(this).map(|it| &it.made_by)
}

/// Relabelled products of the subject's brand of which it may or may not be one.
fn doubtful<'k>(subject: &Subject<'_>, knowledge: &'k Knowledge) -> Vec<&'k Rebrand> {
    let settled = subject.product.is_some_and(|it| it.made_by.is_some());
    let Some(brand) = subject.brand.filter(|_| !settled) else { return Vec::new() };
    let open = |it: &&Rebrand| {
        let general = subject.product.is_none() && subject.model.is_none();
        it.brand.as_ref() == Some(&brand.id)
            && brand.maker.as_ref() != Some(&it.made_by)
            && (it.models.is_empty() || general)
    };
    knowledge.pack().rebrands.values().filter(open).collect()
}

fn names(rebrand: &Rebrand, subject: &Subject<'_>) -> bool {
    let model = subject.product.map(|it| &it.model).or(subject.model.as_ref());
    model.is_some_and(|model| rebrand.models.iter().any(|it| it.eq_ignore_ascii_case(model)))
}

fn doubted(listing: Listing, rebrand: &Rebrand, knowledge: &Knowledge) -> Listing {
    let company = knowledge.pack().organisations.get(&rebrand.made_by);
    let name = company.map_or(&*rebrand.made_by, |it| &*it.name);
    let step = Step {
        says: format!(
            "some products of this name are made by {name}; whether this one is, is not known"
        )
        .into(),
        sources: rebrand.sources.clone(),
        verified: rebrand.verified,
    };
    let mut reasons = vec![step];
    reasons.extend(listing.reasons);
    Listing { applies: Applies::Unknown, counted: false, reasons, ..listing }
}
