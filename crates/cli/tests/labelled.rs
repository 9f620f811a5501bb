//! Answers about devices of published studies, whose labels say what they are.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]
#![expect(clippy::print_stdout, reason = "what is skipped is said, and what was found")]

use std::{collections::BTreeMap, fs, path::Path, thread};

use assert_cmd::Command;
use serde_json::Value;

const PROPERTIES: [&str; 3] = ["brand", "type", "model"];

/// How many of the devices have a right answer at least, by property; a few fewer than when this was written.
const RIGHT: [usize; 3] = [149, 123, 54];
/// The same where neither names that people give nor what programs call themselves were seen.
const RIGHT_UNNAMED: [usize; 3] = [149, 113, 44];
/// From here on, a wrong answer is a fault.
const SURE: f64 = 0.8;

/// A labelled device of one capture.
struct Labelled {
    capture: String,
    mac: String,
    brand: String,
    model: String,
    kind: String,
}

#[test]
fn devices_of_studies_are_recognised_and_none_is_surely_wrong() {
    check(&[], RIGHT);
}

#[test]
fn devices_of_studies_are_recognised_without_their_names() {
    let without = ["dhcp.host_name", "http.user_agent", "mdns.name"];
    check(&without.map(|field| ["--without", field]).concat(), RIGHT_UNNAMED);
}

fn check(arguments: &[&str], least: [usize; 3]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/captures");
    let Ok(table) = fs::read_to_string(root.join("devices/truth.tsv")) else {
        println!("skipped: there are no labelled captures in {}", root.display());
        return;
    };
    let mut by_capture: BTreeMap<String, Vec<Labelled>> = BTreeMap::new();
    for label in table.lines().filter_map(labelled) {
        by_capture.entry(label.capture.clone()).or_default().push(label);
    }
    let captures: Vec<_> = by_capture.into_iter().collect();
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let stretches = captures.chunks(captures.len().div_ceil(workers));
    let answers: Vec<_> = thread::scope(|scope| {
        let root = &root;
        let work = |stretch| scope.spawn(move || answers(root, arguments, stretch));
        let workers: Vec<_> = stretches.map(work).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    for (property, least) in PROPERTIES.into_iter().zip(least) {
        let of_it: Vec<_> = answers.iter().filter(|it| it.property == property).collect();
        let sure: Vec<_> = of_it.iter().filter(|it| !it.right && it.confidence >= SURE).collect();
        assert!(sure.is_empty(), "{property}: surely wrong are {sure:?}");
        let right = of_it.iter().filter(|it| it.right).count();
        println!("{property}: {right} right, {} wrong", of_it.len() - right);
        assert!(right >= least, "{property}: only {right} are right, not {least}");
    }
}

/// An answer to one property of one labelled device.
#[derive(Debug)]
#[expect(dead_code, reason = "shown where it is wrong")]
struct Answer {
    property: &'static str,
    label: String,
    value: String,
    confidence: f64,
    right: bool,
}

fn answers(root: &Path, arguments: &[&str], captures: &[(String, Vec<Labelled>)]) -> Vec<Answer> {
    let mut answers = Vec::new();
    for (capture, labels) in captures {
        let mut program = Command::cargo_bin("houseguest").unwrap();
        program.args(["audit", "--quiet", "--format", "json"]).args(arguments);
        program.env("HOUSEGUEST_DATA", "/nonexistent").arg(root.join(capture));
        let assessment: Value =
            serde_json::from_slice(&program.output().unwrap().stdout).expect(capture);
        let devices = assessment["devices"].as_array().unwrap();
        let of = |mac: &str| {
            let has =
                |it: &&Value| it["addresses"]["mac"].as_array().unwrap().contains(&mac.into());
            devices.iter().find(has)
        };
        for label in labels {
            let Some(device) = of(&label.mac) else { continue };
            for property in PROPERTIES {
                let claim = &device["identity"][property];
                let Some(value) = claim["value"].as_str() else { continue };
                answers.push(Answer {
                    property,
                    label: format!("{} {} {}", label.brand, label.model, label.kind),
                    value: value.into(),
                    confidence: claim["confidence"].as_f64().unwrap(),
                    right: label.is_met_by(property, value),
                });
            }
        }
    }
    // What the label does not say is neither right nor wrong.
    answers.retain(|it| it.property != "model" || it.label.chars().any(|it| it.is_ascii_digit()));
    answers
}

fn labelled(line: &str) -> Option<Labelled> {
    let mut columns = line.split('\t').map(str::to_owned);
    let (capture, mac) = (columns.next()?, columns.next()?);
    if columns.nth(1)? != "target" {
        return None;
    }
    Some(Labelled {
        capture,
        mac,
        brand: columns.next()?,
        model: columns.next()?,
        kind: columns.next()?,
    })
}

impl Labelled {
    fn is_met_by(&self, property: &str, value: &str) -> bool {
        match property {
            "brand" => share_a_word(&self.brand, value),
            // What is behind a hub is seen as the hub.
            "type" => {
                plain(&self.kind) == plain(value)
                    || (self.model.contains("behind") && value == "hub")
            }
            _ => {
                let numbered =
                    |word: &&str| word.len() > 2 && word.chars().any(|it| it.is_ascii_digit());
                let words = self.model.split([' ', '(', ')']).filter(numbered);
                words.map(plain).any(|word| plain(value).contains(&word))
            }
        }
    }
}

/// Whether two names are one but for what else they say.
fn share_a_word(one: &str, other: &str) -> bool {
    let (whole, other_whole) = (plain(one), plain(other));
    whole.contains(&other_whole)
        || other_whole.contains(&whole)
        || one.split(' ').map(plain).any(|word| word.len() > 2 && other_whole.contains(&word))
}

fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|it| it.to_ascii_lowercase()).collect()
}
