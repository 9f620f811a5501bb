//! The devices of the lab, one file each: real servers and clients, each with a network of its own. What
//! is not installed is said and left out.

mod announcer;
mod broker;
mod camera;
mod disk;
mod doorbell;
mod panel;
mod plug;
mod sensor;
mod terminal;

use std::{
    process::Child,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use super::{home::Home, spaces::Space, which};

/// What a device is made of.
pub(super) struct Device {
    /// Its name, and its namespace's.
    pub(super) name: &'static str,
    /// Programs without which it is left out.
    pub(super) programs: &'static [&'static str],
    /// Whether it asks the router for its address.
    pub(super) asks_for_an_address: bool,
    /// Starts what runs on it all the time.
    pub(super) start: fn(&Placed) -> Result<Vec<Child>, String>,
}

/// Every device there is.
pub(super) const ALL: [Device; 9] = [
    sensor::DEVICE,
    camera::DEVICE,
    doorbell::DEVICE,
    plug::DEVICE,
    panel::DEVICE,
    terminal::DEVICE,
    broker::DEVICE,
    announcer::DEVICE,
    disk::DEVICE,
];

/// A weakness that the lab plants, mends and plants again.
pub(super) struct Weakness {
    /// Whose.
    pub(super) device: &'static str,
    /// The rule that finds it.
    pub(super) rule: &'static str,
    /// Does what the device does every few seconds, once; badly or well.
    pub(super) act: fn(&Home, &Placed, Way) -> Result<(), String>,
}

/// What the sensor does.
pub(super) use sensor::call as sensor_calls;

/// Every weakness that is planted.
pub(super) const WEAKNESSES: [Weakness; 2] = [camera::WEAKNESS, doorbell::WEAKNESS];

/// How a device does what it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// With its weakness.
    Badly,
    /// Mended.
    Well,
}

/// A device with its network.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub(super) space: Space,
    /// Tells devices apart.
    pub(super) number: u8,
    pub(super) asks_for_an_address: bool,
}

impl Placed {
    /// Gives a device a network, with no cable in it yet.
    pub(super) fn place(device: &Device, number: u8) -> Result<Self, String> {
        let space = Space::make(device.name)?;
        Ok(Self { space, number, asks_for_an_address: device.asks_for_an_address })
    }

    /// Its link-layer address, of those kept for examples (RFC 7042).
    pub(super) fn mac(&self) -> String {
        format!("00:00:5e:00:53:{:02x}", self.number)
    }

    /// Its network address, where it has a fixed one.
    pub(super) fn address(&self) -> String {
        format!("192.168.77.{}", self.number)
    }
}

impl Device {
    /// The first program that it lacks here.
    pub(super) fn lacks(&self) -> Option<&'static str> {
        self.programs.iter().find(|program| which(program).is_none()).copied()
    }
}

/// Something that is done every few seconds, until we end.
pub(super) struct Habit {
    badly: Arc<AtomicBool>,
}

impl Habit {
    /// Begins it.
    pub(super) fn begin(
        way: Way,
        mut act: impl FnMut(Way) -> Result<(), String> + Send + 'static,
    ) -> Self {
        let badly = Arc::new(AtomicBool::new(way == Way::Badly));
        let theirs = Arc::clone(&badly);
        thread::spawn(move || {
            loop {
                let way = if theirs.load(Ordering::Relaxed) { Way::Badly } else { Way::Well };
                // A server that is not up yet, or busy: the next time is soon.
                let _ = act(way);
                thread::sleep(Duration::from_secs(1));
            }
        });
        Self { badly }
    }

    /// Changes how it is done.
    pub(super) fn change(&self, way: Way) {
        self.badly.store(way == Way::Badly, Ordering::Relaxed);
    }
}

/// The place of a program that [`Device::programs`] names.
fn program(name: &str) -> std::path::PathBuf {
    which(name).unwrap_or_else(|| name.into())
}
