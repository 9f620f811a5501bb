//! Protocols of lines that may turn to TLS on the way: mail and file transfer.
//!
//! Each names its words; the rest is alike. What a line says beyond its command is
//! not kept, but that it names somebody is told.

use evidence::{Field, fields};

use super::{personal, tls};
use crate::protocol::{Cover, Notes, Progress};

/// Longer lines end the reading. RFC 5321 allows 512 bytes, extensions some KiB; our choice.
const LONGEST_LINE: usize = 4096;

/// Set in the flow's memory once TLS has begun; TLS itself uses the low bits.
const IN_TLS: u64 = 1 << 63;
/// Set once the server's greeting is noted.
const GREETED: u64 = 1 << 62;
/// Set once the client has named a user that is everybody.
const EVERYBODY: u64 = 1 << 61;
/// The low byte counts lines of the client, the next holds the length of the user's name, with one
/// added.
const LINES: u64 = 0xff;
const USER_AT: u32 = 8;
const LONGEST_USER: u64 = 0xfe;

/// What differs between them.
pub(super) struct Dialogue {
    /// The server's first line.
    pub(super) banner: Field,
    /// Where logins are noted.
    pub(super) login: Field,
    /// What a server's first line starts with.
    pub(super) greetings: &'static [&'static str],
    /// Reads a client's line; returns the login it completes.
    pub(super) command: fn(&str, &mut User<'_>) -> Said,
}

/// What a client's line means.
pub(super) enum Said {
    /// Nothing of interest.
    Nothing,
    /// A login, described.
    Login(String),
    /// Contents follow: nothing further is of interest.
    Contents,
}

/// The length of the user's name, remembered between two lines.
pub(super) struct User<'a>(&'a mut u64);

impl User<'_> {
    pub(super) fn remember(&mut self, name: &str) {
        let length = (name.len() as u64).min(LONGEST_USER) + 1;
        *self.0 = *self.0 & !(0xff << USER_AT | EVERYBODY) | length << USER_AT;
    }

    /// Remembers a user who has no secret.
    pub(super) const fn remember_everybody(&mut self) {
        *self.0 |= EVERYBODY;
    }

    /// Whether the user named last has no secret.
    pub(super) const fn was_everybody(&self) -> bool {
        *self.0 & EVERYBODY != 0
    }

    /// `user 5, password 8`, or without the user where none was named.
    pub(super) fn with_password(&self, password: &str) -> String {
        match *self.0 >> USER_AT & 0xff {
            0 => format!("password {}", password.len()),
            length => format!("user {}, password {}", length - 1, password.len()),
        }
    }
}

impl Dialogue {
    /// Whether a first line of a server is this protocol's.
    pub(super) fn greets(&self, bytes: &[u8]) -> bool {
        self.greetings.iter().any(|greeting| bytes.starts_with(greeting.as_bytes()))
    }

    /// Reads one line.
    pub(super) fn read(&self, bytes: &[u8], notes: &mut Notes<'_>) -> Progress {
        if *notes.memory & IN_TLS == 0 && bytes.starts_with(&[22, 3]) {
            *notes.memory = IN_TLS;
            *notes.cover = Cover::Encrypted;
        }
        if *notes.memory & IN_TLS != 0 {
            return tls::read(bytes, notes);
        }
        let Some(end) = bytes.iter().position(|&byte| byte == b'\n') else {
            return if bytes.len() > LONGEST_LINE { Progress::Finished } else { Progress::More };
        };
        let line = bytes.get(..end).unwrap_or_default().trim_ascii_end();
        let read = if notes.to_server {
            self.read_command(line, notes)
        } else {
            self.read_reply(line, notes)
        };
        read.unwrap_or(Progress::Consumed(end + 1))
    }

    fn read_reply(&self, line: &[u8], notes: &mut Notes<'_>) -> Option<Progress> {
        if *notes.memory & GREETED != 0 {
            return None;
        }
        *notes.memory |= GREETED;
        if !self.greets(line) {
            return Some(Progress::Foreign);
        }
        notes.sender(self.banner, &String::from_utf8_lossy(line));
        None
    }

    fn read_command(&self, line: &[u8], notes: &mut Notes<'_>) -> Option<Progress> {
        let is_text = |byte: &u8| !byte.is_ascii_control() || *byte == b'\t';
        let first = *notes.memory & LINES == 0;
        if !line.iter().all(is_text) {
            return Some(if first { Progress::Foreign } else { Progress::Finished });
        }
        if *notes.memory & LINES == LINES {
            return Some(Progress::Finished);
        }
        *notes.memory += 1;
        personal::look(line, "commands", &mut |found| {
            notes.sender_here(fields::CLEAR_PERSONAL, found);
        });
        match (self.command)(&String::from_utf8_lossy(line), &mut User(notes.memory)) {
            Said::Nothing => None,
            Said::Login(login) => {
                notes.sender_here(self.login, &login);
                None
            }
            Said::Contents => Some(Progress::Finished),
        }
    }
}

/// A line's command in capitals, and the rest.
pub(super) fn command(line: &str) -> (String, &str) {
    let (command, rest) = line.split_once(' ').unwrap_or((line, ""));
    (command.to_ascii_uppercase(), rest.trim())
}

/// The name of a mechanism of [SASL](https://www.iana.org/assignments/sasl-mechanisms), if it is one:
/// anything else might be a secret.
pub(super) fn mechanism(rest: &str) -> Option<&'static str> {
    const MECHANISMS: [&str; 10] = [
        "PLAIN",
        "LOGIN",
        "CRAM-MD5",
        "DIGEST-MD5",
        "NTLM",
        "XOAUTH2",
        "OAUTHBEARER",
        "SCRAM-SHA-1",
        "SCRAM-SHA-256",
        "GSSAPI",
    ];
    let word = rest.split_ascii_whitespace().next()?;
    MECHANISMS.iter().find(|known| known.eq_ignore_ascii_case(word)).copied()
}
