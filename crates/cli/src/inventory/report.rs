//! Our own assessments as JSON: their devices are the inventory.

use assessment::comply::{Inventory, Item, Problem};
use serde_json::Value;

use super::{Meaning, filled};

pub(super) fn read(document: &Value) -> Inventory {
    let schema = document.get("schema").and_then(Value::as_str).unwrap_or_default();
    let devices = document.get("devices").and_then(Value::as_array);
    let local = |it: &&Value| it.get("local").and_then(Value::as_bool).unwrap_or(true);
    let devices: Vec<&Value> = devices.into_iter().flatten().filter(local).collect();
    let by_prefix = devices.iter().filter(|it| is_told_by_prefix(it));
    Inventory {
        form: schema.into(),
        columns: [
            ("identity.brand", Meaning::Brand),
            ("identity.model", Meaning::Model),
            ("identity.type", Meaning::Kind),
            ("addresses.mac", Meaning::Mac),
        ]
        .into_iter()
        .map(|(field, meaning)| (field.into(), Some(meaning.word().into())))
        .collect(),
        problems: by_prefix.map(|it| doubt(it)).collect(),
        items: devices.into_iter().map(item).collect(),
        ..Inventory::default()
    }
}

fn item(device: &Value) -> Item {
    let text = |pointer: &str| device.pointer(pointer).and_then(Value::as_str).and_then(filled);
    Item {
        place: place(device),
        name: text("/names/0"),
        brand: text("/identity/brand/value").filter(|_| !is_told_by_prefix(device)),
        model: text("/identity/model/value"),
        kind: text("/identity/type/value"),
        mac: text("/addresses/mac/0"),
        module: text("/identity/module_maker/value"),
        ..Item::default()
    }
}

fn place(device: &Value) -> Box<str> {
    let id = device.get("id").and_then(Value::as_str).unwrap_or("?");
    format!("device {id}").into()
}

/// Whether nothing but the prefix of its MAC address tells the brand, nor a model of that brand: of companies and
/// lists that says nothing (`docs/decisions/0050-registrants.md`).
fn is_told_by_prefix(device: &Value) -> bool {
    let reasons = device.pointer("/identity/brand/reasons").and_then(Value::as_array);
    let by_prefix = |reason: &Value| reason.get("group").is_some_and(|it| it == "mac");
    let alone = reasons.is_some_and(|it| !it.is_empty() && it.iter().all(by_prefix));
    alone && device.get("product").is_none_or(Value::is_null)
}

fn doubt(device: &Value) -> Problem {
    let what = "only the prefix of its MAC address tells its brand: judged without it";
    Problem { place: place(device), what: what.into(), lost: false }
}
