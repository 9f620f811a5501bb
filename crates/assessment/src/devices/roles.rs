//! What part a device plays: a thing, or a phone or computer that a person uses.

use std::collections::BTreeMap;

use super::Member;
use crate::{
    clues::{Clues, group_of},
    model::{Confidence, Role},
    sureness::noisy_or,
};

/// Kinds of device that run whatever their user installs, so that their traffic tells about the
/// user's apps and not about the device.
const USED_BY_PEOPLE: [&str; 4] = ["phone", "tablet", "pc", "laptop"];

/// Decides the role of `member` from what it says of itself. A gateway stays one.
pub(crate) fn settle<'a>(member: &mut Member<'a>, clues: &mut Clues<'a, '_>) {
    if member.role == Role::Gateway {
        return;
    }
    let (client, device) = leanings(member, clues);
    member.role = match (client >= Confidence::ANSWER.value(), device >= DEVICE_ENOUGH) {
        (true, _) if client >= device => Role::Client,
        (_, true) => Role::Device,
        _ => Role::Unknown,
    };
}

/// A thing is recognised as one on less than it takes to say which: our choice.
const DEVICE_ENOUGH: f64 = 0.35;

/// How sure it is that this is a client, and that it is a thing.
fn leanings<'a>(member: &Member<'a>, clues: &mut Clues<'a, '_>) -> (f64, f64) {
    let mut client: BTreeMap<&str, f64> = BTreeMap::new();
    let mut device: BTreeMap<&str, f64> = BTreeMap::new();
    for observation in member.observations() {
        for clue in clues.of_observation(observation).iter() {
            let side = match (clue.tells.role.as_deref(), clue.tells.kind.as_deref()) {
                (Some("client"), _) => &mut client,
                (None, Some(kind)) if USED_BY_PEOPLE.contains(&kind) => &mut client,
                (Some("device"), _) | (None, Some(_)) => &mut device,
                _ => continue,
            };
            let group =
                clue.fingerprint.group.as_deref().unwrap_or_else(|| group_of(observation.field));
            let strength = side.entry(group).or_default();
            *strength = strength.max(clue.fingerprint.strength);
        }
    }
    (noisy_or(client.into_values()), noisy_or(device.into_values()))
}
