//! Answers from the pack, fast enough to be asked about every observation.
//!
//! [`Knowledge`] owns a [`Pack`] and the indexes into it. Letters' case never matters.

mod addresses;
mod clues;
mod destinations;
mod matching;
mod parts;
mod products;
mod registrants;
mod set;

use hashbrown::HashMap;

use crate::kinds::{Id, Match, Pack};

pub use clues::Clue;
pub(crate) use clues::filled;
pub(crate) use matching::{Patterns, compile};
pub(crate) use parts::of_pack as parts_of_pack;

/// A pack with its indexes.
#[derive(Debug)]
pub struct Knowledge {
    pack: Pack,
    brands: HashMap<Box<str>, Id>,
    modules: HashMap<Box<str>, Id>,
    suffixes: destinations::Index,
    clues: clues::Index,
    products: products::Index,
    patterns: Patterns,
}

impl Knowledge {
    /// Indexes `pack`.
    #[must_use]
    pub fn new(mut pack: Pack) -> Self {
        pack.prefixes.sort_unstable();
        pack.addresses.sort_unstable();
        // They were decoded into lists that grew, and are by far the longest.
        pack.prefixes.shrink_to_fit();
        pack.addresses.shrink_to_fit();
        let brands = registrants::index(pack.brands.values().map(|it| (&it.id, &it.registrants)));
        let modules = registrants::index(pack.modules.values().map(|it| (&it.id, &it.registrants)));
        let suffixes = destinations::index(&pack.destinations);
        let clues = clues::Index::new(&pack);
        let products = products::index(&pack);
        let patterns = Patterns::of(&pack);
        Self { pack, brands, modules, suffixes, clues, products, patterns }
    }

    /// Everything the pack says.
    #[must_use]
    pub const fn pack(&self) -> &Pack {
        &self.pack
    }

    /// Whether `value` is one of those that `wanted` means.
    ///
    /// Patterns of the pack's own entries are compiled once; another pattern, each time.
    #[must_use]
    pub fn matches(&self, wanted: &Match, value: &str) -> bool {
        self.patterns.matches(wanted, value)
    }
}
