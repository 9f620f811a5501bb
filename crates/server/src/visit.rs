//! Every request passes here: is it for us, may it come in, does it carry its visitor's token; and
//! every answer leaves with the headers that keep browsers from being used against us.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::{
    body::{Body, Bytes},
    extract::{ConnectInfo, FromRequestParts, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Redirect, Response},
};

use evidence::Timestamp;

use crate::{clock, forms, house::House, keys::fresh_token, pages, present::Present};

/// The largest form that is read, in bytes.
const MOST_FORM: usize = 64 << 10;

/// How long a form may take to arrive.
const FORM_TIME: Duration = Duration::from_secs(30);

/// The cookie that tells visitors apart.
const COOKIE: &str = "houseguest";

/// The cookie of visitors who look around in the built-in home instead of their own.
const SAMPLE: &str = "houseguest-sample";

/// What pages may load: our own files, and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What documents that stand alone may: their own style sheet inside, and nothing else.
pub(crate) const ALONE: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

/// What a page needs to know of its visitor.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    pub(crate) house: Arc<House>,
    pub(crate) present: Arc<Present>,
    /// What forms carry.
    pub(crate) token: String,
    /// The session, where there is one.
    pub(crate) session: Option<String>,
    /// Where the visitor is.
    pub(crate) from: IpAddr,
    /// Whether the visitor's own home is another than the one shown.
    pub(crate) looks_around: bool,
}

impl Visit {
    /// The moment that "the last days" are counted from: now, or the built-in home's last.
    pub(crate) fn now(&self) -> Timestamp {
        let last = self.present.assessment.sources.iter().filter_map(|source| source.last).max();
        if self.house.sample { last.unwrap_or_else(clock::now) } else { clock::now() }
    }
}

impl FromRequestParts<Arc<House>> for Visit {
    type Rejection = StatusCode;

