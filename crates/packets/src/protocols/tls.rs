//! TLS and SSL 3.0: whom a client asked for, with what software, and what a server chose and showed.
//!
//! Wire format: [RFC 8446] and [RFC 5246]. Reading stops where encryption begins. A hello is read
//! as soon as it is whole, whichever records it is split over; of the certificates only the leaf.
//!
//! What the server says is noted for both ends: see [`certificate`].
//!
//! [RFC 8446]: https://www.rfc-editor.org/rfc/rfc8446
//! [RFC 5246]: https://www.rfc-editor.org/rfc/rfc5246

mod certificate;
mod client_hello;
mod ja4;
mod server_hello;

use std::{borrow::Cow, fmt};

use evidence::fields;
use tls_parser::TlsCipherSuite;

pub(super) use client_hello::ClientHello;
pub(super) use ja4::{Carrier, ja4};
use server_hello::ServerHello;

use super::cursor::Cursor;
use crate::protocol::{Cover, Notes, Opening, Progress, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: NAME,
    cover: Cover::Encrypted,
    datagram_ports: &[],
    stream_ports: &[443, 465, 636, 853, 989, 990, 993, 995, 5223, 5228, 5671, 8443, 8883],
    recognises: |opening: &Opening<'_>| opening.in_stream && begins(opening.bytes),
    datagram: None,
    stream: Some(read),
};

const NAME: &str = "tls";

/// Handshake messages longer than this are given up, as the flow table holds no more of a stream. Our
/// choice: hellos are some KiB, and a leaf certificate is seldom longer.
const LONGEST_MESSAGE: usize = 16 * 1024;

/// Set in [`Notes::memory`] once the server's hello is noted, while its certificate is awaited.
const HELLO_NOTED: u64 = 1;

/// A protocol version as on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version(pub(super) u16);

impl Version {
    pub(super) const SSL_2_0: Self = Self(0x0002);
    pub(super) const SSL_3_0: Self = Self(0x0300);
    pub(super) const TLS_1_0: Self = Self(0x0301);
    pub(super) const TLS_1_1: Self = Self(0x0302);
    pub(super) const TLS_1_2: Self = Self(0x0303);
    pub(super) const TLS_1_3: Self = Self(0x0304);

    /// Whether it is a published version, not a draft or an experiment.
    pub(super) const fn is_final(self) -> bool {
        self.0 <= Self::TLS_1_3.0
    }

    /// Whether it is TLS 1.3 or a draft of it, which encrypts all that follows the server's hello.
    const fn hides_certificates(self) -> bool {
        self.0 >= Self::TLS_1_3.0
    }

    /// Whether it is a draft of TLS 1.3 from before its hello was disguised as TLS 1.2.
    const fn is_early_draft(self) -> bool {
        matches!(self.0, 0x7f00..=0x7f15)
    }
}

/// `TLS 1.2`; the number where it has no name.
impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match *self {
            Self::SSL_2_0 => "SSL 2.0",
            Self::SSL_3_0 => "SSL 3.0",
            Self::TLS_1_0 => "TLS 1.0",
            Self::TLS_1_1 => "TLS 1.1",
            Self::TLS_1_2 => "TLS 1.2",
            Self::TLS_1_3 => "TLS 1.3",
            Self(number @ 0x7f00..=0x7fff) => {
                return write!(f, "TLS 1.3 draft {}", number & 0xff);
            }
            Self(number) => return write!(f, "{number:#06x}"),
        })
    }
}

/// One record's header and as much of its payload as is there.
struct Record<'a> {
    kind: u8,
    payload: &'a [u8],
    whole: bool,
}

impl<'a> Record<'a> {
    const CHANGE_CIPHER_SPEC: u8 = 20;
    const ALERT: u8 = 21;
    const HANDSHAKE: u8 = 22;
    const APPLICATION_DATA: u8 = 23;
    const HEADER_BYTES: usize = 5;
    /// RFC 5246, section 6.2.3: what ciphers may add to 2^14 bytes.
    const MOST_BYTES: u16 = (1 << 14) + 2048;

