//! `knowledge …`: check a pack, look into one, take a newer one, compare two.

mod difference;
pub(super) mod show;
mod update;

use std::{collections::BTreeMap, fs, path::Path};

use knowledge::Pack;
use miette::{GraphicalReportHandler, GraphicalTheme};

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
        Command::Show(wanted) => show::run(wanted),
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
            for error in &errors {
                point_at(error);
            }
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
        output::print(&format!("nothing to complain of in {}\n", show::in_all(pack)))?;
        return Ok(Outcome::Done);
    }
    output::say(&format!("{} complaints", lints.len()));
    Ok(Outcome::GateFailed)
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
