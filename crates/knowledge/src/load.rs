//! From a folder's files to a [`Pack`].
//!
//! Files come as `path → text`, the path relative to the pack's root. The folder names the kind for
//! people; what a file holds is said by its `[[tables]]`, so a source may stand beside the fact that
//! cites it. Whether the facts make sense together is for [`crate::lint()`] to say.

use std::collections::{BTreeMap, btree_map};

use miette::{Diagnostic, NamedSource, SourceSpan};
use serde::Deserialize;
use thiserror::Error;

use crate::{
    kinds::{
        Act, Advice, Brand, Clause, Destination, Entry, Fingerprint, Id, Incident, Jurisdiction,
        Law, Letter, List, ModuleMaker, Network, Organisation, Pack, Platform, Policy, Product,
        Rebrand, Right, Source, Standard, Weakness,
    },
    lookup::parts_of_pack,
};

mod registries;

/// A file of a pack that cannot be read. Points at the place.
#[derive(Debug, Diagnostic, Error)]
#[non_exhaustive]
pub enum PackError {
    /// The text is not what its kind of file holds.
    #[error("`{path}` cannot be read: {message}")]
    #[diagnostic(code(knowledge::syntax))]
    Syntax {
        /// The file's path in the pack.
        path: String,
        /// What is wrong.
        message: String,
        /// The file.
        #[source_code]
        file: NamedSource<String>,
        /// Where in the file.
        #[label("here")]
        place: SourceSpan,
    },
    /// Two entries of one kind have one name.
    #[error("the {kind} `{id}` of `{path}` is already in the pack")]
    #[diagnostic(code(knowledge::duplicate), help("give one of the two another id, or merge them"))]
    Duplicate {
        /// The second file's path in the pack.
        path: String,
        /// The kind of entry.
        kind: &'static str,
        /// The name both have.
        id: String,
        /// The second file.
        #[source_code]
        file: NamedSource<String>,
        /// Where the second one is.
        #[label("here again")]
        place: SourceSpan,
    },
    /// A file of a kind no pack has.
    #[error("`{path}` is no part of a pack")]
    #[diagnostic(
        code(knowledge::stray),
        help("a pack holds .toml files, weaknesses/*.md, prefixes/*.tsv and addresses/*.tsv")
    )]
    Stray {
        /// The file's path in the pack.
        path: String,
    },
}

/// Reads a pack from its files.
///
/// # Arguments
///
/// * `files`: each file's text by its path relative to the pack's root, `/` between folders.
///   `README.md`, `LICENSE` and `NOTICE.md` are for people and passed over.
///
/// # Errors
///
/// Every file that could not be read, and every name given twice.
pub fn load(files: BTreeMap<String, String>) -> Result<Pack, Vec<PackError>> {
    let mut reading = Reading::default();
    for (path, text) in files {
        reading.file(&path, &text);
    }
    reading.finish()
}

/// What one TOML file may hold.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Tables {
    version: Option<Box<str>>,
    as_of: Option<Box<str>>,
    source: Vec<Source>,
    organisation: Vec<Organisation>,
    brand: Vec<Brand>,
    module: Vec<ModuleMaker>,
    destination: Vec<Destination>,
    network: Vec<Network>,
    fingerprint: Vec<Fingerprint>,
    policy: Vec<Policy>,
    advice: Vec<Advice>,
    platform: Vec<Platform>,
    rebrand: Vec<Rebrand>,
    product: Vec<Product>,
    incident: Vec<Incident>,
    list: Vec<List>,
    entry: Vec<Entry>,
    act: Vec<Act>,
    jurisdiction: Vec<Jurisdiction>,
    law: Vec<Law>,
    right: Vec<Right>,
    letter: Vec<Letter>,
    standard: Vec<Standard>,
    clause: Vec<Clause>,
}

#[derive(Default)]
struct Reading {
    pack: Pack,
    destinations: BTreeMap<Id, Destination>,
    registries: registries::Registries,
    errors: Vec<PackError>,
}

/// A file being read.
#[derive(Clone, Copy)]
struct File<'a> {
    path: &'a str,
    text: &'a str,
}

impl Reading {
    fn file(&mut self, path: &str, text: &str) {
        const FOR_PEOPLE: [&str; 3] = ["README.md", "LICENSE", "NOTICE.md"];

        let file = File { path, text };
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        if FOR_PEOPLE.contains(&name) {
            return;
        }
        match (folder, name.rsplit_once('.')) {
            (_, Some((_, "toml"))) => self.tables(file),
            ("weaknesses", Some((stem, "md"))) => self.weakness(file, stem),
            ("prefixes", Some((_, "tsv"))) => {
                let read = self.registries.prefixes(text);
                self.lines(file, read);
            }
            ("addresses", Some((_, "tsv"))) => {
                let read = if name == "systems.tsv" {
                    self.registries.systems(text)
                } else {
                    self.registries.addresses(text)
                };
                self.lines(file, read);
            }
            _ => self.errors.push(PackError::Stray { path: path.to_owned() }),
        }
    }

