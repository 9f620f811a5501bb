//! `lookup`, `label`, `letter`, `why` and `knowledge show` with the pack that the program carries.
//!
//! The pack grows, so these hold the facts that matter and not whole texts.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

use assert_cmd::Command;
use serde_json::Value;

const DAY: &str = "2026-11-22";

#[test]
fn a_television_leads_to_its_maker_and_what_its_cloud_is() {
    let dossier = dossier("TCL 55S425", DAY);
    assert_eq!(dossier["title"], "TCL 55S425");
    assert_eq!(dossier["types"][0], "tv");
    assert!(company(&dossier, "maker", "TCL Electronics"), "{}", dossier["layers"]);
    assert!(reached(&dossier, "KY"), "{}", dossier["reach"]);
    assert_laws_are_possibilities(&dossier);
}

#[test]
fn a_brand_of_televisions_is_one_reading_of_its_companies_name() {
    let found = lookup(&["Skyworth"], DAY);
    let kinds: Vec<_> =
        found["readings"].as_array().unwrap().iter().map(|it| &it["kind"]).collect();
    assert_eq!(kinds[0], "brand");
    assert!(kinds.iter().any(|kind| *kind == "organisation"), "{kinds:?}");
    assert!(company(&found["dossier"], "maker", "Skyworth"));
}

#[test]
fn a_sold_brand_has_the_owner_of_the_day() {
    let owners = |day: &str| -> Vec<String> {
        let dossier = dossier("Lorex", day);
        let layers = dossier["layers"].as_array().unwrap().clone();
        let owners = layers.into_iter().filter(|it| it["part"] == "owner" && it["now"] == true);
        owners.map(|it| it["name"].as_str().unwrap().to_owned()).collect()
    };
    assert!(owners("2021-06-01").iter().any(|it| it.contains("Dahua")));
    let now = owners(DAY);
    assert!(now.iter().any(|it| it.contains("Skywatch")), "{now:?}");
    assert!(!now.iter().any(|it| it.contains("Dahua")), "{now:?}");
    let listed = |day: &str| {
        let listings = dossier("Lorex", day)["listings"].as_array().unwrap().clone();
        listings.into_iter().any(|it| it["applies"] == "yes" && it["list"] == "us-fcc-covered")
    };
    assert!(!listed(DAY), "a former owner's entry does not follow a sold brand");
}

#[test]
fn a_family_of_routers_is_not_taken_for_the_company_of_a_similar_name() {
    let found = lookup(&["TP-Link", "Archer"], DAY);
    assert_eq!(found["readings"][0]["kind"], "family");
    let dossier = &found["dossier"];
    assert!(company(dossier, "maker", "TP-Link Systems Inc."), "{}", dossier["layers"]);
    assert!(!company(dossier, "maker", "TP-Link Technologies"));
    assert_eq!(dossier["types"], serde_json::json!(["router"]));
}

#[test]
fn a_vacuum_says_what_it_can_sense_and_offers_others_of_its_type() {
    let dossier = dossier("Roborock S7", DAY);
    assert_eq!(dossier["model"], "S7");
    assert_eq!(dossier["types"][0], "vacuum");
    assert!(company(&dossier, "maker", "Roborock"));
    for alternative in dossier["alternatives"].as_array().unwrap() {
        assert!(!alternative["because"].as_array().unwrap().is_empty());
    }
}

#[test]
fn a_maker_of_one_country_is_told_like_those_of_another() {
    let dossier = dossier("Ring", DAY);
    assert!(company(&dossier, "maker", "Ring LLC"));
    assert!(company(&dossier, "owner", "Amazon.com, Inc."));
    assert!(reached(&dossier, "US"));
    assert!(!dossier["incidents"].as_array().unwrap().is_empty());
    assert_laws_are_possibilities(&dossier);
}

#[test]
fn a_company_that_changed_hands_is_dated() {
    let now = dossier("iRobot", DAY);
    assert!(
        company(&now, "maker", "Picea") || company(&now, "owner", "Picea"),
        "{}",
        now["layers"]
    );
    let before = dossier("iRobot", "2025-06-01");
    let picea = |it: &Value| it["name"].as_str().unwrap().contains("Picea") && it["now"] == true;
    let layers = before["layers"].as_array().unwrap();
    assert!(!layers.iter().any(picea), "{layers:?}");
}

