//! DNS: what names a host looks up, what addresses it is told, and who answers.
//!
//! Wire format: [RFC 1035]; over TCP each message follows its length in two octets (section 4.2.2).
//! The addresses of an answer belong to the name at the end of its aliases and to the name asked
//! for: later traffic shows only the address, and the name asked for is what the host wanted.
//!
//! [RFC 1035]: https://www.rfc-editor.org/rfc/rfc1035

use std::net::IpAddr;

use evidence::fields;

use super::{
    dns_message::{Message, Name, Record, kinds},
    text::Text,
};
use crate::protocol::{Cover, Malformed, Notes, Progress, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "dns",
    cover: Cover::Clear,
    datagram_ports: &[PORT],
    stream_ports: &[PORT],
    recognises: |_| false,
    datagram: Some(read),
    stream: Some(read_stream),
};

const PORT: u16 = 53;
const OPCODE_QUERY: u16 = 0;

fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Result<(), Malformed> {
    let message = Message::new(bytes)?;
    if !is_plausible(&message) {
        return Err(Malformed::Forbidden { what: "DNS header", value: message.opcode().into() });
    }
    if message.opcode() != OPCODE_QUERY {
        return Ok(());
    }
    if message.is_response() { read_response(message, notes) } else { read_query(message, notes) }
}

fn read_query(mut message: Message<'_>, notes: &mut Notes<'_>) -> Result<(), Malformed> {
    let mut text = Text::new();
    while let Some(question) = message.question()? {
        text.truncate(0);
        question.name.write(&mut text);
        notes.sender(fields::DNS_QUERY, &text.get());
    }
    Ok(())
}

fn read_response(mut message: Message<'_>, notes: &mut Notes<'_>) -> Result<(), Malformed> {
    let recursive = message.recursion_available();
    let asked = message.question()?.map(|question| question.name);
    notes.sender(fields::DNS_SERVES, if recursive { "recursive" } else { "not recursive" });
    let mut mapping = Mapping::new(asked);
    while let Some(record) = message.record()?.filter(|record| record.is_answer) {
        mapping.note(&record, notes);
    }
    Ok(())
}

/// Notes `name address` for the name asked for and for the one that has the address.
struct Mapping<'a> {
    asked: Option<Line<'a>>,
    owner: Option<Line<'a>>,
}

impl<'a> Mapping<'a> {
    fn new(asked: Option<Name<'a>>) -> Self {
        Self { asked: asked.map(Line::new), owner: None }
    }

    fn note(&mut self, record: &Record<'a>, notes: &mut Notes<'_>) {
        let Some(address) = address(record) else { return };
        if let Some(asked) = &mut self.asked {
            asked.note(address, notes);
            if asked.name.is_at(record.name) {
                return;
            }
        }
        if !self.owner.as_ref().is_some_and(|owner| owner.name.is_at(record.name)) {
            self.owner = Some(Line::new(record.name));
        }
        if let Some(owner) = &mut self.owner
            && self.asked.as_ref().is_none_or(|asked| asked.text() != owner.text())
        {
            owner.note(address, notes);
        }
    }
}

/// A name, written once for all its addresses, and room for the address behind it.
struct Line<'a> {
    name: Name<'a>,
    written: Text,
    name_length: usize,
}

impl<'a> Line<'a> {
    fn new(name: Name<'a>) -> Self {
        let mut written = Text::new();
        name.write(&mut written);
        let name_length = written.len();
        Self { name, written, name_length }
    }

    fn text(&self) -> &[u8] {
        self.written.bytes().get(..self.name_length).unwrap_or_default()
    }

    fn note(&mut self, address: IpAddr, notes: &mut Notes<'_>) {
        self.written.truncate(self.name_length);
        self.written.push(b" ");
        self.written.push_address(address);
        notes.receiver(fields::DNS_ANSWER, &self.written.get());
    }
}

/// The address an A or AAAA record holds.
fn address(record: &Record<'_>) -> Option<IpAddr> {
    match record.kind {
        kinds::A => <[u8; 4]>::try_from(record.data).ok().map(IpAddr::from),
        kinds::AAAA => <[u8; 16]>::try_from(record.data).ok().map(IpAddr::from),
        _ => None,
    }
}

fn read_stream(bytes: &[u8], notes: &mut Notes<'_>) -> Progress {
    let Some((length, rest)) = bytes.split_first_chunk::<2>() else { return Progress::More };
    let length = usize::from(u16::from_be_bytes(*length));
    match Message::new(rest.get(..length).unwrap_or(rest)) {
        Ok(message) if !is_plausible(&message) => return Progress::Foreign,
        Err(_) if rest.len() >= length => return Progress::Foreign,
        _ => {}
    }
    let Some(message) = rest.get(..length) else { return Progress::More };
    if read(message, notes).is_err() {
        notes.malformed(PROTOCOL.name);
    }
    Progress::Consumed(length + 2)
}

