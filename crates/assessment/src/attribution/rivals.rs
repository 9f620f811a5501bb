//! Which values of a property exclude each other.

use knowledge::{
    Knowledge, is_built_on, is_narrower,
    kinds::{Brand, Id},
};

/// What can be claimed about a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Property {
    Brand,
    Model,
    Kind,
    Os,
    Firmware,
    ModuleMaker,
}

impl Property {
    /// Whether a device of which `a` holds cannot be `b` as well.
    pub(crate) fn excludes(self, a: &str, b: &str, knowledge: &Knowledge) -> bool {
        if a == b {
            return false;
        }
        match self {
            Self::Brand => !is_one_house(a, b, knowledge),
            Self::Kind => !is_narrower(a, b) && !is_narrower(b, a),
            // One module more does not take the first away.
            Self::ModuleMaker => false,
            Self::Os => is_another(a, b) && !is_built_on(a, b) && !is_built_on(b, a),
            Self::Model | Self::Firmware => is_another(a, b),
        }
    }

    /// The value as people read it, and the pack's id for it.
    pub(crate) fn spelled(self, value: Box<str>, knowledge: &Knowledge) -> (Box<str>, Option<Id>) {
        let pack = knowledge.pack();
        let name = match self {
            Self::Brand => pack.brands.get(&value).map(|brand| &brand.name),
            Self::ModuleMaker => pack.modules.get(&value).map(|module| &module.name),
            _ => None,
        };
        match name {
            Some(name) => (name.clone(), Some(value)),
            None => (value, None),
        }
    }
}

/// Whether neither text is a part of the other.
fn is_another(a: &str, b: &str) -> bool {
    let (a, b) = (plain(a), plain(b));
    !a.contains(&b) && !b.contains(&a)
}

/// Whether two brands come from one house: one maker makes both, or one's maker holds the other's.
fn is_one_house(a: &str, b: &str, knowledge: &Knowledge) -> bool {
    let maker = |id: &str| knowledge.pack().brands.get(id).and_then(maker_of);
    let (Some(a), Some(b)) = (maker(a), maker(b)) else { return false };
    a == b || holds(a, b, knowledge) || holds(b, a, knowledge)
}

const fn maker_of(brand: &Brand) -> Option<&Id> {
    brand.maker.as_ref()
}

fn holds(owner: &Id, held: &Id, knowledge: &Knowledge) -> bool {
    let organisation = knowledge.pack().organisations.get(held);
    organisation.is_some_and(|it| it.owners.iter().any(|holding| holding.owner == *owner))
}

/// Letters and digits only, in lower case.
fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|it| it.to_ascii_lowercase()).collect()
}
