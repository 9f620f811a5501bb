//! LLMNR: names looked for and answered for on the link when DNS knows none.
//!
//! Wire format: [RFC 4795], section 2: DNS messages. Whoever answers for a name bears it; asked for the
//! name of its address, it gives that name.
//!
//! [RFC 4795]: https://www.rfc-editor.org/rfc/rfc4795

use evidence::fields;

use super::{
    dns_message::{Message, kinds},
    text::Text,
};
use crate::protocol::{Cover, Malformed, Notes, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "llmnr",
    cover: Cover::Clear,
    datagram_ports: &[PORT],
    stream_ports: &[],
    recognises: |_| false,
    datagram: Some(read),
    stream: None,
};

const PORT: u16 = 5355;

fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Result<(), Malformed> {
    let mut message = Message::new(bytes)?;
    let mut text = Text::new();
    if !message.is_response() {
        while let Some(question) = message.question()? {
            text.truncate(0);
            question.name.write(&mut text);
            notes.sender(fields::LLMNR_QUERY, &text.get());
        }
    } else if let Some(question) = message.question()?
        && let Some(record) = message.record()?.filter(|record| record.is_answer)
    {
        let name = if record.kind == kinds::PTR { record.target(0) } else { question.name };
        name.write(&mut text);
        notes.sender(fields::LLMNR_NAME, &text.get());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    const QUERY: &[u8] = b"\xab\xcd\0\0\0\x01\0\0\0\0\0\0\x07PRINTER\0\0\x01\0\x01";
    const ANSWER: &[u8] = b"\xab\xcd\x80\0\0\x01\0\x01\0\0\0\0\x07printer\0\0\x01\0\x01\
        \x07printer\0\0\x01\0\x01\0\0\0\x1e\0\x04\xc0\0\x02\x09";
    const REVERSE: &[u8] = b"\xab\xcd\x80\0\0\x01\0\x01\0\0\0\0\
        \x019\x012\x010\x03192\x07in-addr\x04arpa\0\0\x0c\0\x01\
        \xc0\x0c\0\x0c\0\x01\0\0\0\x1e\0\x09\x07PRINTER\0";
    const NOTHING: &[u8] = b"\xab\xcd\x80\0\0\x01\0\0\0\0\0\0\x07printer\0\0\x1c\0\x01";

    #[test]
    fn names_are_asked_for_and_answered_for() {
        check("asked", QUERY, &["sender llmnr.query printer"]);
        check("answered", ANSWER, &["sender llmnr.name printer"]);
        check("its address's name", REVERSE, &["sender llmnr.name printer"]);
        check("answered without a record", NOTHING, &[]);
    }

    #[test]
    fn damage_never_panics() {
        for sample in [QUERY, ANSWER, REVERSE, NOTHING] {
            Rehearsal::survives_damage(PROTOCOL, PORT, sample);
        }
    }

    #[track_caller]
    fn check(what: &str, message: &[u8], expected: &[&str]) {
        assert_eq!(Rehearsal::new(PROTOCOL, PORT).asked(message).lines(), expected, "{what}");
    }
}
