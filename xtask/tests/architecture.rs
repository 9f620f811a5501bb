//! The invariants of ARCHITECTURE.md that no compiler checks.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Each crate of the pipeline, and all of ours that it may depend on. An arrow not drawn here is
/// forbidden.
const MAY_USE: &[(&str, &[&str])] = &[
    ("evidence", &[]),
    ("packets", &["evidence"]),
    ("knowledge", &["evidence"]),
    ("assessment", &["evidence", "knowledge"]),
    ("reports", &["evidence", "knowledge", "assessment"]),
    ("scenarios", &[]),
    ("capture", &["evidence", "packets"]),
    ("household", &["evidence", "knowledge", "assessment"]),
    ("server", &["evidence", "knowledge", "assessment", "reports", "household"]),
    ("alerts", &["evidence", "knowledge", "reports", "household"]),
    (
        "cli",
        &[
            "evidence",
            "packets",
            "knowledge",
            "assessment",
            "reports",
            "scenarios",
            "capture",
            "household",
            "server",
            "alerts",
        ],
    ),
];

/// The crates that do no I/O, wait for nothing, ask no clock and roll no dice.
const PURE: &[&str] = &["evidence", "packets", "knowledge", "assessment", "reports", "scenarios"];

/// Crates that would let the pure ones do so.
const IMPURE: &[&str] = &[
    "async-std",
    "getrandom",
    "hyper",
    "libc",
    "pcap",
    "rand",
    "reqwest",
    "rustix",
    "socket2",
    "tokio",
];

/// Paths of the standard library that would.
const IMPURE_PATHS: &[&str] = &[
    "std::fs",
    "std::env",
    "std::net::Tcp",
    "std::net::Udp",
    "std::process",
    "std::thread::sleep",
    "SystemTime",
    "Instant",
];

/// Crates that could send: none may be in the tree of the program that only listens.
const SENDING: &[&str] = &[
    "hyper", "reqwest", "rustls", "tokio", "socket2", "ureq", "curl", "mio", "quinn", "pnet",
    "pcap",
];

#[test]
fn crates_use_only_what_is_drawn() {
    for (krate, allowed) in MAY_USE {
        for used in dependencies(krate, "dependencies") {
            let ours = MAY_USE.iter().any(|(name, _)| *name == used);
            assert!(!ours || allowed.contains(&used.as_str()), "{krate} must not use {used}");
        }
    }
}

