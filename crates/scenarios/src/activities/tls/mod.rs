//! `tls`: an encrypted session. Its handshake is real enough to be dissected, and what follows are
//! records of opaque bytes (RFC 8446, RFC 5246, RFC 4346).

mod certificate;
mod hello;
mod suites;

use serde::Deserialize;

use self::certificate::CertificateText;
use self::hello::{Hello, handshake, record};
use self::suites::Suite;
use crate::activities::http::Over;
use crate::quantity::{SECOND, Size, Span};
use crate::stage::{BuildError, Stage};
use crate::tcp::{Connection, Side};

/// Opens an encrypted session, and says and hears opaque bytes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tls {
    to: String,
    #[serde(default = "https_port")]
    port: u16,
    /// The server name to ask for; the peer's name if absent, none if empty.
    name: Option<String>,
    #[serde(default)]
    alpn: Vec<String>,
    /// `1.3`, `1.2`, `1.1` or `1.0`: what is agreed on, and the most the client offers.
    #[serde(default)]
    version: Version,
    /// The IANA name of the suite that is agreed on.
    cipher: Option<String>,
    /// All suites that the client offers; those usual with `version` if absent.
    offers: Option<Vec<String>>,
    /// The server's certificate, which only TLS 1.2 and older show.
    certificate: Option<CertificateText>,
    /// Bytes to the server and back, each time.
    #[serde(default)]
    up: Size,
    #[serde(default)]
    down: Size,
    /// How many times, and how long apart.
    #[serde(default = "once")]
    exchanges: u32,
    #[serde(default = "half_a_second")]
    pause: Span,
    #[serde(default)]
    over: Over,
}

/// A version of TLS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(crate) enum Version {
    /// RFC 2246.
    #[serde(rename = "1.0")]
    Tls10,
    /// RFC 4346.
    #[serde(rename = "1.1")]
    Tls11,
    /// RFC 5246.
    #[serde(rename = "1.2")]
    Tls12,
    /// RFC 8446.
    #[default]
    #[serde(rename = "1.3")]
    Tls13,
}

/// The content types of records.
const CHANGE_CIPHER_SPEC: u8 = 20;
const HANDSHAKE: u8 = 22;
const APPLICATION_DATA: u8 = 23;

/// The kinds of handshake messages.
const CLIENT_HELLO: u8 = 1;
const SERVER_HELLO: u8 = 2;
const NEW_SESSION_TICKET: u8 = 4;
const CERTIFICATE: u8 = 11;
const SERVER_KEY_EXCHANGE: u8 = 12;
const SERVER_HELLO_DONE: u8 = 14;
const CLIENT_KEY_EXCHANGE: u8 = 16;

const fn https_port() -> u16 {
    443
}

const fn once() -> u32 {
    1
}

const fn half_a_second() -> Span {
    Span(SECOND / 2)
}

impl Version {
    /// As it is written in hellos.
    const fn number(self) -> u16 {
        match self {
            Self::Tls10 => 0x0301,
            Self::Tls11 => 0x0302,
            Self::Tls12 => 0x0303,
            Self::Tls13 => 0x0304,
        }
    }

    /// As it is written where 1.3 still calls itself 1.2.
    fn legacy(self) -> u16 {
        self.min(Self::Tls12).number()
    }
}

impl Tls {
    pub(crate) fn perform(&self, stage: &mut Stage<'_>) -> Result<(), BuildError> {
        let peer = stage.reach_over(&self.to, self.over == Over::Ipv6)?;
        let name = self.name.clone().or_else(|| peer.name.clone()).unwrap_or_default();
        let suite = self.cipher.as_deref().map_or_else(
            || Ok(Suite::usual(self.version)),
            |name| Suite::named(name).ok_or_else(|| BuildError::UnknownTerm(name.to_owned())),
        )?;
        let hello = Hello {
            version: self.version,
            name: &name,
            alpn: &self.alpn,
            offers: Suite::offered(self.version, self.offers.as_deref(), suite)?,
            suite,
            session: stage.opaque(32),
        };
        let round_trip = stage.round_trip(&peer);
        let client = stage.my_port(&peer)?;
        let mut connection = Connection::open(stage, client, peer.port(self.port), round_trip)?;
        let bytes = handshake(CLIENT_HELLO, &hello.client(stage)?)?;
        let first = record(HANDSHAKE, self.version.min(Version::Tls10).number(), &bytes)?;
        connection.say(stage, Side::Client, &first)?;
        if self.version == Version::Tls13 {
            self.agree_hidden(stage, &mut connection, &hello)?;
        } else {
            self.agree_openly(stage, &mut connection, &hello)?;
        }
        for turn in 0..self.exchanges {
            if turn > 0 {
                stage.pass(self.pause.0);
            }
            self.say_opaque(stage, &mut connection, Side::Client, self.up.0)?;
            self.say_opaque(stage, &mut connection, Side::Server, self.down.0)?;
        }
        connection.close(stage)
    }

