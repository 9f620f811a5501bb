//! SMTP: what a mail server says it is, and logins for all to read.
//!
//! Wire format: [RFC 5321]; logins: [RFC 4954]; TLS within it: [RFC 3207].
//!
//! [RFC 5321]: https://www.rfc-editor.org/rfc/rfc5321
//! [RFC 4954]: https://www.rfc-editor.org/rfc/rfc4954
//! [RFC 3207]: https://www.rfc-editor.org/rfc/rfc3207

use evidence::fields;

use super::starttls::{self, Dialogue, Said, User};
use crate::protocol::{Cover, Notes, Opening, Progress, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "smtp",
    cover: Cover::Clear,
    datagram_ports: &[],
    stream_ports: PORTS,
    recognises: |opening: &Opening<'_>| {
        opening.in_stream && DIALOGUE.greets(opening.bytes) && {
            PORTS.contains(&opening.port) || opening.bytes.windows(4).any(|word| word == b"SMTP")
        }
    },
    datagram: None,
    stream: Some(read),
};

const PORTS: &[u16] = &[25, 587, 2525];

const DIALOGUE: Dialogue = Dialogue {
    banner: fields::SMTP_BANNER,
    login: fields::SMTP_LOGIN,
    greetings: &["220 ", "220-", "554 ", "554-", "421 "],
    command: read_command,
};

fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Progress {
    DIALOGUE.read(bytes, notes)
}

fn read_command(line: &str, _user: &mut User<'_>) -> Said {
    match starttls::command(line) {
        (command, rest) if command == "AUTH" => {
            Said::Login(starttls::mechanism(rest).unwrap_or("other").into())
        }
        (command, _) if command == "DATA" || command == "BDAT" => Said::Contents,
        _ => Said::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    #[test]
    fn tells_the_mechanism_and_no_secret() {
        let flow = Rehearsal::new(PROTOCOL, 25)
            .server(b"220-mail.example ESMTP\r\n220 hello\r\n")
            .client(b"EHLO cam\r\nAUTH PLAIN AGEAYg==\r\nMAIL FROM:<a@mail.example>\r\nRCPT TO:<b@example.org>\r\nDATA\r\nx");
        assert_eq!(
            flow.lines(),
            [
                "sender smtp.banner 220-mail.example ESMTP",
                "sender here smtp.login PLAIN",
                "sender here clear.personal email, 13 bytes, in commands as to"
            ]
        );
        assert_eq!(flow.ended(true), Some(Progress::Finished));
    }
}
