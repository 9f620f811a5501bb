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
    ("/api/v1/plan", "What to do, what is waited for, and what is done", Shape::One("plan")),
    ("/api/v1/evidence/{id}", "One piece of evidence", Shape::One("sighting")),
    (
        "/api/v1/changes",
        "What changed in the home in the last month, the latest first, at most 200",
        Shape::List("change"),
    ),
    (
        "/api/v1/flows",
        "What each device sent to whose servers, and where those are",
        Shape::List("flow"),
    ),
    ("/api/v1/series", "What the home sent and received, by hour or day", Shape::One("series")),
    (
        "/api/v1/devices/{key}/series",
        "What a device sent and received, by hour or day",
        Shape::One("series"),
    ),
    ("/api/v1/devices/{key}/letter", "A filled-in letter about a device", Shape::One("letter")),
    ("/api/v1/rooms", "Devices by room, and what they can sense", Shape::List("room")),
    ("/api/v1/search", "What fits some words", Shape::One("found")),
    ("/api/v1/events", "Server-sent events: `changed`, with the new number", Shape::Events),
];

/// What may stand after the `?` of an address: its name, what it is, and the words it may be, if few.
const QUERIES: &[(&str, &str, &str, &[&str])] = &[
    ("/api/v1/series", "back", "How far back", BACK),
    ("/api/v1/devices/{key}/series", "back", "How far back", BACK),
    ("/api/v1/devices/{key}/letter", "ask", "What the letter asks", ASKS),
    (
        "/api/v1/devices/{key}/letter",
        "residence",
        "Where its writer lives, such as DE or US-CA; as the program was told if left out",
        &[],
    ),
    ("/api/v1/devices/{key}/letter", "identifiers", "Given: the device's addresses are named", &[]),
    ("/api/v1/search", "q", "The words", &[]),
];

const BACK: &[&str] = &["days", "month", "year"];

const ASKS: &[&str] = &[
    "access",
    "deletion",
    "correction",
    "opt-out",
    "portability",
    "information",
    "complaint",
    "remedy",
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
    schemas.insert("plan".to_owned(), plan(&schemas)?);
    schemas.insert("sighting".to_owned(), sighting(schemas.get("evidence")?)?);
    schemas.extend(drawn());
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
        "400": { "description": "What stands in the address or behind its `?` cannot be read" },
        "401": { "description": "A password is set: send a token" },
        "421": { "description": "The host is no name of this machine" },
    });
    let parameter = path.split_once('{').and_then(|(_, rest)| rest.split('}').next());
    let may_lack = parameter.is_some() || path.ends_with("/series");
    if let Some(responses) = responses.as_object_mut().filter(|_| may_lack) {
        responses
            .insert("404".to_owned(), json!({ "description": "There is nothing of that name" }));
    }
    let in_path = parameter.map(|name| {
        let schema = json!({ "type": "string" });
        json!({ "name": name, "in": "path", "required": true, "schema": schema, "example": example(path) })
    });
    let in_query = QUERIES.iter().filter(|(of, ..)| *of == path).map(|(_, name, says, words)| {
        let words = (!words.is_empty()).then_some(words);
        let mut schema = json!({ "type": "string" });
        if let Some((schema, words)) = schema.as_object_mut().zip(words) {
            schema.insert("enum".to_owned(), json!(words));
        }
        json!({ "name": name, "in": "query", "description": says, "schema": schema })
    });
    let parameters: Vec<Value> = in_path.into_iter().chain(in_query).collect();
    json!({ "get": { "summary": says, "parameters": parameters, "responses": responses } })
}

