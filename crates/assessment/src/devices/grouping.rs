//! From hosts to devices.

use std::collections::BTreeMap;

use evidence::{Host, HostRecord, Ledger};

use super::{Grouped, Home, Member};
use crate::{
    Settings,
    model::{DeviceId, Role},
};

/// Groups the hosts of `ledger` into devices.
#[must_use]
pub fn group<'a>(ledger: &'a Ledger, settings: &Settings) -> Grouped<'a> {
    let home = Home::new(ledger, &settings.home_networks);
    let mut by_key: BTreeMap<Host, Vec<(&Host, &HostRecord)>> = BTreeMap::new();
    for (host, record) in ledger.hosts() {
        let key = host.mac().map_or(Some(*host), |mac| Host::new(Some(mac), None));
        if let Some(key) = key {
            by_key.entry(key).or_default().push((host, record));
        }
    }
    let mut grouped = Grouped { home, ..Grouped::default() };
    for (number, (key, hosts)) in (1..).zip(by_key) {
        let member = Member {
            id: DeviceId(number),
            local: true,
            role: Role::Unknown,
            macs: key.mac().into_iter().collect(),
            ips: hosts.iter().filter_map(|(host, _)| host.ip()).collect(),
            records: hosts.iter().map(|(_, record)| *record).collect(),
        };
        for ip in &member.ips {
            grouped.owners.insert(*ip, grouped.devices.len());
        }
        grouped.devices.push(member);
    }
    grouped
}
