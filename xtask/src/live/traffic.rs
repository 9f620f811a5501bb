//! What is sent, and how: a capture in parts, each sent by a `tcpreplay` of its own on a core of its own.
//!
//! On a virtual cable it is the sender who pays for everything that the kernel does with a packet, until it
//! lies in the listener's ring: one `tcpreplay` is at its end before 1 Gbit/s of small packets. So there are two,
//! and the one that sends less shares its core with the listener, which real traffic would not. Packets between the
//! same two ends stay in one part, in their order. Each sender sends what is due every thousandth of a
//! second and then sleeps, so that bursts stay short and others have the core meanwhile.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufWriter, Write as _},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use packets::{
    Frame, LinkType,
    files::{Decoder, Step},
};

use super::on_core;
use crate::lab::spaces::Space;

/// Frames of the made traffic, sent again and again: of so many devices, with five flows each.
const FRAMES: u32 = 40_000;
const DEVICES: u32 = 200;
const FLOWS: u32 = 5;
const FRAME_BYTES: usize = 300;

/// So many times as much as the sender beside the listener sends the other, which has a core for itself.
const MORE: u32 = 2;

/// A thousandth of a second's frames are sent at once.
const BURSTS: u64 = 1_000;

/// Frames to send, in a part for each sender.
pub(super) struct Traffic {
    parts: [Part; 2],
}

/// What one sender sends, again and again.
struct Part {
    path: PathBuf,
    file: BufWriter<File>,
    frames: u64,
    bytes: u64,
}

/// What was sent.
#[derive(Default)]
pub(super) struct Sent {
    pub(super) frames: u64,
    pub(super) a_second: f64,
    pub(super) megabits: f64,
}

impl Traffic {
    /// The frames of a capture, or made ones.
    pub(super) fn of(replay: Option<&Path>, folder: &Path) -> Result<Self, String> {
        let mut traffic = Self { parts: [Part::new(folder, "0")?, Part::new(folder, "1")?] };
        if let Some(path) = replay {
            let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
            let capture = std::fs::read(path).map_err(|error| failed(&error))?;
            traffic.divide(&capture).map_err(|error| failed(&error))?;
        } else {
            for number in 0..FRAMES {
                let mut frame = headers(number);
                frame.resize(FRAME_BYTES, 0xa5);
                let [one, other] = &mut traffic.parts;
                let is_ones = (number % DEVICES).is_multiple_of(1 + MORE);
                if is_ones { one } else { other }.add(&frame)?;
            }
        }
        for part in &mut traffic.parts {
            part.file.flush().map_err(|error| error.to_string())?;
        }
        Ok(traffic)
    }

    /// Gives each pair of ends, when it is first seen, to the part that has less so far than it should.
    fn divide(&mut self, capture: &[u8]) -> Result<(), String> {
        let [one, other] = &mut self.parts;
        let mut is_others = BTreeMap::new();
        let (mut decoder, mut rest) = (Decoder::new(), capture);
        loop {
            let consumed = match decoder.next(rest, true).map_err(|error| error.to_string())? {
                Step::Frame { consumed, frame } => {
                    let others = *is_others
                        .entry(ends(&frame)?)
                        .or_insert(other.frames < one.frames * u64::from(MORE));
                    if others { &mut *other } else { &mut *one }.add(frame.bytes)?;
                    consumed
                }
                Step::Skip { consumed } => consumed,
                Step::Need { .. } | Step::End => return Ok(()),
            };
            rest = rest.get(consumed..).unwrap_or_default();
        }
    }

    /// A line for people.
    pub(super) fn described(&self) -> String {
        let (frames, bytes) = (self.frames(), self.parts.iter().map(|it| it.bytes).sum::<u64>());
        format!("{frames} frames of {} bytes on average, again and again", bytes / frames.max(1))
    }

    fn frames(&self) -> u64 {
        self.parts.iter().map(|part| part.frames).sum()
    }

