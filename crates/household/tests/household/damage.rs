use std::{fs, path::Path};

use household::{Budget, GuestId, Household, HouseholdError, Repair};

use super::{
    home::{DAY, HOUR, at, lamp},
    whole::lived_in,
};

fn open(path: &Path) -> (Household, Vec<String>) {
    let opened = Household::open(path, Budget::default()).unwrap();
    (opened.household, opened.repairs.iter().map(ToString::to_string).collect())
}

/// Overwrites the first place in the file that holds `text`.
fn overwrite(path: &Path, text: &[u8], by: &[u8]) {
    let mut bytes = fs::read(path).unwrap();
    let place = bytes.windows(text.len()).position(|it| it == text).expect("the text is there");
    bytes[place..place + by.len()].copy_from_slice(by);
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_changed_letter_is_noticed_and_comes_back_from_the_backup() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("home.db");
    let (mut home, _) = open(&path);
    lived_in(&mut home);
    home.backup(at(31 * HOUR)).unwrap();
    home.record(&lamp(32 * HOUR), at(32 * HOUR)).unwrap();
    let before = home.window(at(0), at(9 * DAY)).unwrap();
    drop(home);
    overwrite(&path, b"Secretive lamp", b"Secretive lump");
    let (mut home, repairs) = open(&path);
    assert_eq!(
        repairs,
        [
            "the file was damaged, and was rebuilt from what is readable",
            "1 rows of `device` are lost",
            "1 rows of `device` came back from the backup of 2026-01-06T07:00:00Z",
        ]
    );
    assert_eq!(home.device(GuestId(1)).unwrap().user.name.as_deref(), Some("Secretive lamp"));
    assert_eq!(home.window(at(0), at(9 * DAY)).unwrap(), before, "what was sound is kept");
    let told = home.events(at(0), 3).unwrap();
    assert!(told.iter().all(|it| matches!(it.change, household::Change::Repaired { .. })));
    home.record(&lamp(33 * HOUR), at(33 * HOUR)).unwrap();
    drop(home);
    assert_eq!(open(&path).1, [""; 0]);
}

#[test]
fn a_head_that_forbids_to_write_is_mended_without_loss() {
    /// Where the file says which versions may write it (SQLite, "Database File Format", 1.3).
    const WRITE_VERSION: usize = 18;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("home.db");
    let (mut home, _) = open(&path);
    lived_in(&mut home);
    let before = home.window(at(0), at(9 * DAY)).unwrap();
    drop(home);
    let mut bytes = fs::read(&path).unwrap();
    bytes[WRITE_VERSION] = 0x82;
    fs::write(&path, bytes).unwrap();
    let (mut home, repairs) = open(&path);
    assert_eq!(repairs, ["the file was damaged, and was rebuilt from what is readable"]);
    assert_eq!(home.window(at(0), at(9 * DAY)).unwrap(), before);
    home.record(&lamp(33 * HOUR), at(33 * HOUR)).unwrap();
}

#[test]
fn without_a_backup_a_device_keeps_its_number_and_loses_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("home.db");
    let (mut home, _) = open(&path);
    lived_in(&mut home);
    drop(home);
    overwrite(&path, b"Secretive lamp", b"\xff\xff\xff");
    let (home, repairs) = open(&path);
    assert_eq!(repairs[1..], ["1 rows of `device` are lost"]);
    let device = home.device(GuestId(1)).unwrap();
    assert_eq!((device.user.name, device.keys.len()), (None, 2));
    assert_eq!(home.plan().unwrap().len(), 1);
}

#[test]
fn a_file_that_is_no_database_any_more_comes_back_from_the_backup() {
    for damage in [0_usize, 10, 4_000] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("home.db");
        let (mut home, _) = open(&path);
        lived_in(&mut home);
        home.backup(at(31 * HOUR)).unwrap();
        let before = home.devices().unwrap();
        drop(home);
        let mut bytes = fs::read(&path).unwrap();
        bytes[..damage].fill(0x5a);
        fs::write(&path, if damage == 0 { Vec::new() } else { bytes }).unwrap();
        let (home, repairs) = open(&path);
        assert!(repairs.iter().any(|it| it.contains("an unknown part of `device`")), "{repairs:?}");
        assert!(
            repairs.iter().any(|it| it.contains("2 rows of `device` came back")),
            "{repairs:?}"
        );
        assert_eq!(home.devices().unwrap(), before);
    }
}

#[test]
fn a_damaged_log_is_told_and_so_is_a_damaged_backup() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("home.db");
    let (mut home, _) = open(&path);
    lived_in(&mut home);
    home.backup(at(31 * HOUR)).unwrap();
    let (log, copy) = (folder.path().join("home.db-wal"), folder.path().join("copy"));
    fs::copy(&log, &copy).unwrap();
    fs::copy(&path, folder.path().join("main")).unwrap();
    drop(home);
    let mut bytes = fs::read(&copy).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&log, bytes).unwrap();
    fs::copy(folder.path().join("main"), &path).unwrap();
    let opened = Household::open(&path, Budget::default()).unwrap();
    assert_eq!(opened.repairs[0], Repair::LogDamaged);
    drop(opened);
    fs::write(folder.path().join("home.db-backup"), "nothing").unwrap();
    fs::write(&path, "nothing").unwrap();
    let opened = Household::open(&path, Budget::default()).unwrap();
    assert!(opened.repairs.contains(&Repair::Lost { table: "device".into(), rows: None }));
    assert_eq!(opened.household.devices().unwrap(), []);
}

#[test]
fn a_damaged_file_is_never_copied_over_a_good_backup() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("home.db");
    let (mut home, _) = open(&path);
    lived_in(&mut home);
    home.backup(at(31 * HOUR)).unwrap();
    drop(home);
    let good = fs::read(folder.path().join("home.db-backup")).unwrap();
    let (mut home, _) = open(&path);
    // As if a bit had turned: another tool keeps no checksums.
    let tool = rusqlite::Connection::open(&path).unwrap();
    tool.execute("UPDATE device SET user_name = 'Secretive lump' WHERE id = 1", []).unwrap();
    let refused = home.backup(at(9 * DAY));
    assert!(matches!(refused, Err(HouseholdError::Damaged(_))), "{refused:?}");
    assert_eq!(fs::read(folder.path().join("home.db-backup")).unwrap(), good);
}
