//! The pack's lists by what they name, and the asking.

use std::{collections::BTreeSet, sync::Arc};

use hashbrown::HashMap;
use knowledge::{
    Knowledge,
    dates::lasts,
    kinds::{Brand, Entry, EntryKind, Id, List, Waiver},
};

use super::{
    Applies, Listing, Part, Step, Subject, categories, entities, parts,
    standing::{self, Standing},
};
use crate::attribution::{
    companies::{Companies, Named},
    makers::Makers,
    ownership::owners,
};

/// The pack's lists, ready to be asked about many products.
#[derive(Debug)]
pub struct Register<'k> {
    pub(super) knowledge: &'k Knowledge,
    makers: Arc<Makers<'k>>,
    entities: HashMap<&'k str, Vec<&'k Entry>>,
    categories: Vec<&'k Entry>,
    modules: Vec<&'k Entry>,
}

/// What an entry says of a product before its dates are looked at.
pub(super) struct Answer<'k> {
    pub(super) entry: &'k Entry,
    pub(super) applies: Applies,
    pub(super) reasons: Vec<Step>,
}

impl<'k> Register<'k> {
    /// Indexes the lists of `knowledge`.
    #[must_use]
    pub fn new(knowledge: &'k Knowledge) -> Self {
        Self::by(Makers::of(knowledge))
    }

    /// Indexes the lists; the names are those of `makers`.
    pub(crate) fn by(makers: Arc<Makers<'k>>) -> Self {
        let knowledge = makers.knowledge();
        let mut entities: HashMap<&str, Vec<&Entry>> = HashMap::new();
        let (mut categories, mut modules) = (Vec::new(), Vec::new());
        for entry in knowledge.pack().entries.values() {
            match (entry.kind, &entry.organisation) {
                (EntryKind::Category, _) => categories.push(entry),
                (EntryKind::Module, _) => modules.push(entry),
                (_, Some(organisation)) => entities.entry(organisation).or_default().push(entry),
                (_, None) => {}
            }
        }
        Self { knowledge, makers, entities, categories, modules }
    }

