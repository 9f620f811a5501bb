//! What somebody may mean who types a name before buying: a brand, a model, a company, an FCC ID, a
//! barcode or a domain.
//!
//! Names are compared whole, without case and punctuation; a text that begins with a brand's name may
//! go on with a model's. What is only similar is offered as a suggestion and never taken for the answer:
//! two companies' names often differ by a letter.

mod codes;
mod near;
mod words;

use knowledge::{
    Knowledge,
    kinds::{Brand, Id, Organisation, Product},
};
use serde::Serialize;

pub use near::Near;
use words::{key, spelled, starts_with, stem, words};

/// What a text can stand for, and what it nearly stands for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// Everything it can mean, the most precise first.
    pub readings: Vec<Reading>,
    /// Names of the pack that are similar, where there is no reading or no entry for the model.
    pub nearest: Vec<Near>,
    /// What should be known about such a text.
    pub remarks: Vec<Remark>,
}

/// One thing a text can mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// What.
    pub meant: Meant,
    /// How the text leads there.
    pub by: By,
}

/// What is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meant {
    /// A product of the pack.
    Product(Id),
    /// Products of a brand whose names begin with some words.
    Family {
        /// The brand.
        brand: Id,
        /// The words.
        name: Box<str>,
        /// The products.
        products: Vec<Id>,
    },
    /// A brand.
    Brand {
        /// The brand.
        brand: Id,
        /// A model named with it, of which the pack has no entry.
        model: Option<Box<str>>,
    },
    /// A company.
    Organisation(Id),
}

/// How a text leads to an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// It is its name.
    Name,
    /// It is another of its names.
    Alias,
    /// It is the entry's id.
    Id,
    /// It is the FCC ID on its label.
    FccId,
    /// It is, or begins with, a code the FCC gave the company.
    GranteeCode,
    /// It is its barcode.
    Barcode,
    /// It is a domain of theirs.
    Domain,
    /// It is the name of a platform it runs.
    Platform,
}

/// What should be known about a text besides what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// It is a barcode the pack has no product for; its first digits.
    Barcode(Box<str>),
    /// Only the company's code of an FCC ID is known, not the product.
    OnlyGrantee(Box<str>),
}

/// Finds what `text` can mean.
#[must_use]
pub fn find(text: &str, knowledge: &Knowledge) -> Found {
    let mut found = Found::default();
    by_id(text, knowledge, &mut found);
    if found.readings.is_empty() {
        by_name(text, knowledge, &mut found);
        codes::find(text, knowledge, &mut found);
    }
    let partly = |it: &Reading| matches!(it.meant, Meant::Brand { model: Some(_), .. });
    if !found.readings.iter().all(partly) {
        found.readings.retain(|it| !partly(it));
    }
    found.readings.sort_by_key(|reading| rank(&reading.meant));
    let unanswered = found.readings.iter().find_map(|reading| match &reading.meant {
        Meant::Brand { brand, model: Some(model) } => Some((brand, model)),
        _ => None,
    });
    if let Some((brand, model)) = unanswered {
        found.nearest = near::models(model, brand, knowledge);
    } else if found.readings.is_empty() {
        found.nearest = near::names(text, knowledge);
    }
    found
}

/// Products before families, brands and companies.
const fn rank(meant: &Meant) -> u8 {
    match meant {
        Meant::Product(_) => 0,
        Meant::Family { .. } => 1,
        Meant::Brand { .. } => 2,
        Meant::Organisation(_) => 3,
    }
}

impl Found {
    fn add(&mut self, meant: Meant, by: By) {
        if !self.readings.iter().any(|reading| reading.meant == meant) {
            self.readings.push(Reading { meant, by });
        }
    }
}

/// `brand:ID`, `product:ID` and `organisation:ID` choose among entries of one id; a bare one is a
/// product's.
fn by_id(text: &str, knowledge: &Knowledge, found: &mut Found) {
    let pack = knowledge.pack();
    let (kind, id) = text.split_once(':').unwrap_or(("product", text));
    let id = id.trim();
    let meant = match kind.trim() {
        "brand" => pack.brands.get(id).map(|it| Meant::Brand { brand: it.id.clone(), model: None }),
        "product" => pack.products.get(id).map(|it| Meant::Product(it.id.clone())),
        "organisation" => pack.organisations.get(id).map(|it| Meant::Organisation(it.id.clone())),
        _ => None,
    };
    if let Some(meant) = meant {
        found.add(meant, By::Id);
    }
}

