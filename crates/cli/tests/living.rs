//! The plan, and the household it is followed in, through the program.

#![cfg(feature = "server")]
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

#[test]
fn the_plan_of_the_built_in_home_is_ordered_and_leads_on() {
    let place = TempDir::new().unwrap();
    let plan = json(&place, &["plan", "--sample", "--format", "json"]);
    assert_eq!(plan["schema"], "houseguest.plan/1");
    let steps = plan["steps"].as_array().unwrap();
    assert!(!steps.is_empty());
    for step in steps {
        assert!(!step["removes"].as_object().unwrap().is_empty(), "{step}");
        let advice = step["advice"].as_array().unwrap();
        assert!(!advice.is_empty(), "{} has no advice in steps", step["rule"]);
        for id in advice {
            assert!(!plan["advice"][id.as_str().unwrap()]["breaks"].as_str().unwrap().is_empty());
        }
    }
    let text = said(&place, &["plan", "--sample"], 0).0;
    for word in ["removes", "cost", "how", "breaks", "done when", "houseguest why a1"] {
        assert!(text.contains(word), "{word} is missing in {text}");
    }
    assert!(said(&place, &["why", "a1"], 0).0.contains("action"));
    let first = steps[0]["advice"][0].as_str().unwrap();
    assert!(said(&place, &["knowledge", "show", "advice", first], 0).0.contains("steps"));
    said(&place, &["plan", "--sample", "--fail-on", "high"], 1);
}

#[test]
fn without_a_home_the_plan_says_what_to_try() {
    let place = TempDir::new().unwrap();
    let (_, words) = said(&place, &["plan"], 3);
    assert!(words.contains("there is no household in") && words.contains("--sample"), "{words}");
    said(&place, &["plan", "no-such-file.pcap"], 3);
}

#[test]
fn a_room_that_was_noted_brings_advice_on_what_senses_there() {
    let place = TempDir::new().unwrap();
    let report = json(&place, &["demo", "--format", "json"]);
    let devices = report["devices"].as_array().unwrap();
    let camera = devices.iter().find(|it| it["identity"]["type"]["value"] == "camera").unwrap();
    let id = camera["id"].as_str().unwrap();
    said(&place, &["note", id, "--room", "Schlafzimmer"], 0);
    let plan = json(&place, &["plan", "--sample", "--format", "json"]);
    let placements = plan["placements"].as_array().unwrap();
    assert!(placements.iter().any(|it| it["device"] == id && it["room"] == "Schlafzimmer"));
    let text = said(&place, &["plan", "--sample"], 0).0;
    assert!(text.contains("WHERE THINGS STAND"), "{text}");
}

#[test]
fn a_household_is_taken_along_checked_and_erased() {
    let place = TempDir::new().unwrap();
    let state = place.path().join("state").to_str().unwrap().to_owned();
    let with = |words: &[&str]| -> Vec<String> {
        words.iter().map(|it| (*it).to_owned()).chain(["--state".into(), state.clone()]).collect()
    };
    let run = |words: &[&str], code| {
        let words = with(words);
        said(&place, &words.iter().map(String::as_str).collect::<Vec<_>>(), code)
    };
    assert!(run(&["household", "check"], 3).1.contains("there is no household"));
    let first = exported();
    run(&["household", "import", first.to_str().unwrap()], 0);
    assert!(run(&["household", "check"], 0).0.contains("is whole"));
    let words = run(&["household", "import", first.to_str().unwrap()], 3).1;
    assert!(words.contains("not empty") && words.contains("--state"), "{words}");

    let copy = place.path().join("home.jsonl");
    run(&["household", "export", copy.to_str().unwrap()], 0);
    let once = fs::read_to_string(&copy).unwrap();
    assert!(run(&["household", "export", copy.to_str().unwrap()], 3).1.contains("failed to write"));
    assert_eq!(run(&["household", "export", "-"], 0).0, once);
    assert!(run(&["household", "import", "/no/such/file"], 3).1.contains("failed to read"));
    assert!(run(&["plan"], 0).0.starts_with("1 step still to be done"));
    run(&["plan", "--fail-on", "critical"], 1);

    assert!(run(&["household", "erase", "g99999", "--yes"], 2).1.contains("knows no device"));
    assert!(run(&["household", "erase", "g1"], 2).1.contains("say --yes"));
    assert_eq!(run(&["household", "export", "-"], 0).0, once, "nothing was erased");
    run(&["household", "erase", "g1", "--yes"], 0);
    assert!(run(&["household", "erase", "g1", "--yes"], 2).1.contains("knows no device"));
    run(&["household", "erase", "--all", "--yes"], 0);
    assert!(run(&["household", "check"], 0).0.contains("0 devices"));
}

