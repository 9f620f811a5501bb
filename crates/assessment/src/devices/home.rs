//! Which addresses are inside the home.

use std::{
    collections::BTreeSet,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use evidence::fields;
use hashbrown::HashSet;

use super::kept::Kept;

/// Inside or outside: private and link-local addresses, networks the user named, prefixes a router
/// of the home announced, and addresses that a device of the home holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Home {
    networks: Vec<(IpAddr, u8)>,
    held: HashSet<IpAddr>,
}

impl Home {
    /// The home as far as `hosts` show it. `networks` are address and prefix length in bits.
    #[must_use]
    pub(super) fn new<'a>(
        hosts: impl Iterator<Item = Kept<'a>>,
        networks: &[(IpAddr, u8)],
    ) -> Self {
        let announced = hosts
            .flat_map(|record| record.observed(fields::ICMPV6_PREFIX))
            .filter_map(|observation| network(&observation.value));
        let networks: BTreeSet<_> = networks.iter().copied().chain(announced).collect();
        Self { networks: networks.into_iter().collect(), held: HashSet::new() }
    }

    /// Whether `address` is inside. Group and broadcast addresses are: they do not leave the link.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        is_local(address)
            || address.is_multicast()
            || address.is_unspecified()
            || matches!(address, IpAddr::V4(address) if address.is_broadcast())
            || self.held.contains(&address)
            || self.is_in_networks(address)
    }

    /// Whether `address` lies in a network the user named or a router announced.
    #[must_use]
    pub fn is_in_networks(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|(base, bits)| within(address, *base, *bits))
    }

    /// Notes that a device of the home holds `address`.
    pub(super) fn hold(&mut self, address: IpAddr) {
        if !is_local(address) {
            self.held.insert(address);
        }
    }
}

/// Whether `address` can only be inside some network: private (RFC 1918), link-local (RFC 3927,
/// RFC 4291), unique local (RFC 4193) or loopback.
#[must_use]
pub const fn is_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            address.is_private() || address.is_link_local() || address.is_loopback()
        }
        IpAddr::V6(address) => {
            address.is_unique_local() || address.is_unicast_link_local() || address.is_loopback()
        }
    }
}

/// A network as a router announces it; `None` for one that no home has.
fn network(text: &str) -> Option<(IpAddr, u8)> {
    /// No site is given more than 48 bits leave it (RFC 6177). Whoever announces a wider network would
    /// have the internet, and all that goes there, look like home.
    const WIDEST: u8 = 48;

    let (base, bits) = text.split_once('/')?;
    let (base, bits) = (base.parse().ok()?, bits.parse().ok()?);
    (bits >= WIDEST).then_some((base, bits))
}

/// Compares leading bits; addresses of two families never match.
fn within(address: IpAddr, base: IpAddr, bits: u8) -> bool {
    let (address, base, unused) = match (address, base) {
        (IpAddr::V4(address), IpAddr::V4(base)) => (number4(address), number4(base), 32),
        (IpAddr::V6(address), IpAddr::V6(base)) => (number6(address), number6(base), 128),
        _ => return false,
    };
    let unused = u32::saturating_sub(unused, u32::from(bits));
    address.checked_shr(unused) == base.checked_shr(unused)
}

const fn number4(address: Ipv4Addr) -> u128 {
    address.to_bits() as u128
}

const fn number6(address: Ipv6Addr) -> u128 {
    address.to_bits()
}

#[cfg(test)]
mod tests {
    use evidence::{Host, Mac, Recorder, Sighting, SourceId, Timestamp};

    use super::*;

    #[test]
    fn networks_are_compared_by_their_leading_bits() {
        check("198.51.100.7", ("198.51.100.0", 24), true);
        check("198.51.101.7", ("198.51.100.0", 24), false);
        check("2001:db8:1::7", ("2001:db8:1::", 64), true);
        check("2001:db8:2::7", ("2001:db8:1::", 64), false);
        check("203.0.113.9", ("0.0.0.0", 0), true);
        check("2001:db8::1", ("0.0.0.0", 0), false);
        check("203.0.113.9", ("203.0.113.9", 32), true);
    }

    #[test]
    fn nobody_announces_the_internet_as_home() {
        let now = Sighting { at: Timestamp(1), source: SourceId(1), frame: 1 };
        let host = Host::new(Some(Mac([0, 0, 0x5e, 0, 0x53, 1])), None).unwrap();
        let mut recorder = Recorder::default();
        for prefix in ["2001:db8:1::/64", "2001:db8:2::/48", "::/0", "2000::/3", "2001:db8::/32"] {
            recorder.observe(host, None, fields::ICMPV6_PREFIX, prefix, now);
        }
        let ledger = recorder.finish();
        let records = ledger.hosts().map(|(_, record)| Kept::of(record));
        let home = Home::new(records, &[]);
        for (address, inside) in
            [("2001:db8:1::7", true), ("2001:db8:2:9::7", true), ("2001:db8:3::7", false)]
        {
            assert_eq!(home.contains(address.parse().unwrap()), inside, "{address}");
        }
    }

    #[track_caller]
    fn check(address: &str, (base, bits): (&str, u8), inside: bool) {
        let address = address.parse().unwrap();
        assert_eq!(within(address, base.parse().unwrap(), bits), inside, "{address} in {base}");
    }
}
