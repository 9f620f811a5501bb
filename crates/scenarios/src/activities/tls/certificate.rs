//! Certificates (RFC 5280), written by `x509-cert`. Keys and signatures are opaque bytes of the
//! right length: nothing here checks a signature, and nobody should trust one.

use std::str::FromStr;
use std::time::Duration;

use der::asn1::{BitString, Ia5String, ObjectIdentifier, OctetString, UtcTime};
use der::{Any, Encode, Sequence};
use serde::Deserialize;
use tls_codec::{TlsByteVecU24, TlsVecU24};
use x509_cert::certificate::{Certificate, TbsCertificate, Version};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::{SubjectAltName, name::GeneralName};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_cert::time::{Time, Validity};

use super::hello::written;
use crate::quantity::SECOND;
use crate::stage::{BuildError, Stage, encoder};

/// What a scenario says of a server's certificate; what it leaves out is as usual and valid.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CertificateText {
    /// A distinguished name as in RFC 4514: `CN=device,O=Maker`.
    subject: Option<String>,
    /// Likewise; the subject's own name makes it self-signed.
    issuer: Option<String>,
    /// First and last day, `2015-01-01`.
    from: Option<String>,
    until: Option<String>,
    /// The length of the RSA key.
    bits: Option<u32>,
    /// `sha256`, `sha1` or `md5`.
    signature: Option<String>,
}

/// An RSA public key (RFC 8017 appendix A.1.1).
#[derive(Sequence)]
struct RsaPublicKey {
    modulus: der::asn1::Uint,
    exponent: u32,
}

const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const MD5_WITH_RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.4");
const SHA1_WITH_RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.5");
const SHA256_WITH_RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");
const SUBJECT_ALT_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.17");
/// The authority that signs for all servers of scenarios that name none.
const USUAL_ISSUER: &str = "CN=Example Public CA R1,O=Example Trust";

/// The body of a certificate message with the one certificate of the server called `name`.
pub(super) fn chain(
    stage: &mut Stage<'_>,
    text: Option<&CertificateText>,
    name: &str,
) -> Result<Vec<u8>, BuildError> {
    let usual = CertificateText::default();
    let certificate = text.unwrap_or(&usual).certificate(stage, name)?;
    let der = certificate.to_der().map_err(encoder("certificate"))?;
    written(&TlsVecU24::from(vec![TlsByteVecU24::from(der)]))
}

impl CertificateText {
    fn certificate(&self, stage: &mut Stage<'_>, name: &str) -> Result<Certificate, BuildError> {
        const DAY: u64 = 86_400;
        const SERIAL_LENGTH: usize = 12;
        const USUAL_BITS: u32 = 2048;

        let common_name = if name.is_empty() { "server" } else { name };
        let subject = self.subject.clone().unwrap_or_else(|| format!("CN={common_name}"));
        let issuer = self.issuer.as_deref().unwrap_or(USUAL_ISSUER);
        let today = stage.now() / SECOND;
        let algorithm = algorithm(self.signature.as_deref().unwrap_or("sha256"))?;
        let bits = self.bits.unwrap_or(USUAL_BITS);
        let wrong = encoder("certificate");
        // A serial number must be positive and in its shortest form.
        let mut serial = stage.opaque(SERIAL_LENGTH);
        serial.insert(0, 0x4a);
        let tbs_certificate = TbsCertificate {
            version: Version::V3,
            serial_number: SerialNumber::new(&serial).map_err(&wrong)?,
            signature: algorithm.clone(),
            issuer: Name::from_str(issuer).map_err(&wrong)?,
            validity: Validity {
                not_before: moment(self.from.as_deref(), today.saturating_sub(40 * DAY))?,
                not_after: moment(self.until.as_deref(), today + 50 * DAY)?,
            },
            subject: Name::from_str(&subject).map_err(&wrong)?,
            subject_public_key_info: public_key(stage, bits).map_err(&wrong)?,
            issuer_unique_id: None,
            subject_unique_id: None,
            extensions: alternative_name(name).map_err(&wrong)?,
        };
        let signature = stage.opaque(bits as usize / 8);
        let signature = BitString::from_bytes(&signature).map_err(&wrong)?;
        Ok(Certificate { tbs_certificate, signature_algorithm: algorithm, signature })
    }
}

fn algorithm(signature: &str) -> Result<AlgorithmIdentifierOwned, BuildError> {
    let oid = match signature {
        "sha256" => SHA256_WITH_RSA,
        "sha1" => SHA1_WITH_RSA,
        "md5" => MD5_WITH_RSA,
        _ => return Err(BuildError::UnknownTerm(signature.to_owned())),
    };
    Ok(AlgorithmIdentifierOwned { oid, parameters: Some(Any::null()) })
}

fn public_key(stage: &mut Stage<'_>, bits: u32) -> der::Result<SubjectPublicKeyInfoOwned> {
    const EXPONENT: u32 = 65_537;

    let mut modulus = stage.opaque(bits as usize / 8);
    if let Some(first) = modulus.first_mut() {
        *first |= 0x80;
    }
    if let Some(last) = modulus.last_mut() {
        *last |= 1;
    }
    let modulus = der::asn1::Uint::new(&modulus)?;
    let key = RsaPublicKey { modulus, exponent: EXPONENT }.to_der()?;
    let parameters = Some(Any::null());
    Ok(SubjectPublicKeyInfoOwned {
        algorithm: AlgorithmIdentifierOwned { oid: RSA_ENCRYPTION, parameters },
        subject_public_key: BitString::from_bytes(&key)?,
    })
}

fn alternative_name(name: &str) -> der::Result<Option<Vec<Extension>>> {
    if name.is_empty() {
        return Ok(None);
    }
    let names = SubjectAltName(vec![GeneralName::DnsName(Ia5String::new(name)?)]).to_der()?;
    let extn_value = OctetString::new(names)?;
    Ok(Some(vec![Extension { extn_id: SUBJECT_ALT_NAME, critical: false, extn_value }]))
}

/// A day as written, or else `usual` in seconds since the epoch.
fn moment(day: Option<&str>, usual: u64) -> Result<Time, BuildError> {
    let seconds = match day {
        None => usual,
        Some(day) => format!("{day}T00:00:00Z")
            .parse::<jiff::Timestamp>()
            .ok()
            .and_then(|moment| u64::try_from(moment.as_second()).ok())
            .ok_or_else(|| BuildError::UnknownTerm(day.to_owned()))?,
    };
    let time = UtcTime::from_unix_duration(Duration::from_secs(seconds));
    Ok(Time::UtcTime(time.map_err(encoder("certificate's date"))?))
}
