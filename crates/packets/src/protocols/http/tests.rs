use proptest::prelude::*;

use super::*;
use crate::protocols::rehearsal::Rehearsal;

#[test]
fn tells_requests_one_after_another() {
    check(
        "three on one connection",
        b"GET /setup/eureka?x=1 HTTP/1.1\r\nHost: Camera.example:8080\r\nUser-Agent: App/1\r\n\r\n\
          POST /up HTTP/1.1\r\nhost: a.example\r\nContent-Length: 4\r\n\r\nbodyHEAD / HTTP/1.0\r\n\r\n",
        b"",
        &[
            "sender here http.host camera.example",
            "sender here http.request GET camera.example/setup/eureka",
            "sender http.user_agent App/1",
            "sender here http.host a.example",
            "sender here http.request POST a.example/up",
            "sender here http.request HEAD /",
        ],
    );
    check(
        "the same again and again",
        &b"GET /?mac=02:00:5e:00:53:01 HTTP/1.1\r\nHost: a.example\r\n\r\n".repeat(4),
        &b"HTTP/1.1 200 OK\r\nServer: Boa\r\nContent-Length: 2\r\n\r\nok".repeat(4),
        &[[
            "sender here http.host a.example",
            "sender here http.request GET a.example/",
            "sender here clear.personal mac, 17 bytes, in http query as mac",
        ]; 4]
        .concat()
        .into_iter()
        .chain(["sender http.server Boa"; 4])
        .collect::<Vec<_>>(),
    );
    check(
        "with another's address in the query",
        b"GET /r?to=http://b.example/x HTTP/1.1\r\nHost: a.example\r\n\r\n\
          GET http://c.example?to=http://b.example/x HTTP/1.1\r\n\r\n",
        b"",
        &[
            "sender here http.host a.example",
            "sender here http.request GET a.example/r",
            "sender here http.host c.example",
            "sender here http.request GET c.example/",
        ],
    );
    check(
        "with maker and model of both",
        b"GET /a HTTP/1.1\r\nX-AV-Client-Info: av=5.0; cn=\"Acme\"; mn=\"AC-1\"; mv=\"2.0\";\r\n\r\n",
        b"HTTP/1.1 204 None\r\nX-AV-Server-Info: av=5.0; hn=\"den\"; cn=\"\"; mn=AC-2\r\n\r\n",
        &[
            "sender here http.request GET /a",
            "sender upnp.av_maker Acme",
            "sender upnp.av_model AC-1",
            "sender upnp.av_model AC-2",
        ],
    );
    check(
        "through a proxy",
        b"GET http://b.example/x HTTP/1.1\r\nHost: other\r\n\r\nCONNECT c.example:443 HTTP/1.1\r\n\r\n",
        b"",
        &[
            "sender here http.host b.example",
            "sender here http.request GET b.example/x",
            "sender here http.host c.example",
            "sender here http.request CONNECT c.example",
        ],
    );
}

#[test]
fn tells_logins_by_their_lengths() {
    check(
        "a header and a query",
        b"GET /a?user=admin&pwd=123 HTTP/1.1\r\nAuthorization: Basic YWRtaW46MTIzNA==\r\n\r\n",
        b"",
        &[
            "sender here http.request GET /a",
            "sender here http.login basic, user 5, password 4",
            "sender here http.login form, user 5, password 3",
        ],
    );
    check(
        "a form in chunks, and JSON",
        b"POST /login HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Type: application/x-www-form-urlencoded\r\n\
          \r\n19\r\nusername=me&password=abcd\r\n0\r\n\r\nPOST /j HTTP/1.1\r\nContent-Type: application/json\r\n\
          Content-Length: 18\r\n\r\n{\"password\":\"xyz\"}",
        b"",
        &[
            "sender here http.request POST /login",
            "sender here clear.personal password, 4 bytes, in http body as password",
            "sender here http.login form, user 2, password 4",
            "sender here http.request POST /j",
            "sender here http.login form, password 3",
        ],
    );
}

