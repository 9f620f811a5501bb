//! HTTP/1: what is asked of whom and with what software, what servers say of themselves, and logins
//! that anybody on the way could read.
//!
//! Wire format: [RFC 9112]. Heads are read by `httparse`; bodies are skipped by their framing, and
//! only the start of those that may tell something is looked at (see [`body`]). At most
//! [`State::MOST_MESSAGES`] messages of each direction are read.
//!
//! [RFC 9112]: https://www.rfc-editor.org/rfc/rfc9112

mod body;
mod headers;
mod state;

use std::{borrow::Cow, mem::MaybeUninit, sync::LazyLock};

use evidence::fields;
use httparse::{Header, ParserConfig, Request, Response, Status};
use memchr::memmem::Finder;

use self::{
    body::Interest,
    headers::Headers,
    state::{Framing, State},
};
use super::{
    av_info, credentials, personal,
    text::Text,
};
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

/// Finds the blank line behind a head: made once, since making it takes longer than most searches.
static BLANK_LINE: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"\r\n\r\n"));

/// Methods of RFC 9110, RFC 5789, RFC 4918 and UPnP eventing.
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
    // What is asked for may be anything once the line ends as it must: scanners ask for `.`.
    let likely = matches!(target.trim_ascii_start(), [b'/' | b'*' | b'h' | b'H', ..]);
    let first = first.trim_ascii_end();
    let ends = first.ends_with(b" HTTP/1.1") || first.ends_with(b" HTTP/1.0");
    target.starts_with(b" ") && if is_whole { ends } else { likely || *method == "CONNECT" }
}

/// Reads one direction: heads, and bodies between them.
fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Progress {
    let mut state = State::of(notes);
    let progress = if state.is_in_body() {
        body::read(bytes, &mut state, notes)
    } else if state.messages() == State::MOST_MESSAGES {
        Progress::Finished
    } else {
        read_head(bytes, &mut state, notes)
    };
    state.keep(notes);
    progress
}

/// A head that was read, as far as it follows from its bytes alone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head {
    bytes: usize,
    framing: Framing,
    interest: Interest,
    line: Line,
}

/// The first line of a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    /// A request; whether for a head alone.
    Request { of_head: bool },
    /// An answer with this status.
    Status(u16),
}

/// Reads a head. Devices ask the same, and are answered the same, again and again: what was read once is
/// not read again, but what it says is noted again.
fn read_head(bytes: &[u8], state: &mut State, notes: &mut Notes<'_>) -> Progress {
    let blank = BLANK_LINE.find(bytes);
    let whole = blank.and_then(|blank| bytes.get(..blank + 4));
    // Heads that end in another way are rare, and read as they are.
    let Some(message) = whole else { return begin(parse(bytes, notes), bytes, state, notes) };
    let hash = notes.known.heads.hash(message);
    if let Some((head, saying)) = notes.known.heads.get(hash, NAME, message) {
        let head = *head;
        notes.sink.again(saying);
        return begin(Ok(head), bytes, state, notes);
    }
    if !notes.known.heads.comes_again(hash) {
        return begin(parse(bytes, notes), bytes, state, notes);
    }
    let (head, saying) = notes.listen(|notes| parse(bytes, notes));
    if let Ok(head) = head {
        let weight = saying.weight();
        notes.known.heads.keep(hash, NAME, message, (head, saying.into()), weight);
    }
    begin(head, bytes, state, notes)
}

