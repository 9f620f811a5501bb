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
    line("sending", "never to devices or the internet; `watch` answers browsers on this machine");
    let tools = ["tcpdump", "dumpcap", "ssh"].map(|tool| {
        let found = if is_installed(tool) { "found" } else { "not found" };
        format!("{tool} {found}")
    });
    line("to capture with", &tools.join(", "));
    output::print(&report)?;
    Ok(Outcome::Done)
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
    let interfaces = fs::read_dir("/sys/class/net").into_iter().flatten().flatten();
    let mut names: Vec<_> =
        interfaces.map(|it| it.file_name().to_string_lossy().into_owned()).collect();
    names.sort_unstable();
    format!("ready: `houseguest watch -i NAME`; here are {}", names.join(", "))
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