fn by_name(text: &str, knowledge: &Knowledge, found: &mut Found) {
    let asked = words(text);
    if asked.is_empty() {
        return;
    }
    for brand in knowledge.pack().brands.values() {
        brand_and_model(brand, text, &asked, knowledge, found);
    }
    for product in knowledge.pack().products.values() {
        let names = std::iter::once(&product.model).chain(&product.aliases);
        if names.into_iter().any(|name| key(name) == asked.concat()) {
            found.add(Meant::Product(product.id.clone()), By::Name);
        }
    }
    for organisation in knowledge.pack().organisations.values() {
        if let Some(by) = names_organisation(organisation, text, &asked) {
            found.add(Meant::Organisation(organisation.id.clone()), by);
        }
    }
    for platform in knowledge.pack().platforms.values() {
        let names = std::iter::once(&platform.name).chain(&platform.aliases);
        let is_meant = names.into_iter().any(|name| key(name) == asked.concat());
        if let Some(operator) = platform.operator.as_ref().filter(|_| is_meant) {
            found.add(Meant::Organisation(operator.clone()), By::Platform);
        }
    }
}

fn brand_and_model(
    brand: &Brand,
    text: &str,
    asked: &[String],
    knowledge: &Knowledge,
    found: &mut Found,
) {
    let Some((count, by)) = begins_with(brand, asked) else { return };
    let rest = asked.get(count..).unwrap_or_default();
    let is_alias = brand.aliases.iter().any(|name| key(name) == rest.concat());
    if rest.is_empty() || is_alias {
        let by = if rest.is_empty() { by } else { By::Alias };
        return found.add(Meant::Brand { brand: brand.id.clone(), model: None }, by);
    }
    let of_brand = || knowledge.pack().products.values().filter(|it| it.brand == brand.id);
    let exact: Vec<_> = of_brand().filter(|it| is_called(it, rest, asked)).collect();
    for product in &exact {
        found.add(Meant::Product(product.id.clone()), By::Name);
    }
    let family: Vec<_> = of_brand()
        .filter(|it| model_begins(it, rest) || model_begins(it, asked))
        .map(|it| it.id.clone())
        .collect();
    let name = spelled(text).get(count..).unwrap_or_default().join(" ").into();
    if family.len() > exact.len() {
        found.add(Meant::Family { brand: brand.id.clone(), name, products: family }, By::Name);
    } else if exact.is_empty() {
        found.add(Meant::Brand { brand: brand.id.clone(), model: Some(name) }, by);
    }
}

/// Every brand that goes by `text` as a whole.
pub(crate) fn brands_called<'k>(text: &str, knowledge: &'k Knowledge) -> Vec<&'k Brand> {
    let asked = key(text);
    let called = |brand: &&Brand| {
        let names = [&brand.name, &brand.id].into_iter().chain(&brand.aliases);
        !asked.is_empty() && names.into_iter().any(|name| key(name) == asked)
    };
    knowledge.pack().brands.values().filter(called).collect()
}

/// Names of brands that are similar to `text`, the nearest first.
pub(crate) fn nearest_brands(text: &str, knowledge: &Knowledge) -> Vec<Box<str>> {
    let near = near::names(text, knowledge).into_iter();
    near.filter(|it| it.kind == "brand").map(|it| it.name).collect()
}

/// How many of the words are the brand's name, and which of its names.
fn begins_with(brand: &Brand, asked: &[String]) -> Option<(usize, By)> {
    let names = std::iter::once((&brand.name, By::Name))
        .chain(std::iter::once((&brand.id, By::Id)))
        .chain(brand.aliases.iter().map(|alias| (alias, By::Alias)));
    let counted = names.filter_map(|(name, by)| Some((starts_with(asked, name)?, by)));
    counted.max_by_key(|(count, by)| (*count, std::cmp::Reverse(*by)))
}

fn is_called(product: &Product, rest: &[String], asked: &[String]) -> bool {
    let names = std::iter::once(&product.model).chain(&product.aliases);
    names.into_iter().any(|name| {
        let name = key(name);
        name == rest.concat() || name == asked.concat()
    })
}

fn model_begins(product: &Product, with: &[String]) -> bool {
    let names = std::iter::once(&product.model).chain(&product.aliases);
    names.into_iter().any(|name| words(name).starts_with(with))
}

fn names_organisation(it: &Organisation, text: &str, asked: &[String]) -> Option<By> {
    if *it.id == *text {
        return Some(By::Id);
    }
    if stem(&words(&it.name)) == stem(asked) {
        return Some(By::Name);
    }
    it.aliases.iter().any(|alias| stem(&words(alias)) == stem(asked)).then_some(By::Alias)
}

#[cfg(test)]
mod tests;
