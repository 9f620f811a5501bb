//! What to think of where a device stands: from what it can sense, as the pack says, and the room, as
//! the user noted. Where either is not known, nothing is said.

use std::collections::BTreeSet;

use knowledge::{
    Knowledge,
    kinds::{Advice, Sensor},
};

use super::guides::is_of_kind;
use crate::model::{Device, Placement};

/// Advice on where `devices` stand, device by device.
pub(crate) fn placements(devices: &[Device], knowledge: &Knowledge) -> Vec<Placement> {
    let advice: Vec<&Advice> =
        knowledge.pack().advice.values().filter(|it| !it.rooms.is_empty()).collect();
    let mut placements = Vec::new();
    for device in devices.iter().filter(|it| it.local) {
        let Some(room) = device.note.as_ref().and_then(|note| note.room.as_deref()) else {
            continue;
        };
        let words: BTreeSet<String> = words(room).collect();
        for advice in &advice {
            let Some(senses) = sensed(advice, device) else { continue };
            if advice.rooms.iter().any(|word| words.contains(&**word)) {
                placements.push(Placement {
                    device: device.id,
                    advice: advice.id.clone(),
                    room: room.into(),
                    senses,
                });
            }
        }
    }
    placements
}

/// What of what `advice` is about the device can sense; `None` if nothing, or if that is not known.
fn sensed(advice: &Advice, device: &Device) -> Option<Vec<Sensor>> {
    let has = |sensor: &Sensor| device.sensors.contains(sensor);
    let senses: Vec<Sensor> = advice.sensors.iter().copied().filter(has).collect();
    let kind = device.identity.kind.answer().map(|claim| &*claim.value);
    let of_kind = || kind.is_some_and(|kind| is_of_kind(&advice.types, kind));
    if !senses.is_empty() {
        Some(senses)
    } else if of_kind() && device.sensors.is_empty() {
        // What every device of the kind does: a camera sees.
        Some(advice.sensors.clone())
    } else {
        None
    }
}

/// The words of a room's name, in lower case.
fn words(room: &str) -> impl Iterator<Item = String> {
    room.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}
