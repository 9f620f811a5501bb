//! Parts that the lab plays itself, each a process of its own in the namespace it is started in: `cargo
//! xtask lab player PART …`.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream, UdpSocket},
    os::fd::OwnedFd,
    process::Command,
    thread,
    time::Duration,
};

/// No answer takes longer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Plays a part until it is over.
pub(super) fn play(words: &[&str]) -> Result<(), String> {
    let played = match words {
        ["ask", address, path] => ask(address, path),
        ["visit", address, text] => visit(address, text),
        ["knock", address] => knock(address),
        ["type", address, lines @ ..] => type_in(address, lines),
        ["answer", address] => answer(address),
        ["serve", address, program, arguments @ ..] => serve(address, program, arguments),
        _ => return Err(format!("the lab has no part {words:?}")),
    };
    played.map_err(|error| format!("{words:?}: {error}"))
}

/// Prints what an HTTP server has at `path`.
#[expect(clippy::print_stdout, reason = "this is what the part is there for")]
fn ask(address: &str, path: &str) -> std::io::Result<()> {
    let mut stream = call(address)?;
    let request = format!("GET {path} HTTP/1.0\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
    if !head.lines().next().is_some_and(|line| line.contains(" 200 ")) {
        return Err(std::io::Error::other(head.to_owned()));
    }
    print!("{body}");
    Ok(())
}

/// Sends a text, reads what comes until nothing more does, and hangs up.
fn visit(address: &str, text: &str) -> std::io::Result<()> {
    let mut stream = call(address)?;
    stream.write_all(text.replace("\\r\\n", "\r\n").as_bytes())?;
    let mut answer = [0; 4096];
    if stream.read(&mut answer)? == 0 {
        return Err(std::io::Error::other("no answer"));
    }
    // What more there is comes at once, or does not matter.
    stream.set_read_timeout(Some(Duration::from_millis(500)))?;
    while stream.read(&mut answer).unwrap_or(0) > 0 {}
    Ok(())
}

/// Says a word to a port at which nobody listens.
fn knock(address: &str) -> std::io::Result<()> {
    UdpSocket::bind("0.0.0.0:0")?.send_to(b"hello", address).map(drop)
}

/// Types a line after each prompt (what ends in a colon), as a person at a terminal does, one key at a
/// time.
fn type_in(address: &str, lines: &[&str]) -> std::io::Result<()> {
    let mut stream = call(address)?;
    for line in lines {
        let mut last = b' ';
        while last != b':' {
            let mut bytes = [0; 512];
            let count = stream.read(&mut bytes)?;
            if count == 0 {
                return Err(std::io::Error::other("no prompt"));
            }
            let shown = bytes.get(..count).unwrap_or_default();
            refuse(&mut stream, shown)?;
            let text = shown.iter().rev().find(|byte| !byte.is_ascii_whitespace());
            last = *text.unwrap_or(&b' ');
        }
        for key in line.bytes().chain(*b"\r") {
            stream.write_all(&[key])?;
        }
    }
    Ok(())
}

/// Says no to every option that a terminal's server offers or asks for (RFC 854).
fn refuse(stream: &mut TcpStream, shown: &[u8]) -> std::io::Result<()> {
    for command in shown.windows(3) {
        match command {
            [255, 251 | 252, option] => stream.write_all(&[255, 254, *option])?,
            [255, 253 | 254, option] => stream.write_all(&[255, 252, *option])?,
            _ => {}
        }
    }
    Ok(())
}

/// Answers every HTTP request with a word.
fn answer(address: &str) -> std::io::Result<()> {
    for stream in TcpListener::bind(address)?.incoming() {
        let Ok(mut stream) = stream else { continue };
        thread::spawn(move || -> std::io::Result<()> {
            stream.set_read_timeout(Some(PATIENCE))?;
            for line in BufReader::new(stream.try_clone()?).lines() {
                if line?.is_empty() {
                    break;
                }
            }
            stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n")
        });
    }
    Ok(())
}

/// Gives every caller to a program of its own, as inetd does.
fn serve(address: &str, program: &str, arguments: &[&str]) -> std::io::Result<()> {
    for stream in TcpListener::bind(address)?.incoming() {
        let stream = OwnedFd::from(stream?);
        let out = stream.try_clone()?;
        let mut child = Command::new(program).args(arguments).stdin(stream).stdout(out).spawn()?;
        thread::spawn(move || child.wait());
    }
    Ok(())
}

fn call(address: &str) -> std::io::Result<TcpStream> {
    let place: SocketAddr = address.parse().map_err(std::io::Error::other)?;
    let stream = TcpStream::connect_timeout(&place, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(stream)
}
