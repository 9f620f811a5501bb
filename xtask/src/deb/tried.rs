//! The package on a Debian system: `packaging/try.sh`, in a copy of this one that only it sees.

use std::process::Command;

use super::{answer, package, version};
use crate::steps::{built, say};

/// Lower than every version there will be.
const OLDER: &str = "0.0.0~older";

/// A household as the first released schema left it.
const HOUSEHOLD: &str = "crates/household/tests/schemas/1.jsonl";

/// How the script ends where no copy can be laid.
const NOT_HERE: i32 = 77;

/// Installs, upgrades, removes and purges packages of the program as tests build it.
pub(crate) fn run() -> Result<(), String> {
    if let Some(lacking) = lacking() {
        say(&format!("skipped: the package was not installed: {lacking}"));
        return Ok(());
    }
    let program = built()?;
    let newer = version()?;
    let [older, newer] = [OLDER, &newer].map(|version| package(&program, version, "none"));
    let (older, newer) = (older?, newer?);
    let mut tried = Command::new("unshare");
    tried.args(["--mount", "--propagation", "private", "sh", "packaging/try.sh"]);
    let status = tried.args([&older, &newer, HOUSEHOLD]).status();
    match status.map_err(|error| format!("`unshare` did not start: {error}"))?.code() {
        Some(0) => Ok(()),
        Some(NOT_HERE) => {
            say("skipped: the package was not installed: this system cannot be laid over");
            Ok(())
        }
        _ => Err("packaging/try.sh failed".to_owned()),
    }
}

/// What this machine lacks, if anything.
fn lacking() -> Option<&'static str> {
    let runs = |program: &str| Command::new(program).arg("--version").output().is_ok();
    if !["dpkg", "dpkg-deb", "unshare", "mount", "gzip"].into_iter().all(runs) {
        return Some("this is no Debian");
    }
    if answer("id", &["-u"]).is_ok_and(|it| it != "0") {
        return Some("that needs root");
    }
    let mut mounts = Command::new("unshare");
    let mounts = mounts.args(["--mount", "--propagation", "private", "true"]).output();
    if !mounts.is_ok_and(|it| it.status.success()) {
        return Some("no mounts of our own can be made here");
    }
    let libc = answer("dpkg-query", &["-W", "-f", "${Version}", "libc6"]).ok()?;
    let new = Command::new("dpkg").args(["--compare-versions", &libc, "ge", super::LIBC]).status();
    (!new.is_ok_and(|it| it.success())).then_some("its C library is older than the package wants")
}
