//! What an observation tells about the device it was made of.

use std::{collections::BTreeMap, sync::OnceLock};

use evidence::Field;
use hashbrown::HashMap;
use regex::bytes::Captures;

use super::{Knowledge, parts::Parts, set::Set};
use crate::kinds::{Fingerprint, Id, Match, Pack, Tells, fields_of};

/// A fingerprint that matched, and what it tells about this one value.
#[derive(Clone, Debug, PartialEq)]
pub struct Clue<'a> {
    /// The pack's entry.
    pub fingerprint: &'a Fingerprint,
    /// What it tells, with the pattern's groups filled in.
    pub tells: Tells,
}

/// The fingerprints of each field or group of fields, so that few need to be tried on a value.
#[derive(Debug, Default)]
pub(super) struct Index {
    of_words: Vec<OfWord>,
    /// Which of them are about a field: its own, its group's.
    places: HashMap<Field, Vec<usize>>,
}

/// The fingerprints with one word for their field.
#[derive(Debug, Default)]
struct OfWord {
    /// By the whole value, in lower case.
    exact: HashMap<Box<str>, Vec<Id>>,
    /// By the domain, in lower case.
    domain: HashMap<Box<str>, Vec<Id>>,
    /// Beginnings and parts, which must be tried.
    tried: Vec<Id>,
    /// Patterns, in the order of [`set`](Self::set).
    patterns: Vec<(Box<str>, Id)>,
    /// All patterns at once, made when first needed.
    set: OnceLock<Set>,
}

impl Index {
    pub(super) fn new(pack: &Pack) -> Self {
        let mut by_word: HashMap<&str, OfWord> = HashMap::new();
        for fingerprint in pack.fingerprints.values() {
            by_word.entry(&fingerprint.field).or_default().add(fingerprint);
        }
        let mut index = Self::default();
        for (word, of_word) in by_word {
            for field in fields_of(word) {
                index.places.entry(field).or_default().push(index.of_words.len());
            }
            index.of_words.push(of_word);
        }
        index
    }

    /// What may be about a value of `field`.
    fn of_field(&self, field: Field) -> impl Iterator<Item = &OfWord> {
        let places = self.places.get(&field).into_iter().flatten();
        places.filter_map(|place| self.of_words.get(*place))
    }
}

impl Knowledge {
    /// Whether the pack has fingerprints that are about values of `field`.
    #[must_use]
    pub fn has_fingerprints_of(&self, field: Field) -> bool {
        self.clues.places.contains_key(&field)
    }

    /// What the pack's fingerprints tell about a device of which `field` was seen to be `value`, in
    /// the order of their ids.
    #[must_use]
    pub fn clues(&self, field: Field, value: &str) -> Vec<Clue<'_>> {
        let mut clues: Vec<_> = self
            .clues
            .of_field(field)
            .flat_map(|of_word| of_word.candidates(value, &self.pack.parts))
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
        let captures = self.patterns.compiled(pattern)?.captures(value.as_bytes())?;
        Some(Clue { fingerprint, tells: told(&fingerprint.tells, &captures) })
    }
}

impl OfWord {
    fn add(&mut self, fingerprint: &Fingerprint) {
        let id = fingerprint.id.clone();
        match &fingerprint.matches {
            Match::Exact(text) => self.exact.entry(lower(text)).or_default().push(id),
            Match::Domain(text) => self.domain.entry(lower(text)).or_default().push(id),
            Match::Prefix(_) | Match::Contains(_) => self.tried.push(id),
            Match::Pattern(pattern) => self.patterns.push((pattern.clone(), id)),
        }
    }

    /// The fingerprints that may match: all that do, and some that do not.
    fn candidates<'a>(
        &'a self,
        value: &str,
        parts: &BTreeMap<Box<str>, Parts>,
    ) -> impl Iterator<Item = &'a Id> {
        let mut found: Vec<&Id> = self.tried.iter().collect();
        if !self.exact.is_empty() || !self.domain.is_empty() {
            let lower = lower(value);
            found.extend(self.exact.get(&lower).into_iter().flatten());
            found.extend(self.of_domains(&lower));
        }
        let patterns = self.set(parts).candidates(value).into_iter();
        found.extend(patterns.filter_map(|at| self.patterns.get(at)).map(|(_, id)| id));
        found.into_iter()
    }

    fn of_domains<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Id> {
        let name = name.trim_end_matches('.');
        let starts = name.match_indices('.').map(|(dot, _)| dot + 1);
        let suffixes = std::iter::once(0).chain(starts).filter_map(|start| name.get(start..));
        suffixes.filter_map(|suffix| self.domain.get(suffix)).flatten()
    }

    fn set(&self, parts: &BTreeMap<Box<str>, Parts>) -> &Set {
        let patterns = || self.patterns.iter().map(|(pattern, _)| &**pattern).collect::<Vec<_>>();
        self.set.get_or_init(|| Set::of(&patterns(), parts))
    }
}

