//! `why`: the chain of evidence behind anything a report says, or the pack's entry behind a look-up.

use assessment::{Assessment, why::Asked};

#[cfg(feature = "server")]
use super::household;
use super::{
    judge::{self, Words},
    knowledge::show,
};
use crate::{
    arguments::Why,
    calendar, embedded,
    failure::{Failure, Outcome},
    output,
};

/// Makes the report again and explains one part of it; or shows the entry of the pack of that id.
pub(crate) fn run(why: &Why) -> Result<Outcome, Failure> {
    #[cfg(feature = "server")]
    if let Some(state) = &why.state {
        let (assessment, _) = household::recent(Some(state), &why.judging)?;
        return explain(&assessment, &why.id, 0);
    }
    if Asked::from_text(&why.id).is_err() && why.sources.is_empty() {
        let knowledge = embedded::knowledge()?;
        let day = calendar::day(why.judging.as_of.as_deref(), &knowledge.pack().as_of);
        if show::pages(&why.id, &day, &knowledge)?.is_some() {
            return Ok(Outcome::Done);
        }
    }
    let gathered = if why.sources.is_empty() {
        judge::gather_demo(&why.judging)?
    } else {
        let words = if why.quiet { Words::Few } else { Words::Some };
        judge::gather(&why.sources, &why.judging, words)?
    };
    let assessment = judge::judge(gathered.ledger, &why.judging)?;
    explain(&assessment, &why.id, gathered.unread)
}

fn explain(assessment: &Assessment, id: &str, unread: usize) -> Result<Outcome, Failure> {
    let chain =
        assessment::why::why(assessment, id).map_err(|error| Failure::Usage(error.to_string()))?;
    let options = judge::options(None);
    output::write(None, |out| reports::why::write(&chain, &options, out))?;
    Ok(Outcome::answered(unread))
}
