//! The sentences that reasons are made of.

use knowledge::{
    Knowledge,
    kinds::{Brand, Country, Entry, Id, List, Scope, Status},
};

use super::{Part, Step};
use crate::attribution::ownership::Stake;

/// A step that rests on what was given or on comparing it, not on a published text.
pub(super) fn plain(says: String) -> Step {
    Step { says: says.into(), sources: Vec::new(), verified: true }
}

fn cited(says: String, sources: &[Id], verified: bool) -> Step {
    Step { says: says.into(), sources: sources.to_vec(), verified }
}

/// What an organisation is called; its id where the pack has no more.
pub(super) fn called<'k>(id: &'k Id, knowledge: &'k Knowledge) -> &'k str {
    let pack = knowledge.pack();
    pack.organisations
        .get(id)
        .map(|it| &*it.name)
        .or_else(|| pack.modules.get(id).map(|it| &*it.name))
        .unwrap_or(id)
}

/// What part `id` has in the product: by the brand's record where there is one.
pub(super) fn part(part: Part, id: &Id, brand: Option<&Brand>, knowledge: &Knowledge) -> Step {
    let name = called(id, knowledge);
    let Some(brand) = brand.filter(|it| has_part(it, part, id)) else {
        return plain(match part {
            Part::Maker => format!("its maker is {name}"),
            Part::Producer => format!("{name} makes it for the brand"),
            Part::Seller => format!("{name} sells it"),
            Part::PossibleProducer => {
                format!("{name} makes some products of this name; whether this one is not known")
            }
            Part::ModuleMaker => format!("a module inside is made by {name}"),
            Part::PlatformOperator => format!("{name} runs its cloud"),
            Part::Licensor => format!("its name belongs to {name}, who does not make it"),
        });
    };
    let says = match part {
        Part::Seller => format!("products of the brand {} are sold by {name}", brand.name),
        Part::Licensor => {
            format!("the name of {} is licensed from {name}, who does not make it", brand.name)
        }
        _ => format!("the brand {} is made by {name}", brand.name),
    };
    cited(says, &brand.sources, brand.verified)
}

fn has_part(brand: &Brand, part: Part, id: &Id) -> bool {
    let named = match part {
        Part::Maker => &brand.maker,
        Part::Seller => &brand.seller,
        Part::Licensor => &brand.licensed_from,
        _ => return false,
    };
    named.as_ref() == Some(id)
}

/// A holding.
pub(super) fn stake(stake: &Stake, knowledge: &Knowledge) -> Step {
    let (held, owner) = (called(&stake.held, knowledge), called(&stake.owner, knowledge));
    let says = match stake.share.as_deref() {
        None => format!("{owner} holds a part of {held}; how much is not known here"),
        Some("controlling" | "control") => format!("{owner} controls {held}"),
        Some(kin @ ("majority" | "minority")) => format!("{owner} holds a {kin} of {held}"),
        Some("subsidiary") => format!("{held} is a subsidiary of {owner}"),
        Some("affiliate") => format!("{held} is an affiliate of {owner}"),
        Some(share) if share.contains('%') => format!("{owner} holds {share} of {held}"),
        Some(share) => format!("{owner} holds a part of {held} ({share})"),
    };
    let since = stake.from.as_ref().map(|from| format!(" since {from}")).unwrap_or_default();
    let until = stake.to.as_ref().map(|to| format!(" until {to}")).unwrap_or_default();
    cited(format!("{says}{since}{until}"), &stake.sources, stake.verified)
}

/// A holding that is over.
pub(super) fn former_stake(it: &Stake, knowledge: &Knowledge) -> Step {
    let (held, owner) = (called(&it.held, knowledge), called(&it.owner, knowledge));
    let until = it.to.as_deref().unwrap_or_default();
    let says = format!("{owner}, which the entry names, held {held} only until {until}");
    cited(says, &it.sources, it.verified)
}

/// That the entry names `id`, and whom it reaches.
pub(super) fn names(entry: &Entry, id: &Id, knowledge: &Knowledge) -> Step {
    let name = called(id, knowledge);
    let reach = match entry.reaches {
        Scope::Affiliates => " and reaches its subsidiaries and affiliates",
        Scope::HalfOwned => " and reaches companies it holds at least half of",
        _ => "",
    };
    let says = if *entry.name == *name {
        format!("the entry names {name}{reach}")
    } else {
        format!("the entry \"{}\" names {name}{reach}", entry.name)
    };
    cited(says, &entry.sources, entry.verified)
}

/// That the entry is written like a name of the product's.
pub(super) fn is_written(entry: &Entry, name: &str) -> Step {
    let says = format!("the entry is written \"{}\", whole as {name} is", entry.name);
    cited(says, &entry.sources, entry.verified)
}

/// That the entry names an owner and does not say that it reaches those it owns.
pub(super) fn names_only(entry: &Entry, id: &Id, knowledge: &Knowledge) -> Step {
    let says = format!(
        "the entry names {} and does not say that it reaches the companies it holds",
        called(id, knowledge)
    );
    cited(says, &entry.sources, entry.verified)
}

/// Why a holding leaves it open.
pub(super) fn unclear_control() -> Step {
    plain("whether that holding decides is not known".to_owned())
}

/// A part that a company reached only through others makes: a group makes chips as well.
pub(super) fn unclear_part() -> Step {
    plain(
        "whether that part is a radio module with an authorisation of its own is not known"
            .to_owned(),
    )
}

