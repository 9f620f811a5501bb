//! `knowledge show`: what the pack says of something.
//!
//! Companies, lists and laws have pages; every other entry is shown as it is written, in TOML, followed
//! by the texts it cites: who wants to correct one should recognise it.

use std::{collections::BTreeMap, fmt::Write as _};

use knowledge::{Figures, Knowledge, Pack, kinds::Source};
use reports::{
    entries::{self, Known},
    escape::visible,
    page::Form,
};
use serde::Serialize;

use crate::{
    arguments::{EntryFormat, Show},
    calendar,
    commands::judge,
    embedded,
    failure::{Failure, Outcome},
    output,
};

/// Words for kinds that people type, and the pack's word.
const KINDS: &[(&str, &str)] = &[
    ("org", "organisations"),
    ("orgs", "organisations"),
    ("company", "organisations"),
    ("companies", "organisations"),
    ("organization", "organisations"),
    ("law", "jurisdictions"),
    ("entry", "entries"),
    ("weakness", "weaknesses"),
    ("policy", "policies"),
];

/// Shows what was asked for.
pub(crate) fn run(asked: &Show) -> Result<Outcome, Failure> {
    let knowledge = embedded::knowledge()?;
    let day = calendar::day(asked.as_of.as_deref(), &knowledge.pack().as_of);
    let words: Vec<&str> = asked.words.iter().map(String::as_str).collect();
    let [first, rest @ ..] = &*words else {
        return show_all(knowledge.pack(), &day, asked.format);
    };
    let kind = kind(first, knowledge.pack());
    match (kind, rest) {
        (Some(kind), []) => show_kind(kind, first, &knowledge, asked.format),
        (Some(kind), rest) => {
            let found = find(&rest.join(" "), Some(kind), &knowledge);
            show(found, &words.join(" "), &day, &knowledge, asked.format)
        }
        (None, _) => {
            let text = words.join(" ");
            show(find(&text, None, &knowledge), &text, &day, &knowledge, asked.format)
        }
    }
}

/// The entries of that id, whatever their kind, as pages or as they are written; `None` if none.
pub(crate) fn pages(id: &str, day: &str, knowledge: &Knowledge) -> Result<Option<()>, Failure> {
    let found: Vec<_> = entries::all(knowledge.pack()).filter(|it| it.id == id).collect();
    if found.is_empty() {
        return Ok(None);
    }
    write(&found, day, knowledge).map(Some)
}

/// The pack's word for a kind.
fn kind(word: &str, pack: &Pack) -> Option<&'static str> {
    let word = word.to_lowercase();
    let known = KINDS.iter().find(|(typed, _)| *typed == word).map(|(_, kind)| *kind);
    let own = || {
        let mut kinds = entries::all(pack).map(|it| it.kind);
        kinds.find(|kind| *kind == word || kind.strip_suffix('s') == Some(&word))
    };
    known.or_else(own)
}

/// Entries of that id or name; a law may also be asked for by its state.
fn find<'k>(text: &str, kind: Option<&str>, knowledge: &'k Knowledge) -> Vec<Known<'k>> {
    let laws = kind.is_some_and(|kind| matches!(kind, "laws" | "jurisdictions"));
    let of_kind = |it: &Known<'_>| match kind {
        Some(_) if laws => matches!(it.kind, "laws" | "jurisdictions"),
        Some(kind) => it.kind == kind,
        None => true,
    };
    let same = |name: &str| name.eq_ignore_ascii_case(text);
    let mut found: Vec<_> =
        entries::all(knowledge.pack()).filter(|it| of_kind(it) && same(it.id)).collect();
    let named = |it: &Known<'_>| same(it.title) || it.aliases.iter().any(|alias| same(alias));
    if found.is_empty() || kind.is_none() {
        let more = entries::all(knowledge.pack()).filter(|it| of_kind(it) && named(it));
        let more: Vec<_> = more
            .filter(|it| !found.iter().any(|known| (known.kind, known.id) == (it.kind, it.id)))
            .collect();
        found.extend(more);
    }
    let company = kind == Some("organisations");
    if found.is_empty() && company {
        found.extend(company_of_brand(text, knowledge));
    }
    found
}

