//! Standards, statutes and labels that concern such a device, with what each asks for.

use knowledge::{
    Knowledge,
    dates::later,
    kinds::{Standard, Status},
};

use super::{
    Subject,
    cited::Cites,
    model::{Asked, Demand},
};

/// Standards that apply by `day` to a device of the subject's types, those it holds first.
///
/// Whether a device meets them is not said here: that takes a look at the device.
pub(super) fn standards(subject: &Subject<'_>, day: &str, knowledge: &Knowledge) -> Vec<Demand> {
    let types = subject.types();
    if types.is_empty() {
        return Vec::new();
    }
    let concerns = |it: &&Standard| {
        let of_type = it.types.is_empty() || it.types.iter().any(|it| types.contains(&**it));
        of_type && !matches!(it.status, Status::Ended | Status::Superseded)
    };
    let found = knowledge.pack().standards.values().filter(concerns);
    let known = found.filter(|it| it.from.as_deref().is_none_or(|from| !later(from, day)));
    let mut demands: Vec<_> = known.map(|it| demand(it, subject, day, knowledge)).collect();
    demands.sort_by_key(|it| !it.held);
    demands
}

fn demand(standard: &Standard, subject: &Subject<'_>, day: &str, knowledge: &Knowledge) -> Demand {
    let clauses = knowledge.pack().clauses.values().filter(|it| it.standard == standard.id);
    let asked = clauses.map(|it| Asked {
        id: it.id.clone(),
        number: it.number.clone(),
        asks: it.asks.clone(),
        observable: it.observable,
        not_met_by: it.not_met_by.clone(),
    });
    Demand {
        id: standard.id.clone(),
        name: standard.name.clone(),
        jurisdiction: standard.jurisdiction.clone(),
        binds: standard.binds.clone(),
        status: standard.status,
        from: standard.from.clone(),
        scope: standard.scope.clone(),
        excludes: standard.excludes.clone(),
        registry: standard.registry.clone(),
        held: subject.product.is_some_and(|it| it.labels.contains(&standard.id)),
        clauses: asked.collect(),
        cited: standard.cited(day),
    }
}