    /// How many frames a second are so many megabits a second.
    fn frames_of(&self, megabits: u64) -> u64 {
        let bytes: u64 = self.parts.iter().map(|part| part.bytes).sum();
        megabits * 1_000_000 / 8 * self.frames() / bytes.max(1)
    }

    /// Sends for so long, at so many megabits a second or as fast as it goes.
    pub(super) fn send(
        &self,
        space: &Space,
        megabits: Option<u64>,
        time: Duration,
    ) -> Result<Sent, String> {
        let senders: Vec<_> = (self.parts.iter().enumerate())
            .map(|(core, part)| {
                let mut command = on_core(core, space, "tcpreplay");
                command
                    .args([
                        "--intf1=out",
                        "--preload-pcap",
                        "--quiet",
                        "--no-flow-stats",
                        "--loop=0",
                    ])
                    .arg(format!("--duration={}", time.as_secs()));
                if let Some(megabits) = megabits {
                    let share = self.frames_of(megabits) * part.frames / self.frames().max(1);
                    let burst = (share / BURSTS).max(1);
                    command.arg("--timer=nano");
                    command.args([format!("--pps={share}"), format!("--pps-multi={burst}")]);
                } else {
                    command.arg("--topspeed");
                }
                command.arg(&part.path).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
            })
            .collect::<Result<_, _>>()
            .map_err(|error| format!("tcpreplay did not start: {error}"))?;
        let mut sent = Sent::default();
        for sender in senders {
            let said = sender.wait_with_output().map_err(|error| error.to_string())?;
            let said = [said.stdout, said.stderr].concat();
            sent.add(&String::from_utf8_lossy(&said))?;
        }
        Ok(sent)
    }
}

impl Part {
    fn new(folder: &Path, name: &str) -> Result<Self, String> {
        let path = folder.join(name).with_extension("pcap");
        let file = File::create(&path).map_err(|error| error.to_string())?;
        let mut part = Self { path, file: BufWriter::new(file), frames: 0, bytes: 0 };
        part.write(&[0xa1b2_c3d4, 0x0004_0002, 0, 0, 1 << 18, 1])?;
        Ok(part)
    }

    fn add(&mut self, frame: &[u8]) -> Result<(), String> {
        let length = u32::try_from(frame.len()).map_err(|error| error.to_string())?;
        // Their times do not matter: they are sent at a rate.
        self.write(&[0, 0, length, length])?;
        self.file.write_all(frame).map_err(|error| error.to_string())?;
        self.frames += 1;
        self.bytes += u64::from(length);
        Ok(())
    }

    fn write(&mut self, words: &[u32]) -> Result<(), String> {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        self.file.write_all(&bytes).map_err(|error| error.to_string())
    }
}

impl Sent {
    /// Reads `Rated: 62414995.9 Bps, 499.31 Mbps, 208049.98 pps` and `Successful packets: 625501`.
    fn add(&mut self, said: &str) -> Result<(), String> {
        let number = |before: &str, after: &str| -> Option<f64> {
            let rest = said.split(before).nth(1)?;
            rest.split(after).next()?.trim().rsplit(' ').next()?.parse().ok()
        };
        let count =
            said.split("Successful packets:").nth(1).and_then(|it| it.split_whitespace().next());
        let count = count.and_then(|it| it.parse::<u64>().ok());
        let (rated, megabits) = (number("Rated:", " pps"), number("Rated:", " Mbps"));
        let (Some(frames), Some(a_second), Some(megabits)) = (count, rated, megabits) else {
            return Err(format!("tcpreplay said: {said}"));
        };
        self.frames += frames;
        self.a_second += a_second;
        self.megabits += megabits;
        Ok(())
    }
}

/// The link-layer addresses of a frame's ends, in whichever direction it goes.
fn ends(frame: &Frame<'_>) -> Result<[[u8; 6]; 2], String> {
    if frame.link != LinkType::ETHERNET {
        return Err("only frames of Ethernet can be sent".to_owned());
    }
    let addresses: Option<&[u8; 12]> = frame.bytes.first_chunk();
    let (Some(to), Some(from)) = (
        addresses.and_then(|it| it.first_chunk::<6>()),
        addresses.and_then(|it| it.last_chunk::<6>()),
    ) else {
        return Err(format!("frame {} ends within its header", frame.number));
    };
    Ok([*to.min(from), *to.max(from)])
}

