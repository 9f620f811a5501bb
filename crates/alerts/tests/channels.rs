//! Each channel against a real server on this machine, as the other side sees it.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on stops")]
#![expect(clippy::print_stdout, reason = "what is skipped is said")]

#[path = "channels/certificate.rs"]
mod certificate;
#[path = "channels/desktop.rs"]
mod desktop;
#[path = "channels/mail.rs"]
mod mail;
#[path = "channels/mqtt.rs"]
mod mqtt;
#[path = "channels/web.rs"]
mod web;

use std::{
    collections::BTreeMap,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use alerts::{Channel, Config, Details, Message, word};
use evidence::Timestamp;
use household::{
    Change, EventId, GuestId, StoredEvent,
    alerts::{Alert, Urgency},
};

/// For how long a state is waited for before a test gives up: far longer than any machine needs.
const PATIENCE: Duration = Duration::from_mins(1);

/// What was noticed of device 7: a finding, and a country.
fn message(details: Details) -> Message {
    let event = |number, change| StoredEvent {
        id: EventId(number),
        at: Timestamp::from_parts(1_795_341_000, 0),
        device: Some(GuestId(7)),
        change,
    };
    let title = "Login in the clear".into();
    let alert = Alert {
        urgency: Urgency::Now,
        device: Some(GuestId(7)),
        events: vec![
            event(11, Change::NewFinding { rule: "r".into(), title, severity: "high".into() }),
            event(12, Change::NewCountry { country: "DE".into() }),
        ],
    };
    let names = BTreeMap::from([(GuestId(7), "Küche: camera\r\nX-Evil: 1".to_owned())]);
    let now = Timestamp::from_parts(1_795_341_600, 0);
    word(&alert, &names, Some("http://192.0.2.1:8420"), details, now)
}

/// The only channel of a file in `folder`.
fn channel(folder: &Path, text: &str) -> Channel {
    std::fs::write(folder.join(Config::FILE), text).unwrap();
    Config::read(folder).unwrap().channels.remove(0)
}

/// Whether a program is here; says so if it is not.
fn has(program: &str, argument: &str) -> bool {
    let found = Command::new(program)
        .arg(argument)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok();
    if !found {
        println!("skipped: {program} is not installed");
    }
    found
}

/// Waits until something is so.
#[track_caller]
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    const OFTEN: Duration = Duration::from_millis(20);

    let mut waited = Duration::ZERO;
    while !holds() {
        assert!(waited < PATIENCE, "{what}: not so");
        std::thread::sleep(OFTEN);
        waited += OFTEN;
    }
}
