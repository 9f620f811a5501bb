//! What is wrong with a device: the pack's rules, tried on what was seen of it.
//!
//! A rule is data ([`knowledge::kinds::Weakness`]); this is the engine. A rule that fires hands over
//! the pieces of evidence that made it true, and the finding is made from the first of them: there
//! is none without. Countries and owners are not among the things a rule can ask for.

mod condition;
mod proof;
mod seen;
mod surroundings;

#[cfg(test)]
mod examples;

use std::collections::BTreeMap;

use knowledge::{
    Knowledge,
    kinds::{Dimension, Weakness},
};

use crate::{
    book::Book,
    devices::{Grouped, Member},
    model::{Confidence, Destination, DeviceId, EvidenceId, Finding, Identity},
};
use condition::{Test, View};
use proof::Held;
use surroundings::Surroundings;

/// The pack's rules, ready to be tried on the devices of one network.
#[derive(Debug)]
pub struct Rules<'k, 'a> {
    knowledge: &'k Knowledge,
    each: Vec<Rule<'k>>,
    /// The dimensions, each with how many rules it has, none of which is unanswered yet.
    counted: Vec<(Dimension, u32, u32)>,
    around: Surroundings<'a>,
}

/// One rule, with its names looked up.
#[derive(Debug)]
struct Rule<'k> {
    weakness: &'k Weakness,
    /// What it says, of no device and for no reason yet.
    says: Finding,
    test: Test<'k>,
    /// What speaks against it, and how strongly.
    against: Option<(Test<'k>, f64)>,
}

/// A device as rules see it.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'s, 'a> {
    /// Its number.
    pub id: DeviceId,
    /// What was seen of it.
    pub member: &'s Member<'a>,
    /// What it is.
    pub identity: &'s Identity,
    /// Where its data goes.
    pub destinations: &'s [Destination],
}

/// What trying all rules on one device gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checked {
    /// What is wrong, in the order of the rules' ids.
    pub findings: Vec<Finding>,
    /// Each dimension, how many rules of it there are, and how many this evidence could not have
    /// answered.
    pub unanswered: Vec<(Dimension, u32, u32)>,
}

impl Checked {
    /// The share of the rules of `dimension` that this evidence could not have answered,
    /// `0.0..=1.0`; 1 where there is no rule.
    #[must_use]
    pub fn unknown_share(&self, dimension: Dimension) -> f64 {
        let counted = self.unanswered.iter().find(|(counted, ..)| *counted == dimension);
        counted.map_or(1.0, |(_, rules, open)| f64::from(*open) / f64::from(*rules))
    }
}

impl<'k, 'a> Rules<'k, 'a> {
    /// Prepares the rules of `knowledge` for the network of `grouped`.
    #[must_use]
    pub fn new(knowledge: &'k Knowledge, grouped: &Grouped<'a>) -> Self {
        let each: Vec<_> = knowledge.pack().weaknesses.values().map(Rule::of).collect();
        let tests = each.iter().flat_map(|rule| {
            std::iter::once(&rule.test).chain(rule.against.as_ref().map(|(test, _)| test))
        });
        let around = Surroundings::of(grouped, tests);
        let mut rules: BTreeMap<Dimension, u32> = BTreeMap::new();
        for dimension in each.iter().filter_map(|rule| rule.says.dimension) {
            *rules.entry(dimension).or_default() += 1;
        }
        let counted = rules.into_iter().map(|(dimension, rules)| (dimension, rules, 0)).collect();
        Self { knowledge, each, counted, around }
    }

    /// Tries every rule on `subject`, and cites in `book` what made one fire.
    #[must_use]
    pub fn check(&self, subject: Subject<'_, 'a>, book: &mut Book<'a>) -> Checked {
        let view = View::of(subject, &self.around, self.knowledge);
        let mut findings = Vec::new();
        let mut unanswered = self.counted.clone();
        for Rule { weakness, says, test, against } in &self.each {
            match view.holds(test).and_then(|held| finding(weakness, says, subject.id, &held, book))
            {
                Some(mut finding) => {
                    if let Some((test, strength)) = against
                        && let Some(held) = view.holds(test)
                    {
                        doubt(&mut finding, &held, *strength, book);
                    }
                    findings.push(finding);
                }
                None if view.could_answer(test) => {}
                None => {
                    let mut counted = unanswered.iter_mut();
                    let of_its = counted.find(|(it, ..)| says.dimension == Some(*it));
                    if let Some((_, _, open)) = of_its {
                        *open += 1;
                    }
                }
            }
        }
        Checked { findings, unanswered }
    }
}

impl<'k> Rule<'k> {
    /// Looks up the names in `weakness`'s conditions.
    fn of(weakness: &'k Weakness) -> Self {
        let against = weakness.against.as_ref();
        Self {
            weakness,
            says: Finding::new(weakness, DeviceId::default(), EvidenceId(0)),
            test: Test::of(&weakness.when),
            against: against.map(|it| (Test::of(&it.when), it.confidence)),
        }
    }
}

/// Makes `finding` less sure, and keeps what speaks against it.
fn doubt<'a>(finding: &mut Finding, held: &Held<'a>, strength: f64, book: &mut Book<'a>) {
    let left = 1.0 - strength * held.sure;
    finding.confidence = Confidence::new(finding.confidence.value() * left);
    finding.against = held.proofs(book).into_iter().map(|proof| proof.cite(book)).collect();
}

/// Makes the finding; `None` where nothing was seen that speaks for it.
fn finding<'a>(
    weakness: &Weakness,
    says: &Finding,
    device: DeviceId,
    held: &Held<'a>,
    book: &mut Book<'a>,
) -> Option<Finding> {
    let proofs = held.proofs(book);
    let mut cited = proofs.into_iter().map(|proof| proof.cite(book));
    let stated = says.again(device, cited.next()?);
    let mut finding = cited.fold(stated, Finding::because);
    finding.confidence = Confidence::new(weakness.confidence * held.sure);
    Some(finding)
}