/// Who makes or sells the brand of that name.
fn company_of_brand<'k>(text: &str, knowledge: &'k Knowledge) -> Option<Known<'k>> {
    let mut brands = knowledge.pack().brands.values();
    let brand = brands.find(|it| it.name.eq_ignore_ascii_case(text) || *it.id == *text)?;
    let company = brand.maker.as_ref().or(brand.seller.as_ref())?;
    entries::all(knowledge.pack()).find(|it| it.kind == "organisations" && it.id == &**company)
}

fn show(
    found: Vec<Known<'_>>,
    text: &str,
    day: &str,
    knowledge: &Knowledge,
    format: EntryFormat,
) -> Result<Outcome, Failure> {
    let found = if found.is_empty() { destination(text, knowledge) } else { found };
    let prefix = prefix(text, knowledge);
    if found.is_empty() && prefix.is_none() {
        let mut kinds: Vec<_> = entries::all(knowledge.pack()).map(|it| it.kind).collect();
        kinds.dedup();
        return Err(Failure::Usage(format!(
            "the pack says nothing of `{text}`. Try a kind ({}), an id, a brand, a domain or a MAC address",
            kinds.join(", ")
        )));
    }
    if format == EntryFormat::Json {
        let options = judge::options(None);
        output::write(None, |out| entries::write_json(&found, knowledge, &options, out))?;
    } else {
        output::print(&prefix.unwrap_or_default())?;
        write(&found, day, knowledge)?;
    }
    Ok(Outcome::Done)
}

fn write(found: &[Known<'_>], day: &str, knowledge: &Knowledge) -> Result<(), Failure> {
    let options = judge::options(None);
    for (number, known) in found.iter().enumerate() {
        if number > 0 {
            output::print("\n")?;
        }
        match entries::page(known, day, knowledge) {
            Some(page) => output::write(None, |out| page.write(Form::Text, &options, out))?,
            None => output::print(&as_written(known, knowledge.pack()))?,
        }
    }
    Ok(())
}

/// The longest suffix of a domain that the pack knows.
fn destination<'k>(text: &str, knowledge: &'k Knowledge) -> Vec<Known<'k>> {
    let Some(known) = knowledge.destination(&text.to_lowercase()) else { return Vec::new() };
    let same = |it: &Known<'_>| it.kind == "destinations" && it.id == &*known.suffix;
    entries::all(knowledge.pack()).filter(same).collect()
}

fn prefix(text: &str, knowledge: &Knowledge) -> Option<String> {
    let mac = text.parse().ok()?;
    let registrant = knowledge.registrant(mac)?;
    let mut shown = format!("{mac}: prefix registered by {registrant}\n");
    if let Some(maker) = knowledge.module_maker(registrant) {
        let _ = writeln!(shown, "{} makes modules: this says nothing about the brand.", maker.name);
    }
    if let Some(brand) = knowledge.brand_of_registrant(registrant) {
        let _ = writeln!(shown, "The brand {} registers under that name.", brand.name);
        if let Some(exclusive) = brand.exclusive_to(registrant) {
            let _ = writeln!(shown, "On its products only: {}", exclusive.reason);
        }
    }
    Some(shown)
}

/// An entry in TOML, whether it was checked, and the texts it cites.
fn as_written(known: &Known<'_>, pack: &Pack) -> String {
    let text = toml::to_string_pretty(&known.entry)
        .unwrap_or_else(|error| format!("# cannot be shown: {error}\n"));
    let mut shown = format!("# {}/{}\n{text}", known.kind, known.id);
    match known.verified {
        Some(true) => shown.push_str("# verified: one of us read a source for this\n"),
        Some(false) => shown.push_str("# unverified: nobody of us read a source for this yet\n"),
        None => {}
    }
    for source in known.sources.iter().filter_map(|id| pack.sources.get(id)) {
        let _ = writeln!(shown, "{}", citation(source));
    }
    let mut safe = String::with_capacity(shown.len());
    for line in shown.lines() {
        let _ = writeln!(safe, "{}", visible(line));
    }
    safe
}

