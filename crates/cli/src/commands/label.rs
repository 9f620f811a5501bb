//! `label`: the two-layer label of a product, or of a device in a capture.

use assessment::{
    Assessment,
    dossier::{Viewpoint, dossier, dossier_of_device},
    model::Device,
    search::{Meant, find},
};
use knowledge::Knowledge;
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
        Some((assessment, id)) => Some((assessment, device(assessment, id)?)),
        None => None,
    };
    let dossier = if let Some((_, device)) = device {
        of_device(device, view, &knowledge)
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
    Ok(Outcome::Done)
}

fn nothing(text: &str) -> Outcome {
    output::say(&format!(
        "houseguest: no entry for `{text}`; `houseguest lookup` offers the nearest names"
    ));
    Outcome::NothingFound
}

/// The report on the sources, or on the built-in home.
pub(super) fn assessed(
    sources: &[String],
    judging: &Judging,
    quiet: bool,
) -> Result<Assessment, Failure> {
    let gathered = if sources.is_empty() {
        judge::gather_demo(judging)?
    } else {
        judge::gather(sources, judging, if quiet { Words::Few } else { Words::Some })?
    };
    judge::judge(gathered.ledger, judging)
}

/// The device of that id.
pub(super) fn device<'a>(assessment: &'a Assessment, id: &str) -> Result<&'a Device, Failure> {
    assessment.devices.iter().find(|it| it.id.to_string() == id.to_lowercase()).ok_or_else(|| {
        let count = assessment.devices.len();
        Failure::Usage(format!("there is no device `{id}` here; they go from d1 to d{count}"))
    })
}

/// What is known of a device that was recognised.
fn of_device(
    device: &Device,
    view: Viewpoint<'_>,
    knowledge: &Knowledge,
) -> assessment::dossier::Dossier {
    let identity = &device.identity;
    let kind = identity.kind.answer().map(|claim| &*claim.value);
    let meant = meant(device, knowledge);
    dossier_of_device(&meant, kind, view, knowledge)
}

/// What a recognised device is in the pack's words.
pub(super) fn meant(device: &Device, knowledge: &Knowledge) -> Meant {
    let identity = &device.identity;
    let model = identity.model.answer().map(|claim| claim.value.clone());
    let Some(brand) = identity.brand.answer().and_then(|claim| claim.id.clone()) else {
        return Meant::Brand { brand: "".into(), model };
    };
    let name = knowledge.pack().brands.get(&brand).map_or("", |it| &*it.name);
    let text = format!("{name} {}", model.as_deref().unwrap_or_default());
    let of_brand = |it: &Meant| match it {
        Meant::Product(id) => {
            knowledge.pack().products.get(id).is_some_and(|product| product.brand == brand)
        }
        _ => false,
    };
    let readings = find(&text, knowledge).readings.into_iter().map(|it| it.meant);
    let product = readings.into_iter().find(of_brand).filter(|_| model.is_some());
    product.unwrap_or(Meant::Brand { brand, model })
}
