//! Messages as exporters send them, made by hand.

use std::slice::from_ref;

use evidence::{Limits, Recorder};

use super::{Collector, Homes};
use crate::imports::{Clock, Format, Import, fuzzing::shown};

const HOST: [u8; 4] = [192, 168, 1, 5];
const SERVER: [u8; 4] = [198, 51, 100, 7];

/// 2026-11-22T10:00:00Z.
const SENT: u32 = 1_795_341_600;

#[test]
fn version_5_adds_both_directions_up() {
    let out = fifth_record(HOST, SERVER, 40_000, 443, 10, 1_000);
    let back = fifth_record(SERVER, HOST, 443, 40_000, 8, 5_000);
    check(
        &[fifth(0, 0, &[out, back])],
        &[
            "192.168.1.5 tcp to 198.51.100.7:443 up 10/1000 down 8/5000 encrypted 0 clear 0 opened 1/0 \
         accepted 0/1 reset 0 1 @2026-11-22T09:59:10Z-2026-11-22T09:59:20Z",
            "records 2",
        ],
    );
}

#[test]
fn what_is_lost_or_sampled_is_told() {
    let record = fifth_record(HOST, SERVER, 40_000, 443, 10, 1_000);
    let line = "192.168.1.5 tcp to 198.51.100.7:443 up 20/2000 down 0/0 encrypted 0 clear 0 opened 2/0 \
                accepted 0/0 reset 0 1 @2026-11-22T09:59:10Z-2026-11-22T09:59:20Z";
    check(
        &[fifth(0, 0, from_ref(&record)), fifth(4, 0, from_ref(&record))],
        &[line, "records 2", "skipped flow records lost on the way 3"],
    );
    // A restart is no loss.
    check(
        &[fifth(9_000_000, 0, from_ref(&record)), fifth(0, 0, from_ref(&record))],
        &[line, "records 2"],
    );
    let sampled = fifth(0, 0x4064, &[record.clone(), record]);
    check(&[sampled], &[line, "records 2", "skipped packets but one in 100, of flow records 2"]);
}

#[test]
fn version_9_needs_its_templates() {
    let template = set(0, &words(&[260, 6, 8, 4, 12, 4, 7, 2, 11, 2, 4, 1, 1, 4]));
    let options = set(1, &words(&[261, 4, 8, 1, 2, 34, 4, 35, 1]));
    let interval = set(261, &[0, 1, 0, 0, 0, 50, 1]);
    let mut record = [HOST, SERVER].concat();
    record.extend(words(&[50_000, 53]));
    record.extend([17, 0, 0, 1, 0]);
    let data = set(260, &record);
    let line = "192.168.1.5 udp to 198.51.100.7:53 up 0/256 down 0/0 encrypted 0 clear 0 opened 0/0 \
                accepted 0/0 reset 0 1 @2026-11-22T10:00:00Z-2026-11-22T10:00:00Z";
    check(&[ninth(0, &[&template, &data])], &[line, "records 1"]);
    check(
        &[ninth(0, &[&data]), ninth(2, &[])],
        &[
            "skipped flow messages lost on the way 1",
            "skipped sets of flow records before their template 1",
        ],
    );
    let line = line.replace(" 1 @", " 2 @");
    check(
        &[ninth(0, &[&options, &interval, &template]), ninth(1, &[&data])],
        &[&line, "records 2", "skipped packets but one in 50, of flow records 1"],
    );
}

#[test]
fn ipfix_tells_both_ways_at_once() {
    let (templates, data) = ipfix_sets();
    let line = "2001:db8::5 tcp to [2001:db8:9::7]:8883 up 3/300 down 2/90 encrypted 0 clear 0 opened 1/0 \
                accepted 0/0 reset 0 1 @2026-11-22T09:59:59Z-2026-11-22T09:59:59.5Z";
    let line_of_peer = "2001:db8:9::7 tcp on 8883 from 2001:db8::5 up 2/90 down 3/300 encrypted 0 clear 0 \
                        opened 0/1 accepted 0/0 reset 0 1 \
                        @2026-11-22T09:59:59Z-2026-11-22T09:59:59.5Z";
    let message = tenth(0, &[&templates, &data]);
    check(from_ref(&message), &[line, line_of_peer, "records 1"]);
    // The same in a file, cut anywhere.
    for cut in 0..message.len() {
        let mut recorder = Recorder::new(Limits::default());
        let clock = Clock::default();
        let mut import = Import::new(Format::Ipfix, "home.ipfix", Homes::new(&[]), clock);
        import.feed(&message[..cut], &mut recorder);
        import.feed(&message[cut..], &mut recorder);
        import.end(&mut recorder);
        let lines = shown(&recorder.finish());
        assert_eq!(lines, [line, line_of_peer, "records 1"], "cut at {cut}");
    }
}

#[test]
fn packets_chosen_in_turn_are_told_as_a_share() {
    let (templates, data) = ipfix_sets();
    let options = set(3, &words(&[301, 3, 1, 144, 4, 305, 4, 306, 4]));
    let share = |taken: u32, left: u32| {
        let numbers = [1, taken, left].map(u32::to_be_bytes).concat();
        let message = tenth(0, &[&templates, &options, &set(301, &numbers), &data]);
        let mut recorder = Recorder::new(Limits::default());
        let homes = Homes::new(&[]);
        Collector::default().datagram(HOST.into(), &message, &homes, "router", &mut recorder);
        shown(&recorder.finish()).pop().unwrap()
    };
    assert_eq!(share(1, 999), "skipped packets but one in 1000, of flow records 1");
    assert_eq!(share(100, 900), "skipped packets but one in 10, of flow records 1");
    assert_eq!(share(2, 1), "skipped packets but one in 2, of flow records 1");
    assert_eq!(share(1, 0), "records 2");
}

