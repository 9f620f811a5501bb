//! The laws the whole design stands on: ledgers merge in any order, and nothing is lost uncounted.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::net::{IpAddr, Ipv4Addr};

use evidence::{
    Field, Host, Ledger, Limits, Mac, Party, Privacy, Recorder, Sampled, Service, Sighting,
    SourceId, Timestamp, Traffic, Transport,
};
use proptest::prelude::*;

/// One thing to record: enough variety to collide often and to overflow the small limits.
#[derive(Clone, Debug)]
struct Event {
    host: u8,
    kind: Kind,
    at: u64,
    frame: u64,
}

#[derive(Clone, Debug)]
enum Kind {
    Observed { field: u8, value: u8, about: Option<u8> },
    Talked { peer: u8, bytes: u16 },
}

const SMALL: Limits =
    Limits { values_per_field: 3, conversations_per_host: 4, observations: 12, conversations: 10 };

proptest! {
    #[test]
    fn merging_is_associative_and_commutative(a in ledger(), b in ledger(), c in ledger()) {
        let left = a.clone().merge(b.clone()).merge(c.clone());
        prop_assert_eq!(&left, &a.clone().merge(b.clone().merge(c.clone())));
        prop_assert_eq!(&left, &c.merge(a).merge(b));
    }

    #[test]
    fn the_empty_ledger_changes_nothing(ledger in ledger()) {
        prop_assert_eq!(&ledger, &ledger.clone().merge(Ledger::default()));
        prop_assert_eq!(&ledger, &Ledger::default().merge(ledger.clone()));
    }

    #[test]
    fn shares_by_host_add_up_to_one_pass_byte_for_byte(events in events(), workers in 1_u8..5) {
        let whole = record(&events);
        let shares = (0..workers).map(|worker| {
            let mine: Vec<_> =
                events.iter().filter(|event| event.host % workers == worker).cloned().collect();
            record(&mine)
        });
        let merged = shares.fold(Ledger::default(), Ledger::merge);
        prop_assert!(whole.to_bytes().unwrap() == merged.to_bytes().unwrap());
    }

    #[test]
    fn a_cut_in_time_adds_up_to_one_pass(events in events(), at in 0_usize..200) {
        let (before, after) = events.split_at(at.min(events.len()));
        prop_assert!(record(&events) == record(before).merge(record(after)));
    }

    #[test]
    fn every_sighting_is_kept_or_counted(events in events()) {
        let ledger = record(&events);
        let kept: u64 = ledger
            .hosts()
            .flat_map(|(_, record)| record.observations())
            .map(|observation| observation.seen.count)
            .sum();
        let observed =
            events.iter().filter(|event| matches!(event.kind, Kind::Observed { .. })).count();
        prop_assert_eq!(kept + ledger.dropped.sightings, observed as u64);
        let frames: u64 = ledger
            .hosts()
            .flat_map(|(_, record)| record.conversations())
            .map(|conversation| conversation.traffic.frames())
            .sum();
        prop_assert_eq!(frames + ledger.dropped.frames, (events.len() - observed) as u64);
    }

    #[test]
    fn saved_ledgers_read_back(ledger in ledger()) {
        prop_assert_eq!(Ledger::from_bytes(&ledger.to_bytes().unwrap()), Ok(ledger));
    }

    #[test]
    fn reading_damaged_bytes_never_panics(ledger in ledger(), at in any::<usize>(), to in any::<u8>()) {
        let mut bytes = ledger.to_bytes().unwrap();
        let at = at % bytes.len();
        bytes[at] = to;
        let _ = Ledger::from_bytes(&bytes);
        let _ = Ledger::from_bytes(&bytes[..at]);
    }

    #[test]
    fn scrubbing_leaves_no_private_value(ledger in ledger()) {
        let scrubbed = ledger.scrub(Privacy::Product, 7);
        for (host, record) in scrubbed.hosts() {
            prop_assert!(host.ip().is_none_or(|ip| !matches!(ip, IpAddr::V4(ip) if ip.octets()[0] == 192)));
            for observation in record.observations() {
                let private = observation.field.privacy() > Privacy::Product;
                prop_assert!(!private || observation.value.starts_with('['));
            }
        }
    }
}

fn ledger() -> impl Strategy<Value = Ledger> {
    events().prop_map(|events| record(&events))
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let observed = (0_u8..4, 0_u8..9, proptest::option::of(0_u8..3))
        .prop_map(|(field, value, about)| Kind::Observed { field, value, about });
    let talked = (0_u8..9, any::<u16>()).prop_map(|(peer, bytes)| Kind::Talked { peer, bytes });
    let event = (0_u8..5, prop_oneof![observed, talked], 0_u64..50, 1_u64..50)
        .prop_map(|(host, kind, at, frame)| Event { host, kind, at, frame });
    proptest::collection::vec(event, 0..200)
}

fn record(events: &[Event]) -> Ledger {
    let mut recorder = Recorder::new(SMALL);
    for event in events {
        let sighting =
            Sighting { at: Timestamp(event.at), source: SourceId::of("a"), frame: event.frame };
        recorder.source("a").count_frame(sighting.at, 60);
        let host =
            Host::new(Some(Mac([0, 0, 0x5e, 0, 0x53, event.host])), Some(address(event.host)))
                .unwrap();
        match event.kind {
            Kind::Observed { field, value, about } => recorder.observe(
                host,
                about.map(service),
                Field::all().nth(usize::from(field) * 7).unwrap(),
                &format!("value {value}"),
                sighting,
            ),
            Kind::Talked { peer, bytes } => {
                let traffic = Traffic {
                    frames_up: 1,
                    bytes_up: u64::from(bytes),
                    streamed_up: u64::from(bytes),
                    streamed_seconds: u32::from(bytes % 7),
                    sampled: Sampled { text: u32::MAX - 9, random: bytes.into(), other: 1 },
                    ..Traffic::new(sighting)
                };
                recorder.converse(host, service(peer), &traffic);
            }
        }
    }
    recorder.finish()
}

fn service(peer: u8) -> Service {
    Service { peer: address(peer), transport: Transport::TCP, port: 443, server: Party::Peer }
}

fn address(last: u8) -> IpAddr {
    Ipv4Addr::new(192, 0, 2, last).into()
}
