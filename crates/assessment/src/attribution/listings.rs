//! Which lists touch a product, on a given day: yes, no or unknown, each with the reasons.
//!
//! An entry can name a company, a category of products, or a part inside another maker's product.
//! Companies match by the pack's ids and by whole curated names, never by a part of a name.
//! Ownership counts only where the instrument says that it reaches affiliates, and only as it was
//! on that day. What an entry asks and nobody knows of the product leaves the answer unknown.
//!
//! **Invariants.** Several possible makers never make a `Yes` unless every one of them would. The
//! same subject, day and pack give the same answers in the same order.

mod categories;
mod entities;
mod parts;
mod register;
mod standing;
mod words;

use knowledge::{
    Knowledge,
    kinds::{Country, Date, EntryKind, Id, Waiver},
};

use crate::model::Through;

pub use register::Register;

/// A product, as far as it is known who and what is behind it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// Organisations by the part they have in it. Several [`Part::Maker`] are candidates, of which
    /// one is the maker and nobody knows which.
    pub parties: Vec<(Part, Id)>,
    /// Names it or its maker goes by, as somebody wrote them: for entries of companies of which
    /// the pack has nothing but the name. Compared whole.
    pub names: Vec<Box<str>>,
    /// The kind of device, in the pack's words; `None` if not known.
    pub kind: Option<Box<str>>,
    /// Makers of the radio or platform modules inside, as the pack's ids of modules or
    /// organisations; empty if not known.
    pub modules: Vec<Id>,
    /// Every country in which it was made, designed or developed; `None` while some are not known.
    pub produced_in: Option<Vec<Country>>,
    /// Countries in which some stage of its production took place, as a label says.
    pub made_in: Vec<Country>,
    /// When it was authorised for the market.
    pub authorised: Option<Date>,
    /// Whether it is sold to consumers.
    pub consumer: Option<bool>,
    /// The brand it is sold under. Where another company goes by the brand's very name, that one is
    /// a candidate for its maker; leave it out where a label names the legal maker.
    pub brand: Option<Id>,
}

/// What part an organisation has in a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// It is the legal maker: it makes it, or has it made.
    Maker,
    /// It makes it for the legal maker.
    Producer,
    /// It sells it.
    Seller,
    /// It makes some products of this name; whether this one, nobody knows.
    PossibleProducer,
    /// It makes a module inside it.
    ModuleMaker,
    /// It runs the cloud and the app.
    PlatformOperator,
    /// It owns the name and lets another use it.
    Licensor,
}

impl Part {
    /// The part that [`crate::model::Provenance::parties`] gives; `None` for an owner, whom dated
    /// ownership finds anyway.
    #[must_use]
    pub const fn of(through: Through) -> Option<Self> {
        match through {
            Through::Maker => Some(Self::Maker),
            Through::Seller => Some(Self::Seller),
            Through::Licensor => Some(Self::Licensor),
            Through::PlatformOperator => Some(Self::PlatformOperator),
            Through::Owner => None,
        }
    }
}

/// Whether an entry touches a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Applies {
    /// It does.
    Yes,
    /// Something that decides it is not known; the reasons name it.
    Unknown,
    /// It does not, though somebody might think so; the reasons say why.
    No,
}

/// One step of a reason, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// A sentence without its full stop.
    pub says: Box<str>,
    /// The published texts it rests on; none for what was given and for plain comparison.
    pub sources: Vec<Id>,
    /// Whether somebody read those texts for it.
    pub verified: bool,
}

/// An entry of a list, and whether it touches the product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// The list.
    pub list: Id,
    /// Its usual name.
    pub list_name: Box<str>,
    /// The entry.
    pub entry: Id,
    /// As the list prints it.
    pub entry_name: Box<str>,
    /// What the entry names.
    pub kind: EntryKind,
    /// Whether it touches the product.
    pub applies: Applies,
    /// Why, from the product to the entry.
    pub reasons: Vec<Step>,
    /// What the entry does.
    pub effect: Box<str>,
    /// What it does not restrict.
    pub does_not_restrict: Box<str>,
    /// What limits it, in words: uses, conditions.
    pub qualifier: Option<Box<str>>,
    /// Exemptions in force that day.
    pub waivers: Vec<Waiver>,
    /// Since when.
    pub from: Option<Date>,
    /// Until when.
    pub to: Option<Date>,
    /// Entries that rest on one determination share this name.
    pub determination: Option<Id>,
    /// Whether it counts: a `No` never does, and of one determination only the first.
    pub counted: bool,
    /// What the entry rests on.
    pub sources: Vec<Id>,
    /// Whether somebody read those texts for it.
    pub verified: bool,
}

/// The lists that touch `subject` on `day` (`2026-11-21`), or nearly do.
///
/// For many subjects, make one [`Register`] and ask that.
#[must_use]
pub fn listings(subject: &Subject, day: &str, knowledge: &Knowledge) -> Vec<Listing> {
    Register::new(knowledge).listings(subject, day)
}

#[cfg(test)]
mod tests;
