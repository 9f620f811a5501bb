//! `label`: the two-layer label of a product, or of a device in a capture.

use assessment::{
    Assessment,
    dossier::{Viewpoint, dossier, dossier_of_seen},
    model::Device,
    search::find,
};
use reports::label::{self, Form};

use super::{
    judge::{self, Words},
    lookup,
};
use crate::{
    arguments::{Judging, Label, LabelFormat},
    calendar, embedded,
    failure::{Failure, Outcome},
    output,
};

/// Draws the label.
pub(crate) fn run(asked: &Label) -> Result<Outcome, Failure> {
    let knowledge = embedded::knowledge()?;
    lookup::policy(&asked.judging.policy, &knowledge)?;
    let day = calendar::day(asked.judging.as_of.as_deref(), &knowledge.pack().as_of);
    let view = Viewpoint { day: &day, residence: asked.judging.residence.as_deref() };
    let seen = match &asked.device {
        Some(id) => Some((assessed(&asked.words, &asked.judging, asked.quiet)?, id)),
        None => None,
    };
    let device = match &seen {
        Some(((assessment, _), id)) => Some((assessment, device(assessment, id)?)),
        None => None,
    };
    let dossier = if let Some((_, device)) = device {
        dossier_of_seen(device, view, &knowledge)
    } else {
        let text = asked.words.join(" ");
        let found = find(&text, &knowledge);
        let Some(reading) = found.readings.first() else {
            return Ok(nothing(&text));
        };
        dossier(&reading.meant, view, &knowledge)
    };
    let pack = knowledge.pack();
    let label = label::Label::new(&dossier, device, (&pack.version, &pack.as_of));
    let form = match asked.format {
        LabelFormat::Text => Form::Text,
        LabelFormat::Svg => Form::Svg,
        LabelFormat::Html => Form::Html,
    };
    let place = asked.output.as_deref();
    let options = judge::options(place);
    output::write(place, |out| label.write(form, &options, out))?;
    Ok(Outcome::answered(seen.as_ref().map_or(0, |((_, unread), _)| *unread)))
}

fn nothing(text: &str) -> Outcome {
    output::say(&format!(
        "houseguest: no entry for `{text}`; `houseguest lookup` offers the nearest names"
    ));
    Outcome::NothingFound
}

/// The report on the sources, or on the built-in home, and how many sources could not be read wholly.
pub(super) fn assessed(
    sources: &[String],
    judging: &Judging,
    quiet: bool,
) -> Result<(Assessment, usize), Failure> {
    let gathered = if sources.is_empty() {
        judge::gather_demo(judging)?
    } else {
        judge::gather(sources, judging, if quiet { Words::Few } else { Words::Some })?
    };
    Ok((judge::judge(gathered.ledger, judging)?, gathered.unread))
}

/// The device of that id.
pub(super) fn device<'a>(assessment: &'a Assessment, id: &str) -> Result<&'a Device, Failure> {
    assessment.devices.iter().find(|it| it.id.to_string() == id.to_lowercase()).ok_or_else(|| {
        let count = assessment.devices.len();
        Failure::Usage(format!("there is no device `{id}` here; they go from d1 to d{count}"))
    })
}
