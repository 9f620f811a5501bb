//! `doctor`: what this machine can and cannot do for Houseguest.

use std::{fmt::Write as _, path::Path};

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
    line("live capture", "not in this version: pipe it in, `tcpdump -w - | houseguest audit -`");
    line("sending", "never: this program has no way to send anything");
    let tools = ["tcpdump", "dumpcap", "ssh"].map(|tool| {
        let found = if is_installed(tool) { "found" } else { "not found" };
        format!("{tool} {found}")
    });
    line("to capture with", &tools.join(", "));
    output::print(&report)?;
    Ok(Outcome::Done)
}

fn is_installed(tool: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| Path::new(&folder).join(tool).is_file())
}
