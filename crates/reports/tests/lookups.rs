//! Look-ups, labels, letters and pages of a made-up pack, as people and programs get them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::collections::BTreeMap;

use assessment::{
    dossier::{Viewpoint, dossier},
    letters::{self, Occasion},
    search::find,
};
use knowledge::{
    Knowledge,
    kinds::{Ask, Policy},
};
use reports::{
    Options, entries,
    label::{self, Label},
    letter,
    lookup::{Depth, Lookup},
    page::Form,
};
use serde_json::{Value, json};

const PACK: &str = include_str!("../../assessment/tests/packs/made-up.toml");
const SCHEMA: &str = include_str!("../../../docs/schema/dossier.schema.json");
const DAY: &str = "2026-11-22";
const TEXTS: [&str; 8] = [
    "Lumen-Home Cam C1",
    "Lumen-Home Cam",
    "Lumen-Home",
    "Lumen-Home X9",
    "Lumin",
    "lumen",
    "organisation:north-holding",
    "Luman-Hone",
];

#[test]
fn a_product_is_told_glance_first() {
    insta::assert_snapshot!(text("Lumen-Home Cam C1", Some("DE")));
}

#[test]
fn a_brand_that_may_be_made_by_another_leaves_lists_undecided() {
    insta::assert_snapshot!(text("Lumin", None));
}

#[test]
fn an_unknown_name_is_never_another_brand() {
    insta::assert_snapshot!(text("Luman-Hone", None));
    insta::assert_snapshot!(text("5901234123457", None));
}

#[test]
fn a_buyer_is_told_less_unless_they_ask() {
    let short = told("Lumen-Home Cam C1", Some("DE"), Depth::Short);
    let full = text("Lumen-Home Cam C1", Some("DE"));
    assert!(short.lines().count() < full.lines().count());
    assert!(!short.contains("SOURCES") && short.contains("It rests on 2 published texts"));
    assert!(short.contains("[filing] entry kind-mark") && !short.contains("5.1 No password"));
}

#[test]
fn no_line_is_wider_than_a_page() {
    for asked in TEXTS {
        for line in text(asked, Some("DE")).lines() {
            assert!(line.chars().count() <= Options::WIDEST, "{line}");
        }
    }
}

#[test]
fn documents_keep_the_schema() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    for asked in TEXTS.into_iter().chain(["5901234123457", "2ABCD-OTHER", "cam.lumen.example"]) {
        for residence in [None, Some("DE")] {
            let document = document(asked, residence);
            let faults: Vec<String> = validator
                .iter_errors(&document)
                .map(|error| format!("{error} at {}", error.instance_path()))
                .collect();
            assert_eq!(faults, [""; 0], "{asked}");
        }
    }
    let mut other = document("Lumin", None);
    *other.pointer_mut("/schema").unwrap() = json!("houseguest.dossier/2");
    assert!(!validator.is_valid(&other));
}

#[test]
fn every_statement_cites_texts_that_are_there() {
    for asked in TEXTS {
        let document = document(asked, Some("DE"));
        let mut cited = Vec::new();
        sources(&document["dossier"], &mut cited);
        for id in cited {
            assert!(document["references"].get(id).is_some(), "{id} of {asked}");
        }
    }
}

#[test]
fn a_label_has_two_layers_in_every_form() {
    let knowledge = knowledge();
    let label = label("Lumen-Home Cam C1", &knowledge);
    insta::assert_snapshot!("label_text", drawn(&label, label::Form::Text));
    let svg = drawn(&label, label::Form::Svg);
    assert!(
        svg.contains("<title id=\"title\">Security and privacy label: Lumen-Home Cam C1, camera")
    );
    assert!(svg.contains("<desc id=\"description\">HOUSEGUEST LABEL 2026-11-22"));
    let html = drawn(&label, label::Form::Html);
    assert!(html.contains("Declared or on record") && !html.contains("Seen in traffic"));
    for page in [svg, html] {
        assert!(!page.contains("http-equiv=\"refresh\"") && !page.contains("<script"));
    }
}

#[test]
fn a_list_is_not_in_force_before_it_began() {
    let knowledge = knowledge();
    let list = entries::all(knowledge.pack()).find(|it| it.kind == "lists" && it.id == "xx-list");
    for (day, said) in [(DAY, "; in force"), ("1999-12-31", "; not in force on that day")] {
        let page = entries::page(list.as_ref().unwrap(), day, &knowledge).unwrap();
        assert!(page.lead[0].ends_with(said), "{:?}", page.lead);
    }
}

