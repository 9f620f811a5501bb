//! Made-up traffic, frame by frame: what of it reaches the ledger.
//!
//! Frames are built with another project's encoder, so that a misreading of ours shows.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "tests fail by panicking")]

use std::fmt::Write as _;

use etherparse::PacketBuilder;
use evidence::{HostRecord, Ledger, Limits, Recorder, Timestamp, fields};
use packets::{Dissector, Frame, LinkType, Settings};
use proptest::prelude::*;

const DEVICE: [u8; 6] = [0, 0, 0x5e, 0, 0x53, 1];
const ROUTER: [u8; 6] = [0, 0, 0x5e, 0, 0x53, 2];
const HOME: [u8; 4] = [192, 168, 1, 10];
const SERVER: [u8; 4] = [198, 51, 100, 7];
const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: home.example\r\n\r\n";
const SECOND: u64 = 1_000_000_000;

/// A query for the address of `home.example`.
const QUERY: &[u8] = b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x04home\x07example\0\0\x01\0\x01";

/// Frames with the second they were captured in.
type Frames = Vec<(u64, Vec<u8>)>;

#[test]
fn every_link_layer_leads_to_the_same_conversation() {
    let ip = &udp(HOME, SERVER, (40_000, 53), QUERY)[14..];
    let stations = [ROUTER, DEVICE].concat();
    let linked = |before: &[u8]| [before, ip].concat();
    let tagged = |tags: &[u8]| [&stations[..], tags, ip].concat();
    let cooked = [&[0, 0, 0, 1, 0, 6][..], &DEVICE, &[0, 0, 8, 0]].concat();
    let cooked_second = [&[8, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6][..], &DEVICE, &[0, 0]].concat();
    for (name, link, bytes, with_mac) in [
        ("ethernet", 1, tagged(&[8, 0]), true),
        ("802.1Q", 1, tagged(&[0x81, 0, 0, 5, 8, 0]), true),
        ("QinQ", 1, tagged(&[0x88, 0xa8, 0, 5, 0x81, 0, 0, 6, 8, 0]), true),
        ("old QinQ", 1, tagged(&[0x91, 0, 0, 5, 0x81, 0, 0, 6, 8, 0]), true),
        ("SNAP", 1, tagged(&[0, 60, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0]), true),
        ("PPPoE", 1, tagged(&[0x88, 0x64, 0x11, 0, 0, 1, 0, 50, 0, 0x21]), true),
        ("cooked", 113, linked(&cooked), true),
        ("cooked, version 2", 276, linked(&cooked_second), true),
        ("raw", 101, linked(&[]), false),
        ("raw, old number", 12, linked(&[]), false),
        ("IPv4", 228, linked(&[]), false),
        ("loopback, little", 0, linked(&[2, 0, 0, 0]), false),
        ("loopback, big", 0, linked(&[0, 0, 0, 2]), false),
        ("loopback of OpenBSD", 108, linked(&[0, 0, 0, 2]), false),
        ("PPP", 9, linked(&[0xff, 3, 0, 0x21]), false),
    ] {
        let host = if with_mac { "192.168.1.10 (00:00:5e:00:53:01)" } else { "192.168.1.10" };
        let length = bytes.len();
        let expected = format!(
            "{host}\n  dns.query home.example\n  udp to 198.51.100.7:53 up 1/{length} down 0/0\n"
        );
        check_link(name, LinkType(link), vec![(0, bytes)], &expected);
    }
}

#[test]
fn what_is_no_ip_is_counted_by_what_it_is() {
    let stations = [ROUTER, DEVICE].concat();
    for (link, bytes, reason) in [
        (1, [&stations[..], &[0x88, 0x8e, 0]].concat(), "EtherType 0x888e"),
        (1, [&stations[..], &[0, 4, 0x42, 0x42, 3, 0]].concat(), "IEEE 802.2 without SNAP"),
        (9, vec![0xc0, 0x21, 1], "PPP protocol 0xc021"),
        (0, vec![7, 0, 0, 0], "address family 7"),
        (101, vec![0x50], "IP version 5"),
        (147, vec![], "link type 147"),
    ] {
        let ledger = ledger(LinkType(link), vec![(0, bytes)]);
        let source = ledger.sources.values().next().unwrap();
        assert_eq!(source.skipped.get(reason), Some(&1), "{:?}", source.skipped);
    }
}

