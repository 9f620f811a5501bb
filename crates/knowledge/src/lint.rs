//! What is wrong with a pack that can be read.
//!
//! Loading refuses what cannot be understood; this refuses what must not be said: facts nobody cited,
//! names nobody defined, fingerprints that fail their own examples, words that judge motives.
//! `houseguest knowledge lint` and a test over the repository's pack run it.

mod advice;
mod cited;
mod facts;
mod figures;
mod fingerprints;
mod ownership;
mod problem;
mod references;
mod registrants;
mod vocabulary;
mod weaknesses;
mod wording;

use crate::kinds::Pack;

pub use figures::{Figures, figures};
pub use problem::{Lint, Located, Problem};
pub use vocabulary::{DEVICE_TYPES, ROLES, is_built_on, is_narrower};

/// Everything wrong with `pack`, in the order of kinds, ids and problems.
#[must_use]
pub fn lint(pack: &Pack) -> Vec<Lint> {
    let mut lints = Lints::default();
    facts::check(pack, &mut lints);
    references::check(pack, &mut lints);
    ownership::check(pack, &mut lints);
    registrants::check(pack, &mut lints);
    fingerprints::check(pack, &mut lints);
    weaknesses::check(pack, &mut lints);
    advice::check(pack, &mut lints);
    lints.0.sort_by_cached_key(|lint| (lint.kind, lint.id.clone(), lint.problem.to_string()));
    lints.0
}

/// What was found so far.
#[derive(Default)]
struct Lints(Vec<Lint>);

impl Lints {
    fn add(&mut self, kind: &'static str, id: &str, problem: Problem) {
        self.0.push(Lint { kind, id: id.into(), problem });
    }
}

#[cfg(test)]
mod tests;
