//! What a value must have in it for a pattern to match: letters that are cheaply looked for.
//!
//! To read a pattern takes longer than to look for these, and to compile it much longer, so that a pack
//! brings them along ([`Pack::parts`]): a run reads few of a thousand patterns.

use std::collections::BTreeMap;

use regex_syntax::{
    ParserBuilder,
    hir::{Hir, HirKind},
};

use super::{matching::NEST_LIMIT, set::plain_beginning};
use crate::kinds::{Match, Pack};

/// In lower case: of each list, a matching value has at least one, whatever the case of its letters. The
/// list that tells most comes first.
pub(crate) type Parts = Vec<Vec<Box<str>>>;

/// More than this of one list are not worth telling apart; our choice.
const MOST: usize = 32;

/// More lists than this tell nothing more; our choice.
const MOST_LISTS: usize = 4;

/// The parts of all patterns of `pack`'s fingerprints.
pub(crate) fn of_pack(pack: &Pack) -> BTreeMap<Box<str>, Parts> {
    of(pack.fingerprints.values().filter_map(|it| match &it.matches {
        Match::Pattern(pattern) => Some(&**pattern),
        _ => None,
    }))
}

/// The parts of those of `patterns` that do not begin with letters to tell them by.
pub(super) fn of<'p>(patterns: impl Iterator<Item = &'p str>) -> BTreeMap<Box<str>, Parts> {
    let open = patterns.filter(|it| plain_beginning(it).is_none());
    open.map(|it| (it.into(), parts_of(it))).filter(|(_, parts)| !parts.is_empty()).collect()
}

/// What a value must have in it for `pattern` to match; empty if nothing need be.
fn parts_of(pattern: &str) -> Parts {
    let mut parser = ParserBuilder::new();
    // Without letters' case, so that letters stay letters: those who look for them look for both.
    parser.unicode(false).utf8(false).nest_limit(NEST_LIMIT);
    let Ok(parsed) = parser.build().parse(pattern) else { return Parts::new() };
    let mut parts = lists_of(&parsed);
    parts.sort_by_key(|it| std::cmp::Reverse(worth(it)));
    parts.dedup();
    parts.truncate(MOST_LISTS);
    parts
}

/// A list by how much it tells: the shortest of it is met most often.
fn worth(list: &[Box<str>]) -> (usize, std::cmp::Reverse<usize>) {
    (list.iter().map(|it| it.len()).min().unwrap_or_default(), std::cmp::Reverse(list.len()))
}

fn lists_of(pattern: &Hir) -> Parts {
    match pattern.kind() {
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) if text.is_ascii() => vec![vec![text.to_ascii_lowercase().into()]],
            _ => Parts::new(),
        },
        HirKind::Capture(group) => lists_of(&group.sub),
        HirKind::Repetition(repeated) if repeated.min > 0 => lists_of(&repeated.sub),
        HirKind::Concat(sequence) => sequence.iter().flat_map(lists_of).collect(),
        HirKind::Alternation(choices) => {
            let best = |it| lists_of(it).into_iter().max_by_key(|list| worth(list));
            let each: Option<Vec<_>> = choices.iter().map(best).collect();
            let mut one = each.unwrap_or_default().concat();
            one.sort_unstable();
            one.dedup();
            if one.is_empty() || one.len() > MOST { Parts::new() } else { vec![one] }
        }
        _ => Parts::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_every_match_has_in_it_is_told() {
        check("Lamp", &[&["lamp"]]);
        check(r"\bAcme-(?<m>A\d|BB\w)$", &[&["acme-"], &["a", "bb"]]);
        check(r"^(irobot|roomba)-[0-9a-f]+$", &[&["irobot", "roomba"], &["-"]]);
        check("^a(one )?b|two", &[&["b", "two"]]);
        check("(lamp)+ ?plug{2}", &[&["lamp"], &["plu"], &["g"]]);
        check("(?x) of \\ lamps # all of them", &[&["of lamps"]]);
    }

    #[test]
    fn where_nothing_need_be_nothing_is_told() {
        for open in [r"\w+", "lamp|", "(?i)l|x", "(lamp)*", "(lamp|.)", "", "^$", "(", "é"] {
            check(open, &[]);
        }
    }

    #[track_caller]
    fn check(pattern: &str, parts: &[&[&str]]) {
        let told = parts_of(pattern);
        let told: Vec<Vec<&str>> =
            told.iter().map(|it| it.iter().map(|it| &**it).collect()).collect();
        assert_eq!(told, parts, "{pattern}");
    }
}
