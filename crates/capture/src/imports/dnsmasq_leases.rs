//! Leases as dnsmasq keeps them: `dnsmasq.leases`, `/tmp/dhcp.leases`.
//!
//! `expiry MAC address name client-id` a line, with `*` for what is not known; behind a line `duid …` of the
//! server's own the leases of DHCPv6, `expiry IAID address name DUID`. When a lease was given is not in it:
//! it stands at the time the file was written, or when it ended if that was earlier.

use std::net::IpAddr;

use evidence::Timestamp;

use super::{
    Line, Lines, Scribe,
    scribe::{Lease, hexadecimal},
};

/// Reads such a file.
#[derive(Debug, Default)]
pub(super) struct DnsmasqLeases;

impl Lines for DnsmasqLeases {
    fn line(&mut self, line: &str, scribe: &mut Scribe<'_>) -> Line {
        if line.starts_with("duid ") {
            return Line::Skipped("the server's own identifier");
        }
        let Some((ends, lease)) = read(line) else { return Line::Malformed };
        if lease.mac.is_none() && lease.duid.is_none() {
            return Line::Skipped("leases without a MAC address");
        }
        let written = scribe.clock.written;
        let at = if ends == Timestamp::EPOCH { written } else { written.min(ends) };
        Line::of(scribe.lease(&lease, at))
    }
}

/// Whether `line` is a lease, or the server's own identifier before those of DHCPv6.
pub(super) fn recognises(line: &str) -> bool {
    read(line).is_some() || line.strip_prefix("duid ").is_some_and(|it| hexadecimal(it).is_some())
}

/// A lease, and when it ends; the epoch if never.
fn read(line: &str) -> Option<(Timestamp, Lease)> {
    let mut words = line.split(' ');
    let ends = words.next()?.parse().ok()?;
    let (holder, ip, name) = (words.next()?, words.next()?, words.next()?);
    let identifier = words.next();
    let ip: IpAddr = ip.parse().ok()?;
    let known = |text: &str| (text != "*").then(|| text.to_owned());
    let identifier = identifier.filter(|it| *it != "*").and_then(hexadecimal);
    let lease = Lease { ip: Some(ip), name: known(name), ..Lease::default() };
    let lease = if ip.is_ipv6() {
        // Temporary addresses have a `T` before the number of their association.
        let number = holder.strip_prefix('T').unwrap_or(holder);
        let _: u64 = number.parse().ok()?;
        Lease { duid: identifier, ..lease }
    } else {
        Lease { mac: station(holder)?, client_id: identifier, ..lease }
    };
    Some((Timestamp::from_parts(ends, 0), lease))
}

/// The MAC address; `None` within where the hardware is no Ethernet, whose number stands before it.
#[expect(clippy::option_option, reason = "no station and no lease are two answers")]
fn station(text: &str) -> Option<Option<evidence::Mac>> {
    if let Ok(mac) = text.parse() {
        return Some(Some(mac));
    }
    let (kind, address) = text.split_once('-')?;
    (kind.len() == 2 && hexadecimal(kind).is_some() && hexadecimal(address).is_some())
        .then_some(None)
}

#[cfg(test)]
mod tests {
    use crate::imports::{Format, fuzzing::rehearse};

    #[test]
    fn leases_name_their_holders() {
        check(
            "1795370400 00:00:5e:00:53:01 192.168.1.5 lamp 01:00:00:5e:00:53:01\n",
            &[
                "192.168.1.5 (00:00:5e:00:53:01) dhcp.client_id 0100005e005301 1 @2026-11-22T10:00:00Z",
                "192.168.1.5 (00:00:5e:00:53:01) dhcp.host_name lamp 1 @2026-11-22T10:00:00Z",
                "192.168.1.5 (00:00:5e:00:53:01) dhcp.offered 192.168.1.5 1 @2026-11-22T10:00:00Z",
            ],
        );
        check(
            "1795300000 00:00:5e:00:53:01 192.168.1.5 * *\n",
            &["192.168.1.5 (00:00:5e:00:53:01) dhcp.offered 192.168.1.5 1 @2026-11-21T22:26:40Z"],
        );
        check("0 06-00:00:5e 192.168.1.5 x *\n", &["skipped leases without a MAC address 1"]);
        check("1795370400 00:00:5e:00:53:01\n", &["malformed line 1"]);
    }

    #[test]
    fn leases_of_ipv6_are_known_by_their_duid() {
        check(
            "duid 00:01:00:01:2c:11:22:33:00:00:5e:00:53:99\n\
             1795370400 7 2001:db8::5 lamp 00:04:01:02:03:04:05:06\n",
            &[
                "2001:db8::5 dhcpv6.duid 0004010203040506 2 @2026-11-22T10:00:00Z",
                "2001:db8::5 dhcpv6.host_name lamp 2 @2026-11-22T10:00:00Z",
                "skipped the server's own identifier 1",
            ],
        );
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(rehearse(Format::DnsmasqLeases, text), expected, "{text}");
    }
}
