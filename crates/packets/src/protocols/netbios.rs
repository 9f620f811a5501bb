//! NetBIOS datagrams: who a host says it is when it announces itself to its workgroup.
//!
//! Wire formats: [RFC 1002], section 4.4 (datagram); [MS-BRWS], section 2.2.1 (host announcement, in
//! an SMB transaction to `\MAILSLOT\BROWSE`). Printers and storage boxes tell their model in the
//! comment.
//!
//! [RFC 1002]: https://www.rfc-editor.org/rfc/rfc1002
//! [MS-BRWS]: https://learn.microsoft.com/openspecs/windows_protocols/ms-brws/

use evidence::fields;

use super::nbns::NetbiosName;
use crate::protocol::{Cover, Malformed, Notes, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "netbios",
    cover: Cover::Clear,
    datagram_ports: &[PORT],
    stream_ports: &[],
    recognises: |_| false,
    datagram: Some(read),
    stream: None,
};

const PORT: u16 = 138;
const HEADER_BYTES: usize = 14;
/// A length octet, 32 letters and the root of the scope.
const NAME_BYTES: usize = 34;
/// Direct unique, direct group and broadcast datagrams.
const DATAGRAMS: std::ops::RangeInclusive<u8> = 0x10..=0x12;
const MAILSLOT: &[u8] = b"\\MAILSLOT\\BROWSE\0";

fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Result<(), Malformed> {
    let body = bytes.get(HEADER_BYTES..).unwrap_or_default();
    if !bytes.first().is_some_and(|kind| DATAGRAMS.contains(kind)) {
        return Ok(());
    }
    let Some((source, rest)) = body.split_at_checked(2 * NAME_BYTES) else {
        let missing = HEADER_BYTES + 2 * NAME_BYTES - bytes.len();
        return Err(Malformed::Truncated { what: "NetBIOS datagram names", offset: 0, missing });
    };
    if let Some(name) = source.get(1..33).and_then(NetbiosName::decoded)
        && name.is_hosts()
    {
        notes.sender(fields::NBNS_NAME, &name.text());
    }
    let mailslot = rest.windows(MAILSLOT.len()).position(|window| window == MAILSLOT);
    if let Some(announcement) = mailslot.and_then(|at| rest.get(at + MAILSLOT.len()..)) {
        read_announcement(announcement, notes);
    }
    Ok(())
}

/// A host's (1) or local master browser's (15) announcement: command, update count, period (4), name
/// (16), version (2), type (4), browser version (2), signature (2), comment up to its zero.
fn read_announcement(bytes: &[u8], notes: &mut Notes<'_>) {
    const COMMENT: usize = 32;
    let (Some(1 | 15), Some(comment)) = (bytes.first(), bytes.get(COMMENT..)) else { return };
    let end = comment.iter().position(|byte| *byte == 0).unwrap_or(comment.len());
    let comment = String::from_utf8_lossy(comment.get(..end).unwrap_or_default());
    if !comment.trim().is_empty() {
        notes.sender(fields::NETBIOS_COMMENT, comment.trim());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    #[test]
    fn a_host_announces_its_name_and_comment() {
        let name = b"\x20EDEBENEFFCEBCACACACACACACACACAAA\0";
        let smb = [b"\xffSMB\x25".as_slice(), &[0; 64], MAILSLOT].concat();
        let host =
            b"\x01\0\0\0\0\0CAMERA\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0Model 7\0".as_slice();
        let head = [b"\x11\0\0\0\0\0\0\0\0\0\0\0\0\0".as_slice(), name, name].concat();
        let whole = [&*head, &*smb, host].concat();
        check(
            "announcement",
            &whole,
            &["sender nbns.name CAMERA", "sender netbios.comment Model 7"],
        );
        check("other datagram", &[&*head, b"text"].concat(), &["sender nbns.name CAMERA"]);
    }

    #[track_caller]
    fn check(what: &str, message: &[u8], expected: &[&str]) {
        let read = Rehearsal::new(PROTOCOL, PORT).asked(message);
        assert_eq!(read.lines(), expected, "{what}");
        assert_eq!(read.malformed(), 0, "{what}");
        Rehearsal::survives_damage(PROTOCOL, PORT, message);
    }
}
