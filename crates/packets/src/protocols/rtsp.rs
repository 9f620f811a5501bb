//! RTSP: which streams of a camera are asked for, with what software, and how the asker logs in.
//!
//! Wire format: [RFC 2326]. Heads look like HTTP's. Reading stops where pictures begin.
//!
//! [RFC 2326]: https://www.rfc-editor.org/rfc/rfc2326

use evidence::fields;
use httparse::{Header, Status};

use super::{credentials, personal};
use crate::protocol::{Cover, Notes, Opening, Progress, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: NAME,
    cover: Cover::Clear,
    datagram_ports: &[],
    stream_ports: &[554, 8554],
    recognises: |opening: &Opening<'_>| opening.in_stream && begins(opening.bytes),
    datagram: None,
    stream: Some(read),
};

const NAME: &str = "rtsp";
const VERSION: &[u8] = b"RTSP/1.0";
/// Longer heads are given up; our choice, as for HTTP.
const LONGEST_HEAD: usize = 16 * 1024;
/// Session descriptions are a KiB or two; our choice.
const LONGEST_BODY: usize = 16 * 1024;
const MOST_HEADERS: usize = 64;
/// Begins a packet of pictures or sound between messages (RFC 2326, section 10.12).
const INTERLEAVED: u8 = b'$';

fn begins(bytes: &[u8]) -> bool {
    if bytes.starts_with(VERSION) {
        return true;
    }
    let line = bytes.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let is_request = line.trim_ascii_end().ends_with(VERSION);
    is_request && line.first().is_some_and(u8::is_ascii_uppercase)
}

fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Progress {
    if bytes.first() == Some(&INTERLEAVED) {
        return Progress::Finished;
    }
    let blank = bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    if blank > 0 {
        return Progress::Consumed(blank);
    }
    let Some(line_end) = bytes.iter().position(|&byte| byte == b'\n') else {
        return if bytes.len() > LONGEST_HEAD { Progress::Foreign } else { Progress::More };
    };
    let (line, rest) = bytes.split_at_checked(line_end + 1).unwrap_or_default();
    let line = line.trim_ascii_end();
    if !begins(line) {
        return Progress::Foreign;
    }
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let (head_bytes, headers) = match httparse::parse_headers(rest, &mut headers) {
        Ok(Status::Complete((length, headers))) => (line_end + 1 + length, headers),
        Ok(Status::Partial) if bytes.len() <= LONGEST_HEAD => return Progress::More,
        _ => {
            notes.malformed(NAME);
            return Progress::Finished;
        }
    };
    let body_bytes = number(headers, "content-length");
    if body_bytes > LONGEST_BODY {
        return Progress::Finished;
    }
    let message_bytes = head_bytes + body_bytes;
    if bytes.len() < message_bytes {
        return Progress::More;
    }
    if line.starts_with(VERSION) {
        note_response(headers, notes);
    } else {
        note_request(line, headers, notes);
    }
    Progress::Consumed(message_bytes)
}

fn note_request(line: &[u8], headers: &[Header<'_>], notes: &mut Notes<'_>) {
    let line = String::from_utf8_lossy(line);
    let mut words = line.split_ascii_whitespace();
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (authority, path) = credentials::absolute(target).unwrap_or(("", target));
    let path = format!("/{}", path.trim_start_matches('/'));
    let shown = format!("{method} {}", personal::without_emails(credentials::public_path(&path)));
    notes.sender_here(fields::RTSP_REQUEST, &shown);
    if let Some(agent) = value(headers, "user-agent") {
        let agent = String::from_utf8_lossy(agent);
        notes.sender(fields::RTSP_USER_AGENT, &personal::without_emails(&agent));
    }
    let parameters = path.trim_start_matches('/');
    let parameters = parameters.split_once('?').map_or(parameters, |(_, query)| query);
    let logins = [
        value(headers, "authorization").map(credentials::in_header),
        credentials::in_authority(authority),
        credentials::in_form(parameters.as_bytes()),
    ];
    for login in logins.into_iter().flatten() {
        notes.sender_here(fields::RTSP_LOGIN, &login);
    }
}

fn note_response(headers: &[Header<'_>], notes: &mut Notes<'_>) {
    for (name, field) in
        [("server", fields::RTSP_SERVER), ("www-authenticate", fields::RTSP_CHALLENGE)]
    {
        if let Some(value) = value(headers, name) {
            notes.sender(field, &String::from_utf8_lossy(value));
        }
    }
}

fn value<'a>(headers: &[Header<'a>], name: &str) -> Option<&'a [u8]> {
    let found = headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))?;
    Some(found.value.trim_ascii()).filter(|value| !value.is_empty())
}

fn number(headers: &[Header<'_>], name: &str) -> usize {
    let value = value(headers, name).and_then(|value| std::str::from_utf8(value).ok());
    value.and_then(|value| value.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    #[test]
    fn tells_streams_and_software_but_no_secrets() {
        check(
            "a login in the address",
            b"DESCRIBE rtsp://admin:12345@192.0.2.7:554/live/ch0?x=1 RTSP/1.0\r\nCSeq: 2\r\n\
              User-Agent: Player/1.0\r\nAuthorization: Digest username=\"admin\", x=\"y\"\r\n\r\n",
            true,
            &[
                "sender here rtsp.request DESCRIBE /live/ch0",
                "sender rtsp.user_agent Player/1.0",
                "sender here rtsp.login digest, user 5",
                "sender here rtsp.login address, user 5, password 5",
            ],
        );
        check(
            "a login in the path",
            b"SETUP rtsp://192.0.2.7/user=admin&password=secret&channel=1 RTSP/1.0\r\n\r\n",
            true,
            &["sender here rtsp.request SETUP /", "sender here rtsp.login form, user 5, password 6"],
        );
        check(
            "a login right behind the address",
            b"DESCRIBE rtsp://192.0.2.7?user=admin&password=secret RTSP/1.0\r\n\r\n",
            true,
            &["sender here rtsp.request DESCRIBE /", "sender here rtsp.login form, user 5, password 6"],
        );
        check(
            "an answer with a body",
            b"RTSP/1.0 401 Unauthorized\r\nServer: Cam\r\nWWW-Authenticate: Basic realm=\"a\"\r\n\
              Content-Length: 3\r\n\r\nabcRTSP/1.0 200 OK\r\nServer: Two\r\n\r\n$\0\0\x01x",
            false,
            &[
                "sender rtsp.server Cam",
                "sender rtsp.challenge Basic realm=\"a\"",
                "sender rtsp.server Two",
            ],
        );
    }

    #[test]
    fn leaves_http_alone() {
        assert!(!begins(b"GET / HTTP/1.1\r\n"));
        assert!(!begins(b"OPTIONS sip:a@b SIP/2.0\r\n"));
        assert!(begins(b"OPTIONS rtsp://192.0.2.7/ RTSP/1.0\r\n"));
    }

    #[track_caller]
    fn check(name: &str, bytes: &[u8], to_server: bool, expected: &[&str]) {
        for step in [bytes.len(), 1] {
            let mut flow = Rehearsal::new(PROTOCOL, 554);
            for piece in bytes.chunks(step) {
                flow = if to_server { flow.client(piece) } else { flow.server(piece) };
            }
            assert_eq!(flow.lines(), expected, "{name} in steps of {step}");
        }
    }
}
