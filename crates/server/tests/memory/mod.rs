//! What pages ask of the memory.

use std::{
    sync::{Arc, mpsc},
    time::Duration,
};

use axum::http::StatusCode;

use crate::{home::Home, site::Site};

/// Writing down, rolling up and backing up take seconds on a slow machine.
#[tokio::test]
async fn a_memory_that_is_busy_keeps_nobody_waiting_but_who_asks_it() {
    let (house, _) = Home::remembering();
    let site = Site::open(house);
    let (busy, is_busy) = mpsc::channel();
    let (done, is_done) = mpsc::channel();
    let theirs = Arc::clone(&site.1);
    let writing = std::thread::spawn(move || {
        theirs.memory(|_| {
            busy.send(()).unwrap();
            // A server that waits here waits for ever: the end makes the test fail instead.
            is_done.recv_timeout(Duration::from_secs(30)).is_ok()
        })
    });
    is_busy.recv().unwrap();
    let site = Arc::new(site);
    let asking = Arc::clone(&site);
    let asks = tokio::spawn(async move { asking.get("/settings").await.status });
    tokio::task::yield_now().await;
    assert_eq!(site.get("/findings").await.status, StatusCode::OK);
    assert!(!asks.is_finished());
    done.send(()).unwrap();
    assert_eq!(writing.join().unwrap(), Some(true));
    assert_eq!(asks.await.unwrap(), StatusCode::OK);
}
