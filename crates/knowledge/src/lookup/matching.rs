//! Whether a value is one of those a [`Match`] means.

use std::sync::OnceLock;

use hashbrown::HashMap;
use regex::bytes::{Regex, RegexBuilder};
use thiserror::Error;

use crate::kinds::{Condition, Match, Pack};

/// Why a regular expression is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub(crate) struct PatternError(String);

/// How large a compiled pattern may be, in bytes; our choice, about a hundred times what the pack's
/// patterns need, and little enough that a hostile pack cannot fill the memory.
pub(super) const SIZE_LIMIT: usize = 1 << 20;

/// How deep a pattern's groups may nest; our choice.
pub(super) const NEST_LIMIT: u32 = 32;

/// Compiles a pattern of the pack, within bounds.
///
/// Patterns are about bytes, and classes like `\d` about ASCII: names of products are, values from
/// the network need not even be text, and it makes patterns a tenth of the size.
pub(crate) fn compile(pattern: &str) -> Result<Regex, PatternError> {
    RegexBuilder::new(pattern)
        .unicode(false)
        .case_insensitive(true)
        .size_limit(SIZE_LIMIT)
        .dfa_size_limit(SIZE_LIMIT)
        .nest_limit(NEST_LIMIT)
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
            fingerprint.also.iter().for_each(|also| patterns.add(&also.matches));
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
            Match::Pattern(pattern) => match self.compiled(pattern) {
                Some(regex) => regex.is_match(value.as_bytes()),
                None => compile(pattern).is_ok_and(|regex| regex.is_match(value.as_bytes())),
            },
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_case_never_matters_and_a_domain_is_matched_by_labels() {
        check(&Match::Exact("Lamp".into()), &["lamp", "LAMP"], &["lamps", ""]);
        check(&Match::Prefix("cam-".into()), &["CAM-1", "cam-"], &["camel", "ca", "é"]);
        check(&Match::Contains("hub".into()), &["MyHub1", "hub"], &["hu", "h u b"]);
        let domain = Match::Domain("example.org".into());
        let others = &["notexample.org", "example.org.test", "org", ""];
        check(&domain, &["example.org", "A.Example.Org", "a.b.example.org."], others);
        check(&Match::Pattern(r"^ab\d+$".into()), &["ab1", "AB22"], &["ab", "ab٣", "xab1"]);
        check(&Match::Pattern("(".into()), &[], &["(", ""]);
    }

    #[track_caller]
    fn check(wanted: &Match, matching: &[&str], others: &[&str]) {
        let mut known = Patterns::default();
        known.add(wanted);
        for patterns in [Patterns::default(), known] {
            for value in matching {
                assert!(patterns.matches(wanted, value), "{wanted:?} does not match {value}");
            }
            for value in others {
                assert!(!patterns.matches(wanted, value), "{wanted:?} matches {value}");
            }
        }
    }
}
