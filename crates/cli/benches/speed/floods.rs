//! Traffic of which there is far too much of one kind, as a scanner, a worm or somebody with a grudge makes
//! it. Four times as much of it must take about four times as long, not sixteen times: what a second
//! does is told for both sizes of each flood. A flood is read, judged and written as JSON.

use std::io;

use assessment::{Settings, assess};
use criterion::{BenchmarkId, Criterion, Throughput};
use etherparse::PacketBuilder;
use evidence::Timestamp;
use packets::{Frame, LinkType};
use reports::{Options, formats::Format};

use super::traffic::{knowledge, ledger};

const DEVICE: [u8; 6] = [0, 0, 0x5e, 0, 0x53, 1];
const ROUTER: [u8; 6] = [0, 0, 0x5e, 0, 0x53, 2];
const HOME: [u8; 4] = [192, 168, 1, 10];
const RESOLVER: [u8; 4] = [192, 168, 1, 1];
const SERVER: [u8; 4] = [198, 51, 100, 7];
const MDNS: [u8; 4] = [224, 0, 0, 251];

/// The smaller size of a flood, where it is measured and not only tried, and how many times as large the
/// other is.
const FRAMES: u32 = if cfg!(debug_assertions) { 100 } else { 10_000 };
const TIMES: u32 = 4;

/// A flood's frame by its number.
type Flood = fn(u32) -> Vec<u8>;

const FLOODS: &[(&str, Flood)] = &[
    ("addresses of one station", |number| udp(DEVICE, home(number), SERVER, 4_000, b"flood")),
    ("stations of one address", |number| udp(station(number), HOME, SERVER, 4_000, b"flood")),
    ("stations with an address", |number| {
        udp(station(number), home(number), SERVER, 4_000, b"flood")
    }),
    ("addresses claimed by ARP", |number| arp(DEVICE, home(number))),
    ("stations that claim one address by ARP", |number| arp(station(number), HOME)),
    ("scan of the internet", |number| syn(outside(number))),
    ("scan of the home", |number| syn(home(number))),
    ("names looked up", |number| {
        answer(&format!("h{number}.d{}.example", number % 1_000), outside(number))
    }),
    ("names of one address", |number| answer(&format!("h{number}.example"), SERVER)),
    ("addresses of one name", |number| answer("h.example", outside(number))),
    ("names that stations announce", |number| {
        let name = format!("d{number}.local");
        let message = dns(&name, home(number));
        udp(station(number), home(number), MDNS, 5_353, &message)
    }),
    ("names that one device announces", |number| {
        udp(DEVICE, HOME, MDNS, 5_353, &dns(&format!("d{number}.local"), HOME))
    }),
];

pub(crate) fn all(criterion: &mut Criterion) {
    let knowledge = knowledge();
    let json = Format::from_name("json").unwrap();
    let mut group = criterion.benchmark_group("floods");
    group.sample_size(10);
    for (name, flood) in FLOODS {
        for size in [FRAMES, FRAMES * TIMES] {
            let frames: Vec<_> = (0..size).map(flood).collect();
            let frames: Vec<_> = (0..).zip(&frames).map(|(number, it)| frame(number, it)).collect();
            group.throughput(Throughput::Elements(size.into()));
            group.bench_function(BenchmarkId::new(*name, size), |bench| {
                bench.iter(|| {
                    let assessment = assess(&ledger(&frames), &knowledge, &Settings::default());
                    json.write(&assessment, &Options::default(), &mut io::sink()).unwrap();
                });
            });
        }
    }
    group.finish();
}

fn frame(number: u32, bytes: &[u8]) -> Frame<'_> {
    /// Between two frames, in nanoseconds.
    const PAUSE: u64 = 200_000;
    let at = Timestamp::from_parts(1_700_000_000, 0).0 + u64::from(number) * PAUSE;
    Frame {
        number: u64::from(number) + 1,
        at: Timestamp(at),
        link: LinkType::ETHERNET,
        wire_length: u32::try_from(bytes.len()).unwrap(),
        bytes,
    }
}

const fn station(number: u32) -> [u8; 6] {
    let [a, b, c, d] = number.to_be_bytes();
    [2, 0, a, b, c, d]
}

const fn home(number: u32) -> [u8; 4] {
    let [_, b, c, d] = number.to_be_bytes();
    [10, b, c, d]
}

const fn outside(number: u32) -> [u8; 4] {
    let [_, b, c, d] = number.to_be_bytes();
    [45, b, c, d]
}

fn udp(from: [u8; 6], source: [u8; 4], to: [u8; 4], port: u16, payload: &[u8]) -> Vec<u8> {
    let own = if port == 5_353 { port } else { 40_000 };
    let packet = PacketBuilder::ethernet2(from, ROUTER).ipv4(source, to, 64).udp(own, port);
    let mut bytes = Vec::new();
    packet.write(&mut bytes, payload).unwrap();
    bytes
}

fn syn(to: [u8; 4]) -> Vec<u8> {
    let packet = PacketBuilder::ethernet2(DEVICE, ROUTER).ipv4(HOME, to, 64);
    let mut bytes = Vec::new();
    packet.tcp(40_000, 23, 1, 1_024).syn().write(&mut bytes, &[]).unwrap();
    bytes
}

/// A claim that goes to all (RFC 826).
fn arp(from: [u8; 6], claimed: [u8; 4]) -> Vec<u8> {
    let mut bytes = [[0xff; 6], from].concat();
    bytes.extend([0x08, 0x06, 0, 1, 0x08, 0, 6, 4, 0, 1]);
    bytes.extend(from.into_iter().chain(claimed).chain([0; 6]).chain(RESOLVER));
    bytes
}

/// The resolver tells the device where a name is.
fn answer(name: &str, address: [u8; 4]) -> Vec<u8> {
    let packet = PacketBuilder::ethernet2(ROUTER, DEVICE).ipv4(RESOLVER, HOME, 64).udp(53, 40_000);
    let mut bytes = Vec::new();
    packet.write(&mut bytes, &dns(name, address)).unwrap();
    bytes
}

/// An answer with one address (RFC 1035, section 4).
fn dns(name: &str, address: [u8; 4]) -> Vec<u8> {
    let mut message = vec![0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0];
    for label in name.split('.') {
        message.push(u8::try_from(label.len()).unwrap());
        message.extend(label.as_bytes());
    }
    message.extend([0, 0, 1, 0, 1, 0, 0, 1, 0x2c, 0, 4]);
    message.extend(address);
    message
}
