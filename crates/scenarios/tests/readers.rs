//! What is written with one project's encoders is read with another project's parsers.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use domain::base::{Message, iana::Rtype};
use edge_dhcp::DhcpOption;
use etherparse::{SlicedPacket, TransportSlice};
use scenarios::Scenario;
use tls_parser::{TlsExtension, TlsMessage, TlsMessageHandshake, TlsVersion};
use x509_parser::prelude::{FromDer, X509Certificate};

const HOME: &str = r#"
    [home]
    name = "A test"
    network = "192.168.20.0/24"
    ipv6 = "2001:db8:20::/64"
    gateway = "Router"
    start = 2026-03-14T12:00:00Z
    lasts = "1h"

    [[device]]
    name = "Router"
    mac = "02:00:5e:10:00:01"
    ip = "192.168.20.1"

    [[device]]
    name = "Thing"
    mac = "02:00:5e:10:00:02"
    ip = "192.168.20.10"
    dhcp = { host_name = "thing", vendor_class = "maker 1.0", parameters = [3, 1, 15, 6] }
    mdns = { host = "thing", services = [
      { kind = "_ipp._tcp", name = "A thing. Really", port = 631, text = ["ty=Thing 1"] },
    ] }

    [[device.does]]
"#;

#[test]
fn dhcp_options_keep_their_order() {
    let requests = payloads("what = 'boot'\nat = '12:01'", 67);
    assert_eq!(requests.len(), 2);
    let request = edge_dhcp::Packet::decode(&requests[0]).unwrap();
    let options: Vec<DhcpOption<'_>> = request.options.iter().collect();
    assert!(options.contains(&DhcpOption::ParameterRequestList(&[3, 1, 15, 6])));
    assert!(options.contains(&DhcpOption::HostName("thing")));
    assert!(options.contains(&DhcpOption::Unrecognized(60, b"maker 1.0")));
    assert_eq!(request.chaddr[..6], [2, 0, 0x5e, 0x10, 0, 2]);
}

#[test]
fn names_are_asked_for_and_answered() {
    let asked = payloads("what = 'dns'\nnames = ['cloud.example']\nat = '12:01'", 53);
    let question = Message::from_octets(&asked[0]).unwrap().sole_question().unwrap();
    assert_eq!(question.qname().to_string(), "cloud.example");
    assert_eq!(question.qtype(), Rtype::A);
}

#[test]
fn multicast_answers_have_all_their_records() {
    let told = payloads("what = 'mdns-announce'\nat = '12:01'", 5353);
    let message = Message::from_octets(&told[0]).unwrap();
    let counts = message.header_counts();
    assert_eq!((counts.ancount(), counts.arcount()), (1, 3));
    let owners: Vec<String> =
        message.iter().map(|record| record.unwrap().0.owner().to_string()).collect();
    assert_eq!(owners[0], "_ipp._tcp.local");
    assert!(owners[1].contains("Really") && owners[3] == "thing.local", "{owners:?}");
}

#[test]
fn a_client_hello_names_its_server_and_protocols() {
    let hello = "what = 'tls'\nto = 'cloud.example'\nalpn = ['h2']\nat = '12:01'";
    let said = payloads(hello, 443);
    let (_, record) = tls_parser::parse_tls_plaintext(&said[0]).unwrap();
    let TlsMessage::Handshake(TlsMessageHandshake::ClientHello(hello)) = &record.msg[0] else {
        panic!("{:?}", record.msg[0]);
    };
    assert_eq!(hello.version, TlsVersion::Tls12);
    let (rest, extensions) = tls_parser::parse_tls_extensions(hello.ext.unwrap()).unwrap();
    assert!(rest.is_empty());
    assert!(extensions.iter().any(|extension| matches!(extension,
        TlsExtension::SNI(names) if names[0].1 == b"cloud.example")));
    assert!(extensions.iter().any(|extension| matches!(extension,
        TlsExtension::ALPN(protocols) if protocols[..] == [&b"h2"[..]])));
    assert!(extensions.iter().any(|extension| matches!(extension,
        TlsExtension::SupportedVersions(versions) if versions[0] == TlsVersion::Tls13)));
}

