//! `knowledge diff`: what changes from one pack to another, and which of my devices that touches.

use std::{collections::BTreeMap, fs, path::Path};

use knowledge::{Change, Difference, Pack, difference};
use serde::Serialize;

use super::update::loaded;
use crate::{
    arguments::Diff,
    embedded,
    failure::{Failure, Outcome},
    installed, output,
};

/// A change, and the devices that name what changed.
#[derive(Serialize)]
struct Line {
    #[serde(flatten)]
    change: Change,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    devices: Vec<String>,
}

/// Compares two packs.
pub(super) fn run(diff: &Diff) -> Result<Outcome, Failure> {
    let (old, new) = match (&diff.old, &diff.new) {
        (old, Some(new)) => (pack(old)?, pack(new)?),
        (new, None) => (embedded::pack()?, pack(new)?),
    };
    let devices = diff.report.as_deref().map(named).transpose()?.unwrap_or_default();
    let lines: Vec<_> = difference(&old, &new)
        .into_iter()
        .map(|change| {
            let devices = devices.get(&*change.id).cloned().unwrap_or_default();
            Line { change, devices }
        })
        .filter(|line| diff.report.is_none() || !line.devices.is_empty() || diff.all)
        .collect();
    if diff.format == "json" {
        output::write(None, |out| {
            serde_json::to_writer_pretty(&mut *out, &lines)?;
            out.write_all(b"\n")
        })?;
    } else {
        let head = format!("{} ({}) to {} ({})\n", old.version, old.as_of, new.version, new.as_of);
        let body: String = lines.iter().map(text).collect();
        let none = if lines.is_empty() { "nothing differs that you asked about\n" } else { "" };
        output::print(&format!("{head}{body}{none}"))?;
    }
    Ok(Outcome::Done)
}

fn text(line: &Line) -> String {
    let Change { kind, id, what } = &line.change;
    let what = match what {
        Difference::Added => "added".to_owned(),
        Difference::Removed => "removed".to_owned(),
        Difference::Changed(fields) => format!("changed: {}", fields.join(", ")),
    };
    let touched = match &*line.devices {
        [] => String::new(),
        devices => format!("; touches {}", devices.join(", ")),
    };
    let text = format!("{kind} {id} {what}{touched}");
    format!("{}\n", reports::escape::visible(&text))
}

/// A pack's folder or file.
fn pack(path: &Path) -> Result<Pack, Failure> {
    if path.is_dir() {
        return loaded(path);
    }
    let unread = |error: &dyn std::fmt::Display| {
        Failure::Unreadable(format!("{} cannot be read as a pack: {error}", path.display()))
    };
    let bytes = installed::bytes(path).map_err(|error| unread(&error))?;
    Pack::from_bytes(&bytes).map_err(|error| unread(&error))
}

/// Every id that a report names with a device, and those devices.
fn named(path: &Path) -> Result<BTreeMap<String, Vec<String>>, Failure> {
    let unread = |error: &dyn std::fmt::Display| {
        let words = "make it with `houseguest audit … --format json`";
        Failure::Unreadable(format!(
            "{} cannot be read as a report: {error}; {words}",
            path.display()
        ))
    };
    let bytes = fs::read(path).map_err(|error| unread(&error))?;
    let report: serde_json::Value =
        serde_json::from_slice(&bytes).map_err(|error| unread(&error))?;
    let devices = report.get("devices").and_then(|it| it.as_array());
    let Some(devices) = devices else { return Err(unread(&"it has no devices")) };
    let mut named: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for device in devices {
        let id = device.get("id").and_then(|it| it.as_str()).unwrap_or_default();
        let mut ids = Vec::new();
        texts(device, &mut ids);
        ids.sort_unstable();
        ids.dedup();
        for text in ids {
            named.entry(text.to_owned()).or_default().push(id.to_owned());
        }
    }
    Ok(named)
}

/// Every text in `value`, at any depth; a source is named `s:…` there.
fn texts<'v>(value: &'v serde_json::Value, into: &mut Vec<&'v str>) {
    match value {
        serde_json::Value::String(text) => into.push(text.strip_prefix("s:").unwrap_or(text)),
        serde_json::Value::Array(values) => values.iter().for_each(|it| texts(it, into)),
        serde_json::Value::Object(fields) => fields.values().for_each(|it| texts(it, into)),
        _ => {}
    }
}
