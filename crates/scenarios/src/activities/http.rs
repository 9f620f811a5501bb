//! `http`: one request and its answer in clear text (RFC 9112).

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Deserialize;

use crate::link::Endpoint;
use crate::quantity::{Payload, Size};
use crate::stage::{BuildError, Stage};
use crate::tcp::{Connection, Side};

/// Asks a web server for something, with a login if the scenario says so.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Http {
    to: String,
    #[serde(default = "web_port")]
    port: u16,
    #[serde(default = "get")]
    method: String,
    #[serde(default = "root")]
    path: String,
    /// Instead of the peer's name.
    host: Option<String>,
    /// The `User-Agent` header.
    agent: Option<String>,
    /// Sent with `password` as HTTP Basic (RFC 7617).
    user: Option<String>,
    #[serde(default)]
    password: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// What is sent along.
    body: Option<Payload>,
    #[serde(default = "fine")]
    status: u16,
    /// The `Server` header of the answer.
    server: Option<String>,
    #[serde(default = "html")]
    content: String,
    /// What comes back; opaque bytes of size `down` if absent.
    reply: Option<Payload>,
    #[serde(default)]
    down: Size,
    #[serde(default)]
    over: Over,
}

/// The address family to use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Over {
    /// The usual one.
    #[default]
    Ipv4,
    /// The other one.
    Ipv6,
}

fn get() -> String {
    "GET".to_owned()
}

fn root() -> String {
    "/".to_owned()
}

fn html() -> String {
    "text/html".to_owned()
}

const fn web_port() -> u16 {
    80
}

const fn fine() -> u16 {
    200
}

impl Http {
    pub(crate) fn perform(&self, stage: &mut Stage<'_>) -> Result<(), BuildError> {
        let peer = stage.reach_over(&self.to, self.over == Over::Ipv6)?;
        let host = self.host.clone().unwrap_or_else(|| peer.authority());
        let body = self.body.as_ref().map(|body| stage.carry(body)).unwrap_or_default();
        let mut headers = vec![("Host", host)];
        headers.extend(self.agent.clone().map(|agent| ("User-Agent", agent)));
        headers.extend(self.user.as_ref().map(|user| {
            ("Authorization", format!("Basic {}", base64(&format!("{user}:{}", self.password))))
        }));
        headers.extend(self.headers.iter().map(|(key, value)| (key.as_str(), value.clone())));
        let start = format!("{} {} HTTP/1.1", self.method, self.path);
        let request = message(&start, &headers, &body);

        let reply = match &self.reply {
            Some(reply) => stage.carry(reply),
            None => stage.opaque(self.down.0),
        };
        let mut headers = vec![("Content-Type", self.content.clone())];
        headers.extend(self.server.clone().map(|server| ("Server", server)));
        let start = format!("HTTP/1.1 {} {}", self.status, reason(self.status));
        let answer = message(&start, &headers, &reply);

        let round_trip = stage.round_trip(&peer);
        let client = stage.my_port(&peer)?;
        converse(stage, (client, peer.port(self.port)), round_trip, &request, &answer)
    }
}

/// Opens a connection, asks, answers, closes.
pub(crate) fn converse(
    stage: &mut Stage<'_>,
    (client, server): (Endpoint, Endpoint),
    round_trip: u64,
    request: &[u8],
    answer: &[u8],
) -> Result<(), BuildError> {
    let mut connection = Connection::open(stage, client, server, round_trip)?;
    connection.say(stage, Side::Client, request)?;
    connection.say(stage, Side::Server, answer)?;
    connection.close(stage)
}

/// A message of `start` line, `headers` and `body`; the body's length is added if there is one.
pub(crate) fn message(start: &str, headers: &[(&str, String)], body: &[u8]) -> Vec<u8> {
    let mut head = format!("{start}\r\n");
    for (key, value) in headers {
        // Writing to a string cannot fail.
        let _written = write!(head, "{key}: {value}\r\n");
    }
    if !body.is_empty() || start.starts_with("HTTP/") {
        let _written = write!(head, "Content-Length: {}\r\n", body.len());
    }
    head.push_str("\r\n");
    [head.as_bytes(), body].concat()
}

/// The reason phrase of the few codes scenarios use.
const fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        401 => "Unauthorized",
        404 => "Not Found",
        _ => "Status",
    }
}

/// Base64 with padding (RFC 4648 section 4).
pub(crate) fn base64(text: &str) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    let mut coded = String::new();
    for group in text.as_bytes().chunks(3) {
        let bits = group.iter().fold(0_u32, |bits, &byte| bits << 8 | u32::from(byte))
            << (8 * (3 - group.len()));
        for place in 0..4 {
            let value = (bits >> (18 - 6 * place) & 63) as usize;
            let letter = ALPHABET.get(value).filter(|_| place <= group.len());
            coded.push(letter.map_or('=', |&letter| char::from(letter)));
        }
    }
    coded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_matches_the_standards_examples() {
        let check = |text: &str, want: &str| assert_eq!(base64(text), want, "{text}");
        check("", "");
        check("f", "Zg==");
        check("fo", "Zm8=");
        check("foo", "Zm9v");
        check("foobar", "Zm9vYmFy");
    }

    #[test]
    fn a_message_is_read_by_another_parser() {
        let bytes = message("HTTP/1.1 200 OK", &[("Server", "thing/1.0".to_owned())], b"hi");
        let mut headers = [httparse::EMPTY_HEADER; 4];
        let mut response = httparse::Response::new(&mut headers);
        let head = response.parse(&bytes).unwrap().unwrap();
        assert_eq!((response.code, &bytes[head..]), (Some(200), &b"hi"[..]));
        assert_eq!(response.headers[1].value, b"2");
    }
}
