//! Messages of protocol number 1024 on port 56700: how one maker's lamps and switches are controlled
//! at home.
//!
//! The maker publishes the layout. Numbers are little-endian. What lamps send is told by the type of
//! message, for programs may use the same port. Two of a lamp's messages are noted: the one with the
//! numbers of vendor and product, and the one with the version of its firmware.
//!
//! ```text
//! | size (2) | protocol, flags (2) | source (4) | target (8) | … (8) | … (8) | type (2) | 0 (2) | payload |
//! ```

use evidence::fields;

use crate::protocol::{Cover, Malformed, Notes, Opening, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "protocol-1024",
    cover: Cover::Clear,
    datagram_ports: &[],
    stream_ports: &[],
    recognises: |opening: &Opening<'_>| {
        !opening.in_stream && opening.port == PORT && Message::read(opening.bytes).is_some()
    },
    datagram: Some(|bytes, notes| {
        if let Some(message) = Message::read(bytes).filter(Message::is_of_lamp) {
            note(&message, notes);
        }
        Ok::<(), Malformed>(())
    }),
    stream: None,
};

const PORT: u16 = 56700;
const HEADER_BYTES: usize = 36;
const HOST_FIRMWARE: u16 = 15;
const VERSION: u16 = 33;
/// What lamps and switches send: they acknowledge, tell their state, echo, or do not know a message.
const OF_LAMPS: [u16; 28] = [
    3, 13, HOST_FIRMWARE, 17, 19, 22, 25, VERSION, 35, 45, 50, 53, 59, 107, 118, 121, 144, 147, 149,
    223, 503, 506, 509, 512, 702, 711, 720, 818,
];

struct Message<'a> {
    kind: u16,
    payload: &'a [u8],
}

impl<'a> Message<'a> {
    /// `None` if it has another layout.
    fn read(bytes: &'a [u8]) -> Option<Self> {
        /// The upper four bits are flags.
        const NUMBER: u16 = 0x0fff;

        let (header, payload) = bytes.split_first_chunk::<HEADER_BYTES>()?;
        let &[size_low, size_high, low, high, ..] = header;
        let &[.., kind_low, kind_high, _, _] = header;
        let size = usize::from(u16::from_le_bytes([size_low, size_high]));
        let number = u16::from_le_bytes([low, high]) & NUMBER;
        let kind = u16::from_le_bytes([kind_low, kind_high]);
        (size == bytes.len() && number == 1024).then_some(Self { kind, payload })
    }

    fn is_of_lamp(&self) -> bool {
        OF_LAMPS.contains(&self.kind)
    }
}

fn note(message: &Message<'_>, notes: &mut Notes<'_>) {
    notes.sender(fields::LOCAL_PROTOCOL, PROTOCOL.name);
    let name = PROTOCOL.name;
    match (message.kind, message.payload) {
        (VERSION, &[a, b, c, d, e, f, g, h, ..]) => {
            let vendor = u32::from_le_bytes([a, b, c, d]);
            let product = u32::from_le_bytes([e, f, g, h]);
            notes.sender(fields::LOCAL_PRODUCT, &format!("{name} {vendor} {product}"));
        }
        // The time it was built (8) and reserved bytes (8) come first.
        (HOST_FIRMWARE, &[.., minor_low, minor_high, major_low, major_high])
            if message.payload.len() == 20 =>
        {
            let minor = u16::from_le_bytes([minor_low, minor_high]);
            let major = u16::from_le_bytes([major_low, major_high]);
            notes.sender(fields::LOCAL_VERSION, &format!("{name} {major}.{minor}"));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    const PLATFORM: &str = "sender local.protocol protocol-1024";

    #[test]
    fn a_lamp_tells_the_numbers_of_its_product_and_firmware() {
        let product = [&1_u32.to_le_bytes()[..], &27_u32.to_le_bytes(), &[0; 4]].concat();
        let told_product = [PLATFORM, "sender local.product protocol-1024 1 27"];
        check("product", &message(VERSION, &product), false, &told_product);
        let firmware = [&[0; 16][..], &[77, 0, 2, 0]].concat();
        let told = [PLATFORM, "sender local.version protocol-1024 2.77"];
        check("firmware", &message(HOST_FIRMWARE, &firmware), false, &told);
        check("something else", &message(107, &[0; 52]), false, &[PLATFORM]);
        check("cut short", &message(VERSION, &[1, 0]), false, &[PLATFORM]);
        check("a question", &message(32, &[]), true, &[]);
        check("a question, as an answer comes", &message(32, &[]), false, &[]);
        check("an answer, as a question comes", &message(VERSION, &product), true, &told_product);
        check("another size", &[message(VERSION, &product), vec![0]].concat(), false, &[]);
    }

    #[test]
    fn nothing_breaks_it() {
        Rehearsal::survives_damage(PROTOCOL, PORT, &message(VERSION, &[1; 12]));
        Rehearsal::survives_damage(PROTOCOL, PORT, &message(HOST_FIRMWARE, &[1; 20]));
    }

    fn message(kind: u16, payload: &[u8]) -> Vec<u8> {
        let size = u16::try_from(HEADER_BYTES + payload.len()).unwrap().to_le_bytes();
        let kind = kind.to_le_bytes();
        [&size[..], &[0, 0x14], &[0; 28], &kind, &[0; 2], payload].concat()
    }

    #[track_caller]
    fn check(name: &str, bytes: &[u8], to_server: bool, lines: &[&str]) {
        let flow = Rehearsal::new(PROTOCOL, PORT);
        let flow = if to_server { flow.asked(bytes) } else { flow.answered(bytes) };
        assert_eq!(flow.lines(), lines, "{name}");
    }
}
