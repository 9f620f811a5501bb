//! A chain of evidence as a piece of a page.

use assessment::why::{Chain, Published, Seen, Stated, Step};
use maud::{Markup, html};

use super::witnessed;
use crate::{
    formats::pieces::{link, said},
    wording,
};

pub(super) fn chain(chain: &Chain<'_>) -> Markup {
    html! {
        @if chain.stated.is_empty() {
            p.unknown { "Nothing that was seen tells. Unknown is not the same as fine." }
        }
        @for stated in &chain.stated { (article(stated)) }
    }
}

fn article(stated: &Stated<'_>) -> Markup {
    html! {
        article {
            h2 {
                @if stated.value.is_empty() { "A piece of evidence" } @else { (said(stated.value)) }
            }
            p.meta {
                (stated.property)
                @if let Some(sure) = stated.confidence {
                    " · " (wording::confidence(sure)) " (" (format!("{:.2}", sure.value())) ")"
                }
            }
            ol.chain { @for step in &stated.steps { li { (one(step)) } } }
        }
    }
}

fn one(step: &Step<'_>) -> Markup {
    html! {
        @if let Some(says) = step.says { p { (said(says)) } }
        @for seen in &step.seen { (sighting(seen)) }
        @if let Some(entry) = step.entry {
            p.meta {
                "What that means, by the entry " code { (said(entry)) }
                @if let Some(strength) = step.strength { ": alone worth " (format!("{strength:.2}")) }
                @if let Some(group) = step.group { " among clues from " (said(group)) }
                @if step.verified == Some(false) { ". " span.doubt { "Nobody of us has read its sources for this yet." } }
            }
        }
        @if !step.published.is_empty() {
            ul.references { @for published in &step.published { li { (text(published)) } } }
        }
    }
}

fn sighting(seen: &Seen<'_>) -> Markup {
    let evidence = seen.evidence;
    let (unit, source) = evidence::Unit::of(seen.source);
    html! {
        p {
            (said(&witnessed(&evidence.what))) br;
            span.where {
                @match evidence.count { 1 => "Seen once", count => { "Seen " (wording::count(count)) " times, first" } }
                " " (wording::moment(evidence.first.at)) ", " (unit.word()) " " (evidence.first.frame)
                " of " (said(source)) " (" code { (seen.id) } ")"
            }
        }
    }
}

fn text(published: &Published<'_>) -> Markup {
    html! {
        @match published.source {
            Some(source) => {
                cite { (said(&source.title)) } ", " (said(&source.issuer))
                @if let Some(date) = &source.date { ", " (said(date)) }
                ". " (link(&source.url))
                @if source.read.is_none() { " (nobody has checked this text yet)" }
            },
            None => { code { (said(published.id)) } ", which this pack does not have" },
        }
    }
}