/// Whether a message can be DNS: a request kind that exists, few questions.
fn is_plausible(message: &Message<'_>) -> bool {
    const LAST_OPCODE: u16 = 6;
    const MOST_QUESTIONS: u16 = 16;
    message.opcode() <= LAST_OPCODE && message.questions() <= MOST_QUESTIONS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    const QUERY: &[u8] = b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x06Camera\x07example\0\0\x01\0\x01";
    const ANSWER: &[u8] =
        b"\x12\x34\x81\x80\0\x01\0\x03\0\0\0\0\x06camera\x07example\0\0\x01\0\x01\
        \xc0\x0c\0\x05\0\x01\0\0\0\x3c\0\x06\x03cdn\xc0\x13\
        \xc0\x2c\0\x01\0\x01\0\0\0\x3c\0\x04\xc0\0\x02\x07\
        \xc0\x2c\0\x1c\0\x01\0\0\0\x3c\0\x10\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07";
    const DIRECT: &[u8] = b"\x12\x34\x84\0\0\x01\0\x01\0\0\0\x01\x03hub\x07example\0\0\x01\0\x01\
        \xc0\x0c\0\x01\0\x01\0\0\0\x3c\0\x04\xc0\0\x02\x09\
        \xc0\x10\0\x01\0\x01\0\0\0\x3c\0\x04\xc0\0\x02\x0a";
    const UNASKED: &[u8] =
        b"\x12\x34\x80\0\0\0\0\x01\0\0\0\0\x03hub\x07example\0\0\x01\0\x01\0\0\0\
        \x3c\0\x04\xc0\0\x02\x09";

    #[test]
    fn a_query_says_what_its_sender_looks_up() {
        check("in lower case", QUERY, &["sender dns.query camera.example"]);
        check("an update", b"\0\0\x28\0\0\x01\0\0\0\0\0\0\x03lan\0\0\x06\0\x01", &[]);
    }

    #[test]
    fn an_answer_maps_the_name_asked_for_and_its_alias() {
        check(
            "with an alias",
            ANSWER,
            &[
                "sender dns.serves recursive",
                "receiver dns.answer camera.example 192.0.2.7",
                "receiver dns.answer cdn.example 192.0.2.7",
                "receiver dns.answer camera.example 2001:db8::7",
                "receiver dns.answer cdn.example 2001:db8::7",
            ],
        );
        check(
            "not the additional section",
            DIRECT,
            &["sender dns.serves not recursive", "receiver dns.answer hub.example 192.0.2.9"],
        );
        check(
            "without its question",
            UNASKED,
            &["sender dns.serves not recursive", "receiver dns.answer hub.example 192.0.2.9"],
        );
    }

    #[test]
    fn other_bytes_on_the_port_are_none() {
        for byte in [0xb7, 0x07] {
            assert_eq!(Rehearsal::new(PROTOCOL, PORT).asked(&[byte; 200]).malformed(), 1);
        }
    }

    #[test]
    fn what_precedes_damage_is_kept() {
        let cut = Rehearsal::new(PROTOCOL, PORT).answered(&ANSWER[..ANSWER.len() - 1]);
        assert_eq!(cut.lines().len(), 3);
        assert_eq!(cut.malformed(), 1);
    }

    #[test]
    fn messages_in_a_stream_follow_their_length() {
        let framed = [b"\0\x20".as_slice(), QUERY, b"\0\x20", QUERY].concat();
        let (first, second) = framed.split_at(20);
        let read = Rehearsal::new(PROTOCOL, PORT).client(first).client(second);
        assert_eq!(read.lines(), ["sender dns.query camera.example"; 2]);
        let foreign =
            Rehearsal::new(PROTOCOL, PORT).client(b"GET / HTTP/1.1\r\nHost: hub.example\r\n");
        assert_eq!(foreign.ended(true), Some(Progress::Foreign));
    }

    #[test]
    fn damage_never_panics() {
        for sample in [QUERY, ANSWER, DIRECT, UNASKED] {
            Rehearsal::survives_damage(PROTOCOL, PORT, sample);
        }
    }

    #[track_caller]
    fn check(what: &str, message: &[u8], expected: &[&str]) {
        let read = Rehearsal::new(PROTOCOL, PORT).asked(message);
        assert_eq!(read.lines(), expected, "{what}");
        assert_eq!(read.malformed(), 0, "{what}");
    }
}
