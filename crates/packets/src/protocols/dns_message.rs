//! The message that DNS, mDNS, LLMNR and the NetBIOS name service share, borrowed from the packet.
//!
//! Wire format: [RFC 1035], section 4. Names stay where they are until someone asks for their text,
//! so a message that tells nothing costs a walk over its length bytes.
//!
//! **Invariants.** Reading ends: compression pointers must point backwards, a name has at most 255
//! octets, and a message at most [`MOST_RECORDS`] records are read of.
//!
//! [RFC 1035]: https://www.rfc-editor.org/rfc/rfc1035

use super::text::Text;
use crate::protocol::Malformed;

/// Questions and records read of one message, each. Our choice: far more than any resolver or
/// responder sends.
const MOST_RECORDS: u16 = 512;
/// RFC 1035, section 2.3.4.
const LONGEST_NAME: usize = 255;
/// What fits into the longest name; no more pointers than that make sense.
const MOST_LABELS: u8 = 127;
const HEADER_BYTES: usize = 12;

/// Record types, from the IANA registry; NB and NBSTAT from RFC 1002, section 4.2.1.3.
pub(super) mod kinds {
    pub(crate) const A: u16 = 1;
    pub(crate) const PTR: u16 = 12;
    pub(crate) const TXT: u16 = 16;
    pub(crate) const AAAA: u16 = 28;
    pub(crate) const NB: u16 = 32;
    pub(crate) const SRV: u16 = 33;
    /// The same number as SRV; only the NetBIOS name service uses it so.
    pub(crate) const NBSTAT: u16 = 33;
}

/// A message and how far it was read: questions first, then records.
#[derive(Clone, Debug)]
pub(super) struct Message<'a> {
    bytes: &'a [u8],
    offset: usize,
    flags: u16,
    questions: u16,
    answers: u16,
    others: u16,
}

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question<'a> {
    pub(super) name: Name<'a>,
}

/// A resource record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record<'a> {
    pub(super) name: Name<'a>,
    pub(super) kind: u16,
    /// Whether it stands in the answer section.
    pub(super) is_answer: bool,
    /// Its data, as sent.
    pub(super) data: &'a [u8],
    data_offset: usize,
}

/// A name, possibly compressed, where it stands in its message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name<'a> {
    message: &'a [u8],
    offset: usize,
}

impl<'a> Message<'a> {
    /// Reads the header.
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let Some(&[_, _, flags @ .., q0, q1, a0, a1, n0, n1, x0, x1]) =
            bytes.first_chunk::<HEADER_BYTES>()
        else {
            let missing = HEADER_BYTES.saturating_sub(bytes.len());
            return Err(Malformed::Truncated { what: "DNS header", offset: 0, missing });
        };
        let others = u16::from_be_bytes([n0, n1]).saturating_add(u16::from_be_bytes([x0, x1]));
        Ok(Self {
            bytes,
            offset: HEADER_BYTES,
            flags: u16::from_be_bytes(flags),
            questions: u16::from_be_bytes([q0, q1]).min(MOST_RECORDS),
            answers: u16::from_be_bytes([a0, a1]).min(MOST_RECORDS),
            others: others.min(MOST_RECORDS),
        })
    }

    pub(super) const fn is_response(&self) -> bool {
        self.flags & 0x8000 != 0
    }

    /// What kind of request it is or answers: 0 is a query.
    pub(super) const fn opcode(&self) -> u16 {
        self.flags >> 11 & 0xf
    }

    pub(super) const fn recursion_available(&self) -> bool {
        self.flags & 0x0080 != 0
    }

    /// 0 is "no error".
    pub(super) const fn response_code(&self) -> u16 {
        self.flags & 0xf
    }

    /// Questions not yet read.
    pub(super) const fn questions(&self) -> u16 {
        self.questions
    }

    /// The next question, or nothing after the last.
    pub(super) fn question(&mut self) -> Result<Option<Question<'a>>, Malformed> {
        let Some(left) = self.questions.checked_sub(1) else { return Ok(None) };
        let name = self.name()?;
        let _type_and_class: [u8; 4] = self.fixed("DNS question")?;
        self.questions = left;
        Ok(Some(Question { name }))
    }

    /// The next record, of whatever section, or nothing after the last. Passes over questions.
    pub(super) fn record(&mut self) -> Result<Option<Record<'a>>, Malformed> {
        while self.question()?.is_some() {}
        let is_answer = self.answers > 0;
        let left = if is_answer { &mut self.answers } else { &mut self.others };
        let Some(fewer) = left.checked_sub(1) else { return Ok(None) };
        *left = fewer;
        let name = self.name()?;
        let [k0, k1, _, _, _, _, _, _, l0, l1] = self.fixed("DNS record")?;
        let length = usize::from(u16::from_be_bytes([l0, l1]));
        let data_offset = self.offset;
        let rest = self.bytes.get(data_offset..).unwrap_or_default();
        let Some(data) = rest.get(..length) else {
            return Err(cut_short("DNS record data", data_offset, length - rest.len()));
        };
        self.offset += length;
        Ok(Some(Record { name, kind: u16::from_be_bytes([k0, k1]), is_answer, data, data_offset }))
    }

    /// Passes over a name: labels up to the root or a pointer.
    fn name(&mut self) -> Result<Name<'a>, Malformed> {
        let start = self.offset;
        let mut offset = start;
        loop {
            match self.bytes.get(offset) {
                None => return Err(cut_short("DNS name", start, 1)),
                Some(0) => offset += 1,
                Some(&length) if length >= POINTER => offset += 2,
                Some(&length) if length > LONGEST_LABEL => {
                    return Err(Malformed::Forbidden {
                        what: "DNS label length",
                        value: length.into(),
                    });
                }
                Some(&length) => {
                    offset += 1 + usize::from(length);
                    if offset - start <= LONGEST_NAME {
                        continue;
                    }
                    let value = (offset - start) as u64;
                    return Err(Malformed::Forbidden { what: "DNS name length", value });
                }
            }
            self.offset = offset;
            return Ok(Name { message: self.bytes, offset: start });
        }
    }

    fn fixed<const BYTES: usize>(&mut self, what: &'static str) -> Result<[u8; BYTES], Malformed> {
        let rest = self.bytes.get(self.offset..).unwrap_or_default();
        let Some(&bytes) = rest.first_chunk() else {
            return Err(cut_short(what, self.offset, BYTES - rest.len()));
        };
        self.offset += BYTES;
        Ok(bytes)
    }
}

