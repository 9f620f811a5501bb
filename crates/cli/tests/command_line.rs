//! The program as a user runs it: what it prints, how it ends, what it says of bad input.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

use std::{fs, path::Path};

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

#[test]
fn the_demo_finds_what_its_stories_tell() {
    let report = demo_report();
    let findings = report["findings"].as_array().unwrap();
    let mut rules: Vec<_> = findings.iter().map(|it| it["rule"].as_str().unwrap()).collect();
    rules.sort_unstable();
    rules.dedup();
    assert!(findings.len() >= 10, "{} findings", findings.len());
    assert!(rules.len() >= 6, "{rules:?}");
    assert!(report["devices"].as_array().unwrap().len() >= 14);
}

#[test]
fn every_identifier_of_the_demo_answers_to_why() {
    let report = demo_report();
    let first = |list: &str| report[list].as_array().unwrap().first().cloned();
    let mut ids = vec!["d2".to_owned(), "d2.to1".to_owned(), "d2.maker".to_owned()];
    ids.extend(report["findings"].as_array().unwrap().iter().map(id_of).take(4));
    ids.extend(first("actions").as_ref().map(id_of));
    ids.extend(report["evidence"].as_object().unwrap().keys().take(2).cloned());
    for device in report["devices"].as_array().unwrap().iter().take(3) {
        for property in ["brand", "type", "model", "os", "firmware", "module_maker"] {
            if device["identity"][property].is_object() {
                ids.push(format!("{}.{property}", id_of(device)));
            }
        }
    }
    for id in ids {
        houseguest().args(["why", &id]).assert().success();
    }
    houseguest().args(["why", "f9999"]).assert().code(2);
}

#[test]
fn the_demo_is_the_same_every_time() {
    let once = houseguest().args(["demo", "--format", "json"]).output().unwrap().stdout;
    let again = houseguest().args(["demo", "--format", "json"]).output().unwrap().stdout;
    assert!(once == again);
}

#[test]
fn the_demos_capture_says_what_the_demo_says() {
    let folder = TempDir::new().unwrap();
    let capture = demo_capture(folder.path());
    let report = audit_json(&[capture.to_str().unwrap()]);
    let demo = demo_report();
    for part in ["devices", "findings", "actions"] {
        assert!(report[part] == demo[part], "{part} differ");
    }
}

#[test]
fn personal_data_is_in_no_report_and_in_no_saved_evidence() {
    let folder = tempfile::tempdir().unwrap();
    let (capture, ledger) = (folder.path().join("home.pcap"), folder.path().join("home.ledger"));
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/clear-personal-data");
    let scenario = fs::read_to_string(home.join("scenario.toml")).unwrap();
    let mut bytes = Vec::new();
    scenarios::pcap::write(scenarios::Scenario::parse(&scenario).unwrap().frames(1), &mut bytes)
        .unwrap();
    fs::write(&capture, &bytes).unwrap();
    let sent = ["Quincunx", "QX0177Z", "QX0178Z99", "quincunx.owner", "48.208174", "16.373819"];
    let holds = |bytes: &[u8], text: &str| {
        bytes.windows(text.len()).any(|part| part.eq_ignore_ascii_case(text.as_bytes()))
    };
    assert!(sent.iter().all(|text| holds(&bytes, text)), "the capture holds them");
    for format in ["json", "ndjson", "text", "html"] {
        let output = houseguest()
            .arg("audit")
            .arg(&capture)
            .args(["--format", format, "--save"])
            .arg(&ledger)
            .output()
            .unwrap();
        assert!(output.status.success() && holds(&output.stdout, "personal"), "{format}");
        for text in sent {
            assert!(!holds(&output.stdout, text), "{format} says {text}");
        }
    }
    let saved = fs::read(&ledger).unwrap();
    assert!(holds(&saved, "ssid, 8 bytes, in http query as ssid"));
    for text in sent {
        assert!(!holds(&saved, text), "saved evidence says {text}");
    }
}

