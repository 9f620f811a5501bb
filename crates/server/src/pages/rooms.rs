//! The home by room: what is there, and what of it can see, hear or sense.
//!
//! A sensor is named only where the pack knows it of the model, or where the kind of device is a sensor by
//! its very name. Of everything else it is said that it is not known.

use std::collections::{BTreeMap, BTreeSet};

use assessment::model::Device;
use axum::response::Response;
use knowledge::kinds::Sensor;
use maud::{Markup, html};
use reports::{escape::short, pieces::named, wording};

use super::{Tab, address, count, link, why};
use crate::{present::Present, visit::Visit};

/// Letters of a label that is heard and not seen.
const LABEL: usize = 60;

/// Rooms that most homes have, offered to those who type one.
const USUAL: [&str; 12] = [
    "Bathroom",
    "Bedroom",
    "Cellar",
    "Children's room",
    "Dining room",
    "Garage",
    "Garden",
    "Hall",
    "Kitchen",
    "Living room",
    "Office",
    "Utility room",
];

pub(crate) async fn page(visit: Visit) -> Response {
    let present = &*visit.present;
    let (rooms, nowhere) = by_room(present);
    let body = html! {
        h1 { "Your home by room" }
        p.lead {
            "What stands where, and what of it can see or hear. Named only where the model is known and \
             its makers or others published what is in it; everything else may sense more than anybody told."
        }
        @if rooms.is_empty() {
            p {
                "No device has a room yet. "
                @if visit.house.remembers() && !nowhere.is_empty() { "Say below where each stands, and the rooms appear here." }
            }
        }
        div.rooms { @for (room, devices) in &rooms { (self::room(room, devices)) } }
        @if !nowhere.is_empty() {
            section aria-labelledby="nowhere" {
                h2 id="nowhere" { "No room yet" }
                (rooms_to_choose(rooms.keys().copied()))
                ul.placing { @for device in &nowhere { li { (placing(&visit, device)) } } }
            }
        }
    };
    super::page(&visit, Tab::Rooms, "Rooms", &body)
}

/// Devices by the room that the user said they are in, and those of which nobody said so.
pub(crate) fn by_room(present: &Present) -> (BTreeMap<&str, Vec<&Device>>, Vec<&Device>) {
    let mut rooms: BTreeMap<&str, Vec<&Device>> = BTreeMap::new();
    let mut nowhere = Vec::new();
    for device in present.local() {
        match device.note.as_ref().and_then(|note| note.room.as_deref()) {
            Some(room) => rooms.entry(room).or_default().push(device),
            None => nowhere.push(device),
        }
    }
    (rooms, nowhere)
}

/// How it is known what a device can sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Senses<'a> {
    /// The pack says so of its model.
    Model(&'a [Sensor]),
    /// It is one by the very name of its kind.
    Kind(Sensor),
    /// Nobody told.
    Unknown,
}

/// What is known of what a device can sense.
pub(crate) fn senses(device: &Device) -> Senses<'_> {
    /// Kinds of devices whose name is what they sense.
    const BY_NAME: [(&str, Sensor); 2] =
        [("camera", Sensor::Camera), ("motion-sensor", Sensor::Presence)];

    if !device.sensors.is_empty() {
        return Senses::Model(&device.sensors);
    }
    let kind = device.identity.kind.answer().map(|claim| &*claim.value);
    let named = BY_NAME.iter().find(|(name, _)| Some(*name) == kind);
    named.map_or(Senses::Unknown, |(_, sensor)| Senses::Kind(*sensor))
}

impl Senses<'_> {
    /// As a list, empty where nothing is known.
    pub(crate) fn all(&self) -> Vec<Sensor> {
        match self {
            Self::Model(sensors) => sensors.to_vec(),
            Self::Kind(sensor) => vec![*sensor],
            Self::Unknown => Vec::new(),
        }
    }
}

/// What can be done there, in the words of who lives there.
const fn can(sensor: Sensor) -> &'static str {
    match sensor {
        Sensor::Camera => "can see",
        Sensor::Microphone => "can hear",
        Sensor::Presence => "notices whether somebody is there",
        Sensor::Location => "knows where somebody is",
        Sensor::Map => "knows the shape of rooms",
        Sensor::Screen => "knows what is on its screen",
        Sensor::Body => "measures a body",
        Sensor::Use => "tells when somebody is home by what is used",
        _ => "senses something else",
    }
}

fn room(name: &str, devices: &[&Device]) -> Markup {
    let senses: BTreeSet<Sensor> = devices.iter().flat_map(|it| self::senses(it).all()).collect();
    let unknown = devices.iter().filter(|it| self::senses(it) == Senses::Unknown).count();
    html! {
        section.room aria-label=(reports::escape::visible(&short(name, LABEL))) {
            h2 { (named(name)) }
            p.senses {
                @if senses.contains(&Sensor::Camera) { span.sense.sees { (icon(Sensor::Camera)) " Something here can see" } }
                @if senses.contains(&Sensor::Microphone) { span.sense.hears { (icon(Sensor::Microphone)) " Something here can hear" } }
                @if unknown > 0 {
                    span.sense.unknown { (doubt(unknown, devices.len())) }
                }
            }
            ul.plain { @for device in devices { li { (resident(device)) } } }
        }
    }
}

