//! Whom the program goes on as, and without which rights.

use std::{env, fs, path::PathBuf};

use rustix::{
    process::{Gid, Uid, geteuid},
    thread::{
        CapabilitySet, CapabilitySets, clear_ambient_capability_set,
        remove_capability_from_bounding_set, set_capabilities, set_no_new_privs, set_thread_groups,
        set_thread_res_gid, set_thread_res_uid,
    },
};

use crate::failure::Failure;

/// Somebody of this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct User {
    pub(super) name: String,
    pub(super) uid: u32,
    pub(super) gid: u32,
    pub(super) home: Option<PathBuf>,
}

/// The user called `name`; `None` for root, as whom the program goes on if asked to.
pub(super) fn named(name: &str) -> Result<Option<User>, Failure> {
    let known = |user: &User| user.name == name;
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let user = users.lines().filter_map(User::read).find(known);
    let user = user.ok_or_else(|| {
        Failure::Usage(format!("there is no user `{name}` in /etc/passwd; `adduser` makes one"))
    })?;
    if user.uid == geteuid().as_raw() {
        return Ok(None);
    }
    if !geteuid().is_root() {
        return Err(Failure::Usage(format!("only root can go on as `{name}`")));
    }
    Ok(Some(user))
}

/// Who called `sudo`, if somebody did and it made us root.
pub(super) fn behind_sudo() -> Option<User> {
    let number = |name| env::var(name).ok()?.parse::<u32>().ok();
    let (uid, gid) = (number("SUDO_UID")?, number("SUDO_GID")?);
    if !geteuid().is_root() || uid == 0 {
        return None;
    }
    Some(User::numbered(uid, gid))
}

impl User {
    /// From a line of passwd(5).
    fn read(line: &str) -> Option<Self> {
        let mut fields = line.split(':');
        let name = fields.next()?.to_owned();
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        let home = fields.nth(1).filter(|it| !it.is_empty()).map(PathBuf::from);
        Some(Self { name, uid, gid, home })
    }

    /// The user of that number, also where passwd(5) does not know them.
    pub(super) fn numbered(uid: u32, gid: u32) -> Self {
        let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let known = users.lines().filter_map(Self::read).find(|user| user.uid == uid);
        known.map_or_else(
            || Self { name: uid.to_string(), uid, gid, home: None },
            |known| Self { gid, ..known },
        )
    }

    /// Is them from now on, in their own group only, with no way back.
    pub(super) fn become_them(&self) -> Result<(), Failure> {
        let (user, group) = (Uid::from_raw(self.uid), Gid::from_raw(self.gid));
        let changed = set_thread_groups(&[group])
            .and_then(|()| set_thread_res_gid(group, group, group))
            .and_then(|()| set_thread_res_uid(user, user, user));
        changed.map_err(|error| {
            Failure::Usage(format!(
                "failed to go on as {}: {error}. Another by --user NAME; `--user root` stays root",
                self.name
            ))
        })
    }
}

/// Gives every capability up, for us and for whatever is started.
pub(super) fn drop_capabilities() -> Result<(), Failure> {
    let failed = |error: rustix::io::Errno| {
        Failure::Usage(format!("failed to give capabilities up: {error}; --no-confine keeps them"))
    };
    // The bounding set only counts for programs that are started; whoever is not root cannot lower it,
    // and need not.
    for number in 0..u64::BITS {
        if let Some(one) = CapabilitySet::from_bits(1 << number) {
            let _ = remove_capability_from_bounding_set(one);
        }
    }
    // Gone with the permitted ones in any case; kernels before 4.3 know no ambient set.
    let _ = clear_ambient_capability_set();
    let none = CapabilitySet::empty();
    let sets = CapabilitySets { effective: none, permitted: none, inheritable: none };
    set_capabilities(None, sets).map_err(failed)?;
    set_no_new_privs(true).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_passwd_are_read() {
        check(
            "alice:x:1000:1001:A,,,:/home/alice:/bin/sh",
            Some(("alice", 1000, 1001, "/home/alice")),
        );
        check(
            "nobody:x:65534:65534::/nonexistent:",
            Some(("nobody", 65534, 65534, "/nonexistent")),
        );
        check("odd:x:ten:10::/:", None);
        check("", None);
    }

    #[track_caller]
    fn check(line: &str, expected: Option<(&str, u32, u32, &str)>) {
        let expected = expected.map(|(name, uid, gid, home)| User {
            name: name.to_owned(),
            uid,
            gid,
            home: Some(home.into()),
        });
        assert_eq!(User::read(line), expected, "{line}");
    }
}
