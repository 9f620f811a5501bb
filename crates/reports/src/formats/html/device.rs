//! One device's card: what it is with the evidence, who is behind it, what is wrong, where data goes.

use assessment::{
    Assessment,
    model::{Claim, Claims, Destination, Device, Role, USER},
};
use maud::{Markup, html};

use super::{standing, MOST_EVIDENCE, and_more, called, chip, cited, said, seen, wide, witness};
use crate::{Options, countries, ids, summary::findings_of, wording};

pub(super) fn card(assessment: &Assessment, device: &Device, options: &Options) -> Markup {
    let identity = &device.identity;
    let properties = [
        ("Brand", &identity.brand),
        ("Model", &identity.model),
        ("Type", &identity.kind),
        ("Operating system", &identity.os),
        ("Firmware", &identity.firmware),
        ("Radio module", &identity.module_maker),
    ];
    html! {
        article.device id=(device.id) aria-labelledby={ (device.id) "-title" } {
            h3 id={ (device.id) "-title" } { (said(&called(device))) " " code { (device.id) } }
            (facts(device))
            h4 { "What it is" }
            dl.claims {
                @for (label, claims) in properties {
                    dt { (label) }
                    dd { (property(assessment, claims)) }
                }
            }
            (standing::behind(assessment, device))
            (findings(assessment, device))
            (destinations(assessment, device, options.limits.page_destinations))
        }
    }
}

fn facts(device: &Device) -> Markup {
    let names = device.names.iter().enumerate();
    html! {
        dl.facts {
            dt { "Part" } dd { (part(device.role)) }
            dt { "Addresses" }
            dd {
                @for ip in &device.ips { span.address { (ip) } " " }
                @for mac in &device.macs {
                    span.address { (mac) } " "
                    @if mac.is_locally_administered() { "(chosen by the device) " }
                }
            }
            @if let Some(note) = &device.note {
                @if let Some(name) = &note.name { dt { "You call it" } dd { (said(name)) } }
                @if let Some(room) = &note.room { dt { "Room" } dd { (said(room)) } }
                dt { "Your note" } dd { "of " (note.on) ", filed under " (said(&note.key)) }
            }
            @if !device.names.is_empty() {
                dt { "Names" } dd { @for (place, name) in names { @if place > 0 { ", " } (said(name)) } }
            }
            dt { "Traffic" }
            dd {
                (wording::bytes(device.bytes_up)) " sent, " (wording::bytes(device.bytes_down))
                " received, " (wording::span(device.first, device.last))
            }
            (standing::scores(device))
        }
    }
}

const fn part(role: Role) -> &'static str {
    match role {
        Role::Device => "a device",
        Role::Gateway => "the way to the internet",
        Role::Client => "a phone or computer that somebody uses",
        Role::Unknown => "unknown",
    }
}

/// The answer or the doubt, with all that speaks for it.
fn property(assessment: &Assessment, claims: &Claims) -> Markup {
    let candidates: Vec<&Claim> = claims.candidates().collect();
    html! {
        @match claims.answer() {
            Some(answer) => { (claim(assessment, answer)) },
            None if candidates.is_empty() => span.unknown { "not seen" },
            None => span.unknown { "unknown" },
        }
        @for (place, candidate) in candidates.iter().enumerate() {
            div.candidate {
                @if place == 0 && claims.answer().is_none() { "perhaps " } @else { "or " }
                (claim(assessment, candidate))
            }
        }
    }
}

fn claim(assessment: &Assessment, claim: &Claim) -> Markup {
    html! {
        strong { (said(&claim.value)) } ", " (wording::sure(claim)) " "
        details {
            summary { "Why (" (wording::counted(claim.reasons.len(), "reason")) ")" }
            ul.evidence {
                @for reason in claim.reasons.iter().take(MOST_EVIDENCE) {
                    li {
                        @if let Some(evidence) = assessment.evidence.get(reason.evidence) {
                            (witness(assessment, reason.evidence, evidence))
                        }
                        br;
                        @if &*reason.group == USER {
                            "By " (said(&reason.entry))
                        } @else {
                            "By " code { (said(&reason.entry)) } ", strength "
                            (format!("{:.2}", reason.strength)) " in group " (said(&reason.group))
                        }
                        (cited(&reason.sources, reason.verified))
                    }
                }
                (and_more(claim.reasons.len()))
            }
        }
    }
}

fn findings(assessment: &Assessment, device: &Device) -> Markup {
    let findings = findings_of(assessment, device);
    html! {
        h4 { "Findings" }
        @if findings.is_empty() { p.unknown { "None seen. That is not proof of safety." } }
        ul.plain {
            @for (index, finding) in findings {
                li {
                    (chip(finding.severity)) " "
                    a href={ "#" (ids::Id::Finding(index)) } { (said(&finding.title)) }
                }
            }
        }
    }
}

fn destinations(assessment: &Assessment, device: &Device, most: usize) -> Markup {
    let more = device.destinations.len().saturating_sub(most);
    let table = html! {
        table {
            caption { "Where its data goes, most bytes first" }
            thead { tr {
                th scope="col" { "Destination" } th scope="col" { "Organisation, its home" }
                th scope="col" { "Servers registered in" } th scope="col" { "Sent" }
                th scope="col" { "Received" } th scope="col" { "Encryption" } th scope="col" { "For" }
            } }
            tbody { @for to in device.destinations.iter().take(most) { (destination(assessment, to)) } }
        }
    };
    html! {
        h4 { "Where its data goes" }
        @if device.destinations.is_empty() {
            p.unknown { "Nowhere outside this network, as far as was seen." }
        } @else {
            (wide(&format!("Where the data of {} goes", device.id), &table))
            @if more > 0 { p { "And " (wording::counted(more, "destination")) " more, all in the JSON and CSV formats." } }
        }
    }
}

fn destination(assessment: &Assessment, to: &Destination) -> Markup {
    html! {
        tr {
            th scope="row" {
                (said(&to.name))
                (seen(assessment, &to.evidence))
                @for remark in wording::remarks(to) { br; small { (remark) } }
            }
            td {
                @match &to.organisation {
                    Some(party) => {
                        (said(&party.name))
                        @if let Some(home) = &party.country { ", " (countries::name(home)) }
                    },
                    None => span.unknown { "unknown" },
                }
            }
            td {
                (wording::server_country(to.server_country.as_ref()))
                @if let Some(operator) = &to.operator { ", network of " (said(operator)) }
            }
            td.number { (wording::bytes(to.bytes_up)) }
            td.number { (wording::bytes(to.bytes_down)) }
            td { (wording::encryption(to.encryption)) }
            td { (wording::purpose(to.purpose)) }
        }
    }
}
