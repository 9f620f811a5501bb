//! Whoever names a device, and whoever sends requests, may mean harm: nothing that is shown acts, no
//! request breaks anything, and nobody comes in who may not.

use std::{
    collections::BTreeSet,
    net::IpAddr,
    sync::{LazyLock, Mutex},
};

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use proptest::prelude::*;
use tokio::runtime::Runtime;

use crate::{
    home::{HOST, Home},
    site::{Answer, Site},
};

/// Pages that lead to all others, and what programs are given.
const BEGIN: &[&str] = &[
    "/",
    "/devices",
    "/rooms",
    "/map",
    "/findings",
    "/plan",
    "/makers",
    "/laws",
    "/settings",
    "/changes",
    "/search?q=script",
    "/lookup?q=script",
    "/metrics",
    "/report.html",
    "/api/v1/status",
    "/api/v1/devices",
    "/api/v1/findings",
    "/api/v1/actions",
    "/api/v1/plan",
    "/api/v1/sources",
    "/api/v1/changes",
    "/api/v1/flows",
    "/api/v1/rooms",
    "/api/v1/series",
    "/api/v1/assessment",
    "/api/v1/search?q=script",
];

/// Pages that are looked at; beyond that they are more of the same.
const MOST: usize = 900;

/// The longest run of a hostile name that a page may show, in letters.
const LONGEST: usize = 2_001;

#[tokio::test]
async fn a_hostile_home_is_shown_inert() {
    let site = Site::open(Home::hostile());
    let mut pages: Vec<String> = BEGIN.iter().map(|&it| it.to_owned()).collect();
    let mut known: BTreeSet<String> = pages.iter().cloned().collect();
    let mut shown = 0;
    let mut place = 0;
    while let Some(path) = pages.get(place).cloned().filter(|_| place < MOST) {
        place += 1;
        let answer = site.get(&path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        shown += usize::from(answer.body.contains("alert("));
        is_inert(&path, &answer);
        let links = answer.body.split(" href=\"/").skip(1);
        let links = links.chain(answer.body.split(" src=\"/").skip(1));
        for link in links.filter_map(|rest| rest.split('"').next()) {
            let link = format!("/{}", link.split('#').next().unwrap().replace("&amp;", "&"));
            let sent = link.parse::<axum::http::Uri>();
            assert!(sent.is_ok(), "{path} links to {link:.200}");
            if !link.starts_with("/events") && known.insert(link.clone()) {
                pages.push(link);
            }
        }
    }
    assert!(shown > 50 && place > 150, "the attacks were not even shown: {shown} of {place} pages");
}

/// Nothing that came from a device acts on a browser, a terminal or the reader.
#[track_caller]
fn is_inert(path: &str, answer: &Answer) {
    let body = &answer.body;
    let kind = answer.headers[header::CONTENT_TYPE].to_str().unwrap();
    for hidden in ['\u{1b}', '\u{202e}', '\u{200b}', '\u{7}', '\u{0}'] {
        assert!(!body.contains(hidden), "{path} lets {hidden:?} through");
    }
    if kind.starts_with("application/json") {
        let _: serde_json::Value = serde_json::from_str(body).unwrap();
        return;
    }
    if !path.starts_with("/report.html") {
        // Where a link leads is no text.
        let read =
            body.split(" href=\"").map(|part| part.split_once('"').map_or(part, |(_, it)| it));
        let long = "A".repeat(LONGEST);
        assert!(
            !read.into_iter().any(|it| it.contains(&long)),
            "{path} shows a name of any length"
        );
    }
    if kind.starts_with("text/html") || kind.starts_with("image/svg") {
        for attack in ["<script>alert", "<img src=x", "onerror=x\"", "\"'><"] {
            assert!(!body.contains(attack), "{path} lets `{attack:?}` through");
        }
        for tag in body.split("<script").skip(1) {
            assert!(tag.starts_with(" src=\"/live.js?"), "{path}: a script of somebody else's");
        }
        for link in body.split(" href=\"").skip(1) {
            let own = ["/", "#", "https://", "http://"].iter().any(|it| link.starts_with(it));
            assert!(own, "{path}: a link to {}", link.split('"').next().unwrap());
        }
    }
}

/// Asking costs nothing, so one site and one runtime serve every case.
static OPEN: LazyLock<Mutex<(Runtime, Site)>> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    Mutex::new((runtime, Site::open(Home::remembering().0)))
});

static GUARDED: LazyLock<Mutex<(Runtime, Site)>> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    Mutex::new((runtime, Site::open(Home::guarded())))
});

/// Answers to a request, closed like all.
fn asked(site: &Mutex<(Runtime, Site)>, request: Request<Body>) -> Answer {
    let place = site.lock().unwrap();
    let (runtime, site) = &*place;
    runtime.block_on(site.send(request))
}

