//! HTTP/1: what is asked of whom and with what software, what servers say of themselves, and logins
//! that anybody on the way could read.
//!
//! Wire format: [RFC 9112]. Heads are read by `httparse`; bodies are skipped by their framing, and
//! only the start of those that may tell something is looked at (see [`body`]). At most
//! [`State::MOST_MESSAGES`] messages of each direction are read.
//!
//! [RFC 9112]: https://www.rfc-editor.org/rfc/rfc9112

mod body;
mod state;

use evidence::fields;
use httparse::{Header, ParserConfig, Request, Response, Status};

use self::{
    body::Interest,
    state::{Framing, State},
};
use super::credentials;
use crate::protocol::{Cover, Notes, Opening, Progress, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: NAME,
    cover: Cover::Clear,
    datagram_ports: &[],
    stream_ports: &[80, 8000, 8008, 8080, 8081, 8088],
    recognises: |opening: &Opening<'_>| opening.in_stream && begins(opening.bytes),
    datagram: None,
    stream: Some(read),
};

const NAME: &str = "http";

/// Longer heads are given up. Our choice: servers refuse them from 8 KiB on.
const LONGEST_HEAD: usize = 16 * 1024;
const MOST_HEADERS: usize = 96;

/// Methods of RFC 9110, RFC 5789, WebDAV (RFC 4918) and UPnP eventing.
const METHODS: [&str; 13] = [
    "GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "NOTIFY", "SUBSCRIBE",
    "UNSUBSCRIBE", "PROPFIND", "REPORT",
];

fn begins(bytes: &[u8]) -> bool {
    if let Some(version) = bytes.strip_prefix(b"HTTP/1.") {
        return matches!(version, [b'0' | b'1', b' ', b'1'..=b'5', ..]);
    }
    let Some(method) = METHODS.iter().find(|method| bytes.starts_with(method.as_bytes())) else {
        return false;
    };
    let mut line = bytes.split(|&byte| byte == b'\n');
    let (first, is_whole) = (line.next().unwrap_or_default(), line.next().is_some());
    let target = first.get(method.len()..).unwrap_or_default();
    let likely = matches!(target, [b' ', b'/' | b'*' | b'h' | b'H', ..])
        || (*method == "CONNECT" && target.starts_with(b" "));
    let first = first.trim_ascii_end();
    likely && (!is_whole || first.ends_with(b" HTTP/1.1") || first.ends_with(b" HTTP/1.0"))
}

/// Reads one direction: heads, and bodies between them.
fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Progress {
    let mut state = State::of(notes);
    let progress = if state.is_in_body() {
        body::read(bytes, &mut state, notes)
    } else if state.messages() == State::MOST_MESSAGES {
        Progress::Finished
    } else if bytes.starts_with(b"HTTP/") {
        read_response(bytes, &mut state, notes)
    } else {
        read_request(bytes, &mut state, notes)
    };
    state.keep(notes);
    progress
}

fn read_request(bytes: &[u8], state: &mut State, notes: &mut Notes<'_>) -> Progress {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut request = Request::new(&mut headers);
    let head_bytes = match request.parse(bytes) {
        Ok(Status::Complete(length)) => length,
        Ok(Status::Partial) => return partial(bytes, state),
        Err(_) => return damaged(state, notes),
    };
    let (Some(method), Some(target)) = (request.method, request.path) else {
        return damaged(state, notes);
    };
    let headers = Headers(request.headers);
    let host = note_request(method, target, &headers, notes);
    note_logins(target, &headers, host.as_deref(), notes);
    if method == "CONNECT" {
        *notes.cover = Cover::Unknown;
        return Progress::Finished;
    }
    let framing = match headers.framing() {
        Framing::UntilClose => Framing::Length(0),
        framing => framing,
    };
    let interest = Interest::in_request(&headers);
    state.begin_body(framing, interest, method == "HEAD");
    Progress::Consumed(head_bytes)
}

/// Notes what is asked for, and returns of whom.
fn note_request(
    method: &str,
    target: &str,
    headers: &Headers<'_>,
    notes: &mut Notes<'_>,
) -> Option<String> {
    let absolute = target.split_once("://").map(|(_, rest)| rest);
    let (authority, path) = match absolute {
        Some(rest) => rest.find('/').and_then(|slash| rest.split_at_checked(slash)).map_or(
            (Some(rest.into()), "/"),
            |(authority, path)| (Some(authority.into()), path),
        ),
        None if method == "CONNECT" => (Some(target.into()), ""),
        None => (headers.text("host"), target),
    };
    let host = authority.as_deref().map(host_name).filter(|host| !host.is_empty());
    if let Some(host) = &host {
        notes.sender_here(fields::HTTP_HOST, host);
    }
    let path = credentials::public_path(path);
    let shown = format!("{method} {}{path}", host.as_deref().unwrap_or_default());
    notes.sender_here(fields::HTTP_REQUEST, &shown);
    if let Some(agent) = headers.text("user-agent") {
        notes.sender(fields::HTTP_USER_AGENT, &agent);
    }
    authority
}

