//! The plan for programs: actions, findings, advice and placements in the shapes of the assessment's
//! contract, and beside them what a plan adds. Changes only add.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use knowledge::kinds::Severity;
use serde::Serialize;

use super::{Plan, removes};
use crate::{
    Options, careful,
    view::{self, Shown},
};

/// The name and version of the contract.
pub const SCHEMA: &str = "houseguest.plan/1";

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    generated_by: view::GeneratedBy<'a>,
    steps: Vec<Step<'a>>,
    placements: Vec<view::Placement<'a>>,
    waiting: Vec<Waiting<'a>>,
    done: Vec<Done<'a>>,
    findings: Vec<view::Finding<'a>>,
    advice: BTreeMap<&'a str, view::Advice<'a>>,
}

#[derive(Serialize)]
struct Step<'a> {
    #[serde(flatten)]
    action: view::Action<'a>,
    /// How many findings it removes, by severity.
    removes: BTreeMap<Severity, usize>,
    state: &'static str,
    since: Option<Shown<evidence::Timestamp>>,
    last_seen: Option<Shown<evidence::Timestamp>>,
    came_back: Option<Shown<evidence::Timestamp>>,
}

#[derive(Serialize)]
struct Waiting<'a> {
    device: &'a str,
    rule: &'a str,
    text: &'a str,
    last_seen: Shown<evidence::Timestamp>,
}

#[derive(Serialize)]
struct Done<'a> {
    device: &'a str,
    rule: &'a str,
    text: &'a str,
    at: Shown<evidence::Timestamp>,
    shown_by: &'a str,
}

pub(super) fn write(plan: &Plan<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let assessment = plan.assessment;
    let steps = assessment.actions.iter().enumerate().map(|(index, action)| {
        let standing = plan.remembered.standing.get(&index);
        let came_back = standing.and_then(|it| it.came_back);
        Step {
            action: view::Action::of(index, action),
            removes: removes(assessment, action).into_iter().collect(),
            state: if came_back.is_some() { "came-back" } else { "open" },
            since: standing.map(|it| Shown(it.since)),
            last_seen: standing.map(|it| Shown(it.last_seen)),
            came_back: came_back.map(Shown),
        }
    });
    let done = plan.remembered.done.iter().map(|it| Done {
        device: &it.device,
        rule: &it.rule,
        text: &it.text,
        at: Shown(it.at),
        shown_by: it.by,
    });
    let waiting = plan.remembered.waiting.iter().map(|it| Waiting {
        device: &it.device,
        rule: &it.rule,
        text: &it.text,
        last_seen: Shown(it.last_seen),
    });
    let findings = assessment.findings.iter().enumerate();
    let document = Document {
        schema: SCHEMA,
        generated_by: view::GeneratedBy::of(assessment, options),
        steps: steps.collect(),
        placements: assessment.placements.iter().map(view::Placement::of).collect(),
        waiting: waiting.collect(),
        done: done.collect(),
        findings: findings.map(|(index, it)| view::Finding::of(index, it)).collect(),
        advice: assessment.advice.iter().map(|(id, it)| (&**id, view::Advice::of(it))).collect(),
    };
    careful::write(&document, options.pretty, out)?;
    out.write_all(b"\n")
}
