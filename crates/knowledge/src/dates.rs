//! Days as precise as their sources: `2026`, `2026-11` or `2026-11-21`.

/// Whether `text` is a year, a month or a day of the calendar.
#[must_use]
pub fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let mut part = |length: usize| {
        parts.next().map(|it| it.parse::<u32>().ok().filter(|_| it.len() == length).unwrap_or(0))
    };
    let (year, month, day) = (part(4), part(2), part(2));
    let year = year.unwrap_or_default();
    let days = month.map_or(31, |month| days_in(year, month));
    let whole = parts.next().is_none() && text.bytes().all(|it| it.is_ascii_digit() || it == b'-');
    whole && year > 0 && days > 0 && day.is_none_or(|day| (1..=days).contains(&day))
}

/// Whether `a` is after `b` as far as both are precise.
#[must_use]
pub fn later(a: &str, b: &str) -> bool {
    let length = a.len().min(b.len());
    a.get(..length) > b.get(..length)
}

/// Whether something that began and ended on these days was so on `day`.
///
/// A beginning that is not known has always been; on the last day it is over.
#[must_use]
pub fn lasts(from: Option<&str>, to: Option<&str>, day: &str) -> bool {
    let began = from.is_none_or(|from| day.get(..from.len()).unwrap_or(day) >= from);
    began && to.is_none_or(|to| day.get(..to.len()).unwrap_or(day) < to)
}

/// 0 for what is no month.
fn days_in(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_a_year_a_month_or_a_day_of_the_calendar() {
        for good in ["2026", "2026-11", "2026-11-21", "2024-02-29"] {
            assert!(is_date(good), "{good}");
        }
        for bad in
            ["", "26", "2026-13", "2026-1", "2026-02-29", "2026-11-00", "2026-11-21-1", "+026"]
        {
            assert!(!is_date(bad), "{bad}");
        }
    }

    #[test]
    fn a_vaguer_date_is_not_later_than_a_day_within_it() {
        assert!(!later("2026-11", "2026-11-21"));
        assert!(!later("2026-11-21", "2026-11"));
        assert!(later("2026-12", "2026-11-21"));
    }

    #[test]
    fn days_are_compared_as_precisely_as_they_are_known() {
        check(None, None, true);
        check(Some("2026"), None, true);
        check(Some("2026-06"), None, true);
        check(Some("2026-06-16"), None, false);
        check(Some("2018-02-06"), Some("2026-06-15"), false);
        check(Some("2018-02-06"), Some("2026-06-16"), true);
        check(None, Some("2027"), true);
        check(None, Some("2025"), false);
    }

    #[track_caller]
    fn check(from: Option<&str>, to: Option<&str>, expected: bool) {
        assert_eq!(lasts(from, to, "2026-06-15"), expected, "{from:?} to {to:?}");
    }
}
