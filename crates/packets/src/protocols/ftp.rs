//! FTP: what a server says it is, and logins for all to read.
//!
//! Wire format: [RFC 959]; TLS within it: [RFC 4217].
//!
//! [RFC 959]: https://www.rfc-editor.org/rfc/rfc959
//! [RFC 4217]: https://www.rfc-editor.org/rfc/rfc4217

use evidence::fields;

use super::starttls::{self, Dialogue, Said, User};
use crate::protocol::{Cover, Notes, Opening, Progress, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "ftp",
    cover: Cover::Clear,
    datagram_ports: &[],
    stream_ports: &[PORT],
    recognises: |opening: &Opening<'_>| {
        opening.in_stream && DIALOGUE.greets(opening.bytes) && {
            opening.port == PORT || opening.bytes.windows(3).any(|word| word == b"FTP")
        }
    },
    datagram: None,
    stream: Some(read),
};

const PORT: u16 = 21;

const DIALOGUE: Dialogue = Dialogue {
    banner: fields::FTP_BANNER,
    login: fields::FTP_LOGIN,
    greetings: &["220 ", "220-", "120 ", "421 ", "500 ", "530 "],
    command: read_command,
};

fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Progress {
    DIALOGUE.read(bytes, notes)
}

fn read_command(line: &str, user: &mut User<'_>) -> Said {
    match starttls::command(line) {
        (command, name) if command == "USER" => {
            // Everybody's name (RFC 1635) is no secret, and its password none either.
            if ["anonymous", "ftp"].contains(&name.to_ascii_lowercase().as_str()) {
                user.remember_everybody();
                return Said::Login("anonymous".into());
            }
            user.remember(name);
            Said::Nothing
        }
        (command, _) if command == "PASS" && user.was_everybody() => Said::Nothing,
        (command, password) if command == "PASS" => Said::Login(user.with_password(password)),
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
            .server(b"220 Camera FTP ready\r\n")
            .client(b"USER ad")
            .client(b"min\r\n")
            .server(b"331 Password?\r\n")
            .client(b"PASS 123456\r\nSTOR a.jpg\r\n");
        let expected = ["sender ftp.banner 220 Camera FTP ready", "sender here ftp.login user 5, password 6"];
        assert_eq!(flow.lines(), expected);
    }

    #[test]
    fn everybody_has_no_password() {
        let flow = Rehearsal::new(PROTOCOL, PORT)
            .server(b"220 x\r\n")
            .client(b"USER Anonymous\r\nPASS a@example.com\r\nUSER me\r\nPASS abc\r\n");
        let logins: Vec<_> =
            flow.lines().into_iter().filter(|line| line.contains("ftp.login")).collect();
        let expected = ["sender here ftp.login anonymous", "sender here ftp.login user 2, password 3"];
        assert_eq!(logins, expected);
    }

    #[test]
    fn turns_to_tls() {
        let flow = Rehearsal::new(PROTOCOL, PORT)
            .server(b"220 x\r\n")
            .client(b"AUTH TLS\r\n")
            .server(b"234 go\r\n")
            .client(&[22, 3, 1, 0, 4, 1, 0, 0, 0]);
        assert_eq!((flow.cover(), flow.malformed()), (Cover::Encrypted, 1));
    }
}
