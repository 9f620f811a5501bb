//! Takes down what a line says: of whom, when, and in which line it stood.

use std::net::IpAddr;

use evidence::{Field, Host, Mac, Recorder, Service, Sighting, SourceId, Timestamp, fields};
use packets::{Told, Views};

use super::Clock;

/// Where the home is.
#[derive(Debug)]
pub struct Homes(pub(super) Views);

impl Homes {
    /// With the networks that belong to the home beside the private ranges, as address and prefix length.
    #[must_use]
    pub fn new(home_networks: &[(IpAddr, u8)]) -> Self {
        Self(Views::new(home_networks))
    }
}

/// Writes for one line.
pub(super) struct Scribe<'a> {
    pub(super) recorder: &'a mut Recorder,
    pub(super) homes: &'a Homes,
    pub(super) clock: Clock,
    pub(super) source: SourceId,
    /// The number of the line, counted from 1.
    pub(super) number: u64,
    /// The earliest and the latest time any line said.
    pub(super) span: &'a mut Option<(Timestamp, Timestamp)>,
}

/// A lease: who holds which address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Lease {
    pub(super) mac: Option<Mac>,
    pub(super) ip: Option<IpAddr>,
    pub(super) name: Option<String>,
    /// As hexadecimal.
    pub(super) client_id: Option<String>,
    /// As hexadecimal.
    pub(super) duid: Option<String>,
    pub(super) vendor_class: Option<String>,
}

impl Scribe<'_> {
    /// Where and when a line says something.
    pub(super) fn sighting(&mut self, at: Timestamp) -> Sighting {
        let (first, last) = self.span.unwrap_or((at, at));
        *self.span = Some((first.min(at), last.max(at)));
        Sighting { at, source: self.source, frame: self.number }
    }

    /// Notes what a host said or showed.
    pub(super) fn note(&mut self, host: Host, field: Field, value: &str, at: Timestamp) {
        self.note_about(host, None, field, value, at);
    }

    /// Notes what a host said or showed in a conversation.
    pub(super) fn note_about(
        &mut self,
        host: Host,
        about: Option<Service>,
        field: Field,
        value: &str,
        at: Timestamp,
    ) {
        if !value.is_empty() {
            let sighting = self.sighting(at);
            self.recorder.observe(host, about, field, value, sighting);
        }
    }

    /// Notes a lease that stands at `at`; nothing if it names nobody.
    pub(super) fn lease(&mut self, lease: &Lease, at: Timestamp) -> Option<()> {
        let host = Host::new(lease.mac, lease.ip)?;
        let six = lease.ip.is_some_and(|ip| ip.is_ipv6());
        let (name, offered) = if six {
            (fields::DHCPV6_HOST_NAME, fields::DHCPV6_OFFERED)
        } else {
            (fields::DHCP_HOST_NAME, fields::DHCP_OFFERED)
        };
        if let (Some(ip), Some(_)) = (lease.ip, lease.mac) {
            self.note(host, offered, &ip.to_string(), at);
        }
        for (field, value) in [
            (name, &lease.name),
            (fields::DHCP_CLIENT_ID, &lease.client_id),
            (fields::DHCPV6_DUID, &lease.duid),
            (fields::DHCP_VENDOR_CLASS, &lease.vendor_class),
        ] {
            if let Some(value) = value {
                self.note(host, field, value, at);
            }
        }
        Some(())
    }

    /// Notes that `ip` asked a resolver for `name`; nothing if `ip` is the resolver's own machine.
    pub(super) fn question(&mut self, ip: IpAddr, name: &str, at: Timestamp) -> Option<Host> {
        let host = asker(ip)?;
        self.note(host, fields::DNS_QUERY, &domain(name), at);
        Some(host)
    }

    /// Notes a flow.
    pub(super) fn flow(&mut self, told: &Told) {
        self.sighting(told.first.at);
        self.sighting(told.last.max(told.first.at));
        self.homes.0.record(told, self.recorder);
    }
}

/// Who asks from `ip`; a resolver that asks itself is nobody of the home.
pub(super) fn asker(ip: IpAddr) -> Option<Host> {
    if ip.is_loopback() { None } else { Host::new(None, Some(ip)) }
}

/// A name as it is recorded from packets: in lower case, without the dot at its end.
pub(super) fn domain(name: &str) -> String {
    let bare = name.strip_suffix('.').filter(|bare| !bare.is_empty()).unwrap_or(name);
    bare.to_ascii_lowercase()
}

/// An address that a resolver answered with, unless it stands for "blocked".
pub(super) fn answered(ip: IpAddr) -> Option<IpAddr> {
    (!ip.is_unspecified() && !ip.is_loopback()).then_some(ip)
}

/// An address as logs write it, with the interface behind `%` left out.
pub(super) fn address(text: &str) -> Option<IpAddr> {
    text.split('%').next()?.parse().ok()
}

/// Hexadecimal digits, in pairs, with or without colons between: as observations have them.
pub(super) fn hexadecimal(text: &str) -> Option<String> {
    let digits: String = text
        .chars()
        .filter(|it| !matches!(it, ':' | '-'))
        .map(|it| it.to_ascii_lowercase())
        .collect();
    let fits = !digits.is_empty()
        && digits.len().is_multiple_of(2)
        && digits.bytes().all(|it| it.is_ascii_hexdigit());
    fits.then_some(digits)
}
