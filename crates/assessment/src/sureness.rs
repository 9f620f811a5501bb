//! How sure several reasons make together.

/// The chance that at least one of independent reasons holds: `1 − Π(1 − r)`.
///
/// The noisy-or of Pearl, "Probabilistic Reasoning in Intelligent Systems" (1988), section 4.3.2.
pub(crate) fn noisy_or(reasons: impl IntoIterator<Item = f64>) -> f64 {
    1.0 - reasons.into_iter().map(|reason| 1.0 - reason.clamp(0.0, 1.0)).product::<f64>()
}

/// The strongest clue of each group, in the order of the groups' names. Clues of one group do not add
/// up. There are few groups, so a list is faster than a map.
#[derive(Debug, Default)]
pub(crate) struct Strongest<'g>(Vec<(&'g str, f64)>);

impl<'g> Strongest<'g> {
    /// Takes a clue of `group` into account.
    pub(crate) fn add(&mut self, group: &'g str, strength: f64) {
        if let Some((_, strongest)) = self.0.iter_mut().find(|(known, _)| *known == group) {
            *strongest = strongest.max(strength);
        } else {
            let place = self.0.partition_point(|(known, _)| *known < group);
            self.0.insert(place, (group, strength));
        }
    }

    /// The strongest clue of `group`, if there is any.
    pub(crate) fn of(&self, group: &str) -> Option<f64> {
        self.iter().find(|(known, _)| *known == group).map(|(_, strength)| strength)
    }

    /// Groups and their strongest clues.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'g str, f64)> {
        self.0.iter().copied()
    }

    /// How sure all of them make together.
    pub(crate) fn together(&self) -> f64 {
        noisy_or(self.iter().map(|(_, strength)| strength))
    }
}

/// Of all the clues, given as group and strength.
impl<'g> FromIterator<(&'g str, f64)> for Strongest<'g> {
    fn from_iter<I: IntoIterator<Item = (&'g str, f64)>>(clues: I) -> Self {
        let mut strongest = Self::default();
        for (group, strength) in clues {
            strongest.add(group, strength);
        }
        strongest
    }
}
