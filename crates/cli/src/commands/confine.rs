//! Giving up, once everything is open, what listening does not need: to be root, capabilities, files that
//! are not ours, system calls that only a break-in would use.
//!
//! What is read from the network was written by strangers. Should a mistake in reading it ever be used to
//! run somebody's code, that code can write in the folder of the state and nowhere else, start nothing,
//! reach nobody that `watch` does not reach, and win no rights back.
//!
//! Linux gives each of these up by thread: this is done before the program starts any other.
//! Documentation: capabilities(7), landlock(7), seccomp(2), and `docs/guide.md`.

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod calls;
/// Of other processors nobody has tried the numbers yet.
#[cfg(all(target_os = "linux", not(any(target_arch = "x86_64", target_arch = "aarch64"))))]
mod calls {
    pub(super) fn refuse(_: &super::Needs) -> String {
        format!("system calls not refused, {}", kernel_has())
    }

    pub(super) fn kernel_has() -> String {
        format!("no list of system calls for {} yet", std::env::consts::ARCH)
    }
}
#[cfg(target_os = "linux")]
mod files;
#[cfg(all(target_os = "linux", feature = "server"))]
mod folder;
#[cfg(target_os = "linux")]
mod user;

use std::{
    fmt,
    path::{Path, PathBuf},
};

use crate::{arguments::Confining, failure::Failure, installed};

/// What is needed once everything is open.
#[derive(Debug, Default)]
pub(crate) struct Needs {
    /// Folders in which files are made, changed and removed.
    pub(crate) kept: Vec<PathBuf>,
    /// Single files that are written; made here if they are not there.
    pub(crate) written: Vec<PathBuf>,
    /// Files and folders that are read, beside the system's own.
    pub(crate) read: Vec<PathBuf>,
    /// Whether sockets are opened later: to send a message, or to listen on another port.
    pub(crate) opens_sockets: bool,
    /// Whether other programs are started: to show a message on the desktop.
    pub(crate) starts_programs: bool,
}

/// What was given up, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Confined(Vec<String>);

impl fmt::Display for Confined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return write!(f, "not confined");
        }
        write!(f, "confined: {}", self.0.join("; "))
    }
}

/// What is to be given up.
#[derive(Debug)]
pub(crate) struct Confinement {
    off: bool,
    /// Whether somebody was named, if only root.
    #[cfg(all(target_os = "linux", feature = "server"))]
    named: bool,
    #[cfg(target_os = "linux")]
    user: Option<user::User>,
}

#[cfg(target_os = "linux")]
impl Confinement {
    /// What was asked for. From now on the data folder is that of the user the program goes on as.
    pub(crate) fn wanted(asked: &Confining) -> Result<Self, Failure> {
        let user = match &asked.user {
            Some(name) => user::named(name)?,
            None if asked.no_confine => None,
            None => user::behind_sudo(),
        };
        if let Some(home) = user.as_ref().and_then(|user| user.home.clone()) {
            installed::at_home(home);
        }
        Ok(Self {
            off: asked.no_confine,
            #[cfg(feature = "server")]
            named: asked.user.is_some(),
            user,
        })
    }

    /// Has `folder` be there and belong to whom the program goes on as. Where root was told of nobody and
    /// the folder is somebody's, that is who.
    #[cfg(feature = "server")]
    pub(crate) fn own(&mut self, folder: &Path) -> Result<(), Failure> {
        if self.user.is_none() && !self.named && !self.off {
            self.user = folder::owner(folder);
            if let Some(user) = &self.user {
                // Root's own data will be out of reach.
                installed::at_home(user.home.clone().unwrap_or_else(|| folder.to_owned()));
            }
        }
        let owned = match &self.user {
            Some(user) => user.own(folder),
            None => std::fs::create_dir_all(folder),
        };
        owned.map_err(|error| Failure::Unwritable { place: folder.display().to_string(), error })
    }

    /// Goes on as the user alone, with nothing else given up: for what is done in a moment.
    pub(crate) fn change_user(&self) -> Result<(), Failure> {
        self.user.as_ref().map_or(Ok(()), user::User::become_them)
    }

    /// Gives everything up that `needs` does not name.
    pub(crate) fn enter(&self, needs: &Needs) -> Result<Confined, Failure> {
        let mut said = Vec::new();
        self.change_user()?;
        for file in &needs.written {
            files::make(file)?;
        }
        if let Some(user) = &self.user {
            said.push(format!("user {}", user.name));
        }
        if self.off {
            return Ok(Confined(said));
        }
        user::drop_capabilities()?;
        said.push("no capabilities".to_owned());
        said.push(files::fence(needs));
        said.push(calls::refuse(needs));
        Ok(Confined(said))
    }

    /// What would be given up here, for `doctor`.
    pub(crate) fn possible() -> String {
        let user = user::behind_sudo().map(|user| format!("goes on as {}", user.name));
        let parts = [user, Some(files::kernel_has()), Some(calls::kernel_has())];
        parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
    }
}

/// From now on files and folders are made for their owner's eyes only.
#[cfg(target_os = "linux")]
pub(crate) fn keep_to_owner() {
    use rustix::{fs::Mode, process::umask};

    umask(Mode::RWXG | Mode::RWXO);
}

/// On Linux only yet.
#[cfg(not(target_os = "linux"))]
pub(crate) fn keep_to_owner() {}

/// Gives what root made in somebody's folder of the state to whose it is: their `watch` writes it, too.
#[cfg(all(target_os = "linux", feature = "server"))]
pub(crate) fn hand_over(folder: &Path) -> Result<(), Failure> {
    folder::hand_over(folder)
        .map_err(|error| Failure::Unwritable { place: folder.display().to_string(), error })
}

/// Other systems have no service whose user is another.
#[cfg(all(not(target_os = "linux"), feature = "server"))]
pub(crate) fn hand_over(_: &Path) -> Result<(), Failure> {
    Ok(())
}

/// Other systems have other means; none is used yet.
#[cfg(not(target_os = "linux"))]
impl Confinement {
    pub(crate) fn wanted(asked: &Confining) -> Result<Self, Failure> {
        if asked.user.is_some() {
            return Err(Failure::Usage("going on as another user works on Linux only".to_owned()));
        }
        Ok(Self { off: asked.no_confine })
    }

    #[cfg(feature = "server")]
    pub(crate) fn own(&mut self, _: &Path) -> Result<(), Failure> {
        Ok(())
    }

    pub(crate) fn change_user(&self) -> Result<(), Failure> {
        Ok(())
    }

    pub(crate) fn enter(&self, _: &Needs) -> Result<Confined, Failure> {
        Ok(Confined::default())
    }

    pub(crate) fn possible() -> String {
        "on Linux only".to_owned()
    }
}

/// What every judging reads: the user's data and notes.
pub(crate) fn data_and(notes: Option<&Path>) -> Vec<PathBuf> {
    let notes = crate::notes::place(notes);
    // A file that is replaced is another file: its folder is what stays.
    let beside = notes.as_deref().and_then(Path::parent).map(Path::to_owned);
    [installed::folder(), beside.filter(|it| !it.as_os_str().is_empty()), notes]
        .into_iter()
        .flatten()
        .collect()
}

#[cfg(test)]
#[cfg(all(target_os = "linux", feature = "server"))]
mod tests;