#[test]
fn personal_data_is_told_by_kind_and_length() {
    check(
        "in a query, a path, a header and a cookie",
        b"GET /u/jo@example.com?lat=52.5200&lon=13.4050 HTTP/1.1\r\nX-Device-Mac: 02:00:5e:10:00:01\r\n\
          User-Agent: App/1 (jo@example.com)\r\nCookie: a=1; ssid=TheNet\r\n\r\n",
        b"",
        &[
            "sender here http.request GET /u/[email]",
            "sender http.user_agent App/1 ([email])",
            "sender here clear.personal coordinates, 14 bytes, in http query",
            "sender here clear.personal email, 14 bytes, in http path",
            "sender here clear.personal mac, 17 bytes, in http head as devicemac",
            "sender here clear.personal email, 14 bytes, in http head",
            "sender here clear.personal ssid, 6 bytes, in http head as ssid",
        ],
    );
    check(
        "in a body of no kind, and answered",
        b"POST /r HTTP/1.1\r\nContent-Length: 13\r\n\r\nssid=TheNet&x",
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 24\r\n\r\n{\"mail\":\"b@example.com\"}",
        &[
            "sender here http.request POST /r",
            "sender here clear.personal ssid, 6 bytes, in http body as ssid",
            "sender http.content_type application/json",
            "sender here clear.personal email, 13 bytes, in http answer as mail",
            "receiver here clear.personal email, 13 bytes, in http answer as mail",
        ],
    );
}

#[test]
fn tells_what_a_server_says_of_itself() {
    check(
        "a page, then a refusal",
        b"",
        b"HTTP/1.1 200 OK\r\nServer: Boa/0.94\r\nContent-Type: text/html\r\nContent-Length: 43\r\n\r\n\
          <html><TITLE>\n IP  Camera </TITLE></html>..\
          HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"cam\"\r\nContent-Length: 0\r\n\r\n",
        &[
            "sender http.server Boa/0.94",
            "sender http.content_type text/html",
            "sender http.title IP Camera",
            "sender http.challenge Basic realm=\"cam\"",
        ],
    );
    check(
        "a page until the connection's end",
        b"",
        b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<title>Hub</title>",
        &["sender http.content_type text/html", "sender http.title Hub"],
    );
    check(
        "a device's description",
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<root xmlns=\"urn:schemas-upnp-org:device-1-0\">\
          <device><modelName>L1</modelName></device></root>",
        &["sender http.content_type text/xml", "sender upnp.model L1"],
    );
    check(
        "an answer about itself in XML",
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 42\r\n\r\n\
          <DeviceInfo><model>L1</model></DeviceInfo>HTTP/1.1 304 X\r\n\r\n",
        &["sender http.content_type text/xml", "sender http.model L1"],
    );
    check(
        "and in JSON",
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 31\r\n\r\n\
          {\"bridgeid\":\"0\",\"modelid\":\"L1\"}",
        &["sender http.content_type application/json", "sender http.model L1"],
    );
    check(
        "and in JSON that is called HTML",
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 53\r\n\r\n\
          [{\"value\":{\"DevInfo\":{\"model\":\"L1\",\"firmVer\":\"v1\"}}}]",
        &["sender http.content_type text/html", "sender http.model L1", "sender http.firmware v1"],
    );
}

#[test]
fn a_bad_line_of_a_head_is_passed_over() {
    for line in ["no colon", "X-A : b", "X-A: b\r\n folded", "\u{e9}: b"] {
        check(
            line,
            format!("GET /?mac=02:00:5e:10:00:01 HTTP/1.1\r\n{line}\r\nHost: a.example\r\n\r\n")
                .as_bytes(),
            b"",
            &[
                "sender here http.host a.example",
                "sender here http.request GET a.example/",
                "sender here clear.personal mac, 17 bytes, in http query as mac",
            ],
        );
    }
}

#[test]
fn blanks_in_a_target_are_read_over() {
    check(
        "a network's name as it is",
        b"GET /join?ssid=The Net 2&x=1 HTTP/1.1\r\nHost: a.example\r\n\r\n",
        b"",
        &[
            "sender here http.host a.example",
            "sender here http.request GET a.example/join",
            "sender here clear.personal ssid, 9 bytes, in http query as ssid",
        ],
    );
}

#[test]
fn a_head_that_cannot_be_read_is_counted() {
    let flow = Rehearsal::new(PROTOCOL, 80).client(b"GET /a\x01 HTTP/1.1\r\n\r\n");
    assert_eq!((flow.malformed(), flow.ended(true)), (1, Some(Progress::Finished)));
    let flow = Rehearsal::new(PROTOCOL, 80).client(b"GETTING /a HTTP/1.1 or what\r\n\r\n");
    assert_eq!((flow.malformed(), flow.ended(true)), (0, Some(Progress::Foreign)));
}

#[test]
fn answers_to_head_have_no_body() {
    check(
        "then one with a server",
        b"HEAD / HTTP/1.1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nHTTP/1.1 304 X\r\nServer: a\r\n\r\n",
        &["sender here http.request HEAD /", "sender http.server a"],
    );
}

#[test]
fn asks_for_ports_are_told() {
    let body = "<s:Envelope xmlns:s=\"x\"><s:Body><u:AddPortMapping xmlns:u=\"y\"><NewExternalPort>8080\
        </NewExternalPort><NewProtocol>TCP</NewProtocol><NewInternalPort>80</NewInternalPort>\
        <NewInternalClient>192.0.2.7</NewInternalClient></u:AddPortMapping></s:Body></s:Envelope>";
    let head = format!(
        "POST /ctl HTTP/1.1\r\nSOAPAction: \"x#AddPortMapping\"\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    check(
        "to a router",
        &[head, body.into()].concat().into_bytes(),
        b"",
        &[
            "sender here http.request POST /ctl",
            "sender port_mapping.asked tcp 8080 to 192.0.2.7:80",
        ],
    );
}

#[test]
fn takes_only_streams_of_heads() {
    for (bytes, expected) in [
        (&b"GET / HTTP/1.1\r\n"[..], true),
        (b"GET /a/very/long/pa", true),
        (b"NOTIFY /event HTTP/1.1\r\n", true),
        (b"GET    /event HTTP/1.1\r\n", true),
        (b"GET . HTTP/1.0\r\n", true),
        (b"GET . HT", false),
        (b"CONNECT a.example:443 HTTP/1.1\r\n", true),
        (b"HTTP/1.1 200 OK\r\n", true),
        (b"HTTP/2 200", false),
        (b"OPTIONS rtsp://192.0.2.7/ RTSP/1.0\r\n", false),
        (b"OPTIONS * RTSP/1.0\r\n", false),
        (b"GET something else\r\n", false),
        (b"GETTING /", false),
        (b"\x16\x03\x01", false),
    ] {
        assert_eq!(begins(bytes), expected, "{}", String::from_utf8_lossy(bytes));
    }
}

proptest! {
    #[test]
    fn never_panics(noise in prop::collection::vec(any::<u8>(), 1..200), head in 0_usize..3) {
        let heads: [&[u8]; 3] = [
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: 99\r\nContent-Type: text/xml\r\n\r\n",
            b"GET ",
        ];
        let bytes = [heads[head], &noise].concat();
        Rehearsal::new(PROTOCOL, 80).client(&bytes).server(&bytes).server(&noise);
        let answer = [b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n".as_slice(), &noise];
        Rehearsal::new(PROTOCOL, 80).server(&answer.concat());
    }
}

/// Plays the streams whole and byte by byte.
#[track_caller]
fn check(name: &str, client: &[u8], server: &[u8], expected: &[&str]) {
    for step in [usize::MAX, 1] {
        let mut flow = Rehearsal::new(PROTOCOL, 80);
        for piece in client.chunks(step) {
            flow = flow.client(piece);
        }
        for piece in server.chunks(step) {
            flow = flow.server(piece);
        }
        assert_eq!(flow.lines(), expected, "{name} in steps of {step}");
        assert_eq!(flow.malformed(), 0, "{name}");
    }
}
