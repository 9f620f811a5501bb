//! What is worth a message, and how messages go out: the rules can be changed here, the channels are shown.

use axum::{
    body::Bytes,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use household::alerts::Rules;
use knowledge::kinds::Severity;
use maud::{Markup, html};
use reports::{pieces::said, wording};

use crate::{channel::Channel, forms, pages, visit::Visit};

/// The longest learning period that can be chosen, in days.
const LONGEST: u64 = 365;

const DAY: u64 = 86_400;

const SEVERITIES: [(Severity, &str); 5] = [
    (Severity::Critical, "critical"),
    (Severity::High, "high"),
    (Severity::Medium, "medium"),
    (Severity::Low, "low"),
    (Severity::Info, "info"),
];

/// The section of the page.
pub(super) fn section(visit: &Visit) -> Markup {
    let rules = visit.house.memory(|household| household.alert_rules());
    let channels = visit.house.channels();
    html! {
        section aria-labelledby="alerts" {
            h2 id="alerts" { "What you are told of" }
            @match rules {
                Some(Ok(rules)) => article { (form(visit, &rules)) },
                Some(Err(_)) => p { "The rules could not be read." },
                None => p { "Nothing: there is no memory to tell changes by. Start with an interface or a pipe." },
            }
            h3 { "How" }
            @if channels.is_empty() {
                p { "On these pages only, under " a href="/changes" { "What changed" } ". To hear of it elsewhere (phone, e-mail, home "
                    "automation), name the channels in the file alerts.toml beside the memory; the guide says how." }
            } @else {
                ul { @for channel in &channels { (way(channel)) } }
            }
        }
    }
}

fn form(visit: &Visit, rules: &Rules) -> Markup {
    let digest = rules.digest_hour;
    html! {
        form.note method="post" action="/settings/alerts" {
            (pages::token(visit))
            div { label for="learning" { "Days of learning what is usual, before anything but the gravest is told" }
                input id="learning" name="learning" type="number" min="0" max=(LONGEST) value=(rules.learning / DAY); }
            div { label for="severity" { "Findings told at once, from this severity on; milder ones wait for the digest" }
                select id="severity" name="severity" {
                    @for (severity, word) in SEVERITIES {
                        option value=(word) selected[severity == rules.severity] { (word) }
                    }
                } }
            div { label for="digest" { "Digest of the day" }
                select id="digest" name="digest" {
                    option value="off" selected[digest.is_none()] { "none" }
                    @for hour in 0..24_u8 {
                        option value=(hour) selected[digest == Some(hour)] { (format!("{hour:02}:00 UTC")) }
                    }
                } }
            button { "Keep" }
        }
    }
}

fn way(channel: &Channel) -> Markup {
    html! {
        li {
            strong { (said(&channel.name)) } " (" (said(&channel.kind)) "), " (said(&channel.place)) ", details: "
            (said(&channel.details)) ". "
            @match &channel.last {
                None => "Nothing was sent since the program started.",
                Some(last) => {
                    @match &last.failure {
                        None => { "The last message arrived " (wording::moment(last.at)) "." },
                        Some(why) => { strong { "The last message did not arrive" } " (" (wording::moment(last.at)) "): " (said(why)) "." },
                    }
                },
            }
            @if channel.waiting > 0 { " " (wording::counted(channel.waiting, "message")) " waiting." }
        }
    }
}

/// Takes the rules that the form says.
pub(crate) async fn keep(visit: Visit, form: Bytes) -> Response {
    let outcome = visit.house.memory(|household| {
        let rules = said_rules(household.alert_rules()?, &form);
        match &rules {
            Ok(rules) => household.set_alert_rules(rules).map(|()| None),
            Err(what) => Ok(Some(*what)),
        }
    });
    let failed = "The rules were not changed";
    match outcome {
        Some(Ok(None)) => Redirect::to("/settings#alerts").into_response(),
        Some(Ok(Some(what))) => pages::notice(StatusCode::BAD_REQUEST, failed, what),
        Some(Err::<_, household::HouseholdError>(error)) => {
            let text = reports::escape::visible(&error.to_string()).into_owned();
            pages::notice(StatusCode::INTERNAL_SERVER_ERROR, failed, &text)
        }
        None => pages::notice(StatusCode::NOT_FOUND, failed, "There is no memory to keep them in."),
    }
}

/// The rules with what the form says; what is wrong where it makes no sense.
fn said_rules(rules: Rules, form: &[u8]) -> Result<Rules, &'static str> {
    let field = |name| forms::field(form, name).ok_or("The form was not whole.");
    let days: u64 = field("learning")?.trim().parse().unwrap_or(u64::MAX);
    if days > LONGEST {
        return Err("Days of learning are a number from 0 to 365.");
    }
    let word = field("severity")?;
    let severity = SEVERITIES.iter().find(|(_, it)| *it == word);
    let (severity, _) = severity.ok_or("There is no such severity.")?;
    let digest_hour = match field("digest")?.as_str() {
        "off" => None,
        hour => match hour.parse::<u8>() {
            Ok(hour @ 0..24) => Some(hour),
            _ => return Err("The digest comes at an hour from 0 to 23, or not at all."),
        },
    };
    // Whole days were shown: what is set more finely and was not changed stays.
    let learning = if days == rules.learning / DAY { rules.learning } else { days * DAY };
    Ok(Rules { learning, severity: *severity, digest_hour, ..rules })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_changes_what_it_says_and_nothing_else() {
        let old = Rules { learning: DAY + 60, ..Rules::default() };
        check("learning=3&severity=low&digest=off", Ok((3 * DAY, Severity::Low, None)));
        check("learning=1&severity=high&digest=0", Ok((DAY + 60, Severity::High, Some(0))));
        check("learning=366&severity=high&digest=0", Err("Days of learning"));
        check("learning=-1&severity=high&digest=0", Err("Days of learning"));
        check("learning=1&severity=dire&digest=0", Err("no such severity"));
        check("learning=1&severity=high&digest=24", Err("from 0 to 23"));
        check("learning=1&severity=high", Err("not whole"));
        let kept = said_rules(old, b"learning=1&severity=low&digest=5").unwrap();
        assert_eq!((kept.group, kept.always), (old.group, old.always));
    }

    #[track_caller]
    fn check(form: &str, expected: Result<(u64, Severity, Option<u8>), &str>) {
        let old = Rules { learning: DAY + 60, ..Rules::default() };
        match (said_rules(old, form.as_bytes()), expected) {
            (Ok(rules), Ok(expected)) => {
                assert_eq!((rules.learning, rules.severity, rules.digest_hour), expected, "{form}");
            }
            (Err(what), Err(expected)) => assert!(what.contains(expected), "{form}: {what}"),
            (found, _) => panic!("{form}: {found:?}"),
        }
    }
}
