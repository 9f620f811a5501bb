//! From a name on a box or in a spreadsheet to the brand or company it stands for.
//!
//! Names are compared whole: without letters' case, accents, spaces and punctuation, and with the
//! spellings of legal forms made one (`Co., Ltd.` and `Company Limited`). A name written with a legal
//! form stands only for a company with that form, for companies of one name and different forms are
//! different companies. A name written without one may stand for any. Nothing matches a part of a
//! name, so a maker of scales is not taken for a maker of cameras.

mod forms;

use std::collections::BTreeSet;

use hashbrown::HashMap;
use knowledge::{
    Knowledge,
    kinds::{Brand, EntryKind, Id},
};
use unicode_normalization::UnicodeNormalization as _;

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Named {
    /// A brand.
    Brand(Id),
    /// A legal entity.
    Organisation(Id),
    /// A list's entry, of whose company the pack has nothing else.
    Entry(Id),
    /// A name on products that another company makes, some of them or all.
    Label(Id),
}

/// Every name of brands, organisations and listed companies.
#[derive(Debug, Default)]
pub struct Companies {
    /// By the whole name, its legal form included.
    whole: HashMap<Box<str>, Vec<Named>>,
    /// By the name without its legal form, where it has one.
    bare: HashMap<Box<str>, Vec<Named>>,
    /// Every name as the pack writes it, with its key.
    written: Vec<(Box<str>, Box<str>)>,
}

impl Companies {
    /// Indexes the names in `knowledge`.
    #[must_use]
    pub fn new(knowledge: &Knowledge) -> Self {
        let pack = knowledge.pack();
        let mut companies = Self::default();
        for brand in pack.brands.values() {
            for name in names_of(brand) {
                companies.add(name, &Named::Brand(brand.id.clone()));
            }
        }
        for organisation in pack.organisations.values() {
            for name in std::iter::once(&organisation.name).chain(&organisation.aliases) {
                companies.add(name, &Named::Organisation(organisation.id.clone()));
            }
        }
        for module in pack.modules.values() {
            if let Some(id) = &module.organisation {
                companies.add(&module.name, &Named::Organisation(id.clone()));
            }
        }
        for entry in pack.entries.values().filter(|it| it.kind == EntryKind::Entity) {
            let named = match &entry.organisation {
                Some(id) => Named::Organisation(id.clone()),
                None => Named::Entry(entry.id.clone()),
            };
            for name in std::iter::once(&entry.name).chain(&entry.aliases) {
                companies.add(name, &named);
            }
        }
        for rebrand in pack.rebrands.values() {
            for name in rebrand.label.split(", ") {
                let name = name.split_once(" (").map_or(name, |(name, _)| name);
                companies.add(name, &Named::Label(rebrand.id.clone()));
            }
        }
        companies.written.sort_unstable();
        companies.written.dedup();
        companies
    }

    /// All that `name` can stand for, in order.
    #[must_use]
    pub fn named(&self, name: &str) -> BTreeSet<&Named> {
        let key = Key::of(name);
        let whole = self.whole.get(&*key.whole());
        let bare = if key.form.is_none() { self.bare.get(&*key.bare) } else { None };
        whole.into_iter().chain(bare).flatten().collect()
    }

