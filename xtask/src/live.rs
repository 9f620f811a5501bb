//! How much live traffic is held without loss: `cargo xtask live` (Linux, root, `ip`, `tcpreplay`).
//!
//! Two network namespaces of our own with one virtual cable between them: `tcpreplay` sends packets of
//! 300 bytes at rising rates into the one end, `houseguest audit -i` listens at the other, each on a
//! core that is its own as long as it wants it. No interface of the machine is touched. What was sent,
//! heard and lost is told by those who know: the sender, and the report with its count of frames that
//! the kernel had no room for.

pub(crate) mod load;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use crate::steps::{run, say};

/// Packets a second: 417,000 are 1 Gbit/s of 300-byte packets; the last is as fast as it goes.
const RATES: [u64; 5] = [100_000, 200_000, 300_000, 417_000, 800_000];
const SECONDS: u64 = 6;
/// How often each rate is tried: the machine may be busy with other things.
const RUNS: u32 = 3;

/// Packets in the file that is sent again and again: of so many devices, with five flows each.
const PACKETS: u32 = 40_000;
const DEVICES: u32 = 200;
const FLOWS: u32 = 5;
const PACKET_BYTES: usize = 300;

/// `cargo xtask live [PROGRAM]`.
pub(crate) fn measure(arguments: &[String]) -> Result<(), String> {
    let program = arguments.first().map_or("target/release/houseguest", String::as_str);
    if let Some(lacking) = lacking() {
        say(&format!("skipped: {lacking}"));
        return Ok(());
    }
    if !Path::new(program).is_file() {
        return Err(format!("{program} is not built: `cargo build --release -p houseguest-cli`"));
    }
    let cable = Cable::lay()?;
    let packets = cable.folder.join("packets.pcap");
    fs::write(&packets, capture()).map_err(|error| error.to_string())?;
    say(
        "| asked a second | sent a second | sent | heard | lost | uncounted | CPU of the listener |",
    );
    say("|---|---|---|---|---|---|---|");
    for rate in RATES {
        for _ in 0..RUNS {
            say(&cable.send(program, &packets, rate)?);
        }
    }
    Ok(())
}

/// What this machine lacks to measure, if anything.
fn lacking() -> Option<String> {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let is_root = status.lines().any(|line| line.starts_with("Uid:\t0\t"));
    if !is_root {
        return Some("network namespaces need root".to_owned());
    }
    let tools = [("ip", "-V"), ("tcpreplay", "--version"), ("taskset", "--version")];
    let missing = |(tool, ask): &(&str, &str)| {
        let tried =
            Command::new(tool).arg(ask).stdout(Stdio::null()).stderr(Stdio::null()).status();
        !tried.is_ok_and(|status| status.success())
    };
    tools.iter().find(|tool| missing(tool)).map(|(tool, _)| format!("{tool} is not installed"))
}

/// Two namespaces and the cable between them; both go when it does.
struct Cable {
    sender: String,
    listener: String,
    folder: PathBuf,
}

impl Cable {
    fn lay() -> Result<Self, String> {
        let id = std::process::id();
        let folder = std::env::temp_dir().join(format!("houseguest-live-{id}"));
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let (sender, listener) = (format!("hg-send-{id}"), format!("hg-hear-{id}"));
        let cable = Self { sender, listener, folder };
        let Self { sender, listener, .. } = &cable;
        ip(&["netns", "add", sender])?;
        ip(&["netns", "add", listener])?;
        ip(&[
            "-n", sender, "link", "add", "out", "type", "veth", "peer", "name", "in", "netns",
            listener,
        ])?;
        for (space, end) in [(sender, "out"), (listener, "in")] {
            let quiet = format!("net.ipv6.conf.{end}.disable_ipv6=1");
            run(Command::new("ip")
                .args(["netns", "exec", space, "sysctl", "-q", "-w", &quiet])
                .stderr(Stdio::null()))
            .or_else(|_| ip(&["-n", space, "link", "set", end, "addrgenmode", "none"]))?;
            ip(&["-n", space, "link", "set", end, "up"])?;
        }
        Ok(cable)
    }

    /// Sends at `rate` packets a second; a row of the table.
    fn send(&self, program: &str, packets: &Path, rate: u64) -> Result<String, String> {
        let report = self.folder.join("report.json");
        let seconds = format!("{}s", SECONDS + 3);
        let mut listener = on_core("0", &self.listener)
            .args([program, "audit", "-i", "in", "--for", &seconds])
            .args(["--format", "json", "--quiet", "--output"])
            .arg(&report)
            // Else it would go on as whoever called sudo, who may not write there.
            .env_remove("SUDO_UID")
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| error.to_string())?;
        thread::sleep(Duration::from_secs(1));
        let (count, a_second) = self.replay(packets, rate, SECONDS)?;
        let cpu = cpu_seconds(&mut listener)?;
        let report = fs::read_to_string(&report).map_err(|error| error.to_string())?;
        let heard = number_after(&report, "\"frames\":").ok_or("the report counts no frames")?;
        let lost = number_after(&report, "\"skipped\":").unwrap_or(0);
        let uncounted = i128::from(count) - i128::from(heard + lost);
        Ok(format!(
            "| {rate} | {a_second} | {count} | {heard} | {lost} | {uncounted} | {cpu:.1} s |"
        ))
    }
}

