//! `knowledge …`: check a pack, look into one, take a newer one, compare two.
//!
//! Entries are shown as they are written, in TOML, followed by the texts they cite: who wants to
//! correct one should recognise it.

mod difference;
mod update;

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use knowledge::{Knowledge, Pack, kinds::Id};
use miette::{GraphicalReportHandler, GraphicalTheme};
use serde::Serialize;

use crate::{
    arguments::Knowledge as Command,
    embedded,
    failure::{Failure, Outcome},
    output,
};

/// Runs `knowledge …`.
pub(crate) fn run(command: &Command) -> Result<Outcome, Failure> {
    match command {
        Command::Lint { folder: Some(folder) } => lint_folder(folder),
        Command::Lint { folder: None } => lint(&embedded::pack()?),
        Command::Build { folder, output } => update::build(folder, output),
        Command::Update(wanted) => update::update(wanted),
        Command::Import(wanted) => update::import(wanted),
        Command::Diff(wanted) => difference::run(wanted),
        Command::Show { text: None } => show_all(&embedded::pack()?),
        Command::Show { text: Some(text) } => show(&embedded::knowledge()?, text),
    }
}

fn lint_folder(folder: &Path) -> Result<Outcome, Failure> {
    let files = read_texts(folder)?;
    match knowledge::load(files.clone()) {
        Ok(pack) => {
            let lints = knowledge::lint(&pack);
            if lints.is_empty() {
                return lint(&pack);
            }
            let count = lints.len();
            for lint in lints {
                match lint.locate(&files) {
                    Ok(located) => point_at(&located),
                    Err(lint) => output::say(&lint.to_string()),
                }
            }
            output::say(&format!("{count} complaints"));
            Ok(Outcome::GateFailed)
        }
        Err(errors) => {
            errors.iter().for_each(|error| point_at(error));
            let count = errors.len();
            Err(Failure::Unreadable(format!("{count} entries of the pack cannot be read")))
        }
    }
}

/// Says what is wrong, with the place in the file.
fn point_at(fault: &dyn miette::Diagnostic) {
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor());
    let mut text = String::new();
    if handler.render_report(&mut text, fault).is_err() {
        text = fault.to_string();
    }
    output::say(&text);
}

fn lint(pack: &Pack) -> Result<Outcome, Failure> {
    let lints = knowledge::lint(pack);
    for lint in &lints {
        output::say(&lint.to_string());
    }
    if lints.is_empty() {
        output::print(&format!("nothing to complain of in {}\n", in_all(pack)))?;
        return Ok(Outcome::Done);
    }
    output::say(&format!("{} complaints", lints.len()));
    Ok(Outcome::GateFailed)
}

fn show_all(pack: &Pack) -> Result<Outcome, Failure> {
    output::print(&format!(
        "version {}, facts checked up to {}\n{}\n\n\
         `houseguest knowledge show KIND` lists a kind; `houseguest knowledge show ID` shows one entry.\n",
        pack.version,
        pack.as_of,
        in_all(pack)
    ))?;
    Ok(Outcome::Done)
}

fn in_all(pack: &Pack) -> String {
    let counts = kinds(pack).into_iter().map(|(kind, entries)| format!("{} {kind}", entries.len()));
    let numbers = [(pack.prefixes.len(), "MAC prefixes"), (pack.addresses.len(), "address blocks")];
    let numbers = numbers.into_iter().map(|(count, what)| format!("{count} {what}"));
    counts.chain(numbers).collect::<Vec<_>>().join(", ")
}

fn show(knowledge: &Knowledge, text: &str) -> Result<Outcome, Failure> {
    let kinds = kinds(knowledge.pack());
    let wanted = text.to_lowercase();
    let mut shown = String::new();
    if let Some((_, entries)) = kinds.iter().find(|(kind, _)| **kind == wanted) {
        for (id, entry) in entries {
            let _ = writeln!(shown, "{id:<40} {}", entry.title);
        }
        output::print(&shown)?;
        return Ok(Outcome::Done);
    }
    for (kind, entries) in &kinds {
        for (id, entry) in entries {
            if **id == *wanted || entry.title.to_lowercase() == wanted {
                let _ = writeln!(shown, "# {kind}/{id}\n{}", entry.text);
                cite(knowledge.pack(), &entry.sources, &mut shown);
            }
        }
    }
    if let Ok(mac) = text.parse() {
        show_prefix(knowledge, mac, &mut shown);
    } else if let Some(destination) = knowledge.destination(&wanted).filter(|_| shown.is_empty()) {
        let _ = writeln!(shown, "# destinations\n{}", toml_of(destination));
        cite(knowledge.pack(), &destination.sources, &mut shown);
    }
    if shown.is_empty() {
        return Err(Failure::Usage(format!(
            "the pack says nothing of `{text}`. Try a kind ({}), an id, a brand, a domain or a MAC address",
            kinds.keys().copied().collect::<Vec<_>>().join(", ")
        )));
    }
    output::print(&shown)?;
    Ok(Outcome::Done)
}

