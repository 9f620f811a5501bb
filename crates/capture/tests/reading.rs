//! Sources of all kinds, good and bad, as a user names them.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use capture::{Input, Limits, Problem, Progress};
use evidence::{Ledger, Recorder};
use flate2::{Compression, write::GzEncoder};
use packets::{Dissector, Settings};

/// A microsecond pcap file of Ethernet with `frames` copies of an ARP request.
fn pcap(frames: usize) -> Vec<u8> {
    const ARP: [u8; 42] = [
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0x5e, 0, 0x53, 1, 8, 6, 0, 1, 8, 0, 6, 4, 0, 1,
        0, 0, 0x5e, 0, 0x53, 1, 192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 192, 0, 2, 9,
    ];
    let mut bytes =
        vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0];
    for _ in 0..frames {
        bytes.extend([0, 0, 0, 0, 0, 0, 0, 0, 42, 0, 0, 0, 42, 0, 0, 0]);
        bytes.extend(ARP);
    }
    bytes
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn packed_captures_are_read_whatever_they_are_called() {
    let folder = tempfile::tempdir().unwrap();
    let zstd = zstd::encode_all(&pcap(3)[..], 1).unwrap();
    let two_members = [gzip(&pcap(3)[..100]), gzip(&pcap(3)[100..])].concat();
    for (name, bytes) in
        [("plain", pcap(3)), ("a.pcap", gzip(&pcap(3))), ("b.gz", zstd), ("c", two_members)]
    {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        let (ledger, error) = read(&path, &Limits::default());
        assert_eq!((frames(&ledger), error), (3, None), "{name}");
    }
}

#[test]
fn what_could_be_read_of_a_bad_file_is_kept_and_the_error_says_where() {
    let cut = pcap(2);
    check("empty", &[], 0, "it is empty; try capturing again");
    check(
        "cut off",
        &cut[..cut.len() - 5],
        1,
        "it is cut off: the record at byte 82 lacks 5 bytes; 1 frame before that was read; try stopping",
    );
    check(
        "text",
        b"hello, home",
        0,
        "it is text, but no log that this program knows; try leases of",
    );
    check(
        "bytes",
        &[0, 1, 2, 3, 4, 5],
        0,
        "it is not a capture file (pcap or pcapng): it begins with",
    );
    let gzip = gzip(&pcap(30_000));
    check("gzip cut off", &gzip[..gzip.len() / 2], -1, "its gzip data is damaged or cut off; ");
    let mut damaged = pcap(2);
    damaged[24 + 58 + 8..][..4].fill(0xff);
    check(
        "damaged",
        &damaged,
        1,
        "it is damaged at byte 82: a frame longer than 256 KiB; 1 frame before",
    );
}

#[test]
fn a_small_file_cannot_unpack_without_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bomb.pcap.gz");
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&pcap(1)).unwrap();
    for _ in 0..100 {
        encoder.write_all(&vec![0; 1 << 20]).unwrap();
    }
    fs::write(&path, encoder.finish().unwrap()).unwrap();
    let limits = Limits { ratio: 50, ..Limits::default() };
    let (ledger, error) = read(&path, &limits);
    assert!(error.unwrap().contains("it unpacks to more than 50 times its size"));
    assert!(frames(&ledger) > 1);
    let limits = Limits { bytes: 2 << 20, ratio: 10_000 };
    let (_, error) = read(&path, &limits);
    assert!(error.unwrap().contains("it unpacks to more than 2097152 bytes"));
}