const fn cut_short(what: &'static str, offset: usize, missing: usize) -> Malformed {
    Malformed::Truncated { what, offset, missing }
}

impl<'a> Record<'a> {
    /// The name that the record's data hold from byte `offset` on.
    pub(super) const fn target(&self, offset: usize) -> Name<'a> {
        Name { message: self.name.message, offset: self.data_offset + offset }
    }
}

const POINTER: u8 = 0b1100_0000;
const LONGEST_LABEL: u8 = 63;

impl<'a> Name<'a> {
    /// A name outside of any message, at the start of `bytes`.
    pub(super) const fn alone(bytes: &'a [u8]) -> Self {
        Self { message: bytes, offset: 0 }
    }

    /// Its labels, without the root. Ends early where the name is damaged.
    pub(super) const fn labels(self) -> Labels<'a> {
        Labels {
            message: self.message,
            offset: self.offset,
            before: usize::MAX,
            room: LONGEST_NAME,
            jumps: MOST_LABELS,
        }
    }

    /// Whether both stand at the same place, which spares comparing their texts.
    pub(super) fn is_at(self, other: Self) -> bool {
        self.resolved() == other.resolved()
    }

    fn resolved(self) -> usize {
        match self.message.get(self.offset..).unwrap_or_default() {
            [high, low, ..] if *high >= POINTER => pointed(*high, *low),
            _ => self.offset,
        }
    }

    /// Writes the name's labels as they are, with dots between them; nothing for the root.
    pub(super) fn write_as_sent(self, text: &mut Text) {
        for (position, label) in self.labels().enumerate() {
            if position > 0 {
                text.push(b".");
            }
            text.push(label);
        }
    }

    /// Writes the name in lower case, for DNS does not tell cases apart. A dot or backslash within
    /// a label is escaped, so that no name reads like another (RFC 1035, section 5.1).
    pub(super) fn write(self, text: &mut Text) {
        let start = text.len();
        for (position, label) in self.labels().enumerate() {
            if position > 0 {
                text.push(b".");
            }
            if label.iter().any(|byte| matches!(byte, b'.' | b'\\')) {
                for byte in label {
                    let escape: &[u8] = if matches!(byte, b'.' | b'\\') { b"\\" } else { b"" };
                    text.push(escape);
                    text.push(&[*byte]);
                }
            } else {
                text.push(label);
            }
        }
        if text.len() == start {
            text.push(b".");
        }
        text.fold(start);
    }
}

/// See [`Name::labels`].
pub(super) struct Labels<'a> {
    message: &'a [u8],
    offset: usize,
    /// A pointer must lead before this: to an earlier place than the last one led to.
    before: usize,
    /// Octets the name may still have.
    room: usize,
    /// Pointers it may still follow.
    jumps: u8,
}

impl<'a> Iterator for Labels<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        loop {
            let (&length, rest) = self.message.get(self.offset..)?.split_first()?;
            if length == 0 {
                return None;
            }
            if length >= POINTER {
                let target = pointed(length, *rest.first()?);
                if target >= self.before.min(self.offset) {
                    return None;
                }
                self.jumps = self.jumps.checked_sub(1)?;
                (self.offset, self.before) = (target, target);
                continue;
            }
            let label = rest.get(..usize::from(length)).filter(|_| length <= LONGEST_LABEL)?;
            self.room = self.room.checked_sub(label.len() + 1)?;
            self.offset += 1 + label.len();
            return Some(label);
        }
    }
}

fn pointed(high: u8, low: u8) -> usize {
    usize::from(u16::from_be_bytes([high & !POINTER, low]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_through_pointers() {
        check("plain", b"\x03TV1\x07example\0", 0, "tv1.example");
        check("root", b"\0", 0, ".");
        check("pointer", b"\x07example\0\x03www\xc0\x00", 9, "www.example");
        check("pointer to pointer", b"\x01c\0\x01b\xc0\x00\x01a\xc0\x03", 7, "a.b.c");
        check("dots within a label", b"\x05a.b\\c\0", 0, "a\\.b\\\\c");
        check("not UTF-8", b"\x02\xff\xfe\0", 0, "\u{fffd}\u{fffd}");
    }

    #[test]
    fn names_end_where_they_are_damaged() {
        check("points at itself", b"\xc0\x00", 0, ".");
        check("points ahead", b"\x01a\xc0\x04\x01b\0", 0, "a");
        check("points in a circle", b"\x01a\xc0\x00", 0, "a.a");
        check("cut in a label", b"\x05ab", 0, ".");
        check("cut in a pointer", b"\x01a\xc0", 0, "a");
        check("unknown label type", b"\x01a\x80", 0, "a");
    }

    #[track_caller]
    fn check(what: &str, message: &[u8], offset: usize, expected: &str) {
        let mut text = Text::new();
        Name { message, offset }.write(&mut text);
        assert_eq!(text.get(), expected, "{what}");
    }
}
