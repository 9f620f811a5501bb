//! Products of the same type, offered for what can be measured and for nothing else.
//!
//! Longer published support, no camera on record, no list entry, fewer recorded incidents. Only products
//! whose entry was checked are offered, none whose updates ended or whose very model an incident names.
//! That a sensor is not recorded does not mean that it is not there, and is said so.
//! Where a company is from is never a reason, so categories of products, which lists draw by country,
//! do not count here.

use std::collections::BTreeMap;

use knowledge::{
    Knowledge,
    kinds::{EntryKind, Id, Product, Sensor},
};

use super::{
    Subject,
    cited::Cites,
    facts::is_supported,
    incidents, layers, lists,
    model::{About, Alternative},
};
use crate::attribution::listings::{Applies, Register};

/// How many are offered. Our choice.
const MOST: usize = 5;

/// How many of one brand. Our choice: a choice between brands is one.
const MOST_OF_BRAND: usize = 2;

/// What can be measured of a product.
struct Measured {
    supported: Option<bool>,
    until: Option<Box<str>>,
    camera: Option<bool>,
    /// Whether an incident names this very model.
    named: bool,
    /// The lists that touch it; `None` where an answer is unknown.
    listed: Option<usize>,
    incidents: usize,
}

/// The products with most to say for them.
pub(super) fn alternatives(
    subject: &Subject<'_>,
    day: &str,
    knowledge: &Knowledge,
) -> Vec<Alternative> {
    let Some(product) = subject.product else { return Vec::new() };
    let register = Register::new(knowledge);
    let own = measured(product, &register, day, knowledge);
    let others = knowledge.pack().products.values().filter(|it| {
        let going = is_supported(it, day) != Some(false);
        it.id != product.id && it.kind == product.kind && it.verified && going
    });
    let mut found = Vec::new();
    for other in others {
        let theirs = measured(other, &register, day, knowledge);
        let (because, worse) = (better(&theirs, &own), better(&own, &theirs));
        if because.is_empty() || theirs.named {
            continue;
        }
        let undated = theirs.until.is_none().then(|| "no end of updates is recorded".into());
        let brand = knowledge.pack().brands.get(&other.brand);
        found.push(Alternative {
            id: other.id.clone(),
            name: super::called(brand.map_or(&*other.brand, |it| &*it.name), &other.model),
            because: because.into_iter().map(|it| it.better).collect(),
            but: worse.into_iter().map(|it| it.worse).chain(undated).collect(),
            cited: other.cited(day),
        });
    }
    found.sort_by(|a, b| {
        let worth = |it: &Alternative| (it.but.len(), usize::MAX - it.because.len());
        worth(a).cmp(&worth(b)).then_with(|| a.id.cmp(&b.id))
    });
    let mut of_brand: BTreeMap<&Id, usize> = BTreeMap::new();
    let products = &knowledge.pack().products;
    found.retain(|it| {
        let Some(product) = products.get(&it.id) else { return false };
        let count = of_brand.entry(&product.brand).or_default();
        *count += 1;
        *count <= MOST_OF_BRAND
    });
    found.truncate(MOST);
    found
}

fn measured(
    product: &Product,
    register: &Register<'_>,
    day: &str,
    knowledge: &Knowledge,
) -> Measured {
    let subject = Subject::of_product(product, knowledge.pack());
    let layers = layers::layers(&subject, day, knowledge);
    let mut listings = lists::of_product(&subject, day, register, knowledge);
    listings.retain(|it| it.kind != EntryKind::Category);
    let unknown = listings.iter().any(|it| it.applies == Applies::Unknown);
    let yes = listings.iter().filter(|it| it.applies == Applies::Yes && it.counted).count();
    let close = [About::ThisModel, About::ThisBrand, About::Platform];
    let incidents = incidents::incidents(&subject, &layers, day, knowledge);
    let known = !product.sensors.is_empty();
    Measured {
        supported: is_supported(product, day),
        until: product.ended.clone().or_else(|| product.supported_until.clone()),
        camera: known.then(|| product.sensors.contains(&Sensor::Camera)),
        named: incidents.iter().any(|it| it.about == About::ThisModel),
        listed: (yes > 0 || !unknown).then_some(yes),
        incidents: incidents.iter().filter(|it| close.contains(&it.about)).count(),
    }
}

/// One respect in which a product is better than another, worded for both.
struct Respect {
    better: Box<str>,
    worse: Box<str>,
}

/// In what `a` is measurably better than `b`.
fn better(a: &Measured, b: &Measured) -> Vec<Respect> {
    let mut found = Vec::new();
    let mut say = |better: String, worse: String| {
        found.push(Respect { better: better.into(), worse: worse.into() });
    };
    let until = |it: &Measured| it.until.clone().unwrap_or_default();
    let longer = a.until > b.until && a.until.is_some() && b.until.is_some();
    if a.supported == Some(true) && (longer || b.supported == Some(false)) {
        say(
            format!("published updates until {}, not {}", until(a), until(b)),
            format!("published updates until {}, not {}", until(b), until(a)),
        );
    }
    if a.camera == Some(false) && b.camera == Some(true) {
        say("no camera on record".to_owned(), "has a camera".to_owned());
    }
    if let (Some(0), Some(count @ 1..)) = (a.listed, b.listed) {
        say("not named on a list".to_owned(), listed(count));
    }
    if a.incidents < b.incidents {
        let (fewer, more) = (recorded(a.incidents), recorded(b.incidents));
        say(
            format!("{fewer}, against {}", b.incidents),
            format!("{more}, against {}", a.incidents),
        );
    }
    found
}

fn listed(count: usize) -> String {
    if count == 1 { "1 list entry".to_owned() } else { format!("{count} list entries") }
}

fn recorded(count: usize) -> String {
    match count {
        0 => "no incident recorded for the brand and type".to_owned(),
        1 => "1 incident recorded".to_owned(),
        count => format!("{count} incidents recorded"),
    }
}
