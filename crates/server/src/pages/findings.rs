//! Everything that is wrong, the worst first.

use std::cmp::Reverse;

use assessment::model::Finding;
use axum::response::Response;
use knowledge::kinds::Severity;
use maud::html;
use reports::{
    pieces,
    pieces::{chip, said},
    wording,
};

use super::{Tab, address, count, device::anchor, link, why_finding};
use crate::visit::Visit;

/// Findings that are shown one by one. Our choice.
const MOST: usize = 400;

pub(crate) async fn page(visit: Visit) -> Response {
    let present = &*visit.present;
    let mut ordered: Vec<(usize, &Finding)> =
        present.assessment.findings.iter().enumerate().collect();
    ordered.sort_by_key(|(index, finding)| (Reverse(finding.severity), *index));
    let body = html! {
        h1 { (title(ordered.len())) }
        @if ordered.is_empty() { p { "That is not proof of safety: what is not seen is not known." } }
        @for severity in [Severity::Critical, Severity::High, Severity::Medium, Severity::Low, Severity::Info] {
            @let some: Vec<_> = ordered.iter().take(MOST).filter(|(_, it)| it.severity == severity).collect();
            @if !some.is_empty() {
                section aria-labelledby=(wording::severity(severity)) {
                    h2 id=(wording::severity(severity)) { (heading(severity)) }
                    @for (index, finding) in some {
                        @if let Some(device) = present.of(finding) {
                            article.finding {
                                h3 { (chip(finding.severity)) " " a href={ (address(device)) "#" (anchor(device, finding)) } { (said(&finding.title)) } }
                                p.meta {
                                    (link(device)) " · " (wording::kind(finding.kind)) " · "
                                    (wording::confidence(finding.confidence)) " · " (why_finding(device, finding))
                                }
                                @if let Some(action) = pieces::answer(&present.assessment, *index) {
                                    p { strong { (said(&action.text)) } " (" (wording::effort(action.effort)) ")" }
                                }
                            }
                        }
                    }
                }
            }
        }
        @if ordered.len() > MOST {
            p { "And " (count(ordered.len() - MOST, "finding")) " more, all in the interface for programs." }
        }
    };
    super::page(&visit, Tab::Findings, "Findings", &body)
}

fn title(all: usize) -> String {
    match all {
        0 => "Nothing wrong was seen".to_owned(),
        1 => "One finding".to_owned(),
        all => format!("{all} findings, the worst first"),
    }
}

const fn heading(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "Act now",
        Severity::High => "Act soon",
        Severity::Medium => "Worth your time",
        Severity::Low => "When you get to it",
        Severity::Info => "Good to know",
    }
}
