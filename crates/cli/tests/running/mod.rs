//! A `watch` that runs for as long as a test wants it, asked over a socket.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, Command, Stdio},
    time::Duration,
};

use assert_cmd::cargo::CommandCargoExt as _;
use tempfile::TempDir;

/// A running `watch`, ended with the test.
pub(crate) struct Running {
    pub(crate) child: Child,
    address: String,
    /// Where its data would be by itself.
    _data: TempDir,
}

impl Running {
    /// Waits until it serves.
    pub(crate) fn start(arguments: &[&str], input: Stdio) -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut child = houseguest()
            .args(["watch", "--listen", "127.0.0.1:0", "--no-notes"])
            .args(arguments)
            .env("HOUSEGUEST_DATA", data.path())
            .stdin(input)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut words = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains("http://") {
            line.clear();
            assert!(words.read_line(&mut line).unwrap() > 0, "it ended before it served");
        }
        let address = line.split("http://").nth(1).unwrap().split(',').next().unwrap().to_owned();
        // Whoever talks to nobody any more must not be stopped by a full pipe.
        std::thread::spawn(move || std::io::copy(&mut words, &mut std::io::sink()));
        Self { child, address, _data: data }
    }

    /// What it answers, head and all.
    pub(crate) fn get(&self, path: &str) -> String {
        self.ask(path, "")
    }

    /// The same, with lines more in the request's head.
    pub(crate) fn ask(&self, path: &str, head: &str) -> String {
        let mut socket = TcpStream::connect(&self.address).unwrap();
        socket.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
        let host = &self.address;
        write!(socket, "GET {path} HTTP/1.1\r\nHost: {host}\r\n{head}Connection: close\r\n\r\n")
            .unwrap();
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Ends it as Ctrl-C would, so that it remembers what it heard last.
    pub(crate) fn end(mut self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until something is so; far longer than any machine needs.
#[track_caller]
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    const OFTEN: Duration = Duration::from_millis(50);

    let mut waited = Duration::ZERO;
    while !holds() {
        assert!(waited < Duration::from_mins(3), "{what}: not so");
        std::thread::sleep(OFTEN);
        waited += OFTEN;
    }
}

/// The program.
pub(crate) fn houseguest() -> Command {
    Command::cargo_bin("houseguest").unwrap()
}
