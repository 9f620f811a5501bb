//! Whose a domain name is.

use std::borrow::Cow;

use hashbrown::HashMap;

use super::Knowledge;
use crate::kinds::Destination;

/// The place of each suffix in the pack's list.
pub(super) type Index = HashMap<Box<str>, usize>;

pub(super) fn index(destinations: &[Destination]) -> Index {
    (0..).zip(destinations).map(|(index, it)| (it.suffix.clone(), index)).collect()
}

impl Knowledge {
    /// What the pack says about `name`: the entry with the longest suffix it ends in, label by label.
    #[must_use]
    pub fn destination(&self, name: &str) -> Option<&Destination> {
        let name = name.trim_end_matches('.');
        let lower: Cow<'_, str> = if name.bytes().any(|it| it.is_ascii_uppercase()) {
            name.to_ascii_lowercase().into()
        } else {
            name.into()
        };
        let mut suffix = &*lower;
        loop {
            let found = self.suffixes.get(suffix).and_then(|at| self.pack.destinations.get(*at));
            match found {
                Some(found) if !found.exact || suffix.len() == name.len() => return Some(found),
                _ => suffix = suffix.split_once('.')?.1,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn the_longest_suffix_wins_and_an_exact_name_is_only_itself() {
        check("example.org", Some("example.org"));
        check("A.Example.Org.", Some("example.org"));
        check("time.example.org", Some("time.example.org"));
        check("b.time.example.org", Some("example.org"));
        check("x.iot.example.org", Some("iot.example.org"));
        check("notexample.org", None);
        check("org", None);
        check("", None);
    }

    #[track_caller]
    fn check(name: &str, suffix: Option<&str>) {
        let entries =
            [("example.org", ""), ("time.example.org", "exact = true\n"), ("iot.example.org", "")];
        let entry = |(suffix, rest)| {
            format!(
                "[[destination]]\nsuffix = \"{suffix}\"\n{rest}purpose = \"function\"\nsources = []\n"
            )
        };
        let text = entries.map(entry).concat();
        let files = BTreeMap::from([("d.toml".to_owned(), text)]);
        let knowledge = Knowledge::new(crate::load(files).unwrap());
        assert_eq!(knowledge.destination(name).map(|it| &*it.suffix), suffix, "{name}");
    }
}