#[test]
fn saved_evidence_adds_up_to_the_same_answer() {
    let folder = TempDir::new().unwrap();
    let capture = demo_capture(folder.path());
    let ledger = folder.path().join("demo.ledger");
    houseguest().arg("audit").arg(&capture).arg("--save").arg(&ledger).assert().success();
    let direct = audit_json(&[capture.to_str().unwrap()]);
    let saved = audit_json(&[ledger.to_str().unwrap()]);
    assert!(direct == saved);
}

#[test]
#[cfg(target_os = "linux")]
fn saved_evidence_is_replaced_whole_or_not_at_all() {
    let folder = TempDir::new().unwrap();
    let capture = demo_capture(folder.path());
    let ledger = folder.path().join("all.ledger");
    let save = |limit: &str| {
        let program = assert_cmd::cargo::cargo_bin!("houseguest");
        let run = format!(
            "trap '' XFSZ; ulimit -f {limit}; exec {0} audit -q {1} {2} --save {2} -o /dev/null",
            program.display(),
            capture.display(),
            ledger.display()
        );
        let mut shell = Command::new("sh");
        shell.env("HOUSEGUEST_DATA", "/nonexistent").args(["-c", &run]).output().unwrap()
    };
    houseguest()
        .args(["audit", "-q", capture.to_str().unwrap(), "-o", "/dev/null", "--save"])
        .arg(&ledger)
        .assert()
        .success();
    let before = fs::read(&ledger).unwrap();
    // No file may become as large as this one must: as good as a full disk.
    let full = save("1");
    assert_eq!(full.status.code(), Some(3), "{}", String::from_utf8_lossy(&full.stderr));
    assert_eq!(fs::read(&ledger).unwrap(), before);
    assert_eq!(save("unlimited").status.code(), Some(0));
    assert_ne!(fs::read(&ledger).unwrap(), before);
    let left = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 2, "nothing is left beside");
}

#[test]
#[cfg(target_os = "linux")]
fn a_report_is_replaced_whole_or_not_at_all() {
    let folder = TempDir::new().unwrap();
    let report = folder.path().join("report.json");
    fs::write(&report, "the old one").unwrap();
    let run = format!(
        "trap '' XFSZ; ulimit -f 1; exec {} demo -q --format json -o {}",
        assert_cmd::cargo::cargo_bin!("houseguest").display(),
        report.display()
    );
    let mut shell = Command::new("sh");
    let full = shell.env("HOUSEGUEST_DATA", "/nonexistent").args(["-c", &run]).output().unwrap();
    assert_eq!(full.status.code(), Some(3), "{}", String::from_utf8_lossy(&full.stderr));
    assert_eq!(fs::read_to_string(&report).unwrap(), "the old one");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside");
}

#[test]
fn a_capture_cut_into_parts_says_what_the_whole_says() {
    const PARTS: usize = 5;
    let folder = TempDir::new().unwrap();
    let home = scenarios::Scenario::parse(scenarios::DEMO).unwrap();
    let frames: Vec<_> = home.frames(1).collect();
    for (number, part) in frames.chunks(frames.len() / PARTS + 1).enumerate() {
        let file = fs::File::create(folder.path().join(format!("part-{number}.pcap"))).unwrap();
        let mut file = std::io::BufWriter::new(file);
        scenarios::pcap::write(part.iter().cloned(), &mut file).unwrap();
    }
    let parts = audit_json(&[folder.path().to_str().unwrap()]);
    let cut: u64 =
        parts["sources"].as_array().unwrap().iter().map(|it| it["cut"].as_u64().unwrap()).sum();
    assert!(cut > 0, "five parts cut through nothing");
    assert_eq!(said(&parts), said(&demo_report()), "after {cut} messages cut");
}

