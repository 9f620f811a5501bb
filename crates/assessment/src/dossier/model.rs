//! What a dossier says: plain data. The names are those of `docs/schema/dossier.schema.json`.

use std::collections::BTreeMap;

use knowledge::{
    Knowledge,
    kinds::{
        Ask, Country, Date, Id, LawSubject, LinkKind, Observable, Sensor, Source, Standing, Status,
    },
};
use serde::Serialize;

use super::Cited;
use crate::attribution::listings::Listing;

/// What the pack knows of one thing, as things stood on one day.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Dossier {
    /// The day.
    pub day: Date,
    /// What it is about, in words.
    pub title: Box<str>,
    /// The brand's id.
    pub brand: Option<Id>,
    /// The model, as the pack or the asker writes it.
    pub model: Option<Box<str>>,
    /// The types of device it is, or its maker's products of this pack are.
    pub types: Vec<Box<str>>,
    /// The products of the pack that are meant.
    pub models: Vec<Model>,
    /// Who is behind it, nearest first.
    pub layers: Vec<Layer>,
    /// Products of one maker under another's name, where that concerns it.
    pub relabels: Vec<Relabel>,
    /// Disclosed links of those companies with states, public bodies and parties.
    pub links: Vec<Disclosed>,
    /// Whether lists touch it.
    #[serde(skip)]
    pub listings: Vec<Listing>,
    /// The lists those are about.
    pub lists: BTreeMap<Id, Binding>,
    /// Whose laws can reach those companies.
    pub reach: Vec<Reached>,
    /// What happened, the latest first.
    pub incidents: Vec<Happened>,
    /// Standards, statutes and labels that concern such a device.
    pub standards: Vec<Demand>,
    /// Where the asker lives.
    pub residence: Option<Country>,
    /// What they may ask.
    pub rights: Vec<Entitled>,
    /// Products of the same type that differ in something measurable.
    pub alternatives: Vec<Alternative>,
    /// What this pack does not know.
    pub unknown: Vec<Unknown>,
    /// Every published text cited above.
    #[serde(skip)]
    pub references: BTreeMap<Id, Source>,
}

/// A product of the pack.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Model {
    /// Its id.
    pub id: Id,
    /// As the maker writes it.
    pub model: Box<str>,
    /// The kind of device.
    #[serde(rename = "type")]
    pub kind: Box<str>,
    /// What it can sense.
    pub sensors: Vec<Sensor>,
    /// First sold.
    pub released: Option<Date>,
    /// Security updates promised or given until.
    pub supported_until: Option<Date>,
    /// Support ended.
    pub ended: Option<Date>,
    /// Whether updates ended before the day of the look-up; `None` where no date is known.
    pub supported: Option<bool>,
    /// FCC IDs.
    pub fcc_ids: Vec<Box<str>>,
    /// When the market authorisation was granted.
    pub authorised: Option<Date>,
    /// Countries of production.
    pub produced_in: Vec<Country>,
    /// Labels and certificates it holds, by standard.
    pub labels: Vec<Id>,
    /// What this rests on.
    pub cited: Cited,
}

/// What part a name or a company has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The name on the box.
    Brand,
    /// It makes it, or has it made.
    Maker,
    /// It makes it for the brand.
    MadeBy,
    /// It sells it.
    Seller,
    /// It owns the name and lets another use it.
    Licensor,
    /// The cloud and app.
    Platform,
    /// It runs the cloud and app.
    Operator,
    /// It makes the radio or platform module inside.
    Module,
    /// It holds shares of one of these.
    Owner,
    /// The company that was asked for.
    Company,
}

/// One of those behind a product.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Layer {
    /// What part it has.
    pub part: Part,
    /// The pack's id for it, where it has one.
    pub id: Option<Id>,
    /// Its name.
    pub name: Box<str>,
    /// Where it is registered.
    pub registered_in: Option<Country>,
    /// Where its head office is.
    pub headquartered_in: Option<Country>,
    /// Where its shares are listed.
    pub shares_listed: Option<Box<str>>,
    /// For an owner: of whom.
    pub of: Option<Id>,
    /// For an owner: how much, as the source puts it.
    pub share: Option<Box<str>>,
    /// For an owner: whether that decides alone.
    pub controls: bool,
    /// Since when.
    pub from: Option<Date>,
    /// Until when.
    pub to: Option<Date>,
    /// Whether it is so on the day; otherwise it was so before.
    pub now: bool,
    /// What this rests on.
    pub cited: Cited,
}

