use assessment::{Applies, notes::Identifier};
use household::{Budget, GuestId, Household, HouseholdError, UserNote};
use knowledge::kinds::Severity;

use super::home::{
    CAMERA, DAY, HOUR, LAMP, PHONE, PHONE_TOMORROW, Said, add, at, lamp, ledger, shown,
};

#[test]
fn devices_are_told_again_by_what_stays() {
    let lamp = || Said::default().device(LAMP, 0, 10);
    let phone = |mac| Said::default().device(mac, 0, 10);
    check("the same address", &[lamp(), lamp()], &[&[1], &[1]]);
    check("two addresses", &[lamp(), lamp().device(CAMERA, 0, 1)], &[&[1], &[1, 2]]);
    check("a new random address", &[phone(PHONE), phone(PHONE_TOMORROW)], &[&[1], &[2]]);
    check(
        "a new random address under the old name",
        &[phone(PHONE).called("p"), phone(PHONE_TOMORROW).called("p"), phone(PHONE)],
        &[&[1], &[1], &[1]],
    );
    check(
        "a new random address with the old number",
        &[phone(PHONE).told_by("uuid 2f402f80"), phone(PHONE_TOMORROW).told_by("uuid 2f402f80")],
        &[&[1], &[1]],
    );
    check(
        "a name is no reason to take another device's address for its own",
        &[lamp().called("p"), phone(PHONE).called("p")],
        &[&[1], &[2]],
    );
    check(
        "two with one name are two",
        &[
            phone(PHONE).called("p"),
            phone(PHONE).device(PHONE_TOMORROW, 0, 10),
            phone(PHONE_TOMORROW).called("p"),
        ],
        &[&[1], &[1, 2], &[2]],
    );
    check(
        "a number burnt into every unit joins no two",
        &[
            lamp().told_by("uuid 2f40"),
            Said::default()
                .device(evidence::Mac([0, 0, 0x5e, 0, 0x53, 0x80]), 0, 10)
                .told_by("uuid 2f40"),
        ],
        &[&[1], &[2]],
    );
}

#[test]
fn more_devices_than_can_be_remembered_push_out_none_that_is_here() {
    let folder = tempfile::tempdir().unwrap();
    let budget = Budget { devices: 2, ..Budget::default() };
    let mut home = Household::open(&folder.path().join("home.db"), budget).unwrap().household;
    let mut known = |said: Said, seconds| {
        home.remember(&said.assessment, at(seconds)).unwrap();
        home.devices().unwrap().iter().map(|it| it.id.0).collect::<Vec<_>>()
    };
    let three =
        |last| Said::default().device(LAMP, 0, last).device(PHONE, 0, last).device(CAMERA, 0, last);
    assert_eq!(known(three(10), 10), [1, 2], "all at once");
    assert_eq!(known(three(20), 20), [1, 2], "and again");
    assert_eq!(known(Said::default().device(LAMP, 0, 30).device(CAMERA, 0, 30), 30), [1, 3]);
}

#[test]
fn two_that_turn_out_to_be_one_are_the_older() {
    let mut home = Household::in_memory().unwrap();
    let two = Said::default().device(LAMP, 0, 10).device(PHONE, 0, 10);
    home.remember(&two.assessment, at(10)).unwrap();
    home.set_name(GuestId(2), Some("Desk")).unwrap();
    let mut one = Said::default().device(LAMP, 0, 20);
    add(&mut one.assessment.devices[0].macs, PHONE);
    let events = home.remember(&one.assessment, at(20)).unwrap().events;
    assert_eq!(shown(&events), ["g1 joined g2"]);
    let devices = home.devices().unwrap();
    assert_eq!(devices.len(), 1);
    assert_eq!(devices[0].user.name.as_deref(), Some("Desk"));
    assert_eq!(home.remember(&one.assessment, at(30)).unwrap().events, []);
    let again = Said::default().device(PHONE, 0, 40).device(LAMP, 0, 40);
    assert_eq!(home.remember(&again.assessment, at(40)).unwrap().events, [], "and stay one");
    assert_eq!(home.devices().unwrap().len(), 1);
    let third = Said::default().device(CAMERA, 0, 50);
    home.remember(&third.assessment, at(50)).unwrap();
    assert_eq!(home.devices().unwrap()[1].id, GuestId(3), "no number is given twice");
    home.join(GuestId(1), GuestId(3), at(60)).unwrap();
    assert_eq!(home.devices().unwrap().len(), 1);
}

