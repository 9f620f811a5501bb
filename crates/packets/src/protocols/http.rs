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

use std::{borrow::Cow, mem::MaybeUninit};

use evidence::fields;
use httparse::{Header, ParserConfig, Request, Response, Status};

use self::{
    body::Interest,
    state::{Framing, State},
};
use super::{
    credentials, personal,
    text::{Text, readable},
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
    let blank = memchr::memmem::find(bytes, b"\r\n\r\n");
    let whole = blank.and_then(|blank| bytes.get(..blank + 4));
    // Heads that end in another way are rare, and read as they are.
    let Some(message) = whole else { return begin(parse(bytes, notes), bytes, state, notes) };
    let hash = notes.known.heads.hash(message);
    if let Some((head, saying)) = notes.known.heads.get(hash, NAME, message) {
        let head = *head;
        saying.repeat(notes.sink);
        return begin(Ok(head), bytes, state, notes);
    }
    if !notes.known.heads.comes_again(hash) {
        return begin(parse(bytes, notes), bytes, state, notes);
    }
    let (head, saying) = notes.listen(|notes| parse(bytes, notes));
    if let Ok(head) = head {
        notes.known.heads.keep(hash, NAME, message, (head, saying));
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
        Err(Unread::Damaged) => return damaged(*state, notes),
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
    lenient.allow_multiple_spaces_in_request_line_delimiters(true);
    let head_bytes =
        match lenient.parse_request_with_uninit_headers(&mut request, bytes, &mut headers) {
            Ok(Status::Complete(length)) => length,
            Ok(Status::Partial) => return Err(Unread::Partial),
            Err(_) => return Err(Unread::Damaged),
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

/// Notes what is asked for, and returns of whom.
fn note_request<'a>(
    method: &str,
    target: &'a str,
    headers: &Headers<'a>,
    notes: &mut Notes<'_>,
) -> Option<Cow<'a, str>> {
    let absolute = target.split_once("://").map(|(_, rest)| rest);
    let (authority, path) = match absolute {
        Some(rest) => rest.find('/').and_then(|slash| rest.split_at_checked(slash)).map_or(
            (Some(rest.into()), "/"),
            |(authority, path)| (Some(authority.into()), path),
        ),
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

/// A first message that is none is another protocol's; a later one is damage.
fn damaged(state: State, notes: &mut Notes<'_>) -> Progress {
    if state.messages() == 0 {
        return Progress::Foreign;
    }
    notes.malformed(NAME);
    Progress::Finished
}

/// The header lines of a head.
struct Headers<'a>(&'a [Header<'a>]);

impl<'a> Headers<'a> {
    fn value(&self, name: &str) -> Option<&'a [u8]> {
        let found = self.0.iter().find(|header| header.name.eq_ignore_ascii_case(name));
        found.map(|header| header.value.trim_ascii())
    }

    fn text(&self, name: &str) -> Option<Cow<'a, str>> {
        self.value(name).filter(|value| !value.is_empty()).map(readable)
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    #[test]
    fn tells_requests_one_after_another() {
        check(
            "three on one connection",
            b"GET /setup/eureka?x=1 HTTP/1.1\r\nHost: Camera.example:8080\r\nUser-Agent: App/1\r\n\r\n\
              POST /up HTTP/1.1\r\nhost: a.example\r\nContent-Length: 4\r\n\r\nbodyHEAD / HTTP/1.0\r\n\r\n",
            b"",
            &[
                "sender here http.host camera.example",
                "sender here http.request GET camera.example/setup/eureka",
                "sender http.user_agent App/1",
                "sender here http.host a.example",
                "sender here http.request POST a.example/up",
                "sender here http.request HEAD /",
            ],
        );
        check(
            "the same again and again",
            &b"GET /?mac=02:00:5e:00:53:01 HTTP/1.1\r\nHost: a.example\r\n\r\n".repeat(4),
            &b"HTTP/1.1 200 OK\r\nServer: Boa\r\nContent-Length: 2\r\n\r\nok".repeat(4),
            &[[
                "sender here http.host a.example",
                "sender here http.request GET a.example/",
                "sender here clear.personal mac, 17 bytes, in http query as mac",
            ]; 4]
            .concat()
            .into_iter()
            .chain(["sender http.server Boa"; 4])
            .collect::<Vec<_>>(),
        );
        check(
            "through a proxy",
            b"GET http://b.example/x HTTP/1.1\r\nHost: other\r\n\r\nCONNECT c.example:443 HTTP/1.1\r\n\r\n",
            b"",
            &[
                "sender here http.host b.example",
                "sender here http.request GET b.example/x",
                "sender here http.host c.example",
                "sender here http.request CONNECT c.example",
            ],
        );
    }

    #[test]
    fn tells_logins_by_their_lengths() {
        check(
            "a header and a query",
            b"GET /a?user=admin&pwd=123 HTTP/1.1\r\nAuthorization: Basic YWRtaW46MTIzNA==\r\n\r\n",
            b"",
            &[
                "sender here http.request GET /a",
                "sender here http.login basic, user 5, password 4",
                "sender here http.login form, user 5, password 3",
            ],
        );
        check(
            "a form in chunks, and JSON",
            b"POST /login HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Type: application/x-www-form-urlencoded\r\n\
              \r\n19\r\nusername=me&password=abcd\r\n0\r\n\r\nPOST /j HTTP/1.1\r\nContent-Type: application/json\r\n\
              Content-Length: 18\r\n\r\n{\"password\":\"xyz\"}",
            b"",
            &[
                "sender here http.request POST /login",
                "sender here clear.personal password, 4 bytes, in http body as password",
                "sender here http.login form, user 2, password 4",
                "sender here http.request POST /j",
                "sender here http.login form, password 3",
            ],
        );
    }

    #[test]
    fn personal_data_is_told_by_kind_and_length() {
        check(
            "in a query, a path, a header and a cookie",
            b"GET /u/jo@example.com?lat=52.5200&lon=13.4050 HTTP/1.1\r\nX-Device-Mac: 02:00:5e:10:00:01\r\n\
              Cookie: a=1; ssid=TheNet\r\n\r\n",
            b"",
            &[
                "sender here http.request GET /u/[email]",
                "sender here clear.personal coordinates, 14 bytes, in http query",
                "sender here clear.personal email, 14 bytes, in http path",
                "sender here clear.personal mac, 17 bytes, in http head as devicemac",
                "sender here clear.personal ssid, 6 bytes, in http head as ssid",
            ],
        );
        check(
            "in a body of no kind, and answered",
            b"POST /r HTTP/1.1\r\nContent-Length: 13\r\n\r\nssid=TheNet&x",
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 24\r\n\r\n{\"mail\":\"b@example.com\"}",
            &[
                "sender here http.request POST /r",
                "sender here clear.personal ssid, 6 bytes, in http body as ssid",
                "sender http.content_type application/json",
                "sender here clear.personal email, 13 bytes, in http answer as mail",
                "receiver here clear.personal email, 13 bytes, in http answer as mail",
            ],
        );
    }

    #[test]
    fn tells_what_a_server_says_of_itself() {
        check(
            "a page, then a refusal",
            b"",
            b"HTTP/1.1 200 OK\r\nServer: Boa/0.94\r\nContent-Type: text/html\r\nContent-Length: 43\r\n\r\n\
              <html><TITLE>\n IP  Camera </TITLE></html>..\
              HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"cam\"\r\nContent-Length: 0\r\n\r\n",
            &[
                "sender http.server Boa/0.94",
                "sender http.content_type text/html",
                "sender http.title IP Camera",
                "sender http.challenge Basic realm=\"cam\"",
            ],
        );
        check(
            "a page until the connection's end",
            b"",
            b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<title>Hub</title>",
            &["sender http.content_type text/html", "sender http.title Hub"],
        );
        check(
            "a device's description",
            b"",
            b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<root xmlns=\"urn:schemas-upnp-org:device-1-0\">\
              <device><modelName>L1</modelName></device></root>",
            &["sender http.content_type text/xml", "sender upnp.model L1"],
        );
    }

    #[test]
    fn answers_to_head_have_no_body() {
        check(
            "then one with a server",
            b"HEAD / HTTP/1.1\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nHTTP/1.1 304 X\r\nServer: a\r\n\r\n",
            &["sender here http.request HEAD /", "sender http.server a"],
        );
    }

    #[test]
    fn asks_for_ports_are_told() {
        let body = "<s:Envelope xmlns:s=\"x\"><s:Body><u:AddPortMapping xmlns:u=\"y\"><NewExternalPort>8080\
            </NewExternalPort><NewProtocol>TCP</NewProtocol><NewInternalPort>80</NewInternalPort>\
            <NewInternalClient>192.0.2.7</NewInternalClient></u:AddPortMapping></s:Body></s:Envelope>";
        let head = format!(
            "POST /ctl HTTP/1.1\r\nSOAPAction: \"x#AddPortMapping\"\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        check(
            "to a router",
            &[head, body.into()].concat().into_bytes(),
            b"",
            &[
                "sender here http.request POST /ctl",
                "sender port_mapping.asked tcp 8080 to 192.0.2.7:80",
            ],
        );
    }

    #[test]
    fn takes_only_streams_of_heads() {
        for (bytes, expected) in [
            (&b"GET / HTTP/1.1\r\n"[..], true),
            (b"GET /a/very/long/pa", true),
            (b"NOTIFY /event HTTP/1.1\r\n", true),
            (b"GET    /event HTTP/1.1\r\n", true),
            (b"GET . HTTP/1.0\r\n", true),
            (b"GET . HT", false),
            (b"CONNECT a.example:443 HTTP/1.1\r\n", true),
            (b"HTTP/1.1 200 OK\r\n", true),
            (b"HTTP/2 200", false),
            (b"OPTIONS rtsp://192.0.2.7/ RTSP/1.0\r\n", false),
            (b"OPTIONS * RTSP/1.0\r\n", false),
            (b"GET something else\r\n", false),
            (b"GETTING /", false),
            (b"\x16\x03\x01", false),
        ] {
            assert_eq!(begins(bytes), expected, "{}", String::from_utf8_lossy(bytes));
        }
    }

    proptest! {
        #[test]
        fn never_panics(noise in prop::collection::vec(any::<u8>(), 1..200), head in 0_usize..3) {
            let heads: [&[u8]; 3] = [
                b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n",
                b"POST / HTTP/1.1\r\nContent-Length: 99\r\nContent-Type: text/xml\r\n\r\n",
                b"GET ",
            ];
            let bytes = [heads[head], &noise].concat();
            Rehearsal::new(PROTOCOL, 80).client(&bytes).server(&bytes).server(&noise);
            let answer = [b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n".as_slice(), &noise];
            Rehearsal::new(PROTOCOL, 80).server(&answer.concat());
        }
    }

    /// Plays the streams whole and byte by byte.
    #[track_caller]
    fn check(name: &str, client: &[u8], server: &[u8], expected: &[&str]) {
        for step in [usize::MAX, 1] {
            let mut flow = Rehearsal::new(PROTOCOL, 80);
            for piece in client.chunks(step) {
                flow = flow.client(piece);
            }
            for piece in server.chunks(step) {
                flow = flow.server(piece);
            }
            assert_eq!(flow.lines(), expected, "{name} in steps of {step}");
            assert_eq!(flow.malformed(), 0, "{name}");
        }
    }
}
