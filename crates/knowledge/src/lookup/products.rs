//! From a brand and a model's name to the pack's entry for it.
//!
//! Names are compared whole, without letters' case and what stands between letters and digits. What
//! a maker adds in brackets for a market (`HS1(EU)`) is left out where the whole is not known; a generation
//! or a kind in brackets makes another product.

use hashbrown::HashMap;

use super::Knowledge;
use crate::kinds::{Id, Pack, Product};

/// Product ids by brand and plain model name; `None` where two products share one.
pub(super) type Index = HashMap<(Id, Box<str>), Option<Id>>;

pub(super) fn index(pack: &Pack) -> Index {
    let mut index = Index::new();
    for product in pack.products.values() {
        for name in std::iter::once(&product.model).chain(&product.aliases) {
            let key = (product.brand.clone(), plain(name));
            let entry = index.entry(key).or_insert_with(|| Some(product.id.clone()));
            if entry.as_ref().is_some_and(|it| *it != product.id) {
                *entry = None;
            }
        }
    }
    index
}

impl Knowledge {
    /// The product that `brand` calls `model`, if exactly one goes by that name.
    #[must_use]
    pub fn product(&self, brand: &Id, model: &str) -> Option<&Product> {
        let known = |name: &str| self.products.get(&(brand.clone(), plain(name)))?.as_ref();
        let id = known(model).or_else(|| known(without_market(model)?))?;
        self.pack.products.get(id)
    }
}

/// The name before a market in brackets, which is written in two or three capitals, if one ends `model`.
fn without_market(model: &str) -> Option<&str> {
    let (bare, rest) = model.split_once(['(', '['])?;
    let market = rest.trim_end().strip_suffix([')', ']'])?;
    let is_market =
        |it: &str| matches!(it.len(), 2 | 3) && it.bytes().all(|it| it.is_ascii_uppercase());
    market.split(['/', ',', ' ']).all(is_market).then_some(bare)
}

fn plain(name: &str) -> Box<str> {
    let kept = name.chars().filter(|it| it.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_are_found_by_whole_names_only() {
        check("EX-100", Some("ex-100"));
        check("ex100(EU)", Some("ex-100"));
        check("EX-100 [US/CA]", Some("ex-100"));
        check("Garden Lamp", Some("ex-100"));
        check("EX-100 (2nd generation)", None);
        check("EX-100 (Wired)", None);
        check("EX-100(EU) Pro", None);
        check("EX-1000", None);
        check("EX", None);
        check("Shared", None);
    }

    #[track_caller]
    fn check(model: &str, expected: Option<&str>) {
        let product = |id: &str, aliases: &[&str]| Product {
            id: id.into(),
            brand: "b".into(),
            model: id.into(),
            aliases: aliases.iter().map(|it| Box::from(*it)).collect(),
            ..Product::default()
        };
        let mut pack = Pack::default();
        for it in [product("ex-100", &["Garden lamp", "Shared"]), product("ex-200", &["shared"])] {
            pack.products.insert(it.id.clone(), it);
        }
        let knowledge = Knowledge::new(pack);
        let found = knowledge.product(&"b".into(), model).map(|it| &*it.id);
        assert_eq!(found, expected, "{model}");
    }
}
