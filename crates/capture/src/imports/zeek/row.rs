//! One line of a table by its columns' names, whichever of the two forms it has.

use std::{borrow::Cow, collections::BTreeMap, net::IpAddr};

use evidence::Mac;
use packets::End;
use serde_json::{Map, Value};

/// Values by column. What is unset is not in it; lists are joined by commas.
#[derive(Debug)]
pub(super) struct Row<'a>(BTreeMap<&'a str, Cow<'a, str>>);

impl<'a> Row<'a> {
    pub(super) fn of_values(values: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        Self(values.map(|(name, value)| (name, Cow::Borrowed(value))).collect())
    }

    pub(super) fn of_json(object: &'a Map<String, Value>) -> Self {
        let read = |value: &'a Value| match value {
            Value::String(text) => Some(Cow::Borrowed(text.as_str())),
            // Small fractions are written with an exponent in JSON, and without one here.
            Value::Number(number) if number.is_f64() => {
                number.as_f64().map(|it| Cow::Owned(it.to_string()))
            }
            Value::Number(number) => Some(Cow::Owned(number.to_string())),
            Value::Bool(flag) => Some(Cow::Borrowed(if *flag { "T" } else { "F" })),
            Value::Array(list) => {
                let texts: Vec<_> = list.iter().filter_map(Value::as_str).collect();
                Some(Cow::Owned(texts.join(",")))
            }
            Value::Null | Value::Object(_) => None,
        };
        Self(object.iter().filter_map(|(name, value)| Some((&**name, read(value)?))).collect())
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(super) fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        self.0.get(name).map(|value| Cow::Borrowed(&**value))
    }

    /// A count; 0 where it is unset.
    pub(super) fn count(&self, name: &str) -> u64 {
        self.0.get(name).and_then(|it| it.parse().ok()).unwrap_or(0)
    }

    pub(super) fn ip(&self, name: &str) -> Option<IpAddr> {
        self.0.get(name)?.parse().ok()
    }

    pub(super) fn mac(&self, name: &str) -> Option<Mac> {
        self.0.get(name)?.parse().ok()
    }

    /// Who began, and with whom.
    pub(super) fn ends(&self) -> Option<[End; 2]> {
        let end = |ip, port, station| {
            let port = self.0.get(port).map_or(Some(0), |it| it.parse().ok())?;
            Some(End { ip: self.ip(ip)?, port, station: self.mac(station) })
        };
        Some([
            end("id.orig_h", "id.orig_p", "orig_l2_addr")?,
            end("id.resp_h", "id.resp_p", "resp_l2_addr")?,
        ])
    }
}
