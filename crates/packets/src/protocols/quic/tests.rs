//! Initial packets: the published ones, split ones, damaged ones.

use aes::cipher::{BlockEncrypt, KeyInit};
use aes_gcm::aead::AeadInPlace;
use proptest::prelude::*;

use super::*;
use crate::protocols::rehearsal::Rehearsal;

/// Keys as RFC 9001 and RFC 9369 give them in appendix A.1, for [`DESTINATION`].
struct Published {
    version: &'static str,
    first: u8,
    key: &'static str,
    iv: &'static str,
    hp: &'static str,
}

const V1: Published = Published {
    version: "00000001",
    first: 0xc3,
    key: "1f369613dd76d5467730efcbe3b1a22d",
    iv: "fa044b2f42a3fd3b46fb255c",
    hp: "9f50449e04a0e810283a1e9933adedd2",
};
const V2: Published = Published {
    version: "6b3343cf",
    first: 0xd3,
    key: "8b1a0bc121284290a29e0971b5cd045d",
    iv: "91f73e2351d8fa91660e909f",
    hp: "45b95e15235d6f45a6b19cbcb0294ba9",
};
const DESTINATION: &str = "8394c8f03e515708";

/// The ClientHello of both RFCs' appendix A.2.
const HELLO: &str = "010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e86804fe3a47f06a\
    2b69484c00000413011302010000c000000010000e00000b6578616d706c652e636f6dff01000100000a0008\
    0006001d0017001800100007000504616c706e000500050100000000003300260024001d00209370b2c9caa4\
    7fbabaf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b0003020304000d0010000e0403050306\
    030203080408050806002d00020101001c00024001003900320408ffffffffffffffff05048000ffff070480\
    00ffff0801100104800075300901100f088394c8f03e51570806048000ffff";

fn noted(version: &str) -> Vec<String> {
    let lines = [
        &format!("quic.version {version}"),
        "quic.sni example.com",
        "quic.alpn alpn",
        "quic.ja4 q13d0211an_62ed6f6ca7ad_4d634acda6c0",
    ];
    lines.iter().map(|line| format!("sender here {line}")).collect()
}

#[test]
fn opens_the_published_packets() {
    let one = seal(&V1, 2, &crypto(&[(0, 0..1000)]), 1162);
    assert!(one.starts_with(&bytes("c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7")));
    assert!(one.ends_with(&bytes("e221af44860018ab0856972e194cd934")));
    check("version 1", &[one], &noted("1"));
    let two = seal(&V2, 2, &crypto(&[(0, 0..1000)]), 1162);
    assert!(two.starts_with(&bytes("d76b3343cf088394c8f03e5157080000449ea0c95e82ffe67b6abc")));
    assert!(two.ends_with(&bytes("a18b2faa745b6fe189cf772a9f84cbfc")));
    check("version 2", &[two], &noted("2"));
}

#[test]
fn joins_a_hello_whatever_its_pieces_order() {
    let first = seal(&V1, 0, &crypto(&[(120, 120..1000), (0, 0..50)]), 1000);
    let second = seal(&V1, 1, &crypto(&[(40, 40..130)]), 1000);
    check("two datagrams", &[first.clone(), second.clone()], &noted("1"));
    check("the second first", &[second.clone(), first.clone()], &noted("1"));
    check("repeated", &[first.clone(), first.clone(), second.clone(), second], &noted("1"));
    check("never whole", std::slice::from_ref(&first), &noted("1")[..1]);
    let together = [seal(&V1, 0, &crypto(&[(0, 0..100)]), 300), seal(&V1, 1, &crypto(&[(100, 100..1000)]), 300)];
    let later = seal_to(b"server", &V1, 1, &crypto(&[(40, 40..130)]), 1000);
    check("to the server's connection id", &[first, later], &noted("1"));
    check("one datagram of two packets", &[together.concat()], &noted("1"));
}

#[test]
fn what_does_not_open_tells_its_version_alone() {
    let mut damaged = seal(&V1, 2, &crypto(&[(0, 0..1000)]), 1162);
    damaged[600] ^= 1;
    check("damaged", &[damaged], &noted("1")[..1]);
    let later = bytes("e5ff00001d08aabbccddeeff0011000440000000");
    check("a draft's handshake packet", &[later], &["sender here quic.version draft-29"]);
    check::<&str>("a short header", &[vec![0x41; 40]], &[]);
    let old = [&b"\xc3Q046\x50"[..], &[7; 40]].concat();
    check("an experiment", &[old], &["sender here quic.version Q046"]);
}

