//! What to do, by what it gains for what it costs; done when traffic shows it, not when somebody says so.

use assessment::model::{Action, Placement};
use axum::response::Response;
use knowledge::kinds::Advice;
use maud::{Markup, html};
use reports::{
    pieces::{self, chip, said},
    plan::{
        Remembered, Standing, answered, cost, device, guides, removes_in_words, senses, verified_by,
    },
    wording,
};

use super::{Tab, address, changes, count, link, why, why_finding};
use crate::{present::Present, visit::Visit};

pub(crate) async fn page(visit: Visit) -> Response {
    let present = &*visit.present;
    let actions = &present.assessment.actions;
    let remembered = present.known.remembered(&present.assessment);
    let body = html! {
        h1 {
            @match (actions.len(), remembered.waiting.len()) {
                (0, 0) => { "Nothing to do, as far as was seen" }
                (0, waiting) => { (count(waiting, "step")) " still to be done, of which nothing was seen lately" }
                (steps, _) => { (count(steps, "step")) ", the one that gains most first" }
            }
        }
        p.lead {
            "Most gain for the least cost comes first. A step counts as done when the traffic shows it: you need \
             not tick anything off. If it comes back, so does the step."
        }
        ol.todo.plan {
            @for (place, action) in actions.iter().enumerate() {
                li id={ "a" (place + 1) } { (step(present, action, remembered.standing.get(&place))) }
            }
        }
        (placements(present))
        (waiting(&remembered))
        (done(&remembered))
    };
    super::page(&visit, Tab::Plan, "Plan", &body)
}

fn step(present: &Present, action: &Action, standing: Option<&Standing>) -> Markup {
    let assessment = &present.assessment;
    let device = device(assessment, action);
    let mut ways = guides(assessment, action);
    let best = ways.next();
    html! {
        p.do { (said(&action.text)) }
        p.meta {
            @if let Some(device) = device { (link(device)) " · " }
            "removes " (removes_in_words(assessment, action)) " · "
            @match best { Some(best) => (cost(best.cost)), None => (wording::effort(action.effort)) }
        }
        @if let Some(standing) = standing { (stands(standing)) }
        ul.plain {
            @for (_, finding) in answered(assessment, action) {
                li.because {
                    (chip(finding.severity)) " " (said(&finding.title)) " "
                    @if let Some(device) = device { (why_finding(device, finding)) }
                }
            }
        }
        @match best {
            Some(best) => {
                details.way {
                    summary { "How: " (said(&best.title)) @if !best.verified { " " (unverified()) } }
                    (way(present, best))
                }
                dl.action {
                    dt { "May break" } dd { (said(&best.breaks)) }
                    dt { "Done when" } dd { (said(&verified_by(action.verified_by.as_deref(), best.verify))) }
                }
            }
            None => dl.action {
                @if let Some(breaks) = &action.breaks { dt { "May break" } dd { (said(breaks)) } }
                @if let Some(sign) = &action.verified_by { dt { "Done when" } dd { (said(sign)) } }
            },
        }
        @for other in ways {
            details.way {
                summary {
                    "Or: " (said(&other.title)) " (" (cost(other.cost)) ")"
                    @if !other.verified { " " (unverified()) }
                }
                (way(present, other))
                dl.action {
                    dt { "May break" } dd { (said(&other.breaks)) }
                    dt { "Done when" } dd { (said(&verified_by(None, other.verify))) }
                }
            }
        }
    }
}

/// The steps of an advice, and the texts it rests on.
fn way(present: &Present, advice: &Advice) -> Markup {
    html! {
        ol.steps { @for text in &advice.steps { li { (said(text)) } } }
        @if let Some(note) = &advice.note { p.meta { (said(note)) } }
        p.meta {
            "After: "
            @for (place, id) in advice.sources.iter().enumerate() {
                @if place > 0 { "; " }
                @match present.assessment.references.get(id) {
                    Some(source) => { (said(&source.issuer)) ", " cite { (said(&source.title)) } " " (pieces::link(&source.url)) },
                    None => (said(id)),
                }
            }
        }
    }
}

fn unverified() -> Markup {
    html! { span.unknown title="Nobody of us has read the maker's own words for this" { "(unverified)" } }
}

fn stands(standing: &Standing) -> Markup {
    html! {
        p.because {
            @match standing.came_back {
                Some(at) => strong { "It was done, and came back " (changes::day(at)) "." },
                None => { "In the plan since " (changes::day(standing.since)) "." }
            }
            " Last seen " (wording::moment(standing.last_seen)) "."
        }
    }
}

/// What to think of where devices stand.
fn placements(present: &Present) -> Markup {
    let each = present.assessment.placements.iter();
    let each: Vec<_> =
        each.filter_map(|it| Some((it, present.assessment.advice.get(&it.advice)?))).collect();
    html! {
        @if !each.is_empty() {
            section aria-labelledby="placements" {
                h2 id="placements" { "Where things stand" }
                p.lead { "From what a device can sense, and the room that you noted. It is for the people who live here to say." }
                ul.cards { @for (placement, advice) in each { li.card { (placed(present, placement, advice)) } } }
            }
        }
    }
}

fn placed(present: &Present, placement: &Placement, advice: &Advice) -> Markup {
    let device = placement.device.index().and_then(|it| present.assessment.devices.get(it));
    html! {
        h3 { (said(&advice.title)) @if !advice.verified { " " (unverified()) } }
        p.meta {
            @if let Some(device) = device { a href=(address(device)) { (said(&super::called(device))) } ", " }
            "in " (said(&placement.room)) ": can sense " (senses(placement)) " "
            @if let Some(device) = device { (why(device, "room", &placement.room)) }
        }
        (way(present, advice))
        dl.action { dt { "May break" } dd { (said(&advice.breaks)) } }
    }
}

/// Steps of which nothing was seen lately.
fn waiting(remembered: &Remembered) -> Markup {
    html! {
        @if !remembered.waiting.is_empty() {
            section aria-labelledby="waiting" {
                h2 id="waiting" { "Still to be done, not seen lately" }
                ul.done {
                    @for step in &remembered.waiting {
                        li {
                            (said(&step.text))
                            p.meta { (said(&step.device)) " · last seen " (wording::moment(step.last_seen)) }
                        }
                    }
                }
            }
        }
    }
}

/// Steps that later traffic shows to be done.
fn done(remembered: &Remembered) -> Markup {
    html! {
        @if !remembered.done.is_empty() {
            section aria-labelledby="done" {
                h2 id="done" { "Done, as the traffic shows" }
                ul.done {
                    @for step in &remembered.done {
                        li {
                            span.tick aria-hidden="true" { "✓" } " " (said(&step.text))
                            p.meta { (said(&step.device)) " · " (step.by) ", " (changes::day(step.at)) }
                        }
                    }
                }
            }
        }
    }
}