    /// Takes the next record off `bytes`. `None` if there is no whole header or it is no TLS.
    fn take(bytes: &mut Cursor<'a>) -> Option<Self> {
        let mut rest = *bytes;
        let (kind, version, length) = (rest.u8()?, rest.u16()?, rest.u16()?);
        if !Self::is_valid(kind, version, length) {
            return None;
        }
        let whole = rest.rest().len() >= length.into();
        let payload = rest.take(rest.rest().len().min(length.into()))?;
        *bytes = rest;
        Some(Self { kind, payload, whole })
    }

    fn is_valid(kind: u8, version: u16, length: u16) -> bool {
        (Self::CHANGE_CIPHER_SPEC..=Self::APPLICATION_DATA).contains(&kind)
            && (Version::SSL_3_0.0..=Version::TLS_1_3.0).contains(&version)
            && (1..=Self::MOST_BYTES).contains(&length)
    }
}

/// Whether a stream's first bytes are a record, and a likely first one if it is a handshake.
fn begins(bytes: &[u8]) -> bool {
    let mut rest = Cursor::new(bytes);
    let Some(record) = Record::take(&mut rest) else {
        return is_ssl2_hello(bytes);
    };
    match (record.kind, record.payload.first()) {
        (Record::HANDSHAKE, Some(&kind)) => {
            [Message::CLIENT_HELLO, Message::SERVER_HELLO].contains(&kind)
        }
        (Record::ALERT, _) => record.payload.len() == 2,
        (Record::CHANGE_CIPHER_SPEC, payload) => payload == Some(&1),
        // Joined in the middle: what follows must be a record again.
        (Record::APPLICATION_DATA, _) => {
            rest.is_empty() || rest.rest().len() < Record::HEADER_BYTES || {
                Record::take(&mut rest).is_some()
            }
        }
        _ => false,
    }
}

/// The hello of SSL 2.0, which old clients sent to offer newer versions too (RFC 5246, appendix E.2).
fn is_ssl2_hello(bytes: &[u8]) -> bool {
    let [high, low, Message::CLIENT_HELLO, major, minor, ciphers @ ..] = bytes else {
        return false;
    };
    let length = usize::from(u16::from_be_bytes([high & 0x7f, *low]));
    let multiple_of_3 = !matches!(ciphers, [_, low, ..] if low % 3 != 0);
    *high == 0x80
        && length + 2 >= bytes.len()
        && multiple_of_3
        && [Version::SSL_2_0.0, Version::SSL_3_0.0, Version::TLS_1_0.0, Version::TLS_1_2.0]
            .contains(&u16::from_be_bytes([*major, *minor]))
}

/// Reads one direction up to where encryption begins. Other protocols pass their streams on here
/// once both ends have agreed to start TLS.
pub(super) fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Progress {
    let mut rest = Cursor::new(bytes);
    match Record::take(&mut rest) {
        Some(Record { kind: Record::HANDSHAKE, .. }) => read_handshake(bytes, notes),
        Some(Record { kind: Record::ALERT, whole: true, .. }) => {
            Progress::Consumed(bytes.len() - rest.rest().len())
        }
        Some(Record { kind: Record::ALERT, .. }) => Progress::More,
        Some(_) => Progress::Finished,
        None if bytes.len() < Record::HEADER_BYTES => Progress::More,
        None if is_ssl2_hello(bytes) => {
            if let [_, _, _, major, minor, ..] = *bytes {
                let version = Version(u16::from_be_bytes([major, minor]));
                notes.sender(fields::TLS_CLIENT_VERSION, &version.to_string());
            }
            Progress::Finished
        }
        None => Progress::Foreign,
    }
}

/// A handshake message, or the beginning of one.
struct Message<'a> {
    kind: u8,
    body: &'a [u8],
    /// What its header says.
    length: usize,
}

impl<'a> Message<'a> {
    const CLIENT_HELLO: u8 = 1;
    const SERVER_HELLO: u8 = 2;
    const CERTIFICATE: u8 = 11;
    const SERVER_HELLO_DONE: u8 = 14;

    fn take(handshake: &mut Cursor<'a>) -> Option<Self> {
        let (kind, length) = (handshake.u8()?, usize::try_from(handshake.u24()?).ok()?);
        let body = handshake.take(handshake.rest().len().min(length))?;
        Some(Self { kind, body, length })
    }

    const fn is_whole(&self) -> bool {
        self.body.len() == self.length
    }
}

