//! KNXnet/IP on port 3671: gateways between the network and a building's wired bus.
//!
//! ISO 22510 (EN 13321-2). Numbers are big-endian. A gateway answers searches and questions for its
//! description; that it does is noted, and the medium of the bus. The number of the installation and the
//! name given to the gateway are not.
//!
//! ```text
//! | 6 | version 16 or 32 (1) | service (2) | length of all (2) | endpoint (8, searches only) | block … |
//! | length (1) | 1 | medium (1) | …
//! ```

use evidence::fields;

use crate::protocol::{Cover, Malformed, Notes, Opening, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "knxnet",
    cover: Cover::Clear,
    datagram_ports: &[],
    stream_ports: &[],
    recognises: |opening: &Opening<'_>| {
        !opening.in_stream && opening.port == PORT && body(opening.bytes).is_some()
    },
    datagram: Some(read),
    stream: None,
};

const PORT: u16 = 3671;
const SEARCH_ANSWER: u16 = 0x0202;
const DESCRIPTION_ANSWER: u16 = 0x0204;
const LONG_SEARCH_ANSWER: u16 = 0x020c;
const ENDPOINT_BYTES: usize = 8;
const DEVICE_BLOCK: u8 = 1;

/// The service, and what follows the header; `None` if it is another layout.
fn body(bytes: &[u8]) -> Option<(u16, &[u8])> {
    let (&[size, version, service, kind, high, low], rest) = bytes.split_first_chunk::<6>()?;
    let length = usize::from(u16::from_be_bytes([high, low]));
    let fits = size == 6 && matches!(version, 0x10 | 0x20) && length == bytes.len();
    fits.then_some((u16::from_be_bytes([service, kind]), rest))
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of every datagram reader")]
fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Result<(), Malformed> {
    let Some((service, rest)) = body(bytes) else { return Ok(()) };
    let block = match service {
        SEARCH_ANSWER | LONG_SEARCH_ANSWER => rest.get(ENDPOINT_BYTES..),
        DESCRIPTION_ANSWER => Some(rest),
        _ => return Ok(()),
    };
    notes.sender(fields::LOCAL_PROTOCOL, PROTOCOL.name);
    if let Some(&[_, DEVICE_BLOCK, medium, ..]) = block {
        let medium = match medium {
            0x02 => "twisted pair",
            0x04 => "powerline",
            0x10 => "radio",
            0x20 => "network",
            _ => return Ok(()),
        };
        notes.sender(fields::LOCAL_TEXT, &format!("medium={medium}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    const FOUND: &str = "sender local.protocol knxnet";

    #[test]
    fn a_gateway_tells_its_medium_and_not_its_name() {
        let block = [&[54, 1, 2, 0, 0x11, 0][..], &[0; 18], b"the cellar"].concat();
        let search = [&[8, 1, 192, 0, 2, 1, 14, 87][..], &block].concat();
        let medium = "sender local.text medium=twisted pair";
        check("search answered", &message(0x0202, &search), &[FOUND, medium]);
        check("described", &message(0x0204, &block), &[FOUND, medium]);
        check("without a block", &message(0x0202, &[]), &[FOUND]);
        check("search", &message(0x0201, &[8, 1, 0, 0, 0, 0, 0, 0]), &[]);
        check("another length", &[message(0x0204, &block), vec![0]].concat(), &[]);
    }

    #[test]
    fn nothing_breaks_it() {
        Rehearsal::survives_damage(PROTOCOL, PORT, &message(0x0204, &[54, 1, 2, 0]));
    }

    fn message(service: u16, body: &[u8]) -> Vec<u8> {
        let length = u16::try_from(6 + body.len()).unwrap().to_be_bytes();
        [&[6, 0x10][..], &service.to_be_bytes(), &length, body].concat()
    }

    #[track_caller]
    fn check(name: &str, bytes: &[u8], lines: &[&str]) {
        let flow = Rehearsal::new(PROTOCOL, PORT).answered(bytes);
        assert_eq!(flow.lines(), lines, "{name}");
    }
}
