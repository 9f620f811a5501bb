//! E-mail against a small mail server of our own, and against `aiosmtpd` where it is installed.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, mpsc},
};

use alerts::{Blame, Details, SendError};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::{PATIENCE, certificate, channel, message, until};

/// How the server behaves.
#[derive(Clone, Default)]
struct Manner {
    /// TLS from the first byte.
    tls_first: bool,
    /// Offers STARTTLS, and takes it.
    starttls: bool,
    /// What it offers besides.
    offers: &'static str,
    /// A line that is answered otherwise, by its beginning.
    otherwise: Option<(&'static str, &'static str)>,
}

/// Hears one letter; everything the client said comes out.
fn serve(manner: Manner, tls: Option<Arc<ServerConfig>>) -> (u16, mpsc::Receiver<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let (socket, _) = listener.accept().unwrap();
        let mut said = Vec::new();
        let secured = |socket: TcpStream| {
            let connection = ServerConnection::new(Arc::clone(tls.as_ref().unwrap())).unwrap();
            StreamOwned::new(connection, socket)
        };
        if manner.tls_first {
            talk(secured(socket), &manner, true, &mut said);
        } else {
            let begin = manner.starttls && {
                talk(socket.try_clone().unwrap(), &manner, true, &mut said);
                said.last().is_some_and(|it| it == "STARTTLS")
            };
            if begin {
                let later = Manner { starttls: false, ..manner };
                talk(secured(socket), &later, false, &mut said);
            } else if !manner.starttls {
                talk(socket, &manner, true, &mut said);
            }
        }
        let _ = sender.send(said);
    });
    (port, receiver)
}

/// Until the client leaves or wants TLS.
fn talk(stream: impl Read + Write, manner: &Manner, greets: bool, said: &mut Vec<String>) {
    let mut stream = BufReader::new(stream);
    let answer = |stream: &mut BufReader<_>, text: &str| write(stream.get_mut(), text);
    if greets {
        answer(&mut stream, "220-a mail server\r\n220 for tests");
    }
    let mut in_letter = false;
    loop {
        let mut line = String::new();
        let Ok(1..) = stream.read_line(&mut line) else { return };
        let line = line.trim_end_matches(['\r', '\n']).to_owned();
        said.push(line.clone());
        if in_letter {
            if line == "." {
                in_letter = false;
                answer(&mut stream, "250 taken");
            }
            continue;
        }
        if let Some((begin, otherwise)) = manner.otherwise
            && line.starts_with(begin)
        {
            answer(&mut stream, otherwise);
            continue;
        }
        match line.split(' ').next().unwrap() {
            "EHLO" if manner.starttls => answer(&mut stream, "250-hello\r\n250 STARTTLS"),
            "EHLO" => {
                answer(&mut stream, &format!("250-hello\r\n250-{}\r\n250 8BITMIME", manner.offers));
            }
            "STARTTLS" => {
                answer(&mut stream, "220 go ahead");
                return;
            }
            "AUTH" if line == "AUTH LOGIN" => answer(&mut stream, "334 VXNlcm5hbWU6"),
            "AUTH" => answer(&mut stream, "235 welcome"),
            "DATA" => {
                in_letter = true;
                answer(&mut stream, "354 go on");
            }
            "QUIT" => {
                answer(&mut stream, "221 goodbye");
                return;
            }
            "MAIL" | "RCPT" => answer(&mut stream, "250 fine"),
            // The two lines of AUTH LOGIN.
            _ if said.iter().any(|it| STANDARD.encode("home") == **it)
                && said.len() > 1
                && line != STANDARD.encode("home") =>
            {
                answer(&mut stream, "235 welcome");
            }
            _ => answer(&mut stream, "334 UGFzc3dvcmQ6"),
        }
    }
}

fn write(stream: &mut impl Write, text: &str) {
    let _ = stream.write_all(text.as_bytes());
    let _ = stream.write_all(b"\r\n");
    let _ = stream.flush();
}

const LOGIN: &str = "user = \"home\"\npassword = \"hunter2\"\n";

#[test]
fn a_letter_is_handed_over_in_the_clear_on_this_machine() {
    let folder = tempfile::tempdir().unwrap();
    let (port, said) = serve(Manner::default(), None);
    send(folder.path(), port, "security = \"none\"\n").unwrap();
    let said = said.recv_timeout(PATIENCE).unwrap();
    assert_eq!(
        said[..5],
        [
            "EHLO [127.0.0.1]",
            "MAIL FROM:<home@mail.example>",
            "RCPT TO:<you@mail.example>",
            "RCPT TO:<too@mail.example>",
            "DATA",
        ]
    );
    assert_letter(&said.join("\r\n"));
    assert_eq!(said.last().unwrap(), "QUIT");
}

#[test]
fn a_password_goes_over_tls_alone() {
    let folder = tempfile::tempdir().unwrap();
    let Some((authority, tls)) = certificate::make(folder.path()) else { return };
    let trust = format!("ca_file = \"{}\"\n{LOGIN}", authority.display());
    let plain = STANDARD.encode("\0home\0hunter2");
    for (manner, security, logs_in) in [
        (
            Manner { starttls: true, offers: "AUTH PLAIN LOGIN", ..Manner::default() },
            "starttls",
            format!("AUTH PLAIN {plain}"),
        ),
        (
            Manner { tls_first: true, offers: "AUTH LOGIN", ..Manner::default() },
            "tls",
            "AUTH LOGIN".to_owned(),
        ),
    ] {
        let (port, said) = serve(manner, Some(Arc::clone(&tls)));
        send(folder.path(), port, &format!("security = \"{security}\"\n{trust}")).unwrap();
        let said = said.recv_timeout(PATIENCE).unwrap();
        assert!(said.contains(&logs_in), "{said:?}");
        if security == "starttls" {
            assert_eq!(said[1], "STARTTLS");
        }
        assert_letter(&said.join("\r\n"));
    }
}

