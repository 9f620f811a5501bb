//! The words a pack may use where a program reads them.

/// The kinds of device.
pub const DEVICE_TYPES: &[&str] = &[
    "3d-printer",
    "access-point",
    "air-conditioner",
    "air-purifier",
    "appliance",
    "battery",
    "bulb",
    "camera",
    "car-charger",
    "coffee-maker",
    "console",
    "cover",
    "desk-phone",
    "disc-player",
    "door-sensor",
    "doorbell",
    "drone",
    "e-reader",
    "energy-meter",
    "fan",
    "garage-opener",
    "heat-pump",
    "heater",
    "hub",
    "inverter",
    "irrigation",
    "kettle",
    "laptop",
    "lock",
    "motion-sensor",
    "nas",
    "network-switch",
    "pc",
    "pet-feeder",
    "phone",
    "photo-camera",
    "photo-frame",
    "plug",
    "pool-controller",
    "printer",
    "projector",
    "recorder",
    "robot",
    "router",
    "sbc",
    "scale",
    "sensor",
    "set-top-box",
    "siren",
    "smoke-alarm",
    "speaker",
    "streamer",
    "switch",
    "tablet",
    "thermostat",
    "toy",
    "tv",
    "vacuum",
    "ventilation",
    "watch",
    "water-sensor",
    "weather-station",
];

/// What a device is in its network.
pub const ROLES: &[&str] = &["client", "device", "gateway", "unknown"];

/// Whether every device of the kind `narrow` is one of the kind `wide`.
#[must_use]
pub fn is_narrower(narrow: &str, wide: &str) -> bool {
    match wide {
        "sensor" => narrow.ends_with("-sensor") || narrow == "weather-station",
        "camera" => matches!(narrow, "doorbell" | "photo-camera"),
        "router" => narrow == "access-point",
        "pc" => matches!(narrow, "laptop" | "sbc"),
        "phone" => narrow == "tablet",
        "cover" => narrow == "garage-opener",
        "appliance" => matches!(
            narrow,
            "air-conditioner"
                | "air-purifier"
                | "coffee-maker"
                | "fan"
                | "heat-pump"
                | "heater"
                | "kettle"
                | "pet-feeder"
                | "vacuum"
                | "ventilation"
        ),
        _ => false,
    }
}

/// Whether the system that goes by `system` is made of the one called `under`, so that both names are right.
/// Android does not count as Linux here: a thing that runs Linux and goes where Android goes runs Linux.
#[must_use]
pub fn is_built_on(system: &str, under: &str) -> bool {
    let made_of_it: &[&str] = match under {
        "Android" => &["Fire OS"],
        "Linux" => &[
            "balenaOS",
            "ChromeOS",
            "DD-WRT",
            "Home Assistant",
            "OctoPi",
            "OpenCCU",
            "OpenWrt",
            "Roku OS",
            "RouterOS",
            "SmartCast",
            "SteamOS",
            "TiVo OS",
            "Tizen",
            "Tomato",
            "VIDAA",
            "Volumio",
            "webOS",
        ],
        "lwIP" => &["ESPHome", "Tasmota", "WLED"],
        _ => &[],
    };
    made_of_it.iter().any(|name| system.starts_with(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_and_what_it_is_made_of_are_both_right() {
        for (system, under) in [
            ("Home Assistant OS", "Linux"),
            ("Fire OS", "Android"),
            ("Tasmota", "lwIP"),
            ("webOS", "Linux"),
        ] {
            assert!(is_built_on(system, under), "{system}, {under}");
            assert!(!is_built_on(under, system), "{under}, {system}");
        }
        assert!(!is_built_on("Android", "Linux") && !is_built_on("lwIP", "Linux"));
    }
}
