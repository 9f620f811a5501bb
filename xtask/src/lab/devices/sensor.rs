//! A device without any server: it calls its cloud now and then. Played by the lab itself, so it is always
//! there.

use super::{Device, Placed, Way};
use crate::lab::{home::Home, spaces::done};

pub(super) const DEVICE: Device =
    Device { name: "sensor", programs: &[], asks_for_an_address: false, start: |_| Ok(Vec::new()) };

/// Calls the cloud it knows, or one abroad too.
pub(in crate::lab) fn call(home: &Home, sensor: &Placed, way: Way) -> Result<(), String> {
    let abroad = (way == Way::Badly).then_some(&home.foreign);
    for place in std::iter::once(&home.usual).chain(abroad) {
        let address = format!("{}:80", place.address);
        done(sensor.space.player("visit")?.args([&address, "GET / HTTP/1.0\\r\\n\\r\\n"]))?;
    }
    Ok(())
}