/// The plan: actions with where they stand, and what the household remembers.
fn plan(schemas: &Map<String, Value>) -> Option<Value> {
    let reference = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let list = |items: Value| json!({ "type": "array", "items": items });
    let text = json!({ "type": "string" });
    let maybe = json!({ "type": ["string", "null"], "format": "date-time" });
    let count = json!({ "type": "integer", "minimum": 1 });
    let mut step = schemas.get("action")?.clone();
    let more = [
        ("removes", json!({ "type": "object", "additionalProperties": count })),
        ("state", json!({ "enum": ["open", "came-back"] })),
        ("since", maybe.clone()),
        ("last_seen", maybe.clone()),
        ("came_back", maybe),
    ];
    let fields = step.get_mut("properties")?.as_object_mut()?;
    fields.extend(more.into_iter().map(|(name, shape)| (name.to_owned(), shape)));
    let moved = |time: &str| {
        let moment = json!({ "type": "string", "format": "date-time" });
        let mut fields = json!({ "device": text, "rule": text, "text": text });
        if let Some(fields) = fields.as_object_mut() {
            fields.insert(time.to_owned(), moment);
        }
        json!({ "type": "object", "required": ["device", "rule", "text", time], "properties": fields })
    };
    let kept = |of: &str| schemas.get("assessment")?.pointer(&format!("/properties/{of}")).cloned();
    Some(json!({
        "type": "object",
        "description": "As `houseguest plan --format json` writes it",
        "required": ["schema", "generated_by", "steps", "placements", "waiting", "done", "findings", "advice"],
        "properties": {
            "schema": { "const": "houseguest.plan/1" },
            "generated_by": kept("generated_by")?,
            "steps": list(step),
            "placements": kept("placements")?,
            "waiting": list(moved("last_seen")),
            "done": list(moved("at")),
            "findings": list(reference("finding")),
            "advice": kept("advice")?,
        },
    }))
}

/// A piece of evidence that stands alone: in an assessment, its id is what it is filed under.
fn sighting(evidence: &Value) -> Option<Value> {
    let mut sighting = evidence.clone();
    sighting.get_mut("required")?.as_array_mut()?.push(json!("id"));
    let fields = sighting.get_mut("properties")?.as_object_mut()?;
    fields.insert("id".to_owned(), json!({ "type": "string", "description": "Such as o12." }));
    Some(sighting)
}

/// What may stand for the parameter of `path`, in a home in which something was seen.
fn example(path: &str) -> &'static str {
    if path.starts_with("/api/v1/findings") {
        "f1"
    } else if path.starts_with("/api/v1/evidence") {
        "o1"
    } else {
        "d1"
    }
}

/// What the pages draw.
fn drawn() -> Map<String, Value> {
    let text = || json!({ "type": "string" });
    let maybe = || json!({ "type": ["string", "null"] });
    let number = || json!({ "type": "integer", "minimum": 0 });
    let list = |items: Value| json!({ "type": "array", "items": items });
    let shape = |fields: &[(&str, Value)]| {
        let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
        let fields: Map<String, Value> =
            fields.iter().map(|(name, shape)| ((*name).to_owned(), shape.clone())).collect();
        json!({ "type": "object", "required": names, "properties": fields })
    };
    let named = shape(&[("key", text()), ("name", text())]);
    let company = shape(&[("id", text()), ("name", text()), ("country", maybe())]);
    let maybe_company = json!({ "oneOf": [company.clone(), { "type": "null" }] });
    let bytes = [("bytes_up", number()), ("bytes_down", number())];
    let flow = [
        ("device", named.clone()),
        ("organisation", maybe_company.clone()),
        ("server_country", maybe()),
    ];
    let point = [("start", text()), ("seconds", number())];
    let gap = shape(&[("from", text()), ("to", text())]);
    let resident =
        [("key", text()), ("name", text()), ("senses", list(text())), ("known_by", maybe())];
    let contacted = shape(&[("name", text()), ("by", list(named.clone()))]);
    let all = [
        ("flow", shape(&[flow.as_slice(), bytes.as_slice()].concat())),
        (
            "series",
            shape(&[
                ("from", text()),
                ("to", text()),
                ("points", list(shape(&[point.as_slice(), bytes.as_slice()].concat()))),
                ("gaps", list(gap)),
            ]),
        ),
        ("room", shape(&[("room", maybe()), ("devices", list(shape(&resident)))])),
        (
            "letter",
            shape(&[
                ("entry", text()),
                ("title", text()),
                ("right", maybe()),
                ("addressee", maybe_company),
                ("text", text()),
                ("missing", list(text())),
                ("verified", json!({ "type": "boolean" })),
            ]),
        ),
        (
            "found",
            shape(&[
                ("devices", list(named)),
                ("companies", list(company)),
                ("findings", list(text())),
                ("names", list(contacted)),
            ]),
        ),
    ];
    all.into_iter().map(|(name, shape)| (name.to_owned(), shape)).collect()
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
