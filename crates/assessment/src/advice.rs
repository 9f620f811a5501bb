//! What to do: one action for each root cause on each device, the most gain for the least work
//! first.

use std::collections::BTreeMap;

use knowledge::{
    Knowledge,
    kinds::{Effort, Id},
};

use crate::{
    model::{Action, DeviceId, Finding},
    scores::contribution,
};

/// What to do about `findings`, by gain over effort; equals in the order of devices and rules.
///
/// The gravest finding of a root cause decides what is advised; the others are answered with it.
#[must_use]
pub(crate) fn advise(findings: &[Finding], knowledge: &Knowledge) -> Vec<Action> {
    let mut causes: BTreeMap<(DeviceId, &Id), Vec<usize>> = BTreeMap::new();
    for (index, finding) in findings.iter().enumerate() {
        causes.entry((finding.device, &finding.root_cause)).or_default().push(index);
    }
    let mut actions: Vec<_> =
        causes.into_values().filter_map(|cause| action(cause, findings, knowledge)).collect();
    actions.sort_by(|(left_worth, left), (right_worth, right)| {
        right_worth
            .total_cmp(left_worth)
            .then_with(|| (left.device, &left.rule).cmp(&(right.device, &right.rule)))
    });
    actions.into_iter().map(|(_, action)| action).collect()
}

/// The action for one root cause on one device, and what it is worth.
fn action(cause: Vec<usize>, findings: &[Finding], knowledge: &Knowledge) -> Option<(f64, Action)> {
    let of_cause = cause.iter().filter_map(|index| findings.get(*index));
    let gravest = of_cause.max_by(|left, right| {
        let by_gain = contribution(left).total_cmp(&contribution(right));
        by_gain
            .then_with(|| left.severity.cmp(&right.severity))
            .then_with(|| right.rule.cmp(&left.rule))
    })?;
    let advised = &knowledge.pack().weaknesses.get(&gravest.rule)?.action;
    let action = Action {
        rule: gravest.rule.clone(),
        device: gravest.device,
        text: advised.text.clone(),
        breaks: advised.breaks.clone(),
        effort: advised.effort,
        verified_by: advised.verified_by.clone(),
        findings: cause,
    };
    Some((contribution(gravest) / work(advised.effort), action))
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
