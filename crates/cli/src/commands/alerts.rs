//! `alerts`: who is told of changes, and how; whether it works; what is worth a message.

use std::{fmt::Write as _, path::Path};

use alerts::{Channel, Config, test_message};
use household::{Budget, Household, HouseholdError, alerts::Rules};

use super::{confine, watch};
use crate::{
    arguments::{Alerting, Alerts, Rule},
    calendar::now,
    failure::{Failure, Outcome},
    output,
};

/// Does what was asked.
pub(crate) fn run(asked: &Alerts) -> Result<Outcome, Failure> {
    let state = watch::folder(asked.state.as_deref())?;
    match &asked.command {
        Alerting::Test { channel } => test(&state, channel.as_deref()),
        Alerting::Show => show(&state),
        Alerting::Set { rules } => set(&state, rules),
    }
}

/// The channels; says what should be put right.
pub(super) fn config(state: &Path) -> Result<Config, Failure> {
    let config = Config::read(state).map_err(|error| Failure::Unreadable(error.to_string()))?;
    for warning in &config.warnings {
        output::say(&format!("houseguest: {warning}"));
    }
    Ok(config)
}

fn test(state: &Path, only: Option<&str>) -> Result<Outcome, Failure> {
    let config = config(state)?;
    let wanted = |it: &&Channel| only.is_none_or(|name| name == it.name);
    let channels: Vec<&Channel> = config.channels.iter().filter(wanted).collect();
    if channels.is_empty() {
        let place = state.join(Config::FILE);
        let what = match only {
            Some(name) if !config.channels.is_empty() => format!("no channel is called {name}"),
            _ => "no channel is set up".to_owned(),
        };
        output::say(&format!(
            "{what}; they stand in {}, and the guide shows one of each",
            place.display()
        ));
        return Ok(Outcome::NothingFound);
    }
    let mut outcome = Outcome::Done;
    for channel in channels {
        let message = test_message(config.pages.as_deref(), channel.details, now());
        let said = match channel.send(&message) {
            Ok(()) => "the message was taken".to_owned(),
            Err(error) => {
                outcome = Outcome::GateFailed;
                format!("failed: {error}")
            }
        };
        output::print(&format!("{}: {said}\n", named(channel)))?;
    }
    Ok(outcome)
}

fn show(state: &Path) -> Result<Outcome, Failure> {
    let config = config(state)?;
    let mut text = match state.join(Config::FILE) {
        place if config.channels.is_empty() => {
            format!("No channel is set up; they stand in {}.\n", place.display())
        }
        place => format!("Channels of {}:\n", place.display()),
    };
    for channel in &config.channels {
        let _ = writeln!(text, "{}, details: {}", named(channel), channel.details.word());
    }
    if let Some(pages) = &config.pages {
        let _ = writeln!(text, "Links lead to {pages}");
    }
    let place = watch::memory_file(state);
    let rules = match Household::look(&place) {
        Ok(household) => household.alert_rules().map_err(|error| unreadable(&place, &error))?,
        Err(_) if !place.exists() => Rules::default(),
        Err(error) => return Err(unreadable(&place, &error)),
    };
    text.push_str(&written(&rules));
    output::print(&text)?;
    Ok(Outcome::Done)
}

fn set(state: &Path, changes: &[Rule]) -> Result<Outcome, Failure> {
    let place = watch::memory_file(state);
    std::fs::create_dir_all(state)
        .map_err(|error| Failure::Unwritable { place: state.display().to_string(), error })?;
    let opened = Household::open(&place, Budget::default()).map_err(|error| match error {
        HouseholdError::InUse => Failure::Usage(
            "a running `watch` holds the memory: change the rules on its page Settings, or end it first"
                .to_owned(),
        ),
        error => unreadable(&place, &error),
    });
    let mut household = opened?.household;
    let mut rules = household.alert_rules().map_err(|error| unreadable(&place, &error))?;
    for change in changes {
        change.apply(&mut rules);
    }
    household.set_alert_rules(&rules).map_err(|error| unreadable(&place, &error))?;
    drop(household);
    confine::hand_over(state)?;
    output::print(&written(&rules))?;
    Ok(Outcome::Done)
}

fn named(channel: &Channel) -> String {
    format!("{} ({}, {})", channel.name, channel.kind(), channel.place())
}

/// The rules as `set` takes them.
fn written(rules: &Rules) -> String {
    let severity = |it| alerts::severity_word(it);
    let digest = rules.digest_hour.map_or("off".to_owned(), |hour| hour.to_string());
    format!(
        "learning={} severity={} always={} group={} digest-hour={digest}\n",
        time(rules.learning),
        severity(rules.severity),
        severity(rules.always),
        time(rules.group),
    )
}

/// Seconds in the largest unit that holds them whole.
fn time(seconds: u64) -> String {
    for (unit, letter) in [(86_400, 'd'), (3_600, 'h'), (60, 'm')] {
        if seconds >= unit && seconds.is_multiple_of(unit) {
            return format!("{}{letter}", seconds / unit);
        }
    }
    format!("{seconds}s")
}

fn unreadable(place: &Path, error: &HouseholdError) -> Failure {
    Failure::Unreadable(format!("failed to open {}: {error}", place.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_written_as_they_are_set() {
        assert_eq!(
            written(&Rules { learning: 0, group: 90, digest_hour: None, ..Rules::default() }),
            "learning=0s severity=high always=critical group=90s digest-hour=off\n"
        );
        assert!(written(&Rules::default()).starts_with("learning=7d "));
    }
}
