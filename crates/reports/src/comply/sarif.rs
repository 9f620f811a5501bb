//! SARIF 2.1.0, for tools that gather results: a rule for each entry, a result for each line it touches
//! or leaves open.
//!
//! [SARIF]: `fail` for what is listed, `review` for what a person has to decide; lines that are not
//! listed give no result. Lines that could not be read are notifications.
//!
//! [SARIF]: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use assessment::{
    Applies, Listing,
    comply::{Compliance, Line},
};
use serde_json::{Value, json};

use super::{Format, words};
use crate::{Options, careful};

pub(super) const FORMAT: Format =
    Format { name: "sarif", says: "SARIF 2.1.0 for tools that gather results", write };

fn write(answer: &Compliance, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut rules = Rules::default();
    let mut results = Vec::new();
    for line in &answer.lines {
        let entries = line.listings.iter().filter(|it| it.applies != Applies::No);
        for listing in entries {
            let index = rules.of_entry(listing);
            results.push(of_entry(answer, line, listing, index));
        }
        let open = words::open(line, answer).join(" ");
        if !open.is_empty() {
            let index = rules.of_what_is_open();
            results.push(of_what_is_open(answer, line, &open, index));
        }
    }
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "houseguest",
                "version": options.generated_by,
                "rules": rules.rules,
            }},
            "invocations": [{
                "executionSuccessful": true,
                "toolExecutionNotifications": notifications(answer),
            }],
            "properties": {
                "policy": answer.policy,
                "asOf": answer.day,
                "knowledgeVersion": answer.knowledge_version,
                "knowledgeAsOf": answer.knowledge_as_of,
                "limits": words::LIMITS,
            },
            "results": results,
        }],
    });
    careful::write(&document, options.pretty, out)?;
    out.write_all(b"\n")
}

/// The rule of lines that are open for another reason than an entry.
const OPEN: &str = "not-known";

/// The rules that results name, in the order they came up.
#[derive(Default)]
struct Rules {
    rules: Vec<Value>,
    known: BTreeMap<String, usize>,
}

impl Rules {
    fn of_entry(&mut self, listing: &Listing) -> usize {
        let effect = crate::wording::sentence(&listing.effect);
        let help = format!("{effect} It does not restrict: {}", listing.does_not_restrict);
        let title = format!("{}: {}", listing.list_name, listing.entry_name);
        self.add(&listing.entry, &title, &listing.effect, &help)
    }

    fn of_what_is_open(&mut self) -> usize {
        let title = "Whether a list touches it is not known";
        let help = "Find out what is missing, such as the legal maker, and ask again.";
        self.add(OPEN, title, "None: this is no finding.", help)
    }

    fn add(&mut self, id: &str, title: &str, effect: &str, help: &str) -> usize {
        if let Some(index) = self.known.get(id) {
            return *index;
        }
        let index = self.rules.len();
        self.rules.push(json!({
            "id": id,
            "shortDescription": { "text": title },
            "fullDescription": { "text": effect },
            "help": { "text": help },
        }));
        self.known.insert(id.to_owned(), index);
        index
    }
}

fn of_entry(answer: &Compliance, line: &Line, listing: &Listing, rule: usize) -> Value {
    let text = format!(
        "{}: {} {}",
        words::called(&line.item),
        words::applies(listing.applies),
        words::reasons(&listing.reasons)
    );
    let mut result = result(answer, line, &listing.entry, rule, &text);
    if listing.applies == Applies::Yes {
        set(&mut result, "kind", json!("fail"));
        set(&mut result, "level", json!("error"));
    } else {
        set(&mut result, "kind", json!("review"));
        set(&mut result, "level", json!("none"));
    }
    let properties = json!({
        "list": listing.list,
        "counted": listing.counted,
        "qualifier": listing.qualifier,
        "sources": words::sources(listing),
    });
    set(&mut result, "properties", properties);
    result
}

fn of_what_is_open(answer: &Compliance, line: &Line, open: &str, rule: usize) -> Value {
    let text = format!("{}: unknown. {open}", words::called(&line.item));
    let mut result = result(answer, line, OPEN, rule, &text);
    set(&mut result, "kind", json!("review"));
    set(&mut result, "level", json!("none"));
    result
}

fn result(answer: &Compliance, line: &Line, rule_id: &str, rule: usize, text: &str) -> Value {
    let mut physical = json!({ "artifactLocation": { "uri": uri(&answer.inventory.source) } });
    if let Some(number) = line.item.line {
        set(&mut physical, "region", json!({ "startLine": number }));
    }
    json!({
        "ruleId": rule_id,
        "ruleIndex": rule,
        "message": { "text": text },
        "locations": [{
            "physicalLocation": physical,
            "logicalLocations": [{ "fullyQualifiedName": line.item.place }],
        }],
    })
}

fn notifications(answer: &Compliance) -> Vec<Value> {
    let problems = answer.inventory.problems.iter();
    problems
        .map(|problem| {
            let text = format!("{}: {}", problem.place, problem.what);
            json!({ "level": "warning", "message": { "text": text } })
        })
        .collect()
}

fn set(object: &mut Value, key: &str, value: Value) {
    if let Some(object) = object.as_object_mut() {
        object.insert(key.to_owned(), value);
    }
}

/// A file's name as a relative reference ([RFC 3986]).
///
/// [RFC 3986]: https://www.rfc-editor.org/rfc/rfc3986
fn uri(name: &str) -> String {
    use std::fmt::Write as _;

    let mut uri = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}