fn note_logins(
    target: &str,
    headers: &Headers<'_>,
    authority: Option<&str>,
    notes: &mut Notes<'_>,
) {
    let query = target.split_once('?').map_or(target, |(_, query)| query);
    let logins = [
        headers.value("authorization").map(credentials::in_header),
        headers.value("proxy-authorization").map(credentials::in_header),
        credentials::in_form(query.trim_start_matches('/').as_bytes()),
        authority.and_then(credentials::in_authority),
    ];
    for login in logins.into_iter().flatten() {
        notes.sender_here(fields::HTTP_LOGIN, &login);
    }
}

/// The host of `user@Host:port`, in lower case.
fn host_name(authority: &str) -> String {
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    let host = match host.rsplit_once(':') {
        Some((host, port)) if is_port(port) => host,
        _ => host,
    };
    host.trim().to_ascii_lowercase()
}

fn read_response(bytes: &[u8], state: &mut State, notes: &mut Notes<'_>) -> Progress {
    const SWITCHING_PROTOCOLS: u16 = 101;

    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut response = Response::new(&mut headers);
    let mut lenient = ParserConfig::default();
    lenient
        .allow_spaces_after_header_name_in_responses(true)
        .allow_obsolete_multiline_headers_in_responses(true)
        .ignore_invalid_headers_in_responses(true);
    let head_bytes = match lenient.parse_response(&mut response, bytes) {
        Ok(Status::Complete(length)) => length,
        Ok(Status::Partial) => return partial(bytes, state),
        Err(_) => return damaged(state, notes),
    };
    let code = response.code.unwrap_or_default();
    let headers = Headers(response.headers);
    for (name, field) in [
        ("server", fields::HTTP_SERVER),
        ("www-authenticate", fields::HTTP_CHALLENGE),
        ("content-type", fields::HTTP_CONTENT_TYPE),
    ] {
        if let Some(value) = headers.text(name) {
            notes.sender(field, &value);
        }
    }
    if code == SWITCHING_PROTOCOLS {
        return Progress::Finished;
    }
    let has_no_body = matches!(code, 100..=199 | 204 | 304) || State::head_was_asked(notes);
    let framing = if has_no_body { Framing::Length(0) } else { headers.framing() };
    let interest = Interest::in_response(&headers);
    state.begin_body(framing, interest, false);
    if framing == Framing::UntilClose && interest == Interest::Nothing {
        return Progress::Finished;
    }
    Progress::Consumed(head_bytes)
}

fn partial(bytes: &[u8], state: &State) -> Progress {
    if state.messages() == 0 && bytes.len() > 8 && !begins(bytes) {
        return Progress::Foreign;
    }
    if bytes.len() > LONGEST_HEAD { Progress::Finished } else { Progress::More }
}

/// A first message that is none is another protocol's; a later one is damage.
fn damaged(state: &State, notes: &mut Notes<'_>) -> Progress {
    if state.messages() == 0 {
        return Progress::Foreign;
    }
    notes.malformed(NAME);
    Progress::Finished
}

/// The header lines of a head.
struct Headers<'a>(&'a [Header<'a>]);

impl Headers<'_> {
    fn value(&self, name: &str) -> Option<&[u8]> {
        let found = self.0.iter().find(|header| header.name.eq_ignore_ascii_case(name));
        found.map(|header| header.value.trim_ascii())
    }

    fn text(&self, name: &str) -> Option<String> {
        let value = self.value(name).filter(|value| !value.is_empty())?;
        Some(String::from_utf8_lossy(value).into_owned())
    }

    /// Whether the header's value holds `part`, in any case.
    fn has(&self, name: &str, part: &str) -> bool {
        self.value(name).is_some_and(|value| {
            value.windows(part.len()).any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
        })
    }

    /// How the body ends (RFC 9112, section 6).
    fn framing(&self) -> Framing {
        if self.has("transfer-encoding", "chunked") {
            return Framing::Chunked;
        }
        let length = self.value("content-length").and_then(|value| std::str::from_utf8(value).ok());
        length.and_then(|value| value.parse().ok()).map_or(Framing::UntilClose, Framing::Length)
    }
}
