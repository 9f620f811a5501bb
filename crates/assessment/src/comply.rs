//! An inventory against the lists of a policy: yes, no or unknown for each line, with the reasons.
//!
//! `No` is said only where the maker is known and the pack holds all of a list's entries that name
//! makers of devices. Everything else that is no `Yes` is unknown, and the reasons say what is missing.
//!
//! **Invariants.** Every line of the inventory is judged or stands among the problems. The same
//! inventory, policy, day and pack give the same answers.

mod kinds;
mod naming;
mod reading;

use std::collections::BTreeMap;

use knowledge::{
    Knowledge,
    dates::lasts,
    kinds::{Country, Date, Id, List, Policy, Source, Status},
};

use crate::attribution::listings::{Applies, Listing, Part, Register, Step, Subject};

pub use kinds::kind_of;

/// What was read from a file, in the file's own words. All texts are untrusted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    /// The file's name.
    pub source: Box<str>,
    /// What kind of file it was taken for.
    pub form: Box<str>,
    /// The columns or fields found, and what each was taken for; `None` where it was not used.
    pub columns: Vec<(Box<str>, Option<Box<str>>)>,
    /// The lines.
    pub items: Vec<Item>,
    /// Lines that could not be read.
    pub problems: Vec<Problem>,
}

/// A line that could not be read, or not wholly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where, as `line 12`.
    pub place: Box<str>,
    /// What is wrong.
    pub what: Box<str>,
    /// Whether something that may be a product was left out for it.
    pub lost: bool,
}

/// One line of an inventory, as it was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// Where it stands, as `line 12`.
    pub place: Box<str>,
    /// The number of that line, where lines have numbers.
    pub line: Option<u64>,
    /// What the thing is called there.
    pub name: Option<Box<str>>,
    /// The name on the box.
    pub brand: Option<Box<str>>,
    /// The company that makes it, where another column than the brand says so.
    pub manufacturer: Option<Box<str>>,
    /// The model.
    pub model: Option<Box<str>>,
    /// The kind of device.
    pub kind: Option<Box<str>>,
    /// The FCC ID.
    pub fcc_id: Option<Box<str>>,
    /// The link-layer address.
    pub mac: Option<Box<str>>,
    /// The maker of the radio or platform module inside.
    pub module: Option<Box<str>>,
    /// Where it was made, as a label says.
    pub made_in: Vec<Country>,
    /// Where all major stages of its production took place.
    pub produced_in: Vec<Country>,
    /// When it was authorised for the market.
    pub authorised: Option<Date>,
    /// Whether it is sold to consumers.
    pub consumer: Option<bool>,
    /// How many.
    pub quantity: Option<Box<str>>,
    /// Where it is used.
    pub location: Option<Box<str>>,
    /// A brand of the pack, where the file already names it by id.
    pub brand_id: Option<Id>,
}

/// An inventory judged.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Compliance {
    /// The pack's version.
    pub knowledge_version: Box<str>,
    /// The day the pack was last checked.
    pub knowledge_as_of: Box<str>,
    /// The policy.
    pub policy: Id,
    /// For whom the policy is.
    pub policy_title: Box<str>,
    /// The day the answers are for.
    pub day: Date,
    /// The policy's lists, in its order.
    pub lists: Vec<Asked>,
    /// What was read, without its lines.
    pub inventory: Inventory,
    /// The lines, judged, in the file's order.
    pub lines: Vec<Line>,
    /// Every source that something above cites.
    pub references: BTreeMap<Id, Source>,
}

/// A list that lines were held against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The list.
    pub id: Id,
    /// Its usual name.
    pub name: Box<str>,
    /// Who keeps it.
    pub issuer: Box<str>,
    /// What it does.
    pub effect: Box<str>,
    /// What it does not restrict.
    pub does_not_restrict: Box<str>,
    /// Whether it was in force on the day.
    pub in_force: bool,
    /// Whether the pack has all its entries that name makers of devices.
    pub complete: bool,
    /// Whether somebody read the texts it rests on.
    pub verified: bool,
    /// The day it was last checked.
    pub as_of: Option<Date>,
    /// The day from which it should be checked again.
    pub review_by: Option<Date>,
    /// The published texts this rests on.
    pub sources: Vec<Id>,
}

/// One line, judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What was written.
    pub item: Item,
    /// What it was taken for.
    pub subject: Subject,
    /// Who may be the maker, by their names.
    pub makers: Vec<Box<str>>,
    /// How its words were read.
    pub read: Vec<Step>,
    /// The answer over all lists.
    pub applies: Applies,
    /// The answer of each list, in the policy's order.
    pub answers: Vec<Answer>,
    /// The entries that touch it or nearly do, of the policy's lists.
    pub listings: Vec<Listing>,
    /// Names of the pack near the one that it does not know.
    pub near: Vec<Box<str>>,
}

