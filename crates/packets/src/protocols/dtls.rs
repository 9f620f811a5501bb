//! DTLS: recognised as encrypted; nothing of it is read.
//!
//! Wire format: [RFC 6347], section 4.1, and [RFC 9147] for records in the clear.
//!
//! [RFC 6347]: https://www.rfc-editor.org/rfc/rfc6347
//! [RFC 9147]: https://www.rfc-editor.org/rfc/rfc9147

use super::cursor::Cursor;
use crate::protocol::{Cover, Opening, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "dtls",
    cover: Cover::Encrypted,
    datagram_ports: &[],
    stream_ports: &[],
    recognises: |opening: &Opening<'_>| !opening.in_stream && begins(opening.bytes).is_some(),
    datagram: Some(|_, _| Ok(())),
    stream: None,
};

/// Whether records fill the datagram.
pub(super) fn begins(bytes: &[u8]) -> Option<()> {
    /// DTLS 1.0, 1.2, and the one before standards that some VPNs speak.
    const VERSIONS: [u16; 3] = [0xfeff, 0xfefd, 0x0100];

    let mut rest = Cursor::new(bytes);
    while !rest.is_empty() {
        let (kind, version) = (rest.u8()?, rest.u16()?);
        let (_epoch, _sequence) = (rest.u16()?, rest.array::<6>()?);
        if !(20..=25).contains(&kind) || !VERSIONS.contains(&version) || rest.vector16()?.is_empty()
        {
            return None;
        }
    }
    (!bytes.is_empty()).then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_only_datagrams_full_of_records() {
        let record = b"\x16\xfe\xfd\0\0\0\0\0\0\0\x01\0\x02ab";
        for (bytes, expected) in [
            (&record[..], true),
            (&[&record[..], record].concat(), true),
            (&[&record[..], b"\x16"].concat(), false),
            (b"", false),
            (b"\x16\x03\x03\0\0\0\0\0\0\0\x01\0\x02ab", false),
        ] {
            assert_eq!(begins(bytes).is_some(), expected, "{bytes:02x?}");
        }
    }
}
