//! Coming in, and leaving.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Bytes,
    http::{StatusCode, header},
    response::{Html, IntoResponse as _, Redirect, Response},
};
use maud::{DOCTYPE, html};
use tokio::sync::Mutex;

use crate::{
    forms,
    visit::{Visit, set_cookie},
};

/// One password is tried at a time: each takes 32 MiB.
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

pub(crate) async fn page(visit: Visit) -> Response {
    if visit.house.gate.asks() { asking(&visit, None) } else { Redirect::to("/").into_response() }
}

pub(crate) async fn enter(visit: Visit, form: Bytes) -> Response {
    let gate = &visit.house.gate;
    if let Some(left) = gate.wait(visit.from) {
        return too_many(&visit, left);
    }
    let password = forms::field(&form, "password").unwrap_or_default();
    let turn = ONE_AT_A_TIME.lock().await;
    // Others from the same address may have had their turn meanwhile.
    if let Some(left) = gate.wait(visit.from) {
        return too_many(&visit, left);
    }
    let house = Arc::clone(&visit.house);
    let opened = tokio::task::spawn_blocking(move || house.gate.open(&password)).await;
    if let Ok(Some(session)) = opened {
        let mut answer = Redirect::to("/").into_response();
        set_cookie(&mut answer, &session);
        return answer;
    }
    gate.failed(visit.from);
    drop(turn);
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
