//! Frames between 55aa and aa55, or 6699 and 9966: how the devices of one platform announce
//! themselves at home.
//!
//! There is no public standard; client libraries document it. Older devices send their JSON in the
//! clear. Newer ones encrypt it with a key that is the same for all and published with those
//! libraries: AES-128-ECB in a frame of 55aa, AES-128-GCM in one of 6699. That hides nothing, so a
//! frame that opens counts as clear. The number of the product and the version of the protocol are
//! noted; the device's own number and address are left where they are.
//!
//! ```text
//! | 000055aa | sequence (4) | command (4) | length of the rest (4) | result (4) | JSON | checksum (4) | 0000aa55 |
//! | 00006699 | 0 (2) | sequence (4) | command (4) | length (4) | nonce (12) | result (4), JSON | tag (16) | 00009966 |
//! ```

use aes::{
    Aes128,
    cipher::{BlockDecrypt, KeyInit, generic_array::GenericArray},
};
use aes_gcm::{Aes128Gcm, aead::AeadInPlace};
use evidence::fields;

use super::{cursor::Cursor, json};
use crate::protocol::{Cover, Malformed, Notes, Opening, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "frames-55aa",
    cover: Cover::Unknown,
    datagram_ports: &[],
    stream_ports: &[],
    recognises: |opening: &Opening<'_>| {
        !opening.in_stream
            && PORTS.contains(&opening.port)
            && (plain_frame(opening.bytes).is_some() || sealed_frame(opening.bytes).is_some())
    },
    datagram: Some(read),
    stream: None,
};

/// Where devices broadcast, in the clear and encrypted.
const PORTS: [u16; 2] = [6666, 6667];
/// MD5 of `yGAdlopoPVldABfn`: the key of every device's broadcasts.
const KEY: [u8; 16] = [
    0x6c, 0x1e, 0xc8, 0xe2, 0xbb, 0x9b, 0xb5, 0x9a, 0xb5, 0x0b, 0x0d, 0xaf, 0x64, 0x9b, 0x41, 0x0a,
];
const BLOCK_BYTES: usize = 16;
/// What the sender reports of itself before the JSON, always 0 in a broadcast.
const RESULT_BYTES: usize = 4;
/// The longest announcement read; our choice, several times what devices send.
const LONGEST: usize = 1024;

#[expect(clippy::unnecessary_wraps, reason = "the shape of every datagram reader")]
fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Result<(), Malformed> {
    if !notes.to_server {
        return Ok(());
    }
    let text = if let Some(rest) = plain_frame(bytes) {
        announcement(rest)
    } else if let Some(sealed) = sealed_frame(bytes) {
        sealed.open()
    } else {
        return Ok(());
    };
    notes.sender(fields::LOCAL_PROTOCOL, PROTOCOL.name);
    if let Some(text) = text {
        *notes.cover = Cover::Clear;
        note(&String::from_utf8_lossy(&text), notes);
    }
    Ok(())
}

fn note(text: &str, notes: &mut Notes<'_>) {
    let names = [("productKey", fields::LOCAL_PRODUCT), ("version", fields::LOCAL_VERSION)];
    for (key, field) in names {
        if let Some(value) = json::text_under(text, key) {
            notes.sender(field, &format!("{} {value}", PROTOCOL.name));
        }
    }
}

/// What is between the length and the checksum of a frame of 55aa, or `None` if it is not one.
fn plain_frame(bytes: &[u8]) -> Option<&[u8]> {
    const SEQUENCE_AND_COMMAND: usize = 8;
    const CHECKSUM: usize = 4;

    let mut cursor = Cursor::new(bytes.strip_prefix(&[0, 0, 0x55, 0xaa])?);
    cursor.take(SEQUENCE_AND_COMMAND)?;
    let length = usize::try_from(cursor.u32()?).ok()?;
    let rest = cursor.rest();
    let inside = rest.strip_suffix(&[0, 0, 0xaa, 0x55])?;
    let (inside, _) = inside.split_at_checked(inside.len().checked_sub(CHECKSUM)?)?;
    (length == rest.len()).then_some(inside)
}

/// The JSON behind the result, decrypted if need be.
fn announcement(inside: &[u8]) -> Option<Vec<u8>> {
    let (_, body) = inside.split_at_checked(RESULT_BYTES)?;
    if body.len() > LONGEST {
        return None;
    }
    if body.starts_with(b"{") {
        return Some(body.to_vec());
    }
    let (blocks, rest) = body.as_chunks::<BLOCK_BYTES>();
    if !rest.is_empty() {
        return None;
    }
    let cipher = Aes128::new(&KEY.into());
    let mut clear = Vec::with_capacity(body.len());
    for block in blocks {
        let mut block = GenericArray::from(*block);
        cipher.decrypt_block(&mut block);
        clear.extend_from_slice(&block);
    }
    let padding = clear.last().copied().map(usize::from)?;
    clear.truncate(clear.len().checked_sub(padding)?);
    clear.starts_with(b"{").then_some(clear)
}

/// A frame of 6699, not yet opened.
struct Sealed<'a> {
    head: &'a [u8],
    nonce: [u8; 12],
    body: &'a [u8],
}

