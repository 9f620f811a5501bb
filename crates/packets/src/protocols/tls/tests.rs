//! Hellos and certificates, whole, split and damaged.

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
            "sender tls.offered TLS_RSA_WITH_RC4_128_SHA",
        ],
    );
    let old = [&[3, 1][..], &[0; 33], &[0, 4, 0, 0x0a, 0, 3, 1, 0]].concat();
    check(
        "an old client without extensions",
        &[(true, record(&message(1, &old)))],
        &[
            "sender here tls.ja4 t10i020000_d31f5a2f262e_000000000000",
            "sender here tls.client_version TLS 1.0",
            "sender tls.offered TLS_RSA_EXPORT_WITH_RC4_40_MD5",
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
    check("from the higher of two ports", &[(true, together)], &expected);
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
