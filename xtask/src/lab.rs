//! A home of network namespaces in which `houseguest watch` proves itself: `cargo xtask lab` (Linux, root
//! or the right to make user namespaces, `ip`, `unshare`, `nsenter`).
//!
//! A router (DHCP, DNS, NAT), a cloud with addresses of two countries, and devices that are real servers
//! and clients of the distribution. All of it lives in namespaces of its own, of processes too: when the
//! first process in there ends, however that happens, the kernel ends all others and the networks go with
//! them. So nothing is left to clean up, not even by a run that was killed, and nothing gets out, for no
//! cable leads out.
//!
//! What this machine lacks is said and left out. Nothing here waits for a time, only for states, with
//! bounds that a busy machine keeps; what took how long is in the table.

mod api;
mod checks;
mod country;
mod devices;
mod home;
mod players;
pub(crate) mod spaces;

use std::{
    ffi::OsStr,
    io::Read as _,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
    thread,
    time::Duration,
};

use crate::steps::{cargo, ourselves, say};

/// After so long the lab is given up, with what it found so far: three times what it takes.
const LONGEST: Duration = Duration::from_mins(5);

/// What makes a place of our own.
const NAMESPACES: [&str; 6] =
    ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];

/// `cargo xtask lab [PROGRAM]`, and what the lab calls itself by inside.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["inside", program] => inside(Path::new(program)),
        ["player", rest @ ..] => players::play(rest),
        [] => outside(None),
        [program] => outside(Some(Path::new(program))),
        _ => Err("cargo xtask lab [PROGRAM]".to_owned()),
    }
}

/// Makes the place, and runs the lab in it; of this checkout's program if none is given.
fn outside(program: Option<&Path>) -> Result<(), String> {
    let Some(as_root) = possible() else {
        say("skipped: the lab needs root or user namespaces, and `ip`, `unshare`, `nsenter`");
        return Ok(());
    };
    let program = if let Some(program) = program {
        program.to_owned()
    } else {
        cargo(&["build", "--package", "houseguest-cli", "--quiet"], &[])?;
        beside_us("houseguest")?
    };
    if !program.is_file() {
        return Err(format!("there is no {}", program.display()));
    }
    let program = std::path::absolute(&program).map_err(|error| error.to_string())?;
    enclosed(unshare(as_root), &["lab".as_ref(), "inside".as_ref(), program.as_os_str()])
}

/// Starts ourselves with these words, as the first process of the place that a command (of
/// [`unshare()`]) makes.
pub(crate) fn enclosed(mut place: Command, words: &[&OsStr]) -> Result<(), String> {
    let us = ourselves()?;
    let mut place = place
        .arg(us)
        .args(words)
        // It ends when this end of the pipe is closed: also when we are killed.
        .stdin(Stdio::piped())
        .spawn()
        .map_err(|error| format!("failed to make a place of our own: {error}"))?;
    // Held until it has ended: waiting would close it.
    let _end = place.stdin.take();
    let status = place.wait().map_err(|error| error.to_string())?;
    judge(status)
}

/// Ends the place, whose first process we are, when whoever made it ends.
pub(crate) fn end_with_who_started_us() {
    thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(1);
    });
}

fn judge(status: ExitStatus) -> Result<(), String> {
    if status.success() { Ok(()) } else { Err(format!("it ended with {status}")) }
}

/// The command that makes the place; as whoever we are, or as a root of its own.
pub(crate) fn unshare(as_root: bool) -> Command {
    let mut command = Command::new("unshare");
    if !as_root {
        command.arg("--map-root-user");
    }
    command.args(NAMESPACES);
    command
}

/// Whether the place can be made here, and if so, whether by us as we are.
pub(crate) fn possible() -> Option<bool> {
    if ["ip", "unshare", "nsenter"].iter().any(|program| which(program).is_none()) {
        return None;
    }
    let works = |as_root: bool| {
        // What the lab begins with.
        let script = "mount -t tmpfs lab /run && ip netns add try \
            && ip -n try link add end0 type veth peer name end1 && ip -n try link add br0 type bridge \
            && ip -n try link set end0 master br0 && nsenter --net=/run/netns/try -- \
            sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'";
        let tried = unshare(as_root)
            .args(["sh", "-c", script])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        tried.is_ok_and(|status| status.success())
    };
    [true, false].into_iter().find(|as_root| works(*as_root))
}

/// Runs the lab, as the first process of its place.
fn inside(program: &Path) -> Result<(), String> {
    end_with_who_started_us();
    thread::spawn(|| {
        thread::sleep(LONGEST);
        // Each check has a bound of its own, so this is a machine too busy to say anything by.
        say(&format!("skipped: the rest, after {} s", LONGEST.as_secs()));
        std::process::exit(i32::from(checks::one_failed()));
    });
    checks::run(program)?;
    // Not by returning: threads still play, and the first process takes all others with it.
    std::process::exit(i32::from(checks::one_failed()));
}

/// A program that was built with us.
fn beside_us(name: &str) -> Result<PathBuf, String> {
    let us = ourselves()?;
    us.parent()
        .map(|folder| folder.join(name))
        .ok_or_else(|| format!("{} stands nowhere", us.display()))
}

/// Where a program is installed; folders for root's are looked through too.
pub(crate) fn which(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let more = ["/usr/sbin", "/sbin", "/usr/local/sbin"].map(PathBuf::from);
    std::env::split_paths(&path)
        .chain(more)
        .map(|folder| folder.join(program))
        .find(|place| place.is_file())
}
