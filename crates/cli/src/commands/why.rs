//! `why`: the chain of evidence behind anything a report says.

use super::judge::{self, Words};
use crate::{
    arguments::Why,
    failure::{Failure, Outcome},
    output,
};

/// Makes the report again and explains one part of it.
pub(crate) fn run(why: &Why) -> Result<Outcome, Failure> {
    let gathered = if why.sources.is_empty() {
        judge::gather_demo(&why.judging)?
    } else {
        let words = if why.quiet { Words::Few } else { Words::Some };
        judge::gather(&why.sources, &why.judging, words)?
    };
    let assessment = judge::judge(gathered.ledger, &why.judging)?;
    let chain = assessment::why::why(&assessment, &why.id)
        .map_err(|error| Failure::Usage(error.to_string()))?;
    let options = judge::options(None);
    output::write(None, |out| reports::why::write(&chain, &options, out))?;
    Ok(Outcome::Done)
}