#[test]
fn three_that_turn_out_to_be_one_keep_what_the_user_said_of_any() {
    const THIRD: evidence::Mac = evidence::Mac([2, 0, 0x5e, 0, 0x53, 5]);

    let mut home = Household::in_memory().unwrap();
    let three = Said::default()
        .device(PHONE, 0, 10)
        .told_by("uuid 2f40")
        .device(PHONE_TOMORROW, 0, 10)
        .told_by("duid 0004aa")
        .told_by("client-id 01bb")
        .device(THIRD, 0, 10)
        .told_by("uuid 3f40");
    home.remember(&three.assessment, at(10)).unwrap();
    home.set_name(GuestId(3), Some("Tablet")).unwrap();
    // The first has one of the second's numbers, and the third the other.
    let one = Said::default()
        .device(PHONE, 0, 20)
        .told_by("duid 0004aa")
        .device(THIRD, 0, 20)
        .told_by("client-id 01bb");
    let events = home.remember(&one.assessment, at(20)).unwrap().events;
    assert_eq!(shown(&events), ["g1 joined g2", "g1 joined g3"]);
    let devices = home.devices().unwrap();
    assert_eq!(devices.len(), 1);
    assert_eq!(devices[0].user.name.as_deref(), Some("Tablet"));
    assert_eq!(devices[0].keys.len(), 7);
    assert_eq!(home.remember(&one.assessment, at(30)).unwrap().events, []);
}

#[test]
fn a_relay_makes_no_two_devices_one() {
    /// Of another maker than the lamp.
    const SPEAKER: evidence::Mac = evidence::Mac([0, 0, 0x5f, 0, 0x53, 9]);

    let two = |last| {
        let said = Said::default().device(LAMP, 0, last).told_by("uuid 2f40");
        said.device(SPEAKER, 0, last).told_by("announced _hap._tcp deviceid=7")
    };
    // Another machine with an address of its own choice announces what it hears.
    let relaying = |said: Said, last| {
        let said = said.device(PHONE, 0, last).told_by("uuid 2f40");
        said.told_by("announced _hap._tcp deviceid=7")
    };
    let all = |last| relaying(two(last), last);
    let alone = |last| relaying(Said::default(), last);
    for moments in [
        [two(10), all(20), all(30), two(40)],
        [all(10), all(20), two(30), all(40)],
        [two(10), alone(20), two(30), alone(40)],
    ] {
        let mut home = Household::in_memory().unwrap();
        for (said, seconds) in moments.into_iter().zip([10, 20, 30, 40]) {
            let told = home.remember(&said.assessment, at(seconds)).unwrap();
            let joined = shown(&told.events).iter().any(|it| it.contains("joined"));
            assert!(!joined, "{seconds}: {:?}", told.events);
        }
        assert_eq!(home.devices().unwrap().len(), 3);
    }
}

