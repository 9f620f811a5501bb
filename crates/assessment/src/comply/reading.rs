//! From a line's words to a product: its companies, kind, parts, places and days.

use hashbrown::HashMap;
use knowledge::kinds::{Id, Product};

use super::{
    Item, kinds,
    naming::{self, Meant},
};
use crate::attribution::{
    companies::Named,
    listings::{Part, Register, Step, Subject},
};

/// What a line was taken for.
pub(super) struct Read {
    pub(super) subject: Subject,
    pub(super) steps: Vec<Step>,
    pub(super) makers: Vec<Box<str>>,
    pub(super) near: Vec<Box<str>>,
}

/// Reads lines; remembers what it looked up.
pub(super) struct Reader<'r, 'k> {
    register: &'r Register<'k>,
    day: &'r str,
    grantees: HashMap<&'k str, &'k Id>,
    fcc_ids: HashMap<Box<str>, &'k Product>,
    near: HashMap<Box<str>, Vec<Box<str>>>,
}

impl<'r, 'k> Reader<'r, 'k> {
    pub(super) fn new(register: &'r Register<'k>, day: &'r str) -> Self {
        let pack = register.knowledge().pack();
        let codes = pack
            .organisations
            .values()
            .flat_map(|it| it.grantee_codes.iter().map(move |code| (&**code, &it.id)));
        let fcc_ids = pack
            .products
            .values()
            .flat_map(|it| it.fcc_ids.iter().map(move |id| (plain_id(id).into(), it)));
        Self {
            register,
            day,
            grantees: codes.collect(),
            fcc_ids: fcc_ids.collect(),
            near: HashMap::new(),
        }
    }

    pub(super) fn read(&mut self, item: &Item) -> Read {
        let text = name_of(item);
        let mut meant = self.meant(item, text);
        let named = item.manufacturer.as_deref().filter(|it| Some(*it) != text);
        if let Some(named) = named {
            self.weigh(&mut meant, named, item);
        }
        let product = self.product(item, &meant);
        self.by_fcc_id(&mut meant, item);
        let mut read = self.subject(item, meant, product);
        read.subject.names.extend(text.into_iter().chain(named).map(Into::into));
        read
    }

    /// What the name on the line stands for; without a brand, the first words of its name or model.
    fn meant(&self, item: &Item, text: Option<&str>) -> Meant {
        if let Some(id) = &item.brand_id {
            let parties = self.register.product_of(id, self.day).parties;
            let is_known = !parties.is_empty();
            return Meant { brands: vec![id.clone()], parties, is_known, ..Meant::default() };
        }
        let model = item.model.as_deref();
        if let Some(text) = text {
            let kind = item.kind.as_deref().unwrap_or_default();
            let word = kinds::kind_of(kind).unwrap_or_default();
            let model_words = model.map(first_words).unwrap_or_default();
            let hints = [kind, word, model_words.0, model_words.1];
            return naming::meant(self.register, self.day, text, &hints, model);
        }
        // A program's name is often the name of something else, too.
        let is_software = item.kind.as_deref().and_then(kinds::kind_of) == Some(kinds::SOFTWARE);
        let whole = model.or(item.name.as_deref()).filter(|_| !is_software).unwrap_or_default();
        for start in starts(whole).into_iter().rev() {
            let meant = naming::meant(self.register, self.day, start, &[], model);
            if meant.is_known && self.is_own_name(&meant, start) {
                return meant;
            }
        }
        Meant::default()
    }

    /// Whether `text` is the very name of a brand or company: names of product lines are common words.
    fn is_own_name(&self, meant: &Meant, text: &str) -> bool {
        let brands = &self.register.knowledge().pack().brands;
        let mut known = meant.brands.iter().filter_map(|id| brands.get(id)).peekable();
        known.peek().is_none() || known.any(|it| naming::is_same(&it.name, text))
    }

