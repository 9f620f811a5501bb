//! The whole crate on real captures made by others, the damaged ones included.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests fail by panicking and say aloud what they skip"
)]

mod kept;

use std::collections::BTreeMap;

use evidence::{Host, Ledger, Limits, Recorder, Service, fields};
use kept::{Kept, captures, frames};
use packets::{Dissector, Settings, Share};

#[test]
fn every_capture_is_read_without_panic_and_within_bounds() {
    let Some(paths) = captures("") else { return };
    let mut frames_in_all = 0;
    for path in &paths {
        let frames = frames(path);
        frames_in_all += frames.len() as u64;
        let ledger = ledger(&frames, Share::WHOLE);
        let source = ledger.sources.values().next().unwrap();
        assert_eq!(source.frames, frames.len() as u64, "{}", path.display());
        let counted: u64 = ledger
            .hosts()
            .flat_map(|(_, record)| record.conversations())
            .map(|conversation| conversation.traffic.frames())
            .sum();
        assert!(counted <= 2 * source.frames, "{}", path.display());
        assert_eq!(ledger.dropped.streams, 0, "{}", path.display());
    }
    println!("{} captures, {frames_in_all} frames", paths.len());
}

#[test]
fn devices_that_describe_themselves_are_heard() {
    for (folder, field, least) in [
        ("devices", fields::HTTP_MODEL, 11),
        ("malformed", fields::LLDP_NAME, 1),
        ("malformed", fields::CDP_PLATFORM, 2),
        ("malformed", fields::DHCPV6_ENTERPRISE, 1),
        ("protocols", fields::SNMP_NAME, 1),
    ] {
        let Some(paths) = captures(folder) else { return };
        let says = |ledger: &Ledger| {
            ledger
                .hosts()
                .any(|(_, record)| record.observations().iter().any(|it| it.field == field))
        };
        let heard = paths.iter().filter(|path| says(&ledger(&frames(path), Share::WHOLE))).count();
        assert!(heard >= least, "{heard} captures in {folder} tell {field}");
    }
}

#[test]
fn shares_by_host_add_up_to_one_pass_byte_for_byte() {
    for folder in
        ["devices/smart_home_firewall", "devices/tjoconnor_labeled", "devices/ssi_plug", "attacks"]
    {
        let Some(paths) = captures(folder) else { return };
        for path in paths.iter().take(4) {
            let frames = frames(path);
            let whole = ledger(&frames, Share::WHOLE).to_bytes().unwrap();
            for of in 1..=4 {
                let shares = (0..of).map(|index| ledger(&frames, Share::new(index, of).unwrap()));
                let merged = shares.reduce(Ledger::merge).unwrap();
                assert!(merged.to_bytes().unwrap() == whole, "{} in {of} shares", path.display());
            }
        }
    }
}

#[test]
fn a_cut_in_time_loses_at_most_what_it_counts() {
    let Some(mut paths) = captures("devices/smart_home_firewall") else { return };
    paths.extend(captures("devices/iot_sentinel").unwrap_or_default().into_iter().step_by(7));
    for path in paths.iter().take(24) {
        let frames = frames(path);
        let whole = ledger(&frames, Share::WHOLE);
        for part in 1..4 {
            let (before, after) = frames.split_at(frames.len() * part / 4);
            let merged = ledger(before, Share::WHOLE).merge(ledger(after, Share::WHOLE));
            let name = format!("{} cut at {part}/4", path.display());
            assert_eq!(traffic(&merged), traffic(&whole), "{name}");
            let cuts = cut(&merged) - cut(&whole);
            let lost = observations(&whole).difference(&observations(&merged)).count() as u64;
            assert!(lost <= cuts * 24, "{name}: {lost} observations lost, {cuts} cuts counted");
        }
    }
}

