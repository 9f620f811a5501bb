//! What pages ask of the memory.

use std::{
    sync::{Arc, mpsc},
    time::Duration,
};

use axum::http::StatusCode;
use evidence::Timestamp;

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

#[tokio::test]
async fn all_that_changed_can_be_looked_back_to() {
    let (house, _) = Home::remembering();
    let events =
        house.memory(|household| household.events(Timestamp::EPOCH, 1_000)).unwrap().unwrap();
    let mut present = (*house.present()).clone();
    present.known.events.truncate(3);
    let last = present.known.events.last().unwrap().id;
    house.publish(present);
    let site = Site::open(house);
    let older = format!("/changes?before={}", last.0);
    assert!(site.get("/changes").await.body.contains(&format!("href=\"{older}\"")));
    let page = site.get(&older).await.body;
    assert!(events.iter().any(|it| it.id < last), "there is nothing older");
    assert!(page.contains("<li>") && !page.contains("Older changes"), "{page}");
    assert!(site.get("/changes?before=1").await.body.contains("Nothing that is remembered."));
    assert!(site.get("/changes?before=x").await.body.contains(&format!("href=\"{older}\"")));
}

#[tokio::test]
async fn a_device_shows_what_changed_with_it_however_much_changed_with_others() {
    let (house, key) = Home::remembering();
    let mut present = (*house.present()).clone();
    present.known.events.clear();
    house.publish(present);
    let site = Site::open(house);
    let page = site.get(&format!("/devices/{key}")).await.body;
    assert!(page.contains("What changed with it"), "{page}");
}
