//! What a statement of the pack rests on.

use knowledge::{
    dates::later,
    kinds::{
        Brand, Date, Id, Incident, Law, Organisation, Platform, Product, Rebrand, Right, Standard,
    },
};
use serde::Serialize;

/// What a statement of the pack rests on, and how sure that is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Cited {
    /// The entry that says it; `houseguest why` shows it whole.
    pub entry: Id,
    /// The published texts it rests on.
    pub sources: Vec<Id>,
    /// Whether somebody read them for this.
    pub verified: bool,
    /// The day it was checked.
    pub checked: Option<Date>,
    /// Whether it should have been checked again by the day of the look-up.
    pub stale: bool,
    /// What a reader should know about how sure it is.
    pub note: Option<Box<str>>,
}

impl Cited {
    /// A statement that is part of an entry and has no days of its own.
    pub(super) fn part(entry: &Id, sources: &[Id], verified: bool, note: Option<&str>) -> Self {
        let (entry, sources, note) = (entry.clone(), sources.to_vec(), note.map(Into::into));
        Self { entry, sources, verified, note, ..Self::default() }
    }
}

/// An entry that says what it rests on.
pub(super) trait Cites {
    /// What it rests on, seen on `day`.
    fn cited(&self, day: &str) -> Cited;
}

macro_rules! cites {
    ($($kind:ty),* $(,)?) => {$(
        impl Cites for $kind {
            fn cited(&self, day: &str) -> Cited {
                let overdue = self.review_by.as_deref().is_some_and(|it| later(day, it));
                Cited {
                    checked: self.as_of.clone(),
                    stale: overdue,
                    ..Cited::part(&self.id, &self.sources, self.verified, self.note.as_deref())
                }
            }
        }
    )*};
}

cites![Brand, Incident, Law, Organisation, Platform, Product, Rebrand, Right, Standard];
