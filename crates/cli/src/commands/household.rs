//! `household …`: take the memory along, check it, erase from it; and what it says of the last week.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, BufReader, BufWriter},
    path::{Path, PathBuf},
    time::Duration,
};

use assessment::{
    Assessment, assess,
    devices::Identifier,
    model::{Device, DeviceId},
};
use evidence::Timestamp;
use household::{Budget, GuestId, Household, HouseholdError, KnownDevice};
use reports::plan::Remembered;
use server::Known;

use super::{confine, judge, watch};
use crate::{
    arguments::{Erase, Home, Judging},
    calendar, embedded,
    failure::{Failure, Outcome},
    notes, output,
};

/// Runs `household …`.
pub(crate) fn run(command: &Home) -> Result<Outcome, Failure> {
    match command {
        Home::Export { file, state } => export(file, &place(state.as_deref())?),
        Home::Import { file, state } => changed(state.as_deref(), |path| import(file, path)),
        Home::Erase(asked) => changed(asked.state.as_deref(), |path| erase(asked, path)),
        Home::Check { state } => changed(state.as_deref(), check),
    }
}

/// Does what may change the memory. Its files may be new then: they stay those of whose the folder is.
fn changed(
    state: Option<&Path>,
    change: impl FnOnce(&Path) -> Result<Outcome, Failure>,
) -> Result<Outcome, Failure> {
    let path = place(state)?;
    let outcome = change(&path);
    if let Some(folder) = path.parent().filter(|it| it.is_dir()) {
        confine::hand_over(folder)?;
    }
    outcome
}

/// What the household says of the last week, and remembers of its plan. It only looks, also beside a
/// running `watch`.
pub(super) fn recent(
    state: Option<&Path>,
    judging: &Judging,
) -> Result<(Assessment, Remembered), Failure> {
    const WINDOW: Duration = Duration::from_hours(7 * 24);
    const HOUR: Duration = Duration::from_hours(1);

    let path = there(place(state)?)?;
    let failed = |error| Failure::Unreadable(failure("read", &path, &error));
    let household = Household::look(&path).map_err(failed)?;
    let nanoseconds = |time: Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
    let now = calendar::now().0;
    let from = Timestamp(now.saturating_sub(nanoseconds(WINDOW)));
    let until = Timestamp(now.saturating_add(nanoseconds(HOUR)));
    let window = household.window(from, until).map_err(failed)?;
    let knowledge = embedded::knowledge()?;
    let mut settings = judge::settings(judging, &knowledge)?;
    settings.notes.extend(household.notes(&calendar::today()).map_err(failed)?);
    let ledger = judge::without(window.ledger, &judging.without);
    let assessment = assess(&ledger, &knowledge, &settings);
    let devices: BTreeMap<GuestId, KnownDevice> =
        household.devices().map_err(failed)?.into_iter().map(|it| (it.id, it)).collect();
    let numbers = numbers(&assessment, &devices);
    let plan = household.plan().map_err(failed)?;
    let known = Known::new(&assessment, &numbers, devices, Vec::new(), plan);
    let remembered = known.remembered(&assessment);
    judge::leave(knowledge);
    Ok((assessment, remembered))
}

/// Which device of the assessment is which of the household's, by what it is told again by.
fn numbers(
    assessment: &Assessment,
    devices: &BTreeMap<GuestId, KnownDevice>,
) -> BTreeMap<DeviceId, GuestId> {
    let mut by_key: BTreeMap<&str, GuestId> = BTreeMap::new();
    for device in devices.values() {
        by_key.extend(device.keys.iter().map(|key| (&**key, device.id)));
    }
    let local = assessment.devices.iter().filter(|it| it.local);
    local
        .filter_map(|it| Some((it.id, keys(it).find_map(|key| by_key.get(&*key).copied())?)))
        .collect()
}

fn keys(device: &Device) -> impl Iterator<Item = String> {
    let identifiers = device.identifiers.iter().map(ToString::to_string);
    let macs = device.macs.iter().map(|mac| Identifier::Mac(*mac).to_string());
    identifiers.chain(macs).chain(device.ips.iter().map(|ip| format!("ip {ip}")))
}

/// The household's file.
fn place(state: Option<&Path>) -> Result<PathBuf, Failure> {
    Ok(watch::memory_file(&watch::keys::folder(state)?))
}

/// The same, if there is one.
fn there(path: PathBuf) -> Result<PathBuf, Failure> {
    if path.exists() {
        return Ok(path);
    }
    Err(Failure::Unreadable(format!(
        "there is no household in {}: `houseguest watch` makes one; --state names another folder, and \
         a capture or --sample need none",
        path.parent().unwrap_or(&path).display()
    )))
}

fn failure(verb: &str, path: &Path, error: &HouseholdError) -> String {
    let hint = match error {
        HouseholdError::InUse => ". End the running `watch` first",
        HouseholdError::NotEmpty => ". Name an empty folder with --state",
        _ => "",
    };
    format!("failed to {verb} {}: {error}{hint}", path.display())
}

/// Opens it for changes, and says what had to be mended.
fn open(path: &Path) -> Result<(Household, usize), Failure> {
    let opened = Household::open(path, Budget::default())
        .map_err(|error| Failure::Unreadable(failure("open", path, &error)))?;
    for repair in &opened.repairs {
        output::say(&format!("{}: {repair}", path.display()));
    }
    Ok((opened.household, opened.repairs.len()))
}

