//! How sure several reasons make together.

/// The chance that at least one of independent reasons holds: `1 − Π(1 − r)`.
///
/// The noisy-or of Pearl, "Probabilistic Reasoning in Intelligent Systems" (1988), section 4.3.2.
pub(crate) fn noisy_or(reasons: impl IntoIterator<Item = f64>) -> f64 {
    1.0 - reasons.into_iter().map(|reason| 1.0 - reason.clamp(0.0, 1.0)).product::<f64>()
}
