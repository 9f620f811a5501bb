//! A look-up for programs: the contract in `docs/schema/dossier.schema.json`; changes only add.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use assessment::{
    Listing,
    dossier::Dossier,
    search::{By, Meant, Near, Reading, Remark},
};
use knowledge::kinds::{EntryKind, Waiver};
use serde::Serialize;

use super::Lookup;
use crate::{Options, careful, terms, view};

/// The name and version of the contract.
pub const SCHEMA: &str = "houseguest.dossier/1";

pub(super) fn write(lookup: &Lookup<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    careful::write(&Document::of(lookup, options), options.pretty, out)?;
    out.write_all(b"\n")
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    generated_by: GeneratedBy<'a>,
    text: &'a str,
    as_of: &'a str,
    readings: Vec<ReadingView<'a>>,
    nearest: &'a [Near],
    remarks: Vec<RemarkView<'a>>,
    dossier: Option<DossierView<'a>>,
    references: BTreeMap<&'a str, view::Reference<'a>>,
}

#[derive(Serialize)]
struct GeneratedBy<'a> {
    version: &'a str,
    knowledge: PackVersion<'a>,
    policy: &'a str,
}

#[derive(Serialize)]
struct PackVersion<'a> {
    version: &'a str,
    as_of: &'a str,
}

impl<'a> Document<'a> {
    fn of(lookup: &Lookup<'a>, options: &'a Options) -> Self {
        let pack = lookup.knowledge.pack();
        let references = lookup.dossier.into_iter().flat_map(|it| &it.references);
        Self {
            schema: SCHEMA,
            generated_by: GeneratedBy {
                version: &options.generated_by,
                knowledge: PackVersion { version: &pack.version, as_of: &pack.as_of },
                policy: &lookup.policy.id,
            },
            text: lookup.text,
            as_of: lookup.day,
            readings: lookup.found.readings.iter().map(ReadingView::of).collect(),
            nearest: &lookup.found.nearest,
            remarks: lookup.found.remarks.iter().map(RemarkView::of).collect(),
            dossier: lookup.dossier.map(DossierView::of),
            references: references.map(|(id, it)| (&**id, view::Reference::of(it))).collect(),
        }
    }
}

#[derive(Serialize)]
struct ReadingView<'a> {
    kind: &'static str,
    id: &'a str,
    by: By,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    products: &'a [Box<str>],
}

impl<'a> ReadingView<'a> {
    fn of(reading: &'a Reading) -> Self {
        let by = reading.by;
        match &reading.meant {
            Meant::Product(id) => Self { kind: "product", id, by, name: None, products: &[] },
            Meant::Family { brand, name, products } => {
                Self { kind: "family", id: brand, by, name: Some(name), products }
            }
            Meant::Brand { brand, model } => {
                Self { kind: "brand", id: brand, by, name: model.as_deref(), products: &[] }
            }
            Meant::Organisation(id) => {
                Self { kind: "organisation", id, by, name: None, products: &[] }
            }
        }
    }
}

#[derive(Serialize)]
struct RemarkView<'a> {
    kind: &'static str,
    value: &'a str,
}

impl<'a> RemarkView<'a> {
    fn of(remark: &'a Remark) -> Self {
        match remark {
            Remark::Barcode(prefix) => Self { kind: "barcode-without-product", value: prefix },
            Remark::OnlyGrantee(code) => Self { kind: "only-grantee-code", value: code },
        }
    }
}

#[derive(Serialize)]
struct DossierView<'a> {
    #[serde(flatten)]
    dossier: &'a Dossier,
    listings: Vec<ListingView<'a>>,
}

impl<'a> DossierView<'a> {
    fn of(dossier: &'a Dossier) -> Self {
        Self { dossier, listings: dossier.listings.iter().map(ListingView::of).collect() }
    }
}

#[derive(Serialize)]
struct ListingView<'a> {
    list: &'a str,
    list_name: &'a str,
    entry: &'a str,
    entry_name: &'a str,
    entry_type: EntryKind,
    applies: &'static str,
    reasons: Vec<StepView<'a>>,
    effect: &'a str,
    does_not_restrict: &'a str,
    qualifier: Option<&'a str>,
    waivers: &'a [Waiver],
    from: Option<&'a str>,
    to: Option<&'a str>,
    determination: Option<&'a str>,
    counted: bool,
    sources: &'a [Box<str>],
    verified: bool,
}

#[derive(Serialize)]
struct StepView<'a> {
    says: &'a str,
    sources: &'a [Box<str>],
    verified: bool,
}

impl<'a> ListingView<'a> {
    fn of(it: &'a Listing) -> Self {
        let step = |step: &'a assessment::Step| StepView {
            says: &step.says,
            sources: &step.sources,
            verified: step.verified,
        };
        Self {
            list: &it.list,
            list_name: &it.list_name,
            entry: &it.entry,
            entry_name: &it.entry_name,
            entry_type: it.kind,
            applies: terms::applies(it.applies),
            reasons: it.reasons.iter().map(step).collect(),
            effect: &it.effect,
            does_not_restrict: &it.does_not_restrict,
            qualifier: it.qualifier.as_deref(),
            waivers: &it.waivers,
            from: it.from.as_deref(),
            to: it.to.as_deref(),
            determination: it.determination.as_deref(),
            counted: it.counted,
            sources: &it.sources,
            verified: it.verified,
        }
    }
}
