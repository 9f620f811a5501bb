//! What stands before a log's message: when it was written, and by which program.
//!
//! Read are the times of [RFC 3164] and [RFC 5424], of `logread`, of resolvers (`[1700000000]`), and numbers
//! of seconds. What stands between the time and the message (host, level, tag) is passed over.
//!
//! [RFC 3164]: https://www.rfc-editor.org/rfc/rfc3164
//! [RFC 5424]: https://www.rfc-editor.org/rfc/rfc5424

use evidence::Timestamp;

use super::clock::{Stamp, days};

/// Names of months, as `date` abbreviates them in English, which logs do everywhere.
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// The time at the beginning of a line, and the rest of it.
pub(super) fn stamp(line: &str) -> (Option<Stamp>, &str) {
    let rest = without_priority(line.trim_start());
    if let Some(found) = in_brackets(rest).or_else(|| words(rest)) {
        return (Some(found.0), found.1);
    }
    let (word, after) = rest.split_once([' ', '\t']).unwrap_or((rest, ""));
    // RFC 5424 puts its version before the time.
    let (word, after) = match word {
        "1" => after.split_once(' ').unwrap_or((after, "")),
        word => (word, after),
    };
    if let Some(stamp) = moment(word) {
        return (Some(stamp), after);
    }
    // A space instead of `T`.
    let two = after
        .split_once(' ')
        .and_then(|(clock, after)| Some((moment(&format!("{word}T{clock}"))?, after)));
    two.map_or((None, rest), |(stamp, after)| (Some(stamp), after))
}

/// The message that `program` wrote, which may carry its number: `program[12]: message`. The name is
/// followed by `suffix` letters at most where it has parts, as in `program-part[12]: message`. Within another
/// program's message it is a word as any other, unless that passes on whole lines.
pub(super) fn message<'a>(rest: &'a str, program: &str) -> Option<(&'a str, &'a str)> {
    let (writer, said) = rest.split_once(": ").unwrap_or((rest, ""));
    let passed_on = rest.len() - stamp(said).1.trim_start().len();
    rest.match_indices(program).find_map(|(at, _)| {
        let before = rest.get(..at)?.chars().next_back();
        let is_word = before.is_some_and(|it| it.is_alphanumeric() || it == '-');
        if is_word || (at > writer.len() && at != passed_on) {
            return None;
        }
        let after = rest.get(at + program.len()..)?;
        let part_ends = after.find(|it: char| !it.is_ascii_alphanumeric() && it != '-')?;
        let (part, after) = after.split_at_checked(part_ends)?;
        if !part.is_empty() && !part.starts_with('-') {
            return None;
        }
        let after = match after.strip_prefix('[') {
            Some(number) => number.split_once(']').filter(|(it, _)| it.len() <= 12)?.1,
            None => after,
        };
        Some((part, after.strip_prefix(':')?.trim_start()))
    })
}

/// `<30>`, the priority of RFC 3164.
fn without_priority(line: &str) -> &str {
    let number = line.strip_prefix('<').and_then(|rest| rest.split_once('>'));
    let number = number.filter(|(it, _)| it.len() <= 3 && it.bytes().all(|it| it.is_ascii_digit()));
    number.map_or(line, |(_, rest)| rest)
}

/// `[1700000000] `.
fn in_brackets(rest: &str) -> Option<(Stamp, &str)> {
    let (number, rest) = rest.strip_prefix('[')?.split_once(']')?;
    Some((Stamp::Moment(epoch(number)?), rest.trim_start()))
}

/// `Nov 22 10:00:00 ` and `Sun Nov 22 10:00:00 2026 `.
fn words(rest: &str) -> Option<(Stamp, &str)> {
    let (first, after) = rest.split_once(' ')?;
    let with_weekday = WEEKDAYS.contains(&first);
    let (month, after) =
        if with_weekday { after.trim_start().split_once(' ')? } else { (first, after) };
    let month = MONTHS.iter().position(|it| *it == month)?;
    let month = u8::try_from(month + 1).ok()?;
    let (day, after) = after.trim_start().split_once(' ')?;
    let day = day.parse().ok()?;
    let (clock, after) = after.trim_start().split_once(' ').unwrap_or((after.trim_start(), ""));
    let second = of_day(clock)?.0;
    if !with_weekday {
        return Some((Stamp::Yearless { month, day, second }, after));
    }
    let (year, after) = after.split_once(' ').unwrap_or((after, ""));
    let wall = days(year.parse().ok()?, month, day)? * 86_400 + i64::from(second);
    Some((Stamp::Wall(wall), after))
}