/// An address: one of ours with parts that nobody expects, or anything.
fn address() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "[a-z0-9.:_%-]{0,12}",
        "%[0-9a-f]{2}(%[0-9a-f]{2}){0,6}",
        Just("..".to_owned()),
        Just("o99999999999999999999".to_owned()),
        Just("f0".to_owned()),
        Just("d1".to_owned()),
        Just("d1.to0".to_owned()),
        Just("d1.list4294967296".to_owned()),
    ];
    let begin = prop_oneof![
        Just("/devices/"),
        Just("/why/"),
        Just("/entries/"),
        Just("/api/v1/devices/"),
        Just("/api/v1/findings/"),
        Just("/api/v1/evidence/"),
        Just("/why/d1/"),
        Just("/"),
        Just("/api/v1/"),
        Just("/devices/d1/"),
    ];
    let query = prop_oneof![
        Just(String::new()),
        "\\?(q|back|ask|residence|name|full|identifiers)=[a-zA-Z0-9%+.-]{0,40}",
        "\\?[a-z]{0,3}(=|&|%|\\[|\\]|;){0,9}",
    ];
    (begin, part, "(/[a-z.]{0,8})?", query)
        .prop_map(|(begin, part, end, query)| format!("{begin}{part}{end}{query}"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_address_breaks_anything(path in address(), method in 0..4_usize) {
        let method = [Method::GET, Method::HEAD, Method::POST, Method::DELETE][method].clone();
        // What cannot be sent as an address needs no answer.
        let request = Request::builder().method(method).uri(&path).header(header::HOST, HOST);
        let streams = path.contains("/events");
        if let Ok(request) = request.body(Body::empty()) && !streams {
            let answer = asked(&OPEN, request);
            prop_assert!(!answer.status.is_server_error(), "{path}: {}", answer.status);
            answer.is_closed(&path);
        }
    }

    #[test]
    fn no_header_breaks_anything(
        name in prop_oneof![
            Just("cookie"), Just("origin"), Just("authorization"), Just("accept"), Just("content-type"),
            Just("x-forwarded-for"), Just("forwarded"), Just("content-length"), Just("range"),
        ],
        value in proptest::collection::vec(prop_oneof![32_u8..=126, 128_u8..=255, Just(b'\t')], 0..200),
    ) {
        let request = Request::get("/devices").header(header::HOST, HOST).header(name, value);
        if let Ok(request) = request.body(Body::empty()) {
            let answer = asked(&OPEN, request);
            prop_assert!(!answer.status.is_server_error(), "{name}: {}", answer.status);
            answer.is_closed(name);
        }
    }

    #[test]
    fn only_names_of_this_machine_are_answered(host in prop_oneof![
        "[a-z0-9.:\\[\\]-]{0,30}",
        "(localhost|127\\.0\\.0\\.1|\\[::1\\])[a-z0-9.:@-]{0,12}",
        "[a-z]{1,5}@localhost",
    ]) {
        let request = Request::get("/").header(header::HOST, &host).body(Body::empty()).unwrap();
        let answer = asked(&OPEN, request);
        let end = host.rfind(':').filter(|_| !host.ends_with(']'));
        let name = host[..end.unwrap_or(host.len())].trim_matches(['[', ']']).trim_end_matches('.');
        if answer.status == StatusCode::OK {
            let ours = name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok()
                || host.starts_with('[');
            prop_assert!(ours, "{host} was answered");
        } else {
            prop_assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST);
        }
    }

    #[test]
    fn nobody_guesses_a_session_or_a_token(
        cookie in "[0-9a-f]{0,70}", bearer in "[ -~]{0,70}", path in address(),
    ) {
        for name in [header::COOKIE, header::AUTHORIZATION] {
            let value = if name == header::COOKIE { format!("houseguest={cookie}; houseguest-sample=1") }
                else { format!("Bearer {bearer}") };
            let request = Request::get(&path).header(header::HOST, HOST).header(&name, value);
            if let Ok(request) = request.body(Body::empty()) {
                let answer = asked(&GUARDED, request);
                let refused = [StatusCode::SEE_OTHER, StatusCode::UNAUTHORIZED];
                prop_assert!(refused.contains(&answer.status), "{path}: {}", answer.status);
            }
        }
    }

    #[test]
    fn no_form_breaks_anything_and_none_without_a_token_is_taken(
        path in prop_oneof![
            Just("/devices/d1/note"), Just("/devices/d1/mute"), Just("/logout"), Just("/login"), Just("/sample"),
            Just("/sample/leave"), Just("/devices/nobody/note"),
        ],
        body in "([a-z]{0,6}=[ -~é\u{202e}]{0,40}&?){0,5}",
        has_token in any::<bool>(),
    ) {
        let request = Request::get("/rooms").header(header::HOST, HOST).body(Body::empty()).unwrap();
        let page = asked(&OPEN, request);
        let cookie = page.cookie();
        let token = if has_token { format!("token={}&", page.token()) } else { String::new() };
        let request = Request::post(path)
            .header(header::HOST, HOST)
            .header(header::COOKIE, format!("houseguest={cookie}"))
            .body(Body::from(format!("{token}{body}")))
            .unwrap();
        let answer = asked(&OPEN, request);
        prop_assert!(!answer.status.is_server_error(), "{path} {body}: {}", answer.status);
        prop_assert!(has_token || answer.status == StatusCode::FORBIDDEN, "{path}: {}", answer.status);
    }
}

#[tokio::test]
async fn a_form_of_any_size_is_not_taken() {
    let site = Site::open(Home::remembering().0);
    let page = site.get("/rooms").await;
    let body = format!("token={}&text={}", page.token(), "a".repeat(1 << 20));
    let answer = site.post("/devices/d1/note", &body, Some(&page.cookie()), None).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}