#[test]
#[cfg(target_os = "linux")]
fn half_an_export_is_not_left_behind() {
    let place = TempDir::new().unwrap();
    let state = place.path().join("state");
    let copy = place.path().join("home.jsonl");
    import(&place, state.to_str().unwrap());
    // No file may have any bytes: as good as a full disk.
    let run = format!(
        "trap '' XFSZ; ulimit -f 0; exec {} household export {} --state {}",
        assert_cmd::cargo::cargo_bin!("houseguest").display(),
        copy.display(),
        state.display()
    );
    let output = std::process::Command::new("sh").args(["-c", &run]).output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!copy.exists());
}

#[test]
fn a_household_that_another_program_holds_is_left_alone() {
    let place = TempDir::new().unwrap();
    let state = place.path().join("state");
    let file = state.join("household.db");
    let held = household::Household::open(&file, household::Budget::default()).unwrap();
    let state = state.to_str().unwrap();
    let words = said(&place, &["household", "erase", "--all", "--yes", "--state", state], 3).1;
    assert!(words.contains("End the running `watch` first"), "{words}");
    assert!(said(&place, &["household", "check", "--state", state], 3).1.contains("holds"));
    said(&place, &["household", "export", "-", "--state", state], 0);
    said(&place, &["plan", "--state", state], 0);
    drop(held);
    said(&place, &["household", "check", "--state", state], 0);
}

#[test]
fn who_erases_a_home_is_told_of_the_notes_beside_it() {
    let place = TempDir::new().unwrap();
    let state = place.path().join("state");
    let state = state.to_str().unwrap();
    import(&place, state);
    let erased = || said(&place, &["household", "erase", "--all", "--yes", "--state", state], 0).1;
    assert!(!erased().contains("stays in"));
    said(&place, &["demo", "--format", "json"], 0);
    said(&place, &["note", "d1", "--room", "Hall"], 0);
    assert!(erased().contains("stays in"));
}

#[test]
#[cfg(target_os = "linux")]
fn what_is_remembered_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let place = TempDir::new().unwrap();
    let state = place.path().join("state");
    import(&place, state.to_str().unwrap());
    let notes = place.path().join("data/notes.toml");
    said(&place, &["note", "00:00:5e:00:53:01", "--room", "Hall"], 0);
    for path in [state.clone(), state.join("household.db"), notes] {
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}", path.display());
    }
}

#[test]
#[cfg(target_os = "linux")]
fn what_root_changes_stays_whose_the_folder_is() {
    use std::os::unix::fs::{MetadataExt as _, chown};

    let place = TempDir::new().unwrap();
    let state = place.path().join("state");
    fs::create_dir(&state).unwrap();
    if chown(&state, Some(65_534), Some(65_534)).is_err() {
        println!("skipped: only root changes what is somebody else's");
        return;
    }
    let at = state.to_str().unwrap();
    import(&place, at);
    let owner = || fs::metadata(state.join("household.db")).unwrap().uid();
    assert_eq!(owner(), 65_534);
    let mut bytes = fs::read(state.join("household.db")).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0xa5);
    fs::write(state.join("household.db"), bytes).unwrap();
    let words = said(&place, &["household", "check", "--state", at], 1).1;
    assert!(words.contains("rebuilt"), "{words}");
    assert_eq!(owner(), 65_534);
}

/// A household as an earlier version wrote it out.
fn exported() -> PathBuf {
    let old = Path::new(env!("CARGO_MANIFEST_DIR")).join("../household/tests/schemas");
    let mut files = fs::read_dir(old).unwrap().map(|entry| entry.unwrap().path());
    files.find(|path| path.extension().is_some_and(|it| it == "jsonl")).unwrap()
}

/// Makes a household in the folder `state`.
#[cfg(target_os = "linux")]
fn import(place: &TempDir, state: &str) {
    said(place, &["household", "import", exported().to_str().unwrap(), "--state", state], 0);
}

fn json(place: &TempDir, words: &[&str]) -> Value {
    serde_json::from_str(&said(place, words, 0).0).unwrap()
}

/// What the program says on standard output and standard error, if it ends with that code.
#[track_caller]
fn said(place: &TempDir, words: &[&str], code: i32) -> (String, String) {
    let output = Command::cargo_bin("houseguest")
        .unwrap()
        .args(words)
        .env("HOUSEGUEST_DATA", place.path().join("data"))
        .env_remove("HOUSEGUEST_STATE")
        .env_remove("HOUSEGUEST_NOTES")
        .output()
        .unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    let words_said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{words:?}: {words_said}");
    (out, words_said)
}