#[test]
fn a_capture_that_is_named_twice_counts_once() {
    let folder = TempDir::new().unwrap();
    let capture = demo_capture(folder.path());
    let (capture, folder) = (capture.to_str().unwrap(), folder.path().to_str().unwrap());
    let once = audit_json(&[capture]);
    assert_eq!(audit_json(&[capture, folder, capture]), once);
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let folder = TempDir::new().unwrap();
    let capture = demo_capture(folder.path());
    let parts = folder.path().join("parts");
    fs::create_dir(&parts).unwrap();
    for part in ["a.pcap", "b.pcap", "c.pcap"] {
        fs::copy(&capture, parts.join(part)).unwrap();
    }
    fs::write(parts.join("d.pcap"), "no capture").unwrap();
    for source in [&capture, &parts] {
        let read = |jobs: &str| {
            let mut program = houseguest();
            program.args(["audit", source.to_str().unwrap(), "--format", "json", "--jobs", jobs]);
            let output = program.output().unwrap();
            (output.stdout, output.stderr)
        };
        let one = read("1");
        assert!(read("2") == one && read("5") == one, "{}", source.display());
    }
}

#[test]
fn a_pipe_is_read_like_a_file() {
    let folder = TempDir::new().unwrap();
    let capture = demo_capture(folder.path());
    let bytes = fs::read(&capture).unwrap();
    let piped =
        houseguest().args(["audit", "-", "--format", "json"]).write_stdin(bytes).output().unwrap();
    let piped: Value = serde_json::from_slice(&piped.stdout).unwrap();
    assert!(piped["findings"] == audit_json(&[capture.to_str().unwrap()])["findings"]);
}

#[test]
#[cfg(target_os = "linux")]
fn a_pipe_that_has_a_name_is_read_like_a_file() {
    let folder = TempDir::new().unwrap();
    let capture = demo_capture(folder.path());
    let whole = audit_json(&[capture.to_str().unwrap()]);
    let output = houseguest()
        .args(["audit", "/dev/stdin", "--format", "json", "--jobs", "2"])
        .write_stdin(fs::read(&capture).unwrap())
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    let piped: Value = serde_json::from_slice(&output.stdout).expect(&words);
    assert_eq!(piped["devices"], whole["devices"]);
}

#[test]
#[cfg(unix)]
fn a_pipe_that_is_interrupted_is_reported() {
    use std::{
        io::Write as _,
        process::{Command, Stdio},
    };

    let folder = TempDir::new().unwrap();
    let bytes = fs::read(demo_capture(folder.path())).unwrap();
    let mut program = Command::new(assert_cmd::cargo::cargo_bin!("houseguest"));
    program.env("HOUSEGUEST_DATA", "/nonexistent").args(["audit", "-"]);
    program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = program.spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    // More than a pipe holds, so that it is being read by now; and cut within a frame.
    pipe.write_all(&bytes[..1_000_001]).unwrap();
    let id = child.id().to_string();
    assert!(
        Command::new("sh").args(["-c", &format!("kill -INT {id}")]).status().unwrap().success()
    );
    drop(pipe);
    let output = child.wait_with_output().unwrap();
    let (text, words) = (String::from_utf8(output.stdout), String::from_utf8(output.stderr));
    assert_eq!(output.status.code(), Some(0), "{words:?}");
    assert!(text.unwrap().contains("on this network"), "{words:?}");
    assert_eq!(words.unwrap(), "");
}

#[test]
#[cfg(target_os = "linux")]
fn text_is_as_wide_as_the_terminal() {
    let program = assert_cmd::cargo::cargo_bin!("houseguest");
    for (columns, widest) in [(72, 61..=72), (7, 41..=60), (300, 81..=100)] {
        let run = format!("stty cols {columns}; exec {} demo", program.display());
        let mut terminal = Command::new("script");
        terminal.env("HOUSEGUEST_DATA", "/nonexistent").env("NO_COLOR", "1");
        let Ok(output) = terminal.args(["-qec", &run, "/dev/null"]).output() else {
            println!("skipped: there is no script(1)");
            return;
        };
        let text = String::from_utf8(output.stdout).unwrap();
        let found = text.lines().map(|line| line.trim_end().chars().count()).max().unwrap();
        assert!(widest.contains(&found), "{found} on a terminal of {columns}");
    }
}

