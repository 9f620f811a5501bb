//! What stands behind a device on a given day: companies, lists, laws, support; and the scores that
//! take it into account.
//!
//! Only the legal score looks at a list or a law, and only under a policy that gives it weight.

use knowledge::{
    Knowledge,
    kinds::{Date, Dimension, EntryKind, Policy, Product},
};

use crate::{
    Settings,
    attribution::{
        exposure,
        listings::{Applies, Listing, Part, Register, Subject},
        provenance,
    },
    findings::Checked,
    model::{Confidence, Device, Identity, Scores},
    scores,
};

/// The pack as of one day, under one policy.
pub(crate) struct Standing<'k> {
    day: Date,
    knowledge: &'k Knowledge,
    register: Register<'k>,
    policy: Option<&'k Policy>,
}

impl<'k> Standing<'k> {
    /// Looks at `knowledge` as of `day`.
    pub(crate) fn on(day: &Date, settings: &Settings, knowledge: &'k Knowledge) -> Self {
        Self {
            day: day.clone(),
            knowledge,
            register: Register::new(knowledge),
            policy: knowledge.pack().policies.get(&settings.policy),
        }
    }

    /// Says who and what stands behind `device`, which has its identity.
    pub(crate) fn describe(&self, device: &mut Device) {
        let brand = device.identity.brand.answer();
        device.provenance = provenance::provenance(brand, &self.day, self.knowledge);
        let product = self.product(&device.identity).map(|(product, _)| product);
        if let Some(own) = product.and_then(|it| it.platform.as_deref()) {
            device.provenance.platform = Some(own.into());
            device.provenance.platform_operator = provenance::operator(own, self.knowledge);
        }
        device.exposure = exposure::exposure(&device.provenance, &self.day, self.knowledge);
        device.product = product.map(|it| it.id.clone());
        device.sensors = product.map(|it| it.sensors.clone()).unwrap_or_default();
        device.listings = self.listings(device, product);
    }

    /// The entries that touch `device`, or may. Of one whose type is not known every category might;
    /// saying so of each device would tell nothing.
    fn listings(&self, device: &Device, product: Option<&Product>) -> Vec<Listing> {
        let identity = &device.identity;
        let (brand, kind) = (identity.brand.answer(), identity.kind.answer());
        if !device.local || (brand.is_none() && kind.is_none()) {
            return Vec::new();
        }
        let mut listings = self.register.listings(&subject(device, product), &self.day);
        if kind.is_none() {
            let open =
                |it: &Listing| it.kind == EntryKind::Category && it.applies == Applies::Unknown;
            listings.retain(|it| !open(it));
        }
        listings
    }

    /// How much concern there is about `device`.
    pub(crate) fn score(&self, device: &Device, checked: &Checked) -> Scores {
        let of = |dimension| {
            let unknown = checked.unknown_share(dimension);
            scores::of_findings(dimension, &checked.findings, unknown)
        };
        let product = self.product(&device.identity);
        let brand_known = device.identity.brand.answer().is_some();
        let entry = product.map(|(it, _)| it);
        Scores {
            weakness: of(Dimension::Weakness),
            exposure: of(Dimension::Exposure),
            data: of(Dimension::Data),
            support: scores::support(product, &self.day),
            transparency: scores::transparency(brand_known, &device.provenance, entry),
            legal: self.policy.and_then(|policy| scores::legal(policy, device)),
        }
    }

    /// The pack's entry for the device's model, and how sure it is that this is it.
    fn product(&self, identity: &Identity) -> Option<(&'k Product, Confidence)> {
        let (brand, model) = (identity.brand.answer()?, identity.model.answer()?);
        let product = self.knowledge.product(brand.id.as_ref()?, &model.value)?;
        let sure = if brand.confidence < model.confidence { brand } else { model };
        Some((product, sure.confidence))
    }
}

/// What is known of `device` that a list may ask about.
fn subject(device: &Device, product: Option<&Product>) -> Subject {
    let identity = &device.identity;
    let parties = device.provenance.parties();
    let modules = identity.module_maker.answer().and_then(|claim| claim.id.clone());
    Subject {
        parties: parties.filter_map(|(by, it)| Some((Part::of(by)?, it.id.clone()))).collect(),
        kind: identity.kind.answer().map(|claim| claim.value.clone()),
        modules: modules.into_iter().collect(),
        made_in: product.map(|it| it.produced_in.clone()).unwrap_or_default(),
        authorised: product.and_then(|it| it.authorised.clone()),
        brand: identity.brand.answer().and_then(|claim| claim.id.clone()),
        ..Subject::default()
    }
}
