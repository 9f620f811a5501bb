//! One folder of `corpus/` is one test: play the scenario, judge it, compare with what is expected.
//!
//! The expected text is short on purpose: who is there, and what is found. After a change that is
//! meant, run `INSTA_UPDATE=always cargo test --package houseguest-cli --test corpus` and read the
//! difference.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

use std::{fmt::Write as _, fs, path::Path};

use assert_cmd::Command;
use serde_json::Value;

#[test]
fn every_test_home_says_what_its_folder_expects() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus");
    let mut folders: Vec<_> = fs::read_dir(corpus)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("scenario.toml").is_file())
        .collect();
    folders.sort();
    assert!(folders.len() >= 12);
    for folder in folders {
        let folder = fs::canonicalize(folder).unwrap();
        insta::with_settings!({
            snapshot_path => &folder,
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!("expected", outline(&play(&folder)));
        });
    }
}

/// Writes the scenario as a capture and audits it.
fn play(folder: &Path) -> Value {
    let text = fs::read_to_string(folder.join("scenario.toml")).unwrap();
    let scenario = scenarios::Scenario::parse(&text).unwrap();
    let mut capture = Vec::new();
    scenarios::pcap::write(scenario.frames(1), &mut capture).unwrap();
    let output = Command::new(assert_cmd::cargo::cargo_bin!("houseguest"))
        .args(["audit", "-", "--as-of", "2026-11-22", "--format", "json"])
        .write_stdin(capture)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Devices with what they are, findings with whose they are.
fn outline(report: &Value) -> String {
    let mut text = String::new();
    for device in report["devices"].as_array().unwrap() {
        let identity = |property: &str| match &device["identity"][property]["value"] {
            Value::String(value) => format!("{property} {value}"),
            _ => format!("{property} unknown"),
        };
        let words = [
            device["role"].as_str().unwrap().to_owned(),
            identity("brand"),
            identity("type"),
            identity("model"),
        ];
        let address = device["addresses"]["mac"][0].as_str().unwrap_or("no MAC");
        writeln!(text, "{} {address}: {}", device["id"].as_str().unwrap(), words.join(", "))
            .unwrap();
    }
    for finding in report["findings"].as_array().unwrap() {
        let part = |name: &str| finding[name].as_str().unwrap();
        writeln!(text, "{} {} on {}", part("severity"), part("rule"), part("device")).unwrap();
    }
    text
}
