//! `knowledge build`, `update`, `import`: packs made, taken on trust in a key, or brought by the user.
//!
//! A pack is taken only with a signature of a key that the user named (minisign's format, Ed25519:
//! <https://jedisct1.github.io/minisign/>). Nothing is fetched: files come from the user.

use std::{
    fs,
    path::{Path, PathBuf},
};

use knowledge::{
    Pack,
    import::{Imported, Register, import as read_register},
};
use minisign_verify::{PublicKey, Signature};

use super::read_texts;
use crate::{
    arguments::{Import, Update},
    calendar, embedded,
    failure::{Failure, Outcome},
    installed, output,
};

/// Makes a pack of a folder.
pub(super) fn build(folder: &Path, place: &Path) -> Result<Outcome, Failure> {
    let pack = loaded(folder)?;
    let lints = knowledge::lint(&pack);
    if let Some(first) = lints.first() {
        return Err(Failure::Unreadable(format!(
            "the pack has {} faults, the first: {first}. `houseguest knowledge lint {}` shows all",
            lints.len(),
            folder.display()
        )));
    }
    let bytes = pack.to_bytes().map_err(|error| Failure::Broken(error.to_string()))?;
    output::write(Some(place), |out| out.write_all(&bytes))?;
    output::print(&format!(
        "{}: version {}, {} bytes\n",
        place.display(),
        pack.version,
        bytes.len()
    ))?;
    Ok(Outcome::Done)
}

/// Reads a folder as a pack.
pub(super) fn loaded(folder: &Path) -> Result<Pack, Failure> {
    knowledge::load(read_texts(folder)?).map_err(|errors| {
        let first = errors.first().map(ToString::to_string).unwrap_or_default();
        Failure::Unreadable(format!("{} entries cannot be read, the first: {first}", errors.len()))
    })
}

/// Takes a signed pack, or goes back to the one before.
pub(super) fn update(update: &Update) -> Result<Outcome, Failure> {
    let own = embedded::own()?.version;
    // Of what is installed and what the program carries, the newer is used.
    let used = |installed: Option<Box<str>>| {
        installed.filter(|it| installed::newer(it, &own)).unwrap_or_else(|| own.clone())
    };
    let Some(path) = &update.file else {
        let version = used(installed::back()?);
        output::print(&format!("back to version {version}\n"))?;
        return Ok(Outcome::Done);
    };
    let refused = |why: &str| {
        let words = format!("{} is not taken: {why}; the pack in use stays", path.display());
        Failure::Unreadable(words)
    };
    let bytes = installed::bytes(path).map_err(|error| refused(&error.to_string()))?;
    let key = trusted(update)?;
    let signature = update.signature.clone().unwrap_or_else(|| beside(path));
    let signature = Signature::from_file(&signature)
        .map_err(|error| refused(&format!("{}: {error}", signature.display())))?;
    key.verify(&bytes, &signature, false).map_err(|error| {
        refused(&format!("the signature is not one of this key over it ({error})"))
    })?;
    let pack = Pack::from_bytes(&bytes).map_err(|error| refused(&error.to_string()))?;
    let now = used(installed::version());
    if !installed::newer(&pack.version, &now) && !update.older {
        let words = format!(
            "its version {} is not newer than {now}; --older takes it all the same",
            pack.version
        );
        return Err(refused(&words));
    }
    if !installed::newer(&pack.version, &own) {
        let words = format!("the program's own version {own} is newer, and would be used instead");
        return Err(refused(&words));
    }
    let place = installed::install(&bytes)?;
    if update.remember
        && let Some(key) = &update.key
    {
        installed::trust(&text_of(key))?;
    }
    output::print(&format!(
        "version {} of {} replaces {now}, in {}; `houseguest knowledge update --back` undoes it\n",
        pack.version,
        pack.as_of,
        place.display()
    ))?;
    Ok(Outcome::Done)
}

/// The key to trust: named, or remembered.
fn trusted(update: &Update) -> Result<PublicKey, Failure> {
    let Some(text) = update.key.as_deref().map(text_of).or_else(installed::key) else {
        let words = "no key is trusted yet: name the publisher's with --key (its text or its file), \
                     and --remember to trust it from now on";
        return Err(Failure::Usage(words.to_owned()));
    };
    let line = text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default().trim();
    PublicKey::from_base64(line)
        .map_err(|error| Failure::Usage(format!("the key cannot be used: {error}")))
}

