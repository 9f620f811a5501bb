//! What the user installed beside the program: a newer pack, registers laid over it, a trusted key.
//!
//! Kept in `$HOUSEGUEST_DATA`, else in the user's data folder. A file there that cannot be read is said
//! and passed over: the program's own pack is always there to fall back to.

use std::{
    env, fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::OnceLock,
};

use knowledge::Pack;

use crate::{failure::Failure, output};

/// The largest pack that is taken, in bytes; several times the program's own.
pub(crate) const MOST_BYTES: u64 = 64 << 20;

const UPDATE: &str = "knowledge.pack";
const BEFORE: &str = "knowledge.pack.before";
const KEY: &str = "trusted.pub";
const REGISTERS: &str = "registers";

/// The home of whom the program goes on as, where that is somebody else than who started it.
static HOME: OnceLock<PathBuf> = OnceLock::new();

/// From now on `home` is where the user's data is looked for.
pub(crate) fn at_home(home: PathBuf) {
    // Said once, at the start; a second time changes nothing.
    let _ = HOME.set(home);
}

/// The folder; `None` where the system names no home.
pub(crate) fn folder() -> Option<PathBuf> {
    let set = |name| env::var_os(name).filter(|it| !it.is_empty()).map(PathBuf::from);
    let home = || HOME.get().cloned().or_else(|| set("HOME"));
    set("HOUSEGUEST_DATA")
        .or_else(|| Some(set("XDG_DATA_HOME").filter(|_| HOME.get().is_none())?.join("houseguest")))
        .or_else(|| Some(home()?.join(".local/share/houseguest")))
}

/// Lays what is installed over the program's own pack.
pub(crate) fn over(own: Pack) -> Pack {
    let Some(folder) = folder().filter(|it| it.is_dir()) else { return own };
    let updated = read(&folder.join(UPDATE)).filter(|it| newer(&it.version, &own.version));
    let mut pack = updated.unwrap_or(own);
    let mut laid = Vec::new();
    for (word, _) in knowledge::import::Register::ALL {
        if let Some(register) = read(&folder.join(REGISTERS).join(word)) {
            pack = pack.overlaid(register);
            laid.push(word);
        }
    }
    if !laid.is_empty() {
        pack.version = format!("{}+{}", pack.version, laid.join("+")).into();
    }
    pack
}

/// An installed pack; says so where it cannot be read.
fn read(path: &Path) -> Option<Pack> {
    if !path.exists() {
        return None;
    }
    let pack = bytes(path).and_then(|bytes| Pack::from_bytes(&bytes).map_err(io::Error::other));
    pack.inspect_err(|error| {
        output::say(&format!(
            "{} is passed over: {error}. `houseguest knowledge update` can install it again",
            path.display()
        ));
    })
    .ok()
}

/// A file's bytes, if they are not too many.
pub(crate) fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let size = fs::metadata(path)?.len();
    if size > MOST_BYTES {
        let words = format!("it has {size} bytes, and a pack has at most {MOST_BYTES}");
        return Err(io::Error::other(words));
    }
    fs::read(path)
}

/// Whether the dotted version `one` is newer than `other`.
pub(crate) fn newer(one: &str, other: &str) -> bool {
    let parts = |version: &str| -> Vec<u64> {
        let plain = version.split('+').next().unwrap_or_default();
        plain.split(['.', '-']).map(|part| part.parse().unwrap_or(0)).collect()
    };
    parts(one) > parts(other)
}

/// The version installed now, if a pack is.
pub(crate) fn version() -> Option<Box<str>> {
    read(&folder()?.join(UPDATE)).map(|pack| pack.version)
}

/// Installs a pack and keeps the one before; all or nothing.
pub(crate) fn install(pack: &[u8]) -> Result<PathBuf, Failure> {
    let folder = wanted()?;
    let place = folder.join(UPDATE);
    if place.exists() {
        let kept = fs::copy(&place, folder.join(BEFORE));
        kept.map_err(|error| failed(&folder.join(BEFORE), error))?;
    }
    swap(&place, pack)?;
    Ok(place)
}

/// Puts the pack before the last update back, or the program's own where there was none.
pub(crate) fn back() -> Result<Option<Box<str>>, Failure> {
    let folder = wanted()?;
    let (place, before) = (folder.join(UPDATE), folder.join(BEFORE));
    let done = if before.exists() {
        fs::rename(&before, &place)
    } else if place.exists() {
        fs::remove_file(&place)
    } else {
        return Err(Failure::Usage(
            "no pack was installed, so there is none to go back from".into(),
        ));
    };
    done.map_err(|error| failed(&place, error))?;
    Ok(version())
}

/// Lays a register over the pack from now on, or takes it away. Refused is what would not be read again.
pub(crate) fn lay(word: &str, pack: Option<&[u8]>) -> Result<(), Failure> {
    if let Some(size) = pack.map(|it| it.len() as u64).filter(|size| *size > MOST_BYTES) {
        return Err(Failure::Unreadable(format!(
            "{word} is not taken: its entries have {size} bytes, and at most {MOST_BYTES} are read; \
             bring fewer of its files"
        )));
    }
    let place = wanted()?.join(REGISTERS).join(word);
    match pack {
        Some(pack) => swap(&place, pack),
        None if place.exists() => fs::remove_file(&place).map_err(|error| failed(&place, error)),
        None => Err(Failure::Usage(format!("no register `{word}` was imported"))),
    }
}

/// The key whose signatures are trusted, if one is remembered.
pub(crate) fn key() -> Option<String> {
    fs::read_to_string(folder()?.join(KEY)).ok()
}

/// Trusts a key from now on.
pub(crate) fn trust(key: &str) -> Result<(), Failure> {
    swap(&wanted()?.join(KEY), key.as_bytes())
}

fn wanted() -> Result<PathBuf, Failure> {
    folder().ok_or_else(|| {
        Failure::Usage("there is no folder for it; name one in HOUSEGUEST_DATA".to_owned())
    })
}

/// Writes beside the place, makes sure it is on the disk, and moves it there in one step.
pub(crate) fn swap(place: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let beside = place.with_extension("new");
    let written = (|| {
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut file = fs::File::create(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, place)
    })();
    written.map_err(|error| {
        let _ = fs::remove_file(&beside);
        failed(place, error)
    })
}

fn failed(place: &Path, error: io::Error) -> Failure {
    Failure::Unwritable { place: place.display().to_string(), error }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_number_by_number() {
        check("2026.11.22", "2026.9.1", true);
        check("2026.11.22", "2026.11.22", false);
        check("0.2.0", "0.10.0", false);
        check("1.0.0+ieee", "1.0.0", false);
        check("1.0.1", "1.0.0+ieee+kev", true);
    }

    #[test]
    fn a_register_that_would_not_be_read_again_is_refused() {
        let most = usize::try_from(MOST_BYTES).unwrap();
        let refused = lay("nvd", Some(&vec![0; most + 1])).unwrap_err().to_string();
        assert!(refused.contains("nvd is not taken: its entries have 67108865 bytes"), "{refused}");
    }

    #[track_caller]
    fn check(one: &str, other: &str, expected: bool) {
        assert_eq!(newer(one, other), expected, "{one} {other}");
    }
}
