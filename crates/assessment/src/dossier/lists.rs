//! Which lists touch the subject, with the doubt that comes from relabelled products.

use std::{cmp::Ordering, collections::BTreeMap};

use knowledge::{
    Knowledge,
    dates::{lasts, later},
    kinds::{Brand, Id, Rebrand},
};

use super::{Subject, model::Binding};
use crate::attribution::{
    listings::{self, Applies, Listing, Part, Register, Step},
    provenance,
};

/// The answers for the subject; where some products of its name are another company's and it is not
/// known whether this one is, what would touch that company's is unknown. So is what touches one type
/// of device and not another, where several are sold under the name.
pub(super) fn listed(subject: &Subject<'_>, day: &str, knowledge: &Knowledge) -> Vec<Listing> {
    if subject.brand.is_none() && subject.organisation.is_none() {
        return Vec::new();
    }
    let register = Register::new(knowledge);
    let certain = as_subject(subject, day, knowledge);
    let types = subject.types();
    if certain.kind.is_some() || types.is_empty() {
        return of_one(&certain, subject, day, &register, knowledge);
    }
    let count = types.len();
    let mut by_entry: BTreeMap<Id, Vec<(&str, Listing)>> = BTreeMap::new();
    for kind in types {
        let as_kind = listings::Subject { kind: Some(kind.into()), ..certain.clone() };
        for listing in of_one(&as_kind, subject, day, &register, knowledge) {
            by_entry.entry(listing.entry.clone()).or_default().push((kind, listing));
        }
    }
    let mut found: Vec<_> = by_entry.into_values().filter_map(|it| merged(it, count)).collect();
    found.sort_by(order);
    found
}

/// The answers for one product, from a register that is there already.
pub(super) fn of_product(
    subject: &Subject<'_>,
    day: &str,
    register: &Register<'_>,
    knowledge: &Knowledge,
) -> Vec<Listing> {
    of_one(&as_subject(subject, day, knowledge), subject, day, register, knowledge)
}

fn order(a: &Listing, b: &Listing) -> Ordering {
    (a.applies, &a.list, &a.entry).cmp(&(b.applies, &b.list, &b.entry))
}

/// One answer from those for each of `count` types.
fn merged(answers: Vec<(&str, Listing)>, count: usize) -> Option<Listing> {
    let yes: Vec<_> =
        answers.iter().filter(|it| it.1.applies == Applies::Yes).map(|it| it.0).collect();
    let types = yes.join(", ");
    let everywhere = yes.is_empty() || yes.len() == count;
    let (_, mut first) = answers.into_iter().min_by_key(|(_, listing)| listing.applies)?;
    if !everywhere {
        let says =
            format!("it depends on the type of device: yes for {types}, not for every other");
        first.reasons.insert(0, Step { says: says.into(), sources: Vec::new(), verified: true });
        first.applies = Applies::Unknown;
        first.counted = false;
    }
    Some(first)
}

fn of_one(
    certain: &listings::Subject,
    subject: &Subject<'_>,
    day: &str,
    register: &Register<'_>,
    knowledge: &Knowledge,
) -> Vec<Listing> {
    let mut found = register.listings(certain, day);
    for rebrand in doubtful(subject, day, knowledge) {
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
    found.sort_by(order);
    found
}

/// The subject as the lists see it.
fn as_subject(subject: &Subject<'_>, day: &str, knowledge: &Knowledge) -> listings::Subject {
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
    let lasting = |it: &&Brand| lasts(it.from.as_deref(), it.to.as_deref(), day);
    let brand = subject.brand.filter(lasting);
    if let Some(brand) = brand {
        let maker = if made_by.is_some() { Part::Seller } else { Part::Maker };
        add(maker, brand.maker.as_ref());
        add(
            Part::Seller,
            brand.seller.as_ref().filter(|seller| brand.maker.as_ref() != Some(*seller)),
        );
        add(Part::Licensor, brand.licensed_from.as_ref());
        let own = subject.product.and_then(|it| it.platform.as_deref());
        let platform = own.or(brand.platform.as_deref());
        let operator = platform.and_then(|it| provenance::operator(it, knowledge));
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
        brand: brand.filter(|_| made_by.is_none()).map(|it| it.id.clone()),
        ..listings::Subject::default()
    }
}

/// The lists that answers are about, with whom each binds.
pub(super) fn binding(listings: &[Listing], knowledge: &Knowledge) -> BTreeMap<Id, Binding> {
    let named = listings.iter().filter_map(|it| knowledge.pack().lists.get(&it.list));
    let stated = |list: &knowledge::kinds::List| Binding {
        name: list.name.clone(),
        jurisdiction: list.jurisdiction.clone(),
        binds: list.binds.clone(),
    };
    named.map(|list| (list.id.clone(), stated(list))).collect()
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
fn doubtful<'k>(subject: &Subject<'_>, day: &str, knowledge: &'k Knowledge) -> Vec<&'k Rebrand> {
    let settled = subject.product.is_some_and(|it| it.made_by.is_some());
    let Some(brand) = subject.brand.filter(|_| !settled) else { return Vec::new() };
    let open = |it: &&Rebrand| {
        let general = subject.product.is_none() && subject.model.is_none();
        it.brand.as_ref() == Some(&brand.id)
            && it.from.as_deref().is_none_or(|from| !later(from, day))
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
    let until = rebrand.to.as_deref().map_or_else(String::new, |to| format!(" until {to}"));
    let says = format!(
        "some products of this name are made by {name}{until}; whether this one is, is not known"
    );
    let step =
        Step { says: says.into(), sources: rebrand.sources.clone(), verified: rebrand.verified };
    let mut reasons = vec![step];
    reasons.extend(listing.reasons);
    Listing { applies: Applies::Unknown, counted: false, reasons, ..listing }
}
