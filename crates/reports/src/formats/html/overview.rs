//! The top of the page: what to do first, and all devices in one table.

use assessment::{Assessment, model::Device};
use maud::{Markup, html};

use super::{called, chip, link_to, said, wide};
use crate::{
    ids,
    summary::{Summary, findings_of},
    wording,
};

/// How many actions are shown first: what fits into one evening. Our choice.
const FIRST: usize = 3;

/// The actions that gain most.
pub(super) fn first_things(assessment: &Assessment) -> Markup {
    html! {
        section aria-labelledby="first" {
            h2 id="first" { "What to do first" }
            @if assessment.actions.is_empty() {
                p { "Nothing, as far as was seen. No finding is not proof of safety." }
            } @else {
                ol.first {
                    @for (index, action) in assessment.actions.iter().take(FIRST).enumerate() {
                        li id=(ids::Id::Action(index)) {
                            strong { (said(&action.text)) }
                            " " span.effort { "(" (wording::effort(action.effort)) ")" }
                            br;
                            "For " (link_to(assessment, action.device)) ", because of "
                            @for (place, finding) in action.findings.iter().enumerate() {
                                @if place > 0 { ", " }
                                (finding_link(*finding))
                            }
                        }
                    }
                }
            }
        }
    }
}

fn finding_link(index: usize) -> Markup {
    let id = ids::Id::Finding(index);
    html! { a href={ "#" (id) } { (id) } }
}

/// All devices, one line each.
pub(super) fn table(
    assessment: &Assessment,
    summary: &Summary<'_>,
    shown: &[&Device],
) -> Markup {
    let more = summary.local.len().saturating_sub(shown.len());
    let table = html! {
        table {
            caption { "Devices of this network, what each is and how sure that is" }
            thead { tr {
                th scope="col" { "Device" } th scope="col" { "How sure" } th scope="col" { "Address" }
                th scope="col" { "Maker" } th scope="col" { "Sent" } th scope="col" { "Findings" }
            } }
            tbody { @for device in shown { (line(assessment, device)) } }
        }
    };
    html! {
        section aria-labelledby="devices" {
            h2 id="devices" { "Devices" }
            (wide("Table of devices", &table))
            @if more > 0 { p { "And " (wording::counted(more, "device")) " more, all in the JSON and CSV formats." } }
        }
    }
}

fn line(assessment: &Assessment, device: &Device) -> Markup {
    let sure = wording::device_sure(device).unwrap_or("not sure");
    let address = device.ips.first().map(ToString::to_string);
    let address = address.or_else(|| device.macs.first().map(ToString::to_string));
    let findings = findings_of(assessment, device);
    html! {
        tr {
            th scope="row" { a href={ "#" (device.id) } { (said(&called(device))) } }
            td.number { (sure) }
            td.number { (address.unwrap_or_default()) }
            td {
                @match &device.provenance.maker {
                    Some(maker) => (said(&maker.name)),
                    None => span.unknown { "unknown" },
                }
            }
            td.number { (wording::bytes(device.bytes_up)) }
            td.number {
                @match findings.first() {
                    Some((_, worst)) => { (chip(worst.severity)) " " (findings.len()) },
                    None => span.unknown { "none seen" },
                }
            }
        }
    }
}