#[test]
fn leaving_out_a_field_leaves_out_what_rests_on_it() {
    let all = demo_report();
    let output = houseguest()
        .args(["demo", "--format", "json", "--without", "dhcp.host_name", "--without", "mdns.name"])
        .output()
        .unwrap();
    let less: Value = serde_json::from_slice(&output.stdout).unwrap();
    let uses = |report: &Value| {
        let evidence = report["evidence"].as_object().unwrap();
        evidence.values().filter(|it| it["field"] == "dhcp.host_name").count()
    };
    assert!(uses(&all) > 0);
    assert_eq!(uses(&less), 0);
}

#[test]
fn gates_and_misuse_have_their_own_exit_codes() {
    houseguest().args(["demo", "-q", "--fail-on", "high"]).assert().code(1);
    houseguest().args(["demo", "-q", "--policy", "none-such"]).assert().code(2);
    houseguest().args(["demo", "--without", "dhcp.hostname"]).assert().code(2);
    houseguest().args(["audit"]).assert().code(2);
    houseguest().args(["demo", "--format", "pictures"]).assert().code(2);
    houseguest().args(["knowledge", "show", "no-such-thing"]).assert().code(2);
}

#[test]
fn bad_input_is_named_in_one_line_with_something_to_try() {
    let folder = TempDir::new().unwrap();
    let place = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let demo = fs::read(demo_capture(folder.path())).unwrap();
    let empty_folder = folder.path().join("nothing");
    fs::create_dir(&empty_folder).unwrap();

    check_bad(&place("text.pcap", b"this is no capture\n"), false);
    check_bad(&place("empty.pcap", b""), false);
    check_bad(&place("cut.pcap", &demo[..demo.len() / 2]), true);
    check_bad(empty_folder.to_str().unwrap(), false);
    check_bad(folder.path().join("missing.pcap").to_str().unwrap(), false);
}

#[test]
#[cfg(unix)]
fn what_does_not_open_in_a_folder_is_told() {
    use std::os::unix::{
        fs::{MetadataExt as _, PermissionsExt as _},
        process::CommandExt as _,
    };

    let folder = TempDir::new().unwrap();
    let mode = |name: &str, mode| {
        let path = folder.path().join(name);
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path.to_str().unwrap().to_owned()
    };
    demo_capture(folder.path());
    fs::write(folder.path().join("closed.pcap"), b"secret").unwrap();
    fs::create_dir(folder.path().join("shut")).unwrap();
    let closed = [mode("closed.pcap", 0), mode("shut", 0)];
    let mut program = std::process::Command::new(assert_cmd::cargo::cargo_bin!("houseguest"));
    // Nothing is closed to root.
    if fs::metadata(folder.path()).unwrap().uid() == 0 {
        program.uid(65_534).gid(65_534);
    }
    program.env("HOUSEGUEST_DATA", "/nonexistent").arg("audit").arg(mode("", 0o755));
    let output = program.output().unwrap();
    mode("shut", 0o700);
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(closed.iter().all(|it| words.contains(it)), "{words}");
    assert_eq!(output.status.code(), Some(3), "{words}");
    assert!(!output.stdout.is_empty(), "the rest is read");
}

