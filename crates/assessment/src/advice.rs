//! What to do: one action for each root cause on each device; what cannot wait first, then the most
//! gain for the least work.

use std::{collections::BTreeMap, sync::Arc};

use knowledge::{
    Knowledge,
    kinds::{self, Effort, Id, Severity},
};

use crate::{
    model::{Action, DeviceId, Finding},
    scores::contribution,
};

/// What to do about `findings`, in that order; equals in the order of devices and rules.
///
/// The gravest finding of a root cause decides what is advised; the others are answered with it.
#[must_use]
pub(crate) fn advise(findings: &[Finding], knowledge: &Knowledge) -> Vec<Action> {
    let mut causes: BTreeMap<(DeviceId, &Id), Vec<usize>> = BTreeMap::new();
    for (index, finding) in findings.iter().enumerate() {
        causes.entry((finding.device, &finding.root_cause)).or_default().push(index);
    }
    let mut texts = BTreeMap::new();
    let each = causes.into_values();
    let mut actions: Vec<_> =
        each.filter_map(|cause| action(cause, findings, knowledge, &mut texts)).collect();
    actions.sort_by(|(left_worth, left), (right_worth, right)| {
        let urgency = right_worth.cannot_wait.cmp(&left_worth.cannot_wait);
        urgency
            .then_with(|| right_worth.gain_over_work.total_cmp(&left_worth.gain_over_work))
            .then_with(|| (left.device, &left.rule).cmp(&(right.device, &right.rule)))
    });
    actions.into_iter().map(|(_, action)| action).collect()
}

/// What an action is ordered by.
struct Worth {
    /// Whether it answers a critical finding: then work does not weigh.
    cannot_wait: bool,
    gain_over_work: f64,
}

/// What an action says, by its rule: many devices are told the same.
#[derive(Clone)]
struct Texts {
    text: Arc<str>,
    breaks: Option<Arc<str>>,
    verified_by: Option<Arc<str>>,
}

impl Texts {
    fn of(advised: &kinds::Action) -> Self {
        let shared = |text: &Option<Box<str>>| text.as_deref().map(Arc::from);
        Self {
            text: (*advised.text).into(),
            breaks: shared(&advised.breaks),
            verified_by: shared(&advised.verified_by),
        }
    }
}

/// The action for one root cause on one device, and what it is worth.
fn action<'k>(
    cause: Vec<usize>,
    findings: &[Finding],
    knowledge: &'k Knowledge,
    texts: &mut BTreeMap<&'k Id, Texts>,
) -> Option<(Worth, Action)> {
    let of_cause = cause.iter().filter_map(|index| findings.get(*index));
    let gravest = of_cause.max_by(|left, right| {
        let by_gain = contribution(left).total_cmp(&contribution(right));
        by_gain
            .then_with(|| left.severity.cmp(&right.severity))
            .then_with(|| right.rule.cmp(&left.rule))
    })?;
    let (rule, weakness) = knowledge.pack().weaknesses.get_key_value(&gravest.rule)?;
    let advised = &weakness.action;
    let Texts { text, breaks, verified_by } =
        texts.entry(rule).or_insert_with(|| Texts::of(advised)).clone();
    let action = Action {
        rule: gravest.rule.clone(),
        device: gravest.device,
        text,
        breaks,
        effort: advised.effort,
        verified_by,
        findings: cause,
    };
    let worth = Worth {
        cannot_wait: gravest.severity == Severity::Critical,
        gain_over_work: contribution(gravest) / work(advised.effort),
    };
    Some((worth, action))
}

/// How an hour and a new device weigh against a few minutes; our choice, see
/// `docs/decisions/0022-scores.md`.
const fn work(effort: Effort) -> f64 {
    match effort {
        Effort::Minutes => 1.0,
        Effort::Hour => 2.0,
        Effort::Replace => 4.0,
    }
}
