//! What part a device plays: a thing, or a phone or computer that a person uses.

use super::Member;
use crate::{
    clues::{CONTACTS, Clues, group_of},
    model::{Claim, Confidence, Role},
    sureness::Strongest,
};

/// Kinds of device that run whatever their user installs, so that their traffic tells about the
/// user's apps and not about the device.
const USED_BY_PEOPLE: [&str; 4] = ["phone", "tablet", "pc", "laptop"];

/// Decides the role of `member` from what it says of itself. A gateway stays one.
///
/// Where it goes can make a client, but never speaks against one: an app goes where its things go.
pub(crate) fn settle<'a>(member: &mut Member<'a>, clues: &mut Clues<'a, '_>) {
    if member.role == Role::Gateway {
        return;
    }
    let Leanings { client, device, visits } = leanings(member, clues);
    let is_client = client >= Confidence::ANSWER.value() && client >= device;
    let device = 1.0 - (1.0 - device) * (1.0 - visits);
    member.role = match (is_client, device >= DEVICE_ENOUGH) {
        (true, _) => Role::Client,
        (false, true) => Role::Device,
        (false, false) => Role::Unknown,
    };
}

/// The role of what is known to be of some kind: whatever is no phone or computer is a thing.
pub(crate) fn of_kind(role: Role, kind: Option<&Claim>) -> Role {
    match kind {
        Some(kind) if role == Role::Unknown && !USED_BY_PEOPLE.contains(&&*kind.value) => {
            Role::Device
        }
        _ => role,
    }
}

/// A thing is recognised as one on less than it takes to say which: our choice.
const DEVICE_ENOUGH: f64 = 0.35;

/// How sure it is that this is a client; that it is a thing, by what it says; by where it goes.
struct Leanings {
    client: f64,
    device: f64,
    visits: f64,
}

fn leanings<'a>(member: &Member<'a>, clues: &mut Clues<'a, '_>) -> Leanings {
    let (mut client, mut device) = (Strongest::default(), Strongest::default());
    let mut visits = 0.0_f64;
    clues.of_member(member, |observation, clue| {
        let is_client = match (clue.tells.role.as_deref(), clue.tells.kind.as_deref()) {
            (Some("client"), _) => true,
            (None, Some(kind)) if USED_BY_PEOPLE.contains(&kind) => true,
            (Some("device"), _) | (None, Some(_)) => false,
            _ => return,
        };
        let fingerprint = clue.fingerprint;
        let group = fingerprint.group.as_deref().unwrap_or_else(|| group_of(observation.field));
        match group {
            _ if is_client => client.add(group, fingerprint.strength),
            CONTACTS => visits = visits.max(fingerprint.strength),
            _ => device.add(group, fingerprint.strength),
        }
    });
    Leanings { client: client.together(), device: device.together(), visits }
}