#[test]
fn whoever_reads_a_cut_capture_answers_and_ends_with_3() {
    let folder = TempDir::new().unwrap();
    let capture = demo_capture(folder.path());
    let demo = fs::read(&capture).unwrap();
    fs::write(&capture, &demo[..demo.len() / 2]).unwrap();
    let source = capture.to_str().unwrap();
    let notes = folder.path().join("notes.toml");
    let notes = notes.to_str().unwrap();
    for arguments in [
        vec!["why", "d1", source],
        vec!["identify", source],
        vec!["plan", source],
        vec!["label", "--device", "d1", source],
        vec!["letter", "d1", source, "--residence", "DE"],
        vec!["note", "d1", source, "--room", "Hall", "--notes", notes],
    ] {
        let output = houseguest().args(&arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{arguments:?}");
        assert!(!output.stdout.is_empty(), "{arguments:?}");
    }
}

#[test]
fn frames_of_an_unknown_kind_are_counted_not_hidden() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("wifi.pcap");
    let mut bytes = vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0];
    bytes.extend_from_slice(&105_u32.to_le_bytes());
    for word in [1_u32, 0, 4, 4] {
        bytes.extend_from_slice(&word.to_le_bytes());
    }
    bytes.extend_from_slice(&[8, 0, 0, 0]);
    fs::write(&path, bytes).unwrap();
    let report = audit_json(&[path.to_str().unwrap()]);
    assert_eq!(report["sources"][0]["frames"], 1);
    assert_eq!(report["sources"][0]["skipped"], 1);
}

#[test]
fn the_committed_manual_page_is_this_programs() {
    let printed = houseguest().arg("man").output().unwrap().stdout;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/man/houseguest.1");
    let committed = fs::read(path).unwrap_or_default();
    assert!(
        printed == committed,
        "run `cargo run -- man > docs/man/houseguest.1` and look at the difference"
    );
}

#[test]
fn the_pack_it_carries_has_nothing_to_complain_of() {
    houseguest().args(["knowledge", "lint"]).assert().success();
}

fn houseguest() -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("houseguest"));
    command.env_remove("HOUSEGUEST_POLICY").env("HOUSEGUEST_AS_OF", "2026-11-22");
    command.env("HOUSEGUEST_DATA", "/nonexistent");
    command
}

fn demo_report() -> Value {
    let output = houseguest().args(["demo", "--format", "json"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn demo_capture(folder: &Path) -> std::path::PathBuf {
    let path = folder.join("demo.pcap");
    houseguest().args(["demo", "--capture"]).arg(&path).assert().success();
    path
}

fn audit_json(sources: &[&str]) -> Value {
    let output =
        houseguest().arg("audit").args(sources).args(["--format", "json"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn id_of(entry: &Value) -> String {
    entry["id"].as_str().unwrap().to_owned()
}

/// What a report says about its devices, without identifiers and evidence.
fn said(report: &Value) -> Vec<String> {
    let whose = |id: &Value| {
        let devices = report["devices"].as_array().unwrap();
        let device = devices.iter().find(|device| device["id"] == *id).unwrap();
        device["addresses"]["mac"][0].as_str().unwrap().to_owned()
    };
    let mut lines = Vec::new();
    for device in report["devices"].as_array().unwrap() {
        let mac = whose(&device["id"]);
        lines.push(format!("{mac} is {} {}", device["role"], device["addresses"]));
        for property in ["brand", "type", "model", "os", "firmware", "module_maker"] {
            lines.push(format!("{mac} {property} {}", device["identity"][property]["value"]));
        }
        for to in device["destinations"].as_array().unwrap() {
            let parts = ["name", "organisation", "purpose", "encryption", "bytes_up", "bytes_down"];
            let parts = parts.map(|part| to[part].to_string());
            lines.push(format!("{mac} to {}", parts.join(" ")));
        }
    }
    for finding in report["findings"].as_array().unwrap() {
        lines.push(format!("{} on {}", finding["rule"], whose(&finding["device"])));
    }
    lines.sort();
    lines
}

/// Bad input ends with 3, says one line about the source, and still reports what could be read.
#[track_caller]
fn check_bad(source: &str, reports: bool) {
    let output = houseguest().args(["audit", source, "--format", "json"]).output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{source}: {words}");
    assert_eq!(words.lines().count(), 1, "{source}: {words}");
    assert!(words.contains(source) && words.contains("; try "), "{source}: {words}");
    assert_eq!(!output.stdout.is_empty(), reports, "{source}");
}
