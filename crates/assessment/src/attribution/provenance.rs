//! Who is behind a brand: its legal maker, and who controls that, on a given day.

use knowledge::{Knowledge, dates::lasts, kinds::Id};

use super::ownership::owners;
use crate::model::{Party, Provenance};

/// Says who is behind the brand with that id, as things stood on the day `now`
/// (`2026-11-21`).
pub(crate) fn provenance(brand: Option<&Id>, now: &str, knowledge: &Knowledge) -> Provenance {
    let Some(brand) = brand.and_then(|id| knowledge.pack().brands.get(id)) else {
        return Provenance::default();
    };
    if !lasts(brand.from.as_deref(), brand.to.as_deref(), now) {
        return Provenance::default();
    }
    let named = |id: &Option<Id>| {
        let party = party(id.as_ref()?, knowledge)?;
        Some(because(party, &brand.sources, brand.verified))
    };
    Provenance {
        maker: named(&brand.maker),
        seller: named(&brand.seller).filter(|_| brand.seller != brand.maker),
        licensed_from: named(&brand.licensed_from),
        owner: brand.maker.as_ref().and_then(|maker| controlling_owner(maker, now, knowledge)),
        platform: brand.platform.clone(),
        platform_operator: brand.platform.as_deref().and_then(|it| operator(it, knowledge)),
    }
}

/// Who runs the platform that goes by `name`.
pub(crate) fn operator(name: &str, knowledge: &Knowledge) -> Option<Party> {
    let platform = knowledge.pack().platform(name)?;
    let operator = party(platform.operator.as_ref()?, knowledge)?;
    Some(because(operator, &platform.sources, platform.verified))
}

/// The organisation at the top of the chain of majority and controlling holdings, as far as the pack
/// knows it.
fn controlling_owner(maker: &Id, now: &str, knowledge: &Knowledge) -> Option<Party> {
    let owners = owners(maker, now, knowledge);
    let controlling = owners.iter().filter(|it| it.controls);
    let known = controlling.filter_map(|it| Some((it, party(&it.organisation, knowledge)?)));
    let (owner, party) = known.max_by_key(|(owner, _)| owner.chain.len())?;
    Some(because(party, &owner.sources, owner.verified))
}

pub(super) fn party(id: &Id, knowledge: &Knowledge) -> Option<Party> {
    let organisation = knowledge.pack().organisations.get(id)?;
    Some(Party {
        id: organisation.id.clone(),
        name: organisation.name.clone(),
        country: organisation.headquartered_in.clone(),
        registered_in: organisation.registered_in.clone(),
        sources: organisation.sources.clone(),
        verified: organisation.verified,
    })
}

/// Adds the sources of one more step to what is said about a party.
pub(super) fn because(mut party: Party, sources: &[Id], verified: bool) -> Party {
    for source in sources {
        if !party.sources.contains(source) {
            party.sources.push(source.clone());
        }
    }
    party.verified &= verified;
    party
}
