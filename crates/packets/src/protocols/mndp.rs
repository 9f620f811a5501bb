//! MNDP: how routers and switches of one system tell their neighbours what they are.
//!
//! There is no public standard; Wireshark's `packet-mndp.c` has the layout. Numbers are big-endian. A
//! question is four bytes of zero. The board, the platform and the version are noted; the name the
//! household gave the router and its licence's number are not.
//!
//! ```text
//! | header (2) | sequence (2) | type (2) | length (2) | value | type … |
//! ```

use evidence::fields;

use super::{cursor::Cursor, text::readable};
use crate::protocol::{Cover, Malformed, Notes, Opening, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "mndp",
    cover: Cover::Clear,
    datagram_ports: &[],
    stream_ports: &[],
    recognises: |opening: &Opening<'_>| {
        !opening.in_stream
            && opening.port == PORT
            && (opening.bytes == [0; HEADER_BYTES] || announces(opening.bytes))
    },
    datagram: Some(read),
    stream: None,
};

const PORT: u16 = 5678;
const HEADER_BYTES: usize = 4;
/// Type 1, six bytes: every announcement begins with the hardware address.
const FIRST: [u8; 4] = [0, 1, 0, 6];
const VERSION: u16 = 7;
const PLATFORM: u16 = 8;
const BOARD: u16 = 12;
/// Values read of one announcement; our choice, several times what routers send.
const MOST_VALUES: usize = 64;

fn announces(bytes: &[u8]) -> bool {
    bytes.get(HEADER_BYTES..).is_some_and(|rest| rest.starts_with(&FIRST))
}

fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Result<(), Malformed> {
    if !announces(bytes) {
        return Ok(());
    }
    notes.sender(fields::LOCAL_PROTOCOL, PROTOCOL.name);
    let mut cursor = Cursor::new(bytes.get(HEADER_BYTES..).unwrap_or_default());
    for _ in 0..MOST_VALUES {
        let offset = bytes.len() - cursor.rest().len();
        let Some(kind) = cursor.u16() else { break };
        let Some(value) = cursor.vector16() else {
            return Err(Malformed::Truncated { what: "MNDP value", offset, missing: 1 });
        };
        let value = readable(value);
        match kind {
            BOARD => notes.sender(fields::LOCAL_PRODUCT, &format!("{} {value}", PROTOCOL.name)),
            VERSION => notes.sender(fields::LOCAL_VERSION, &format!("{} {value}", PROTOCOL.name)),
            PLATFORM => notes.sender(fields::LOCAL_TEXT, &format!("platform={value}")),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    #[test]
    fn an_announcement_tells_board_and_version_and_not_the_router_s_name() {
        let told = [
            "sender local.protocol mndp",
            "sender local.version mndp 6.48.1 (stable)",
            "sender local.text platform=Example",
            "sender local.product mndp AB760",
        ];
        check("announcement", &announcement(), &told);
        check("question", &[0; 4], &[]);
        check("something else", &[0, 0, 0, 1, 0, 9, 0, 0], &[]);
    }

    #[test]
    fn a_value_cut_short_is_malformed() {
        let whole = announcement();
        let flow = Rehearsal::new(PROTOCOL, PORT).asked(&whole[..whole.len() - 1]);
        assert_eq!(flow.malformed(), 1);
    }

    #[test]
    fn nothing_breaks_it() {
        Rehearsal::survives_damage(PROTOCOL, PORT, &announcement());
    }

    fn announcement() -> Vec<u8> {
        let values: [(u8, &[u8]); 5] = [
            (1, &[0, 0, 0x5e, 0, 0x53, 1]),
            (5, b"the hallway"),
            (7, b"6.48.1 (stable)"),
            (8, b"Example"),
            (12, b"AB760"),
        ];
        let mut bytes = vec![0, 0, 0, 7];
        for (kind, value) in values {
            bytes.extend([0, kind, 0, u8::try_from(value.len()).unwrap()]);
            bytes.extend(value);
        }
        bytes
    }

    #[track_caller]
    fn check(name: &str, bytes: &[u8], lines: &[&str]) {
        let flow = Rehearsal::new(PROTOCOL, PORT).asked(bytes);
        assert_eq!(flow.lines(), lines, "{name}");
    }
}
