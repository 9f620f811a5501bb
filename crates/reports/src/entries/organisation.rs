//! A company: who holds it and whom it holds, its brands, its disclosed links, lists and incidents.

use assessment::{
    dossier::{Viewpoint, dossier},
    search::Meant,
};
use knowledge::{
    Knowledge,
    dates::lasts,
    kinds::{Id, Organisation},
};

use super::{Entry, all, cited};
use crate::{
    lookup,
    page::{Line, Page},
    terms,
};

pub(super) fn page(it: &Organisation, day: &str, knowledge: &Knowledge) -> Page {
    let view = Viewpoint { day, residence: None };
    let dossier = dossier(&Meant::Organisation(it.id.clone()), view, knowledge);
    let mut page =
        Page { title: it.name.to_string(), lead: vec![format!("As of {day}.")], ..Page::default() };
    page.add("The company", None, itself(it, day, knowledge));
    page.add("Brands and platforms", None, brands(&it.id, day, knowledge));
    page.add("Holds", None, holds(&it.id, day, knowledge));
    lookup::add_company(&mut page, &dossier, knowledge);
    page
}

fn itself(it: &Organisation, day: &str, knowledge: &Knowledge) -> Vec<Line> {
    let known =
        all(knowledge.pack()).find(|known| known.kind == "organisations" && known.id == &*it.id);
    let Some(known) = known else { return Vec::new() };
    let place = |code: &Option<Box<str>>| {
        code.as_deref().map_or_else(|| "not recorded".to_owned(), terms::place)
    };
    let joined = |names: &[Box<str>]| (!names.is_empty()).then(|| names.join(", "));
    let text = format!(
        "registered in {}; head office in {}",
        place(&it.registered_in),
        place(&it.headquartered_in)
    );
    let line = Line::cited("Places", text, &cited(&known, day))
        .and_of("Also called", joined(&it.aliases).as_deref())
        .and_of("Shares listed", it.listing.as_deref())
        .and_of("FCC grantee codes", joined(&it.grantee_codes).as_deref())
        .and_of("Write about personal data to", it.privacy_contact.as_deref());
    vec![line]
}

fn brands(id: &Id, day: &str, knowledge: &Knowledge) -> Vec<Line> {
    let mut lines = Vec::new();
    for known in all(knowledge.pack()) {
        let parts = match known.entry {
            Entry::Brand(it) => {
                let parts = [
                    ("makes", &it.maker),
                    ("sells", &it.seller),
                    ("owns the name", &it.licensed_from),
                ];
                let parts = parts.into_iter().filter(|(_, of)| of.as_ref() == Some(id));
                let parts: Vec<_> = parts.map(|(part, _)| part).collect();
                let over = !lasts(it.from.as_deref(), it.to.as_deref(), day);
                if over && !parts.is_empty() { vec!["not on that day"] } else { parts }
            }
            Entry::Platform(it) if it.operator.as_ref() == Some(id) => vec!["runs the platform"],
            _ => continue,
        };
        if !parts.is_empty() {
            lines.push(Line::cited(known.title, parts.join(", "), &cited(&known, day)));
        }
    }
    lines
}

fn holds(id: &Id, day: &str, knowledge: &Knowledge) -> Vec<Line> {
    let companies = knowledge.pack().organisations.values();
    let holdings = companies.flat_map(|held| held.owners.iter().map(move |it| (held, it)));
    let lines = holdings.filter(|(_, it)| it.owner == *id).map(|(held, it)| {
        let now = lasts(it.from.as_deref(), it.to.as_deref(), day);
        let time = terms::time(it.from.as_deref(), it.to.as_deref());
        let cited = assessment::dossier::Cited {
            entry: held.id.clone(),
            sources: it.sources.clone(),
            verified: it.verified,
            note: it.note.clone(),
            ..assessment::dossier::Cited::default()
        };
        let label = if now { "Holds" } else { "Not on that day" };
        Line::cited(
            label,
            format!("{}, {time}", terms::holding(it.share.as_deref(), &held.name)),
            &cited,
        )
    });
    lines.collect()
}

/// Whether another entry names the company.
pub(super) fn concerns(id: &Id, other: Entry<'_>) -> bool {
    let is = |it: &Option<Id>| it.as_ref() == Some(id);
    match other {
        Entry::Brand(it) => is(&it.maker) || is(&it.seller) || is(&it.licensed_from),
        Entry::Platform(it) => is(&it.operator),
        Entry::Incident(it) => is(&it.organisation),
        Entry::ListEntry(it) => is(&it.organisation),
        Entry::ModuleMaker(it) => is(&it.organisation),
        Entry::Rebrand(it) => it.made_by == *id,
        Entry::Product(it) => is(&it.made_by),
        Entry::Organisation(it) => it.owners.iter().any(|holding| holding.owner == *id),
        _ => false,
    }
}
