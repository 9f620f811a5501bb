//! Whether a list and its entry are in force on a day.

use knowledge::{
    dates,
    kinds::{Date, Entry, List, Status},
};

use super::{Step, words};

/// How an entry stands on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is in force.
    InForce,
    /// It may be: the step says why that is not known.
    Unclear(Step),
    /// It is not.
    Not,
}

/// How `entry` of `list` stands on `day`.
pub(super) fn of(list: &List, entry: &Entry, day: &str) -> Standing {
    let ended = list.to.is_some() || entry.to.is_some();
    match list.status {
        Status::Proposed => return Standing::Not,
        Status::Adopted if list.from.is_none() && entry.from.is_none() => return Standing::Not,
        Status::Ended | Status::Superseded | Status::Settled if !ended => return Standing::Not,
        _ => {}
    }
    let of_list = during(list.from.as_ref(), list.to.as_ref(), day);
    let of_entry = during(entry.from.as_ref(), entry.to.as_ref(), day);
    match (of_list, of_entry, list.status) {
        (Some(false), _, _) | (_, Some(false), _) => Standing::Not,
        (_, None, _) | (None, _, _) => Standing::Unclear(words::vague_dates(list, entry)),
        (_, _, Status::Paused | Status::Pending | Status::Unknown) => {
            Standing::Unclear(words::list_status(list))
        }
        _ => Standing::InForce,
    }
}

/// Whether `day` lies within; `None` where dates less precise than a day leave it open.
pub(super) fn during(from: Option<&Date>, to: Option<&Date>, day: &str) -> Option<bool> {
    if !dates::lasts(from.map(|it| &**it), to.map(|it| &**it), day) {
        // On a vague last day it may not be over yet.
        let within = |date: &&Date| date.len() < day.len() && day.starts_with(&***date);
        return if to.is_some_and(|to| within(&to)) { None } else { Some(false) };
    }
    let vague = from.is_some_and(|from| from.len() < day.len() && day.starts_with(&**from));
    if vague { None } else { Some(true) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_within_a_vague_date_is_not_decided() {
        check("", "", Some(true));
        check("2026-06-15", "", Some(true));
        check("2026-06-16", "", Some(false));
        check("2026-06", "", None);
        check("2026-05", "", Some(true));
        check("2020", "2026-06-15", Some(false));
        check("2020", "2026-06-16", Some(true));
        check("2020", "2026-06", None);
        check("2020", "2026-05", Some(false));
        check("2020", "2027", Some(true));
    }

    #[track_caller]
    fn check(from: &str, to: &str, expected: Option<bool>) {
        let date = |text: &str| (!text.is_empty()).then(|| Date::from(text));
        let found = during(date(from).as_ref(), date(to).as_ref(), "2026-06-15");
        assert_eq!(found, expected, "{from} to {to}");
    }
}
