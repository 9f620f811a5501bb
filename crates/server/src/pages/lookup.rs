//! Who is behind a thing, before buying it.

use assessment::{
    dossier::{Viewpoint, dossier},
    search::{Found, Meant, find},
};
use axum::{extract::Query, response::Response};
use knowledge::kinds::Policy;
use maud::{Markup, html};
use reports::{
    lookup::{Depth, Lookup},
    pieces::said,
};
use serde::Deserialize;

use super::Tab;
use crate::{
    forms::{encoded, query},
    visit::Visit,
};

/// What is asked.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
    /// Whether everything is told.
    #[serde(default)]
    full: Option<String>,
}

/// The longest text that is looked up, in letters.
const LONGEST: usize = 120;

pub(crate) async fn page(visit: Visit, Query(asked): Query<Asked>) -> Response {
    let text = query(&asked.q, LONGEST);
    let body = html! {
        @if text.is_empty() {
            h1 { "Who is behind it? Ask before you buy" }
            p.lead { "Type a brand, a model, a company, a barcode, or the FCC ID from the label. Nothing is sent anywhere." }
            (form(&text))
        } @else { (answer(&visit, &text, asked.full.is_some())) }
    };
    let title = if text.is_empty() { "Before you buy" } else { &*text };
    super::page(&visit, Tab::Lookup, title, &body)
}

fn form(text: &str) -> Markup {
    html! {
        form.search method="get" action="/lookup" role="search" aria-label="Before you buy" {
            label for="q" { "Brand, model, company, barcode or FCC ID" }
            div.row { input type="search" id="q" name="q" value=(text) maxlength=(LONGEST); button { "Look up" } }
        }
    }
}

fn answer(visit: &Visit, text: &str, full: bool) -> Markup {
    let (knowledge, assessment) = (&visit.house.knowledge, &visit.present.assessment);
    let policies = &knowledge.pack().policies;
    let own: Option<&Policy> = policies.get(&*assessment.policy);
    let Some(policy) = own.or_else(|| policies.values().next()) else {
        return html! { h1 { "The knowledge pack has no policy" } };
    };
    let found = find(text, knowledge);
    let day = if assessment.as_of.is_empty() { &knowledge.pack().as_of } else { &assessment.as_of };
    let view = Viewpoint { day, residence: assessment.residence.as_deref() };
    let meant = found.readings.first().map(|it| &it.meant);
    let dossier = meant.map(|it| dossier(it, view, knowledge));
    let answer = Lookup {
        text,
        day,
        found: &found,
        dossier: dossier.as_ref(),
        policy,
        knowledge,
        depth: if full { Depth::Full } else { Depth::Short },
    };
    let page = answer.page(&visit.house.options);
    html! {
        h1 { (said(&page.title)) }
        @for line in &page.lead { p.lead { (said(line)) } }
        (form(text))
        (others(&found))
        (page.parts("/entries/"))
        @if dossier.is_some() && !full {
            p { a href={ "/lookup?full=1&q=" (encoded(text)) } { "Tell laws and standards whole, and list the texts it rests on" } }
        }
    }
}

/// Ways to ask more closely.
fn others(found: &Found) -> Markup {
    let readings = found.readings.iter().skip(1).map(|it| match &it.meant {
        Meant::Product(id) => (id.to_string(), id.to_string()),
        Meant::Family { brand, .. } | Meant::Brand { brand, .. } => {
            (format!("brand:{brand}"), format!("the brand {brand}"))
        }
        Meant::Organisation(id) => (format!("organisation:{id}"), format!("the company {id}")),
    });
    let nearest = found.nearest.iter().map(|it| {
        let ask =
            if it.kind == "product" { it.id.to_string() } else { format!("{}:{}", it.kind, it.id) };
        (ask, it.name.to_string())
    });
    let all: Vec<(String, String)> = readings.chain(nearest).collect();
    html! {
        @if !all.is_empty() {
            nav.others aria-label="Other answers" {
                p { "Did you mean:" }
                ul { @for (ask, name) in &all { li { a href={ "/lookup?q=" (encoded(ask)) } { (said(name)) } } } }
            }
        }
    }
}