/// Of how many devices of a room it is not known what they sense.
fn doubt(unknown: usize, all: usize) -> String {
    match (unknown, all) {
        (1, 1) => "What its device can sense is not known".to_owned(),
        (unknown, all) if unknown == all => {
            format!("What its {} can sense is not known", count(all, "device"))
        }
        (unknown, _) => format!("What {unknown} of its devices can sense is not known"),
    }
}

/// A device within a room.
fn resident(device: &Device) -> Markup {
    let known = senses(device);
    html! {
        (link(device))
        p.meta {
            @match known {
                Senses::Unknown => span.unknown { "not known" },
                _ => {
                    @for (place, sensor) in known.all().into_iter().enumerate() {
                        @if place > 0 { ", " }
                        (icon(sensor)) " " (can(sensor))
                    }
                    @match (known, &device.product) {
                        (Senses::Model(_), Some(product)) => {
                            " " a.why href={ "/entries/" (product) } aria-label={ "Why: what " (product) " can sense" } { "why?" }
                        },
                        _ => { ", by its kind " (why(device, "type", "its kind")) },
                    }
                },
            }
        }
    }
}

/// A sign beside the words, which say all.
fn icon(sensor: Sensor) -> Markup {
    let d = match sensor {
        Sensor::Camera => {
            "M1 8s2.6-4.5 7-4.5S15 8 15 8s-2.6 4.5-7 4.5S1 8 1 8zm7-2.3a2.3 2.3 0 1 0 0 4.6 2.3 2.3 0 0 0 0-4.6z"
        }
        Sensor::Microphone => {
            "M8 1a2.2 2.2 0 0 0-2.2 2.2v4.6a2.2 2.2 0 0 0 4.4 0V3.2A2.2 2.2 0 0 0 8 1zM3.5 7.5a4.5 4.5 0 0 0 3.8 4.4V15h1.4v-3.1a4.5 4.5 0 0 0 3.8-4.4h-1.4a3.1 3.1 0 0 1-6.2 0z"
        }
        _ => {
            "M8 5.6a2.4 2.4 0 1 0 0 4.8 2.4 2.4 0 0 0 0-4.8zM3.2 3.2l-1-1a8.2 8.2 0 0 0 0 11.6l1-1a6.8 6.8 0 0 1 0-9.6zm9.6 0a6.8 6.8 0 0 1 0 9.6l1 1a8.2 8.2 0 0 0 0-11.6z"
        }
    };
    html! { svg.icon viewBox="0 0 16 16" aria-hidden="true" { path fill-rule="evenodd" d=(d) {} } }
}

/// What a browser offers to somebody who types a room.
pub(super) fn rooms_to_choose<'a>(known: impl Iterator<Item = &'a str>) -> Markup {
    let rooms: BTreeSet<&str> = known.chain(USUAL).collect();
    html! { datalist id="rooms" { @for room in rooms { option value=(reports::escape::visible(&short(room, LABEL))) {} } } }
}

/// A device without a room, and where its room can be said.
fn placing(visit: &Visit, device: &Device) -> Markup {
    let known = senses(device).all();
    let key = Present::key(device);
    html! {
        span {
            (link(device))
            @if !known.is_empty() {
                span.meta { ": " @for (place, sensor) in known.iter().enumerate() { @if place > 0 { ", " } (wording::sensor(*sensor)) } }
            }
        }
        @if visit.present.known.device(device).is_some() {
            form.room-of method="post" action={ (address(device)) "/note" } {
                (super::token(visit))
                input type="hidden" name="back" value="rooms";
                label.hidden for={ "room-" (key) } { "Room of " (reports::escape::visible(&super::called(device))) }
                input id={ "room-" (key) } name="room" list="rooms" maxlength="60" placeholder="Room" required;
                button.quiet { "Keep" }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use assessment::model::{Claim, Claims, Confidence};

    use super::*;

    #[test]
    fn a_sensor_is_named_only_where_it_is_known() {
        assert_eq!(senses(&of_kind("camera")), Senses::Kind(Sensor::Camera));
        for kind in ["speaker", "doorbell", "tv", "plug", "sensor"] {
            assert_eq!(senses(&of_kind(kind)), Senses::Unknown, "{kind}");
        }
        let model = Device { sensors: [Sensor::Microphone].into(), ..of_kind("camera") };
        assert_eq!(senses(&model), Senses::Model(&[Sensor::Microphone]));
        assert_eq!(senses(&Device::default()), Senses::Unknown);
    }

    fn of_kind(kind: &str) -> Device {
        let mut device = Device::default();
        let confidence = Confidence::new(0.9);
        device.identity.kind = Claims(
            [Claim { value: kind.into(), id: None, confidence, reasons: Box::default() }].into(),
        );
        device
    }
}
