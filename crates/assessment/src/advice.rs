//! What to do: one action for each root cause on each device; what cannot wait first, then the most
//! gain for the least cost. How to do it, step by step, is the pack's advice that fits the device.

mod guides;
mod placement;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use knowledge::{
    Knowledge,
    kinds::{self, Advice, Effort, Id, Severity, Verify},
};

use crate::{
    model::{Action, Assessment, Device, DeviceId, Finding},
    scores::contribution,
};

use guides::Guides;
pub(crate) use placement::placements;

/// What to do about `findings`, in that order; equals in the order of devices and rules.
///
/// The gravest finding of a root cause decides what is advised; the others are answered with it.
#[must_use]
pub(crate) fn advise(
    findings: &[Finding],
    devices: &[Device],
    knowledge: &Knowledge,
) -> Vec<Action> {
    let mut causes: BTreeMap<(DeviceId, &Id), Vec<usize>> = BTreeMap::new();
    for (index, finding) in findings.iter().enumerate() {
        causes.entry((finding.device, &finding.root_cause)).or_default().push(index);
    }
    let mut texts = BTreeMap::new();
    let guides = Guides::new(devices, knowledge);
    let each = causes.into_values();
    let mut actions: Vec<_> = each
        .filter_map(|cause| {
            let (gravest, mut action) = action(cause, findings, knowledge, &mut texts)?;
            if let Some(device) = action.device.index().and_then(|index| devices.get(index)) {
                action.guides = guides.of(device, rules(gravest, &action, findings));
            }
            let best = action.guides.first().and_then(|id| knowledge.pack().advice.get(id));
            Some((Worth::of(gravest, &action, best), action))
        })
        .collect();
    actions.sort_by(|(left_worth, left), (right_worth, right)| {
        let urgency = right_worth.cannot_wait.cmp(&left_worth.cannot_wait);
        urgency
            .then_with(|| right_worth.gain_over_cost.total_cmp(&left_worth.gain_over_cost))
            .then_with(|| (left.device, &left.rule).cmp(&(right.device, &right.rule)))
    });
    actions.into_iter().map(|(_, action)| action).collect()
}

/// What an action is ordered by.
struct Worth {
    /// Whether it answers a critical finding: then work does not weigh.
    cannot_wait: bool,
    gain_over_cost: f64,
}

impl Worth {
    fn of(gravest: &Finding, action: &Action, best: Option<&Advice>) -> Self {
        let cost = best.map_or_else(|| work(action.effort), |advice| advice.cost.weight());
        Self {
            cannot_wait: gravest.severity == Severity::Critical,
            gain_over_cost: contribution(gravest) / cost,
        }
    }
}

/// The rules of an action's findings, the gravest first.
fn rules<'f>(
    gravest: &'f Finding,
    action: &Action,
    findings: &'f [Finding],
) -> impl Iterator<Item = &'f Id> {
    let answered: Vec<_> = action.findings.iter().filter_map(|it| findings.get(*it)).collect();
    std::iter::once(&gravest.rule).chain(answered.into_iter().map(|it| &it.rule))
}

/// Every advice that an action or a placement of `assessment` names, by its id.
pub(crate) fn named(assessment: &Assessment, knowledge: &Knowledge) -> BTreeMap<Id, Advice> {
    let of_actions = assessment.actions.iter().flat_map(|it| &*it.guides);
    let named = of_actions.chain(assessment.placements.iter().map(|it| &it.advice));
    let known = |id: &Id| Some((id.clone(), knowledge.pack().advice.get(id)?.clone()));
    named.collect::<BTreeSet<_>>().into_iter().filter_map(known).collect()
}

/// What later traffic must show for a rule's finding to count as gone, by rule: as the advice for
/// devices of every kind has it.
pub(crate) fn verifications(knowledge: &Knowledge) -> BTreeMap<Id, Verify> {
    let general = knowledge.pack().advice.values().filter(|it| it.narrowness() == 0);
    let each = general.filter_map(|it| Some((it, it.verify?)));
    let mut by_rule = BTreeMap::new();
    for (rule, verify) in each.flat_map(|(it, verify)| it.rules.iter().map(move |id| (id, verify)))
    {
        by_rule.entry(rule.clone()).or_insert(verify);
    }
    by_rule
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

/// The action for one root cause on one device, after its gravest finding.
fn action<'f, 'k>(
    cause: Vec<usize>,
    findings: &'f [Finding],
    knowledge: &'k Knowledge,
    texts: &mut BTreeMap<&'k Id, Texts>,
) -> Option<(&'f Finding, Action)> {
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
        guides: Arc::default(),
    };
    Some((gravest, action))
}

/// How an hour and a new device weigh against a few minutes, where the pack has no advice in steps; our
/// choice, see `docs/decisions/0022-scores.md`.
const fn work(effort: Effort) -> f64 {
    match effort {
        Effort::Minutes => 1.0,
        Effort::Hour => 2.0,
        Effort::Replace => 4.0,
    }
}
