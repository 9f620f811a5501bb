//! How much concern a device's findings add up to.
//!
//! One dimension so far: technical weakness. Each finding contributes its severity times how sure it
//! is; contributions are sorted and each further one counts less, so that many small findings never
//! outweigh a grave one. Findings of one root cause count once. Nothing here can see who makes or
//! owns a device. The numbers are our choice: `docs/decisions/0022-scores.md`.

use std::collections::BTreeMap;

use knowledge::kinds::{FindingKind, Severity};

use crate::model::{Finding, Score};

/// From this confidence on a finding counts for [`Score::low`].
const SURE: f64 = 0.8;
/// How much less each further contribution counts.
const FADING: f64 = 0.6;
/// The least a device scores with a critical finding that is sure.
const CRITICAL_FLOOR: f64 = 80.0;

/// Scores the technical weakness that `findings`, all of one device, show.
///
/// Computes `100 · (1 − Π(1 − cᵢ/100 · 0.6ⁱ))` over the contributions `cᵢ`, the largest first,
/// `i` from 0.
///
/// # Arguments
///
/// * `unknown_share`: the share of rules that could not be answered, `0.0..=1.0`.
#[must_use]
pub(crate) fn weakness<'f>(
    findings: impl IntoIterator<Item = &'f Finding>,
    unknown_share: f64,
) -> Score {
    let technical: Vec<_> = findings.into_iter().filter(|it| is_technical(it.kind)).collect();
    let sure = technical.iter().copied().filter(|it| it.confidence.value() >= SURE);
    Score { low: total(sure), high: total(technical.iter().copied()), unknown_share }
}

/// What one finding adds before others are counted: severity times confidence, `0.0..=100.0`.
pub(crate) fn contribution(finding: &Finding) -> f64 {
    severity(finding.severity) * finding.confidence.value()
}

const fn is_technical(kind: FindingKind) -> bool {
    matches!(kind, FindingKind::Weakness | FindingKind::Compromise | FindingKind::Incident)
}

/// The middles of the bands of CVSS v3.1's qualitative scale (FIRST, section 5), times ten; "info"
/// has no band there and adds nothing.
const fn severity(severity: Severity) -> f64 {
    match severity {
        Severity::Critical => 95.0,
        Severity::High => 80.0,
        Severity::Medium => 55.0,
        Severity::Low => 20.0,
        Severity::Info => 0.0,
    }
}

fn total<'f>(findings: impl Iterator<Item = &'f Finding>) -> f64 {
    let mut causes: BTreeMap<&str, f64> = BTreeMap::new();
    let mut floor = 0.0_f64;
    for finding in findings {
        let most = causes.entry(&finding.root_cause).or_default();
        *most = most.max(contribution(finding));
        if finding.severity == Severity::Critical && finding.confidence.value() >= SURE {
            floor = CRITICAL_FLOOR;
        }
    }
    let mut contributions: Vec<_> = causes.into_values().collect();
    contributions.sort_by(|left, right| right.total_cmp(left));
    let weights = std::iter::successors(Some(1.0), |weight| Some(weight * FADING));
    let spared: f64 = contributions
        .iter()
        .zip(weights)
        .map(|(each, weight)| 1.0 - each / 100.0 * weight)
        .product();
    (100.0 * (1.0 - spared)).max(floor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Confidence, DeviceId, EvidenceId};

    #[test]
    fn no_findings_are_no_concern() {
        check("nothing", &[], (0.0, 0.0));
        check("worth knowing only", &[("a", Severity::Info, 0.9)], (0.0, 0.0));
    }

    #[test]
    fn further_findings_count_less_and_one_cause_counts_once() {
        check("one", &[("a", Severity::Medium, 0.8)], (44.0, 44.0));
        check(
            "same cause",
            &[("a", Severity::Medium, 0.8), ("a", Severity::Low, 0.9)],
            (44.0, 44.0),
        );
        let two = 100.0 * (1.0 - 0.56 * (1.0 - 0.6 * 0.18));
        check("two causes", &[("a", Severity::Medium, 0.8), ("b", Severity::Low, 0.9)], (two, two));
    }

    #[test]
    fn what_is_unsure_only_raises_the_upper_end() {
        check("unsure", &[("a", Severity::High, 0.5)], (0.0, 40.0));
    }

    #[test]
    fn a_sure_critical_finding_has_a_floor() {
        check("sure", &[("a", Severity::Critical, 0.8)], (80.0, 80.0));
        check("unsure", &[("a", Severity::Critical, 0.79)], (0.0, 75.05));
    }

    #[test]
    fn privacy_is_not_a_technical_weakness() {
        let mut finding = made(&("a", Severity::High, 0.9));
        finding.kind = FindingKind::Privacy;
        assert_eq!(weakness([&finding], 0.0), Score::default());
    }

    #[track_caller]
    fn check(name: &str, findings: &[(&str, Severity, f64)], (low, high): (f64, f64)) {
        let findings: Vec<_> = findings.iter().map(made).collect();
        let score = weakness(&findings, 0.5);
        assert!((score.low - low).abs() < 1e-9, "{name}: low {}", score.low);
        assert!((score.high - high).abs() < 1e-9, "{name}: high {}", score.high);
        assert!((score.unknown_share - 0.5).abs() < 1e-9, "{name}");
    }

    fn made((cause, severity, confidence): &(&str, Severity, f64)) -> Finding {
        Finding {
            rule: (*cause).into(),
            kind: FindingKind::Weakness,
            device: DeviceId(1),
            title: "".into(),
            severity: *severity,
            confidence: Confidence::new(*confidence),
            root_cause: (*cause).into(),
            references: Vec::new(),
            verified: true,
            explanation: "".into(),
            evidence: vec![EvidenceId(1)],
        }
    }
}
