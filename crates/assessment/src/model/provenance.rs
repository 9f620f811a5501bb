//! Who is behind a device, and whose law reaches them.

use knowledge::kinds::{Country, Id};

/// Who is behind a device.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Provenance {
    /// The legal maker.
    pub maker: Option<Party>,
    /// Who sells it, where another than the maker.
    pub seller: Option<Party>,
    /// Whose name is on it, where that is licensed.
    pub licensed_from: Option<Party>,
    /// Who controls the maker, where the pack knows a majority or controlling owner.
    pub owner: Option<Party>,
    /// Whose cloud and app it uses.
    pub platform: Option<Box<str>>,
    /// Who runs that platform.
    pub platform_operator: Option<Party>,
}

impl Provenance {
    /// The companies behind the device by their part, nearest first.
    pub fn parties(&self) -> impl Iterator<Item = (Through, &Party)> {
        let named = [
            (Through::Maker, &self.maker),
            (Through::Seller, &self.seller),
            (Through::Licensor, &self.licensed_from),
            (Through::PlatformOperator, &self.platform_operator),
            (Through::Owner, &self.owner),
        ];
        named.into_iter().filter_map(|(through, party)| Some((through, party.as_ref()?)))
    }
}

/// A jurisdiction whose law can reach a company behind a device: a possibility, never an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// The state or union.
    pub jurisdiction: Country,
    /// The companies it reaches, by their part and the pack's ids.
    pub through: Vec<(Through, Id)>,
    /// Its laws in force that could oblige one of them, by the pack's ids.
    pub laws: Vec<Id>,
}

/// What part a company has in a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Through {
    /// It makes it, or has it made.
    Maker,
    /// It sells it.
    Seller,
    /// It owns the name and lets another use it: it holds no data of the device.
    Licensor,
    /// It runs the cloud and the app.
    PlatformOperator,
    /// It controls the maker.
    Owner,
}

/// An organisation with what this says about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Party {
    /// The pack's id.
    pub id: Id,
    /// Its legal name.
    pub name: Box<str>,
    /// Where its head office is.
    pub country: Option<Country>,
    /// Where it is registered.
    pub registered_in: Option<Country>,
    /// The published texts this rests on.
    pub sources: Vec<Id>,
    /// Whether somebody read them for this.
    pub verified: bool,
}
