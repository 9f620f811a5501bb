//! Listening to an interface, in a network namespace of the test's own: nothing leaves it.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "tests fail and skip aloud")]
#![cfg(target_os = "linux")]

use std::process::{Command, Output};

use serde_json::Value;

#[test]
fn what_passes_an_interface_is_heard_and_counted() {
    const SENT: u64 = 200;
    let script = format!(
        "ip link set lo up\n\
         \"$HOUSEGUEST\" audit -i lo --for 3s --format json > \"$REPORT\" &\n\
         sleep 1\n\
         for i in $(seq {SENT}); do echo hello > /dev/udp/127.0.0.1/9; done\n\
         wait"
    );
    let folder = tempfile::TempDir::new().unwrap();
    let report = folder.path().join("report.json");
    let Some(output) = in_a_namespace(&script, &report) else { return };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&std::fs::read(report).unwrap()).unwrap();
    let heard = &report["sources"][0];
    assert_eq!(heard["name"], "lo");
    let (frames, lost) = (heard["frames"].as_u64().unwrap(), heard["skipped"].as_u64().unwrap());
    assert!(frames + lost >= SENT, "{heard}");
}

/// The program is stopped while more is sent than the kernel's ring has room for.
#[test]
fn what_a_slow_listener_misses_is_counted_and_said() {
    const BYTES: u64 = 60_000;
    const SENT: u64 = 1_500;
    let script = format!(
        "ip link set lo up\n\
         \"$HOUSEGUEST\" audit -i lo --for 5s --format json > \"$REPORT\" &\n\
         sleep 1; kill -STOP $!\n\
         exec 3> /dev/udp/127.0.0.1/9\n\
         for i in $(seq {SENT}); do head -c {BYTES} /dev/zero >&3 2> /dev/null; done\n\
         kill -CONT $!; wait\n\
         grep lo: /proc/net/dev"
    );
    let folder = tempfile::TempDir::new().unwrap();
    let report = folder.path().join("report.json");
    let Some(output) = in_a_namespace(&script, &report) else { return };
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    let report: Value = serde_json::from_slice(&std::fs::read(report).unwrap()).unwrap();
    let heard = &report["sources"][0];
    let (frames, lost) = (heard["frames"].as_u64().unwrap(), heard["skipped"].as_u64().unwrap());
    let counters = String::from_utf8_lossy(&output.stdout).into_owned();
    let passed: u64 = counters.split_whitespace().nth(2).unwrap().parse().unwrap();
    assert!(lost > 0, "nothing was lost of {passed} packets: {heard}");
    // Each packet on `lo` is seen twice: sent and received.
    assert_eq!(frames + lost, 2 * passed, "{heard}");
    assert!(said.contains(&format!("{lost} frames passed while this program was busy")), "{said}");
}

#[test]
fn an_interface_that_is_not_there_is_named_with_those_that_are() {
    let script = "! \"$HOUSEGUEST\" audit -i nonesuch0 --for 1s";
    let folder = tempfile::TempDir::new().unwrap();
    let Some(output) = in_a_namespace(script, folder.path()) else { return };
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && said.contains("there is lo"), "{said}");
}

/// Runs `script` where there is no network but what it makes; `None`, said aloud, where this machine
/// does not let us make such a place.
fn in_a_namespace(script: &str, report: &std::path::Path) -> Option<Output> {
    let run = |script: &str| {
        Command::new("unshare")
            .args(["--map-root-user", "--net", "bash", "-c", script])
            .env("HOUSEGUEST", assert_cmd::cargo::cargo_bin!("houseguest"))
            .env("HOUSEGUEST_DATA", "/nonexistent")
            .env("REPORT", report)
            .output()
    };
    let possible = run("ip link set lo up").is_ok_and(|it| it.status.success());
    if !possible {
        println!("skipped: this machine lets us make no network namespace");
        return None;
    }
    Some(run(script).unwrap())
}
