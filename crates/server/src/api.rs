//! The same data for programs: parts of the JSON contract, read only.

mod home;

use std::sync::Arc;

use assessment::{model::EvidenceId, why::Asked};
use axum::{
    Router,
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use reports::{
    formats::Format,
    pieces,
    plan::{Form, Plan},
    records::{self, Record},
};
use serde::Serialize;

use crate::{house::House, present::Present, visit::Visit};

const JSON: [(header::HeaderName, &str); 1] = [(header::CONTENT_TYPE, "application/json")];

pub(crate) fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/api/v1/status", get(status))
        .route("/api/v1/assessment", get(assessment))
        .route("/api/v1/sources", get(sources))
        .route("/api/v1/devices", get(devices))
        .route("/api/v1/devices/{key}", get(device))
        .route("/api/v1/findings", get(findings))
        .route("/api/v1/findings/{id}", get(finding))
        .route("/api/v1/actions", get(actions))
        .route("/api/v1/plan", get(plan))
        .route("/api/v1/evidence/{id}", get(evidence))
        .route("/api/v1/changes", get(changes))
        .merge(home::routes())
        .route("/api/v1/events", get(crate::events::stream))
}

/// What is going on, in a few numbers.
#[derive(Serialize)]
struct Status<'a> {
    version: &'a str,
    /// Counts up with every change.
    number: u64,
    sample: bool,
    devices: usize,
    identified: usize,
    findings: usize,
    actions: usize,
    listening: Vec<Listener<'a>>,
    /// What the program gave up while it listens, in words.
    confined: &'a str,
}

#[derive(Serialize)]
struct Listener<'a> {
    name: &'a str,
    listening: bool,
    frames: u64,
    bytes: u64,
    lost: u64,
    failure: Option<&'a str>,
}

async fn status(visit: Visit) -> Response {
    let Present { number, assessment, ears, .. } = &*visit.present;
    let count = pieces::count(assessment);
    let status = Status {
        version: &visit.house.options.generated_by,
        number: *number,
        sample: visit.house.sample,
        devices: count.devices,
        identified: count.identified,
        findings: assessment.findings.len(),
        actions: assessment.actions.len(),
        listening: ears
            .iter()
            .map(|ear| Listener {
                name: &ear.name,
                listening: ear.listening,
                frames: ear.frames,
                bytes: ear.bytes,
                lost: ear.lost,
                failure: ear.failure.as_deref(),
            })
            .collect(),
        confined: &visit.house.confined,
    };
    answer(&status)
}

/// What changed, as the household remembers it.
#[derive(Serialize)]
struct Remembered<'a> {
    id: i64,
    at: String,
    device: Option<String>,
    #[serde(flatten)]
    change: &'a household::Change,
}

async fn changes(visit: Visit) -> Response {
    let events = visit.present.known.events.iter();
    let changes: Vec<_> = events
        .map(|event| Remembered {
            id: event.id.0,
            at: event.at.to_string(),
            device: event.device.map(|it| it.to_string()),
            change: &event.change,
        })
        .collect();
    answer(&changes)
}

fn answer(value: &impl Serialize) -> Response {
    let mut json = Vec::new();
    match records::write(value, &mut json) {
        Ok(()) => (JSON, json).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn assessment(visit: Visit) -> Response {
    let mut json = Vec::new();
    let written = Format::from_name("json")
        .map(|format| format.write(&visit.present.assessment, &visit.house.options, &mut json));
    match written {
        Some(Ok(())) => (JSON, json).into_response(),
        _ => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn plan(visit: Visit) -> Response {
    let Present { assessment, known, .. } = &*visit.present;
    let plan = Plan { assessment, remembered: known.remembered(assessment) };
    let mut json = Vec::new();
    match plan.write(Form::Json, &visit.house.options, &mut json) {
        Ok(()) => (JSON, json).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn sources(visit: Visit) -> Response {
    record(&visit, Record::Sources)
}

async fn devices(visit: Visit) -> Response {
    record(&visit, Record::Devices)
}

async fn device(visit: Visit, Path(key): Path<String>) -> Response {
    visit.present.device(&key).map_or_else(not_found, |it| record(&visit, Record::Device(it)))
}

async fn findings(visit: Visit) -> Response {
    record(&visit, Record::Findings)
}

async fn finding(visit: Visit, Path(id): Path<String>) -> Response {
    match Asked::from_text(&id) {
        Ok(Asked::Finding(index)) => record(&visit, Record::Finding(index)),
        _ => not_found(),
    }
}

async fn actions(visit: Visit) -> Response {
    record(&visit, Record::Actions)
}

async fn evidence(visit: Visit, Path(id): Path<String>) -> Response {
    match Asked::from_text(&id) {
        Ok(Asked::Evidence(EvidenceId(id))) => record(&visit, Record::Evidence(EvidenceId(id))),
        _ => not_found(),
    }
}

fn record(visit: &Visit, record: Record<'_>) -> Response {
    let mut json = Vec::new();
    match record.write(&visit.present.assessment, &visit.house.options, &mut json) {
        Ok(true) => (JSON, json).into_response(),
        Ok(false) => not_found(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// The answer where there is nothing of that name.
pub(crate) fn not_found() -> Response {
    (StatusCode::NOT_FOUND, JSON, "{\"error\":\"there is nothing of that name\"}\n").into_response()
}