#[test]
fn changes_are_told_once() {
    let mut home = Household::in_memory().unwrap();
    let mut told = |said: Said, seconds| {
        home.record(&lamp(seconds), at(seconds)).unwrap();
        shown(&home.remember(&said.assessment, at(seconds)).unwrap().events)
    };
    let lamp = |last| Said::default().device(LAMP, 0, last).talks_with("DE", "acme");
    assert_eq!(told(lamp(10), 10), ["g1 new-device"]);
    assert_eq!(told(lamp(20), 20), [""; 0]);
    let abroad = |last| lamp(last).talks_with("US", "other");
    assert_eq!(told(abroad(30), 30), ["g1 country US", "g1 organisation other"]);
    assert_eq!(told(abroad(40), 40), [""; 0]);
    let firmware = |last, version| lamp(last).is(|it| &mut it.firmware, version);
    assert_eq!(told(firmware(50, "1.0"), 50), [""; 0]);
    assert_eq!(told(firmware(60, "1.1"), 60), ["g1 firmware 1.0 1.1"]);
    assert_eq!(told(firmware(70, "1.1"), 70), [""; 0]);
    let wrong = |last| lamp(last).wrong("telnet", Severity::High, last);
    assert_eq!(told(wrong(80), 80), ["g1 finding telnet high"]);
    assert_eq!(told(wrong(90), 90), [""; 0]);
}

#[test]
fn a_list_or_law_that_comes_to_touch_a_device_is_told_once_and_so_is_its_end() {
    let mut home = Household::in_memory().unwrap();
    let mut told = |said: Said, seconds| {
        home.record(&lamp(seconds), at(seconds)).unwrap();
        shown(&home.remember(&said.assessment, at(seconds)).unwrap().events)
    };
    let brand = |last| Said::default().device(LAMP, 0, last).is(|it| &mut it.brand, "Acme");
    let before = |last| brand(last).listed("list", "maybe", Applies::Unknown);
    assert_eq!(told(before(10), 10), ["g1 new-device"]);
    assert_eq!(told(before(20), 20), [""; 0]);
    // The pack is another one now.
    let after = |last| brand(last).listed("list", "maybe", Applies::Yes).reached_by("DE", "de-law");
    assert_eq!(
        told(after(30), 30),
        ["g1 law de-law of DE: true", "g1 list list/maybe: unknown, then yes"]
    );
    assert_eq!(told(after(40), 40), [""; 0]);
    assert_eq!(
        told(brand(50), 50),
        ["g1 law de-law of DE: false", "g1 list list/maybe: yes, then nothing"]
    );
    // An answer of no is no touch.
    assert_eq!(told(brand(60).listed("list", "other", Applies::No), 60), [""; 0]);
    // We took it for something else: that is no news of the law.
    let mistaken = |last| {
        let said = Said::default().device(LAMP, 0, last).is(|it| &mut it.brand, "Other");
        said.listed("list", "maybe", Applies::Unknown).reached_by("DE", "de-law")
    };
    assert_eq!(told(mistaken(70), 70), [""; 0]);
}

#[test]
fn absence_counts_only_while_we_were_watching() {
    let absence = |watching: bool, first: u64| {
        let mut home = Household::in_memory().unwrap();
        let lamp_until = |last| Said::default().device(LAMP, last, last).assessment;
        home.record(&lamp(0), at(0)).unwrap();
        home.remember(&lamp_until(0), at(0)).unwrap();
        let step: usize = if watching { 600 } else { 40 * 86_400 };
        for moment in (0..=40 * DAY).step_by(step) {
            home.record(&evidence::Ledger::default(), at(moment)).unwrap();
        }
        let again = Said::default().device(LAMP, first, 40 * DAY).assessment;
        let events = home.remember(&again, at(40 * DAY)).unwrap().events;
        shown(&events)
    };
    assert_eq!(absence(true, 40 * DAY), ["g1 device-back"]);
    assert_eq!(absence(true, 0), ["g1 device-back"], "in traffic of long ago too");
    assert_eq!(absence(false, 40 * DAY), [""; 0]);
}

