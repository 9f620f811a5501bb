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
    recognises: |opening: &Opening<'_>| opening.port == PORT && !opening.in_stream,
    datagram: Some(read),
    stream: None,
};

const PORT: u16 = 123;
const HEADER_BYTES: usize = 48;
const MODE_SERVER: u8 = 4;

fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Result<(), Malformed> {
    let (Some(first), true) = (bytes.first(), bytes.len() >= HEADER_BYTES) else {
        let missing = HEADER_BYTES.saturating_sub(bytes.len());
        return Err(Malformed::Truncated { what: "NTP header", offset: 0, missing });
    };
    if first & 0b111 == MODE_SERVER {
        let mut says = Text::new();
        says.push(b"version ");
        says.push_number(first >> 3 & 0b111);
        notes.sender(fields::NTP_SERVES, &says.get());
    }
    Ok(())
}
