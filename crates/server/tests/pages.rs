//! The whole server in process, without a socket: every page, and everybody who may not come in.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on stops")]

mod attacks;
mod home;
mod memory;
mod site;

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use evidence::Timestamp;
use home::{HOST, Home};
use household::Household;
use server::{Gate, GateError, Keys};
use site::{Site, links};

/// Every address without a part that varies, and what stands there.
const PAGES: &[(&str, &str)] = &[
    ("/", "Three things to do next"),
    ("/devices", "devices in your home"),
    ("/devices?q=printer", "of 26 devices fit"),
    ("/map", "By home of the organisations"),
    ("/map", "From your devices to the servers"),
    ("/rooms", "Your home by room"),
    ("/search", "Search your home"),
    ("/search?q=printer", "Devices"),
    ("/findings", "findings, the worst first"),
    ("/plan", "the one that gains most first"),
    ("/lookup", "Ask before you buy"),
    ("/lookup?q=no-such-thing-at-all", "No entry for"),
    ("/makers", "companies stand behind your devices"),
    ("/laws", "What you may ask"),
    ("/settings", "How your home is judged"),
    ("/changes", "What changed"),
    ("/why/f1", "Why do we say that?"),
    ("/why/d1", "Why do we say that?"),
    ("/report.html", "What to do first"),
    ("/metrics", "houseguest_devices 26"),
    ("/style.css", "--accent"),
    ("/live.js", "EventSource"),
    ("/icon.svg", "<svg"),
];

#[tokio::test]
async fn every_page_of_the_sample_home_is_there_and_closed() {
    let site = Site::open(Home::sample());
    for (path, contains) in PAGES {
        let answer = site.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert!(answer.body.contains(contains), "{path} lacks `{contains}`:\n{}", answer.body);
        answer.is_closed(path);
    }
}

#[tokio::test]
async fn every_device_has_its_pages_and_every_why_an_answer() {
    let site = Site::open(Home::sample());
    let mut seen = 0;
    for address in links(&site.get("/devices").await.body, "/devices/") {
        let page = site.get(&address).await;
        assert_eq!(page.status, StatusCode::OK, "{address}");
        page.is_closed(&address);
        assert_eq!(site.get(&format!("{address}/label.svg")).await.status, StatusCode::OK);
        assert_eq!(site.get(&format!("{address}/label")).await.status, StatusCode::OK);
        for why in links(&page.body, "/why/").into_iter().take(12) {
            let answer = site.get(&why).await;
            assert_eq!(answer.status, StatusCode::OK, "{why}");
            seen += 1;
        }
        for anchor in links(&page.body, "#s-") {
            let id = anchor.trim_start_matches('#');
            assert!(page.body.contains(&format!("id=\"{id}\"")), "{address} lacks {anchor}");
        }
    }
    assert!(seen > 100, "{seen}");
}

#[tokio::test]
async fn letters_are_filled_in_for_where_their_writer_lives() {
    let site = Site::open(Home::sample());
    let device = links(&site.get("/devices").await.body, "/devices/").remove(0);
    let asking = site.get(&format!("{device}/letter")).await;
    assert!(asking.body.contains("Ask them to delete my data"), "{}", asking.body);
    let letter = site.get(&format!("{device}/letter?residence=DE&ask=access")).await;
    assert!(letter.body.contains("Article 15") || letter.body.contains("article 15"));
    for (form, kind) in [(".html", "text/html"), (".txt", "text/plain")] {
        let alone = site.get(&format!("{device}/letter{form}?residence=DE&ask=access")).await;
        assert_eq!(alone.status, StatusCode::OK);
        assert!(alone.headers[header::CONTENT_TYPE].to_str().unwrap().starts_with(kind));
        alone.is_closed(form);
        let none = site.get(&format!("{device}/letter{form}?residence=DE&ask=nonsense")).await;
        assert_eq!(none.status, StatusCode::NOT_FOUND);
    }
    let nowhere = site.get(&format!("{device}/letter?residence=ZZ&ask=access")).await;
    assert!(nowhere.body.contains("no such letter"));
}

