use evidence::{Ledger, Timestamp};
use household::{Budget, Household, Point, Step};

use super::home::{CAMERA, DAY, HOUR, LAMP, Said, all_events, at, lamp, ledger};

#[test]
fn what_was_recorded_merges_to_any_window() {
    let mut home = Household::in_memory().unwrap();
    let parts: Vec<Ledger> = (0..50).map(|part| lamp(part * 600)).collect();
    for (part, seconds) in parts.iter().zip((0..).step_by(600)) {
        home.record(part, at(seconds)).unwrap();
    }
    let merged = |from: usize, to: usize| {
        let some = parts.get(from..to).unwrap().iter().cloned();
        some.reduce(Ledger::merge).unwrap()
    };
    let window = |from, to| home.window(at(from), at(to)).unwrap();
    assert_eq!(window(0, DAY).ledger, merged(0, 50));
    assert_eq!(window(HOUR, 3 * HOUR).ledger, merged(6, 18));
    assert_eq!(window(HOUR + 1, HOUR + 2).ledger, merged(6, 12), "hours are whole");
    assert!(window(DAY, 2 * DAY).ledger.is_empty());
    assert!(window(0, DAY).damaged.is_empty());
}

#[test]
fn hours_become_days_and_say_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let budget = Budget { hours: 30, days: 3, ..Budget::default() };
    let mut home = Household::open(&folder.path().join("home.db"), budget).unwrap().household;
    for hour in 0..100 {
        home.record(&lamp(hour * HOUR + 1), at(hour * HOUR + 60)).unwrap();
    }
    home.remember(&Said::default().device(LAMP, 0, 99 * HOUR).assessment, at(99 * HOUR)).unwrap();
    let guest = home.devices().unwrap()[0].id;
    let all = |home: &Household| home.window(at(0), at(5 * DAY)).unwrap().ledger;
    let bytes = |home: &Household| {
        let points = home.series(Some(guest), at(0), at(5 * DAY), Step::Day).unwrap();
        points.iter().map(|point| point.bytes_up).collect::<Vec<_>>()
    };
    let (before, bytes_before) = (all(&home), bytes(&home));
    assert_eq!(bytes_before, [24_000, 24_000, 24_000, 24_000, 4_000]);
    let rolled = home.roll_up(at(100 * HOUR)).unwrap();
    assert_eq!(rolled.hours_merged, 48, "whole days older than the last 30 hours");
    assert_eq!((all(&home), bytes(&home)), (before, bytes_before));
    let hours = home.series(Some(guest), at(0), at(5 * DAY), Step::Hour).unwrap();
    let first = Point { start: at(0), seconds: DAY, bytes_up: 24_000, bytes_down: 0 };
    assert_eq!((hours[0], hours.len()), (first, 2 + 52));
    assert_eq!(home.roll_up(at(100 * HOUR)).unwrap().hours_merged, 0);
    for hour in 100..180 {
        home.record(&lamp(hour * HOUR + 1), at(hour * HOUR)).unwrap();
    }
    let rolled = home.roll_up(at(180 * HOUR)).unwrap();
    assert_eq!(rolled.dropped.get("slice"), Some(&3), "of six days, three are kept");
    assert_eq!(home.recorded().unwrap().unwrap().from, at(3 * DAY));
}

#[test]
fn bytes_beyond_counting_stop_neither_pictures_nor_days() {
    const CLAIMED: u64 = u64::MAX >> 1;

    let folder = tempfile::tempdir().unwrap();
    let budget = Budget { hours: 3, ..Budget::default() };
    let mut home = Household::open(&folder.path().join("home.db"), budget).unwrap().household;
    // As a flow record says it that somebody made up.
    for hour in 0..60 {
        home.record(&ledger(LAMP, hour * HOUR, &[], CLAIMED), at(hour * HOUR)).unwrap();
    }
    let days = |home: &Household| {
        let points = home.series(None, at(0), at(5 * DAY), Step::Day).unwrap();
        points.iter().map(|point| point.bytes_up >= CLAIMED / 2).collect::<Vec<_>>()
    };
    assert_eq!(days(&home), [true; 3]);
    assert_eq!(home.roll_up(at(60 * HOUR)).unwrap().hours_merged, 48);
    home.record(&ledger(LAMP, HOUR, &[], CLAIMED), at(60 * HOUR)).unwrap();
    assert_eq!(home.roll_up(at(61 * HOUR)).unwrap().hours_merged, 1, "to a day that is there");
    assert_eq!(days(&home), [true; 3]);
}

#[test]
fn a_full_budget_drops_the_oldest_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let budget = Budget { bytes: 5 << 20, ..Budget::default() };
    let mut home = Household::open(&folder.path().join("home.db"), budget).unwrap().household;
    let mut noise = oorandom::Rand64::new(7);
    for hour in 0..240 {
        let words: Vec<String> =
            (0..500).map(|_| format!("{:x}{:x}", noise.rand_u64(), noise.rand_u64())).collect();
        let said: Vec<_> =
            words.iter().map(|it| (evidence::fields::DNS_QUERY, it.as_str())).collect();
        home.record(&ledger(LAMP, hour * HOUR, &said, 10), at(hour * HOUR)).unwrap();
        home.record(&ledger(CAMERA, hour * HOUR + 9, &said, 10), at(hour * HOUR + 9)).unwrap();
    }
    let kept = home.recorded().unwrap().unwrap();
    assert!(kept.from > at(0) && kept.to == at(240 * HOUR), "{kept:?}");
    assert!(all_events(&home).contains(&"budget-full".to_owned()));
    let on_disk = std::fs::metadata(folder.path().join("home.db")).unwrap().len();
    assert!(on_disk <= 3 << 20, "{on_disk}");
}

#[test]
fn a_smaller_budget_gives_the_disk_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("home.db");
    let open = |bytes| {
        let budget = Budget { bytes, ..Budget::default() };
        Household::open(&path, budget).unwrap().household
    };
    let mut home = open(40 << 20);
    let mut noise = oorandom::Rand64::new(7);
    for hour in 0..240 {
        let mut noise = || format!("{:x}{:x}", noise.rand_u64(), noise.rand_u64());
        let words: Vec<String> = (0..500).map(|_| noise() + &noise()).collect();
        let said: Vec<_> =
            words.iter().map(|it| (evidence::fields::DNS_QUERY, it.as_str())).collect();
        home.record(&ledger(LAMP, hour * HOUR, &said, 10), at(hour * HOUR)).unwrap();
    }
    let on_disk = || std::fs::metadata(&path).unwrap().len();
    drop(home);
    assert!(on_disk() > 4 << 20, "{}", on_disk());
    let mut home = open(5 << 20);
    home.roll_up(at(240 * HOUR)).unwrap();
    assert!(on_disk() <= 3 << 20, "{}", on_disk());
    home.record(&lamp(241 * HOUR), at(241 * HOUR)).unwrap();
    drop(home);
    assert!(on_disk() <= 3 << 20, "{}", on_disk());
}

#[test]
fn an_import_of_yesterday_lands_in_yesterday() {
    let mut home = Household::in_memory().unwrap();
    home.record(&lamp(5 * HOUR), at(DAY)).unwrap();
    home.record(&lamp(9 * DAY), at(DAY)).unwrap();
    let starts: Vec<Timestamp> = home
        .series(None, at(0), at(9 * DAY), Step::Hour)
        .unwrap()
        .iter()
        .map(|point| point.start)
        .collect();
    assert_eq!(starts, [at(5 * HOUR), at(DAY)], "and what claims to be of the future is of now");
}
