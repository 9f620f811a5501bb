//! What the pack does not know of a thing: said, because silence reads like "fine".

use super::{
    Subject,
    model::{Dossier, Part, Unknown},
};

/// What is missing in `dossier`.
pub(super) fn unknown(subject: &Subject<'_>, dossier: &Dossier) -> Vec<Unknown> {
    let mut missing = Vec::new();
    let mut say =
        |what: &'static str, says: &str| missing.push(Unknown { what, says: says.into() });
    let has = |part: Part| dossier.layers.iter().any(|it| it.part == part && it.now);
    if let (None, Some(model)) = (subject.product, &subject.model) {
        if subject.products.is_empty() {
            say(
                "model",
                &format!("No entry for the model {model}: what follows is about the brand."),
            );
        } else {
            say("model", "Several models have such a name: what differs between them is not said.");
        }
    }
    if let Some(brand) = subject.brand {
        let began =
            brand.from.as_deref().filter(|from| knowledge::dates::later(from, &dossier.day));
        if let Some(from) = began {
            say("maker", &format!("Who was behind the name before {from} is not recorded."));
        } else if !has(Part::Maker) && !has(Part::MadeBy) {
            say("maker", "The legal maker is not recorded.");
        }
        if !has(Part::Platform) {
            say("platform", "Whose cloud and app it uses is not recorded.");
        } else if !has(Part::Operator) {
            say("operator", "Which company runs the cloud and app is not recorded.");
        }
    }
    if !has(Part::Owner)
        && (subject.organisation.is_some() || has(Part::Maker) || has(Part::Seller))
    {
        say("owners", "No owner is recorded for these companies.");
    }
    of_product(subject, &mut say);
    missing
}

fn of_product(subject: &Subject<'_>, say: &mut impl FnMut(&'static str, &str)) {
    let Some(product) = subject.product else {
        if subject.brand.is_some() {
            say("sensors", "What it can sense depends on the model.");
        }
        return;
    };
    if product.sensors.is_empty() {
        say("sensors", "What it can sense is not recorded, which does not mean it senses nothing.");
    }
    if product.supported_until.is_none() && product.ended.is_none() {
        say("support", "No published end of security updates is recorded.");
    }
    if product.module.is_none() {
        say("module", "Who makes the radio module inside is not recorded.");
    }
    if product.produced_in.is_empty() {
        say("production", "Where it is produced is not recorded.");
    }
    if product.labels.is_empty() {
        say("labels", "No security label it holds is recorded.");
    }
}