    /// Adds what the manufacturer's column says: it decides among candidates, or is one more.
    fn weigh(&self, meant: &mut Meant, named: &str, item: &Item) {
        let other = naming::meant(self.register, self.day, named, &[], item.model.as_deref());
        let theirs: Vec<Id> = other.makers().cloned().collect();
        let ours: Vec<Id> = meant.makers().cloned().collect();
        meant.steps.extend(other.steps.iter().cloned());
        meant.is_known |= other.is_known;
        if theirs.is_empty() {
            meant.steps.push(plain(format!("the manufacturer \"{named}\" is not in the pack")));
            return;
        }
        let is_ours = |id: &&Id| ours.iter().any(|own| self.register.are_kin(own, id, self.day));
        let agreed: Vec<&Id> = theirs.iter().filter(is_ours).collect();
        if ours.is_empty() || !agreed.is_empty() {
            meant.parties.retain(|(part, _)| *part != Part::Maker);
            let kept = if ours.is_empty() { theirs.iter().collect() } else { agreed };
            for id in kept {
                meant.add(Part::Maker, id);
            }
            meant.steps.push(plain(format!("the manufacturer given is \"{named}\"")));
            meant.is_decided = true;
        } else {
            for id in &theirs {
                meant.add(Part::Maker, id);
            }
            let says = format!("the brand and the manufacturer \"{named}\" are not one company");
            meant.steps.push(plain(says));
        }
    }

    fn product(&self, item: &Item, meant: &Meant) -> Option<&'k Product> {
        let by_id = item.fcc_id.as_deref().and_then(|it| self.fcc_ids.get(&*plain_id(it)));
        by_id.copied().or_else(|| {
            let model = item.model.as_deref()?;
            let brand = meant.brands.first().or(item.brand_id.as_ref())?;
            self.register.knowledge().product(brand, model)
        })
    }

    /// Who was granted the FCC ID: it decides among candidates, or is the only one.
    fn by_fcc_id(&self, meant: &mut Meant, item: &Item) {
        let Some(id) = item.fcc_id.as_deref().map(plain_id) else { return };
        let length = if id.starts_with(|it: char| it.is_ascii_digit()) { 5 } else { 3 };
        let Some(grantee) = id.get(..length).and_then(|code| self.grantees.get(code)) else {
            return;
        };
        let organisation = self.register.knowledge().pack().organisations.get(*grantee);
        let Some(organisation) = organisation else { return };
        let candidates = meant.makers().count();
        let is_candidate = meant.makers().any(|it| it == *grantee);
        if candidates == 0 || (candidates > 1 && is_candidate) {
            meant.parties.retain(|(part, _)| *part != Part::Maker);
            meant.add(Part::Maker, grantee);
            meant.is_decided = true;
            meant.is_known = true;
            meant.steps.push(Step {
                says: format!("the FCC ID {id} was granted to {}", organisation.name).into(),
                sources: organisation.sources.clone(),
                verified: organisation.verified,
            });
        }
    }

    fn subject(&mut self, item: &Item, meant: Meant, product: Option<&'k Product>) -> Read {
        let makers = meant.makers().map(|id| self.called(id).into()).collect();
        let near = if meant.is_known { Vec::new() } else { self.near(item) };
        let Meant { brands, parties, mut steps, is_known, is_decided } = meant;
        // Where the legal maker is given, companies that go by the brand's name are out.
        let brand = if let ([only], false) = (&*brands, is_decided) { Some(only) } else { None };
        let mut subject = Subject {
            parties,
            kind: item.kind.as_deref().and_then(kinds::kind_of).map(Into::into),
            produced_in: (!item.produced_in.is_empty()).then(|| item.produced_in.clone()),
            made_in: item.made_in.clone(),
            authorised: item.authorised.clone(),
            consumer: item.consumer,
            brand: brand.cloned(),
            ..Subject::default()
        };
        if let (None, Some(kind)) = (&subject.kind, &item.kind) {
            steps.push(plain(format!("what kind of device \"{kind}\" is is not known here")));
        }
        if let Some(product) = product {
            add_product(&mut subject, &mut steps, product);
        }
        self.add_modules(&mut subject, &mut steps, item);
        if !is_known {
            steps.push(plain(match name_of(item) {
                Some(name) => format!("the pack does not know \"{name}\""),
                None => "the line names no brand or maker that the pack knows".to_owned(),
            }));
        } else if subject.parties.iter().all(|(part, _)| *part != Part::Maker) {
            steps.push(plain("who was the legal maker that day is not known".to_owned()));
        }
        Read { subject, steps, makers, near }
    }

    fn add_modules(&self, subject: &mut Subject, steps: &mut Vec<Step>, item: &Item) {
        let knowledge = self.register.knowledge();
        if let Some(name) = item.module.as_deref() {
            let known = knowledge.pack().modules.values();
            let named = known.filter(|it| it.name.eq_ignore_ascii_case(name)).map(|it| &it.id);
            let organisations = self.register.companies().named(name).into_iter();
            let organisations = organisations.filter_map(|named| match named {
                Named::Organisation(id) => Some(id),
                _ => None,
            });
            let found: Vec<Id> = named.chain(organisations).cloned().collect();
            if found.is_empty() {
                steps.push(plain(format!("the module's maker \"{name}\" is not in the pack")));
            }
            subject.modules.extend(found);
        }
        let mac = item.mac.as_deref().and_then(|it| it.trim().parse().ok());
        let registrant = mac.and_then(|mac| knowledge.registrant(mac));
        if let Some(module) = registrant.and_then(|it| knowledge.module_maker(it)) {
            let says = format!("its address is of a module by {}", module.name);
            let (sources, verified) = (module.sources.clone(), module.verified);
            steps.push(Step { says: says.into(), sources, verified });
            if !subject.modules.contains(&module.id) {
                subject.modules.push(module.id.clone());
            }
        }
    }

    fn near(&mut self, item: &Item) -> Vec<Box<str>> {
        /// Names offered for one that the pack does not know, and how many lines are offered any.
        const OFFERED: usize = 3;
        const MOST_LOOKED_UP: usize = 500;

        let Some(name) = name_of(item) else { return Vec::new() };
        if let Some(known) = self.near.get(name) {
            return known.clone();
        }
        if self.near.len() >= MOST_LOOKED_UP {
            return Vec::new();
        }
        let near = self.register.companies().near(name, OFFERED);
        let near: Vec<Box<str>> = near.into_iter().map(Into::into).collect();
        self.near.insert(name.into(), near.clone());
        near
    }

    fn called(&self, id: &Id) -> &'k str {
        let pack = self.register.knowledge().pack();
        pack.organisations.get_key_value(id).map_or("", |(_, it)| &*it.name)
    }
}

