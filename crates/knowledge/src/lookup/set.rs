//! Many patterns at once, to see in one pass which of them may match.

use hashbrown::HashMap;
use regex_automata::{
    Input, MatchKind, PatternSet, meta, nfa::thompson::WhichCaptures, util::syntax,
};
use regex_syntax::hir::{Look, literal};

use super::matching::{NEST_LIMIT, SIZE_LIMIT};

/// For all patterns of one field together, in bytes.
const SET_LIMIT: usize = 16 * SIZE_LIMIT;

/// Many patterns. Most of them begin with letters that are the same in all they match: those are told by
/// these, which takes no compiling. The rest are compiled as one.
///
/// What `regex` has for this looks for literals to begin with first. Finding those of hundreds of patterns
/// took three times as long as all the rest, and such a set makes no use of them.
#[derive(Debug)]
pub(super) struct Set {
    /// By the first byte, in lower case.
    beginnings: HashMap<u8, Vec<Beginning>>,
    rest: meta::Regex,
    /// Which patterns these are.
    places: Vec<usize>,
}

/// How what a pattern matches begins.
#[derive(Debug)]
struct Beginning {
    text: Box<[u8]>,
    place: usize,
}

impl Set {
    /// All of `patterns`, read as [`compile`](super::matching::compile) does; `None` if those that have to
    /// be compiled are too large together.
    pub(super) fn of(patterns: &[&str]) -> Option<Self> {
        let mut beginnings: HashMap<_, Vec<_>> = HashMap::new();
        let (mut rest, mut places) = (Vec::new(), Vec::new());
        for (place, pattern) in patterns.iter().enumerate() {
            let Some(texts) = beginnings_of(pattern) else {
                rest.push(*pattern);
                places.push(place);
                continue;
            };
            for (first, text) in texts {
                beginnings.entry(first).or_default().push(Beginning { text, place });
            }
        }
        Some(Self { beginnings, rest: compile_all(&rest)?, places })
    }

    /// The places of patterns that may match `value`: all that do, and some that only begin alike.
    pub(super) fn candidates(&self, value: &[u8]) -> Vec<usize> {
        let first = value.first().map(u8::to_ascii_lowercase);
        let alike = first.and_then(|first| self.beginnings.get(&first)).into_iter().flatten();
        let begins = |it: &&Beginning| {
            value.get(..it.text.len()).is_some_and(|start| start.eq_ignore_ascii_case(&it.text))
        };
        let mut found: Vec<_> = alike.filter(begins).map(|it| it.place).collect();
        found.dedup();
        let mut matching = PatternSet::new(self.rest.pattern_len());
        self.rest.which_overlapping_matches(&Input::new(value), &mut matching);
        found.extend(matching.iter().filter_map(|it| self.places.get(it.as_usize())));
        found
    }
}

fn syntax() -> syntax::Config {
    syntax::Config::new().unicode(false).utf8(false).nest_limit(NEST_LIMIT)
}

fn compile_all(patterns: &[&str]) -> Option<meta::Regex> {
    let config = meta::Config::new()
        .match_kind(MatchKind::All)
        .which_captures(WhichCaptures::None)
        .utf8_empty(false)
        .auto_prefilter(false)
        .nfa_size_limit(Some(SET_LIMIT))
        .hybrid_cache_capacity(SET_LIMIT);
    let mut builder = meta::Builder::new();
    builder.syntax(syntax().case_insensitive(true)).configure(config);
    builder.build_many(patterns).ok()
}

/// With what all that `pattern` matches begins, each text with its first byte in lower case, whatever the
/// case of the letters; `None` if it may begin with anything, or elsewhere than a value does.
fn beginnings_of(pattern: &str) -> Option<Vec<(u8, Box<[u8]>)>> {
    /// More than this are not worth telling apart; our choice.
    const MOST: usize = 16;

    let begin = |text: &[u8]| Some((text.first()?.to_ascii_lowercase(), text.into()));
    if let Some(text) = plain_beginning(pattern) {
        return Some(vec![begin(text.as_bytes())?]);
    }
    let parsed = syntax::parse_with(pattern, &syntax()).ok()?;
    if !parsed.properties().look_set_prefix().contains(Look::Start) {
        return None;
    }
    let mut extractor = literal::Extractor::new();
    // A letter in both cases, no more of a class: `\d` would be ten beginnings.
    extractor.limit_total(MOST).limit_class(2);
    let found = extractor.extract(&parsed);
    found.literals()?.iter().map(|it| begin(it.as_bytes())).collect()
}

/// The letters after `^` of a pattern that is plain enough to tell them without reading all of it, which
/// takes long; `None` if it is not, or begins otherwise, or if reading it tells more.
fn plain_beginning(pattern: &str) -> Option<String> {
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
    use super::*;

    #[test]
    fn what_all_matches_begin_with_is_told() {
        let beginnings = |pattern| {
            let texts = beginnings_of(pattern)?.into_iter().map(|(_, text)| text);
            Some(texts.map(|it| String::from_utf8(it.into()).unwrap()).collect::<Vec<_>>())
        };
        assert_eq!(beginnings(r"^Lamp-\d+$"), Some(vec!["Lamp-".into()]));
        assert_eq!(beginnings(r"^(?<m>HS1\w+)|^KP"), Some(vec!["HS1".into(), "KP".into()]));
        assert_eq!(
            beginnings("^_hap\\._(tcp|udp) "),
            Some(vec!["_hap._tcp ".into(), "_hap._udp ".into()])
        );
        for open in ["Lamp", "^Lamp|Plug", r"^\w", "^L?", "^", "(", "^x{0}", "(?m)^Lamp"] {
            assert_eq!(beginnings(open), None, "{open}");
        }
    }

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
        let patterns =
            ["^lamp", "plug$", "^LAMP-[0-9]", "^(lamp|plug)s", "^l?x", "^a|b", "(?-i)^Lamp"];
        let set = Set::of(&patterns).unwrap();
        for value in ["Lamp", "lamp-1", "PLUGS", "plug", "xa", "b", "a", "", "é", "lam"] {
            let candidates = set.candidates(value.as_bytes());
            for (place, pattern) in patterns.iter().enumerate() {
                let compiled = super::super::matching::compile(pattern).unwrap();
                let matches = compiled.is_match(value.as_bytes());
                assert!(!matches || candidates.contains(&place), "{pattern} misses {value}");
            }
            let mut once = candidates.clone();
            once.sort_unstable();
            once.dedup();
            assert_eq!(once.len(), candidates.len(), "{value}");
        }
    }
}
