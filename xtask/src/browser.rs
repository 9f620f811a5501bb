//! The pages in a real browser, over the real program: what `tests/browser/suite.mjs` looks at.
//!
//! Needs node 20, npm and Chromium; without them it says so and passes, for not every machine has them.
//! Chromium is `HOUSEGUEST_CHROMIUM`, or found by its usual names. Pictures of every page are left in
//! `target/browser/`.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::steps::{built, run as started, say};

/// Where the suite is.
const SUITE: &str = "tests/browser";

/// Names that Chromium goes by.
const CHROMIUM: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// The oldest node that the suite's packages run on.
const NODE: u32 = 20;

/// Builds the program, and looks at its pages.
pub(crate) fn run() -> Result<(), String> {
    let chromium = match tools() {
        Ok(chromium) => chromium,
        Err(missing) => {
            say(&format!("skipped: the pages were not tried in a browser: {missing}"));
            return Ok(());
        }
    };
    if !packages()? {
        say("skipped: the pages were not tried in a browser: npm could not get its packages");
        return Ok(());
    }
    let program = built()?;
    let mut suite = Command::new("node");
    suite.arg(format!("{SUITE}/suite.mjs")).arg(program).arg(chromium).arg("target/browser");
    started(&mut suite)
}

/// Chromium, where all that is needed is there; else what is not.
fn tools() -> Result<PathBuf, String> {
    let version = Command::new("node").arg("--version").output();
    let version = version.map_err(|_| "there is no node".to_owned())?;
    let version = String::from_utf8_lossy(&version.stdout).trim().to_owned();
    let major = version.trim_start_matches('v').split('.').next().and_then(|it| it.parse().ok());
    if major.is_none_or(|major: u32| major < NODE) {
        return Err(format!("node is {version}, and {NODE} is needed"));
    }
    if Command::new("npm").arg("--version").output().is_err() {
        return Err("there is no npm".to_owned());
    }
    let named = env::var_os("HOUSEGUEST_CHROMIUM").map(PathBuf::from);
    let found = || CHROMIUM.iter().find_map(|name| in_path(name));
    named.or_else(found).ok_or_else(|| "there is no Chromium".to_owned())
}

fn in_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// Gets the pinned packages, unless they are there; whether they are.
fn packages() -> Result<bool, String> {
    let lock = Path::new(SUITE).join("package-lock.json");
    let had = Path::new(SUITE).join("node_modules/.had");
    let wanted = fs::read(&lock).map_err(|error| format!("{}: {error}", lock.display()))?;
    if fs::read(&had).is_ok_and(|it| it == wanted) {
        return Ok(true);
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
    let got = npm.current_dir(SUITE).stdout(Stdio::null()).status();
    let got = got.is_ok_and(|status| status.success());
    if got {
        fs::write(&had, wanted).map_err(|error| format!("{}: {error}", had.display()))?;
    }
    Ok(got)
}
