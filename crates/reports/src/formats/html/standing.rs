//! Who and what stands behind a device: companies, lists, laws, scores; and what its owner may ask.

use assessment::{
    Applies, Assessment, Listing,
    model::{Device, Exposure, Party},
};
use knowledge::kinds::{Law, Standing};
use maud::{Markup, html};

use super::{cited, said};
use crate::{countries, wording};

/// The part of a device's card about who and what stands behind it.
pub(super) fn behind(assessment: &Assessment, device: &Device) -> Markup {
    html! { h4 { "Who is behind it" } (companies(assessment, device, Heading::Fifth)) }
}

/// How deep headings are where a piece stands.
#[derive(Clone, Copy)]
pub(super) enum Heading {
    Third,
    Fifth,
}

impl Heading {
    /// Where laws are told whole: on a page of their own beside pages, further down in one document.
    const fn laws(self) -> &'static str {
        match self {
            Self::Third => "/laws#law-",
            Self::Fifth => "#law-",
        }
    }

    fn of(self, text: &str) -> Markup {
        html! { @match self { Self::Third => h3 { (text) }, Self::Fifth => h5 { (text) } } }
    }
}

/// The companies, the lists and the laws.
pub(super) fn companies(assessment: &Assessment, device: &Device, heading: Heading) -> Markup {
    let provenance = &device.provenance;
    html! {
        dl.facts {
            dt { "Maker" } dd { (party(provenance.maker.as_ref())) }
            @if let Some(seller) = &provenance.seller { dt { "Seller" } dd { (party(Some(seller))) } }
            @if let Some(licensor) = &provenance.licensed_from {
                dt { "Name of" } dd { (party(Some(licensor))) }
            }
            dt { "Owner" } dd { (party(provenance.owner.as_ref())) }
            dt { "Platform" }
            dd {
                @match &provenance.platform {
                    Some(platform) => { (said(platform)) },
                    None => span.unknown { "unknown" },
                }
                @if let Some(operator) = &provenance.platform_operator { ", run by " (party(Some(operator))) }
            }
            dt { "Can sense" }
            dd {
                @if device.sensors.is_empty() { span.unknown { "unknown" } }
                @for (place, sensor) in device.sensors.iter().enumerate() {
                    @if place > 0 { ", " } (wording::sensor(*sensor))
                }
            }
        }
        @if device.is_told_by_prefix() {
            p.unknown { "Who is behind it: " (wording::TOLD_BY_PREFIX) "." }
        } @else if device.identity.brand.answer().is_some() {
            (listings(assessment, device, heading))
            (law(&device.exposure, heading))
        }
    }
}

fn party(party: Option<&Party>) -> Markup {
    let Some(party) = party else { return html! { span.unknown { "unknown" } } };
    html! {
        (said(&party.name))
        @if let Some(home) = &party.country { ", head office in " (countries::name(home)) }
        @if let Some(country) = &party.registered_in { ", registered in " (countries::name(country)) }
        (cited(&party.sources, party.verified))
    }
}

fn listings(assessment: &Assessment, device: &Device, heading: Heading) -> Markup {
    let applying: Vec<_> = device.listings.iter().filter(|it| it.applies != Applies::No).collect();
    let others: Vec<_> = device.listings.iter().filter(|it| it.applies == Applies::No).collect();
    html! {
        (heading.of("Lists"))
        @if applying.is_empty() {
            p.unknown { "No entry was found in this pack that applies, as of " (said(&assessment.as_of)) "." }
        }
        @for listing in applying { (entry(listing)) }
        @if !others.is_empty() {
            details {
                summary { "Entries that might be taken to apply and do not (" (others.len()) ")" }
                @for listing in others { (entry(listing)) }
            }
        }
    }
}

fn entry(listing: &Listing) -> Markup {
    let applies = wording::applies(listing.applies);
    html! {
        details {
            summary {
                strong { (applies) } ": " (said(&listing.list_name)) ", " (said(&listing.entry_name))
                @if let Some(day) = &listing.from { ", since " (said(day)) }
            }
            p { "Effect: " (said(&listing.effect)) (cited(&listing.sources, listing.verified)) }
            p { "It does not restrict: " (said(&listing.does_not_restrict)) }
            @if let Some(qualifier) = &listing.qualifier { p { "Limited to: " (said(qualifier)) } }
            @for waiver in &listing.waivers { p { "Exempt: " (said(&waiver.what)) } }
            ol {
                @for step in &listing.reasons { li { (said(&step.says)) (cited(&step.sources, step.verified || step.sources.is_empty())) } }
            }
        }
    }
}

