//! Files as routers treat them, between two looks.

use std::fs::{self, OpenOptions};
use std::io::Write as _;

use super::*;
use evidence::{Ledger, Limits};

/// Enough lines that a file is known by what it begins with.
fn lines(from: u64, count: u64) -> String {
    let line = |number: u64| {
        let (minute, second) = (number / 60 % 60, number % 60);
        let time = format!("Nov 22 09:{minute:02}:{second:02}");
        format!("{time} dnsmasq[1]: query[A] n{number}.example from 192.168.1.5\n")
    };
    (from..from + count).map(line).collect::<Vec<_>>().concat()
}

/// A question for an address, as a frame.
const ARP: [u8; 42] = [
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0x5e, 0, 0x53, 1, 8, 6, 0, 1, 8, 0, 6, 4, 0, 1, 0, 0,
    0x5e, 0, 0x53, 1, 192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 192, 0, 2, 9,
];

struct Watch {
    folder: tempfile::TempDir,
    following: Following,
    ledger: Ledger,
}

impl Watch {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder, following: Following::default(), ledger: Ledger::default() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn append(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let mut file = OpenOptions::new().append(true).create(true).open(self.path(name)).unwrap();
        file.write_all(bytes.as_ref()).unwrap();
    }

    fn look(&mut self, name: &str, all: bool) -> Followed {
        let mut recorder = Recorder::new(Limits::default());
        let settings = Settings::default();
        let path = self.path(name);
        let mut with = Surroundings { settings: &settings, recorder: &mut recorder };
        let followed = self.following.look(&path, all, &mut with).unwrap();
        self.ledger = std::mem::take(&mut self.ledger).merge(recorder.finish());
        followed
    }

    fn end(&mut self) {
        let mut recorder = Recorder::new(Limits::default());
        self.following.end(&mut recorder);
        self.ledger = std::mem::take(&mut self.ledger).merge(recorder.finish());
    }

    /// Each name that was asked for, and whether once.
    #[track_caller]
    fn check(&self, names: u64) {
        let all: Vec<_> = self.ledger.hosts().flat_map(|(_, it)| it.observations()).collect();
        assert_eq!(all.len() as u64, names);
        let twice: Vec<_> = all.iter().filter(|it| it.seen.count != 1).collect();
        assert!(twice.is_empty(), "{twice:?}");
    }
}

#[test]
fn a_growing_log_is_read_on_where_it_ended() {
    let mut watch = Watch::new();
    let all = lines(0, 20);
    let (first, second) = all.split_at(700);
    watch.append("log", first);
    let begun = watch.look("log", true);
    assert_eq!(watch.look("log", true), Followed::default(), "nothing new");
    watch.append("log", second);
    let ended = watch.look("log", true);
    assert_eq!((begun.bytes + ended.bytes, begun.frames + ended.frames), (all.len() as u64, 20));
    watch.check(20);
}

#[test]
fn a_log_of_many_hours_is_handed_on_in_pieces() {
    let mut watch = Watch::new();
    let hours: String = (0..12)
        .map(|hour| lines(0, 2_000).replace(" 09:", &format!(" {hour:02}:")))
        .collect::<Vec<_>>()
        .concat();
    watch.append("log", &hours);
    let mut pieces = Vec::new();
    loop {
        let followed = watch.look("log", true);
        pieces.push(followed.frames);
        if !followed.more {
            break;
        }
    }
    assert!(pieces.len() > 6, "{pieces:?}");
    assert_eq!(pieces.iter().sum::<u64>(), 12 * 2_000);
}

#[test]
fn nothing_is_counted_twice_over_a_rotation() {
    let mut watch = Watch::new();
    watch.append("log", lines(0, 20));
    watch.look("log", true);
    watch.append("log", lines(20, 5));
    fs::rename(watch.path("log"), watch.path("log.1")).unwrap();
    watch.append("log", lines(25, 20));
    assert!(watch.look("log", true).replaced);
    // What was put aside is read to its end, what lies there from before is not read at all.
    watch.append("log.2", lines(1_000, 20));
    watch.look("log.1", false);
    watch.look("log.2", false);
    watch.check(45);
    // Packed, it is the same file still.
    let packed = zstd::encode_all(&fs::read(watch.path("log.1")).unwrap()[..], 1).unwrap();
    fs::remove_file(watch.path("log.1")).unwrap();
    watch.append("log.3.zst", packed);
    watch.look("log.3.zst", true);
    watch.look("log.3.zst", true);
    watch.check(45);
}

