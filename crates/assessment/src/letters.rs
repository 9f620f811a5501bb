//! Letters with what is known filled in: who writes to whom, about what, on which right.
//!
//! What is not known becomes a line to write on, and is named, so that nobody sends a letter with a
//! hole in it. The statute and the deadline are those of the writer's own place where it has such a
//! right, and of the wider region otherwise; where none is in force yet, there is no letter.

use std::collections::BTreeSet;

use knowledge::{
    Knowledge,
    kinds::{Ask, Brand, Country, Letter, Organisation, Right},
};

use crate::{
    attribution::rights::{letter, rights},
    dossier::meant,
    model::Device,
    search::Meant,
};

/// Everything that letters ask.
pub const ASKS: [Ask; 8] = [
    Ask::Access,
    Ask::Deletion,
    Ask::Correction,
    Ask::OptOut,
    Ask::Portability,
    Ask::Information,
    Ask::Complaint,
    Ask::Remedy,
];

/// Destinations that a letter names at most. Our choice: a letter is read by people.
const MOST_DESTINATIONS: usize = 12;

/// What a letter is about.
#[derive(Clone, Copy, Debug)]
pub struct Occasion<'a> {
    /// What is asked.
    pub ask: Ask,
    /// Where the writer lives: `DE`, `US-CA`.
    pub residence: &'a str,
    /// The day, as `2026-11-22`.
    pub day: &'a str,
    /// The brand's id.
    pub brand: Option<&'a str>,
    /// The company's id, where no brand is named.
    pub organisation: Option<&'a str>,
    /// The model.
    pub model: Option<&'a str>,
    /// Whom the device was seen to talk with; empty where nothing was seen.
    pub destinations: &'a [String],
    /// What tells the device from others, where its owner wants that said.
    pub identifiers: &'a [String],
}

/// Whom and what a letter is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// The brand's id.
    pub brand: Option<Box<str>>,
    /// The company's id, where no brand is named.
    pub organisation: Option<Box<str>>,
    /// The model.
    pub model: Option<Box<str>>,
    /// Whom the device was seen to talk with.
    pub destinations: Vec<String>,
    /// What tells the device from others.
    pub identifiers: Vec<String>,
}

impl About {
    /// About what a name means.
    #[must_use]
    pub fn meant(meant: Meant, knowledge: &Knowledge) -> Self {
        match meant {
            Meant::Product(id) => {
                let product = knowledge.pack().products.get(&id);
                Self {
                    brand: product.map(|it| it.brand.clone()),
                    model: product.map(|it| it.model.clone()),
                    ..Self::default()
                }
            }
            Meant::Family { brand, name, .. } => {
                Self { brand: Some(brand), model: Some(name), ..Self::default() }
            }
            Meant::Brand { brand, model } => Self { brand: Some(brand), model, ..Self::default() },
            Meant::Organisation(id) => Self { organisation: Some(id), ..Self::default() },
        }
    }

    /// About a device and whom it was seen to talk with; what identifies it is left out.
    #[must_use]
    pub fn device(device: &Device, knowledge: &Knowledge) -> Self {
        let names = device.destinations.iter().filter(|it| it.named_by.is_some());
        let destinations = names.map(|it| it.name.to_string()).take(MOST_DESTINATIONS).collect();
        Self { destinations, ..Self::meant(meant(device, knowledge), knowledge) }
    }

    /// The same, and by what the device is told from others.
    #[must_use]
    pub fn identified(self, device: &Device) -> Self {
        let macs = device.macs.iter().map(|it| format!("address {it}"));
        let identifiers = macs.chain(device.names.iter().map(|it| format!("name {it}"))).collect();
        Self { identifiers, ..self }
    }

    /// What a letter of somebody who lives in `residence` is about.
    #[must_use]
    pub fn occasion<'a>(&'a self, ask: Ask, residence: &'a str, day: &'a str) -> Occasion<'a> {
        Occasion {
            ask,
            residence,
            day,
            brand: self.brand.as_deref(),
            organisation: self.organisation.as_deref(),
            model: self.model.as_deref(),
            destinations: &self.destinations,
            identifiers: &self.identifiers,
        }
    }
}

