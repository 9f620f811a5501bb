//! JA4: a client's software by what its ClientHello offers.
//!
//! Defined by its authors' [technical details] (BSD 3-Clause), `a_b_c`: what can be read at a glance, a hash
//! of the sorted cipher suites, and a hash of the sorted extensions with the signature algorithms.
//! Sorting makes it stable where clients shuffle. Reserved values never count.
//!
//! [technical details]: https://github.com/FoxIO-LLC/ja4/blob/main/technical_details/JA4.md

use sha2::{Digest, Sha256};

use super::{ClientHello, Version};

/// What carried the ClientHello: JA4's first letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::protocols) enum Carrier {
    /// TCP.
    Tcp,
    /// QUIC.
    Quic,
}

/// The JA4 of `hello`, 36 characters.
pub(in crate::protocols) fn ja4(hello: &ClientHello<'_>, carrier: Carrier) -> String {
    let carrier = if carrier == Carrier::Quic { 'q' } else { 't' };
    let version = hello.versions.iter().max().unwrap_or(&hello.legacy_version);
    let named = hello.extensions.contains(&ClientHello::SERVER_NAME);
    let (first, last) = ends(hello.protocols.first().copied().unwrap_or_default());
    format!(
        "{carrier}{}{}{:02}{:02}{first}{last}_{}_{}",
        digits(*version),
        if named { 'd' } else { 'i' },
        hello.ciphers.len().min(99),
        hello.extensions.len().min(99),
        ciphers_hash(hello),
        extensions_hash(hello),
    )
}

const fn digits(version: Version) -> &'static str {
    match version {
        Version::TLS_1_3 => "13",
        Version::TLS_1_2 => "12",
        Version::TLS_1_1 => "11",
        Version::TLS_1_0 => "10",
        Version::SSL_3_0 => "s3",
        Version::SSL_2_0 => "s2",
        _ => "00",
    }
}

/// First and last character of the first application protocol; of its hexadecimal form where
/// either is no ASCII letter or digit.
fn ends(protocol: &[u8]) -> (char, char) {
    match (protocol.first(), protocol.last()) {
        (Some(first), Some(last))
            if first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric() =>
        {
            (char::from(*first), char::from(*last))
        }
        (Some(first), Some(last)) => {
            (char::from(hexadecimal(*first)[0]), char::from(hexadecimal(*last)[1]))
        }
        _ => ('0', '0'),
    }
}

fn ciphers_hash(hello: &ClientHello<'_>) -> String {
    let mut ciphers = hello.ciphers.clone();
    ciphers.sort_unstable();
    hash(&listed(&ciphers))
}

/// Sorted extensions but server name and application protocols, which part `a` tells already; then
/// the signature algorithms in the client's order.
fn extensions_hash(hello: &ClientHello<'_>) -> String {
    let apart = |number: &u16| [ClientHello::SERVER_NAME, ClientHello::PROTOCOLS].contains(number);
    let mut extensions: Vec<u16> =
        hello.extensions.iter().copied().filter(|number| !apart(number)).collect();
    extensions.sort_unstable();
    let mut text = listed(&extensions);
    if !text.is_empty() && !hello.signatures.is_empty() {
        text.push(b'_');
        text.extend_from_slice(&listed(&hello.signatures));
    }
    hash(&text)
}

/// Numbers in four hexadecimal digits, with commas between them.
fn listed(numbers: &[u16]) -> Vec<u8> {
    let mut text = Vec::with_capacity(numbers.len() * 5);
    for number in numbers {
        let [high, low] = number.to_be_bytes().map(hexadecimal);
        text.extend_from_slice(&[high[0], high[1], low[0], low[1], b',']);
    }
    text.pop();
    text
}

/// The first 12 hexadecimal digits of SHA-256; zeros for nothing.
fn hash(text: &[u8]) -> String {
    if text.is_empty() {
        return "000000000000".into();
    }
    let digits = Sha256::digest(text).into_iter().take(6).flat_map(hexadecimal);
    digits.map(char::from).collect()
}

/// The two hexadecimal digits of a byte.
fn hexadecimal(byte: u8) -> [u8; 2] {
    [byte >> 4, byte & 0xf].map(|value| value + if value < 10 { b'0' } else { b'a' - 10 })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The worked example of the definition.
    #[test]
    fn hashes_the_published_example() {
        let hello = ClientHello {
            legacy_version: Version::TLS_1_2,
            versions: vec![Version::TLS_1_3, Version::TLS_1_2],
            ciphers: vec![
                0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013,
                0xc014, 0x009c, 0x009d, 0x002f, 0x0035,
            ],
            extensions: vec![
                0x001b, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002d, 0x000d, 0x0005, 0x0023,
                0x0012, 0x002b, 0xff01, 0x000b, 0x000a, 0x0015,
            ],
            server_name: Some(b"camera.example"),
            protocols: vec![b"h2", b"http/1.1"],
            signatures: vec![
                0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601,
            ],
        };
        assert_eq!(ja4(&hello, Carrier::Tcp), "t13d1516h2_8daaf6152771_e5627efa2ab1");
    }

    #[test]
    fn says_nothing_of_what_is_not_offered() {
        let hello = ClientHello::default();
        assert_eq!(ja4(&hello, Carrier::Quic), "q00i000000_000000000000_000000000000");
    }

    /// The definition's examples of odd application protocols.
    #[test]
    fn takes_hexadecimal_ends_where_they_cannot_be_printed() {
        for (protocol, expected) in [
            (&b""[..], ('0', '0')),
            (b"h", ('h', 'h')),
            (b"http/1.1", ('h', '1')),
            (b"\xab", ('a', 'b')),
            (b"\xab\xcd", ('a', 'd')),
            (b"\x30\xab", ('3', 'b')),
            (b"\x30\x31\xab\xcd", ('3', 'd')),
            (b"\x30\xab\xcd\x31", ('0', '1')),
        ] {
            assert_eq!(ends(protocol), expected, "{protocol:02x?}");
        }
    }
}
