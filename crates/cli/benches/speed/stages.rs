//! The stages of an audit, one after another on the same traffic, beside a loop that only looks at headers.
//!
//! The traffic is the built-in home's; `HOUSEGUEST_CAPTURE=FILE` in the environment takes a capture instead.

use std::{collections::HashMap, hint::black_box, io, net::IpAddr};

use assessment::{Settings, assess};
use criterion::{BatchSize, Criterion, Throughput};
use etherparse::{NetSlice, SlicedPacket, TransportSlice};
use packets::Frame;
use reports::{Options, formats::Format};

use super::traffic::{self, knowledge, ledger, recorder};

/// All of them. The frames lie in memory: what is measured is the work, not the disk.
pub(crate) fn all(criterion: &mut Criterion) {
    let capture = traffic::capture();
    let frames: Vec<_> = traffic::frames(&capture).collect();
    let pack = knowledge();
    let ledger_of_all = ledger(&frames);
    let assessment = assess(&ledger_of_all, &pack, &Settings::default());
    let devices = assessment.devices.len() as u64;

    let mut group = criterion.benchmark_group("stages");
    group.sample_size(10);
    group.throughput(Throughput::Elements(frames.len() as u64));
    group.bench_function("bare: headers and flows", |bench| bench.iter(|| bare(&frames)));
    group.bench_function("open the file's records", |bench| {
        bench.iter(|| traffic::frames(black_box(&capture)).map(|it| it.bytes.len()).sum::<usize>());
    });
    group.bench_function("dissect", |bench| bench.iter_with_large_drop(|| recorder(&frames)));
    group.bench_function("finish the ledger", |bench| {
        let made = || recorder(&frames);
        bench.iter_batched(made, evidence::Recorder::finish, BatchSize::PerIteration);
    });
    group.bench_function("merge two ledgers", |bench| {
        let (first, second) = frames.split_at(frames.len() / 2);
        let made = || (ledger(first), ledger(second));
        bench.iter_batched(made, |(first, second)| first.merge(second), BatchSize::PerIteration);
    });
    group.throughput(Throughput::Elements(devices));
    group.bench_function("unpack the knowledge", |bench| bench.iter_with_large_drop(knowledge));
    group.bench_function("judge", |bench| {
        bench.iter_with_large_drop(|| assess(&ledger_of_all, &pack, &Settings::default()));
    });
    for format in ["json", "text", "html"] {
        let format = Format::from_name(format).unwrap();
        group.bench_function(format!("write {}", format.name()), |bench| {
            bench.iter(|| format.write(&assessment, &Options::default(), &mut io::sink()).unwrap());
        });
    }
    group.finish();
}

/// What any tool must do: look at each frame's headers and count frames and bytes of each flow.
fn bare(frames: &[Frame<'_>]) -> usize {
    let mut flows: HashMap<_, (u64, u64)> = HashMap::new();
    for frame in frames {
        let Ok(packet) = SlicedPacket::from_ethernet(frame.bytes) else { continue };
        let ends: (IpAddr, IpAddr) = match packet.net {
            Some(NetSlice::Ipv4(ip)) => {
                let header = ip.header();
                (header.source_addr().into(), header.destination_addr().into())
            }
            Some(NetSlice::Ipv6(ip)) => {
                let header = ip.header();
                (header.source_addr().into(), header.destination_addr().into())
            }
            _ => continue,
        };
        let ports = match packet.transport {
            Some(TransportSlice::Tcp(tcp)) => (tcp.source_port(), tcp.destination_port()),
            Some(TransportSlice::Udp(udp)) => (udp.source_port(), udp.destination_port()),
            _ => (0, 0),
        };
        let (count, bytes) = flows.entry((ends, ports)).or_default();
        *count += 1;
        *bytes += u64::from(frame.wire_length);
    }
    flows.len()
}
