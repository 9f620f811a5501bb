//! How much live traffic is held without loss: `cargo xtask live` (Linux, root, `ip`, `unshare`, `nsenter`,
//! `taskset`, `tcpreplay`).
//!
//! Two networks of our own with one virtual cable between them, in a place that ends with us as the lab's does.
//! Into the one end go packets of 300 bytes, or a capture's, at rising rates; at the other `houseguest audit -i`
//! listens, on one core and ahead of all others there. What was sent, heard and lost is told by those who
//! know: the senders, and the report with its count of frames that the kernel had no room for.

pub(crate) mod load;
mod traffic;

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use crate::{
    lab::{
        self,
        spaces::{FOLDER, Space, cable, room},
    },
    steps::say,
};
use traffic::{Sent, Traffic};

/// Megabits a second; the last is as fast as it goes.
const RATES: [Option<u64>; 5] = [Some(250), Some(500), Some(1_000), Some(1_200), None];
const TIME: Duration = Duration::from_secs(6);
/// How often each rate is tried: the machine may be busy with other things.
const RUNS: u32 = 3;

/// The core of the listener, which it shares with one of the senders.
const LISTENER: usize = 0;

/// How long visitors wait unless told to: each loads two pages a second, far more than people do.
const PAUSE: Duration = Duration::from_millis(500);

const WANTED: &str = "wanted: [--check] [--replay CAPTURE] [--pause SECONDS] [PROGRAM]";

/// What is to be measured, and with what.
struct Asked {
    program: PathBuf,
    replay: Option<PathBuf>,
    /// How long a visitor of the pages waits between two of them.
    pause: Duration,
    /// Whether it is enough to see that pages are served while traffic comes in.
    check: bool,
}

/// `cargo xtask live [--replay CAPTURE] [PROGRAM]`, and what it calls itself by in its place.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    match arguments {
        [inside, rest @ ..] if inside == "inside" => measure(&Asked::read(rest)?),
        _ => outside("live", arguments),
    }
}

/// Starts the chore in a place of its own.
fn outside(chore: &str, arguments: &[String]) -> Result<(), String> {
    let asked = Asked::read(arguments)?;
    if let Some(lacking) = lacking() {
        say(&format!("skipped: {lacking}"));
        return Ok(());
    }
    if !asked.program.is_file() {
        let program = asked.program.display();
        return Err(format!("{program} is not built: `cargo build --release -p houseguest-cli`"));
    }
    let words = [chore, "inside"].map(OsStr::new).into_iter();
    let words: Vec<_> = words.chain(arguments.iter().map(OsStr::new)).collect();
    let mut place = lab::unshare(true);
    place.args(["nice", "-n", "-20", "setsid"]);
    lab::enclosed(place, &words)
}

/// Goes on ahead of whatever else this machine does, as far as it can be had: most systems weigh
/// sessions first, of which we are one, and only then processes by their niceness.
fn go_ahead() {
    let _ = fs::write("/proc/self/autogroup", "-20");
}

/// What this machine lacks to measure, if anything.
fn lacking() -> Option<String> {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    if !status.lines().any(|line| line.starts_with("Uid:\t0\t")) {
        return Some("networks of our own, ahead of all others, need root".to_owned());
    }
    if thread::available_parallelism().is_ok_and(|cores| cores.get() < 2) {
        return Some("there are two senders, and one core".to_owned());
    }
    let tools = ["ip", "unshare", "nsenter", "setsid", "taskset", "tcpreplay"];
    let missing = tools.iter().find(|tool| lab::which(tool).is_none());
    let closed = || "networks of our own cannot be made here".to_owned();
    let pinned = |core: &str| {
        let tried = Command::new("taskset").args(["-c", core, "true"]).output();
        tried.is_ok_and(|it| it.status.success())
    };
    missing
        .map(|tool| format!("{tool} is not installed"))
        .or_else(|| {
            let open = ["0", "1"].into_iter().all(pinned);
            (!open).then(|| "the first two cores are not ours".to_owned())
        })
        .or_else(|| (lab::possible() != Some(true)).then(closed))
}

impl Asked {
    fn read(arguments: &[String]) -> Result<Self, String> {
        let mut asked = Self {
            program: "target/release/houseguest".into(),
            replay: None,
            pause: PAUSE,
            check: false,
        };
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--check" => asked.check = true,
                "--replay" => asked.replay = Some(words.next().ok_or(WANTED)?.into()),
                "--pause" => {
                    let seconds = words.next().and_then(|it| it.parse().ok()).ok_or(WANTED)?;
                    asked.pause = Duration::from_secs(seconds);
                }
                option if option.starts_with('-') => return Err(WANTED.to_owned()),
                program => asked.program = program.into(),
            }
        }
        asked.program = std::path::absolute(&asked.program).map_err(|error| error.to_string())?;
        Ok(asked)
    }
}

fn measure(asked: &Asked) -> Result<(), String> {
    lab::end_with_who_started_us();
    go_ahead();
    let cable = Cable::lay()?;
    let traffic = Traffic::of(asked.replay.as_deref(), Path::new(FOLDER))?;
    say(&traffic.described());
    say(
        "| asked for | sent a second | Mbit/s | sent | heard | lost | uncounted | CPU | peak memory |",
    );
    say("|---|---|---|---|---|---|---|---|---|");
    for rate in RATES {
        for _ in 0..RUNS {
            say(&row(&cable, asked, &traffic, rate)?);
        }
    }
    Ok(())
}

