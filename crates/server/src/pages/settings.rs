//! How this program is set up, and what can be taken away from it. The rules of alerts can be changed.

mod alerts;

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use maud::html;
use reports::{formats::Format, pieces::said};

pub(crate) use self::alerts::keep as keep_rules;
use super::{Tab, overview::listening};
use crate::visit::{ALONE, Visit};

pub(crate) async fn page(visit: Visit) -> Response {
    let (house, assessment) = (&visit.house, &visit.present.assessment);
    let keys = house.gate.keys();
    let body = html! {
        h1 { "Settings" }
        section aria-labelledby="judging" {
            h2 id="judging" { "How your home is judged" }
            article {
                dl.facts {
                    dt { "Policy" } dd { a href={ "/entries/" (assessment.policy) } { (said(&assessment.policy)) } }
                    dt { "You live in" }
                    dd { @match &assessment.residence { Some(place) => (said(place)), None => span.unknown { "not said; start with --residence to see your rights" } } }
                    dt { "As of" } dd { (said(&assessment.as_of)) }
                    dt { "Knowledge" } dd { (said(&assessment.knowledge_version)) " of " (said(&assessment.knowledge_as_of)) }
                    dt { "Program" } dd { "Houseguest " (house.options.generated_by) }
                }
            }
        }
        section aria-labelledby="listening" {
            h2 id="listening" { "What is listened to" }
            @if visit.present.ears.is_empty() { p { "Nothing now: this is the built-in home." } }
            (listening(&visit.present.ears))
        }
        (alerts::section(&visit))
        section aria-labelledby="access" {
            h2 id="access" { "Who can see this" }
            p {
                @if house.gate.asks() { "Whoever knows the password." }
                @else { "Anybody who uses this computer: no password is set, and no other machine can reach these pages." }
            }
            @let tokens: Vec<&str> = keys.tokens().collect();
            @if !tokens.is_empty() { p { "Tokens for programs, which can read and change nothing: " (tokens.join(", ")) "." } }
        }
        section aria-labelledby="take" {
            h2 id="take" { "Take it with you" }
            ul {
                li { a href="/report.html" { "The whole report as one page" } ", to print or to send to somebody who can help" }
                li { a href="/api/v1/assessment" { "Everything as JSON" } ", for programs" }
                li { a href="/api/v1/openapi.json" { "What the interface for programs offers" } " (OpenAPI)" }
                li { a href="/metrics" { "Figures for Prometheus" } }
            }
        }
    };
    super::page(&visit, Tab::Settings, "Settings", &body)
}

/// The report as one file.
pub(crate) async fn report(visit: Visit) -> Response {
    let mut page = Vec::new();
    let written = Format::from_name("html")
        .map(|format| format.write(&visit.present.assessment, &visit.house.options, &mut page));
    match written {
        Some(Ok(())) => {
            let headers = [
                (header::CONTENT_TYPE, "text/html; charset=utf-8"),
                (header::CONTENT_SECURITY_POLICY, ALONE),
            ];
            (headers, page).into_response()
        }
        _ => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
