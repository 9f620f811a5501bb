//! `plan`: what to do, in steps, of a capture or of the home that `watch` remembers.

use assessment::Assessment;
use knowledge::kinds::Severity;
use reports::plan::{Form, Plan, Remembered};

#[cfg(feature = "server")]
use super::household;
use super::{
    demo,
    judge::{self, Words},
};
use crate::{
    arguments::{Plan as Asked, PlanFormat},
    embedded,
    failure::{Failure, Outcome},
    output,
};

/// Makes the plan and shows it; 1 where the gate asked for fails.
pub(crate) fn run(asked: &Asked) -> Result<Outcome, Failure> {
    let (assessment, remembered, unread) = made(asked)?;
    let plan = Plan { assessment: &assessment, remembered };
    let form = match asked.format {
        PlanFormat::Text => Form::Text,
        PlanFormat::Json => Form::Json,
    };
    let place = asked.output.as_deref();
    let options = judge::options(place);
    output::write(place, |out| plan.write(form, &options, out))?;
    let gate = match asked.fail_on {
        Some(gate) => is_open(&plan, gate.severity())?,
        None => false,
    };
    Ok(match (unread, gate) {
        (1.., _) => Outcome::PartlyRead,
        (0, true) => Outcome::GateFailed,
        (0, false) => Outcome::Done,
    })
}

/// Whether something that bad is to be done, also where nothing of it was seen lately.
fn is_open(plan: &Plan<'_>, least: Severity) -> Result<bool, Failure> {
    let Plan { assessment, remembered } = plan;
    let answered = assessment.actions.iter().flat_map(|it| &it.findings);
    let mut answered = answered.filter_map(|index| assessment.findings.get(*index));
    if answered.any(|finding| finding.severity >= least) {
        return Ok(true);
    }
    if remembered.waiting.is_empty() {
        return Ok(false);
    }
    let pack = embedded::pack()?;
    // How bad a rule is that this pack does not have is not known, and unknown is not fine.
    let mut rules = remembered.waiting.iter().map(|it| pack.weaknesses.get(&*it.rule));
    Ok(rules.any(|rule| rule.is_none_or(|it| it.severity >= least)))
}

/// What there is to do, what is remembered of it, and how many sources could not be read.
fn made(asked: &Asked) -> Result<(Assessment, Remembered, usize), Failure> {
    if asked.sample {
        let judging = demo::at_home(&asked.judging);
        let gathered = judge::gather_demo(&judging)?;
        return Ok((judge::judge(gathered.ledger, &judging)?, Remembered::default(), 0));
    }
    if asked.sources.is_empty() {
        return remembered(asked);
    }
    let words = if asked.quiet { Words::Few } else { Words::Some };
    let gathered = judge::gather(&asked.sources, &asked.judging, words)?;
    let unread = gathered.unread;
    Ok((judge::judge(gathered.ledger, &asked.judging)?, Remembered::default(), unread))
}

#[cfg(feature = "server")]
fn remembered(asked: &Asked) -> Result<(Assessment, Remembered, usize), Failure> {
    let (assessment, remembered) = household::recent(asked.state.as_deref(), &asked.judging)?;
    Ok((assessment, remembered, 0))
}

#[cfg(not(feature = "server"))]
fn remembered(_: &Asked) -> Result<(Assessment, Remembered, usize), Failure> {
    Err(Failure::Usage("name a capture, or --sample: this program remembers no home".to_owned()))
}
