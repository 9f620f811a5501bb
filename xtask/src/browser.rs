//! The pages in a real browser, over the real program: what `tests/browser/suite.mjs` looks at.
//!
//! Beside the built-in home it looks at households that remember, made from scenarios: one to which all that
//! the corpus tells has happened, and one whose every device lies in its names.
//!
//! Needs node 20, npm and Chromium; without them it says so and passes, for not every machine has them.
//! Chromium is `HOUSEGUEST_CHROMIUM`, or found by its usual names. Pictures of every page are left in
//! `target/browser/`.

use std::{
    env, fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::steps::{built, run as started, say};

/// Where the suite is.
const SUITE: &str = "tests/browser";

/// Where pictures of pages are left.
const PICTURES: &str = "target/browser";

/// Where the captures of homes are written.
const HOMES: &str = "target/browser-homes";

/// With which chance is thrown in scenarios: any will do.
const SEED: u64 = 1;

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
    captures()?;
    let mut suite = Command::new("node");
    suite.arg(format!("{SUITE}/suite.mjs")).arg(program).arg(chromium).args([PICTURES, HOMES]);
    started(&mut suite)
}

/// Writes the captures of the homes that are looked at, a folder each.
fn captures() -> Result<(), String> {
    if Path::new(HOMES).exists() {
        fs::remove_dir_all(HOMES).map_err(|error| format!("{HOMES}: {error}"))?;
    }
    let mut devices = Vec::new();
    for name in entries("corpus")? {
        let scenario = Path::new("corpus").join(&name).join("scenario.toml");
        if scenario.exists() && name != "demo" {
            let text = settled(&read(&scenario)?, &mut devices);
            capture(&text, "troubled", &name)?;
        }
    }
    capture(&read(&Path::new(SUITE).join("hostile.toml"))?, "hostile", "hostile")
}

fn read(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}

/// A scenario's text with a network address for each device that it has in all of them: each tells of a
/// home of its own, and begins at the same numbers.
fn settled(text: &str, devices: &mut Vec<String>) -> String {
    let mut number = 0;
    let lines = text.lines().map(|line| {
        if let Some(mac) = line.strip_prefix("mac = ") {
            number = devices.iter().position(|it| it == mac).unwrap_or(devices.len());
            if number == devices.len() {
                devices.push(mac.to_owned());
            }
        }
        match line.strip_prefix("ip = \"192.168.30.") {
            // The gateway stays.
            Some(rest) if rest != "1\"" => format!("ip = \"192.168.30.{}\"\n", number + 10),
            _ => format!("{line}\n"),
        }
    });
    lines.collect()
}

/// What is in a folder, by name.
fn entries(folder: &str) -> Result<Vec<String>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{folder}: {error}"))?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<_> = names.collect();
    names.sort();
    Ok(names)
}

/// Plays a scenario into `HOMES/home/name.pcap`.
fn capture(scenario: &str, home: &str, name: &str) -> Result<(), String> {
    let said = |error: &dyn std::fmt::Display| format!("the scenario {name}: {error}");
    let played = scenarios::Scenario::parse(scenario).map_err(|error| said(&error))?;
    let folder = Path::new(HOMES).join(home);
    fs::create_dir_all(&folder).map_err(|error| said(&error))?;
    let file =
        fs::File::create(folder.join(format!("{name}.pcap"))).map_err(|error| said(&error))?;
    let mut file = std::io::BufWriter::new(file);
    scenarios::pcap::write(played.frames(SEED), &mut file).map_err(|error| said(&error))?;
    file.flush().map_err(|error| said(&error))
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
