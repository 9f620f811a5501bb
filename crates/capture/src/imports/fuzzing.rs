//! What fuzzers play bytes into, and what tests see of what came out.

use std::net::{IpAddr, Ipv4Addr};

use evidence::{Limits, Recorder, Timestamp};

use super::{Clock, Collector, Format, Homes, Import, sniff};

/// When everything was written, for whoever plays: 2026-11-22T10:00:00Z.
const WRITTEN: u64 = 1_795_341_600;

/// Reads bytes as each format in turn, as a file that arrives in pieces, and as datagrams of flows: the first
/// byte says how long the pieces are.
pub fn imports(bytes: &[u8]) {
    let Some((first, bytes)) = bytes.split_first() else { return };
    let piece = usize::from(*first).max(1) * 7;
    let _ = sniff(bytes);
    for format in Format::ALL {
        let mut recorder = Recorder::new(Limits::default());
        let clock = Clock::new(Timestamp::from_parts(WRITTEN, 0));
        let mut import = Import::new(format, "fuzz", Homes::new(&[]), clock);
        import.heading(bytes);
        bytes.chunks(piece).for_each(|piece| import.feed(piece, &mut recorder));
        import.end(&mut recorder);
        let _ = recorder.finish();
    }
    let mut recorder = Recorder::new(Limits::default());
    let (mut collector, homes) = (Collector::default(), Homes::new(&[]));
    for datagram in bytes.chunks(piece) {
        let exporter = IpAddr::V4(Ipv4Addr::LOCALHOST);
        collector.datagram(exporter, datagram, &homes, "fuzz", &mut recorder);
    }
}

/// What reading `text` gives, a line for each thing seen and then for each count.
#[cfg(test)]
pub(super) fn rehearse(format: Format, text: &str) -> Vec<String> {
    let mut recorder = Recorder::new(Limits::default());
    let clock = Clock::new(Timestamp::from_parts(WRITTEN, 0));
    let mut import = Import::new(format, "log", Homes::new(&[]), clock);
    import.feed(text.as_bytes(), &mut recorder);
    import.end(&mut recorder);
    shown(&recorder.finish())
}

