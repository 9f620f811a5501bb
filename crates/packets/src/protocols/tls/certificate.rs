//! The certificate a server shows, where TLS up to 1.2 leaves it readable.
//!
//! Profile: [RFC 5280]. Only the leaf is read, and nothing is verified: whether the chain leads to a
//! trusted root cannot be told from the outside, but its end, its key and its makers' names can.
//!
//! Everything is noted for both ends, in the conversation: the server's own hosts learn what they
//! show, its clients what they accept.
//!
//! [RFC 5280]: https://www.rfc-editor.org/rfc/rfc5280

use evidence::{Field, Timestamp, fields};
use x509_parser::{
    asn1_rs::{FromDer, Oid},
    certificate::{X509Certificate, X509CertificateParser},
    extensions::{GeneralName, SubjectAlternativeName},
    nom::Parser as _,
    public_key::PublicKey,
    time::ASN1Time,
};

use crate::protocol::{Malformed, Notes, Sink, Whose};

/// Our choice: content networks put a hundred names into one certificate; the first tell whose it is.
const MOST_NAMES: usize = 16;

/// What a certificate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Certificate {
    lines: Vec<(Field, Box<str>)>,
    end: ASN1Time,
}

/// Notes what the certificate in `der` says. One that was shown before is not read again.
pub(super) fn note(der: &[u8], notes: &mut Notes<'_>) -> Result<(), Malformed> {
    const READER: &str = "x509";
    let hash = notes.known.certificates.hash(der);
    if let Some(certificate) = notes.known.certificates.get(hash, READER, der) {
        certificate.note(notes.at, notes.sink);
        return Ok(());
    }
    let certificate = Certificate::read(der)?;
    certificate.note(notes.at, notes.sink);
    let weight = certificate.weight();
    notes.known.certificates.keep(hash, READER, der, certificate, weight);
    Ok(())
}

impl Certificate {
    fn read(der: &[u8]) -> Result<Self, Malformed> {
        let mut parser = X509CertificateParser::new().with_deep_parse_extensions(false);
        let Ok((_, certificate)) = parser.parse(der) else {
            return Err(Malformed::Forbidden { what: "X.509 certificate", value: 0 });
        };
        let mut lines: Vec<(Field, Box<str>)> = vec![
            (fields::TLS_CERTIFICATE_SUBJECT, certificate.subject().to_string().into()),
            (fields::TLS_CERTIFICATE_ISSUER, certificate.issuer().to_string().into()),
            (fields::TLS_CERTIFICATE_SIGNATURE, signature(&certificate).into()),
        ];
        if let Some(key) = key(&certificate) {
            lines.push((fields::TLS_CERTIFICATE_KEY, key.into()));
        }
        if certificate.subject().as_raw() == certificate.issuer().as_raw() {
            lines.push((fields::TLS_CERTIFICATE_SELF_SIGNED, "yes".into()));
        }
        let names = names(&certificate).into_iter();
        lines.extend(names.map(|name| (fields::TLS_CERTIFICATE_NAME, name.into())));
        Ok(Self { lines, end: certificate.validity().not_after })
    }

    /// About how many bytes it takes.
    fn weight(&self) -> usize {
        self.lines.iter().map(|(_, text)| text.len() + size_of::<(Field, Box<str>)>()).sum()
    }

    /// Notes it for both ends, and that it has expired if it has `now`.
    fn note(&self, now: Timestamp, sink: &mut dyn Sink) {
        let mut both = |field: Field, value: &str| {
            sink.note(Whose::Sender, field, value, true);
            sink.note(Whose::Receiver, field, value, true);
        };
        for (field, value) in &self.lines {
            both(*field, value);
        }
        let end_seconds = u64::try_from(self.end.timestamp()).unwrap_or(0);
        if end_seconds < now.seconds() {
            both(fields::TLS_CERTIFICATE_EXPIRED, &rfc3339(self.end));
        }
    }
}

fn rfc3339(time: ASN1Time) -> String {
    let time = time.to_datetime();
    let (hour, minute, second) = time.to_hms();
    let (year, month, day) = (time.year(), u8::from(time.month()), time.day());
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// DNS names of the subject, or its common name where it has none and that looks like one.
fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    /// id-ce-subjectAltName.
    const ALTERNATIVE_NAME: &[u8] = &[0x55, 0x1d, 0x11];

    let alternative = certificate
        .extensions()
        .iter()
        .find(|extension| extension.oid.as_bytes() == ALTERNATIVE_NAME)
        .and_then(|extension| SubjectAlternativeName::from_der(extension.value).ok());
    let listed: Vec<String> = alternative
        .iter()
        .flat_map(|(_, names)| &names.general_names)
        .filter_map(|name| match name {
            GeneralName::DNSName(name) => Some(name.to_ascii_lowercase()),
            _ => None,
        })
        .take(MOST_NAMES)
        .collect();
    if !listed.is_empty() {
        return listed;
    }
    let common = certificate.subject().iter_common_name().next();
    let common = common.and_then(|name| name.as_str().ok()).filter(|name| is_host_name(name));
    common.map(str::to_ascii_lowercase).into_iter().collect()
}

fn is_host_name(name: &str) -> bool {
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || b".-_*".contains(&byte);
    name.contains('.')
        && name.bytes().all(letters)
        && name.bytes().any(|byte| byte.is_ascii_alphabetic())
}

fn key(certificate: &X509Certificate<'_>) -> Option<String> {
    /// id-Ed25519 and id-Ed448 of [RFC 8410](https://www.rfc-editor.org/rfc/rfc8410).
    const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
    const ED448: &[u8] = &[0x2b, 0x65, 0x71];

    let info = certificate.public_key();
    match info.algorithm.algorithm.as_bytes() {
        ED25519 => return Some("ed25519 256".into()),
        ED448 => return Some("ed448 456".into()),
        _ => {}
    }
    let key = info.parsed().ok()?;
    let (kind, bits) = match &key {
        PublicKey::RSA(_) => ("rsa", key.key_size()),
        // P-521 fills its last byte up.
        PublicKey::EC(_) if key.key_size() == 528 => ("ec", 521),
        PublicKey::EC(_) => ("ec", key.key_size()),
        PublicKey::DSA(_) => ("dsa", key.key_size()),
        _ => return None,
    };
    Some(format!("{kind} {bits}"))
}

/// The algorithm's name in its RFC (3279, 4055, 5758, 8410), or its number.
fn signature(certificate: &X509Certificate<'_>) -> String {
    let oid: &Oid<'_> = &certificate.signature_algorithm.algorithm;
    let name = match *oid.as_bytes() {
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, last] => match last {
            2 => "md2WithRSAEncryption",
            4 => "md5WithRSAEncryption",
            5 => "sha1WithRSAEncryption",
            10 => "id-RSASSA-PSS",
            11 => "sha256WithRSAEncryption",
            12 => "sha384WithRSAEncryption",
            13 => "sha512WithRSAEncryption",
            14 => "sha224WithRSAEncryption",
            _ => return oid.to_id_string(),
        },
        [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x01] => "ecdsa-with-SHA1",
        [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, last] => match last {
            1 => "ecdsa-with-SHA224",
            2 => "ecdsa-with-SHA256",
            3 => "ecdsa-with-SHA384",
            4 => "ecdsa-with-SHA512",
            _ => return oid.to_id_string(),
        },
        [0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x03] => "dsa-with-sha1",
        [0x2b, 0x65, 0x70] => "id-Ed25519",
        [0x2b, 0x65, 0x71] => "id-Ed448",
        _ => return oid.to_id_string(),
    };
    name.into()
}