#[test]
fn pages_of_companies_lists_and_laws_gather_what_concerns_them() {
    for (kind, id) in
        [("organisations", "lumen-works"), ("lists", "xx-list"), ("jurisdictions", "DE")]
    {
        let knowledge = knowledge();
        let known =
            entries::all(knowledge.pack()).find(|it| it.kind == kind && it.id == id).unwrap();
        let mut out = Vec::new();
        let page = entries::page(&known, DAY, &knowledge).unwrap();
        page.write(Form::Text, &Options::default(), &mut out).unwrap();
        insta::assert_snapshot!(id, String::from_utf8(out).unwrap());
        let mut out = Vec::new();
        entries::write_json(&[known], &knowledge, &Options::default(), &mut out).unwrap();
        let document: Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(document["entries"][0]["entry"]["id"], id);
    }
}

#[test]
fn a_letter_reads_like_one_and_says_what_is_missing() {
    let knowledge = knowledge();
    let occasion = Occasion {
        ask: Ask::Access,
        residence: "DE",
        day: DAY,
        brand: Some("lumen"),
        organisation: None,
        model: Some("Cam C1"),
        destinations: &[],
        identifiers: &[],
    };
    let written = letters::write(&occasion, &knowledge).unwrap();
    let mut out = Vec::new();
    letter::write(&written, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    insta::assert_snapshot!(format!("{text}\n---\n{}", letter::remarks(&written).join("\n")));
    let none = letters::write(&Occasion { ask: Ask::Remedy, ..occasion }, &knowledge).unwrap_err();
    let mut out = Vec::new();
    let page = letter::instead(&none, "DE", Ask::Remedy);
    page.write(Form::Text, &Options::default(), &mut out).unwrap();
    insta::assert_snapshot!(String::from_utf8(out).unwrap());
}

fn sources<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value.as_array().filter(|_| name == "sources") {
                    Some(ids) => found.extend(ids.iter().filter_map(Value::as_str)),
                    None => sources(value, found),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| sources(value, found)),
        _ => {}
    }
}

fn text(asked: &str, residence: Option<&str>) -> String {
    told(asked, residence, Depth::Full)
}

fn told(asked: &str, residence: Option<&str>, depth: Depth) -> String {
    answered(asked, residence, depth, |lookup, out| {
        lookup.write(Form::Text, &Options::default(), out).unwrap();
    })
}

fn document(asked: &str, residence: Option<&str>) -> Value {
    let text = answered(asked, residence, Depth::Short, |lookup, out| {
        lookup.write_json(&Options::default(), out).unwrap();
    });
    serde_json::from_str(&text).unwrap()
}

fn answered(
    asked: &str,
    residence: Option<&str>,
    depth: Depth,
    write: impl Fn(&Lookup<'_>, &mut Vec<u8>),
) -> String {
    let knowledge = knowledge();
    let found = find(asked, &knowledge);
    let view = Viewpoint { day: DAY, residence };
    let dossier = found.readings.first().map(|it| dossier(&it.meant, view, &knowledge));
    let policy = policy();
    let lookup = Lookup {
        text: asked,
        day: DAY,
        found: &found,
        dossier: dossier.as_ref(),
        policy: &policy,
        knowledge: &knowledge,
        depth,
    };
    let mut out = Vec::new();
    write(&lookup, &mut out);
    String::from_utf8(out).unwrap()
}

fn label(asked: &str, knowledge: &Knowledge) -> Label {
    let found = find(asked, knowledge);
    let view = Viewpoint { day: DAY, residence: None };
    let dossier = dossier(&found.readings.first().unwrap().meant, view, knowledge);
    Label::new(&dossier, None, ("9.9.9", "2026-11-01"))
}

fn drawn(label: &Label, form: label::Form) -> String {
    let mut out = Vec::new();
    label.write(form, &Options::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn policy() -> Policy {
    knowledge().pack().policies.values().next().unwrap().clone()
}

fn knowledge() -> Knowledge {
    let files = BTreeMap::from([("made-up.toml".to_owned(), PACK.to_owned())]);
    Knowledge::new(knowledge::load(files).unwrap())
}