    async fn from_request_parts(
        parts: &mut Parts,
        _: &Arc<House>,
    ) -> Result<Self, Self::Rejection> {
        parts.extensions.get::<Self>().cloned().ok_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// What a request may do.
enum Admitted {
    /// Come in, as the visitor of that cookie; a new cookie if it has none.
    Visitor(String),
    /// Log in first.
    Stranger,
}

/// Lets a request in, or answers it here.
pub(crate) async fn guard(
    State(house): State<Arc<House>>,
    mut request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    let host = headers.get(header::HOST).and_then(|it| it.to_str().ok()).unwrap_or_default();
    if !house.gate.is_ours(host) {
        return closed(pages::notice(
            StatusCode::MISDIRECTED_REQUEST,
            "This is not the address of this program",
            "Open it by its address, such as http://127.0.0.1:8420, or start it with --name NAME if \
             the machine goes by that name.",
        ));
    }
    let cookie = cookie(headers);
    let (cookie, fresh) = match admit(&house, &request, cookie.as_deref()) {
        Admitted::Visitor(cookie) => {
            let fresh = self::cookie(headers).as_deref() != Some(&*cookie);
            (cookie, fresh)
        }
        Admitted::Stranger => return closed(refuse(request.uri().path())),
    };
    let reads = *request.method() == Method::GET;
    let token = house.gate.token(&cookie);
    let session = house.gate.asks().then(|| cookie.clone());
    let sample = if named(headers, SAMPLE).is_some() { shown(&house).await } else { None };
    let visit = Visit {
        token,
        session,
        from: address(&request),
        looks_around: sample.is_some(),
        present: sample.as_ref().unwrap_or(&house).present(),
        house: sample.unwrap_or(house),
    };
    if request.method() == Method::POST {
        request = match checked(request, &visit.token).await {
            Ok(request) => request,
            Err(answer) => return closed(answer),
        };
    }
    request.extensions_mut().insert(visit);
    let mut answer = answered(request, next).await;
    // Who comes back keeps it for longer; what browsers keep by themselves says nothing of that.
    let renewed = reads && !answer.headers().contains_key(header::CACHE_CONTROL);
    if (fresh || renewed) && !cookie.is_empty() {
        set_cookie(&mut answer, &cookie);
    }
    closed(answer)
}

/// The answer, made on a thread of its own: a page may take long to draw, and the memory may be busy for
/// seconds with what was heard, while everybody else is answered. Passwords wait for their turn elsewhere.
async fn answered(request: Request, next: Next) -> Response {
    if request.uri().path() == "/login" {
        return next.run(request).await;
    }
    let here = tokio::runtime::Handle::current();
    let made = tokio::task::spawn_blocking(move || here.block_on(next.run(request)));
    made.await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

/// The built-in home; making it takes a moment, in which others are answered.
async fn shown(house: &Arc<House>) -> Option<Arc<House>> {
    let house = Arc::clone(house);
    tokio::task::spawn_blocking(move || house.sample_home()).await.ok()?
}

fn admit(house: &House, request: &Request, cookie: Option<&str>) -> Admitted {
    let path = request.uri().path();
    let open = matches!(path, "/login" | "/style.css" | "/live.js" | "/icon.svg" | "/favicon.ico");
    if !house.gate.asks() {
        let plausible = cookie.filter(|it| it.len() == 64);
        let fresh = || fresh_token().unwrap_or_default();
        return Admitted::Visitor(plausible.map_or_else(fresh, ToOwned::to_owned));
    }
    if let Some(session) = cookie.filter(|session| house.gate.is_open(session)) {
        return Admitted::Visitor(session.to_owned());
    }
    let reads = *request.method() == Method::GET;
    let for_programs = path.starts_with("/api/") || path == "/metrics";
    let bearer = request.headers().get(header::AUTHORIZATION).and_then(|it| it.to_str().ok());
    let bearer = bearer.and_then(|it| it.strip_prefix("Bearer "));
    if reads && for_programs && bearer.is_some_and(|token| house.gate.keys().knows(token)) {
        return Admitted::Visitor(String::new());
    }
    if open {
        let plausible = cookie.filter(|it| it.len() == 64);
        let fresh = || fresh_token().unwrap_or_default();
        return Admitted::Visitor(plausible.map_or_else(fresh, ToOwned::to_owned));
    }
    Admitted::Stranger
}

fn refuse(path: &str) -> Response {
    if path.starts_with("/api/") || path == "/metrics" || path == "/events" {
        let headers = [(header::WWW_AUTHENTICATE, "Bearer")];
        return (StatusCode::UNAUTHORIZED, headers, "log in, or send a token\n").into_response();
    }
    Redirect::to("/login").into_response()
}

/// The request again, if it comes from one of our own pages and carries the visitor's token.
async fn checked(request: Request, token: &str) -> Result<Request, Response> {
    let refused = || {
        pages::notice(
            StatusCode::FORBIDDEN,
            "That form is out of date",
            "Nothing was changed. Go back, reload the page and try again.",
        )
    };
    let headers = request.headers();
    let host = headers.get(header::HOST).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let origin = headers.get(header::ORIGIN).map(|it| it.to_str().unwrap_or_default());
    let own = |origin: &str| origin.split_once("://").is_some_and(|(_, rest)| rest == host);
    if origin.is_some_and(|origin| !own(origin)) {
        return Err(refused());
    }
    let (parts, body) = request.into_parts();
    let body = tokio::time::timeout(FORM_TIME, axum::body::to_bytes(body, MOST_FORM)).await;
    let body: Bytes = body
        .map_err(|_| StatusCode::REQUEST_TIMEOUT.into_response())?
        .map_err(|_| StatusCode::PAYLOAD_TOO_LARGE.into_response())?;
    let sent = forms::field(&body, "token").unwrap_or_default();
    if sent.is_empty() || sent != token {
        return Err(refused());
    }
    Ok(Request::from_parts(parts, Body::from(body)))
}

fn address(request: &Request) -> IpAddr {
    let info = request.extensions().get::<ConnectInfo<SocketAddr>>();
    info.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |info| info.0.ip())
}

/// The visitor's cookie.
fn cookie(headers: &HeaderMap) -> Option<String> {
    named(headers, COOKIE)
}

/// A cookie of that name.
fn named(headers: &HeaderMap, wanted: &str) -> Option<String> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|it| it.to_str().ok());
    let mut pairs = all.flat_map(|it| it.split(';')).filter_map(|it| it.trim().split_once('='));
    pairs.find(|(name, _)| *name == wanted).map(|(_, value)| value.to_owned())
}

/// Has the visitor look around in the built-in home from now on, or no longer.
pub(crate) fn look_around(answer: &mut Response, looks: bool) {
    let age = if looks { 43_200 } else { 0 };
    let cookie = format!("{SAMPLE}=1; Path=/; HttpOnly; SameSite=Strict; Max-Age={age}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// Gives the visitor a cookie, which no script can read and no other site can send.
pub(crate) fn set_cookie(answer: &mut Response, value: &str) {
    let cookie = format!("{COOKIE}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=43200");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// The answer with the headers that every answer has.
fn closed(mut answer: Response) -> Response {
    const ALWAYS: [(HeaderName, &str); 6] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // To our own pages only. Not "no-referrer": browsers then hide from us that a form is our own.
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    let headers = answer.headers_mut();
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    answer
}
