//! What each table says of the home's devices.

use evidence::{Field, Timestamp, Transport, fields};
use packets::{Counted, End, Told};

use super::row::Row;
use crate::imports::{
    Line, Scribe,
    prefix::nanoseconds,
    scribe::{Lease, address, answered, domain},
};

/// A table that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Table {
    Connections,
    Names,
    Leases,
    Encryption,
    Pages,
    Quic,
}

/// Services that encrypt, and services that do not, as Zeek calls them.
const ENCRYPTED: [&str; 6] = ["ssl", "quic", "ssh", "dtls", "wireguard", "ipsec"];
const CLEAR: [&str; 13] = [
    "http", "dns", "ftp", "smtp", "imap", "pop3", "irc", "mqtt", "modbus", "snmp", "sip", "syslog",
    "ntp",
];

impl Table {
    /// The table of that name, as `#path` and `_path` have it.
    pub(super) fn called(path: &str) -> Option<Self> {
        match path {
            "conn" => Some(Self::Connections),
            "dns" => Some(Self::Names),
            "dhcp" => Some(Self::Leases),
            "ssl" => Some(Self::Encryption),
            "http" => Some(Self::Pages),
            "quic" => Some(Self::Quic),
            _ => None,
        }
    }

    /// The table that has such columns.
    pub(super) fn with(row: &Row<'_>) -> Option<Self> {
        let any = |names: &[&str]| names.iter().any(|name| row.has(name));
        match () {
            () if row.has("_path") => None,
            () if any(&["conn_state"]) => Some(Self::Connections),
            () if any(&["qtype_name", "rcode_name", "qclass"]) => Some(Self::Names),
            () if any(&["msg_types"]) => Some(Self::Leases),
            () if any(&["client_initial_dcid"]) => Some(Self::Quic),
            () if any(&["ssl_history", "cert_chain_fps", "cipher"]) => Some(Self::Encryption),
            () if any(&["status_code", "request_body_len", "user_agent"]) => Some(Self::Pages),
            () => None,
        }
    }

    pub(super) fn read(self, row: &Row<'_>, at: Timestamp, scribe: &mut Scribe<'_>) -> Line {
        if self == Self::Leases {
            return Line::of(lease(row, at, scribe));
        }
        let Some(ends) = row.ends() else { return Line::Malformed };
        match self {
            Self::Connections => Line::of(connection(row, ends, at, scribe)),
            Self::Names => names(row, ends, at, scribe),
            Self::Pages => {
                pages(row, ends, at, scribe);
                Line::Read
            }
            Self::Quic => {
                let note = |field, name| (field, row.text(name).map(|it| domain(&it)));
                said(scribe, ends, Transport::UDP, at, [note(fields::QUIC_SNI, "server_name")]);
                Line::Read
            }
            Self::Leases | Self::Encryption => {
                encryption(row, ends, at, scribe);
                Line::Read
            }
        }
    }
}

fn connection(
    row: &Row<'_>,
    mut ends: [End; 2],
    at: Timestamp,
    scribe: &mut Scribe<'_>,
) -> Option<()> {
    let transport = match &*row.text("proto")? {
        "icmp" if ends.iter().any(|end| end.ip.is_ipv6()) => Transport::ICMPV6,
        name => Transport::from_name(name)?,
    };
    if !matches!(transport, Transport::TCP | Transport::UDP) {
        ends = ends.map(|end| End { port: 0, ..end });
    }
    let history = row.text("history").unwrap_or_default();
    let did = |letter: char| u32::from(transport == Transport::TCP && history.contains(letter));
    let counted = |packets: &str, bytes: &str, opened, accepted| Counted {
        frames: row.count(packets),
        bytes: row.count(bytes),
        opened,
        accepted,
    };
    let first = scribe.sighting(at);
    let service = row.text("service").unwrap_or_default();
    let is_one_of = |known: &[&str]| service.split(',').any(|it| known.contains(&it));
    let told = Told {
        ends,
        transport,
        counted: [
            counted("orig_pkts", "orig_ip_bytes", did('S'), did('H')),
            counted("resp_pkts", "resp_ip_bytes", did('s'), did('h')),
        ],
        reset: did('R') | did('r'),
        encrypted: match () {
            () if is_one_of(&ENCRYPTED) => Some(true),
            () if is_one_of(&CLEAR) => Some(false),
            () => None,
        },
        first,
        last: Timestamp(at.0.saturating_add(duration(row))),
    };
    scribe.flow(&told);
    Some(())
}

