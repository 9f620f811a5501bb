//! Handing a letter to a server: SMTP ([RFC 5321]) with STARTTLS ([RFC 3207]) and a login ([RFC 4954]).
//!
//! Never less safe than asked for: without STARTTLS where it is wanted nothing is sent, a password goes
//! over TLS only, and what a server said before TLS began counts for nothing after.
//!
//! [RFC 5321]: https://www.rfc-editor.org/rfc/rfc5321
//! [RFC 3207]: https://www.rfc-editor.org/rfc/rfc3207
//! [RFC 4954]: https://www.rfc-editor.org/rfc/rfc4954

use std::io::{Read as _, Write as _};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{Mail, Security};
use crate::{SendError, wire::Wire};

/// The longest answer that is read, in bytes; servers' greetings are far shorter.
const LONGEST: usize = 16 << 10;

/// Hands `letter` over.
pub(super) fn hand_over(mail: &Mail, letter: &str) -> Result<(), SendError> {
    let wire = Wire::dial(&mail.server, mail.port)?;
    let trusted = mail.trusted.as_deref();
    let wire = match mail.security {
        Security::Tls => wire.secure(&mail.server, trusted)?,
        Security::Starttls | Security::None => wire,
    };
    let mut talk = Talk::new(wire);
    talk.expect(220)?;
    let mut offers = talk.greet()?;
    if mail.security == Security::Starttls {
        if !offers.iter().any(|it| it == "STARTTLS") {
            return Err(SendError::setup(
                "the server offers no STARTTLS there; try security = \"tls\" with port 465",
            ));
        }
        talk.say("STARTTLS", 220)?;
        talk = talk.secured(mail)?;
        offers = talk.greet()?;
    }
    if let (Some(user), Some(password)) = (&mail.user, &mail.password) {
        talk.log_in(user, password.expose(), &offers)?;
    }
    talk.say(&format!("MAIL FROM:<{}>", mail.from), 250)?;
    for receiver in &mail.to {
        talk.say(&format!("RCPT TO:<{receiver}>"), 250)?;
    }
    talk.say("DATA", 354)?;
    // A line with a dot alone would end the letter (RFC 5321, section 4.5.2); base64 has none, the rest
    // of the letter is ours, and this holds whatever becomes of either.
    let stuffed = letter.replace("\r\n.", "\r\n..");
    talk.say(&format!("{stuffed}."), 250)?;
    // It was taken; how the server says goodbye changes nothing.
    let _ = talk.say("QUIT", 221);
    Ok(())
}

/// A conversation: a line there, an answer back.
struct Talk {
    wire: Wire,
    heard: Vec<u8>,
}

impl Talk {
    const fn new(wire: Wire) -> Self {
        Self { wire, heard: Vec::new() }
    }

    /// Says who we are, by our address (RFC 5321, section 4.1.3); what the server offers, in capitals.
    fn greet(&mut self) -> Result<Vec<String>, SendError> {
        let own = match self.wire.socket().local_addr()?.ip() {
            std::net::IpAddr::V4(own) => format!("[{own}]"),
            std::net::IpAddr::V6(own) => format!("[IPv6:{own}]"),
        };
        let offers = self.say(&format!("EHLO {own}"), 250)?;
        Ok(offers.iter().map(|line| line.to_ascii_uppercase()).collect())
    }

    /// The same conversation over TLS. What was said before is forgotten; a server that already said more
    /// than it should is not trusted.
    fn secured(self, mail: &Mail) -> Result<Self, SendError> {
        if !self.heard.is_empty() {
            return Err(SendError::setup("the server spoke out of turn before TLS began"));
        }
        Ok(Self::new(self.wire.secure(&mail.server, mail.trusted.as_deref())?))
    }

    fn log_in(&mut self, user: &str, password: &str, offers: &[String]) -> Result<(), SendError> {
        let offered = offers.iter().find_map(|it| it.strip_prefix("AUTH ")).unwrap_or_default();
        let knows = |word| offered.split(' ').any(|it| it == word);
        let done = if knows("PLAIN") {
            let said = STANDARD.encode(format!("\0{user}\0{password}"));
            self.say(&format!("AUTH PLAIN {said}"), 235)
        } else if knows("LOGIN") {
            self.say("AUTH LOGIN", 334)?;
            self.say(&STANDARD.encode(user), 334)?;
            self.say(&STANDARD.encode(password), 235)
        } else {
            return Err(SendError::setup("the server knows no login that this program knows"));
        };
        done.map(drop).map_err(|error| match error.blame {
            crate::Blame::Moment => error,
            _ => SendError::setup("the server does not take the user and password"),
        })
    }

    fn say(&mut self, line: &str, code: u16) -> Result<Vec<String>, SendError> {
        self.wire.write_all(line.as_bytes())?;
        self.wire.write_all(b"\r\n")?;
        self.wire.flush()?;
        self.expect(code)
    }

    /// The lines of an answer, without their code, if it is the one hoped for.
    fn expect(&mut self, code: u16) -> Result<Vec<String>, SendError> {
        let mut lines = Vec::new();
        let mut read = 0;
        loop {
            let line = self.line()?;
            read += line.len();
            let found = line.get(..3).and_then(|it| it.parse::<u16>().ok());
            let Some(found) = found.filter(|_| read <= LONGEST) else {
                return Err(SendError::moment("what answers there is no mail server"));
            };
            lines.push(line.get(4..).unwrap_or_default().to_owned());
            if line.as_bytes().get(3) == Some(&b'-') {
                continue;
            }
            return if found == code { Ok(lines) } else { Err(refused(found)) };
        }
    }

    fn line(&mut self) -> Result<String, SendError> {
        loop {
            if let Some(end) = self.heard.iter().position(|it| *it == b'\n') {
                let line: Vec<u8> = self.heard.drain(..=end).collect();
                return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
            if self.heard.len() > LONGEST {
                return Err(SendError::moment("what answers there is no mail server"));
            }
            let mut buffer = [0; 1024];
            let read = self.wire.read(&mut buffer)?;
            if read == 0 {
                return Err(SendError::moment("the server closed the connection"));
            }
            self.heard.extend_from_slice(buffer.get(..read).unwrap_or_default());
        }
    }
}

/// What a code other than the one hoped for says (RFC 5321, section 4.2.1).
fn refused(code: u16) -> SendError {
    match code {
        530 | 534 | 535 | 538 => {
            SendError::setup(format!("the server answered {code}: it wants another login"))
        }
        550 | 551 | 553 => SendError::setup(format!(
            "the server answered {code}: it does not take that sender or receiver"
        )),
        552 | 554 => {
            SendError::message(format!("the server answered {code}: it refuses the letter"))
        }
        500..=599 => SendError::setup(format!("the server answered {code}")),
        _ => SendError::moment(format!("the server answered {code}: it does not work now")),
    }
}