#[test]
fn a_sensor_that_falls_silent_is_missed_once() {
    let mut home = Household::in_memory().unwrap();
    let mut told = Vec::new();
    for hour in 0..14 * 24 {
        let now = at(hour * HOUR);
        for minute in 0..6 {
            home.record(&evidence::Ledger::default(), at(hour * HOUR + minute * 600)).unwrap();
        }
        // Heard of every eight hours, for five days and again on the twelfth.
        let heard = hour % 8 == 0 && !(5 * 24..12 * 24).contains(&hour);
        let said = Said::default();
        let said = if heard {
            said.device(LAMP, hour * HOUR, hour * HOUR).is(|it| &mut it.kind, "smoke-alarm")
        } else {
            said.device(CAMERA, 0, hour * HOUR)
        };
        let events = home.remember(&said.assessment, now).unwrap().events;
        told.extend(shown(&events).into_iter().map(|it| format!("{} {it}", hour / 24)));
    }
    assert_eq!(
        told,
        ["0 g1 new-device", "0 g2 new-device", "5 g1 silent-sensor", "12 g1 sensor-heard"]
    );
}

#[test]
fn what_the_user_says_stays_and_becomes_notes() {
    let mut home = Household::in_memory().unwrap();
    home.remember(&Said::default().device(LAMP, 0, 10).called("lamp").assessment, at(10)).unwrap();
    let id = GuestId(1);
    home.set_note(id, &UserNote { brand: Some("Acme".into()), ..UserNote::default() }).unwrap();
    home.set_name(id, Some("  Reading lamp ")).unwrap();
    home.set_room(id, Some("Hall")).unwrap();
    home.set_room(id, Some(" ")).unwrap();
    home.mute(id, Some(at(99))).unwrap();
    let device = home.device(id).unwrap();
    assert_eq!(device.user.name.as_deref(), Some("Reading lamp"));
    assert_eq!((device.user.room, device.muted_until), (None, Some(at(99))));
    let notes = home.notes("2026-11-22").unwrap();
    let keys: Vec<_> = notes.iter().map(|it| it.device.to_string()).collect();
    assert_eq!(keys, ["mac 00:00:5e:00:53:22", "name lamp"]);
    assert_eq!(notes[0].device, Identifier::Mac(LAMP));
    assert_eq!(notes[0].brand.as_deref(), Some("Acme"));
    let nobody = home.set_name(GuestId(9), None).unwrap_err();
    assert!(matches!(nobody, HouseholdError::NoDevice(GuestId(9))));
}

#[test]
fn an_assessment_of_real_evidence_is_remembered_by_its_identifiers() {
    let mut home = Household::in_memory().unwrap();
    let usn = (evidence::fields::SSDP_USN, "uuid:2f402f80-da50-11e1-9b23::upnp:rootdevice");
    let knowledge = knowledge::Knowledge::new(knowledge::Pack::default());
    let mut remember = |mac, seconds| {
        let seen = ledger(mac, seconds, &[usn], 10);
        let assessed = assessment::assess(&seen, &knowledge, &assessment::Settings::default());
        home.remember(&assessed, at(seconds)).unwrap();
    };
    remember(PHONE, 10);
    remember(PHONE_TOMORROW, DAY);
    let devices = home.devices().unwrap();
    assert_eq!(devices.len(), 1);
    assert_eq!((devices[0].first_seen, devices[0].last_seen), (at(10), at(DAY)));
    assert_eq!(devices[0].keys.len(), 3);
    assert_eq!(&*devices[0].keys[0], "uuid 2f402f80-da50-11e1-9b23");
}

/// Which of ours the devices of each assessment are.
#[track_caller]
fn check(name: &str, assessed: &[Said], guests: &[&[i64]]) {
    let mut home = Household::in_memory().unwrap();
    for (number, (said, expected)) in assessed.iter().zip(guests).enumerate() {
        let now = at(10 + number as u64);
        let told = home.remember(&said.assessment, now).unwrap().devices;
        let told: Vec<i64> = told.values().map(|it| it.0).collect();
        assert_eq!(&told, expected, "{name}, {number}");
    }
}
