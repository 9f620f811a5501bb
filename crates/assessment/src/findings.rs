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

use knowledge::{Knowledge, kinds::Weakness};

use crate::{
    book::Book,
    devices::{Grouped, Member},
    model::{Confidence, Destination, DeviceId, Finding, Identity},
};
use condition::{Test, View};
use proof::Held;
use seen::Protocols;
use surroundings::Surroundings;

/// The pack's rules, ready to be tried on the devices of one network.
#[derive(Debug)]
pub struct Rules<'k, 'a> {
    knowledge: &'k Knowledge,
    each: Vec<Rule<'k>>,
    around: Surroundings<'a>,
    protocols: Protocols,
}

/// One rule, with its names looked up.
#[derive(Debug)]
struct Rule<'k> {
    weakness: &'k Weakness,
    test: Test<'k>,
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
    /// The share of rules that this evidence could not have answered, `0.0..=1.0`.
    pub unknown_share: f64,
}

impl<'k, 'a> Rules<'k, 'a> {
    /// Prepares the rules of `knowledge` for the network of `grouped`.
    #[must_use]
    pub fn new(knowledge: &'k Knowledge, grouped: &Grouped<'a>) -> Self {
        let protocols = Protocols::number();
        let each: Vec<_> = knowledge
            .pack()
            .weaknesses
            .values()
            .map(|weakness| Rule { weakness, test: Test::of(&weakness.when, &protocols) })
            .collect();
        let around = Surroundings::of(grouped, each.iter().map(|rule| &rule.test));
        Self { knowledge, each, around, protocols }
    }

    /// Tries every rule on `subject`, and cites in `book` what made one fire.
    #[must_use]
    pub fn check(&self, subject: Subject<'_, 'a>, book: &mut Book<'a>) -> Checked {
        let view = View::of(subject, &self.around, &self.protocols, self.knowledge);
        let mut findings = Vec::new();
        let mut unanswered = 0_u32;
        for Rule { weakness, test } in &self.each {
            match view.holds(test).and_then(|held| finding(weakness, subject.id, &held, book)) {
                Some(finding) => findings.push(finding),
                None if !view.could_answer(test) => unanswered += 1,
                None => {}
            }
        }
        let rules = u32::try_from(self.each.len()).unwrap_or(u32::MAX);
        let unknown_share = if rules == 0 { 0.0 } else { f64::from(unanswered) / f64::from(rules) };
        Checked { findings, unknown_share }
    }
}

/// Makes the finding; `None` where nothing was seen that speaks for it.
fn finding<'a>(
    weakness: &Weakness,
    device: DeviceId,
    held: &Held<'a>,
    book: &mut Book<'a>,
) -> Option<Finding> {
    let proofs = held.proofs(book);
    let mut cited = proofs.into_iter().map(|proof| proof.cite(book));
    let stated = Finding::new(weakness, device, cited.next()?);
    let mut finding = cited.fold(stated, Finding::because);
    finding.confidence = Confidence::new(weakness.confidence * held.sure);
    Some(finding)
}