fn read_handshake(bytes: &[u8], notes: &mut Notes<'_>) -> Progress {
    let (handshake, ended) = gather(bytes);
    let mut rest = Cursor::new(&handshake);
    while let Some(message) = Message::take(&mut rest) {
        let read = match message.kind {
            Message::CLIENT_HELLO if message.is_whole() => {
                note_client_hello(message.body, notes);
                return Progress::Finished;
            }
            Message::SERVER_HELLO if message.is_whole() => note_server_hello(message.body, notes),
            Message::CERTIFICATE if !notes.to_server => note_certificate(&message, notes),
            Message::SERVER_HELLO_DONE => return Progress::Finished,
            // An encrypted message looks like one of impossible length.
            _ if message.length > LONGEST_MESSAGE => return Progress::Finished,
            _ => None,
        };
        match read {
            Some(end) => return end,
            None if !message.is_whole() => break,
            None => {}
        }
    }
    if ended || handshake.len() > LONGEST_MESSAGE { Progress::Finished } else { Progress::More }
}

/// The payload of the handshake records at the start of `bytes`, and whether something else follows.
fn gather(bytes: &[u8]) -> (Cow<'_, [u8]>, bool) {
    let mut rest = Cursor::new(bytes);
    let mut gathered = Cow::Borrowed(&[][..]);
    while !rest.is_empty() {
        match Record::take(&mut rest) {
            Some(record) if record.kind == Record::HANDSHAKE => {
                if gathered.is_empty() {
                    gathered = Cow::Borrowed(record.payload);
                } else {
                    gathered.to_mut().extend_from_slice(record.payload);
                }
                if !record.whole {
                    return (gathered, false);
                }
            }
            Some(_) => return (gathered, true),
            None => return (gathered, rest.rest().len() >= Record::HEADER_BYTES),
        }
    }
    (gathered, false)
}

fn note_client_hello(body: &[u8], notes: &mut Notes<'_>) {
    let Some(hello) = ClientHello::read(body) else {
        return notes.malformed(NAME);
    };
    if let Some(name) = hello.server_name {
        let name = String::from_utf8_lossy(name).to_ascii_lowercase();
        notes.sender_here(fields::TLS_SNI, &name);
    }
    for protocol in &hello.protocols {
        notes.sender_here(fields::TLS_ALPN, &String::from_utf8_lossy(protocol));
    }
    notes.sender_here(fields::TLS_JA4, &ja4(&hello, Carrier::Tcp));
    notes.sender_here(fields::TLS_CLIENT_VERSION, &hello.highest_version().to_string());
    for cipher in hello.ciphers.iter().filter_map(|&number| TlsCipherSuite::from_id(number)) {
        if is_broken(cipher) {
            notes.sender_here(fields::TLS_OFFERED, cipher.name);
        }
    }
}

/// Whether a suite protects nothing worth the name: no encryption, no authentication, keys short by
/// law of the 1990s, RC4 (RFC 7465) or single DES (RFC 8996 and RFC 5469).
fn is_broken(cipher: &TlsCipherSuite) -> bool {
    ["_NULL_", "_EXPORT_", "_RC4_", "_DES_", "_DES40_", "_anon_"]
        .iter()
        .any(|part| cipher.name.contains(part))
}

/// Returns how reading ends, if it does here.
fn note_server_hello(body: &[u8], notes: &mut Notes<'_>) -> Option<Progress> {
    if *notes.memory & HELLO_NOTED != 0 {
        return None;
    }
    let Some(hello) = ServerHello::read(body) else {
        notes.malformed(NAME);
        return Some(Progress::Finished);
    };
    *notes.memory |= HELLO_NOTED;
    let cipher = TlsCipherSuite::from_id(hello.cipher);
    let name = cipher.map_or_else(|| format!("{:#06x}", hello.cipher), |known| known.name.into());
    let version = hello.version.to_string();
    for (field, value) in [(fields::TLS_VERSION, &version), (fields::TLS_CIPHER, &name)] {
        notes.sender_here(field, value);
        notes.receiver_here(field, value);
    }
    if name.contains("_WITH_NULL_") {
        *notes.cover = Cover::Clear;
    }
    hello.version.hides_certificates().then_some(Progress::Finished)
}

