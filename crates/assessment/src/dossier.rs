//! Everything the pack knows of a thing one might buy, or has, as things stood on one day.
//!
//! Five layers stay apart: the name on the box, who makes it, who sells it or owns the name, whose
//! cloud it uses, and who owns those, upward. Everything is a statement of the pack with its sources;
//! what the pack does not know is said to be unknown, which is not the same as fine.
//!
//! **Invariants.** Pure. What a law would allow is a possibility; what happened to another model is
//! not said of this one; alternatives are offered for what can be measured, never for a country.

mod alternatives;
mod cited;
mod facts;
mod incidents;
mod layers;
mod lists;
mod model;
mod reach;
mod standards;
mod unknown;

use std::collections::BTreeSet;

use knowledge::{
    Knowledge,
    kinds::{Brand, Id, Organisation, Pack, Product},
};

pub use cited::Cited;
pub use model::{
    About, Alternative, Asked, Binding, Demand, Disclosed, Dossier, Entitled, Happened, Lawful,
    Layer, Model, Part, Reached, Reaches, Relabel, Unknown,
};

use crate::{
    attribution::rights::rights,
    model::Device,
    search::{Meant, find},
};

/// From where and when somebody looks.
#[derive(Clone, Copy, Debug)]
pub struct Viewpoint<'a> {
    /// The day, as `2026-11-22`.
    pub day: &'a str,
    /// Where they live: `DE`, `US-CA`.
    pub residence: Option<&'a str>,
}

/// What a dossier is about, with the pack's entries found.
pub(crate) struct Subject<'k> {
    brand: Option<&'k Brand>,
    organisation: Option<&'k Organisation>,
    /// One product, those of a family, or all of the brand or company.
    products: Vec<&'k Product>,
    /// The product, where exactly one is meant.
    product: Option<&'k Product>,
    /// The model as asked for, where the pack has no entry for it.
    model: Option<Box<str>>,
    /// The type of device, where known otherwise.
    kind: Option<Box<str>>,
}

/// Gathers what `knowledge` says of what is `meant`.
#[must_use]
pub fn dossier(meant: &Meant, view: Viewpoint<'_>, knowledge: &Knowledge) -> Dossier {
    gather(&Subject::of(meant, knowledge.pack()), view, knowledge)
}

/// The same for a device that was recognised in traffic: its brand's id, its model and type as said
/// there.
#[must_use]
pub fn dossier_of_device(
    meant: &Meant,
    kind: Option<&str>,
    view: Viewpoint<'_>,
    knowledge: &Knowledge,
) -> Dossier {
    let mut subject = Subject::of(meant, knowledge.pack());
    subject.kind = kind.map(Into::into);
    let same = |it: &&Product| kind == Some(&*it.kind);
    if subject.products.iter().any(same) {
        subject.products.retain(same);
    }
    gather(&subject, view, knowledge)
}

/// What is known of a device that was recognised in traffic.
#[must_use]
pub fn dossier_of_seen(device: &Device, view: Viewpoint<'_>, knowledge: &Knowledge) -> Dossier {
    let kind = device.identity.kind.answer().map(|claim| &*claim.value);
    dossier_of_device(&meant(device, knowledge), kind, view, knowledge)
}

/// What a recognised device is in the pack's words; nothing is said of a brand that only a prefix tells.
#[must_use]
pub fn meant(device: &Device, knowledge: &Knowledge) -> Meant {
    let identity = &device.identity;
    let model = identity.model.answer().map(|claim| claim.value.clone());
    let brand = identity.brand.answer().filter(|_| !device.is_told_by_prefix());
    let Some(brand) = brand.and_then(|claim| claim.id.clone()) else {
        return Meant::Brand { brand: "".into(), model };
    };
    let name = knowledge.pack().brands.get(&brand).map_or("", |it| &*it.name);
    let text = format!("{name} {}", model.as_deref().unwrap_or_default());
    let of_brand = |it: &Meant| match it {
        Meant::Product(id) => {
            knowledge.pack().products.get(id).is_some_and(|product| product.brand == brand)
        }
        _ => false,
    };
    let readings = find(&text, knowledge).readings.into_iter().map(|it| it.meant);
    let product = readings.into_iter().find(of_brand).filter(|_| model.is_some());
    product.unwrap_or(Meant::Brand { brand, model })
}

