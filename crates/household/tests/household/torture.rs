//! A household that is killed, filled and damaged at random, again and again. Each time it must open
//! again, with all that was committed or with its loss said.
//!
//! `HOUSEGUEST_TORTURE=1000` sets the rounds. The small file system takes root; without, that part is
//! skipped aloud.

use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use evidence::fields;
use household::{Budget, GuestId, Household, HouseholdError, Opened, Setting};
use knowledge::kinds::Severity;
use oorandom::Rand64;

use super::{
    home::{LAMP, PHONE, Said, at, lamp},
    whole::exported,
};

/// Where the child finds its household.
const PLACE: &str = "HOUSEGUEST_TORTURED";

/// Set where the child is to open its household and no more.
const ONLY_OPEN: &str = "HOUSEGUEST_TORTURED_AT_THE_DOOR";

/// How far the child came.
const COUNT: Setting<u64> = Setting::new("torture.count", || 0);

/// A place in memory where there is one: killing a program leaves what it wrote there as on a disk, and
/// nothing waits for a disk.
fn folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let made = memory.is_dir().then(|| tempfile::tempdir_in(memory).ok()).flatten();
    made.unwrap_or_else(|| tempfile::tempdir().unwrap())
}

/// A new household after so many rounds: an old one takes long to check.
const ROUNDS_A_HOME: u64 = 25;

fn rounds() -> u64 {
    env::var("HOUSEGUEST_TORTURE").ok().and_then(|it| it.parse().ok()).unwrap_or(25)
}

fn budget() -> Budget {
    Budget { hours: 20, ..Budget::default() }
}

fn open(path: &Path) -> Opened {
    Household::open(path, budget()).unwrap()
}

/// What the child does until it is killed: it works, and says how far it has come.
#[test]
fn child() {
    let Some(place) = env::var_os(PLACE) else { return };
    let mut home = open(Path::new(&place)).household;
    if env::var_os(ONLY_OPEN).is_some() {
        return;
    }
    let mut said = std::io::stdout();
    let first = home.setting(&COUNT).unwrap();
    for number in first.. {
        if let Err(error) = work(&mut home, number) {
            println!("\nfailed {error}");
            return;
        }
        writeln!(said, "\nreached {}", number + 1).unwrap();
        said.flush().unwrap();
    }
}

/// One turn of work; the count is committed last.
fn work(home: &mut Household, number: u64) -> Result<(), HouseholdError> {
    let seconds = number * 600;
    let now = at(seconds);
    home.record(&lamp(seconds), now)?;
    if number.is_multiple_of(3) {
        let said = Said::default()
            .device(LAMP, 0, seconds)
            .called("lamp")
            .talks_with("DE", "acme")
            .wrong("telnet", Severity::High, seconds - seconds % 6_000)
            .device(PHONE, 0, seconds);
        home.remember(&said.assessment, now)?;
        home.set_name(GuestId(1), Some(&format!("Lamp {number}")))?;
    }
    if number.is_multiple_of(7) {
        home.roll_up(now)?;
    }
    if number.is_multiple_of(11) {
        home.backup(now)?;
    }
    home.set_setting(&COUNT, &(number + 1))
}

/// How often the lamp said its name, by the record.
fn recorded(home: &Household) -> u64 {
    let ledger = home.window(at(0), at(u64::from(u32::MAX))).unwrap().ledger;
    let all = ledger.hosts().flat_map(|(_, record)| record.observations());
    all.filter(|it| it.field == fields::DHCP_HOST_NAME).map(|it| it.seen.count).sum()
}

/// Starts the child, and kills it at some moment after some turns; returns how far it said it came.
fn run_and_kill(path: &Path, random: &mut Rand64) -> u64 {
    let mut child = child_of(path).spawn().unwrap();
    let turns = random.rand_range(0..12);
    let mut reached = 0;
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    for line in lines.map_while(Result::ok) {
        if let Some(count) = line.strip_prefix("reached ") {
            reached = count.parse().unwrap();
            if reached % 12 >= turns {
                break;
            }
        }
        assert!(!line.starts_with("failed"), "{line}");
    }
    kill_within(200_000, child, random);
    reached
}