#[test]
fn every_entry_a_lookup_names_answers_to_why() {
    let dossier = dossier("Roborock S7", DAY);
    let mut ids = Vec::new();
    entries(&dossier, &mut ids);
    ids.sort();
    ids.dedup();
    assert!(ids.len() > 20, "{ids:?}");
    let step = ids.len() / 12;
    for id in ids.iter().step_by(step.max(1)) {
        let output = houseguest().args(["why", id]).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{id}");
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("http") || text.contains("pkg:"), "{id} cites nothing: {text}");
    }
    houseguest().args(["why", "no-such-entry"]).assert().code(2);
}

#[test]
fn what_is_not_there_is_not_found_and_offers_names() {
    let output = houseguest().args(["lookup", "Hikvisionn"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("No entry for") && text.contains("brand:hikvision"), "{text}");
    houseguest().args(["lookup"]).assert().code(2);
    houseguest().args(["lookup", "Ring", "--as-of", "yesterday"]).assert().code(2);
    houseguest().args(["lookup", "Ring", "--policy", "none-such"]).assert().code(2);
}

#[test]
fn a_label_of_a_device_sets_declared_beside_observed() {
    let output = houseguest()
        .args(["label", "--device", "d9", "--format", "html", "--as-of", DAY])
        .output()
        .unwrap();
    let page = String::from_utf8(output.stdout).unwrap();
    assert!(page.contains("Declared or on record") && page.contains("Seen in traffic"));
    let output = houseguest().args(["label", "Ring", "--format", "svg"]).output().unwrap();
    let picture = String::from_utf8(output.stdout).unwrap();
    assert!(picture.starts_with("<svg") && picture.trim_end().ends_with("</svg>"));
    houseguest().args(["label", "--device", "d999"]).assert().code(2);
    houseguest().args(["label", "Hikvisionn"]).assert().code(1);
}

#[test]
fn a_letter_names_identifiers_only_when_asked() {
    let letter = |more: &[&str]| {
        let output = houseguest()
            .args(["letter", "d9", "--residence", "DE", "-q"])
            .args(more)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0));
        String::from_utf8(output.stdout).unwrap()
    };
    let address = |text: &str| text.contains(":00:00:");
    assert!(!address(&letter(&[])));
    assert!(address(&letter(&["--identifiers", "yes"])));
    houseguest().args(["letter", "Ring"]).assert().code(2);
    let places = [("US-CA", "California"), ("DE", "2016/679")];
    for (place, statute) in places {
        let output = houseguest().args(["letter", "Ring", "--residence", place]).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains(statute), "{place}: {text}");
    }
}

#[test]
fn companies_lists_and_laws_have_pages() {
    for (asked, says) in [
        (["law", "CN"], "possibility"),
        (["law", "US"], "possibility"),
        (["org", "ring"], "Amazon.com, Inc."),
        (["list", "us-fcc-covered"], "LEAVES ALONE"),
    ] {
        let output = houseguest().args(["knowledge", "show"]).args(asked).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{asked:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.to_uppercase().contains(&says.to_uppercase()), "{asked:?}: {text}");
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{asked:?}");
        let output = houseguest()
            .args(["knowledge", "show"])
            .args(asked)
            .args(["--format", "json"])
            .output()
            .unwrap();
        let document: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(document["schema"], "houseguest.entry/1");
    }
}

/// What the law could do is never said as something done.
#[track_caller]
fn assert_laws_are_possibilities(dossier: &Value) {
    for reached in dossier["reach"].as_array().unwrap() {
        for law in reached["laws"].as_array().unwrap() {
            let says = law["obliges"].as_str().unwrap().to_lowercase();
            let possible = ["may", "can", "must", "could", "shall", "is to", "are to", "have to"];
            assert!(possible.iter().any(|word| says.contains(word)), "{}: {says}", law["id"]);
        }
    }
}

fn company(dossier: &Value, part: &str, name: &str) -> bool {
    let layers = dossier["layers"].as_array().unwrap();
    layers.iter().any(|it| it["part"] == part && it["name"].as_str().unwrap().contains(name))
}

fn reached(dossier: &Value, code: &str) -> bool {
    dossier["reach"].as_array().unwrap().iter().any(|it| it["jurisdiction"] == code)
}

fn entries(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("entry").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|value| entries(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| entries(value, found)),
        _ => {}
    }
}

fn dossier(text: &str, day: &str) -> Value {
    lookup(&[text], day)["dossier"].take()
}

fn lookup(words: &[&str], day: &str) -> Value {
    let output = houseguest()
        .arg("lookup")
        .args(words)
        .args(["--format", "json", "--as-of", day])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{words:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn houseguest() -> Command {
    let mut command = Command::cargo_bin("houseguest").unwrap();
    command.env_remove("HOUSEGUEST_POLICY").env_remove("HOUSEGUEST_RESIDENCE");
    command
}
