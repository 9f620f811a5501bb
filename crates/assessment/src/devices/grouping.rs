//! From hosts to devices, and which of them is the gateway.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    net::IpAddr,
};

use evidence::{HostRecord, Ledger, Mac, fields};

use super::{
    Grouped, Home, Member, is_local,
    stations::{Sorted, Stations, acts_as_client},
};
use crate::{
    Settings,
    model::{DeviceId, Role},
};

/// Groups the hosts of `ledger` into devices, and finds the gateways among them.
#[must_use]
pub fn group<'a>(ledger: &'a Ledger, settings: &Settings) -> Grouped<'a> {
    let mut home = Home::new(ledger, &settings.home_networks);
    let stations = Stations::of(ledger);
    let mut members = Vec::new();
    let mut strays: BTreeMap<IpAddr, Vec<&'a HostRecord>> = BTreeMap::new();
    for (mac, sorted) in stations.sorted(&home) {
        for (ip, record) in &sorted.others {
            strays.entry(*ip).or_default().push(record);
        }
        members.push(with_station(mac, sorted));
    }
    let held = holders(&members);
    strays.retain(|ip, _| !held.contains_key(ip));
    for (host, record) in ledger.hosts().filter(|(host, _)| host.mac().is_none()) {
        let Some(ip) = host.ip() else { continue };
        // A link that names one end only: the same address under exactly one station is that one.
        match held.get(&ip).map(Vec::as_slice) {
            Some([holder]) => {
                if let Some(member) = members.get_mut(*holder) {
                    member.records.push(record);
                }
            }
            _ => strays.entry(ip).or_default().push(record),
        }
    }
    let any_inside = members.iter().any(|it| it.local)
        || strays.keys().any(|ip| is_local(*ip) || home.is_in_networks(*ip));
    for (ip, records) in strays {
        let inside = is_local(ip) || home.is_in_networks(ip);
        if inside || (!any_inside && records.iter().any(|record| acts_as_client(record))) {
            members.push(Member { local: true, ips: vec![ip], records, ..Member::default() });
        }
    }
    for member in members.iter().filter(|it| it.local) {
        member.ips.iter().for_each(|ip| home.hold(*ip));
    }
    mark_gateways(&mut members);
    numbered(members, home)
}

/// A station that speaks for others is the network's router; one that speaks for a single server
/// outside cannot be told from it, and is not counted as the network's.
fn with_station(mac: Mac, sorted: Sorted<'_>) -> Member<'_> {
    let Sorted { own, records, others, forwards } = sorted;
    Member {
        local: forwards || !own.is_empty() || others.is_empty(),
        role: if forwards { Role::Gateway } else { Role::Unknown },
        macs: vec![mac],
        ips: own.into_iter().collect(),
        records,
        ..Member::default()
    }
}

/// Which members hold each address.
fn holders(members: &[Member<'_>]) -> HashMap<IpAddr, Vec<usize>> {
    let mut holders: HashMap<IpAddr, Vec<usize>> = HashMap::new();
    for (index, member) in members.iter().enumerate() {
        for ip in &member.ips {
            holders.entry(*ip).or_default().push(index);
        }
    }
    holders
}

/// What an advertisement says whose sender is a way out; others only lead to some networks.
const DEFAULT_ROUTER: &str = "router advertisement";

/// The gateway is what DHCP names as the router, what announces itself as one (RFC 4861), what brings
/// packets from outside; failing all these, what serves DHCP.
fn mark_gateways(members: &mut [Member<'_>]) {
    let routers: BTreeSet<IpAddr> = members
        .iter()
        .flat_map(|member| member.observed(fields::DHCP_ROUTER))
        .filter_map(|observation| observation.value.parse().ok())
        .collect();
    for member in members.iter_mut() {
        let named = member.ips.iter().any(|ip| routers.contains(ip));
        let announced =
            member.observed(fields::ICMPV6_ROUTER).any(|it| &*it.value == DEFAULT_ROUTER);
        if named || announced || member.observed(fields::LINK_BRINGS).next().is_some() {
            member.role = Role::Gateway;
        }
    }
    if members.iter().all(|member| member.role != Role::Gateway) {
        for member in members {
            if member.observed(fields::DHCP_SERVES).next().is_some() {
                member.role = Role::Gateway;
            }
        }
    }
}

/// Puts devices in order and numbers them: the network's first, by address.
fn numbered(mut members: Vec<Member<'_>>, home: Home) -> Grouped<'_> {
    members.sort_by_cached_key(|member| {
        let (ip, mac) = (member.ips.first().copied(), member.macs.first().copied());
        (!member.local, ip.is_none(), ip, mac)
    });
    let mut owners = BTreeMap::new();
    for (index, member) in members.iter_mut().enumerate() {
        member.id = DeviceId(u32::try_from(index + 1).unwrap_or(u32::MAX));
        for ip in &member.ips {
            owners.entry(*ip).or_insert(index);
        }
    }
    Grouped { devices: members, home, owners }
}
