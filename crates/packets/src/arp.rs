//! ARP ([RFC 826]): which addresses a station claims, and which it looks for.
//!
//! [RFC 826]: https://www.rfc-editor.org/rfc/rfc826

use std::net::{IpAddr, Ipv4Addr};

use evidence::{Field, Host, Mac, fields};

use crate::protocols::Text;

/// An ARP packet of Ethernet and IPv4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Arp {
    request: bool,
    sender: (Mac, Ipv4Addr),
    target: Ipv4Addr,
}

impl Arp {
    /// Reads a packet; `None` if it is cut short or for other kinds of addresses.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let &[
            0,
            _,
            8,
            0,
            6,
            4,
            0,
            operation,
            a,
            b,
            c,
            d,
            e,
            f,
            g,
            h,
            i,
            j,
            _,
            _,
            _,
            _,
            _,
            _,
            k,
            l,
            m,
            n,
        ] = bytes.first_chunk::<28>()?
        else {
            return None;
        };
        Some(Self {
            request: operation == 1,
            sender: (Mac([a, b, c, d, e, f]), Ipv4Addr::new(g, h, i, j)),
            target: Ipv4Addr::new(k, l, m, n),
        })
    }

    /// What the packet says of its sender.
    pub(crate) fn notes(&self, mut note: impl FnMut(Host, Field, &str)) {
        let (mac, ip) = self.sender;
        let Some(host) = Host::new(Some(mac), Some(ip.into())) else { return };
        if host.ip().is_some() {
            note(host, fields::ARP_SENDER, &Text::from(IpAddr::from(ip)).get());
        }
        // An announcement asks for the sender's own address (RFC 5227).
        if self.request && self.target != ip && !self.target.is_unspecified() {
            note(host, fields::ARP_ASKED, &Text::from(IpAddr::from(self.target)).get());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: [u8; 28] = [
        0, 1, 8, 0, 6, 4, 0, 1, 0, 0, 0x5e, 0, 0x53, 1, 192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 192, 0, 2,
        9,
    ];

    #[test]
    fn says_who_claims_and_who_asks() {
        check("request", &REQUEST, &["arp.sender 192.0.2.1", "arp.asked 192.0.2.9"]);
        let mut probe = REQUEST;
        probe[14..18].fill(0);
        check("probe", &probe, &["arp.asked 192.0.2.9"]);
        let mut reply = REQUEST;
        reply[7] = 2;
        check("reply", &reply, &["arp.sender 192.0.2.1"]);
        check("cut short", &REQUEST[..27], &[]);
    }

    #[track_caller]
    fn check(name: &str, bytes: &[u8], expected: &[&str]) {
        let mut notes = Vec::new();
        if let Some(arp) = Arp::read(bytes) {
            arp.notes(|_, field, value| notes.push(format!("{field} {value}")));
        }
        assert_eq!(notes, expected, "{name}");
    }
}