fn show_prefix(knowledge: &Knowledge, mac: evidence::Mac, shown: &mut String) {
    let Some(registrant) = knowledge.registrant(mac) else { return };
    let _ = writeln!(shown, "{mac}: prefix registered by {registrant}");
    if let Some(maker) = knowledge.module_maker(registrant) {
        let _ = writeln!(shown, "{} makes modules: this says nothing about the brand.", maker.name);
    }
    if let Some(brand) = knowledge.brand_of_registrant(registrant) {
        let _ = writeln!(shown, "The brand {} registers under that name.", brand.name);
    }
}

/// An entry as it is listed and shown.
struct Entry {
    title: String,
    text: String,
    sources: Vec<Id>,
}

fn kinds(pack: &Pack) -> BTreeMap<&'static str, BTreeMap<&str, Entry>> {
    let entry = |title: &str, text: String, sources: &[Id]| Entry {
        title: title.to_owned(),
        text,
        sources: sources.to_vec(),
    };
    BTreeMap::from([
        (
            "sources",
            pack.sources
                .iter()
                .map(|(id, it)| (&**id, entry(&it.title, toml_of(it), &[])))
                .collect(),
        ),
        (
            "organisations",
            pack.organisations
                .iter()
                .map(|(id, it)| (&**id, entry(&it.name, toml_of(it), &it.sources)))
                .collect(),
        ),
        (
            "brands",
            pack.brands
                .iter()
                .map(|(id, it)| (&**id, entry(&it.name, toml_of(it), &it.sources)))
                .collect(),
        ),
        (
            "modules",
            pack.modules
                .iter()
                .map(|(id, it)| (&**id, entry(&it.name, toml_of(it), &it.sources)))
                .collect(),
        ),
        (
            "destinations",
            pack.destinations
                .iter()
                .map(|it| (&*it.suffix, entry(&it.suffix, toml_of(it), &it.sources)))
                .collect(),
        ),
        (
            "fingerprints",
            pack.fingerprints
                .iter()
                .map(|(id, it)| (&**id, entry(&it.field, toml_of(it), &it.sources)))
                .collect(),
        ),
        (
            "weaknesses",
            pack.weaknesses
                .iter()
                .map(|(id, it)| (&**id, entry(&it.title, toml_of(it), &it.sources)))
                .collect(),
        ),
        (
            "policies",
            pack.policies
                .iter()
                .map(|(id, it)| (&**id, entry(&it.title, toml_of(it), &[])))
                .collect(),
        ),
    ])
}

fn toml_of<T: Serialize>(entry: &T) -> String {
    toml::to_string_pretty(entry).unwrap_or_else(|error| format!("# cannot be shown: {error}\n"))
}

fn cite(pack: &Pack, sources: &[Id], shown: &mut String) {
    for source in sources.iter().filter_map(|id| pack.sources.get(id)) {
        let date = source.date.as_deref().unwrap_or("undated");
        let _ = writeln!(
            shown,
            "[{}] {}. {}, {date}. {}",
            source.id, source.title, source.issuer, source.url
        );
    }
    shown.push('\n');
}

/// Every text file of a pack, by its path within it, with `/` between folders.
fn read_texts(root: &Path) -> Result<BTreeMap<String, String>, Failure> {
    let failed = |path: &Path, error: &std::io::Error| {
        Failure::Unreadable(format!("failed to read {}: {error}", path.display()))
    };
    let mut files = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).map_err(|error| failed(&folder, &error))?;
        for entry in entries {
            let path = entry.map_err(|error| failed(&folder, &error))?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).map_err(|error| failed(&path, &error))?;
            let name = path.strip_prefix(root).unwrap_or(&path);
            files.insert(name.to_string_lossy().replace('\\', "/"), text);
        }
    }
    Ok(files)
}
