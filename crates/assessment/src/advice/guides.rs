//! Which of the pack's advice fits a device: what is for its model before what is for its brand, what is
//! for this home's router before what is for any.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use knowledge::{
    Knowledge, is_narrower,
    kinds::{Advice, Id},
};

use crate::model::{Claim, Device, Role};

/// So many ways are offered for one thing to do: the best and two others. Our choice.
const MOST: usize = 3;

/// The pack's advice, ready to be asked for.
pub(crate) struct Guides<'k> {
    by_rule: BTreeMap<&'k Id, Vec<&'k Advice>>,
    /// The brands of the routers of this network, by their ids.
    routers: BTreeSet<Id>,
}

impl<'k> Guides<'k> {
    /// What `knowledge` advises in a network of `devices`.
    pub(crate) fn new(devices: &[Device], knowledge: &'k Knowledge) -> Self {
        let mut by_rule: BTreeMap<&Id, Vec<&Advice>> = BTreeMap::new();
        for advice in knowledge.pack().advice.values() {
            for rule in &advice.rules {
                by_rule.entry(rule).or_default().push(advice);
            }
        }
        let gateways = devices.iter().filter(|it| it.role == Role::Gateway);
        let routers = gateways.filter_map(|it| brand(it).cloned()).collect();
        Self { by_rule, routers }
    }

    /// The ids of what fits `device` and answers a finding of one of `rules`, of which the first is the
    /// gravest: the best first.
    pub(crate) fn of<'f>(
        &self,
        device: &Device,
        rules: impl IntoIterator<Item = &'f Id>,
    ) -> Arc<[Id]> {
        let mut found: Vec<(usize, &'k Advice)> = Vec::new();
        for (place, rule) in rules.into_iter().enumerate() {
            let advised = self.by_rule.get(rule).into_iter().flatten();
            for advice in advised.filter(|it| self.fits(it, device)) {
                if !found.iter().any(|(_, known)| known.id == advice.id) {
                    found.push((place, advice));
                }
            }
        }
        let replaced: BTreeSet<&Id> = found.iter().flat_map(|(_, it)| &it.replaces).collect();
        found.retain(|(_, it)| !replaced.contains(&it.id));
        found.sort_by(|(left_place, left), (right_place, right)| {
            let narrowest = right.narrowness().cmp(&left.narrowness());
            let cheapest = || left.cost.weight().total_cmp(&right.cost.weight());
            let gravest = left_place.cmp(right_place);
            gravest.then(narrowest).then_with(cheapest).then_with(|| left.id.cmp(&right.id))
        });
        found.into_iter().take(MOST).map(|(_, it)| it.id.clone()).collect()
    }

    fn fits(&self, advice: &Advice, device: &Device) -> bool {
        let identity = &device.identity;
        let kind = identity.kind.answer().map(|claim| &*claim.value);
        let model = || identity.model.answer().map(|claim| &*claim.value);
        let of_brand = || brand(device).is_some_and(|id| advice.brands.contains(id));
        let of_model = || {
            model().is_some_and(|it| advice.models.iter().any(|want| want.eq_ignore_ascii_case(it)))
        };
        (advice.types.is_empty() || kind.is_some_and(|kind| is_of_kind(&advice.types, kind)))
            && (advice.brands.is_empty() || of_brand())
            && (advice.models.is_empty() || of_model())
            && (advice.routers.is_empty()
                || advice.routers.iter().any(|id| self.routers.contains(id)))
    }
}

/// Whether a device of `kind` is of one of the kinds that `wanted` names.
pub(super) fn is_of_kind(wanted: &[Box<str>], kind: &str) -> bool {
    wanted.iter().any(|it| **it == *kind || is_narrower(kind, it))
}

/// The brand, as the pack knows it.
fn brand(device: &Device) -> Option<&Id> {
    device.identity.brand.answer().and_then(|Claim { id, .. }| id.as_ref())
}
