//! The evidence behind anything a page says, down to frames and published texts.

use assessment::{
    model::{Device, DeviceId},
    why::{Chain, why},
};
use axum::{
    extract::{Path, Query},
    http::StatusCode,
    response::Response,
};
use maud::html;
use serde::Deserialize;

use super::{Tab, link};
use crate::{present::Present, visit::Visit};

/// Which of several: a destination's name, an entry's id.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Which {
    #[serde(default)]
    name: String,
}

/// By the ids that reports use: `f1`, `o12`, `d2.brand`.
pub(crate) async fn page(visit: Visit, Path(id): Path<String>) -> Response {
    shown(&visit, &id)
}

/// By what outlasts an assessment: a device's key, a part, and a name where there are several.
pub(crate) async fn of_device(
    visit: Visit,
    Path((key, part)): Path<(String, String)>,
    Query(which): Query<Which>,
) -> Response {
    let Some(device) = visit.present.device(&key) else { return super::device::missing() };
    let Some(id) = asked(&visit.present, device, &part, &which.name) else {
        return super::notice(
            StatusCode::NOT_FOUND,
            "That is no longer said",
            "What the link was about is not said of this device any more.",
        );
    };
    shown(&visit, &id)
}

/// The id within this assessment.
fn asked(present: &Present, device: &Device, part: &str, name: &str) -> Option<String> {
    let DeviceId(number) = device.id;
    let numbered =
        |word: &str, place: Option<usize>| Some(format!("d{number}.{word}{}", place? + 1));
    match part {
        "to" => numbered("to", device.destinations.iter().position(|it| *it.name == *name)),
        "list" => numbered("list", device.listings.iter().position(|it| *it.entry == *name)),
        "law" => numbered("law", device.exposure.iter().position(|it| *it.jurisdiction == *name)),
        "finding" => {
            let mut found = device.findings.iter();
            let of_rule = |index: &&usize| {
                present.assessment.findings.get(**index).is_some_and(|it| *it.rule == *name)
            };
            found.find(of_rule).map(|index| format!("f{}", index + 1))
        }
        part => Some(format!("d{number}.{part}")),
    }
}

fn shown(visit: &Visit, id: &str) -> Response {
    let assessment = &visit.present.assessment;
    let chain: Chain<'_> = match why(assessment, id) {
        Ok(chain) => chain,
        Err(error) => {
            let text = reports::escape::visible(&error.to_string()).into_owned();
            return super::notice(StatusCode::NOT_FOUND, "Nothing goes by that name here", &text);
        }
    };
    let device = chain.device.and_then(|id| assessment.devices.get(id.index()?));
    let body = html! {
        h1 { "Why do we say that?" }
        p.lead {
            "Every statement leads to packets that were seen, and to published texts that say what they mean."
            @if let Some(device) = device { " This is about " (link(device)) "." }
        }
        (reports::why::markup(&chain))
        p.meta { "The same in a terminal: " code { "houseguest why " (chain.id) } }
    };
    super::page(visit, Tab::None, "Why", &body)
}
