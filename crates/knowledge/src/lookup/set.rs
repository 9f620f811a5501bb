//! Many patterns at once, to see quickly which of them may match.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use hashbrown::HashMap;

use super::parts::Parts;

/// Many patterns, told by letters that are the same in all they match: which takes no compiling.
#[derive(Debug, Default)]
pub(super) struct Set {
    /// Those that begin so, by the first byte in lower case.
    beginnings: HashMap<u8, Vec<Beginning>>,
    /// Finds what has to be in a value for the patterns of [`wanting`](Self::wanting) to match.
    finder: Option<AhoCorasick>,
    /// By what was found, which patterns want it.
    wanting: Vec<Wanting>,
    /// Those that may match anything.
    rest: Vec<usize>,
}

/// How what a pattern matches begins.
#[derive(Debug)]
struct Beginning {
    text: Box<[u8]>,
    place: usize,
}

/// A pattern that wants something to be in a value, and what else it wants.
#[derive(Debug)]
struct Wanting {
    place: usize,
    also: Parts,
}

impl Set {
    /// All of `patterns`, of which the pack knows the `parts`.
    pub(super) fn of(patterns: &[&str], parts: &BTreeMap<Box<str>, Parts>) -> Self {
        let mut set = Self::default();
        let mut wanted: Vec<&str> = Vec::new();
        for (place, pattern) in patterns.iter().enumerate() {
            if let Some(text) = plain_beginning(pattern) {
                let text = text.into_boxed_str().into_boxed_bytes();
                let first = text.first().map_or(0, u8::to_ascii_lowercase);
                set.beginnings.entry(first).or_default().push(Beginning { text, place });
            } else if let Some((first, also)) = parts.get(*pattern).and_then(|it| it.split_first())
            {
                for text in first {
                    wanted.push(text);
                    set.wanting.push(Wanting { place, also: also.into() });
                }
            } else {
                set.rest.push(place);
            }
        }
        // The kind that is built soonest: few values are asked in a run.
        let mut builder = AhoCorasick::builder();
        builder.ascii_case_insensitive(true).kind(Some(AhoCorasickKind::NoncontiguousNFA));
        match builder.build(wanted) {
            Ok(finder) => set.finder = Some(finder),
            // Too many for it: then all are tried.
            Err(_) => set.rest.extend(set.wanting.drain(..).map(|it| it.place)),
        }
        set
    }

    /// The places of patterns that may match `value`: all that do, and some that do not.
    pub(super) fn candidates(&self, value: &str) -> Vec<usize> {
        let first = value.as_bytes().first().map(u8::to_ascii_lowercase);
        let alike = first.and_then(|first| self.beginnings.get(&first)).into_iter().flatten();
        let begins = |it: &&Beginning| {
            let start = value.as_bytes().get(..it.text.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(&it.text))
        };
        let mut found: Vec<_> = alike.filter(begins).map(|it| it.place).collect();
        if let Some(finder) = &self.finder {
            let lower = value.to_ascii_lowercase();
            let met = finder.find_overlapping_iter(value).map(|it| it.pattern().as_usize());
            let met = met.filter_map(|at| self.wanting.get(at));
            found.extend(met.filter(|it| it.holds(&lower)).map(|it| it.place));
        }
        found.extend(&self.rest);
        found.sort_unstable();
        found.dedup();
        found
    }
}

impl Wanting {
    /// Whether `value`, in lower case, has all else that is wanted.
    fn holds(&self, value: &str) -> bool {
        self.also.iter().all(|any| any.iter().any(|text| value.contains(&**text)))
    }
}

/// The letters after `^` of a pattern that is plain enough to tell them without reading all of it, which
/// takes long; `None` if it is not, or begins otherwise, or if reading it tells more.
pub(super) fn plain_beginning(pattern: &str) -> Option<String> {
    let mut rest = pattern.strip_prefix('^')?.chars();
    let mut plain = String::new();
    let mut after = rest.clone();
    while let Some(letter) = match rest.next() {
        Some('\\') => rest.next().filter(char::is_ascii_punctuation),
        letter => letter.filter(|it| it.is_ascii_alphanumeric() || " -_/:=,@".contains(*it)),
    } {
        plain.push(letter);
        after = rest.clone();
    }
    match after.clone().next() {
        // Any number of the last letter, none at all too.
        Some('?' | '*' | '+' | '{') => drop(plain.pop()),
        Some('(') => return None,
        _ => {}
    }
    (!plain.is_empty() && is_one(after.as_str())).then_some(plain)
}

