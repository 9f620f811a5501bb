//! The words a pack may use where a program reads them.

/// The kinds of device.
pub const DEVICE_TYPES: &[&str] = &[
    "access-point",
    "appliance",
    "bulb",
    "camera",
    "car-charger",
    "coffee-maker",
    "console",
    "door-sensor",
    "doorbell",
    "drone",
    "energy-meter",
    "hub",
    "inverter",
    "irrigation",
    "kettle",
    "laptop",
    "lock",
    "motion-sensor",
    "nas",
    "pc",
    "phone",
    "plug",
    "printer",
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
    "watch",
    "water-sensor",
];

/// What a device is in its network.
pub const ROLES: &[&str] = &["client", "device", "gateway", "unknown"];

/// Whether every device of the kind `narrow` is one of the kind `wide`.
#[must_use]
pub fn is_narrower(narrow: &str, wide: &str) -> bool {
    match wide {
        "sensor" => narrow.ends_with("-sensor"),
        "camera" => narrow == "doorbell",
        "router" => narrow == "access-point",
        "pc" => matches!(narrow, "laptop" | "sbc"),
        "phone" => narrow == "tablet",
        "appliance" => matches!(narrow, "kettle" | "coffee-maker" | "vacuum"),
        _ => false,
    }
}
