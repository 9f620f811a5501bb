//! JSON keeps the contract that is committed in `docs/schema/`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod sample;

use assessment::Assessment;
use reports::{Options, formats::Format};
use serde_json::{Value, json};

const SCHEMA: &str = include_str!("../../../docs/schema/assessment.schema.json");

#[test]
fn documents_keep_the_schema() {
    for pretty in [false, true] {
        let options = Options { pretty, ..Options::default() };
        check(&document(&sample::household(), &options), &[]);
        check(&document(&Assessment::default(), &options), &[]);
    }
}

#[test]
fn the_schema_refuses_other_shapes() {
    let whole = document(&sample::household(), &Options::default());
    let refused = |place: &str, value: Value| {
        let mut changed = whole.clone();
        *changed.pointer_mut(place).unwrap() = value;
        check(&changed, &[place]);
    };
    refused("/schema", json!("houseguest.assessment/2"));
    refused("/devices/0/role", json!("toaster"));
    refused("/devices/0/identity/brand/confidence", json!(0.3));
    refused("/devices/0/identity/brand/value", json!(null));
    refused("/devices/0/addresses/mac/0", json!("00-00-5E-00-53-01"));
    refused("/findings/0/evidence", json!([]));
    refused("/evidence/o0/at", json!("yesterday"));
}

#[test]
fn every_reference_leads_somewhere() {
    let document = document(&sample::household(), &Options::default());
    let mut ids = Vec::new();
    collect_ids(&document, &mut ids);
    assert!(ids.len() > 20, "{ids:?}");
    for id in ids {
        let known = match id.split_at(1) {
            ("o", _) => document["evidence"].get(id).is_some(),
            ("s", _) => document["references"].get(id).is_some(),
            (letter, _) => {
                let list = match letter {
                    "f" => &document["findings"],
                    "a" => &document["actions"],
                    _ => &document["devices"],
                };
                list.as_array().unwrap().iter().any(|it| it["id"] == id)
            }
        };
        assert!(known, "{id} is nowhere");
    }
}

/// Everything in the document that looks like an id.
fn collect_ids<'a>(value: &'a Value, ids: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => {
            let number = text.get(1..).unwrap_or_default();
            let numbered = text.starts_with(['o', 'f', 'a', 'd'])
                && !number.is_empty()
                && number.bytes().all(|byte| byte.is_ascii_digit());
            if numbered || text.starts_with("s:") {
                ids.push(text);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| collect_ids(value, ids)),
        Value::Object(fields) => fields.values().for_each(|value| collect_ids(value, ids)),
        _ => {}
    }
}

fn document(assessment: &Assessment, options: &Options) -> Value {
    let mut out = Vec::new();
    Format::from_name("json").unwrap().write(assessment, options, &mut out).unwrap();
    serde_json::from_slice(&out).unwrap()
}

/// Checks that the schema finds fault with these places and no others, by their beginnings.
#[track_caller]
fn check(document: &Value, faults: &[&str]) {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let found: Vec<String> = validator
        .iter_errors(document)
        .map(|error| format!("{error} at {}", error.instance_path()))
        .collect();
    assert_eq!(found.is_empty(), faults.is_empty(), "{faults:?}: {found:#?}");
}
