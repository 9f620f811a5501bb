//! `audit`: captured traffic to a report.

use super::{
    judge::{self, Words},
    listen,
};
use crate::{
    arguments::{Audit, Showing},
    embedded,
    failure::{Failure, Outcome},
    output,
};

/// Reads, judges, shows.
pub(crate) fn run(audit: &Audit) -> Result<Outcome, Failure> {
    let words = words(&audit.showing);
    let (gathered, knowledge) = if let Some(interface) = &audit.interface {
        // Confined: so in one thread, and what follows is read after.
        (listen::gather(interface, audit, words), embedded::knowledge())
    } else {
        let gather = || judge::gather(&audit.sources, &audit.judging, words);
        judge::with_knowledge(&audit.judging, gather)
    };
    let gathered = gathered?;
    if let Some(path) = &audit.save {
        let bytes =
            gathered.ledger.to_bytes().map_err(|error| Failure::Broken(error.to_string()))?;
        output::write(Some(path), |out| out.write_all(&bytes))?;
    }
    let assessment = judge::judge_by(knowledge?, gathered.ledger, &audit.judging)?;
    let outcome = judge::show(&assessment, &audit.judging, &audit.showing, gathered.unread);
    judge::leave(assessment);
    outcome
}

/// How much the user wants to hear.
pub(crate) const fn words(showing: &Showing) -> Words {
    match (showing.quiet, showing.verbose) {
        (true, _) => Words::Few,
        (_, true) => Words::Many,
        _ => Words::Some,
    }
}
