//! Where words and data go: data to standard output or a file, words to standard error.

use std::{
    fs::{self, File},
    io::{self, BufWriter, IsTerminal, Write},
    path::Path,
};

use crate::failure::Failure;

/// Writes data to `place`, or to standard output. A reader that stopped reading is no failure.
pub(crate) fn write(
    place: Option<&Path>,
    data: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let written = match place {
        Some(path) => replace(path, data),
        None => standard_output().and_then(|out| flushed(BufWriter::new(out), data)),
    };
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Failure::Unwritable {
            place: place.map_or("standard output".to_owned(), |path| path.display().to_string()),
            error,
        }),
        Ok(()) => Ok(()),
    }
}

/// Writes a file. What stood there before, perhaps the evidence of many days and read for this very one, stays
/// until all of the new is on the disk.
fn replace(place: &Path, data: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut name = place.as_os_str().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let beside = Path::new(&name);
    let old = fs::symlink_metadata(place).ok().filter(fs::Metadata::is_file);
    let made = old.as_ref().and_then(|_| File::create_new(beside).ok());
    // New, no plain file (a link, a device), or in a folder where nothing can be made: written in place.
    let (Some(file), Some(old)) = (made, old) else {
        return File::create(place).and_then(|file| flushed(BufWriter::new(file), data));
    };
    let written = file
        .set_permissions(old.permissions())
        .and_then(|()| flushed(BufWriter::new(&file), data))
        .and_then(|()| file.sync_all())
        // What is mounted by itself, as into a container, stays the file that it is.
        .and_then(|()| fs::rename(beside, place).or_else(|_| fs::copy(beside, place).map(drop)));
    let _ = fs::remove_file(beside);
    written
}

/// Writes text to standard output.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    write(None, |out| out.write_all(text.as_bytes()))
}

/// Says something to the person, on standard error. What traffic said is escaped on the way.
pub(crate) fn say(text: &str) {
    let mut error = io::stderr().lock();
    for line in text.lines() {
        let _ = writeln!(error, "{}", reports::escape::visible(line));
    }
}

/// Whether a person looks at standard output.
pub(crate) fn is_watched() -> bool {
    io::stdout().is_terminal()
}

/// How many columns a person has there; `None` where nobody looks or the system does not say.
#[cfg(target_os = "linux")]
pub(crate) fn columns() -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
    (size.ws_col > 0).then_some(usize::from(size.ws_col))
}

/// Not asked on other systems yet.
#[cfg(not(target_os = "linux"))]
pub(crate) fn columns() -> Option<usize> {
    None
}

/// Whether colours are wanted there (`NO_COLOR`, <https://no-color.org>).
pub(crate) fn wants_colour() -> bool {
    is_watched() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Standard output by itself: what is around it by default looks through all that passes for ends of lines.
#[cfg(unix)]
fn standard_output() -> io::Result<File> {
    use std::os::fd::AsFd as _;

    Ok(io::stdout().as_fd().try_clone_to_owned()?.into())
}

#[cfg(not(unix))]
fn standard_output() -> io::Result<impl Write> {
    Ok(io::stdout().lock())
}

fn flushed(
    mut out: impl Write,
    data: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    data(&mut out)?;
    out.flush()
}
