//! From the words that inventories use for kinds of device to the pack's.

use knowledge::DEVICE_TYPES;

/// What things of software are called here; no list of devices is about them.
pub(super) const SOFTWARE: &str = "software";

/// The pack's word for the kind of device that `text` tells of, if it knows one.
///
/// The pack's own words come first, then phrases that people use, the more telling before the more
/// general. Phrases are looked for as whole words.
#[must_use]
pub fn kind_of(text: &str) -> Option<&'static str> {
    let plain: String =
        text.to_lowercase().chars().map(|it| if it.is_alphanumeric() { it } else { ' ' }).collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    let joined = words.join("-");
    if let Some(known) = DEVICE_TYPES.iter().find(|it| **it == joined) {
        return Some(known);
    }
    let says = |phrase: &str| {
        let phrase: Vec<&str> = phrase.split(' ').collect();
        words.windows(phrase.len()).any(|window| {
            let mut pairs = window.iter().zip(&phrase);
            pairs.all(|(word, wanted)| word == wanted || word.strip_suffix('s') == Some(wanted))
        })
    };
    PHRASES.iter().find(|(phrase, _)| says(phrase)).map(|(_, kind)| *kind)
}

/// Phrases and the pack's words for them.
const PHRASES: &[(&str, &str)] = &[
    ("doorbell", "doorbell"),
    ("blu ray", "disc-player"),
    ("disc player", "disc-player"),
    ("dvd player", "disc-player"),
    ("video recorder", "recorder"),
    ("nvr", "recorder"),
    ("dvr", "recorder"),
    ("xvr", "recorder"),
    ("recorder", "recorder"),
    ("baby monitor", "camera"),
    ("digital camera", "photo-camera"),
    ("photo camera", "photo-camera"),
    ("system camera", "photo-camera"),
    ("action camera", "photo-camera"),
    ("camera", "camera"),
    ("cam", "camera"),
    ("webcam", "camera"),
    ("cctv", "camera"),
    ("access point", "access-point"),
    ("wireless ap", "access-point"),
    ("wifi extender", "access-point"),
    ("range extender", "access-point"),
    ("network switch", "network-switch"),
    ("ethernet switch", "network-switch"),
    ("managed switch", "network-switch"),
    ("mesh", "router"),
    ("router", "router"),
    ("gateway", "router"),
    ("hotspot", "router"),
    ("modem", "router"),
    ("cpe", "router"),
    ("network storage", "nas"),
    ("nas", "nas"),
    ("set top box", "set-top-box"),
    ("stb", "set-top-box"),
    ("streaming", "streamer"),
    ("streamer", "streamer"),
    ("media player", "streamer"),
    ("projector", "projector"),
    ("television", "tv"),
    ("smart tv", "tv"),
    ("tv", "tv"),
    ("display", "tv"),
    ("soundbar", "speaker"),
    ("smart speaker", "speaker"),
    ("speaker", "speaker"),
    ("vacuum", "vacuum"),
    ("drone", "drone"),
    ("uas", "drone"),
    ("uav", "drone"),
    ("quadcopter", "drone"),
    ("robot", "robot"),
    ("3d printer", "3d-printer"),
    ("multifunction printer", "printer"),
    ("mfp", "printer"),
    ("printer", "printer"),
    ("smartphone", "phone"),
    ("desk phone", "desk-phone"),
    ("ip phone", "desk-phone"),
    ("voip phone", "desk-phone"),
    ("phone", "phone"),
    ("tablet", "tablet"),
    ("notebook", "laptop"),
    ("laptop", "laptop"),
    ("workstation", "pc"),
    ("desktop", "pc"),
    ("computer", "pc"),
    ("server", "pc"),
    ("inverter", "inverter"),
    ("car charger", "car-charger"),
    ("ev charger", "car-charger"),
    ("wall charger", "car-charger"),
    ("energy meter", "energy-meter"),
    ("smart meter", "energy-meter"),
    ("home battery", "battery"),
    ("thermostat", "thermostat"),
    ("garage door", "garage-opener"),
    ("garage opener", "garage-opener"),
    ("blind", "cover"),
    ("shutter", "cover"),
    ("photo frame", "photo-frame"),
    ("picture frame", "photo-frame"),
    ("e reader", "e-reader"),
    ("ereader", "e-reader"),
    ("weather station", "weather-station"),
    ("pool controller", "pool-controller"),
    ("smart plug", "plug"),
    ("plug", "plug"),
    ("outlet", "plug"),
    ("power strip", "plug"),
    ("light switch", "switch"),
    ("dimmer", "switch"),
    ("bulb", "bulb"),
    ("lamp", "bulb"),
    ("light", "bulb"),
    ("lock", "lock"),
    ("smoke", "smoke-alarm"),
    ("siren", "siren"),
    ("sensor", "sensor"),
    ("scale", "scale"),
    ("watch", "watch"),
    ("kettle", "kettle"),
    ("coffee", "coffee-maker"),
    ("sprinkler", "irrigation"),
    ("irrigation", "irrigation"),
    ("toy", "toy"),
    ("game console", "console"),
    ("console", "console"),
    ("refrigerator", "appliance"),
    ("fridge", "appliance"),
    ("washer", "appliance"),
    ("dryer", "appliance"),
    ("oven", "appliance"),
    ("dishwasher", "appliance"),
    ("air conditioner", "air-conditioner"),
    ("air purifier", "air-purifier"),
    ("heat pump", "heat-pump"),
    ("space heater", "heater"),
    ("pet feeder", "pet-feeder"),
    ("ventilation", "ventilation"),
    ("fan", "fan"),
    ("appliance", "appliance"),
    ("smart hub", "hub"),
    ("bridge", "hub"),
    ("hub", "hub"),
    ("software", SOFTWARE),
    ("library", SOFTWARE),
    ("application", SOFTWARE),
    ("firmware", SOFTWARE),
    ("operating system", SOFTWARE),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_words_for_devices_are_understood() {
        check("camera", Some("camera"));
        check("IP Cameras (PTZ)", Some("camera"));
        check("Video doorbell camera", Some("doorbell"));
        check("Network Video Recorder", Some("recorder"));
        check("Wireless Access-Point", Some("access-point"));
        check("Smart TV 55\"", Some("tv"));
        check("Robot vacuum", Some("vacuum"));
        check("car-charger", Some("car-charger"));
        check("VoIP phones", Some("desk-phone"));
        check("Network switch (managed)", Some("network-switch"));
        check("Light switch", Some("switch"));
        check("Blu-ray disc player", Some("disc-player"));
        check("Digital cameras", Some("photo-camera"));
        check("3D printers", Some("3d-printer"));
        check("Ceiling projector", Some("projector"));
        check("Ventilation unit", Some("ventilation"));
        check("switch", Some("switch"));
        check("widget", None);
        check("", None);
    }

    #[track_caller]
    fn check(text: &str, kind: Option<&str>) {
        assert_eq!(kind_of(text), kind, "{text}");
    }
}
