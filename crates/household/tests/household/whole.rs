use std::{fs, io::Write, path::Path};

use evidence::{Ledger, fields};
use household::{
    Budget, GuestId, Household, HouseholdError, Repair, Setting,
    alerts::{Rules, Urgency},
};
use knowledge::kinds::Severity;

use super::home::{CAMERA, DAY, HOUR, LAMP, Said, all_events, at, lamp, ledger, shown};

const PORT: Setting<u64> = Setting::new("server.port", || 8_420);

fn open(path: &Path) -> Household {
    let opened = Household::open(path, Budget::default()).unwrap();
    assert_eq!(opened.repairs, []);
    opened.household
}

/// A household with something in every table.
pub(super) fn lived_in(home: &mut Household) {
    for hour in 0..30 {
        home.record(&lamp(hour * HOUR + 5), at(hour * HOUR + 5)).unwrap();
        let seen =
            ledger(CAMERA, hour * HOUR + 9, &[(fields::DNS_QUERY, "secret-lamp.example")], 5);
        home.record(&seen, at(hour * HOUR + 9)).unwrap();
    }
    home.record(&Ledger::default(), at(31 * HOUR)).unwrap();
    let said = Said::default()
        .device(LAMP, 0, 30 * HOUR)
        .called("secret-lamp")
        .is(|it| &mut it.brand, "Acme")
        .talks_with("DE", "acme")
        .wrong("telnet", Severity::High, 30 * HOUR)
        .device(CAMERA, 0, 30 * HOUR)
        .called("porch");
    home.remember(&said.assessment, at(31 * HOUR)).unwrap();
    home.set_name(GuestId(1), Some("Secretive lamp")).unwrap();
    home.set_setting(&PORT, &80).unwrap();
}

#[test]
fn one_writes_and_others_look() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state/home.db");
    let mut home = open(&path);
    lived_in(&mut home);
    let second = Household::open(&path, Budget::default());
    assert!(matches!(second, Err(HouseholdError::InUse)), "{second:?}");
    let mut looking = Household::look(&path).unwrap();
    assert_eq!(looking.devices().unwrap(), home.devices().unwrap());
    assert_eq!(looking.window(at(0), at(DAY)).unwrap(), home.window(at(0), at(DAY)).unwrap());
    assert!(matches!(looking.set_setting(&PORT, &1), Err(HouseholdError::ReadOnly)));
    let before = all_events(&home);
    drop((home, looking));
    let home = open(&path);
    assert_eq!(all_events(&home), before);
    assert_eq!(home.setting(&PORT).unwrap(), 80);
}

#[test]
fn a_household_can_be_taken_along() {
    let mut home = Household::in_memory().unwrap();
    lived_in(&mut home);
    let text = exported(&home);
    let mut other = Household::in_memory().unwrap();
    let rows = other.import(&mut text.as_bytes()).unwrap();
    assert_eq!(rows, text.lines().skip(1).count() as u64);
    assert_eq!(exported(&other), text);
    assert!(matches!(other.import(&mut text.as_bytes()), Err(HouseholdError::NotEmpty)));
    let next = Said::default().device(evidence::Mac([0, 0, 0x5e, 0, 0x53, 0x80]), 0, 1);
    let guests = other.remember(&next.assessment, at(32 * HOUR)).unwrap().devices;
    assert_eq!(guests.values().next(), Some(&GuestId(3)));
}

#[test]
fn what_is_taken_along_is_of_one_moment() {
    /// Has two devices become one once the first row is written.
    struct Meanwhile<'a>(&'a mut Household, Vec<u8>);

    impl Write for Meanwhile<'_> {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            let begun = String::from_utf8_lossy(&self.1).lines().count();
            if begun == 2 && self.0.devices().unwrap().len() == 2 {
                self.0.join(GuestId(1), GuestId(2), at(32 * HOUR)).unwrap();
            }
            self.1.write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("home.db");
    let mut home = open(&path);
    lived_in(&mut home);
    let before = exported(&home);
    let looking = Household::look(&path).unwrap();
    let mut meanwhile = Meanwhile(&mut home, Vec::new());
    looking.export(&mut meanwhile).unwrap();
    assert_eq!(String::from_utf8(meanwhile.1).unwrap(), before);
    assert_eq!(home.devices().unwrap().len(), 1);
}

