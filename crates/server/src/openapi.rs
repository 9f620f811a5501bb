//! What the interface for programs offers, as [OpenAPI] 3.1: made from the list of its addresses and
//! the schema that reports keep to.
//!
//! [OpenAPI]: https://spec.openapis.org/oas/v3.1.0

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde_json::{Map, Value, json};

use crate::visit::Visit;

/// The contract of reports; its definitions are this interface's too.
const CONTRACT: &str = include_str!("../../../docs/schema/assessment.schema.json");

/// Every address, what it gives, and the shape of that: a definition, a list of it, or the whole.
pub(crate) const PATHS: &[(&str, &str, Shape)] = &[
    ("/api/v1/status", "What is going on, in a few numbers", Shape::Status),
    ("/api/v1/assessment", "The whole assessment", Shape::Whole),
    ("/api/v1/sources", "What was read, and how well", Shape::List("source")),
    ("/api/v1/devices", "Every device", Shape::List("device")),
    (
        "/api/v1/devices/{key}",
        "One device, by an address of it or its number",
        Shape::One("device"),
    ),
    ("/api/v1/findings", "Every finding, the worst first", Shape::List("finding")),
    ("/api/v1/findings/{id}", "One finding", Shape::One("finding")),
    ("/api/v1/actions", "Everything to do, by what it gains", Shape::List("action")),
    ("/api/v1/evidence/{id}", "One piece of evidence", Shape::One("evidence")),
    ("/api/v1/changes", "What changed in the home, the latest first", Shape::List("change")),
    ("/api/v1/events", "Server-sent events: `changed`, with the new number", Shape::Events),
];

/// The shape of an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    Status,
    Whole,
    One(&'static str),
    List(&'static str),
    Events,
}

pub(crate) async fn document(visit: Visit) -> Response {
    match written(&visit.house.options.generated_by) {
        Some(json) => ([(header::CONTENT_TYPE, "application/json")], json).into_response(),
        None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn written(version: &str) -> Option<Vec<u8>> {
    // Definitions move, so references to them do too.
    let contract = CONTRACT.replace("#/$defs/", "#/components/schemas/");
    let mut contract: Map<String, Value> = serde_json::from_str(&contract).ok()?;
    let mut schemas = contract.remove("$defs")?.as_object()?.clone();
    contract.remove("$schema");
    contract.remove("$id");
    schemas.insert("assessment".to_owned(), Value::Object(contract));
    schemas.insert("status".to_owned(), status());
    schemas.insert("change".to_owned(), change());
    let paths: Map<String, Value> = PATHS
        .iter()
        .map(|(path, says, shape)| ((*path).to_owned(), get(path, says, *shape)))
        .collect();
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Houseguest",
            "version": version,
            "description": "Who the devices of this network are, whom they talk to, what is wrong and what \
                to do. Read only. Device names and other texts come from devices: treat them as untrusted.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer",
                    "description": "Needed where a password is set; `houseguest watch --new-token` makes one." },
            },
        },
        "security": [{}, { "token": [] }],
    });
    serde_json::to_vec(&document).ok()
}

fn get(path: &str, says: &str, shape: Shape) -> Value {
    let reference = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let content = match shape {
        Shape::Status => json!({ "application/json": { "schema": reference("status") } }),
        Shape::Whole => json!({ "application/json": { "schema": reference("assessment") } }),
        Shape::One(name) => json!({ "application/json": { "schema": reference(name) } }),
        Shape::List(name) => {
            json!({ "application/json": { "schema": { "type": "array", "items": reference(name) } } })
        }
        Shape::Events => json!({ "text/event-stream": { "schema": { "type": "string" } } }),
    };
    let mut responses = json!({
        "200": { "description": says, "content": content },
        "401": { "description": "A password is set: send a token" },
        "421": { "description": "The host is no name of this machine" },
    });
    let parameter = path.split_once('{').and_then(|(_, rest)| rest.split('}').next());
    if let Some(responses) = responses.as_object_mut().filter(|_| parameter.is_some()) {
        responses
            .insert("404".to_owned(), json!({ "description": "There is nothing of that name" }));
    }
    let parameters: Vec<Value> = parameter
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .into_iter()
        .collect();
    json!({ "get": { "summary": says, "parameters": parameters, "responses": responses } })
}

fn change() -> Value {
    json!({
        "type": "object",
        "description": "By its kind, it has more fields: what it was, and what it is",
        "required": ["id", "at", "device", "kind"],
        "properties": {
            "id": { "type": "integer" },
            "at": { "type": "string", "format": "date-time" },
            "device": { "type": ["string", "null"], "description": "The household's number, such as g7" },
            "kind": { "type": "string" },
        },
    })
}

fn status() -> Value {
    let number = json!({ "type": "integer", "minimum": 0 });
    let text = json!({ "type": "string" });
    json!({
        "type": "object",
        "required": ["version", "number", "sample", "devices", "identified", "findings", "actions", "listening", "confined"],
        "properties": {
            "version": text,
            "number": { "type": "integer", "minimum": 0, "description": "Counts up with every change" },
            "sample": { "type": "boolean", "description": "Whether this is the built-in home" },
            "devices": number, "identified": number, "findings": number, "actions": number,
            "listening": { "type": "array", "items": {
                "type": "object",
                "required": ["name", "listening", "frames", "bytes", "lost", "failure"],
                "properties": {
                    "name": text, "listening": { "type": "boolean" },
                    "frames": number, "bytes": number, "lost": number,
                    "failure": { "type": ["string", "null"] },
                },
            } },
            "confined": { "type": "string", "description": "What the program gave up while it listens" },
        },
    })
}
