//! Taking out what is private, for sharing.
//!
//! A value above the wanted class is replaced by its length and a keyed hash, so that equal values
//! stay equal within one sharing and cannot be looked up without the key.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use crate::{Host, HostRecord, Ledger, Mac, Privacy, sample};

impl Ledger {
    /// The same ledger with nothing more private than `most` left in it.
    ///
    /// Below [`Privacy::Household`], peers' and hosts' addresses are replaced as well: a MAC keeps
    /// its maker's prefix, an address keeps whether it is private (`10/8`, `fd00::/8`) or public
    /// (`198.18/15`, `2001:db8::/32`, ranges set aside for tests and documentation).
    ///
    /// # Arguments
    ///
    /// * `key`: any number; the same key gives the same replacements.
    #[must_use]
    pub fn scrub(&self, most: Privacy, key: u64) -> Self {
        if most == Privacy::Household {
            return self.clone();
        }
        let mut scrubbed = Self {
            sources: self.sources.clone(),
            dropped: self.dropped,
            limits: self.limits,
            hosts: BTreeMap::new(),
        };
        for (host, record) in &self.hosts {
            let single = Self {
                hosts: BTreeMap::from([(
                    host_without_identity(*host, key),
                    scrub(record, most, key),
                )]),
                limits: self.limits,
                ..Self::default()
            };
            scrubbed = scrubbed.merge(single);
        }
        scrubbed
    }
}

fn scrub(record: &HostRecord, most: Privacy, key: u64) -> HostRecord {
    let mut scrubbed = record.clone();
    for observation in &mut scrubbed.observations {
        if observation.field.privacy() > most {
            let hash = sample::rank(&(key, &*observation.value));
            observation.value = format!("[{} bytes, {hash:016x}]", observation.value.len()).into();
        }
        if let Some(service) = &mut observation.about {
            service.peer = address(service.peer, key);
        }
    }
    for conversation in &mut scrubbed.conversations {
        conversation.service.peer = address(conversation.service.peer, key);
    }
    scrubbed.observations.sort_by(|left, right| left.key().cmp(&right.key()));
    scrubbed.conversations.sort_by_key(|conversation| conversation.service);
    scrubbed.observations.dedup_by(|later, earlier| {
        let same = later.key() == earlier.key();
        if same {
            earlier.seen.add(&later.seen);
        }
        same
    });
    scrubbed.conversations.dedup_by(|later, earlier| {
        let same = later.service == earlier.service;
        if same {
            earlier.traffic.add(&later.traffic);
        }
        same
    });
    scrubbed
}

fn host_without_identity(host: Host, key: u64) -> Host {
    let mac = host.mac().map(|mac| {
        let [a, b, c, ..] = mac.0;
        let [d, e, f, ..] = sample::rank(&(key, mac)).to_le_bytes();
        Mac([a, b, c, d, e, f])
    });
    Host::new(mac, host.ip().map(|ip| address(ip, key))).unwrap_or(host)
}

fn address(ip: IpAddr, key: u64) -> IpAddr {
    let [a, b, c, d, e, f, g, h] = sample::rank(&(key, ip)).to_le_bytes();
    match ip {
        ip if ip.is_multicast() || ip.is_loopback() => ip,
        IpAddr::V4(ip) if ip.is_broadcast() || ip.is_unspecified() => ip.into(),
        IpAddr::V4(ip) if ip.is_private() || ip.is_link_local() => {
            Ipv4Addr::new(10, a, b, c).into()
        }
        IpAddr::V4(_) => Ipv4Addr::new(198, 18 + a % 2, b, c).into(),
        IpAddr::V6(ip) if ip.is_unique_local() || ip.is_unicast_link_local() => {
            Ipv6Addr::from([0xfd, 0, 0, 0, 0, 0, 0, 0, a, b, c, d, e, f, g, h]).into()
        }
        IpAddr::V6(_) => {
            Ipv6Addr::from([0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, a, b, c, d, e, f, g, h]).into()
        }
    }
}
