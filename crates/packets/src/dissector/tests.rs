use etherparse::{IpHeaders, PacketBuilder, PacketBuilderStep};
use evidence::Timestamp;

use super::*;
use crate::LinkType;

#[test]
fn what_a_protocol_remembers_is_given_back_when_its_flow_ends() {
    let (mut recorder, mut dissector) = begun();
    // A server greets, and nobody answers.
    let greeting = built().tcp(23, 40_000, 1, 1_000);
    let mut frame = Vec::new();
    greeting.write(&mut frame, b"\xff\xfd\x01Welcome\r\n").unwrap();
    observe(&mut dissector, &mut recorder, &frame);
    assert!(!dissector.pool.is_empty());
    dissector.end_source(&mut recorder);
    assert!(dissector.pool.is_empty());
}

#[test]
fn what_a_flow_repeats_is_given_back_when_it_is_told() {
    let (mut recorder, mut dissector) = begun();
    let mut frame = Vec::new();
    let query = b"\0\0\0\0\0\x01\0\0\0\0\0\0\x04lamp\0\0\x01\0\x01";
    built().udp(5353, 5353).write(&mut frame, query).unwrap();
    for _ in 0..3 {
        observe(&mut dissector, &mut recorder, &frame);
    }
    assert!(!dissector.pool.is_empty());
    dissector.tell(&mut recorder);
    assert!(dissector.pool.is_empty());
}

#[test]
fn a_connection_is_broken_off_once_however_often_it_is_told() {
    let (mut recorder, mut dissector) = begun();
    for _ in 0..3 {
        let mut frame = Vec::new();
        built().tcp(40_000, 7, 1, 1_000).rst().write(&mut frame, &[]).unwrap();
        observe(&mut dissector, &mut recorder, &frame);
        dissector.tell_all(&mut recorder);
    }
    let ledger = recorder.finish();
    let conversations = ledger.hosts().flat_map(|(_, record)| record.conversations());
    let resets: Vec<u32> = conversations.map(|it| it.traffic.reset).collect();
    assert_eq!(resets, [1, 1]);
}

#[test]
fn packets_inside_of_packets_are_told_of() {
    let (mut recorder, mut dissector) = begun();
    for protocol in [4, 41, 47, 50] {
        let mut frame = Vec::new();
        built().write(&mut frame, protocol.into(), &[0x45; 40]).unwrap();
        observe(&mut dissector, &mut recorder, &frame);
    }
    let mut frame = Vec::new();
    built().udp(50_000, 4789).write(&mut frame, &[8; 40]).unwrap();
    observe(&mut dissector, &mut recorder, &frame);
    dissector.end_source(&mut recorder);
    let ledger = recorder.finish();
    let skipped: Vec<_> = ledger.sources.values().flat_map(|it| &it.skipped).collect();
    let skipped: Vec<_> = skipped.iter().map(|(kind, count)| (&***kind, **count)).collect();
    assert_eq!(
        skipped,
        [("packets inside GRE", 1), ("packets inside IP in IP", 2), ("packets inside VXLAN", 1),]
    );
}

/// RFC 8200, section 4.5: such a header belongs to what is cut into pieces, and is in the first alone.
#[test]
fn pieces_are_put_together_that_begin_with_an_extension_header() {
    let question = b"\0\0\0\0\0\x01\0\0\0\0\0\0\x04lamp\0\0\x01\0\x01";
    let options = [17, 0, 1, 4, 0, 0, 0, 0];
    let ports = [20, 233, 20, 233, 0, 30, 0, 0];
    let whole = [&options[..], &ports, question].concat();
    let (mut recorder, mut dissector) = begun();
    for (offset, more) in [(0, true), (24, false)] {
        let piece = if more { &whole[..24] } else { &whole[24..] };
        let length = u16::try_from(piece.len() + 8).unwrap();
        let place = offset | u16::from(more);
        let mut frame = vec![0x33, 0x33, 0, 0, 0, 0xfb, 0, 0, 0x5e, 0, 0x53, 1, 0x86, 0xdd];
        frame.extend([0x60, 0, 0, 0]);
        frame.extend(length.to_be_bytes());
        frame.extend([44, 255]);
        frame.extend(std::net::Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 1).octets());
        frame.extend(std::net::Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 0xfb).octets());
        frame.extend([60, 0]);
        frame.extend(place.to_be_bytes());
        frame.extend([0, 0, 0, 7]);
        frame.extend(piece);
        observe(&mut dissector, &mut recorder, &frame);
    }
    dissector.end_source(&mut recorder);
    let ledger = recorder.finish();
    let mut said = ledger.hosts().flat_map(|(_, record)| record.observations());
    assert!(said.any(|it| it.field == fields::MDNS_QUERY && &*it.value == "lamp"));
}

fn begun() -> (Recorder, Dissector) {
    let mut recorder = Recorder::default();
    let mut dissector = Dissector::new(&Settings::default());
    dissector.begin_source(&mut recorder, "made up");
    (recorder, dissector)
}

fn built() -> PacketBuilderStep<IpHeaders> {
    PacketBuilder::ethernet2([0, 0, 0x5e, 0, 0x53, 1], [0, 0, 0x5e, 0, 0x53, 2]).ipv4(
        [192, 168, 1, 10],
        [192, 168, 1, 20],
        64,
    )
}

fn observe(dissector: &mut Dissector, recorder: &mut Recorder, bytes: &[u8]) {
    let wire_length = u32::try_from(bytes.len()).unwrap();
    let (at, link) = (Timestamp(0), LinkType::ETHERNET);
    dissector.observe(recorder, &Frame { number: 1, at, link, wire_length, bytes });
}
