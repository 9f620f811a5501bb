//! `lookup`: who is behind a thing, before buying it.

use assessment::{
    dossier::{Viewpoint, dossier},
    search::find,
};
use knowledge::{Knowledge, kinds::Policy};
use reports::{
    lookup::{self, Depth},
    page::Form,
};

use super::judge;
use crate::{
    arguments::{AnswerFormat, Lookup},
    calendar, embedded,
    failure::{Failure, Outcome},
    output,
};

/// Finds what the words mean, and shows what is known of it.
pub(crate) fn run(asked: &Lookup) -> Result<Outcome, Failure> {
    let knowledge = embedded::knowledge()?;
    let policy = policy(&asked.view.policy, &knowledge)?;
    let text = asked.words.join(" ");
    let found = find(&text, &knowledge);
    let day = calendar::day(asked.view.as_of.as_deref(), &knowledge.pack().as_of);
    let view = Viewpoint { day: &day, residence: asked.view.residence.as_deref() };
    let meant = found.readings.first().map(|it| &it.meant);
    let dossier = meant.map(|it| dossier(it, view, &knowledge));
    let answer = lookup::Lookup {
        text: &text,
        day: &day,
        found: &found,
        dossier: dossier.as_ref(),
        policy,
        knowledge: &knowledge,
        depth: if asked.full || asked.format == AnswerFormat::Html {
            Depth::Full
        } else {
            Depth::Short
        },
    };
    let place = asked.output.as_deref();
    let options = judge::options(place);
    output::write(place, |out| match asked.format {
        AnswerFormat::Text => answer.write(Form::Text, &options, out),
        AnswerFormat::Html => answer.write(Form::Html, &options, out),
        AnswerFormat::Json => answer.write_json(&options, out),
    })?;
    Ok(if dossier.is_some() { Outcome::Done } else { Outcome::NothingFound })
}

/// The policy of that id.
pub(crate) fn policy<'k>(id: &str, knowledge: &'k Knowledge) -> Result<&'k Policy, Failure> {
    let policies = &knowledge.pack().policies;
    policies.get(id).ok_or_else(|| {
        let known: Vec<_> = policies.keys().map(|id| &**id).collect();
        Failure::Usage(format!("there is no policy `{id}`; there is {}", known.join(", ")))
    })
}
