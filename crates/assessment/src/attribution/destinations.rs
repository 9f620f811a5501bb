//! Where a device's data goes: its conversations with the outside, joined to names.
//!
//! Four answers stay apart: the country the servers' addresses are registered in, the operator of
//! their network, the organisation behind the name, and what the name is for. Traffic is grouped by
//! name, and by address where no name was seen.

mod directory;
mod gathered;
mod names;

use std::borrow::Cow;

use evidence::{Conversation, Transport};
use hashbrown::HashMap;
use knowledge::kinds::{AddressBlock, Purpose};

use crate::{
    book::Book,
    devices::{Home, Member},
    model::{Confidence, Destination, ServerCountry},
};
use directory::Directory;
use gathered::Gathered;
pub(crate) use names::Names;
use names::{Naming, Said};

/// Where `member`'s data goes, most bytes first.
///
/// Traffic of one service that several names were asked of is shared out among them by how often
/// each was: see `docs/decisions/0021-names-of-destinations.md`.
#[must_use]
pub(crate) fn destinations<'a>(
    member: &Member<'a>,
    names: &Names<'_, 'a, '_>,
    home: &Home,
    book: &mut Book<'a>,
) -> Vec<Destination> {
    let mut outside = member.conversations().filter(|it| goes_out(it, home)).peekable();
    if outside.peek().is_none() {
        return Vec::new();
    }
    let said = Said::of(member);
    let mut places: HashMap<Cow<'a, str>, usize> = HashMap::new();
    let mut groups: Vec<(Cow<'a, str>, Gathered<'a>)> = Vec::new();
    for conversation in outside {
        names.of(conversation.service, &said, |naming| {
            let Naming { name, observation, sure, share } = naming;
            let told = observation.map(|observation| (observation, sure));
            let place = *places.entry(name).or_insert_with_key(|name| {
                groups.push((name.clone(), Gathered::default()));
                groups.len() - 1
            });
            if let Some((_, group)) = groups.get_mut(place) {
                group.add(conversation, share, told);
            }
        });
    }
    groups.sort_unstable_by(|(name, group), (other_name, other)| {
        other.bytes().cmp(&group.bytes()).then_with(|| name.cmp(other_name))
    });
    groups
        .into_iter()
        .map(|(name, group)| destination(name, group, &names.directory, book))
        .collect()
}

/// Whether the host sent anything to a single peer outside.
fn goes_out(conversation: &Conversation, home: &Home) -> bool {
    conversation.traffic.frames_up > 0 && !home.contains(conversation.service.peer)
}

fn destination<'a>(
    name: Cow<'a, str>,
    mut group: Gathered<'a>,
    directory: &Directory<'a, '_>,
    book: &mut Book<'a>,
) -> Destination {
    group.order();
    let named_by = group.named_by();
    let known = named_by.map(|_| match &name {
        Cow::Borrowed(name) => directory.seen(name),
        Cow::Owned(name) => directory.look_up(name),
    });
    let entry = known.and_then(|known| known.entry);
    let block = group.main_address().and_then(|address| directory.address(address));
    Destination {
        domain: known.and_then(|known| known.domain).map(|it| directory.text(it)),
        named_by,
        addresses: group.addresses(),
        services: directory.services(group.ports()),
        organisation: entry.and_then(|entry| directory.organisation(entry)),
        server_country: block.and_then(|(block, _)| server_country(block)),
        operator: block.map(|(_, operator)| directory.text(operator)),
        purpose: entry.map_or_else(|| usual_purpose(&group), |entry| entry.purpose),
        entry: entry.map(|entry| directory.text(&entry.suffix)),
        bytes_up: group.bytes_up,
        bytes_down: group.bytes_down,
        encryption: group.encryption(),
        sampled: group.sampled,
        stream: group.stream(),
        connections: group.connections,
        first: group.first(),
        last: group.last,
        confidence: Confidence::new(group.sure()),
        evidence: group.cite(book).into(),
        name: name.into(),
    }
}

/// The block's answer; a country is where it is registered, which is all that is known.
fn server_country(block: &AddressBlock) -> Option<ServerCountry> {
    if block.anywhere {
        Some(ServerCountry::Anywhere)
    } else {
        block.registered_in.map(|it| ServerCountry::Registered(it.as_str().into()))
    }
}

/// What services of such ports are for, where the pack does not know the name and nothing else was
/// used there (IANA, "Service Name and Transport Protocol Port Number Registry").
fn usual_purpose(group: &Gathered<'_>) -> Purpose {
    const NTP: u16 = 123;
    const DNS: &[u16] = &[53, 853];

    let only = |transport: &[Transport], ports: &[u16]| {
        let mut used = group.ports().iter();
        used.all(|(used, port)| transport.contains(used) && ports.contains(port))
    };
    if only(&[Transport::UDP], &[NTP]) {
        Purpose::Time
    } else if only(&[Transport::UDP, Transport::TCP], DNS) {
        Purpose::Names
    } else {
        Purpose::Unknown
    }
}

#[cfg(test)]
mod tests;