fn gather(subject: &Subject<'_>, view: Viewpoint<'_>, knowledge: &Knowledge) -> Dossier {
    let day = view.day;
    let layers = layers::layers(subject, day, knowledge);
    let mut dossier = Dossier {
        day: day.into(),
        title: subject.title(),
        brand: subject.brand.map(|it| it.id.clone()),
        model: subject.product.map(|it| it.model.clone()).or_else(|| subject.model.clone()),
        types: subject.types().into_iter().map(Into::into).collect(),
        models: facts::models(subject, day),
        links: layers::links(&layers, day, knowledge),
        relabels: layers::relabels(subject, day, knowledge),
        reach: reach::reach(&layers, day, knowledge),
        incidents: incidents::incidents(subject, &layers, day, knowledge),
        standards: standards::standards(subject, day, knowledge),
        alternatives: alternatives::alternatives(subject, day, knowledge),
        listings: lists::listed(subject, day, knowledge),
        layers,
        ..Dossier::default()
    };
    if let Some(residence) = view.residence {
        dossier.residence = Some(residence.into());
        let rights = rights(residence, day, knowledge);
        dossier.rights = rights.into_iter().map(|it| facts::entitled(it, day)).collect();
    }
    dossier.lists = lists::binding(&dossier.listings, knowledge);
    dossier.unknown = unknown::unknown(subject, &dossier);
    dossier.cite(knowledge);
    dossier
}

impl<'k> Subject<'k> {
    fn of(meant: &Meant, pack: &'k Pack) -> Self {
        let products_of =
            |brand: &Id| pack.products.values().filter(|it| it.brand == *brand).collect();
        let mut subject = Self {
            brand: None,
            organisation: None,
            products: Vec::new(),
            product: None,
            model: None,
            kind: None,
        };
        match meant {
            Meant::Product(id) => {
                subject.product = pack.products.get(id);
                subject.products.extend(subject.product);
                subject.brand = subject.product.and_then(|it| pack.brands.get(&it.brand));
            }
            Meant::Family { brand, name, products } => {
                subject.brand = pack.brands.get(brand);
                subject.products = products.iter().filter_map(|id| pack.products.get(id)).collect();
                subject.model = Some(name.clone());
            }
            Meant::Brand { brand, model } => {
                subject.brand = pack.brands.get(brand);
                subject.model.clone_from(model);
                if model.is_none() {
                    subject.products = products_of(brand);
                }
            }
            Meant::Organisation(id) => subject.organisation = pack.organisations.get(id),
        }
        subject
    }

    fn of_product(product: &'k Product, pack: &'k Pack) -> Self {
        Self::of(&Meant::Product(product.id.clone()), pack)
    }

    fn title(&self) -> Box<str> {
        let name = self.brand.map(|it| &*it.name).or(self.organisation.map(|it| &*it.name));
        let model = self.product.map(|it| &*it.model).or(self.model.as_deref());
        called(name.unwrap_or_default(), model.unwrap_or_default())
    }

    /// The types of device it is or can be.
    fn types(&self) -> BTreeSet<&str> {
        match &self.kind {
            Some(kind) => BTreeSet::from([&**kind]),
            None => self.products.iter().map(|it| &*it.kind).collect(),
        }
    }

    /// The type, where only one is possible.
    fn kind(&self) -> Option<&str> {
        let types = self.types();
        types.first().copied().filter(|_| types.len() == 1)
    }
}

/// A brand and a model in one, the brand not said twice.
fn called(brand: &str, model: &str) -> Box<str> {
    if model.starts_with(brand) {
        model.into()
    } else {
        format!("{brand} {model}").trim_end().into()
    }
}

#[cfg(test)]
mod tests;
