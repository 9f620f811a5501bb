//! Data about people and their home in clear text: what kind, how long, and where it stood. What it
//! says is looked at here and kept nowhere.
//!
//! Everyone on the way can read it, so it is worth telling; but a report that repeated it would spread
//! it further. Recognising is strict, for a false alarm costs trust: an e-mail address needs a domain
//! under a public suffix, and all else a parameter of a well-known name with a value of its form. Only
//! the names of our own list are ever written down.

mod parameters;

use std::{borrow::Cow, fmt::Write as _};

use evidence::domain;

use self::parameters::{Kind, known_parameter};

/// The most of a message that is looked at; our choice: parameters come early, and reports of devices
/// are some hundred bytes.
pub(super) const LONGEST_LOOK: usize = 4 * 1024;

/// The most pieces told of one message; our choice.
const MOST_FOUND: usize = 16;

/// The longest value that is looked at; our choice: an e-mail address has at most 254 bytes (RFC 5321,
/// section 4.5.3.1).
const LONGEST_VALUE: usize = 256;

/// Tells `note` what personal data the beginning of `text` holds: `email, 24 bytes, in http query as
/// user`. The text may be a query, a form, JSON, XML, a header's value or a line of words.
pub(crate) fn look(text: &[u8], place: &str, note: &mut dyn FnMut(&str)) {
    let text = text.get(..LONGEST_LOOK).unwrap_or(text);
    let (mut left, mut latitude, mut longitude) = (MOST_FOUND, None, None);
    let mut tell = |kind: Kind, length: usize, parameter: Option<&str>| {
        if left > 0 {
            left -= 1;
            note(&line(kind, length, place, parameter));
        }
    };
    for sign in signs(text) {
        match sign {
            Sign::Email(at) => {
                if let Some(length) = email_at(text, at) {
                    tell(Kind::Email, length, parameter_before(text, at));
                }
            }
            Sign::Parameter(at) => {
                let Some((kind, parameter)) = parameter_at(text, at) else { continue };
                let value = decoded(value_after(text, at, kind));
                if !kind.is_like(parameter, &value) {
                    continue;
                }
                match kind {
                    Kind::Latitude => latitude = latitude.or(Some(value.len())),
                    Kind::Longitude => longitude = longitude.or(Some(value.len())),
                    _ => tell(kind, value.len(), Some(parameter)),
                }
            }
        }
    }
    if let (Some(latitude), Some(longitude)) = (latitude, longitude) {
        tell(Kind::Position, latitude + longitude, None);
    }
}

/// A character by which personal data may be found, and where it stands.
enum Sign {
    /// In the middle of an e-mail address.
    Email(usize),
    /// Between a parameter's name and its value.
    Parameter(usize),
}

/// All signs of a text in order. Most bytes are none, so those are passed over many at a time.
fn signs(text: &[u8]) -> impl Iterator<Item = Sign> {
    let mut emails = memchr::memchr2_iter(b'@', b'%', text).peekable();
    let mut parameters = memchr::memchr3_iter(b'=', b':', b'>', text).peekable();
    std::iter::from_fn(move || match (emails.peek(), parameters.peek()) {
        (Some(email), Some(parameter)) if email > parameter => {
            parameters.next().map(Sign::Parameter)
        }
        (None, _) => parameters.next().map(Sign::Parameter),
        _ => emails.next().map(Sign::Email),
    })
}

/// As [`look`] does for the parameter `name` with `value`: a header, a last will.
pub(super) fn look_at_parameter(
    name: &[u8],
    value: &[u8],
    place: &str,
    note: &mut dyn FnMut(&str),
) {
    if let Some((kind, parameter)) = known_parameter(name)
        && kind.is_like(parameter, value)
        && !matches!(kind, Kind::Latitude | Kind::Longitude)
    {
        note(&line(kind, value.len(), place, Some(parameter)));
    }
}

/// `text` with every e-mail address replaced by the word `[email]`: for what is kept otherwise. All that
/// has an address's form goes, also where more follows it or where it may be a login: what is told must
/// be certain, what is kept must not be personal.
pub(super) fn without_emails(text: &str) -> Cow<'_, str> {
    if !text.contains(['@', '%']) {
        return Cow::Borrowed(text);
    }
    let (bytes, mut kept, mut shown) = (text.as_bytes(), 0, String::new());
    for (at, _) in text.match_indices(['@', '%']) {
        let Some((start, end)) = address_range(bytes, at) else { continue };
        if start >= kept {
            shown.push_str(text.get(kept..start).unwrap_or_default());
            shown.push_str("[email]");
            kept = end;
        }
    }
    shown.push_str(text.get(kept..).unwrap_or_default());
    Cow::Owned(shown)
}

