//! A list: what it does and does not restrict, its entries, and the acts that changed it.

use knowledge::{
    Knowledge,
    dates::lasts,
    kinds::{Act, Entry, EntryKind, List, Status, Waiver},
};

use super::{Known, all, cited};
use crate::{
    page::{Line, Page},
    terms,
};

pub(super) fn page(list: &List, day: &str, knowledge: &Knowledge) -> Page {
    let pack = knowledge.pack();
    let mut page = Page {
        title: list.name.to_string(),
        lead: vec![
            format!(
                "{}, {}; {}",
                terms::place(&list.jurisdiction),
                list.issuer,
                standing(list, day)
            ),
            format!("As of {day}."),
        ],
        ..Page::default()
    };
    page.add("The list", None, instrument(list, day, knowledge));
    let entries = |kind: EntryKind| {
        let all = pack.entries.values().filter(move |it| it.list == list.id && it.kind == kind);
        let (now, before): (Vec<_>, Vec<_>) =
            all.partition(|it| lasts(it.from.as_deref(), it.to.as_deref(), day));
        let lines = now.into_iter().chain(before).map(|it| entry_line(it, day, knowledge));
        lines.collect::<Vec<_>>()
    };
    page.add("Companies on it", None, entries(EntryKind::Entity));
    page.add("Categories of products on it", None, entries(EntryKind::Category));
    page.add("Parts on it", None, entries(EntryKind::Module));
    let mut acts: Vec<_> =
        pack.acts.values().filter(|act| act.list.as_ref() == Some(&list.id)).collect();
    acts.sort_by(|a, b| (&a.date, &a.id).cmp(&(&b.date, &b.id)));
    page.add("How it changed", None, acts.into_iter().map(|it| act(it, day, knowledge)).collect());
    page
}

/// How it stands on that day; the pack says how it stands now.
fn standing(list: &List, day: &str) -> &'static str {
    let on_that_day = lasts(list.from.as_deref(), list.to.as_deref(), day);
    match list.status {
        Status::InForce if !on_that_day => "not in force on that day",
        status => terms::status(status),
    }
}

/// One entry, with its list above it.
pub(super) fn entry_page(entry: &Entry, day: &str, knowledge: &Knowledge) -> Page {
    let mut page = Page { title: entry.name.to_string(), ..Page::default() };
    page.add("The entry", None, vec![entry_line(entry, day, knowledge)]);
    if let Some(list) = knowledge.pack().lists.get(&entry.list) {
        page.lead.push(format!("An entry of: {}", list.name));
        page.add("Its list", None, instrument(list, day, knowledge));
    }
    page
}

fn instrument(list: &List, day: &str, knowledge: &Knowledge) -> Vec<Line> {
    let Some(known) = find("lists", &list.id, knowledge) else { return Vec::new() };
    let whole = if list.complete {
        "All entries that name makers of devices are in this pack."
    } else {
        "Entries may be missing in this pack, so \"not listed\" cannot be said from it."
    };
    let time = terms::time(list.from.as_deref(), list.to.as_deref());
    let mut lines = vec![
        Line::cited("Stands on", list.legal_base.to_string(), &cited(&known, day)).and(time),
        Line::plain("Binds", list.binds.to_string()),
        Line::plain("Effect", list.effect.to_string()),
        Line::plain("Leaves alone", list.does_not_restrict.to_string()),
        Line::plain("Entries here", whole),
    ];
    lines.extend(list.waivers.as_deref().map(|it| Line::plain("Exceptions", it)));
    lines
}

fn entry_line(entry: &Entry, day: &str, knowledge: &Knowledge) -> Line {
    let now = lasts(entry.from.as_deref(), entry.to.as_deref(), day);
    let label = if now { "Listed" } else { "Not on that day" };
    let time = terms::time(entry.from.as_deref(), entry.to.as_deref());
    let company = entry.organisation.as_ref().and_then(|id| knowledge.pack().organisations.get(id));
    let company = company.map_or_else(String::new, |it| format!(": {}", it.name));
    let mut text = format!("\"{}\"{company}, {time}", entry.name);
    if entry.kind == EntryKind::Entity {
        text = format!("{text}; reaches {}", terms::scope(entry.reaches));
    }
    let Some(known) = find("entries", &entry.id, knowledge) else {
        return Line::plain(label, text);
    };
    let types = (!entry.types.is_empty()).then(|| entry.types.join(", "));
    let line =
        Line { about: entry.organisation.clone(), ..Line::cited(label, text, &cited(&known, day)) };
    let mut line = line
        .and_of("Types of device", types.as_deref())
        .and_of("Limited to", entry.qualifier.as_deref())
        .and_of("Effect", entry.effect.as_deref())
        .and_of("Does not restrict", entry.does_not_restrict.as_deref())
        .and_of("One determination with others", entry.determination.as_deref());
    line.more.extend(entry.waivers.iter().map(waiver));
    line
}

fn waiver(it: &Waiver) -> String {
    let time = terms::time(it.from.as_deref(), it.to.as_deref());
    format!("Exempt: {} {time}", it.what).trim_end().to_owned()
}

fn act(act: &Act, day: &str, knowledge: &Knowledge) -> Line {
    let text = format!("{}, {} ({})", act.title, act.issuer, terms::status(act.status));
    let Some(known) = find("acts", &act.id, knowledge) else { return Line::plain(&act.date, text) };
    Line::cited(&act.date, text, &cited(&known, day))
        .and_of("Document", act.document.as_deref())
        .and(format!("Effect: {}", act.effect))
        .and_of("Does not restrict", act.does_not_restrict.as_deref())
}

fn find<'k>(kind: &str, id: &str, knowledge: &'k Knowledge) -> Option<Known<'k>> {
    all(knowledge.pack()).find(|known| known.kind == kind && known.id == id)
}