/// Whose laws could oblige the companies: always a possibility, never an event.
fn law(exposure: &[Exposure], heading: Heading) -> Markup {
    let reached: Vec<_> = exposure.iter().filter(|it| !it.laws.is_empty()).collect();
    html! {
        @if !reached.is_empty() {
            (heading.of("Whose law could reach these companies"))
            p { "These laws could oblige the companies to give access or help. That any of them was used is not said here." }
            ul {
                @for exposure in reached {
                    li {
                        a href={ (heading.laws()) (exposure.jurisdiction) } { (countries::name(&exposure.jurisdiction)) }
                        ": " (wording::counted(exposure.laws.len(), "law")) ", through "
                        @for (place, (part, _)) in exposure.through.iter().enumerate() {
                            @if place > 0 { ", " } (wording::part(*part))
                        }
                    }
                }
            }
        }
    }
}

/// Every law named above, state by state, all in one form.
pub(super) fn laws(assessment: &Assessment) -> Markup {
    these_laws(assessment, &assessment.laws.values().collect::<Vec<_>>())
}

/// Some laws, state by state.
pub(super) fn these_laws(assessment: &Assessment, laws: &[&Law]) -> Markup {
    let mut states: Vec<_> = laws.iter().map(|law| &law.jurisdiction).collect();
    states.sort_unstable();
    states.dedup();
    html! {
        section aria-labelledby="laws" {
            h2 id="laws" { "Laws that could reach these companies" }
            p { "A law that could be used says nothing of whether it was. The list has one form for every state, as of "
                (said(&assessment.as_of)) "." }
            @for state in states {
                h3 id={ "law-" (state) } { (countries::name(state)) }
                @for law in laws.iter().filter(|law| law.jurisdiction == *state) { (one(law)) }
            }
        }
    }
}

fn one(law: &Law) -> Markup {
    html! {
        details {
            summary {
                (said(&law.name))
                @if let Some(articles) = &law.articles { ", " (said(articles)) }
                @if let Some(day) = &law.from { ", since " (said(day)) }
            }
            dl.facts {
                @if law.standing == Standing::Possibility { dt { "Kind" } dd { "a possibility, not an event" } }
                dt { "Could oblige" } dd { (said(&law.whom)) }
                dt { "To" } dd { (said(&law.obliges)) }
                @if let Some(reach) = &law.cross_border { dt { "Across borders" } dd { (said(reach)) } }
                @if let Some(safeguards) = &law.safeguards { dt { "Safeguards" } dd { (said(safeguards)) } }
                @if let Some(note) = &law.note { dt { "Note" } dd { (said(note)) } }
                dt { "Rests on" } dd { (cited(&law.sources, law.verified)) }
            }
        }
    }
}

/// What the reader may ask where they live.
pub(super) fn rights(assessment: &Assessment) -> Markup {
    html! {
        section aria-labelledby="rights" {
            h2 id="rights" { "What you may ask" }
            @match &assessment.residence {
                None => p { "Say where you live with " code { "--residence" } " (DE, GB, US-CA) to see your rights here." },
                Some(place) => {
                    p { "As a resident of " (said(place)) ". " code { "houseguest letter" } " writes the letters." }
                    @if assessment.rights.is_empty() { p.unknown { "This pack knows no right of yours there." } }
                    ul {
                        @for right in &assessment.rights {
                            li {
                                strong { (said(&right.says)) } " (" (said(&right.basis)) "): " (said(&right.how))
                                @if let Some(deadline) = &right.deadline { "; answer within " (said(deadline)) }
                                "; answered by " (said(&right.answers))
                                @if let Some(body) = &right.complain_to { "; complain to " (said(body)) }
                                (cited(&right.sources, right.verified))
                            }
                        }
                    }
                },
            }
        }
    }
}

/// All scores, each for itself.
pub(super) fn scores(device: &Device) -> Markup {
    html! {
        dt { "Concern" }
        dd {
            ul.plain {
                @for (name, score) in wording::dimensions(&device.scores) {
                    @if let Some(score) = score { li { (name) ": " (wording::score(score)) } }
                }
            }
        }
    }
}
