//! E-mail: a plain letter, handed to the server that carries the user's mail ([RFC 6409]).
//!
//! The letter is ASCII whatever it says: encoded words in the subject, base64 in the body, so that no server
//! on the way has to know more. It says that a program wrote it ([RFC 3834]), which keeps absence notes away.
//!
//! [RFC 6409]: https://www.rfc-editor.org/rfc/rfc6409
//! [RFC 3834]: https://www.rfc-editor.org/rfc/rfc3834

mod smtp;

use std::path::PathBuf;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use evidence::Timestamp;
use serde::Deserialize;

use super::encoded;
use crate::{Message, Secret, SendError};

/// A server, and to whom it carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// The server's name.
    pub server: String,
    /// Its port.
    pub port: u16,
    /// How the way to it is kept from others' eyes.
    pub security: Security,
    /// Who logs in, where one must.
    pub user: Option<String>,
    /// With which password.
    pub password: Option<Secret>,
    /// The sender.
    pub from: String,
    /// The receivers; never empty.
    pub to: Vec<String>,
    /// Certificates to trust instead of the machine's.
    pub trusted: Option<PathBuf>,
}

/// How the way to the server is kept from others' eyes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Security {
    /// In the clear first, then TLS, or not at all (port 587).
    Starttls,
    /// TLS from the first byte (port 465).
    Tls,
    /// In the clear, without a login: for a server on this machine.
    None,
}

impl Mail {
    pub(super) fn send(&self, message: &Message) -> Result<(), SendError> {
        smtp::hand_over(self, &letter(self, message))
    }
}

/// The letter, with the ends of lines that mail has.
fn letter(mail: &Mail, message: &Message) -> String {
    let mut text = message.text.clone();
    if let Some(link) = &message.link {
        text = format!("{text}\n\n{link}");
    }
    text.push('\n');
    let body = STANDARD.encode(text.replace('\n', "\r\n"));
    let host = mail.from.rsplit('@').next().unwrap_or_default();
    let mut letter = [
        format!("From: Houseguest <{}>", mail.from),
        format!("To: {}", mail.to.join(",\r\n ")),
        format!("Subject: {}", encoded::words(&message.title, "\r\n ")),
        format!("Date: {}", date(message.at)),
        format!("Message-ID: <{}.{}.houseguest@{host}>", message.id, message.at.seconds()),
        "Auto-Submitted: auto-generated".to_owned(),
        "MIME-Version: 1.0".to_owned(),
        "Content-Type: text/plain; charset=utf-8".to_owned(),
        "Content-Transfer-Encoding: base64".to_owned(),
        String::new(),
    ]
    .join("\r\n");
    for line in body.as_bytes().chunks(76) {
        letter.push_str("\r\n");
        letter.push_str(std::str::from_utf8(line).unwrap_or_default());
    }
    letter.push_str("\r\n");
    letter
}

/// A moment as letters have it: `Sun, 22 Nov 2026 10:00:00 +0000` ([RFC 5322], section 3.3).
///
/// [RFC 5322]: https://www.rfc-editor.org/rfc/rfc5322
fn date(at: Timestamp) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    // The epoch was a Thursday.
    let day = usize::try_from(at.seconds() / 86_400 % 7).unwrap_or(0);
    let text = at.to_string();
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    let month = part(5, 7).parse().unwrap_or(1_usize).saturating_sub(1);
    format!(
        "{}, {} {} {} {} +0000",
        DAYS.get(day).unwrap_or(&"Thu"),
        part(8, 10),
        MONTHS.get(month).unwrap_or(&"Jan"),
        part(0, 4),
        part(11, 19),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Details, test_message};

    #[test]
    fn dates_are_written_as_letters_have_them() {
        for (seconds, written) in [
            (0, "Thu, 01 Jan 1970 00:00:00 +0000"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 +0000"),
            (1_795_341_600, "Sun, 22 Nov 2026 10:00:00 +0000"),
        ] {
            assert_eq!(date(Timestamp::from_parts(seconds, 0)), written);
        }
    }

    #[test]
    fn a_letter_is_ascii_and_no_line_is_long() {
        let mail = Mail {
            server: "mail.example".to_owned(),
            port: 587,
            security: Security::Starttls,
            user: None,
            password: None,
            from: "home@mail.example".to_owned(),
            to: vec!["a@mail.example".to_owned(), "b@mail.example".to_owned()],
            trusted: None,
        };
        let now = Timestamp::from_parts(1_795_341_600, 0);
        let mut message = test_message(Some("http://192.0.2.1:8420"), Details::Full, now);
        message.title = "Küche ".repeat(12);
        message.text = "ü\n.\nend".to_owned();
        let letter = letter(&mail, &message);
        assert!(letter.is_ascii());
        assert!(letter.split("\r\n").all(|line| line.len() <= 78 && !line.contains('\n')));
        let body = letter.split("\r\n\r\n").nth(1).unwrap().replace("\r\n", "");
        let text = String::from_utf8(STANDARD.decode(body).unwrap()).unwrap();
        assert_eq!(text, "ü\r\n.\r\nend\r\n\r\nhttp://192.0.2.1:8420/settings\r\n");
    }
}
