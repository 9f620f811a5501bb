//! `watch`: listen all the time, and show what is known as pages on this machine.

mod keys;

use std::sync::Arc;

use server::{Gate, House, Present};

use super::{demo, judge};
use crate::{
    arguments::Watch,
    embedded,
    failure::{Failure, Outcome},
    output,
};

/// Serves until Ctrl-C.
pub(crate) fn run(asked: &Watch) -> Result<Outcome, Failure> {
    let state = keys::folder(asked.state.as_deref())?;
    if asked.set_password {
        return keys::set_password(&state);
    }
    if let Some(name) = &asked.new_token {
        return keys::new_token(&state, name);
    }
    let names = asked.name.iter().map(|it| it.as_str().into()).collect();
    let gate = Gate::new(keys::read(&state)?, asked.listen.ip(), names)
        .map_err(|error| Failure::Usage(error.to_string()))?;
    let listener = server::listen(asked.listen).map_err(|error| Failure::Usage(error.to_string()))?;
    let knowledge = embedded::knowledge()?;
    let house = Arc::new(House::new(knowledge, judge::options(None), gate, asked.sample));
    if asked.sample {
        let judging = demo::at_home(&asked.judging);
        let gathered = judge::gather_demo(&judging)?;
        let assessment = judge::judge(gathered.ledger, &judging)?;
        house.publish(Present { assessment, ..Present::default() });
    }
    if !asked.quiet {
        output::say(&format!("the pages are on http://{}, Ctrl-C ends it", asked.listen));
    }
    server::serve(&house, listener, std::future::pending())
        .map_err(|error| Failure::Usage(error.to_string()))?;
    Ok(Outcome::Done)
}
