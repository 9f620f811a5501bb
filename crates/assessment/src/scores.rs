//! How much concern a device's findings add up to.
//!
//! Dimensions stand side by side and are never added up behind a reader's back. In those that rest on
//! findings, each contributes its severity times how sure it
//! is; contributions are sorted and each further one counts less, so that many small findings never
//! outweigh a grave one. Findings of one root cause count once. Nothing here can see who makes or
//! owns a device. The numbers are our choice: `docs/decisions/0022-scores.md`.

use std::collections::BTreeMap;

use knowledge::{
    dates::later,
    kinds::{Dimension, Policy, Product, Sensor, Severity},
};

use crate::{
    attribution::listings::Applies,
    model::{Confidence, Device, Finding, Provenance, Score},
};

/// From this confidence on a finding counts for [`Score::low`].
const SURE: f64 = 0.8;
/// How much less each further contribution counts.
const FADING: f64 = 0.6;
/// The least a device scores with a critical finding that is sure.
const CRITICAL_FLOOR: f64 = 80.0;
/// The concern about a product without updates; our choice, as are the next two.
const UNSUPPORTED: f64 = 55.0;
/// The same for one that sees, hears or follows people.
const UNSUPPORTED_AND_WATCHING: f64 = 75.0;
/// What an entry of a list that the policy names adds.
const LISTED: f64 = 80.0;
/// What a jurisdiction's laws that the policy names add: they are possibilities.
const REACHED: f64 = 30.0;
/// What a label leaves of what is not known.
const LABELLED: f64 = 0.5;

/// Scores what `findings`, all of one device, add up to in `dimension`.
///
/// Computes `100 · (1 − Π(1 − cᵢ/100 · 0.6ⁱ))` over the contributions `cᵢ`, the largest first,
/// `i` from 0.
///
/// # Arguments
///
/// * `unknown_share`: the share of rules that could not be answered, `0.0..=1.0`.
#[must_use]
pub(crate) fn of_findings(dimension: Dimension, findings: &[Finding], unknown_share: f64) -> Score {
    let counted: Vec<_> = findings.iter().filter(|it| it.dimension == Some(dimension)).collect();
    let sure = counted.iter().copied().filter(|it| it.confidence.value() >= SURE);
    Score { low: total(sure), high: total(counted.iter().copied()), unknown_share }
}

/// Scores whether a product is still looked after on the day `now`.
///
/// # Arguments
///
/// * `product`: the pack's entry, where one is known, and how sure it is that this is it.
#[must_use]
pub(crate) fn support(product: Option<(&Product, Confidence)>, now: &str) -> Score {
    let unknown = Score { unknown_share: 1.0, ..Score::default() };
    let Some((product, sure)) = product else { return unknown };
    let Some(until) = product.ended.as_deref().or(product.supported_until.as_deref()) else {
        return unknown;
    };
    // Through the last day, and through a year or month of which no more is known.
    if !later(now, until) {
        return Score::default();
    }
    let watches = [Sensor::Camera, Sensor::Microphone, Sensor::Location];
    let watches = product.sensors.iter().any(|it| watches.contains(it));
    let concern = if watches { UNSUPPORTED_AND_WATCHING } else { UNSUPPORTED } * sure.value();
    let low = if sure.value() >= SURE { concern } else { 0.0 };
    Score { low, high: concern, unknown_share: 0.0 }
}

/// Scores how much is not known of who is behind a device: of its maker, where that is registered,
/// who runs its platform, which model it is. Only that something is unknown counts, never what it is.
/// A label, for which a maker must say such things to somebody, halves it.
#[must_use]
pub(crate) fn transparency(
    brand_known: bool,
    provenance: &Provenance,
    product: Option<&Product>,
) -> Score {
    if !brand_known {
        return Score { low: 0.0, high: 100.0, unknown_share: 1.0 };
    }
    let maker = provenance.maker.as_ref();
    let answered = [
        maker.is_some(),
        maker.is_some_and(|it| it.registered_in.is_some() || it.country.is_some()),
        provenance.platform_operator.is_some(),
        product.is_some(),
    ];
    let open = answered.iter().filter(|answered| !**answered).fold(0.0, |open, _| open + 25.0);
    let labelled = product.is_some_and(|it| !it.labels.is_empty());
    let open = if labelled { open * LABELLED } else { open };
    Score { low: open, high: open, unknown_share: open / 100.0 }
}

/// Scores what the lists and laws that `policy` names mean for `device`; `None` under a policy that
/// gives them no weight.
///
/// An entry that applies counts as [`LISTED`], one of which that is not known only in the upper end;
/// each jurisdiction whose named laws reach a company behind the device counts as [`REACHED`].
#[must_use]
pub(crate) fn legal(policy: &Policy, device: &Device) -> Option<Score> {
    if policy.legal_weight <= 0.0 {
        return None;
    }
    let counted = device.listings.iter().filter(|it| it.counted && policy.lists.contains(&it.list));
    let listed = |applies| counted.clone().filter(move |it| it.applies == applies);
    let reached = device.exposure.iter().filter(|it| {
        policy.home.as_ref() != Some(&it.jurisdiction)
            && it.laws.iter().any(|law| policy.laws.contains(law))
    });
    let sure: Vec<f64> =
        listed(Applies::Yes).map(|_| LISTED).chain(reached.map(|_| REACHED)).collect();
    let open: Vec<f64> = listed(Applies::Unknown).map(|_| LISTED).collect();
    let answered = sure.len() + listed(Applies::No).count();
    let all = answered + open.len();
    let unknown_share = if all == 0 { 0.0 } else { ratio(open.len(), all) };
    let high = fading(sure.iter().chain(&open).copied().collect());
    Some(Score { low: fading(sure), high, unknown_share })
}