    /// The one brand that goes by `name`, whatever legal form is written behind it; if none does, the
    /// one whose maker does and makes no other. None of a name that several brands share.
    pub(crate) fn brand<'k>(&self, name: &str, knowledge: &'k Knowledge) -> Option<&'k Brand> {
        let bare = self.whole.get(&*Key::of(name).bare).into_iter().flatten();
        let bare = bare.filter(|it| matches!(it, Named::Brand(_)));
        let named: BTreeSet<_> = self.named(name).into_iter().chain(bare).collect();
        let brands = || knowledge.pack().brands.values();
        let is_called = |it: &&Brand| named.contains(&Named::Brand(it.id.clone()));
        let is_theirs = |it: &&Brand| {
            it.maker.clone().is_some_and(|maker| named.contains(&Named::Organisation(maker)))
        };
        let mut called = brands().filter(is_called).peekable();
        let brand =
            if called.peek().is_some() { only(called) } else { only(brands().filter(is_theirs)) };
        brand.filter(|it| bare_name(it).is_none_or(|bare| Key::of(bare) != Key::of(name)))
    }

    /// Whether `name` ends with a legal form, so that it is a company's full name.
    #[must_use]
    pub fn is_full(name: &str) -> bool {
        Key::of(name).form.is_some()
    }

    /// Names in the pack that `name` may be a misspelling or a part of, the nearest first.
    #[must_use]
    pub fn near(&self, name: &str, most: usize) -> Vec<&str> {
        let key = Key::of(name).bare;
        let length = key.chars().count();
        if length < SHORTEST_NEAR {
            return Vec::new();
        }
        let slips = (length / 4).max(1);
        let mut near: Vec<(usize, &str)> = Vec::new();
        for (known, written) in &self.written {
            let distance = near_by(&key, known, slips);
            near.extend(distance.map(|distance| (distance, &**written)));
        }
        near.sort_unstable();
        near.dedup_by_key(|it| it.1);
        near.into_iter().take(most).map(|(_, written)| written).collect()
    }

    fn add(&mut self, name: &str, named: &Named) {
        let key = Key::of(name);
        if key.bare.is_empty() {
            return;
        }
        self.written.push((key.bare.clone(), name.into()));
        if key.form.is_some() {
            remember(&mut self.bare, key.bare.clone(), named);
        }
        remember(&mut self.whole, key.whole(), named);
    }
}

/// The one item, if there is just one.
fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    items.next().filter(|_| items.next().is_none())
}

/// How far `known` is from `key`, if not too far: slips of the pen, or one begins with the other.
fn near_by(key: &str, known: &str, slips: usize) -> Option<usize> {
    let length = known.chars().count();
    if known.starts_with(key) || key.starts_with(known) {
        return (length >= SHORTEST_NEAR).then_some(slips + 1);
    }
    if length.abs_diff(key.chars().count()) > slips {
        return None;
    }
    Some(strsim::osa_distance(known, key)).filter(|distance| *distance <= slips)
}

/// Shorter names are near too many. Our choice.
const SHORTEST_NEAR: usize = 4;

fn remember(index: &mut HashMap<Box<str>, Vec<Named>>, key: Box<str>, named: &Named) {
    let known = index.entry(key).or_default();
    if !known.contains(named) {
        known.push(named.clone());
    }
}

/// A brand's names; what its name says in brackets only tells it from another of that name.
fn names_of(brand: &Brand) -> impl Iterator<Item = &str> {
    let aliases = brand.aliases.iter().map(|it| &**it);
    std::iter::once(&*brand.name).chain(bare_name(brand)).chain(aliases)
}

/// What stands before the bracket in a brand's name, if there is one.
fn bare_name(brand: &Brand) -> Option<&str> {
    brand.name.split_once(" (").map(|(bare, _)| bare)
}

/// A name as it is compared.
#[derive(Debug, PartialEq, Eq)]
struct Key {
    /// Letters and digits, without the legal form.
    bare: Box<str>,
    /// The legal form, in one spelling.
    form: Option<&'static str>,
}

impl Key {
    fn of(name: &str) -> Self {
        const ACCENTS: std::ops::RangeInclusive<char> = '\u{300}'..='\u{36f}';
        const SILENT: &[char] = &['.', '\'', '’', '"', '®', '™', '©'];

        let mut plain = String::with_capacity(name.len());
        let write = |character: char| match character {
            '&' => plain.push_str(" and "),
            it if it.is_ascii_alphanumeric() => plain.push(it.to_ascii_lowercase()),
            it if ACCENTS.contains(&it) => {}
            it if it.is_alphanumeric() => plain.extend(it.to_lowercase()),
            _ => plain.push(' '),
        };
        let spoken = name.chars().filter(|it| !SILENT.contains(it));
        // Nothing in ASCII is written in two ways.
        if name.is_ascii() {
            spoken.for_each(write);
        } else {
            spoken.nfkd().for_each(write);
        }
        let words: Vec<&str> = plain.split_whitespace().collect();
        let (words, form) = forms::split(&words);
        Self { bare: words.concat().into(), form }
    }

