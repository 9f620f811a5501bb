//! Who spoke: link-layer and network addresses as they stood in the frame.

use std::{fmt, net::IpAddr, str::FromStr};

use serde::{Deserialize, Serialize};

/// A 48-bit IEEE 802 address.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Mac(pub [u8; 6]);

impl Mac {
    /// All ones: every station on the link.
    pub const BROADCAST: Self = Self([0xff; 6]);

    /// Whether the group bit is set (IEEE 802, I/G): many stations, not one.
    #[must_use]
    pub const fn is_multicast(self) -> bool {
        self.0[0] & 0b01 != 0
    }

    /// Whether the U/L bit is set: chosen locally (randomised, virtual), so no maker's prefix.
    #[must_use]
    pub const fn is_locally_administered(self) -> bool {
        self.0[0] & 0b10 != 0
    }

    /// All zeroes, which stands for "none" in several protocols.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.0 == [0; 6]
    }
}

/// Lower case, with colons: `00:00:5e:00:53:01`.
impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digit = |value| value + if value < 10 { b'0' } else { b'a' - 10 };
        let mut text = *b"00:00:00:00:00:00";
        for (pair, byte) in text.chunks_mut(3).zip(self.0) {
            if let [high, low, ..] = pair {
                (*high, *low) = (digit(byte >> 4), digit(byte & 0xf));
            }
        }
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Debug for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Text that is no MAC address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a MAC address is six pairs of hexadecimal digits, like 00:00:5e:00:53:01")]
pub struct NoMac;

impl FromStr for Mac {
    type Err = NoMac;

    /// Reads six pairs of hexadecimal digits with `:` or `-` between them.
    fn from_str(text: &str) -> Result<Self, NoMac> {
        let mut bytes = [0; 6];
        let mut pairs = text.split([':', '-']);
        for byte in &mut bytes {
            let pair = pairs
                .next()
                .filter(|pair| pair.len() == 2 && !pair.starts_with('+'))
                .ok_or(NoMac)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| NoMac)?;
        }
        if pairs.next().is_some() { Err(NoMac) } else { Ok(Self(bytes)) }
    }
}

/// One end of traffic, as the frame named it. At least one of the two addresses is known.
///
/// This is not yet a device: a device may have many hosts (dual stack, renewed leases), and behind
/// a router's MAC stand the addresses of others. Which is which is for `assessment` to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Host {
    mac: Option<Mac>,
    ip: Option<IpAddr>,
}

impl Host {
    /// Names a host. Group, zero and unspecified addresses name nobody and count as absent; with
    /// nothing left there is no host.
    #[must_use]
    pub fn new(mac: Option<Mac>, ip: Option<IpAddr>) -> Option<Self> {
        let mac = mac.filter(|mac| !mac.is_multicast() && !mac.is_zero());
        let ip = ip.filter(|ip| !ip.is_unspecified() && !ip.is_multicast() && !is_broadcast(*ip));
        (mac.is_some() || ip.is_some()).then_some(Self { mac, ip })
    }

    /// The link-layer address, where the link has any.
    #[must_use]
    pub const fn mac(&self) -> Option<Mac> {
        self.mac
    }

    /// Which of `of` workers this host falls to, counted from 0. Hosts with one network address fall
    /// to one worker, IPv4 neighbours too, and every machine agrees on it.
    #[must_use]
    pub fn share(&self, of: u32) -> u32 {
        match (self.ip, self.mac) {
            (Some(ip), _) => address_share(ip, of),
            (None, Some(Mac([a, b, c, d, e, f]))) => {
                share(u64::from_be_bytes([0, 0, a, b, c, d, e, f]), of)
            }
            (None, None) => 0,
        }
    }

    /// The network address, where the frame had any.
    #[must_use]
    pub const fn ip(&self) -> Option<IpAddr> {
        self.ip
    }
}

/// How many of an IPv4 address's last bits do not matter to its share; our choice. Neighbours often
/// talk with each other, and what two workers have a part in is read twice; much larger
/// neighbourhoods would leave the workers of one home unequal.
const NEIGHBOURS: u32 = 3;

/// [`Host::share`] of every host with this network address.
#[inline]
#[must_use]
pub fn address_share(address: IpAddr, of: u32) -> u32 {
    let half = |bits: u128| u64::try_from(bits & u128::from(u64::MAX)).unwrap_or_default();
    let bits = match address {
        IpAddr::V4(ip) => (ip.to_bits() >> NEIGHBOURS).into(),
        IpAddr::V6(ip) => half(ip.to_bits() >> 64) ^ half(ip.to_bits()),
    };
    share(bits, of)
}

/// Spreads neighbouring numbers evenly (Fibonacci hashing: Knuth, The Art of Computer Programming,
/// volume 3, 6.4): asked of every frame, so a few instructions must do.
#[inline]
const fn share(bits: u64, of: u32) -> u32 {
    const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
    let mixed = bits.wrapping_mul(GOLDEN) >> 32;
    ((mixed * of as u64) >> 32) as u32
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.mac, self.ip) {
            (Some(mac), Some(ip)) => write!(f, "{ip} ({mac})"),
            (Some(mac), None) => mac.fmt(f),
            (None, Some(ip)) => ip.fmt(f),
            (None, None) => f.write_str("nobody"),
        }
    }
}

const fn is_broadcast(ip: IpAddr) -> bool {
    matches!(ip, IpAddr::V4(ip) if ip.is_broadcast())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn macs_read_back_as_written() {
        check("00:00:5e:00:53:01", Some("00:00:5e:00:53:01"));
        check("00-00-5E-00-53-AF", Some("00:00:5e:00:53:af"));
        check("00:00:5e:00:53", None);
        check("00:00:5e:00:53:01:02", None);
        check("00:00:5e:00:53:0é", None);
        check("+1:00:5e:00:53:01", None);
    }

    #[test]
    fn group_and_empty_addresses_name_nobody() {
        assert_eq!(Host::new(Some(Mac::BROADCAST), None), None);
        assert_eq!(Host::new(None, Some([0, 0, 0, 0].into())), None);
        assert_eq!(Host::new(Some(Mac([0; 6])), Some([224, 0, 0, 251].into())), None);
        assert!(Host::new(None, Some([192, 0, 2, 1].into())).is_some());
    }

    #[track_caller]
    fn check(text: &str, read: Option<&str>) {
        assert_eq!(text.parse::<Mac>().ok().map(|mac| mac.to_string()).as_deref(), read, "{text}");
    }
}
