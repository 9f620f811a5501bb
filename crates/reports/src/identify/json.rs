//! The same for programs: `houseguest.identities/1`, which only grows.

use std::io::{self, Write};

use assessment::{
    Assessment,
    explained::{Explained, Ignored, Told, Weighed, WhyIgnored},
    model::{Claims, Device, Witness},
};
use serde_json::{Value, json};

use super::{Verdict, verdict};
use crate::{Options, wording};

/// Writes `devices`, and what explains each of them, as far as given.
///
/// # Errors
///
/// What `out` reports.
pub fn write_json(
    devices: &[&Device],
    explained: &[Explained],
    assessment: &Assessment,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let devices: Vec<Value> = devices
        .iter()
        .map(|device| of_device(device, explained.iter().find(|it| it.device == device.id)))
        .collect();
    let document = json!({
        "schema": "houseguest.identities/1",
        "generated_by": {
            "version": options.generated_by,
            "knowledge": assessment.knowledge_version,
        },
        "devices": devices,
    });
    if options.pretty {
        serde_json::to_writer_pretty(&mut *out, &document)?;
    } else {
        serde_json::to_writer(&mut *out, &document)?;
    }
    writeln!(out)
}

fn of_device(device: &Device, explained: Option<&Explained>) -> Value {
    let identity = &device.identity;
    let mut value = json!({
        "id": device.id.to_string(),
        "addresses": {
            "mac": device.macs.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "ip": device.ips,
        },
        "brand": property(&identity.brand),
        "model": property(&identity.model),
        "type": property(&identity.kind),
        "os": property(&identity.os),
        "firmware": property(&identity.firmware),
        "module_maker": property(&identity.module_maker),
        "note": device.note.as_ref().map(|note| &note.says),
    });
    if let (Some(object), Some(explained)) = (value.as_object_mut(), explained) {
        object.insert("clues".into(), explained.clues.iter().map(told).collect());
        object.insert("weighed".into(), explained.weighed.iter().map(weighed).collect());
        object.insert("ignored".into(), explained.ignored.iter().map(ignored).collect());
    }
    value
}

fn property(claims: &Claims) -> Value {
    claims.answer().map_or(Value::Null, |claim| {
        json!({
            "value": claim.value,
            "confidence": rounded(claim.confidence.value()),
            "source": if claim.is_users() { "user" } else { "traffic" },
        })
    })
}

fn told(clue: &Told) -> Value {
    let told: serde_json::Map<String, Value> = clue
        .told
        .iter()
        .map(|(property, value)| (property.name().to_owned(), json!(value)))
        .collect();
    json!({
        "field": wording::witnessed(&clue.what),
        "value": value(&clue.what),
        "frame": clue.first.frame,
        "at": clue.first.at.to_string(),
        "entry": clue.entry,
        "group": clue.group,
        "strength": rounded(clue.strength),
        "told": told,
        "counted": clue.counted,
    })
}

fn weighed(it: &Weighed) -> Value {
    let groups: serde_json::Map<String, Value> = it
        .groups
        .iter()
        .map(|(group, strength)| (group.to_string(), json!(rounded(*strength))))
        .collect();
    let rivals: Vec<Value> = it
        .rivals
        .iter()
        .map(|rival| {
            let strength = rounded(rival.strength);
            json!({ "value": rival.value, "group": rival.group, "strength": strength })
        })
        .collect();
    json!({
        "property": it.property.name(),
        "value": it.value,
        "groups": groups,
        "for": rounded(it.speaks_for),
        "rivals": rivals,
        "against": rounded(it.speaks_against),
        "confidence": rounded(it.confidence.value()),
        "verdict": match verdict(it) {
            Verdict::Answer => "answer",
            Verdict::TooWeak => "too-weak",
            Verdict::Disputed => "disputed",
        },
    })
}

fn ignored(it: &Ignored) -> Value {
    json!({
        "field": wording::witnessed(&it.what),
        "value": value(&it.what),
        "frame": it.first.frame,
        "at": it.first.at.to_string(),
        "why": match it.why {
            WhyIgnored::ChosenAddress => "chosen-address",
            WhyIgnored::NoRegistrant => "no-registrant",
            WhyIgnored::ModuleMaker => "module-maker",
            WhyIgnored::NoBrand => "no-brand",
            WhyIgnored::UsersVisit => "users-visit",
            WhyIgnored::NoEntry => "no-entry",
        },
    })
}

fn value(what: &Witness) -> String {
    match what {
        Witness::Observation { value, .. } => value.to_string(),
        Witness::Conversation { service, .. } => service.to_string(),
        Witness::Address { mac } => mac.to_string(),
        Witness::Registration { mac, registrant } => format!("{mac} {registrant}"),
    }
}

/// To four decimals: what is beyond is noise of the sums.
fn rounded(number: f64) -> f64 {
    (number * 10_000.0).round() / 10_000.0
}
