//! The first page while nothing was heard: what to do, in words that need no manual; and the way into the
//! built-in home and back.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use maud::{Markup, html};
use reports::pieces::said;

use super::{Tab, overview::listening};
use crate::visit::{Visit, look_around};

/// What stands on the overview while no device was seen.
pub(super) fn page(visit: &Visit) -> Response {
    let ears = &visit.present.ears;
    let listens = ears.iter().any(|ear| ear.listening);
    let body = html! {
        h1 { @if listens { "Listening. No device has said anything yet." } @else { "Welcome. Who are the guests in your house?" } }
        p.lead {
            "Houseguest listens to your own network and tells which devices are there, who makes them, whom they \
             talk to, what is wrong and what to do. It sends nothing anywhere."
        }
        (listening(ears))
        ul.ways {
            @if visit.house.has_sample() {
                li.card {
                    h2 { "Try the sample home" }
                    p { "A made-up family's home with " strong { "26 devices" } " and a day of traffic. Nothing to set up, nothing of yours is touched." }
                    form method="post" action="/sample" { (super::token(visit)) button { "Show the sample home" } }
                }
            }
            li.card {
                h2 { "Watch this network" }
                @if listens { (waiting()) } @else { (to_type(visit)) }
            }
        }
        section aria-labelledby="hear" {
            h2 id="hear" { "What can be heard from where" }
            ul {
                li { strong { "On the router: " } "everything that your devices say to the internet. The best place." }
                li { strong { "On a computer at a switch's mirror port: " } "the same, without touching the router." }
                li { strong { "On any other computer: " } "what devices shout to all, such as their names, and what this computer itself says. Enough to list most devices, not to see whom they talk to." }
            }
        }
    };
    super::page(visit, Tab::Overview, "Welcome", &body)
}

fn waiting() -> Markup {
    html! {
        p { "It works already: a device appears here within seconds of saying something." }
        p { "To be sure, switch a device off and on again: it speaks when it comes back. Then load this page again." }
    }
}

/// What to type where nothing listens, with this machine's own names.
fn to_type(visit: &Visit) -> Markup {
    html! {
        @if visit.house.advice.is_empty() {
            p { "Stop this program and start it again with the name of a network interface:" }
            p { code.type { "sudo houseguest watch -i eth0" } }
            p { code { "houseguest doctor" } " names the interfaces of this machine and what is missing." }
        } @else {
            @for hint in &visit.house.advice {
                p { (said(&hint.says)) }
                @if let Some(command) = &hint.command { p { code.type { (said(command)) } } }
            }
        }
    }
}

/// Shows the visitor the built-in home from now on.
pub(crate) async fn enter(visit: Visit) -> Response {
    if !visit.house.has_sample() && !visit.house.sample {
        return super::notice(
            StatusCode::NOT_FOUND,
            "There is no sample home here",
            "Start the program with `houseguest watch --sample` to see it.",
        );
    }
    let mut answer = Redirect::to("/").into_response();
    look_around(&mut answer, true);
    answer
}

/// Shows the visitor's own home again.
pub(crate) async fn leave(_: Visit) -> Response {
    let mut answer = Redirect::to("/").into_response();
    look_around(&mut answer, false);
    answer
}
