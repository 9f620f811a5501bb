//! What a clean clone must pass, in the order in which mistakes are cheapest to find.

use std::{env, path::PathBuf, process::Command};

use super::{browser, deb, interface, lab};

/// Formatting, lints, documentation, every test, and the program itself in the lab's home, as a
/// package, asked by programs and in a browser.
pub(crate) fn test() -> Result<(), String> {
    cargo(&["fmt", "--all", "--check"], &[])?;
    cargo(&["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"], &[])?;
    cargo(&["doc", "--workspace", "--no-deps", "--quiet"], &[("RUSTDOCFLAGS", "-D warnings")])?;
    cargo(&["test", "--workspace", "--quiet"], &[])?;
    // Each once, to see that they still work: nothing is timed.
    cargo(&["test", "--package", "houseguest-cli", "--bench", "speed", "--quiet"], &[])?;
    lab::run(&[])?;
    deb::tried::run()?;
    interface::run()?;
    browser::run()
}

/// What [`test()`] does, and what needs tools that not everybody has.
pub(crate) fn check() -> Result<(), String> {
    test()?;
    if installed("deny") {
        cargo(&["deny", "check", "bans", "licenses", "sources"], &[])?;
    } else {
        say("skipped: cargo-deny is not installed (`cargo install cargo-deny`)");
    }
    if Command::new("typos").arg("--version").output().is_ok() {
        run(&mut Command::new("typos"))
    } else {
        say("skipped: typos is not installed (`cargo install typos-cli`)");
        Ok(())
    }
}

fn installed(subcommand: &str) -> bool {
    let version = Command::new("cargo").args([subcommand, "--version"]).output();
    version.is_ok_and(|output| output.status.success())
}

/// Where this program lies, to be started again. Tests build it anew while it runs, and Linux then says
/// of the old file that it is gone; the new one is the same program.
pub(crate) fn ourselves() -> Result<PathBuf, String> {
    let us = std::env::current_exe().map_err(|error| error.to_string())?;
    let gone = us.to_str().and_then(|it| it.strip_suffix(" (deleted)")).map(PathBuf::from);
    Ok(gone.unwrap_or(us))
}

/// Builds the program as tests do, and says where it lies.
pub(crate) fn built() -> Result<PathBuf, String> {
    cargo(&["build", "--quiet", "-p", "houseguest-cli"], &[])?;
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    Ok(target.join("debug").join(format!("houseguest{}", env::consts::EXE_SUFFIX)))
}

/// Runs cargo with its output shown.
pub(crate) fn cargo(arguments: &[&str], environment: &[(&str, &str)]) -> Result<(), String> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).envs(environment.iter().copied());
    run(&mut command)
}

/// Runs `command` with its output shown, after printing it.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let words: Vec<_> = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(std::ffi::OsStr::to_string_lossy)
        .collect();
    let line = words.join(" ");
    say(&format!("$ {line}"));
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{line}` ended with {status}")),
        Err(error) => Err(format!("`{line}` did not start: {error}")),
    }
}

/// Prints a line for the person who runs this.
#[expect(clippy::print_stderr, reason = "this is the program's face")]
pub(crate) fn say(text: &str) {
    eprintln!("{text}");
}
