//! IMAP: what a mail server says it is, and logins for all to read.
//!
//! Wire format: [RFC 9051].
//!
//! [RFC 9051]: https://www.rfc-editor.org/rfc/rfc9051

use evidence::fields;

use super::starttls::{self, Dialogue, Said, User};
use crate::protocol::{Cover, Notes, Opening, Progress, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "imap",
    cover: Cover::Clear,
    datagram_ports: &[],
    stream_ports: &[143],
    recognises: |opening: &Opening<'_>| opening.in_stream && DIALOGUE.greets(opening.bytes),
    datagram: None,
    stream: Some(read),
};

const DIALOGUE: Dialogue = Dialogue {
    banner: fields::IMAP_BANNER,
    login: fields::IMAP_LOGIN,
    greetings: &["* OK", "* PREAUTH", "* BYE"],
    command: read_command,
};

fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Progress {
    DIALOGUE.read(bytes, notes)
}

fn read_command(line: &str, user: &mut User<'_>) -> Said {
    let (_tag, rest) = line.split_once(' ').unwrap_or_default();
    let (command, rest) = starttls::command(rest);
    match command.as_str() {
        "LOGIN" => {
            let (name, password) = two_words(rest);
            user.remember(name);
            Said::Login(user.with_password(password))
        }
        "AUTHENTICATE" => Said::Login(starttls::mechanism(rest).unwrap_or("other").into()),
        "APPEND" => Said::Contents,
        _ => Said::Nothing,
    }
}

/// Two words, each perhaps in quotes.
fn two_words(text: &str) -> (&str, &str) {
    let (first, second) = text
        .strip_prefix('"')
        .and_then(|inside| inside.split_once('"'))
        .or_else(|| text.split_once(' '))
        .unwrap_or((text, ""));
    (first, second.trim().trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    #[test]
    fn tells_banner_and_login() {
        let flow = Rehearsal::new(PROTOCOL, 143)
            .server(b"* OK ready\r\n")
            .client(b"a1 CAPABILITY\r\na2 LOGIN \"some one\" \"pass word\"\r\n")
            .client(b"a3 login me abc\r\na4 AUTHENTICATE PLAIN\r\n");
        assert_eq!(
            flow.lines(),
            [
                "sender imap.banner * OK ready",
                "sender here imap.login user 8, password 9",
                "sender here imap.login user 2, password 3",
                "sender here imap.login PLAIN",
            ]
        );
    }
}