/// Begins the body behind a head.
fn begin(
    head: Result<Head, Unread>,
    bytes: &[u8],
    state: &mut State,
    notes: &mut Notes<'_>,
) -> Progress {
    const SWITCHING_PROTOCOLS: u16 = 101;

    let Head { bytes: length, mut framing, interest, line } = match head {
        Ok(head) => head,
        Err(Unread::Partial) => return partial(bytes, *state),
        Err(Unread::Damaged) => return damaged(bytes, *state, notes),
        Err(Unread::Connect) => {
            *notes.cover = Cover::Unknown;
            return Progress::Finished;
        }
    };
    match line {
        Line::Request { of_head } => state.begin_body(framing, interest, of_head),
        Line::Status(SWITCHING_PROTOCOLS) => return Progress::Finished,
        Line::Status(code) => {
            if matches!(code, 100..=199 | 204 | 304) || State::head_was_asked(notes) {
                framing = Framing::Length(0);
            }
            state.begin_body(framing, interest, false);
            if framing == Framing::UntilClose && interest == Interest::Nothing {
                return Progress::Finished;
            }
        }
    }
    Progress::Consumed(length)
}

/// Why there is no head.
#[derive(Clone, Copy, Debug)]
enum Unread {
    Partial,
    Damaged,
    /// It asks for a tunnel: what follows is another protocol's.
    Connect,
}

fn parse(bytes: &[u8], notes: &mut Notes<'_>) -> Result<Head, Unread> {
    if bytes.starts_with(b"HTTP/") { parse_response(bytes, notes) } else { parse_request(bytes, notes) }
}

fn parse_request(bytes: &[u8], notes: &mut Notes<'_>) -> Result<Head, Unread> {
    let mut headers = [const { MaybeUninit::uninit() }; MOST_HEADERS];
    let mut request = Request::new(&mut []);
    let mut lenient = ParserConfig::default();
    lenient
        .allow_multiple_spaces_in_request_line_delimiters(true)
        .ignore_invalid_headers_in_requests(true);
    let head_bytes =
        match lenient.parse_request_with_uninit_headers(&mut request, bytes, &mut headers) {
            Ok(Status::Complete(length)) => length,
            Ok(Status::Partial) => return Err(Unread::Partial),
            Err(_) if !bytes.contains(&b'\n') && begins(bytes) => return Err(Unread::Partial),
            Err(_) => {
                let mended = without_blanks(bytes).ok_or(Unread::Damaged)?;
                return parse_request(&mended, notes);
            }
        };
    let (Some(method), Some(target)) = (request.method, request.path) else {
        return Err(Unread::Damaged);
    };
    let headers = Headers(request.headers);
    let host = note_request(method, target, &headers, notes);
    note_logins(target, &headers, host.as_deref(), notes);
    note_personal_data(target, &headers, notes);
    if method == "CONNECT" {
        return Err(Unread::Connect);
    }
    let framing = match headers.framing() {
        Framing::UntilClose => Framing::Length(0),
        framing => framing,
    };
    let interest = Interest::in_request(&headers);
    let line = Line::Request { of_head: method == "HEAD" };
    Ok(Head { bytes: head_bytes, framing, interest, line })
}

/// The bytes with `+` for each blank within the target, if there are any: some devices send the names
/// of networks and people as they are.
fn without_blanks(bytes: &[u8]) -> Option<Vec<u8>> {
    let line = bytes.get(..memchr::memchr(b'\n', bytes)?)?.trim_ascii_end();
    let (start, end) = (memchr::memchr(b' ', line)? + 1, memchr::memrchr(b' ', line)?);
    let is_request = line.get(end..).is_some_and(|version| version.starts_with(b" HTTP/1."));
    let target = line.get(start..end).filter(|target| is_request && target.contains(&b' '))?;
    let target = target.iter().map(|&byte| if byte == b' ' { b'+' } else { byte });
    let (before, after) = (bytes.get(..start)?, bytes.get(end..)?);
    Some(before.iter().copied().chain(target).chain(after.iter().copied()).collect())
}

