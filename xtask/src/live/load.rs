//! Pages while traffic pours in: `cargo xtask load [PROGRAM] [CAPTURE]` (Linux, root, `ip`, `tcpreplay`).
//!
//! The same two namespaces and cable as for `live`. At the one end `houseguest watch` listens and serves
//! its pages; in its namespace, fifty visitors keep a page open each (its stream of events) and load
//! pages again and again. At the other end `tcpreplay` sends. Told is how long pages took beforehand and
//! meanwhile, and what was heard and lost.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use super::{Cable, capture, ip, lacking};
use crate::steps::{ourselves, say};

const ADDRESS: &str = "127.0.0.1:8420";
const VISITORS: usize = 50;
/// Each loads so many pages a second: far more than people do.
const PAUSE: Duration = Duration::from_millis(500);
const SECONDS: u64 = 20;
/// Packets a second: 417,000 are 1 Gbit/s of 300-byte packets.
const RATES: [u64; 3] = [0, 100_000, 417_000];
const PAGES: [&str; 5] = ["/", "/devices", "/findings", "/plan", "/api/v1/devices"];

/// `cargo xtask load [PROGRAM] [CAPTURE]`, and what it calls itself by in the namespace.
pub(crate) fn measure(arguments: &[String]) -> Result<(), String> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (program, packets) = match words.as_slice() {
        ["visit"] => return visit(),
        [] => ("target/release/houseguest", None),
        [program] => (*program, None),
        [program, packets] => (*program, Some(Path::new(*packets))),
        _ => return Err("cargo xtask load [PROGRAM] [CAPTURE]".to_owned()),
    };
    if let Some(lacking) = lacking() {
        say(&format!("skipped: {lacking}"));
        return Ok(());
    }
    let cable = Cable::lay()?;
    let made = cable.folder.join("packets.pcap");
    if packets.is_none() {
        fs::write(&made, capture()).map_err(|error| error.to_string())?;
    }
    let packets = packets.unwrap_or(&made);
    ip(&["-n", &cable.listener, "link", "set", "lo", "up"])?;
    let state = cable.folder.join("state");
    let mut watch = Running(
        cable
            .at_listener()
            .args([program, "watch", "-i", "in", "--listen", ADDRESS, "--quiet", "--state"])
            .arg(&state)
            .env("HOUSEGUEST_DATA", &state)
            .spawn()
            .map_err(|error| error.to_string())?,
    );
    say("| sent a second | visits | failed | median | 95 % | slowest | heard | lost |");
    say("|---|---|---|---|---|---|---|---|");
    for rate in RATES {
        say(&under(&cable, packets, rate)?);
    }
    watch.end()
}

/// A row of the table.
fn under(cable: &Cable, packets: &Path, rate: u64) -> Result<String, String> {
    let us = ourselves()?;
    let ask = |word: &str| -> Result<Child, String> {
        let mut command = cable.at_listener();
        command.arg(&us).args(["load", word]).stdout(Stdio::piped());
        command.spawn().map_err(|error| error.to_string())
    };
    let visitors = ask("visit")?;
    let sent = if rate == 0 { 0 } else { cable.replay(packets, rate, SECONDS)?.1 };
    let said = visitors.wait_with_output().map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    Ok(format!("| {sent} {}", said.trim()))
}

/// Fifty visitors, in the namespace of the pages; the rest of the row.
fn visit() -> Result<(), String> {
    // Until the pages are there.
    (0..600)
        .find(|_| {
            let there = load("/").is_ok();
            thread::sleep(Duration::from_millis(if there { 0 } else { 100 }));
            there
        })
        .ok_or("no pages came")?;
    let (heard_before, lost_before) = counted()?;
    let end = now() + Duration::from_secs(SECONDS);
    let visitors: Vec<_> = (0..VISITORS)
        .map(|number| {
            thread::spawn(move || {
                let open = request("/events").ok();
                let (mut times, mut failed) = (Vec::new(), 0_u32);
                for page in PAGES.iter().cycle().skip(number) {
                    if now() >= end {
                        break;
                    }
                    match load(page) {
                        Ok(time) => times.push(time),
                        Err(_) => failed += 1,
                    }
                    thread::sleep(PAUSE);
                }
                drop(open);
                (times, failed)
            })
        })
        .collect();
    let (mut times, mut failed) = (Vec::new(), 0);
    for visitor in visitors {
        let (theirs, missed) = visitor.join().map_err(|_| "a visitor fell".to_owned())?;
        times.extend(theirs);
        failed += missed;
    }
    times.sort_unstable();
    let at = |part: usize| times.get((times.len() * part / 100).min(times.len().saturating_sub(1)));
    let at = |part| at(part).map_or(0, Duration::as_millis);
    let (heard, lost) = counted()?;
    let row = format!(
        "| {} | {failed} | {} ms | {} ms | {} ms | {} | {} |",
        times.len(),
        at(50),
        at(95),
        at(100),
        heard - heard_before,
        lost - lost_before
    );
    // For whoever started us, who adds the row's beginning.
    writeln!(std::io::stdout(), "{row}").map_err(|error| error.to_string())
}

/// Loads a page to its end; how long that took.
fn load(path: &str) -> Result<Duration, String> {
    let began = now();
    let mut socket = request(path)?;
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).map_err(|error| error.to_string())?;
    if answer.starts_with(b"HTTP/1.1 200") {
        Ok(began.elapsed())
    } else {
        Err(String::from_utf8_lossy(&answer).into_owned())
    }
}

fn request(path: &str) -> Result<TcpStream, String> {
    let mut socket = TcpStream::connect(ADDRESS).map_err(|error| error.to_string())?;
    let wait = Some(Duration::from_secs(30));
    socket.set_read_timeout(wait).map_err(|error| error.to_string())?;
    write!(socket, "GET {path} HTTP/1.1\r\nHost: {ADDRESS}\r\nConnection: close\r\n\r\n")
        .map_err(|error| error.to_string())?;
    Ok(socket)
}

/// Frames heard and lost so far, as the pages know it.
fn counted() -> Result<(u64, u64), String> {
    let mut socket = request("/api/v1/status")?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer).map_err(|error| error.to_string())?;
    let number = |name| super::number_after(&answer, name);
    let heard = number("\"frames\":").ok_or_else(|| format!("no frames in {answer}"))?;
    Ok((heard, number("\"lost\":").unwrap_or(0)))
}

/// A program that ends with us.
struct Running(Child);

impl Running {
    fn end(&mut self) -> Result<(), String> {
        let id = self.0.id().to_string();
        let asked = Command::new("kill").args(["-INT", &id]).status();
        asked.map_err(|error| error.to_string())?;
        self.0.wait().map(drop).map_err(|error| error.to_string())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The time, for tables.
#[expect(clippy::disallowed_methods, reason = "how long a page takes is real time")]
fn now() -> Instant {
    Instant::now()
}
