use std::collections::BTreeMap;

use knowledge::{Knowledge, kinds::Sensor};

use super::*;
use crate::model::{Claim, Claims, Confidence, EvidenceId, Noted, Role};

const PACK: &str = r#"
[[source]]
id = "s"
title = "T"
issuer = "I"
url = "https://example.org/"
grade = "primary"

[[advice]]
id = "general"
title = "G"
rules = ["w", "other"]
steps = ["Do."]
breaks = "Nothing."
cost = { minutes = 60, money = "none", skill = "settings" }
verify = { shows = "silence", days = 14 }
sources = ["s"]

[[advice]]
id = "cheap"
title = "C"
rules = ["w"]
steps = ["Do."]
breaks = "Nothing."
cost = { minutes = 5, money = "none", skill = "anyone" }
sources = ["s"]

[[advice]]
id = "for-acme"
title = "A"
rules = ["w"]
brands = ["acme"]
replaces = ["general"]
steps = ["Do."]
breaks = "Nothing."
cost = { minutes = 10, money = "none", skill = "settings" }
sources = ["s"]

[[advice]]
id = "at-the-router"
title = "R"
rules = ["w"]
routers = ["gate"]
steps = ["Do."]
breaks = "Nothing."
cost = { minutes = 10, money = "none", skill = "settings" }
sources = ["s"]

[[advice]]
id = "for-cameras"
title = "K"
rules = ["w"]
types = ["camera"]
steps = ["Do."]
breaks = "Nothing."
cost = { minutes = 10, money = "none", skill = "settings" }
sources = ["s"]

[[advice]]
id = "not-where-one-sleeps"
title = "P"
sensors = ["camera"]
types = ["camera"]
rooms = ["bedroom", "bad"]
steps = ["Think."]
breaks = "Nothing."
cost = { minutes = 10, money = "none", skill = "anyone" }
sources = ["s"]
"#;

#[test]
fn what_is_for_this_device_and_this_router_comes_before_what_is_for_all() {
    let plug = |brand| device(1, brand, "plug");
    check("nothing known", &[plug("")], &["cheap", "general"]);
    check("another brand", &[plug("other")], &["cheap", "general"]);
    check("its brand, in place of the general", &[plug("acme")], &["for-acme", "cheap"]);
    check("a kind of camera", &[device(1, "", "doorbell")], &["for-cameras", "cheap", "general"]);
    let router = Device { role: Role::Gateway, ..device(2, "gate", "router") };
    check("this router", &[plug(""), router.clone()], &["at-the-router", "cheap", "general"]);
    check(
        "the best three",
        &[device(1, "", "camera"), router],
        &["at-the-router", "for-cameras", "cheap"],
    );
}

#[test]
fn a_rule_is_verified_as_its_general_advice_says() {
    let verified = verifications(&knowledge());
    let days: Vec<_> = verified.iter().map(|(rule, it)| (&**rule, it.days)).collect();
    assert_eq!(days, [("other", 14), ("w", 14)]);
}

#[test]
fn a_room_is_judged_only_where_the_sensor_and_the_room_are_known() {
    let in_room = |room: Option<&str>, kind, sensors: &[Sensor]| {
        let note = room.map(|room| Noted {
            on: "2026-11-22".into(),
            key: "k".into(),
            says: "S".into(),
            room: Some(room.into()),
            name: None,
            evidence: EvidenceId(0),
        });
        let device =
            Device { note: note.map(Box::new), sensors: sensors.into(), ..device(1, "", kind) };
        placements(&[device], &knowledge()).len()
    };
    let camera = &[Sensor::Camera][..];
    assert_eq!(in_room(Some("Kids' Bedroom"), "", camera), 1);
    assert_eq!(in_room(Some("Bad oben"), "speaker", camera), 1);
    assert_eq!(in_room(Some("Bedroom"), "camera", &[]), 1, "every camera sees");
    assert_eq!(in_room(Some("Bedroom"), "camera", &[Sensor::Microphone]), 0, "the pack says else");
    assert_eq!(in_room(Some("Bedroom"), "speaker", &[]), 0, "what it senses is not known");
    assert_eq!(in_room(Some("Badminton hall"), "", camera), 0, "a part of a word is not the word");
    assert_eq!(in_room(None, "", camera), 0);
}

#[track_caller]
fn check(name: &str, devices: &[Device], expected: &[&str]) {
    let knowledge = knowledge();
    let guides = Guides::new(devices, &knowledge);
    let found = guides.of(devices.first().unwrap(), [&"w".into()]);
    let found: Vec<&str> = found.iter().map(|id| &**id).collect();
    assert_eq!(found, expected, "{name}");
}

fn knowledge() -> Knowledge {
    let files = BTreeMap::from([("advice/a.toml".to_owned(), PACK.to_owned())]);
    Knowledge::new(knowledge::load(files).unwrap())
}

fn device(number: u32, brand: &str, kind: &str) -> Device {
    let mut device = Device { id: DeviceId(number), local: true, ..Device::default() };
    let claim = |value: &str, id: Option<&str>| {
        let (confidence, reasons) = (Confidence::new(0.9), Box::default());
        Claims([Claim { value: value.into(), id: id.map(Into::into), confidence, reasons }].into())
    };
    if !brand.is_empty() {
        device.identity.brand = claim(brand, Some(brand));
    }
    if !kind.is_empty() {
        device.identity.kind = claim(kind, None);
    }
    device
}
