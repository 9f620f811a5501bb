//! `comply`: an inventory against the lists of a policy.

use std::{fs, io::Read as _, path::Path};

use assessment::{Applies, comply};
use knowledge::{Knowledge, kinds::Policy};
use reports::comply::Format;

use super::judge;
use crate::{
    arguments::Comply,
    calendar, embedded,
    failure::{Failure, Outcome},
    inventory, output,
};

/// Larger inventories are refused: none of a firm is near this.
const LARGEST: u64 = 256 << 20;

/// Reads, holds against the lists, shows; exit code 1 if something is listed.
pub(crate) fn run(comply: &Comply) -> Result<Outcome, Failure> {
    let knowledge = embedded::knowledge()?;
    let policy = policy(&comply.policy, &knowledge)?;
    let bytes = bytes_of(&comply.file)?;
    let name = comply.file.display().to_string();
    let inventory = inventory::read(&name, &bytes, &comply.map)
        .map_err(|error| Failure::Unreadable(format!("failed to read {name}: {error}")))?;
    let day = calendar::day(comply.as_of.as_deref(), &knowledge.pack().as_of);
    let answer = comply::comply(inventory, policy, &day, &knowledge);
    let format = Format::from_name(&comply.format)
        .ok_or_else(|| Failure::Usage(format!("there is no format `{}`", comply.format)))?;
    let place = comply.output.as_deref();
    output::write(place, |out| format.write(&answer, &judge::options(place), out))?;
    if !comply.quiet && comply.output.is_some() {
        output::say(&reports::comply::headline(&answer));
    }
    // Nothing to judge is no clean answer: mostly the export went wrong.
    let lost = answer.lines.is_empty() || answer.inventory.problems.iter().any(|it| it.lost);
    Ok(match (answer.count(Applies::Yes), lost) {
        (1.., _) => Outcome::GateFailed,
        (0, true) => Outcome::PartlyRead,
        (0, false) => Outcome::Done,
    })
}

/// The policy of that id; one that names no lists cannot be complied with.
fn policy<'k>(id: &str, knowledge: &'k Knowledge) -> Result<&'k Policy, Failure> {
    let policies = &knowledge.pack().policies;
    let usable = || {
        let usable = policies.values().filter(|it| !it.lists.is_empty());
        usable.map(|it| &*it.id).collect::<Vec<_>>().join(", ")
    };
    match policies.get(id) {
        None => Err(Failure::Usage(format!("there is no policy `{id}`; there is {}", usable()))),
        Some(policy) if policy.lists.is_empty() => Err(Failure::Usage(format!(
            "the policy `{id}` names no lists to hold an inventory against; there is {}",
            usable()
        ))),
        Some(policy) => Ok(policy),
    }
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |error: std::io::Error| {
        Failure::Unreadable(format!("failed to read {}: {error}", path.display()))
    };
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().lock().take(LARGEST + 1).read_to_end(&mut bytes)
    } else {
        fs::File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
    };
    match read.map_err(failed)? as u64 {
        0 => Err(Failure::Unreadable(format!("failed to read {}: it is empty", path.display()))),
        length if length > LARGEST => Err(Failure::Unreadable(format!(
            "failed to read {}: it is larger than {} MiB",
            path.display(),
            LARGEST >> 20
        ))),
        _ => Ok(bytes),
    }
}
