//! How fast and how large the pages of a large home are: 200 devices, a year of history hour by hour.
//!
//! `cargo run -p houseguest-server --example large`; figures are in `docs/measurements.md`.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a program that measures stops where it cannot go on, and tells what it measured"
)]

#[path = "../tests/home/mod.rs"]
#[expect(dead_code, reason = "tests use the rest of it")]
mod home;

use std::{collections::BTreeMap, sync::Arc, time::Instant};

use assessment::{Assessment, devices::Identifier, model::DeviceId};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use evidence::{
    Host, Ledger, Mac, Party, Recorder, Service, Sighting, SourceId, Timestamp, Traffic, Transport,
};
use household::{Budget, Household};
use server::{House, Known, Present, router};
use tower::ServiceExt as _;

const DEVICES: u8 = 200;
const DAYS: u64 = 365;
const HOUR: u64 = 3_600;

/// The end of the year: this program's pages ask for the last days, so it has to be now.
#[expect(clippy::disallowed_methods, reason = "a year of history ends now")]
fn now() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let folder = std::env::temp_dir().join(format!("houseguest-large-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("household.db");
    let begun = moment();
    let household = remembered(&file);
    println!("a year of {DEVICES} devices written in {:.0?}", begun.elapsed());
    println!("the file has {:.1} MB", megabytes(std::fs::metadata(&file).unwrap().len()));
    let (routes, key) = site(household);
    println!("{:<34} {:>9} {:>9} {:>9}", "page", "first", "worst of 9", "kB");
    for path in pages(&key) {
        measure(&routes, &path).await;
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

fn pages(key: &str) -> Vec<String> {
    let fixed = [
        "/",
        "/devices",
        "/rooms",
        "/map",
        "/findings",
        "/plan",
        "/makers",
        "/laws",
        "/changes",
        "/settings",
        "/search?q=camera",
        "/lookup?q=camera",
        "/style.css",
        "/metrics",
        "/report.html",
    ];
    let of_device = ["", "?back=month", "?back=year", "/label", "/letter?residence=DE&ask=access"];
    let api = ["status", "devices", "findings", "flows", "rooms", "series?back=year", "assessment"];
    let fixed = fixed.iter().map(|&it| it.to_owned());
    let of_device = of_device.iter().map(|it| format!("/devices/{key}{it}"));
    let why = [format!("/why/{key}/brand")];
    fixed.chain(of_device).chain(why).chain(api.iter().map(|it| format!("/api/v1/{it}"))).collect()
}

async fn measure(routes: &Router, path: &str) {
    let mut times = Vec::new();
    let mut bytes = 0;
    for _ in 0..9 {
        let request =
            Request::get(path).header(header::HOST, home::HOST).body(Body::empty()).unwrap();
        let begun = moment();
        let answer = routes.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        bytes = to_bytes(answer.into_body(), 1 << 30).await.unwrap().len();
        times.push(begun.elapsed());
    }
    let worst = times.iter().max().unwrap();
    println!("{path:<34} {:>9.1?} {worst:>9.1?} {:>9.1}", times[0], bytes as f64 / 1_000.0);
}

#[expect(clippy::disallowed_methods, reason = "it measures")]
fn moment() -> Instant {
    Instant::now()
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1_000_000.0
}

/// A year in which every device sends something in every hour.
fn remembered(file: &std::path::Path) -> Household {
    let mut household = Household::open(file, Budget::default()).unwrap().household;
    let begin = now() / HOUR * HOUR - DAYS * 24 * HOUR;
    for hour in 0..DAYS * 24 {
        let at = begin + hour * HOUR;
        household.record(&an_hour(at), Timestamp::from_parts(at + HOUR / 2, 0)).unwrap();
        if hour % 24 == 23 {
            household.roll_up(Timestamp::from_parts(at + HOUR / 2, 0)).unwrap();
        }
    }
    household
}

fn an_hour(at: u64) -> Ledger {
    let mut recorder = Recorder::default();
    let seen =
        Sighting { at: Timestamp::from_parts(at, 0), source: SourceId::of("eth0"), frame: 1 };
    recorder.source("eth0").count_frame(seen.at, 100);
    for number in 0..DEVICES {
        let host = Host::new(Some(mac(number)), Some([10, 0, 0, number].into())).unwrap();
        let peer = [203, 0, 113, number].into();
        let service = Service { peer, transport: Transport::TCP, port: 443, server: Party::Peer };
        let mut traffic = Traffic::new(seen);
        (traffic.frames_up, traffic.bytes_up) = (1, 1_000 + at % 977 * u64::from(number));
        (traffic.frames_down, traffic.bytes_down) = (1, 5_000 + at % 331 * u64::from(number));
        recorder.converse(host, service, &traffic);
    }
    recorder.finish()
}

/// Addresses kept for documentation (RFC 9542).
const fn mac(number: u8) -> Mac {
    Mac([0, 0, 0x5e, 0, 0x53, number])
}

/// The sample home's devices over and over.
fn crowd(sample: &Assessment) -> Assessment {
    let mut crowd = Assessment {
        devices: Vec::new(),
        findings: Vec::new(),
        actions: Vec::new(),
        ..sample.clone()
    };
    let local: Vec<_> = sample.devices.iter().filter(|device| device.local).collect();
    for number in 0..DEVICES {
        let mut device = local[usize::from(number) % local.len()].clone();
        device.id = DeviceId(u32::from(number) + 1);
        device.macs = [mac(number)].into();
        device.identifiers = [Identifier::Mac(mac(number))].into();
        device.ips = [[10, 0, 0, number].into()].into();
        let mut moved = BTreeMap::new();
        for index in &mut device.findings {
            let mut finding = sample.findings[*index].clone();
            finding.device = device.id;
            moved.insert(*index, crowd.findings.len());
            *index = crowd.findings.len();
            crowd.findings.push(finding);
        }
        for index in &mut device.actions {
            let mut action = sample.actions[*index].clone();
            action.device = device.id;
            action.findings.retain_mut(|it| moved.get(it).map(|new| *it = *new).is_some());
            *index = crowd.actions.len();
            crowd.actions.push(action);
        }
        crowd.devices.push(device);
    }
    crowd
}

fn site(mut household: Household) -> (Router, String) {
    let assessment = crowd(home::assessment());
    let now = Timestamp::from_parts(now(), 0);
    let remembered = household.remember(&assessment, now).unwrap();
    let rooms = ["Hall", "Kitchen", "Office", "Cellar", "Garden", "Attic", "Bedroom"];
    for (number, guest) in remembered.devices.values().enumerate() {
        household.set_room(*guest, rooms.get(number % 9).copied()).unwrap();
    }
    let devices = household.devices().unwrap().into_iter().map(|it| (it.id, it)).collect();
    let events = household.events(Timestamp(0), 200).unwrap();
    let plan = household.plan().unwrap();
    let known = Known::new(&assessment, &remembered.devices, devices, events, plan);
    let key = Present::key(&assessment.devices[8]);
    let house: House = home::Home::empty().remembering(household);
    house.publish(Present { assessment, known, ..Present::default() });
    (router(&Arc::new(house)), key)
}
