//! How large a household of 200 devices and a year is, and how fast it answers. Takes a minute, so it is
//! only done when asked for: `HOUSEGUEST_YEAR=1 cargo test --release -p houseguest-household a_year -- --nocapture`.

use std::{env, fs, time::Instant};

use evidence::{
    Host, Ledger, Mac, Party, Recorder, Service, Sighting, SourceId, Traffic, Transport, fields,
};
use household::{Budget, GuestId, Household, Step};
use knowledge::kinds::Severity;

use super::home::{DAY, HOUR, Said, at};

const DEVICES: u8 = 200;

#[test]
fn a_year_of_two_hundred_devices() {
    if env::var_os("HOUSEGUEST_YEAR").is_none() {
        println!("skipped: set HOUSEGUEST_YEAR to measure");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("home.db");
    let mut home = Household::open(&path, Budget::default()).unwrap().household;
    let hourly = 351 * DAY;
    for day in 0..351 {
        home.record(&slice(day * DAY), at(day * DAY)).unwrap();
    }
    for hour in 0..14 * 24 {
        home.record(&slice(hourly + hour * HOUR), at(hourly + hour * HOUR)).unwrap();
    }
    let end = 365 * DAY;
    let said = assessed(end - HOUR);
    home.remember(&said.assessment, at(end)).unwrap();
    timed("record a minute of 200 devices", || home.record(&slice(end), at(end)).unwrap());
    timed("remember an assessment of 200 devices", || {
        home.remember(&said.assessment, at(end)).unwrap()
    });
    timed("roll up", || home.roll_up(at(end)).unwrap());
    timed("all devices", || home.devices().unwrap().len());
    timed("a hundred events", || home.events(at(0), 100).unwrap().len());
    timed("the plan", || home.plan().unwrap().len());
    timed("two weeks of a device by the hour", || {
        home.series(Some(GuestId(7)), at(hourly), at(end), Step::Hour).unwrap().len()
    });
    timed("a year of the home by the day", || {
        home.series(None, at(0), at(end), Step::Day).unwrap().len()
    });
    timed("the window of a day", || home.window(at(end - DAY), at(end)).unwrap().damaged.len());
    timed("the window of a month", || {
        home.window(at(end - 30 * DAY), at(end)).unwrap().damaged.len()
    });
    timed("the window of the year", || home.window(at(0), at(end)).unwrap().damaged.len());
    timed("back up, with all checks", || home.backup(at(end)).unwrap());
    drop(home);
    timed("open, with all checks", || {
        Household::open(&path, Budget::default()).unwrap().repairs.len()
    });
    println!("{:>10} bytes on disk", fs::metadata(&path).unwrap().len());
}

#[expect(clippy::disallowed_methods, clippy::print_stdout, reason = "this measures")]
fn timed<T>(what: &str, work: impl FnOnce() -> T) {
    let start = Instant::now();
    drop(std::hint::black_box(work()));
    println!("{:>10.1} ms {what}", start.elapsed().as_secs_f64() * 1_000.0);
}

fn mac(device: u8) -> Mac {
    Mac([0x02, 0, 0x5e, 0, 0x53, device])
}

/// A stretch in which every device says a few things and talks with a few places, some of them new.
fn slice(seconds: u64) -> Ledger {
    let mut recorder = Recorder::default();
    let when = at(seconds);
    recorder.source("eth0").count_frame(when, 100);
    let seen = Sighting { at: when, source: SourceId::of("eth0"), frame: seconds };
    for device in 0..DEVICES {
        let host = Host::new(Some(mac(device)), Some([192, 168, 1, device].into())).unwrap();
        recorder.observe(host, None, fields::DHCP_HOST_NAME, &format!("thing-{device}"), seen);
        for place in 0..10_u8 {
            let name =
                format!("{}.service-{place}.example", (seconds / HOUR + u64::from(device)) % 7);
            recorder.observe(host, None, fields::DNS_QUERY, &name, seen);
            let service = Service {
                peer: [203, 0, 113, place.wrapping_mul(device)].into(),
                transport: Transport::TCP,
                port: 443,
                server: Party::Peer,
            };
            recorder.observe(host, Some(service), fields::TLS_SNI, &name, seen);
            let mut traffic = Traffic::new(seen);
            (traffic.frames_up, traffic.bytes_up, traffic.bytes_down) =
                (9, 4_000 + seconds, 90_000);
            recorder.converse(host, service, &traffic);
        }
    }
    recorder.finish()
}

fn assessed(seconds: u64) -> Said {
    let mut said = Said::default();
    for device in 0..DEVICES {
        said = said.device(mac(device), 0, seconds).called(&format!("thing-{device}"));
        for place in 0..10 {
            said = said.talks_with("DE", &format!("service-{place}"));
        }
        said = said.wrong("telnet", Severity::Low, seconds);
    }
    said
}