fn citation(source: &Source) -> String {
    let date = source.date.as_deref().unwrap_or("undated");
    let read =
        source.read.as_deref().map_or("not read by us yet".to_owned(), |it| format!("read {it}"));
    format!("[{}] {}. {}, {date}. {} ({read})", source.id, source.title, source.issuer, source.url)
}

fn show_kind(
    kind: &'static str,
    word: &str,
    knowledge: &Knowledge,
    format: EntryFormat,
) -> Result<Outcome, Failure> {
    let kind = if word.eq_ignore_ascii_case("laws") { "laws" } else { kind };
    let found: Vec<_> = entries::all(knowledge.pack()).filter(|it| it.kind == kind).collect();
    if format == EntryFormat::Json {
        let options = judge::options(None);
        output::write(None, |out| entries::write_json(&found, knowledge, &options, out))?;
        return Ok(Outcome::Done);
    }
    let mut shown = String::new();
    for it in found {
        let doubt = if it.verified == Some(false) { " (unverified)" } else { "" };
        let _ = writeln!(shown, "{:<40} {}{doubt}", it.id, visible(it.title));
    }
    output::print(&shown)?;
    Ok(Outcome::Done)
}

/// What a pack holds in all.
#[derive(Serialize)]
struct Holdings<'a> {
    version: &'a str,
    as_of: &'a str,
    day: &'a str,
    facts: BTreeMap<&'static str, Figures>,
    sources: usize,
    policies: usize,
    mac_prefixes: usize,
    address_blocks: usize,
}

fn show_all(pack: &Pack, day: &str, format: EntryFormat) -> Result<Outcome, Failure> {
    let facts = knowledge::figures(pack, day);
    if format == EntryFormat::Json {
        let holdings = Holdings {
            version: &pack.version,
            as_of: &pack.as_of,
            day,
            facts,
            sources: pack.sources.len(),
            policies: pack.policies.len(),
            mac_prefixes: pack.prefixes.len(),
            address_blocks: pack.addresses.len(),
        };
        output::write(None, |out| {
            serde_json::to_writer_pretty(&mut *out, &holdings)?;
            out.write_all(b"\n")
        })?;
        return Ok(Outcome::Done);
    }
    let mut shown = format!(
        "version {}, facts checked up to {}\n{}\n\n",
        pack.version,
        pack.as_of,
        in_all(pack)
    );
    let _ = writeln!(shown, "{:<16} {:>7} {:>9} {:>7}", "facts of", "in all", "verified", "due");
    let sum = facts.values().fold(Figures::default(), |sum, it| Figures {
        facts: sum.facts + it.facts,
        verified: sum.verified + it.verified,
        stale: sum.stale + it.stale,
        ..sum
    });
    let all = facts.iter().map(|(kind, it)| (*kind, it)).chain([("all", &sum)]);
    for (kind, Figures { facts, verified, stale, .. }) in all {
        let _ = writeln!(shown, "{kind:<16} {facts:>7} {verified:>9} {stale:>7}");
    }
    shown.push_str(
        "\nDue: should have been checked again by today.\n\
         `houseguest knowledge show KIND` lists a kind; `houseguest knowledge show ID` shows one entry.\n",
    );
    output::print(&shown)?;
    Ok(Outcome::Done)
}

/// How many entries of each kind there are, in a line.
pub(super) fn in_all(pack: &Pack) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for known in entries::all(pack) {
        *counts.entry(known.kind).or_default() += 1;
    }
    let numbers = [("MAC prefixes", pack.prefixes.len()), ("address blocks", pack.addresses.len())];
    let counts = counts.into_iter().chain(numbers).map(|(what, count)| format!("{count} {what}"));
    counts.collect::<Vec<_>>().join(", ")
}
