//! Cipher suites by their IANA names, and which of them clients of an age offer.

use super::Version;
use crate::stage::BuildError;

/// A cipher suite's number in the IANA registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Suite(pub(super) u16);

/// The suites scenarios can name.
const NAMES: &[(&str, u16)] = &[
    ("TLS_RSA_WITH_RC4_128_MD5", 0x0004),
    ("TLS_RSA_WITH_RC4_128_SHA", 0x0005),
    ("TLS_RSA_WITH_3DES_EDE_CBC_SHA", 0x000a),
    ("TLS_RSA_WITH_AES_128_CBC_SHA", 0x002f),
    ("TLS_RSA_WITH_AES_256_CBC_SHA", 0x0035),
    ("TLS_RSA_WITH_AES_128_GCM_SHA256", 0x009c),
    ("TLS_AES_128_GCM_SHA256", 0x1301),
    ("TLS_AES_256_GCM_SHA384", 0x1302),
    ("TLS_CHACHA20_POLY1305_SHA256", 0x1303),
    ("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", 0xc013),
    ("TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", 0xc014),
    ("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", 0xc02b),
    ("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", 0xc02f),
    ("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", 0xc030),
    ("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", 0xcca8),
];

/// What clients offer, in their order; our choice, shaped like common libraries.
const MODERN: &[u16] = &[0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc030, 0xcca8, 0xc013, 0x009c];
const EMBEDDED: &[u16] = &[0xc030, 0xc02f, 0xc014, 0xc013, 0x009c, 0x0035, 0x002f];
const OLD: &[u16] = &[0x0035, 0x002f, 0x0005, 0x0004, 0x000a];

impl Suite {
    /// The suite called `name`.
    pub(super) fn named(name: &str) -> Option<Self> {
        NAMES.iter().find(|(known, _)| *known == name).map(|(_, number)| Self(*number))
    }

    /// What client and server of an age agree on.
    pub(super) const fn usual(version: Version) -> Self {
        Self(match version {
            Version::Tls13 => 0x1301,
            Version::Tls12 => 0xc02f,
            Version::Tls11 | Version::Tls10 => 0x002f,
        })
    }

    /// What the client offers: `names` if given, and always `agreed`.
    pub(super) fn offered(
        version: Version,
        names: Option<&[String]>,
        agreed: Self,
    ) -> Result<Vec<u16>, BuildError> {
        let mut offers = match (names, version) {
            (Some(names), _) => names
                .iter()
                .map(|name| Self::named(name).map(|suite| suite.0).ok_or(name))
                .collect::<Result<_, _>>()
                .map_err(|name| BuildError::UnknownTerm(name.clone()))?,
            (None, Version::Tls13) => MODERN.to_vec(),
            (None, Version::Tls12) => EMBEDDED.to_vec(),
            (None, Version::Tls11 | Version::Tls10) => OLD.to_vec(),
        };
        if !offers.contains(&agreed.0) {
            offers.push(agreed.0);
        }
        Ok(offers)
    }

    /// Whether keys are agreed on by Diffie and Hellman's method, so the server sends its half.
    pub(super) const fn is_ephemeral(self) -> bool {
        self.0 >= 0xc000
    }
}