/// `None` if it is not such a frame.
fn sealed_frame(bytes: &[u8]) -> Option<Sealed<'_>> {
    const ZERO_SEQUENCE_AND_COMMAND: usize = 10;
    const LENGTH: usize = 4;
    const HEAD: usize = ZERO_SEQUENCE_AND_COMMAND + LENGTH;

    let bytes = bytes.strip_prefix(&[0, 0, 0x66, 0x99])?.strip_suffix(&[0, 0, 0x99, 0x66])?;
    let (head, rest) = bytes.split_at_checked(HEAD)?;
    let length = Cursor::new(head.get(ZERO_SEQUENCE_AND_COMMAND..)?).u32()?;
    let mut cursor = Cursor::new(rest);
    let sealed = Sealed { head, nonce: cursor.array()?, body: cursor.rest() };
    (usize::try_from(length) == Ok(rest.len())).then_some(sealed)
}

impl Sealed<'_> {
    /// The JSON inside, if the key fits.
    fn open(&self) -> Option<Vec<u8>> {
        if self.body.len() > LONGEST {
            return None;
        }
        let mut clear = self.body.to_vec();
        Aes128Gcm::new(&KEY.into())
            .decrypt_in_place(&self.nonce.into(), self.head, &mut clear)
            .ok()?;
        if !clear.starts_with(b"{") {
            clear = clear.get(RESULT_BYTES..)?.to_vec();
        }
        clear.starts_with(b"{").then_some(clear)
    }
}

#[cfg(test)]
mod tests {
    use aes::cipher::BlockEncrypt;

    use super::*;
    use crate::protocols::rehearsal::Rehearsal;

    const JSON: &str = "{\"ip\":\"192.0.2.10\",\"gwId\":\"bf00000000000000example\",\"active\":2,\
        \"encrypt\":true,\"productKey\":\"keyexample012345\",\"version\":\"3.3\"}";
    const TOLD: [&str; 3] = [
        "sender local.protocol frames-55aa",
        "sender local.product frames-55aa keyexample012345",
        "sender local.version frames-55aa 3.3",
    ];

    #[test]
    fn a_broadcast_names_its_product_and_not_the_device() {
        check("in the clear", &plain(JSON.as_bytes()), true, &TOLD);
        check("encrypted", &plain(&encrypted(JSON)), true, &TOLD);
        check("sealed", &sealed(JSON.as_bytes()), true, &TOLD);
        check("sealed with a result", &sealed(&[&[0; 4], JSON.as_bytes()].concat()), true, &TOLD);
    }

    #[test]
    fn what_does_not_open_tells_the_platform_alone() {
        check("too short for a block", &plain(&[1, 2, 3, 4]), true, &TOLD[..1]);
        check("another key", &plain(&[7; 32]), true, &TOLD[..1]);
        check("without a product", &plain(b"{\"productKey\":\"\"}"), true, &TOLD[..1]);
        check("too long", &plain(&[b'{'; LONGEST + 1]), true, &TOLD[..1]);
        let mut tampered = sealed(JSON.as_bytes());
        tampered[40] ^= 1;
        check("tampered with", &tampered, true, &TOLD[..1]);
    }

    #[test]
    fn answers_and_other_lengths_say_nothing() {
        check("an answer", &plain(JSON.as_bytes()), false, &[]);
        let mut longer = plain(JSON.as_bytes());
        longer[15] ^= 1;
        check("wrong length", &longer, true, &[]);
        let mut longer = sealed(JSON.as_bytes());
        longer[17] ^= 1;
        check("wrong sealed length", &longer, true, &[]);
    }

    #[test]
    fn nothing_breaks_it() {
        for sample in [plain(JSON.as_bytes()), plain(&encrypted(JSON)), sealed(JSON.as_bytes())] {
            Rehearsal::survives_damage(PROTOCOL, 6667, &sample);
        }
    }

    fn plain(body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(4 + body.len() + 8).unwrap().to_be_bytes();
        let head = [0, 0, 0x55, 0xaa, 0, 0, 0, 0, 0, 0, 0, 0x13];
        let tail = [1, 2, 3, 4, 0, 0, 0xaa, 0x55];
        [&head[..], &length, &[0; 4], body, &tail].concat()
    }

    fn encrypted(text: &str) -> Vec<u8> {
        let padding = BLOCK_BYTES - text.len() % BLOCK_BYTES;
        let mut body = text.as_bytes().to_vec();
        body.resize(text.len() + padding, u8::try_from(padding).unwrap());
        for block in body.chunks_exact_mut(BLOCK_BYTES) {
            Aes128::new(&KEY.into()).encrypt_block(GenericArray::from_mut_slice(block));
        }
        body
    }

    fn sealed(body: &[u8]) -> Vec<u8> {
        let nonce = [9; 12];
        let length = u32::try_from(nonce.len() + body.len() + 16).unwrap().to_be_bytes();
        let head = [&[0; 6][..], &[0, 0, 0, 0x13], &length].concat();
        let mut body = body.to_vec();
        Aes128Gcm::new(&KEY.into()).encrypt_in_place(&nonce.into(), &head, &mut body).unwrap();
        [&[0, 0, 0x66, 0x99][..], &head, &nonce, &body, &[0, 0, 0x99, 0x66]].concat()
    }

    #[track_caller]
    fn check(name: &str, bytes: &[u8], to_server: bool, lines: &[&str]) {
        let flow = Rehearsal::new(PROTOCOL, 6667);
        let flow = if to_server { flow.asked(bytes) } else { flow.answered(bytes) };
        assert_eq!(flow.lines(), lines, "{name}");
    }
}