#[test]
fn what_is_told_while_reading_goes_on_merges_to_one_pass() {
    let Some(mut paths) = captures("devices/smart_home_firewall") else { return };
    paths.extend(captures("devices/iot_sentinel").unwrap_or_default().into_iter().step_by(7));
    for path in paths.iter().take(24) {
        let frames = frames(path);
        let whole = ledger(&frames, Share::WHOLE);
        for every in [7, 1_000] {
            let merged = told(&frames, every);
            let name = format!("{} told every {every} frames", path.display());
            assert_eq!(traffic(&merged), traffic(&whole), "{name}");
            assert_eq!(merged.sources, whole.sources, "{name}");
            for (host, record) in whole.hosts() {
                let observations = merged.host(host).unwrap().observations();
                for (told, read) in observations.iter().zip(record.observations()) {
                    // How often a station brought packets is counted by flows that were told.
                    let is_same = told == read || told.field == evidence::fields::LINK_BRINGS;
                    assert!(is_same, "{name}: {told:?}, not {read:?}");
                }
                assert_eq!(observations.len(), record.observations().len(), "{name}");
            }
        }
    }
}

#[test]
fn a_capture_cut_to_headers_says_so() {
    let Some(paths) = captures("devices/smart_home_firewall") else { return };
    let mut frames = frames(&paths[0]);
    let malformed = |frames: &[Kept]| {
        let ledger = ledger(frames, Share::WHOLE);
        let source = ledger.sources.into_values().next().unwrap();
        (source.malformed, source.cut)
    };
    let (of_whole, _) = malformed(&frames);
    for frame in &mut frames {
        frame.bytes.truncate(60);
    }
    let (of_heads, cut) = malformed(&frames);
    assert!(cut > 0);
    for (protocol, count) in of_heads {
        assert!(of_whole.get(&protocol) >= Some(&count), "{protocol}");
    }
}

/// Frames and bytes of each conversation, apart from fragments whose ports the cut took.
fn traffic(ledger: &Ledger) -> BTreeMap<(Host, Service), [u64; 4]> {
    let mut sums = BTreeMap::new();
    for (host, record) in ledger.hosts() {
        for it in record.conversations() {
            let traffic = it.traffic;
            let sum =
                [traffic.frames_up, traffic.frames_down, traffic.bytes_up, traffic.bytes_down];
            sums.insert((*host, it.service), sum);
        }
    }
    sums
}

fn observations(ledger: &Ledger) -> std::collections::BTreeSet<(Host, String)> {
    ledger
        .hosts()
        .flat_map(|(host, record)| {
            record.observations().iter().map(|it| (*host, format!("{} {}", it.field, it.value)))
        })
        .collect()
}

fn cut(ledger: &Ledger) -> u64 {
    ledger.sources.values().map(|source| source.cut).sum()
}

fn ledger(frames: &[Kept], share: Share) -> Ledger {
    let mut recorder = Recorder::new(Limits::default());
    let mut dissector = Dissector::new(&Settings { share, ..Settings::default() });
    dissector.begin_source(&mut recorder, "capture");
    for kept in frames {
        dissector.observe(&mut recorder, &kept.frame());
    }
    dissector.end_source(&mut recorder);
    recorder.finish()
}

/// What merges from ledgers taken every so many frames, now all of it and now what is worth telling.
fn told(frames: &[Kept], every: usize) -> Ledger {
    let mut recorder = Recorder::new(Limits::default());
    let mut dissector = Dissector::new(&Settings::default());
    dissector.begin_source(&mut recorder, "capture");
    let mut merged = Ledger::default();
    for (part, frames) in frames.chunks(every).enumerate() {
        for kept in frames {
            dissector.observe(&mut recorder, &kept.frame());
        }
        if part % 3 == 0 {
            dissector.tell_all(&mut recorder);
        } else {
            dissector.tell(&mut recorder);
        }
        let full = std::mem::replace(&mut recorder, Recorder::new(Limits::default()));
        merged = merged.merge(full.finish());
    }
    dissector.end_source(&mut recorder);
    merged.merge(recorder.finish())
}
