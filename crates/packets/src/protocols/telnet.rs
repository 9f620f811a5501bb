//! Telnet: what a server shows before anyone has logged in, and that a login is typed for all to read.
//!
//! Wire format: [RFC 854]. Typed keys are counted, never kept; prompts are recognised by their words,
//! as every client script does. A server may echo what is typed, so its banner ends with the first key.
//!
//! [RFC 854]: https://www.rfc-editor.org/rfc/rfc854

use evidence::fields;

use crate::protocol::{Cover, Notes, Opening, Progress, Protocol, Whose};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "telnet",
    cover: Cover::Clear,
    datagram_ports: &[],
    stream_ports: &[23, 2323],
    recognises: |opening: &Opening<'_>| opening.in_stream && begins(opening.bytes),
    datagram: None,
    stream: Some(read),
};

/// "Interpret as command".
const IAC: u8 = 255;
const SUBNEGOTIATION: u8 = 250;
const SUBNEGOTIATION_END: u8 = 240;

/// How much of what the server shows before a prompt is kept. Our choice: a banner and a prompt.
const SHOWN_BYTES: usize = 400;

/// Begins with a negotiation of one of the options in use (IANA's list ends at 49, and at 138 to 140).
fn begins(bytes: &[u8]) -> bool {
    match bytes {
        [IAC, 251..=254, 0..=49] => true,
        [IAC, 251..=254, 0..=49, next, ..] => *next == IAC || is_text(*next),
        _ => false,
    }
}

/// What the flow remembers: where the login is, and how many keys were typed for each part of it.
///
/// ```text
/// | reading done (1) | banner noted (1) | prompt (2) | password keys (8) | user keys (8) |
/// ```
struct Login {
    user: u64,
    password: u64,
    prompt: Prompt,
    banner_noted: bool,
}

/// What the server asked for last.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Prompt {
    None,
    User,
    Password,
}

impl Login {
    const MOST_KEYS: u64 = 0xff;

    const fn of(memory: u64) -> Self {
        Self {
            user: memory & 0xff,
            password: memory >> 8 & 0xff,
            prompt: match memory >> 16 & 0b11 {
                1 => Prompt::User,
                2 => Prompt::Password,
                _ => Prompt::None,
            },
            banner_noted: memory >> 18 & 1 != 0,
        }
    }

    const fn memory(&self) -> u64 {
        let prompt = match self.prompt {
            Prompt::None => 0,
            Prompt::User => 1,
            Prompt::Password => 2,
        };
        self.user | self.password << 8 | prompt << 16 | (self.banner_noted as u64) << 18
    }
}

fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Progress {
    let is_first = *notes.memory == 0 && notes.store.is_empty();
    if is_first && !bytes.first().is_some_and(|&byte| byte == IAC || is_text(byte)) {
        return Progress::Foreign;
    }
    let (text, consumed) = plain(bytes);
    if consumed == 0 {
        return if bytes.len() > SHOWN_BYTES { Progress::Finished } else { Progress::More };
    }
    let mut login = Login::of(*notes.memory);
    if notes.to_server {
        login.read_keys(&text, notes);
    } else {
        login.read_screen(&text, notes);
    }
    *notes.memory = login.memory();
    Progress::Consumed(consumed)
}

impl Login {
    fn read_screen(&mut self, text: &[u8], notes: &mut Notes<'_>) {
        let room = SHOWN_BYTES.saturating_sub(notes.store.len());
        // A full screen starts over: only its end can be a prompt.
        if room < text.len() {
            self.note_banner(notes);
            notes.store.clear();
        }
        let tail = text.get(text.len().saturating_sub(SHOWN_BYTES)..).unwrap_or(text);
        notes.store.extend_from_slice(tail);
        let prompt = prompt(notes.store);
        if prompt != Prompt::None {
            self.note_banner(notes);
            notes.store.clear();
            self.prompt = prompt;
            if prompt == Prompt::User {
                (self.user, self.password) = (0, 0);
            }
        }
    }

    fn read_keys(&mut self, text: &[u8], notes: &mut Notes<'_>) {
        const BACKSPACE: u8 = 8;
        const DELETE: u8 = 127;

        if text.iter().any(u8::is_ascii_graphic) {
            self.note_banner(notes);
            self.banner_noted = true;
        }
        for &key in text {
            let count = match self.prompt {
                Prompt::None => return,
                Prompt::User => &mut self.user,
                Prompt::Password => &mut self.password,
            };
            // Some clients end lines with the second of the two alone.
            let ends = key == b'\r' || key == b'\n' && *count > 0;
            match key {
                _ if ends && self.prompt == Prompt::Password => {
                    let login = format!("user {}, password {}", self.user, self.password);
                    notes.sender_here(fields::TELNET_LOGIN, &login);
                    self.prompt = Prompt::None;
                }
                _ if ends => self.prompt = Prompt::None,
                BACKSPACE | DELETE => *count = count.saturating_sub(1),
                b'\n' | 0 => {}
                _ => *count = (*count + 1).min(Self::MOST_KEYS),
            }
        }
    }

    fn note_banner(&mut self, notes: &mut Notes<'_>) {
        let shown = String::from_utf8_lossy(notes.store);
        let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        if !self.banner_noted && !shown.is_empty() {
            self.banner_noted = true;
            let whose = if notes.to_server { Whose::Receiver } else { Whose::Sender };
            notes.sink.note(whose, fields::TELNET_BANNER, &shown, false);
        }
    }
}

