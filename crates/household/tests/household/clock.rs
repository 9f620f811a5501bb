use evidence::Timestamp;
use household::Household;

use super::home::{DAY, HOUR, LAMP, MONDAY, Said, all_events, at, lamp};

/// Thirty years.
const FAR: u64 = 30 * 365 * DAY;

#[test]
fn gaps_and_jumps_are_told_and_break_nothing() {
    check("every minute", &[0, 60, 120, 180], &[]);
    check("not for an hour", &[0, 60, 3_660], &["gap 3600"]);
    check("set right a little", &[100, 60, 120], &[]);
    check("set back", &[HOUR, 0, 60], &["back 3600"]);
    check("ahead and back", &[0, FAR, 60, 120], &["gap 946080000", "back 946079940"]);
    check("back and ahead", &[FAR, 0, FAR], &["back 946080000", "gap 946080000"]);
}

#[track_caller]
fn check(name: &str, moments: &[u64], events: &[&str]) {
    let mut home = Household::in_memory().unwrap();
    for moment in moments {
        home.record(&lamp(*moment), at(*moment)).unwrap();
        home.roll_up(at(*moment)).unwrap();
    }
    assert_eq!(all_events(&home), events, "{name}");
    for moment in moments {
        let hour = moment - moment % HOUR;
        let window = home.window(at(hour), at(hour + HOUR)).unwrap();
        assert!(!window.ledger.is_empty(), "{name}: what was seen at {moment} is lost");
    }
    let last = at(*moments.last().unwrap());
    let future: Vec<_> = home.gaps(last, at(2 * FAR)).unwrap();
    assert!(future.iter().all(|gap| gap.to <= last), "{name}: {future:?}");
}

/// A router without a battery: 1970 until it has asked for the time.
#[test]
fn a_clock_that_lost_the_time_rewrites_nothing() {
    let assessed = |seconds: u64| {
        let mut said = Said::default().device(LAMP, 0, 0);
        let when = Timestamp::from_parts(seconds, 0);
        for device in &mut said.assessment.devices {
            (device.first, device.last) = (when, when);
        }
        (said.assessment, when)
    };
    let mut home = Household::in_memory().unwrap();
    for seconds in [MONDAY, MONDAY + 60, 30, 90, MONDAY + 7_200] {
        let (assessment, now) = assessed(seconds);
        home.record(&lamp(0), now).unwrap();
        home.remember(&assessment, now).unwrap();
    }
    let device = &home.devices().unwrap()[0];
    assert_eq!((device.first_seen, device.last_seen), (at(0), at(7_200)));
    assert_eq!(home.watching_since().unwrap(), Some(at(0)));
    let gaps = home.gaps(Timestamp(0), at(DAY)).unwrap();
    assert_eq!(
        gaps.iter().map(|gap| (gap.from, gap.to)).collect::<Vec<_>>(),
        [(at(60), at(7_200))]
    );
}

#[test]
fn what_was_seen_in_the_future_was_seen_now() {
    let mut home = Household::in_memory().unwrap();
    home.record(&lamp(0), at(0)).unwrap();
    home.record(&lamp(FAR), at(FAR)).unwrap();
    home.remember(&Said::default().device(LAMP, FAR, FAR).assessment, at(FAR)).unwrap();
    home.record(&lamp(60), at(60)).unwrap();
    let device = &home.devices().unwrap()[0];
    assert_eq!((device.first_seen, device.last_seen), (at(60), at(60)));
    assert_eq!(home.watching_since().unwrap(), Some(at(0)));
}