/// What one list says of one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The list.
    pub list: Id,
    /// Whether it touches the line.
    pub applies: Applies,
    /// Why, where no entry of [`Line::listings`] says it.
    pub why: Option<Box<str>>,
}

impl Compliance {
    /// How many lines have this answer.
    #[must_use]
    pub fn count(&self, applies: Applies) -> usize {
        self.lines.iter().filter(|it| it.applies == applies).count()
    }
}

/// Holds `inventory` against the lists of `policy`, as they stood on `day` (`2026-11-21`).
#[must_use]
pub fn comply(
    mut inventory: Inventory,
    policy: &Policy,
    day: &str,
    knowledge: &Knowledge,
) -> Compliance {
    let register = Register::new(knowledge);
    let pack = knowledge.pack();
    let known = policy.lists.iter().filter_map(|id| pack.lists.get(id));
    let lists: Vec<Asked> = known.map(|list| asked(list, day)).collect();
    let items = std::mem::take(&mut inventory.items);
    let mut reader = reading::Reader::new(&register, day);
    let mut lines = Vec::with_capacity(items.len());
    for item in items {
        let read = reader.read(&item);
        lines.push(judge(item, read, &lists, policy, &register, day));
    }
    let mut compliance = Compliance {
        knowledge_version: pack.version.clone(),
        knowledge_as_of: pack.as_of.clone(),
        policy: policy.id.clone(),
        policy_title: policy.title.clone(),
        day: day.into(),
        lists,
        inventory,
        lines,
        references: BTreeMap::new(),
    };
    compliance.references = references(&compliance, knowledge);
    compliance
}

fn asked(list: &List, day: &str) -> Asked {
    let over = matches!(list.status, Status::Ended | Status::Superseded) && list.to.is_none();
    let in_force = lasts(list.from.as_deref(), list.to.as_deref(), day)
        && !over
        && list.status != Status::Proposed;
    Asked {
        id: list.id.clone(),
        name: list.name.clone(),
        issuer: list.issuer.clone(),
        effect: list.effect.clone(),
        does_not_restrict: list.does_not_restrict.clone(),
        in_force,
        complete: list.complete,
        verified: list.verified,
        as_of: list.as_of.clone(),
        review_by: list.review_by.clone(),
        sources: list.sources.clone(),
    }
}

fn judge(
    item: Item,
    read: reading::Read,
    lists: &[Asked],
    policy: &Policy,
    register: &Register<'_>,
    day: &str,
) -> Line {
    let reading::Read { subject, steps, makers, near } = read;
    let listings = register.listings_of(&policy.lists, &subject, day);
    let is_known = subject.parties.iter().any(|(part, _)| *part == Part::Maker);
    let answers: Vec<Answer> = lists.iter().map(|list| answer(list, &listings, is_known)).collect();
    // Of no list, nothing can be said.
    let applies = answers.iter().map(|it| it.applies).min().unwrap_or(Applies::Unknown);
    Line { item, subject, makers, read: steps, applies, answers, listings, near }
}

/// What `list` says, its entries first.
fn answer(list: &Asked, listings: &[Listing], maker_is_known: bool) -> Answer {
    let touching = listings.iter().filter(|it| it.list == list.id);
    let touching = touching.map(|it| it.applies).min().filter(|it| *it != Applies::No);
    let (applies, why) = if let Some(applies) = touching {
        (applies, None)
    } else if !list.in_force {
        (Applies::No, Some("the list was not in force that day"))
    } else if !maker_is_known {
        (Applies::Unknown, Some("who makes it is not known"))
    } else if !list.complete {
        (Applies::Unknown, Some("no entry found, but this pack does not hold the whole list"))
    } else {
        (Applies::No, None)
    };
    Answer { list: list.id.clone(), applies, why: why.map(Into::into) }
}

fn references(compliance: &Compliance, knowledge: &Knowledge) -> BTreeMap<Id, Source> {
    let of_lists = compliance.lists.iter().flat_map(|it| &it.sources);
    let of_lines = compliance.lines.iter().flat_map(|line| {
        let read = line.read.iter().flat_map(|it| &it.sources);
        let listed = line.listings.iter().flat_map(|it| {
            it.sources.iter().chain(it.reasons.iter().flat_map(|step| &step.sources))
        });
        read.chain(listed)
    });
    let sources = &knowledge.pack().sources;
    let mut cited: Vec<&Id> = of_lists.chain(of_lines).collect();
    cited.sort_unstable();
    cited.dedup();
    cited.into_iter().filter_map(|id| Some((id.clone(), sources.get(id)?.clone()))).collect()
}

#[cfg(test)]
mod tests;
