//! From a name on a line to the companies that it can stand for on a day.

use knowledge::{
    dates::lasts,
    kinds::{Brand, Id, Rebrand},
};

use crate::attribution::{
    companies::{Companies, Named},
    listings::{Part, Register, Step},
};

/// What a name was taken for.
#[derive(Clone, Debug, Default)]
pub(super) struct Meant {
    /// The brands that go by it.
    pub(super) brands: Vec<Id>,
    /// The companies behind it; several makers are candidates.
    pub(super) parties: Vec<(Part, Id)>,
    /// Why.
    pub(super) steps: Vec<Step>,
    /// Whether anything in the pack goes by that name.
    pub(super) is_known: bool,
    /// Whether something else than the name tells the legal maker.
    pub(super) is_decided: bool,
}

impl Meant {
    /// Those that may be the maker.
    pub(super) fn makers(&self) -> impl Iterator<Item = &Id> {
        self.parties.iter().filter(|(part, _)| *part == Part::Maker).map(|(_, id)| id)
    }

    pub(super) fn add(&mut self, part: Part, id: &Id) {
        if !self.parties.iter().any(|it| it.0 == part && it.1 == *id) {
            self.parties.push((part, id.clone()));
        }
    }

    fn say(&mut self, says: String, sources: &[Id], verified: bool) {
        self.steps.push(Step { says: says.into(), sources: sources.to_vec(), verified });
    }
}

/// What `text` stands for on `day`.
///
/// With a hint, such as the kind of device or the beginning of the model, it may be the whole name
/// of a brand: then it is that brand.
pub(super) fn meant(
    register: &Register<'_>,
    day: &str,
    text: &str,
    hints: &[&str],
    model: Option<&str>,
) -> Meant {
    let mut meant = Meant::default();
    for hint in hints.iter().filter(|hint| !hint.is_empty()) {
        let longer = format!("{text} {hint}");
        let named = register.companies().named(&longer);
        let brands = named.into_iter().filter_map(|named| as_brand(named, register, day));
        for brand in brands {
            meant.say(format!("\"{longer}\" is the brand {}", brand.name), &[], true);
            add_brand(&mut meant, brand, register, day, model);
        }
        if meant.is_known {
            return meant;
        }
    }
    let named = register.companies().named(text);
    for brand in named.iter().filter_map(|named| as_brand(named, register, day)) {
        add_brand(&mut meant, brand, register, day, model);
    }
    for named in &named {
        match named {
            Named::Organisation(id) => add_organisation(&mut meant, id, text, register, day),
            Named::Label(id) => add_label(&mut meant, id, register, day, model),
            Named::Brand(id) => say_of_another_time(&mut meant, id, register, day),
            Named::Entry(_) => meant.is_known = true,
        }
    }
    meant
}

fn as_brand<'k>(named: &Named, register: &Register<'k>, day: &str) -> Option<&'k Brand> {
    match named {
        Named::Brand(id) => register.brand(id, day),
        _ => None,
    }
}

fn add_brand(
    meant: &mut Meant,
    brand: &Brand,
    register: &Register<'_>,
    day: &str,
    model: Option<&str>,
) {
    meant.is_known = true;
    meant.brands.push(brand.id.clone());
    for (part, id) in register.product_of(&brand.id, day).parties {
        meant.add(part, &id);
    }
    let rebrands = register.knowledge().pack().rebrands.values();
    for rebrand in rebrands.filter(|it| it.brand.as_ref() == Some(&brand.id)) {
        add_producer(meant, rebrand, register, day, model);
    }
}

/// An organisation that goes by the name: another candidate, unless it is of the brand's companies.
fn add_organisation(meant: &mut Meant, id: &Id, text: &str, register: &Register<'_>, day: &str) {
    meant.is_known = true;
    let has_made = |part: Part| matches!(part, Part::Maker | Part::Seller | Part::Producer);
    let is_kin = |(part, party): &(Part, Id)| has_made(*part) && register.are_kin(party, id, day);
    if meant.parties.iter().any(is_kin) {
        return;
    }
    let pack = register.knowledge().pack();
    let name = pack.organisations.get(id).map_or(&**id, |it| &*it.name);
    let (sources, verified) =
        pack.organisations.get(id).map_or((&[][..], true), |it| (&*it.sources, it.verified));
    meant.say(format!("\"{text}\" is a name of {name}"), sources, verified);
    meant.add(Part::Maker, id);
    if Companies::is_full(text) {
        return;
    }
    let licensed = pack.brands.values().filter(|it| it.licensed_from.as_ref() == Some(id));
    let licensed = licensed.filter(|it| plain(&it.name).starts_with(&plain(text)));
    for brand in licensed.filter(|it| register.brand(&it.id, day).is_some()) {
        let Some(maker) = &brand.maker else { continue };
        let says = format!("{name} lets another company use its name as {}", brand.name);
        meant.say(says, &brand.sources, brand.verified);
        meant.add(Part::Maker, maker);
    }
}

fn add_label(meant: &mut Meant, id: &Id, register: &Register<'_>, day: &str, model: Option<&str>) {
    let Some(rebrand) = register.knowledge().pack().rebrands.get(id) else { return };
    meant.is_known = true;
    if rebrand.brand.is_none() {
        add_producer(meant, rebrand, register, day, model);
    }
}

/// Who makes products of the name: this one where its model is named, else perhaps.
fn add_producer(
    meant: &mut Meant,
    rebrand: &Rebrand,
    register: &Register<'_>,
    day: &str,
    model: Option<&str>,
) {
    let current = lasts(rebrand.from.as_deref(), rebrand.to.as_deref(), day);
    let is_maker = meant.makers().any(|it| *it == rebrand.made_by);
    let named = model.is_some_and(|model| rebrand.models.iter().any(|it| is_same(it, model)));
    if !current || is_maker || (!named && !rebrand.models.is_empty()) {
        return;
    }
    let pack = register.knowledge().pack();
    let maker = pack.organisations.get(&rebrand.made_by).map_or(&*rebrand.made_by, |it| &*it.name);
    let says = format!("{maker} makes or made products labelled {}", rebrand.label);
    meant.say(says, &rebrand.sources, rebrand.verified);
    meant.add(if named { Part::Producer } else { Part::PossibleProducer }, &rebrand.made_by);
}

/// Says that a brand goes by the name, but not on that day.
fn say_of_another_time(meant: &mut Meant, id: &Id, register: &Register<'_>, day: &str) {
    if register.brand(id, day).is_some() {
        return;
    }
    let Some(brand) = register.knowledge().pack().brands.get(id) else { return };
    meant.is_known = true;
    let since = brand.from.as_deref().map(|it| format!(" since {it}")).unwrap_or_default();
    let until = brand.to.as_deref().map(|it| format!(" until {it}")).unwrap_or_default();
    let says = format!("the pack knows who is behind {} only{since}{until}", brand.name);
    meant.say(says, &brand.sources, brand.verified);
}

/// Whether two names are one, but for case and what stands between letters and digits.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    plain(one) == plain(other)
}

fn plain(text: &str) -> String {
    text.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