/// A recorder that starts a new file every hour describes itself and its interface at length in each.
#[test]
fn captures_with_the_same_long_beginning_are_read_each() {
    let block = |kind: u32, body: &[u8]| {
        let length = u32::try_from(body.len() + 12).unwrap();
        [&kind.to_le_bytes(), &length.to_le_bytes(), body, &length.to_le_bytes()].concat()
    };
    let option = |text: &str| {
        let length = u16::try_from(text.len()).unwrap();
        [&3_u16.to_le_bytes()[..], &length.to_le_bytes(), text.as_bytes(), &[0; 4]].concat()
    };
    let magic = [0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0];
    let section = block(0x0a0d_0d0a, &[&magic[..], &[0xff; 8], &option(&"x".repeat(300))].concat());
    let interface = block(1, &[1, 0, 0, 0, 0, 0, 4, 0]);
    let packet = |second: u8| {
        let head = [0, 0, 0, 0, 0, 0, 0, 0, second, 0, 0, 0, 42, 0, 0, 0, 42, 0, 0, 0];
        block(6, &[&head[..], &ARP, &[0, 0]].concat())
    };
    let mut watch = Watch::new();
    for hour in 0..3 {
        let name = format!("{hour}.pcapng");
        watch.append(&name, [&section[..], &interface].concat());
        watch.look(&name, true);
        watch.append(&name, [packet(hour), packet(9)].concat());
        assert_eq!(watch.look(&name, true).frames, 2, "{name}");
    }
    // Renamed, it is the same file still.
    fs::rename(watch.path("1.pcapng"), watch.path("old.pcapng")).unwrap();
    watch.append("old.pcapng", packet(10));
    assert_eq!(watch.look("old.pcapng", true).frames, 1);
}

#[test]
fn a_copied_and_emptied_log_is_read_anew() {
    let mut watch = Watch::new();
    watch.append("log", lines(0, 20));
    watch.look("log", true);
    fs::copy(watch.path("log"), watch.path("log.1")).unwrap();
    fs::write(watch.path("log"), lines(20, 3)).unwrap();
    watch.look("log", true);
    watch.look("log.1", true);
    watch.append("log", lines(23, 20));
    watch.look("log", true);
    watch.check(43);
}

#[test]
fn reading_goes_on_after_a_restart() {
    let mut watch = Watch::new();
    let all = lines(0, 20);
    watch.append("log", &all.as_bytes()[..all.len() - 9]);
    watch.look("log", true);
    let kept: Vec<_> = watch.following.positions().collect();
    watch.following = Following::resumed(kept);
    watch.append("log", &all.as_bytes()[all.len() - 9..]);
    watch.append("log", lines(20, 2));
    let followed = watch.look("log", true);
    assert_eq!(followed.frames, 3);
    watch.check(22);
}

#[test]
fn of_leases_written_anew_only_the_new_are_read() {
    let mut watch = Watch::new();
    let lease = |host: u8, ends: u32| {
        format!("{ends} 00:00:5e:00:53:{host:02x} 192.168.1.{host} lamp{host} *\n")
    };
    fs::write(watch.path("leases"), lease(1, 2_000_000_000) + &lease(2, 2_000_000_000)).unwrap();
    watch.look("leases", true);
    let kept = watch.following.positions().collect();
    watch.following = Following::resumed(kept);
    fs::write(watch.path("leases"), lease(2, 2_000_000_000) + &lease(3, 2_000_000_001)).unwrap();
    watch.look("leases", true);
    let names: Vec<_> = watch
        .ledger
        .hosts()
        .flat_map(|(_, it)| it.observations())
        .filter(|it| it.value.starts_with("lamp"))
        .map(|it| (&*it.value, it.seen.count))
        .collect();
    assert_eq!(names, [("lamp1", 1), ("lamp2", 1), ("lamp3", 1)]);
}

