//! The files of a household, for their owner's eyes only, and how one takes another's place whole or not
//! at all.

use std::{
    ffi::OsString,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

/// Where everything stands: beside the household's own file, under its name and an ending.
#[derive(Clone, Debug)]
pub(crate) struct Files {
    /// The household's file.
    pub(crate) main: PathBuf,
    /// SQLite's write-ahead log.
    pub(crate) log: PathBuf,
    /// Locked by the program that writes.
    pub(crate) lock: PathBuf,
    /// The copy of the day before.
    pub(crate) backup: PathBuf,
    /// Being built: a backup, or a mended household.
    pub(crate) building: PathBuf,
    /// A mended household, whole, that is to take the place of the damaged one.
    pub(crate) mended: PathBuf,
}

impl Files {
    /// Those of the household in `main`.
    pub(crate) fn of(main: &Path) -> Self {
        Self {
            main: main.to_owned(),
            log: beside(main, "-wal"),
            lock: beside(main, "-lock"),
            backup: beside(main, "-backup"),
            building: beside(main, "-building"),
            mended: beside(main, "-mended"),
        }
    }

    /// Has all of them be their owner's alone: SQLite gives those it makes beside the household's own file the
    /// same rights as that.
    pub(crate) fn hide(&self) -> io::Result<()> {
        make_private(&self.lock)?;
        make_private(&self.main)?;
        for path in [&self.log, &beside(&self.main, "-shm"), &self.backup] {
            hide(path)?;
        }
        Ok(())
    }

    /// Ends what a power cut may have left half done: a mended file that has not taken its place yet.
    pub(crate) fn finish_swap(&self) -> io::Result<()> {
        remove(&self.building)?;
        remove(&beside(&self.building, "-journal"))?;
        if self.mended.exists() {
            remove(&self.log)?;
            remove(&beside(&self.main, "-shm"))?;
            fs::rename(&self.mended, &self.main)?;
            self.sync_folder()?;
        }
        Ok(())
    }

    /// Puts what was built into `place`, whole on the disk before it has the name.
    pub(crate) fn finish_building(&self, place: &Path) -> io::Result<()> {
        File::options().write(true).open(&self.building)?.sync_all()?;
        fs::rename(&self.building, place)?;
        self.sync_folder()
    }

    /// Makes a renaming last. Some file systems cannot; then it is as lasting as they make it.
    fn sync_folder(&self) -> io::Result<()> {
        let folder = self.main.parent().filter(|it| !it.as_os_str().is_empty());
        match File::open(folder.unwrap_or(Path::new("."))) {
            Ok(folder) => folder.sync_all(),
            Err(_) => Ok(()),
        }
    }
}

/// Removes a file if there is one.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Makes an empty file that its owner alone may read, unless there is one; then it is so from now on.
pub(crate) fn make_private(path: &Path) -> io::Result<()> {
    let mut options = File::options();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?;
    hide(path)
}

/// Takes the rights that others have to a file of ours, as versions before left them.
fn hide(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;

        let mut rights = match fs::metadata(path) {
            Ok(found) => found.permissions(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        if rights.mode() & 0o077 != 0 {
            rights.set_mode(rights.mode() & !0o077);
            match fs::set_permissions(path, rights) {
                // Somebody else's file, or a file system that knows no owners.
                Err(error) if error.kind() != io::ErrorKind::PermissionDenied => return Err(error),
                _ => {}
            }
        }
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().map(OsString::from).unwrap_or_default();
    name.push(ending);
    path.with_file_name(name)
}
