//! What devices announce in their makers' protocols, from and to the ports they use: whose it is.
//!
//! Frames are built with another project's encoder, so that a misreading of ours shows.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use etherparse::PacketBuilder;
use evidence::{Field, Limits, Recorder, Seen, Timestamp, fields};
use packets::{Dissector, Frame, LinkType, Settings};

const DEVICE: [u8; 4] = [192, 168, 1, 10];
const PHONE: [u8; 4] = [192, 168, 1, 20];
const EVERYBODY: [u8; 4] = [255; 4];
const GROUP: [u8; 4] = [239, 255, 255, 250];

#[test]
fn a_broadcast_from_its_own_port_is_its_sender_s() {
    let mndp = b"\0\0\0\x01\0\x01\0\x06\0\0\x5e\0\x53\x01\0\x0c\0\x05AB760";
    check("mndp", (5678, 5678), EVERYBODY, mndp, "mndp AB760");
    let sadp = b"<?xml version=\"1.0\"?><ProbeMatch><DeviceDescription>AB-1</DeviceDescription>";
    check("sadp", (37020, 37020), GROUP, sadp, "sadp AB-1");
    let frame = b"\0\0\x55\xaa\0\0\0\0\0\0\0\x13\0\0\0\x28\0\0\0\0{\"productKey\":\"ab012345678\"}\
        \0\0\0\0\0\0\xaa\x55";
    check("55aa", (49154, 6666), EVERYBODY, frame, "frames-55aa ab012345678");
}

#[test]
fn an_answer_to_any_port_is_its_sender_s() {
    for phone in [1_025, 33_000, 40_000, 60_999] {
        let tlv = b"\x01\0\0\x07\x14\0\x04AB G";
        check("tlv", (10001, phone), PHONE, tlv, "tlv-10001 AB G");
        let dhip = [
            &b"\x20\0\0\0DHIP"[..],
            &[0; 24],
            b"{\"method\":\"client.notifyDevInfo\",\
            \"params\":{\"deviceInfo\":{\"DeviceType\":\"AB-1\"}}}",
        ]
        .concat();
        check("dhip", (37810, phone), PHONE, &dhip, "dhip AB-1");
        let lamp =
            [&[48, 0, 0, 0x14][..], &[0; 28], &[33, 0, 0, 0, 1, 0, 0, 0, 27, 0, 0, 0], &[0; 4]]
                .concat();
        check("1024", (56700, phone), PHONE, &lamp, "protocol-1024 1 27");
        let module = b"{\"method\":\"getSystemConfig\",\"result\":{\"moduleName\":\"AB_1\"}}";
        check("method", (38899, phone), PHONE, module, "method-json AB_1");
        let tdp = b"\x02\0\0\x01\0\x19\x11\0\0\0\0\0\0\0\0\0{\"device_model\":\"AB110\"}\n";
        check("tdp", (20002, phone), PHONE, tdp, "tdp AB110");
        let mut hello = [0; 0x80];
        hello[0x26] = 7;
        hello[0x34..0x36].copy_from_slice(&[0xab, 0x27]);
        check("hello", (80, phone), PHONE, &hello, "hello-80 27ab");
        let tuner = b"\0\x03\0\x06\x01\x04\0\0\0\x01\x09\x09\x09\x09";
        check("tuner", (65001, phone), PHONE, tuner, "tlv-65001 1");
        let words = b"ret=OK,type=aircon,reg=eu";
        check("words", (30050, phone), PHONE, words, "text-30050 aircon");
        let module = b"192.0.2.10,00005E005301,AB-1";
        check("module", (48899, phone), PHONE, module, "text-48899 AB-1");
        let printer = b"BJNP\x81\x30\0\0\0\x01\0\0\0\0\0\x08MDL:AB1;";
        check("printer", (8611, phone), PHONE, printer, "bjnp AB1");
        let head = b"HTTP/1.1 200 OK\r\nmodel: color\r\nfw_ver: 18\r\n\r\n";
        check("heads", (1982, phone), PHONE, head, "ssdp color");
    }
    let scan = b"{\"msg\":{\"cmd\":\"scan\",\"data\":{\"sku\":\"H6000\"}}}";
    check("scan", (4001, 4002), PHONE, scan, "scan-json H6000");
}

