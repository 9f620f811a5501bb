//! The messages of a handshake, written by `tls_codec`, the encoder of the Rust Crypto project.

use tls_codec::{
    Serialize, TlsByteVecU8, TlsByteVecU16, TlsByteVecU24, TlsSerialize, TlsSize, TlsVecU8,
    TlsVecU16,
};

use super::Version;
use super::suites::Suite;
use crate::stage::{BuildError, Stage, encoder};

/// What both hellos are made from.
#[derive(Debug)]
pub(super) struct Hello<'a> {
    pub(super) version: Version,
    /// Empty if the client does not say whom it wants.
    pub(super) name: &'a str,
    pub(super) alpn: &'a [String],
    pub(super) offers: Vec<u16>,
    /// What is agreed on.
    pub(super) suite: Suite,
    pub(super) session: Vec<u8>,
}

#[derive(TlsSerialize, TlsSize)]
struct ClientHello {
    version: u16,
    random: [u8; 32],
    session: TlsByteVecU8,
    suites: TlsVecU16<u16>,
    compressions: TlsByteVecU8,
    extensions: TlsVecU16<Extension>,
}

#[derive(TlsSerialize, TlsSize)]
struct ServerHello {
    version: u16,
    random: [u8; 32],
    session: TlsByteVecU8,
    suite: u16,
    compression: u8,
    extensions: TlsVecU16<Extension>,
}

#[derive(TlsSerialize, TlsSize)]
struct Extension {
    kind: u16,
    data: TlsByteVecU16,
}

#[derive(TlsSerialize, TlsSize)]
struct Handshake {
    kind: u8,
    body: TlsByteVecU24,
}

#[derive(TlsSerialize, TlsSize)]
struct Record {
    kind: u8,
    version: u16,
    fragment: TlsByteVecU16,
}

/// One named key: a curve and a point on it.
#[derive(TlsSerialize, TlsSize)]
struct KeyShare {
    group: u16,
    key: TlsByteVecU16,
}

const X25519: u16 = 0x001d;
/// X25519, secp256r1, secp384r1.
const GROUPS: [u16; 3] = [X25519, 0x0017, 0x0018];
/// ECDSA and RSA-PSS and RSA with SHA-256, and RSA with SHA-384 and SHA-1.
const SIGNATURES: [u16; 5] = [0x0403, 0x0804, 0x0401, 0x0501, 0x0201];

/// Numbers of extensions in the IANA registry.
const SERVER_NAME: u16 = 0;
const SUPPORTED_GROUPS: u16 = 10;
const POINT_FORMATS: u16 = 11;
const SIGNATURE_ALGORITHMS: u16 = 13;
const ALPN: u16 = 16;
const EXTENDED_MASTER_SECRET: u16 = 23;
const SESSION_TICKET: u16 = 35;
const SUPPORTED_VERSIONS: u16 = 43;
const PSK_MODES: u16 = 45;
const KEY_SHARE: u16 = 51;
const RENEGOTIATION: u16 = 0xff01;