/// A product of one maker under another's name.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Relabel {
    /// The name on the box.
    pub label: Box<str>,
    /// Models; empty where all, or not known which.
    pub models: Vec<Box<str>>,
    /// Whose product it is.
    pub made_by: Id,
    /// That company's name.
    pub made_by_name: Box<str>,
    /// How to recognise it.
    pub recognise: Box<str>,
    /// Since when.
    pub from: Option<Date>,
    /// Until when.
    pub to: Option<Date>,
    /// What this rests on.
    pub cited: Cited,
}

/// A disclosed link of a company.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Disclosed {
    /// Whose.
    pub organisation: Id,
    /// That company's name.
    pub name: Box<str>,
    /// What kind of link.
    pub kind: LinkKind,
    /// What was published.
    pub statement: Box<str>,
    /// What kind of statement it is.
    pub standing: Standing,
    /// Since when.
    pub from: Option<Date>,
    /// Until when.
    pub to: Option<Date>,
    /// What the company said about it.
    pub response: Option<Box<str>>,
    /// What this rests on.
    pub cited: Cited,
}

/// A jurisdiction whose laws can reach a company: a possibility, never an event.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reached {
    /// Its code.
    pub jurisdiction: Country,
    /// Its name, where the pack has it.
    pub name: Box<str>,
    /// Which companies, and why.
    pub through: Vec<Reaches>,
    /// Its laws in force on the day.
    pub laws: Vec<Lawful>,
}

/// Why a law reaches a company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reaches {
    /// What part the company has.
    pub part: Part,
    /// The company.
    pub id: Id,
    /// Its name.
    pub name: Box<str>,
    /// Whether it is registered there.
    pub registered: bool,
    /// Whether its head office is there.
    pub head_office: bool,
    /// Where not itself but a member state is meant: that state.
    pub member: Option<Country>,
}

/// A law and what it could oblige somebody to do.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Lawful {
    /// Its id.
    pub id: Id,
    /// Its name.
    pub name: Box<str>,
    /// The articles meant.
    pub articles: Option<Box<str>>,
    /// What it is about.
    pub subject: LawSubject,
    /// What it obliges to do: a possibility.
    pub obliges: Box<str>,
    /// Whom.
    pub whom: Box<str>,
    /// Whether it reaches across borders.
    pub cross_border: Option<Box<str>>,
    /// Safeguards and redress.
    pub safeguards: Option<Box<str>>,
    /// Since when.
    pub from: Option<Date>,
    /// What this rests on.
    pub cited: Cited,
}

/// A list and whom it binds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Binding {
    /// Its usual name.
    pub name: Box<str>,
    /// Whose law it is.
    pub jurisdiction: Country,
    /// Who must obey it.
    pub binds: Box<str>,
}

/// How an incident concerns what was asked for, the closest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum About {
    /// The model is named.
    ThisModel,
    /// The brand is named and no model, or no one model was asked for.
    ThisBrand,
    /// It concerns every product of its platform.
    Platform,
    /// The brand is named, with other models or another type of device.
    OtherModels,
    /// The company is responsible for another brand's product.
    Company,
}

/// An incident.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Happened {
    /// Its id.
    pub id: Id,
    /// One line.
    pub title: Box<str>,
    /// When it became public.
    pub date: Date,
    /// What kind of statement it is.
    pub standing: Standing,
    /// How it concerns what was asked for.
    pub about: About,
    /// Who found it.
    pub finder: Option<Box<str>>,
    /// The products and firmware, as the source names them.
    pub affects: Box<str>,
    /// CVE numbers.
    pub cves: Vec<Box<str>>,
    /// What could be reached or was done.
    pub exposed: Box<str>,
    /// What the company said or did about it.
    pub response: Box<str>,
    /// Where it stands.
    pub outcome: Box<str>,
    /// What this rests on.
    pub cited: Cited,
}

