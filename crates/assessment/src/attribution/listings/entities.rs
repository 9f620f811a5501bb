//! Entries that name a company: by id, by a whole written name, and through dated ownership where
//! the instrument says so.

use std::collections::{BTreeMap, BTreeSet};

use knowledge::{
    Share,
    dates::lasts,
    kinds::{Brand, Entry, Holding, Id, Scope},
};

use super::{
    Applies, Part, Step, Subject,
    register::{Answer, Register},
    words,
};
use crate::attribution::ownership::{Owner, Stake, owners};

/// What the entries that name companies say of `subject`.
pub(super) fn answers<'k>(
    register: &Register<'k>,
    subject: &Subject,
    day: &str,
) -> Vec<Answer<'k>> {
    let brand = subject.brand.as_ref().and_then(|id| register.brand(id, day));
    let makers = register.makers(subject, day);
    let others = subject.parties.iter().filter(|(part, _)| *part != Part::Maker);
    let others = others.map(|(part, id)| (*part, id));
    let modules = subject.modules.iter().map(|id| (Part::ModuleMaker, id));
    let parties = makers.iter().map(|id| (Part::Maker, *id)).chain(others).chain(modules);

    let mut touched: BTreeMap<&Id, Touched<'k>> = BTreeMap::new();
    let mut touch = |entry: &'k Entry, touch: Touch| {
        let found = touched.entry(&entry.id).or_insert(Touched { entry, touches: Vec::new() });
        found.touches.push(touch);
    };
    for (part, id) in parties {
        for (entry, how, steps) in reaching(register, id, day, |id| register.naming(id)) {
            let first = words::part(part, id, brand, register.knowledge);
            let steps = std::iter::once(first).chain(steps).collect();
            touch(entry, Touch { party: Some((part, id.clone())), how, steps });
        }
    }
    for (entry, step) in written(register, subject, brand) {
        touch(entry, Touch { party: None, how: How::Named, steps: vec![step] });
    }
    let reached = reached(&touched);
    let limited = |touched: Touched<'k>| {
        let none = BTreeSet::new();
        let reached = family(touched.entry).and_then(|it| reached.get(&it)).unwrap_or(&none);
        let (applies, reasons) = touched.answer(&makers, reached, register);
        let (applies, reasons) = of_kind(touched.entry, subject, applies, reasons);
        Answer { entry: touched.entry, applies, reasons }
    };
    touched.into_values().map(limited).collect()
}

/// How an entry touches one of a product's companies, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum How {
    /// It names it or says that it reaches it.
    Named,
    /// It names one of whom it is not known whether it decides.
    Unclear,
    /// It names one who is near, but does not reach it.
    Near,
}

/// One way an entry touches a product; `party` is `None` where its name is written in the entry.
struct Touch {
    party: Option<(Part, Id)>,
    how: How,
    steps: Vec<Step>,
}

impl Touch {
    fn part(&self) -> Option<Part> {
        self.party.as_ref().map(|(part, _)| *part)
    }
}

/// All ways in which an entry touches a product.
struct Touched<'k> {
    entry: &'k Entry,
    touches: Vec<Touch>,
}

/// Entries of one list that rest on one determination, such as two companies behind one written
/// name.
fn family(entry: &Entry) -> Option<(&Id, &Id)> {
    Some((&entry.list, entry.determination.as_ref()?))
}

/// The makers that each such family names or reaches.
fn reached<'k>(touched: &BTreeMap<&Id, Touched<'k>>) -> BTreeMap<(&'k Id, &'k Id), BTreeSet<Id>> {
    let mut reached: BTreeMap<_, BTreeSet<Id>> = BTreeMap::new();
    for touched in touched.values() {
        let Some(family) = family(touched.entry) else { continue };
        for touch in touched.touches.iter().filter(|it| it.how == How::Named) {
            if let Some((Part::Maker, id)) = &touch.party {
                reached.entry(family).or_default().insert(id.clone());
            }
        }
    }
    reached
}

impl Touched<'_> {
    fn answer(
        &self,
        makers: &[&Id],
        reached: &BTreeSet<Id>,
        register: &Register<'_>,
    ) -> (Applies, Vec<Step>) {
        let with = |how: How, parts: &[Option<Part>]| -> Vec<&Touch> {
            let fits = |it: &&Touch| it.how == how && parts.contains(&it.part());
            self.touches.iter().filter(fits).collect()
        };
        let decisive = with(How::Named, &[None, Some(Part::Producer), Some(Part::Seller)]);
        if let Some(first) = decisive.first() {
            return (Applies::Yes, first.steps.clone());
        }
        let named = with(How::Named, &[Some(Part::Maker)]);
        if let Some(first) = named.first() {
            let is_reached = |id: &&Id| {
                let own = named.iter().any(|it| it.party.as_ref().is_some_and(|it| it.1 == **id));
                own || reached.contains(*id)
            };
            if makers.iter().all(is_reached) {
                return (Applies::Yes, first.steps.clone());
            }
            let mut steps = vec![words::candidates(makers, register.knowledge)];
            steps.extend(first.steps.iter().cloned());
            return (Applies::Unknown, steps);
        }
        let open = self.touches.iter().filter(|it| it.how != How::Near);
        let mut open = open.filter(|it| it.part() != Some(Part::Licensor));
        if let Some(first) = open.next() {
            let mut steps = first.steps.clone();
            let why = match first.part() {
                Some(part) if first.how == How::Named => words::another_part(part),
                _ => words::unclear_control(),
            };
            steps.push(why);
            return (Applies::Unknown, steps);
        }
        let nearest = self.touches.iter().min_by_key(|it| (it.how, it.part()));
        (Applies::No, nearest.map(|it| it.steps.clone()).unwrap_or_default())
    }
}

