//! `demo`: the same on a built-in home, so that anybody can see what a report looks like.

use super::judge;
use crate::{
    arguments::{Demo, Judging},
    failure::{Failure, Outcome},
};

/// Assesses the built-in home, or writes its traffic.
pub(crate) fn run(demo: &Demo) -> Result<Outcome, Failure> {
    if let Some(path) = &demo.capture {
        judge::write_demo(path)?;
        return Ok(Outcome::Done);
    }
    let judging = &at_home(&demo.judging);
    let gathered = judge::gather_demo(judging)?;
    let assessment = judge::judge(gathered.ledger, judging)?;
    let outcome = judge::show(&assessment, &demo.judging, &demo.showing, gathered.unread);
    judge::leave(assessment);
    outcome
}

/// The same wishes, of somebody who lives where the built-in home stands unless told otherwise.
pub(crate) fn at_home(judging: &Judging) -> Judging {
    const RESIDENCE: &str = "US-CA";

    let residence = judging.residence.clone().unwrap_or_else(|| RESIDENCE.to_owned());
    Judging { residence: Some(residence), ..judging.clone() }
}
