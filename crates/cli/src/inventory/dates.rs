//! Days as inventories write them.

/// Months' names as far as they tell them apart.
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Earlier than any device: what is read as such a day was meant otherwise, as `25-Mar-26` is.
const EARLIEST: &str = "1900";

/// The day that `text` names, as `2026-03-25`, `2026-03` or `2026`; `None` where it names none or
/// could be two, and where the year has no century.
pub(super) fn day(text: &str) -> Option<Box<str>> {
    let text = text.trim();
    let text = text.split_once('T').map_or(text, |(day, _)| day);
    let parts: Vec<&str> =
        text.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty()).collect();
    let numbers: Vec<u32> = parts.iter().filter_map(|it| it.parse().ok()).collect();
    let written = |year: u32, month: u32, day: u32| format!("{year:04}-{month:02}-{day:02}");
    let found = match (parts.as_slice(), numbers.as_slice()) {
        ([year], [_]) if year.len() == 4 => (*year).to_owned(),
        ([whole], [_]) if whole.len() == 8 => {
            format!("{}-{}-{}", whole.get(..4)?, whole.get(4..6)?, whole.get(6..)?)
        }
        ([year, _], [number, month]) if year.len() == 4 => format!("{number:04}-{month:02}"),
        ([year, ..], [number, month, day]) if year.len() == 4 => written(*number, *month, *day),
        ([_, _, year], [first, second, number]) if year.len() == 4 => {
            let (month, day) = month_and_day(text, *first, *second)?;
            written(*number, month, day)
        }
        (words, [one, other]) if words.len() == 3 => {
            let name = words.iter().find(|it| it.parse::<u32>().is_err())?;
            let (day, year) = if *one > 31 { (*other, *one) } else { (*one, *other) };
            written(year, month(name)?, day)
        }
        ([name, _] | [_, name], [year]) if *year > 31 => format!("{year:04}-{:02}", month(name)?),
        _ => return None,
    };
    (knowledge::dates::is_date(&found) && *found >= *EARLIEST).then(|| found.into())
}

/// Month and day of `25.3.2026`, where the day comes first, and of `3/25/2026`, where only one
/// order is possible.
fn month_and_day(text: &str, first: u32, second: u32) -> Option<(u32, u32)> {
    match (text.contains('.'), first > 12, second > 12) {
        (true, _, _) | (_, true, false) => Some((second, first)),
        (_, false, true) => Some((first, second)),
        _ if first == second => Some((first, second)),
        _ => None,
    }
}

fn month(name: &str) -> Option<u32> {
    let name = name.to_lowercase();
    let index = MONTHS.iter().position(|it| name.starts_with(it))?;
    u32::try_from(index + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_where_they_can_mean_only_one() {
        check("2026-03-25", Some("2026-03-25"));
        check("2026/3/5", Some("2026-03-05"));
        check("2026-03-25T10:00:00Z", Some("2026-03-25"));
        check("20260325", Some("2026-03-25"));
        check("25.03.2026", Some("2026-03-25"));
        check("3/25/2026", Some("2026-03-25"));
        check("25/3/2026", Some("2026-03-25"));
        check("3/4/2026", None);
        check("March 25, 2026", Some("2026-03-25"));
        check("25 Mar 2026", Some("2026-03-25"));
        check("Mar 2026", Some("2026-03"));
        check("2026", Some("2026"));
        check("2026-02-30", None);
        check("25-Mar-26", None);
        check("26-Mar-99", None);
        check("Mar 99", None);
        check("0026-03-25", None);
        check("soon", None);
        check("", None);
    }

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(day(text).as_deref(), expected, "{text}");
    }
}
