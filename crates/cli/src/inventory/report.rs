//! Our own assessments as JSON: their devices are the inventory.

use assessment::comply::{Inventory, Item};
use serde_json::Value;

use super::{Meaning, filled};

pub(super) fn read(document: &Value) -> Inventory {
    let schema = document.get("schema").and_then(Value::as_str).unwrap_or_default();
    let devices = document.get("devices").and_then(Value::as_array);
    let local = |it: &&Value| it.get("local").and_then(Value::as_bool).unwrap_or(true);
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
        items: devices.into_iter().flatten().filter(local).map(item).collect(),
        ..Inventory::default()
    }
}

fn item(device: &Value) -> Item {
    let text = |pointer: &str| device.pointer(pointer).and_then(Value::as_str).and_then(filled);
    let id = text("/id").unwrap_or_else(|| "?".into());
    Item {
        place: format!("device {id}").into(),
        name: text("/names/0"),
        brand: text("/identity/brand/value"),
        model: text("/identity/model/value"),
        kind: text("/identity/type/value"),
        mac: text("/addresses/mac/0"),
        module: text("/identity/module_maker/value"),
        ..Item::default()
    }
}