#[test]
fn broken_messages_are_counted() {
    check(&[vec![0, 7, 0, 0]], &["malformed flow message 1"]);
    check(&[fifth(0, 0, &[vec![0; 47]])], &["malformed flow message 1"]);
    let endless = set(260, &[0; 4]);
    let nothing = set(0, &words(&[260, 1, 1, 0]));
    check(
        &[ninth(0, &[&nothing, &endless])],
        &["malformed flow message 1", "skipped sets of flow records before their template 1"],
    );
}

/// Anybody at home can send anything to the port, in anybody's name.
#[test]
fn no_sender_makes_the_account_of_what_was_sent_long() {
    let mut recorder = Recorder::new(Limits::default());
    let (mut collector, homes) = (Collector::default(), Homes::new(&[]));
    let record = fifth_record(HOST, SERVER, 40_000, 443, 10, 1_000);
    for one_in in 2..200 {
        let sender = [192, 168, 1, one_in].into();
        let apart = collector.tells_apart(sender);
        assert_eq!(apart, one_in < 66);
        assert_eq!(collector.tells_apart(sender), apart);
        let datagram = fifth(0, 0x4000 | u16::from(one_in), from_ref(&record));
        collector.datagram(HOST.into(), &datagram, &homes, "router", &mut recorder);
    }
    let sources = recorder.finish().sources;
    let kinds: Vec<_> = sources.values().map(|it| (it.skipped.len(), it.skipped_total())).collect();
    assert_eq!(kinds, [(33, 198)]);
}

fn ipfix_sets() -> (Vec<u8>, Vec<u8>) {
    let mut template = words(&[300, 12, 27, 16, 28, 16, 7, 2, 11, 2, 4, 1, 6, 1, 1, 8]);
    template.extend(words(&[0x8001, 8, 0, 29_305, 2, 4, 0x8002, 4, 0, 29_305]));
    template.extend(words(&[152, 8, 153, 8]));
    let mut record = Vec::new();
    for ip in ["2001:db8::5", "2001:db8:9::7"] {
        record.extend(ip.parse::<std::net::Ipv6Addr>().unwrap().octets());
    }
    record.extend(words(&[50_000, 8_883]));
    record.extend([6, 2]);
    record.extend(300_u64.to_be_bytes());
    record.extend(90_u64.to_be_bytes());
    record.extend(3_u32.to_be_bytes());
    record.extend(2_u32.to_be_bytes());
    record.extend((u64::from(SENT) * 1_000 - 1_000).to_be_bytes());
    record.extend((u64::from(SENT) * 1_000 - 500).to_be_bytes());
    (set(2, &template), set(300, &record))
}

fn fifth(sequence: u32, sampling: u16, records: &[Vec<u8>]) -> Vec<u8> {
    let mut message = words(&[5, u16::try_from(records.len()).unwrap()]);
    // Up for a minute.
    for word in [60_000, SENT, 0, sequence] {
        message.extend(word.to_be_bytes());
    }
    message.extend(words(&[0, sampling]));
    message.extend(records.concat());
    message
}

fn fifth_record(
    source: [u8; 4],
    destination: [u8; 4],
    source_port: u16,
    destination_port: u16,
    packets: u32,
    octets: u32,
) -> Vec<u8> {
    let mut record = [source, destination, [0; 4], [0; 4]].concat();
    for word in [packets, octets, 10_000, 20_000] {
        record.extend(word.to_be_bytes());
    }
    record.extend(words(&[source_port, destination_port]));
    record.extend([0, 0x1a, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    record
}

fn ninth(sequence: u32, sets: &[&[u8]]) -> Vec<u8> {
    let mut message = words(&[9, u16::try_from(sets.len()).unwrap()]);
    for word in [60_000, SENT, sequence, 0] {
        message.extend(word.to_be_bytes());
    }
    message.extend(sets.concat());
    message
}

fn tenth(sequence: u32, sets: &[&[u8]]) -> Vec<u8> {
    let sets = sets.concat();
    let mut message = words(&[10, u16::try_from(sets.len() + 16).unwrap()]);
    for word in [SENT, sequence, 0] {
        message.extend(word.to_be_bytes());
    }
    message.extend(sets);
    message
}

fn set(id: u16, body: &[u8]) -> Vec<u8> {
    let mut set = words(&[id, u16::try_from(body.len() + 4).unwrap()]);
    set.extend(body);
    set
}

fn words(words: &[u16]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

/// Plays datagrams of one exporter.
#[track_caller]
fn check(datagrams: &[Vec<u8>], expected: &[&str]) {
    let mut recorder = Recorder::new(Limits::default());
    let (mut collector, homes) = (Collector::default(), Homes::new(&[]));
    for datagram in datagrams {
        collector.datagram([192, 168, 1, 1].into(), datagram, &homes, "router", &mut recorder);
    }
    assert_eq!(shown(&recorder.finish()), expected);
}