    /// TLS 1.3: all after the two hellos is encrypted.
    fn agree_hidden(
        &self,
        stage: &mut Stage<'_>,
        connection: &mut Connection,
        hello: &Hello<'_>,
    ) -> Result<(), BuildError> {
        /// What the encrypted part of a usual server's answer takes: mostly certificates.
        const CERTIFICATES: (u64, u64) = (2_100, 3_600);
        /// An encrypted Finished message.
        const FINISHED: usize = 53;

        let version = self.version.legacy();
        let bytes = handshake(SERVER_HELLO, &hello.server(stage)?)?;
        let mut flight = record(HANDSHAKE, version, &bytes)?;
        flight.extend(record(CHANGE_CIPHER_SPEC, version, &[1])?);
        let length = stage.any_of(CERTIFICATES.0, CERTIFICATES.1);
        let hidden = stage.opaque(usize::try_from(length).unwrap_or(0));
        flight.extend(record(APPLICATION_DATA, version, &hidden)?);
        connection.say(stage, Side::Server, &flight)?;
        let mut flight = record(CHANGE_CIPHER_SPEC, version, &[1])?;
        flight.extend(record(APPLICATION_DATA, version, &stage.opaque(FINISHED))?);
        connection.say(stage, Side::Client, &flight)
    }

    /// TLS 1.2 and older: the certificate can be read by everybody on the way.
    fn agree_openly(
        &self,
        stage: &mut Stage<'_>,
        connection: &mut Connection,
        hello: &Hello<'_>,
    ) -> Result<(), BuildError> {
        /// An encrypted Finished message; its length depends on the suite.
        const FINISHED: usize = 40;
        /// A session ticket: its lifetime, its length, and opaque bytes.
        const TICKET: [u8; 6] = [0, 0, 0x1c, 0x20, 0, 160];

        let version = self.version.number();
        let chain = certificate::chain(stage, self.certificate.as_ref(), hello.name)?;
        let mut flight = handshake(SERVER_HELLO, &hello.server(stage)?)?;
        flight.extend(handshake(CERTIFICATE, &chain)?);
        if hello.suite.is_ephemeral() {
            let exchange = hello::server_key_exchange(stage, self.version)?;
            flight.extend(handshake(SERVER_KEY_EXCHANGE, &exchange)?);
        }
        flight.extend(handshake(SERVER_HELLO_DONE, &[])?);
        connection.say(stage, Side::Server, &record(HANDSHAKE, version, &flight)?)?;

        let exchange = hello::client_key_exchange(stage, hello.suite)?;
        let exchange = handshake(CLIENT_KEY_EXCHANGE, &exchange)?;
        let mut flight = record(HANDSHAKE, version, &exchange)?;
        flight.extend(record(CHANGE_CIPHER_SPEC, version, &[1])?);
        flight.extend(record(HANDSHAKE, version, &stage.opaque(FINISHED))?);
        connection.say(stage, Side::Client, &flight)?;

        let mut flight = Vec::new();
        if self.version == Version::Tls12 {
            let ticket = [&TICKET[..], &stage.opaque(160)].concat();
            flight = record(HANDSHAKE, version, &handshake(NEW_SESSION_TICKET, &ticket)?)?;
        }
        flight.extend(record(CHANGE_CIPHER_SPEC, version, &[1])?);
        flight.extend(record(HANDSHAKE, version, &stage.opaque(FINISHED))?);
        connection.say(stage, Side::Server, &flight)
    }

    fn say_opaque(
        &self,
        stage: &mut Stage<'_>,
        connection: &mut Connection,
        side: Side,
        mut length: usize,
    ) -> Result<(), BuildError> {
        /// The most a record's plain text holds (RFC 8446 section 5.1).
        const LONGEST: usize = 16_384;
        /// What authentication adds to each record with the usual suites.
        const OVERHEAD: usize = 17;

        let mut bytes = Vec::with_capacity(length + length / 500);
        while length > 0 {
            let part = length.min(LONGEST);
            let hidden = stage.opaque(part + OVERHEAD);
            bytes.extend(record(APPLICATION_DATA, self.version.legacy(), &hidden)?);
            length -= part;
        }
        connection.say(stage, side, &bytes)
    }
}
