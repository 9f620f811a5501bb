use std::net::IpAddr;

use evidence::{
    Field, Host, Ledger, Limits, Mac, Party, Recorder, Service, Sighting, SourceId, Timestamp,
    Traffic, Transport, fields,
};
use knowledge::{Knowledge, Pack, kinds};

use super::*;
use crate::{Settings, devices, model::Encryption};

const NEAR: &str = "192.168.1.20";
const OTHER: &str = "192.168.1.21";
const FAR: &str = "198.51.100.7";

#[test]
fn what_was_said_to_a_service_names_it_before_what_was_told() {
    let mut home = Home::new();
    home.talk(NEAR, FAR, 443, (100, 900));
    home.told(NEAR, "told.example", FAR);
    home.said(NEAR, fields::TLS_SNI, "Said.Example", FAR, 443);
    home.check("said", &[("said.example", Some(fields::TLS_SNI), 0.95, 1000)]);
}

#[test]
fn names_come_from_answers_certificates_and_others_in_that_order() {
    let mut home = Home::new();
    home.talk(NEAR, FAR, 443, (1, 1));
    home.check("none", &[(FAR, None, 0.99, 2)]);
    home.told(OTHER, "others.example", FAR);
    home.check("others", &[("others.example", Some(fields::DNS_ANSWER), 0.6, 2)]);
    home.said(NEAR, fields::TLS_CERTIFICATE_NAME, "*.shown.example", FAR, 443);
    home.check("shown", &[("shown.example", Some(fields::TLS_CERTIFICATE_NAME), 0.8, 2)]);
    home.told(NEAR, "told.example", FAR);
    home.check("told", &[("told.example", Some(fields::DNS_ANSWER), 0.85, 2)]);
}

#[test]
fn of_several_names_for_an_address_the_known_one_is_taken_with_doubt() {
    let mut home = Home::new();
    home.talk(NEAR, FAR, 443, (1, 1));
    home.told(NEAR, "aaa.example", FAR);
    home.told(NEAR, "www.known.example", FAR);
    home.check("of two", &[("www.known.example", Some(fields::DNS_ANSWER), 0.425, 2)]);
}

#[test]
fn several_names_said_to_one_service_share_its_bytes_exactly() {
    let mut home = Home::new();
    home.talk(NEAR, FAR, 443, (7, 4));
    home.said(NEAR, fields::TLS_SNI, "a.example", FAR, 443);
    home.said(NEAR, fields::TLS_SNI, "a.example", FAR, 443);
    home.said(NEAR, fields::TLS_SNI, "b.example", FAR, 443);
    let sni = Some(fields::TLS_SNI);
    home.check("shared", &[("a.example", sni, 0.95, 6), ("b.example", sni, 0.95, 5)]);
}

#[test]
fn hosts_that_are_no_names_are_passed_over() {
    let mut home = Home::new();
    home.talk(NEAR, FAR, 80, (1, 1));
    for host in [FAR, "[2001:db8::1]", "printer", "", "."] {
        home.said(NEAR, fields::HTTP_HOST, host, FAR, 80);
    }
    home.check("no names", &[(FAR, None, 0.99, 2)]);
    home.said(NEAR, fields::HTTP_HOST, "named.example:8080", FAR, 80);
    home.check("named", &[("named.example", Some(fields::HTTP_HOST), 0.95, 2)]);
}

#[test]
fn what_stays_inside_is_no_destination() {
    let mut home = Home::new();
    for peer in ["192.168.1.1", "224.0.0.251", "255.255.255.255", "fe80::1", "ff02::fb"] {
        home.talk(NEAR, peer, 5353, (10, 0));
    }
    home.check("inside", &[]);
}

#[test]
fn one_name_with_many_addresses_is_one_destination() {
    let mut home = Home::new();
    for (peer, bytes) in [("198.51.100.7", 10), ("203.0.113.9", 500)] {
        home.told(NEAR, "pool.known.example", peer);
        home.talk(NEAR, peer, 123, (bytes, bytes));
    }
    let told = home.destinations();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].addresses.len(), 2);
    assert_eq!(told[0].bytes_up, 510);
    assert_eq!(told[0].domain.as_deref(), Some("known.example"));
    assert_eq!(*told[0].services, ["udp/123".into()]);
    assert_eq!(told[0].purpose, kinds::Purpose::Telemetry);
    assert_eq!(told[0].organisation.as_ref().map(|it| &*it.name), Some("Known Ltd"));
    assert_eq!(told[0].server_country, Some(ServerCountry::Registered("NL".into())));
    assert_eq!(told[0].operator.as_deref(), Some("Example Net"));
    assert!(!told[0].evidence.is_empty());
}

#[test]
fn a_usual_port_tells_the_purpose_where_the_name_does_not() {
    let mut home = Home::new();
    home.talk(NEAR, FAR, 123, (1, 1));
    home.talk(NEAR, "203.0.113.53", 53, (1, 1));
    home.talk(NEAR, "203.0.113.54", 443, (1, 1));
    let mut purposes: Vec<_> = home.destinations().into_iter().map(|it| it.purpose).collect();
    purposes.sort();
    assert_eq!(purposes, [kinds::Purpose::Time, kinds::Purpose::Names, kinds::Purpose::Unknown]);
}

