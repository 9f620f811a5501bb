//! Where a device's data goes: its conversations with the outside, joined to names.
//!
//! Four answers stay apart: the country the servers' addresses are registered in, the operator of
//! their network, the organisation behind the name, and what the name is for. Traffic is grouped by
//! name, and by address where no name was seen.

mod gathered;
mod names;

use std::collections::HashMap;

use evidence::{Conversation, Transport};
use knowledge::{
    Knowledge,
    kinds::{AddressBlock, Purpose},
};

use super::provenance::{because, party};
use crate::{
    book::Book,
    devices::{Home, Member},
    model::{Confidence, Destination, ServerCountry},
};
use gathered::Gathered;
pub(crate) use names::Names;
use names::Said;

/// Where `member`'s data goes, most bytes first.
///
/// Traffic of one service that several names were asked of is shared out among them by how often
/// each was: see `docs/decisions/0021-names-of-destinations.md`.
#[must_use]
pub(crate) fn destinations<'a>(
    member: &Member<'a>,
    names: &Names<'_, 'a>,
    home: &Home,
    knowledge: &Knowledge,
    book: &mut Book<'a>,
) -> Vec<Destination> {
    /// Room for as many as most devices have, so that few tables grow.
    const USUAL: usize = 28;

    let said = Said::of(member);
    let mut groups: HashMap<Box<str>, Gathered<'a>> = HashMap::with_capacity(USUAL);
    for conversation in member.conversations().filter(|it| goes_out(it, home)) {
        for naming in names.of(conversation.service, &said, knowledge) {
            let group = groups.entry(naming.name.clone()).or_default();
            group.add(conversation, &naming);
        }
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_unstable_by(|(name, group), (other_name, other)| {
        other.bytes().cmp(&group.bytes()).then_with(|| name.cmp(other_name))
    });
    groups.into_iter().map(|(name, group)| destination(name, &group, knowledge, book)).collect()
}

/// Whether the host sent anything to a single peer outside.
fn goes_out(conversation: &Conversation, home: &Home) -> bool {
    conversation.traffic.frames_up > 0 && !home.contains(conversation.service.peer)
}

fn destination<'a>(
    name: Box<str>,
    group: &Gathered<'a>,
    knowledge: &Knowledge,
    book: &mut Book<'a>,
) -> Destination {
    let is_name = group.named_by().is_some();
    let entry = if is_name { knowledge.destination(&name) } else { None };
    let organisation = entry.and_then(|entry| {
        let party = party(entry.organisation.as_ref()?, knowledge)?;
        Some(because(party, &entry.sources, entry.verified))
    });
    let block = group.main_address().and_then(|address| knowledge.address(address));
    Destination {
        domain: if is_name { psl::domain_str(&name).map(Into::into) } else { None },
        named_by: group.named_by(),
        addresses: group.addresses(),
        services: group.services(),
        organisation,
        server_country: block.and_then(|(block, _)| server_country(block)),
        operator: block.map(|(_, operator)| operator.into()),
        purpose: entry.map_or_else(|| usual_purpose(group), |entry| entry.purpose),
        entry: entry.map(|entry| entry.suffix.clone()),
        bytes_up: group.bytes_up,
        bytes_down: group.bytes_down,
        encryption: group.encryption(),
        first: group.first(),
        last: group.last,
        confidence: Confidence::new(group.sure()),
        evidence: group.cite(book),
        name,
    }
}

/// The block's answer; a country is where it is registered, which is all that is known.
fn server_country(block: &AddressBlock) -> Option<ServerCountry> {
    if block.anywhere {
        Some(ServerCountry::Anywhere)
    } else {
        block.registered_in.clone().map(ServerCountry::Registered)
    }
}

/// What services of such ports are for, where the pack does not know the name and nothing else was
/// used there (IANA, "Service Name and Transport Protocol Port Number Registry").
fn usual_purpose(group: &Gathered<'_>) -> Purpose {
    const NTP: u16 = 123;
    const DNS: &[u16] = &[53, 853];

    let only = |transport: &[Transport], ports: &[u16]| {
        let mut used = group.ports();
        used.all(|(used, port)| transport.contains(&used) && ports.contains(&port))
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
