use assessment::model::Encryption;
use household::{
    Household,
    plan::{Proof, SILENCE, State},
};
use knowledge::kinds::{Severity, Shows};

use super::home::{DAY, HOUR, LAMP, Said, at, lamp, shown};

/// One day of the lamp: `x` what is wrong shows, `.` it does not, `o` it does not but is still found by the
/// evidence of the first day, `-` the lamp is not seen, ` ` we do not watch.
#[test]
fn steps_are_ticked_by_later_traffic_and_by_nothing_else() {
    check("it goes on", "telnet", "xxxxxxxxxxxx", &["0 finding telnet high"]);
    check(
        "silent for a week in which the lamp was there",
        "telnet",
        "x........",
        &["0 finding telnet high", "7 gone telnet", "7 step-verified"],
    );
    check(
        "silent for a week, while old evidence is still assessed",
        "telnet",
        "xooooooooooooo",
        &["0 finding telnet high", "7 gone telnet", "7 step-verified"],
    );
    check("the lamp is off", "telnet", "x-----------", &["0 finding telnet high"]);
    check("the lamp is off for long", "telnet", "x-------....", &["0 finding telnet high"]);
    check("we do not watch", "telnet", "x          .", &["0 finding telnet high", "11 gap"]);
    check(
        "it comes back",
        "telnet",
        "x........x.........",
        &[
            "0 finding telnet high",
            "7 gone telnet",
            "7 step-verified",
            "9 finding telnet high",
            "9 step-came-back",
            "16 gone telnet",
            "16 step-verified",
        ],
    );
    check(
        "silence proves nothing about support",
        "support-over",
        "x...............",
        &["0 finding support-over high"],
    );
}

#[test]
fn days_that_a_wrong_clock_named_count_for_no_step() {
    const FAR: u64 = 30 * 365 * DAY;

    let mut home = Household::in_memory().unwrap();
    home.record(&lamp(0), at(0)).unwrap();
    let wrong = Said::default().device(LAMP, 0, 0).wrong("telnet", Severity::High, 0);
    home.remember(&wrong.assessment, at(0)).unwrap();
    for day in 0..6 {
        home.record(&lamp(FAR + day * DAY), at(FAR + day * DAY)).unwrap();
    }
    for moment in (600..8 * DAY).step_by(600) {
        home.record(&evidence::Ledger::default(), at(moment)).unwrap();
    }
    home.record(&lamp(8 * DAY), at(8 * DAY)).unwrap();
    let said = Said::default().device(LAMP, 8 * DAY, 8 * DAY);
    let told = home.remember(&said.assessment, at(8 * DAY)).unwrap().events;
    assert_eq!(shown(&told), [""; 0], "it was there on one day of the eight");
}

#[test]
fn newer_firmware_is_proof_at_once() {
    let mut home = Household::in_memory().unwrap();
    let mut told = |seconds, version: &str, wrong: bool| {
        let said = Said::default().device(LAMP, 0, seconds).is(|it| &mut it.firmware, version);
        let said = if wrong { said.wrong("support-over", Severity::High, seconds) } else { said };
        home.record(&lamp(seconds), at(seconds)).unwrap();
        shown(&home.remember(&said.assessment, at(seconds)).unwrap().events)
    };
    assert_eq!(told(10, "1.9", true), ["g1 new-device", "g1 finding support-over high"]);
    assert_eq!(told(20, "1.9", false), [""; 0]);
    assert_eq!(told(30, "1.8", false), ["g1 firmware 1.9 1.8"]);
    let done = ["g1 firmware 1.8 1.10", "g1 gone support-over", "g1 step-verified"];
    assert_eq!(told(40, "1.10", false), done);
    let state = home.plan().unwrap()[0].state;
    assert_eq!(state, State::Verified { at: at(40), by: Proof::NewerFirmware });
}

#[test]
fn what_is_encrypted_now_is_shown_so_and_sooner() {
    let proof = |encryption, days: u64| {
        let mut home = Household::in_memory().unwrap();
        for day in 0..=days {
            for moment in (0..DAY).step_by(600) {
                let now = day * DAY + moment;
                home.record(&lamp(now), at(now)).unwrap();
            }
            let now = day * DAY + DAY - 600;
            let said = Said::default().device(LAMP, 0, now).talks_with("NL", "cloud");
            let said = said.encrypting(encryption).in_clear("mqtt", Severity::High, HOUR);
            let said = said.verified("mqtt", Shows::Encrypted, 3);
            home.remember(&said.assessment, at(now)).unwrap();
        }
        match home.plan().unwrap()[0].state {
            State::Verified { by, .. } => Some(by),
            _ => None,
        }
    };
    assert_eq!(proof(Encryption::Mixed, 2), None);
    assert_eq!(proof(Encryption::Mixed, 4), Some(Proof::Encrypted));
    assert_eq!(proof(Encryption::Clear, 4), None, "no encryption was seen: silence must do");
    assert_eq!(proof(Encryption::Clear, 8), Some(Proof::Silence));
}

#[test]
fn open_steps_come_first_and_say_what_they_answer() {
    let mut home = Household::in_memory().unwrap();
    home.set_setting(&SILENCE, &60).unwrap();
    let both = Said::default().device(LAMP, 0, 10).wrong("telnet", Severity::High, 10).wrong(
        "upnp",
        Severity::Low,
        10,
    );
    home.remember(&both.assessment, at(10)).unwrap();
    let one = Said::default().device(LAMP, 0, 100).wrong("upnp", Severity::Low, 100);
    home.remember(&one.assessment, at(100)).unwrap();
    let plan = home.plan().unwrap();
    let shown: Vec<_> = plan.iter().map(|it| (&*it.text, it.severity, it.state)).collect();
    let verified = State::Verified { at: at(100), by: Proof::Silence };
    assert_eq!(
        shown,
        [
            ("Put upnp right.", Severity::Low, State::Open),
            ("Put telnet right.", Severity::High, verified),
        ]
    );
    assert_eq!((plan[0].last_seen, plan[1].last_seen), (at(100), at(10)));
}

#[track_caller]
fn check(name: &str, rule: &str, days: &str, expected: &[&str]) {
    let mut home = Household::in_memory().unwrap();
    let mut told = Vec::new();
    for (day, what) in (0..).zip(days.chars()) {
        let start = day * DAY;
        if what == ' ' {
            continue;
        }
        for moment in (0..DAY).step_by(600) {
            let now = start + moment;
            let seen = if what == '-' { evidence::Ledger::default() } else { lamp(now) };
            home.record(&seen, at(now)).unwrap();
        }
        let now = start + DAY - 600;
        let said = match what {
            '-' => Said::default(),
            '.' => Said::default().device(LAMP, start, now),
            _ => {
                let last = if what == 'o' { DAY - 600 } else { now };
                Said::default().device(LAMP, start, now).wrong(rule, Severity::High, last)
            }
        };
        home.remember(&said.assessment, at(now)).unwrap();
        let mut events = home.events(at(start), 50).unwrap();
        events.reverse();
        told.extend(shown(&events).into_iter().map(|it| format!("{day} {it}")));
    }
    let told: Vec<String> = told
        .iter()
        .filter(|it| !it.contains("new-device"))
        .map(|it| it.replace("g1 ", "").split_inclusive("gap").next().unwrap().to_owned())
        .collect();
    assert_eq!(told, expected, "{name}");
}