/// What letters for residents of a place ask on `day`.
pub fn asks(residence: &str, day: &str, knowledge: &Knowledge) -> impl Iterator<Item = Ask> {
    ASKS.into_iter().filter(move |ask| on_right(residence, *ask, day, knowledge).is_some())
}

/// The letter nearest to where its writer lives, and the right that it uses: one of that place, in
/// force on `day`.
fn on_right<'k>(
    residence: &str,
    ask: Ask,
    day: &str,
    knowledge: &'k Knowledge,
) -> Option<(&'k Letter, &'k Right)> {
    let letter = letter(residence, ask, knowledge)?;
    let own = rights(residence, day, knowledge);
    let asked = own.iter().find(|right| right.asks.contains(&ask));
    let right = asked.or_else(|| own.iter().find(|right| right.id == letter.right))?;
    Some((letter, *right))
}

/// Places whose residents have a letter, by code.
#[must_use]
pub fn places(knowledge: &Knowledge) -> BTreeSet<Country> {
    let pack = knowledge.pack();
    let mut places: BTreeSet<Country> =
        pack.letters.values().flat_map(|it| it.regions.iter().cloned()).collect();
    let states = || pack.jurisdictions.iter().filter(|(_, it)| !it.part_of.is_empty());
    for (code, state) in states() {
        if state.part_of.iter().any(|union| places.contains(union)) {
            places.insert(code.clone());
        }
    }
    // Nobody lives in a union but in one of its states.
    places.retain(|place| !states().any(|(_, state)| state.part_of.contains(place)));
    places
}

/// A letter with what is known filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written<'k> {
    /// The letter it was made from.
    pub letter: &'k Letter,
    /// The right it uses.
    pub right: Option<&'k Right>,
    /// To whom, as far as known.
    pub addressee: Option<&'k Organisation>,
    /// The text.
    pub text: String,
    /// What its reader must still write in.
    pub missing: Vec<&'static str>,
}

/// Why there is no letter; a place can have rights all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoLetter<'k> {
    /// What may be asked there, by any right the pack has.
    pub rights: Vec<&'k Right>,
    /// What letters for that place do ask.
    pub asks: Vec<Ask>,
    /// Places with a letter that asks this.
    pub elsewhere: Vec<Country>,
}

/// A line to write on.
const BLANK: &str = "______________________________";

/// Fills in the letter nearest to where its writer lives.
///
/// # Errors
///
/// [`NoLetter`], with what the pack has instead.
pub fn write<'k>(
    occasion: &Occasion<'_>,
    knowledge: &'k Knowledge,
) -> Result<Written<'k>, NoLetter<'k>> {
    let Occasion { ask, residence, day, .. } = *occasion;
    let Some((letter, right)) = on_right(residence, ask, day, knowledge) else {
        return Err(none(residence, ask, day, knowledge));
    };
    let right = Some(right);
    let brand = occasion.brand.and_then(|id| knowledge.pack().brands.get(id));
    let addressee = addressee(brand, occasion.organisation, knowledge);
    let (text, missing) = fill(letter, &values(occasion, brand, addressee, right));
    Ok(Written { letter, right, addressee, text, missing })
}

/// Who most likely answers for the data: who makes it, else who sells it.
fn addressee<'k>(
    brand: Option<&Brand>,
    organisation: Option<&str>,
    knowledge: &'k Knowledge,
) -> Option<&'k Organisation> {
    let companies = &knowledge.pack().organisations;
    let of_brand = brand.and_then(|it| it.maker.as_ref().or(it.seller.as_ref()));
    companies.get(of_brand.map(|it| &**it).or(organisation)?)
}

