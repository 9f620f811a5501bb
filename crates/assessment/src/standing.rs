//! What stands behind a device on a given day: companies, lists, laws, support; and the scores that
//! take it into account.
//!
//! A brand that only the prefix of a MAC address tells is a guess good enough to name a device by, and
//! says nothing here: neither of a company and its country, nor of a list.
//!
//! Only the legal score looks at a list or a law, and only under a policy that gives it weight.

use std::sync::Arc;

use hashbrown::HashMap;
use knowledge::{
    Knowledge,
    kinds::{Date, Dimension, EntryKind, Id, Policy, Product, Sensor},
};

use crate::{
    Settings,
    attribution::{
        exposure,
        listings::{Applies, Listing, Part, Register, Subject},
        makers::Makers,
        provenance,
    },
    findings::Checked,
    model::{Claim, Confidence, Device, Exposure, Identity, Provenance, Scores},
    scores,
};

/// The pack as of one day, under one policy.
pub(crate) struct Standing<'k> {
    day: Date,
    knowledge: &'k Knowledge,
    register: Register<'k>,
    policy: Option<&'k Policy>,
    told: HashMap<Asked, Told>,
    /// The scores of the last device: the next one often has the same.
    last: Arc<Scores>,
}

/// All of a device that decides who and what stands behind it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Asked {
    local: bool,
    has_brand: bool,
    brand: Option<Id>,
    kind: Option<Box<str>>,
    product: Option<Id>,
    module_maker: Option<Id>,
}

/// What stands behind devices of which the same is asked. A network has many of the same kind.
#[derive(Clone, Debug)]
struct Told {
    provenance: Arc<Provenance>,
    exposure: Arc<[Exposure]>,
    listings: Arc<[Listing]>,
    sensors: Arc<[Sensor]>,
}

impl<'k> Standing<'k> {
    /// Looks at what `makers` are from as of `day`.
    pub(crate) fn on(day: &Date, settings: &Settings, makers: Arc<Makers<'k>>) -> Self {
        let knowledge = makers.knowledge();
        Self {
            day: day.clone(),
            knowledge,
            register: Register::by(makers),
            policy: knowledge.pack().policies.get(&settings.policy),
            told: HashMap::new(),
            last: Arc::default(),
        }
    }

    /// Says who and what stands behind `device`, which has its identity.
    pub(crate) fn describe(&mut self, device: &mut Device) {
        let product = self.product(&device.identity).map(|(product, _)| product);
        let asked = Asked::of(device, product);
        let told = if let Some(told) = self.told.get(&asked) {
            told.clone()
        } else {
            let told = self.tell(&asked, product);
            self.told.insert(asked, told.clone());
            told
        };
        let Told { provenance, exposure, listings, sensors } = told;
        device.product = product.map(|it| it.id.clone());
        device.provenance = provenance;
        device.exposure = exposure;
        device.sensors = sensors;
        device.listings = listings;
    }

    fn tell(&self, asked: &Asked, product: Option<&Product>) -> Told {
        let brand = asked.brand.as_ref();
        let mut provenance = provenance::provenance(brand, &self.day, self.knowledge);
        if let Some(own) = product.and_then(|it| it.platform.as_deref()) {
            provenance.platform = Some(own.into());
            provenance.platform_operator = provenance::operator(own, self.knowledge);
        }
        Told {
            exposure: exposure::exposure(&provenance, &self.day, self.knowledge).into(),
            listings: self.listings(asked, &provenance, product).into(),
            provenance: provenance.into(),
            sensors: product.map(|it| it.sensors.as_slice().into()).unwrap_or_default(),
        }
    }

    /// The entries that touch a device, or may. Of one whose type is not known every category might;
    /// saying so of each device would tell nothing.
    fn listings(
        &self,
        asked: &Asked,
        provenance: &Provenance,
        product: Option<&Product>,
    ) -> Vec<Listing> {
        if !asked.local || (!asked.has_brand && asked.kind.is_none()) {
            return Vec::new();
        }
        let subject = subject(asked, provenance, product);
        let mut listings = self.register.listings(&subject, &self.day);
        if asked.kind.is_none() {
            let open =
                |it: &Listing| it.kind == EntryKind::Category && it.applies == Applies::Unknown;
            listings.retain(|it| !open(it));
        }
        listings
    }

    /// How much concern there is about `device`.
    pub(crate) fn score(&mut self, device: &Device, checked: &Checked) -> Arc<Scores> {
        let of = |dimension| {
            let unknown = checked.unknown_share(dimension);
            scores::of_findings(dimension, &checked.findings, unknown)
        };
        let product = self.product(&device.identity);
        let brand_known = brand_of(&device.identity, product.is_some()).is_some();
        let entry = product.map(|(it, _)| it);
        let scores = Scores {
            weakness: of(Dimension::Weakness),
            exposure: of(Dimension::Exposure),
            data: of(Dimension::Data),
            support: scores::support(product, &self.day),
            transparency: scores::transparency(brand_known, &device.provenance, entry),
            legal: self.policy.and_then(|policy| scores::legal(policy, device)),
        };
        if *self.last != scores {
            self.last = scores.into();
        }
        Arc::clone(&self.last)
    }

    /// The pack's entry for the device's model, and how sure it is that this is it.
    fn product(&self, identity: &Identity) -> Option<(&'k Product, Confidence)> {
        let (brand, model) = (identity.brand.answer()?, identity.model.answer()?);
        let product = self.knowledge.product(brand.id.as_ref()?, &model.value)?;
        let sure = if brand.confidence < model.confidence { brand } else { model };
        Some((product, sure.confidence))
    }
}

impl Asked {
    fn of(device: &Device, product: Option<&Product>) -> Self {
        let identity = &device.identity;
        let brand = brand_of(identity, product.is_some());
        let kind = identity.kind.answer().filter(|claim| !claim.is_by_prefix());
        Self {
            local: device.local,
            has_brand: brand.is_some(),
            brand: brand.and_then(|claim| claim.id.clone()),
            kind: kind.map(|claim| claim.value.clone()),
            product: product.map(|it| it.id.clone()),
            module_maker: identity.module_maker.answer().and_then(|claim| claim.id.clone()),
        }
    }
}

/// The brand, where enough speaks for it to say who is behind it: more than the prefix of a MAC
/// address, or that and one of the brand's models.
fn brand_of(identity: &Identity, is_its_model: bool) -> Option<&Claim> {
    identity.brand.answer().filter(|claim| is_its_model || !claim.is_by_prefix())
}

/// What is known of a device that a list may ask about.
fn subject(asked: &Asked, provenance: &Provenance, product: Option<&Product>) -> Subject {
    let parties = provenance.parties();
    Subject {
        parties: parties.filter_map(|(by, it)| Some((Part::of(by)?, it.id.clone()))).collect(),
        kind: asked.kind.clone(),
        modules: asked.module_maker.iter().cloned().collect(),
        made_in: product.map(|it| it.produced_in.clone()).unwrap_or_default(),
        authorised: product.and_then(|it| it.authorised.clone()),
        brand: asked.brand.clone(),
        ..Subject::default()
    }
}
