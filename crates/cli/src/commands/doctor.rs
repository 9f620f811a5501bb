//! `doctor`: what this machine can and cannot do for Houseguest.

use std::{fmt::Write as _, fs, path::Path};

use super::confine::Confinement;
use crate::{
    embedded,
    failure::{Failure, Outcome},
    output,
};

/// Checks the parts this program needs and prints what it found.
pub(crate) fn run() -> Result<Outcome, Failure> {
    let knowledge = embedded::pack()?;
    let mut report = String::new();
    let mut line = |name: &str, says: &str| {
        let _ = writeln!(report, "{name:<18} {says}");
    };
    line("program", &format!("houseguest {}", env!("CARGO_PKG_VERSION")));
    let kib = embedded::size() / 1024;
    line("knowledge pack", &format!("{} of {}, {kib} KiB", knowledge.version, knowledge.as_of));
    line("capture files", "pcap and pcapng, plain, .gz and .zst, from files, folders and pipes");
    line("live capture", &live_capture());
    line("while it listens", &Confinement::possible());
    line(
        "sending",
        "never to devices; `watch` answers browsers, and tells whom `alerts.toml` names",
    );
    let tools = ["tcpdump", "dumpcap", "ssh"].map(|tool| {
        let found = if is_installed(tool) { "found" } else { "not found" };
        format!("{tool} {found}")
    });
    line("to capture with", &tools.join(", "));
    output::print(&report)?;
    Ok(Outcome::Done)
}

/// What to do on this machine so that something is heard, for the first page.
#[cfg(feature = "server")]
pub(crate) fn hints() -> Vec<server::Hint> {
    let hint =
        |says: &str, command: Option<String>| server::Hint { says: says.to_owned(), command };
    let pipe = hint(
        "If your router lets you log in, it can send what it hears here (put its own interface in place of br-lan):",
        Some("ssh root@router 'tcpdump -i br-lan -U -w -' | houseguest watch -".to_owned()),
    );
    // One that is connected, where there is one.
    let up = |name: &String| {
        let state = fs::read_to_string(format!("/sys/class/net/{name}/operstate"));
        state.is_ok_and(|it| it.trim() == "up")
    };
    let others: Vec<_> = interfaces().into_iter().filter(|name| name != "lo").collect();
    let wired = others.iter().find(|name| up(name)).or(others.first()).cloned();
    match (may_listen(), wired) {
        (None, _) => vec![
            hint(
                "On this system the program cannot listen itself; it reads captures that tcpdump or Wireshark made:",
                Some("houseguest watch captures/".to_owned()),
            ),
            pipe,
        ],
        (Some(_), None) => {
            vec![hint("This machine has no network interface but its own loopback.", None), pipe]
        }
        (Some(true), Some(name)) => vec![
            hint(
                "Stop this program (Ctrl-C where it runs) and start it again with the interface to listen to:",
                Some(format!("houseguest watch -i {name}")),
            ),
            hint(&format!("This machine's interfaces: {}.", others.join(", ")), None),
            pipe,
        ],
        (Some(false), Some(name)) => vec![
            hint(
                "Listening needs a right that this program does not have now. Stop it (Ctrl-C where it runs) and start it again like this:",
                Some(format!("sudo houseguest watch -i {name}")),
            ),
            hint(&format!("This machine's interfaces: {}.", others.join(", ")), None),
            pipe,
        ],
    }
}

/// The machine's network interfaces by name.
fn interfaces() -> Vec<String> {
    let interfaces = fs::read_dir("/sys/class/net").into_iter().flatten().flatten();
    let mut names: Vec<_> =
        interfaces.map(|it| it.file_name().to_string_lossy().into_owned()).collect();
    names.sort_unstable();
    names
}

/// Whether interfaces can be listened to, or what is missing and how to grant it.
fn live_capture() -> String {
    const PIPE: &str = "pipe it in: `tcpdump -w - | houseguest audit -`";

    let Some(may_listen) = may_listen() else {
        return format!("on Linux only; {PIPE}");
    };
    if !may_listen {
        return format!(
            "needs CAP_NET_RAW: run as root, or `sudo setcap cap_net_raw=ep $(command -v houseguest)`; or {PIPE}"
        );
    }
    format!("ready: `houseguest watch -i NAME`; here are {}", interfaces().join(", "))
}

/// Whether this process may open packet sockets; `None` where the system has no such thing
/// (capabilities(7): `CAP_NET_RAW` is number 13).
fn may_listen() -> Option<bool> {
    const CAP_NET_RAW: u32 = 13;

    let status = fs::read_to_string("/proc/self/status").ok()?;
    let effective = status.lines().find_map(|line| line.strip_prefix("CapEff:"))?;
    let effective = u64::from_str_radix(effective.trim(), 16).ok()?;
    Some(effective >> CAP_NET_RAW & 1 == 1)
}

fn is_installed(tool: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| Path::new(&folder).join(tool).is_file())
}
