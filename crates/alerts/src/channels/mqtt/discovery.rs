//! Guests as devices of home automation: what to publish so that it finds them by itself.
//!
//! The form is [MQTT discovery] of Home Assistant, one message a device: `device`, `origin`, and a
//! component for each figure. The link-layer address stands under `connections`, so that our figures join
//! what other integrations know of the same device. Pure: texts in, texts out.
//!
//! [MQTT discovery]: https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload

use std::collections::BTreeMap;

use evidence::{Mac, Timestamp};
use household::GuestId;
use knowledge::kinds::Severity;
use serde_json::{Map, Value, json};

use super::{EVENT_TYPES, Mqtt};
use crate::{clean, wording::severity_word};

/// A guest as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guest {
    /// The household's number.
    pub id: GuestId,
    /// Its addresses, the steadiest first.
    pub macs: Vec<Mac>,
    /// What it is called. Cleaned here.
    pub name: String,
    /// Where it stands.
    pub room: Option<String>,
    /// Brand.
    pub brand: Option<String>,
    /// Model. Untrusted.
    pub model: Option<String>,
    /// Firmware. Untrusted.
    pub firmware: Option<String>,
    /// When it was last seen.
    pub last_seen: Timestamp,
    /// How many findings it has of each severity.
    pub findings: BTreeMap<Severity, usize>,
}

/// A retained message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Where.
    pub topic: String,
    /// What; nothing takes back what was there.
    pub text: String,
}

const SEVERITIES: [Severity; 5] =
    [Severity::Critical, Severity::High, Severity::Medium, Severity::Low, Severity::Info];

/// What there is to be kept of a guest: that it is there, and how it stands.
#[must_use]
pub fn of_guest(mqtt: &Mqtt, guest: &Guest, pages: Option<&str>) -> Vec<Kept> {
    let Some(prefix) = &mqtt.prefix else { return Vec::new() };
    let id = identifier(mqtt, &guest.id.to_string());
    let mut device = named(&id, &clean::name(&guest.name));
    let optional = [
        ("manufacturer", &guest.brand),
        ("model", &guest.model),
        ("sw_version", &guest.firmware),
        ("suggested_area", &guest.room),
    ];
    for (key, value) in optional {
        let value = value.as_deref().map(|it| clean::line(it, clean::NAME));
        if let Some(value) = value.filter(|it| !it.is_empty()) {
            device.insert(key.to_owned(), json!(value));
        }
    }
    if !guest.macs.is_empty() {
        let macs: Vec<_> = guest.macs.iter().map(|mac| json!(["mac", mac.to_string()])).collect();
        device.insert("connections".to_owned(), json!(macs));
    }
    device.insert("via_device".to_owned(), json!(identifier(mqtt, "hub")));
    if let Some(pages) = pages {
        device
            .insert("configuration_url".to_owned(), json!(format!("{pages}/devices/{}", guest.id)));
    }
    let mut components = Map::new();
    for severity in SEVERITIES {
        let word = severity_word(severity);
        components.insert(
            format!("findings_{word}"),
            figure(&id, &format!("findings_{word}"), &format!("Findings: {word}")),
        );
    }
    components.insert("last_seen".to_owned(), moment(&id));
    let base = format!("{}/{}", mqtt.topic, guest.id);
    components.insert("alert".to_owned(), alerts(&id, &format!("{base}/alert")));
    let config = config(mqtt, &device, &components, &format!("{base}/state"));
    vec![
        Kept { topic: format!("{prefix}/device/{id}/config"), text: config },
        Kept { topic: format!("{base}/state"), text: state(guest) },
    ]
}

/// What there is to be kept of the household: the device that all others are reached through, with the
/// alerts of no single one.
#[must_use]
pub fn of_household(mqtt: &Mqtt, devices: usize, pages: Option<&str>) -> Vec<Kept> {
    let Some(prefix) = &mqtt.prefix else { return Vec::new() };
    let id = identifier(mqtt, "hub");
    let mut device = named(&id, "Houseguest");
    device.insert("sw_version".to_owned(), json!(env!("CARGO_PKG_VERSION")));
    if let Some(pages) = pages {
        device.insert("configuration_url".to_owned(), json!(pages));
    }
    let components = Map::from_iter([
        ("devices".to_owned(), figure(&id, "devices", "Devices")),
        ("alert".to_owned(), alerts(&id, &format!("{}/alert", mqtt.topic))),
    ]);
    let state = format!("{}/state", mqtt.topic);
    vec![
        Kept {
            topic: format!("{prefix}/device/{id}/config"),
            text: config(mqtt, &device, &components, &state),
        },
        Kept { topic: state, text: json!({ "devices": devices }).to_string() },
    ]
}

/// What takes a guest back: nothing is kept of it any more, anywhere on the broker.
#[must_use]
pub fn gone(mqtt: &Mqtt, guest: GuestId) -> Vec<Kept> {
    let Some(prefix) = &mqtt.prefix else { return Vec::new() };
    let id = identifier(mqtt, &guest.to_string());
    let topics = [format!("{prefix}/device/{id}/config"), format!("{}/{guest}/state", mqtt.topic)];
    topics.into_iter().map(|topic| Kept { topic, text: String::new() }).collect()
}

/// Identifiers are ours alone on a broker, whatever else is there, and of letters that topics may have.
fn identifier(mqtt: &Mqtt, what: &str) -> String {
    format!("{}_{what}", mqtt.topic.replace('/', "_"))
}

fn named(id: &str, name: &str) -> Map<String, Value> {
    Map::from_iter([("identifiers".to_owned(), json!([id])), ("name".to_owned(), json!(name))])
}

fn config(
    mqtt: &Mqtt,
    device: &Map<String, Value>,
    components: &Map<String, Value>,
    state: &str,
) -> String {
    json!({
        "device": device,
        "origin": { "name": "Houseguest", "sw_version": env!("CARGO_PKG_VERSION") },
        "components": components,
        "state_topic": state,
        "availability_topic": mqtt.status(),
        "qos": 1,
    })
    .to_string()
}

fn figure(id: &str, key: &str, name: &str) -> Value {
    json!({
        "platform": "sensor",
        "unique_id": format!("{id}_{key}"),
        "name": name,
        "value_template": format!("{{{{ value_json.{key} }}}}"),
        "state_class": "measurement",
        "entity_category": "diagnostic",
    })
}

fn moment(id: &str) -> Value {
    json!({
        "platform": "sensor",
        "unique_id": format!("{id}_last_seen"),
        "name": "Last seen",
        "device_class": "timestamp",
        "value_template": "{{ value_json.last_seen }}",
        "entity_category": "diagnostic",
    })
}

fn alerts(id: &str, topic: &str) -> Value {
    json!({
        "platform": "event",
        "unique_id": format!("{id}_alert"),
        "name": "Alert",
        "event_types": EVENT_TYPES,
        "state_topic": topic,
    })
}

fn state(guest: &Guest) -> String {
    let mut state = Map::new();
    // Whole minutes: a figure that changes with every packet would be written down with every packet.
    let minutes = guest.last_seen.seconds() / 60 * 60;
    state.insert("last_seen".to_owned(), json!(Timestamp::from_parts(minutes, 0).to_string()));
    for severity in SEVERITIES {
        let count = guest.findings.get(&severity).copied().unwrap_or(0);
        state.insert(format!("findings_{}", severity_word(severity)), json!(count));
    }
    Value::Object(state).to_string()
}