#[test]
fn encryption_is_said_only_where_it_was_recognised() {
    for (encrypted, clear, expected) in [
        (0, 0, Encryption::Unknown),
        (5, 0, Encryption::Encrypted),
        (0, 5, Encryption::Clear),
        (5, 5, Encryption::Mixed),
    ] {
        let mut home = Home::new();
        home.covered(NEAR, FAR, 443, encrypted, clear);
        assert_eq!(home.destinations()[0].encryption, expected);
    }
}

/// A made-up home: what was recorded of it.
struct Home(Ledger);

impl Home {
    fn new() -> Self {
        Self(Ledger::default())
    }

    fn talk(&mut self, host: &str, peer: &str, port: u16, (up, down): (u64, u64)) {
        let mut traffic = Traffic::new(SIGHTING);
        (traffic.bytes_up, traffic.bytes_down) = (up, down);
        (traffic.frames_up, traffic.frames_down) = (1, 1);
        self.record(|it| it.converse(at(host), service(peer, port), &traffic));
    }

    fn covered(&mut self, host: &str, peer: &str, port: u16, encrypted: u64, clear: u64) {
        let mut traffic = Traffic::new(SIGHTING);
        (traffic.bytes_encrypted, traffic.bytes_clear) = (encrypted, clear);
        traffic.frames_up = 1;
        self.record(|it| it.converse(at(host), service(peer, port), &traffic));
    }

    fn told(&mut self, host: &str, name: &str, address: &str) {
        let answer = format!("{name} {address}");
        self.record(|it| it.observe(at(host), None, fields::DNS_ANSWER, &answer, SIGHTING));
    }

    fn said(&mut self, host: &str, field: Field, name: &str, peer: &str, port: u16) {
        self.record(|it| it.observe(at(host), Some(service(peer, port)), field, name, SIGHTING));
    }

    fn record(&mut self, act: impl FnOnce(&mut Recorder)) {
        let mut recorder = Recorder::new(Limits::default());
        act(&mut recorder);
        self.0 = std::mem::take(&mut self.0).merge(recorder.finish());
    }

    /// The destinations of the device at [`NEAR`].
    fn destinations(&mut self) -> Vec<Destination> {
        let knowledge = Knowledge::new(pack());
        let grouped = devices::group(&self.0, &Settings::default());
        let names = Names::of_all(&grouped.devices, &knowledge);
        let near: IpAddr = NEAR.parse().unwrap();
        let member = grouped.devices.iter().find(|it| it.ips.contains(&near)).unwrap();
        destinations(member, &names, &grouped.home, &mut Book::new(&self.0))
    }

    #[track_caller]
    fn check(&mut self, name: &str, expected: &[(&str, Option<Field>, f64, u64)]) {
        let found = self.destinations();
        assert_eq!(found.len(), expected.len(), "{name}: {found:#?}");
        for (found, (named, by, sure, bytes)) in found.iter().zip(expected) {
            assert_eq!((&*found.name, found.named_by), (*named, *by), "{name}");
            assert!(
                (found.confidence.value() - sure).abs() < 1e-9,
                "{name}: {:?}",
                found.confidence
            );
            assert_eq!(found.bytes_up + found.bytes_down, *bytes, "{name}");
        }
    }
}

const SIGHTING: Sighting =
    Sighting { at: Timestamp::from_parts(1_767_225_600, 0), source: SourceId(1), frame: 1 };

fn at(ip: &str) -> Host {
    let ip: IpAddr = ip.parse().unwrap();
    let last = match ip {
        IpAddr::V4(ip) => ip.octets()[3],
        IpAddr::V6(ip) => ip.octets()[15],
    };
    Host::new(Some(Mac([0, 0, 0x5e, 0, 0x53, last])), Some(ip)).unwrap()
}

fn service(peer: &str, port: u16) -> Service {
    let transport = if [53, 123, 5353].contains(&port) { Transport::UDP } else { Transport::TCP };
    Service { peer: peer.parse().unwrap(), transport, port, server: Party::Peer }
}

/// One known suffix, and one address block.
fn pack() -> Pack {
    let organisation = kinds::Organisation {
        id: "known".into(),
        name: "Known Ltd".into(),
        registered_in: Some("NL".into()),
        headquartered_in: Some("NL".into()),
        sources: vec!["a-text".into()],
        ..kinds::Organisation::default()
    };
    let known = kinds::Destination {
        suffix: "known.example".into(),
        exact: false,
        organisation: Some("known".into()),
        brand: None,
        platform: None,
        purpose: kinds::Purpose::Telemetry,
        sources: vec!["a-text".into()],
        verified: false,
        note: None,
    };
    let number = |text: &str| match text.parse().unwrap() {
        IpAddr::V4(ip) => ip.to_ipv6_mapped().to_bits(),
        IpAddr::V6(ip) => ip.to_bits(),
    };
    let block = kinds::AddressBlock {
        first: number("203.0.113.0"),
        last: number("203.0.113.255"),
        system: 0,
        operator: 0,
        registered_in: kinds::CountryCode::new("NL"),
        anywhere: false,
    };
    Pack {
        organisations: [("known".into(), organisation)].into(),
        destinations: vec![known],
        addresses: vec![block],
        operators: vec!["Example Net".into()],
        ..Pack::default()
    }
}