/// A key as it was typed, or as it stands in a file of that name.
fn text_of(key: &str) -> String {
    fs::read_to_string(key).unwrap_or_else(|_| key.to_owned())
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".minisig");
    name.into()
}

/// Lays a register that the user brought over the pack, or takes it away.
pub(super) fn import(import: &Import) -> Result<Outcome, Failure> {
    let register = Register::ALL.iter().find(|(word, _)| *word == import.register);
    let Some((word, register)) = register else {
        return Err(Failure::Usage(format!("there is no register `{}`", import.register)));
    };
    if import.forget {
        installed::lay(word, None)?;
        output::print(&format!("{word} is no longer used\n"))?;
        return Ok(Outcome::Done);
    }
    let base = embedded::own()?;
    let mut all = Pack::default();
    for path in &import.files {
        let unread = |error: &dyn std::fmt::Display| {
            Failure::Unreadable(format!("{} cannot be read: {error}", path.display()))
        };
        let bytes = read_most(path).map_err(|error| unread(&error))?;
        let imported = read_register(*register, &bytes, &calendar::today(), &base)
            .map_err(|error| unread(&error))?;
        tell(path, &imported);
        all = joined(all, imported.pack);
    }
    // Look-ups need each address to be in one block.
    if !all.addresses.is_sorted_by(|one, next| one.last < next.first) {
        let words = "the files tell of the same addresses; bring one of them";
        return Err(Failure::Usage(words.to_owned()));
    }
    let bytes = all.to_bytes().map_err(|error| Failure::Broken(error.to_string()))?;
    installed::lay(word, Some(&bytes))?;
    output::print(&format!("{word} is used from now on; --forget takes it away\n"))?;
    Ok(Outcome::Done)
}

/// Several files of one register, as one: half of a registry each.
fn joined(mut all: Pack, mut more: Pack) -> Pack {
    let renumber = u32::try_from(all.registrants.len()).unwrap_or(u32::MAX);
    for prefix in &mut more.prefixes {
        prefix.registrant = prefix.registrant.saturating_add(renumber);
    }
    all.registrants.append(&mut more.registrants);
    all.prefixes.append(&mut more.prefixes);
    all.prefixes.sort_unstable();
    let renumber = u32::try_from(all.operators.len()).unwrap_or(u32::MAX);
    for block in &mut more.addresses {
        block.operator = block.operator.saturating_add(renumber);
    }
    all.operators.append(&mut more.operators);
    all.addresses.append(&mut more.addresses);
    all.addresses.sort_unstable();
    all.overlaid(more)
}

/// A register's bytes, unpacked where packed.
fn read_most(path: &Path) -> std::io::Result<Vec<u8>> {
    const MOST: u64 = 1 << 30;
    capture::read_whole(fs::File::open(path)?, MOST)
}

fn tell(path: &Path, imported: &Imported) {
    output::say(&format!("{}: {} rows", path.display(), imported.rows));
    for (place, why) in &imported.bad {
        output::say(&format!("{}: row {place} is left out: {why}", path.display()));
    }
    let untold = imported.bad_rows - imported.bad.len();
    if untold > 0 {
        output::say(&format!("{}: {untold} more rows are left out", path.display()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_tables_of_addresses_are_one() {
        let table = |first: u128, operator: &str| {
            let block = knowledge::kinds::AddressBlock {
                first,
                last: first + 9,
                system: 64496,
                operator: 1,
                registered_in: None,
                anywhere: false,
            };
            let operators = vec!["".into(), operator.into()];
            Pack { addresses: vec![block], operators, ..Pack::default() }
        };
        let all = joined(joined(Pack::default(), table(20, "Twenty")), table(0, "Nought"));
        let operator = |at: u32| &*all.operators[at as usize];
        let found: Vec<_> =
            all.addresses.iter().map(|it| (it.first, operator(it.operator))).collect();
        assert_eq!(found, [(0, "Nought"), (20, "Twenty")]);
    }
}
