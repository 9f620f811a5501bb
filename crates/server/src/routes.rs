//! Which address leads where.

use std::sync::Arc;

use axum::{
    Router,
    extract::Request,
    http::{StatusCode, header},
    middleware,
    response::{IntoResponse as _, Response},
    routing::{get, post},
};

use crate::{api, events, house::House, metrics, openapi, pages, visit};

/// Everything this server answers.
pub fn router(house: &Arc<House>) -> Router {
    Router::new()
        .route("/", get(pages::overview::page))
        .route("/devices", get(pages::devices::page))
        .route("/devices/{key}", get(pages::device::page))
        .route("/devices/{key}/note", post(pages::device::note))
        .route("/devices/{key}/mute", post(pages::device::mute))
        .route("/changes", get(pages::changes::page))
        .route("/devices/{key}/label", get(pages::label::page))
        .route("/devices/{key}/label.svg", get(pages::label::picture))
        .route("/devices/{key}/letter", get(pages::letter::page))
        .route("/devices/{key}/letter.html", get(pages::letter::print))
        .route("/devices/{key}/letter.txt", get(pages::letter::text))
        .route("/rooms", get(pages::rooms::page))
        .route("/search", get(pages::search::page))
        .route("/sample", post(pages::first::enter))
        .route("/sample/leave", post(pages::first::leave))
        .route("/map", get(pages::flows::page))
        .route("/findings", get(pages::findings::page))
        .route("/plan", get(pages::plan::page))
        .route("/lookup", get(pages::lookup::page))
        .route("/makers", get(pages::makers::page))
        .route("/laws", get(pages::laws::page))
        .route("/entries/{id}", get(pages::laws::entry))
        .route("/why/{id}", get(pages::why::page))
        .route("/why/{key}/{part}", get(pages::why::of_device))
        .route("/settings", get(pages::settings::page))
        .route("/settings/alerts", post(pages::settings::keep_rules))
        .route("/report.html", get(pages::settings::report))
        .route("/login", get(pages::login::page).post(pages::login::enter))
        .route("/logout", post(pages::login::leave))
        .route("/style.css", get(style))
        .route("/live.js", get(script))
        .route("/icon.svg", get(icon))
        .route("/favicon.ico", get(icon))
        .route("/events", get(events::stream))
        .route("/metrics", get(metrics::page))
        .route("/api/v1/openapi.json", get(openapi::document))
        .merge(api::routes())
        .fallback(nowhere)
        .layer(middleware::from_fn_with_state(Arc::clone(house), visit::guard))
        .with_state(Arc::clone(house))
}

async fn style() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "private, max-age=31536000, immutable"),
    ];
    (headers, pages::STYLE.as_str()).into_response()
}

async fn script() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "private, max-age=31536000, immutable"),
    ];
    (headers, pages::SCRIPT).into_response()
}

async fn icon() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, "private, max-age=86400"),
    ];
    (headers, pages::ICON).into_response()
}

async fn nowhere(request: Request) -> Response {
    if request.uri().path().starts_with("/api/") {
        return api::not_found();
    }
    pages::notice(
        StatusCode::NOT_FOUND,
        "There is no such page",
        "The address may be from another day. Start from the overview.",
    )
}