/// Whether what follows `^` and letters is surely neither another alternative to these nor under flags of
/// its own.
fn is_one(rest: &str) -> bool {
    let mut depth = 0_u32;
    let mut letters = rest.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => drop(letters.next()),
            '[' => {
                letters.next_if_eq(&'^');
                letters.next_if_eq(&']');
                loop {
                    match letters.next() {
                        Some(']') => break,
                        Some('\\') => drop(letters.next()),
                        Some('[') | None => return false,
                        Some(_) => {}
                    }
                }
            }
            '(' => {
                depth += 1;
                if letters.next_if_eq(&'?').is_some() && !matches!(letters.next(), Some(':' | '<'))
                {
                    return false;
                }
            }
            ')' => match depth.checked_sub(1) {
                Some(outer) => depth = outer,
                None => return false,
            },
            '|' if depth == 0 => return false,
            _ => {}
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::{
        super::{matching, parts},
        *,
    };

    #[test]
    fn a_plain_beginning_is_told_as_reading_all_of_it_tells_it() {
        for (pattern, plain) in [
            (r"^Lamp-\d+$", Some("Lamp-")),
            ("^HS1?", Some("HS")),
            ("^x(a|b)[|(]c", None),
            ("^x.(a|b)[|(]c", Some("x")),
            (r"^_x\._y .", Some("_x._y ")),
            (r"^x\wy", Some("x")),
            ("^x[]|]", Some("x")),
            ("^x[a[|]]|b", None),
            ("^x|y", None),
            (r"^x\|y", Some("x|y")),
            ("^x.(?i)y", None),
            ("^x.(?<m>y|z)", Some("x")),
            ("^x*", None),
            ("^x)|(y", None),
            ("x", None),
        ] {
            assert_eq!(plain_beginning(pattern).as_deref(), plain, "{pattern}");
        }
    }

    #[test]
    fn all_that_match_are_candidates() {
        const PATTERNS: [&str; 9] = [
            "^lamp",
            "plug$",
            "^LAMP-[0-9]",
            "^(lamp|plug)s",
            "^l?x",
            "^a|b",
            "(?-i)^Lamp",
            r"\w{2}$",
            "A.*plu(G|S)",
        ];
        let parts = parts::of(PATTERNS.into_iter());
        for known in [&parts, &BTreeMap::new()] {
            let set = Set::of(&PATTERNS, known);
            for value in
                ["Lamp", "lamp-1", "PLUGS", "plug", "xa", "b", "a", "", "é", "lam", "aPlus"]
            {
                let candidates = set.candidates(value);
                for (place, pattern) in PATTERNS.iter().enumerate() {
                    let compiled = matching::compile(pattern).unwrap();
                    let matches = compiled.is_match(value.as_bytes());
                    assert!(!matches || candidates.contains(&place), "{pattern} misses {value}");
                }
                let mut once = candidates.clone();
                once.dedup();
                assert_eq!(once.len(), candidates.len(), "{value}");
            }
        }
    }

    #[test]
    fn what_lacks_a_part_is_no_candidate() {
        let part = |text: &str| vec![Box::from(text)];
        let parts = [
            (r"\bacme (tv|box)".into(), vec![part("acme "), vec!["box".into(), "tv".into()]]),
            (r"\bacme .*phone".into(), vec![part("acme "), part("phone")]),
        ];
        let set = Set::of(&[r"\bacme (tv|box)", r"\bacme .*phone"], &parts.into());
        for (value, candidates) in [
            ("Acme TV", vec![0]),
            ("an ACME Phone", vec![1]),
            ("acme", vec![]),
            ("tv phone", vec![]),
        ] {
            assert_eq!(set.candidates(value), candidates, "{value}");
        }
    }
}