/// What is told, with the groups filled in; a text whose groups are all empty is not told.
fn told(tells: &Tells, captures: &Captures<'_>) -> Tells {
    let fill = |text: &Option<Box<str>>| text.as_deref().and_then(|text| filled(text, captures));
    Tells {
        brand: fill(&tells.brand),
        brand_named: fill(&tells.brand_named),
        brand_site: fill(&tells.brand_site),
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
    let mut bytes = Vec::new();
    captures.expand(text.as_bytes(), &mut bytes);
    let filled = String::from_utf8_lossy(&bytes);
    let trimmed = filled.trim();
    (!trimmed.is_empty()).then(|| trimmed.into())
}

fn lower(text: &str) -> Box<str> {
    text.to_ascii_lowercase().into()
}

#[cfg(test)]
mod tests {
    use evidence::fields::{
        DHCP_HOST_NAME, DNS_QUERY, HTTP_HOST, QUIC_SNI, TLS_CERTIFICATE_NAME, TLS_SNI,
    };

    use super::*;

    const FINGERPRINTS: &str = r#"
        [[fingerprint]]
        id = "exact"
        field = "dhcp.host_name"
        matches = { exact = "Lamp" }
        tells = { type = "bulb" }
        strength = 0.5
        examples = []
        sources = []
        [[fingerprint]]
        id = "model"
        field = "dhcp.host_name"
        matches = { pattern = "^(?<m>ab\\d+)(-(?<version>\\d+))?$" }
        tells = { model = "$m", firmware = "$version" }
        strength = 0.5
        examples = []
        sources = []
        [[fingerprint]]
        id = "name"
        field = "dns.query"
        matches = { domain = "example.org" }
        tells = { brand = "example" }
        strength = 0.5
        examples = []
        sources = []
        [[fingerprint]]
        id = "contact"
        field = "contacts"
        matches = { domain = "b.example.org" }
        tells = { type = "hub" }
        strength = 0.5
        examples = []
        sources = []
        [[fingerprint]]
        id = "start"
        field = "dhcp.host_name"
        matches = { prefix = "ab" }
        tells = { type = "plug" }
        strength = 0.5
        examples = []
        sources = []
    "#;

    #[test]
    fn every_matching_fingerprint_gives_its_clue() {
        check(DHCP_HOST_NAME, "LAMP", &[("exact", None, None)]);
        check(
            DHCP_HOST_NAME,
            "AB12-7",
            &[("model", Some("AB12"), Some("7")), ("start", None, None)],
        );
        check(DHCP_HOST_NAME, "ab12", &[("model", Some("ab12"), None), ("start", None, None)]);
        check(DHCP_HOST_NAME, "abacus", &[("start", None, None)]);
        check(DHCP_HOST_NAME, "", &[]);
        check(DNS_QUERY, "example.ORG", &[("name", None, None)]);
        check(DNS_QUERY, "notexample.org", &[]);
    }

    #[test]
    fn a_group_stands_for_each_of_its_fields() {
        check(DNS_QUERY, "a.B.example.org", &[("contact", None, None), ("name", None, None)]);
        for field in [TLS_SNI, QUIC_SNI, HTTP_HOST] {
            check(field, "a.B.example.org", &[("contact", None, None)]);
        }
        check(TLS_CERTIFICATE_NAME, "a.b.example.org", &[]);
    }

    /// Clues as id, model and firmware.
    #[track_caller]
    fn check(field: Field, value: &str, clues: &[(&str, Option<&str>, Option<&str>)]) {
        let files = BTreeMap::from([("f.toml".to_owned(), FINGERPRINTS.to_owned())]);
        let knowledge = Knowledge::new(crate::load(files).unwrap());
        let found = knowledge.clues(field, value);
        let found: Vec<_> = found
            .iter()
            .map(|it| {
                (&*it.fingerprint.id, it.tells.model.as_deref(), it.tells.firmware.as_deref())
            })
            .collect();
        assert_eq!(found, clues, "{value}");
    }
}
