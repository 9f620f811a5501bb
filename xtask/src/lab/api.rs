//! What `houseguest watch` says, asked for in the namespace it runs in.

#![expect(clippy::indexing_slicing, reason = "of JSON: what is not there is null")]

use std::{
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use super::spaces::{Space, said};
use crate::steps::ourselves;

/// Where the pages are, in the router's namespace.
pub(super) const ADDRESS: &str = "127.0.0.1:8420";

/// A state must come within this: many times what it takes, for machines that are busy with other things.
pub(super) const BOUND: Duration = Duration::from_mins(2);

/// What is at `path` of the interface for programs.
pub(super) fn ask(router: &Space, path: &str) -> Result<Value, String> {
    let us = ourselves()?;
    let path = format!("/api/v1/{path}");
    let answer = said(router.command(us).args(["lab", "player", "ask", ADDRESS, &path]))?;
    serde_json::from_str(&answer).map_err(|error| format!("{path} is no JSON: {error}"))
}

/// Entries of a list there.
pub(super) fn list(router: &Space, path: &str) -> Vec<Value> {
    // Not yet there is as good as empty: whoever asks waits.
    ask(router, path).ok().and_then(|all| all.as_array().cloned()).unwrap_or_default()
}

/// Waits until `look` sees something, and says how long that took.
pub(super) fn wait<T>(
    what: &str,
    mut look: impl FnMut() -> Option<T>,
) -> Result<(T, Duration), String> {
    let began = now();
    loop {
        if let Some(seen) = look() {
            return Ok((seen, began.elapsed()));
        }
        if began.elapsed() > BOUND {
            return Err(format!("{what} did not happen in {} s", BOUND.as_secs()));
        }
        thread::sleep(Duration::from_millis(100));
    }
}

/// The time, for tables.
#[expect(clippy::disallowed_methods, reason = "how long a state takes to come is real time")]
pub(super) fn now() -> Instant {
    Instant::now()
}

/// Changes of that kind that `fit`.
pub(super) fn changes(router: &Space, kind: &str, fit: impl Fn(&Value) -> bool) -> Vec<Value> {
    let all = list(router, "changes").into_iter();
    all.filter(|change| change["kind"] == *kind && fit(change)).collect()
}

/// Whether `entry` has that link-layer address.
pub(super) fn has_mac(entry: &Value, mac: &str) -> bool {
    let macs = entry["addresses"]["mac"].as_array();
    macs.is_some_and(|macs| macs.iter().any(|it| it == mac))
}

/// The identifier of the device with that address.
pub(super) fn device(router: &Space, mac: &str) -> Option<Value> {
    list(router, "devices").into_iter().find(|device| has_mac(device, mac))
}

/// What is wrong with it by that rule.
pub(super) fn finding(router: &Space, mac: &str, rule: &str) -> Option<Value> {
    let id = device(router, mac)?["id"].clone();
    list(router, "findings").into_iter().find(|it| it["device"] == id && it["rule"] == *rule)
}

/// What is to be done about that.
pub(super) fn action(router: &Space, mac: &str, rule: &str) -> Option<Value> {
    let id = finding(router, mac, rule)?["id"].clone();
    let answers =
        |it: &Value| it["findings"].as_array().is_some_and(|findings| findings.contains(&id));
    list(router, "actions").into_iter().find(answers)
}