impl Cable {
    /// A command to be run where the traffic comes in.
    fn at_listener(&self) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.listener]);
        command
    }

    /// Sends for so many seconds; how many packets, and how many a second.
    fn replay(&self, packets: &Path, rate: u64, seconds: u64) -> Result<(u64, u64), String> {
        let sent = on_core("1", &self.sender)
            .args(["tcpreplay", "--intf1=out", "--preload-pcap", "--quiet", "--loop=0"])
            .arg("--timer=nano")
            .args([format!("--pps={rate}"), format!("--duration={seconds}")])
            .arg(packets)
            .output()
            .map_err(|error| error.to_string())?;
        let sent = String::from_utf8_lossy(&sent.stdout).into_owned();
        figures(&sent).ok_or_else(|| format!("tcpreplay said: {sent}"))
    }
}

impl Drop for Cable {
    fn drop(&mut self) {
        for space in [&self.sender, &self.listener] {
            if let Err(problem) = ip(&["netns", "delete", space]) {
                say(&problem);
            }
        }
        if let Err(problem) = fs::remove_dir_all(&self.folder) {
            say(&problem.to_string());
        }
    }
}

fn ip(arguments: &[&str]) -> Result<(), String> {
    run(Command::new("ip").args(arguments))
}

/// A command to be run in a namespace, on one core and before all others there.
fn on_core(core: &str, space: &str) -> Command {
    let mut command = Command::new("ip");
    command.args(["netns", "exec", space, "taskset", "-c", core, "chrt", "--fifo", "1"]);
    command
}

/// Waits for the end of a program; the CPU time it took, as far as it could be read.
fn cpu_seconds(child: &mut Child) -> Result<f64, String> {
    const TICKS_PER_SECOND: f64 = 100.0;
    let path = format!("/proc/{}/stat", child.id());
    let mut ticks = 0.0;
    loop {
        let stat = fs::read_to_string(&path).unwrap_or_default();
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        let used = after_name.split_whitespace().skip(11).take(2).flat_map(str::parse::<f64>).sum();
        ticks = f64::max(ticks, used);
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(ticks / TICKS_PER_SECOND),
            Ok(Some(status)) => return Err(format!("the listener ended with {status}")),
            Ok(None) => thread::sleep(Duration::from_millis(20)),
            Err(error) => return Err(error.to_string()),
        }
    }
}

/// Packets and packets a second in `Actual: 3336 packets (…) sent in 8.00 seconds` and
/// `Rated: … Bps, … Mbps, 417.00 pps`.
fn figures(said: &str) -> Option<(u64, u64)> {
    let count = said.split("Actual: ").nth(1)?.split(' ').next()?.parse().ok()?;
    let rated = said.split("Rated: ").nth(1)?.split(" pps").next()?.rsplit(' ').next()?;
    Some((count, rated.split('.').next()?.parse().ok()?))
}

fn number_after(text: &str, name: &str) -> Option<u64> {
    let rest = text.split(name).nth(1)?.trim_start();
    rest.split(|it: char| !it.is_ascii_digit()).next()?.parse().ok()
}

/// A capture file: data of TLS connections and of unknown datagrams, device by device.
fn capture() -> Vec<u8> {
    let mut file = Vec::with_capacity(PACKETS as usize * (PACKET_BYTES + 16) + 24);
    for word in [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65_535, 1] {
        file.extend(word.to_le_bytes());
    }
    for number in 0..PACKETS {
        for word in [number / 1_000, number % 1_000 * 1_000, 300, 300] {
            file.extend(word.to_le_bytes());
        }
        let start = file.len();
        file.extend(packet(number));
        file.resize(start + PACKET_BYTES, 0xa5);
    }
    file
}

/// Headers of a packet: of each device's flows, every other is TCP, the others are UDP.
fn packet(number: u32) -> Vec<u8> {
    let [_, _, _, device] = (number % DEVICES).to_be_bytes();
    let flow = number / DEVICES % FLOWS;
    let port = u16::try_from(40_000 + flow).unwrap_or(40_000).to_be_bytes();
    let turn = number / DEVICES / FLOWS;
    let is_tcp = flow.is_multiple_of(2);
    let mut bytes = vec![0, 0, 0x5e, 0, 0x53, 0xff, 0, 0, 0x5e, 0, 0x53, device, 8, 0];
    bytes.extend([0x45, 0, 1, 30, 0, 0, 0, 0, 64, if is_tcp { 6 } else { 17 }, 0, 0]);
    bytes.extend([192, 168, 1, device, 198, 51, 100, device]);
    bytes.extend(port);
    if is_tcp {
        bytes.extend([1, 187]);
        bytes.extend((turn * 246).to_be_bytes());
        bytes.extend([0, 0, 0, 1, 0x50, 0x18, 4, 0, 0, 0, 0, 0]);
        bytes.extend([23, 3, 3, 0, 241]);
    } else {
        bytes.extend([0xc3, 0x50, 1, 10, 0, 0]);
    }
    bytes
}
