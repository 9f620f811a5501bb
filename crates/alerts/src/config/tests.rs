use super::*;
use crate::{Details, Way};

const ALL: &str = r#"
pages = "http://192.0.2.1:8420/"

[[desktop]]

[[ntfy]]
name = "phone"
url = "https://ntfy.example/topic"
token = "tk_secret"

[[webhook]]
url = "http://192.0.2.7:1880/alerts"
allow_private = true
secret_file = "hook.secret"

[[mail]]
server = "mail.example"
user = "home"
password = "hunter2"
from = "home@mail.example"
to = ["you@mail.example"]
details = "none"

[[mqtt]]
server = "192.0.2.8"
"#;

#[test]
fn every_kind_of_channel_is_read_in_the_order_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("hook.secret"), "s3cret\n").unwrap();
    let config = Config::parse(ALL, folder.path()).unwrap();
    assert_eq!(config.pages.as_deref(), Some("http://192.0.2.1:8420"));
    let shown: Vec<_> = config
        .channels
        .iter()
        .map(|it| (it.name.as_str(), it.kind(), it.details, it.place()))
        .collect();
    let place = ToOwned::to_owned;
    assert_eq!(
        shown,
        [
            ("desktop", "desktop", Details::Full, place("this machine")),
            ("phone", "ntfy", Details::Short, place("https://ntfy.example/…")),
            ("webhook", "webhook", Details::Full, place("http://192.0.2.7:1880/…")),
            ("mail", "mail", Details::None, place("you@mail.example by mail.example")),
            ("mqtt", "mqtt", Details::Full, place("192.0.2.8:1883")),
        ]
    );
    let Way::Webhook(hook) = &config.channels[2].way else { panic!() };
    assert_eq!(hook.secret.as_ref().unwrap().expose(), "s3cret");
    let debug = format!("{config:?}");
    for secret in ["tk_secret", "s3cret", "hunter2"] {
        assert!(!debug.contains(secret), "{debug}");
    }
}

#[test]
fn the_guides_example_is_read() {
    let guide = include_str!("../../../../docs/guide/alerts.md");
    let example = guide.split("```toml").nth(1).unwrap().split("```").next().unwrap();
    let folder = tempfile::tempdir().unwrap();
    for file in ["ntfy.token", "mail.password", "mqtt.password", "hook.secret"] {
        fs::write(folder.path().join(file), "example\n").unwrap();
    }
    let config = Config::parse(example, folder.path()).unwrap();
    let kinds: Vec<_> = config.channels.iter().map(|it| (it.kind(), it.details.word())).collect();
    assert_eq!(
        kinds,
        [
            ("ntfy", "short"),
            ("mail", "short"),
            ("mqtt", "full"),
            ("webhook", "full"),
            ("desktop", "full"),
        ]
    );
}

#[test]
fn what_is_wrong_is_said_with_its_line_and_what_to_try() {
    check("[[ntfy]]\nurl = 5", 2, "expected a string");
    check("\n[[ntfy]]\nurl = \"https://n.example/t\"\ntokn = \"x\"", 4, "expected one of");
    check("pages = \"ftp://x.example\"", 1, "only http and https");
    check("[[ntfy]]\nurl = \"file:///etc/passwd\"", 1, "only http and https");
    check("[[ntfy]]\nurl = \"https://ntfy.example\"", 1, "the topic is missing");
    check(
        "[[webhook]]\nurl = \"https://me:pw@n.example/x\"",
        1,
        "no user and password in an address",
    );
    check("[[webhook]]\nurl = \"nonsense\"", 1, "https://server.example/place");
    check(
        "[[webhook]]\nurl = \"https://a.example\"\nsecret = \"a\"\nsecret_file = \"b\"",
        1,
        "both given",
    );
    check("[[webhook]]\nurl = \"https://a.example\"\nsecret_file = \"none\"", 1, "failed to read");
    let twice = "[[webhook]]\nurl = \"https://a.example\"\n";
    check(&twice.repeat(2), 3, "give it a name");
    let mail = "[[mail]]\nserver = \"m.example\"\nfrom = \"a@m.example\"\n";
    check(&format!("{mail}to = []"), 1, "nobody to write to");
    check(&format!("{mail}to = [\"x\\r\\nRCPT@y.example\"]"), 1, "looks like you@mail.example");
    check(&format!("{mail}to = [\"<a@m.example>\"]"), 1, "looks like you@mail.example");
    check(&format!("{mail}to = [\"a@m.example\"]\nuser = \"a\""), 1, "both or neither");
    let open = "security = \"none\"\nuser = \"a\"\npassword = \"b\"";
    check(&format!("{mail}to = [\"a@m.example\"]\n{open}"), 1, "readable on the way");
    check("[[mqtt]]\nserver = \"mqtt://b.example\"", 1, "a name or an address alone");
    check("[[mqtt]]\nserver = \"b.example\"\ntopic = \"a/#\"", 1, "letters, digits");
    check(
        "[[mqtt]]\nserver = \"b\"\ndetails = \"short\"\ndiscovery = true",
        1,
        "names and addresses",
    );
    check("[[desktop]]\nname = \"a b\"", 1, "up to 40 letters");
}

#[test]
fn an_error_does_not_quote_a_token() {
    for text in [
        "[[ntfy]]\nurl = \"https://n.example/t\"\ntokenn = \"tk_secret\"",
        "[[ntfy]]\nurl = \"https://n.example/t\"\ntoken = \"tk_secret",
        "[[ntfy]]\nurl = \"https://n.example/t\"\ntoken = 5318008",
        "[[webhook]]\nurl = \"https://me:tk_secret@n.example/x\"",
    ] {
        let (_, what) = Config::parse(text, Path::new("/nowhere")).unwrap_err();
        assert!(!what.contains("tk_secret") && !what.contains("5318008"), "{what}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_others_can_read_is_warned_of() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    assert_eq!(Config::read(folder.path()).unwrap(), Config::default());
    let path = folder.path().join(Config::FILE);
    fs::write(&path, "[[desktop]]\n").unwrap();
    for (mode, warnings) in [(0o600, 0), (0o644, 1), (0o640, 1)] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(Config::read(folder.path()).unwrap().warnings.len(), warnings, "{mode:o}");
    }
}

#[track_caller]
fn check(text: &str, line: usize, says: &str) {
    let (found, what) = Config::parse(text, Path::new("/nowhere")).unwrap_err();
    assert!(what.contains(says), "{what}");
    assert_eq!(found, line, "{what}");
}
