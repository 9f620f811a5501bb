//! What routers wrote down, as people hand it over: named, in folders, followed, sent as flows.

#![cfg(feature = "server")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on stops")]

mod running;

use std::{
    fs,
    io::Write as _,
    net::UdpSocket,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    slice::from_ref,
};

use flate2::{Compression, write::GzEncoder};
use serde_json::Value;

use running::{Running, houseguest, until};

const LEASES: &str = "1795370400 00:00:5e:00:53:01 192.168.1.5 lamp 01:00:00:5e:00:53:01\n\
                      1795370400 00:00:5e:00:53:02 192.168.1.6 porch-camera *\n";

const QUERIES: &str = "Nov 22 09:00:00 dnsmasq[12]: query[A] api.vendor.example from 192.168.1.5\n\
                       Nov 22 09:00:00 dnsmasq[12]: reply api.vendor.example is 198.51.100.7\n\
                       Nov 22 09:10:00 dnsmasq[12]: query[A] p2p.camera.example from 192.168.1.6\n";

/// An IPFIX file: a template, and 1,000 bytes from 192.168.1.5 to 198.51.100.7.
const FLOWS: [u8; 66] = [
    0, 10, 0, 66, 0x6b, 2, 0xc0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // header
    0, 2, 0, 32, 1, 4, 0, 6, 0, 8, 0, 4, 0, 12, 0, 4, 0, 1, 0, 2, 0, 11, 0, 2, 0, 4, 0, 1, 0, 2, 0,
    1, //
    1, 4, 0, 18, 192, 168, 1, 5, 198, 51, 100, 7, 0x03, 0xe8, 1, 187, 6, 2,
];

#[test]
fn leases_queries_and_flows_of_one_home_are_one_device_each() {
    let folder = tempfile::tempdir().unwrap();
    let leases = place(folder.path(), "dhcp.leases", LEASES.as_bytes());
    // What it is called does not matter, and neither does how it is packed.
    let queries = place(folder.path(), "anything.gz", &gzip(QUERIES.as_bytes()));
    let flows = place(folder.path(), "flows.ipfix", &FLOWS);
    place(folder.path(), "readme.txt", b"Dear diary, the lamp was on.\n");
    let all = [leases, queries, flows];
    check_home(&audit(&all));
    check_home(&audit(&[folder.path().to_owned()]));
    let why = houseguest().arg("why").arg("d1.to1").args(&all).arg("--no-notes").output().unwrap();
    let why = String::from_utf8(why.stdout).unwrap();
    assert!(why.contains("first in line 2 of "), "{why}");
    assert!(why.contains("first in record 1 of "), "{why}");
}

#[test]
fn text_that_is_nothing_known_is_told_what_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = place(folder.path(), "notes.txt", b"Dear diary, the lamp was on.\n");
    let output = houseguest().arg("audit").arg(path).output().unwrap();
    let words = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(words.contains("no log that this program knows; try leases of"), "{words}");
}

#[test]
fn a_log_that_grows_is_followed_and_counted_once_over_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let log = place(folder.path(), "pihole.log", QUERIES.as_bytes());
    let leases = place(folder.path(), "dhcp.leases", LEASES.as_bytes());
    let state = folder.path().join("state");
    let arguments: Vec<&str> = ["--import", "--import", "--state", "--every"]
        .into_iter()
        .zip([&log, &leases, &state].map(|it| it.to_str().unwrap()).into_iter().chain(["1s"]))
        .flat_map(|(flag, value)| [flag, value])
        .collect();
    let running = Running::follow(&arguments);
    running.wait("both files", |it| it.heard("pihole.log") == 3 && it.heard("dhcp.leases") == 2);
    append(&log, "Nov 22 09:20:00 dnsmasq[12]: query[A] new.vendor.example from 192.168.1.5\n");
    running.wait("the new line", |it| it.heard("pihole.log") == 4);
    running.wait("two devices", |it| it.status()["devices"] == 2);
    running.end();
    append(&log, "Nov 22 09:30:00 dnsmasq[12]: query[A] later.vendor.example from 192.168.1.5\n");
    let again = Running::follow(&arguments);
    again.wait("only what came after", |it| it.heard("pihole.log") == 1);
    again.wait("all that is remembered", |it| {
        let sources = it.told("/api/v1/sources");
        let log = sources
            .as_array()
            .unwrap()
            .iter()
            .find(|it| it["name"].as_str().unwrap().ends_with("pihole.log (lines)"));
        log.is_some_and(|it| it["frames"] == 5)
    });
}

#[test]
fn captures_in_a_followed_folder_are_read_as_they_come() {
    let folder = tempfile::tempdir().unwrap();
    let demo = folder.path().join("demo.pcap");
    assert!(houseguest().args(["demo", "--capture"]).arg(&demo).status().unwrap().success());
    let bytes = fs::read(&demo).unwrap();
    let captures = folder.path().join("captures");
    fs::create_dir(&captures).unwrap();
    let growing = captures.join("growing.pcap");
    fs::write(&growing, &bytes[..bytes.len() / 2]).unwrap();
    let running = Running::follow(&[captures.to_str().unwrap(), "--every", "1s"]);
    running.wait("the first half", |it| it.heard("captures") > 0);
    let half = running.heard("captures");
    append(&growing, &bytes[bytes.len() / 2..]);
    let whole = audit(from_ref(&demo))["sources"][0]["frames"].as_u64().unwrap();
    assert!(whole > half);
    running.wait("the second half", |it| it.heard("captures") == whole);
    fs::copy(&demo, captures.join("copy.pcap")).unwrap();
    append(&growing, []);
    place(&captures, "dhcp.leases", LEASES.as_bytes());
    running.wait("the leases, and the copy not again", |it| it.heard("captures") == whole + 2);
}

