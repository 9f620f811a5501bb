//! Every format of an inventory held against lists: what it looks like, and what never gets through.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails stops")]

use std::{collections::BTreeMap, io};

use assessment::comply::{Compliance, Inventory, Item, Problem, comply};
use knowledge::Knowledge;
use reports::{
    Options,
    comply::{self, Format},
    escape,
};
use serde_json::Value;
use unicode_width::UnicodeWidthStr as _;

/// Companies and lists that nobody has.
const PACK: &str = include_str!("comply/pack.toml");

#[test]
fn every_format_of_a_sample_inventory() {
    let options = Options { generated_by: "0.0.0".into(), pretty: true, ..Options::default() };
    for format in comply::ALL {
        insta::with_settings!({ snapshot_suffix => format.name(), omit_expression => true }, {
            insta::assert_snapshot!(written(*format, &sample(), &options));
        });
    }
}

#[test]
fn every_format_of_an_empty_inventory() {
    for format in comply::ALL {
        let text = written(*format, &answer(Vec::new(), Vec::new()), &Options::default());
        assert!(!text.contains("NaN"), "{format:?}");
    }
    assert!(Format::from_name("docx").is_none());
}

#[test]
fn nothing_that_acts_or_hides_gets_through() {
    let bad = "=cmd|' /C calc'!A0\u{1b}[2J\u{202e}<script>alert(1)</script>";
    let item = Item {
        place: "line 2".into(),
        name: Some(bad.into()),
        brand: Some(bad.into()),
        model: Some(bad.into()),
        kind: Some(bad.into()),
        location: Some(bad.into()),
        ..Item::default()
    };
    let problem = Problem { place: "line 3".into(), what: bad.into(), lost: true };
    let answer = answer(vec![item], vec![problem]);
    for format in comply::ALL {
        let text = written(*format, &answer, &Options::default());
        let deceptive =
            text.chars().find(|it| *it != '\n' && *it != '\r' && escape::is_deceptive(*it));
        assert_eq!(deceptive, None, "{format:?}");
        assert!(format.name() != "html" || !text.contains("<script"), "a script in the page");
        let cells = text.split([',', '\n']);
        let formula = cells.into_iter().any(|it| it.trim_start_matches('"').starts_with("=cmd"));
        assert!(format.name() != "csv" || !formula, "a formula in a cell");
    }
}

#[test]
fn a_table_says_not_read_of_lost_lines_alone() {
    let problem = |place: &str, lost| Problem { place: place.into(), what: "odd".into(), lost };
    let answer = answer(Vec::new(), vec![problem("line 2", false), problem("line 3", true)]);
    let text = written(Format::from_name("csv").unwrap(), &answer, &Options::default());
    let line = |place: &str| text.lines().find(|it| it.starts_with(place)).unwrap().to_owned();
    assert!(line("line 2").contains(",remark,") && !line("line 2").contains("not read"), "{text}");
    assert!(line("line 3").contains(",not read,"), "{text}");
}

#[test]
fn text_fits_its_width() {
    for width in [60, 80, 100] {
        let options = Options { width, ..Options::default() };
        let text = written(Format::from_name("text").unwrap(), &sample(), &options);
        assert!(text.lines().all(|line| line.width() <= width), "{text}");
    }
}

/// What SARIF 2.1.0 asks of a log, as far as this writer uses it: sections 3.13 to 3.58.
#[test]
fn sarif_names_a_rule_for_every_result() {
    let text = written(Format::from_name("sarif").unwrap(), &sample(), &Options::default());
    let log: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert!(!results.is_empty());
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(result["message"]["text"].as_str().is_some_and(|it| !it.is_empty()));
        let (kind, level) = (result["kind"].as_str(), result["level"].as_str());
        let allowed = [(Some("fail"), Some("error")), (Some("review"), Some("none"))];
        assert!(allowed.contains(&(kind, level)), "{result}");
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "assets%20of%20an%20office.csv");
        assert!(place["region"]["startLine"].as_u64().is_some_and(|line| line >= 1));
    }
}

fn sample() -> Compliance {
    let line = |number: u64, cells: [&str; 5]| {
        let [brand, manufacturer, model, kind, quantity] =
            cells.map(|it| (!it.is_empty()).then(|| Box::from(it)));
        let place = format!("line {number}").into();
        Item {
            place,
            line: Some(number),
            brand,
            manufacturer,
            model,
            kind,
            quantity,
            ..Item::default()
        }
    };
    let mut router = line(6, ["Harmless", "", "R1", "router", "1"]);
    router.made_in = vec!["CC".into()];
    router.authorised = Some("2026-05-01".into());
    router.consumer = Some(true);
    let items = vec![
        line(2, ["Budgetcam", "", "C1", "IP camera", "12"]),
        line(3, ["Soldcam", "", "S1", "camera", "1"]),
        line(4, ["Budgetcma", "", "C1", "camera", "2"]),
        line(5, ["", "Harmless Inc.", "P1", "plug", ""]),
        router,
    ];
    let what = "3 cells where the heads are 5: skipped".into();
    answer(items, vec![Problem { place: "line 7".into(), what, lost: true }])
}

fn answer(items: Vec<Item>, problems: Vec<Problem>) -> Compliance {
    let files = BTreeMap::from([("pack.toml".to_owned(), PACK.to_owned())]);
    let knowledge = Knowledge::new(knowledge::load(files).unwrap());
    let columns = [("Make", Some("brand")), ("Vendor", Some("manufacturer")), ("PO", None)];
    let inventory = Inventory {
        source: "assets of an office.csv".into(),
        form: "table separated by commas".into(),
        columns: columns
            .into_iter()
            .map(|(head, meaning)| (head.into(), meaning.map(Into::into)))
            .collect(),
        items,
        problems,
    };
    let policy = &knowledge.pack().policies["office"];
    comply(inventory, policy, "2026-11-22", &knowledge)
}

fn written(format: Format, answer: &Compliance, options: &Options) -> String {
    let mut bytes: Vec<u8> = Vec::new();
    let out: &mut dyn io::Write = &mut bytes;
    format.write(answer, options, out).unwrap();
    String::from_utf8(bytes).unwrap()
}