fn export(file: &Path, path: &Path) -> Result<Outcome, Failure> {
    let path = there(path.to_owned())?;
    let failed = |error| Failure::Unreadable(failure("export", &path, &error));
    let household = Household::look(&path).map_err(failed)?;
    if file == Path::new("-") {
        household.export(&mut BufWriter::new(io::stdout().lock())).map_err(failed)?;
        return Ok(Outcome::Done);
    }
    let unwritable = |error| Failure::Unwritable { place: file.display().to_string(), error };
    let made = File::create_new(file).map_err(unwritable)?;
    private(&made).map_err(unwritable)?;
    if let Err(error) = household.export(&mut BufWriter::new(made)) {
        // Half of it is no copy, and would be in the way of the next attempt.
        let _ = std::fs::remove_file(file);
        return Err(failed(error));
    }
    output::say(&format!("exported to {}", file.display()));
    Ok(Outcome::Done)
}

/// For its owner's eyes only, where the system knows owners.
fn private(file: &File) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    }
    #[cfg(not(unix))]
    let _ = file;
    Ok(())
}

fn import(file: &Path, path: &Path) -> Result<Outcome, Failure> {
    let read = |mut from: &mut dyn io::BufRead| -> Result<u64, Failure> {
        let (mut household, _) = open(path)?;
        household
            .import(&mut from)
            .map_err(|error| Failure::Unreadable(failure("import into", path, &error)))
    };
    let rows = if file == Path::new("-") {
        read(&mut BufReader::new(io::stdin().lock()))?
    } else {
        let from = File::open(file).map_err(|error| {
            Failure::Unreadable(format!("failed to read {}: {error}", file.display()))
        })?;
        read(&mut BufReader::new(from))?
    };
    output::say(&format!("{rows} rows are in {}", path.display()));
    Ok(Outcome::Done)
}

fn check(path: &Path) -> Result<Outcome, Failure> {
    let path = there(path.to_owned())?;
    let (household, repairs) = open(&path)?;
    let failed = |error| Failure::Unreadable(failure("read", &path, &error));
    let devices = household.devices().map_err(failed)?.len();
    let steps = household.plan().map_err(failed)?.len();
    let recorded = household.recorded().map_err(failed)?;
    let span = recorded.map_or_else(String::new, |span| {
        let day = |at: Timestamp| at.to_string().chars().take(10).collect::<String>();
        format!(", from {} to {}", day(span.from), day(span.to))
    });
    let counted = reports::wording::counted;
    let whole = if repairs == 0 { "whole" } else { "mended" };
    output::print(&format!(
        "{} is {whole}: {}, {} of the plan{span}.\n",
        path.display(),
        counted(devices, "device"),
        counted(steps, "step"),
    ))?;
    Ok(if repairs == 0 { Outcome::Done } else { Outcome::GateFailed })
}

fn erase(asked: &Erase, path: &Path) -> Result<Outcome, Failure> {
    let path = there(path.to_owned())?;
    let (mut household, _) = open(&path)?;
    let failed = |error| Failure::Unreadable(failure("erase from", &path, &error));
    let Some(device) = &asked.device else {
        let devices = household.devices().map_err(failed)?.len();
        let what = reports::wording::counted(devices, "device");
        confirmed(asked.yes, &format!("all of {}: {what}, history, notes", path.display()))?;
        household.erase_all().map_err(failed)?;
        output::say(&format!("everything in {} is erased", path.display()));
        tell_of_notes();
        return Ok(Outcome::Done);
    };
    let devices = household.devices().map_err(failed)?;
    let found = find(device, &devices)?;
    confirmed(asked.yes, &format!("{}, its history and notes", called(found)))?;
    household.erase_device(found.id, calendar::now()).map_err(failed)?;
    output::say(&format!("{} is erased; if it is seen again, it is new", called(found)));
    tell_of_notes();
    Ok(Outcome::Done)
}

/// Says that there are notes in a file of their own, which the household does not hold.
fn tell_of_notes() {
    let place = notes::place(None);
    if let Some(place) = place.filter(|it| it.metadata().is_ok_and(|it| it.len() > 0)) {
        let place = place.display();
        output::say(&format!(
            "what `houseguest note` wrote down stays in {place}: delete the file"
        ));
    }
}

fn confirmed(yes: bool, what: &str) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    Err(Failure::Usage(format!("this would erase, for good, {what}; say --yes to do it")))
}

/// The device of that number, address or name; nothing is guessed.
fn find<'d>(asked: &str, devices: &'d [KnownDevice]) -> Result<&'d KnownDevice, Failure> {
    let mac = format!("mac {}", asked.replace('-', ":").to_lowercase());
    let same = |text: &Option<Box<str>>| {
        text.as_deref().is_some_and(|it| it.to_lowercase() == asked.to_lowercase())
    };
    let found: Vec<_> = devices
        .iter()
        .filter(|it| {
            it.id.to_string() == asked.to_lowercase()
                || it.keys.iter().any(|key| key.to_lowercase() == mac)
                || same(&it.user.name)
                || same(&it.called)
        })
        .collect();
    match found.as_slice() {
        [only] => Ok(only),
        [] => {
            let known: Vec<_> = devices.iter().take(20).map(called).collect();
            Err(Failure::Usage(format!(
                "the household knows no device `{asked}`; it knows {}",
                if known.is_empty() { "none".to_owned() } else { known.join(", ") }
            )))
        }
        several => {
            let known: Vec<_> = several.iter().map(|it| called(it)).collect();
            Err(Failure::Usage(format!("`{asked}` may be {}: give its number", known.join(" or "))))
        }
    }
}

/// Its number, and by what a person knows it. Untrusted: what is said is escaped.
fn called(device: &KnownDevice) -> String {
    let name = [&device.user.name, &device.called, &device.model, &device.brand, &device.kind];
    let name = name.into_iter().find_map(|it| it.as_deref());
    let name = name.or_else(|| device.keys.first().map(|it| &**it)).unwrap_or("unnamed");
    format!("{} ({name})", device.id)
}
