//! Android's debug bridge over TCP: a shell for whoever connects, and what the device says it is.
//!
//! Wire format: the Android Open Source Project's [protocol description]: 24 bytes of header, all
//! numbers little-endian, then the payload. A device that answers CONNECT with CONNECT let the
//! other end in.
//!
//! [protocol description]: https://android.googlesource.com/platform/packages/modules/adb/+/refs/heads/main/protocol.txt

use evidence::fields;

use crate::protocol::{Cover, Notes, Opening, Progress, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "adb",
    cover: Cover::Clear,
    datagram_ports: &[],
    stream_ports: &[5555],
    recognises: |opening: &Opening<'_>| {
        opening.in_stream
            && Header::read(opening.bytes)
                .is_some_and(|it| [CONNECT, AUTH, START_TLS].contains(&it.command))
    },
    datagram: None,
    stream: Some(read),
};

const HEADER_BYTES: usize = 24;
const CONNECT: u32 = u32::from_le_bytes(*b"CNXN");
const AUTH: u32 = u32::from_le_bytes(*b"AUTH");
const START_TLS: u32 = u32::from_le_bytes(*b"STLS");
/// An identity string, or a key: some hundred bytes. Our choice.
const LONGEST_PAYLOAD: usize = 8 * 1024;

struct Header {
    command: u32,
    payload_bytes: usize,
}

impl Header {
    /// `None` if there is no whole header, or its check word is wrong.
    fn read(bytes: &[u8]) -> Option<Self> {
        let numbers = bytes.first_chunk::<HEADER_BYTES>()?.as_chunks::<4>().0;
        let [command, _, _, length, _, check] = numbers else { return None };
        let command = u32::from_le_bytes(*command);
        let payload_bytes = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        (u32::from_le_bytes(*check) == !command).then_some(Self { command, payload_bytes })
    }
}

fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Progress {
    if bytes.len() < HEADER_BYTES {
        return Progress::More;
    }
    let Some(header) = Header::read(bytes) else { return Progress::Foreign };
    if header.payload_bytes > LONGEST_PAYLOAD {
        return Progress::Finished;
    }
    let end = HEADER_BYTES + header.payload_bytes;
    let Some(payload) = bytes.get(HEADER_BYTES..end) else { return Progress::More };
    match header.command {
        CONNECT => {
            // The end that asks says it is a `host`, in adb's words: a computer with the tool.
            if !payload.starts_with(b"host:") {
                let banner = String::from_utf8_lossy(payload);
                notes.sender(fields::ADB_BANNER, banner.trim_end_matches('\0'));
            }
            Progress::Finished
        }
        START_TLS => {
            *notes.cover = Cover::Encrypted;
            Progress::Finished
        }
        AUTH => Progress::Consumed(end),
        _ => Progress::Finished,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    #[test]
    fn tells_what_the_device_says_it_is() {
        let device = message(*b"CNXN", b"device::ro.product.name=tv;\0");
        let flow = Rehearsal::new(PROTOCOL, 5555)
            .client(&message(*b"CNXN", b"host::\0"))
            .server(&message(*b"AUTH", &[7; 20]))
            .server(&device[..30])
            .server(&device[30..]);
        assert_eq!(flow.lines(), ["sender adb.banner device::ro.product.name=tv;"]);
    }

    #[test]
    fn turns_to_tls() {
        let flow = Rehearsal::new(PROTOCOL, 5555).server(&message(*b"STLS", b""));
        assert_eq!(flow.cover(), Cover::Encrypted);
    }

    #[test]
    fn never_takes_a_header_with_a_wrong_check_word() {
        let mut wrong = message(*b"CNXN", b"device::");
        wrong[23] ^= 1;
        let flow = Rehearsal::new(PROTOCOL, 5555).server(&wrong);
        assert_eq!((flow.lines(), flow.ended(false)), (vec![], Some(Progress::Foreign)));
    }

    fn message(command: [u8; 4], payload: &[u8]) -> Vec<u8> {
        let length = u32::try_from(payload.len()).unwrap().to_le_bytes();
        let check = command.map(|byte| !byte);
        [&command[..], &[0; 8], &length, &[0; 4], &check, payload].concat()
    }
}