/// A standard, statute or label that concerns such a device.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Demand {
    /// Its id.
    pub id: Id,
    /// Its name.
    pub name: Box<str>,
    /// Whose it is.
    pub jurisdiction: Country,
    /// Who must follow it.
    pub binds: Box<str>,
    /// Whether it is in force.
    pub status: Status,
    /// Since when.
    pub from: Option<Date>,
    /// What it covers.
    pub scope: Box<str>,
    /// What it leaves out.
    pub excludes: Option<Box<str>>,
    /// Where labelled or declared products are listed.
    pub registry: Option<Box<str>>,
    /// Whether the product is known to hold it.
    pub held: bool,
    /// What it asks.
    pub clauses: Vec<Asked>,
    /// What this rests on.
    pub cited: Cited,
}

/// One demand of a standard.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Asked {
    /// Its id.
    pub id: Id,
    /// Its number there.
    pub number: Box<str>,
    /// What it asks.
    pub asks: Box<str>,
    /// What can be seen of it.
    pub observable: Observable,
    /// Rules of the pack whose findings speak against it.
    pub not_met_by: Vec<Id>,
}

/// What a resident may ask.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Entitled {
    /// Its id.
    pub id: Id,
    /// For the residents of which places.
    pub regions: Vec<Country>,
    /// What may be asked.
    pub asks: Vec<Ask>,
    /// The right in a few words.
    pub says: Box<str>,
    /// The statute and its article.
    pub basis: Box<str>,
    /// How to use it.
    pub how: Box<str>,
    /// How long the answer may take.
    pub deadline: Option<Box<str>>,
    /// Who must answer.
    pub answers: Box<str>,
    /// Where to complain.
    pub complain_to: Option<Box<str>>,
    /// What this rests on.
    pub cited: Cited,
}

/// A product of the same type, and what speaks for and against it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Alternative {
    /// Its id.
    pub id: Id,
    /// Brand and model.
    pub name: Box<str>,
    /// What is measurably better; never empty.
    pub because: Vec<Box<str>>,
    /// What is measurably worse.
    pub but: Vec<Box<str>>,
    /// What its data rest on.
    pub cited: Cited,
}

/// Something this pack does not know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unknown {
    /// What.
    pub what: &'static str,
    /// In a sentence.
    pub says: Box<str>,
}

impl Dossier {
    /// Looks up every published text that is cited.
    pub(super) fn cite(&mut self, knowledge: &Knowledge) {
        let sources = &knowledge.pack().sources;
        let mut cited: Vec<&Id> = self.statements().flat_map(|it| &it.sources).collect();
        let steps = self.listings.iter().flat_map(|it| &it.reasons).flat_map(|it| &it.sources);
        let waivers = self.listings.iter().flat_map(|it| &it.waivers).flat_map(|it| &it.sources);
        cited.extend(self.listings.iter().flat_map(|it| &it.sources).chain(steps).chain(waivers));
        let found = cited.into_iter().filter_map(|id| Some((id.clone(), sources.get(id)?.clone())));
        self.references = found.collect();
    }

    /// What everything but the listings rests on.
    fn statements(&self) -> impl Iterator<Item = &Cited> {
        let layers = self.layers.iter().map(|it| &it.cited);
        let said = self.links.iter().map(|it| &it.cited);
        let laws = self.reach.iter().flat_map(|it| &it.laws).map(|it| &it.cited);
        layers
            .chain(said)
            .chain(laws)
            .chain(self.models.iter().map(|it| &it.cited))
            .chain(self.relabels.iter().map(|it| &it.cited))
            .chain(self.incidents.iter().map(|it| &it.cited))
            .chain(self.standards.iter().map(|it| &it.cited))
            .chain(self.rights.iter().map(|it| &it.cited))
            .chain(self.alternatives.iter().map(|it| &it.cited))
    }

    /// How many incidents concern what was asked for itself, its brand in general or its platform.
    #[must_use]
    pub fn close_incidents(&self) -> usize {
        let close = [About::ThisModel, About::ThisBrand, About::Platform];
        self.incidents.iter().filter(|it| close.contains(&it.about)).count()
    }
}