#[test]
fn folders_are_searched_for_captures_in_order() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("b/c")).unwrap();
    fs::create_dir(folder.path().join("empty")).unwrap();
    for (name, bytes) in [
        ("z.pcap", pcap(1)),
        ("b/c/deep", gzip(&pcap(1))),
        ("b/notes.pcap", b"not a capture".to_vec()),
        ("readme.gz", gzip(b"neither is this")),
    ] {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    let paths = |name: &Path| -> Vec<PathBuf> {
        let inputs = capture::expand(name.to_str().unwrap()).unwrap();
        let path = |input: Input| match input {
            Input::File(path) => path.strip_prefix(folder.path()).unwrap().to_owned(),
            Input::Pipe => panic!("no pipe was named"),
        };
        inputs.into_iter().map(path).collect()
    };
    assert_eq!(paths(folder.path()), [Path::new("b/c/deep"), Path::new("z.pcap")]);
    assert_eq!(paths(&folder.path().join("*.pcap")), [Path::new("z.pcap")]);
    let problem = |name: &str| {
        capture::expand(folder.path().join(name).to_str().unwrap()).unwrap_err().problem
    };
    assert!(matches!(problem("empty"), Problem::NoCaptures));
    assert!(matches!(problem("*.cap"), Problem::NoMatch));
    assert!(matches!(problem("[a"), Problem::Pattern(_)));
    assert!(matches!(problem("missing.pcap"), Problem::Open(_)));
    assert_eq!(capture::expand("-").unwrap(), [Input::Pipe]);
}

#[test]
fn an_unknown_link_type_is_counted_by_its_number() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("radio.pcap");
    let mut bytes = pcap(2);
    bytes[20] = 105;
    fs::write(&path, bytes).unwrap();
    let (ledger, error) = read(&path, &Limits::default());
    assert_eq!(error, None);
    let source = ledger.sources.values().next().unwrap();
    assert_eq!(source.skipped.get("link type 105 (Wi-Fi)"), Some(&2));
}

#[test]
fn progress_ends_at_the_files_length() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.pcap");
    let bytes = pcap(50_000);
    fs::write(&path, &bytes).unwrap();
    let mut steps = Vec::new();
    let mut recorder = Recorder::default();
    let mut dissector = Dissector::new(&Settings::default());
    let input = Input::File(path);
    let summary =
        capture::read(&input, &Limits::default(), &mut dissector, &mut recorder, &mut |step| {
            steps.push(step);
        });
    assert_eq!(summary.unwrap().frames, 50_000);
    let total = bytes.len() as u64;
    assert!(steps.len() >= 3 && steps.is_sorted_by_key(|step| step.bytes_read));
    assert_eq!(steps.last(), Some(&Progress { bytes_read: total, bytes_total: Some(total) }));
}

#[test]
fn a_real_folder_is_read_to_its_end() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/captures/devices");
    if !folder.is_dir() {
        println!("skipped: there are no captures in {}", folder.display());
        return;
    }
    let inputs = capture::expand(folder.to_str().unwrap()).unwrap();
    assert!(inputs.len() > 90, "{}", inputs.len());
    let (ledger, error) = read(&folder.join("xray_alexa"), &Limits::default());
    assert!(frames(&ledger) > 0 && error.is_none(), "{error:?}");
}

/// Reads `bytes` as a file; `expected` frames (-1 for some) are kept, and the error begins so.
#[track_caller]
fn check(name: &str, bytes: &[u8], expected: i64, message: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("it.pcap");
    fs::write(&path, bytes).unwrap();
    let (ledger, error) = read(&path, &Limits::default());
    let kept = frames(&ledger);
    assert!(i64::try_from(kept) == Ok(expected) || (expected < 0 && kept > 0), "{name}: {kept}");
    let error = error.unwrap();
    let rest = error.strip_prefix(&format!("{}: ", path.display())).unwrap();
    assert!(rest.starts_with(message), "{name}: {rest}");
}

fn read(path: &Path, limits: &Limits) -> (Ledger, Option<String>) {
    let mut recorder = Recorder::default();
    let mut dissector = Dissector::new(&Settings::default());
    let mut error = None;
    for input in capture::expand(path.to_str().unwrap()).unwrap() {
        let result = capture::read(&input, limits, &mut dissector, &mut recorder, &mut |_| {});
        error = result.err().map(|error| error.to_string());
    }
    (recorder.finish(), error)
}

fn frames(ledger: &Ledger) -> u64 {
    ledger.sources.values().map(|source| source.frames).sum()
}
