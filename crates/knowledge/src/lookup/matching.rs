//! Whether a value is one of those a [`Match`] means.

use std::{collections::HashMap, sync::OnceLock};

use regex::{Regex, RegexBuilder};
use thiserror::Error;

use crate::kinds::{Condition, Match, Pack};

/// Why a regular expression is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub(crate) struct PatternError(String);

/// Compiles a pattern of the pack, within bounds.
///
/// The bound on its compiled size is this project's choice: about a hundred times what the pack's
/// patterns need, and little enough that a hostile pack cannot fill the memory.
pub(crate) fn compile(pattern: &str) -> Result<Regex, PatternError> {
    const SIZE_LIMIT: usize = 1 << 20;

    RegexBuilder::new(pattern)
        .case_insensitive(true)
        .size_limit(SIZE_LIMIT)
        .dfa_size_limit(SIZE_LIMIT)
        .nest_limit(32)
        .build()
        .map_err(|error| PatternError(error.to_string()))
}

/// The pack's patterns, each compiled when first asked for.
#[derive(Debug, Default)]
pub(crate) struct Patterns(HashMap<Box<str>, OnceLock<Option<Regex>>>);

impl Patterns {
    /// All patterns in `pack`'s fingerprints and weaknesses.
    pub(crate) fn of(pack: &Pack) -> Self {
        let mut patterns = Self::default();
        for fingerprint in pack.fingerprints.values() {
            patterns.add(&fingerprint.matches);
        }
        for weakness in pack.weaknesses.values() {
            patterns.add_condition(&weakness.when);
        }
        patterns
    }

    /// The compiled pattern; `None` if it is not of the pack or cannot be compiled.
    pub(crate) fn compiled(&self, pattern: &str) -> Option<&Regex> {
        self.0.get(pattern)?.get_or_init(|| compile(pattern).ok()).as_ref()
    }

    pub(crate) fn matches(&self, wanted: &Match, value: &str) -> bool {
        match wanted {
            Match::Exact(text) => value.eq_ignore_ascii_case(text),
            Match::Prefix(text) => starts_with(value, text),
            Match::Domain(domain) => is_below(value.trim_end_matches('.'), domain),
            Match::Contains(text) => contains(value, text),
            Match::Pattern(pattern) if self.0.contains_key(pattern) => {
                self.compiled(pattern).is_some_and(|regex| regex.is_match(value))
            }
            Match::Pattern(pattern) => compile(pattern).is_ok_and(|regex| regex.is_match(value)),
        }
    }

    fn add(&mut self, wanted: &Match) {
        if let Match::Pattern(pattern) = wanted {
            self.0.entry(pattern.clone()).or_default();
        }
    }

    fn add_condition(&mut self, condition: &Condition) {
        match condition {
            Condition::All(parts) | Condition::Any(parts) => {
                for part in parts {
                    self.add_condition(part);
                }
            }
            Condition::Not(part) => self.add_condition(part),
            Condition::Observed(observed) => {
                observed.matches.iter().chain(&observed.except).for_each(|it| self.add(it));
            }
            Condition::Talks(talks) => talks.name.iter().for_each(|it| self.add(it)),
            Condition::Visits(_) | Condition::Is(_) => {}
        }
    }
}

fn starts_with(value: &str, start: &str) -> bool {
    value.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}

/// Whether `name` is `domain` or below it.
fn is_below(name: &str, domain: &str) -> bool {
    let Some(cut) = name.len().checked_sub(domain.len()) else { return false };
    let Some((head, tail)) = name.split_at_checked(cut) else { return false };
    tail.eq_ignore_ascii_case(domain) && (head.is_empty() || head.ends_with('.'))
}

fn contains(value: &str, part: &str) -> bool {
    let (value, part) = (value.as_bytes(), part.as_bytes());
    part.is_empty() || value.windows(part.len()).any(|window| window.eq_ignore_ascii_case(part))
}
