//! Listening to an interface, in a network namespace of the test's own: nothing leaves it.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "tests fail and skip aloud")]
#![cfg(target_os = "linux")]

use std::process::{Command, Output};

use serde_json::Value;

/// Starts the program, and waits until its ring hears (all protocols, 3): no clock decides what is heard.
const BEGIN: &str = "ip link set lo up\n\
     \"$HOUSEGUEST\" audit -i lo --format json > \"$REPORT\" & listener=$!\n\
     until grep -q ' 0003 ' /proc/net/packet; do kill -0 $listener || exit 1; sleep 0.1; done";
/// Ends it as Ctrl-C would.
const END: &str = "kill -INT $listener; wait $listener || exit 1";

#[test]
fn what_passes_an_interface_is_heard_and_counted() {
    const SENT: u64 = 200;
    let script = format!(
        "{BEGIN}\n\
         for i in $(seq {SENT}); do echo hello > /dev/udp/127.0.0.1/9; done\n\
         {END}"
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
    /// Twice what the ring holds; each packet on `lo` is seen twice: sent and received.
    const WANTED: u64 = 64 << 20;
    let script = format!(
        "{BEGIN}\n\
         kill -STOP $listener\n\
         exec 3> /dev/udp/127.0.0.1/9\n\
         passed() {{ awk '/lo:/ {{ print $'$1' }}' /proc/net/dev; }}\n\
         while [ $(passed 2) -lt {WANTED} ]; do\n\
             for i in $(seq 50); do dd if=/dev/zero bs=60000 count=1 >&3 2> /dev/null; done\n\
         done\n\
         kill -CONT $listener\n\
         {END}\n\
         passed 3"
    );
    let folder = tempfile::TempDir::new().unwrap();
    let report = folder.path().join("report.json");
    let Some(output) = in_a_namespace(&script, &report) else { return };
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    let report: Value = serde_json::from_slice(&std::fs::read(report).unwrap()).unwrap();
    let heard = &report["sources"][0];
    let (frames, lost) = (heard["frames"].as_u64().unwrap(), heard["skipped"].as_u64().unwrap());
    let passed: u64 = String::from_utf8_lossy(&output.stdout).trim().parse().unwrap();
    assert!(lost > 0, "nothing was lost of {passed} packets: {heard}");
    assert_eq!(frames + lost, 2 * passed, "{heard}");
    assert!(said.contains(&format!("{lost} frames passed while this program was busy")), "{said}");
}

#[test]
fn an_interface_that_goes_down_is_heard_again_once_it_is_up() {
    const SEND: &str = "for i in $(seq 20); do echo hello > /dev/udp/127.0.0.1/9; done";
    let script = format!(
        "{BEGIN}\n{SEND}\nsleep 0.5\nip link set lo down\nsleep 0.5\nip link set lo up\n{SEND}\n{END}"
    );
    let folder = tempfile::TempDir::new().unwrap();
    let report = folder.path().join("report.json");
    let Some(output) = in_a_namespace(&script, &report) else { return };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&std::fs::read(report).unwrap()).unwrap();
    assert!(report["sources"][0]["frames"].as_u64() >= Some(80), "{}", report["sources"]);
}

#[test]
fn what_was_heard_of_an_interface_before_it_went_is_reported() {
    let begin = BEGIN.replace("-i lo", "-i there");
    let script = format!(
        "ip link add here type veth peer name there && ip link set here up && ip link set there up \
             || exit 77\n\
         ip address add 192.0.2.1/24 dev here\n\
         {begin}\n\
         echo hello > /dev/udp/192.0.2.9/9\n\
         sleep 0.5\n\
         ip link del there\n\
         wait $listener"
    );
    let folder = tempfile::TempDir::new().unwrap();
    let report = folder.path().join("report.json");
    let Some(output) = in_a_namespace(&script, &report) else { return };
    if output.status.code() == Some(77) {
        println!("skipped: this machine has no virtual cables");
        return;
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("failed to go on listening to there: the interface is gone"), "{said}");
    let report: Value = serde_json::from_slice(&std::fs::read(report).unwrap()).unwrap();
    assert!(report["sources"][0]["frames"].as_u64() > Some(0), "{}", report["sources"]);
}

/// `watch` has given up every right by then.
#[cfg(feature = "server")]
#[test]
fn an_interface_that_is_made_anew_is_listened_to_again() {
    const SCRIPT: &str = r#"
        make() {
            ip link add here type veth peer name there && ip link set there up || exit 77
            ip link set here up && ip address add 192.0.2.1/24 dev here
        }
        status() {
            exec 4<> /dev/tcp/127.0.0.1/8420 || return
            printf 'GET /api/v1/status HTTP/1.0\r\nHost: 127.0.0.1:8420\r\n\r\n' >&4
            grep -o '"listening":\[.*' <&4
        }
        until_it_says() {
            for i in $(seq 600); do
                echo hello > /dev/udp/192.0.2.9/9
                status | grep "$1" && return
                sleep 0.1
            done 2> /dev/null
            echo "never said: $1, but: $(status)"
            exit 1
        }
        ip link set lo up
        make
        "$HOUSEGUEST" watch -i there --no-notes --state "$REPORT" & watching=$!
        trap 'kill $watching' EXIT
        until_it_says '"listening":true,"frames":[1-9]'
        ip link del there
        until_it_says '"listening":false.*the interface is gone; listening goes on once'
        make
        until_it_says '"listening":true'
        heard=$(status | grep -o '"frames":[0-9]*')
        while status | grep "$heard,"; do until_it_says '"listening":true'; done
    "#;
    let folder = tempfile::TempDir::new().unwrap();
    let Some(output) = in_a_namespace(SCRIPT, &folder.path().join("state")) else { return };
    if output.status.code() == Some(77) {
        println!("skipped: this machine has no virtual cables");
        return;
    }
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
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
