//! Which stations are one device: one with two interfaces, or one that took a new address of its own
//! choice.
//!
//! Two stations are joined if everything that one of them announced under an identifier's kind is what
//! the other did, and nothing speaks against it. So none is joined through a relay, which announces
//! what is another's beside its own; nor through a name; nor with the gateway, which carries what is
//! everybody's. Units of one model that left the factory with one number look like one device on the
//! wire, but for their addresses: two addresses under one maker's prefix must be near each other, and
//! there are two of a maker's at most.

use std::{
    collections::{BTreeMap, BTreeSet},
    mem::discriminant,
};

use evidence::Mac;
use hashbrown::HashMap;

use super::{
    Member,
    identifiers::{Identifier, is_assigned, unique},
};
use crate::model::Role;

/// How far apart the addresses of two interfaces of one device are under one prefix, at most: makers
/// number them one after the other. Our choice.
const NEAR: u32 = 16;

/// Addresses that makers assigned to one device, at most: one for its cable, one for its radio.
const MOST_ASSIGNED: usize = 2;

/// Stations that one device can have been, at most: two of its maker's and addresses of its own choice.
/// More that say the same are units of one model. Our choice; it also bounds the work.
const MOST_STATIONS: usize = 16;

/// Joins those of `members` that are one device.
pub(super) fn join(members: &mut Vec<Member<'_>>) {
    let mut alike: HashMap<Vec<Identifier>, Vec<usize>> = HashMap::new();
    for (index, member) in members.iter().enumerate().filter(|(_, it)| may_be_joined(it)) {
        let mut said: Vec<_> = unique(member).collect();
        said.sort_unstable();
        said.dedup();
        for of_one_kind in said.chunk_by(|a, b| discriminant(a) == discriminant(b)) {
            alike.entry(of_one_kind.to_vec()).or_default().push(index);
        }
    }
    let mut alike: Vec<_> =
        alike.into_values().filter(|it| (2..=MOST_STATIONS).contains(&it.len())).collect();
    alike.sort_unstable();
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut group_of: BTreeMap<usize, usize> = BTreeMap::new();
    for indexes in alike {
        let roots: BTreeSet<_> =
            indexes.iter().map(|it| group_of.get(it).copied().unwrap_or(*it)).collect();
        let all: BTreeSet<usize> = roots
            .iter()
            .flat_map(|root| groups.get(root).cloned().unwrap_or_else(|| vec![*root]))
            .collect();
        let together: Vec<_> = all.iter().filter_map(|index| members.get(*index)).collect();
        let Some(first) = all.first().copied().filter(|_| are_one(&together)) else { continue };
        for root in &roots {
            groups.remove(root);
        }
        group_of.extend(all.iter().map(|index| (*index, first)));
        groups.insert(first, all.into_iter().collect());
    }
    for group in groups.into_values() {
        merge(&group, members);
    }
    members.retain(|it| !(it.macs.is_empty() && it.ips.is_empty()));
}

fn may_be_joined(member: &Member<'_>) -> bool {
    member.local && member.role != Role::Gateway && !member.macs.is_empty()
}