/// RFC 3339, or a number of seconds since the epoch.
pub(super) fn moment(word: &str) -> Option<Stamp> {
    let Some((date, rest)) = word.split_once('T') else { return epoch(word).map(Stamp::Moment) };
    let date = date_of(date, '-')?;
    let zone = rest.find(['Z', '+', '-']);
    let (clock, zone) = rest.split_at_checked(zone.unwrap_or(rest.len()))?;
    let (second, nanoseconds) = of_day(clock)?;
    let wall = date * 86_400 + i64::from(second);
    let ahead = match zone {
        "" => return Some(Stamp::Wall(wall)),
        "Z" => 0,
        zone => offset(zone)?,
    };
    let seconds = u64::try_from(wall - ahead).ok()?;
    Some(Stamp::Moment(Timestamp::from_parts(seconds, nanoseconds)))
}

/// `2026-11-22`, as days since the epoch.
pub(super) fn date_of(text: &str, between: char) -> Option<i64> {
    let mut parts = text.split(between);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    days(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// `10:00:00.25`, as seconds and nanoseconds.
pub(super) fn of_day(text: &str) -> Option<(u32, u64)> {
    let mut parts = text.splitn(3, ':');
    let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next()?);
    let (second, fraction) = second.split_once(['.', ',']).unwrap_or((second, ""));
    let part = |text: &str, most: u32| text.parse().ok().filter(|it: &u32| *it <= most);
    let seconds = part(hour, 23)? * 3_600 + part(minute, 59)? * 60 + part(second, 60)?;
    Some((seconds, nanoseconds(fraction)?))
}

/// `+02:00` or `-0500`, in seconds.
fn offset(text: &str) -> Option<i64> {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let digits: String = text.chars().skip(1).filter(char::is_ascii_digit).collect();
    let (hours, minutes) = digits.split_at_checked(2)?;
    let minutes = if minutes.is_empty() { 0 } else { minutes.parse().ok()? };
    let hours: i64 = hours.parse().ok()?;
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

/// Seconds since the epoch, also with a fraction.
pub(super) fn epoch(text: &str) -> Option<Timestamp> {
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
    // Shorter numbers are counts of something else.
    let fits = (9..=11).contains(&seconds.len()) && seconds.bytes().all(|it| it.is_ascii_digit());
    let seconds = fits.then(|| seconds.parse().ok())??;
    Some(Timestamp::from_parts(seconds, nanoseconds(fraction)?))
}

/// The digits behind a point, as nanoseconds.
pub(super) fn nanoseconds(fraction: &str) -> Option<u64> {
    let digits = fraction.bytes().take(9);
    let mut sum = 0;
    let mut unit = 100_000_000;
    for digit in digits {
        sum += u64::from(digit.checked_sub(b'0').filter(|it| *it < 10)?) * unit;
        unit /= 10;
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::Clock;

    #[test]
    fn times_are_read_as_loggers_write_them() {
        check("Nov 22 10:00:00 dnsmasq[1]: a", "2026-11-22T10:00:00Z", "dnsmasq[1]: a");
        check(
            "Nov  2 10:00:00 router dnsmasq[1]: a",
            "2026-11-02T10:00:00Z",
            "router dnsmasq[1]: a",
        );
        check("Sun Nov 22 10:00:00 2026 daemon.info x", "2026-11-22T10:00:00Z", "daemon.info x");
        check("<30>Nov 22 10:00:00 x", "2026-11-22T10:00:00Z", "x");
        check("<30>1 2026-11-22T10:00:00+01:00 box x", "2026-11-22T09:00:00Z", "box x");
        check("2026-11-22T10:00:00.125Z box x", "2026-11-22T10:00:00.125Z", "box x");
        check("2026-11-22 10:00:00 x", "2026-11-22T10:00:00Z", "x");
        check("[1795341600] unbound[1:0] info: x", "2026-11-22T10:00:00Z", "unbound[1:0] info: x");
        check("1795341600.5 x", "2026-11-22T10:00:00.5Z", "x");
        assert_eq!(stamp("dnsmasq: started"), (None, "dnsmasq: started"));
        assert_eq!(stamp("Nov 22 25:00:00 x").0, None);
    }

    #[test]
    fn messages_are_found_behind_their_programs_name() {
        assert_eq!(message("box dnsmasq[12]: query", "dnsmasq"), Some(("", "query")));
        assert_eq!(message("dnsmasq-dhcp[1]: DHCPACK", "dnsmasq"), Some(("-dhcp", "DHCPACK")));
        assert_eq!(message("daemon.info dnsmasq: a: b", "dnsmasq"), Some(("", "a: b")));
        assert_eq!(message("mydnsmasq[1]: a", "dnsmasq"), None);
        assert_eq!(message("dnsmasqd: a", "dnsmasq"), None);
    }

    #[track_caller]
    fn check(line: &str, expected: &str, rest: &str) {
        let clock = Clock::new(Timestamp::from_parts(1_795_341_605, 0));
        let (found, after) = stamp(line);
        assert_eq!(clock.moment(found.unwrap()).unwrap().to_string(), expected, "{line}");
        assert_eq!(after, rest, "{line}");
    }
}