fn add_product(subject: &mut Subject, steps: &mut Vec<Step>, product: &Product) {
    let says = format!("the model is {}, in the pack", product.model);
    let (sources, verified) = (product.sources.clone(), product.verified);
    steps.push(Step { says: says.into(), sources, verified });
    subject.kind.get_or_insert_with(|| product.kind.clone());
    if subject.authorised.is_none() {
        subject.authorised.clone_from(&product.authorised);
    }
    if subject.made_in.is_empty() {
        subject.made_in.clone_from(&product.produced_in);
    }
    subject.modules.extend(product.module.clone());
    let is_maker = |it: &(Part, Id)| it.0 == Part::Maker && Some(&it.1) == product.made_by.as_ref();
    if let Some(made_by) = product.made_by.clone()
        && !subject.parties.iter().any(is_maker)
    {
        subject.parties.push((Part::Producer, made_by));
    }
}

fn plain(says: String) -> Step {
    Step { says: says.into(), sources: Vec::new(), verified: true }
}

/// The name on the box, or else the company's.
fn name_of(item: &Item) -> Option<&str> {
    item.brand.as_deref().or(item.manufacturer.as_deref())
}

/// An FCC ID as it is compared.
fn plain_id(id: &str) -> String {
    id.chars().filter(char::is_ascii_alphanumeric).map(|it| it.to_ascii_uppercase()).collect()
}

/// The first word of `text`, and its first two.
fn first_words(text: &str) -> (&str, &str) {
    let starts = starts(text);
    let at = |index: usize| starts.get(index).copied().unwrap_or_default();
    (at(0), at(1))
}

/// The beginnings of `text` that end with a word, the shortest first; at most five.
fn starts(text: &str) -> Vec<&str> {
    let text = text.trim();
    let ends = text.match_indices(char::is_whitespace).map(|(place, _)| place);
    let starts = ends.chain([text.len()]).filter_map(|end| text.get(..end));
    let mut starts: Vec<&str> = starts.filter(|it| !it.is_empty()).take(5).collect();
    starts.dedup_by_key(|it| it.trim_end());
    starts
}
