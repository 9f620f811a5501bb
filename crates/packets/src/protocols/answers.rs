//! The addresses that a kept DNS answer gives for names, for resolvers that keep whole answers.

use std::net::IpAddr;

use super::{
    dns_message::{Message, Name, kinds},
    text::Text,
};
use crate::protocol::Malformed;

/// Hands over every `name address` of the answer in `message`: for the name asked for and, where aliases
/// lead elsewhere, for the one that has the address.
pub(crate) fn each(message: &[u8], mut note: impl FnMut(&str)) -> Result<(), Malformed> {
    let mut message = Message::new(message)?;
    let asked = message.question()?.map(|question| question.name);
    while let Some(record) = message.record()?.filter(|record| record.is_answer) {
        let address = match record.kind {
            kinds::A => <[u8; 4]>::try_from(record.data).ok().map(IpAddr::from),
            kinds::AAAA => <[u8; 16]>::try_from(record.data).ok().map(IpAddr::from),
            _ => None,
        };
        let Some(address) = address else { continue };
        let owner = asked.is_none_or(|asked| !asked.is_at(record.name)).then_some(record.name);
        for name in asked.into_iter().chain(owner) {
            note(&line(name, address).get());
        }
    }
    Ok(())
}

fn line(name: Name<'_>, address: IpAddr) -> Text {
    let mut text = Text::new();
    name.write(&mut text);
    text.push(b" ");
    text.push_address(address);
    text
}