#[test]
fn the_station_on_the_way_out_is_known() {
    let brings = |from, to| {
        let ledger = ledger(LinkType::ETHERNET, [(0, udp(from, to, (40_000, 7), b"x"))]);
        let forwards = ledger.hosts().filter(|(_, record)| only_forwards(record));
        forwards.map(|(host, _)| host.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(brings(HOME, SERVER), ["00:00:5e:00:53:02"], "out");
    assert_eq!(brings(SERVER, HOME), ["00:00:5e:00:53:01"], "in");
    assert!(brings(HOME, [192, 168, 1, 1]).is_empty(), "within the home");
}

#[test]
fn a_conversation_is_filed_under_the_ends_that_are_in_the_home() {
    let to = |from, to| vec![(0, udp(from, to, (40_000, 7), b"x"))];
    let device = "(00:00:5e:00:53:01)";
    check(
        "out",
        to(HOME, SERVER),
        &format!("192.168.1.10 {device}\n  udp to 198.51.100.7:7 up 1/43 down 0/0\n"),
    );
    check(
        "in",
        to(SERVER, HOME),
        "192.168.1.10 (00:00:5e:00:53:02)\n  udp on 7 from 198.51.100.7 up 0/0 down 1/43\n",
    );
    check(
        "group",
        to(HOME, [239, 255, 255, 250]),
        &format!("192.168.1.10 {device}\n  udp to 239.255.255.250:7 up 1/43 down 0/0\n"),
    );
    let local = format!(
        "192.168.1.10 {device}\n  udp to 192.168.1.1:7 up 1/43 down 0/0\n\
         192.168.1.1 (00:00:5e:00:53:02)\n  udp on 7 from 192.168.1.10 up 0/0 down 1/43\n"
    );
    check("both", to(HOME, [192, 168, 1, 1]), &local);
    let asking = "00:00:5e:00:53:01\n  udp to 255.255.255.255:7 up 1/43 down 0/0\n\
                  00:00:5e:00:53:02\n  udp on 7 from 0.0.0.0 up 0/0 down 1/43\n";
    check("without an address yet", to([0; 4], [255; 4]), asking);
}

#[test]
fn streams_are_read_in_order_however_they_came() {
    let host = "http.host home.example";
    let halves = |sequence: u32| {
        let middle = sequence.wrapping_add(1).wrapping_add(20);
        [(sequence.wrapping_add(1), &REQUEST[..20]), (middle, &REQUEST[20..])]
    };
    for (name, start) in [("usual", 1_000), ("wrapping", u32::MAX - 9)] {
        let [first, second] = halves(start);
        for (order, pieces) in [("in order", [first, second]), ("swapped", [second, first])] {
            let mut frames = vec![(0, syn(start))];
            frames.extend(pieces.map(|(sequence, bytes)| (0, tcp(sequence, bytes))));
            frames.push((0, tcp(pieces[0].0, pieces[0].1)));
            let shown = shown(&ledger(LinkType::ETHERNET, frames));
            assert_eq!(shown.matches(host).count(), 1, "{name}, {order}: {shown}");
        }
    }
}

#[test]
fn a_gap_that_stays_is_counted_as_cut() {
    let frames = vec![(0, syn(0)), (0, tcp(1, &REQUEST[..9])), (0, tcp(20, &REQUEST[19..]))];
    check_cut("a gap", frames, 1);
    check_cut("an unfinished head", vec![(0, syn(0)), (0, tcp(1, &REQUEST[..9]))], 1);
    check_cut("joined in the middle", vec![(0, tcp(1, b"neither head nor tail"))], 1);
    check_cut("joined where a message begins", vec![(0, tcp(1, REQUEST))], 0);
    check_cut("encrypted, joined in the middle", vec![(0, tcp(1, b"\x17\x03\x03\x00\x20xxxx"))], 0);
    check_cut("whole", vec![(0, syn(0)), (0, tcp(1, REQUEST))], 0);
}

#[test]
fn a_connection_joined_in_the_middle_is_known_to_be_encrypted() {
    let frames = vec![(0, tcp(1, b"\x17\x03\x03\x00\x20xxxx"))];
    let ledger = ledger(LinkType::ETHERNET, frames);
    let (_, record) = ledger.hosts().next().unwrap();
    let traffic = record.conversations()[0].traffic;
    assert_eq!(traffic.bytes_encrypted, traffic.bytes());
}

#[test]
fn a_port_alone_tells_nothing_of_encryption() {
    let covered = |frames: Frames| {
        let ledger = ledger(LinkType::ETHERNET, frames);
        let (_, record) = ledger.hosts().next().unwrap();
        let traffic = record.conversations()[0].traffic;
        (traffic.bytes_encrypted > 0, traffic.bytes_clear > 0)
    };
    let (short, foreign) = (&[1, 2][..], &[0xfe; 40][..]);
    for (port, payload) in [(443, short), (8883, short), (21, foreign), (25, foreign), (110, short)]
    {
        let frames = vec![(0, syn_to(port, 7)), (0, tcp_to(port, 8, payload))];
        assert_eq!(covered(frames), (false, false), "tcp {port} {payload:?}");
    }
    let to = |port, payload| vec![(0, udp(HOME, SERVER, (40_000, port), payload))];
    for (port, payload) in [(53, foreign), (161, short), (1900, foreign), (5683, foreign)] {
        assert_eq!(covered(to(port, payload)), (false, false), "udp {port} {payload:?}");
    }
    assert_eq!(covered(to(53, QUERY)), (false, true), "a look-up");
}

#[test]
fn what_is_read_after_a_port_misled_is_known_to_be_readable() {
    const PORT: u16 = 34_567;

    let back = || PacketBuilder::ethernet2(ROUTER, DEVICE).ipv4(SERVER, HOME, 64);
    let (first, second) = REQUEST.split_at(10);
    let frames = vec![
        (0, syn_to(PORT, 7)),
        (0, built(back().tcp(PORT, 40_000, 500, 9).syn().ack(8), &[])),
        (0, tcp_to(PORT, 8, first)),
        (0, built(back().tcp(PORT, 40_000, 501, 9).ack(8), b"what is asked here?\r\n")),
        (0, tcp_to(PORT, 18, second)),
    ];
    let ledger = ledger(LinkType::ETHERNET, frames);
    let (_, record) = ledger.hosts().next().unwrap();
    let traffic = record.conversations()[0].traffic;
    assert!(shown(&ledger).contains("http.host home.example"));
    assert_eq!(traffic.bytes_clear, traffic.bytes());
}

#[test]
fn connections_are_counted_once_each() {
    let builder = || PacketBuilder::ethernet2(ROUTER, DEVICE).ipv4(SERVER, HOME, 64);
    let accept = built(builder().tcp(80, 40_000, 500, 9).syn().ack(8), &[]);
    let reset = built(builder().tcp(80, 40_000, 501, 9).rst(), &[]);
    let frames = vec![(0, syn(7)), (1, syn(7)), (1, accept), (2, reset), (3, syn(900))];
    let ledger = ledger(LinkType::ETHERNET, frames);
    let (_, record) = ledger.hosts().next().unwrap();
    let traffic = record.conversations()[0].traffic;
    assert_eq!((traffic.opened_by_host, traffic.accepted_by_peer, traffic.reset), (2, 1, 1));
    assert_eq!((traffic.opened_by_peer, traffic.accepted_by_host), (0, 0));
    assert_eq!(traffic.frames(), 5);
}

#[test]
fn fragments_are_put_together_or_counted() {
    let whole = udp(HOME, SERVER, (40_000, 53), QUERY);
    let pieces = [fragment(&whole, 0..16, true), fragment(&whole, 16..whole.len() - 34, false)];
    let query = "192.168.1.10 (00:00:5e:00:53:01)\n  dns.query home.example\n  udp to 198.51.100.7:53 up 2/106 down 0/0\n";
    check("in order", vec![(0, pieces[0].clone()), (0, pieces[1].clone())], query);
    check("swapped", vec![(0, pieces[1].clone()), (0, pieces[0].clone())], query);
    check_cut("one lost", vec![(0, pieces[0].clone())], 1);
    let overlapping = fragment(&whole, 8..whole.len() - 34, false);
    let ledger = ledger(LinkType::ETHERNET, vec![(0, pieces[0].clone()), (0, overlapping)]);
    let source = ledger.sources.values().next().unwrap();
    assert_eq!(source.malformed.get("ip fragments"), Some(&1));
    assert!(shown(&ledger).contains("udp with 198.51.100.7 up 2/"));
}

#[test]
fn extension_headers_are_walked() {
    let source = [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    let target = [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2];
    let plain = built(
        PacketBuilder::ethernet2(DEVICE, ROUTER).ipv6(source, target, 64).udp(40_000, 53),
        QUERY,
    );
    let mut extended = plain[..54].to_vec();
    extended[20] = 60;
    let length = u16::try_from(plain.len() - 54 + 8).unwrap().to_be_bytes();
    extended[18..20].copy_from_slice(&length);
    extended.extend([17, 0, 1, 4, 0, 0, 0, 0]);
    extended.extend(&plain[54..]);
    for frame in [plain, extended] {
        let shown = shown(&ledger(LinkType::ETHERNET, vec![(0, frame)]));
        assert!(shown.contains("dns.query home.example"), "{shown}");
    }
}

#[test]
fn only_neighbours_say_who_is_where() {
    let source = [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    let claims = |hops| {
        let message = [&[136, 0, 0, 0, 0x60, 0, 0, 0][..], &source].concat();
        let mut bytes = Vec::new();
        let builder = PacketBuilder::ethernet2(DEVICE, ROUTER).ipv6(source, source, hops);
        builder.write(&mut bytes, etherparse::IpNumber::IPV6_ICMP, &message).unwrap();
        shown(&ledger(LinkType::ETHERNET, [(0, bytes)])).contains("icmpv6.target fe80::1")
    };
    assert!(claims(255), "a neighbour");
    assert!(!claims(254), "somebody a router away");
}

#[test]
fn what_is_not_read_is_bounded_and_counted() {
    let template = syn(0);
    let frames = (0..270_000_u32).map(|index| {
        let mut frame = template.clone();
        let [_, a, b, c] = index.to_be_bytes();
        frame[30..34].copy_from_slice(&[198, 18 + (a & 1), b, c]);
        frame[35] = a >> 1;
        (0, frame)
    });
    let ledger = ledger(LinkType::ETHERNET, frames);
    assert!(ledger.dropped.streams > 0);
    let (_, record) = ledger.hosts().next().unwrap();
    let kept: u64 = record.conversations().iter().map(|it| it.traffic.frames()).sum();
    assert_eq!(kept + ledger.dropped.frames, 270_000);
}

proptest! {
    #[test]
    fn no_frame_panics_and_each_is_counted(
        frames in proptest::collection::vec((0_u64..9_000, frame()), 0..40),
        link in prop_oneof![Just(1_u32), Just(0), Just(9), Just(101), Just(113), Just(276), any::<u32>()],
    ) {
        let count = frames.len() as u64;
        let ledger = ledger(LinkType(link), frames);
        prop_assert_eq!(ledger.sources.values().next().unwrap().frames, count);
    }
}

/// Anything, or an honest frame with some bytes changed.
fn frame() -> impl Strategy<Value = Vec<u8>> {
    let honest = prop_oneof![
        Just(udp(HOME, SERVER, (40_000, 53), QUERY)),
        Just(tcp(1, REQUEST)),
        Just(syn(0)),
        Just(fragment(&udp(HOME, SERVER, (40_000, 53), QUERY), 0..16, true)),
    ];
    let changes = proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6);
    let damaged =
        (honest, changes, any::<prop::sample::Index>()).prop_map(|(mut bytes, changes, end)| {
            for (index, value) in changes {
                let at = index.index(bytes.len());
                bytes[at] = value;
            }
            if end.index(4) == 0 {
                bytes.truncate(end.index(bytes.len()));
            }
            bytes
        });
    prop_oneof![proptest::collection::vec(any::<u8>(), 0..90), damaged]
}

fn udp(from: [u8; 4], to: [u8; 4], (source, destination): (u16, u16), payload: &[u8]) -> Vec<u8> {
    built(
        PacketBuilder::ethernet2(DEVICE, ROUTER).ipv4(from, to, 64).udp(source, destination),
        payload,
    )
}

/// A segment from the device to a web server.
fn tcp(sequence: u32, payload: &[u8]) -> Vec<u8> {
    tcp_to(80, sequence, payload)
}

fn tcp_to(port: u16, sequence: u32, payload: &[u8]) -> Vec<u8> {
    let builder = PacketBuilder::ethernet2(DEVICE, ROUTER).ipv4(HOME, SERVER, 64);
    built(builder.tcp(40_000, port, sequence, 9).ack(1), payload)
}

fn syn(sequence: u32) -> Vec<u8> {
    syn_to(80, sequence)
}

fn syn_to(port: u16, sequence: u32) -> Vec<u8> {
    let builder = PacketBuilder::ethernet2(DEVICE, ROUTER).ipv4(HOME, SERVER, 64);
    built(builder.tcp(40_000, port, sequence, 9).syn(), &[])
}

/// A piece of an IPv4 frame's payload as a fragment.
fn fragment(frame: &[u8], piece: std::ops::Range<usize>, more: bool) -> Vec<u8> {
    let mut bytes = frame[..34].to_vec();
    let length = u16::try_from(20 + piece.len()).unwrap().to_be_bytes();
    bytes[16..18].copy_from_slice(&length);
    let place = u16::try_from(piece.start / 8).unwrap() | if more { 0x2000 } else { 0 };
    bytes[20..22].copy_from_slice(&place.to_be_bytes());
    bytes.extend(&frame[34..][piece]);
    bytes
}

fn built<Step>(builder: etherparse::PacketBuilderStep<Step>, payload: &[u8]) -> Vec<u8>
where
    etherparse::PacketBuilderStep<Step>: Built,
{
    builder.write_out(payload)
}

/// What the encoder's steps have in common.
trait Built {
    fn write_out(self, payload: &[u8]) -> Vec<u8>;
}

impl Built for etherparse::PacketBuilderStep<etherparse::UdpHeader> {
    fn write_out(self, payload: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write(&mut bytes, payload).unwrap();
        bytes
    }
}

impl Built for etherparse::PacketBuilderStep<etherparse::TcpHeader> {
    fn write_out(self, payload: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write(&mut bytes, payload).unwrap();
        bytes
    }
}

#[track_caller]
fn check(name: &str, frames: Frames, expected: &str) {
    check_link(name, LinkType::ETHERNET, frames, expected);
}

#[track_caller]
fn check_link(name: &str, link: LinkType, frames: Frames, expected: &str) {
    let lines = |text: &str| -> std::collections::BTreeSet<String> {
        text.split_inclusive('\n').map(str::to_owned).collect()
    };
    let shown = shown(&ledger(link, frames));
    assert_eq!(lines(&shown), lines(expected), "{name}");
}

#[track_caller]
fn check_cut(name: &str, frames: Frames, expected: u64) {
    let ledger = ledger(LinkType::ETHERNET, frames);
    assert_eq!(ledger.sources.values().next().unwrap().cut, expected, "{name}");
}

fn ledger(link: LinkType, frames: impl IntoIterator<Item = (u64, Vec<u8>)>) -> Ledger {
    let room = Limits { conversations_per_host: 524_288, ..Limits::default() };
    let mut recorder = Recorder::new(room);
    let mut dissector = Dissector::new(&Settings::default());
    dissector.begin_source(&mut recorder, "made up");
    for ((second, bytes), number) in frames.into_iter().zip(1..) {
        let wire_length = u32::try_from(bytes.len()).unwrap();
        let at = Timestamp(second * SECOND);
        dissector.observe(&mut recorder, &Frame { number, at, link, wire_length, bytes: &bytes });
    }
    dissector.end_source(&mut recorder);
    recorder.finish()
}

/// Whether all that is kept of a station is that it carries the packets of others.
fn only_forwards(record: &HostRecord) -> bool {
    let observations = record.observations();
    record.conversations().is_empty()
        && observations.iter().all(|it| it.field == fields::LINK_BRINGS)
}

/// The ledger as text, but for stations that only forward: hosts, what they said, and frames/bytes of their conversations.
fn shown(ledger: &Ledger) -> String {
    let mut text = String::new();
    for (host, record) in ledger.hosts().filter(|(_, record)| !only_forwards(record)) {
        writeln!(text, "{host}").unwrap();
        for it in record.observations() {
            writeln!(text, "  {} {}", it.field, it.value).unwrap();
        }
        for it in record.conversations() {
            let traffic = it.traffic;
            let up = format!("{}/{}", traffic.frames_up, traffic.bytes_up);
            let down = format!("{}/{}", traffic.frames_down, traffic.bytes_down);
            writeln!(text, "  {} up {up} down {down}", it.service).unwrap();
        }
    }
    text
}
