//! Which format bytes are of, told by what they begin with and never by a file's name.

use super::{
    Lines, adguard::AdGuard, dhcpd::Dhcpd, dnsmasq::Dnsmasq, dnsmasq_leases::DnsmasqLeases,
    kea::Kea, unbound::Unbound, zeek::Zeek,
};
use super::{adguard, dhcpd, dnsmasq, dnsmasq_leases, flows, kea, unbound, zeek};

/// How many lines are looked at: a log may begin with what others wrote into it. Our choice.
const MOST_LINES: usize = 200;

/// A format that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Format {
    /// Leases of dnsmasq.
    DnsmasqLeases,
    /// Leases of ISC's server.
    Dhcpd,
    /// Leases of Kea.
    Kea,
    /// The log of dnsmasq, and of blockers built on it.
    Dnsmasq,
    /// A query log of one object of JSON a line.
    AdGuard,
    /// The log of Unbound.
    Unbound,
    /// Tables of Zeek.
    Zeek,
    /// Messages of exported flows, one after the other (RFC 5655).
    Ipfix,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 8] = [
        Self::DnsmasqLeases,
        Self::Dhcpd,
        Self::Kea,
        Self::Dnsmasq,
        Self::AdGuard,
        Self::Unbound,
        Self::Zeek,
        Self::Ipfix,
    ];

    /// Whether files of it are written anew as a whole, so that they hold much that was read before.
    #[must_use]
    pub const fn is_rewritten(self) -> bool {
        matches!(self, Self::DnsmasqLeases | Self::Dhcpd | Self::Kea)
    }

    /// Whether its lines may leave out in which zone their times are.
    pub(super) const fn leaves_zone_out(self) -> bool {
        matches!(self, Self::Dnsmasq | Self::Unbound)
    }

    /// The line that ends an entry, where an entry is more than a line.
    pub(super) const fn entry_ends(self) -> Option<&'static [u8]> {
        match self {
            Self::Dhcpd => Some(b"}"),
            _ => None,
        }
    }

    /// What reads its lines, if it has any.
    pub(super) fn lines(self) -> Option<Box<dyn Lines>> {
        Some(match self {
            Self::DnsmasqLeases => Box::<DnsmasqLeases>::default(),
            Self::Dhcpd => Box::<Dhcpd>::default(),
            Self::Kea => Box::<Kea>::default(),
            Self::Dnsmasq => Box::<Dnsmasq>::default(),
            Self::AdGuard => Box::<AdGuard>::default(),
            Self::Unbound => Box::<Unbound>::default(),
            Self::Zeek => Box::<Zeek>::default(),
            Self::Ipfix => return None,
        })
    }

    fn recognises(self, line: &str) -> bool {
        match self {
            Self::DnsmasqLeases => dnsmasq_leases::recognises(line),
            Self::Dhcpd => dhcpd::recognises(line),
            Self::Kea => kea::recognises(line),
            Self::Dnsmasq => dnsmasq::recognises(line),
            Self::AdGuard => adguard::recognises(line),
            Self::Unbound => unbound::recognises(line),
            Self::Zeek => zeek::recognises(line),
            Self::Ipfix => false,
        }
    }
}

/// The format of a file that begins with `bytes`, if it is one that is read.
#[must_use]
pub fn sniff(bytes: &[u8]) -> Option<Format> {
    if flows::is_file(bytes) {
        return Some(Format::Ipfix);
    }
    if !is_text(bytes) {
        return None;
    }
    let text = String::from_utf8_lossy(bytes);
    let lines = text.lines().take(MOST_LINES).filter(|line| !line.trim().is_empty());
    lines.into_iter().find_map(|line| {
        Format::ALL.into_iter().find(|format| format.recognises(line.trim_end_matches('\r')))
    })
}

/// Whether bytes look like text: no control characters but those that lay it out.
pub(crate) fn is_text(bytes: &[u8]) -> bool {
    let control = |byte: &u8| *byte < 32 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x1b);
    !bytes.is_empty() && !bytes.iter().any(control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_their_first_lines() {
        use Format as F;
        let lease = "1795370400 00:00:5e:00:53:01 192.168.1.5 lamp *\n";
        check(lease, Some(F::DnsmasqLeases));
        check("duid 00:01:00:01:2c:11:22:33:00:00:5e:00:53:99\n", Some(F::DnsmasqLeases));
        check("lease 192.168.1.5 {\n", Some(F::Dhcpd));
        check("authoring-byte-order little-endian;\n\nia-na \"a\" {\n", Some(F::Dhcpd));
        check("address,hwaddr,client_id,valid_lifetime\n", Some(F::Kea));
        check("address,duid,valid_lifetime\n", Some(F::Kea));
        check(
            "Nov 22 10:00:00 router kernel: up\nNov 22 10:00:00 dnsmasq[1]: started\n",
            Some(F::Dnsmasq),
        );
        check("{\"T\":\"2026\",\"QH\":\"a\",\"IP\":\"192.168.1.5\"}\n", Some(F::AdGuard));
        check(
            "[1795341600] unbound[1:0] notice: init\n[1795341600] unbound[1:0] info: start\n",
            Some(F::Unbound),
        );
        check("#separator \\x09\n", Some(F::Zeek));
        check("{\"ts\":1795341600.1,\"id.orig_h\":\"192.168.1.5\"}\n", Some(F::Zeek));
        check("Dear diary, today the lamp was on.\n", None);
        check("name,address\nlamp,192.168.1.5\n", None);
        check("{\"a\":1}\n", None);
        check("", None);
    }

    #[test]
    fn captures_are_no_imports() {
        assert_eq!(sniff(&[0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0]), None);
        assert_eq!(sniff(&[0x0a, 0x0d, 0x0d, 0x0a, 0, 0, 0, 28]), None);
        let message = [0, 10, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 4];
        assert_eq!(sniff(&message), Some(Format::Ipfix));
    }

    #[track_caller]
    fn check(text: &str, expected: Option<Format>) {
        assert_eq!(sniff(text.as_bytes()), expected, "{text}");
    }
}
