//! The plan: what to do, in the order of what it gains for what it costs, each step with its reason, how
//! to do it, what it breaks, and what later traffic shows once it is done.
//!
//! What to do comes from the assessment. Whether it was done is what the household remembers; here it
//! comes as [`Remembered`], empty where nothing remembers.

mod json;
mod text;

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use assessment::{
    Assessment,
    model::{Action, Device, Finding, Placement},
};
use evidence::Timestamp;
use knowledge::kinds::{Advice, Cost, Money, Severity, Shows, Skill, Verify};

use crate::{Options, wording};

pub use json::SCHEMA;

/// An assessment's actions with what is remembered of them.
#[derive(Clone, Debug)]
pub struct Plan<'a> {
    /// What there is to do.
    pub assessment: &'a Assessment,
    /// What was done before.
    pub remembered: Remembered,
}

/// What a household remembers of its plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remembered {
    /// Where actions stand, by their place in [`Assessment::actions`].
    pub standing: BTreeMap<usize, Standing>,
    /// What is still to be done, and was not seen lately: neither shown to be done nor to go on.
    pub waiting: Vec<Waiting>,
    /// What is done, as later traffic shows, the latest first.
    pub done: Vec<Done>,
}

/// A step of which nothing was seen lately.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The household's name of the device. Untrusted.
    pub device: Box<str>,
    /// What is to be done.
    pub text: Box<str>,
    /// The rule.
    pub rule: Box<str>,
    /// When what it answers was last seen.
    pub last_seen: Timestamp,
}

/// Where a step stands that is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Since when it is in the plan.
    pub since: Timestamp,
    /// When what it answers was last seen.
    pub last_seen: Timestamp,
    /// Since when it is back, where it had been done.
    pub came_back: Option<Timestamp>,
}

/// A step that is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// The household's name of the device. Untrusted.
    pub device: Box<str>,
    /// What was to be done.
    pub text: Box<str>,
    /// The rule.
    pub rule: Box<str>,
    /// Since when that is known.
    pub at: Timestamp,
    /// What shows it, for people.
    pub by: &'static str,
}

/// How a plan is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For people.
    Text,
    /// For programs.
    Json,
}

impl Plan<'_> {
    /// Writes the plan.
    ///
    /// # Errors
    ///
    /// What `out` reports.
    pub fn write(&self, form: Form, options: &Options, out: &mut dyn Write) -> io::Result<()> {
        match form {
            Form::Text => text::write(self, options, out),
            Form::Json => json::write(self, options, out),
        }
    }
}

/// The device of an action.
#[must_use]
pub fn device<'a>(assessment: &'a Assessment, action: &Action) -> Option<&'a Device> {
    action.device.index().and_then(|index| assessment.devices.get(index))
}

/// What an action answers.
pub fn answered<'a>(
    assessment: &'a Assessment,
    action: &'a Action,
) -> impl Iterator<Item = (usize, &'a Finding)> {
    action.findings.iter().filter_map(|it| Some((*it, assessment.findings.get(*it)?)))
}

/// The ways to do it, the best first.
pub fn guides<'a>(
    assessment: &'a Assessment,
    action: &'a Action,
) -> impl Iterator<Item = &'a Advice> {
    action.guides.iter().filter_map(|id| assessment.advice.get(id))
}

/// What an action removes: how many findings of each severity, the gravest first.
#[must_use]
pub fn removes(assessment: &Assessment, action: &Action) -> Vec<(Severity, usize)> {
    let mut counts: BTreeMap<Severity, usize> = BTreeMap::new();
    for (_, finding) in answered(assessment, action) {
        *counts.entry(finding.severity).or_default() += 1;
    }
    counts.into_iter().rev().collect()
}

/// What an action removes, in words: "2 high, 1 low".
#[must_use]
pub fn removes_in_words(assessment: &Assessment, action: &Action) -> String {
    let counts = removes(assessment, action);
    let each = counts.iter().map(|(severity, count)| {
        let count = wording::count(u64::try_from(*count).unwrap_or(u64::MAX));
        format!("{count} {}", wording::severity(*severity))
    });
    each.collect::<Vec<_>>().join(", ")
}

/// A cost in words.
#[must_use]
pub fn cost(cost: Cost) -> String {
    let time = match cost.minutes {
        minutes @ 0..90 => format!("about {minutes} minutes"),
        minutes => format!("about {} hours", minutes.div_ceil(60)),
    };
    let money = match cost.money {
        Money::None => "no money",
        Money::Some => "some money",
        Money::Device => "a new device",
    };
    let skill = match cost.skill {
        Skill::Anyone => "anyone can do it",
        Skill::Settings => "for somebody who finds their way in settings",
        Skill::Expert => "for somebody who knows networks",
    };
    format!("{time}, {money}, {skill}")
}

/// What shows that it was done, in words.
#[must_use]
pub fn verified_by(verify: Option<Verify>) -> String {
    let Some(Verify { shows, days }) = verify else {
        return "the network cannot show this: you will know".to_owned();
    };
    let days = wording::counted(usize::from(days), "day");
    match shows {
        Shows::Silence => format!("it is not seen for {days} on which the device is"),
        Shows::Encrypted => {
            format!("it talks there still, encrypted, and nothing in clear is seen for {days}")
        }
        Shows::NotContacted => {
            format!("such places are not contacted for {days} while others are")
        }
        Shows::NewerFirmware => "it runs a newer firmware, with which it is not found".to_owned(),
    }
}

/// What a placement is about, in words: "can see, and stands in Bedroom".
#[must_use]
pub fn senses(placement: &Placement) -> String {
    let sensors: Vec<_> = placement.senses.iter().map(|it| wording::sensor(*it)).collect();
    sensors.join(", ")
}