/// A row of the table.
fn row(
    cable: &Cable,
    asked: &Asked,
    traffic: &Traffic,
    rate: Option<u64>,
) -> Result<String, String> {
    let report = Path::new(FOLDER).join("report.json");
    let words = ["audit", "-i", "in", "--format", "json", "--quiet", "--output"];
    let words = words.map(OsStr::new).into_iter().chain([report.as_os_str()]);
    let mut listener = Listener::start(cable, &asked.program, words)?;
    let sent = traffic.send(&cable.sender, rate, TIME)?;
    let cost = listener.cost();
    listener.end()?;
    let report = fs::read_to_string(&report).map_err(|error| error.to_string())?;
    let heard = number_after(&report, "\"frames\":").ok_or("the report counts no frames")?;
    let lost = number_after(&report, "\"lost while listening\":").unwrap_or(0);
    let rate = rate.map_or("the most".to_owned(), |rate| format!("{rate} Mbit/s"));
    Ok(format!("| {rate} {} {cost} |", counts(&sent, heard, lost)))
}

/// What was sent, and what became of it: a part of a row.
fn counts(sent: &Sent, heard: u64, lost: u64) -> String {
    let uncounted = i128::from(sent.frames) - i128::from(heard + lost);
    let Sent { frames, a_second, megabits } = sent;
    format!("| {a_second:.0} | {megabits:.0} | {frames} | {heard} | {lost} | {uncounted} |")
}

/// Two networks and the cable between them.
struct Cable {
    sender: Space,
    listener: Space,
}

impl Cable {
    fn lay() -> Result<Self, String> {
        room()?;
        let ends = Self { sender: Space::make("sender")?, listener: Space::make("listener")? };
        cable((&ends.sender, "out"), (&ends.listener, "in"))?;
        for (space, end) in [(&ends.sender, "out"), (&ends.listener, "in")] {
            // Nothing but what is sent goes over it; captures may have frames that were put together.
            space.set(&format!("ipv6/conf/{end}/disable_ipv6"), "1")?;
            space.ip(&format!("link set {end} mtu 65535 arp off up"))?;
        }
        Ok(ends)
    }
}

/// A program that listens at the cable's end, and ends with us.
struct Listener {
    process: Child,
    /// Its CPU time when counting began.
    before: f64,
}

/// What listening cost.
struct Cost {
    cpu_seconds: f64,
    peak_mib: u64,
}

impl std::fmt::Display for Cost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.1} s | {} MiB", self.cpu_seconds, self.peak_mib)
    }
}

impl Listener {
    fn start(
        cable: &Cable,
        program: &Path,
        words: impl Iterator<Item = impl AsRef<OsStr>>,
    ) -> Result<Self, String> {
        let mut command = on_core(LISTENER, &cable.listener, program);
        // Else it would go on as whoever called sudo, who may not write there.
        command.args(words).env_remove("SUDO_UID").stdout(Stdio::null());
        let process = command.spawn().map_err(|error| error.to_string())?;
        let mut listener = Self { process, before: 0.0 };
        while !listener.listens() {
            if let Some(status) = listener.process.try_wait().map_err(|error| error.to_string())? {
                return Err(format!("the listener ended with {status}"));
            }
            thread::sleep(Duration::from_millis(20));
        }
        listener.begin();
        Ok(listener)
    }

    /// From now on its CPU time is counted.
    fn begin(&mut self) {
        self.before = self.ticks();
    }

    /// Whether its socket is bound to the interface: the fifth field in `/proc/net/packet`.
    fn listens(&self) -> bool {
        let sockets = self.ask("net/packet");
        sockets.lines().skip(1).any(|it| it.split_whitespace().nth(4).is_some_and(|it| it != "0"))
    }

    /// What it cost since counting began.
    fn cost(&self) -> Cost {
        const TICKS_PER_SECOND: f64 = 100.0;

        let peak = number_after(&self.ask("status"), "VmHWM:").unwrap_or(0);
        Cost { cpu_seconds: (self.ticks() - self.before) / TICKS_PER_SECOND, peak_mib: peak / 1024 }
    }

    /// CPU time so far, its own and the kernel's for it: fields 14 and 15 of `proc_pid_stat(5)`.
    fn ticks(&self) -> f64 {
        let stat = self.ask("stat");
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        after_name.split_whitespace().skip(11).take(2).flat_map(str::parse::<f64>).sum()
    }

    fn ask(&self, file: &str) -> String {
        fs::read_to_string(format!("/proc/{}/{file}", self.process.id())).unwrap_or_default()
    }

    /// Has it end as a person would.
    fn end(&mut self) -> Result<(), String> {
        let id = self.process.id().to_string();
        lab::spaces::done(Command::new("kill").args(["-INT", &id]))?;
        match self.process.wait() {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("the listener ended with {status}")),
            Err(error) => Err(error.to_string()),
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A command to be run in a network, on one core.
fn on_core(core: usize, space: &Space, program: impl AsRef<OsStr>) -> Command {
    let mut command = space.command("taskset");
    command.args(["-c", &core.to_string()]).arg(program);
    command
}

fn number_after(text: &str, name: &str) -> Option<u64> {
    let rest = text.split(name).nth(1)?.trim_start();
    rest.split(|it: char| !it.is_ascii_digit()).next()?.parse().ok()
}
