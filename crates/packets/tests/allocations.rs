//! How much memory reading asks for once the flows are known: none a packet.
//!
//! The counter comes with another project's allocator, for which this test is a program of its own.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests fail by panicking and say aloud what they skip"
)]

mod kept;

use etherparse::PacketBuilder;
use evidence::{Limits, Recorder, Timestamp};
use kept::{Kept, captures, frames};
use packets::{Dissector, LinkType, Settings};

const DEVICE: [u8; 6] = [0, 0, 0x5e, 0, 0x53, 1];
const ROUTER: [u8; 6] = [0, 0, 0x5e, 0, 0x53, 2];
const HOME: [u8; 4] = [192, 168, 1, 10];
const SERVER: [u8; 4] = [198, 51, 100, 7];

/// One run of a dissector, frame by frame.
struct Run {
    dissector: Dissector,
    recorder: Recorder,
}

#[test]
fn packets_of_known_flows_allocate_nothing() {
    let data = [&[23, 3, 3, 0, 100][..], &[0xaa; 100]].concat();
    let question = b"\0\0\0\0\0\x01\0\0\0\0\0\0\x05_http\x04_tcp\x05local\0\0\x0c\0\x01";
    let query = b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x04home\x07example\0\0\x01\0\x01";
    let search = b"M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\n\
        ST: ssdp:all\r\nMX: 1\r\n\r\n";
    check("a stream under way", |turn| tcp(443, 1 + turn * 105, &data));
    check("an unknown stream", |turn| tcp(7, 1 + turn * 105, &data));
    check("unknown datagrams", |_| udp(SERVER, 40_001, 50_001, &data));
    check("a question on the link", |_| udp([224, 0, 0, 251], 5353, 5353, question));
    check("a look-up", |_| udp(SERVER, 40_001, 53, query));
    check("a search", |_| udp([239, 255, 255, 250], 40_001, 1900, search));
}

/// However many connections are open, what was kept of their messages goes when these are read or given up.
#[test]
fn connections_under_way_keep_no_room_of_messages_that_are_over() {
    const CONNECTIONS: u16 = 200;
    /// What a flow takes itself, and a small buffer.
    const MOST_EACH: u64 = 4 << 10;

    for (name, length, end) in [("read", 12_000, "\r\n\r\n"), ("given up", 17_000, "")] {
        let head = format!("GET / HTTP/1.1\r\nX: {}{end}", "a".repeat(length));
        let mut run = Run::new();
        let info = allocation_counter::measure(|| {
            for client in 0..CONNECTIONS {
                for (piece, at) in head.as_bytes().chunks(1_400).zip((0_u32..).step_by(1_400)) {
                    let (number, link) = (1, LinkType::ETHERNET);
                    let bytes = from_port(40_000 + client, 80, 1 + at, piece);
                    let wire_length = u32::try_from(bytes.len()).unwrap();
                    run.read(&Kept { number, at: Timestamp(0), link, wire_length, bytes });
                }
            }
        });
        let each = u64::try_from(info.bytes_current).unwrap() / u64::from(CONNECTIONS);
        assert!(each <= MOST_EACH, "{name}: {each} bytes a connection");
    }
}

/// What remains: flows that were quiet for minutes begin anew, and a few protocols are deciphered
/// before they are read.
#[test]
fn packets_of_captures_heard_before_hardly_allocate() {
    /// The most of frames that may allocate; our choice.
    const MOST: f64 = 0.015;

    for folder in ["devices/iot_sentinel", "devices/smart_home_firewall"] {
        let Some(paths) = captures(folder) else { return };
        let (mut read, mut allocating) = (0_u32, 0_u32);
        for path in paths {
            let mut run = Run::new();
            let frames = frames(&path);
            for _ in 0..3 {
                for frame in &frames {
                    run.read(frame);
                }
            }
            for frame in &frames {
                let info = allocation_counter::measure(|| run.read(frame));
                read += 1;
                allocating += u32::from(info.count_total > 0);
            }
        }
        let part = f64::from(allocating) / f64::from(read.max(1));
        println!("{folder}: {allocating} of {read} frames allocate, {part:.4}");
        assert!(part <= MOST, "{folder}: {allocating} of {read} frames allocate");
    }
}

/// Reads a flow's first packets, then counts what the next ones ask for.
#[track_caller]
fn check(name: &str, frame: impl Fn(u32) -> Vec<u8>) {
    const FIRST: u32 = 50;
    const NEXT: u32 = 2_000;

    let frames: Vec<_> = (0..FIRST + NEXT)
        .map(|turn| {
            let bytes = frame(turn);
            let wire_length = u32::try_from(bytes.len()).unwrap();
            let (number, at) = (u64::from(turn) + 1, Timestamp(u64::from(turn) * 1_000_000));
            Kept { number, at, link: LinkType::ETHERNET, wire_length, bytes }
        })
        .collect();
    let (first, next) = frames.split_at(FIRST as usize);
    let mut run = Run::new();
    for frame in first {
        run.read(frame);
    }
    let info = allocation_counter::measure(|| next.iter().for_each(|frame| run.read(frame)));
    assert_eq!((info.count_total, info.bytes_total), (0, 0), "{name}: {NEXT} packets");
}

impl Run {
    fn new() -> Self {
        let mut run = Self {
            dissector: Dissector::new(&Settings::default()),
            recorder: Recorder::new(Limits::default()),
        };
        run.dissector.begin_source(&mut run.recorder, "capture");
        run
    }

    fn read(&mut self, frame: &Kept) {
        self.dissector.observe(&mut self.recorder, &frame.frame());
    }
}

fn tcp(port: u16, sequence: u32, payload: &[u8]) -> Vec<u8> {
    from_port(40_000, port, sequence, payload)
}

fn from_port(client: u16, port: u16, sequence: u32, payload: &[u8]) -> Vec<u8> {
    let builder = PacketBuilder::ethernet2(DEVICE, ROUTER)
        .ipv4(HOME, SERVER, 64)
        .tcp(client, port, sequence, 1_000);
    let mut bytes = Vec::new();
    builder.ack(1).psh().write(&mut bytes, payload).unwrap();
    bytes
}

fn udp(to: [u8; 4], from_port: u16, to_port: u16, payload: &[u8]) -> Vec<u8> {
    let builder = PacketBuilder::ethernet2(DEVICE, ROUTER).ipv4(HOME, to, 64);
    let mut bytes = Vec::new();
    builder.udp(from_port, to_port).write(&mut bytes, payload).unwrap();
    bytes
}
