//! What the household remembers, ready to be shown: since when a device is known, what changed, what
//! is to be done.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use assessment::{
    Assessment,
    model::{Device, DeviceId},
};
use evidence::Mac;
use household::{GuestId, KnownDevice, StoredEvent, plan::PlanStep};

/// What the household remembers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    macs: BTreeMap<Mac, GuestId>,
    ips: BTreeMap<IpAddr, GuestId>,
    devices: BTreeMap<GuestId, KnownDevice>,
    /// What changed, the latest first.
    pub events: Vec<StoredEvent>,
    /// What is to be done, and what is done.
    pub plan: Vec<PlanStep>,
}

impl Known {
    /// Puts together what the household said of an assessment.
    ///
    /// # Arguments
    ///
    /// * `numbers`: which of its devices is which of the household's.
    #[must_use]
    pub fn new(
        assessment: &Assessment,
        numbers: &BTreeMap<DeviceId, GuestId>,
        devices: BTreeMap<GuestId, KnownDevice>,
        events: Vec<StoredEvent>,
        plan: Vec<PlanStep>,
    ) -> Self {
        let mut known = Self { devices, events, plan, ..Self::default() };
        for device in &assessment.devices {
            let Some(number) = numbers.get(&device.id) else { continue };
            known.macs.extend(device.macs.iter().map(|mac| (*mac, *number)));
            known.ips.extend(device.ips.iter().map(|ip| (*ip, *number)));
        }
        known
    }

    /// The household's number of a device of any assessment since.
    #[must_use]
    pub fn number(&self, device: &Device) -> Option<GuestId> {
        let by_mac = device.macs.iter().find_map(|mac| self.macs.get(mac));
        let by_ip = || device.ips.iter().find_map(|ip| self.ips.get(ip));
        by_mac.or_else(by_ip).copied()
    }

    /// What the household knows of it.
    #[must_use]
    pub fn device(&self, device: &Device) -> Option<&KnownDevice> {
        self.devices.get(&self.number(device)?)
    }

    /// What the household knows of the device of that number.
    #[must_use]
    pub fn guest(&self, number: GuestId) -> Option<&KnownDevice> {
        self.devices.get(&number)
    }

    /// Devices that are known and not among `present`, the latest seen first.
    #[must_use]
    pub fn away(&self, present: &Assessment) -> Vec<&KnownDevice> {
        let here: BTreeSet<GuestId> =
            present.devices.iter().filter_map(|device| self.number(device)).collect();
        let mut away: Vec<_> = self.devices.values().filter(|it| !here.contains(&it.id)).collect();
        away.sort_by_key(|it| (std::cmp::Reverse(it.last_seen), it.id));
        away
    }
}
