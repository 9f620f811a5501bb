//! What to do, by what it gains; done when traffic shows it, not when somebody says so.

use assessment::model::Action;
use axum::response::Response;
use maud::{Markup, html};
use reports::{pieces::{chip, said}, wording};

use super::{Tab, count, link, why_finding};
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
    };
    super::page(&visit, Tab::Plan, "Plan", &body)
}

fn step(present: &Present, action: &Action) -> Markup {
    let device = action.device.index().and_then(|it| present.assessment.devices.get(it));
    let findings = action.findings.iter().filter_map(|it| present.assessment.findings.get(*it));
    html! {
        p.do { (said(&action.text)) }
        p.meta { @if let Some(device) = device { (link(device)) " · " } (wording::effort(action.effort)) }
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
