//! Logins as they may be noted: by their scheme and how long each part is, never by what they say.

use std::fmt::Write as _;

/// An `Authorization` header ([RFC 9110], section 11.6.2): `basic, user 5, password 8`.
///
/// [RFC 9110]: https://www.rfc-editor.org/rfc/rfc9110
pub(super) fn in_header(value: &[u8]) -> String {
    let value = value.trim_ascii();
    let (scheme, rest) = split(value, b' ').unwrap_or((value, b""));
    let rest = rest.trim_ascii();
    if scheme.eq_ignore_ascii_case(b"basic") {
        let plain = base64(rest);
        let (user, password) = split(&plain, b':').unwrap_or((&plain, b""));
        return format!("basic, user {}, password {}", user.len(), password.len());
    }
    if scheme.eq_ignore_ascii_case(b"digest") {
        return quoted(rest, b"username=\"")
            .map_or_else(|| "digest".into(), |user| format!("digest, user {}", user.len()));
    }
    // A scheme of our own list only: some clients send the secret without one.
    let known = ["bearer", "negotiate", "ntlm", "token", "hmac"];
    let known = known.iter().find(|name| scheme.eq_ignore_ascii_case(name.as_bytes()));
    known.map_or_else(|| "other".into(), |scheme| format!("{scheme}, token {}", rest.len()))
}

/// A login among the parameters of a query, form or path: `form, user 5, password 8`.
pub(super) fn in_form(parameters: &[u8]) -> Option<String> {
    if !parameters.contains(&b'=') {
        return None;
    }
    let separators: &[u8] = if parameters.contains(&b'&') { b"&" } else { b";_ " };
    let pairs = parameters.split(|byte| separators.contains(byte));
    login(pairs.filter_map(|pair| split(pair, b'=')))
}

/// A login among the members of a JSON object, however deep: `form, user 5, password 8`.
pub(super) fn in_json(text: &[u8]) -> Option<String> {
    let mut rest = text;
    let members = std::iter::from_fn(|| {
        let (_, after) = split(rest, b'"')?;
        let (key, after) = split(after, b'"')?;
        rest = after;
        let value = after.trim_ascii_start().strip_prefix(b":").map(<[u8]>::trim_ascii_start);
        let value = value.and_then(|value| value.strip_prefix(b"\"")).and_then(|value| {
            let (value, after) = split(value, b'"')?;
            rest = after;
            Some(value)
        });
        Some(value.map(|value| (key, value)))
    });
    login(members.flatten())
}

/// The part of a request's target that says what is asked for but not with what: up to the query, or
/// to the first piece with a value in it. Some cameras take logins in the path itself.
pub(super) fn public_path(target: &str) -> &str {
    let path = target.split(['?', '#', ';']).next().unwrap_or_default();
    let secret = path.find('=').and_then(|equals| path.get(..equals)?.rfind('/'));
    secret.and_then(|slash| path.get(..=slash)).unwrap_or(path)
}

/// The authority of a target in absolute form (RFC 9112, section 3.2.2), and what follows it. An address
/// that is only a parameter of the target is somewhere else's.
pub(super) fn absolute(target: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = target.split_once("://")?;
    let is_of_scheme = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    scheme.bytes().all(is_of_scheme).then_some(())?;
    rest.split_at_checked(rest.find(['/', '?', '#']).unwrap_or(rest.len()))
}

/// A login in the address itself (`user:password@host`): `address, user 5, password 8`.
pub(super) fn in_authority(authority: &str) -> Option<String> {
    let (login, _) = authority.rsplit_once('@')?;
    let (user, password) = login.split_once(':').unwrap_or((login, ""));
    Some(format!("address, user {}, password {}", user.len(), password.len()))
}

/// The bytes that `text` stands for in base 64, as far as it is; padding and blanks are skipped.
pub(super) fn base64(text: &[u8]) -> Vec<u8> {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    };
    let mut plain = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut count) = (0_u32, 0);
    for digit in text.iter().filter_map(|&byte| digit(byte)) {
        bits = bits << 6 | u32::from(digit);
        count += 6;
        if count >= 8 {
            count -= 8;
            let [.., byte] = (bits >> count).to_be_bytes();
            plain.push(byte);
        }
    }
    plain
}