/// Why a module's or cloud's maker leaves it open.
pub(super) fn another_part(part: Part) -> Step {
    plain(match part {
        Part::PossibleProducer => {
            "so the maker of this product decides, who is not known".to_owned()
        }
        Part::PlatformOperator => {
            "the entry names who runs the cloud, not who makes the product".to_owned()
        }
        _ => "the entry names who makes a part, not who makes the product".to_owned(),
    })
}

/// Which of several companies may be the maker.
pub(super) fn candidates(ids: &[&Id], knowledge: &Knowledge) -> Step {
    let names: Vec<_> = ids.iter().map(|id| called(id, knowledge)).collect();
    plain(format!(
        "more than one company may be the maker, and they are different legal entities: {}",
        names.join("; ")
    ))
}

/// What kind of device the entry is about, and that the product's is not known.
pub(super) fn kind_unknown(types: &[Box<str>]) -> Step {
    plain(format!("it is only about {}, and what kind of device this is is not known", list(types)))
}

/// What kind of device the entry is about, and that the product is another.
pub(super) fn other_kind(types: &[Box<str>], kind: &str) -> Step {
    plain(format!("it is only about {}, and this is a {kind}", list(types)))
}

/// The category and the product's kind.
pub(super) fn of_category(entry: &Entry, kind: &str) -> Step {
    let says = format!("it is a {kind}, of the category \"{}\"", entry.name);
    cited(says, &entry.sources, entry.verified)
}

/// That a place of production is outside the country.
pub(super) fn produced_outside(place: &Country, country: &Country) -> Step {
    plain(format!("a stage of its production is in {place}, outside {country}"))
}

/// That all places of production are inside.
pub(super) fn produced_inside(country: &Country) -> Step {
    plain(format!("all stages of its production are in {country}"))
}

/// That it is not known where all stages took place.
pub(super) fn production_unknown(country: &Country, made_in: &[Country]) -> Step {
    plain(if made_in.is_empty() {
        format!("it asks whether any major stage of production was outside {country}: not known")
    } else {
        format!(
            "it was made in {}; whether it was designed and developed there too is not known",
            made_in.join(", ")
        )
    })
}

/// Where the maker is, and that the category asks for that.
pub(super) fn maker_in(id: &Id, place: &Country, knowledge: &Knowledge) -> Step {
    let organisation = knowledge.pack().organisations.get(id);
    let (sources, verified) =
        organisation.map_or((Vec::new(), true), |it| (it.sources.clone(), it.verified));
    let says = format!("{} is registered or has its head office in {place}", called(id, knowledge));
    Step { says: says.into(), sources, verified }
}

/// That the maker is elsewhere.
pub(super) fn maker_elsewhere(countries: &[Country]) -> Step {
    plain(format!(
        "its maker is neither registered nor has its head office in {}",
        countries.join(", ")
    ))
}

/// That it is not known where the maker is.
pub(super) fn maker_place_unknown(countries: &[Country]) -> Step {
    plain(format!(
        "it asks whether the maker is registered or has its head office in {}: not known",
        countries.join(", ")
    ))
}

/// About the day of authorisation.
pub(super) fn authorised(on: &str, since: &str, falls: Option<bool>) -> Step {
    plain(match falls {
        Some(true) => {
            format!("it was authorised on {on}, and the entry is about {since} and later")
        }
        Some(false) => format!("it was authorised on {on}, before {since}"),
        None => format!("it was authorised in {on}, and whether before {since} is not known"),
    })
}

/// That the day of authorisation is not known.
pub(super) fn authorisation_unknown(since: &str) -> Step {
    plain(format!("it asks whether the model was authorised on or after {since}: not known"))
}

/// About being sold to consumers.
pub(super) fn consumer(sold: Option<bool>) -> Step {
    let says = match sold {
        Some(true) => "it is sold to consumers",
        Some(false) => "it is not sold to consumers, and the entry is only about what is",
        None => "it asks whether the product is sold to consumers: not known",
    };
    plain(says.to_owned())
}

/// What else decides and is not known.
pub(super) fn further(what: &str) -> Step {
    plain(format!("it asks whether {what}: not known"))
}

/// That the maker has an exemption for some of its products.
pub(super) fn waived(what: &str, sources: &[Id]) -> Step {
    let says =
        format!("its maker has an exemption ({what}); whether it covers this model is not known");
    cited(says, sources, true)
}

/// That dates are too vague to decide.
pub(super) fn vague_dates(list: &List, entry: &Entry) -> Step {
    let from = entry.from.as_deref().or(list.from.as_deref()).unwrap_or("an unknown day");
    let until = entry.to.as_deref().or(list.to.as_deref());
    let until = until.map(|to| format!(" to {to}")).unwrap_or_default();
    let says = format!("its dates are known only as {from}{until}, which leaves that day open");
    cited(says, &entry.sources, entry.verified)
}

/// That the list is not plainly in force.
pub(super) fn list_status(list: &List) -> Step {
    let says = match list.status {
        Status::Paused => "the list is suspended for a time",
        Status::Pending => "the list is before a court or an authority",
        _ => "whether the list is in force is not known",
    };
    cited(says.to_owned(), &list.sources, list.verified)
}

fn list(types: &[Box<str>]) -> String {
    types.join(", ")
}
