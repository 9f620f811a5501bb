//! The interface for programs against its own description, by [schemathesis]: does the program answer
//! whatever is asked as `/api/v1/openapi.json` says it answers, over the real program and a real socket?
//!
//! Three homes: the built-in one, the same behind a password with a token, and one that heard nothing
//! yet. What is asked is the same in every run. Needs Python 3.10, and its packages from `PyPI`, which are
//! put into `target/interface/`; without them it says so and passes.
//!
//! [schemathesis]: https://schemathesis.readthedocs.io

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::{self, Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
};

use crate::steps::{built, run as started, say};

/// Its packages, each with its version.
const PACKAGES: &str = "tests/interface/requirements.txt";

/// Where they and the homes are put.
const PLACE: &str = "target/interface";

/// The oldest Python 3 that the packages run on.
const PYTHON: u32 = 10;

/// How much is asked of each address and phase.
const EXAMPLES: &str = "25";

/// How long an answer may take, in seconds: machines may be busy with other things.
const PATIENCE: &str = "60";

/// Of what schemathesis checks, what it cannot know about a home that answers without a token as well.
const OPEN: &[&str] = &["--exclude-checks", "ignored_auth"];

/// Builds the program, and asks it everything.
pub(crate) fn run() -> Result<(), String> {
    let python = match python() {
        Ok(python) => python,
        Err(missing) => {
            say(&format!("skipped: the interface for programs was not tried: {missing}"));
            return Ok(());
        }
    };
    let Some(schemathesis) = packages(&python)? else {
        say("skipped: the interface for programs was not tried: pip could not get its packages");
        return Ok(());
    };
    let program = built()?;
    let homes = Path::new(PLACE).join("homes");
    if homes.exists() {
        fs::remove_dir_all(&homes).map_err(|error| format!("{}: {error}", homes.display()))?;
    }
    let sample = Watch::start(&program, &homes.join("sample"), &["--sample"])?;
    ask(&schemathesis, &sample.address, OPEN)?;
    let empty = Watch::start(&program, &homes.join("empty"), &[])?;
    ask(&schemathesis, &empty.address, OPEN)?;
    let guarded = homes.join("guarded");
    let token = guard(&program, &guarded)?;
    let guarded = Watch::start(&program, &guarded, &["--sample"])?;
    ask(&schemathesis, &guarded.address, &["--header", &format!("Authorization: Bearer {token}")])
}

/// Asks everything of the program at `address`.
fn ask(schemathesis: &Path, address: &str, more: &[&str]) -> Result<(), String> {
    let mut command = Command::new(schemathesis);
    command
        .arg("run")
        .arg(format!("{address}/api/v1/openapi.json"))
        // An answer that never ends is not for it.
        .args(["--exclude-path", "/api/v1/events", "--checks", "all"])
        .args(["--max-examples", EXAMPLES])
        .args(["--generation-deterministic", "--continue-on-failure"])
        .args(["--wait-for-schema", PATIENCE, "--request-timeout", PATIENCE])
        .args(["--warnings", "off", "--no-color"])
        .args(more)
        // Where it keeps what it found.
        .current_dir(PLACE);
    started(&mut command)
}

/// A password, and a token by which programs read all the same.
fn guard(program: &Path, state: &Path) -> Result<String, String> {
    let watch = || {
        let mut command = Command::new(program);
        command.args(["watch", "--state"]).arg(state).stdin(Stdio::piped()).stdout(Stdio::piped());
        command
    };
    let mut setting = watch();
    let mut setting = setting.arg("--set-password").spawn().map_err(|error| error.to_string())?;
    if let Some(mut input) = setting.stdin.take() {
        writeln!(input, "correct horse battery").map_err(|error| error.to_string())?;
    }
    let set = setting.wait().map_err(|error| error.to_string())?;
    let token = watch().args(["--new-token", "fuzzing"]).output();
    let token = token.map_err(|error| error.to_string())?;
    if set.success() && token.status.success() {
        Ok(String::from_utf8_lossy(&token.stdout).trim().to_owned())
    } else {
        Err("no password could be set".to_owned())
    }
}

/// A program that serves pages until this is dropped.
struct Watch {
    child: Child,
    /// Such as `http://127.0.0.1:40123`.
    address: String,
}

impl Watch {
    /// Waits until it says where its pages are, or ends.
    fn start(program: &Path, state: &Path, options: &[&str]) -> Result<Self, String> {
        let mut command = Command::new(program);
        command.args(["watch", "--listen", "127.0.0.1:0", "--no-notes", "--state"]).arg(state);
        command.args(options).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child =
            command.spawn().map_err(|error| format!("`watch` did not start: {error}"))?;
        let errors = child.stderr.take().map(BufReader::new).ok_or("`watch` says nothing")?;
        let mut watch = Self { child, address: String::new() };
        let mut lines = errors.lines().map_while(Result::ok);
        let address = lines.find_map(|line| {
            let from = line.find("http://")?;
            line.get(from..)?.split([',', ' ']).next().map(ToOwned::to_owned)
        });
        watch.address = address.ok_or("`watch` ended before it had an address")?;
        // What it says later is read away, so that it never waits for us.
        thread::spawn(move || lines.for_each(drop));
        Ok(watch)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Python, where it is new enough and can make places for packages; else what is missing.
fn python() -> Result<PathBuf, String> {
    let version = "import sys, venv, ensurepip; print(sys.version_info[1])";
    let said = Command::new("python3").args(["-c", version]).output();
    let said = said.map_err(|_| "there is no python3".to_owned())?;
    if !said.status.success() {
        return Err("python3 has no venv (on Debian: python3-venv)".to_owned());
    }
    let minor = String::from_utf8_lossy(&said.stdout).trim().to_owned();
    if minor.parse().is_ok_and(|minor: u32| minor >= PYTHON) {
        Ok("python3".into())
    } else {
        Err(format!("python3 is 3.{minor}, and 3.{PYTHON} is needed"))
    }
}

/// Gets the pinned packages, unless they are there; where schemathesis is, or `None` where they cannot
/// be had.
fn packages(python: &Path) -> Result<Option<PathBuf>, String> {
    let place = Path::new(PLACE).join("python");
    let (had, program) = (place.join("had"), place.join("bin/schemathesis"));
    let wanted = fs::read(PACKAGES).map_err(|error| format!("{PACKAGES}: {error}"))?;
    let absolute = |program: &Path| {
        path::absolute(program).map_err(|error| format!("{}: {error}", program.display()))
    };
    if fs::read(&had).is_ok_and(|it| it == wanted) && program.exists() {
        return absolute(&program).map(Some);
    }
    let quietly = |command: &mut Command| {
        let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    };
    let mut pip = Command::new(place.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", PACKAGES]);
    let got = quietly(Command::new(python).args(["-m", "venv", "--clear"]).arg(&place))
        && quietly(&mut pip);
    if !got {
        return Ok(None);
    }
    fs::write(&had, wanted).map_err(|error| format!("{}: {error}", had.display()))?;
    absolute(&program).map(Some)
}