    fn tables(&mut self, file: File<'_>) {
        let tables: Tables = match toml::from_str(file.text) {
            Ok(tables) => tables,
            Err(error) => return self.errors.push(file.syntax(&error, 0)),
        };
        if let Some(version) = tables.version {
            self.pack.version = version;
        }
        if let Some(as_of) = tables.as_of {
            self.pack.as_of = as_of;
        }
        let (pack, errors) = (&mut self.pack, &mut self.errors);
        pack.networks.extend(tables.network.into_iter().map(|it| (it.system, it)));
        macro_rules! enter {
            ($($table:ident into $kind:ident),* $(,)?) => {$(
                let name = stringify!($table);
                file.enter(name, &mut pack.$kind, tables.$table, |it| &it.id, errors);
            )*};
        }
        enter!(
            source into sources,
            organisation into organisations,
            brand into brands,
            module into modules,
            fingerprint into fingerprints,
            policy into policies,
            advice into advice,
            platform into platforms,
            rebrand into rebrands,
            product into products,
            incident into incidents,
            list into lists,
            entry into entries,
            act into acts,
            jurisdiction into jurisdictions,
            law into laws,
            right into rights,
            letter into letters,
            standard into standards,
            clause into clauses,
        );
        file.enter(
            "destination",
            &mut self.destinations,
            tables.destination,
            |it| &it.suffix,
            errors,
        );
    }

    /// Reads front matter between two `+++` lines, and the prose below.
    fn weakness(&mut self, file: File<'_>, stem: &str) {
        const MARK: &str = "+++\n";

        let parts = file.text.strip_prefix(MARK).and_then(|rest| rest.split_once("\n+++\n"));
        let Some((front, prose)) = parts else {
            let message = "a weakness starts with front matter between two `+++` lines";
            return self.errors.push(file.error(message, 0, 0));
        };
        let mut weakness: Weakness = match toml::from_str(front) {
            Ok(weakness) => weakness,
            Err(error) => return self.errors.push(file.syntax(&error, MARK.len())),
        };
        if *weakness.id != *stem {
            let message = format!("the id `{}` is not the file's name", weakness.id);
            self.errors.push(file.error(&message, file.find(&weakness.id), weakness.id.len()));
        }
        weakness.prose = prose.trim().into();
        let (into, errors) = (&mut self.pack.weaknesses, &mut self.errors);
        file.enter("weakness", into, vec![weakness], |it| &it.id, errors);
    }

    fn lines(&mut self, file: File<'_>, read: Result<(), registries::BadLine>) {
        if let Err(bad) = read {
            self.errors.push(file.error(bad.message, bad.offset, bad.length));
        }
    }

    fn finish(mut self) -> Result<Pack, Vec<PackError>> {
        if !self.errors.is_empty() {
            return Err(self.errors);
        }
        self.pack.destinations = self.destinations.into_values().collect();
        self.registries.finish(&mut self.pack);
        self.pack.parts = parts_of_pack(&self.pack);
        Ok(self.pack)
    }
}

impl File<'_> {
    fn enter<T>(
        self,
        kind: &'static str,
        into: &mut BTreeMap<Id, T>,
        entries: Vec<T>,
        id: impl Fn(&T) -> &Id,
        errors: &mut Vec<PackError>,
    ) {
        for entry in entries {
            match into.entry(id(&entry).clone()) {
                btree_map::Entry::Vacant(vacant) => {
                    vacant.insert(entry);
                }
                btree_map::Entry::Occupied(taken) => errors.push(self.duplicate(kind, taken.key())),
            }
        }
    }

    fn duplicate(self, kind: &'static str, id: &str) -> PackError {
        let quoted = format!("\"{id}\"");
        let place = self.text.rfind(&quoted).unwrap_or_default();
        PackError::Duplicate {
            path: self.path.to_owned(),
            kind,
            id: id.to_owned(),
            file: self.named(),
            place: (place, quoted.len().min(self.text.len())).into(),
        }
    }

    fn syntax(self, error: &toml::de::Error, shift: usize) -> PackError {
        let span = error.span().unwrap_or_default();
        self.error(error.message(), span.start + shift, span.len())
    }

    fn error(self, message: &str, offset: usize, length: usize) -> PackError {
        PackError::Syntax {
            path: self.path.to_owned(),
            message: message.to_owned(),
            file: self.named(),
            place: (offset, length).into(),
        }
    }

    fn find(self, text: &str) -> usize {
        self.text.find(text).unwrap_or_default()
    }

    fn named(self) -> NamedSource<String> {
        NamedSource::new(self.path, self.text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str =
        "[[policy]]\nid = \"p\"\ntitle = \"P\"\nsays = \"S\"\nlegal_weight = 0.1\n";

    #[test]
    fn a_pack_is_read_from_all_its_files() {
        let pack = load(files(&[("policies/p.toml", POLICY), ("README.md", "# For people")]));
        assert_eq!(pack.unwrap().policies.len(), 1);
    }

    #[test]
    fn what_cannot_be_read_is_pointed_at() {
        let unknown = format!("{POLICY}weight = 1\n");
        let message = "`policies/p.toml` cannot be read: unknown field `weight`";
        check(&[("policies/p.toml", &unknown)], message);
        let front = "`weaknesses/w.md` cannot be read: a weakness starts with front matter";
        check(&[("weaknesses/w.md", "# Title")], front);
        check(&[("prefixes/p.tsv", "0000\tA\n")], "`prefixes/p.tsv` cannot be read: a prefix has");
        check(&[("notes.txt", "")], "`notes.txt` is no part of a pack");
    }

    #[test]
    fn a_name_given_twice_is_refused() {
        let twice = [("policies/p.toml", POLICY), ("policies/q.toml", POLICY)];
        check(&twice, "the policy `p` of `policies/q.toml` is already in the pack");
    }

    /// The first error starts so.
    #[track_caller]
    fn check(given: &[(&str, &str)], start: &str) {
        let errors = load(files(given)).unwrap_err();
        let first = errors.first().unwrap().to_string();
        assert!(first.starts_with(start), "{first} does not start with {start}");
    }

    fn files(given: &[(&str, &str)]) -> BTreeMap<String, String> {
        given.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
    }
}
