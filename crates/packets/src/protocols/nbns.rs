//! NetBIOS name service: the names hosts claim on the link, and the names they look for.
//!
//! Wire format: [RFC 1002], section 4.2: DNS messages whose names spell each half octet as a letter
//! (RFC 1001, section 14.1). A host's own names are those it registers or refreshes, those it answers
//! for with its own address, and those it lists when asked for its status. Group names (a workgroup)
//! are nobody's own.
//!
//! [RFC 1002]: https://www.rfc-editor.org/rfc/rfc1002

use std::net::IpAddr;

use evidence::fields;

use super::dns_message::{Message, Name, Record, kinds};
use crate::protocol::{Cover, Malformed, Notes, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "nbns",
    cover: Cover::Clear,
    datagram_ports: &[PORT],
    stream_ports: &[],
    recognises: |_| false,
    datagram: Some(read),
    stream: None,
};

const PORT: u16 = 137;

/// RFC 1002, section 4.2.1.1; 15 is the multi-homed registration that Microsoft added.
mod opcodes {
    pub(super) const QUERY: u16 = 0;
    pub(super) const REGISTRATION: u16 = 5;
    pub(super) const REFRESH: [u16; 2] = [8, 9];
    pub(super) const MULTIHOMED_REGISTRATION: u16 = 15;
}

/// The G bit of `NB_FLAGS` and `NAME_FLAGS`: the name is a group's.
const GROUP: u16 = 0x8000;

fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Result<(), Malformed> {
    let message = Message::new(bytes)?;
    match (message.opcode(), message.is_response()) {
        (opcodes::QUERY, false) => read_query(message, notes),
        (opcodes::QUERY, true) => read_answer(message, notes),
        (opcode, false) if claims(opcode) => read_claim(message, notes),
        _ => Ok(()),
    }
}

fn claims(opcode: u16) -> bool {
    [opcodes::REGISTRATION, opcodes::MULTIHOMED_REGISTRATION].contains(&opcode)
        || opcodes::REFRESH.contains(&opcode)
}

fn read_query(mut message: Message<'_>, notes: &mut Notes<'_>) -> Result<(), Malformed> {
    while let Some(question) = message.question()? {
        if let Some(name) = NetbiosName::of(question.name) {
            notes.sender(fields::NBNS_QUERY, &name.text());
        }
    }
    Ok(())
}

fn read_claim(mut message: Message<'_>, notes: &mut Notes<'_>) -> Result<(), Malformed> {
    while let Some(record) = message.record()? {
        if let Some((flags, _)) = address(&record)
            && flags & GROUP == 0
        {
            note_own(NetbiosName::of(record.name), notes);
        }
    }
    Ok(())
}

fn read_answer(mut message: Message<'_>, notes: &mut Notes<'_>) -> Result<(), Malformed> {
    if message.response_code() != 0 {
        return Ok(());
    }
    while let Some(record) = message.record()? {
        if let Some((flags, address)) = address(&record) {
            let own = notes.sender.is_none_or(|sender| sender == address);
            if own && flags & GROUP == 0 {
                note_own(NetbiosName::of(record.name), notes);
            }
        } else if record.kind == kinds::NBSTAT {
            note_status(record.data, notes);
        }
    }
    Ok(())
}

/// The flags and the first address of an NB record.
fn address(record: &Record<'_>) -> Option<(u16, IpAddr)> {
    let &[f0, f1, a, b, c, d] = record.data.first_chunk().filter(|_| record.kind == kinds::NB)?;
    Some((u16::from_be_bytes([f0, f1]), [a, b, c, d].into()))
}

/// A node status response (RFC 1002, section 4.2.18): a count, then names of 16 octets and flags.
fn note_status(data: &[u8], notes: &mut Notes<'_>) {
    const ENTRY_BYTES: usize = 18;
    let Some((&count, entries)) = data.split_first() else { return };
    for entry in entries.chunks_exact(ENTRY_BYTES).take(count.into()) {
        if let Some((name, &[f0, f1])) = entry
            .split_first_chunk::<16>()
            .and_then(|(name, flags)| Some((name, flags.first_chunk::<2>()?)))
            && u16::from_be_bytes([f0, f1]) & GROUP == 0
        {
            note_own(Some(NetbiosName(*name)), notes);
        }
    }
}

