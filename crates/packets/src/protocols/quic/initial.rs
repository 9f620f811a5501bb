//! Opening a client's Initial packet: its keys follow from its own header, so anyone may read it.
//!
//! Key derivation and protection: [RFC 9001], section 5; version 2: [RFC 9369], section 3. The seal
//! is checked, so what opens is a client's Initial beyond doubt.
//!
//! [RFC 9001]: https://www.rfc-editor.org/rfc/rfc9001
//! [RFC 9369]: https://www.rfc-editor.org/rfc/rfc9369

use aes::{
    Aes128,
    cipher::{BlockEncrypt, KeyInit, generic_array::GenericArray},
};
use aes_gcm::{Aes128Gcm, aead::AeadInPlace};
use hkdf::Hkdf;
use sha2::Sha256;

use super::{Header, Version};

/// What differs between versions in deriving the keys of Initial packets.
struct Derivation {
    salt: [u8; 20],
    /// HKDF labels of the packet key, the nonce's base and the header key, with their prefix.
    labels: [&'static str; 3],
}

impl Derivation {
    const LABELS: [&str; 3] = ["tls13 quic key", "tls13 quic iv", "tls13 quic hp"];

    /// The salts' source is each version's specification, section "Initial Secrets".
    const fn of(version: Version) -> Option<Self> {
        Some(match version {
            Version::V1 | Version(0xff00_0021..=0xff00_0022) => Self {
                salt: [
                    0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4,
                    0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a,
                ],
                labels: Self::LABELS,
            },
            Version::V2 => Self {
                salt: [
                    0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93, 0x81, 0xbe, 0x6e,
                    0x26, 0x9d, 0xcb, 0xf9, 0xbd, 0x2e, 0xd9,
                ],
                labels: ["tls13 quicv2 key", "tls13 quicv2 iv", "tls13 quicv2 hp"],
            },
            Version(0xff00_001d..=0xff00_0020) => Self {
                salt: [
                    0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2, 0x4c, 0x9e, 0x97, 0x86, 0xf1, 0x9c,
                    0x61, 0x11, 0xe0, 0x43, 0x90, 0xa8, 0x99,
                ],
                labels: Self::LABELS,
            },
            Version(0xff00_0017..=0xff00_001c) => Self {
                salt: [
                    0xc3, 0xee, 0xf7, 0x12, 0xc7, 0x2e, 0xbb, 0x5a, 0x11, 0xa7, 0xd2, 0x43, 0x2b,
                    0xb4, 0x63, 0x65, 0xbe, 0xf9, 0xf5, 0x02,
                ],
                labels: Self::LABELS,
            },
            _ => return None,
        })
    }
}

/// The keys a client protects its Initial packets with.
struct Keys {
    packet: [u8; 16],
    nonce: [u8; 12],
    header: [u8; 16],
}

impl Keys {
    fn derive(version: Version, destination: &[u8]) -> Option<Self> {
        let Derivation { salt, labels: [key, iv, hp] } = Derivation::of(version)?;
        let initial = Hkdf::<Sha256>::new(Some(&salt), destination);
        let secret: [u8; 32] = expand(&initial, "tls13 client in")?;
        let client = Hkdf::<Sha256>::from_prk(&secret).ok()?;
        Some(Self {
            packet: expand(&client, key)?,
            nonce: expand(&client, iv)?,
            header: expand(&client, hp)?,
        })
    }
}

/// HKDF-Expand-Label of RFC 8446, section 7.1, without context.
fn expand<const N: usize>(from: &Hkdf<Sha256>, label: &str) -> Option<[u8; N]> {
    let mut expanded = [0; N];
    let length = u16::try_from(N).ok()?.to_be_bytes();
    let label_length = [u8::try_from(label.len()).ok()?];
    from.expand_multi_info(&[&length, &label_length, label.as_bytes(), &[0]], &mut expanded).ok()?;
    Some(expanded)
}

/// The frames inside a client's Initial `packet`, or `None` if it is not one. `destination` is the
/// connection id the client chose first: once the server has answered, headers carry another.
pub(super) fn open(header: &Header<'_>, destination: &[u8], packet: &[u8]) -> Option<Vec<u8>> {
    /// The sample starts as if the packet number had its greatest length.
    const SAMPLE_SKIPS: usize = 4;

    let keys = Keys::derive(header.version, destination)?;
    let sealed = packet.get(header.number_offset..)?;
    let sample = sealed.get(SAMPLE_SKIPS..)?.first_chunk::<16>()?;
    let mut mask = GenericArray::from(*sample);
    Aes128::new(&keys.header.into()).encrypt_block(&mut mask);
    let [first_mask, number_mask @ ..] = mask.first_chunk::<5>()?;

    let mut clear_header = packet.get(..header.number_offset)?.to_vec();
    let first = clear_header.first_mut()?;
    *first ^= first_mask & 0x0f;
    let number_bytes = usize::from(*first & 0b11) + 1;
    let (number, payload) = sealed.split_at_checked(number_bytes)?;
    let number = number.iter().zip(number_mask).map(|(byte, mask)| byte ^ mask);
    clear_header.extend(number);

    let mut nonce = keys.nonce;
    let number = clear_header.get(header.number_offset..)?.iter().rev();
    nonce.iter_mut().rev().zip(number).for_each(|(byte, number)| *byte ^= number);
    let mut payload = payload.to_vec();
    Aes128Gcm::new(&keys.packet.into())
        .decrypt_in_place(&nonce.into(), &clear_header, &mut payload)
        .ok()?;
    Some(payload)
}
