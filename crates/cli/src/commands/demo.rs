//! `demo`: the same on a built-in home, so that anybody can see what a report looks like.

use super::judge;
use crate::{
    arguments::Demo,
    failure::{Failure, Outcome},
};

/// Assesses the built-in home, or writes its traffic.
pub(crate) fn run(demo: &Demo) -> Result<Outcome, Failure> {
    if let Some(path) = &demo.capture {
        judge::write_demo(path)?;
        return Ok(Outcome::Done);
    }
    let gathered = judge::gather_demo(&demo.judging)?;
    let assessment = judge::judge(gathered.ledger, &demo.judging)?;
    let outcome = judge::show(&assessment, &demo.showing, gathered.unread);
    judge::leave(assessment);
    outcome
}
