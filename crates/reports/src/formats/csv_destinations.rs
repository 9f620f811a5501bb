//! CSV: one line for each device and destination, for spreadsheets. See `csv` for the cells.

use std::io::{self, Write};

use assessment::{
    Assessment,
    model::{Destination, Device, ServerCountry},
};

use super::{
    Format,
    csv::{joined, table, text},
};
use crate::{Options, wording};

pub(super) const FORMAT: Format =
    Format { name: "csv-destinations", says: "a table of devices and where data goes", write };

const HEADS: [&str; 22] = [
    "device",
    "device_is",
    "name",
    "domain",
    "addresses",
    "services",
    "organisation",
    "organisation_country",
    "server_country",
    "operator",
    "purpose",
    "encryption",
    "bytes_up",
    "bytes_down",
    "first",
    "last",
    "confidence",
    "looks_like",
    "bytes_looked_at",
    "stream_kbit_per_second",
    "stream_seconds",
    "connections",
];

fn write(assessment: &Assessment, _: &Options, out: &mut dyn Write) -> io::Result<()> {
    let devices = assessment.devices.iter();
    let lines = devices.flat_map(|device| device.destinations.iter().map(|to| line(device, to)));
    table(out, &HEADS, lines)
}

fn line(device: &Device, to: &Destination) -> [String; 22] {
    let organisation = to.organisation.as_ref();
    let server_country = to.server_country.as_ref().map(|country| match country {
        ServerCountry::Registered(code) => &**code,
        ServerCountry::Anywhere => "anywhere",
    });
    [
        device.id.to_string(),
        wording::device_or_doubt(device),
        to.name.to_string(),
        text(to.domain.as_deref()),
        joined(&to.addresses),
        joined(&*to.services),
        text(organisation.map(|party| &*party.name)),
        text(organisation.and_then(|party| party.country.as_deref())),
        text(server_country),
        text(to.operator.as_deref()),
        wording::purpose(to.purpose).to_owned(),
        wording::encryption(to.encryption).to_owned(),
        to.bytes_up.to_string(),
        to.bytes_down.to_string(),
        to.first.to_string(),
        to.last.to_string(),
        format!("{:.2}", to.confidence.value()),
        text(wording::looks_like(&to.sampled)),
        to.sampled.bytes().to_string(),
        to.stream.map_or_else(String::new, |it| it.rate().to_string()),
        to.stream.map_or_else(String::new, |it| it.seconds.to_string()),
        to.connections.to_string(),
    ]
}