/// What a login is called in forms: names seen in the web pages of cameras, routers and hubs.
fn login<'a>(pairs: impl Iterator<Item = (&'a [u8], &'a [u8])>) -> Option<String> {
    const USERS: [&str; 8] =
        ["user", "username", "usr", "login", "loginuse", "account", "userid", "email"];
    const PASSWORDS: [&str; 8] =
        ["password", "passwd", "pass", "pwd", "psw", "loginpas", "passphrase", "userpwd"];
    /// A password beside a user, and else as often the width of a page or player.
    const AMBIGUOUS: &str = "pw";

    let named = |key: &[u8], names: &[&str]| {
        names.iter().any(|name| key.eq_ignore_ascii_case(name.as_bytes()))
    };
    let (mut user, mut password, mut perhaps) = (None, None, None);
    for (key, value) in pairs {
        if named(key, &PASSWORDS) {
            password.get_or_insert(value.len());
        } else if named(key, &USERS) {
            user.get_or_insert(value.len());
        } else if named(key, &[AMBIGUOUS]) {
            perhaps.get_or_insert(value.len());
        }
    }
    let password = password.or(perhaps.filter(|_| user.is_some()))?;
    let mut text = String::from("form");
    if let Some(user) = user {
        let _ = write!(text, ", user {user}");
    }
    let _ = write!(text, ", password {password}");
    Some(text)
}

/// What is in the quotes that `start` opens.
fn quoted<'a>(text: &'a [u8], start: &[u8]) -> Option<&'a [u8]> {
    let at = text.windows(start.len()).position(|part| part.eq_ignore_ascii_case(start))?;
    split(text.get(at + start.len()..)?, b'"').map(|(inside, _)| inside)
}

fn split(bytes: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let position = bytes.iter().position(|&byte| byte == at)?;
    Some((bytes.get(..position)?, bytes.get(position + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_tell_scheme_and_lengths() {
        for (value, expected) in [
            ("Basic YWRtaW46cGFzc3dvcmQ=", "basic, user 5, password 8"),
            ("basic YWRtaW46", "basic, user 5, password 0"),
            ("Basic", "basic, user 0, password 0"),
            ("Digest username=\"admin\", realm=\"x\"", "digest, user 5"),
            ("Digest realm=\"x\"", "digest"),
            ("Bearer abcdef", "bearer, token 6"),
            ("s3cr3t", "other"),
            ("s3cr3t two", "other"),
            ("", "other"),
        ] {
            assert_eq!(in_header(value.as_bytes()), expected, "{value}");
        }
    }

    #[test]
    fn forms_tell_a_login_only_with_a_password() {
        for (text, expected) in [
            ("username=admin&password=123456", Some("form, user 5, password 6")),
            ("loginuse=admin&loginpas=", Some("form, user 5, password 0")),
            ("PWD=abc", Some("form, password 3")),
            ("user=admin_password=xyz_channel=1", Some("form, user 5, password 3")),
            ("user=admin", None),
            ("user=admin&pw=1234", Some("form, user 5, password 4")),
            ("w=300&h=250&pw=1280&ph=720", None),
            ("compass=north", None),
            ("", None),
        ] {
            assert_eq!(in_form(text.as_bytes()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn json_tells_a_login_however_deep() {
        for (text, expected) in [
            (r#"{"username": "admin", "password":"12"}"#, Some("form, user 5, password 2")),
            (r#"{"params":[{"login":{"pwd":"abc"}}]}"#, Some("form, password 3")),
            (r#"{"password": 5, "a":"password"}"#, None),
            (r#"{"password"#, None),
        ] {
            assert_eq!(in_json(text.as_bytes()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn only_an_address_in_front_is_the_target_s_own() {
        for (target, expected) in [
            ("http://a.example/x", Some(("a.example", "/x"))),
            ("http://a.example", Some(("a.example", ""))),
            ("http://a.example?pwd=b", Some(("a.example", "?pwd=b"))),
            ("/x?to=http://b.example/y", None),
            ("x?to=http://b.example/y", None),
            ("*", None),
        ] {
            assert_eq!(absolute(target), expected, "{target}");
        }
    }

    #[test]
    fn paths_end_before_any_value() {
        for (target, expected) in [
            ("/index.html", "/index.html"),
            ("/cgi-bin/login?user=a&pwd=b", "/cgi-bin/login"),
            ("/user=admin&password=&channel=1.sdp", "/"),
            ("/live/user=admin_password=x_stream=0", "/live/"),
            ("*", "*"),
        ] {
            assert_eq!(public_path(target), expected, "{target}");
        }
    }
}