/// Kills the child after some turns of a loop.
fn kill_within(most: u64, mut child: Child, random: &mut Rand64) {
    for turn in 0..random.rand_range(0..most) {
        std::hint::black_box(turn);
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

fn child_of(path: &Path) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .args(["--exact", "household::torture::child", "--nocapture", "--test-threads=1"])
        .env(PLACE, path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

#[test]
fn what_was_committed_survives_a_kill_at_any_instant() {
    let mut random = Rand64::new(42);
    let mut folder = self::folder();
    let mut reached = 0;
    for round in 0..rounds() {
        let killed = round % ROUNDS_A_HOME;
        if killed == 0 {
            folder = self::folder();
            reached = 0;
        }
        let path = folder.path().join("home.db");
        reached = run_and_kill(&path, &mut random).max(reached);
        let Opened { household, repairs } = open(&path);
        let count = household.setting(&COUNT).unwrap();
        assert!(count >= reached, "round {round}: {count} of {reached}, {repairs:?}");
        let lost = repairs.iter().any(|it| !matches!(it, household::Repair::LogDamaged));
        assert!(!lost, "round {round}: {repairs:?}");
        // A turn that was cut short between its record and its count is done again.
        let again = count + killed + 1;
        let recorded = recorded(&household);
        assert!((count..=again).contains(&recorded), "round {round}: {recorded} of {count}");
    }
}

#[test]
fn damage_anywhere_is_mended_or_its_loss_said() {
    let mut random = Rand64::new(43);
    let mut folder = self::folder();
    let (mut noticed, mut harmless) = (0, 0);
    for round in 0..rounds() {
        if round % ROUNDS_A_HOME == 0 {
            folder = self::folder();
        }
        let path = folder.path().join("home.db");
        run_and_kill(&path, &mut random);
        let twin = folder.path().join("twin.db");
        for ending in ["", "-wal", "-backup"] {
            let of = |path: &Path| PathBuf::from(format!("{}{ending}", path.display()));
            let _ = fs::remove_file(of(&twin));
            if of(&path).exists() {
                fs::copy(of(&path), of(&twin)).unwrap();
            }
        }
        let (wanted, told_before) = rows(&open(&twin).household);
        let what = damage(&path, &mut random);
        if random.rand_range(0..2) == 0 {
            // Killed while it mends, too.
            let child = child_of(&path).env(ONLY_OPEN, "1").spawn().unwrap();
            kill_within(10_000_000, child, &mut random);
        }
        let Opened { household, repairs } = open(&path);
        let (found, told) = rows(&household);
        if found == wanted {
            harmless += 1;
        } else {
            noticed += 1;
            let is_told = !repairs.is_empty() || told > told_before;
            assert!(is_told, "round {round}: {what} went unnoticed");
        }
        let devices = household.devices().unwrap();
        assert!(devices.iter().all(|it| it.id.0 <= 2), "round {round}: {what}: {devices:?}");
        drop(household);
        assert_eq!(open(&path).repairs, [], "round {round}: {what}: once is enough");
    }
    println!("{noticed} damages were told, {harmless} changed nothing");
}

/// All that is remembered but the repairs themselves, and how many of those there are.
fn rows(home: &Household) -> (Vec<String>, usize) {
    let text = exported(home);
    let other = |line: &&str| !line.contains(r#""table":"state""#);
    let (told, rows): (Vec<String>, Vec<String>) =
        text.lines().filter(other).map(str::to_owned).partition(|line| line.contains("repaired"));
    (rows, told.len())
}

/// Damages the household's files somewhere, as bad memory and bad cards do; says how.
fn damage(path: &Path, random: &mut Rand64) -> String {
    let log = PathBuf::from(format!("{}-wal", path.display()));
    let in_log = random.rand_range(0..3) == 0 && fs::metadata(&log).is_ok_and(|it| it.len() > 0);
    let file = if in_log { &log } else { path };
    let mut bytes = fs::read(file).unwrap();
    let length = bytes.len();
    let place = below(random, length);
    let what = match random.rand_range(0..4) {
        0 => {
            bytes[place] ^= 1 << random.rand_range(0..8);
            "a bit"
        }
        1 => {
            for _ in 0..8 {
                bytes[below(random, length)] = byte(random);
            }
            "eight bytes"
        }
        2 => {
            let page = place / 4_096 * 4_096;
            let end = (page + 4_096).min(bytes.len());
            bytes[page..end].fill(0);
            "a page"
        }
        _ => {
            let end = (place + 512).min(bytes.len());
            bytes[place..end].fill_with(|| byte(random));
            "a sector"
        }
    };
    fs::write(file, bytes).unwrap();
    format!("{what} at {place} of {}", file.display())
}

fn below(random: &mut Rand64, end: usize) -> usize {
    usize::try_from(random.rand_range(0..end as u64)).unwrap()
}

fn byte(random: &mut Rand64) -> u8 {
    random.rand_u64().to_be_bytes()[0]
}

#[test]
fn a_full_disk_loses_nothing() {
    let folder = self::folder();
    let Some(_disk) = SmallDisk::mount(folder.path()) else {
        println!("skipped: no small file system can be mounted here");
        return;
    };
    let path = folder.path().join("home.db");
    let filler = folder.path().join("filler");
    let mut random = Rand64::new(44);
    let mut failures = 0;
    for round in 0..rounds() {
        let mut home = open(&path).household;
        let before = home.setting(&COUNT).unwrap();
        let room = random.rand_range(0..40) * 4_096;
        fill(&filler, room);
        let mut done = before;
        for number in before..before + 8 {
            if let Err(error) = work(&mut home, number) {
                failures += 1;
                let said = error.to_string();
                assert!(said.contains("room") || said.contains("I/O"), "round {round}: {said}");
                break;
            }
            done = number + 1;
        }
        drop(home);
        // A household may not open while there is no room, but it must say so, and lose nothing.
        let _ = Household::open(&path, budget()).map(drop);
        // Emptied first: a program that is being started may hold it open for a moment.
        fs::File::create(&filler).unwrap();
        fs::remove_file(&filler).unwrap();
        let Opened { household, repairs } = open(&path);
        let count = household.setting(&COUNT).unwrap();
        assert!((done..=done + 1).contains(&count), "round {round}: {count} of {done}");
        let lost = repairs.iter().any(|it| !matches!(it, household::Repair::LogDamaged));
        assert!(!lost, "round {round}: {repairs:?}");
        let recorded = recorded(&household);
        assert!(recorded >= count, "round {round}: {recorded} of {count}");
        if round % ROUNDS_A_HOME == ROUNDS_A_HOME - 1 {
            drop(household);
            for entry in fs::read_dir(folder.path()).unwrap() {
                let _ = fs::remove_file(entry.unwrap().path());
            }
        }
    }
    assert!(failures > 0, "the disk was never full");
}

/// Fills the disk but for `room` bytes.
fn fill(filler: &Path, room: u64) {
    let mut file = fs::File::create(filler).unwrap();
    let block = [0_u8; 4_096];
    let mut length = 0;
    while file.write_all(&block).is_ok() {
        length += 4_096;
    }
    file.set_len(u64::saturating_sub(length, room)).unwrap();
}

/// A file system of six megabytes in memory, where the system lets us mount one.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(place: &Path) -> Option<Self> {
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=6m", "tmpfs"])
            .arg(place)
            .stderr(Stdio::null())
            .status();
        mounted.is_ok_and(|it| it.success()).then(|| Self(place.to_owned()))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}