fn ratio(part: usize, whole: usize) -> f64 {
    let number = |it: usize| f64::from(u32::try_from(it).unwrap_or(u32::MAX));
    number(part) / number(whole)
}

/// What one finding adds before others are counted: severity times confidence, `0.0..=100.0`.
pub(crate) fn contribution(finding: &Finding) -> f64 {
    severity(finding.severity) * finding.confidence.value()
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
    fading(causes.into_values().collect()).max(floor)
}

/// `100 · (1 − Π(1 − cᵢ/100 · 0.6ⁱ))`, the largest first.
fn fading(mut contributions: Vec<f64>) -> f64 {
    contributions.sort_by(|left, right| right.total_cmp(left));
    let weights = std::iter::successors(Some(1.0), |weight| Some(weight * FADING));
    let spared: f64 = contributions
        .iter()
        .zip(weights)
        .map(|(each, weight)| 1.0 - each / 100.0 * weight)
        .product();
    100.0 * (1.0 - spared)
}

#[cfg(test)]
mod tests {
    use super::*;
    use knowledge::kinds::FindingKind;

    use crate::model::{DeviceId, EvidenceId, Party};

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
    fn a_finding_counts_in_its_own_dimension_only() {
        let mut finding = made(&("a", Severity::High, 0.9));
        finding.dimension = Some(Dimension::Data);
        let findings = [finding];
        assert_eq!(of_findings(Dimension::Weakness, &findings, 0.0), Score::default());
        assert!(of_findings(Dimension::Data, &findings, 0.0).low > 70.0);
    }

    #[test]
    fn support_that_ended_counts_and_support_that_is_unknown_does_not() {
        check_support(None, &[], 0.9, (0.0, 0.0, 1.0));
        check_support(Some("2027"), &[Sensor::Camera], 0.9, (0.0, 0.0, 0.0));
        for last in ["2026", "2026-06", "2026-06-15"] {
            check_support(Some(last), &[Sensor::Camera], 0.9, (0.0, 0.0, 0.0));
        }
        check_support(Some("2026-01-31"), &[Sensor::Use], 0.9, (49.5, 49.5, 0.0));
        check_support(Some("2026-01-31"), &[Sensor::Camera], 0.6, (0.0, 45.0, 0.0));
    }

    #[test]
    fn only_what_is_unknown_lowers_transparency() {
        let nobody = Provenance::default();
        let party = |country: Option<&str>| Party {
            id: "p".into(),
            name: "P".into(),
            country: country.map(Into::into),
            registered_in: None,
            sources: Vec::new(),
            verified: true,
        };
        let made_by = |it| Provenance { maker: Some(party(it)), ..Provenance::default() };
        let product = Product { labels: vec!["label".into()], ..Product::default() };
        let plain = Product::default();
        let open = |known, provenance: &Provenance, product: Option<&Product>| {
            transparency(known, provenance, product).high
        };
        check_open(open(false, &nobody, None), 100);
        check_open(open(true, &nobody, None), 100);
        check_open(open(true, &made_by(None), None), 75);
        check_open(open(true, &made_by(Some("NL")), None), 50);
        check_open(open(true, &made_by(Some("AQ")), None), 50);
        check_open(open(true, &made_by(Some("AQ")), Some(&plain)), 25);
        check_open(open(true, &made_by(Some("AQ")), Some(&product)), 13);
    }

    #[track_caller]
    fn check_open(found: f64, expected: u32) {
        assert!((found - f64::from(expected)).abs() < 0.51, "{found} is not {expected}");
    }

    #[track_caller]
    fn check_support(
        until: Option<&str>,
        sensors: &[Sensor],
        sure: f64,
        expected: (f64, f64, f64),
    ) {
        let until = until.map(Into::into);
        let product =
            Product { supported_until: until, sensors: sensors.to_vec(), ..Product::default() };
        let score = support(Some((&product, Confidence::new(sure))), "2026-06-15");
        assert_eq!((score.low, score.high, score.unknown_share), expected);
    }

    #[track_caller]
    fn check(name: &str, findings: &[(&str, Severity, f64)], (low, high): (f64, f64)) {
        let findings: Vec<_> = findings.iter().map(made).collect();
        let score = of_findings(Dimension::Weakness, &findings, 0.5);
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
            references: [].into(),
            verified: true,
            explanation: "".into(),
            dimension: Some(Dimension::Weakness),
            against: Vec::new(),
            evidence: vec![EvidenceId(1)],
        }
    }
}
