//! ntfy and webhooks against a small server of our own.

use std::{
    io::{BufRead as _, BufReader, Read, Write},
    net::TcpListener,
    sync::{Arc, mpsc},
};

use alerts::{Blame, Details, test_message};
use evidence::Timestamp;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::Value;

use crate::{PATIENCE, certificate, channel, message};

/// What a request said.
struct Asked {
    head: Vec<String>,
    body: String,
}

impl Asked {
    fn header(&self, name: &str) -> &str {
        let found = self.head.iter().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        });
        found.unwrap_or_default()
    }
}

/// Answers one request after the other, each with the next of `answers`.
fn serve(answers: Vec<&str>, tls: Option<Arc<ServerConfig>>) -> (u16, mpsc::Receiver<Asked>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, receiver) = mpsc::channel();
    let answers: Vec<String> = answers.into_iter().map(str::to_owned).collect();
    std::thread::spawn(move || {
        for answer in answers {
            let (socket, _) = listener.accept().unwrap();
            match &tls {
                None => answer_one(socket, &answer, &sender),
                Some(tls) => {
                    let connection = ServerConnection::new(Arc::clone(tls)).unwrap();
                    answer_one(StreamOwned::new(connection, socket), &answer, &sender);
                }
            }
        }
    });
    (port, receiver)
}

fn answer_one(stream: impl Read + Write, answer: &str, sender: &mpsc::Sender<Asked>) {
    let mut stream = BufReader::new(stream);
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        // Whoever does not trust our certificate leaves.
        let Ok(1..) = stream.read_line(&mut line) else { return };
        let line = line.trim_end().to_owned();
        if line.is_empty() {
            break;
        }
        head.push(line);
    }
    let mut asked = Asked { head, body: String::new() };
    let mut body = vec![0; asked.header("content-length").parse().unwrap()];
    stream.read_exact(&mut body).unwrap();
    asked.body = String::from_utf8(body).unwrap();
    sender.send(asked).unwrap();
    let _ = stream.get_mut().write_all(answer.as_bytes());
    let _ = stream.get_mut().flush();
}

const FINE: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";

#[test]
fn ntfy_gets_title_text_priority_and_link() {
    let folder = tempfile::tempdir().unwrap();
    let (port, asked) = serve(vec![FINE], None);
    let url = format!("url = \"http://127.0.0.1:{port}/my-topic\"");
    let text = format!("[[ntfy]]\n{url}\nallow_private = true\ntoken = \"tk_example\"");
    channel(folder.path(), &text).send(&message(Details::Full)).unwrap();
    let asked = asked.recv_timeout(PATIENCE).unwrap();
    assert_eq!(asked.head[0], "POST /my-topic HTTP/1.1");
    // "Küche: camera X-Evil: 1: 2 changes", as RFC 2047 has it.
    assert_eq!(
        asked.header("title"),
        "=?UTF-8?B?S8O8Y2hlOiBjYW1lcmEgWC1FdmlsOiAxOiAyIGNoYW5nZXM=?="
    );
    assert_eq!(asked.header("x-evil"), "");
    assert_eq!(asked.header("priority"), "4");
    assert_eq!(asked.header("tags"), "warning");
    assert_eq!(asked.header("click"), "http://192.0.2.1:8420/devices/g7");
    assert_eq!(asked.header("authorization"), "Bearer tk_example");
    assert_eq!(
        asked.body,
        "new finding (high): Login in the clear\n\
         talks with servers in Germany for the first time\n\
         The page says what to do about it."
    );
}