#[test]
fn what_is_no_export_is_refused_whole() {
    let head = r#"{"format":"houseguest.household","schema":1}"#;
    for (text, why) in [
        ("", "line 1 "),
        ("{}", "line 1 "),
        (r#"{"format":"houseguest.household","schema":99}"#, "schema is version 99"),
        (&format!("{head}\nnothing"), "line 2 "),
        (&format!("{head}\n{{\"table\":\"sqlite_schema\",\"row\":{{}}}}"), "line 2 "),
        (&format!("{head}\n{{\"table\":\"device\",\"row\":{{\"id) --\":1}}}}"), "line 2 "),
        (
            &format!(
                "{head}\n{{\"table\":\"device\",\"row\":{{\"first_seen\":\"soon\",\"last_seen\":1}}}}"
            ),
            "line 2 ",
        ),
        (
            &format!(
                "{head}\n{{\"table\":\"slice\",\"row\":{{\"start\":0,\"length\":1,\"packing\":1,\"ledger\":\"hex:00\"}}}}"
            ),
            "its ledger cannot be read",
        ),
    ] {
        let mut home = Household::in_memory().unwrap();
        let said = home.import(&mut text.as_bytes()).unwrap_err().to_string();
        assert!(said.contains(why), "{text}: {said}");
        assert_eq!(home.devices().unwrap(), []);
    }
}

pub(super) fn exported(home: &Household) -> String {
    let mut text = Vec::new();
    home.export(&mut text).unwrap();
    String::from_utf8(text).unwrap()
}

#[test]
fn what_is_erased_is_gone_from_every_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("home.db");
    let mut home = open(&path);
    lived_in(&mut home);
    home.backup(at(31 * HOUR)).unwrap().unwrap();
    home.set_room(GuestId(1), Some("Cellar of secrets")).unwrap();
    let traces: [&[u8]; 5] =
        [b"00:00:5e:00:53:22", &LAMP.0, b"secret-lamp", b"Secretive lamp", b"Cellar of secrets"];
    let found = |home: &Household| {
        let mut all = Vec::new();
        for entry in fs::read_dir(folder.path()).unwrap() {
            all.extend(fs::read(entry.unwrap().path()).unwrap());
        }
        // Packed ledgers hide what they hold: unpack them too.
        all.extend(home.window(at(0), at(9 * DAY)).unwrap().ledger.to_bytes().unwrap());
        traces.map(|trace| all.windows(trace.len()).any(|window| window == trace))
    };
    assert_eq!(found(&home), [true; 5]);
    home.erase_device(GuestId(1), at(32 * HOUR)).unwrap();
    assert_eq!(found(&home), [false; 5]);
    assert_eq!(home.devices().unwrap().len(), 1, "the camera stays");
    assert!(!home.window(at(0), at(DAY)).unwrap().ledger.is_empty());
    drop(home);
    let mut home = open(&path);
    let again = Said::default().device(LAMP, 0, 33 * HOUR);
    let events = home.remember(&again.assessment, at(33 * HOUR)).unwrap().events;
    assert_eq!(shown(&events), ["g3 new-device"]);
    home.erase_all().unwrap();
    assert_eq!(found(&home), [false; 5]);
    assert_eq!((home.devices().unwrap(), all_events(&home)), (vec![], vec![]));
    drop(home);
    assert!(open(&path).settings().unwrap().is_empty());
}

#[test]
fn what_is_erased_leaves_the_backup_also_while_somebody_looks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("home.db");
    let mut home = open(&path);
    lived_in(&mut home);
    home.backup(at(31 * HOUR)).unwrap().unwrap();
    let backup = || fs::read(folder.path().join("home.db-backup")).unwrap();
    let is_in = |bytes: Vec<u8>| bytes.windows(6).any(|it| it == b"Secret");
    assert!(is_in(backup()));
    let looking = rusqlite::Connection::open(&path).unwrap();
    looking.execute_batch("BEGIN; SELECT count(*) FROM device").unwrap();
    let erased = home.erase_device(GuestId(1), at(32 * HOUR));
    assert!(matches!(erased, Err(HouseholdError::InUse)), "the log could not be cut: {erased:?}");
    assert!(!is_in(backup()));
}

#[cfg(unix)]
#[test]
fn nobody_else_on_the_machine_reads_it() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("home.db");
    let open_to_others = || {
        let entries = fs::read_dir(folder.path()).unwrap().map(Result::unwrap);
        let open = entries.filter(|it| it.metadata().unwrap().permissions().mode() & 0o077 != 0);
        open.map(|it| it.file_name().into_string().unwrap()).collect::<Vec<_>>()
    };
    let mut home = open(&path);
    lived_in(&mut home);
    home.backup(at(31 * HOUR)).unwrap().unwrap();
    assert_eq!(open_to_others(), [""; 0], "as it is made");
    drop(home);
    for entry in fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap();
    }
    let home = open(&path);
    assert_eq!(open_to_others(), [""; 0], "as an earlier version left it");
    drop(home);
    fs::write(&path, "nothing").unwrap();
    Household::open(&path, Budget::default()).unwrap();
    assert_eq!(open_to_others(), [""; 0], "mended");
}

