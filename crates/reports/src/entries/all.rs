//! Every entry of a pack, with the parts that most kinds share.

use knowledge::kinds::{
    Act, Advice, Brand, Clause, Destination, Fingerprint, Id, Incident, Jurisdiction, Law, Letter,
    List, ModuleMaker, Organisation, Pack, Platform, Policy, Product, Rebrand, Right, Source,
    Standard, Weakness,
};
use serde::Serialize;

/// An entry of any kind, as it is written.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each is the kind of its name")]
pub enum Entry<'k> {
    Act(&'k Act),
    Advice(&'k Advice),
    Brand(&'k Brand),
    Clause(&'k Clause),
    Destination(&'k Destination),
    Fingerprint(&'k Fingerprint),
    Incident(&'k Incident),
    Jurisdiction(&'k Jurisdiction),
    Law(&'k Law),
    Letter(&'k Letter),
    List(&'k List),
    ListEntry(&'k knowledge::kinds::Entry),
    ModuleMaker(&'k ModuleMaker),
    Organisation(&'k Organisation),
    Platform(&'k Platform),
    Policy(&'k Policy),
    Product(&'k Product),
    Rebrand(&'k Rebrand),
    Right(&'k Right),
    Source(&'k Source),
    Standard(&'k Standard),
    Weakness(&'k Weakness),
}

/// An entry with what is shown of every kind.
#[derive(Clone, Copy, Debug)]
pub struct Known<'k> {
    /// The kind, as the pack's folders are named.
    pub kind: &'static str,
    /// Its id.
    pub id: &'k str,
    /// Its name or title.
    pub title: &'k str,
    /// Other names.
    pub aliases: &'k [Box<str>],
    /// The texts it rests on.
    pub sources: &'k [Id],
    /// Whether somebody read them for it; `None` for kinds that state no fact.
    pub verified: Option<bool>,
    /// The day it was checked.
    pub checked: Option<&'k str>,
    /// The day from which it should be checked again.
    pub review_by: Option<&'k str>,
    /// What a reader should know.
    pub note: Option<&'k str>,
    /// The entry itself.
    pub entry: Entry<'k>,
}

/// Every entry of `pack`, kind by kind.
pub fn all(pack: &Pack) -> impl Iterator<Item = Known<'_>> {
    let mut all: Vec<Known<'_>> = Vec::new();
    macro_rules! full {
        ($($kind:literal $field:ident $variant:ident $title:ident;)*) => {$(
            all.extend(pack.$field.values().map(|it| Known {
                verified: Some(it.verified),
                checked: it.as_of.as_deref(),
                review_by: it.review_by.as_deref(),
                note: it.note.as_deref(),
                sources: &it.sources,
                ..bare($kind, &it.id, &it.$title, Entry::$variant(it))
            }));
        )*};
    }
    full! {
        "acts" acts Act title;
        "advice" advice Advice title;
        "brands" brands Brand name;
        "clauses" clauses Clause asks;
        "entries" entries ListEntry name;
        "incidents" incidents Incident title;
        "jurisdictions" jurisdictions Jurisdiction name;
        "laws" laws Law name;
        "letters" letters Letter title;
        "lists" lists List name;
        "organisations" organisations Organisation name;
        "platforms" platforms Platform name;
        "products" products Product model;
        "rebrands" rebrands Rebrand label;
        "rights" rights Right says;
        "standards" standards Standard name;
    }
    for known in &mut all {
        known.aliases = match known.entry {
            Entry::Brand(it) => &it.aliases,
            Entry::Organisation(it) => &it.aliases,
            Entry::Platform(it) => &it.aliases,
            Entry::Product(it) => &it.aliases,
            _ => &[],
        };
    }
    all.extend(pack.modules.values().map(|it| Known {
        verified: Some(it.verified),
        note: it.note.as_deref(),
        sources: &it.sources,
        ..bare("modules", &it.id, &it.name, Entry::ModuleMaker(it))
    }));
    all.extend(pack.fingerprints.values().map(|it| Known {
        verified: Some(it.verified),
        note: it.note.as_deref(),
        sources: &it.sources,
        ..bare("fingerprints", &it.id, &it.field, Entry::Fingerprint(it))
    }));
    all.extend(pack.destinations.iter().map(|it| Known {
        verified: Some(it.verified),
        note: it.note.as_deref(),
        sources: &it.sources,
        ..bare("destinations", &it.suffix, &it.suffix, Entry::Destination(it))
    }));
    all.extend(pack.weaknesses.values().map(|it| Known {
        verified: Some(it.verified),
        sources: &it.sources,
        ..bare("weaknesses", &it.id, &it.title, Entry::Weakness(it))
    }));
    let sources = pack.sources.values();
    all.extend(sources.map(|it| bare("sources", &it.id, &it.title, Entry::Source(it))));
    let policies = pack.policies.values();
    all.extend(policies.map(|it| bare("policies", &it.id, &it.title, Entry::Policy(it))));
    all.into_iter()
}

const fn bare<'k>(kind: &'static str, id: &'k str, title: &'k str, entry: Entry<'k>) -> Known<'k> {
    Known {
        kind,
        id,
        title,
        aliases: &[],
        sources: &[],
        verified: None,
        checked: None,
        review_by: None,
        note: None,
        entry,
    }
}