#[test]
fn every_crate_is_drawn() {
    let folders: BTreeSet<_> = fs::read_dir(root().join("crates"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let drawn: BTreeSet<_> = MAY_USE.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(folders, drawn);
}

#[test]
fn pure_crates_name_nothing_impure() {
    for krate in PURE {
        for used in dependencies(krate, "dependencies") {
            assert!(!IMPURE.contains(&used.as_str()), "{krate} is pure, yet uses {used}");
        }
        for (path, code) in sources(krate) {
            for forbidden in IMPURE_PATHS {
                assert!(!code.contains(forbidden), "{} names {forbidden}", path.display());
            }
        }
    }
}

#[test]
fn scenarios_are_not_built_with_our_own_parsers() {
    for table in ["dependencies", "dev-dependencies"] {
        assert!(!dependencies("scenarios", table).contains(&"packets".to_owned()));
    }
    assert!(!dependencies("scenarios", "dependencies").contains(&"domain".to_owned()));
}

#[test]
fn without_features_the_program_can_only_listen() {
    let tree = cargo(&[
        "tree",
        "--package",
        "houseguest-cli",
        "--no-default-features",
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--format",
        "{lib}",
        "--offline",
    ]);
    for name in tree.lines() {
        assert!(!SENDING.contains(&name.trim()), "the listening program depends on {name}");
    }
}

#[test]
fn no_maker_product_or_domain_is_named_in_rust() {
    let names = names_of_makers();
    assert!(names.len() > 60, "the pack names {} brands", names.len());
    for (krate, _) in MAY_USE {
        for (path, code) in sources(krate) {
            let code = code.to_lowercase();
            for word in &names {
                let there = word_in(&code, word);
                assert!(!there, "{} names `{word}`: that belongs in the pack", path.display());
            }
        }
    }
}

#[test]
fn only_reports_and_the_saved_form_know_outer_formats() {
    const FORMATS: &[&str] = &["serde_json", "csv", "maud", "comfy-table"];
    // The pack is read from texts, and so are the registers that people lay over it.
    const READERS: &[&str] = &["reports", "knowledge"];
    for krate in PURE.iter().filter(|krate| !READERS.contains(krate)) {
        for used in dependencies(krate, "dependencies") {
            assert!(!FORMATS.contains(&used.as_str()), "{krate} knows the outer format {used}");
        }
    }
}

#[test]
fn unsafe_code_stands_in_the_live_ring_alone() {
    const ALONE: &str = "crates/capture/src/live/ring.rs";
    for (krate, _) in MAY_USE.iter().filter(|(krate, _)| *krate != "capture") {
        let manifest = manifest(krate);
        let inherits = manifest.get("lints").and_then(|lints| lints.get("workspace"));
        assert_eq!(
            inherits.and_then(toml::Value::as_bool),
            Some(true),
            "{krate} has its own lints"
        );
    }
    let workspace = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(workspace.contains("unsafe_code = \"forbid\""));
    let lints = &manifest("capture")["lints"]["rust"];
    assert_eq!(lints["unsafe_code"].as_str(), Some("deny"));
    let lifted = ["unsafe", "_code, reason"].concat();
    for path in tracked_files().into_iter().filter(|path| is_rust(path)) {
        let text = fs::read_to_string(root().join(&path)).unwrap_or_default();
        assert!(path == ALONE || !text.contains(&lifted), "{path} lifts the ban on unsafe code");
    }
}

/// Beyond that, a file usually holds two ideas; our choice.
const MOST_LINES: usize = 500;

#[test]
fn no_source_file_is_long() {
    for path in tracked_files().into_iter().filter(|path| is_rust(path)) {
        let lines = fs::read_to_string(root().join(&path)).unwrap_or_default().lines().count();
        assert!(lines <= MOST_LINES, "{path} has {lines} lines: does it hold two ideas?");
    }
}

#[test]
fn no_link_layer_address_is_somebodys() {
    for path in tracked_files() {
        let Ok(text) = fs::read_to_string(root().join(&path)) else { continue };
        for address in link_layer_addresses(&text) {
            assert!(is_made_up(&address), "{path}: {address} could be somebody's device");
        }
    }
}

#[test]
fn every_licence_is_allowed() {
    let policy: toml::Table =
        fs::read_to_string(root().join("deny.toml")).unwrap().parse().unwrap();
    let allowed: BTreeSet<_> = policy["licenses"]["allow"]
        .as_array()
        .unwrap()
        .iter()
        .map(|licence| licence.as_str().unwrap().to_owned())
        .collect();
    let tree = ["tree", "--workspace", "--prefix", "none", "--format", "{l}|{p}", "--offline"];
    for line in cargo(&tree).lines().filter(|line| !line.is_empty()) {
        let (licence, package) = line.trim_end_matches(" (*)").split_once('|').unwrap();
        let licence = licence.replace('/', " OR ");
        assert!(licence_allowed(&licence, &allowed), "{package} is under `{licence}`");
    }
}

#[test]
fn the_guide_names_every_invariants_test() {
    let guide = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    for name in guide.lines().filter_map(|line| line.split("Held by `").nth(1)) {
        let name = name.split('`').next().unwrap();
        assert!(test_exists(name), "ARCHITECTURE.md names the test `{name}`, which is nowhere");
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn manifest(krate: &str) -> toml::Table {
    let path = root().join("crates").join(krate).join("Cargo.toml");
    fs::read_to_string(path).unwrap().parse().unwrap()
}

fn dependencies(krate: &str, table: &str) -> Vec<String> {
    let manifest = manifest(krate);
    manifest
        .get(table)
        .and_then(toml::Value::as_table)
        .map_or_else(Vec::new, |table| table.keys().cloned().collect())
}

/// A crate's source files, without their tests and comments.
fn sources(krate: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join("crates").join(krate).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs")
                && path.file_name().is_none_or(|name| name != "tests.rs")
            {
                let text = fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]").next().unwrap();
                let code: Vec<_> =
                    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
                found.push((path, code.join("\n")));
            }
        }
    }
    found
}

/// Brands' names and makers' domains, as the pack has them; short or everyday words left out.
fn names_of_makers() -> BTreeSet<String> {
    const EVERYDAY: &[&str] = &[
        "finder", "apple", "blink", "google", "honor", "nature", "sense", "shield", "smarter",
        "fritz!", "kodak", "trust", "august", "govee", "carrier",
    ];
    let mut names = BTreeSet::new();
    for (folder, key) in [("brands", "name"), ("destinations", "suffix")] {
        for entry in fs::read_dir(root().join("knowledge").join(folder)).unwrap() {
            let text = fs::read_to_string(entry.unwrap().path()).unwrap();
            for line in text.lines() {
                let value = line.strip_prefix(key).map(|rest| rest.trim_start_matches([' ', '=']));
                let Some(value) = value.map(|value| value.trim_matches('"').to_lowercase()) else {
                    continue;
                };
                if value.len() >= 5 && !EVERYDAY.contains(&value.as_str()) {
                    names.insert(value);
                }
            }
        }
    }
    names
}

fn word_in(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

fn tracked_files() -> Vec<String> {
    let output = Command::new("git").arg("ls-files").current_dir(root()).output().unwrap();
    let listed = String::from_utf8(output.stdout).unwrap();
    listed.lines().filter(|path| !path.contains(".tsv")).map(str::to_owned).collect()
}

fn is_rust(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|it| it == "rs")
}

fn link_layer_addresses(text: &str) -> Vec<String> {
    let shape = |word: &&str| {
        word.len() == 17
            && word.split([':', '-']).count() == 6
            && word
                .split([':', '-'])
                .all(|pair| pair.len() == 2 && pair.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    text.split(|letter: char| !letter.is_ascii_hexdigit() && letter != ':' && letter != '-')
        .filter(shape)
        .map(|word| word.to_lowercase().replace('-', ":"))
        .collect()
}

/// A maker's prefix with an ending nobody was sold (`…:00:0x:xx`), a documentation address
/// (RFC 9542), a locally administered one, a group, or a pattern of letters.
fn is_made_up(address: &str) -> bool {
    let first = u8::from_str_radix(&address[..2], 16).unwrap();
    first & 0b11 != 0
        || address[8..].starts_with(":00:0")
        || address.starts_with("00:00:5e:00:53")
        || ["aa:bb:cc:dd:ee:ff", "00:00:00:00:00:00", "00:11:22:33:44:55"].contains(&address)
}

fn licence_allowed(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let expression = expression.replace(['(', ')'], "");
    expression
        .split(" OR ")
        .any(|option| option.split(" AND ").all(|licence| allowed.contains(licence.trim())))
}

fn test_exists(name: &str) -> bool {
    let name = name.rsplit("::").next().unwrap();
    let output = Command::new("git")
        .args(["grep", "-q", "--untracked", &format!("fn {name}("), "--", "*.rs"])
        .current_dir(root())
        .status();
    output.unwrap().success()
}

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Keeps the two lists of this file honest about each other.
#[test]
fn pure_crates_are_drawn() {
    let drawn: BTreeMap<_, _> = MAY_USE.iter().copied().collect();
    assert!(PURE.iter().all(|krate| drawn.contains_key(krate)));
}
