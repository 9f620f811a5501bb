//! `comply` as a user runs it: what it prints, how it ends, what it says of bad input.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use assert_cmd::Command;
use serde_json::Value;

/// A brand of the pack that `us-889` names, and one that no list does.
const LISTED: &str = "Brand,Type\nHikvision,camera\nAxis,camera\n";

#[test]
fn something_listed_is_a_failed_gate() {
    check(LISTED, &["--policy", "us-federal-contractor"], 1);
    check("Brand,Type\nAxis,camera\n", &["--policy", "us-federal-contractor"], 0);
    check(LISTED, &["--policy", "us-federal-contractor", "--as-of", "2018-01-01"], 0);
    check("Brand,Type\nAxis,camera\nAxis\n", &["--policy", "us-federal-contractor"], 3);
}

#[test]
fn misuse_and_bad_input_have_their_own_exit_codes() {
    check(LISTED, &[], 2);
    check(LISTED, &["--policy", "none-such"], 2);
    check(LISTED, &["--policy", "inform-only"], 2);
    check(LISTED, &["--policy", "us-state-tx", "--format", "pictures"], 2);
    check(LISTED, &["--policy", "us-state-tx", "--map", "Brand=colour"], 2);
    check(LISTED, &["--policy", "us-state-tx", "--as-of", "2026-02-30"], 2);
    check(LISTED, &["--policy", "us-state-tx", "--map", "Who=brand"], 3);
    check("", &["--policy", "us-state-tx"], 3);
    check("Brand,Type\n", &["--policy", "us-state-tx"], 3);
    check("{\"bomFormat\":\"CycloneDX\"}", &["--policy", "us-state-tx"], 3);
    check("Colour,Size\nred,3\n", &["--policy", "us-state-tx"], 3);
    check("{\"a\":1}", &["--policy", "us-state-tx"], 3);
    check("{\"a\":", &["--policy", "us-state-tx"], 3);
}

#[test]
fn an_audits_json_is_an_inventory() {
    let audit = houseguest().args(["demo", "--format", "json"]).output().unwrap().stdout;
    let output = houseguest()
        .args(["comply", "-", "--policy", "us-state-tx", "--format", "json"])
        .write_stdin(audit)
        .output()
        .unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(answer["items"].as_array().unwrap().len() >= 14);
    assert_eq!(answer["schema"], "houseguest.compliance/1");
}

#[test]
fn every_format_tells_the_listed_line() {
    for format in reports::comply::ALL {
        let args = ["comply", "-", "--policy", "us-federal-contractor", "--format", format.name()];
        let output = houseguest().args(args).write_stdin(LISTED).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("us-889") || text.contains("section 889"), "{format:?}: {text}");
        assert_eq!(output.status.code(), Some(1), "{format:?}");
    }
}

#[track_caller]
fn check(inventory: &str, arguments: &[&str], code: i32) {
    let mut command = houseguest();
    command.args(["comply", "-"]).args(arguments).write_stdin(inventory);
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(code < 2 || code == 3 || !said.is_empty());
}

fn houseguest() -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("houseguest"));
    command.env_remove("HOUSEGUEST_POLICY").env("HOUSEGUEST_AS_OF", "2026-11-22");
    command.env("HOUSEGUEST_DATA", "/nonexistent");
    command
}