#[tokio::test]
async fn a_device_has_a_picture_of_when_it_talks_where_that_is_remembered() {
    let (house, key) = Home::remembering();
    let site = Site::open(house);
    for back in ["days", "month", "year", "nonsense"] {
        let page = site.get(&format!("/devices/{key}?back={back}")).await;
        assert!(page.body.contains("When it talks"), "{back}");
    }
    let forgetful = Site::open(Home::sample());
    assert!(!forgetful.get(&format!("/devices/{key}")).await.body.contains("When it talks"));
    assert_eq!(forgetful.get("/api/v1/series").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_month_of_silence_ends() {
    for (until, says) in [(1, "You hear of its changes."), (u64::MAX, "You hear nothing")] {
        let mute =
            |household: &mut Household, id| household.mute(id, Some(Timestamp(until))).unwrap();
        let (house, key) = Home::remembering_what(mute);
        let page = Site::open(house).get(&format!("/devices/{key}")).await;
        assert!(page.body.contains(says), "{until}");
    }
}

#[tokio::test]
async fn a_search_finds_devices_companies_findings_and_names() {
    let site = Site::open(Home::sample());
    for (words, place) in [
        ("printer", "found-devices"),
        ("ltd", "found-companies"),
        ("clear text", "found-findings"),
        (".com", "found-names"),
    ] {
        let found = site.get(&format!("/search?q={}", words.replace(' ', "+"))).await;
        assert!(found.body.contains(place), "{words}");
        for hit in links(&found.body, "/devices/").into_iter().take(5) {
            assert_eq!(site.get(hit.split('#').next().unwrap()).await.status, StatusCode::OK);
        }
    }
    assert!(site.get("/search?q=no-such-thing").await.body.contains("Nothing in your home fits"));
}

#[tokio::test]
async fn a_room_said_on_the_page_of_rooms_changes_nothing_else() {
    let (house, key) = Home::remembering();
    let site = Site::open(house);
    let page = site.get("/rooms").await;
    let (cookie, token) = (page.cookie(), page.token());
    let path = format!("/devices/{key}/note");
    for (note, back) in [
        ("name=Porch&room=Hall&text=old", format!("/devices/{key}")),
        ("room=Garden&back=rooms", "/rooms".to_owned()),
    ] {
        let kept = site.post(&path, &format!("{note}&token={token}"), Some(&cookie), None).await;
        assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
        assert_eq!(kept.headers[header::LOCATION], back.as_str());
    }
    let devices = site.1.memory(|household| household.devices().unwrap()).unwrap();
    let user = devices.into_iter().map(|it| it.user).find(|it| it.room.is_some()).unwrap();
    assert_eq!((user.name.as_deref(), user.room.as_deref()), (Some("Porch"), Some("Garden")));
    assert_eq!(user.text.as_deref(), Some("old"));
}

#[tokio::test]
async fn who_sees_nothing_yet_can_look_around_and_come_back() {
    let site = Site::open(Home::empty_beside_the_sample());
    let first = site.get("/").await;
    assert!(first.body.contains("Show the sample home") && first.body.contains("to type"));
    let (cookie, token) = (first.cookie(), format!("token={}", first.token()));
    let sent = site.post("/sample", &token, Some(&cookie), None).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    let looking = format!("{cookie}; houseguest-sample=1");
    let sample = site.get_as("/", &looking).await;
    assert!(sample.body.contains("Three things to do next"));
    assert!(sample.body.contains("Back to your own home"));
    assert!(site.get_as("/", &cookie).await.body.contains("Show the sample home"));
    let left = site.post("/sample/leave", &token, Some(&looking), None).await;
    assert!(left.headers[header::SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
}

#[tokio::test]
async fn a_law_is_told_on_one_page_and_linked_from_devices() {
    let site = Site::open(Home::sample());
    let laws = site.get("/laws").await.body;
    let mut linked = 0;
    for device in links(&site.get("/devices").await.body, "/devices/") {
        let page = site.get(&device).await.body;
        assert!(!page.contains("id=\"law-"), "{device} tells laws whole");
        for law in links(&page, "/laws#law-") {
            assert!(
                laws.contains(&format!("id=\"{}\"", law.trim_start_matches("/laws#"))),
                "{law}"
            );
            linked += 1;
        }
    }
    assert!(linked > 10, "{linked}");
}

#[tokio::test]
async fn entries_of_the_pack_have_pages() {
    let site = Site::open(Home::sample());
    for page in ["/makers", "/laws"] {
        for entry in links(&site.get(page).await.body, "/entries/") {
            assert_eq!(site.get(&entry).await.status, StatusCode::OK, "{entry}");
        }
    }
}

#[tokio::test]
async fn what_is_not_there_is_said_to_be_so() {
    let site = Site::open(Home::sample());
    for path in [
        "/nowhere",
        "/devices/nobody",
        "/why/f9999",
        "/why/nonsense",
        "/why/nobody/brand",
        "/entries/nothing",
        "/api/v1/devices/nobody",
        "/api/v1/findings/f9999",
        "/api/v1/evidence/f1",
        "/api/v1/nothing",
    ] {
        let answer = site.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        answer.is_closed(path);
    }
}

#[tokio::test]
async fn the_first_page_is_small() {
    let site = Site::open(Home::sample());
    let bytes = site.get("/").await.body.len() + site.get("/style.css").await.body.len();
    assert!(bytes < 200_000, "{bytes}");
}

#[tokio::test]
async fn a_home_in_which_nothing_was_seen_has_all_pages() {
    let site = Site::open(Home::empty());
    for (path, _) in PAGES.iter().filter(|(path, _)| !path.starts_with("/why")) {
        assert_eq!(site.get(path).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn another_host_is_refused() {
    let site = Site::open(Home::sample());
    for path in ["/", "/api/v1/devices", "/style.css"] {
        let request = Request::get(path).header(header::HOST, "evil.example");
        let answer = site.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{path}");
        assert!(!answer.body.contains("devices in your home"));
    }
}

#[tokio::test]
async fn a_form_without_its_visitors_token_changes_nothing() {
    let site = Site::open(Home::guarded());
    let visitor = site.get("/login").await;
    let (cookie, token) = (visitor.cookie(), visitor.token());
    let password = "password=correct+horse";
    for (body, cookie, origin, status) in [
        (password.to_owned(), Some(&cookie), None, StatusCode::FORBIDDEN),
        (format!("{password}&token=0"), Some(&cookie), None, StatusCode::FORBIDDEN),
        (format!("{password}&token={token}"), None, None, StatusCode::FORBIDDEN),
        (
            format!("{password}&token={token}"),
            Some(&cookie),
            Some("https://evil.example"),
            StatusCode::FORBIDDEN,
        ),
        (format!("{password}&token={token}"), Some(&cookie), Some("null"), StatusCode::FORBIDDEN),
        (
            format!("{password}&token={token}"),
            Some(&cookie),
            Some("http://127.0.0.1:8420"),
            StatusCode::SEE_OTHER,
        ),
    ] {
        let answer = site.post("/login", &body, cookie.map(String::as_str), origin).await;
        assert_eq!(answer.status, status, "{body} {origin:?}");
    }
}

#[tokio::test]
async fn what_the_user_says_of_a_device_is_kept() {
    let (house, key) = Home::remembering();
    let site = Site::open(house);
    let page = site.get(&format!("/devices/{key}")).await;
    let (cookie, token) = (page.cookie(), page.token());
    let note = format!("name=Porch+%3Cb%3E&room=Hall&text=&token={token}");
    let origin = format!("http://{HOST}");
    let path = format!("/devices/{key}/note");
    let kept = site.post(&path, &note, Some(&cookie), Some(&origin)).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
    let stranger = site.post(&path, "name=Other&token=0", Some(&cookie), Some(&origin)).await;
    assert_eq!(stranger.status, StatusCode::FORBIDDEN);
    assert!(site.get("/changes").await.body.contains("seen for the first time"));
    let user = site.1.memory(|household| household.devices().unwrap());
    let names: Vec<_> = user.unwrap().into_iter().filter_map(|it| it.user.name).collect();
    assert_eq!(names, ["Porch <b>".into()]);
}

#[tokio::test]
async fn the_rules_of_alerts_can_be_changed_and_channels_are_shown_inert() {
    let (house, _) = Home::remembering();
    let site = Site::open(house);
    let page = site.get("/settings").await;
    assert!(page.body.contains("On these pages only"), "{}", page.body);
    let (cookie, token) = (page.cookie(), page.token());
    let origin = format!("http://{HOST}");
    let rules = "learning=3&severity=medium&digest=off";
    let path = "/settings/alerts";
    for (form, status) in [
        (format!("{rules}&token=0"), StatusCode::FORBIDDEN),
        (format!("learning=x&severity=medium&digest=off&token={token}"), StatusCode::BAD_REQUEST),
        (format!("{rules}&token={token}"), StatusCode::SEE_OTHER),
    ] {
        let kept = site.1.memory(|household| household.alert_rules().unwrap()).unwrap();
        assert_eq!(kept, household::alerts::Rules::default(), "{form}");
        let answer = site.post(path, &form, Some(&cookie), Some(&origin)).await;
        assert_eq!(answer.status, status, "{form}");
    }
    let kept = site.1.memory(|household| household.alert_rules().unwrap()).unwrap();
    assert_eq!((kept.learning, kept.digest_hour), (3 * 86_400, None));
    let failure = Some("<script>alert(1)</script>\u{202e}".into());
    let at = evidence::Timestamp::from_parts(1_775_000_000, 0);
    let last = Some(server::Outcome { at, failure });
    let name = "phone".into();
    site.1.show_channels(vec![server::Channel { name, last, waiting: 2, ..Default::default() }]);
    let page = site.get("/settings").await.body;
    assert!(page.contains("did not arrive") && page.contains("2 messages waiting"), "{page}");
    assert!(!page.contains("<script>alert") && !page.contains('\u{202e}'));
}

#[tokio::test]
async fn alerts_link_to_devices_by_the_households_number() {
    let (house, _) = Home::remembering();
    let site = Site::open(house);
    assert_eq!(site.get("/devices/g1").await.status, StatusCode::OK);
    assert_eq!(site.get("/devices/g999").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_password_keeps_strangers_out_of_everything() {
    let site = Site::open(Home::guarded());
    for (path, _) in PAGES {
        let answer = site.get(path).await;
        let open = ["/style.css", "/live.js", "/icon.svg"].contains(path);
        let wanted = match *path {
            _ if open => StatusCode::OK,
            "/metrics" => StatusCode::UNAUTHORIZED,
            _ => StatusCode::SEE_OTHER,
        };
        assert_eq!(answer.status, wanted, "{path}");
    }
    assert_eq!(site.get("/api/v1/devices").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(site.get("/events").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn who_knows_the_password_comes_in_until_they_leave() {
    let site = Site::open(Home::guarded());
    let visitor = site.get("/login").await;
    let body = format!("password=correct+horse&token={}", visitor.token());
    let entered = site.post("/login", &body, Some(&visitor.cookie()), None).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER);
    let session = entered.cookie();
    assert_ne!(session, visitor.cookie(), "a session is a new one");
    let page = site.get_as("/", &session).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.cookie(), session, "who comes back stays longer");
    let left = site.post("/logout", &format!("token={}", page.token()), Some(&session), None).await;
    assert_eq!(left.status, StatusCode::SEE_OTHER);
    assert_eq!(site.get_as("/", &session).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn guessing_the_password_has_to_wait() {
    let site = Site::open(Home::guarded());
    let visitor = site.get("/login").await;
    let body = format!("password=wrong+wrong&token={}", visitor.token());
    for attempt in 0..7 {
        let answer = site.post("/login", &body, Some(&visitor.cookie()), None).await;
        let wanted =
            if attempt < 5 { StatusCode::UNAUTHORIZED } else { StatusCode::TOO_MANY_REQUESTS };
        assert_eq!(answer.status, wanted, "{attempt}");
    }
}

#[tokio::test]
async fn guessing_all_at_once_gets_nobody_further() {
    let site = Site::open(Home::guarded());
    let visitor = site.get("/login").await;
    let (body, cookie) =
        (format!("password=wrong+wrong&token={}", visitor.token()), visitor.cookie());
    let guesses = (0..12).map(|_| site.post("/login", &body, Some(&cookie), None));
    let answers = futures_util::future::join_all(guesses).await;
    let looked_at = answers.iter().filter(|it| it.status == StatusCode::UNAUTHORIZED).count();
    assert_eq!(looked_at, 5);
}

#[tokio::test]
async fn who_hangs_up_has_guessed_all_the_same() {
    let site = Site::open(Home::guarded());
    let visitor = site.get("/login").await;
    let (body, cookie) =
        (format!("password=wrong+wrong&token={}", visitor.token()), visitor.cookie());
    let guess = || site.post("/login", &body, Some(&cookie), None);
    tokio::select! {
        biased;
        _ = guess() => panic!("it takes longer than that"),
        () = std::future::ready(()) => {}
    }
    for _ in 0..4 {
        assert_eq!(guess().await.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(guess().await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_token_reads_and_does_no_more() {
    let (house, token) = Home::guarded_with_token();
    let site = Site::open(house);
    for (path, status) in [
        ("/api/v1/devices", StatusCode::OK),
        ("/metrics", StatusCode::OK),
        ("/", StatusCode::SEE_OTHER),
        ("/settings", StatusCode::SEE_OTHER),
    ] {
        let request = Request::get(path)
            .header(header::HOST, HOST)
            .header(header::AUTHORIZATION, format!("Bearer {token}"));
        let answer = site.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, status, "{path}");
    }
}

#[tokio::test]
async fn the_interface_for_programs_is_what_its_description_says() {
    let (house, key) = Home::remembering();
    let site = Site::open(house);
    let document = site.get("/api/v1/openapi.json").await;
    let document: serde_json::Value = serde_json::from_str(&document.body).unwrap();
    let paths = document["paths"].as_object().unwrap();
    assert!(paths.len() >= 10);
    for path in paths.keys().filter(|path| !path.ends_with("/events")) {
        let address = match path.as_str() {
            "/api/v1/devices/{key}" => "/api/v1/devices/d1".to_owned(),
            "/api/v1/findings/{id}" => "/api/v1/findings/f1".to_owned(),
            "/api/v1/evidence/{id}" => "/api/v1/evidence/o1".to_owned(),
            "/api/v1/devices/{key}/series" => format!("/api/v1/devices/{key}/series?back=month"),
            "/api/v1/devices/{key}/letter" => {
                format!("/api/v1/devices/{key}/letter?ask=access&residence=DE")
            }
            "/api/v1/search" => "/api/v1/search?q=camera".to_owned(),
            path => path.to_owned(),
        };
        let answer = site.get(&address).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}");
        assert_eq!(answer.headers[header::CONTENT_TYPE], "application/json", "{address}");
        let _: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    }
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#/").skip(1) {
        let place = format!("/{}", reference.split('"').next().unwrap());
        assert!(document.pointer(&place).is_some(), "{place} leads nowhere");
    }
}

#[test]
fn nobody_serves_others_without_a_password() {
    let address = "192.0.2.1".parse().unwrap();
    let refused = Gate::new(Keys::default(), address, Vec::new());
    assert_eq!(refused.err(), Some(GateError::NoPassword(address)));
}
