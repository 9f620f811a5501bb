//! What to do, by what it gains; done when traffic shows it, not when somebody says so.

use assessment::model::Action;
use axum::response::Response;
use evidence::Timestamp;
use household::plan::{Proof, State};
use maud::{Markup, html};
use reports::{
    pieces::{chip, said},
    wording,
};

use super::{Tab, changes, count, link, why_finding};
use crate::{present::Present, visit::Visit};

pub(crate) async fn page(visit: Visit) -> Response {
    let present = &*visit.present;
    let actions = &present.assessment.actions;
    let body = html! {
        h1 {
            @if actions.is_empty() { "Nothing to do, as far as was seen" }
            @else { (count(actions.len(), "step")) ", the one that gains most first" }
        }
        p.lead { "A step counts as done when the traffic shows it. You need not tick anything off." }
        ol.todo.plan { @for action in actions { li { (step(present, action)) } } }
        (done(present))
    };
    super::page(&visit, Tab::Plan, "Plan", &body)
}

/// Steps that later traffic shows to be done.
fn done(present: &Present) -> Markup {
    let done = present.known.plan.iter().filter_map(|step| match step.state {
        State::Verified { at, by } => Some((step, at, by)),
        _ => None,
    });
    let done: Vec<_> = done.collect();
    html! {
        @if !done.is_empty() {
            section aria-labelledby="done" {
                h2 id="done" { "Done, as the traffic shows" }
                ul.done {
                    @for (step, at, by) in done {
                        li {
                            span.tick aria-hidden="true" { "✓" } " " (said(&step.text))
                            p.meta {
                                @if let Some(device) = present.known.guest(step.device) { (said(&changes::guest(device))) " · " }
                                (proof(by)) ", " (changes::day(at))
                            }
                        }
                    }
                }
            }
        }
    }
}

const fn proof(by: Proof) -> &'static str {
    match by {
        Proof::Silence => "not seen any more while the device was",
        Proof::NewerFirmware => "the firmware is newer, and it was not seen since",
    }
}

/// Whether a step had been done before: it came back.
fn came_back(present: &Present, action: &Action) -> Option<Timestamp> {
    let device = action.device.index().and_then(|it| present.assessment.devices.get(it))?;
    let guest = present.known.number(device)?;
    present.known.plan.iter().find_map(|step| match step.state {
        State::CameBack { at } if step.device == guest && step.rule == action.rule => Some(at),
        _ => None,
    })
}

fn step(present: &Present, action: &Action) -> Markup {
    let device = action.device.index().and_then(|it| present.assessment.devices.get(it));
    let findings = action.findings.iter().filter_map(|it| present.assessment.findings.get(*it));
    html! {
        p.do { (said(&action.text)) }
        p.meta { @if let Some(device) = device { (link(device)) " · " } (wording::effort(action.effort)) }
        @if let Some(at) = came_back(present, action) {
            p.because { strong { "It was done, and came back " (changes::day(at)) "." } }
        }
        ul.plain {
            @for finding in findings {
                li.because {
                    (chip(finding.severity)) " " (said(&finding.title)) " "
                    @if let Some(device) = device { (why_finding(device, finding)) }
                }
            }
        }
        dl.action {
            @if let Some(breaks) = &action.breaks { dt { "May break" } dd { (said(breaks)) } }
            @if let Some(sign) = &action.verified_by { dt { "Done when" } dd { (said(sign)) } }
        }
    }
}
