//! The answer to a look-up: what a text was taken for, then what is known of it.
//!
//! A glance first, then the details, every line with the entry and the texts it rests on. Nothing is
//! called safe: what was not found is "no record found" in a pack of some day.

mod details;
mod glance;
mod json;

use std::io::{self, Write};

use assessment::{
    dossier::Dossier,
    search::{By, Found, Meant, Reading, Remark},
};
use knowledge::{Knowledge, kinds::Policy};

use crate::{
    Options,
    page::{Form, Line, Page},
    wording::counted,
};

pub(crate) use details::{add_company, named};
pub(crate) use glance::facts;
pub use json::SCHEMA;

/// A look-up and its answer.
#[derive(Clone, Copy, Debug)]
pub struct Lookup<'a> {
    /// What was typed.
    pub text: &'a str,
    /// The day as of which it is answered.
    pub day: &'a str,
    /// What the text can mean.
    pub found: &'a Found,
    /// What is known of the first of those.
    pub dossier: Option<&'a Dossier>,
    /// The user's policy.
    pub policy: &'a Policy,
    /// The pack.
    pub knowledge: &'a Knowledge,
    /// How much of it is told to people; programs get all.
    pub depth: Depth,
}

/// How much is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// What a buyer reads: laws and standards in a line or two, texts by their ids.
    Short,
    /// Everything.
    Full,
}

impl Lookup<'_> {
    /// Writes the answer for people.
    ///
    /// # Errors
    ///
    /// What `out` reports.
    pub fn write(&self, form: Form, options: &Options, out: &mut dyn Write) -> io::Result<()> {
        self.page(options).write(form, options, out)
    }

    /// Writes the answer for programs: `houseguest.dossier/1`.
    ///
    /// # Errors
    ///
    /// What `out` reports.
    pub fn write_json(&self, options: &Options, out: &mut dyn Write) -> io::Result<()> {
        json::write(self, options, out)
    }

    /// The answer as a page.
    #[must_use]
    pub fn page(&self, options: &Options) -> Page {
        let Some(dossier) = self.dossier else { return self.nothing(options) };
        let mut page = Page {
            title: dossier.title.to_string(),
            lead: vec![format!("As things stood on {}, as far as this pack knows.", self.day)],
            foot: self.foot(options),
            references: dossier.references.clone(),
            ..Page::default()
        };
        page.lead.extend(self.found.readings.first().map(|it| self.taken_for(it)));
        page.add("At a glance", None, glance::lines(dossier, self));
        let others = self.found.readings.iter().skip(1);
        page.add("It could also mean", None, others.map(|it| self.reading(it)).collect());
        page.add("Similar names", Some(NO_ANSWERS), self.nearest());
        page.add("About this text", None, self.remarks());
        details::add(&mut page, dossier, self);
        if self.depth == Depth::Short {
            let count = counted(page.references.len(), "published text");
            page.foot.insert(
                0,
                format!(
                    "It rests on {count}: --full lists them, and tells laws and standards whole."
                ),
            );
            page.references.clear();
        }
        page
    }

    /// The page for a text that means nothing here.
    fn nothing(&self, options: &Options) -> Page {
        let stamp = self.stamp();
        let mut page = Page {
            title: format!("No entry for \"{}\"", self.text),
            lead: vec![
                format!("{stamp} has no brand, product, company or code of that name."),
                "That says nothing about the thing itself.".to_owned(),
            ],
            foot: self.foot(options),
            ..Page::default()
        };
        page.add("About this text", None, self.remarks());
        page.add("Nearest names", Some(NO_ANSWERS), self.nearest());
        page
    }

    fn stamp(&self) -> String {
        let pack = self.knowledge.pack();
        format!("Knowledge pack {} of {}", pack.version, pack.as_of)
    }

    fn foot(&self, options: &Options) -> Vec<String> {
        vec![
            format!(
                "{}, Houseguest {}; nothing was sent anywhere.",
                self.stamp(),
                options.generated_by
            ),
            "`houseguest why ENTRY` shows any entry named here with its sources.".to_owned(),
        ]
    }

    fn taken_for(&self, reading: &Reading) -> String {
        let by = match reading.by {
            By::Id => "its id",
            By::Name => "its name",
            By::Alias => "another of its names",
            By::FccId => "the FCC ID on its label",
            By::GranteeCode => "the code the FCC gave the company",
            By::Barcode => "its barcode",
            By::Domain => "a domain of theirs",
            By::Platform => "the name of a platform it runs",
        };
        format!("\"{}\" was taken for {}, by {by}.", self.text, self.meant(&reading.meant))
    }

    fn meant(&self, meant: &Meant) -> String {
        let pack = self.knowledge.pack();
        let brand_name = |id| pack.brands.get(id).map_or("", |it| &*it.name);
        match meant {
            Meant::Product(id) => match pack.products.get(id) {
                Some(it) => format!("the product {} {}", brand_name(&it.brand), it.model),
                None => format!("the product {id}"),
            },
            Meant::Family { brand, name, products } => {
                let count = products.len();
                format!(
                    "the {count} products of {} whose names begin with {name}",
                    brand_name(brand)
                )
            }
            Meant::Brand { brand, model: None } => format!("the brand {}", brand_name(brand)),
            Meant::Brand { brand, model: Some(model) } => {
                format!(
                    "a {model} of the brand {}, a model this pack has no entry for",
                    brand_name(brand)
                )
            }
            Meant::Organisation(id) => {
                let name = pack.organisations.get(id).map_or(&**id, |it| &*it.name);
                format!("the company {name}")
            }
        }
    }

    fn reading(&self, reading: &Reading) -> Line {
        let (kind, id) = match &reading.meant {
            Meant::Product(id) => ("product", id),
            Meant::Family { brand, .. } | Meant::Brand { brand, .. } => ("brand", brand),
            Meant::Organisation(id) => ("organisation", id),
        };
        let ask = match &reading.meant {
            Meant::Family { products, .. } => {
                format!("Ask for one of them: {}", products.join(", "))
            }
            _ => format!("houseguest lookup {kind}:{id}"),
        };
        let mut meant = self.meant(&reading.meant);
        if let Some(first) = meant.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        Line::plain(kind, meant).and(ask)
    }

    fn nearest(&self) -> Vec<Line> {
        let near = self.found.nearest.iter();
        near.map(|it| {
            let id = if it.kind == "product" {
                it.id.to_string()
            } else {
                format!("{}:{}", it.kind, it.id)
            };
            Line::plain(it.kind, it.name.to_string()).and(format!("houseguest lookup {id}"))
        })
        .collect()
    }

    fn remarks(&self) -> Vec<Line> {
        let said = |remark: &Remark| match remark {
            Remark::Barcode(prefix) => Line::plain(
                "barcode",
                format!(
                    "This is a sound barcode, but no product of this pack has it. Its first digits, \
                     {prefix}, name the office of GS1 that its holder joined. They do not say where \
                     the product was made, or who owns the company."
                ),
            ),
            Remark::OnlyGrantee(code) => Line::plain(
                "FCC ID",
                format!(
                    "Only its first signs, {code}, are known here: the code of the company that \
                     applied for the authorisation, which need not be the brand or the factory."
                ),
            ),
        };
        self.found.remarks.iter().map(said).collect()
    }
}

const NO_ANSWERS: &str = "These are only similar; none was taken for what was asked.";
