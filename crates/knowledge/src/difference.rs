//! What changes from one pack to another.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::kinds::Pack;

/// One entry that differs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Change {
    /// The kind of entry: `brand`, `entry`, `law`, ….
    pub kind: &'static str,
    /// Its id.
    pub id: Box<str>,
    /// How it differs.
    pub what: Difference,
}

/// How an entry differs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Difference {
    /// Only the newer pack has it.
    Added,
    /// Only the older pack has it.
    Removed,
    /// Both have it, and these fields differ.
    Changed(Vec<Box<str>>),
}

/// Everything that differs, by kind and id. The generated registries are compared by their size only.
#[must_use]
pub fn difference(old: &Pack, new: &Pack) -> Vec<Change> {
    let mut changes = Vec::new();
    macro_rules! compare {
        ($($name:literal of $kind:ident),* $(,)?) => {$(
            let ids = old.$kind.keys().chain(new.$kind.keys());
            let ids: std::collections::BTreeSet<_> = ids.collect();
            for id in ids {
                let what = between(old.$kind.get(id), new.$kind.get(id));
                changes.extend(what.map(|what| Change { kind: $name, id: id.clone(), what }));
            }
        )*};
    }
    compare!(
        "source" of sources, "organisation" of organisations, "brand" of brands,
        "module" of modules, "fingerprint" of fingerprints, "weakness" of weaknesses,
        "policy" of policies, "advice" of advice, "platform" of platforms, "rebrand" of rebrands,
        "product" of products, "incident" of incidents, "list" of lists, "entry" of entries,
        "act" of acts, "jurisdiction" of jurisdictions, "law" of laws, "right" of rights,
        "letter" of letters, "standard" of standards, "clause" of clauses,
        "vulnerability" of vulnerabilities,
    );
    let by_suffix = |pack: &Pack| -> BTreeMap<Box<str>, _> {
        pack.destinations.iter().cloned().map(|it| (it.suffix.clone(), it)).collect()
    };
    let (before, after) = (by_suffix(old), by_suffix(new));
    let suffixes: std::collections::BTreeSet<_> = before.keys().chain(after.keys()).collect();
    for suffix in suffixes {
        let what = between(before.get(suffix), after.get(suffix));
        changes.extend(what.map(|what| Change { kind: "destination", id: suffix.clone(), what }));
    }
    for (kind, before, after) in [
        ("prefixes", old.prefixes.len(), new.prefixes.len()),
        ("addresses", old.addresses.len(), new.addresses.len()),
    ] {
        if before != after {
            let what = Difference::Changed(vec![format!("{before} to {after} blocks").into()]);
            changes.push(Change { kind, id: "".into(), what });
        }
    }
    changes.sort_unstable();
    changes
}

fn between<T: PartialEq + Serialize>(old: Option<&T>, new: Option<&T>) -> Option<Difference> {
    match (old, new) {
        (None, None) => None,
        (None, Some(_)) => Some(Difference::Added),
        (Some(_), None) => Some(Difference::Removed),
        (Some(old), Some(new)) => (old != new).then(|| Difference::Changed(fields(old, new))),
    }
}

/// The names of the fields in which two entries differ.
fn fields<T: Serialize>(old: &T, new: &T) -> Vec<Box<str>> {
    let (Ok(Value::Object(old)), Ok(Value::Object(new))) =
        (serde_json::to_value(old), serde_json::to_value(new))
    else {
        return Vec::new();
    };
    let differs = |name: &&String| old.get(*name) != new.get(*name);
    let mut names: Vec<Box<str>> =
        old.keys().chain(new.keys()).filter(differs).map(|name| name.as_str().into()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::{Brand, Destination, Purpose};

    #[test]
    fn says_what_came_what_went_and_which_fields_differ() {
        let brand = |id: &str, platform: Option<&str>| {
            let platform = platform.map(Into::into);
            (id.into(), Brand { id: id.into(), platform, ..Brand::default() })
        };
        let (mut old, mut new) = (Pack::default(), Pack::default());
        old.brands.extend([brand("gone", None), brand("same", None), brand("other", None)]);
        new.brands.extend([brand("same", None), brand("other", Some("P")), brand("come", None)]);
        new.destinations.push(Destination {
            suffix: "example.org".into(),
            exact: false,
            organisation: None,
            brand: None,
            platform: None,
            purpose: Purpose::Time,
            sources: Vec::new(),
            verified: false,
            note: None,
        });
        let change = |kind, id: &str, what| Change { kind, id: id.into(), what };
        assert_eq!(
            difference(&old, &new),
            [
                change("brand", "come", Difference::Added),
                change("brand", "gone", Difference::Removed),
                change("brand", "other", Difference::Changed(vec!["platform".into()])),
                change("destination", "example.org", Difference::Added),
            ]
        );
        assert_eq!(difference(&new, &new), []);
    }
}
