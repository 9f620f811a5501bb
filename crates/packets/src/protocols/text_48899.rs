//! A line of text on port 48899: how one maker's radio modules answer a search at home.
//!
//! The module's manual and client libraries document it: whoever sends the word that the module was set
//! to (nearly always the maker's own) is answered with address, number and model of the module, with
//! commas between. The model is noted.

use evidence::fields;

use super::text::readable;
use crate::protocol::{Cover, Malformed, Notes, Opening, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "text-48899",
    cover: Cover::Clear,
    datagram_ports: &[],
    stream_ports: &[],
    recognises: |opening: &Opening<'_>| {
        !opening.in_stream
            && opening.port == PORT
            && (is_search(opening.bytes) || model(opening.bytes).is_some())
    },
    datagram: Some(|bytes, notes| {
        read(bytes, notes);
        Ok::<(), Malformed>(())
    }),
    stream: None,
};

const PORT: u16 = 48899;
/// The longest answer read; our choice, several times what modules send.
const LONGEST: usize = 128;

/// Words in capitals with hyphens between.
fn is_search(bytes: &[u8]) -> bool {
    let word = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'-';
    (8..=32).contains(&bytes.len()) && bytes.iter().all(word)
}

/// `192.0.2.10,00005E005301,AB-1`: what is behind the second comma.
fn model(bytes: &[u8]) -> Option<&[u8]> {
    let mut parts = bytes.get(..bytes.len().min(LONGEST))?.split(|byte| *byte == b',');
    let (address, number, model) = (parts.next()?, parts.next()?, parts.next()?);
    let is_address = address.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
    let is_number = number.len() == 12 && number.iter().all(u8::is_ascii_hexdigit);
    let model = model.trim_ascii();
    (is_address && (7..=15).contains(&address.len()) && is_number && !model.is_empty())
        .then_some(model)
}

fn read(bytes: &[u8], notes: &mut Notes<'_>) {
    if let Some(model) = model(bytes) {
        notes.sender(fields::LOCAL_PROTOCOL, PROTOCOL.name);
        notes.sender(fields::LOCAL_PRODUCT, &format!("{} {}", PROTOCOL.name, readable(model)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    #[test]
    fn an_answer_names_the_model_and_not_the_module_s_number() {
        let told = ["sender local.protocol text-48899", "sender local.product text-48899 AB-1"];
        check("answer", b"192.0.2.10,00005E005301,AB-1", &told);
        check("answer with more", b"192.0.2.10,00005E005301,AB-1\r\n", &told);
        check("search", b"AB-C11SEARCHTHREAD", &[]);
        check("another text", b"192.0.2.10,room,AB-1", &[]);
        check("no model", b"192.0.2.10,00005E005301,", &[]);
    }

    #[test]
    fn nothing_breaks_it() {
        Rehearsal::survives_damage(PROTOCOL, PORT, b"192.0.2.10,00005E005301,AB-1");
    }

    #[track_caller]
    fn check(name: &str, bytes: &[u8], lines: &[&str]) {
        let flow = Rehearsal::new(PROTOCOL, PORT).answered(bytes);
        assert_eq!(flow.lines(), lines, "{name}");
    }
}