const fn is_text(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n' | b'\t' | 0x1b | 0x20..=0x7e)
}

/// What a screen's last line asks for.
fn prompt(shown: &[u8]) -> Prompt {
    const USER: [&str; 6] = ["login:", "username:", "user:", "user name:", "account:", "name:"];
    const PASSWORD: [&str; 3] = ["password:", "passwd:", "pass:"];

    let line = shown.rsplit(|byte| b"\r\n".contains(byte)).next().unwrap_or_default();
    let line = line.trim_ascii_end();
    let asks = |words: &[&str]| {
        words.iter().any(|word| {
            let start = line.len().checked_sub(word.len()).unwrap_or(line.len());
            line.get(start..).is_some_and(|end| end.eq_ignore_ascii_case(word.as_bytes()))
        })
    };
    if asks(&PASSWORD) {
        Prompt::Password
    } else if asks(&USER) {
        Prompt::User
    } else {
        Prompt::None
    }
}

/// The text without the commands in it, and how many bytes of `bytes` that was; a command that is
/// not whole is left.
fn plain(bytes: &[u8]) -> (Vec<u8>, usize) {
    let mut text = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    loop {
        rest = match rest {
            [IAC, IAC, rest @ ..] => {
                text.push(IAC);
                rest
            }
            [IAC, SUBNEGOTIATION, inside @ ..] => {
                let end = inside.windows(2).position(|pair| pair == [IAC, SUBNEGOTIATION_END]);
                match end.and_then(|end| inside.get(end + 2..)) {
                    Some(rest) => rest,
                    None => break,
                }
            }
            [IAC, 251..=254] | [IAC] | [] => break,
            [IAC, 251..=254, _, rest @ ..] | [IAC, _, rest @ ..] => rest,
            [byte, rest @ ..] => {
                text.push(*byte);
                rest
            }
        };
    }
    (text, bytes.len() - rest.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    #[test]
    fn tells_banner_and_that_someone_logs_in() {
        let flow = Rehearsal::new(PROTOCOL, 23)
            .server(b"\xff\xfd\x01\xff\xfb\x03\r\nCamera 1.0\r\n(none) lo")
            .client(b"\xff\xfc\x01\xff\xfa\x18\0xterm\xff\xf0")
            .server(b"gin: ")
            .client(b"ro")
            .server(b"ro")
            .client(b"ott\x7f\r\0")
            .server(b"ot\r\nPassword: ")
            .client(b"xc3511\r\n")
            .server(b"\r\n# ");
        let expected = [
            "sender telnet.banner Camera 1.0 (none) login:",
            "sender here telnet.login user 4, password 6",
        ];
        assert_eq!(flow.lines(), expected);
    }

    #[test]
    fn what_is_typed_and_echoed_is_no_banner() {
        let flow = Rehearsal::new(PROTOCOL, 23)
            .client(b"\r\n")
            .server(b"Camera 1.0\r\nname> ")
            .client(b"me\r\n")
            .server(b"me\r\nPIN> ")
            .client(b"4711\r\n")
            .server(b"4711\r\n")
            .server(&[b'.'; SHOWN_BYTES])
            .server(b"\r\nlogin: ");
        assert_eq!(flow.lines(), ["receiver telnet.banner Camera 1.0 name>"]);
    }

    #[test]
    fn counts_each_try() {
        let mut flow = Rehearsal::new(PROTOCOL, 2323);
        for password in [&b"1\r"[..], b"22\r"] {
            flow = flow.server(b"login: ").client(b"admin\r").server(b"Password:").client(password);
        }
        let lines = flow.lines();
        assert_eq!(lines[1..], [
            "sender here telnet.login user 5, password 1",
            "sender here telnet.login user 5, password 2",
        ]);
    }

    #[test]
    fn lines_may_end_without_a_carriage_return() {
        let flow = Rehearsal::new(PROTOCOL, 23)
            .server(b"login: ")
            .client(b"admin\n")
            .server(b"Password: ")
            .client(b"1234\n");
        assert_eq!(flow.lines()[1..], ["sender here telnet.login user 5, password 4"]);
        let flow = Rehearsal::new(PROTOCOL, 23)
            .server(b"login: ")
            .client(b"admin\r")
            .server(b"Password: ")
            .client(b"\n1234\r\n");
        assert_eq!(flow.lines()[1..], ["sender here telnet.login user 5, password 4"]);
    }

    #[test]
    fn is_recognised_by_its_options() {
        assert!(begins(b"\xff\xfd\x18\xff\xfd\x20"));
        assert!(!begins(b"\xff\x01\0\0"));
        assert!(!begins(b"\xff\xfb\xe0\x01"));
        let flow = Rehearsal::new(PROTOCOL, 23).client(b"\x01\x02\x03");
        assert_eq!(flow.ended(true), Some(Progress::Foreign));
    }

    proptest! {
        #[test]
        fn never_panics(pieces in prop::collection::vec((any::<bool>(), prop::collection::vec(any::<u8>(), 1..500)), 0..8)) {
            let mut flow = Rehearsal::new(PROTOCOL, 23);
            for (to_server, piece) in pieces {
                flow = if to_server { flow.client(&piece) } else { flow.server(&piece) };
            }
        }
    }
}