/// Whether nothing speaks against these being one device.
fn are_one(members: &[&Member<'_>]) -> bool {
    let macs: BTreeSet<Mac> = members.iter().flat_map(|it| &it.macs).copied().collect();
    if !may_be_one(&macs) || members.len() > MOST_STATIONS {
        return false;
    }
    let said: Vec<BTreeSet<Identifier>> = members.iter().map(|it| unique(it).collect()).collect();
    let mut pairs = said
        .iter()
        .enumerate()
        .flat_map(|(place, one)| said.iter().skip(place + 1).map(move |other| (one, other)));
    pairs.all(|(one, other)| !contradict(one, other))
}

/// Whether one device can have all these addresses: of those that makers assigned, as many as it has
/// interfaces, and near each other if under one prefix.
#[must_use]
pub fn may_be_one(macs: &BTreeSet<Mac>) -> bool {
    let assigned: Vec<Mac> = macs.iter().copied().filter(|mac| is_assigned(*mac)).collect();
    match assigned.as_slice() {
        [one, other] => are_of_one_device(*one, *other),
        more => more.len() < MOST_ASSIGNED,
    }
}

/// Under two prefixes, or near each other under one.
fn are_of_one_device(one: Mac, other: Mac) -> bool {
    let parts = |mac: Mac| {
        let [a, b, c, d, e, f] = mac.0;
        ([a, b, c], u32::from_be_bytes([0, d, e, f]))
    };
    let ((prefix, number), (other_prefix, other_number)) = (parts(one), parts(other));
    prefix != other_prefix || number.abs_diff(other_number) <= NEAR
}

/// Whether two stations announce different numbers under one name, or no UPnP device in common.
fn contradict(one: &BTreeSet<Identifier>, other: &BTreeSet<Identifier>) -> bool {
    let uuids = |of: &BTreeSet<Identifier>| -> BTreeSet<Identifier> {
        of.iter().filter(|it| matches!(it, Identifier::Uuid(_))).cloned().collect()
    };
    let (ours, theirs) = (uuids(one), uuids(other));
    let others_devices = !ours.is_empty() && !theirs.is_empty() && ours.is_disjoint(&theirs);
    let named = |of: &BTreeSet<Identifier>| -> BTreeMap<String, BTreeSet<String>> {
        let mut named: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for identifier in of {
            let Identifier::Announced(text) = identifier else { continue };
            let Some((name, value)) = text.split_once('=') else { continue };
            named.entry(name.into()).or_default().insert(value.into());
        }
        named
    };
    let theirs = named(other);
    let differs = |(name, values): (&String, &BTreeSet<String>)| {
        theirs.get(name).is_some_and(|their| their.is_disjoint(values))
    };
    others_devices || named(one).iter().any(differs)
}

/// Puts all of a group into its first member; the others are left without an address.
fn merge(group: &[usize], members: &mut [Member<'_>]) {
    let Some((first, rest)) = group.split_first() else { return };
    for index in rest {
        let Some(other) = members.get_mut(*index).map(std::mem::take) else { continue };
        let Some(member) = members.get_mut(*first) else { return };
        member.macs.extend(other.macs);
        member.ips.extend(other.ips);
        member.records.extend(other.records);
        member.fields = member.fields.or(other.fields);
    }
    let Some(member) = members.get_mut(*first) else { return };
    member.macs.sort_by_key(|mac| (!is_assigned(*mac), *mac));
    member.ips.sort_unstable();
    member.ips.dedup();
}

#[cfg(test)]
mod tests {
    use evidence::{Field, Host, Recorder, Sighting, SourceId, Timestamp, fields};

    use super::*;
    use crate::{Settings, devices::group};

    const CABLE: Mac = Mac([0, 0, 0x5e, 0, 0x53, 1]);
    const RADIO: Mac = Mac([0, 0, 0x5e, 0, 0x53, 2]);
    const MODULE: Mac = Mac([0, 0, 0x5f, 0x10, 0x20, 0x30]);
    const FAR: Mac = Mac([0, 0, 0x5e, 0x40, 0, 1]);
    const CHOSEN: Mac = Mac([2, 0, 0x5e, 0, 0x53, 8]);
    const NEXT: Mac = Mac([2, 0, 0x5e, 0, 0x53, 9]);

    const UUID: (Field, &str) = (fields::SSDP_USN, "uuid:2f402f80-da50-11e1-9b23::upnp:rootdevice");
    const OTHER: (Field, &str) =
        (fields::SSDP_USN, "uuid:7c31ab02-5d1e-42f0-8a6b::upnp:rootdevice");
    const SERIAL: (Field, &str) = (fields::MDNS_TXT, "_lamp._tcp serial=a1b2c3d4");
    const OTHERS: (Field, &str) = (fields::MDNS_TXT, "_lamp._tcp serial=e5f6a7b8");
    const DUID: (Field, &str) = (fields::DHCPV6_DUID, "000200007a3b5c4d9e");
    const SAME: (Field, &str) = (fields::DHCP_CLIENT_ID, "ff5e005301000200007a3b5c4d9e");
    const NAME: (Field, &str) = (fields::DHCP_HOST_NAME, "lamp");

    #[test]
    fn what_shares_a_unique_identifier_is_one_device() {
        check("two interfaces", &[(CABLE, &[UUID]), (RADIO, &[UUID])], 1);
        check("a module's address", &[(CABLE, &[SERIAL]), (MODULE, &[SERIAL])], 1);
        check("a new chosen address", &[(CHOSEN, &[DUID]), (NEXT, &[DUID])], 1);
        check("one in each version of DHCP", &[(CHOSEN, &[DUID]), (NEXT, &[SAME])], 1);
        check("three at once", &[(CABLE, &[UUID]), (CHOSEN, &[UUID, DUID]), (NEXT, &[DUID])], 1);
    }

    #[test]
    fn nothing_is_joined_on_a_guess() {
        check("names alone", &[(CHOSEN, &[NAME]), (NEXT, &[NAME])], 2);
        check("units of one model with one number", &[(CABLE, &[UUID]), (FAR, &[UUID])], 2);
        check("three units", &[(CABLE, &[UUID]), (RADIO, &[UUID]), (MODULE, &[UUID])], 3);
        check("one that repeats others'", &[(CABLE, &[UUID]), (MODULE, &[UUID, OTHER])], 2);
        let contradicting = [UUID, SERIAL];
        check("another serial", &[(CABLE, &contradicting), (MODULE, &[UUID, OTHERS])], 2);
        let router = (fields::LINK_BRINGS, "packets of others");
        check("the gateway", &[(CABLE, &[UUID, router]), (MODULE, &[UUID])], 2);
        let filled = (fields::SSDP_USN, "uuid:00000000-0000-0000-0000-000000000000");
        check("a filled-in number", &[(CABLE, &[filled]), (MODULE, &[filled])], 2);
    }

    #[test]
    fn a_joined_device_has_all_addresses_and_all_that_was_said() {
        let ledger = ledger(&[(CHOSEN, &[UUID, NAME]), (CABLE, &[UUID])]);
        let grouped = group(&ledger, &Settings::default());
        let device = &grouped.devices[0];
        assert_eq!(device.macs, [CABLE, CHOSEN]);
        assert_eq!(device.ips.len(), 2);
        assert_eq!(device.observed(fields::SSDP_USN).count(), 2);
        assert_eq!(device.observed(fields::DHCP_HOST_NAME).count(), 1);
        let holders: BTreeSet<_> =
            device.ips.iter().filter_map(|ip| grouped.holder(*ip)).map(|it| it.id).collect();
        assert_eq!(holders.len(), 1);
    }

    type Station<'a> = (Mac, &'a [(Field, &'a str)]);

    #[track_caller]
    fn check(name: &str, stations: &[Station<'_>], devices: usize) {
        let ledger = ledger(stations);
        assert_eq!(group(&ledger, &Settings::default()).devices.len(), devices, "{name}");
    }

    fn ledger(stations: &[Station<'_>]) -> evidence::Ledger {
        let mut recorder = Recorder::default();
        let seen = Sighting { at: Timestamp(1), source: SourceId(1), frame: 1 };
        for (number, (mac, said)) in (10..).zip(stations) {
            let host = Host::new(Some(*mac), Some([192, 168, 1, number].into())).unwrap();
            for (field, value) in *said {
                recorder.observe(host, None, *field, value, seen);
            }
        }
        recorder.finish()
    }
}
