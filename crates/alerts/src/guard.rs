//! Where a web address may lead: to public addresses, unless the user says "at home too".
//!
//! A name that the user typed once can be pointed elsewhere later by whoever owns it: at the router's
//! own pages, at this machine, at the secrets a cloud keeps for its machines. So a name is resolved once,
//! every address is looked at here, and the connection goes to that very address (`Guarded`).
//!
//! What is public follows the [IPv4] and [IPv6] special-purpose registries of IANA.
//!
//! [IPv4]: https://www.iana.org/assignments/iana-ipv4-special-registry
//! [IPv6]: https://www.iana.org/assignments/iana-ipv6-special-registry

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use ureq::{
    config::Config,
    http::Uri,
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::NextTimeout,
    },
};

/// Where a channel may send to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// To public addresses.
    Public,
    /// To this machine and to private networks as well (`allow_private = true`).
    Home,
}

impl Access {
    /// Whether a message may go to `address`.
    #[must_use]
    pub fn allows(self, address: IpAddr) -> bool {
        match self {
            Self::Public => is_public(address),
            Self::Home => !is_never(address),
        }
    }
}

/// Whether anybody on the internet could be reached there.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => match inner(address) {
            Some(inner) => is_public_v4(inner),
            None => is_public_v6(address),
        },
    }
}

/// Whether nothing that people run is there: nowhere, everybody, or a cloud's secrets.
fn is_never(address: IpAddr) -> bool {
    let address = match address {
        IpAddr::V6(six) => inner(six).map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    };
    match address {
        IpAddr::V4(four) => {
            let [first, ..] = four.octets();
            first == 0 || four.is_multicast() || first >= 240 || four == METADATA_V4
        }
        IpAddr::V6(six) => six.is_unspecified() || six.is_multicast() || six == METADATA_V6,
    }
}

/// Where clouds hand their machines secrets.
const METADATA_V4: Ipv4Addr = Ipv4Addr::new(169, 254, 169, 254);
/// The same over IPv6.
const METADATA_V6: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);

fn is_public_v4(address: Ipv4Addr) -> bool {
    let octets = address.octets();
    let [a, b, c, _] = octets;
    let special = match a {
        0 | 10 | 127 | 224.. => true,
        100 => (64..128).contains(&b),
        169 => b == 254,
        172 => (16..32).contains(&b),
        192 => b == 168 || b == 0 && (c == 0 || c == 2) || (b, c) == (88, 99),
        198 => (18..20).contains(&b) || (b, c) == (51, 100),
        203 => (b, c) == (0, 113),
        _ => false,
    };
    !special
}

/// Only `2000::/3` is given out, and of it some blocks are for other ends.
const fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let given_out = a & 0xe000 == 0x2000;
    let special = match a {
        // Protocol assignments with Teredo, benchmarks, ORCHID; documentation.
        0x2001 => b < 0x0200 || b == 0x0db8,
        // Documentation.
        0x3fff => b < 0x1000,
        _ => false,
    };
    given_out && !special
}

/// The IPv4 address that an IPv6 address stands for: mapped, compatible, translated (NAT64) or 6to4.
fn inner(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let four = |high: u16, low: u16| Ipv4Addr::from(u32::from(high) << 16 | u32::from(low));
    match (a, b, c, d, e, f) {
        (0, 0, 0, 0, 0, 0xffff) | (0x64, 0xff9b, 0, 0, 0, 0) => Some(four(g, h)),
        // Not `::` and `::1`.
        (0, 0, 0, 0, 0, 0) if g != 0 => Some(four(g, h)),
        (0x2002, ..) => Some(four(b, c)),
        _ => None,
    }
}

/// Resolves as the system does, and hands on only addresses that may be gone to.
#[derive(Debug)]
pub(crate) struct Guarded(pub(crate) Access);

impl Resolver for Guarded {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = DefaultResolver::default().resolve(uri, config, timeout)?;
        let mut kept = self.empty();
        let allowed = found.iter().filter(|it: &&SocketAddr| self.0.allows(it.ip()));
        for address in allowed {
            kept.push(*address);
        }
        if kept.is_empty() { Err(ureq::Error::Other(Box::new(Refused))) } else { Ok(kept) }
    }
}

/// No address of that name may be gone to.
#[derive(Debug, thiserror::Error)]
#[error(
    "it leads to an address of this machine or of a private network; if that is meant, set allow_private = true"
)]
pub(crate) struct Refused;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_gone_to() {
        // Address, without and with `allow_private`.
        for (address, public, home) in [
            ("9.9.9.9", true, true),
            ("100.63.255.255", true, true),
            ("100.64.0.1", false, true),
            ("100.128.0.1", true, true),
            ("172.15.0.1", true, true),
            ("172.16.0.1", false, true),
            ("172.32.0.1", true, true),
            ("192.0.0.8", false, true),
            ("192.0.1.1", true, true),
            ("192.0.2.1", false, true),
            ("192.88.99.1", false, true),
            ("192.168.1.1", false, true),
            ("10.0.0.1", false, true),
            ("127.0.0.1", false, true),
            ("127.255.255.254", false, true),
            ("169.254.1.1", false, true),
            ("169.254.169.254", false, false),
            ("198.18.0.1", false, true),
            ("198.51.100.1", false, true),
            ("203.0.113.9", false, true),
            ("0.0.0.0", false, false),
            ("0.1.2.3", false, false),
            ("224.0.0.1", false, false),
            ("239.255.255.250", false, false),
            ("255.255.255.255", false, false),
            ("2620:fe::fe", true, true),
            ("::", false, false),
            ("::1", false, true),
            ("fe80::1", false, true),
            ("fd12:3456::1", false, true),
            ("fd00:ec2::254", false, false),
            ("ff02::1", false, false),
            ("2001:db8::1", false, true),
            ("2001::1", false, true),
            ("3fff::1", false, true),
            ("fec0::1", false, true),
            ("4000::1", false, true),
            // IPv4 in the clothes of IPv6.
            ("::ffff:9.9.9.9", true, true),
            ("::ffff:127.0.0.1", false, true),
            ("::ffff:169.254.169.254", false, false),
            ("::ffff:224.0.0.1", false, false),
            ("::127.0.0.1", false, true),
            ("64:ff9b::10.0.0.1", false, true),
            ("64:ff9b::9.9.9.9", true, true),
            ("2002:7f00:1::", false, true),
            ("2002:a9fe:a9fe::", false, false),
            ("2002:909:909::1", true, true),
        ] {
            let ip: IpAddr = address.parse().unwrap();
            assert_eq!(Access::Public.allows(ip), public, "{address}");
            assert_eq!(Access::Home.allows(ip), home, "{address} at home");
        }
    }
}
