//! Pages while traffic pours in: `cargo xtask load` (Linux, root, as `live`).
//!
//! The same two networks and cable as for `live`. At the one end `houseguest watch` listens and serves
//! its pages, on one core; in its network, fifty visitors keep a page open each (its stream of events) and
//! load pages again and again. Into the other end go made packets or a capture's. Told is how long pages
//! took beforehand and meanwhile, what was heard and lost, and what `watch` cost.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use super::{
    Asked, Cable, Listener, counts, go_ahead, number_after, outside,
    traffic::{Sent, Traffic},
};
use crate::{
    lab::{
        self,
        spaces::{FOLDER, said},
    },
    steps::{ourselves, say},
};

const ADDRESS: &str = "127.0.0.1:8420";
const VISITORS: u32 = 50;
const TIME: Duration = Duration::from_secs(20);
/// How much earlier senders begin, and how much later they end: a large capture has to be read first.
const AROUND: Duration = Duration::from_secs(5);
/// How long what was heard may take until it is on the pages: of thousands of devices, they are judged
/// anew every minute or so.
const SHOWN: Duration = Duration::from_mins(3);
/// Megabits a second.
const RATES: [u64; 4] = [0, 250, 500, 1_000];
/// The one where only pages are looked for: any machine holds it.
const CHECKED: [u64; 1] = [50];
const PAGES: [&str; 5] = ["/", "/devices", "/findings", "/plan", "/api/v1/devices"];

/// `cargo xtask load [--check] [--replay CAPTURE] [--pause SECONDS] [PROGRAM]`, and what it calls itself by in its place.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    match arguments {
        [inside, rest @ ..] if inside == "inside" => measure(&Asked::read(rest)?),
        [word, pause] if word == "visit" => {
            visit(Duration::from_millis(pause.parse().map_err(|_| "no such pause")?))
        }
        [word] if word == "count" => count(),
        _ => outside("load", arguments),
    }
}

fn measure(asked: &Asked) -> Result<(), String> {
    lab::end_with_who_started_us();
    go_ahead();
    let cable = Cable::lay()?;
    let traffic = Traffic::of(asked.replay.as_deref(), Path::new(FOLDER))?;
    say(&traffic.described());
    let words = ["watch", "-i", "in", "--listen", ADDRESS, "--quiet", "--state", FOLDER];
    let mut watch = Listener::start(&cable, &asked.program, words.iter())?;
    say(
        "| asked for | sent a second | Mbit/s | sent | heard | lost | uncounted | CPU | peak memory \
         | visits | failed | median | 95 % | slowest |",
    );
    say("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
    let rates: &[u64] = if asked.check { &CHECKED } else { &RATES };
    for rate in rates {
        let row = under(&cable, &mut watch, &traffic, *rate, asked.pause)?;
        say(&row.text);
        if asked.check && (row.heard == 0 || row.visits == 0 || row.failed > 0) {
            return Err("pages failed, or nothing was heard, while traffic came in".to_owned());
        }
    }
    watch.end()
}

/// A row of the table.
struct Row {
    text: String,
    heard: u64,
    visits: u64,
    failed: u64,
}

/// Measures while so much comes in.
fn under(
    cable: &Cable,
    watch: &mut Listener,
    traffic: &Traffic,
    rate: u64,
    pause: Duration,
) -> Result<Row, String> {
    let us = ourselves()?;
    let ask = |words: &[&str]| said(cable.listener.command(&us).arg("load").args(words));
    let pause = pause.as_millis().to_string();
    let before = Counted::read(&ask(&["count"])?)?;
    watch.begin();
    let (sent, visited) = thread::scope(|scope| {
        let sender = scope.spawn(|| match rate {
            0 => Ok(Sent::default()),
            rate => traffic.send(&cable.sender, Some(rate), AROUND + TIME + AROUND),
        });
        thread::sleep(if rate == 0 { Duration::ZERO } else { AROUND });
        let visited = ask(&["visit", &pause]);
        let sent = sender.join().map_err(|_| "a sender fell".to_owned());
        (sent, visited)
    });
    let (sent, visited) = (sent??, visited?);
    let cost = watch.cost();
    // Until all of it is told, or no more comes.
    let patience = now() + SHOWN;
    let heard = loop {
        let heard = Counted::read(&ask(&["count"])?)?.since(&before);
        if heard.frames + heard.lost >= sent.frames || now() > patience {
            break heard;
        }
        thread::sleep(Duration::from_secs(1));
    };
    let counts = counts(&sent, heard.frames, heard.lost);
    let mut numbers = visited.split('|').filter_map(|it| it.trim().parse().ok());
    let (visits, failed) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    let text = format!("| {rate} Mbit/s {counts} {cost} {}", visited.trim());
    Ok(Row { text, heard: heard.frames, visits, failed })
}

/// Fifty visitors, in the network of the pages; the rest of the row.
fn visit(pause: Duration) -> Result<(), String> {
    let end = now() + TIME;
    let visitors: Vec<_> = (0..VISITORS)
        .map(|number| {
            thread::spawn(move || {
                let open = request("/events").ok();
                let wait = |time: Duration| {
                    thread::sleep(time.min(end.saturating_duration_since(now())));
                };
                // Not all at once.
                wait(pause * number / VISITORS);
                let (mut times, mut failed) = (Vec::new(), 0_u32);
                for page in PAGES.iter().cycle().skip(number as usize) {
                    if now() >= end {
                        break;
                    }
                    match load(page) {
                        Ok(time) => times.push(time),
                        Err(_) => failed += 1,
                    }
                    wait(pause);
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
    tell(&format!(
        "| {} | {failed} | {} ms | {} ms | {} ms |",
        times.len(),
        at(50),
        at(95),
        at(100)
    ))
}

/// What `watch` has counted, for who measures outside its network; once its pages are there.
fn count() -> Result<(), String> {
    let there = (0..600).any(|_| {
        let there = load("/").is_ok();
        thread::sleep(Duration::from_millis(if there { 0 } else { 100 }));
        there
    });
    if !there {
        return Err("no pages came".to_owned());
    }
    let mut socket = request("/api/v1/status")?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer).map_err(|error| error.to_string())?;
    tell(&answer)
}

/// For whoever started us.
fn tell(text: &str) -> Result<(), String> {
    writeln!(std::io::stdout(), "{text}").map_err(|error| error.to_string())
}

/// Frames as the pages know them.
struct Counted {
    frames: u64,
    lost: u64,
}

impl Counted {
    fn read(status: &str) -> Result<Self, String> {
        let frames = number_after(status, "\"frames\":");
        let frames = frames.ok_or_else(|| format!("no frames in {status}"))?;
        Ok(Self { frames, lost: number_after(status, "\"lost\":").unwrap_or(0) })
    }

    const fn since(&self, before: &Self) -> Self {
        Self { frames: self.frames - before.frames, lost: self.lost - before.lost }
    }
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

/// The time, for tables.
#[expect(clippy::disallowed_methods, reason = "how long a page takes is real time")]
fn now() -> Instant {
    Instant::now()
}
