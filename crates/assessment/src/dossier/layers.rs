//! Who is behind a product: each layer by itself, and owners upward.

use std::collections::BTreeSet;

use knowledge::{
    Knowledge, Share,
    dates::{lasts, later},
    kinds::{Brand, Holding, Id, ModuleMaker, Organisation, Pack, Product},
};

use super::{
    Subject,
    cited::{Cited, Cites},
    model::{Disclosed, Layer, Part, Relabel},
};

/// Owners are followed upward through holdings that decide alone, or may come near it: from a
/// quarter on, where the percentage is known. Our choice, after the threshold that beneficial-owner
/// registers use.
const FOLLOWED_PERCENT: f64 = 25.0;

/// How many steps upward at most.
const HIGHEST: usize = 8;

/// All layers, nearest first: brand, companies, platform, then their owners.
pub(super) fn layers(subject: &Subject<'_>, day: &str, knowledge: &Knowledge) -> Vec<Layer> {
    let mut behind = Behind { pack: knowledge.pack(), day, layers: Vec::new() };
    if let Some(organisation) = subject.organisation {
        behind.company(Part::Company, &organisation.id, organisation.cited(day));
    }
    if let Some(brand) = subject.brand {
        let own = subject.product.filter(|it| it.platform.is_some());
        behind.brand(brand, own);
    }
    if let Some(product) = subject.product {
        behind.product(product);
    }
    behind.owners();
    behind.layers
}

struct Behind<'k> {
    pack: &'k Pack,
    day: &'k str,
    layers: Vec<Layer>,
}

impl Behind<'_> {
    /// The brand with its companies, and its platform where the product has none of its own.
    fn brand(&mut self, brand: &Brand, own: Option<&Product>) {
        let cited = brand.cited(self.day);
        self.layers.push(Layer {
            from: brand.from.clone(),
            to: brand.to.clone(),
            now: lasts(brand.from.as_deref(), brand.to.as_deref(), self.day),
            ..named(Part::Brand, Some(&brand.id), &brand.name, cited.clone())
        });
        if !lasts(brand.from.as_deref(), brand.to.as_deref(), self.day) {
            return;
        }
        let parts = [
            (Part::Maker, &brand.maker),
            (Part::Seller, &brand.seller),
            (Part::Licensor, &brand.licensed_from),
        ];
        let cited = Cited { note: None, ..cited };
        for (part, company) in parts {
            let Some(company) = company else { continue };
            if part != Part::Seller || brand.maker.as_ref() != Some(company) {
                self.company(part, company, cited.clone());
            }
        }
        let cited = own.map_or(cited, |product| product.cited(self.day));
        let platform = own.and_then(|it| it.platform.as_ref()).or(brand.platform.as_ref());
        if let Some(name) = platform {
            self.platform(name, &cited);
        }
    }

    fn product(&mut self, product: &Product) {
        let cited = product.cited(self.day);
        if let Some(maker) = &product.made_by {
            self.company(Part::MadeBy, maker, cited.clone());
        }
        let Some(module) = product.module.as_ref().and_then(|id| self.pack.modules.get(id)) else {
            return;
        };
        self.module(module, cited);
    }

    fn module(&mut self, module: &ModuleMaker, cited: Cited) {
        let known =
            module.organisation.as_ref().filter(|id| self.pack.organisations.contains_key(*id));
        match known {
            Some(organisation) => self.company(Part::Module, organisation, cited),
            None => self.layers.push(Layer {
                headquartered_in: module.headquartered_in.clone(),
                ..named(Part::Module, Some(&module.id), &module.name, cited)
            }),
        }
    }

    fn platform(&mut self, name: &str, cited: &Cited) {
        let Some(platform) = self.pack.platform(name) else {
            return self.layers.push(named(Part::Platform, None, name, cited.clone()));
        };
        let by = platform.cited(self.day);
        let layer = named(Part::Platform, Some(&platform.id), &platform.name, cited.clone());
        self.layers.push(layer);
        if let Some(operator) = &platform.operator {
            self.company(Part::Operator, operator, by);
        }
    }

    /// Adds a company unless it has that part already; what is said of it rests on `cited`.
    fn company(&mut self, part: Part, id: &Id, cited: Cited) {
        if self.layers.iter().any(|it| it.part == part && it.id.as_ref() == Some(id)) {
            return;
        }
        if let Some(organisation) = self.pack.organisations.get(id) {
            self.layers.push(of_company(part, organisation, cited));
        }
    }

    /// Adds the owners of every company so far, level by level.
    fn owners(&mut self) {
        let companies = self.layers.iter().filter(|it| is_company(it.part));
        let mut level: Vec<Id> = companies.filter_map(|it| it.id.clone()).collect();
        let mut seen = BTreeSet::new();
        for height in 0..HIGHEST {
            let mut next = Vec::new();
            for held in level {
                if seen.insert(held.clone()) {
                    next.extend(self.owners_of(&held, height));
                }
            }
            level = next;
        }
    }

    /// Adds the owners of one company; says which of them to follow.
    fn owners_of(&mut self, held: &Id, height: usize) -> Vec<Id> {
        let Some(organisation) = self.pack.organisations.get(held) else { return Vec::new() };
        let mut followed = Vec::new();
        for holding in &organisation.owners {
            let began = holding.from.as_deref().is_none_or(|from| !later(from, self.day));
            let now = lasts(holding.from.as_deref(), holding.to.as_deref(), self.day);
            let Some(owner) = self.pack.organisations.get(&holding.owner) else { continue };
            if !began || (!now && height > 0) {
                continue;
            }
            self.layers.push(of_holding(holding, held, owner, now));
            if now && is_followed(holding) {
                followed.push(owner.id.clone());
            }
        }
        followed
    }
}