/// How long a connection lasted, in nanoseconds.
fn duration(row: &Row<'_>) -> u64 {
    let text = row.text("duration").unwrap_or_default();
    let (seconds, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let seconds: u64 = seconds.parse().unwrap_or(0);
    Timestamp::from_parts(seconds, nanoseconds(fraction).unwrap_or(0)).0
}

fn names(row: &Row<'_>, ends: [End; 2], at: Timestamp, scribe: &mut Scribe<'_>) -> Line {
    /// Where names are asked for on the link itself: NetBIOS, multicast DNS, LLMNR.
    const ON_THE_LINK: [u16; 3] = [137, 5353, 5355];

    let [from, to] = ends;
    if ON_THE_LINK.contains(&to.port) {
        return Line::Skipped("names asked for on the link");
    }
    let Some(name) = row.text("query") else { return Line::Read };
    let name = domain(&name);
    let [asker, _] = scribe.homes.0.of(ends, Transport::UDP);
    let Some((host, _)) = asker.filter(|_| !from.ip.is_loopback()) else {
        return Line::Skipped("names asked for from outside");
    };
    scribe.note(host, fields::DNS_QUERY, &name, at);
    let answers = row.text("answers").unwrap_or_default();
    for ip in answers.split(',').filter_map(address).filter_map(answered) {
        scribe.note(host, fields::DNS_ANSWER, &format!("{name} {ip}"), at);
    }
    Line::Read
}

fn lease(row: &Row<'_>, at: Timestamp, scribe: &mut Scribe<'_>) -> Option<()> {
    let acknowledged = row.text("msg_types").is_some_and(|it| it.split(',').any(|it| it == "ACK"));
    let ip = row.ip("assigned_addr").or_else(|| row.ip("client_addr")).filter(|_| acknowledged);
    let name = row.text("host_name").or_else(|| row.text("client_fqdn"));
    let lease = Lease {
        mac: row.mac("mac"),
        ip,
        name: name.map(|it| domain_as_written(&it)),
        vendor_class: row.text("client_software").map(Into::into),
        ..Lease::default()
    };
    scribe.lease(&lease, at)?;
    if let (Some(server), Some(ip)) = (row.ip("server_addr"), ip) {
        let host = evidence::Host::new(lease.mac, Some(ip))?;
        scribe.note(host, fields::DHCP_SERVER, &server.to_string(), at);
    }
    Some(())
}

fn domain_as_written(name: &str) -> String {
    name.trim_end_matches('.').to_owned()
}

fn encryption(row: &Row<'_>, ends: [End; 2], at: Timestamp, scribe: &mut Scribe<'_>) {
    let version = row.text("version").unwrap_or_default();
    let transport = if version.starts_with("DTLS") { Transport::UDP } else { Transport::TCP };
    said(
        scribe,
        ends,
        transport,
        at,
        [
            (fields::TLS_SNI, row.text("server_name").map(|it| domain(&it))),
            (fields::TLS_VERSION, protocol_version(&version)),
            (fields::TLS_CIPHER, row.text("cipher").map(Into::into)),
        ],
    );
}

/// `TLSv12` as `TLS 1.2`.
fn protocol_version(text: &str) -> Option<String> {
    let (name, number) = text.split_once('v')?;
    let mut digits = number.chars();
    let (major, minor) = (digits.next()?, digits.next().unwrap_or('0'));
    (name.len() <= 4 && major.is_ascii_digit() && minor.is_ascii_digit() && digits.next().is_none())
        .then(|| format!("{name} {major}.{minor}"))
}

fn pages(row: &Row<'_>, ends: [End; 2], at: Timestamp, scribe: &mut Scribe<'_>) {
    let host = row.text("host").map(|it| it.to_ascii_lowercase());
    // What follows the path may hold anything.
    let path = row.text("uri").and_then(|it| it.split(['?', '#', ';']).next().map(str::to_owned));
    let request = row.text("method").zip(path.filter(|it| it.starts_with('/')));
    let shown = host.as_deref().unwrap_or_default();
    let request = request.map(|(method, path)| format!("{method} {shown}{path}"));
    said(
        scribe,
        ends,
        Transport::TCP,
        at,
        [(fields::HTTP_HOST, host.clone()), (fields::HTTP_REQUEST, request)],
    );
    let [client, _] = scribe.homes.0.of(ends, Transport::TCP);
    if let (Some((client, _)), Some(agent)) = (client, row.text("user_agent")) {
        scribe.note(client, fields::HTTP_USER_AGENT, &agent, at);
    }
}

/// Notes what the first end said in its conversation.
fn said<const N: usize>(
    scribe: &mut Scribe<'_>,
    ends: [End; 2],
    transport: Transport,
    at: Timestamp,
    values: [(Field, Option<String>); N],
) {
    let [client, _] = scribe.homes.0.of(ends, transport);
    let Some((host, service)) = client else { return };
    for (field, value) in values {
        if let Some(value) = value {
            scribe.note_about(host, Some(service), field, &value, at);
        }
    }
}