/// More messages than a flow tells apart, in rounds: each counts as often as it came, whether the ledger is
/// told in between or not.
#[test]
fn what_is_said_again_counts_each_time() {
    const MESSAGES: u64 = 40;
    const ROUNDS: u64 = 5;
    for told_in_between in [false, true] {
        let (mut recorder, mut dissector) = (Recorder::new(Limits::default()), dissector());
        dissector.begin_source(&mut recorder, "made up");
        for number in 0..MESSAGES * ROUNDS {
            let name = format!("lamp-{:02}", number % MESSAGES);
            let query = [&[0; 5][..], b"\x01\0\0\0\0\0\0\x07", name.as_bytes(), b"\0\0\x01\0\x01"];
            let frame = datagram((5353, 5353), [224, 0, 0, 251], &query.concat());
            observe(&mut dissector, &mut recorder, number, &frame);
            if told_in_between && number % 7 == 0 {
                dissector.tell(&mut recorder);
            }
        }
        dissector.end_source(&mut recorder);
        let ledger = recorder.finish();
        let queries = ledger.hosts().flat_map(|(_, record)| record.observations());
        let seen: Vec<_> = queries.filter(|it| it.field == fields::MDNS_QUERY).collect();
        assert_eq!(seen.len() as u64, MESSAGES);
        for (message, it) in (0..).zip(seen) {
            let Seen { first, last, count } = it.seen;
            assert_eq!(*it.value, *format!("lamp-{message:02}"));
            assert_eq!((first.frame, count), (message + 1, ROUNDS), "{}", it.value);
            assert_eq!((first.at.0, last.0), (message, message + MESSAGES * (ROUNDS - 1)));
        }
    }
}

/// One datagram from the device: the product noted is the device's and nobody else's.
#[track_caller]
fn check(name: &str, ports: (u16, u16), to: [u8; 4], payload: &[u8], expected: &str) {
    let frame = datagram(ports, to, payload);
    let expected = vec![("192.168.1.10 (00:00:5e:00:53:01)".to_owned(), expected.to_owned())];
    assert_eq!(values(&frame, fields::LOCAL_PRODUCT), expected, "{name} {ports:?}");
}

/// The values of `field` in the ledger of one frame, with their hosts.
fn values(frame: &[u8], field: Field) -> Vec<(String, String)> {
    let (mut recorder, mut dissector) = (Recorder::new(Limits::default()), dissector());
    dissector.begin_source(&mut recorder, "made up");
    observe(&mut dissector, &mut recorder, 0, frame);
    dissector.end_source(&mut recorder);
    let ledger = recorder.finish();
    ledger
        .hosts()
        .flat_map(|(host, record)| record.observations().iter().map(move |it| (host, it)))
        .filter(|(_, it)| it.field == field)
        .map(|(host, it)| (host.to_string(), it.value.to_string()))
        .collect()
}

fn dissector() -> Dissector {
    Dissector::new(&Settings::default())
}

/// Reads the frame after `number` others, captured so many nanoseconds after the first.
fn observe(dissector: &mut Dissector, recorder: &mut Recorder, number: u64, bytes: &[u8]) {
    let wire_length = u32::try_from(bytes.len()).unwrap();
    let (at, link) = (Timestamp(number), LinkType::ETHERNET);
    dissector.observe(recorder, &Frame { number: number + 1, at, link, wire_length, bytes });
}

/// A frame from the device.
fn datagram(ports: (u16, u16), to: [u8; 4], payload: &[u8]) -> Vec<u8> {
    let mut frame = Vec::new();
    PacketBuilder::ethernet2([0, 0, 0x5e, 0, 0x53, 1], [0, 0, 0x5e, 0, 0x53, 2])
        .ipv4(DEVICE, to, 64)
        .udp(ports.0, ports.1)
        .write(&mut frame, payload)
        .unwrap();
    frame
}