#[test]
fn a_webhook_gets_json_of_the_documented_shape_signed() {
    let folder = tempfile::tempdir().unwrap();
    let (port, asked) = serve(vec![FINE; 4], None);
    let url = format!("url = \"http://127.0.0.1:{port}/hook?key=1\"");
    let text = format!("[[webhook]]\n{url}\nallow_private = true\nsecret = \"s3cret\"");
    let channel = channel(folder.path(), &text);
    let schema = include_str!("../../../../docs/schema/alert.schema.json");
    let schema = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    let trial = test_message(None, Details::Full, Timestamp::EPOCH);
    let every = [Details::Full, Details::Short, Details::None].map(message);
    for sent in every.into_iter().chain([trial]) {
        channel.send(&sent).unwrap();
        let asked = asked.recv_timeout(PATIENCE).unwrap();
        assert_eq!(asked.head[0], "POST /hook?key=1 HTTP/1.1");
        assert_eq!(asked.header("content-type"), "application/json");
        assert_eq!(asked.header("x-houseguest-signature"), signature("s3cret", &asked.body));
        let body: Value = serde_json::from_str(&asked.body).unwrap();
        let errors: Vec<_> = schema.iter_errors(&body).map(|it| it.to_string()).collect();
        assert_eq!(errors, [""; 0], "{body:#}");
        assert_eq!(body["test"], sent.test);
        if !sent.test {
            assert_eq!(
                (body["id"].as_str(), body["severity"].as_str()),
                (Some("e12"), Some("high"))
            );
        }
    }
}

#[test]
fn private_addresses_need_leave() {
    let folder = tempfile::tempdir().unwrap();
    for host in ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "192.168.7.7", "0.0.0.0"] {
        let text = format!("[[webhook]]\nurl = \"http://{host}:9/x\"");
        let error = channel(folder.path(), &text).send(&message(Details::Full)).unwrap_err();
        assert_eq!(error.blame, Blame::Setup, "{host}: {error}");
        assert!(error.what.contains("allow_private"), "{host}: {error}");
    }
    let always = "[[webhook]]\nallow_private = true\nurl = \"http://169.254.169.254/x\"";
    let error = channel(folder.path(), always).send(&message(Details::Full)).unwrap_err();
    assert_eq!(error.blame, Blame::Setup, "{error}");
}

#[test]
fn redirects_are_not_followed_and_answers_are_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let moved = "HTTP/1.1 307 Moved\r\nLocation: http://127.0.0.1:9/secret\r\n\
                 Content-Length: 0\r\nConnection: close\r\n\r\n";
    let long =
        format!("HTTP/1.1 200 OK\r\nX-Long: {}\r\nContent-Length: 0\r\n\r\n", "x".repeat(99_999));
    let endless = "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nabc";
    let broken = "nonsense\r\n\r\n";
    let (port, _asked) = serve(vec![moved, &long, endless, broken], None);
    let text = format!("[[webhook]]\nallow_private = true\nurl = \"http://127.0.0.1:{port}/x\"");
    let channel = channel(folder.path(), &text);
    let send = || channel.send(&message(Details::Full)).map_err(|it| it.blame);
    assert_eq!(send(), Err(Blame::Setup), "moved");
    assert!(send().is_err(), "a head without end");
    assert_eq!(send(), Ok(()), "a body without end");
    assert!(send().is_err(), "no HTTP");
    // The test's server is gone now.
    assert_eq!(send(), Err(Blame::Moment), "nobody there");
}

#[test]
fn over_tls_only_to_whom_is_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let Some((authority, tls)) = certificate::make(folder.path()) else { return };
    let (port, asked) = serve(vec![FINE, FINE], Some(tls));
    let url = format!("url = \"https://127.0.0.1:{port}/x\"\nallow_private = true");
    let stranger = channel(folder.path(), &format!("[[webhook]]\n{url}"));
    let error = stranger.send(&message(Details::Full)).unwrap_err();
    assert!(asked.try_recv().is_err(), "{error}");
    let named = format!("[[webhook]]\n{url}\nca_file = \"{}\"", authority.display());
    channel(folder.path(), &named).send(&message(Details::Full)).unwrap();
    assert_eq!(asked.recv_timeout(PATIENCE).unwrap().head[0], "POST /x HTTP/1.1");
}

fn signature(secret: &str, body: &str) -> String {
    use hmac::Mac as _;
    let mut mac = hmac::Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body.as_bytes());
    let digest = mac.finalize().into_bytes();
    digest.iter().fold("sha256=".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}
