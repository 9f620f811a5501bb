//! Where the data of all devices goes: by the servers' country, and by the organisations' home.

use axum::response::Response;
use maud::html;
use reports::pieces;

use super::Tab;
use crate::visit::Visit;

pub(crate) async fn page(visit: Visit) -> Response {
    let body = html! {
        h1 { "Where the data of your home goes" }
        p.lead {
            "Where servers are and whose they are is not the same: a maker's server may stand in another \
             country, and another company may run it. What is unknown, or in many places at once, is shown apart."
        }
        section aria-labelledby="streams" {
            h2 id="streams" { "From your devices to the servers" }
            (super::streams::of_home(&visit.present))
        }
        div.one { (pieces::maps(&visit.present.assessment)) }
        p.meta {
            "Map: Natural Earth (public domain), packed by world-atlas (ISC licence, © Michael Bostock), \
             Equal Earth projection. Borders are the map's, not a statement of ours."
        }
    };
    super::page(&visit, Tab::Map, "Where data goes", &body)
}