fn note_own(name: Option<NetbiosName>, notes: &mut Notes<'_>) {
    if let Some(name) = name.filter(|name| name.is_hosts()) {
        notes.sender(fields::NBNS_NAME, &name.text());
    }
}

/// A name of 15 characters and a suffix that says what service bears it.
#[derive(Clone, Copy)]
pub(super) struct NetbiosName(pub(super) [u8; 16]);

impl NetbiosName {
    fn of(name: Name<'_>) -> Option<Self> {
        Self::decoded(name.labels().next()?)
    }

    /// Undoes the first-level encoding: two letters from `A` to `P` an octet.
    pub(super) fn decoded(label: &[u8]) -> Option<Self> {
        let letters: &[u8; 32] = label.try_into().ok()?;
        let mut name = [0; 16];
        for (octet, pair) in name.iter_mut().zip(letters.chunks_exact(2)) {
            let &[high, low] = pair.first_chunk()?;
            let half = |letter: u8| letter.checked_sub(b'A').filter(|half| *half < 16);
            *octet = half(high)? << 4 | half(low)?;
        }
        Some(Self(name))
    }

    /// Whether the suffix is one that a computer bears its own name with: workstation, messenger or
    /// file server. Others name users and roles.
    pub(super) fn is_hosts(self) -> bool {
        let [.., suffix] = self.0;
        matches!(suffix, 0x00 | 0x03 | 0x20) && !self.0.starts_with(b"\x01\x02")
    }

    /// The name without its padding and suffix.
    pub(super) fn text(&self) -> std::borrow::Cow<'_, str> {
        let [name @ .., _suffix] = &self.0;
        let end = name.iter().rposition(|byte| !matches!(byte, b' ' | 0)).map_or(0, |at| at + 1);
        String::from_utf8_lossy(name.get(..end).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    /// `CAMERA`, padded, suffix 0x20.
    const NAME: &[u8] = b"\x20EDEBENEFFCEBCACACACACACACACACACA\0";

    #[test]
    fn a_host_looks_for_names_and_claims_its_own() {
        let question = [NAME, b"\0\x20\0\x01"].concat();
        let record = |flags: u8, last: u8| {
            [NAME, b"\0\x20\0\x01\0\0\0\0\0\x06", &[flags, 0, 192, 0, 2, last]].concat()
        };
        let query = [b"\0\x01\x01\x10\0\x01\0\0\0\0\0\0", &*question].concat();
        check("query", &query, &["sender nbns.query CAMERA"]);
        let claim = [b"\0\x01\x29\x10\0\x01\0\0\0\0\0\x01", &*question, &record(0, 10)].concat();
        check("registration", &claim, &["sender nbns.name CAMERA"]);
        let group = [b"\0\x01\x29\x10\0\x01\0\0\0\0\0\x01", &*question, &record(0x80, 10)].concat();
        check("registration of a group", &group, &[]);
        let own = [b"\0\x01\x85\0\0\0\0\x01\0\0\0\0", &*record(0, 10)].concat();
        check("answer with its own address", &own, &["sender nbns.name CAMERA"]);
        let others = [b"\0\x01\x85\0\0\0\0\x01\0\0\0\0", &*record(0, 77)].concat();
        check("answer for another", &others, &[]);
    }

    #[test]
    fn a_status_lists_a_hosts_own_names() {
        let names = b"\x03CAMERA         \0\x04\0HOME           \0\x84\0ADMIN          \x1f\x04\0";
        let head =
            [b"\0\x01\x84\0\0\0\0\x01\0\0\0\0", NAME, b"\0\x21\0\x01\0\0\0\0\0\x37"].concat();
        check("status", &[&*head, names].concat(), &["sender nbns.name CAMERA"]);
    }

    #[test]
    fn foreign_names_are_left_out() {
        check("not encoded", b"\0\x01\x01\x10\0\x01\0\0\0\0\0\0\x03abc\0\0\x20\0\x01", &[]);
    }

    #[track_caller]
    fn check(what: &str, message: &[u8], expected: &[&str]) {
        let read = Rehearsal::new(PROTOCOL, PORT).asked(message);
        assert_eq!(read.lines(), expected, "{what}");
        assert_eq!(read.malformed(), 0, "{what}");
        Rehearsal::survives_damage(PROTOCOL, PORT, message);
    }
}
