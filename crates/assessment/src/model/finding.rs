//! What is wrong with a device, and what to do about it.

use std::sync::Arc;

use knowledge::kinds::{Dimension, Effort, FindingKind, Id, Severity, Weakness};

use super::{Confidence, DeviceId, EvidenceId};

/// Something wrong with a device.
///
/// **Invariant.** There is always evidence: a finding cannot be made without any.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The rule.
    pub rule: Id,
    /// What kind.
    pub kind: FindingKind,
    /// Whose.
    pub device: DeviceId,
    /// One line.
    pub title: Arc<str>,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// Findings of one cause count once in scores.
    pub root_cause: Id,
    /// What the rule rests on.
    pub references: Arc<[Id]>,
    /// Whether somebody read those texts for this rule.
    pub verified: bool,
    /// What this means and why it matters: the rule's prose.
    pub explanation: Arc<str>,
    /// Which score it counts in; `None` for what is never scored.
    pub dimension: Option<Dimension>,
    /// What was seen that speaks against it; it made the finding less sure.
    pub against: Vec<EvidenceId>,
    pub(crate) evidence: Vec<EvidenceId>,
}

impl Finding {
    /// States that `weakness` applies to `device` because of `evidence`.
    #[must_use]
    pub fn new(weakness: &Weakness, device: DeviceId, evidence: EvidenceId) -> Self {
        Self {
            rule: weakness.id.clone(),
            kind: weakness.kind,
            device,
            title: (*weakness.title).into(),
            severity: weakness.severity,
            confidence: Confidence::new(weakness.confidence),
            root_cause: weakness.root_cause.clone(),
            references: (*weakness.sources).into(),
            verified: weakness.verified,
            explanation: (*weakness.prose).into(),
            dimension: weakness.dimension.or(weakness.kind.dimension()),
            against: Vec::new(),
            evidence: vec![evidence],
        }
    }

    /// States the same of another device, because of other evidence; the texts are shared.
    #[must_use]
    pub fn again(&self, device: DeviceId, evidence: EvidenceId) -> Self {
        Self { device, against: Vec::new(), evidence: vec![evidence], ..self.clone() }
    }

    /// Adds a reason, unless it is there already.
    #[must_use]
    pub fn because(mut self, evidence: EvidenceId) -> Self {
        if !self.evidence.contains(&evidence) {
            self.evidence.push(evidence);
        }
        self
    }

    /// Why; never empty, in the order the reasons were given: the earliest first.
    #[must_use]
    pub fn evidence(&self) -> &[EvidenceId] {
        &self.evidence
    }
}

/// Something to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// The rule it answers.
    pub rule: Id,
    /// For which device.
    pub device: DeviceId,
    /// One sentence in the imperative.
    pub text: Arc<str>,
    /// What it may break.
    pub breaks: Option<Arc<str>>,
    /// How much work.
    pub effort: Effort,
    /// What later traffic must show for it to count as done.
    pub verified_by: Option<Arc<str>>,
    /// Indexes into [`Assessment::findings`](super::Assessment::findings) it answers.
    pub findings: Vec<usize>,
    /// How to do it: keys of [`Assessment::advice`](super::Assessment::advice), the best first. Any one of them will do.
    pub guides: Arc<[Id]>,
}