#[test]
fn a_day_passes_between_backups() {
    let folder = tempfile::tempdir().unwrap();
    let mut home = open(&folder.path().join("home.db"));
    assert!(home.backup(at(0)).unwrap().is_some());
    assert!(home.backup(at(DAY - 1)).unwrap().is_none());
    assert!(home.backup(at(DAY)).unwrap().is_some());
    assert!(home.backup(at(0)).unwrap().is_some(), "a clock that was set back stops no backup");
    assert!(Household::in_memory().unwrap().backup(at(0)).unwrap().is_none());
}

#[test]
fn a_file_of_a_newer_program_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("home.db");
    lived_in(&mut open(&path));
    let database = rusqlite::Connection::open(&path).unwrap();
    database.execute_batch("UPDATE state SET value = 9 WHERE name = 'schema'").unwrap();
    database.pragma_update(None, "user_version", 9).unwrap();
    drop(database);
    let newer = Household::open(&path, Budget::default());
    assert!(matches!(newer, Err(HouseholdError::Newer { found: 9, known: 1 })), "{newer:?}");
}

/// Households as each released schema left them. A new schema leaves these as they are and adds the one
/// before it: `UPDATE_FIXTURES=1 cargo test -p houseguest-household every_released` writes today's.
#[test]
fn every_released_schema_is_brought_up_to_date() {
    const RELEASED: &[i64] = &[1];

    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemas");
    for version in RELEASED {
        let fixture = fixtures.join(format!("{version}.jsonl"));
        if std::env::var_os("UPDATE_FIXTURES").is_some() && Some(version) == RELEASED.last() {
            let mut home = Household::in_memory().unwrap();
            small(&mut home);
            fs::create_dir_all(&fixtures).unwrap();
            fs::write(&fixture, exported(&home)).unwrap();
        }
        let text = fs::read_to_string(&fixture).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut home = open(&folder.path().join("home.db"));
        home.import(&mut text.as_bytes()).unwrap();
        assert_eq!(home.devices().unwrap()[0].user.name.as_deref(), Some("Reading lamp"));
        assert_eq!(home.plan().unwrap().len(), 1);
        assert_eq!(all_events(&home), ["g1 new-device", "g1 finding telnet high"]);
        let bytes = home.series(Some(GuestId(1)), at(0), at(DAY), household::Step::Day).unwrap();
        assert_eq!(bytes[0].bytes_up, 1_000);
        drop(home);
        open(&folder.path().join("home.db"));
    }
}

fn small(home: &mut Household) {
    home.record(&lamp(5), at(5)).unwrap();
    let said = Said::default().device(LAMP, 5, 5).called("lamp").talks_with("DE", "acme");
    let said = said.wrong("telnet", Severity::High, 5);
    home.remember(&said.assessment, at(5)).unwrap();
    home.set_name(GuestId(1), Some("Reading lamp")).unwrap();
}

#[test]
fn messages_stay_due_until_they_are_sent() {
    let mut home = Household::in_memory().unwrap();
    home.set_alert_rules(&Rules { learning: 0, ..Rules::default() }).unwrap();
    let rules = home.alert_rules().unwrap();
    home.record(&lamp(0), at(0)).unwrap();
    home.remember(&Said::default().device(LAMP, 0, 0).assessment, at(0)).unwrap();
    let due = home.alerts_due(&rules, at(1)).unwrap();
    assert_eq!((due.len(), due[0].device, due[0].urgency), (1, Some(GuestId(1)), Urgency::Now));
    assert_eq!(home.alerts_due(&rules, at(2)).unwrap(), due);
    home.mark_alerted(&due[0], at(3)).unwrap();
    assert_eq!(home.alerts_due(&rules, at(4)).unwrap(), []);
    let wrong = Said::default().device(LAMP, 0, 5).wrong("telnet", Severity::High, 5);
    home.remember(&wrong.assessment, at(5)).unwrap();
    assert_eq!(home.alerts_due(&rules, at(6)).unwrap(), [], "the device was told of a moment ago");
    assert_eq!(home.alerts_due(&rules, at(603)).unwrap().len(), 1);
    home.mute(GuestId(1), Some(at(DAY))).unwrap();
    assert_eq!(home.alerts_due(&rules, at(603)).unwrap(), []);
    home.mute(GuestId(1), None).unwrap();
    assert_eq!(home.alerts_due(&rules, at(603)).unwrap(), [], "what was muted is not told later");
}

#[test]
fn repairs_say_what_happened() {
    let lost = Repair::Lost { table: "event".into(), rows: Some(3) };
    assert_eq!(lost.to_string(), "3 rows of `event` are lost");
}
