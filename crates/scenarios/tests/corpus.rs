//! Every scenario of the corpus can be acted out, the same way each time, in good order.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use etherparse::{NetSlice, SlicedPacket, TransportSlice};
use scenarios::{DEMO, Frame, Scenario};

#[test]
fn every_scenario_of_the_corpus_is_acted_out_in_time_order() {
    for (name, text) in corpus() {
        let frames = act_out(&name, &text, 0);
        assert!(frames.len() >= 15, "{name} has only {} frames", frames.len());
        assert!(frames.is_sorted_by_key(|frame| frame.at), "{name} is out of order");
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    for (name, text) in corpus() {
        let first = act_out(&name, &text, 7);
        assert!(first == act_out(&name, &text, 7), "{name} is not repeatable");
        assert!(first != act_out(&name, &text, 8), "{name} does not depend on the seed");
    }
}

#[test]
fn every_scenario_says_what_it_shows() {
    for (name, text) in corpus() {
        let readme = folder().join(&name).join("README.md");
        let readme = fs::read_to_string(&readme).unwrap();
        assert!(readme.starts_with("# ") && readme.lines().count() >= 5, "{name}: tell the story");
        assert!(!Scenario::parse(&text).unwrap().name().is_empty());
    }
}

#[test]
fn every_frame_is_whole_and_its_checksums_are_right() {
    for (name, text) in corpus() {
        for (number, frame) in (1..).zip(act_out(&name, &text, 0)) {
            check_frame(&format!("{name}, frame {number}"), &frame);
        }
    }
}

#[test]
fn the_demo_home_is_large_enough_to_show_and_small_enough_to_start_with() {
    let frames = act_out("demo", DEMO, 0);
    assert!((20_000..=60_000).contains(&frames.len()), "{} frames", frames.len());
    let senders: BTreeSet<&[u8]> = frames.iter().map(|frame| &frame.bytes[6..12]).collect();
    assert!(senders.len() >= 16, "{} devices", senders.len());
    let day = frames[frames.len() - 1].at - frames[0].at;
    assert!(day > 23 * 3_600 * 1_000_000_000, "no whole day, but {day} ns");
}

#[test]
fn one_device_more_does_not_change_what_the_others_do() {
    let frames_of = |text: &str, mac: [u8; 6]| -> Vec<Frame> {
        let frames = act_out("demo", text, 3);
        frames.into_iter().filter(|frame| frame.bytes[6..12] == mac).collect()
    };
    let more = format!(
        "{DEMO}\n[[device]]\nname = \"One more\"\nmac = \"02:00:5e:10:00:99\"\n\
         ip = \"192.168.20.199\"\n[[device.does]]\nwhat = \"boot\"\nat = \"12:00\"\n"
    );
    let plug = [0x1c, 0x90, 0xff, 0, 0, 1];
    assert!(frames_of(DEMO, plug) == frames_of(&more, plug));
}

#[track_caller]
fn check_frame(place: &str, frame: &Frame) {
    assert!(frame.bytes.len() <= 1514, "{place}: {} bytes", frame.bytes.len());
    let packet = SlicedPacket::from_ethernet(&frame.bytes);
    let packet = packet.unwrap_or_else(|error| panic!("{place}: {error}"));
    match (&packet.net, &packet.transport) {
        (Some(NetSlice::Ipv4(ip)), Some(TransportSlice::Tcp(tcp))) => {
            let header = ip.header().to_header();
            assert_eq!(header.calc_header_checksum(), header.header_checksum, "{place}");
            let sum = tcp.calc_checksum_ipv4(header.source, header.destination);
            assert_eq!(sum.unwrap(), tcp.checksum(), "{place}");
        }
        (Some(NetSlice::Ipv4(ip)), Some(TransportSlice::Udp(udp))) => {
            let sum = udp.to_header().calc_checksum_ipv4(&ip.header().to_header(), udp.payload());
            assert_eq!(sum.unwrap(), udp.checksum(), "{place}");
        }
        (Some(NetSlice::Ipv6(ip)), Some(TransportSlice::Tcp(tcp))) => {
            let header = ip.header().to_header();
            let sum = tcp.calc_checksum_ipv6(header.source, header.destination);
            assert_eq!(sum.unwrap(), tcp.checksum(), "{place}");
        }
        (Some(NetSlice::Ipv6(ip)), Some(TransportSlice::Icmpv6(message))) => {
            let header = ip.header().to_header();
            assert!(message.is_checksum_valid(header.source, header.destination), "{place}");
        }
        (Some(NetSlice::Arp(_)), None)
        | (Some(NetSlice::Ipv4(_)), Some(TransportSlice::Icmpv4(_))) => {}
        other => panic!("{place}: {other:?}"),
    }
}

#[track_caller]
fn act_out(name: &str, text: &str, seed: u64) -> Vec<Frame> {
    let scenario = Scenario::parse(text).unwrap_or_else(|error| panic!("{name}: {error}"));
    scenario.frames(seed).collect()
}

/// Scenarios by the name of their folder.
fn corpus() -> BTreeMap<String, String> {
    let folders = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let texts = folders.filter_map(|folder| {
        let text = fs::read_to_string(folder.join("scenario.toml")).ok()?;
        Some((folder.file_name()?.to_str()?.to_owned(), text))
    });
    let corpus: BTreeMap<_, _> = texts.collect();
    assert!(corpus.len() >= 13, "the corpus has {} scenarios", corpus.len());
    corpus
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus")
}