#[test]
fn nothing_is_sent_less_safely_than_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    // No STARTTLS: nothing but the greeting was said.
    let (port, said) = serve(Manner { offers: "AUTH PLAIN", ..Manner::default() }, None);
    let error = send(folder.path(), port, LOGIN).unwrap_err();
    assert_eq!(error.blame, Blame::Setup, "{error}");
    assert_eq!(said.recv_timeout(PATIENCE).unwrap().len(), 1);
    // More than was asked for, before TLS.
    let early = Some(("STARTTLS", "220 go ahead\r\n250 AUTH PLAIN"));
    let (port, said) =
        serve(Manner { starttls: true, otherwise: early, ..Manner::default() }, None);
    let error = send(folder.path(), port, LOGIN).unwrap_err();
    assert!(error.what.contains("out of turn"), "{error}");
    drop(said);
    // A certificate by nobody we know.
    let Some((_, tls)) = certificate::make(folder.path()) else { return };
    let (port, said) = serve(Manner { tls_first: true, ..Manner::default() }, Some(tls));
    assert!(send(folder.path(), port, &format!("security = \"tls\"\n{LOGIN}")).is_err());
    assert_eq!(said.recv_timeout(PATIENCE).unwrap(), [""; 0]);
}

#[test]
fn refusals_say_who_must_act() {
    let folder = tempfile::tempdir().unwrap();
    for (line, answer, blame) in [
        ("MAIL", "451 later", Blame::Moment),
        ("MAIL", "530 log in", Blame::Setup),
        ("RCPT", "550 nobody here", Blame::Setup),
        ("DATA", "554 no", Blame::Message),
        ("EHLO", "nonsense", Blame::Moment),
        ("EHLO", "ünsense", Blame::Moment),
    ] {
        let manner = Manner { otherwise: Some((line, answer)), ..Manner::default() };
        let (port, _said) = serve(manner, None);
        let error = send(folder.path(), port, "security = \"none\"\n").unwrap_err();
        assert_eq!(error.blame, blame, "{line}: {error}");
        assert!(!error.what.contains("nonsense") && !error.what.contains("nobody here"));
    }
}

/// Another project's server, which is stricter than ours.
#[test]
fn another_projects_mail_server_takes_it() {
    const PROGRAM: &str = "
import sys
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox
controller = Controller(Mailbox(sys.argv[1]), hostname='127.0.0.1', port=int(sys.argv[2]))
controller.start()
print('ready', flush=True)
sys.stdin.read()
controller.stop()
";

    let python = "/usr/bin/python3";
    let there = Command::new(python)
        .args(["-c", "import aiosmtpd"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|it| it.success());
    if !there {
        println!("skipped: aiosmtpd is not installed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mailbox = folder.path().join("mail");
    // Somebody may take the port between our asking for a free one and the server's taking it.
    let (_server, port) = (0..20)
        .find_map(|_| {
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            let child = Command::new(python)
                .args(["-c", PROGRAM])
                .arg(&mailbox)
                .arg(port.to_string())
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn();
            let mut server = Ended(child.unwrap());
            let mut ready = String::new();
            BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut ready).unwrap();
            (ready.trim() == "ready").then_some((server, port))
        })
        .unwrap();
    send(folder.path(), port, "security = \"none\"\n").unwrap();
    let mut letter = String::new();
    until("a letter arrives", || {
        let found = fs::read_dir(mailbox.join("new")).ok().and_then(|mut it| it.next());
        let read = found.and_then(|it| fs::read_to_string(it.ok()?.path()).ok());
        letter = read.unwrap_or_default();
        !letter.is_empty()
    });
    assert_letter(&letter.replace("\r\n", "\n").replace('\n', "\r\n"));
}

struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn send(folder: &Path, port: u16, more: &str) -> Result<(), SendError> {
    let who = "from = \"home@mail.example\"\nto = [\"you@mail.example\", \"too@mail.example\"]\n";
    let text = format!("[[mail]]\nserver = \"127.0.0.1\"\nport = {port}\n{who}{more}");
    channel(folder, &text).send(&message(Details::Full))
}

#[track_caller]
fn assert_letter(said: &str) {
    assert!(said.is_ascii());
    assert!(!said.contains("\r\nX-Evil"), "{said}");
    for line in [
        "From: Houseguest <home@mail.example>",
        "Subject: =?UTF-8?B?S8O8Y2hlOiBjYW1lcmEgWC1FdmlsOiAxOiAyIGNoYW5nZXM=?=",
        "Date: Sun, 22 Nov 2026 10:00:00 +0000",
        "Message-ID: <e12.1795341600.houseguest@mail.example>",
        "Auto-Submitted: auto-generated",
    ] {
        assert!(said.contains(line), "{line} is not in {said}");
    }
    let body = said.split("\r\n\r\n").nth(1).unwrap();
    let body: String = body.lines().take_while(|it| !it.is_empty() && *it != ".").collect();
    let text = String::from_utf8(STANDARD.decode(body).unwrap()).unwrap();
    assert_eq!(
        text,
        "new finding (high): Login in the clear\r\n\
         talks with servers in Germany for the first time\r\n\
         The page says what to do about it.\r\n\r\nhttp://192.0.2.1:8420/devices/g7\r\n"
    );
}