/// Whether bytes read as text: what is neither is not looked through. A control character other than
/// line ends and tabs is none, and bytes of other scripts are.
pub(crate) fn is_text(bytes: &[u8]) -> bool {
    let is_odd = |byte: &u8| matches!(byte, 0..=8 | 11 | 12 | 14..=31 | 127);
    let is_cut = |error: std::str::Utf8Error| error.error_len().is_none();
    std::str::from_utf8(bytes).map_or_else(is_cut, |_| true) && !bytes.iter().any(is_odd)
}

fn line(kind: Kind, length: usize, place: &str, parameter: Option<&str>) -> String {
    let mut line = format!("{}, {length} bytes, in {place}", kind.name());
    if let Some(parameter) = parameter {
        // Writing to a string cannot fail.
        let _ = write!(line, " as {parameter}");
    }
    line
}

/// The parameter whose name ends right before `at`, if it is one of ours: `name=`, `"name" :`,
/// `\"name\":`, `<name>`.
fn parameter_at(text: &[u8], at: usize) -> Option<(Kind, &'static str)> {
    let before = text.get(..at)?;
    let is_element = text.get(at) == Some(&b'>');
    let before = if is_element { before } else { unquoted_end(before) };
    let length = before.iter().rev().take_while(|byte| is_of_name(**byte)).count();
    let (rest, name) = before.split_at_checked(before.len() - length)?;
    if is_element && rest.last() != Some(&b'<') {
        return None;
    }
    known_parameter(name)
}

/// The parameter in whose value `at` is, if it is one of ours.
fn parameter_before(text: &[u8], at: usize) -> Option<&'static str> {
    let before = text.get(at.saturating_sub(LONGEST_VALUE)..at)?;
    let sign = before.iter().rposition(|byte| matches!(byte, b'=' | b':' | b'>'))?;
    let ends = |byte: &u8| matches!(byte, b'&' | b';' | b',' | b'{' | b'\n');
    if before.get(sign..)?.iter().any(ends) {
        return None;
    }
    parameter_at(before, sign).map(|(_, name)| name)
}

/// The value that begins behind `at`: what is in quotes, or else up to where such values end.
fn value_after(text: &[u8], at: usize, kind: Kind) -> &[u8] {
    let is_element = text.get(at) == Some(&b'>');
    let rest = text.get(at + 1..).unwrap_or_default();
    let rest = rest.get(..LONGEST_VALUE + 8).unwrap_or(rest);
    if is_element {
        return until(rest, |byte| byte == b'<');
    }
    let blank = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\\')).count();
    let rest = rest.get(blank..).unwrap_or_default();
    match rest.split_first() {
        Some((quote @ (b'"' | b'\''), inside)) => {
            until(inside, |byte| byte == *quote || byte == b'\\')
        }
        _ => until(rest, |byte| {
            b"&;\"'<>{}[]()\\".contains(&byte)
                || (byte == b',' && kind != Kind::Position)
                || byte.is_ascii_whitespace()
        }),
    }
}

fn until(bytes: &[u8], ends: impl Fn(u8) -> bool) -> &[u8] {
    let end = bytes.iter().position(|byte| ends(*byte)).unwrap_or(bytes.len());
    bytes.get(..end).unwrap_or_default()
}

/// Without blanks, a closing quote and what escapes it.
fn unquoted_end(bytes: &[u8]) -> &[u8] {
    let is_mark = |byte: &u8| matches!(byte, b' ' | b'\t' | b'"' | b'\'' | b'\\');
    let marks = bytes.iter().rev().take(4).take_while(|byte| is_mark(byte)).count();
    bytes.get(..bytes.len() - marks).unwrap_or_default()
}

const fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// A value with `%40` and the like undone.
fn decoded(value: &[u8]) -> Cow<'_, [u8]> {
    if !value.contains(&b'%') {
        return Cow::Borrowed(value);
    }
    let (mut plain, mut rest) = (Vec::with_capacity(value.len()), value);
    while let Some((first, after)) = rest.split_first() {
        let byte = (*first == b'%').then(|| hexadecimal(after.get(..2)?)).flatten();
        plain.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    Cow::Owned(plain)
}

fn hexadecimal(digits: &[u8]) -> Option<u8> {
    let digits = std::str::from_utf8(digits).ok()?;
    u8::from_str_radix(digits, 16).ok()
}

/// How long the e-mail address around the sign at `at` is, decoded.
fn email_at(text: &[u8], at: usize) -> Option<usize> {
    let (start, end) = email_range(text, at)?;
    Some(decoded(text.get(start..end)?).len())
}

