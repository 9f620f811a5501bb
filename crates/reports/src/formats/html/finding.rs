//! Findings, the worst first, each with what it means and one thing to do.

use assessment::{Assessment, model::Finding};
use maud::{Markup, html};

use super::{chip, cited, link_to, said, seen};
use crate::{Options, ids, summary::answer, wording};

pub(super) fn section(assessment: &Assessment, options: &Options) -> Markup {
    let mut ordered: Vec<(usize, &Finding)> = assessment.findings.iter().enumerate().collect();
    ordered.sort_by_key(|(index, finding)| (std::cmp::Reverse(finding.severity), *index));
    let most = options.limits.page_devices;
    let more = ordered.len().saturating_sub(most);
    html! {
        section aria-labelledby="findings" {
            h2 id="findings" { "Findings" }
            @if ordered.is_empty() { p { "None. No finding is not proof of safety." } }
            @for (index, finding) in ordered.iter().take(most) { (entry(assessment, *index, finding)) }
            @if more > 0 { p { "And " (wording::counted(more, "finding")) " more, all in the JSON and CSV formats." } }
        }
    }
}

fn entry(assessment: &Assessment, index: usize, finding: &Finding) -> Markup {
    let id = ids::Id::Finding(index);
    html! {
        article.finding id=(id) aria-labelledby={ (id) "-title" } {
            h3 id={ (id) "-title" } { (chip(finding.severity)) " " (said(&finding.title)) }
            p.meta {
                code { (id) } " on " (link_to(assessment, finding.device)) " · "
                (wording::kind(finding.kind)) " · " (wording::confidence(finding.confidence))
            }
            (prose(&finding.explanation))
            @match answer(assessment, index) {
                Some(action) => dl.action {
                    dt { "Do" } dd { strong { (said(&action.text)) } " (" (wording::effort(action.effort)) ")" }
                    @if let Some(breaks) = &action.breaks { dt { "May break" } dd { (said(breaks)) } }
                    @if let Some(sign) = &action.verified_by { dt { "Done when" } dd { (said(sign)) } }
                },
                None => p { "What to do is not known yet." },
            }
            (seen(assessment, finding.evidence()))
            p.meta { "Rests on" (cited(&finding.references, true)) }
        }
    }
}

/// A rule's prose: paragraphs and lists as they stand in its file.
pub(super) fn prose(text: &str) -> Markup {
    let paragraphs = text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
    html! {
        @for paragraph in paragraphs {
            @if paragraph.starts_with("- ") {
                ul { @for item in paragraph.trim_start_matches("- ").split("\n- ") { li { (flowing(item)) } } }
            } @else if let Some(heading) = paragraph.strip_prefix('#') {
                h4 { (flowing(heading.trim_start_matches('#').trim())) }
            } @else {
                p { (flowing(paragraph)) }
            }
        }
    }
}

/// One paragraph without its line breaks.
fn flowing(text: &str) -> Markup {
    said(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}
