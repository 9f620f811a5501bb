//! Small files of both formats, whole and damaged.

use evidence::Timestamp;

use super::*;
use crate::LinkType;

/// Numbers in either byte order.
#[derive(Clone, Copy)]
struct Writer {
    big: bool,
}

const LITTLE: Writer = Writer { big: false };
const BIG: Writer = Writer { big: true };

#[test]
fn both_byte_orders_and_both_clocks_of_pcap_read_the_same() {
    let at = Timestamp(1_767_225_600_000_000_000 + 250_000_000);
    for writer in [LITTLE, BIG] {
        for (magic, fraction) in [(0xa1b2_c3d4, 250_000), (0xa1b2_3c4d, 250_000_000)] {
            let file = [
                writer.pcap_header(magic, 1),
                writer.record(1_767_225_600, fraction, b"frame", 5),
                writer.record(1_767_225_600, fraction, b"cut", 60),
            ];
            check("pcap", &file.concat(), &[(at, 1, "frame", 5), (at, 1, "cut", 60)], Ok(()));
        }
    }
}

#[test]
fn interfaces_of_pcapng_have_their_own_link_and_clock() {
    for writer in [LITTLE, BIG] {
        let file = [
            writer.section(),
            writer.interface(1, 0, &[]),
            writer.interface(113, 0, &writer.option(9, &[9])),
            writer.interface(
                101,
                4,
                &[writer.option(9, &[0x8a]), writer.option(14, &writer.u64(7))].concat(),
            ),
            writer.enhanced(0, 1_500_000, "one", 3),
            writer.block(0x0bad, b"unkn"),
            writer.enhanced(1, 1_500_000_000, "two", 3),
            writer.enhanced(2, 1_536, "three", 9),
            writer.block(
                2,
                &[
                    &writer.u16(1)[..],
                    &writer.u16(0),
                    &writer.u32(0),
                    &writer.u32(7),
                    &writer.u32(3),
                    &writer.u32(3),
                    b"old\0",
                ]
                .concat(),
            ),
            writer.block(3, &[&writer.u32(6)[..], b"simple\0\0"].concat()),
        ];
        let frames = [
            (Timestamp(1_500_000_000), 1, "one", 3),
            (Timestamp(1_500_000_000), 113, "two", 3),
            (Timestamp(8_500_000_000), 101, "three", 9),
            (Timestamp(7), 113, "old", 3),
            (Timestamp::EPOCH, 1, "simple", 6),
        ];
        check("pcapng", &file.concat(), &frames, Ok(()));
    }
}

#[test]
fn a_new_section_forgets_the_interfaces_and_may_turn_the_byte_order() {
    let file = [
        LITTLE.section(),
        LITTLE.interface(1, 0, &[]),
        LITTLE.enhanced(0, 1, "a", 1),
        BIG.section(),
        BIG.interface(101, 0, &[]),
        BIG.enhanced(0, 2, "b", 1),
        BIG.section(),
        BIG.enhanced(0, 3, "c", 1),
    ];
    let frames = [(Timestamp(1_000), 1, "a", 1), (Timestamp(2_000), 101, "b", 1)];
    let at = file[..7].concat().len() as u64;
    let what = "a frame of an interface that was not described";
    check("sections", &file.concat(), &frames, Err(FileError::Damaged { at, what }));
}

#[test]
fn errors_say_what_and_where() {
    let foreign = |begins: &str| Err(FileError::Foreign { begins: begins.into() });
    let header = LITTLE.pcap_header(0xa1b2_c3d4, 1);
    let record = LITTLE.record(0, 0, b"frame", 5);
    let frame = (Timestamp::EPOCH, 1, "frame", 5);
    check("empty", &[], &[], Err(FileError::Empty));
    check("text", b"hello there, capture", &[], foreign("\"hello there,\""));
    check("zeroes", &[0; 40], &[], foreign("00 00 00 00 00 00 00 00 00 00 00 00"));
    check("a header alone", &header, &[], Ok(()));
    check("half a header", &header[..20], &[], Err(FileError::CutOff { at: 0, missing: 4 }));
    let mut other = header.clone();
    other[4] = 3;
    let version = FileError::Version { format: "pcap", major: 3, minor: 4 };
    check("another version", &other, &[], Err(version));
    let cut = [&header[..], &record, &record[..18]].concat();
    check("cut off", &cut, &[frame], Err(FileError::CutOff { at: 45, missing: 3 }));
    let long = LITTLE.record_of(0, 0, 262_145, 262_145);
    let what = "a frame longer than 256 KiB";
    let damaged = Err(FileError::Damaged { at: 45, what });
    check("too long", &[&header[..], &record, &long].concat(), &[frame], damaged);
    let mut block = LITTLE.block(6, &[0; 20]);
    block[4..8].copy_from_slice(&(17_u32 << 20).to_le_bytes());
    let at = LITTLE.section().len() as u64;
    let damaged = Err(FileError::Damaged { at, what: "a block longer than 16 MiB" });
    check("a long block", &[LITTLE.section(), block].concat(), &[], damaged);
}

