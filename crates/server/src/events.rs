//! "Something changed": server-sent events, so that an open page can offer to be made anew.

use std::convert::Infallible;

use axum::response::{
    IntoResponse, Sse,
    sse::{Event, KeepAlive},
};
use futures_util::stream;

use crate::visit::Visit;

pub(crate) async fn stream(visit: Visit) -> impl IntoResponse {
    let changes = visit.house.changes();
    let events = stream::unfold(changes, |mut changes| async move {
        changes.changed().await.ok()?;
        let number = *changes.borrow_and_update();
        let event = Event::default().event("changed").data(number.to_string());
        Some((Ok::<_, Infallible>(event), changes))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}
