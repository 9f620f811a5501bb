//! What a device is, and why that is believed.

use std::{ops::Deref, sync::Arc};

use knowledge::kinds::Id;

use super::{Confidence, EvidenceId};

/// The group of what the prefix of a MAC address says.
pub const MAC: &str = "mac";

/// The group of what the user says.
pub const USER: &str = "user";

/// What a device is: claims, each with evidence.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Identity {
    /// The brand's name.
    pub brand: Claims,
    /// The model.
    pub model: Claims,
    /// The kind of device.
    pub kind: Claims,
    /// The operating system.
    pub os: Claims,
    /// The firmware's version.
    pub firmware: Claims,
    /// The module maker's name.
    pub module_maker: Claims,
}

/// The competing values of one property, the surest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Claims(pub Box<[Claim]>);

impl Claims {
    /// The answer: the surest value, if it is sure enough to be one.
    #[must_use]
    pub fn answer(&self) -> Option<&Claim> {
        self.0.first().filter(|claim| claim.confidence >= Confidence::ANSWER)
    }

    /// All other values.
    pub fn candidates(&self) -> impl Iterator<Item = &Claim> {
        self.0.iter().skip(usize::from(self.answer().is_some()))
    }
}

/// A value of a property, and why it is believed.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// The value, in the pack's spelling where it has one. May be untrusted text.
    pub value: Box<str>,
    /// The pack's id for it, where it has one.
    pub id: Option<Id>,
    /// How sure.
    pub confidence: Confidence,
    /// Why; never empty.
    pub reasons: Box<[Reason]>,
}

impl Claim {
    /// Whether nothing but the prefix of a MAC address says so: enough to name a brand, and not
    /// enough to say anything of a company.
    #[must_use]
    pub fn is_by_prefix(&self) -> bool {
        self.reasons.iter().all(|reason| &*reason.group == MAC)
    }

    /// Whether it is what the user said.
    #[must_use]
    pub fn is_users(&self) -> bool {
        self.reasons.iter().any(|reason| &*reason.group == USER)
    }
}

/// One step from something seen to a claim.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// What was seen.
    pub evidence: EvidenceId,
    /// What makes it mean something; many claims rest on the same.
    pub grounds: Arc<Grounds>,
}

impl Deref for Reason {
    type Target = Grounds;

    fn deref(&self) -> &Grounds {
        &self.grounds
    }
}

/// Why something seen means something.
#[derive(Clone, Debug, PartialEq)]
pub struct Grounds {
    /// The pack entry that says what it means: a fingerprint, a destination, a brand.
    pub entry: Id,
    /// How reliable such a clue is alone.
    pub strength: f64,
    /// Clues of one group do not add up.
    pub group: Box<str>,
    /// The published texts that entry rests on.
    pub sources: Vec<Id>,
    /// Whether somebody read those texts for that entry.
    pub verified: bool,
}
