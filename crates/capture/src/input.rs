//! What the user named: files, folders, patterns, or a pipe.

use std::{
    fmt,
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
};

use crate::{
    error::{CaptureError, Problem},
    imports, unpack,
};

/// How deep folders are searched; our choice, far deeper than anyone files captures.
const DEEPEST: usize = 32;

/// Something to read a capture from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Input {
    /// Standard input.
    Pipe,
    /// A file.
    File(PathBuf),
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pipe => f.write_str("standard input"),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

/// Finds what `name` stands for: `-` for standard input, a file, every capture and log in a folder (searched
/// through, in the order of paths), or the files that match a pattern like `day-*.pcap`.
///
/// # Errors
///
/// [`CaptureError`] if there is nothing to read there.
pub fn expand(name: &str) -> Result<Vec<Input>, CaptureError> {
    if name == "-" {
        return Ok(vec![Input::Pipe]);
    }
    let failed = |problem| CaptureError { name: name.into(), problem, frames: 0 };
    let path = Path::new(name);
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => {
            let captures = in_folder(path).map_err(|error| failed(Problem::Open(error)))?;
            if captures.is_empty() { Err(failed(Problem::NoCaptures)) } else { Ok(captures) }
        }
        Ok(_) => Ok(vec![Input::File(path.into())]),
        Err(_) if name.contains(['*', '?', '[']) => matching(name).map_err(failed),
        Err(error) => Err(failed(Problem::Open(error))),
    }
}

fn matching(pattern: &str) -> Result<Vec<Input>, Problem> {
    let paths = glob::glob(pattern).map_err(|error| Problem::Pattern(error.msg))?;
    let mut inputs = Vec::new();
    for path in paths.filter_map(Result::ok) {
        if path.is_dir() {
            inputs.extend(in_folder(&path).map_err(Problem::Open)?);
        } else {
            inputs.push(Input::File(path));
        }
    }
    if inputs.is_empty() { Err(Problem::NoMatch) } else { Ok(inputs) }
}

/// The captures in a folder and its folders, with what may not be looked into: who reads that is told so.
/// Links to folders are not followed: they may go round.
fn in_folder(folder: &Path) -> std::io::Result<Vec<Input>> {
    let mut captures = Vec::new();
    let mut folders = vec![(folder.to_path_buf(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Err(error) if depth == 0 => return Err(error),
            Err(error) => {
                captures.extend(is_barred(&error).then_some(Input::File(folder)));
                continue;
            }
            Ok(entries) => entries.filter_map(Result::ok),
        };
        for entry in entries {
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && depth < DEEPEST => folders.push((path, depth + 1)),
                Ok(kind) if !kind.is_dir() && path.is_file() && may_be_capture(&path) => {
                    captures.push(Input::File(path));
                }
                _ => {}
            }
        }
    }
    captures.sort_unstable();
    Ok(captures)
}

/// Whether what is there does not open; what went away meanwhile is not there.
fn is_barred(error: &std::io::Error) -> bool {
    error.kind() != std::io::ErrorKind::NotFound
}

/// Whether a file begins like a capture, or like a log that is read; what does not open may be either.
fn may_be_capture(path: &Path) -> bool {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) => return is_barred(&error),
    };
    let Ok((mut bytes, _)) = unpack::open(file) else { return false };
    let mut first = [0; 4];
    (bytes.read_exact(&mut first).is_ok() && packets::files::is_capture(&first))
        || imports::recognise(&Input::File(path.into())).is_some()
}