impl Hello<'_> {
    /// The body of a client hello.
    pub(super) fn client(&self, stage: &mut Stage<'_>) -> Result<Vec<u8>, BuildError> {
        let mut extensions = Vec::new();
        let mut add = |kind, data| extensions.push(Extension { kind, data: data_of(data) });
        if !self.name.is_empty() {
            let name = (0_u8, TlsByteVecU16::from(self.name.as_bytes()));
            add(SERVER_NAME, written(&TlsVecU16::from(vec![name]))?);
        }
        add(RENEGOTIATION, vec![0]);
        if self.version >= Version::Tls12 {
            add(SUPPORTED_GROUPS, written(&TlsVecU16::from(GROUPS.to_vec()))?);
            add(POINT_FORMATS, vec![1, 0]);
            add(SIGNATURE_ALGORITHMS, written(&TlsVecU16::from(SIGNATURES.to_vec()))?);
            add(EXTENDED_MASTER_SECRET, Vec::new());
            add(SESSION_TICKET, Vec::new());
        }
        if !self.alpn.is_empty() {
            add(ALPN, written(&self.protocols(self.alpn.len()))?);
        }
        if self.version == Version::Tls13 {
            let versions = [Version::Tls13, Version::Tls12].map(Version::number).to_vec();
            add(SUPPORTED_VERSIONS, written(&TlsVecU8::from(versions))?);
            add(PSK_MODES, vec![1, 1]);
            let share = KeyShare { group: X25519, key: stage.opaque(32).into() };
            add(KEY_SHARE, written(&TlsVecU16::from(vec![share]))?);
        }
        written(&ClientHello {
            version: self.version.legacy(),
            random: random(stage),
            session: self.session_id(self.version == Version::Tls13),
            suites: self.offers.clone().into(),
            compressions: vec![0].into(),
            extensions: extensions.into(),
        })
    }

    /// The body of the server hello that answers.
    pub(super) fn server(&self, stage: &mut Stage<'_>) -> Result<Vec<u8>, BuildError> {
        let mut extensions = Vec::new();
        let mut add = |kind, data| extensions.push(Extension { kind, data: data_of(data) });
        if self.version == Version::Tls13 {
            add(SUPPORTED_VERSIONS, self.version.number().to_be_bytes().to_vec());
            let share = KeyShare { group: X25519, key: stage.opaque(32).into() };
            add(KEY_SHARE, written(&share)?);
        } else {
            add(RENEGOTIATION, vec![0]);
            if self.version == Version::Tls12 {
                add(EXTENDED_MASTER_SECRET, Vec::new());
                add(SESSION_TICKET, Vec::new());
            }
            if !self.alpn.is_empty() {
                add(ALPN, written(&self.protocols(1))?);
            }
        }
        written(&ServerHello {
            version: self.version.legacy(),
            random: random(stage),
            session: self.session_id(true),
            suite: self.suite.0,
            compression: 0,
            extensions: extensions.into(),
        })
    }

    fn protocols(&self, count: usize) -> TlsVecU16<TlsByteVecU8> {
        let names = self.alpn.iter().take(count);
        names.map(|name| TlsByteVecU8::from(name.as_bytes())).collect::<Vec<_>>().into()
    }

    fn session_id(&self, present: bool) -> TlsByteVecU8 {
        if present { self.session.clone().into() } else { Vec::new().into() }
    }
}

/// The server's half of an elliptic-curve key agreement, signed (RFC 8422 section 5.4).
pub(super) fn server_key_exchange(
    stage: &mut Stage<'_>,
    version: Version,
) -> Result<Vec<u8>, BuildError> {
    const NAMED_CURVE: u8 = 3;
    const RSA_SHA256: u16 = 0x0401;

    let mut body = written(&(NAMED_CURVE, X25519, TlsByteVecU8::from(stage.opaque(32))))?;
    if version == Version::Tls12 {
        body.extend(RSA_SHA256.to_be_bytes());
    }
    body.extend(written(&TlsByteVecU16::from(stage.opaque(256)))?);
    Ok(body)
}

/// The client's half, or the secret encrypted for the server's key.
pub(super) fn client_key_exchange(
    stage: &mut Stage<'_>,
    suite: Suite,
) -> Result<Vec<u8>, BuildError> {
    if suite.is_ephemeral() {
        written(&TlsByteVecU8::from(stage.opaque(32)))
    } else {
        written(&TlsByteVecU16::from(stage.opaque(256)))
    }
}

/// A handshake message.
pub(super) fn handshake(kind: u8, body: &[u8]) -> Result<Vec<u8>, BuildError> {
    written(&Handshake { kind, body: body.into() })
}

/// A record.
pub(super) fn record(kind: u8, version: u16, fragment: &[u8]) -> Result<Vec<u8>, BuildError> {
    written(&Record { kind, version, fragment: fragment.into() })
}

/// What `value` is on the wire.
pub(super) fn written(value: &impl Serialize) -> Result<Vec<u8>, BuildError> {
    value.tls_serialize_detached().map_err(encoder("TLS message"))
}

fn data_of(bytes: Vec<u8>) -> TlsByteVecU16 {
    bytes.into()
}

fn random(stage: &mut Stage<'_>) -> [u8; 32] {
    let mut random = [0; 32];
    random.copy_from_slice(&stage.opaque(32));
    random
}
