//! The folder of the state, given to whom the program goes on as.

use std::{
    fs, io,
    os::unix::fs::{MetadataExt as _, lchown},
    path::Path,
};

use rustix::{
    process::{Gid, Uid, geteuid},
    thread::{set_thread_res_gid, set_thread_res_uid},
};

use super::user::User;

/// Files by which a folder of the state is known to be one.
const OURS: [&str; 2] = ["household.db", "keys"];

/// Whose `folder` is, if we are root and it is somebody else's.
pub(super) fn owner(folder: &Path) -> Option<User> {
    let found = fs::metadata(folder).ok().filter(|it| it.uid() != 0 && geteuid().is_root())?;
    Some(User::numbered(found.uid(), found.gid()))
}

/// Gives the household's files that root made in somebody's folder to whose the folder is.
pub(super) fn hand_over(folder: &Path) -> io::Result<()> {
    /// The memory, its backup and what SQLite puts beside.
    const MEMORY: &str = "household.";

    let Some(user) = owner(folder) else { return Ok(()) };
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(MEMORY) {
            user.take(&entry)?;
        }
    }
    Ok(())
}

impl User {
    /// Has a folder of the state belong to them: makes it where there is none, and hands over one that
    /// an earlier run as root left.
    pub(super) fn own(&self, folder: &Path) -> io::Result<()> {
        match fs::symlink_metadata(folder) {
            Ok(found) if found.is_dir() && found.uid() == 0 => self.take_over(folder, &found),
            Ok(_) => Ok(()),
            Err(_) => {
                // As them, so that a home is never given a folder of root's on the way.
                let made = self.acting(|| fs::create_dir_all(folder))?;
                made.or_else(|_| {
                    fs::create_dir(folder)?;
                    lchown(folder, Some(self.uid), Some(self.gid))
                })
            }
        }
    }

    /// Only a folder that is plainly ours and that nobody else could have put a link into.
    fn take_over(&self, folder: &Path, found: &fs::Metadata) -> io::Result<()> {
        const OTHERS_MAY_WRITE: u32 = 0o022;

        let entries: Vec<_> = fs::read_dir(folder)?.collect::<io::Result<_>>()?;
        let is_ours = OURS.iter().any(|name| folder.join(name).is_file());
        if found.mode() & OTHERS_MAY_WRITE != 0 || !(is_ours || entries.is_empty()) {
            let words =
                format!("it is root's; give it to {}, or name another by --state", self.name);
            return Err(io::Error::other(words));
        }
        for entry in entries {
            self.take(&entry)?;
        }
        lchown(folder, Some(self.uid), Some(self.gid))
    }

    /// A plain file of root's under one name.
    fn take(&self, entry: &fs::DirEntry) -> io::Result<()> {
        let file = entry.metadata()?;
        if file.is_file() && file.nlink() == 1 && file.uid() == 0 {
            lchown(entry.path(), Some(self.uid), Some(self.gid))?;
        }
        Ok(())
    }

    /// Does `what` with their rights, and is root again.
    fn acting<T>(&self, what: impl FnOnce() -> T) -> io::Result<T> {
        let (user, group) = (Uid::from_raw(self.uid), Gid::from_raw(self.gid));
        set_thread_res_gid(None, group, None)?;
        set_thread_res_uid(None, user, None)?;
        let done = what();
        set_thread_res_uid(None, Uid::ROOT, None)?;
        set_thread_res_gid(None, Gid::ROOT, None)?;
        Ok(done)
    }
}