/// A ledger as lines.
#[cfg(test)]
pub(super) fn shown(ledger: &evidence::Ledger) -> Vec<String> {
    use evidence::Unit;

    let mut lines = Vec::new();
    for (host, record) in ledger.hosts() {
        for said in record.observations() {
            let about = said.about.map_or(String::new(), |service| format!("({service}) "));
            let first = said.seen.first;
            lines.push(format!(
                "{host} {} {} {about}{} @{}",
                said.field, said.value, first.frame, first.at
            ));
        }
        for talked in record.conversations() {
            let it = &talked.traffic;
            lines.push(format!(
                "{host} {} up {}/{} down {}/{} encrypted {} clear {} opened {}/{} accepted {}/{} \
                 reset {} {} @{}-{}",
                talked.service,
                it.frames_up,
                it.bytes_up,
                it.frames_down,
                it.bytes_down,
                it.bytes_encrypted,
                it.bytes_clear,
                it.opened_by_host,
                it.opened_by_peer,
                it.accepted_by_host,
                it.accepted_by_peer,
                it.reset,
                it.first.frame,
                it.first.at,
                it.last
            ));
        }
    }
    for source in ledger.sources.values() {
        lines.extend(
            source.malformed.iter().map(|(kind, count)| format!("malformed {kind} {count}")),
        );
        if Unit::of(&source.name).0 == Unit::Record && source.frames > 0 {
            lines.push(format!("records {}", source.frames));
        }
        lines.extend(source.skipped.iter().map(|(kind, count)| format!("skipped {kind} {count}")));
    }
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Good lines of every format, to be changed.
    const SEEDS: &[&[u8]] = &[
        b"1795370400 00:00:5e:00:53:01 192.168.1.5 lamp 01:00:00:5e:00:53:01\nduid 00:01\n\
          1795370400 7 2001:db8::5 lamp 00:04:01:02\n",
        b"lease 192.168.1.5 {\n  starts 0 2026/11/22 09:30:00;\n  binding state active;\n  hardware \
          ethernet 00:00:5e:00:53:01;\n  uid \"\\001\\000\\000^\\000S\\001\";\n}\nia-na \"\\007\\000\" {\n\
          iaaddr 2001:db8::5 {\n}\n}\n",
        b"address,hwaddr,client_id,valid_lifetime,expire,hostname,state\n\
          192.168.1.5,00:00:5e:00:53:01,01:02,3600,1795345200,lamp,0\n",
        b"Nov 22 10:00:00 dnsmasq[1]: query[A] a.example from 192.168.1.5\n\
          Nov 22 10:00:00 dnsmasq[1]: reply a.example is <CNAME>\n\
          Nov 22 10:00:00 dnsmasq[1]: reply b.example is 198.51.100.7\n\
          Nov 22 10:00:00 dnsmasq-dhcp[1]: DHCPACK(br) 192.168.1.5 00:00:5e:00:53:01 lamp\n",
        b"{\"T\":\"2026-11-22T10:00:00Z\",\"QH\":\"a.example\",\"IP\":\"192.168.1.5\",\"Answer\":\
          \"AAGBgAABAAIAAAAAAWEHZXhhbXBsZQAAAQABwAwABQABAAAAPAAEAWLADsAnAAEAAQAAADwABMYzZAc=\"}\n",
        b"[1795341600] unbound[1:0] info: 192.168.1.5 a.example. A IN NOERROR 0.1 0 61\n",
        b"#separator \\x09\n#path\tconn\n#fields\tts\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\t\
          duration\torig_pkts\n1795341600.5\t192.168.1.5\t40000\t198.51.100.7\t443\ttcp\t1.5\t3\n",
        b"{\"_path\":\"dns\",\"ts\":1795341600.5,\"id.orig_h\":\"192.168.1.5\",\"id.orig_p\":4,\
          \"id.resp_h\":\"192.168.1.1\",\"id.resp_p\":53,\"query\":\"a\",\"answers\":[\"192.0.2.1\"]}\n",
        &[
            0, 10, 0, 52, 0x6b, 2, 0xc0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 20, 1, 4, 0, 3, 0, 8, 0, 4, 0,
            12, 0, 4, 0, 1, 0, 4, 1, 4, 0, 16, 192, 168, 1, 5, 198, 51, 100, 7, 0, 0, 1, 0,
        ],
    ];

    #[test]
    fn every_seed_is_recognised_as_its_format() {
        for seed in SEEDS {
            assert!(sniff(seed).is_some(), "{}", String::from_utf8_lossy(seed));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_bytes_are_read_without_panic(bytes: Vec<u8>) {
            imports(&bytes);
        }

        #[test]
        fn changed_lines_are_read_without_panic(
            seed in 0..SEEDS.len(),
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..12),
            piece: u8,
        ) {
            let mut bytes = SEEDS[seed].to_vec();
            for (at, byte, kind) in changes {
                if bytes.is_empty() {
                    break;
                }
                let at = at.index(bytes.len());
                match kind {
                    0 => bytes[at] = byte,
                    1 => bytes.insert(at, byte),
                    2 => bytes.truncate(at),
                    _ => {
                        let copy = bytes[at..].to_vec();
                        bytes.extend(copy);
                    }
                }
            }
            bytes.truncate(2_000);
            bytes.insert(0, piece);
            imports(&bytes);
        }

        #[test]
        fn where_bytes_are_cut_changes_nothing(seed in 0..SEEDS.len() - 1, piece in 1..64_usize) {
            let seed = SEEDS[seed];
            let read = |piece: usize| {
                let mut recorder = Recorder::new(Limits::default());
                let clock = Clock::new(Timestamp::from_parts(WRITTEN, 0));
                let format = sniff(seed).unwrap();
                let mut import = Import::new(format, "log", Homes::new(&[]), clock);
                seed.chunks(piece).for_each(|piece| import.feed(piece, &mut recorder));
                import.end(&mut recorder);
                recorder.finish()
            };
            prop_assert_eq!(read(piece), read(seed.len()));
        }
    }

    #[test]
    fn lines_without_end_are_passed_over() {
        let mut recorder = Recorder::new(Limits::default());
        let mut import = Import::new(Format::Unbound, "log", Homes::new(&[]), Clock::default());
        for _ in 0..100 {
            import.feed(&[b'x'; 4_096], &mut recorder);
            assert!(import.waiting() <= super::super::LONGEST_LINE);
        }
        import.feed(
            b"\n[1795341600] unbound[1:0] info: 192.168.1.5 a.example. A IN\n",
            &mut recorder,
        );
        let lines = shown(&recorder.finish());
        assert_eq!(
            lines,
            ["192.168.1.5 dns.query a.example 2 @2026-11-22T10:00:00Z", "malformed line 1",]
        );
    }
}
