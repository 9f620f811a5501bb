//! NTP: who serves time.
//!
//! Wire format: [RFC 5905], section 7.3. A client's request says nothing about it, so only answers
//! are noted.
//!
//! [RFC 5905]: https://www.rfc-editor.org/rfc/rfc5905

use evidence::fields;

use super::text::Text;
use crate::protocol::{Cover, Malformed, Notes, Opening, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "ntp",
    cover: Cover::Clear,
    datagram_ports: &[PORT],
    stream_ports: &[],
    recognises: |opening: &Opening<'_>| {
        opening.port == PORT && !opening.in_stream && header(opening.bytes).is_ok()
    },
    datagram: Some(read),
    stream: None,
};

const PORT: u16 = 123;
const HEADER_BYTES: usize = 48;
const LAST_VERSION: u8 = 4;
const MODE_SERVER: u8 = 4;
/// Broadcast; what follows is control.
const LAST_MODE_OF_TIME: u8 = 5;
/// Unsynchronised.
const LAST_STRATUM: u8 = 16;

fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Result<(), Malformed> {
    let (version, mode) = header(bytes)?;
    if mode == MODE_SERVER {
        let mut says = Text::new();
        says.push(b"version ");
        says.push_number(version);
        notes.sender(fields::NTP_SERVES, &says.get());
    }
    Ok(())
}

/// Version and mode. Tunnels hide on this port too, so what cannot be NTP is told apart.
fn header(bytes: &[u8]) -> Result<(u8, u8), Malformed> {
    let (Some(&[first, stratum]), true) = (bytes.first_chunk(), bytes.len() >= HEADER_BYTES) else {
        let missing = HEADER_BYTES.saturating_sub(bytes.len());
        return Err(Malformed::Truncated { what: "NTP header", offset: 0, missing });
    };
    let (version, mode) = (first >> 3 & 0b111, first & 0b111);
    if !(1..=LAST_VERSION).contains(&version) {
        return Err(Malformed::Forbidden { what: "NTP version", value: version.into() });
    }
    if mode <= LAST_MODE_OF_TIME && stratum > LAST_STRATUM {
        return Err(Malformed::Forbidden { what: "NTP stratum", value: stratum.into() });
    }
    Ok((version, mode))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    #[test]
    fn who_answers_serves_time() {
        check("answer", [0x24, 2], &["sender ntp.serves version 4"], 0);
        check("question", [0x1b, 0], &[], 0);
    }

    #[test]
    fn other_bytes_on_the_port_are_none() {
        check("no such version", [0x44, 2], &[], 1);
        check("no such stratum", [0x24, 77], &[], 1);
    }

    #[track_caller]
    fn check(name: &str, start: [u8; 2], lines: &[&str], malformed: usize) {
        let message = [&start[..], &[7; HEADER_BYTES - 2]].concat();
        let flow = Rehearsal::new(PROTOCOL, PORT).answered(&message);
        assert_eq!((flow.lines().as_slice(), flow.malformed()), (lines, malformed), "{name}");
        let opening = Opening { bytes: &message, in_stream: false, port: PORT };
        assert_eq!((PROTOCOL.recognises)(&opening), malformed == 0, "{name}");
        Rehearsal::survives_damage(PROTOCOL, PORT, &message);
    }
}
