//! CycloneDX bills of materials, of software and of hardware, with components inside components.
//!
//! [CycloneDX 1.6] and before: `metadata.component`, `components`, their `manufacturer`, `supplier`,
//! `publisher`, `group`, `name`, `version`, `type` and `properties`.
//!
//! [CycloneDX 1.6]: https://cyclonedx.org/docs/1.6/json/

use assessment::comply::{Inventory, Item, Problem, kind_of};
use serde_json::Value;

use super::{Meaning, dates, filled};

/// How deep components may stand within components.
const DEEPEST: usize = 64;

pub(super) fn read(document: &Value) -> Inventory {
    let version = document.get("specVersion").and_then(Value::as_str).unwrap_or("?");
    let mut inventory = Inventory {
        form: format!("CycloneDX {version}").into(),
        columns: [
            ("manufacturer.name, supplier.name, publisher", Meaning::Manufacturer),
            ("name, version", Meaning::Model),
            ("type, properties", Meaning::Kind),
        ]
        .into_iter()
        .map(|(field, meaning)| (field.into(), Some(meaning.word().into())))
        .collect(),
        ..Inventory::default()
    };
    if let Some(component) = document.pointer("/metadata/component") {
        add(component, "metadata.component", 0, &mut inventory);
    }
    match document.get("components") {
        Some(Value::Array(components)) => each(components, "components", 0, &mut inventory),
        Some(_) => inventory.problems.push(problem("components", "is no list: skipped")),
        None => {}
    }
    inventory
}

fn each(components: &[Value], path: &str, depth: usize, inventory: &mut Inventory) {
    for (index, component) in components.iter().enumerate() {
        add(component, &format!("{path}[{index}]"), depth, inventory);
    }
}

fn add(component: &Value, path: &str, depth: usize, inventory: &mut Inventory) {
    let text = |pointer: &str| component.pointer(pointer).and_then(Value::as_str).and_then(filled);
    let Some(name) = text("/name") else {
        inventory.problems.push(problem(path, "has no name: skipped"));
        return;
    };
    let maker = ["/manufacturer/name", "/supplier/name", "/publisher", "/author"];
    let manufacturer = maker.into_iter().find_map(text);
    let property = |meaning: Meaning| {
        let properties = component.get("properties").and_then(Value::as_array);
        let mut named = properties.into_iter().flatten().filter(|property| {
            let name = property.get("name").and_then(Value::as_str).unwrap_or_default();
            let last = name.rsplit(':').next().unwrap_or(name);
            Meaning::of_head(last) == Some(meaning)
        });
        named.find_map(|it| filled(it.get("value")?.as_str()?))
    };
    inventory.items.push(Item {
        place: path.into(),
        brand: property(Meaning::Brand),
        manufacturer: manufacturer.or_else(|| property(Meaning::Manufacturer)),
        model: Some(name.clone()),
        name: Some(name),
        kind: kind(component, property(Meaning::Kind)),
        fcc_id: property(Meaning::FccId),
        mac: property(Meaning::Mac),
        authorised: property(Meaning::Authorised).and_then(|it| dates::day(&it)),
        ..Item::default()
    });
    if let Some(Value::Array(inner)) = component.get("components") {
        if depth < DEEPEST {
            each(inner, &format!("{path}.components"), depth + 1, inventory);
        } else {
            inventory.problems.push(problem(path, "holds components too deep: skipped"));
        }
    }
}

/// The kind of device, or software; `None` where CycloneDX only says "device".
fn kind(component: &Value, said: Option<Box<str>>) -> Option<Box<str>> {
    const HARDWARE: [&str; 1] = ["device"];

    let described = component.get("description").and_then(Value::as_str);
    let told = said.or_else(|| kind_of(described?).map(Into::into));
    told.or_else(|| {
        let kind = component.get("type").and_then(Value::as_str)?;
        (!HARDWARE.contains(&kind)).then(|| "software".into())
    })
}

fn problem(place: &str, what: &str) -> Problem {
    Problem { place: place.into(), what: what.into(), lost: true }
}
