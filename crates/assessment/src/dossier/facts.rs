//! Products and rights as a dossier states them.

use knowledge::{
    dates::later,
    kinds::{Product, Right},
};

use super::{
    Subject,
    cited::Cites,
    model::{Entitled, Model},
};

/// The subject's products of the pack.
pub(super) fn models(subject: &Subject<'_>, day: &str) -> Vec<Model> {
    let known = subject.products.iter().filter(|it| is_sold_by(it, day));
    known.map(|it| model(it, day)).collect()
}

/// Whether a product was on the market by `day`, as far as known.
fn is_sold_by(product: &Product, day: &str) -> bool {
    product.released.as_deref().is_none_or(|released| !later(released, day))
}

pub(super) fn model(product: &Product, day: &str) -> Model {
    Model {
        id: product.id.clone(),
        model: product.model.clone(),
        kind: product.kind.clone(),
        sensors: product.sensors.clone(),
        released: product.released.clone(),
        supported_until: product.supported_until.clone(),
        ended: product.ended.clone(),
        supported: is_supported(product, day),
        fcc_ids: product.fcc_ids.clone(),
        authorised: product.authorised.clone(),
        produced_in: product.produced_in.clone(),
        labels: product.labels.clone(),
        cited: product.cited(day),
    }
}

/// Whether updates go on after `day`; `None` where no date tells.
pub(super) fn is_supported(product: &Product, day: &str) -> Option<bool> {
    let end = product.ended.as_deref().or(product.supported_until.as_deref())?;
    Some(!later(day, end))
}

pub(super) fn entitled(right: &Right, day: &str) -> Entitled {
    Entitled {
        id: right.id.clone(),
        regions: right.regions.clone(),
        asks: right.asks.clone(),
        says: right.says.clone(),
        basis: right.basis.clone(),
        how: right.how.clone(),
        deadline: right.deadline.clone(),
        answers: right.answers.clone(),
        complain_to: right.complain_to.clone(),
        cited: right.cited(day),
    }
}