#[test]
fn an_old_server_shows_the_certificate_that_was_asked_for() {
    let session = "what = 'tls'\nto = 'old.example'\nversion = '1.0'\nat = '12:01'\n\
        cipher = 'TLS_RSA_WITH_RC4_128_SHA'\ncertificate = { subject = 'CN=old,O=Maker', \
        issuer = 'CN=old,O=Maker', from = '2012-05-01', until = '2022-04-29', bits = 1024, \
        signature = 'sha1' }";
    let said = answers(session, 443);
    let (_, record) = tls_parser::parse_tls_plaintext(&said[0]).unwrap();
    let [
        TlsMessage::Handshake(TlsMessageHandshake::ServerHello(hello)),
        TlsMessage::Handshake(TlsMessageHandshake::Certificate(chain)),
        TlsMessage::Handshake(TlsMessageHandshake::ServerDone(_)),
    ] = &record.msg[..]
    else {
        panic!("{:?}", record.msg);
    };
    assert_eq!((hello.version, hello.cipher.0), (TlsVersion::Tls10, 0x0005));
    let (rest, certificate) = X509Certificate::from_der(chain.cert_chain[0].data).unwrap();
    assert!(rest.is_empty());
    assert_eq!(certificate.subject().to_string(), "O=Maker, CN=old");
    assert_eq!(certificate.subject(), certificate.issuer());
    assert_eq!(certificate.validity().not_after.timestamp(), 1_651_190_400);
    let key = certificate.public_key().parsed().unwrap();
    assert_eq!(key.key_size(), 1024);
    assert_eq!(certificate.signature_algorithm.algorithm.to_id_string(), "1.2.840.113549.1.1.5");
}

#[test]
fn a_web_request_carries_its_login() {
    let request = "what = 'http'\nto = 'Router'\nuser = 'admin'\npassword = 'admin'\nat = '12:01'";
    let said = payloads(request, 80);
    let mut headers = [httparse::EMPTY_HEADER; 8];
    let mut request = httparse::Request::new(&mut headers);
    assert!(request.parse(&said[0]).unwrap().is_complete());
    let login = request.headers.iter().find(|header| header.name == "Authorization").unwrap();
    assert_eq!(login.value, b"Basic YWRtaW46YWRtaW4=");
}

#[test]
fn a_broker_is_told_user_and_password() {
    let session =
        "what = 'mqtt'\nto = 'Router'\nclient = 'c'\nuser = 'u'\npassword = 'p'\nat = '12:01'";
    let said = payloads(session, 1883);
    assert_eq!(said[0], b"\x10\x13\x00\x04MQTT\x04\xc2\x00\x78\x00\x01c\x00\x01u\x00\x01p");
}

#[test]
fn a_community_is_where_it_belongs() {
    let asked = payloads("what = 'snmp'\nto = 'Router'\nreply = 'It'\nat = '12:01'", 161);
    assert_eq!(asked[0][2..13], *b"\x02\x01\x01\x04\x06public");
    assert_eq!(asked[0][13], 0xa0, "a get request");
}

/// What the thing says to `port`, packet by packet, when it does `deed`.
#[track_caller]
fn payloads(deed: &str, port: u16) -> Vec<Vec<u8>> {
    messages(deed, |_, to| to == port)
}

/// What it hears from `port`.
#[track_caller]
fn answers(deed: &str, port: u16) -> Vec<Vec<u8>> {
    messages(deed, |from, _| from == port)
}

#[track_caller]
fn messages(deed: &str, wanted: impl Fn(u16, u16) -> bool) -> Vec<Vec<u8>> {
    let scenario = Scenario::parse(&format!("{HOME}{deed}")).unwrap();
    let payloads = scenario.frames(1).filter_map(|frame| {
        let packet = SlicedPacket::from_ethernet(&frame.bytes).unwrap();
        let (from, to, payload) = match packet.transport? {
            TransportSlice::Tcp(tcp) => {
                (tcp.source_port(), tcp.destination_port(), tcp.payload().to_vec())
            }
            TransportSlice::Udp(udp) => {
                (udp.source_port(), udp.destination_port(), udp.payload().to_vec())
            }
            _ => return None,
        };
        (wanted(from, to) && !payload.is_empty()).then_some(payload)
    });
    payloads.collect()
}
