//! POP3: what a mail server says it is, and logins for all to read.
//!
//! Wire format: [RFC 1939]; TLS within it: [RFC 2595].
//!
//! [RFC 1939]: https://www.rfc-editor.org/rfc/rfc1939
//! [RFC 2595]: https://www.rfc-editor.org/rfc/rfc2595

use evidence::fields;

use super::starttls::{self, Dialogue, Said, User};
use crate::protocol::{Cover, Notes, Opening, Progress, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "pop",
    cover: Cover::Clear,
    datagram_ports: &[],
    stream_ports: &[PORT],
    recognises: |opening: &Opening<'_>| {
        opening.in_stream && opening.port == PORT && DIALOGUE.greets(opening.bytes)
    },
    datagram: None,
    stream: Some(read),
};

const PORT: u16 = 110;

const DIALOGUE: Dialogue = Dialogue {
    banner: fields::POP_BANNER,
    login: fields::POP_LOGIN,
    greetings: &["+OK", "-ERR"],
    command: read_command,
};

fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Progress {
    DIALOGUE.read(bytes, notes)
}

fn read_command(line: &str, user: &mut User<'_>) -> Said {
    let (command, rest) = starttls::command(line);
    match command.as_str() {
        "USER" => {
            user.remember(rest);
            Said::Nothing
        }
        "PASS" => Said::Login(user.with_password(rest)),
        "APOP" => Said::Login("apop".into()),
        "AUTH" => starttls::mechanism(rest).map_or(Said::Nothing, |it| Said::Login(it.into())),
        _ => Said::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    #[test]
    fn tells_banner_and_login() {
        let flow = Rehearsal::new(PROTOCOL, PORT)
            .server(b"+OK ready\r\n")
            .client(b"USER me\r\nPASS abc\r\n");
        let expected = ["sender pop.banner +OK ready", "sender here pop.login user 2, password 3"];
        assert_eq!(flow.lines(), expected);
    }
}
