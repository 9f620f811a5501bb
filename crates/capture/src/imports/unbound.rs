//! What Unbound writes to its log of questions (`log-queries`) and of answers (`log-replies`).
//!
//! `info: 192.168.1.5 name. A IN`, with `log-tag-queryreply` also `query: …` and `reply: …`; of an answer the
//! code, the time it took and its size follow. Addresses are not in it.

use evidence::Timestamp;

use super::{Line, Lines, Scribe, prefix::stamp, scribe::address};

/// Reads such a log.
#[derive(Debug, Default)]
pub(super) struct Unbound {
    /// Whether questions are logged, so that answers only repeat them.
    asks: bool,
}

/// What a line tells.
struct Told<'a> {
    ip: std::net::IpAddr,
    name: &'a str,
    is_answer: bool,
}

impl Lines for Unbound {
    fn line(&mut self, line: &str, scribe: &mut Scribe<'_>) -> Line {
        let (time, rest) = stamp(line);
        let Some(text) = information(rest) else { return Line::Skipped("lines of other kinds") };
        let Some(told) = read(text) else { return Line::Skipped("lines of other kinds") };
        let at = match time {
            Some(time) => scribe.clock.moment(time),
            None => Some(scribe.clock.written),
        };
        let Some(at) = at.filter(|at| *at > Timestamp::EPOCH) else { return Line::Malformed };
        self.asks |= !told.is_answer;
        if told.is_answer && self.asks {
            return Line::Skipped("answers without addresses");
        }
        let _ = scribe.question(told.ip, told.name, at);
        Line::Read
    }
}

/// The message behind the program's name and `info:`, which may be `[123:0] info:` alone.
fn information(rest: &str) -> Option<&str> {
    let (before, text) = rest.split_once("info: ")?;
    let numbered = before.trim_end().ends_with(']');
    (before.contains("unbound") || numbered).then_some(text)
}

fn read(text: &str) -> Option<Told<'_>> {
    let mut words = text.split(' ').filter(|it| !it.is_empty()).peekable();
    let tag = words.next_if(|it| matches!(*it, "query:" | "reply:"));
    let ip = address(words.next()?)?;
    let name = words.next()?;
    let (kind, class) = (words.next()?, words.next()?);
    let plausible = kind.bytes().all(|it| it.is_ascii_alphanumeric())
        && matches!(class, "IN" | "CH" | "HS" | "ANY" | "CLASS1");
    let is_answer = tag == Some("reply:") || words.next().is_some();
    plausible.then_some(Told { ip, name, is_answer })
}

/// Whether `line` is of such a log.
pub(super) fn recognises(line: &str) -> bool {
    let rest = stamp(line).1;
    information(rest).is_some_and(|text| read(text).is_some() || rest.contains("unbound"))
}

#[cfg(test)]
mod tests {
    use crate::imports::{Format, fuzzing::rehearse};

    #[test]
    fn questions_are_read_under_every_prefix() {
        for before in [
            "[1795341540] unbound[12:0] info:",
            "Nov 22 09:59:00 unbound[12:0] info:",
            "Nov 22 09:59:00 fw unbound: [12:0] info:",
            "Nov 22 09:59:00 fw unbound[12]: [12:0] info: query:",
            "<30>1 2026-11-22T10:59:00+01:00 fw.example unbound 12 - [meta sequenceId=\"1\"] [12:0] info:",
        ] {
            check(
                &format!("{before} 192.168.1.5 Api.Vendor.example. A IN\n"),
                &["192.168.1.5 dns.query api.vendor.example 1 @2026-11-22T09:59:00Z"],
            );
        }
    }

    #[test]
    fn answers_repeat_questions_unless_they_stand_alone() {
        let reply =
            "[1795341540] unbound[12:0] info: 192.168.1.5 a.example. A IN NOERROR 0.01 0 61\n";
        let query = "[1795341540] unbound[12:0] info: 192.168.1.5 a.example. A IN\n";
        check(reply, &["192.168.1.5 dns.query a.example 1 @2026-11-22T09:59:00Z"]);
        check(
            &format!("{query}{reply}"),
            &[
                "192.168.1.5 dns.query a.example 1 @2026-11-22T09:59:00Z",
                "skipped answers without addresses 1",
            ],
        );
        check(
            "[1795341540] unbound[12:0] info: start of service (unbound 1.17.1).\n",
            &["skipped lines of other kinds 1"],
        );
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(rehearse(Format::Unbound, text), expected, "{text}");
    }
}
