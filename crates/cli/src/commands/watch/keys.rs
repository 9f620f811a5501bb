//! The folder of the state, and the file in it with what the password and the tokens hash to.

use std::{
    env, fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use server::Keys;

use crate::{
    failure::{Failure, Outcome},
    installed, output,
};

const FILE: &str = "keys";

/// The folder asked for, else where the system keeps services' state, else beside the user's data.
pub(in crate::commands) fn folder(asked: Option<&Path>) -> Result<PathBuf, Failure> {
    let service = || env::var_os("STATE_DIRECTORY").filter(|it| !it.is_empty()).map(PathBuf::from);
    let known = asked.map(Path::to_owned).or_else(service).or_else(installed::folder);
    known.ok_or_else(|| {
        Failure::Usage("this system names no home: say with --state where to remember".to_owned())
    })
}

/// What opens the pages; nothing if no file is there.
pub(super) fn read(state: &Path) -> Result<Keys, Failure> {
    let path = state.join(FILE);
    match fs::read_to_string(&path) {
        Ok(text) => text.parse().map_err(|error| {
            Failure::Unreadable(format!("failed to read {}: {error}", path.display()))
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Keys::default()),
        Err(error) => {
            Err(Failure::Unreadable(format!("failed to read {}: {error}", path.display())))
        }
    }
}

/// Takes the first line of standard input as the password.
pub(super) fn set_password(state: &Path) -> Result<Outcome, Failure> {
    let mut keys = read(state)?;
    output::say("type the password and Enter; it is shown as you type:");
    let mut line = String::new();
    io::stdin()
        .read_line(&mut line)
        .map_err(|error| Failure::Unreadable(format!("failed to read standard input: {error}")))?;
    let password = line.trim_end_matches(['\n', '\r']);
    keys.set_password(password).map_err(|error| Failure::Usage(error.to_string()))?;
    write(state, &keys)?;
    output::say("the password is set; a running `watch` takes it when it starts again");
    Ok(Outcome::Done)
}

/// Makes a token and prints it, the only time it is seen.
pub(super) fn new_token(state: &Path, name: &str) -> Result<Outcome, Failure> {
    let mut keys = read(state)?;
    let token = server::fresh_token().map_err(|error| Failure::Usage(error.to_string()))?;
    keys.add_token(name, &token).map_err(|error| Failure::Usage(error.to_string()))?;
    write(state, &keys)?;
    output::print(&format!("{token}\n"))?;
    Ok(Outcome::Done)
}

/// Writes beside and renames, so that no half of it is ever read; for the owner's eyes only.
fn write(state: &Path, keys: &Keys) -> Result<(), Failure> {
    let path = state.join(FILE);
    let beside = state.join("keys.new");
    let written = fs::create_dir_all(state).and_then(|()| {
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&beside)?;
        file.write_all(keys.to_text().as_bytes())?;
        file.sync_all()?;
        fs::rename(&beside, &path)
    });
    written.map_err(|error| Failure::Unwritable { place: path.display().to_string(), error })
}
