//! From hosts to devices, and which of them is the gateway.

use std::net::IpAddr;

use evidence::{Ledger, Mac, fields};
use hashbrown::{HashMap, HashSet};

use super::{
    Grouped, Home, Member, is_local,
    joining::join,
    kept::Kept,
    stations::{Sorted, Stations, acts_as_client, may_be_there},
};
use crate::{
    Settings,
    model::{DeviceId, Role},
};

/// Groups the hosts of `ledger` into devices, and finds the gateways among them.
#[must_use]
pub fn group<'a>(ledger: &'a Ledger, settings: &Settings) -> Grouped<'a> {
    let hosts = Kept::all(ledger, settings.workers);
    let stations = Stations::of(&hosts);
    let unlinked = hosts.iter().filter(|(host, _)| host.mac().is_none());
    let mut unlinked: Vec<(IpAddr, Kept<'a>)> =
        unlinked.filter_map(|(host, record)| Some((host.ip()?, *record))).collect();
    let records = stations.records().chain(unlinked.iter().map(|(_, record)| *record));
    let mut home = Home::new(records, &settings.home_networks);
    // As many as there can be: they are large, and moved nowhere as they become more.
    let mut members = Vec::with_capacity(hosts.len());
    let mut strays: Vec<(IpAddr, Kept<'a>)> = Vec::new();
    for (mac, sorted) in stations.sorted(&home) {
        strays.extend_from_slice(&sorted.others);
        unlinked.extend_from_slice(&sorted.given_others);
        members.push(with_station(mac, sorted));
    }
    drop((stations, hosts));
    let held = holders(&members);
    strays.retain(|(ip, _)| !held.contains_key(ip));
    for (ip, record) in unlinked {
        // A link that names one end only, or a repeater's own address: the same address under exactly
        // one station is that one.
        match held.get(&ip).map(Vec::as_slice) {
            Some([holder]) => {
                if let Some(member) = members.get_mut(*holder) {
                    member.keep(record);
                }
            }
            _ => strays.push((ip, record)),
        }
    }
    // What a machine says to itself counts only where nobody else is heard.
    if !members.is_empty() || strays.iter().any(|(ip, _)| !ip.is_loopback()) {
        strays.retain(|(ip, _)| !ip.is_loopback());
    }
    let is_inside = |ip: IpAddr| is_local(ip) || home.is_in_networks(ip);
    strays.retain(|(_, it)| may_be_there(it.record));
    let any_inside =
        members.iter().any(|it| it.local) || strays.iter().any(|(ip, _)| is_inside(*ip));
    strays.retain(|(ip, _)| !any_inside || is_inside(*ip));
    strays.sort_by_key(|(ip, _)| *ip);
    for of_one in strays.chunk_by(|(ip, _), (other, _)| ip == other) {
        let Some((ip, _)) = of_one.first() else { continue };
        if any_inside || of_one.iter().any(|(_, it)| acts_as_client(it.record)) {
            let mut member = Member { local: true, ips: vec![*ip], ..Member::default() };
            for (_, record) in of_one {
                member.keep(*record);
            }
            members.push(member);
        }
    }
    for member in members.iter().filter(|it| it.local) {
        member.ips.iter().for_each(|ip| home.hold(*ip));
    }
    mark_gateways(&mut members);
    join(&mut members);
    numbered(members, home)
}

/// A station that speaks for others is the network's router; one that speaks for a single server
/// outside cannot be told from it, and is not counted as the network's.
fn with_station(mac: Mac, sorted: Sorted<'_>) -> Member<'_> {
    let Sorted { own, records, others, given_others: _, forwards } = sorted;
    let mut member = Member {
        local: forwards || !own.is_empty() || others.is_empty(),
        role: if forwards { Role::Gateway } else { Role::Unknown },
        macs: vec![mac],
        ips: own.into_iter().collect(),
        records: Vec::with_capacity(records.len()),
        ..Member::default()
    };
    for record in records {
        member.keep(record);
    }
    member
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
    let routers: HashSet<IpAddr> = members
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
    let mut owners = HashMap::with_capacity(members.len());
    for (index, member) in members.iter_mut().enumerate() {
        member.id = DeviceId(u32::try_from(index + 1).unwrap_or(u32::MAX));
        for ip in &member.ips {
            owners.entry(*ip).or_insert(index);
        }
    }
    Grouped { devices: members, home, owners }
}

#[cfg(test)]
mod tests {
    use evidence::{
        Field, Host, Party, Recorder, Service, Sighting, SourceId, Timestamp, Traffic, Transport,
    };

    use super::*;

    #[test]
    fn one_station_is_one_device_whatever_its_addresses() {
        let mut home = Scene::default();
        home.says(Some(1), None, fields::DHCP_HOST_NAME, "lamp");
        home.says(Some(1), Some("192.168.1.9"), fields::ARP_SENDER, "192.168.1.9");
        home.says(Some(1), Some("fe80::1"), fields::MDNS_NAME, "lamp");
        home.visits(Some(1), "192.168.1.9", "198.51.100.1");
        check(home, &["local Unknown 1 192.168.1.9 fe80::1"]);
    }

    #[test]
    fn what_dhcp_offered_is_the_address_while_no_other_is_seen() {
        let mut home = Scene::default();
        home.says(Some(1), None, fields::DHCP_OFFERED, "192.168.1.9");
        check(home, &["local Unknown 1 192.168.1.9"]);
    }

    #[test]
    fn a_router_does_not_own_the_addresses_it_carries() {
        let mut home = Scene::default();
        home.says(Some(2), Some("192.168.1.1"), fields::ARP_SENDER, "192.168.1.1");
        for host in 1..=5 {
            home.visits(Some(2), &format!("10.0.{host}.1"), "198.51.100.1");
        }
        home.visits(Some(1), "10.0.5.1", "198.51.100.1");
        let carried = ["10.0.1.1", "10.0.2.1", "10.0.3.1", "10.0.4.1"];
        let mut expected: Vec<_> =
            carried.iter().map(|ip| format!("local Unknown - {ip}")).collect();
        expected.push("local Unknown 1 10.0.5.1".into());
        expected.push("local Gateway 2 192.168.1.1".into());
        check(home, &expected);
    }

    #[test]
    fn what_a_router_brings_from_another_network_of_the_home_is_not_its_own() {
        let brought = |claims: bool| {
            let mut home = Scene::default();
            home.says(Some(2), None, fields::LINK_BRINGS, "packets of others");
            if claims {
                home.says(Some(2), Some("192.168.1.1"), fields::ARP_SENDER, "192.168.1.1");
            }
            home.visits(Some(2), "192.168.20.5", "192.168.1.9");
            home
        };
        check(brought(true), &["local Gateway 2 192.168.1.1", "local Unknown - 192.168.20.5"]);
        check(brought(false), &["local Gateway 2 192.168.20.5"]);
        let mut unanswered = brought(true);
        unanswered.is_tried(Some(2), "192.168.0.1", "192.168.1.9");
        let expected = ["local Gateway 2 192.168.1.1", "local Unknown - 192.168.20.5"];
        check(unanswered, &expected);
    }

    #[test]
    fn what_a_repeater_claims_for_its_clients_is_theirs() {
        let home = |given: &str| {
            let mut home = Scene::default();
            home.says(Some(3), None, fields::DHCP_OFFERED, "192.168.1.21");
            home.says(Some(2), None, fields::DHCP_OFFERED, given);
            for ip in ["192.168.1.10", "192.168.1.21"] {
                home.says(Some(2), Some(ip), fields::ARP_SENDER, ip);
                home.stays(Some(2), ip, "198.51.100.1");
            }
            home
        };
        check(
            home("192.168.1.10"),
            &["local Unknown 2 192.168.1.10", "local Unknown 3 192.168.1.21"],
        );
        let (ledger, settings) = (home("192.168.1.10").finish(), Settings::default());
        assert_eq!(group(&ledger, &settings).devices[1].conversations().count(), 1);
        check(
            home("192.168.1.21"),
            &["local Unknown 2 192.168.1.10 192.168.1.21", "local Unknown 3 192.168.1.21"],
        );
    }

    #[test]
    fn a_server_outside_is_no_device_of_the_network() {
        let mut home = Scene::default();
        home.visits(Some(1), "203.0.113.9", "198.51.100.1");
        home.serves(Some(2), "198.51.100.1", "203.0.113.9");
        check(home, &["local Unknown 1 203.0.113.9", "other Unknown 2"]);
    }

    #[test]
    fn without_a_link_layer_devices_are_told_apart_by_address() {
        let mut home = Scene::default();
        home.visits(None, "192.168.1.9", "198.51.100.1");
        home.visits(None, "192.168.1.10", "198.51.100.1");
        home.serves(None, "198.51.100.1", "192.168.1.9");
        check(home, &["local Unknown - 192.168.1.9", "local Unknown - 192.168.1.10"]);
    }

    #[test]
    fn an_address_that_was_only_tried_is_no_device() {
        let mut home = Scene::default();
        home.visits(Some(1), "192.168.1.9", "192.168.1.255");
        home.is_tried(None, "192.168.1.255", "192.168.1.9");
        home.is_tried(None, "192.168.1.20", "198.51.100.1");
        check(home, &["local Unknown 1 192.168.1.9", "local Unknown - 192.168.1.20"]);
    }

    #[test]
    fn a_machine_that_asks_itself_is_no_device_more() {
        let asking = |station: Option<u8>| {
            let mut home = Scene::default();
            home.visits(None, "127.0.0.1", "127.0.0.53");
            home.serves(None, "127.0.0.53", "127.0.0.1");
            home.visits(station, "192.168.1.9", "198.51.100.1");
            home
        };
        check(asking(Some(1)), &["local Unknown 1 192.168.1.9"]);
        check(asking(None), &["local Unknown - 192.168.1.9"]);
        let mut alone = Scene::default();
        alone.visits(None, "127.0.0.1", "127.0.0.53");
        check(alone, &["local Unknown - 127.0.0.1"]);
    }

    #[test]
    fn a_gateway_is_named_announced_or_seen_to_forward() {
        let gateway = |field, value: &str| {
            let mut home = Scene::default();
            home.says(Some(2), Some("192.168.1.1"), fields::ARP_SENDER, "192.168.1.1");
            home.says(Some(2), Some("192.168.1.1"), field, value);
            group(&home.finish(), &Settings::default()).devices[0].role == Role::Gateway
        };
        assert!(gateway(fields::ICMPV6_ROUTER, DEFAULT_ROUTER));
        assert!(!gateway(fields::ICMPV6_ROUTER, "not a default router"));
        assert!(gateway(fields::LINK_BRINGS, "packets of others"));
        assert!(gateway(fields::DHCP_SERVES, "offer"));
        assert!(!gateway(fields::DNS_SERVES, "recursive"));
        let mut home = Scene::default();
        home.says(Some(1), None, fields::DHCP_ROUTER, "192.168.1.1");
        home.says(Some(2), Some("192.168.1.1"), fields::ARP_SENDER, "192.168.1.1");
        check(home, &["local Gateway 2 192.168.1.1", "local Unknown 1"]);
    }

    /// Writes a ledger: stations by the last byte of their MAC address.
    #[derive(Default)]
    struct Scene(Recorder);

    impl Scene {
        fn says(&mut self, station: Option<u8>, ip: Option<&str>, field: Field, value: &str) {
            self.0.observe(host(station, ip), None, field, value, NOW);
        }

        fn visits(&mut self, station: Option<u8>, ip: &str, peer: &str) {
            self.talks(station, ip, peer, Party::Peer);
        }

        fn serves(&mut self, station: Option<u8>, ip: &str, peer: &str) {
            self.talks(station, ip, peer, Party::Host);
        }

        /// It is sent to, and says nothing.
        fn is_tried(&mut self, station: Option<u8>, ip: &str, peer: &str) {
            let (peer, server) = (peer.parse().unwrap(), Party::Host);
            let service = Service { peer, transport: Transport::UDP, port: 6666, server };
            let traffic = Traffic { frames_down: 1, ..Traffic::new(NOW) };
            self.0.converse(host(station, Some(ip)), service, &traffic);
        }

        fn talks(&mut self, station: Option<u8>, ip: &str, peer: &str, server: Party) {
            let peer = peer.parse().unwrap();
            let service = Service { peer, transport: Transport::TCP, port: 443, server };
            let traffic = Traffic { frames_up: 1, frames_down: 1, ..Traffic::new(NOW) };
            self.0.converse(host(station, Some(ip)), service, &traffic);
        }

        /// Visits it for a while.
        fn stays(&mut self, station: Option<u8>, ip: &str, peer: &str) {
            self.visits(station, ip, peer);
            let (peer, server) = (peer.parse().unwrap(), Party::Peer);
            let service = Service { peer, transport: Transport::TCP, port: 443, server };
            let later = Sighting { at: Timestamp(9), ..NOW };
            self.0.converse(host(station, Some(ip)), service, &Traffic::new(later));
        }

        fn finish(self) -> Ledger {
            self.0.finish()
        }
    }

    const NOW: Sighting = Sighting { at: Timestamp(1), source: SourceId(1), frame: 1 };

    fn host(station: Option<u8>, ip: Option<&str>) -> Host {
        let mac = station.map(|last| Mac([0, 0, 0x5e, 0, 0x53, last]));
        Host::new(mac, ip.map(|ip| ip.parse().unwrap())).unwrap()
    }

    /// Devices as `local Role station addresses`.
    #[track_caller]
    fn check<S: AsRef<str>>(scene: Scene, expected: &[S]) {
        let ledger = scene.finish();
        let devices = group(&ledger, &Settings::default()).devices;
        let lines: Vec<_> = devices.iter().map(line).collect();
        let expected: Vec<_> = expected.iter().map(AsRef::as_ref).collect();
        assert_eq!(lines, expected);
    }

    fn line(member: &Member<'_>) -> String {
        let place = if member.local { "local" } else { "other" };
        let station = member.macs.first().map_or("-".into(), |mac| mac.0[5].to_string());
        let mut words = vec![place.to_owned(), format!("{:?}", member.role), station];
        words.extend(member.ips.iter().map(ToString::to_string));
        words.join(" ")
    }
}
