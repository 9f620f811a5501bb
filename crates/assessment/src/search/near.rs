//! Names that are similar: suggestions, never answers.

use std::collections::BTreeMap;

use knowledge::{Knowledge, kinds::Id};
use serde::Serialize;

use super::words::key;

/// A name of the pack that is similar to what was typed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Near {
    /// The kind of entry.
    pub kind: &'static str,
    /// Its id.
    pub id: Id,
    /// The similar name.
    pub name: Box<str>,
}

/// How many are offered. Our choice.
const MOST: usize = 5;

/// From which similarity on, `0.0..=1.0`. Our choice: one letter of three, two of six.
const SIMILAR: f64 = 0.6;

/// Similar names of brands, companies and products.
pub(super) fn names(text: &str, knowledge: &Knowledge) -> Vec<Near> {
    let pack = knowledge.pack();
    let brands = pack.brands.values().flat_map(|it| {
        let names = std::iter::once(&it.name).chain(&it.aliases);
        names.map(move |name| ("brand", &it.id, name.to_string()))
    });
    let companies = pack.organisations.values().flat_map(|it| {
        let names = std::iter::once(&it.name).chain(&it.aliases);
        names.map(move |name| ("organisation", &it.id, name.to_string()))
    });
    let products = pack.products.values().map(|it| {
        let brand = pack.brands.get(&it.brand).map_or(&it.brand, |brand| &brand.name);
        ("product", &it.id, format!("{brand} {}", it.model))
    });
    nearest(text, brands.chain(products).chain(companies))
}

/// Similar models of one brand.
pub(super) fn models(text: &str, brand: &Id, knowledge: &Knowledge) -> Vec<Near> {
    let products = knowledge.pack().products.values().filter(|it| it.brand == *brand);
    nearest(text, products.map(|it| ("product", &it.id, it.model.to_string())))
}

fn nearest<'a>(
    text: &str,
    names: impl Iterator<Item = (&'static str, &'a Id, String)>,
) -> Vec<Near> {
    let asked = key(text);
    let mut best: BTreeMap<(&str, &Id), (f64, String)> = BTreeMap::new();
    for (kind, id, name) in names {
        let similar = similarity(&asked, &key(&name), kind != "product");
        if similar < SIMILAR {
            continue;
        }
        let known = best.entry((kind, id)).or_insert((0.0, String::new()));
        if similar > known.0 {
            *known = (similar, name);
        }
    }
    let mut best: Vec<_> = best.into_iter().collect();
    best.sort_by(|(_, (a, _)), (_, (b, _))| b.total_cmp(a));
    let mut found: Vec<Near> = Vec::new();
    for ((kind, id), (_, name)) in best {
        if !found.iter().any(|near| *near.name == *name) {
            found.push(Near { kind, id: id.clone(), name: name.into() });
        }
    }
    found.truncate(MOST);
    found
}

/// The share of letters that need no change; for names of brands and companies, a beginning of three
/// letters or more counts as much as one letter in five changed.
fn similarity(asked: &str, name: &str, beginnings: bool) -> f64 {
    const BEGINNING: f64 = 0.8;
    let changed = strsim::normalized_damerau_levenshtein(asked, name);
    let (short, long) = if asked.len() < name.len() { (asked, name) } else { (name, asked) };
    let begins = beginnings && short.chars().count() >= 3 && long.starts_with(short);
    if begins { changed.max(BEGINNING) } else { changed }
}
