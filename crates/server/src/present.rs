//! What the pages show at one moment.

use assessment::{
    Assessment,
    model::{Device, Finding},
};

use crate::known::Known;

/// An assessment, and what listened while it was made.
#[derive(Clone, Debug, Default)]
pub struct Present {
    /// Counts up with every change.
    pub number: u64,
    /// What is said of the network.
    pub assessment: Assessment,
    /// What listens, or listened.
    pub ears: Vec<Ear>,
    /// What the household remembers.
    pub known: Known,
    /// What does not work, where something does not.
    pub trouble: Option<Box<str>>,
}

/// Something that listens to the network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ear {
    /// The interface or capture. Untrusted where it is a file's name.
    pub name: Box<str>,
    /// Whether it still listens.
    pub listening: bool,
    /// Frames heard since the program started.
    pub frames: u64,
    /// Their bytes on the wire.
    pub bytes: u64,
    /// Frames that passed while the program was busy.
    pub lost: u64,
    /// Why it stopped, where it failed.
    pub failure: Option<Box<str>>,
}

impl Present {
    /// What addresses of pages name a device by. It outlasts assessments, unlike a device's number:
    /// its first link-layer address, else its first network address, else its number.
    #[must_use]
    pub fn key(device: &Device) -> String {
        let mac = device.macs.first().map(|mac| plain(&mac.to_string()));
        let ip = || device.ips.first().map(ToString::to_string);
        mac.or_else(ip).unwrap_or_else(|| device.id.to_string())
    }

    /// The device of that key, of any of its addresses, or of that number: of the assessment (`d3`), or the
    /// household's (`g7`), by which alerts link.
    #[must_use]
    pub fn device(&self, key: &str) -> Option<&Device> {
        let wanted = plain(key);
        self.assessment.devices.iter().find(|device| {
            device.macs.iter().any(|mac| plain(&mac.to_string()) == wanted)
                || device.ips.iter().any(|ip| ip.to_string() == key)
                || device.id.to_string() == key
                || self.known.number(device).is_some_and(|it| it.to_string() == key)
        })
    }

    /// The devices of this network.
    pub fn local(&self) -> impl Iterator<Item = &Device> {
        self.assessment.devices.iter().filter(|device| device.local)
    }

    /// The device that a finding is about.
    #[must_use]
    pub fn of(&self, finding: &Finding) -> Option<&Device> {
        self.assessment.devices.get(finding.device.index()?)
    }
}

/// Without what separates the pairs of an address.
fn plain(address: &str) -> String {
    address.replace([':', '-'], "").to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use assessment::model::DeviceId;

    #[test]
    fn a_device_is_found_by_what_outlasts_its_number() {
        let device = Device {
            id: DeviceId(1),
            macs: [evidence::Mac([2, 0, 0, 0, 0, 7])].into(),
            ips: ["192.0.2.7".parse().unwrap()].into(),
            ..Device::default()
        };
        assert_eq!(Present::key(&device), "020000000007");
        let assessment = Assessment { devices: vec![device], ..Assessment::default() };
        let present = Present { assessment, ..Present::default() };
        for (key, there) in [
            ("020000000007", true),
            ("02-00-00-00-00-07", true),
            ("192.0.2.7", true),
            ("d1", true),
            ("d2", false),
            ("", false),
        ] {
            assert_eq!(present.device(key).is_some(), there, "{key}");
        }
    }
}
