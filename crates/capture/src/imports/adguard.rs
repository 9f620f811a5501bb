//! The query log of a blocker that keeps one object of JSON a line: `querylog.json`.
//!
//! Of each: when (`T`), who (`IP`), what (`QH`, the name in lower case), whether it was blocked
//! (`Result.IsFiltered`) and the answer as it was sent, in base64 (`Answer`).

use evidence::{Host, Timestamp, fields};
use serde_json::Value;

use super::{
    Line, Lines, Scribe,
    prefix::moment,
    scribe::{address, answered},
};

/// Reads such a log.
#[derive(Debug, Default)]
pub(super) struct AdGuard;

impl Lines for AdGuard {
    fn line(&mut self, line: &str, scribe: &mut Scribe<'_>) -> Line {
        let Ok(entry) = serde_json::from_str::<Value>(line) else { return Line::Malformed };
        let text = |key: &str| entry.get(key).and_then(Value::as_str);
        let (Some(time), Some(ip), Some(name)) = (text("T"), text("IP"), text("QH")) else {
            return Line::Malformed;
        };
        let at = moment(time).and_then(|it| scribe.clock.moment(it));
        let (Some(at), Some(ip)) = (at, address(ip)) else { return Line::Malformed };
        let Some(host) = scribe.question(ip, name, at) else {
            return Line::Skipped("questions of the resolver's own");
        };
        let blocked = entry.pointer("/Result/IsFiltered").and_then(Value::as_bool);
        match text("Answer").filter(|_| blocked != Some(true)) {
            Some(answer) => Line::of(answers(host, answer, at, scribe)),
            None => Line::Read,
        }
    }
}

fn answers(host: Host, answer: &str, at: Timestamp, scribe: &mut Scribe<'_>) -> Option<()> {
    let message = base64(answer)?;
    let whole = packets::answers(&message, |line| {
        let ip = line.rsplit(' ').next().and_then(address);
        if ip.and_then(answered).is_some() {
            scribe.note(host, fields::DNS_ANSWER, line, at);
        }
    });
    whole.then_some(())
}

/// Reads base64 as of RFC 4648, section 4.
fn base64(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    let mut bytes = Vec::with_capacity(digits.len() * 3 / 4);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for digit in digits.bytes() {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xfff;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).ok()?);
        }
    }
    Some(bytes)
}

/// Whether `line` is of such a log.
pub(super) fn recognises(line: &str) -> bool {
    line.starts_with('{')
        && line.contains("\"QH\":")
        && line.contains("\"IP\":")
        && line.contains("\"T\":")
}

#[cfg(test)]
mod tests {
    use crate::imports::{Format, fuzzing::rehearse};

    /// An answer: `a.example` is an alias of `b.example`, which is 198.51.100.7.
    const ANSWER: &str =
        "AAGBgAABAAIAAAAAAWEHZXhhbXBsZQAAAQABwAwABQABAAAAPAAEAWLADsAnAAEAAQAAADwABMYzZAc=";

    #[test]
    fn questions_and_kept_answers_are_read() {
        let entry = |filtered: bool, answer: &str| {
            format!(
                "{{\"T\":\"2026-11-22T10:59:00.5+01:00\",\"QH\":\"a.example\",\"QT\":\"A\",\"QC\":\"IN\",\
                 \"CP\":\"\",\"Answer\":\"{answer}\",\"IP\":\"192.168.1.5\",\
                 \"Result\":{{\"IsFiltered\":{filtered}}},\"Elapsed\":12}}\n"
            )
        };
        let query = "192.168.1.5 dns.query a.example 1 @2026-11-22T09:59:00.5Z";
        check(
            &entry(false, ANSWER),
            &[
                "192.168.1.5 dns.answer a.example 198.51.100.7 1 @2026-11-22T09:59:00.5Z",
                "192.168.1.5 dns.answer b.example 198.51.100.7 1 @2026-11-22T09:59:00.5Z",
                query,
            ],
        );
        check(&entry(true, ANSWER), &[query]);
        check(&entry(false, "no base64!"), &[query, "malformed line 1"]);
        check("{\"T\":1}\n", &["malformed line 1"]);
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(rehearse(Format::AdGuard, text), expected, "{text}");
    }
}
