//! `watch` as people start it: on a port of its own, asked over a socket.

#![cfg(feature = "server")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, Command, Stdio},
    time::Duration,
};

use assert_cmd::cargo::CommandCargoExt as _;

#[test]
fn the_sample_home_is_served() {
    let running = Running::start(&["--sample"], None);
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
    let mut running = Running::start(&["-", "--state", &state], Some(Stdio::piped()));
    let mut pipe = running.0.stdin.take().unwrap();
    pipe.write_all(&fs::read(&capture).unwrap()).unwrap();
    pipe.flush().unwrap();
    let seen = (0..900).any(|_| {
        std::thread::sleep(Duration::from_millis(200));
        running.get("/api/v1/status").contains("\"devices\":26")
    });
    assert!(seen, "{}", running.get("/api/v1/status"));
    drop(pipe);
    running.end();
    // Another program finds it again, with nothing to listen to but an empty pipe.
    let again = Running::start(&["-", "--state", &state], Some(Stdio::null()));
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
    let running = Running::start(&["--sample", "--state", &state], None);
    assert!(running.get("/").starts_with("HTTP/1.1 303"));
    assert!(running.get("/api/v1/devices").starts_with("HTTP/1.1 401"));
    let bearer = format!("Authorization: Bearer {}\r\n", token.trim());
    assert!(running.ask("/api/v1/devices", &bearer).starts_with("HTTP/1.1 200"));
}

/// A running `watch`, ended with the test.
struct Running(Child, String);

impl Running {
    fn start(arguments: &[&str], input: Option<Stdio>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut child = houseguest()
            .args(["watch", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .env("HOUSEGUEST_DATA", folder.path())
            .stdin(input.unwrap_or_else(Stdio::null))
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut words = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains("http://") {
            line.clear();
            assert!(words.read_line(&mut line).unwrap() > 0, "it ended before it served");
        }
        let address = line.split("http://").nth(1).unwrap().split(',').next().unwrap();
        // Whoever talks to nobody any more must not be stopped by a full pipe.
        let address = address.to_owned();
        std::thread::spawn(move || std::io::copy(&mut words, &mut std::io::sink()));
        Self(child, address)
    }

    fn get(&self, path: &str) -> String {
        self.ask(path, "")
    }

    fn ask(&self, path: &str, header: &str) -> String {
        let mut socket = TcpStream::connect(&self.1).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let host = &self.1;
        write!(socket, "GET {path} HTTP/1.1\r\nHost: {host}\r\n{header}Connection: close\r\n\r\n")
            .unwrap();
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Ends it as Ctrl-C would, so that it remembers what it heard last.
    fn end(mut self) {
        let id = self.0.id().to_string();
        let asked = Command::new("kill").args(["-INT", &id]).status().unwrap();
        assert!(asked.success());
        assert!(self.0.wait().unwrap().success());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn houseguest() -> Command {
    Command::cargo_bin("houseguest").unwrap()
}