    /// What all this rests on.
    #[must_use]
    pub const fn knowledge(&self) -> &'k Knowledge {
        self.knowledge
    }

    /// The names of brands and companies.
    #[must_use]
    pub fn companies(&self) -> &Companies {
        self.makers.companies()
    }

    /// A product of the brand `id` as the pack knows it on `day`; without parties where the pack
    /// does not know the brand then.
    #[must_use]
    pub fn product_of(&self, id: &Id, day: &str) -> Subject {
        let mut subject = Subject { brand: Some(id.clone()), ..Subject::default() };
        let Some(brand) = self.brand(id, day) else { return subject };
        let parties = [
            (Part::Maker, brand.maker.as_ref()),
            (Part::Seller, brand.seller.as_ref().filter(|_| brand.seller != brand.maker)),
            (Part::PlatformOperator, self.operator(brand)),
            (Part::Licensor, brand.licensed_from.as_ref()),
        ];
        let known = parties.into_iter().filter_map(|(part, id)| Some((part, id?.clone())));
        subject.parties.extend(known);
        subject
    }

    /// The lists that touch `subject` on `day`, or nearly do: `Yes` first, then by list and entry.
    #[must_use]
    pub fn listings(&self, subject: &Subject, day: &str) -> Vec<Listing> {
        let mut answers = entities::answers(self, subject, day);
        answers.extend(categories::answers(self, &self.categories, subject, day));
        answers.extend(parts::answers(self, &self.modules, subject, day));
        let dated = answers.into_iter().filter_map(|answer| self.listing(answer, day));
        let mut listings: Vec<Listing> = dated.collect();
        let order = |it: &Listing| (it.applies, it.list.clone(), it.entry.clone());
        listings.sort_by_cached_key(order);
        count(&mut listings);
        listings
    }

    /// The same of some lists alone: what counts is counted among them.
    #[must_use]
    pub fn listings_of(&self, lists: &[Id], subject: &Subject, day: &str) -> Vec<Listing> {
        let mut listings = self.listings(subject, day);
        listings.retain(|it| lists.contains(&it.list));
        count(&mut listings);
        listings
    }

    /// The answer with what the entry does, unless the entry is not in force on `day`.
    fn listing(&self, answer: Answer<'k>, day: &str) -> Option<Listing> {
        let Answer { entry, mut applies, mut reasons } = answer;
        let list: &List = self.knowledge.pack().lists.get(&entry.list)?;
        match standing::of(list, entry, day) {
            Standing::InForce => {}
            Standing::Unclear(step) => {
                applies = applies.max(Applies::Unknown);
                reasons.push(step);
            }
            Standing::Not => return None,
        }
        let or_list =
            |own: &Option<Box<str>>, of_list: &str| own.clone().unwrap_or_else(|| of_list.into());
        Some(Listing {
            list: list.id.clone(),
            list_name: list.name.clone(),
            entry: entry.id.clone(),
            entry_name: entry.name.clone(),
            kind: entry.kind,
            applies,
            reasons,
            effect: or_list(&entry.effect, &list.effect),
            does_not_restrict: or_list(&entry.does_not_restrict, &list.does_not_restrict),
            qualifier: entry.qualifier.clone(),
            waivers: waivers(entry, day).cloned().collect(),
            from: entry.from.clone().or_else(|| list.from.clone()),
            to: entry.to.clone().or_else(|| list.to.clone()),
            determination: entry.determination.clone(),
            counted: false,
            sources: entry.sources.clone(),
            verified: entry.verified,
        })
    }

    /// Entries that name the organisation `id`.
    pub(super) fn naming(&self, id: &str) -> &[&'k Entry] {
        self.entities.get(id).map_or(&[], Vec::as_slice)
    }

    /// Entries of companies that the pack has only the name of, and that are called `name`.
    pub(super) fn written(&self, name: &str) -> impl Iterator<Item = &'k Entry> {
        let named = self.companies().named(name).into_iter().filter_map(|named| match named {
            Named::Entry(id) => self.knowledge.pack().entries.get(id),
            _ => None,
        });
        named.collect::<Vec<_>>().into_iter()
    }

    /// The brand `id`, if its record holds on `day`.
    #[must_use]
    pub fn brand(&self, id: &Id, day: &str) -> Option<&'k Brand> {
        let brand = self.knowledge.pack().brands.get(id)?;
        lasts(brand.from.as_deref(), brand.to.as_deref(), day).then_some(brand)
    }

    /// Who may be the legal maker: those given, and others who go by the brand's very name.
    pub(super) fn makers<'s>(&self, subject: &'s Subject, day: &str) -> Vec<&'s Id>
    where
        'k: 's,
    {
        let given = subject.parties.iter().filter(|(part, _)| *part == Part::Maker);
        let mut makers: Vec<&Id> = given.map(|(_, id)| id).collect();
        let Some(brand) = subject.brand.as_ref().and_then(|id| self.brand(id, day)) else {
            return makers;
        };
        let rivals = self.named_like(brand, subject, day);
        makers.extend(rivals.into_iter().filter(|_| !subject.parties.is_empty()));
        makers.dedup();
        makers
    }

    /// Organisations that go by the name of `brand` and have no part in `subject`'s companies.
    fn named_like(&self, brand: &Brand, subject: &Subject, day: &str) -> Vec<&'k Id> {
        let mut rivals = Vec::new();
        for named in self.companies().named(&brand.name) {
            let Named::Organisation(id) = named else { continue };
            let Some((id, _)) = self.knowledge.pack().organisations.get_key_value(id) else {
                continue;
            };
            let kin = subject.parties.iter().any(|(_, party)| self.are_kin(party, id, day));
            if !kin {
                rivals.push(id);
            }
        }
        rivals
    }

    /// Whether two organisations are one, or one stands above the other on `day`.
    #[must_use]
    pub fn are_kin(&self, one: &Id, other: &Id, day: &str) -> bool {
        let above = |low: &Id, high: &Id| {
            owners(low, day, self.knowledge).iter().any(|owner| owner.organisation == *high)
        };
        one == other || above(one, other) || above(other, one)
    }

    fn operator(&self, brand: &Brand) -> Option<&'k Id> {
        self.knowledge.pack().platform(brand.platform.as_deref()?)?.operator.as_ref()
    }
}

/// Exemptions of `entry` in force on `day`.
pub(super) fn waivers<'e>(entry: &'e Entry, day: &str) -> impl Iterator<Item = &'e Waiver> {
    entry.waivers.iter().filter(move |it| lasts(it.from.as_deref(), it.to.as_deref(), day))
}

/// Marks what counts: of one determination the first, which is a `Yes` if any is.
fn count(listings: &mut [Listing]) {
    let mut determined = BTreeSet::new();
    for listing in listings.iter_mut().filter(|it| it.applies != Applies::No) {
        let determination = listing.determination.clone();
        listing.counted = determination.is_none_or(|id| determined.insert(id));
    }
}
