//! What the user typed, held against what is known: brands by whole name, types by the vocabulary.

use knowledge::{DEVICE_TYPES, Knowledge, kinds::Brand};

use crate::search::{brands_called, nearest_brands};

/// What a brand's name stands for in the pack.
#[derive(Clone, Debug, PartialEq)]
pub enum Brands<'k> {
    /// This brand, by whole name or alias.
    One(&'k Brand),
    /// Several brands go by it: it stays text.
    Several(Vec<&'k Brand>),
    /// None: it stays text. Names that are similar are offered, never taken.
    None(Vec<Box<str>>),
}

/// The brand of that name, without regard to case and punctuation.
#[must_use]
pub fn brand_named<'k>(text: &str, knowledge: &'k Knowledge) -> Brands<'k> {
    let called = brands_called(text, knowledge);
    let spelled: Vec<_> = called.iter().copied().filter(|it| *it.name == *text).collect();
    match (called.as_slice(), spelled.as_slice()) {
        ([only], _) | (_, [only]) => Brands::One(only),
        ([], _) => Brands::None(nearest_brands(text, knowledge)),
        _ => Brands::Several(called),
    }
}

/// The type of that name, one of the vocabulary; spaces and case do not matter.
#[must_use]
pub fn kind_named(text: &str) -> Option<&'static str> {
    let words: Vec<_> = text.split([' ', '-', '_']).filter(|it| !it.is_empty()).collect();
    let joined = words.join("-").to_lowercase();
    DEVICE_TYPES.iter().find(|word| **word == joined).copied()
}