/// Notes what is asked for, and returns of whom.
fn note_request<'a>(
    method: &str,
    target: &'a str,
    headers: &Headers<'a>,
    notes: &mut Notes<'_>,
) -> Option<Cow<'a, str>> {
    let (authority, path) = match credentials::absolute(target) {
        Some((authority, path)) if path.starts_with('/') => (Some(authority.into()), path),
        Some((authority, _)) => (Some(authority.into()), "/"),
        None if method == "CONNECT" => (Some(target.into()), ""),
        None => (headers.text("host"), target),
    };
    let mut host = Text::new();
    host.push(authority.as_deref().map_or("", host_name).as_bytes());
    host.fold(0);
    if host.len() > 0 {
        notes.sender_here(fields::HTTP_HOST, &host.get());
    }
    let mut shown = Text::new();
    let path = personal::without_emails(credentials::public_path(path));
    for part in [method, " ", &host.get(), &path] {
        shown.push(part.as_bytes());
    }
    notes.sender_here(fields::HTTP_REQUEST, &shown.get());
    if let Some(agent) = headers.text("user-agent") {
        notes.sender(fields::HTTP_USER_AGENT, &personal::without_emails(&agent));
    }
    note_av_info(headers, notes);
    authority
}

/// Notes maker and model where the head names them.
fn note_av_info(headers: &Headers<'_>, notes: &mut Notes<'_>) {
    for info in av_info::HEADERS.iter().filter_map(|name| headers.text(name)) {
        av_info::note(&info, notes);
    }
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

/// Notes what of people and their home the target and the header lines give away.
fn note_personal_data(target: &str, headers: &Headers<'_>, notes: &mut Notes<'_>) {
    /// Headers whose values are free text; others are parameters.
    const TEXTS: [&str; 4] = ["cookie", "referer", "from", "user-agent"];

    let mut note = |line: &str| notes.sender_here(fields::CLEAR_PERSONAL, line);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    personal::look(query.as_bytes(), "http query", &mut note);
    if path.contains(['@', '%', '=']) {
        personal::look(path.as_bytes(), "http path", &mut note);
    }
    for Header { name, value } in headers.0 {
        if TEXTS.iter().any(|text| name.eq_ignore_ascii_case(text)) {
            personal::look(value, "http head", &mut note);
        } else {
            personal::look_at_parameter(name.as_bytes(), value, "http head", &mut note);
        }
    }
}

/// The host of `user@Host:port`.
fn host_name(authority: &str) -> &str {
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    let host = match host.rsplit_once(':') {
        Some((host, port)) if is_port(port) => host,
        _ => host,
    };
    host.trim()
}

fn parse_response(bytes: &[u8], notes: &mut Notes<'_>) -> Result<Head, Unread> {
    let mut headers = [const { MaybeUninit::uninit() }; MOST_HEADERS];
    let mut response = Response::new(&mut []);
    let mut lenient = ParserConfig::default();
    lenient
        .allow_spaces_after_header_name_in_responses(true)
        .allow_obsolete_multiline_headers_in_responses(true)
        .ignore_invalid_headers_in_responses(true);
    let head_bytes =
        match lenient.parse_response_with_uninit_headers(&mut response, bytes, &mut headers) {
            Ok(Status::Complete(length)) => length,
            Ok(Status::Partial) => return Err(Unread::Partial),
            Err(_) => return Err(Unread::Damaged),
        };
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
    note_av_info(&headers, notes);
    let (framing, interest) = (headers.framing(), Interest::in_response(&headers));
    let line = Line::Status(response.code.unwrap_or_default());
    Ok(Head { bytes: head_bytes, framing, interest, line })
}

fn partial(bytes: &[u8], state: State) -> Progress {
    /// The longest method, a blank and the start of a target.
    const ENOUGH_TO_TELL: usize = 16;

    if state.messages() == 0 && bytes.len() >= ENOUGH_TO_TELL && !begins(bytes) {
        return Progress::Foreign;
    }
    if bytes.len() > LONGEST_HEAD { Progress::Finished } else { Progress::More }
}

/// A first message that does not begin like one is another protocol's; any other is damage.
fn damaged(bytes: &[u8], state: State, notes: &mut Notes<'_>) -> Progress {
    if state.messages() == 0 && !begins(bytes) {
        return Progress::Foreign;
    }
    notes.malformed(NAME);
    Progress::Finished
}

#[cfg(test)]
mod tests;