/// Where the e-mail address around `@` or `%40` at `at` begins and ends.
fn email_range(text: &[u8], at: usize) -> Option<(usize, usize)> {
    let (start, end) = address_range(text, at)?;
    let follows = text.get(end..)?;
    let follows = follows.strip_prefix(b".").unwrap_or(follows);
    (!is_login_of_address(text.get(..start)?, follows)).then_some((start, end))
}

/// Where what has the form of an e-mail address around `at` begins and ends (RFC 5322's everyday form).
fn address_range(text: &[u8], at: usize) -> Option<(usize, usize)> {
    const LONGEST_LOCAL_PART: usize = 64;
    const LONGEST_DOMAIN: usize = 253;

    let sign = match text.get(at..)? {
        [b'@', ..] => 1,
        [b'%', b'4', b'0', ..] => 3,
        _ => return None,
    };
    let local = local_part_before(text, at);
    let local_part = text.get(at - local..at)?;
    let after = text.get(at + sign..)?;
    let domain =
        until(after, |byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')));
    let domain = domain.strip_suffix(b".").unwrap_or(domain);
    let is_address = (1..=LONGEST_LOCAL_PART).contains(&local)
        && local_part.first() != Some(&b'.')
        && local_part.last() != Some(&b'.')
        && domain.len() <= LONGEST_DOMAIN
        && is_public_domain(domain);
    is_address.then_some((at - local, at + sign + domain.len()))
}

/// How many bytes before `end` can be an e-mail address's local part, some of them perhaps as `%2B`.
fn local_part_before(text: &[u8], end: usize) -> usize {
    let is_local = |byte: u8| byte.is_ascii_alphanumeric() || b"._-+".contains(&byte);
    let mut start = end;
    while let Some(last) = start.checked_sub(1) {
        let escape = start.checked_sub(3).and_then(|from| text.get(from..start));
        let escaped = escape.and_then(|it| hexadecimal(it.strip_prefix(b"%")?));
        match (escaped, text.get(last)) {
            (Some(byte), _) if is_local(byte) => start -= 3,
            (None, Some(byte)) if is_local(*byte) => start = last,
            _ => break,
        }
    }
    end - start
}

/// Whether the words around an `@` are a login in an address (`scheme://user:password@host`, or
/// `user@host:path`), an account of another kind, or part of a longer word.
fn is_login_of_address(before: &[u8], follows: &[u8]) -> bool {
    const SCHEMES: [&[u8]; 3] = [b"sip", b"sips", b"xmpp"];

    // A text full of addresses must not be looked through anew for each.
    let before = before.get(before.len().saturating_sub(LONGEST_VALUE)..).unwrap_or(before);
    let word =
        before.iter().rposition(|byte| matches!(byte, b'"' | b'\'' | b'=' | b'&' | b'<' | b','));
    let word = before.get(word.map_or(0, |at| at + 1)..).unwrap_or_default();
    let word = word.rsplit(u8::is_ascii_whitespace).next().unwrap_or_default();
    let has_query = word.contains(&b'?');
    let is_of_account = |colon: usize| {
        let (scheme, rest) = word.split_at_checked(colon).unwrap_or_default();
        let ends = |with: &&[u8]| {
            let last = scheme.get(scheme.len().saturating_sub(with.len())..);
            last.is_some_and(|last| last.eq_ignore_ascii_case(with))
        };
        (rest.starts_with(b"://") && !has_query) || SCHEMES.iter().any(ends)
    };
    memchr::memchr_iter(b':', word).any(is_of_account)
        || matches!(follows, [b'@' | b'%' | b'_', ..])
        || matches!(follows, [b':', next, ..] if !next.is_ascii_whitespace())
}

/// Whether a name is one that could be registered: something under a public suffix, which is none that
/// files' names end in as well, such as the `.sh` of `read@me.sh`.
fn is_public_domain(name: &[u8]) -> bool {
    const ENDINGS_OF_FILES: [&[u8]; 14] = [
        b"zip", b"mov", b"sh", b"py", b"rs", b"md", b"pl", b"so", b"ps", b"app", b"ai", b"js",
        b"map", b"bz",
    ];
    let last = name.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
    let labels_are_whole = name.split(|byte| *byte == b'.').all(|label| {
        (1..=63).contains(&label.len()) && !label.starts_with(b"-") && !label.ends_with(b"-")
    });
    labels_are_whole
        && !ENDINGS_OF_FILES.iter().any(|ending| last.eq_ignore_ascii_case(ending))
        && domain::is_under_known_suffix(&name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests;
