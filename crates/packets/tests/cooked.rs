//! Linux "cooked" captures, as from the interface `any`: links that name the sender's station only.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use etherparse::PacketBuilder;
use evidence::{Host, Ledger, Limits, Recorder, Timestamp};
use packets::{Dissector, Frame, LinkType, Settings, Share};

const DEVICE: [u8; 6] = [0, 0, 0x5e, 0, 0x53, 1];
const SECOND: [u8; 6] = [0, 0, 0x5e, 0, 0x53, 2];
const ROUTER: [u8; 6] = [0, 0, 0x5e, 0, 0x53, 0xfe];
const HOME: [u8; 4] = [192, 168, 1, 10];
const NEIGHBOUR: [u8; 4] = [192, 168, 2, 20];

/// What the capturing machine did with a packet, by its number in the header.
const TO_US: u8 = 0;
const BROADCAST: u8 = 1;
const HANDED_ON: u8 = 4;

/// A frame: what became of it, its sender's station, its packet.
type Cooked = (u8, [u8; 6], Vec<u8>);

#[test]
fn the_address_of_a_broadcast_is_no_host() {
    let to_all = udp(HOME, [192, 168, 1, 255], b"lamp");
    check("broadcast", &[(BROADCAST, DEVICE, to_all)], &["192.168.1.10 (00:00:5e:00:53:01) 1"]);
    let to_one = udp(HOME, NEIGHBOUR, b"lamp");
    check(
        "to one",
        &[(TO_US, DEVICE, to_one)],
        &["192.168.2.20 1", "192.168.1.10 (00:00:5e:00:53:01) 1"],
    );
}

#[test]
fn who_answers_a_broadcast_is_a_host() {
    let frames = [
        (BROADCAST, DEVICE, udp(HOME, NEIGHBOUR, b"lamp")),
        (TO_US, SECOND, udp(NEIGHBOUR, HOME, b"lamp")),
    ];
    let hosts = ["192.168.1.10 1", "192.168.1.10 (00:00:5e:00:53:01) 1"];
    check(
        "called and answered",
        &frames,
        &[hosts[0], hosts[1], "192.168.2.20 (00:00:5e:00:53:02) 1"],
    );
}

#[test]
fn what_no_host_sends_to_no_host_is_nobodys() {
    check("nobody to nobody", &[(TO_US, DEVICE, udp([224, 0, 0, 251], [0; 4], b"lamp"))], &[]);
}

#[test]
fn what_is_handed_on_stays_its_senders() {
    let packet = udp(HOME, NEIGHBOUR, b"lamp");
    let answer = udp(NEIGHBOUR, HOME, b"lamp");
    let frames = [
        (TO_US, DEVICE, packet.clone()),
        (HANDED_ON, ROUTER, packet),
        (TO_US, SECOND, answer.clone()),
        (HANDED_ON, ROUTER, answer),
    ];
    let hosts = ["192.168.1.10 (00:00:5e:00:53:01) 4", "192.168.2.20 (00:00:5e:00:53:02) 4"];
    check("there and back", &frames, &hosts);
}

#[test]
fn who_has_no_address_yet_is_told_by_its_station() {
    let discover = udp([0; 4], [255; 4], b"lamp");
    let frames = [
        (BROADCAST, DEVICE, discover.clone()),
        (BROADCAST, SECOND, discover.clone()),
        (BROADCAST, DEVICE, discover),
    ];
    check("two at once", &frames, &["00:00:5e:00:53:01 2", "00:00:5e:00:53:02 1"]);
}

fn udp(from: [u8; 4], to: [u8; 4], payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    PacketBuilder::ipv4(from, to, 64).udp(53, 53).write(&mut bytes, payload).unwrap();
    bytes
}

/// Reads frames in either version of the link, as one and in shares: all say the same of hosts, with the
/// frames of their conversations.
#[track_caller]
fn check(name: &str, frames: &[Cooked], expected: &[&str]) {
    let first = |(kind, station, packet): &Cooked| {
        [&[0, *kind, 0, 1, 0, 6][..], station, &[0, 0, 8, 0], packet].concat()
    };
    let second = |(kind, station, packet): &Cooked| {
        [&[8, 0, 0, 0, 0, 0, 0, 2, 0, 1, *kind, 6][..], station, &[0, 0], packet].concat()
    };
    for (link, frames) in [
        (LinkType::LINUX_SLL, frames.iter().map(first).collect::<Vec<_>>()),
        (LinkType::LINUX_SLL2, frames.iter().map(second).collect()),
    ] {
        let whole = ledger(link, &frames, Share::WHOLE);
        assert_eq!(shown(&whole), expected, "{name}, {link}");
        for of in [2, 3, 5] {
            let shares = (0..of).map(|it| ledger(link, &frames, Share::new(it, of).unwrap()));
            let merged = shares.reduce(Ledger::merge).unwrap();
            assert_eq!(merged, whole, "{name}, {link}, {of} shares");
        }
    }
}

fn ledger(link: LinkType, frames: &[Vec<u8>], share: Share) -> Ledger {
    let mut recorder = Recorder::new(Limits::default());
    let mut dissector = Dissector::new(&Settings { share, ..Settings::default() });
    dissector.begin_source(&mut recorder, "made up");
    for (bytes, number) in frames.iter().zip(1..) {
        let (at, wire_length) = (Timestamp(number), u32::try_from(bytes.len()).unwrap());
        dissector.observe(&mut recorder, &Frame { number, at, link, wire_length, bytes });
    }
    dissector.end_source(&mut recorder);
    recorder.finish()
}

fn shown(ledger: &Ledger) -> Vec<String> {
    let of = |(host, record): (&Host, &evidence::HostRecord)| {
        let frames: u64 = record.conversations().iter().map(|it| it.traffic.frames()).sum();
        format!("{host} {frames}")
    };
    ledger.hosts().map(of).collect()
}
