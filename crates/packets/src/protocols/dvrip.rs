//! DVRIP, the control protocol of many cameras and recorders: which commands go over it.
//!
//! There is no public standard. The layout is as described by the [analysis of DVRIP] and the crate
//! [dvrip-rs]: 20 bytes of header, numbers little-endian, then JSON or pictures. Only the number of
//! each message is noted; logins and settings are in the clear behind it.
//!
//! ```text
//! | 0xff | 0 asks, 1 answers | 2 reserved | session (4) | sequence (4) | packets (1) | packet (1) |
//! | message (2) | length (4) |
//! ```
//!
//! [analysis of DVRIP]: https://github.com/KostasEreksonas/DVRIP_analysis
//! [dvrip-rs]: https://docs.rs/dvrip-rs

use evidence::fields;

use crate::protocol::{Cover, Notes, Opening, Progress, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "dvrip",
    cover: Cover::Clear,
    datagram_ports: &[],
    stream_ports: &[34567],
    recognises: |opening: &Opening<'_>| {
        opening.in_stream && Header::read(opening.bytes).is_some_and(|it| it.is_likely(opening))
    },
    datagram: None,
    stream: Some(read),
};

const HEADER_BYTES: usize = 20;
/// Messages read of each direction before pictures fill it; our choice.
const MOST_MESSAGES: u64 = 64;

struct Header {
    message: u16,
    payload_bytes: usize,
}

impl Header {
    /// `None` if there is no whole header or it has another layout.
    fn read(bytes: &[u8]) -> Option<Self> {
        /// Messages are numbered from 1000, pictures and alarms included.
        const MESSAGES: std::ops::Range<u16> = 1000..4000;
        const LONGEST: usize = 1 << 20;

        let &[
            0xff, 0 | 1, _, _, _, _, _, _, _, _, _, _, _, _, low, high, a, b, c, d,
        ] = bytes.first_chunk::<HEADER_BYTES>()?
        else {
            return None;
        };
        let message = u16::from_le_bytes([low, high]);
        let payload_bytes = usize::try_from(u32::from_le_bytes([a, b, c, d])).ok()?;
        let fits = MESSAGES.contains(&message) && payload_bytes <= LONGEST;
        fits.then_some(Self { message, payload_bytes })
    }

    /// Whether a first message is one that opens: reserved bytes are empty and JSON follows.
    fn is_likely(&self, opening: &Opening<'_>) -> bool {
        let reserved = opening.bytes.get(2..4).unwrap_or_default();
        let json = opening.bytes.get(HEADER_BYTES).is_none_or(|&first| first == b'{');
        reserved == [0, 0] && json && self.payload_bytes < 1 << 16
    }
}

fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Progress {
    // In the flow's memory: for each direction messages (8 bits), then bytes to skip (24).
    let at = if notes.to_server { 32 } else { 0 };
    let mine = *notes.memory >> at & 0xffff_ffff;
    let (messages, skip) = (mine & 0xff, mine >> 8);
    let (progress, messages, skip) = if skip > 0 {
        let count = bytes.len().min(usize::try_from(skip).unwrap_or(usize::MAX));
        (Progress::Consumed(count), messages, skip - count as u64)
    } else if bytes.len() < HEADER_BYTES {
        (Progress::More, messages, 0)
    } else if let Some(header) = Header::read(bytes) {
        note(&header, notes);
        (Progress::Consumed(HEADER_BYTES), messages + 1, header.payload_bytes as u64)
    } else if messages == 0 {
        (Progress::Foreign, 0, 0)
    } else {
        notes.malformed(PROTOCOL.name);
        (Progress::Finished, messages, 0)
    };
    *notes.memory = *notes.memory & !(0xffff_ffff << at) | (messages | skip << 8) << at;
    if messages >= MOST_MESSAGES { Progress::Finished } else { progress }
}

/// The commands are the service's, whichever way they go.
fn note(header: &Header, notes: &mut Notes<'_>) {
    let number = header.message.to_string();
    if notes.to_server {
        notes.receiver_here(fields::DVRIP_COMMAND, &number);
    } else {
        notes.sender_here(fields::DVRIP_COMMAND, &number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    #[test]
    fn tells_the_numbers_of_messages() {
        let asked = [message(0, 1000, b"{ \"PassWord\" : \"tlJwpbo6\" }"), message(0, 1020, b"")];
        let asked = asked.concat();
        for step in [asked.len(), 1] {
            let mut flow = Rehearsal::new(PROTOCOL, 34567);
            for piece in asked.chunks(step) {
                flow = flow.client(piece);
            }
            flow = flow.server(&message(1, 1001, b"{}"));
            assert_eq!(
                flow.lines(),
                [
                    "receiver here dvrip.command 1000",
                    "receiver here dvrip.command 1020",
                    "sender here dvrip.command 1001",
                ]
            );
        }
    }

    #[test]
    fn leaves_telnet_and_noise_alone() {
        let takes =
            |bytes: &[u8]| (PROTOCOL.recognises)(&Opening { bytes, in_stream: true, port: 9 });
        assert!(takes(&message(0, 1000, b"{}")));
        assert!(!takes(&message(0, 1000, b"xx")));
        assert!(!takes(b"\xff\xfd\x01\xff\xfb\x03\xff\xfb\x03\xff\xfb\x03\xff\xfb\x03\0\0\0\0\0"));
        assert!(!takes(&[0xff; 30]));
    }

    fn message(kind: u8, number: u16, payload: &[u8]) -> Vec<u8> {
        let length = u32::try_from(payload.len()).unwrap().to_le_bytes();
        [&[0xff, kind, 0, 0][..], &[0; 10], &number.to_le_bytes(), &length, payload].concat()
    }
}
