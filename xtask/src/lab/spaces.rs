//! Network namespaces, the cables between them, and what runs in them.

use std::{
    fmt::Display,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use crate::steps::ourselves;

/// The folder of everything the lab writes: in memory, and gone with it.
pub(crate) const FOLDER: &str = "/run/lab";

/// One machine's network.
#[derive(Clone, Debug)]
pub(crate) struct Space {
    pub(super) name: &'static str,
}

impl Space {
    /// Makes one, with its own addresses up.
    pub(crate) fn make(name: &'static str) -> Result<Self, String> {
        done(Command::new("ip").args(["netns", "add", name]))?;
        let space = Self { name };
        space.ip("link set lo up")?;
        Ok(space)
    }

    /// `ip` with `words` on this network.
    pub(crate) fn ip(&self, words: &str) -> Result<(), String> {
        done(Command::new("ip").args(["-n", self.name]).args(words.split(' ')))
    }

    /// A command that runs here.
    pub(crate) fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new("nsenter");
        command.arg(format!("--net=/run/netns/{}", self.name)).arg("--").arg(program.as_ref());
        command.current_dir(FOLDER).stdin(Stdio::null());
        command
    }

    /// One of the lab's own parts, to run here.
    pub(super) fn player(&self, part: &str) -> Result<Command, String> {
        let us = ourselves()?;
        let mut command = self.command(us);
        command.args(["lab", "player", part]);
        Ok(command)
    }

    /// Starts `command` (of [`Self::command`]) in the background; what it says is kept in a file.
    pub(super) fn start(&self, what: &str, command: &mut Command) -> Result<Child, String> {
        let log = File::create(self.log(what)).map_err(|error| error.to_string())?;
        let both = log.try_clone().map_err(|error| error.to_string())?;
        let started = command.stdout(both).stderr(log).spawn();
        started.map_err(|error| format!("{what} did not start in {}: {error}", self.name))
    }

    /// Where that is kept.
    pub(super) fn log(&self, what: &str) -> PathBuf {
        Path::new(FOLDER).join(format!("{}-{what}.log", self.name))
    }

    /// Sets a switch of the kernel for this network.
    pub(crate) fn set(&self, switch: &str, value: &str) -> Result<(), String> {
        let line = format!("echo {value} > /proc/sys/net/{switch}");
        done(self.command("sh").args(["-c", &line]))
    }
}

/// Lays a cable; the ends are `(space, name of the interface there)`.
pub(crate) fn cable(one: (&Space, &str), other: (&Space, &str)) -> Result<(), String> {
    let words =
        format!("link add {} type veth peer name {} netns {}", one.1, other.1, other.0.name);
    one.0.ip(&words)
}

/// Makes room for what is written here: in memory, over whatever lies there outside.
pub(crate) fn room() -> Result<(), String> {
    done(Command::new("mount").args(["-t", "tmpfs", "lab", "/run"]))?;
    fs::create_dir_all(FOLDER).map_err(|error| error.to_string())
}

/// Makes room for what the lab writes, and has its programs ask `resolver` for names.
pub(super) fn furnish(resolver: &str) -> Result<(), String> {
    // The name of the file that says whom to ask may be a link into what is hidden now.
    let named = fs::canonicalize("/etc/resolv.conf").ok();
    room()?;
    let ours = Path::new(FOLDER).join("resolv.conf");
    write(&ours, format!("nameserver {resolver}\n"))?;
    match named {
        Some(named) if named.starts_with("/run") => {
            let folder = named.parent().unwrap_or(Path::new("/run"));
            fs::create_dir_all(folder).map_err(|error| error.to_string())?;
            fs::copy(&ours, &named).map(drop).map_err(|error| error.to_string())
        }
        Some(named) => done(Command::new("mount").arg("--bind").arg(&ours).arg(named)),
        None => Ok(()),
    }
}

/// Writes a file.
pub(super) fn write(path: &Path, text: impl AsRef<[u8]>) -> Result<(), String> {
    fs::write(path, text).map_err(|error| failed(&path.display(), &error))
}

/// Runs a command to its end; what it said where it failed.
pub(crate) fn done(command: &mut Command) -> Result<(), String> {
    said(command).map(drop)
}

/// What a command says.
pub(crate) fn said(command: &mut Command) -> Result<String, String> {
    let line = format!("{command:?}");
    let output = command.output().map_err(|error| failed(&line, &error))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(failed(&line, &error.trim()))
}

fn failed(what: &dyn Display, error: &dyn Display) -> String {
    format!("{what}: {error}")
}
