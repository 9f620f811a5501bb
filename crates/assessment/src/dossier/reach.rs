//! Whose laws can reach the companies behind a product, and what those laws could oblige them to do.
//!
//! A possibility follows from where a company is registered and has its head office, or where those of
//! an owner who decides alone are; that anything was ever asked of one does not. The same look-up serves
//! every state.

use std::collections::BTreeMap;

use knowledge::{Knowledge, kinds::Country};

use crate::attribution::exposure::in_force;

use super::{
    cited::Cites,
    layers::is_company,
    model::{Lawful, Layer, Part, Reached, Reaches},
};

/// The jurisdictions that reach the companies in `layers`, with their laws in force on `day`.
pub(super) fn reach(layers: &[Layer], day: &str, knowledge: &Knowledge) -> Vec<Reached> {
    let mut found: BTreeMap<Country, Vec<Reaches>> = BTreeMap::new();
    for layer in layers.iter().filter(|it| can_be_obliged(it)) {
        for (place, reaches) in places(layer, knowledge) {
            let through = found.entry(place).or_default();
            if !through.iter().any(|it| it.id == reaches.id && it.member == reaches.member) {
                through.push(reaches);
            }
        }
    }
    let stated = |(jurisdiction, through): (Country, Vec<Reaches>)| {
        let name = knowledge.pack().jurisdictions.get(&jurisdiction).map(|it| it.name.clone());
        let laws = laws_of(&jurisdiction, day, knowledge);
        Reached { name: name.unwrap_or_else(|| jurisdiction.clone()), jurisdiction, through, laws }
    };
    found.into_iter().map(stated).collect()
}

/// Companies that may hold data or decide over one that does: not who merely owns the name.
fn can_be_obliged(layer: &Layer) -> bool {
    let decides = layer.part == Part::Owner && layer.controls;
    let part = is_company(layer.part) && layer.part != Part::Licensor;
    layer.now && (decides || part)
}

fn places(layer: &Layer, knowledge: &Knowledge) -> Vec<(Country, Reaches)> {
    let Some(id) = &layer.id else { return Vec::new() };
    let own = layer.registered_in.iter().chain(&layer.headquartered_in);
    let mut places: Vec<(Country, Reaches)> = Vec::new();
    for place in own {
        let reaches = Reaches {
            part: layer.part,
            id: id.clone(),
            name: layer.name.clone(),
            registered: layer.registered_in.as_ref() == Some(place),
            head_office: layer.headquartered_in.as_ref() == Some(place),
            member: None,
        };
        let unions = knowledge.pack().jurisdictions.get(place).map(|it| &*it.part_of);
        for union in unions.unwrap_or_default() {
            places
                .push((union.clone(), Reaches { member: Some(place.clone()), ..reaches.clone() }));
        }
        places.push((place.clone(), reaches));
    }
    places
}

/// The laws of a jurisdiction that are in force on `day`.
pub(super) fn laws_of(jurisdiction: &str, day: &str, knowledge: &Knowledge) -> Vec<Lawful> {
    let stated = in_force(jurisdiction, day, knowledge).map(|law| Lawful {
        id: law.id.clone(),
        name: law.name.clone(),
        articles: law.articles.clone(),
        subject: law.subject,
        obliges: law.obliges.clone(),
        whom: law.whom.clone(),
        cross_border: law.cross_border.clone(),
        safeguards: law.safeguards.clone(),
        from: law.from.clone(),
        cited: law.cited(day),
    });
    stated.collect()
}
