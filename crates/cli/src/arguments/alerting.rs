//! What `alerts` takes.

use std::{path::PathBuf, time::Duration};

use clap::{Args, Subcommand};
use household::alerts::Rules;

use super::{Gate, duration};

pub(super) const EXAMPLES: &str = "\
Examples:
  houseguest alerts test                         a test message over every channel
  houseguest alerts test --channel phone         over one
  houseguest alerts show                         channels, and what is worth a message
  houseguest alerts set learning=3d severity=medium digest-hour=off

Channels (ntfy, webhook, mail, mqtt, desktop) stand in the file alerts.toml in the folder of the state;
the guide shows one of each. A running `watch` reads it when it starts.";

const SET_EXAMPLES: &str = "\
Rules:
  learning=7d            for so long after the first recording nothing but the gravest is told
  severity=high          findings told at once from this severity on; milder ones wait for the digest
  always=critical        findings told even while learning
  group=10m              after a message of a device, the next waits so long
  digest-hour=17         the hour (UTC) of the digest of what can wait; off for none

While `watch` runs, its page Settings changes them instead.";

/// Telling people.
#[derive(Debug, Args)]
pub(crate) struct Alerts {
    #[command(subcommand)]
    pub(crate) command: Alerting,
    /// Where the memory and alerts.toml are; a folder beside your data if not given.
    #[arg(long, global = true, value_name = "FOLDER", env = "HOUSEGUEST_STATE")]
    pub(crate) state: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Alerting {
    /// Send a message that says it is a test, and say for each channel what happened.
    Test {
        /// Over this channel only.
        #[arg(long, value_name = "NAME")]
        channel: Option<String>,
    },
    /// Show the channels, secrets hidden, and the rules as they stand.
    Show,
    /// Change what is worth a message.
    #[command(after_help = SET_EXAMPLES)]
    Set {
        /// Rules and what they are to be.
        #[arg(required = true, value_name = "RULE=VALUE", value_parser = rule)]
        rules: Vec<Rule>,
    },
}

/// A rule and what it is to be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rule {
    Learning(Duration),
    Severity(Gate),
    Always(Gate),
    Group(Duration),
    DigestHour(Option<u8>),
}

impl Rule {
    /// Changes that rule.
    pub(crate) const fn apply(self, rules: &mut Rules) {
        match self {
            Self::Learning(time) => rules.learning = time.as_secs(),
            Self::Severity(gate) => rules.severity = gate.severity(),
            Self::Always(gate) => rules.always = gate.severity(),
            Self::Group(time) => rules.group = time.as_secs(),
            Self::DigestHour(hour) => rules.digest_hour = hour,
        }
    }
}

fn rule(text: &str) -> Result<Rule, String> {
    const RULES: &str =
        "a rule is learning, severity, always, group or digest-hour, then = and a value";
    let (name, value) = text.split_once('=').ok_or(RULES)?;
    let time = |value| if value == "0" { Ok(Duration::ZERO) } else { duration(value) };
    let gate = |value| {
        <Gate as clap::ValueEnum>::from_str(value, true)
            .map_err(|_| "a severity is info, low, medium, high or critical".to_owned())
    };
    match name {
        "learning" => time(value).map(Rule::Learning),
        "severity" => gate(value).map(Rule::Severity),
        "always" => gate(value).map(Rule::Always),
        "group" => time(value).map(Rule::Group),
        "digest-hour" if value == "off" => Ok(Rule::DigestHour(None)),
        "digest-hour" => match value.parse() {
            Ok(hour @ 0..24) => Ok(Rule::DigestHour(Some(hour))),
            _ => Err("the digest comes at an hour from 0 to 23 (UTC), or is off".to_owned()),
        },
        _ => Err(RULES.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use knowledge::kinds::Severity;

    use super::*;

    #[test]
    fn rules_are_read_and_applied() {
        let mut rules = Rules::default();
        for text in ["learning=3d", "severity=medium", "always=high", "group=0", "digest-hour=off"]
        {
            rule(text).unwrap().apply(&mut rules);
        }
        let expected = Rules {
            learning: 3 * 86_400,
            severity: Severity::Medium,
            always: Severity::High,
            group: 0,
            digest_hour: None,
        };
        assert_eq!(rules, expected);
        for text in ["learning", "learning=3", "severity=dire", "digest-hour=24", "mood=good"] {
            assert!(rule(text).is_err(), "{text}");
        }
    }
}