fn is_followed(holding: &Holding) -> bool {
    let share = Share::of(holding);
    share.controls || share.half || share.exact.is_none_or(|percent| percent >= FOLLOWED_PERCENT)
}

/// Whether a part is a company's, and one whose owners matter.
pub(super) const fn is_company(part: Part) -> bool {
    !matches!(part, Part::Brand | Part::Platform | Part::Owner)
}

fn named(part: Part, id: Option<&Id>, name: &str, cited: Cited) -> Layer {
    Layer {
        part,
        id: id.cloned(),
        name: name.into(),
        registered_in: None,
        headquartered_in: None,
        shares_listed: None,
        of: None,
        share: None,
        controls: false,
        from: None,
        to: None,
        now: true,
        cited,
    }
}

fn of_company(part: Part, organisation: &Organisation, cited: Cited) -> Layer {
    Layer {
        registered_in: organisation.registered_in.clone(),
        headquartered_in: organisation.headquartered_in.clone(),
        shares_listed: organisation.listing.clone(),
        ..named(part, Some(&organisation.id), &organisation.name, cited)
    }
}

fn of_holding(holding: &Holding, held: &Id, owner: &Organisation, now: bool) -> Layer {
    let cited = Cited::part(held, &holding.sources, holding.verified, holding.note.as_deref());
    Layer {
        of: Some(held.clone()),
        share: holding.share.clone(),
        controls: Share::of(holding).controls,
        from: holding.from.clone(),
        to: holding.to.clone(),
        now,
        ..of_company(Part::Owner, owner, cited)
    }
}

/// Disclosed links of the companies and of owners that hold now, each company once.
pub(super) fn links(layers: &[Layer], day: &str, knowledge: &Knowledge) -> Vec<Disclosed> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for layer in
        layers.iter().filter(|it| it.now && (is_company(it.part) || it.part == Part::Owner))
    {
        let organisation = layer.id.as_ref().and_then(|id| knowledge.pack().organisations.get(id));
        let Some(organisation) = organisation.filter(|it| seen.insert(&*it.id)) else { continue };
        found.extend(links_of(organisation, day));
    }
    found
}

/// The links of one company that were disclosed by `day`.
pub(super) fn links_of(organisation: &Organisation, day: &str) -> Vec<Disclosed> {
    let known = |from: &Option<Box<str>>| from.as_deref().is_none_or(|from| !later(from, day));
    let links = organisation.links.iter().filter(|link| known(&link.from));
    let stated = links.map(|link| Disclosed {
        organisation: organisation.id.clone(),
        name: organisation.name.clone(),
        kind: link.kind,
        statement: link.statement.clone(),
        standing: link.standing,
        from: link.from.clone(),
        to: link.to.clone(),
        response: link.response.clone(),
        cited: Cited::part(&organisation.id, &link.sources, link.verified, link.note.as_deref()),
    });
    stated.collect()
}

/// Relabelled products that concern the subject: sold under its brand, or made by its company.
pub(super) fn relabels(subject: &Subject<'_>, day: &str, knowledge: &Knowledge) -> Vec<Relabel> {
    let pack = knowledge.pack();
    let concerns = |it: &knowledge::kinds::Rebrand| {
        let sold = subject.brand.is_some_and(|brand| it.brand.as_ref() == Some(&brand.id));
        sold || subject.organisation.is_some_and(|company| company.id == it.made_by)
    };
    let began = |from: Option<&str>| from.is_none_or(|from| !later(from, day));
    let found = pack.rebrands.values().filter(|it| concerns(it) && began(it.from.as_deref()));
    let stated = found.map(|it| Relabel {
        label: it.label.clone(),
        models: it.models.clone(),
        made_by: it.made_by.clone(),
        made_by_name: pack
            .organisations
            .get(&it.made_by)
            .map_or(&it.made_by, |it| &it.name)
            .clone(),
        recognise: it.recognise.clone(),
        from: it.from.clone(),
        to: it.to.clone(),
        cited: it.cited(day),
    });
    stated.collect()
}
