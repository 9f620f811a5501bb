//! What an observation tells about the device it was made of.

use std::collections::HashMap;

use evidence::Field;
use regex::Captures;

use super::Knowledge;
use crate::kinds::{Fingerprint, Id, Match, Pack, Tells};

/// A fingerprint that matched, and what it tells about this one value.
#[derive(Clone, Debug, PartialEq)]
pub struct Clue<'a> {
    /// The pack's entry.
    pub fingerprint: &'a Fingerprint,
    /// What it tells, with the pattern's groups filled in.
    pub tells: Tells,
}

/// The fingerprints of each field, found by what can be looked up and else tried in turn.
#[derive(Debug, Default)]
pub(super) struct Index(HashMap<Field, OfField>);

#[derive(Debug, Default)]
struct OfField {
    /// By the whole value, in lower case.
    exact: HashMap<Box<str>, Vec<Id>>,
    /// By the domain, in lower case.
    domain: HashMap<Box<str>, Vec<Id>>,
    /// Those that must be tried.
    tried: Vec<Id>,
}

impl Index {
    pub(super) fn new(pack: &Pack) -> Self {
        let mut index = Self::default();
        for fingerprint in pack.fingerprints.values() {
            let Some(field) = Field::from_name(&fingerprint.field) else { continue };
            let of_field = index.0.entry(field).or_default();
            let ids = match &fingerprint.matches {
                Match::Exact(text) => of_field.exact.entry(lower(text)).or_default(),
                Match::Domain(text) => of_field.domain.entry(lower(text)).or_default(),
                Match::Prefix(_) | Match::Contains(_) | Match::Pattern(_) => &mut of_field.tried,
            };
            ids.push(fingerprint.id.clone());
        }
        index
    }
}

impl Knowledge {
    /// What the pack's fingerprints tell about a device of which `field` was seen to be `value`, in
    /// the order of their ids.
    #[must_use]
    pub fn clues(&self, field: Field, value: &str) -> Vec<Clue<'_>> {
        let Some(of_field) = self.clues.0.get(&field) else { return Vec::new() };
        let lower = value.to_ascii_lowercase();
        let exact = of_field.exact.get(lower.as_str()).into_iter().flatten();
        let domain = of_field.domains(&lower);
        let mut clues: Vec<_> = exact
            .chain(domain)
            .chain(&of_field.tried)
            .filter_map(|id| self.clue(self.pack.fingerprints.get(id)?, value))
            .collect();
        clues.sort_by(|a, b| a.fingerprint.id.cmp(&b.fingerprint.id));
        clues
    }

    fn clue<'a>(&'a self, fingerprint: &'a Fingerprint, value: &str) -> Option<Clue<'a>> {
        let Match::Pattern(pattern) = &fingerprint.matches else {
            let matches = self.matches(&fingerprint.matches, value);
            return matches.then(|| Clue { fingerprint, tells: fingerprint.tells.clone() });
        };
        let captures = self.patterns.compiled(pattern)?.captures(value)?;
        Some(Clue { fingerprint, tells: told(&fingerprint.tells, &captures) })
    }
}

impl OfField {
    fn domains<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Id> {
        let name = name.trim_end_matches('.');
        let starts = name.match_indices('.').map(|(dot, _)| dot + 1);
        std::iter::once(0)
            .chain(starts)
            .filter_map(|start| self.domain.get(name.get(start..)?))
            .flatten()
            .collect::<Vec<_>>()
            .into_iter()
    }
}

/// What is told, with the groups filled in; a text whose groups are all empty is not told.
fn told(tells: &Tells, captures: &Captures<'_>) -> Tells {
    let fill = |text: &Option<Box<str>>| text.as_deref().and_then(|text| filled(text, captures));
    Tells {
        brand: fill(&tells.brand),
        model: fill(&tells.model),
        kind: fill(&tells.kind),
        os: fill(&tells.os),
        firmware: fill(&tells.firmware),
        module_maker: fill(&tells.module_maker),
        role: fill(&tells.role),
    }
}

/// `text` with `$name` replaced by the group's text; `None` if nothing is left.
pub(crate) fn filled(text: &str, captures: &Captures<'_>) -> Option<Box<str>> {
    let mut expanded = String::new();
    captures.expand(text, &mut expanded);
    let trimmed = expanded.trim();
    (!trimmed.is_empty()).then(|| trimmed.into())
}

fn lower(text: &str) -> Box<str> {
    text.to_ascii_lowercase().into()
}
