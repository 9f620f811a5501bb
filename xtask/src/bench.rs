//! How much work an audit is: CPU time, wall time and peak memory of the whole program.
//!
//! Machines are noisy, so every figure stands beside a bare read of the same file in the same run, and
//! only ratios are worth quoting. The kernel's own accounting is used: ticks of 10 ms in
//! `/proc/PID/stat` and `VmHWM` in `/proc/PID/status`, so this runs on Linux only.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use crate::steps::{self, say};

const RUNS: usize = 3;
const TICKS_PER_SECOND: f64 = 100.0;

/// Builds the program and measures it on each capture.
fn measure_all(captures: &[String]) -> Result<(), String> {
    steps::run(Command::new("cargo").args([
        "build",
        "--release",
        "--quiet",
        "--package",
        "houseguest-cli",
    ]))?;
    for capture in captures {
        let read = median(|| measure(Command::new("cat").arg(capture)))?;
        report(capture, "cat", &read, &read);
        let audit = median(|| {
            measure(
                Command::new("target/release/houseguest")
                    .args(["audit", capture, "--format", "json", "--quiet"]),
            )
        })?;
        report(capture, "houseguest audit", &audit, &read);
    }
    Ok(())
}

/// `cargo xtask bench [CAPTURE…]`: the whole program on captures, or else each stage by itself.
pub(crate) fn run(captures: &[String]) -> Result<(), String> {
    match captures.iter().find(|capture| !Path::new(capture).is_file()) {
        Some(missing) => Err(format!("{missing} is no file: name captures to measure on")),
        None if captures.is_empty() => {
            steps::cargo(&["bench", "--package", "houseguest-cli", "--bench", "speed"], &[])
        }
        None => measure_all(captures),
    }
}

/// One whole run of a program.
struct Cost {
    cpu_seconds: f64,
    peak_kib: u64,
}

fn report(capture: &str, what: &str, cost: &Cost, base: &Cost) {
    say(&format!(
        "{capture}: {what}: {:.2} CPU s, {:.0} MiB, {:.1} times the bare read",
        cost.cpu_seconds,
        to_mib(cost.peak_kib),
        cost.cpu_seconds / base.cpu_seconds.max(1.0 / TICKS_PER_SECOND),
    ));
}

#[expect(clippy::cast_precision_loss, reason = "memory sizes are far below 2^52")]
fn to_mib(kib: u64) -> f64 {
    kib as f64 / 1024.0
}

/// The run with the median CPU time.
fn median(mut once: impl FnMut() -> Result<Cost, String>) -> Result<Cost, String> {
    let mut costs = (0..RUNS).map(|_| once()).collect::<Result<Vec<_>, _>>()?;
    costs.sort_by(|left, right| left.cpu_seconds.total_cmp(&right.cpu_seconds));
    Ok(costs.swap_remove(RUNS / 2))
}

fn measure(command: &mut Command) -> Result<Cost, String> {
    let before = children_ticks()?;
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().map_err(|error| {
            format!("{} did not start: {error}", command.get_program().display())
        })?;
    let mut peak_kib = 0;
    loop {
        peak_kib = peak_kib.max(peak_memory(child.id()));
        match child.try_wait() {
            Ok(Some(status)) if status.success() => break,
            Ok(Some(status)) => return Err(format!("it ended with {status}")),
            Ok(None) => thread::sleep(Duration::from_millis(5)),
            Err(error) => return Err(error.to_string()),
        }
    }
    let cpu_seconds = (children_ticks()? - before) / TICKS_PER_SECOND;
    Ok(Cost { cpu_seconds, peak_kib })
}

/// CPU ticks of all children that have ended: fields 16 and 17 of `proc_pid_stat(5)`.
fn children_ticks() -> Result<f64, String> {
    let stat = fs::read_to_string("/proc/self/stat").map_err(|error| error.to_string())?;
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let fields: Vec<f64> =
        after_name.split_whitespace().skip(13).take(2).flat_map(str::parse).collect();
    Ok(fields.iter().sum())
}

fn peak_memory(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