#[test]
fn a_growing_capture_is_read_on_where_it_ended() {
    let mut capture =
        vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0];
    for _ in 0..20 {
        capture.extend([0, 0, 0, 0, 0, 0, 0, 0, 42, 0, 0, 0, 42, 0, 0, 0]);
        capture.extend(ARP);
    }
    let mut watch = Watch::new();
    let mut frames = 0;
    for piece in capture.chunks(317) {
        watch.append("home.pcap", piece);
        frames += watch.look("home.pcap", true).frames;
        let kept = watch.following.positions().collect();
        watch.following = Following::resumed(kept);
    }
    let counted: u64 = watch.ledger.sources.values().map(|source| source.frames).sum();
    assert_eq!((frames, counted), (20, 20));
}

#[test]
fn what_is_told_of_growing_captures_is_what_one_pass_says() {
    for (name, corpus) in [("live-stream", "live-stream"), ("demo", "demo")] {
        let capture = played(corpus);
        let mut whole = Watch::new();
        let folder = whole.folder.path().to_owned();
        whole.append(name, &capture);
        while whole.look(name, true).more {}
        whole.end();
        fs::remove_file(folder.join(name)).unwrap();
        // The same file, for its name is told with all that is seen in it.
        let mut grown = Watch { folder: whole.folder, ..Watch::new() };
        for (number, piece) in capture.chunks(capture.len() / 23).enumerate() {
            grown.append(name, piece);
            assert!(grown.look(name, true).told);
            if number % 4 == 0 {
                // Nothing came, and what was left untold is told, once.
                let quiet = (grown.look(name, true), grown.look(name, true));
                assert_eq!((quiet.0.told, quiet.1), (true, Followed::default()));
            }
        }
        grown.end();
        assert_eq!(grown.ledger.sources, whole.ledger.sources, "{name}");
        let (grown, whole) = (shown(&grown.ledger), shown(&whole.ledger));
        for (grown, whole) in grown.iter().zip(&whole) {
            assert_eq!(grown, whole, "{name}");
        }
        assert_eq!(grown.len(), whole.len(), "{name}");
    }
}

/// All that a ledger shows, line by line. Only whether, not how much, where it depends on when it was told:
/// how often a station brought packets is counted by flows, of a live stream only long stretches count, and
/// a connection's first packets may be told before it is known whether it encrypts.
fn shown(ledger: &Ledger) -> Vec<String> {
    let hosts = ledger.hosts().flat_map(|(host, record)| {
        let said = record.observations().iter().map(move |it| {
            let counted = it.field != evidence::fields::LINK_BRINGS;
            let said = (it.field, &it.value, it.about, counted.then_some(it.seen));
            format!("{host:?} {said:?}")
        });
        let talks = record.conversations().iter().map(move |it| {
            let mut traffic = it.traffic;
            for count in
                [&mut traffic.streamed_up, &mut traffic.bytes_clear, &mut traffic.bytes_encrypted]
            {
                *count = u64::from(*count > 0);
            }
            traffic.streamed_seconds = u32::from(traffic.streamed_seconds > 0);
            format!("{host:?} {:?} {traffic:?}", it.service)
        });
        said.chain(talks)
    });
    hosts.collect()
}

#[test]
fn captures_that_were_put_aside_are_ended_and_nothing_of_them_is_lost() {
    let capture = played("telnet-login");
    let (mut watch, mut frames) = (Watch::new(), 0);
    for number in 0..3 * MOST_OPEN {
        // Captures are told apart by what they begin with: each has a first frame of its own.
        let mut capture = capture.clone();
        capture[24] ^= u8::try_from(number + 1).unwrap();
        let name = format!("{number}.pcap");
        watch.append(&name, &capture);
        frames += watch.look(&name, true).frames;
        assert!(watch.following.open.len() <= MOST_OPEN);
    }
    watch.end();
    assert!(watch.following.open.is_empty());
    let sources = watch.ledger.sources.values();
    assert_eq!(sources.map(|it| it.frames).sum::<u64>(), frames);
    let conversations = watch.ledger.hosts().flat_map(|(_, it)| it.conversations());
    let told: u64 = conversations.map(|it| it.traffic.frames_up).sum();
    assert!(told > 0 && told.is_multiple_of(3 * MOST_OPEN as u64), "{told}");
}

/// The traffic of a home of the corpus.
fn played(name: &str) -> Vec<u8> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus");
    let text = fs::read_to_string(corpus.join(name).join("scenario.toml")).unwrap();
    let scenario = scenarios::Scenario::parse(&text).unwrap();
    let mut capture = Vec::new();
    scenarios::pcap::write(scenario.frames(1), &mut capture).unwrap();
    capture
}
