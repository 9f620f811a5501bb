//! Coming in, and leaving.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Bytes,
    http::{StatusCode, header},
    response::{Html, IntoResponse as _, Redirect, Response},
};
use maud::{DOCTYPE, html};

use crate::{
    forms,
    visit::{Visit, set_cookie},
};

pub(crate) async fn page(visit: Visit) -> Response {
    if visit.house.gate.asks() { asking(&visit, None) } else { Redirect::to("/").into_response() }
}

pub(crate) async fn enter(visit: Visit, form: Bytes) -> Response {
    let gate = &visit.house.gate;
    if let Some(left) = gate.wait(visit.from) {
        return too_many(&visit, left);
    }
    let password = forms::field(&form, "password").unwrap_or_default();
    let turn = gate.turn().await;
    // Others from the same address may have had their turn meanwhile.
    if let Some(left) = gate.wait(visit.from) {
        return too_many(&visit, left);
    }
    let (house, from) = (Arc::clone(&visit.house), visit.from);
    // To its end, also for who hangs up meanwhile: the turn is theirs as long as it takes, and it counts.
    let tried = move || {
        let session = house.gate.open(&password);
        if session.is_none() {
            house.gate.failed(from);
        }
        drop(turn);
        session
    };
    if let Ok(Some(session)) = tokio::task::spawn_blocking(tried).await {
        let mut answer = Redirect::to("/").into_response();
        set_cookie(&mut answer, &session);
        return answer;
    }
    let mut answer = asking(&visit, Some("That is not the password."));
    *answer.status_mut() = StatusCode::UNAUTHORIZED;
    answer
}

fn too_many(visit: &Visit, left: Duration) -> Response {
    let seconds = left.as_secs() + 1;
    let words = format!("Too many wrong passwords. Wait {} minutes.", seconds.div_ceil(60));
    let mut answer = asking(visit, Some(&words));
    *answer.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    answer
}

pub(crate) async fn leave(visit: Visit) -> Response {
    if let Some(session) = &visit.session {
        visit.house.gate.close(session);
    }
    Redirect::to("/login").into_response()
}

fn asking(visit: &Visit, wrong: Option<&str>) -> Response {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            (super::head("Log in"))
            body {
                header.top { p.name { "Houseguest" } }
                main id="main" {
                    h1 { "Log in" }
                    @if let Some(wrong) = wrong { p.wrong role="alert" { (wrong) } }
                    form.search method="post" action="/login" {
                        (super::token(visit))
                        label for="password" { "Password" }
                        div.row {
                            input type="password" id="password" name="password" required
                                autocomplete="current-password" maxlength="1024";
                            button { "Log in" }
                        }
                    }
                }
            }
        }
    };
    Html(page.into_string()).into_response()
}