/// softflowd counts a capture's flows and sends them over loopback: what arrives adds up to the capture.
#[test]
fn flows_of_another_program_add_up_to_the_capture() {
    let capture = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/captures/devices/tjoconnor_labeled/blink-cam-02.pcap");
    if !capture.exists() {
        println!("skipped: there is no {}", capture.display());
        return;
    }
    if Command::new("softflowd").arg("-h").output().is_err() {
        println!("skipped: softflowd is not installed");
        return;
    }
    let of_capture = devices(audit(from_ref(&capture))["devices"].as_array().unwrap());
    for version in ["5", "9", "10"] {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().to_str().unwrap();
        let running = Running::follow(&["--netflow", "127.0.0.1:0", "--state", state]);
        let port = running.flows();
        let exported = Command::new("softflowd")
            .args(["-r", capture.to_str().unwrap(), "-n", &port, "-v", version, "-d"])
            .output()
            .unwrap();
        let words = String::from_utf8_lossy(&exported.stderr).into_owned()
            + &String::from_utf8_lossy(&exported.stdout);
        let mut compared = 0;
        running.wait("as many bytes as in the capture", |it| {
            let found = it.told("/api/v1/devices");
            let found = devices(found.as_array().unwrap());
            compared = 0;
            of_capture.iter().filter(|(_, bytes)| *bytes > 1_000_000).all(|(ip, bytes)| {
                compared += 1;
                // Frames are 14 bytes longer than their packets, and padded where they are short.
                let told = found.iter().find(|(it, _)| it == ip).map_or(0, |(_, bytes)| *bytes);
                println!("version {version}, {ip}: {told} of {bytes} bytes");
                told <= *bytes && told * 100 >= bytes * 95
            })
        });
        assert!(compared > 0, "{words}");
    }
}

/// A port takes anything.
#[test]
fn what_is_no_flow_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().to_str().unwrap();
    let running = Running::follow(&["--netflow", "127.0.0.1:0", "--state", state]);
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = running.flows();
    running.wait("a flow behind noise", |it| {
        for message in [&b"hello"[..], &[0, 9], &[0; 1_400], &FLOWS] {
            socket.send_to(message, &port).unwrap();
        }
        it.status()["devices"] == 1
    });
}

/// One device each, with name, contact and bytes.
#[track_caller]
fn check_home(report: &Value) {
    let devices: Vec<_> = report["devices"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            let bytes = &it["destinations"][0]["bytes_up"];
            let (mac, ip) = (&it["addresses"]["mac"][0], &it["addresses"]["ipv4"][0]);
            format!("{mac} {ip} {} {} {bytes}", it["names"][0], it["destinations"][0]["name"])
        })
        .collect();
    assert_eq!(
        devices,
        [
            "\"00:00:5e:00:53:01\" \"192.168.1.5\" \"lamp\" \"api.vendor.example\" 1000",
            "\"00:00:5e:00:53:02\" \"192.168.1.6\" \"porch-camera\" null null",
        ]
    );
}

/// Addresses with all their bytes.
fn devices(list: &[Value]) -> Vec<(String, u64)> {
    let bytes = |it: &Value| {
        let whole = it["bytes_up"].as_u64().zip(it["bytes_down"].as_u64());
        whole.map_or_else(|| destinations(it), |(up, down)| up + down)
    };
    let ip = |it: &Value| it["addresses"]["ipv4"][0].as_str().map(str::to_owned);
    list.iter().filter_map(|it| Some((ip(it)?, bytes(it)))).collect()
}

fn destinations(device: &Value) -> u64 {
    let sum = |it: &Value| it["bytes_up"].as_u64().unwrap() + it["bytes_down"].as_u64().unwrap();
    device["destinations"].as_array().unwrap().iter().map(sum).sum()
}

fn audit(sources: &[PathBuf]) -> Value {
    let output = houseguest()
        .arg("audit")
        .args(sources)
        .args(["--format", "json", "--no-notes"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn place(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    path
}

fn append(path: &Path, bytes: impl AsRef<[u8]>) {
    let mut file = fs::OpenOptions::new().append(true).open(path).unwrap();
    file.write_all(bytes.as_ref()).unwrap();
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

impl Running {
    fn follow(arguments: &[&str]) -> Self {
        Self::start(arguments, Stdio::null())
    }

    fn told(&self, path: &str) -> Value {
        let answer = self.get(path);
        serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap()
    }

    fn status(&self) -> Value {
        self.told("/api/v1/status")
    }

    /// Lines, frames or records of what goes by a name that ends so.
    fn heard(&self, name: &str) -> u64 {
        let status = self.status();
        let ears = status["listening"].as_array().unwrap();
        let ear = ears.iter().find(|it| it["name"].as_str().unwrap().ends_with(name));
        ear.unwrap()["frames"].as_u64().unwrap()
    }

    /// Where it takes flows.
    fn flows(&self) -> String {
        let status = self.status();
        let name = status["listening"][0]["name"].as_str().unwrap().to_owned();
        name.strip_prefix("flows sent to ").unwrap().to_owned()
    }

    #[track_caller]
    fn wait(&self, what: &str, mut there: impl FnMut(&Self) -> bool) {
        until(what, || there(self));
    }
}