/// Returns how reading ends, or `None` while the leaf is not whole.
fn note_certificate(message: &Message<'_>, notes: &mut Notes<'_>) -> Option<Progress> {
    let mut list = Cursor::new(message.body);
    let _list_bytes = list.u24()?;
    let length = usize::try_from(list.u24()?).ok()?;
    match list.take(length) {
        Some(leaf) => {
            if certificate::note(leaf, notes).is_err() {
                notes.malformed(NAME);
            }
            Some(Progress::Finished)
        }
        None if message.is_whole() || length > LONGEST_MESSAGE => {
            notes.malformed(NAME);
            Some(Progress::Finished)
        }
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    /// Self-signed, RSA with 1024 bits, SHA-1, from 2020 to 2021; made for this test.
    const OLD_LEAF: &str = "\
        30820243308201aca003020102020101300d06092a864886f70d01010505003040310b30090603550406\
        13025a5a31183016060355040a0c0f4578616d706c652043616d657261733117301506035504030c0e43\
        616d6572612e6578616d706c65301e170d3230303130313030303030305a170d32313031303130303030\
        30305a3040310b3009060355040613025a5a31183016060355040a0c0f4578616d706c652043616d6572\
        61733117301506035504030c0e43616d6572612e6578616d706c6530819f300d06092a864886f70d0101\
        01050003818d0030818902818100f4b63c8072ee93e0bb7a7ebf409086e2a332fca5739c6f02189cec71\
        b5a9eb116044c50ba2c1fb5f2f895b642e13716aaaf78cb7f3903e4266e5f08b08e27e1e6acbf350aeba\
        818d65b241937535c23c05774314fc1361ca3098f191db23c6b36e2348b8341e8b26a094585a54b06c93\
        f2ff40ad8e0946860fd22378468a95ad0203010001a34d304b302a0603551d1104233021820e43616d65\
        72612e6578616d706c65820f2a2e636c6f75642e6578616d706c65301d0603551d0e0416041423cec326\
        1e19181cccb2e1c6342b263090079538300d06092a864886f70d010105050003818100a237890b1a382b\
        28350758c9af713973354f3dc74c6e9ea900e3061f9f158cfefeebc9fa91a38d9a8c24055c2971799036\
        aae7db0c47a9090a95dc1c8a8e3db25d1ec446f4fdcae8a8a4e7cef96ee9f042b407de103fd2d5f4ab8a\
        90d171028e9c7359aca4b9d34273cd88fbf900b58eda780a17e16d81d6d5b44abac7f47bf9";
    /// Signed by another, P-384, until 2049, without alternative names; made for this test.
    const GOOD_LEAF: &str = "\
        308201953082013ca003020102020102300a06082a8648ce3d040302302731163014060355040a0c0d45\
        78616d706c65205472757374310d300b06035504030c04526f6f74301e170d3230303130313030303030\
        305a170d3439313233313030303030305a30163114301206035504030c0b6875622e6578616d706c6530\
        76301006072a8648ce3d020106052b8104002203620004fc9860bc83b191d0f136cdaf29263547c9c11a\
        d7298ba808db15231c19254ef10c1f03be480d9b3b64305e5f85315034405f801b0408d4571ff0ecff19\
        c59414f2e81b242b57edf1b7ef76a8bfe2c13770d868befbffc6f9ba93d3d049654d37a34d304b300906\
        03551d1304023000301d0603551d0e04160414fa1e7c8f2dfaf8914c38fce1dae298173a56d399301f06\
        03551d23041830168014571ee820bdad32f514b1d81e8682a897ca4f026a300a06082a8648ce3d040302\
        034700304402206b7131b21f857f10dfab28f5a68cad0d5a763e4976c692ad1e3b374e631db3e3022047\
        89e95557d7b6d424ee58319424227f6d40ab384db469415e09a2473475d775";

    #[test]
    fn tells_what_a_client_offers() {
        let hello = hello(&[0x0a0a, 0x1301, 0xc02f, 0x0005, 0x00ff], &[0x1a1a, 0x0304, 0x0303]);
        check(
            "a new client",
            &[(true, record(&message(1, &hello)))],
            &[
                "sender here tls.sni camera.example",
                "sender here tls.alpn h2",
                "sender here tls.ja4 t13d0404h2_8f3303090ebe_3953dc75acc4",
                "sender here tls.client_version TLS 1.3",
                "sender here tls.offered TLS_RSA_WITH_RC4_128_SHA",
            ],
        );
        let old = [&[3, 1][..], &[0; 33], &[0, 4, 0, 0x0a, 0, 3, 1, 0]].concat();
        check(
            "an old client without extensions",
            &[(true, record(&message(1, &old)))],
            &[
                "sender here tls.ja4 t10i020000_d31f5a2f262e_000000000000",
                "sender here tls.client_version TLS 1.0",
                "sender here tls.offered TLS_RSA_EXPORT_WITH_RC4_40_MD5",
            ],
        );
        let ssl2 = [&[0x80, 0x2b, 1, 0, 2, 0, 0x12, 0, 0, 0, 0x10][..], &[7; 34]].concat();
        check("an SSL 2.0 client", &[(true, ssl2)], &["sender tls.client_version SSL 2.0"]);
    }

    #[test]
    fn tells_what_a_server_chooses_and_shows() {
        let chosen = message(2, &[&[3, 3][..], &[0; 33], &[0xc0, 0x2f, 0]].concat());
        let old = certificate(OLD_LEAF);
        let good = certificate(GOOD_LEAF);
        let expected = both(&[
            "tls.version TLS 1.2",
            "tls.cipher TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "tls.certificate.subject C=ZZ, O=Example Cameras, CN=Camera.example",
            "tls.certificate.issuer C=ZZ, O=Example Cameras, CN=Camera.example",
            "tls.certificate.signature sha1WithRSAEncryption",
            "tls.certificate.key rsa 1024",
            "tls.certificate.self_signed yes",
            "tls.certificate.name camera.example",
            "tls.certificate.name *.cloud.example",
            "tls.certificate.expired 2021-01-01T00:00:00Z",
        ]);
        let apart = [record(&chosen), record(&old)].concat();
        check("in a record each", &[(false, apart)], &expected);
        let together = record(&[&chosen[..], &old].concat());
        check("in one record", &[(false, together.clone())], &expected);
        let (first, second) = old.split_at(100);
        let split = [record(&[&chosen[..], first].concat()), record(second)].concat();
        check("split over records", &[(false, split)], &expected);
        let shown = [record(&chosen), record(&good)].concat();
        let expected = both(&[
            "tls.version TLS 1.2",
            "tls.cipher TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "tls.certificate.subject CN=hub.example",
            "tls.certificate.issuer O=Example Trust, CN=Root",
            "tls.certificate.signature ecdsa-with-SHA256",
            "tls.certificate.key ec 384",
            "tls.certificate.name hub.example",
        ]);
        check("one in order", &[(false, shown)], &expected);
    }

    #[test]
    fn stops_where_encryption_begins() {
        let chosen = [&[3, 3][..], &[0; 33], &[0x13, 1, 0, 0, 6, 0, 43, 0, 2, 3, 4]].concat();
        let server = [&record(&message(2, &chosen))[..], &[20, 3, 3, 0, 1, 1]].concat();
        let expected = both(&["tls.version TLS 1.3", "tls.cipher TLS_AES_128_GCM_SHA256"]);
        check("TLS 1.3", &[(false, server)], &expected);
        let flow = Rehearsal::new(PROTOCOL, 443).client(&[23, 3, 3, 0, 9, 1, 2, 3]);
        assert_eq!((flow.ended(true), flow.malformed()), (Some(Progress::Finished), 0));
        let null = [&[3, 3][..], &[0; 33], &[0, 1, 0]].concat();
        let flow = Rehearsal::new(PROTOCOL, 443).server(&record(&message(2, &null)));
        assert_eq!(flow.cover(), Cover::Clear, "a suite that does not encrypt");
    }

    #[test]
    fn takes_only_streams_of_records() {
        for (bytes, expected) in [
            (&b"\x16\x03\x01\x00\x05\x01\0\0\x01"[..], true),
            (b"\x17\x03\x03\x00\x02ab\x17\x03\x03\x00\x01a", true),
            (b"\x17\x03\x03\x00\x02abcdefgh", false),
            (b"\x16\x03\x01\x00\x05\x07\0\0\x01", false),
            (b"\x16\x03\x09\x00\x05\x01", false),
            (b"\x16\x03\x01\xff\xff\x01", false),
            (b"GET / HTTP/1.1\r\n", false),
            (b"\x16\x03", false),
        ] {
            assert_eq!(begins(bytes), expected, "{bytes:02x?}");
        }
    }

    #[test]
    fn never_panics_on_a_cut_hello_or_certificate() {
        let hello = hello(&[0x1301], &[0x0304]);
        let old = bytes(OLD_LEAF);
        for length in 0..hello.len() {
            let cut = record(&message(1, &hello[..length]));
            Rehearsal::new(PROTOCOL, 443).client(&cut);
        }
        let chosen = message(2, &[&[3, 3][..], &[0; 33], &[0xc0, 0x2f, 0]].concat());
        for length in 0..old.len() {
            let cut = message(11, &[&list(&list(&old[..length]))[..]].concat());
            Rehearsal::new(PROTOCOL, 443).server(&record(&[&chosen[..], &cut].concat()));
        }
    }

    proptest! {
        #[test]
        fn never_panics(noise in prop::collection::vec(any::<u8>(), 1..300), kind in 0_u8..24) {
            let flow = Rehearsal::new(PROTOCOL, 443).client(&noise).server(&noise);
            flow.server(&record(&message(kind, &noise)));
            Rehearsal::new(PROTOCOL, 443).client(&record(&message(1, &noise)));
        }
    }

    /// Plays the streams whole and byte by byte.
    #[track_caller]
    fn check(name: &str, streams: &[(bool, Vec<u8>)], expected: &[impl AsRef<str> + std::fmt::Debug]) {
        for step in [usize::MAX, 1] {
            let mut flow = Rehearsal::new(PROTOCOL, 443);
            for (to_server, bytes) in streams {
                for piece in bytes.chunks(step) {
                    flow = if *to_server { flow.client(piece) } else { flow.server(piece) };
                }
            }
            let expected: Vec<&str> = expected.iter().map(AsRef::as_ref).collect();
            assert_eq!(flow.lines(), expected, "{name} in steps of {step}");
            assert_eq!(flow.malformed(), 0, "{name}");
        }
    }

    /// What the server says is noted for both ends.
    fn both(lines: &[&str]) -> Vec<String> {
        let ends = ["sender", "receiver"];
        lines.iter().flat_map(|it| ends.map(|end| format!("{end} here {it}"))).collect()
    }

    /// A hello for `camera.example` that offers `h2` and one signature algorithm.
    fn hello(ciphers: &[u16], versions: &[u16]) -> Vec<u8> {
        let numbers = |list: &[u16]| list.iter().flat_map(|it| it.to_be_bytes()).collect::<Vec<_>>();
        let size = |bytes: &[u8]| u16::try_from(bytes.len()).unwrap().to_be_bytes();
        let (ciphers, versions) = (numbers(ciphers), numbers(versions));
        let name = b"Camera.example";
        let name = [&[0][..], &size(name), name].concat();
        let name = [&size(&name)[..], &name].concat();
        let mut extensions = Vec::new();
        for (number, value) in [
            (0x2a2a_u16, vec![]),
            (0, name),
            (16, vec![0, 3, 2, b'h', b'2']),
            (13, vec![0, 2, 4, 3]),
            (43, [&[u8::try_from(versions.len()).unwrap()][..], &versions].concat()),
        ] {
            extensions.extend(number.to_be_bytes());
            extensions.extend(size(&value));
            extensions.extend(value);
        }
        let start = [&[3, 3][..], &[0; 33], &size(&ciphers), &ciphers, &[1, 0]].concat();
        [&start[..], &size(&extensions), &extensions].concat()
    }

    fn certificate(leaf: &str) -> Vec<u8> {
        message(11, &list(&list(&bytes(leaf))))
    }

    fn list(bytes: &[u8]) -> Vec<u8> {
        let [_, length @ ..] = u32::try_from(bytes.len()).unwrap().to_be_bytes();
        [&length[..], bytes].concat()
    }

    fn message(kind: u8, body: &[u8]) -> Vec<u8> {
        [&[kind][..], &list(body)].concat()
    }

    fn record(payload: &[u8]) -> Vec<u8> {
        let length = u16::try_from(payload.len()).unwrap().to_be_bytes();
        [&[22, 3, 1][..], &length, payload].concat()
    }

    fn bytes(hexadecimal: &str) -> Vec<u8> {
        let digits: Vec<u32> = hexadecimal.chars().map(|it| it.to_digit(16).unwrap()).collect();
        digits.chunks(2).map(|pair| u8::try_from(pair[0] << 4 | pair[1]).unwrap()).collect()
    }
}