/// Headers of a made frame: of each device's flows, every other is TCP, the others are UDP.
fn headers(number: u32) -> Vec<u8> {
    let [_, _, _, device] = (number % DEVICES).to_be_bytes();
    let flow = number / DEVICES % FLOWS;
    let port = u16::try_from(40_000 + flow).unwrap_or(40_000).to_be_bytes();
    let turn = number / DEVICES / FLOWS;
    let is_tcp = flow.is_multiple_of(2);
    let mut bytes = vec![0, 0, 0x5e, 0, 0x53, 0xff, 0, 0, 0x5e, 0, 0x53, device, 8, 0];
    bytes.extend([0x45, 0, 1, 30, 0, 0, 0, 0, 64, if is_tcp { 6 } else { 17 }, 0, 0]);
    bytes.extend([192, 168, 1, device, 198, 51, 100, device]);
    bytes.extend(port);
    if is_tcp {
        bytes.extend([1, 187]);
        bytes.extend((turn * 246).to_be_bytes());
        bytes.extend([0, 0, 0, 1, 0x50, 0x18, 4, 0, 0, 0, 0, 0]);
        bytes.extend([23, 3, 3, 0, 241]);
    } else {
        bytes.extend([0xc3, 0x50, 1, 10, 0, 0]);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs};

    use packets::files::{Decoder, Step};

    use super::{FRAME_BYTES, FRAMES, Sent, Traffic, ends};

    #[test]
    fn two_ends_are_in_one_part_and_nothing_is_left_out() {
        let folder =
            std::env::temp_dir().join(format!("houseguest-traffic-{}", std::process::id()));
        let again = folder.join("again");
        fs::create_dir_all(&again).unwrap();
        let made = Traffic::of(None, &folder).unwrap();
        let divided = Traffic::of(Some(&made.parts[1].path), &again).unwrap();
        let frames = |part: &super::Part| {
            let capture = fs::read(&part.path).unwrap();
            let (mut decoder, mut rest, mut found) = (Decoder::new(), &capture[..], Vec::new());
            while let Ok(step) = decoder.next(rest, true) {
                let consumed = match step {
                    Step::Frame { consumed, frame } => {
                        assert_eq!(frame.bytes.len(), FRAME_BYTES);
                        found.push(ends(&frame).unwrap());
                        consumed
                    }
                    Step::Skip { consumed } => consumed,
                    Step::Need { .. } | Step::End => break,
                };
                rest = &rest[consumed..];
            }
            assert_eq!(found.len() as u64, part.frames);
            found
        };
        for traffic in [&made, &divided] {
            let [one, other] = traffic.parts.each_ref().map(frames);
            assert!(one.len() < other.len(), "the one beside the listener sends less");
            let [one, other] = [one, other].map(BTreeSet::from_iter);
            assert!(one.is_disjoint(&other));
        }
        assert_eq!(made.frames(), u64::from(FRAMES));
        assert_eq!(divided.frames(), made.parts[1].frames);
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn what_was_sent_is_what_was_sent_with_success() {
        let said = "Actual: 30 packets (8000 bytes) sent in 1.00 seconds\n\
            Rated: 62414995.9 Bps, 499.31 Mbps, 208049.98 pps\n\
            Statistics for network device: out\n\tSuccessful packets:        28\n\tFailed packets: 2\n";
        let mut sent = Sent::default();
        sent.add(said).unwrap();
        sent.add(said).unwrap();
        let shown = format!("{} {:.0} {:.0}", sent.frames, sent.a_second, sent.megabits);
        assert_eq!(shown, "56 416100 999");
        assert!(sent.add("Segmentation fault").is_err());
    }
}