    fn whole(&self) -> Box<str> {
        match self.form {
            Some(form) => format!("{} {form}", self.bare).into(),
            None => self.bare.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use knowledge::kinds::{Entry, Organisation, Pack};

    use super::*;

    #[test]
    fn spelling_does_not_matter() {
        for written in ["Acme-Cam", "ACME CAM", "acmecam", "Acme.Cam", "Ácme Cam", "ＡＣＭＥ Cam"]
        {
            check(written, &["brand cam"]);
        }
        for written in ["Acme Works Co., Ltd.", "ACME WORKS COMPANY LIMITED", "Acme Works Co.,Ltd"]
        {
            check(written, &["organisation works"]);
        }
    }

    #[test]
    fn a_legal_form_tells_companies_of_one_name_apart() {
        check("Acme Works Inc.", &["organisation works-us"]);
        check("Acme Works, Incorporated", &["organisation works-us"]);
        check("Acme Works", &["organisation works", "organisation works-us"]);
        check("Acme Works GmbH", &[]);
    }

    #[test]
    fn a_part_of_a_name_is_not_the_name() {
        check("Acme", &[]);
        check("Northern Acme Cam", &[]);
        check("Acme Cam Scales", &[]);
        check("", &[]);
        check("...", &[]);
    }

    #[test]
    fn what_stands_in_brackets_only_tells_brands_apart() {
        check("Bell (kitchen)", &["brand bell-kitchen"]);
        check("Bell", &["brand bell-kitchen"]);
    }

    #[test]
    fn a_makers_name_stands_for_its_one_brand() {
        let named = |name| companies().brand(name, &knowledge()).map(|it| it.id.to_string());
        assert_eq!(named("ACME-Cam").as_deref(), Some("cam"));
        assert_eq!(named("Acme Cam, Inc.").as_deref(), Some("cam"));
        assert_eq!(named("Bell"), None, "there are others, or it would need no bracket");
        assert_eq!(named("Acme Works Co., Ltd.").as_deref(), Some("cam"));
        assert_eq!(named("Acme Works Inc."), None, "it makes two");
        assert_eq!(named("Acme Works"), None, "two companies, of three brands");
        assert_eq!(named("Stranger Ltd"), None);
    }

    #[test]
    fn listed_names_count_too() {
        check("AW Co", &["organisation works"]);
        check("Stranger Ltd", &["entry l-stranger"]);
    }

    #[test]
    fn misspellings_are_only_offered() {
        let companies = companies();
        assert_eq!(companies.near("Acme Cma", 3), ["Acme Cam"]);
        assert_eq!(companies.near("Acme Works BV", 2), ["Acme Works Co., Ltd.", "Acme Works Inc."]);
        assert_eq!(companies.near("Zzzz", 3), [""; 0]);
        assert_eq!(companies.near("A", 3), [""; 0]);
    }

    #[track_caller]
    fn check(name: &str, expected: &[&str]) {
        let companies = companies();
        let found: Vec<_> = companies.named(name).into_iter().map(shown).collect();
        assert_eq!(found, expected, "{name}");
    }

    fn shown(named: &Named) -> String {
        match named {
            Named::Brand(id) => format!("brand {id}"),
            Named::Organisation(id) => format!("organisation {id}"),
            Named::Entry(id) => format!("entry {id}"),
            Named::Label(id) => format!("label {id}"),
        }
    }

    fn companies() -> Companies {
        Companies::new(&knowledge())
    }

    fn knowledge() -> Knowledge {
        let mut pack = Pack::default();
        for (id, name, maker) in [
            ("cam", "Acme Cam", "works"),
            ("bell-kitchen", "Bell (kitchen)", "works-us"),
            ("lamp", "Acme Lamp", "works-us"),
        ] {
            let maker = Some(maker.into());
            let brand = Brand { id: id.into(), name: name.into(), maker, ..Brand::default() };
            pack.brands.insert(id.into(), brand);
        }
        for (id, name) in [("works", "Acme Works Co., Ltd."), ("works-us", "Acme Works Inc.")] {
            let known =
                Organisation { id: id.into(), name: name.into(), ..Organisation::default() };
            pack.organisations.insert(id.into(), known);
        }
        for (id, name, organisation) in
            [("l-works", "AW Company", Some("works")), ("l-stranger", "Stranger Limited", None)]
        {
            let organisation = organisation.map(Into::into);
            let entry =
                Entry { id: id.into(), name: name.into(), organisation, ..Entry::default() };
            pack.entries.insert(id.into(), entry);
        }
        Knowledge::new(pack)
    }
}
