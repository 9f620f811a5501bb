//! SSH: the one line in the clear that each end begins with.
//!
//! Wire format: [RFC 4253], section 4.2.
//!
//! [RFC 4253]: https://www.rfc-editor.org/rfc/rfc4253

use evidence::fields;

use crate::protocol::{Cover, Notes, Opening, Progress, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "ssh",
    cover: Cover::Encrypted,
    datagram_ports: &[],
    stream_ports: &[22, 2222],
    recognises: |opening: &Opening<'_>| opening.in_stream && begins(opening.bytes),
    datagram: None,
    stream: Some(read),
};

/// By the RFC, with its end.
const LONGEST_LINE: usize = 255;

fn begins(bytes: &[u8]) -> bool {
    bytes.starts_with(b"SSH-2.0-") || bytes.starts_with(b"SSH-1.")
}

fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Progress {
    const START: &[u8] = b"SSH-";

    let known = bytes.len().min(START.len());
    if bytes.get(..known) != START.get(..known) {
        return Progress::Foreign;
    }
    let Some(end) = bytes.iter().position(|&byte| byte == b'\n') else {
        return if bytes.len() > LONGEST_LINE { Progress::Foreign } else { Progress::More };
    };
    let line = bytes.get(..end.min(LONGEST_LINE)).unwrap_or_default().trim_ascii_end();
    let line = String::from_utf8_lossy(line);
    let field = if notes.to_server { fields::SSH_CLIENT } else { fields::SSH_BANNER };
    notes.sender(field, &line);
    Progress::Finished
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    #[test]
    fn tells_each_end_by_its_line() {
        let flow = Rehearsal::new(PROTOCOL, 22)
            .server(b"SSH-2.0-dropbear_2019.78\r\n\0\0\x01")
            .client(b"SSH-2.0-")
            .client(b"Go\r\n");
        assert_eq!(
            flow.lines(),
            ["sender ssh.banner SSH-2.0-dropbear_2019.78", "sender ssh.client SSH-2.0-Go"]
        );
    }

    #[test]
    fn leaves_other_streams_alone() {
        let flow = Rehearsal::new(PROTOCOL, 22).server(b"SS").client(b"GET / HTTP/1.1");
        assert_eq!((flow.ended(false), flow.ended(true)), (None, Some(Progress::Foreign)));
        let endless = [&b"SSH-2.0-"[..], &[b'a'; 300]].concat();
        let flow = Rehearsal::new(PROTOCOL, 22).server(&endless);
        assert_eq!(flow.ended(false), Some(Progress::Foreign));
    }
}
