//! `identify`: what each device is, and how that was weighed.

use assessment::{assess, explained::explain};
use reports::identify;

use super::{
    judge::{self, Words},
    label,
};
use crate::{
    arguments::{EntryFormat, Identify},
    embedded,
    failure::{Failure, Outcome},
    output,
};

/// Tells identities only.
pub(crate) fn run(asked: &Identify) -> Result<Outcome, Failure> {
    let words = if asked.quiet { Words::Few } else { Words::Some };
    let gathered = judge::gather_or_demo(&asked.sources, &asked.judging, words)?;
    let knowledge = embedded::knowledge()?;
    let settings = judge::settings(&asked.judging, &knowledge)?;
    let ledger = judge::without(gathered.ledger, &asked.judging.without);
    let assessment = assess(&ledger, &knowledge, &settings);
    let only = asked.device.as_deref().map(|id| label::device(&assessment, id)).transpose()?;
    let devices: Vec<_> = match only {
        Some(device) => vec![device],
        None => assessment.devices.iter().filter(|it| it.local).collect(),
    };
    let explained = if asked.explain {
        explain(&ledger, &knowledge, &settings, only.map(|it| it.id))
    } else {
        Vec::new()
    };
    let place = asked.output.as_deref();
    let options = judge::options(place);
    output::write(place, |out| match asked.format {
        EntryFormat::Text => identify::write(&devices, &explained, &assessment, &options, out),
        EntryFormat::Json => identify::write_json(&devices, &explained, &assessment, &options, out),
    })?;
    Ok(Outcome::answered(gathered.unread))
}