/// What stands in for each place of a letter, with what to call it where it is missing.
fn values(
    occasion: &Occasion<'_>,
    brand: Option<&Brand>,
    addressee: Option<&Organisation>,
    right: Option<&Right>,
) -> [(&'static str, &'static str, Option<String>); 10] {
    let list = |it: &[String]| (!it.is_empty()).then(|| it.join(", "));
    let name = brand.map(|it| &*it.name).or(addressee.map(|it| &*it.name));
    let contact = addressee.and_then(|it| it.privacy_contact.as_deref());
    let deadline = right.and_then(|it| it.deadline.as_deref());
    let authority = right.and_then(|it| it.complain_to.as_deref());
    [
        ("{brand}", "the brand", name.map(str::to_owned)),
        ("{model}", "the model", occasion.model.map(str::to_owned)),
        ("{maker}", "the company's name", addressee.map(|it| it.name.to_string())),
        ("{address}", "where to send it", contact.map(str::to_owned)),
        ("{date}", "the date", Some(occasion.day.to_owned())),
        ("{basis}", "the statute", right.map(|it| it.basis.to_string())),
        ("{deadline}", "the deadline", deadline.map(str::to_owned)),
        ("{destinations}", "whom it talks with", list(occasion.destinations)),
        ("{identifiers}", "what identifies the device", list(occasion.identifiers)),
        ("{complain_to}", "the authority", authority.map(str::to_owned)),
    ]
}

fn fill(
    letter: &Letter,
    values: &[(&'static str, &'static str, Option<String>)],
) -> (String, Vec<&'static str>) {
    let mut text = letter.text.to_string();
    let mut missing = Vec::new();
    for (place, name, value) in values {
        if !text.contains(place) {
            continue;
        }
        if value.is_none() {
            missing.push(*name);
        }
        text = text.replace(place, value.as_deref().unwrap_or(BLANK));
    }
    (text, missing)
}

fn none<'k>(residence: &str, ask: Ask, day: &str, knowledge: &'k Knowledge) -> NoLetter<'k> {
    let asks = asks(residence, day, knowledge);
    let letters = knowledge.pack().letters.values().filter(|it| it.ask == ask);
    let mut elsewhere: Vec<_> = letters.flat_map(|it| it.regions.clone()).collect();
    elsewhere.sort_unstable();
    elsewhere.dedup();
    elsewhere.retain(|place| **place != *residence);
    NoLetter { rights: rights(residence, day, knowledge), asks: asks.collect(), elsewhere }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const PACK: &str = include_str!("../tests/packs/made-up.toml");

    #[test]
    fn what_is_known_is_filled_in_and_what_is_not_is_named() {
        let knowledge = knowledge();
        let destinations = ["api.lumen.example".to_owned()];
        let occasion = Occasion { destinations: &destinations, ..occasion("DE") };
        let written = write(&occasion, &knowledge).unwrap();
        assert!(written.text.starts_with("To Lumen Works Co., Ltd.\nprivacy@lumen.example\n"));
        assert!(written.text.contains("Under Example Regulation, article 15"));
        assert!(written.text.contains("talk with: api.lumen.example."));
        assert!(written.text.contains(&format!("Lumen-Home {BLANK}.")), "{}", written.text);
        assert_eq!(written.missing, ["the model", "what identifies the device"]);
    }

    #[test]
    fn a_place_without_a_letter_says_what_there_is() {
        let knowledge = knowledge();
        let none = write(&occasion("US-CA"), &knowledge).unwrap_err();
        assert_eq!(none.elsewhere, ["EU".into()]);
        assert!(none.rights.is_empty() && none.asks.is_empty());
        let other = Occasion { ask: Ask::Deletion, ..occasion("DE") };
        let none = write(&other, &knowledge).unwrap_err();
        assert_eq!((none.asks, none.rights.len()), (vec![Ask::Access], 1));
    }

    #[test]
    fn a_right_of_another_time_or_place_makes_no_letter() {
        let mut pack = knowledge().pack().clone();
        let own = pack.rights.get_mut("de-access").unwrap();
        own.from = Some("2027-05-13".into());
        let knowledge = Knowledge::new(pack);
        let none = write(&occasion("DE"), &knowledge).unwrap_err();
        assert!(none.rights.is_empty() && none.asks.is_empty());
        let then = Occasion { day: "2027-05-13", ..occasion("DE") };
        assert!(write(&then, &knowledge).is_ok());
    }

    fn occasion(residence: &str) -> Occasion<'_> {
        Occasion {
            ask: Ask::Access,
            residence,
            day: "2026-11-22",
            brand: Some("lumen"),
            organisation: None,
            model: None,
            destinations: &[],
            identifiers: &[],
        }
    }

    fn knowledge() -> Knowledge {
        let files = BTreeMap::from([("made-up.toml".to_owned(), PACK.to_owned())]);
        Knowledge::new(knowledge::load(files).unwrap())
    }
}
