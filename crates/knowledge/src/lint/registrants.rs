//! Names in the prefix registry: they must be there, and stand for one entry only.

use std::collections::{BTreeMap, BTreeSet};

use super::{Lints, Problem};
use crate::kinds::Pack;

pub(super) fn check(pack: &Pack, lints: &mut Lints) {
    let registered: BTreeSet<&str> = pack.registrants.iter().map(AsRef::as_ref).collect();
    let mut claims: BTreeMap<&str, (&'static str, &str)> = BTreeMap::new();
    for (kind, id, names) in claimants(pack) {
        for name in names {
            if !registered.contains(&**name) {
                lints.add(kind, id, Problem::Unregistered { registrant: name.clone() });
            }
            if let Some((other, by)) = claims.insert(name, (kind, id)) {
                let problem =
                    Problem::Contested { registrant: name.clone(), kind: other, id: by.into() };
                lints.add(kind, id, problem);
            }
        }
    }
    for brand in pack.brands.values() {
        let Some(exclusive) = &brand.exclusive else { continue };
        for name in exclusive.registrants.iter().filter(|it| !brand.registrants.contains(it)) {
            let problem = Problem::NotItsRegistrant { registrant: name.clone() };
            lints.add("brand", &brand.id, problem);
        }
        if brand.registrants.is_empty() {
            lints.add("brand", &brand.id, Problem::NoRegistrants);
        }
    }
}

fn claimants(pack: &Pack) -> impl Iterator<Item = (&'static str, &str, &Vec<Box<str>>)> {
    let brands = pack.brands.values().map(|it| ("brand", &*it.id, &it.registrants));
    brands.chain(pack.modules.values().map(|it| ("module", &*it.id, &it.registrants)))
}