#[test]
fn never_panics_on_a_cut_datagram() {
    let whole = seal(&V1, 2, &crypto(&[(0, 0..1000)]), 1162);
    for length in 0..whole.len() {
        Rehearsal::new(PROTOCOL, 443).asked(&whole[..length]);
    }
}

proptest! {
    #[test]
    fn never_panics_on_frames(frames in prop::collection::vec(any::<u8>(), 0..200)) {
        let crypto = crypto_frames(&frames).unwrap_or_default();
        let mut pieces = crypto;
        pieces.sort_unstable_by_key(|piece| piece.offset);
        joined(&pieces);
        let kept = Kept { destination: b"id", pieces };
        let bytes = kept.to_bytes();
        prop_assert_eq!(Kept::of(&bytes).unwrap().pieces.len(), kept.pieces.len());
        let packet = seal(&V1, 2, &frames, 300);
        Rehearsal::new(PROTOCOL, 443).asked(&packet).asked(&packet);
    }

    #[test]
    fn never_panics_on_noise(noise in prop::collection::vec(any::<u8>(), 0..100)) {
        Header::read(&noise);
        Rehearsal::new(PROTOCOL, 443).asked(&noise);
    }
}

#[track_caller]
fn check<T: AsRef<str>>(name: &str, datagrams: &[Vec<u8>], expected: &[T]) {
    let mut flow = Rehearsal::new(PROTOCOL, 443);
    for datagram in datagrams {
        flow = flow.asked(datagram);
    }
    let expected: Vec<&str> = expected.iter().map(AsRef::as_ref).collect();
    assert_eq!(flow.lines(), expected, "{name}");
}

/// CRYPTO frames with the given ranges of [`HELLO`].
fn crypto(pieces: &[(u16, std::ops::Range<usize>)]) -> Vec<u8> {
    let hello = bytes(HELLO);
    let mut frames = Vec::new();
    for (offset, range) in pieces {
        let piece = &hello[range.start..range.end.min(hello.len())];
        let length = u16::try_from(piece.len()).unwrap();
        frames.push(6);
        // The RFC's frame has an offset of one byte.
        if *offset == 0 {
            frames.push(0);
        } else {
            frames.extend((offset | 0x4000).to_be_bytes());
        }
        frames.extend((length | 0x4000).to_be_bytes());
        frames.extend(piece);
    }
    frames
}

/// An Initial packet as a client seals it, its frames padded to `size` bytes.
fn seal(published: &Published, number: u32, frames: &[u8], size: usize) -> Vec<u8> {
    seal_to(&bytes(DESTINATION), published, number, frames, size)
}

/// The same with another connection id in the header.
fn seal_to(
    destination: &[u8],
    published: &Published,
    number: u32,
    frames: &[u8],
    size: usize,
) -> Vec<u8> {
    let mut payload = frames.to_vec();
    payload.resize(size.max(frames.len()), 0);
    let length = u16::try_from(payload.len() + 4 + 16).unwrap() | 0x4000;
    let mut header = vec![published.first];
    header.extend(bytes(published.version));
    header.push(u8::try_from(destination.len()).unwrap());
    header.extend(destination);
    header.extend([0, 0]);
    header.extend(length.to_be_bytes());
    let number_offset = header.len();
    header.extend(number.to_be_bytes());

    let mut nonce = bytes(published.iv);
    for (byte, number) in nonce[8..].iter_mut().zip(number.to_be_bytes()) {
        *byte ^= number;
    }
    let nonce: [u8; 12] = nonce.try_into().unwrap();
    aes_gcm::Aes128Gcm::new_from_slice(&bytes(published.key))
        .unwrap()
        .encrypt_in_place(&nonce.into(), &header, &mut payload)
        .unwrap();
    let mut mask: [u8; 16] = payload[..16].try_into().unwrap();
    aes::Aes128::new_from_slice(&bytes(published.hp))
        .unwrap()
        .encrypt_block((&mut mask).into());
    header[0] ^= mask[0] & 0x0f;
    for (byte, mask) in header[number_offset..].iter_mut().zip(&mask[1..]) {
        *byte ^= mask;
    }
    [header, payload].concat()
}

fn bytes(hexadecimal: &str) -> Vec<u8> {
    let digits: Vec<u32> = hexadecimal.chars().map(|it| it.to_digit(16).unwrap()).collect();
    digits.chunks(2).map(|pair| u8::try_from(pair[0] << 4 | pair[1]).unwrap()).collect()
}
