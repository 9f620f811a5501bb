//! What the household remembers, ready to be shown: since when a device is known, what changed, what
//! is to be done.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use assessment::{
    Assessment,
    model::{Action, Device, DeviceId},
};
use evidence::Mac;
use household::{
    GuestId, KnownDevice, StoredEvent,
    plan::{PlanStep, Proof, State},
};
use reports::plan::{Done, Remembered, Standing, Waiting};

use crate::pages::changes;

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
            if device.macs.is_empty() {
                known.ips.extend(device.ips.iter().map(|ip| (*ip, *number)));
            }
        }
        known
    }

    /// What it remembers of the plan of `assessment`.
    #[must_use]
    pub fn remembered(&self, assessment: &Assessment) -> Remembered {
        let mut remembered = Remembered::default();
        let mut shown = BTreeSet::new();
        for (place, action) in assessment.actions.iter().enumerate() {
            let Some(step) = self.step(assessment, action) else { continue };
            shown.insert(step.id);
            let came_back = match step.state {
                State::CameBack { at } => Some(at),
                State::Open | State::Verified { .. } => None,
            };
            let standing = Standing { since: step.since, last_seen: step.last_seen, came_back };
            remembered.standing.insert(place, standing);
        }
        for step in &self.plan {
            let device = self.guest(step.device).map(changes::guest).unwrap_or_default().into();
            let (text, rule) = (step.text.clone(), step.rule.clone());
            match step.state {
                State::Verified { at, by } => {
                    remembered.done.push(Done { device, text, rule, at, by: proof(by) });
                }
                _ if !shown.contains(&step.id) => {
                    let last_seen = step.last_seen;
                    remembered.waiting.push(Waiting { device, text, rule, last_seen });
                }
                _ => {}
            }
        }
        remembered
    }

    /// The household's step for an action: the same cause on the same device.
    fn step(&self, assessment: &Assessment, action: &Action) -> Option<&PlanStep> {
        let device = action.device.index().and_then(|it| assessment.devices.get(it))?;
        let guest = self.number(device)?;
        let cause = &assessment.findings.get(*action.findings.first()?)?.root_cause;
        self.plan.iter().find(|step| step.device == guest && step.cause == *cause)
    }

    /// The household's number of a device of any assessment since.
    #[must_use]
    pub fn number(&self, device: &Device) -> Option<GuestId> {
        if device.macs.is_empty() {
            return device.ips.iter().find_map(|ip| self.ips.get(ip)).copied();
        }
        // A new device may have the network address that another had yesterday.
        device.macs.iter().find_map(|mac| self.macs.get(mac)).copied()
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

/// What shows that a step is done.
const fn proof(by: Proof) -> &'static str {
    match by {
        Proof::Silence => "not seen any more while the device was",
        Proof::Encrypted => "it talks there still, and encrypts now",
        Proof::NotContacted => "not contacted any more while others are",
        Proof::NewerFirmware => "the firmware is newer, and it was not seen since",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_device_is_not_the_one_that_had_its_network_address() {
        let device = |number, mac: Option<u8>| Device {
            id: DeviceId(number),
            local: true,
            macs: mac.map(|it| Mac([2, 0, 0, 0, 0, it])).into_iter().collect(),
            ips: ["192.0.2.7".parse().unwrap()].into(),
            ..Device::default()
        };
        let known = |before: Device, now: &Device| {
            let numbers = BTreeMap::from([(before.id, GuestId(1))]);
            let assessment = Assessment { devices: vec![before], ..Assessment::default() };
            let nothing = (BTreeMap::new(), Vec::new(), Vec::new());
            let known = Known::new(&assessment, &numbers, nothing.0, nothing.1, nothing.2);
            known.number(now)
        };
        assert_eq!(known(device(1, Some(7)), &device(2, Some(7))), Some(GuestId(1)));
        assert_eq!(known(device(1, Some(7)), &device(2, Some(8))), None);
        assert_eq!(known(device(1, Some(7)), &device(2, None)), None);
        assert_eq!(known(device(1, None), &device(2, None)), Some(GuestId(1)));
    }
}
