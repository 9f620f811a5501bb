//! `watch` as people start it: on a port of its own, asked over a socket.

#![cfg(feature = "server")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod running;

use std::{fs, io::Write as _, process::Stdio};

use running::{Running, houseguest, until};

#[test]
fn the_sample_home_is_served() {
    let running = Running::start(&["--sample"], Stdio::null());
    let page = running.get("/");
    assert!(page.starts_with("HTTP/1.1 200 OK"), "{page}");
    assert!(page.contains("Three things to do next"));
    assert!(page.contains("content-security-policy: default-src 'none'"));
}

#[test]
fn a_pipe_is_on_the_pages_within_seconds_and_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let capture = folder.path().join("home.pcap");
    let state = folder.path().join("state").to_str().unwrap().to_owned();
    let demo = houseguest().args(["demo", "--capture"]).arg(&capture).status();
    assert!(demo.unwrap().success());
    let mut running = Running::start(&["-", "--state", &state], Stdio::piped());
    let mut pipe = running.child.stdin.take().unwrap();
    pipe.write_all(&fs::read(&capture).unwrap()).unwrap();
    pipe.flush().unwrap();
    let devices = || running.get("/api/v1/status").contains("\"devices\":26");
    until("26 devices are there", devices);
    drop(pipe);
    running.end();
    // Another program finds it again, with nothing to listen to but an empty pipe.
    let again = Running::start(&["-", "--state", &state], Stdio::null());
    assert!(again.get("/api/v1/status").contains("\"number\""));
    let households: Vec<_> = fs::read_dir(&state).unwrap().collect();
    assert!(!households.is_empty());
}

#[test]
fn others_are_not_served_without_a_password() {
    let folder = tempfile::tempdir().unwrap();
    let output = houseguest()
        .args(["watch", "--sample", "--listen", "0.0.0.0:0", "--state"])
        .arg(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("needs a password"));
}

#[test]
fn a_password_and_a_token_are_kept_as_what_they_hash_to() {
    let folder = tempfile::tempdir().unwrap();
    let mut setting = houseguest()
        .args(["watch", "--set-password", "--state"])
        .arg(folder.path())
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    setting.stdin.take().unwrap().write_all(b"correct horse\n").unwrap();
    assert!(setting.wait().unwrap().success());
    let mut making = houseguest();
    let made = making.args(["watch", "--new-token", "test", "--state"]).arg(folder.path());
    let made = made.output().unwrap();
    let token = String::from_utf8(made.stdout).unwrap();
    assert_eq!(token.trim().len(), 64);
    let keys = fs::read_to_string(folder.path().join("keys")).unwrap();
    assert!(!keys.contains("correct") && !keys.contains(token.trim()));
    let state = folder.path().to_str().unwrap().to_owned();
    let running = Running::start(&["--sample", "--state", &state], Stdio::null());
    assert!(running.get("/").starts_with("HTTP/1.1 303"));
    assert!(running.get("/api/v1/devices").starts_with("HTTP/1.1 401"));
    let bearer = format!("Authorization: Bearer {}\r\n", token.trim());
    assert!(running.ask("/api/v1/devices", &bearer).starts_with("HTTP/1.1 200"));
}