#[test]
fn bytes_may_come_one_at_a_time() {
    let file = [
        LITTLE.section(),
        LITTLE.interface(1, 0, &[]),
        LITTLE.enhanced(0, 1_000, "one", 3),
        LITTLE.enhanced(0, 2_000, "two", 3),
    ]
    .concat();
    let (mut decoder, mut start, mut end, mut frames) = (Decoder::new(), 0, 0, 0);
    loop {
        match decoder.next(&file[start..end], end == file.len()).unwrap() {
            Step::Frame { consumed, .. } => {
                start += consumed;
                frames += 1;
            }
            Step::Skip { consumed } => start += consumed,
            Step::Need { bytes } => {
                assert!(bytes > end - start, "asks for more than it was shown");
                end += 1;
            }
            Step::End => break,
        }
    }
    assert_eq!((frames, start), (2, file.len()));
}

impl Writer {
    fn u16(self, number: u16) -> [u8; 2] {
        if self.big { number.to_be_bytes() } else { number.to_le_bytes() }
    }

    fn u32(self, number: u32) -> [u8; 4] {
        if self.big { number.to_be_bytes() } else { number.to_le_bytes() }
    }

    fn u64(self, number: u64) -> [u8; 8] {
        if self.big { number.to_be_bytes() } else { number.to_le_bytes() }
    }

    fn pcap_header(self, magic: u32, link: u32) -> Vec<u8> {
        let mut bytes = [self.u32(magic)].concat();
        bytes.extend([self.u16(2), self.u16(4)].concat());
        bytes.extend([0, 0, 65_535, link].map(|number| self.u32(number)).concat());
        bytes
    }

    fn record(self, seconds: u32, fraction: u32, frame: &[u8], wire: u32) -> Vec<u8> {
        let length = u32::try_from(frame.len()).unwrap();
        [&self.record_of(seconds, fraction, length, wire)[..], frame].concat()
    }

    fn record_of(self, seconds: u32, fraction: u32, captured: u32, wire: u32) -> Vec<u8> {
        [seconds, fraction, captured, wire].map(|number| self.u32(number)).concat()
    }

    fn block(self, kind: u32, body: &[u8]) -> Vec<u8> {
        let length = self.u32(u32::try_from(body.len()).unwrap() + 12);
        [&self.u32(kind)[..], &length, body, &length].concat()
    }

    fn section(self) -> Vec<u8> {
        let body = [&self.u32(0x1a2b_3c4d)[..], &self.u16(1), &self.u16(0), &[0xff; 8]].concat();
        self.block(0x0a0d_0d0a, &body)
    }

    fn interface(self, link: u16, snap_length: u32, options: &[u8]) -> Vec<u8> {
        let body = [&self.u16(link)[..], &[0; 2], &self.u32(snap_length), options].concat();
        self.block(1, &body)
    }

    fn option(self, code: u16, value: &[u8]) -> Vec<u8> {
        let length = u16::try_from(value.len()).unwrap();
        let mut bytes = [&self.u16(code)[..], &self.u16(length), value].concat();
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    fn enhanced(self, interface: u32, ticks: u32, frame: &str, wire: u32) -> Vec<u8> {
        let length = u32::try_from(frame.len()).unwrap();
        let numbers = [interface, 0, ticks, length, wire].map(|number| self.u32(number)).concat();
        let mut body = [&numbers[..], frame.as_bytes()].concat();
        body.resize(body.len().next_multiple_of(4), 0);
        self.block(6, &body)
    }
}

#[track_caller]
fn check(
    name: &str,
    file: &[u8],
    frames: &[(Timestamp, u32, &str, u32)],
    end: Result<(), FileError>,
) {
    let (mut decoder, mut rest, mut read) = (Decoder::new(), file, Vec::new());
    let result = loop {
        match decoder.next(rest, true) {
            Ok(Step::Frame { consumed, frame }) => {
                assert_eq!(frame.number, read.len() as u64 + 1, "{name}");
                let text = String::from_utf8_lossy(frame.bytes).into_owned();
                read.push((frame.at, frame.link, text, frame.wire_length));
                rest = &rest[consumed..];
            }
            Ok(Step::Skip { consumed }) => rest = &rest[consumed..],
            Ok(Step::End) => break Ok(()),
            Ok(Step::Need { .. }) => panic!("{name}: needs more at the end"),
            Err(error) => break Err(error),
        }
    };
    let expected: Vec<_> = frames
        .iter()
        .map(|(at, link, text, wire)| (*at, LinkType(*link), (*text).to_owned(), *wire))
        .collect();
    assert_eq!((read, result), (expected, end), "{name}");
}