/// Narrows the answer of an entry that is only about some kinds of device.
pub(super) fn of_kind(
    entry: &Entry,
    subject: &Subject,
    applies: Applies,
    mut reasons: Vec<Step>,
) -> (Applies, Vec<Step>) {
    if entry.types.is_empty() || applies == Applies::No {
        return (applies, reasons);
    }
    let (applies, step) = match &subject.kind {
        None => (Applies::Unknown, words::kind_unknown(&entry.types)),
        Some(kind) if !entry.types.contains(kind) => {
            (Applies::No, words::other_kind(&entry.types, kind))
        }
        Some(_) => return (applies, reasons),
    };
    reasons.push(step);
    (applies, reasons)
}

/// The entries that name the organisation `id` or somebody above it, and the steps from it to them.
///
/// `naming` gives the entries that name an organisation.
pub(super) fn reaching<'e, 'k: 'e>(
    register: &Register<'k>,
    id: &Id,
    day: &str,
    naming: impl Fn(&str) -> &'e [&'k Entry],
) -> Vec<(&'k Entry, How, Vec<Step>)> {
    let mut found: Vec<(&'k Entry, How, Vec<Step>)> = Vec::new();
    let knowledge = register.knowledge;
    let id = knowledge.pack().modules.get(id).and_then(|it| it.organisation.as_ref()).unwrap_or(id);
    for entry in naming(id) {
        found.push((entry, How::Named, vec![words::names(entry, id, knowledge)]));
    }
    for owner in owners(id, day, knowledge) {
        for entry in naming(&owner.organisation) {
            let Some(how) = through(entry, &owner) else { continue };
            let stakes = owner.chain.iter().map(|it| words::stake(it, knowledge));
            let names = match how {
                How::Near => words::names_only(entry, &owner.organisation, knowledge),
                _ => words::names(entry, &owner.organisation, knowledge),
            };
            found.push((entry, how, stakes.chain([names]).collect()));
        }
    }
    for stake in former(register, id, day) {
        for entry in naming(&stake.owner) {
            let steps = vec![words::former_stake(&stake, knowledge)];
            found.push((entry, How::Near, steps));
        }
    }
    found
}

/// Whether an entry that names `owner` reaches what it holds; `None` where nobody would think so.
fn through(entry: &Entry, owner: &Owner) -> Option<How> {
    let under_half = |stake: &Stake| {
        let share = stake.share.as_deref().map(Share::read).unwrap_or_default();
        share.percent.is_some_and(|percent| percent < 50.0)
    };
    match entry.reaches {
        Scope::Affiliates if owner.controls => Some(How::Named),
        Scope::HalfOwned if owner.half => Some(How::Named),
        Scope::HalfOwned if owner.chain.iter().any(under_half) => None,
        Scope::Affiliates | Scope::HalfOwned => Some(How::Unclear),
        _ => owner.controls.then_some(How::Near),
    }
}

/// Decisive holdings of `id` that were over by `day`.
fn former(register: &Register<'_>, id: &Id, day: &str) -> Vec<Stake> {
    let organisation = register.knowledge.pack().organisations.get(id);
    let holdings = organisation.map_or([].as_slice(), |it| &it.owners);
    let is_over = |it: &&Holding| {
        Share::of(it).half && it.to.is_some() && !lasts(None, it.to.as_deref(), day)
    };
    holdings.iter().filter(is_over).map(|it| Stake::of(id, it)).collect()
}

/// Entries of companies that the pack has only the name of, written as the product's brand or maker
/// is.
fn written<'k>(
    register: &Register<'k>,
    subject: &Subject,
    brand: Option<&Brand>,
) -> Vec<(&'k Entry, Step)> {
    let of_brand = brand.map(|it| &*it.name);
    let names = subject.names.iter().map(|it| &**it).chain(of_brand);
    let mut found: Vec<(&Entry, Step)> = Vec::new();
    for name in names {
        for entry in register.written(name) {
            if !found.iter().any(|(known, _)| known.id == entry.id) {
                found.push((entry, words::is_written(entry, name)));
            }
        }
    }
    found
}
