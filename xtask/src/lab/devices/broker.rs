//! A hub that passes messages on: `mosquitto`.

use super::{Device, program};
use crate::lab::home::configuration;

pub(super) const DEVICE: Device = Device {
    name: "broker",
    programs: &["mosquitto"],
    asks_for_an_address: false,
    start: |broker| {
        let text = "user root\nallow_anonymous true\nlistener 1883\n";
        let file = configuration("mosquitto.conf", text)?;
        let mut server = broker.space.command(program("mosquitto"));
        Ok(vec![broker.space.start("mosquitto", server.args(["-c", &file]))?])
    },
};
