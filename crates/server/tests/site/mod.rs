//! A server in process, without a socket, and what its answers must be like.

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use server::router;
use tower::ServiceExt as _;

use crate::home::HOST;

/// What strict means: nothing from elsewhere, no script or style within a page, no frame around it.
const POLICY: &[&str] = &["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"];

/// A server to be asked.
pub(crate) struct Site(pub(crate) Router, pub(crate) Arc<server::House>);

/// What it said.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Site {
    pub(crate) fn open(house: server::House) -> Self {
        let house = Arc::new(house);
        Self(router(&house), house)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).header(header::HOST, HOST).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn get_as(&self, path: &str, cookie: &str) -> Answer {
        let request = Request::get(path).header(header::HOST, HOST);
        let request = request.header(header::COOKIE, format!("houseguest={cookie}"));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post(
        &self,
        path: &str,
        body: &str,
        cookie: Option<&str>,
        origin: Option<&str>,
    ) -> Answer {
        let mut request = Request::post(path)
            .header(header::HOST, HOST)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, format!("other=1; houseguest={cookie}"));
        }
        if let Some(origin) = origin {
            request = request.header(header::ORIGIN, origin);
        }
        self.send(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let answer = self.0.clone().oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        let body = to_bytes(body, 64 << 20).await.unwrap();
        let body = String::from_utf8(body.to_vec()).unwrap();
        Answer { status: parts.status, headers: parts.headers, body }
    }
}

impl Answer {
    /// The cookie it sets.
    pub(crate) fn cookie(&self) -> String {
        let cookie = self.headers[header::SET_COOKIE].to_str().unwrap();
        for property in ["HttpOnly", "SameSite=Strict", "Path=/"] {
            assert!(cookie.contains(property), "{cookie}");
        }
        let (_, value) = cookie.split_once('=').unwrap();
        value.split(';').next().unwrap().to_owned()
    }

    /// The token its forms carry.
    pub(crate) fn token(&self) -> String {
        let (_, rest) = self.body.split_once("name=\"token\" value=\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    }

    #[track_caller]
    pub(crate) fn is_closed(&self, path: &str) {
        let policy = self.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        for part in POLICY {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("http") && !policy.contains("unsafe-eval"), "{path}: {policy}");
        assert_eq!(self.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{path}");
        assert_eq!(self.headers[header::REFERRER_POLICY], "same-origin", "{path}");
        if !path.starts_with("/report") {
            assert!(!self.body.contains(" style=\""), "{path} has a style attribute");
        }
    }
}

/// The addresses a page links to that begin so.
pub(crate) fn links(body: &str, begin: &str) -> Vec<String> {
    let start = format!("href=\"{begin}");
    let mut found: Vec<String> = body
        .split(&start)
        .skip(1)
        .map(|rest| format!("{begin}{}", rest.split('"').next().unwrap()).replace("&amp;", "&"))
        .collect();
    found.sort();
    found.dedup();
    found
}
